"""Something of an `outbound` call is not possible there.

- `call` names targets with `pstn`, `sip` or `user`, each with one caller ID of ours at the most. Nobody
  waits in a queue, and WhatsApp calls those alone who have agreed to it there. What the person would hear or press
  before the call is taken, `accept`, `whisper` and `digits`, is not there yet. In a `pause` nobody is called, and the
  platform ends a session without a call after 60 s.
- In `fallback` nobody is on the line, and nobody called: only `notify`, branches, routes that do the same,
  `hang_up` and `retry`.
- `retry` stands nowhere else: whoever has taken the call, or has called, is tried by no call list again.
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

from flowc.checks.walks.without_agent import with_nobody
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import (
    Branch,
    CallersNumber,
    CallingNumber,
    Choice,
    DialledNumber,
    Flow,
    GoTo,
    Group,
    HangUp,
    Notify,
    PstnTarget,
    QueueTarget,
    Retry,
    SipTarget,
    StartAgent,
    Step,
    Steps,
    Target,
    Transfer,
    UserTarget,
    beginnings,
    every_step,
    is_terminal,
    steps_of,
    steps_within,
)
from flowc.ir.ways import Place, ways_through
from flowc.language.durations import as_written
from flowc.rule import Rule
from flowc.suggest import write

LONGEST_PAUSE_MS = 50_000
"""Between two attempts: the platform ends a session without a call after 60 s (docs: platform/voxengine/limits)."""
A_QUEUE = "is a queue: nobody calls who could wait in it"
NOT_WITHOUT_CONSENT = "is on WhatsApp, where nobody is called who has not agreed to it there first"
_WITH_NOBODY = (Branch, GoTo, HangUp, Notify, Retry)
"""Steps of `fallback`, when nobody is on the line."""


def called(flow: Flow) -> Iterator[Diagnostic]:
    """Who is called, and how."""
    outbound = flow.outbound
    if outbound is None:
        return
    for target in flow.targets:
        for message, hint in _wrong(target) if target.name in outbound.targets else ():
            related = (Related(outbound.call.span, "it is called here"),)
            yield RULE.at(flow.path, target.span, f"`{target.name}` {message}", hint, related)
    for group in outbound.call.groups():
        if group.pause_ms > LONGEST_PAUSE_MS:
            message = "nobody is called in this `pause`, and the platform ends a session without a call after 60s"
            yield RULE.at(flow.path, group.span, message, f"at most `pause: {as_written(LONGEST_PAUSE_MS)}`")
    for choice in outbound.call.choices():
        if choice.subject == DialledNumber():
            message = "nobody has been called yet, so `call.to` is no number here"
            yield RULE.at(flow.path, choice.span, message, "go by something else, such as `hours.NAME`")


def _wrong(target: Target) -> Iterator[tuple[str, str]]:
    if not isinstance(target, PstnTarget | SipTarget | UserTarget):
        is_queue = type(target) is QueueTarget
        yield A_QUEUE if is_queue else NOT_WITHOUT_CONSENT, "name a target with `pstn`, `sip` or `user`"
        return
    if type(target) is SipTarget and target.refers:
        yield "has `refer`, and nobody has called who could be handed over", "take `refer` out"
    if target.caller_ids == (CallersNumber(),):
        yield "is to be shown the caller's number, and it is the flow that calls", "write a number of yours"
    elif len(target.caller_ids) > 1:
        yield "has several caller IDs, of which `outbound` shows one yet", "write the one that is shown"
    for key, value in (("accept", target.accept), ("whisper", target.whisper), ("digits", target.digits)):
        if value:
            yield f"has `{key}`, which `outbound` cannot do yet", f"take `{key}` out: `answered` says what follows"


def nobody_on_the_line(flow: Flow) -> Iterator[Diagnostic]:
    """What follows where nobody took the call."""
    for step in with_nobody(flow):
        if not isinstance(step, _WITH_NOBODY):
            message = "nobody is on the line here: nobody took the call of `outbound`"
            hint = write("hang_up") if is_terminal(step) else "take it out: `{notify: WEBHOOK}` tells a webhook"
            yield RULE.at(flow.path, step.span, message, hint)


def tried_again(flow: Flow) -> Iterator[Diagnostic]:
    """A call list is asked for another attempt where it has been of use already, or where none has called."""
    if not steps_of(flow, Retry):
        return
    elsewhere = {id(step): step for step in _elsewhere(flow) if type(step) is Retry}
    reached = set(map(id, with_nobody(flow)))
    for step in elsewhere.values():
        message = "`retry` asks a call list for another attempt, and stands in `fallback` of `outbound` alone"
        hint: str = write("hang_up")
        if id(step) in reached:
            hint = "let `fallback` lead to a route of its own, with `retry` where others have `hang_up`"
        yield RULE.at(flow.path, step.span, message, hint)


def _elsewhere(flow: Flow) -> Iterator[Step]:
    """Every step that something else than the `fallback` of `outbound` may lead to, through routes as well."""
    routes = {route.name: route.steps for route in flow.routes}
    placed = None if flow.outbound is None else flow.outbound.call
    waiting: list[Steps] = [steps for steps in beginnings(flow) if steps != flow.placed]
    waiting += [action.do for action in flow.actions]
    if placed is not None:
        waiting.append(placed.afterwards)
    seen: set[str] = set()
    led_to = {step.route for step in every_step(flow) if type(step) is GoTo}
    waiting += [route.steps for route in flow.routes if route.name not in led_to]
    for steps in waiting:
        for step in steps_within(steps):
            yield step
            if type(step) is GoTo and step.route not in seen:
                seen.add(step.route)
                waiting.append(routes.get(step.route, ()))


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
        for name in at.targets if type(at) is Group else ():
            target = next((each for each in flow.targets if each.name == name), None)
            shows = target is not None and CallersNumber() in target.caller_ids and name not in flow.outbound.targets
            if target is not None and shows and name not in told:
                told.add(name)
                message = f"`{name}` is to be shown the caller's number, and `outbound` leads here: there it is our own"
                hint = "write a number of yours, or a setting, as its `caller_id`"
                yield RULE.at(flow.path, place.step.span, message, hint, (Related(target.span, "the target"),))


def themselves(flow: Flow) -> Iterator[Diagnostic]:
    """Who was called and has taken the call is called once more, in what follows. Of several it may be another one."""
    outbound, ways = flow.outbound, ways_through(flow)
    for place in ways.places if outbound is not None and len(outbound.targets) == 1 else ():
        at, step = place.at, place.step
        if outbound is None or type(at) is not Group or type(step) is not Transfer or step.is_placed:
            continue
        [called] = outbound.targets
        if called in at.targets and any(way.origins & ways.outbound for way in place.ways):
            message = f"`{called}` is on the line here already: `outbound` has called this target"
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
    checks=(called, nobody_on_the_line, tried_again),
    whole_flow_checks=(callers_number, themselves),
)
