"""What happened on a call, in the words of somebody who watches it: the emulator's trace without what does not matter.

From the trace of a played call to a list of happenings: who did what, towards whom, and who is on the line then.
Timers, settings that were found, log lines and media that nobody notices are left out; nothing is added or judged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from flowc.diagnostics import cut
from flowc.emit.contract import AT_WORK, NO_ANSWER
from flowc.language.calls.expectations import BRIEFING, BRIEFING_OVER, INTRODUCING, INTRODUCTION, INTRODUCTION_OVER
from flowc.ringback import BEEP
from flowc.simulator.trace import (
    EWT_UNKNOWN,
    CallListTold,
    CallOver,
    Place,
    Reply,
    Request,
    TraceEvent,
    metadata_of,
    not_possible,
)
from flowc.testing.result import PlayedCall

CALLER, SCENARIO, AGENT = 0, 1, 2
"""Columns. The targets that were called follow, from 3 on; in a flow without an agent they stand in its place."""

GONE, RINGING, PRESENT = " ", ":", "|"
"""How far somebody is on the line, as a timeline draws it."""

# RFC 3261, section 21, for the codes that a flow tells apart.
_SIP = {
    402: "not allowed", 403: "not allowed", 404: "no such number", 408: "no answer", 410: "no such number",
    480: "unreachable", 484: "no such number", 486: "busy", 487: "stopped ringing", 600: "busy", 603: "declined",
}  # fmt: skip


class Happening(Struct, frozen=True):
    """One thing that happened: `who` (a column) did `text`, an arrow leading `to` another column if it reached one. The
    text has the length of a message at most.

    `index` is the trace's entry, `t` milliseconds. `trouble` is what should not happen on any call. `present` says for
    every column whether it is on the line afterwards.
    """

    index: int
    t: int
    who: int
    text: str
    to: int | None
    trouble: bool
    present: tuple[str, ...]


class Heard(Struct, frozen=True):
    """What the caller hears from `t` on, in words; `kind` is a word of `SOUNDS`. `index` is the trace's entry."""

    index: int
    t: int
    kind: str
    text: str


SOUNDS = ("nothing", "silence", "ringing", "agent", "person", "prompt", "ringback", "sound", "recorder")
"""`nothing`: the caller is not on the line. `ringing`: nobody has answered. `sound`: a file, a beep, or a mixture."""
_SOUND_OF = {"agent": "agent", "tts": "prompt", "unanswered": "ringing", "ringing": "ringing", "silence": "silence"}


def heard(call: PlayedCall) -> Iterator[Heard]:
    """What the caller hears, each time that it becomes something else."""
    watch = _Watch(call)
    for index, entry in enumerate(call.trace):
        for _ in watch.sees(index, entry):
            pass
        if entry["event"] == "hears" and entry["leg"] == "caller":
            yield Heard(index, entry["t"], *watch.heard(entry["what"]))


def parties(call: PlayedCall) -> tuple[str, ...]:
    """The columns by name: caller, scenario, agent if the flow has one, and the targets in the order in which they were
    called.
    """
    names = _parties(call)
    return names if call.has_agent else (*names[:AGENT], *names[AGENT + 1 :])


def _parties(call: PlayedCall) -> tuple[str, ...]:
    """With a column for an agent, whether or not there is one."""
    names = ["caller", "scenario", "agent", *call.parties[2:]]
    legs = dict(call.legs)
    for entry in call.trace:
        if entry["event"] == "dial":
            name = legs.get(entry["call"], entry["number"])
            if name not in names[AGENT + 1 :]:
                names.append(name)
    return tuple(names)


def happenings(call: PlayedCall) -> Iterator[Happening]:
    """What happened, in order."""
    watch = _Watch(call)
    for index, entry in enumerate(call.trace):
        for who, text, to in watch.sees(index, entry):
            trouble = entry["event"] in ("error", "misuse", "platform_limit", "throws")
            found = Happening(index, entry["t"], who, cut(text), to, trouble, tuple(watch.present))
            yield found if call.has_agent else _without_agent(found)


def _without_agent(found: Happening) -> Happening:
    """The same among the columns of a flow without an agent. Nothing is done by it, or reaches it."""

    def moved(column: int) -> int:
        return column - 1 if column > AGENT else column

    to = None if found.to is None else moved(found.to)
    present = (*found.present[:AGENT], *found.present[AGENT + 1 :])
    return replace(found, who=moved(found.who), to=to, present=present)


_Seen = tuple[int, str, int | None]


class _Watch:
    """Who is who and who is on the line, entry by entry."""

    def __init__(self, call: PlayedCall) -> None:
        self.names = _parties(call)
        self.legs = dict(call.legs)
        self.columns: dict[str, int] = {"caller": CALLER}  # by the label or the id of a leg
        self.present = [GONE] * len(self.names)
        self.present[SCENARIO] = PRESENT
        self.called: dict[str, int] = {}  # the columns of targets, by the ids of legs
        self.caller = "caller"  # the id of the leg of whoever is the caller
        self.dialled: dict[str, list[str]] = {}  # the ids of legs, by their label, in order
        self.states: dict[str, str] = {}  # how far each leg is on the line, by its id
        self.apart: dict[str, int] = {}  # of legs of one target that are there at once: which call of it each is
        self.hung_up: set[str] = set()
        self.agent = ""
        self.posted: set[str] = set()  # by what says of a request to a webhook that it is one, sent again
        self.asked: set[str] = set()  # by the agent: what is asked for once more says the same
        self.outside = _outside(call)

    def sees(self, index: int, entry: TraceEvent) -> Iterator[_Seen]:
        if entry["event"] == "dial":
            name = self.legs.get(entry["call"], entry["number"])
            self.called[entry["call"]] = self.names.index(name, AGENT + 1)
            self.columns[entry["leg"]] = self.columns[entry["call"]] = self.called[entry["call"]]
            self._is_called_again(entry["call"])
            self.dialled.setdefault(entry["leg"], []).append(entry["call"])
        match entry["event"]:
            case "dial" | "caller_now" if entry["leg"] == "caller":
                self._is_to_be_caller(entry["call"])
            case "caller_no_more":
                self._moves(entry["call"], self.called[entry["call"]], entry["leg"])
            case "step" if entry["way"] == "outbound" and entry["step"] == "connected":
                self._moves(self.caller, CALLER, "caller")
        match entry["event"]:
            case "http_request":
                once = entry["headers"].get("Idempotency-Key", "")
                what = "posts that once more to" if once in self.posted else "posts to"
                self.posted |= {once} if once else set()
                yield SCENARIO, f"{what} {entry['url']}", None
            case "request" if self.outside[index]:
                yield SCENARIO, f"somebody posts {entry['content']}", None
            case "request":
                told = f"{entry['content']} {entry['headers']}"
                yield AGENT, _request(entry, is_again=told in self.asked), SCENARIO
                self.asked.add(told)
            case "reply" if self.outside[index]:
                yield SCENARIO, f"replies {_reply(entry)}", None
            case "agent_connecting":
                self.agent = entry["agent"]
                self.present[AGENT] = RINGING
                yield SCENARIO, "connects", AGENT
            case "agent_connected":
                self._stays(entry["agent"], PRESENT)
                yield AGENT, "is connected", None
            case "agent_refused":
                self._stays(entry["agent"], GONE)
                yield AGENT, f"cannot be reached: {entry['message']}", SCENARIO
            case "agent_closed":
                self._stays(entry["agent"], GONE)
                yield AGENT, f"is lost ({entry['code']} {entry['reason']})".replace(" )", ")"), SCENARIO
            case "agent_close":
                self._stays(entry["agent"], GONE)
                yield SCENARIO, "disconnects", AGENT
            case "agent_dropped":
                self._stays(entry["agent"], GONE)
            case "agent_start":
                outcome = metadata_of(entry).get("vox_outcome")
                if outcome is not None:
                    yield SCENARIO, f"tells: {_told(outcome)}", AGENT
            case "agent_custom" if metadata_of(entry).get("vox_event") != "session":
                yield SCENARIO, f"tells: {_told(metadata_of(entry) or entry['parameters'])}", AGENT
            case "agent_dtmf":
                yield SCENARIO, f"passes on {_short(entry['parameters'])}", AGENT
            case "agent_speaks":
                says = f"says “{entry['text']}”" if "text" in entry else f"speaks for {(entry['ms'] or 0) / 1000:g}s"
                yield AGENT, "speaks" if entry["ms"] is None else says, None
            case "agent_says_nothing":
                yield AGENT, "says nothing", None
            case _ if (column := self._column(entry)) is not None:
                which = self.apart.get(self._id(entry)) if column != CALLER else None
                mark = "" if which is None else f" (call {which})"
                yield from ((who, text + mark, to) for who, text, to in self._leg(entry, column))
            case _:
                yield from _session(entry)

    def _is_called_again(self, call: str) -> None:
        """Whoever is called once more while a call before is still there: from now on both are told apart."""
        of_target = [each for each, column in self.called.items() if column == self.called[call]]
        there = [each for each in of_target if each != call and self.states.get(each, GONE) != GONE]
        for each in (*there, *([call] if there else [])):
            self.apart[each] = of_target.index(each) + 1

    def _id(self, entry: TraceEvent) -> str:
        """Of the leg that an event is about, as far as that is known: else it is the latest with that label of those
        that are on the line, or else ring.
        """
        if isinstance(call := entry.get("call"), str):
            return call
        label = str(entry.get("leg"))
        dialled = self.dialled.get(label, [label])
        if entry.get("given_up") and len(dialled) > 1:
            return dialled[-2]
        there = ([each for each in dialled if self.states.get(each) == how] for how in (PRESENT, RINGING))
        return next((found[-1] for found in there if found), dialled[-1])

    def _is_there(self, entry: TraceEvent, column: int, how: str) -> None:
        self.states[self._id(entry)] = how
        self._redraw(column)

    def _redraw(self, column: int) -> None:
        """A column is as far on the line as that of its legs which is the farthest."""
        legs = [how for leg, how in self.states.items() if self.columns.get(leg) == column]
        self.present[column] = next((how for how in (PRESENT, RINGING) if how in legs), GONE)

    def _is_to_be_caller(self, call: str) -> None:
        """Of a call that is placed: the caller, once it has taken the call, which is not yet so when it answers."""
        self.caller = call
        self.columns["caller"] = self.columns[call]

    def _moves(self, call: str, column: int, label: str) -> None:
        """A leg is in another column from now on."""
        before = self.columns[call]
        self.columns[call] = self.columns[label] = column
        if call not in self.dialled.setdefault(label, []):
            self.dialled[label].append(call)
        if before != column:
            self._redraw(column)
            self._redraw(before)

    def _column(self, entry: TraceEvent) -> int | None:
        """Whose leg an event is about: two attempts at one number are told apart by `call`, where that is known."""
        leg = entry.get("call", entry.get("leg"))
        return self.columns.get(leg) if isinstance(leg, str) else None

    def _leg(self, entry: TraceEvent, column: int) -> Iterator[_Seen]:
        match entry["event"]:
            case "dial":
                self._is_there(entry, column, RINGING)
                yield SCENARIO, "calls", column
            case "alerting":
                self._is_there(entry, column, RINGING)
                yield CALLER, f"calls {entry['to']}", SCENARIO
            case "answer":
                yield SCENARIO, "answers", column
            case "reject":
                yield SCENARIO, f"rejects with {entry['code']}", column
            case "ringing":
                yield column, "rings", None
            case "connected":
                self._is_there(entry, column, PRESENT)
                if column != CALLER:
                    yield column, "answers", SCENARIO
            case "failed" | "disconnected":
                self._is_there(entry, column, GONE)
                if entry["call"] not in self.hung_up:
                    yield column, _farewell(entry, column), SCENARIO
            case "hangup":
                if entry["call"] not in self.hung_up:
                    self.hung_up.add(entry["call"])
                    given_up = column != CALLER and self.states.get(self._id(entry)) == RINGING
                    yield SCENARIO, "gives up" if given_up else "hangs up", column
            case "dropped":
                self._is_there(entry, column, GONE)
                if entry["call"] not in self.hung_up:
                    yield SCENARIO, "drops the call", column
            case "digit":
                yield column, f"presses {entry['digit']}", SCENARIO
            case "voice":
                yield column, "speaks" if entry["speaks"] else "says nothing any more", None
            case "transfer_to":
                yield SCENARIO, f"asks to be handed over to {entry['to']}", column
            case "transfer_complete":
                self.hung_up.add(self.caller)
                yield column, "is handed over", SCENARIO
            case "transfer_failed":
                yield column, f"is not handed over: {_refusal(entry['code'])}", SCENARIO
            case "place":
                yield column, _place(entry), SCENARIO
            case "send_digits":
                yield SCENARIO, f"sends digits {entry['digits']}", column
            case "detected" if entry["result"] in _SOUNDS_LIKE:
                yield column, _SOUNDS_LIKE[entry["result"]], SCENARIO
            case "detection_failed":
                yield column, _SOUNDS_LIKE["TIMEOUT"], SCENARIO
            case "beep":
                yield column, "beeps" if entry["how"] == "heard" else "is not heard to beep", SCENARIO
            case "hears" if column != CALLER and (entry["what"] or "").startswith("tts:"):
                yield column, f"hears {self._sound(entry['what'] or '')}", None
            case "hears" if column == CALLER and entry["what"] == "recorder":
                yield CALLER, "leaves a message", None
            case "hears" if column == CALLER and (what := entry["what"]) is not None and what != "unanswered":
                yield CALLER, f"hears {self._sound(what)}", None

    def heard(self, what: str | None) -> tuple[str, str]:
        """In a word, and in words."""
        if what is None:
            return "nothing", "nothing"
        if what == "recorder":
            return what, "nothing, and is recorded"
        if what.partition(" + ")[0] in self.columns:
            return "person", self._sound(what)
        if what.startswith("tone:"):
            return ("sound" if what.endswith(BEEP) else "ringback"), self._sound(what)
        return _SOUND_OF.get(what.partition(":")[0], "sound"), self._sound(what)

    def _sound(self, what: str) -> str:
        if " + " in what:
            return " and ".join(map(self._sound, what.split(" + ")))
        if what in self.columns:
            return self.names[self.columns[what]]
        kind, _, text = what.partition(":")
        if text == BEEP:
            return "a beep"
        return {"tts": f'"{text}"', "tone": "ringback", "url": f"the file {text}"}.get(kind, what)

    def _stays(self, agent: str, how: str) -> None:
        if agent == self.agent:
            self.present[AGENT] = how


_INTRODUCES = {
    INTRODUCING: "it talks on while it rings",
    INTRODUCTION: "{} and the caller hear it",
    INTRODUCTION_OVER: "it talks to the caller alone, and no more to {}",
}
_SOUNDS_LIKE = {
    "HUMAN": "sounds like a person",
    "VOICEMAIL": "sounds like a machine",
    "TIMEOUT": "may be a machine: nobody can tell",
}
"""What the platform says of whoever has answered."""


def _session(entry: TraceEvent) -> Iterator[_Seen]:
    match entry["event"]:
        case "reply":
            yield SCENARIO, _reply(entry), AGENT
        case "http_response" if not 200 <= entry["code"] <= 299:
            yield SCENARIO, f"gets {entry['code']} from the webhook", None
        case "call_list":
            yield SCENARIO, _told_list(entry), None
        case "storage_answer" if not entry["found"]:
            yield SCENARIO, f"finds no {entry['key']} in the storage", None
        case "secret" if not entry["found"]:
            yield SCENARIO, f"finds no {entry['name']} in the secrets", None
        case "storage_error":
            yield SCENARIO, f"cannot read {entry['key']}: {entry['message']}", None
        case "recorder" if entry["keep"] is not None:
            yield SCENARIO, "records the call", None
        case "recorder_failed":
            yield SCENARIO, "cannot record any more", None
        case "voice_detection" if entry["does"] in ("refuses", "fails"):
            yield SCENARIO, "cannot hear whether anybody speaks", None
        case "platform_limit":
            yield SCENARIO, f"is ended by the platform: {entry['limit']}", None
        case "misuse" if not entry["message"].endswith(" is over"):  # else it came too late, and nothing happened
            yield SCENARIO, f"misuses {entry['message']}", None
        case "throws":
            yield SCENARIO, f"{entry['what']} throws", None
        case "step" if not_possible(entry):  # which is why nothing of it is seen
            yield SCENARIO, f"{entry['step']} {entry['which'] or ''}".rstrip(), None
        case "error":
            line = f" in line {entry['line']}" if entry["line"] else ""
            yield SCENARIO, f"fails{line}: {entry['message']}", None
        case "ended":
            yield SCENARIO, "the call is over", None


def _told_list(entry: CallListTold) -> str:
    what = "that it has succeeded" if entry["what"] == "result" else "of an error"
    return f"tells the call list {what}" + ("" if entry["heard"] else ", which nobody hears")


def _outside(call: PlayedCall) -> list[bool]:
    """For every entry of the trace, whether it belongs to a step in which somebody else than the agent posts: where
    there is none, everybody is somebody else.
    """
    starts = {index: " ".join(text.split()).removeprefix("- ").startswith("request:") for index, text, _ in call.marks}
    outside, now = [], False
    for index in range(len(call.trace)):
        now = starts.get(index, now) or not call.has_agent
        outside.append(now)
    return outside


def _refusal(code: int) -> str:
    known = _SIP.get(code)
    return f"{known} ({code})" if known else str(code)


def _place(entry: Place) -> str:
    """What a queue says of it, as far as it does."""
    position, ewt = entry.get("position"), entry.get("ewt")
    minutes = None if ewt is None or entry.get("code") == EWT_UNKNOWN else f"{ewt / 60_000:g} minutes"
    return ", ".join(["says place" if position is None else f"says place {position:g}", *filter(None, [minutes])])


def _farewell(entry: CallOver, column: int) -> str:
    if entry["event"] == "disconnected" or column == CALLER:
        return "hangs up"
    known = _SIP.get(entry["code"])
    return f"{known} ({entry['code']})" if known else f"fails ({entry['code']})"


def _request(entry: Request, *, is_again: bool) -> str:
    """An action with its parameters, or the body as it is."""
    try:
        body = json.loads(entry["content"])
    except ValueError:
        return f"posts {entry['content']}"
    if not isinstance(body, dict) or not isinstance(body.get("action"), str):
        return f"posts {entry['content']}"
    parameters = {name: value for name, value in body.items() if name != "action"}
    if body["action"] == NO_ANSWER:
        return "says that its model does not answer"
    if body["action"] == AT_WORK:
        return "says that it is at work"
    if is_again:
        return f"asks {body['action']} once more"
    return f"asks {body['action']}" + (f" {_short(parameters)}" if parameters else "")


def _reply(entry: Reply) -> str:
    try:
        body = json.loads(entry["body"])
    except ValueError:
        body = None
    if entry["status"] == 200 and isinstance(body, dict) and "ok" in body:
        return _replied(body)
    return f"{entry['status']} {entry['body']}".rstrip()


def _replied(reply: Any) -> str:
    match reply:
        case {"ok": True, "data": data}:
            return f"ok {_short(data)}"
        case {"ok": True, "pending": True}:
            return "ok, the reply is to come"
        case {"ok": True}:
            return "ok"
        case {"error": {"code": code}}:
            return f"refused: {code}"
    return _short(reply)


def _told(metadata: Any) -> str:
    if isinstance(metadata, dict) and metadata.get("vox_event") == "reply":
        return f"the reply was {_replied(metadata.get('reply'))}"
    if isinstance(metadata, dict) and metadata.get("vox_event") in (BRIEFING, BRIEFING_OVER):
        ends = " no more" if metadata["vox_event"] == BRIEFING_OVER else ""
        return f"it talks to {metadata.get('target')} alone{ends}"
    if isinstance(metadata, dict) and metadata.get("vox_event") in _INTRODUCES:
        return _INTRODUCES[metadata["vox_event"]].format(metadata.get("target"))
    if isinstance(metadata, dict) and metadata.get("vox_event") == "keys":
        return f"keys {metadata.get('keys')}"
    if isinstance(metadata, dict) and metadata.get("vox_event") == "idle":
        return f"nobody says anything, {metadata.get('count')}"
    if not isinstance(metadata, dict) or "outcome" not in metadata:
        return _short(metadata)
    told = " ".join(str(metadata[key]) for key in ("target", "outcome") if metadata.get(key) is not None)
    say = f', say "{metadata["say"]}"' if metadata.get("say") else ""
    return (told or str(metadata.get("vox_event", "no outcome"))) + say


def _short(value: Any) -> str:
    """A value on one line: a mapping as in a flow, without quotes that only programs need."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_short(each)}" for name, each in value.items()) + "}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
