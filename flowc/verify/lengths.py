"""How long each timer is that a search lets be over at any instant: what the flow says of it. Nothing is counted
towards such a timer, so that it is as long as that is looked at where it is set.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.ir import Ask, Flow, QueueTarget, TakeMessage, Transfer
from flowc.ir.walk import steps_of
from flowc.verify.oracle import timers
from flowc.verify.oracle.webhooks import SETTLED_MS
from flowc.verify.passive import SOON

PUT_OFF_MS = 1000
"""After so long it is tried again to warn the caller that the call is over soon, and to play a ringback that has
ended."""


SPOKEN = {
    "timers": [timers.SPEECH_LATE, timers.TOLD_LATE],
    "least": timers.SPEECH_MS,
    "each": timers.SPEECH_MS_PER_CHARACTER,
}
"""Timers that are as long as a text takes, and how long that is, in milliseconds: at least, and for each character."""


def lengths(flow: Flow) -> dict[str, list[int]]:
    """By what the emulator calls a timer, all lengths that it may be set to, in milliseconds. One that is neither here
    nor in `SPOKEN` is counted.
    """
    found: dict[str, set[int]] = {}
    for name, milliseconds in _each(flow):
        found.setdefault(name, set()).add(milliseconds)
    return {name: sorted(each) for name, each in found.items()}


def _each(flow: Flow) -> Iterator[tuple[str, int]]:
    yield timers.LONGEST_TIME, flow.call.max_duration_ms
    yield timers.CALL_WARNING, flow.call.max_duration_ms - timers.WARNED_MS
    yield timers.CALL_WARNING, PUT_OFF_MS
    yield timers.LATEST_WARNING, flow.call.max_duration_ms - timers.LATEST_WARNED_MS
    yield timers.KEYS_OVER, timers.KEYS_PAUSE_MS
    yield timers.ASKED_AGAIN, timers.ASKED_AGAIN_MS
    yield from ((name, PUT_OFF_MS) for name in SOON)
    yield timers.UNSAID, timers.LATEST_ANSWER_MS
    for milliseconds in timers.AGAIN_MS:
        yield timers.TOLD_AGAIN, milliseconds
    for question in steps_of(flow, Ask):
        yield timers.UNSETTLED, question.within_ms + SETTLED_MS
    for message in steps_of(flow, TakeMessage):
        yield timers.MESSAGE_LIMIT, message.limit_ms
        if message.quiet_ms is not None:
            yield timers.QUIET_OVER, message.quiet_ms
    for agent in flow.every_agent:
        if agent.idle is not None:
            yield from _after_silence(timers.IDLE_OVER, agent.idle.after_ms)
    for transfer in steps_of(flow, Transfer):
        yield from _of_transfer(transfer)
    for target in flow.targets:
        yield timers.RING_TIMEOUT, target.ring_ms
        if target.accept is not None:
            yield timers.NOT_ACCEPTED, target.accept.within_ms
        if isinstance(target, QueueTarget):
            if target.announce is not None:
                yield timers.PLACE_DUE, target.announce.every_ms
        elif target.machine is not None:
            yield timers.VERDICT, target.machine.within_ms + timers.DETECTION_LATE_MS
            yield timers.NO_BEEP, target.machine.beep_ms + timers.DETECTION_LATE_MS


def _of_transfer(transfer: Transfer) -> Iterator[tuple[str, int]]:
    if transfer.within_ms is not None:
        yield timers.WITHIN_OVER, transfer.within_ms
    if transfer.talk_limit_ms is not None and transfer.warning is None:
        yield timers.TALK_LIMIT, transfer.talk_limit_ms
    elif transfer.talk_limit_ms is not None:
        yield timers.TALK_WARNING, transfer.talk_limit_ms - timers.WARNED_MS
        yield timers.TALK_LIMIT, timers.WARNED_MS
    if transfer.briefing_ms is not None:
        yield timers.BRIEFING_OVER, transfer.briefing_ms
    if transfer.introduction_ms is not None:
        yield timers.INTRODUCTION_OVER, transfer.introduction_ms
    if transfer.briefing_silence_ms is not None:
        yield from _after_silence(timers.BRIEFING_SILENT, transfer.briefing_silence_ms)


def _after_silence(name: str, milliseconds: int) -> Iterator[tuple[str, int]]:
    """Of an agent that was interrupted nobody may say that it is silent: then it counts as that some time later."""
    yield name, milliseconds
    yield name, timers.CLEARED_MS + milliseconds
