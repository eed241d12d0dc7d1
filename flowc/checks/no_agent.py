"""The steps lead back to the agent where there is none. Those of `unavailable` run because the agent could not be
started or was lost; neither they, nor a route they lead to, nor what follows a transfer there, can return to it.
Those of `inbound` run before it: there `start_agent` is the step by which the caller comes to it.
Where actions use such a route as well, `{return_to_agent: {otherwise: STEPS}}` returns for them, and goes on with these
steps where there is no agent.

A flow without `agent` has none at all: nothing starts one there, nobody waits for it, and nobody asks for `actions`.

Why: the caller would be connected to nobody, and hear nothing.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: return_to_agent}
    actions:
      end_call: {description: End the call., do: hang_up}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    actions:
      end_call: {description: End the call., do: hang_up}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.walks.route_path import as_path
from flowc.checks.walks.without_agent import begun_by, is_lost, shared_with_actions, with_nobody, without_agent
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Flow, ReturnToAgent, StartAgent, Transfer, steps_of
from flowc.rule import Rule
from flowc.suggest import write

_END = "end with `hang_up` or a transfer; or declare `agent`, and `actions` that it may ask for"


def check(flow: Flow) -> Iterator[Diagnostic]:
    if flow.agent is None:
        yield from _nowhere(flow)
        return
    # A transfer's own default stands where the transfer stands; `missing_fallback` speaks of it.
    unwritten = {transfer.span for transfer in steps_of(flow, Transfer)}
    nobody_there = set(map(id, with_nobody(flow)))
    for step, way in without_agent(flow):
        if id(step) in nobody_there:
            continue  # which is what is wrong with it
        if type(step) is ReturnToAgent and not step.otherwise and step.span not in unwritten:
            is_told = "may be" if flow.agents and is_lost(way) else "is"
            message = f"there {is_told} no agent to return to: {as_path(way)}"
            hint = "end with `hang_up` or another transfer" if is_lost(way) else write("start_agent")
            if id(step) in shared_with_actions(flow) or (flow.agents and is_lost(way)):
                say = f"say: {step.prompt}, " if step.prompt else ""
                hint = f"write `{{return_to_agent: {{{say}otherwise: STEPS}}}}`: STEPS are for where there is none"
            is_far = is_lost(way) and way[1] is not None
            related = (Related(flow.agent.span, f"`{begun_by(way)}` of this agent leads here"),) if is_far else ()
            yield RULE.at(flow.path, step.span, message, hint, related)


def _nowhere(flow: Flow) -> Iterator[Diagnostic]:
    """Of a flow that has no agent at all."""
    if flow.call.warning is not None and not steps_of(flow, Transfer):
        message = f"nobody ever hears `{flow.call.warning}`: there is nobody whom the caller could talk to"
        yield RULE.at(flow.path, flow.prompt(flow.call.warning).span, message, "take `warning` out of `max_duration`")
    unwritten = {transfer.span for transfer in steps_of(flow, Transfer)}
    for start in steps_of(flow, StartAgent):
        yield RULE.at(flow.path, start.span, "this flow has no agent that could be started", _END)
    for back in steps_of(flow, ReturnToAgent):
        if back.span not in unwritten:
            yield RULE.at(flow.path, back.span, "this flow has no agent to return to", _END)
    for transfer in steps_of(flow, Transfer):
        if transfer.agent_waits is not None:
            word = transfer.agent_word
            message = f"this flow has no agent of which one could say that it {word}"
            yield RULE.at(flow.path, transfer.span, message, f"take `agent: {word}` out")


RULE = Rule("FLOW307", "no agent to return to", __doc__, whole_flow_checks=(check,))
