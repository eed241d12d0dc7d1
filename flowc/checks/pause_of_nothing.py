"""A transfer has `recording: paused`, and on no way that leads there is the call recorded: there is nothing to pause.

Where it stands before the step that starts the recording, or behind one that stops it, which is for good, it does
nothing. Behind a step that an agent may have asked for before, something may be recorded.

Why: whoever reads the flow takes the talk for one of which something would have been recorded, and looks for the rest.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    call: {recording: {starts: asked, notify: archive}}
    webhooks: {archive: {url: "https://archive.example.com/calls"}}
    targets:
      payment: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      consent: {description: The caller agrees to be recorded., do: {recording: start}}
      pay: {description: Put the caller through., do: [{recording: stop}, {transfer: payment, recording: paused}]}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    call: {recording: {starts: asked, notify: archive}}
    webhooks: {archive: {url: "https://archive.example.com/calls"}}
    targets:
      payment: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      consent: {description: The caller agrees to be recorded., do: {recording: start}}
      pay: {description: Put the caller through., do: {transfer: payment, recording: paused}}
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, GoTo, RecordCall, Steps, Transfer, beginnings, inside, steps_of
from flowc.rule import Rule


class _Recording(Enum):
    """What there may be of a recording on a way."""

    NOT_YET = auto()
    MAY_RUN = auto()
    OVER = auto()


def check(flow: Flow) -> Iterator[Diagnostic]:
    recording = flow.call.recording
    paused = [step for step in steps_of(flow, Transfer) if step.pauses_recording]
    if recording is None or not paused:
        return
    known = _on_the_way(flow, _Recording.MAY_RUN if recording.is_always else _Recording.NOT_YET)
    for step in paused:
        ways = known.get(id(step), set())
        if not ways or _Recording.MAY_RUN in ways:
            continue
        message = "nothing is recorded on any way that leads here, so there is nothing to pause"
        hint = "take `recording` out, or put this before `{recording: stop}`, which is for good"
        if _Recording.OVER not in ways:
            hint = "take `recording` out, or write `{recording: start}` before this step"
        yield RULE.at(flow.path, step.recording_at or step.span, message, hint)


def _on_the_way(flow: Flow, at_first: _Recording) -> dict[int, set[_Recording]]:
    """By the `id` of each transfer. Once the caller is with an agent, it may have asked for a recording."""
    routes = {route.name: route.steps for route in flow.routes}
    calls = [steps for steps in (flow.inbound, flow.placed) if steps]
    waiting: list[tuple[Steps, _Recording]] = [(steps, at_first) for steps in calls]
    others = [steps for steps in beginnings(flow) if not any(steps is each for each in calls)]
    waiting += [(steps, _Recording.MAY_RUN) for steps in (*others, *(action.do for action in flow.actions))]
    found: dict[int, set[_Recording]] = {}
    seen: set[tuple[str, _Recording]] = set()
    for steps, recording in waiting:
        for step in steps:
            if type(step) is RecordCall and not step.starts:
                recording = _Recording.OVER
            elif type(step) is RecordCall and recording is _Recording.NOT_YET:
                recording = _Recording.MAY_RUN
            elif type(step) is Transfer:
                found.setdefault(id(step), set()).add(recording)
            elif type(step) is GoTo and (step.route, recording) not in seen:
                seen.add((step.route, recording))
                waiting.append((routes.get(step.route, ()), recording))
            waiting += [(inner.steps, recording) for inner in inside(step)]
    return found


RULE = Rule("FLOW609", "pause of nothing", __doc__, warnings=(check,))
