"""From the events of a violation to the steps of a call script.

In the search everything is an event, in a script a connection, an announcement and an answer of a webhook take the
time that they take. So an event becomes a step where the language of call scripts has a word for it, a setting of the
account or of the platform where it has that, and else a comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from itertools import pairwise
from typing import Any

from flowc.emit.contract import fingerprint
from flowc.ir import QueueTarget
from flowc.language.calls import platform
from flowc.language.calls.events import QUEUE_FAILURES, WITHHELD
from flowc.simulator.options import HTTP_MS
from flowc.simulator.trace import EWT_UNKNOWN
from flowc.testing.account import value_of
from flowc.testing.play.lower import MS_PER_CHARACTER
from flowc.testing.script.model import Account
from flowc.verify.alphabet import Alphabet, moments_of
from flowc.verify.oracle.timers import AGAIN_MS, LATEST_WARNED_MS, LATEST_WARNING, TOLD_AGAIN, WARNED_MS
from flowc.verify.passive import DISTANT, SOON
from flowc.verify.result import Violation
from flowc.verify.script_text import Words, duration, row
from flowc.verify.search import Subject

AGENT_CONNECTS_MS = 200
HANGUP_MS = 100
LIST_ANSWERS_MS = 50
FOUND_OUT_MS = 50
"""Until the platform has said who has answered, or that a machine beeps."""
RECORDER_FAILS_MS = 3_000
"""After which a recording fails that fails."""
WEBHOOK_FAILS = 503
SILENCE_TOLD_MS = 1_100
"""After the end of what an agent says: by then the platform has said that it is silent."""
TOKENS = ("right", "wrong", "none", "former")
"""Those that a script can say."""
PRESSES_FORGOTTEN_MS = 1_000
"""After a report of a press: what comes then is of another one."""
REPEATED = {told: word for word, told in platform.REPEATED.items()}
REPORTED_AGAIN = {"in_band": REPEATED["ToneReceived"], "sip_info": REPEATED["ToneReceived sip_info"]}
"""By the way in which a press is reported once more."""
ELSEWHERE = "sip:elsewhere@example.com"
"""Where a person wants to send the caller."""
SPEAKS_ON_MS = 30_000
"""What somebody says who does not stop, after the last event."""


@dataclass(slots=True)
class Written:
    rows: list[str] = field(default_factory=list)
    platform: Words = field(default_factory=dict)
    storage: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    webhooks: Words = field(default_factory=dict)
    clock: str = ""
    is_whole: bool = True  # every event is in it, in its place

    @property
    def account(self) -> Words:
        """What the call's own account has otherwise."""
        kinds = {"storage": self.storage, "secrets": self.secrets}
        return {kind: values for kind, values in kinds.items() if values}


class Lowering:
    """From events of the search to steps. `ahead` is how much further the script's clock is than the search's."""

    def __init__(self, subject: Subject, world: Alphabet, violation: Violation) -> None:
        self.flow = subject.flow
        self.world = world.world
        self.account = Account(dict(world.storage), dict(world.secrets))
        self.contract = fingerprint(subject.flow)
        self.violation = violation
        self.events = violation.events
        self.call = violation.call
        known = {target.name for target in subject.flow.targets}
        self.targets = {unit: name for unit, name in violation.call.legs if name in known}
        self.written = Written()
        self.times = self._times()
        self.begins = 0  # at which event the call has been answered
        self.now = 0
        self.ahead = 0
        self.speech_ends = 0
        self._answered: set[str] = set()

    def _urls(self) -> Iterator[tuple[str, str]]:
        """Of each webhook that is asked."""
        for webhook in self.flow.webhooks:
            if webhook.answer:
                yield webhook.name, value_of(webhook.url, self.account)

    def _times(self) -> list[int]:
        """When each event is over, as far as it can be seen: what is not time takes none."""
        starts = [start for start, _, _ in self.call.marks] + [len(self.call.trace)]
        times, now = [], 0
        for start, end in pairwise(starts):
            now = max([now, *(int(entry["t"]) for entry in self.call.trace[start:end])])
            times.append(now)
        if times:
            times[-1] = max(times[-1], self.call.ended_ms)
        return times

    def all(self) -> Written:
        self._clock()
        self.begins = self._beginning()
        for number in range(self.begins, len(self.events)):
            self._event(number, self.events[number])
        return self.written

    def _clock(self) -> None:
        """A call has one clock, which goes on by itself."""
        numbers = list(dict.fromkeys(event["moment"] for event in self.events if "moment" in event))
        if len(numbers) > 1:
            self._is_not_whole()
        found = moments_of(self.flow)
        for number in numbers[:1]:
            if number < len(found):
                self.written.clock = f"{found[number].at.astimezone(UTC):%Y-%m-%dT%H:%M}Z"
            else:
                self.written.platform["local time"] = "fails"

    def _beginning(self) -> int:
        """`caller: calls` goes on until the call is answered: what belongs to that is in it. How many events do."""
        written, events = self.written, self.events
        outcome = next((each["does"] for each in events if each["do"] == "agent"), "")
        is_started = any(entry["event"] == "agent_connecting" for entry in self.call.trace) or outcome
        if outcome == "refuses":
            written.platform["agent"] = "refuses"
        number = 0
        while number < len(events) and self._is_beginning(events[number], number):
            event = events[number]
            self._without(event)
            if event["do"] == "storage" and event["found"] == "nothing":
                written.storage[event["missing"]] = ""
            elif event["do"] == "storage" and event["found"] == "error":
                self._fails_at(event)
            elif event["do"] == "leg" or event["do"] == "late":
                self._is_not_whole()
            number += 1
        if not outcome and is_started and number < len(events):  # else nothing hinders it: the path ends before
            written.platform["agent"] = "hangs"
        call = next((event for event in events if event["do"] in ("call", "start")), {})
        if "data" in call:
            written.rows.append(
                row({"outbound": {"starts": self.world["starts"][call["data"]], **self.world["started"]}})
            )
        else:
            written.rows.append(row({"caller": {"calls": self._calls(call)}}))
        self.now = self.times[number - 1] if number else 0
        if outcome == "connects":
            self.ahead = AGENT_CONNECTS_MS
        self.now += self.ahead
        return number

    def _calls(self, event: Words) -> Words:
        caller = self.world["caller"]
        who, dialled = caller["from"], caller["to"][event.get("to", 0)]
        over = {}
        if event.get("who"):
            who = caller["others"][event["who"] - 1]
        if event.get("national"):
            who, dialled = caller["national"]
        if event.get("national") or event.get("overSip"):
            over = {"over": "sip"}
        withheld = event.get("withheld", False)
        if withheld == WITHHELD:
            self._is_not_whole()  # in scripts that word is any number that is withheld
        return {"from": WITHHELD if withheld is True else who if withheld is False else withheld, "to": dialled, **over}

    def _is_beginning(self, event: Words, number: int) -> bool:
        if event["do"] in ("call", "start", "connect", "storage", "late"):
            return True
        if self.events[0]["do"] == "start":
            return False  # it rings then
        if event["do"] == "agent" and event["does"] in ("connects", "refuses"):
            return True
        rest = self.events[number:]
        return event["do"] in ("time", "timer") and any(
            each["do"] == "connect" or (each["do"] == "agent" and each["does"] in ("connects", "refuses"))
            for each in rest
        )

    def _without(self, event: Words) -> None:
        """A call is without a secret from its beginning to its end: it is the same where nothing else has read it."""
        name = event.get("without")
        if name is None:
            return
        read = (entry for entry in self.call.trace if entry["event"] == "secret" and entry["name"] == name)
        if any(entry["found"] for entry in read):
            self._has_it_again()
        else:
            self.written.secrets[name] = ""

    def _has_it_again(self) -> None:
        self._is_not_whole()

    def _named(self, number: int) -> str:
        return self.call.marks[number][1]

    def _fails_at(self, event: Words) -> None:
        self.written.platform.setdefault("storage", {})[event["missing"]] = "fails"

    def _is_not_whole(self) -> None:
        """There is something in it that comes about where nothing happens by itself, and not here."""
        self.written.is_whole = False

    def fails(self, target: str, code: int) -> Any:
        """What a target does that fails: of a queue there are words for it."""
        is_queue = target in self.targets.values() and isinstance(self.flow.target(target), QueueTarget)
        words = {code: word for word, code in QUEUE_FAILURES.items()} if is_queue else {}
        return words.get(code, {"fails": code})

    def _step(self, who: str, what: Any) -> None:
        self.written.rows.append(row({who: what}))

    def _until(self, time: int) -> None:
        if time > self.now:
            self._step("wait", duration(time - self.now))
            self.now = time

    def _takes(self, milliseconds: int) -> None:
        """Something that takes no time in the search."""
        self._until(self.now + milliseconds)
        self.ahead += milliseconds

    def _event(self, number: int, event: Words) -> None:
        self._until(self.times[number] + self.ahead)
        if self.violation.before[number]:
            self._takes(PRESSES_FORGOTTEN_MS)
        self._without(event)
        if event.get("fault"):
            self._is_not_whole()
            return
        match event:
            case {"do": "leave"}:
                self._step("caller", "hangs up")
            case {"do": "agent"}:
                self._agent(number, event["does"])
            case {"do": "leg"}:
                self._leg(number, event)
            case {"do": "post", "insecure": True}:
                self._is_not_whole()
            case {"do": "post"}:
                self._step("request", self.request(event))
            case {"do": "press", "kind": kind}:
                self._step("platform", {"repeats": REPORTED_AGAIN[kind]})
            case {"do": "time"} | {"do": "nothing"} | {"do": "connect"}:
                pass
            case {"do": "timer", "far": True, "what": what} if what in DISTANT:
                before_end = LATEST_WARNED_MS if what == LATEST_WARNING else WARNED_MS
                self._until(max(self.now, self.flow.call.max_duration_ms - before_end + self.ahead))
            case {"do": "timer", "far": True}:
                self._until(max(self.now, self.flow.call.max_duration_ms + self.ahead))
            case {"do": "timer", "what": "mediaEnded"}:
                self._takes(SILENCE_TOLD_MS)
            case {"do": "player", "how": "is loaded"}:
                pass
            case {"do": "player", "how": "ends"} if not event.get("isTone"):
                self._takes(self._announcement_ms(number))
            case {"do": "recorder", "does": "starts" | "stops"} if self._is_expected(number):
                pass
            case {"do": "recorder", "does": "fails"}:
                self.written.platform["recorder"] = "fails"
                self._takes(RECORDER_FAILS_MS)
            case {"do": "voice", "does": "works"}:
                pass
            case {"do": "list", "does": "answers"}:
                self._takes(LIST_ANSWERS_MS)
            case {"do": "list", "does": "refuses"}:
                self.written.platform["call list"] = "refuses"
                self._takes(LIST_ANSWERS_MS)
            case {"do": "webhook", "answer": _, "code": code} if code != 200:
                self._is_not_whole()
            case {"do": "webhook", "isAgain": True, "code": code}:
                self.written.platform["webhook"] = code
                self._takes(sum(AGAIN_MS) + (len(AGAIN_MS) + 1) * HTTP_MS)
            case {"do": "webhook", "answer": answer}:
                name = next(name for name, url in self._urls() if answer in self._answers_of(url))
                self.written.webhooks[name] = {"answers": self.world["texts"][answer]}
                self._takes(HTTP_MS)
            case {"do": "webhook", "code": code}:
                if code != 200:
                    self.written.platform["webhook"] = WEBHOOK_FAILS if code < 0 else code
            case {"do": "timer", "what": what} if what in SOON:
                pass  # it is over when time goes on
            case {"do": "timer", "what": what} if what == TOLD_AGAIN:
                self._takes(AGAIN_MS[0])
            case {"do": "storage", "found": "value"}:
                pass
            case {"do": "storage", "found": "nothing"}:
                self.written.storage[event["missing"]] = ""
            case {"do": "storage", "found": "error"}:
                self._fails_at(event)
            case _:
                self._is_not_whole()

    def _answers_of(self, url: str) -> list[int]:
        return [*self.world["asked"].get(url, ()), *self.world["askedOnce"].get(url, ())]

    def _is_expected(self, number: int) -> bool:
        """Whether a recording begins, or is complete once it was stopped: that happens by itself."""
        event = self.events[number]
        before = self.call.trace[: self.call.marks[number][0]]
        is_stopped = any(each["event"] == "recorder_stopped" and each["recorder"] == event["unit"] for each in before)
        return is_stopped is bool(event["does"] == "stops")

    def _agent(self, number: int, does: str) -> None:
        if does == "closes":
            self._step("agent", "is lost")
        elif does == "interrupts":
            self._step("agent", "is interrupted")
        elif does == "speaks":
            end = next(
                (other for other in range(number + 1, len(self.events)) if self._is_silence(self.events[other])), None
            )
            takes = self.times[-1 if end is None else end] - self.times[number] + (SPEAKS_ON_MS if end is None else 0)
            characters = max(1, -(-takes // MS_PER_CHARACTER))
            self._step("agent", {"says": ("so " * characters)[: characters - 1] + "."})
            self.speech_ends = self.now + characters * MS_PER_CHARACTER
        elif does == "falls silent":
            self._takes(max(0, self.speech_ends - self.now) + SILENCE_TOLD_MS)
        elif does == "refuses" and self.events[0]["do"] == "start":
            self.written.platform["agent"] = "refuses"
        elif does == "refuses" and not self._agent_connects_after(number):
            self.written.platform["agent"] = "connects once"
            self._takes(AGENT_CONNECTS_MS)
        elif does == "connects":
            self._takes(AGENT_CONNECTS_MS)
        else:
            self._is_not_whole()

    def _agent_connects_after(self, number: int) -> bool:
        """Whether another one is started in the call, and is there: where the platform connects once, none is."""
        others = self.events[self.begins : number] + self.events[number + 1 :]
        return any(each["do"] == "agent" and each["does"] == "connects" for each in others)

    @staticmethod
    def _is_silence(event: Words) -> bool:
        return event["do"] == "agent" and event["does"] in ("falls silent", "interrupts")

    def _leg(self, number: int, event: Words) -> None:
        unit, does = event["unit"], event["does"]
        target = self.targets.get(unit)
        is_given_up = self._is_hung_up(unit, number)
        if does in ("presses", "keys in") and (unit == "caller" or target is not None):
            self._step(unit if unit == "caller" else target or unit, {"presses": event["key"]})
        elif does == "is handed over":
            self._step(unit, does)
        elif does == "is not handed over":
            self._step(unit, {does: event["code"]})
        elif does == "is gone" or (unit == "caller" and target is None):
            self._takes(HANGUP_MS)
        elif target is None:
            self._is_not_whole()
        elif does == "answers" and is_given_up:
            self.written.platform["late connected"] = True
            self._takes(HANGUP_MS)
        elif does == "answers all the same":
            self.written.platform["answer wins"] = True
            self._takes(HANGUP_MS)
        elif does == "answers":
            self._step(target, self._answer(number, unit, target))
        elif does in ("is found out", "beeps"):
            self._found_out(number, event)
        elif does == "fails":
            self._step(target, self.fails(target, event["code"]))
        elif does == "transfers the caller":
            self._step(target, {"transfers to": ELSEWHERE})
        elif does == "says the place":
            self._step(target, self.place(event))
        elif does in ("rings", "hangs up", "holds", "resumes"):
            self._step(target, does)
        else:
            self._is_not_whole()

    @staticmethod
    def place(event: Words) -> Words:
        """What a queue says of the caller's place."""
        minutes = {} if event["code"] == EWT_UNKNOWN else {"minutes": -(-event["ewt"] // 60_000)}
        return {"place": event["position"], **minutes}

    def _answer(self, number: int, unit: str, target: str) -> Any:
        """Who it is that answers: what the platform says of that, and of a beep, later on the path."""
        machine = self.flow.target(target).machine
        if machine is None:
            return "answers"
        later = [each for each in self.events[number + 1 :] if each.get("unit") == unit]
        found = next((each["found"] for each in later if each.get("does") == "is found out"), None)
        beep = next((each["how"] for each in later if each.get("does") == "beeps"), "not in time")
        detection = {"HUMAN": "tells", "VOICEMAIL": "tells", "error": "fails", "TIMEOUT": "is unsure"}
        answer: Words = {
            "answers": "as a machine" if found == "VOICEMAIL" else "as a person",
            "detection": "says nothing" if found is None else detection[found],
            "after": duration(FOUND_OUT_MS),
        }
        if machine.message is not None:
            answer["beep"] = {"heard": duration(FOUND_OUT_MS), "error": "fails"}.get(beep, "never")
        return answer

    def _found_out(self, number: int, event: Words) -> None:
        """It takes time, and has been said with the answer."""
        if event.get("how") == "not in time" or event.get("found") == "TIMEOUT":
            self._is_not_whole()
        else:
            self._takes(FOUND_OUT_MS)

    def _is_hung_up(self, unit: str, number: int) -> bool:
        before = self.call.trace[: self.call.marks[number][0]]
        return any(entry["event"] == "hangup" and entry.get("call") == unit for entry in before)

    def _announcement_ms(self, number: int) -> int:
        before = self.call.trace[: self.call.marks[number][0]]
        texts = [str(entry.get("text", "")) for entry in before if entry["event"] == "player"]
        return MS_PER_CHARACTER * len(texts[-1]) if texts else 0

    def request(self, event: Words) -> Words:
        body = self.world["bodies"][event["body"]]
        headers = {"X-Flowc-Contract": self.contract, **body["headers"]}
        if event.get("id"):
            headers["X-Flowc-Request-Id"] = event["id"]
        if event.get("cancel"):
            headers["X-Flowc-Cancel"] = "interrupted"
        token = "former" if event.get("former") else body["token"]
        if token not in TOKENS:
            self._is_not_whole()
            token = "wrong"
        asked: Words = {"body": body["content"], "token": token, "headers": headers}
        return asked if body["method"] == "POST" else {**asked, "method": body["method"]}
