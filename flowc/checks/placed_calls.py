"""Something of an `outbound` call is not possible there.

- `call` is a target on the telephone network, with one caller ID of ours. What the person would hear or press before
  the call is taken, `accept`, `whisper` and `digits`, is not there yet.
- A flow that places calls has an agent: one without is not there yet.
- In `fallback` nobody is on the line, and nobody called: only `notify`, branches, routes that do the same, and
  `hang_up`.
- `${call.from}` is our own number then, so that a branch `by: call.from` and the caller ID `caller` would say nothing
  of the person who was called. That also concerns what the agent asks for, if the call leads to it.
- In `answered`, the target of `call` is not rung once more: that is who has answered.

Why: a sentence would be heard by nobody, and somebody would be shown a number that is not the caller's.

Example:

    flowc: 1
    flow: reminder
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    outbound:
      data: {to: {type: string, format: phone, description: whom to call}}
      call: patient
      fallback: {otherwise: [{say: sorry}, hang_up]}
    prompts: {sorry: "Sorry, you are not there."}
    targets:
      patient: {pstn: {data: to}, caller_id: "+15550100002"}
    actions:
      end_call: {description: End the call., do: hang_up}

Instead:

    flowc: 1
    flow: reminder
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    outbound:
      data: {to: {type: string, format: phone, description: whom to call}}
      call: patient
      fallback: {otherwise: hang_up}
    targets:
      patient: {pstn: {data: to}, caller_id: "+15550100002"}
    actions:
      end_call: {description: End the call., do: hang_up}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic, Related
from flowc.ir import (
    Branch,
    CallersNumber,
    CallingNumber,
    Choice,
    Flow,
    GoTo,
    Group,
    HangUp,
    Notify,
    PstnTarget,
    StartAgent,
    Steps,
    Target,
    Transfer,
    inside,
)
from flowc.ir.ways import Place, ways_through
from flowc.rule import Rule

_WITH_NOBODY = (Branch, GoTo, HangUp, Notify)
"""Steps of `fallback`, when nobody is on the line."""


def called(flow: Flow) -> Iterator[Diagnostic]:
    """Who is called, and how."""
    outbound = flow.outbound
    target = next((each for each in flow.targets if outbound is not None and each.name == outbound.target), None)
    if outbound is None or target is None:
        return
    if flow.agent is None:
        message = "`outbound` of a flow without an agent is planned, but not implemented yet"
        yield RULE.at(flow.path, outbound.span, message, "declare `agent`, and `actions` that it may ask for")
    for message, hint in _wrong(target):
        related = (Related(target.span, "the target"),)
        yield RULE.at(flow.path, outbound.call.span, f"`{target.name}` {message}", hint, related)


def _wrong(target: Target) -> Iterator[tuple[str, str]]:
    if not isinstance(target, PstnTarget):
        yield "is not on the telephone network, and `outbound` calls nobody else yet", "name a target with `pstn`"
        return
    if target.caller_ids == (CallersNumber(),):
        yield "is to be shown the caller's number, and it is the flow that calls", "write a number of yours"
    elif len(target.caller_ids) > 1:
        yield "has several caller IDs, of which `outbound` shows one yet", "write the one that is shown"
    for key, value in (("accept", target.accept), ("whisper", target.whisper), ("digits", target.digits)):
        if value:
            yield f"has `{key}`, which `outbound` cannot do yet", f"take `{key}` out: `answered` says what follows"


def nobody_on_the_line(flow: Flow) -> Iterator[Diagnostic]:
    """What follows where nobody took the call."""
    routes = {route.name: route.steps for route in flow.routes}
    outbound = flow.outbound
    waiting: list[Steps] = [] if outbound is None else [each.steps for each in outbound.call.fallback]
    seen: set[str] = set()
    for steps in waiting:
        for step in steps:
            if not isinstance(step, _WITH_NOBODY):
                message = "nobody is on the line here: nobody took the call of `outbound`"
                yield RULE.at(flow.path, step.span, message, "write `notify`, a branch, or `hang_up`")
            elif isinstance(step, GoTo) and step.route not in seen:
                seen.add(step.route)
                waiting.append(routes.get(step.route, ()))
            else:
                waiting += [inner.steps for inner in inside(step)]


def callers_number(flow: Flow) -> Iterator[Diagnostic]:
    """Where the caller may be whom the flow has called."""
    if flow.outbound is None:
        return
    told: set[object] = set()
    for place in _places(flow):
        at = place.at
        if isinstance(at, Branch | Choice) and at.subject == CallingNumber() and id(at) not in told:
            told.add(id(at))
            message = "`call.from` is our own number where `outbound` leads here, and says nothing of who was called"
            yield RULE.at(flow.path, at.span, message, "go by something else, or put the branch into `inbound`")
        for name in at.targets if isinstance(at, Group) else ():
            target = next((each for each in flow.targets if each.name == name), None)
            shows = target is not None and CallersNumber() in target.caller_ids and name != flow.outbound.target
            if target is not None and shows and name not in told:
                told.add(name)
                message = f"`{name}` is to be shown the caller's number, and `outbound` leads here: there it is our own"
                hint = "write a number of yours, or a setting, as its `caller_id`"
                yield RULE.at(flow.path, place.step.span, message, hint, (Related(target.span, "the target"),))


def themselves(flow: Flow) -> Iterator[Diagnostic]:
    """Who was called and has taken the call is called once more, in what follows."""
    outbound, ways = flow.outbound, ways_through(flow)
    for place in ways.places if outbound is not None else ():
        at, step = place.at, place.step
        if outbound is None or not isinstance(at, Group) or not isinstance(step, Transfer) or step.is_placed:
            continue
        if outbound.target in at.targets and any(way.origins & ways.outbound for way in place.ways):
            message = f"`{outbound.target}` is on the line here already: `outbound` has called this target"
            yield RULE.at(flow.path, at.span, message, "name somebody else", (Related(outbound.call.span, "the call"),))


def _places(flow: Flow) -> list[Place]:
    """Those to which `outbound` leads: by itself, or through the agent that it starts."""
    ways = ways_through(flow)
    starts = [place for place in ways.places if isinstance(place.at, StartAgent)]
    is_started = any(way.origins & ways.outbound for place in starts for way in place.ways)
    origins = ~ways.inbound if is_started else ways.outbound
    return [place for place in ways.places if any(way.origins & origins for way in place.ways)]


RULE = Rule(
    "FLOW314",
    "not possible in a call that is placed",
    __doc__,
    checks=(called, nobody_on_the_line),
    whole_flow_checks=(callers_number, themselves),
)
