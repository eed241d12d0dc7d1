"""A transfer with `agent: briefs`, in which the agent talks to whoever has taken the call, before the caller is there.

- Each of its targets has `accept`, `machine` or `voicemail: none`: without one of them a voicemail would be told what
  the caller wants. One with `digits` has `accept`: an exchange answers at once.
- None of them has `whisper`: it is the agent that tells the person; and none `refer`: whoever is handed over is gone.
- `connect` and `decline` are the tools that the agent has in a briefing: no action has these names.
- `briefing` beside another `agent` says how something goes that never happens.

Why: the caller's affairs are told to a machine, which nobody hears before tomorrow and everybody may hear then.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      doctor: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to the doctor., do: {transfer: doctor, agent: briefs}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {who_calls: "A patient is on the line. Press 1 to hear more."}
    targets:
      doctor: {pstn: "+15550100001", caller_id: "+15550100002", accept: {say: who_calls, key: "1"}}
    actions:
      call_transfer: {description: Transfer the caller to the doctor., do: {transfer: doctor, agent: briefs}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Flow, SipTarget, Target, Transfer, steps_of
from flowc.ir.briefing import CONNECT, DECLINE, briefs
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    known = {target.name: target for target in flow.targets}
    for step in steps_of(flow, Transfer):
        if step.vain_briefing is not None:
            message = f"nobody is briefed with `agent: {step.agent_word}`"
            yield RULE.at(flow.path, step.vain_briefing, message, "write `agent: briefs`, or remove `briefing`")
        if step.briefing_ms is None:
            continue
        for name in step.targets():
            if (target := known.get(name)) is not None:
                for message, hint in _wrong(target):
                    yield RULE.at(flow.path, step.span, message, hint, (Related(target.span, "the target"),))
    if not briefs(flow):
        return
    for action in flow.actions:
        if action.name in (CONNECT, DECLINE):
            message = f"`{action.name}` is a tool of the agent in a briefing: no action has its name"
            yield RULE.at(flow.path, action.span, message, "give the action another name")


def _wrong(target: Target) -> Iterator[tuple[str, str]]:
    name = target.name
    if target.digits and target.accept is None:
        message = f"the exchange of `{name}`, which takes its `digits`, would be briefed before anybody answers"
        yield message, "ask for a key with `accept` at the target"
    elif target.has_voicemail and not (target.accept or target.machine):
        message = f"a voicemail of `{name}` would be told what the caller wants"
        hint = "ask for a key with `accept` at the target, or write `voicemail: none` if its phone has none; "
        yield message, hint + "`machine: {unsure: machine}` has whoever sounds like a person briefed"
    if target.whisper is not None:
        yield f"the agent tells `{name}` what `whisper` would", "take `whisper` out of the target"
    if isinstance(target, SipTarget) and target.refers:
        yield f"whoever is handed over to `{name}` is not there for a briefing", "take `refer` out of the target"


RULE = Rule("FLOW317", "briefing that cannot be", __doc__, whole_flow_checks=(check,))
