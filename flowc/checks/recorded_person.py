"""A call is recorded, and a target that the caller is put through to is on the recording without being told: it has no
`whisper`, and the transfer does not pause the recording. Where an agent introduces the two (`agent: introduces`) a
pause does not help: it begins only when the agent has left, and until then the person is recorded.

Why: in many countries it is a crime to record a person who does not know; and who finds out later takes no more calls
of this line.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    call: {recording: {starts: asked, notify: archive}}
    webhooks: {archive: {url: "https://archive.example.com/calls"}}
    targets:
      doctor: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      consent: {description: The caller agrees to be recorded., do: {recording: start}}
      call_transfer: {description: Transfer the caller to the doctor., do: {transfer: doctor}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    call: {recording: {starts: asked, notify: archive}}
    webhooks: {archive: {url: "https://archive.example.com/calls"}}
    prompts: {recorded_line: This call is recorded.}
    targets:
      doctor: {pstn: "+15550100001", caller_id: "+15550100002", whisper: recorded_line}
    actions:
      consent: {description: The caller agrees to be recorded., do: {recording: start}}
      call_transfer: {description: Transfer the caller to the doctor., do: {transfer: doctor}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic, Related, quoted
from flowc.ir import Flow, GoTo, RecordCall, SipTarget, Transfer, beginnings, inside
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    recording = flow.call.recording
    if recording is None:
        return
    joined = [step for step in _while_recorded(flow) if not (_is_paused(step) or step.is_placed)]
    recorded = {name for step in joined for name in step.targets()}
    briefed = {name for step in joined if step.briefing_ms is not None for name in step.targets()}
    introduced = {name for step in joined if step.introduction_ms is not None for name in step.targets()}
    paused = {name for step in joined if step.pauses_recording for name in step.targets()}
    for target in flow.targets:
        is_handed_over = type(target) is SipTarget and target.refers
        if target.name not in recorded or target.whisper is not None or is_handed_over:
            continue
        message = f"{quoted(target.name)} is recorded with the caller, and nobody says so"
        hint = "add `whisper: PROMPT`, which says so, or `recording: paused` to the transfer"
        if target.name in briefed:  # nothing whispers to somebody whom the agent talks to
            hint = (
                "add `recording: paused` to the transfer; or have the agent say so in the briefing, and write "
                "`# flowc: ignore[FLOW606]` behind this"
            )
        if target.name in introduced:
            too_late = " (`recording: paused` begins only after that)" if target.name in paused else ""
            say_so = f"have the agent say so when it introduces them{too_late}"
            hint = f"{say_so}, and write `# flowc: ignore[FLOW606]` behind this"
        related = (Related(recording.span, "the call is recorded"),)
        yield RULE.at(flow.path, target.span, message, hint, related)


def _is_paused(step: Transfer) -> bool:
    """Before the person is recorded: where the agent introduces them it pauses only after that."""
    return step.pauses_recording and step.introduction_ms is None


def _while_recorded(flow: Flow) -> Iterator[Transfer]:
    """Those that a call may come to without `{recording: stop}` on the way, which is for good."""
    routes = {route.name: route.steps for route in flow.routes}
    waiting = [*(action.do for action in flow.actions), *beginnings(flow)]
    seen: set[str] = set()
    for steps in waiting:
        for step in steps:
            if type(step) is RecordCall and not step.starts:
                break
            if type(step) is Transfer:
                yield step
            if type(step) is GoTo and step.route not in seen:
                seen.add(step.route)
                waiting.append(routes.get(step.route, ()))
            waiting += [inner.steps for inner in inside(step)]


RULE = Rule("FLOW606", "person who is recorded unawares", __doc__, warnings=(check,))
