"""A `fallback` names an outcome that its transfer cannot have.

- `connected` is no failure: what follows when the person has hung up stands under `afterwards`.
- `closed` is the outcome of a target outside its `hours`: it needs a target that has some, also in `stop_on`.
- `not_accepted` is that of a target with `accept`, when nobody has pressed the key: it needs a target that has it.
- `machine` is that of a target with `machine`, where a machine has answered: it needs a target that has it.
- `cancelled` is that of a transfer with `cancel`, when the caller has pressed the key. What the network takes back
  (487) is `failed`.

Why: the steps would never be taken, and what the caller should get instead would not be there.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: {transfer: desk, fallback: {connected: return_to_agent, otherwise: hang_up}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: {transfer: desk, fallback: {otherwise: hang_up}, afterwards: return_to_agent}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, Outcome, Transfer, hours_of_targets, may_be_a_machine, may_not_be_accepted, steps_of
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    for step in steps_of(flow, Transfer):
        named = {*step.stop_on, *(fallback.outcome for fallback in step.fallback)}
        lacking: dict[Outcome, tuple[str, str]] = {}
        if Outcome.CLOSED in named and not any(hours_of_targets(step, flow)):
            lacking[Outcome.CLOSED] = ("hours", "hours: NAME")
        if Outcome.NOT_ACCEPTED in named and not may_not_be_accepted(step, flow):
            lacking[Outcome.NOT_ACCEPTED] = ("accept", "accept: {say: PROMPT, key: KEY}")
        if Outcome.MACHINE in named and not may_be_a_machine(step, flow):
            lacking[Outcome.MACHINE] = ("machine", "machine: {unsure: person}")
        for outcome, (key, example) in lacking.items():
            if outcome in step.stop_on:
                message = f"`{outcome}` cannot occur: no target of this transfer has `{key}`"
                hint = f"give one of them `{example}`, or take it out of `stop_on`"
                yield RULE.at(flow.path, step.span, message, hint)
        for fallback in step.fallback:
            if fallback.outcome == Outcome.CANCELLED and not step.may_be_cancelled:
                message = "`cancelled` cannot occur: this transfer has no `cancel`, a key by which the caller stops it"
                hint = 'add `cancel: "*"` beside `transfer`, or remove `cancelled`; '
                hint += "what the network takes back (487) is `failed`"
                yield RULE.at(flow.path, fallback.span, message, hint)
            if fallback.outcome in lacking:
                key, example = lacking[fallback.outcome]
                message = f"`{fallback.outcome}` cannot occur: no target of this transfer has `{key}`"
                hint = f"give one of them `{example}`, or remove `{fallback.outcome}`"
                yield RULE.at(flow.path, fallback.span, message, hint)


RULE = Rule("FLOW302", "outcome that cannot occur", __doc__, whole_flow_checks=(check,))
