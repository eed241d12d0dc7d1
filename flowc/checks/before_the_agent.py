"""A step stands where it cannot be carried out, of those with which a call begins or is refused.

- `start_agent` is a step of `inbound`, and of routes that it leads to. In an action the agent was started before, and
  `return_to_agent` goes back to it; `unavailable` goes on without. With several `agents` it stands anywhere.
- `reject` refuses a call that nobody has answered, which costs nothing. Whatever is said or rung before it answers the
  call, and so does everything outside `inbound`.
- `hang_up` ends a call that was answered: one that was not is refused, by `reject`.
- `inbound` in which no way leads to the agent: nobody would ever talk to it.

Why: the caller would be answered by nobody, or asked to pay for a call that was to be refused.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    inbound: {by: call.from, among: {withheld: hang_up, otherwise: start_agent}}
    actions:
      end_call: {description: End the call., do: hang_up}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    inbound: {by: call.from, among: {withheld: {reject: declined}, otherwise: start_agent}}
    actions:
      end_call: {description: End the call., do: hang_up}
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from flowc.checks.walks.before_the_agent import Arrival, arrivals
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import IDLE, Flow, HangUp, Reject, ReturnToAgent, StartAgent, Step, is_terminal, step_lists, steps_of
from flowc.ir.ways import Ways, ways_through
from flowc.rule import Rule
from flowc.suggest import write

_APART = "let `inbound` lead to a route of its own, with `{reject: declined}` where others have `hang_up`"


def check(flow: Flow) -> Iterator[Diagnostic]:
    if not (flow.inbound or flow.placed or steps_of(flow, StartAgent) or steps_of(flow, Reject)):
        return
    ways = ways_through(flow)
    shared: set[int] = set()  # steps that `inbound` leads to, and others
    for place in ways.places:
        origins = 0
        for way in place.ways:
            origins |= way.origins
        others = origins & ~ways.inbound
        lost = others & ~ways.outbound
        if others and others != origins:
            shared.add(id(place.at))
        if lost and type(place.at) is StartAgent and not flow.agents:
            yield _started_again(flow, ways, place.at, lost)
        elif others and type(place.at) is Reject:
            message = f"this call has been answered: {ways.named(others)} leads here"
            yield RULE.at(
                flow.path, place.at.span, message, _APART if id(place.at) in shared else "end it with `hang_up`"
            )
    yield from _arriving(flow, ways, shared)


def _started_again(flow: Flow, ways: Ways, step: StartAgent, origins: int) -> Diagnostic:
    if ways.first(origins) is not None:
        message = f"the agent is started once, and {ways.named(origins)}, which leads here, is asked for by it"
        return RULE.at(flow.path, step.span, message, write("return_to_agent"))
    if ways.named(origins) == "`keys`":
        message = "the caller is with the agent when a key is pressed, and that is started once: `keys` leads here"
        return RULE.at(flow.path, step.span, message, write("return_to_agent"))
    message = "the agent was lost, or could not be started: `unavailable` leads here"
    if ways.named(origins) == f"`{IDLE}`":
        message = "nobody says anything, and the agent was disconnected: `idle` leads here"
    return RULE.at(flow.path, step.span, message, "end with `hang_up` or a transfer")


def _arriving(flow: Flow, ways: Ways, shared: Container[int]) -> Iterator[Diagnostic]:
    is_started = any(
        type(place.at) is StartAgent and any(way.origins & ways.outbound for way in place.ways) for place in ways.places
    )
    told: set[int] = set()
    for arrival in arrivals(flow):
        step = arrival.step
        is_started = is_started or type(step) in (StartAgent, ReturnToAgent)
        wrong = _wrong(step, arrival, is_shared=id(step) in shared)
        if wrong is not None and id(step) not in told:
            told.add(id(step))
            related = () if arrival.answers is None else (Related(arrival.answers.span, "this answers the call"),)
            yield RULE.at(flow.path, step.span, *wrong, related)
    is_whole = all(any(map(is_terminal, each.steps)) for each in step_lists(flow) if each.steps)
    # Where it is not whole, the end that is missing may be just that.
    if flow.agent is not None and (flow.inbound or flow.placed) and not is_started and is_whole:
        begins = "`answered`" if flow.outbound is not None and flow.outbound.alone else "`inbound`"
        message = f"nobody ever talks to this agent: {begins} leads to it on no way"
        hint = f"let {begins} end with `start_agent` somewhere; or take `agent` and `actions` out"
        yield RULE.at(flow.path, flow.agent.span, message, hint)


def _wrong(step: Step, arrival: Arrival, *, is_shared: bool) -> tuple[str, str] | None:
    if type(step) is Reject and arrival.answers is not None:
        return "this call has been answered before it is rejected", "end it with `hang_up`, or reject it first"
    if type(step) is HangUp and arrival.answers is None:
        return (
            "nobody has answered this call, so it cannot be hung up on",
            _APART if is_shared else write("{reject: declined}"),
        )
    return None


RULE = Rule("FLOW312", "not possible when a call begins", __doc__, whole_flow_checks=(check,))
