"""A transfer with `agent: briefs`, in which the agent talks to whoever has taken the call, before the caller is there;
or with `agent: introduces`, in which it talks on with the caller, and then a moment with both.

- Each of its targets has `accept`, `machine` or `voicemail: none`: without one of them a voicemail would be told what
  the caller wants. One with `digits` has `accept`: an exchange answers at once.
- None of them has `whisper`: it is the agent that tells the person; and none `refer`: whoever is handed over is gone.
- `connect` and `decline` are the tools that the agent has in a briefing: no action has these names.
- `briefing` beside another `agent` says how something goes that never happens, and so does a `silence` that is as long
  as `limit`, which is over before.
- An agent is there that could brief anybody. There is none before the first one (`inbound`), after its loss
  (`unavailable`, `idle`), in `afterwards`, and in a `fallback` behind `agent: leaves`: the person would be joined
  without a word. In a route to which actions lead as well such a transfer may stand, since there it briefs.
- All of this holds for `introduces` as well, but for its tools, which are `cancel` and `leave`. The caller is with the
  agent while it rings, so `fallback` has nothing but `notify` and `return_to_agent`. Nobody waits with the agent in a
  `queue`.

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

from flowc.checks.walks.route_path import as_path
from flowc.checks.walks.without_agent import is_lost, shared_with_actions, without_agent
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import (
    Flow,
    Notify,
    PstnTarget,
    QueueTarget,
    ReturnToAgent,
    SipTarget,
    Step,
    Target,
    Transfer,
    inside,
    steps_of,
    steps_within,
)
from flowc.ir.briefing import actions_of_briefings
from flowc.ir.introduction import actions_of_introductions
from flowc.machines import told_apart
from flowc.rule import Rule
from flowc.source import Span


def check(flow: Flow) -> Iterator[Diagnostic]:
    with_one = [step for step in steps_of(flow, Transfer) if _has_one(step)]
    known = {target.name: target for target in flow.targets}
    alone = _without_agent(flow) if with_one else {}
    told: set[Span] = set()
    for step in with_one:
        may_talk = flow.agent is not None and id(step) not in alone
        if step.vain_briefing is not None:
            message = f"nobody is briefed or introduced with `agent: {step.agent_word}`"
            hint = "write `agent: briefs` or `agent: introduces`, or remove `briefing`"
            if not may_talk:
                message, hint = "no agent is there that could brief or introduce anybody", "remove `briefing`"
            yield RULE.at(flow.path, step.vain_briefing, message, hint)
        if step.introduction_ms is None and step.briefing_ms is None:
            continue
        if not may_talk:  # nothing else is said of it: it goes with `agent`
            if flow.agent is not None:  # else that is what is wrong
                does = "brief" if step.briefing_ms is not None else "introduce"
                message = f"there is no agent that could {does} anybody: {alone[id(step)]}"
                hint = f"take `agent: {step.agent_word}` out; `whisper` at the target is what the person can hear there"
                yield RULE.at(flow.path, step.span, message, hint)
            continue
        if step.introduction_ms is not None:
            yield from _introduction(flow, step)
        elif step.vain_silence is not None and step.briefing_ms is not None:
            limit = f"`limit`, {step.briefing_ms / 1000:g}s"
            message = f"nobody is silent for so long in a briefing: {limit}, is over before"
            yield RULE.at(flow.path, step.vain_silence, message, "write a shorter `silence`, or remove it")
        for target in (known[name] for name in step.targets() if name in known):
            for key, message, hint in _too_much(target, step):
                if key not in told:
                    told.add(key)
                    yield RULE.at(flow.path, key, message, hint, (Related(step.span, "the transfer"),))
            wrong = _wrong if step.introduction_ms is None else _wrong_to_introduce
            for message, hint in wrong(target):
                yield RULE.at(flow.path, step.span, message, hint, (Related(target.span, "the target"),))
    taken = {each.name: "in a briefing" for each in actions_of_briefings(flow)}
    taken |= {each.name: "that introduces somebody" for each in actions_of_introductions(flow)}
    for action in flow.actions:
        if action.name in taken:
            message = f"`{action.name}` is a tool of the agent {taken[action.name]}: no action has its name"
            yield RULE.at(flow.path, action.span, message, "give the action another name")


def _introduction(flow: Flow, step: Transfer) -> Iterator[Diagnostic]:
    """The caller is with the agent while it rings, and after that as well, unless somebody takes the call."""
    at = (Related(step.span, "the transfer"),)
    for key, place in (("silence", step.vain_silence), ("gone", step.vain_gone)):
        if place is not None:
            message = f"`{key}` is of a briefing, and `agent: introduces` has none: the caller is there"
            yield RULE.at(flow.path, place, message, "take it out, or write `agent: briefs`", at)
    for fallback in step.fallback:
        for each in fallback.steps:
            if not isinstance(each, Notify | ReturnToAgent):
                message = "the caller goes on talking with the agent: only `notify` and `return_to_agent` may follow"
                hint = "write `return_to_agent`, and have the agent ask for what follows by an action"
                yield RULE.at(flow.path, each.span, message, hint)


def _has_one(step: Transfer) -> bool:
    return step.vain_briefing is not None or step.introduction_ms is not None or step.briefing_ms is not None


def _without_agent(flow: Flow) -> dict[int, str]:
    """Of each transfer, by its identity, where nobody could brief anybody: why."""
    found: dict[int, str] = {}
    for step, why in _nobody_briefs(flow) if flow.agent is not None else ():
        if type(step) is Transfer:
            found.setdefault(id(step), why)
    return found


def _nobody_briefs(flow: Flow) -> Iterator[tuple[Step, str]]:
    """Each step at which no agent is connected, whichever way has led there, and why there is none."""
    shared = shared_with_actions(flow)
    for step, way in without_agent(flow):
        if id(step) not in shared:
            yield step, f"{'it is lost' if is_lost(way) else 'none has begun'}, {as_path(way)}"
    for transfer in steps_of(flow, Transfer):
        for inner in inside(transfer):
            is_joined = inner.steps is transfer.afterwards and not transfer.is_placed
            if is_joined or transfer.agent_waits is False:
                why = (
                    "it is gone when a person has talked to the caller" if is_joined else "it has left, `agent: leaves`"
                )
                yield from ((step, why) for step in steps_within(inner.steps))


def _too_much(target: Target, step: Transfer) -> Iterator[tuple[Span, str, str]]:
    """Keys of a target that do not go with it, and where they are."""
    if target.whisper is not None:
        message = f"the agent tells `{target.name}` what `whisper` would"
        yield target.whisper_at or target.span, message, "take `whisper` out of the target"
    if type(target) is SipTarget and target.refers:
        there = "for a briefing" if step.introduction_ms is None else "to be introduced"
        message = f"whoever is handed over to `{target.name}` is not there {there}"
        yield target.refers_at or target.span, message, "take `refer` out of the target"


def _wrong(target: Target) -> Iterator[tuple[str, str]]:
    name = target.name
    if target.digits and target.accept is None:
        message = f"the exchange of `{name}`, which takes its `digits`, would be briefed before anybody answers"
        yield message, "ask for a key with `accept` at the target"
    elif target.has_voicemail and not (target.accept or target.machine):
        message = f"a voicemail of `{name}` would be told what the caller wants"
        hint = "ask for a key with `accept` at the target, or write `voicemail: none` if its phone has none; "
        yield message, f"{hint}{_told_apart(target)} has whoever sounds like a person briefed"


def _wrong_to_introduce(target: Target) -> Iterator[tuple[str, str]]:
    name = target.name
    if type(target) is QueueTarget:
        message = f"the caller waits in the queue of `{name}`, and not with the agent"
        yield message, "write `agent: waits`, or a target that is called"
    if target.digits and target.accept is None:
        message = f"the caller would be introduced to the exchange of `{name}`, which takes its `digits`"
        yield message, "ask for a key with `accept` at the target"
    elif target.has_voicemail and not (target.accept or target.machine):
        message = f"the caller would be introduced to a voicemail of `{name}`"
        hint = "ask for a key with `accept` at the target, or write `voicemail: none` if its phone has none; "
        yield message, f"{hint}{_told_apart(target)} has the caller introduced to whoever sounds like a person"


def _told_apart(target: Target) -> str:
    return told_apart(target.dialled, target.caller_ids) if type(target) is PstnTarget else told_apart("", ())


RULE = Rule("FLOW317", "briefing that cannot be", __doc__, whole_flow_checks=(check,))
