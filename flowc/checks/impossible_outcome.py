"""A `fallback` names an outcome that its transfer cannot have.

- `connected` is no failure: what follows when the person has hung up stands under `afterwards`.
- `closed` is the outcome of a target outside its `hours`: it needs a target that has some, also in `stop_on`.

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
from flowc.ir import Flow, Outcome, Transfer, hours_of_targets, steps_of
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    for step in steps_of(flow, Transfer):
        if any(hours_of_targets(step, flow)):
            continue
        if Outcome.CLOSED in step.stop_on:
            message = "`closed` cannot occur: no target of this transfer has `hours`"
            yield RULE.at(flow.path, step.span, message, "give one of them `hours: NAME`, or take it out of `stop_on`")
        for fallback in step.fallback:
            if fallback.outcome is Outcome.CLOSED:
                hint = "give one of them `hours: NAME`, or remove `closed`"
                message = "`closed` cannot occur: no target of this transfer has `hours`"
                yield RULE.at(flow.path, fallback.span, message, hint)


RULE = Rule("FLOW302", "outcome that cannot occur", __doc__, whole_flow_checks=(check,))
