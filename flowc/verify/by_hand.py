"""A violation as a call script in which nothing happens by itself: an event of the search is a step, one for one.

Where a script as somebody would write it (`lowering.py`) comes another way, since in it announcements, connections and
timers take the time that they take, this one has what the platform does and when: `platform: {by itself: nothing}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from flowc.language.calls import platform
from flowc.testing.play.switches import BY_ITSELF, NOTHING
from flowc.verify.alphabet import moments_of
from flowc.verify.lowering import ELSEWHERE, REPEATED, REPORTED_AGAIN, TOKENS, Lowering, Written
from flowc.verify.script_text import Words, duration

WORDS = "so."
"""What an agent says who speaks: for how long is not said by that."""
NO_ANSWER = -7
MOST_SENT, LONGEST_REQUEST_MS = 3, 90_000
"""How many requests the platform sends at once, and how long it waits for one."""
FOUND = {
    "HUMAN": "finds a person",
    "VOICEMAIL": "finds a machine",
    "TIMEOUT": "is unsure",
    "error": "fails",
    "CALL_ENDED": "ends",
}
RECORDINGS = {"starts": "begins", "stops": "ends", "fails": "fails"}
BEEPS = {told: word for word, told in platform.BEEPS.items()}
LOOK_UPS = {"value": "answers", "nothing": "has nothing", "error": "fails"}
PLAYBACK = {"ends": "ends", "fails": "fails", "only fails": "fails alone"}
FILES = {"is loaded": "loads", "begins again": "begins again"}
HANGUPS = {"is gone": "reported", "answers all the same": "too late"}
ITS_OWN = ("rings", "sends early media", "answers", "hangs up", "holds", "resumes", "is handed over")
"""What somebody does, in the words of the search and of scripts alike."""
AGENT_DOES = {"closes": "is lost", "interrupts": "is interrupted", "falls silent": "falls silent"}
NOT_SAID = {
    "a number of nobody": "the scenario calls a number that is no target's: scripts know whom it calls by its name",
    "a secret that is missing for a moment": "the account lacks a secret once, and has it before or afterwards",
    "a token that is nearly right": "scripts know a wrong token, and not one that is nearly right",
    "a webhook that is told again at once": "what a webhook is told again it is told at once, and answers the same",
    "an address without TLS": "the address of a webhook has no TLS when an action is asked for, and only then",
    "an answer after a failure": "somebody answers whose call has failed: it stands for whoever was given up",
}
"""What no script can say, and why."""


class NotSaid(Exception):
    """One of `NOT_SAID`."""


class ByHand(Lowering):
    """Raises NotSaid."""

    def all(self) -> Written:
        self.written.platform[BY_ITSELF] = NOTHING
        if self.violation.thrown is not None:
            function, which = self.violation.thrown
            self.written.platform["throws"] = {function: which}
        self.moments = moments_of(self.flow)
        first = self.events[0].get("moment", 0)
        self.moment = first if first < len(self.moments) else 0
        if self.moments:
            self.written.clock = self._clock_at(self.moment)
        if any(event["do"] == "leave" and event["as"] == "Failed" for event in self.events):
            self.written.platform["abandoned call"] = "failed"
        for number, event in enumerate(self.events):
            self._go_on(number, event)
        return self.written

    def _clock_at(self, number: int) -> str:
        return f"{self.moments[number].at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"

    def _go_on(self, number: int, event: Words) -> None:
        if self.times[number] > self.now:
            self._step("wait", duration(self.times[number] - self.now))
            self.now = self.times[number]
        moment = event.get("moment", 0)
        if moment != self.moment and self.written.rows:
            self.moment = moment
            self._says({"clock": self._clock_at(moment) if moment < len(self.moments) else "unknown"})
        self._without(event)
        is_any = event["do"] == "timer" and not (event.get("far") or event.get("early"))
        if is_any and self._waiting(number) >= MOST_SENT:
            self._step("wait", duration(LONGEST_REQUEST_MS))  # as any timer may be the first, what is sent may be over
        for words in self.violation.before[number]:
            self._says({"timer": words})
        for who, what in self._steps_of(event):
            self._step(who, what)
        for words in self.violation.turns[number]:
            self._says({"timer": words})

    def _waiting(self, number: int) -> int:
        """How many requests to webhooks have no answer before an event."""
        before = [each["event"] for each in self.call.trace[: self.call.marks[number][0]]]
        return before.count("http_request") - before.count("http_response")

    def _says(self, what: Words) -> None:
        self._step("platform", what)

    def _has_it_again(self) -> None:
        raise NotSaid("a secret that is missing for a moment")

    def _steps_of(self, event: Words) -> Iterator[tuple[str, Any]]:
        match event:
            case {"do": "call"}:
                yield "caller", {"calls": self._calls(event)}
            case {"do": "start", "data": data}:
                yield "outbound", {"starts": self.world["starts"][data], **self.world["started"]}
            case {"do": "list", "does": does}:
                yield "platform", {"call list": does}
            case {"do": "connect"}:
                yield "platform", {"caller": "is connected"}
            case {"do": "leave"}:
                yield "caller", "hangs up"
            case {"do": "post", "insecure": True}:
                raise NotSaid("an address without TLS")
            case {"do": "post", "body": body} if self.world["bodies"][body]["token"] not in TOKENS:
                raise NotSaid("a token that is nearly right")
            case {"do": "post"}:
                yield "request", self.request(event)
            case {"do": "storage", "keys": keys, "found": found}:
                missing = event.get("missing")
                yield "platform", {"storage": {key: LOOK_UPS[found if key == missing else "value"] for key in keys}}
            case {"do": "agent", "does": "connects" | "refuses" as does}:
                yield "platform", {"agent": does}
            case {"do": "agent", "does": "speaks"}:
                yield "agent", {"says": WORDS}
            case {"do": "agent", "does": does}:
                yield "agent", AGENT_DOES[does]
            case {"do": "webhook", "isAgain": True}:
                raise NotSaid("a webhook that is told again at once")
            case {"do": "webhook", "code": code}:
                which = {"which": event["which"] + 1} if event.get("which") else {}
                said: Words = {"gives up": "webhook"} if code == NO_ANSWER else {"webhook": code}
                answers = {"answers": self.world["texts"][event["answer"]]} if "answer" in event else {}
                yield "platform", {**said, **answers, **which}
            case {"do": "player", "how": how} if how in FILES:
                yield "platform", {"sound file": FILES[how]}
            case {"do": "player", "how": how}:
                person = event.get("byPerson")
                yield "platform", {"playback": PLAYBACK[how], **({"of": self._who(person)} if person else {})}
            case {"do": "recorder", "does": does}:
                yield "platform", {"recording": RECORDINGS[does]}
            case {"do": "voice", "does": "begins" | "ends" as speech}:
                person = event.get("byPerson")
                yield "platform", {"voice": speech, **({"of": self._who(person)} if person else {})}
            case {"do": "voice", "does": "works" | "says nothing" | "refuses" | "fails" as does}:
                yield "platform", {"voice detection": does}
            case {"do": "leg", "unit": unit, "does": does}:
                yield self._of_leg(event, unit, does)
            case {"do": "press", "kind": kind}:
                yield "platform", {"repeats": REPORTED_AGAIN[kind]}
            case {"do": "again", "unit": unit, "what": what}:
                yield "platform", {"repeats": REPEATED[what], "of": self._who(unit)}
            case {"do": "key", "unit": unit, "key": key, "isLate": True}:
                yield "platform", {"late key": key, "of": self._who(unit)}
            case {"do": "key", "unit": unit, "key": key}:
                yield self._who(unit), {"presses": key}
            case {"do": "found late", "unit": unit, "what": what}:
                yield "platform", {"detection": FOUND[what], "of": self._who(unit)}
            case {"do": "answers late"}:
                raise NotSaid("an answer after a failure")
            case {"do": "closed again"}:
                yield "platform", {"repeats": "disconnected", "of": "agent"}
            case {"do": "announce", "unit": "caller"}:
                yield "platform", {"repeats": "incoming call"}
            case {"do": "announce"}:
                yield "platform", {"announces": "15550000003"}
            case {"do": "started again"}:
                yield "platform", {"repeats": "start"}
            case {"do": "time" | "timer" | "late" | "nothing"}:
                pass  # what time brings about is in the turns
            case _:
                raise AssertionError(event)

    def _of_leg(self, event: Words, unit: str, does: str) -> tuple[str, Any]:
        who = self._who(unit)
        done_to = ("presses", "keys in", "is handed over", "is not handed over")
        if does not in done_to:  # to whoever is called, if not by them
            who = self.targets.get(unit, who)
        if does == "answers all the same":
            self._answered.add(unit)
        if does in HANGUPS:
            return "platform", {"hangup": who, **({} if does == "is gone" else {"comes": HANGUPS[does]})}
        if does == "is found out":
            return "platform", {"detection": FOUND[event["found"]], "of": who}
        if does == "beeps":
            return "platform", {"beep": BEEPS[event["how"]], "of": who}
        if does in ("presses", "keys in"):
            return who, {"presses": event["key"]}
        if does == "says the place":
            return who, self.place(event)
        if does == "transfers the caller":
            return who, {"transfers to": ELSEWHERE}
        if does == "is not handed over":
            return who, {does: event["code"]}
        if does == "fails":
            return who, "is cut off" if unit in self._answered else self.fails(who, event["code"])
        if does == "answers":
            self._answered.add(unit)
        assert does in ITS_OWN, does
        return who, does

    def _who(self, unit: str) -> str:
        if unit == "caller":
            return unit
        if unit not in self.targets:
            raise NotSaid("a number of nobody")
        return self.targets[unit]
