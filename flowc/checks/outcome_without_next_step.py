"""Nothing is said about what follows when a transfer does not come about. A `fallback` without `otherwise` has to
name every outcome that can occur. Where there is no agent to return to, in `unavailable` and in the routes that it
leads to, and in a flow without an agent, a transfer needs a `fallback`: what follows by default, `return_to_agent`, is
not possible there.

Why: one day the person called declines, and the caller would be left without a next step.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: {transfer: desk, fallback: {busy: hang_up}}   # and no answer?

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: {transfer: desk, fallback: {busy: hang_up, otherwise: return_to_agent}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.walks.route_path import as_path
from flowc.checks.walks.without_agent import is_lost, shared_with_actions, without_agent
from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, Outcome, Transfer, hours_of_targets, may_be_a_machine, may_not_be_accepted, steps_of
from flowc.rule import Rule


def possible(transfer: Transfer, flow: Flow) -> tuple[Outcome, ...]:
    """The outcomes that a transfer can have when nobody takes the call."""
    impossible = {Outcome.CONNECTED}  # which is followed by `afterwards`
    if not any(hours_of_targets(transfer, flow)):
        impossible.add(Outcome.CLOSED)
    if not may_not_be_accepted(transfer, flow):
        impossible.add(Outcome.NOT_ACCEPTED)
    if not may_be_a_machine(transfer, flow):
        impossible.add(Outcome.MACHINE)
    if not transfer.may_be_cancelled:
        impossible.add(Outcome.CANCELLED)
    return tuple(outcome for outcome in Outcome if outcome not in impossible)


def check(flow: Flow) -> Iterator[Diagnostic]:
    for step in steps_of(flow, Transfer):
        if any(fallback.outcome is None for fallback in step.fallback):
            continue
        missing = [f"`{outcome}`" for outcome in possible(step, flow) if step.next_steps(outcome) is None]
        if missing:
            message = f"the fallback says nothing about {', '.join(missing)}"
            at = step.span if step.fallback_at is None else step.fallback_at
            yield RULE.at(flow.path, at, message, "add `otherwise: …`, or name each of them")


def check_where_no_agent_is(flow: Flow) -> Iterator[Diagnostic]:
    """What follows a failed transfer by default, `return_to_agent`, is not possible there. Before there was an agent
    it is started, so that is no matter of `inbound`.
    """
    for step, way in without_agent(flow):
        if type(step) is Transfer and step.fallback_is_default and (is_lost(way) or flow.agent is None):
            message = f"no fallback, and no agent to return to: {as_path(way)}"
            hint = "add `fallback: {otherwise: …}`"
            if id(step) in shared_with_actions(flow):
                hint = (
                    "add `fallback: {otherwise: {return_to_agent: {otherwise: …}}}`, which is right for actions as well"
                )
            yield RULE.at(flow.path, step.span, message, hint)


RULE = Rule(
    "FLOW301",
    "outcome without a next step",
    __doc__,
    checks=(check,),
    whole_flow_checks=(check_where_no_agent_is,),
)
