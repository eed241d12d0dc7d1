"""Turns a script into events of the emulator, one list for the whole call.

What the agent's tools do is written here once: the headers they send, the action's phrase that is spoken after them,
and how long words take.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from flowc.emit.contract import AT_WORK, NO_ANSWER, fingerprint
from flowc.ir import Data, Flow, QueueTarget
from flowc.ir.introduction import action_named
from flowc.language.calls.events import FAILURES, QUEUE_FAILURES
from flowc.language.calls.platform import BEEPS, CALL_LIST_DOES, RECORDINGS, REPEATED, TOO_LATE
from flowc.opening_hours import milliseconds
from flowc.simulator.trace import EWT_UNKNOWN
from flowc.testing.account import number_of
from flowc.testing.script.arguments import without_left_out
from flowc.testing.script.model import (
    AgentDoes,
    Answers,
    Asks,
    AtOnce,
    Call,
    CallerHangsUp,
    Calls,
    ClockShows,
    DoesNotAnswer,
    Event,
    Expect,
    Fails,
    HandedOver,
    HangsUp,
    Holds,
    LookUpsEnd,
    PlatformDoes,
    Presses,
    Request,
    Rings,
    Says,
    SaysPlace,
    SendsEarlyMedia,
    Single,
    Speaks,
    Starts,
    TransfersTo,
    Until,
    Wait,
)
from flowc.tool_text import phrases

MS_PER_CHARACTER = 60
"""How fast an agent speaks; the emulator's players speak as fast."""
LONGEST_WAIT_MS = 3_600_000
"""For something that is waited for."""
WORDS_START_MS = 100
"""From a request of the agent, or from what it is told, to the first word of what it says about it."""

REQUEST_ID = "X-Flowc-Request-Id"
AGAIN = "again"
"""In a request: it is the tools that ask for a reply which is to come once more, and not the script."""

CUT_OFF_CODE = 500
"""Of a leg that the network ends."""
NO_ANSWER_CODE = -7
"""What the platform tells the scenario of a request that nobody has answered."""

_QUEUE_CODES = {FAILURES[word]: code for word, code in QUEUE_FAILURES.items()}

Emulated = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lowered:
    """An event of the emulator, and what it comes from: the number of the step, and the event of it.

    An event that is `held` is followed by the next one in the same instant, before anything that is due.
    """

    step: int
    event: Single
    emulated: Emulated

    @property
    def takes_time(self) -> bool:
        return self.emulated["type"] in ("advance", "ring_out", "until")


def last_reply(events: Sequence[Lowered], replies: Mapping[str, Any], before: int | None = None) -> Any:
    """The reply to the last request of the script, with the `id` of that; None if there was none. `replies` are by the
    number of their event.
    """
    for number in sorted(map(int, replies), reverse=True):
        emulated = events[number].emulated
        if (before is None or number < before) and AGAIN not in emulated:
            return {**replies[str(number)], "id": emulated.get("headers", {}).get(REQUEST_ID, "")}
    return None


def lower(call: Call, flow: Flow) -> list[Lowered]:
    lowering = _Lowering(call, flow)
    return [
        Lowered(index, event, emulated)
        for index, step in enumerate(call.steps)
        for event in step.events
        for event, emulated in lowering.of_step(event)
    ]


class _Lowering:
    def __init__(self, call: Call, flow: Flow) -> None:
        self.call = call
        self.flow = flow
        self.ids = (f"request-{number}" for number in itertools.count(1))
        self.asked: set[str] = set()
        self.contract = fingerprint(flow)
        self.data: Mapping[str, Any] = {}  # what the call is started with
        self.ringing: set[str] = set()  # targets of which it has been said that it rings there

    def of_step(self, event: Event) -> list[tuple[Single, Emulated]]:
        if not isinstance(event, AtOnce):
            return [(event, emulated) for emulated in self.events(event)]
        found = [(each, emulated) for each in event.events for emulated in self.events(each)]
        return [*((each, {**emulated, "held": True}) for each, emulated in found[:-1]), *found[-1:]]

    def events(self, event: Single) -> Iterator[Emulated]:
        match event:
            case Calls():
                client = {"client": "sip"} if event.over_sip else {}
                yield {"type": "call", "from": event.from_, "to": event.to, **client}
            case Starts(data=data, by_list=by_list):
                self.data = _data(data)
                yield {"type": "start", "data": data, **({"by_list": True} if by_list else {})}
            case CallerHangsUp():
                yield {"type": "caller", "does": "hangup"}
            case HandedOver(None):
                yield {"type": "caller", "does": "transfer_complete"}
            case HandedOver(code):
                yield {"type": "caller", "does": "transfer_failed", "code": code}
            case Presses(None, digits):
                yield {"type": "caller", "does": "digits", "digits": digits}
            case Presses(str() as target, digits):
                yield self._leg(target, "digits", digits=digits)
            case Presses():
                raise AssertionError(event)
            case Speaks(lasting, target):
                if target is None:
                    yield {"type": "caller", "does": "speak", "ms": lasting}
                else:
                    yield self._leg(target, "speak", ms=lasting)
                yield {"type": "advance", "ms": lasting}
            case Asks():
                yield self._asks(event)
            case Says(text):
                yield {"type": "agent", "does": "speak", "ms": MS_PER_CHARACTER * len(text)}
            case AgentDoes("is lost"):
                yield {"type": "agent", "does": "close", "code": 1006, "reason": "connection lost"}
            case AgentDoes("falls silent"):
                yield {"type": "agent", "does": "fall_silent"}
            case AgentDoes("says nothing"):
                yield {"type": "agent", "does": "say_nothing"}
            case AgentDoes("hangs"):
                yield {"type": "agent", "does": "hang", "id": next(self.ids)}
            case AgentDoes("does not answer"):
                yield gives_up(self.contract, next(self.ids))
            case AgentDoes("is at work"):
                yield _says_alone(AT_WORK, self.contract, next(self.ids))
            case AgentDoes():
                yield {"type": "agent", "does": "clear"}
            case Rings(target, lasting):
                yield self._leg(target, "ring")
                self.ringing.add(target)
                if lasting:
                    yield {"type": "advance", "ms": lasting}
            case DoesNotAnswer(target):
                if target not in self.ringing and not self._is_queue(target):
                    yield self._leg(target, "ring")
                self.ringing.discard(target)
                yield {**self._leg(target, "ring"), "type": "ring_out"}
            case Answers(target):
                self.ringing.discard(target)
                is_heard = self.flow.target(target).machine is not None
                yield self._leg(target, "answer", **({"answers_as": _answers_as(event)} if is_heard else {}))
            case Fails(target, code):
                self.ringing.discard(target)
                code = _QUEUE_CODES.get(code, code) if self._is_queue(target) else code
                yield self._leg(target, "fail", code=code)
            case HangsUp(target, is_cut_off=True):
                yield self._leg(target, "fail", code=CUT_OFF_CODE, answered=True)
            case HangsUp(target):
                yield self._leg(target, "hangup")
            case SendsEarlyMedia(target):
                yield self._leg(target, "early")
            case Holds(target, resumes):
                yield self._leg(target, "unhold" if resumes else "hold")
            case SaysPlace(target, place, minutes):
                told = {"ewt": 0, "code": EWT_UNKNOWN} if minutes is None else {"ewt": minutes * 60_000, "code": 200}
                yield self._leg(target, "place", position=place, **told)
            case TransfersTo(target, to):
                yield self._leg(target, "ask_transfer", to=to)
            case Request():
                yield _ask(event.body, event.method, event.token, dict(event.headers))
            case PlatformDoes():
                yield self._platform(event)
            case LookUpsEnd(entries):
                held = [True] * (len(entries) - 1)
                for (name, says), is_held in zip(entries, [*held, False], strict=True):
                    yield {
                        "type": "platform",
                        "does": "storage",
                        "key": name,
                        "says": says,
                        **({"held": True} if is_held else {}),
                    }
            case ClockShows(at):
                yield {"type": "platform", "does": "clock", "at": None if at is None else milliseconds(at)}
            case Wait(lasting):
                yield {"type": "advance", "ms": lasting}
            case Until():
                yield {"type": "until", "ms": LONGEST_WAIT_MS}
            case Expect():
                yield {"type": "look"}
            case _:
                assert_never(event)

    def _leg(self, target: str, does: str, **details: Any) -> Emulated:
        return {"type": "leg", "leg": self._number(target), "does": does, **details}

    def _is_queue(self, target: str) -> bool:
        return isinstance(self.flow.target(target), QueueTarget)

    def _number(self, target: str) -> str:
        """Whoever is called with a number of data that are no JSON is nobody."""
        called = self.flow.target(target)
        if isinstance(called.dialled, Data):
            return str(self.data.get(called.dialled.name, "nobody"))
        return number_of(called, self.call.account)

    def _platform(self, event: PlatformDoes) -> Emulated:
        leg = event.of
        if event.target is not None:
            leg = self._number(event.target)
        said = {"text": event.text} if event.text else {}
        return {"type": "platform", "leg": leg, "which": event.which, **_DOES[event.does](event.what), **said}

    def _asks(self, event: Asks) -> Emulated:
        """A repeated request is the tools' second attempt at the same: what is spoken after it is spoken once."""
        id = event.id or next(self.ids)
        action = action_named(self.flow, event.action)
        said = phrases(self.flow, action) if id not in self.asked else {}
        lasting = {language: MS_PER_CHARACTER * len(words) for language, words in said.items()}
        self.asked.add(id)
        values = without_left_out(action, event.values)
        body = json.dumps({"action": event.action, **values}, ensure_ascii=False)
        headers = {"X-Flowc-Contract": self.contract, REQUEST_ID: id}
        return {**_ask(body, "POST", "right", headers), "words_ms": lasting.get(None, lasting or 0)}


def _data(text: str) -> Mapping[str, Any]:
    """Nothing, if the text is no JSON object."""
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


_DOES: Mapping[str, Callable[[str], Emulated]] = {
    "repeats": lambda what: {"does": "repeats", "what": REPEATED[what]},
    "announces": lambda number: {"does": "announces", "from": number},
    "agent": lambda how: {"does": "agent", "how": how},
    "caller": lambda _: {"does": "caller"},
    "webhook": lambda code: {"does": "webhook", "code": int(code)},
    "gives up": lambda _: {"does": "webhook", "code": NO_ANSWER_CODE},
    "sound file": lambda how: {"does": "file", "how": how},
    "playback": lambda how: {"does": "playback", "how": how},
    "recording": lambda how: {"does": "recording", "how": RECORDINGS[how]},
    "voice detection": lambda does: {"does": "voice_detection", "how": does},
    "call list": lambda does: {"does": "call_list", "isHeard": CALL_LIST_DOES[does]},
    "session": lambda _: {"does": "session"},
    "voice": lambda speech: {"does": "voice", "how": speech},
    "hangup": lambda comes: {"does": "hangup", "isLate": comes == TOO_LATE},
    "detection": lambda finds: {"does": "detection", "finds": finds},
    "beep": lambda how: {"does": "beep", "how": BEEPS[how]},
    "late key": lambda key: {"does": "key", "key": key},
    "timer": lambda name: {"does": "timer", "name": name},
}
"""What the platform does, as the emulator takes it."""


def _answers_as(event: Answers) -> Emulated:
    """What the platform finds out of whoever answers, as the emulator takes it."""
    found: Any = {"result": "VOICEMAIL" if event.is_machine else "HUMAN", "after": event.found_ms}
    match event.detection:
        case "is unsure":
            found = None
        case "fails":
            found = {"error": "detection failed", "after": event.found_ms}
        case "says nothing":
            found = "never"
    return {"found": found, "beep": "error" if event.beep == "fails" else event.beep}


def gives_up(contract: str, id: str) -> Emulated:
    """The tools say that their model does not answer."""
    return _says_alone(NO_ANSWER, contract, id)


def _says_alone(action: str, contract: str, id: str) -> Emulated:
    headers = {"X-Flowc-Contract": contract, REQUEST_ID: id}
    return _ask(json.dumps({"action": action}), "POST", "right", headers)


def _ask(body: str, method: str, token: str, headers: dict[str, str]) -> Emulated:
    return {"type": "ask", "method": method, "token": token, "body": body, "headers": headers, "words_ms": 0}
