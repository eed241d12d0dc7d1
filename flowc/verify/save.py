"""Writes violations as call scripts, which `flowc test` replays.

The search and a script differ in who decides when things end: in the search everything is an event, in a script a
connection, an announcement and an answer of a webhook take the time that they take. So an event becomes a step where
the language of call scripts has a word for it, a setting of the account or of the platform where it has that, and else
a comment, which says that the script is no replay.

What is expected at the end is not guessed. Each expectation that could show the fault is played, and so is what the
right scenario does otherwise (`contrast`): one is written if it is not met by this scenario and is met by what the flow
generates now. If this scenario is that, there is nothing to
compare with, and one is written only if its kind states the promise.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from itertools import pairwise
from typing import Any

from flowc.emit.contract import fingerprint
from flowc.emit.voxengine import emit
from flowc.ir import Flow, Notify, Say, Transfer, every_step
from flowc.language.calls.events import WITHHELD
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.testing.judge.observation import Names
from flowc.testing.play.batch import play
from flowc.testing.play.lower import MS_PER_CHARACTER
from flowc.testing.play.switches import SWITCHES
from flowc.testing.result import PlayedCall
from flowc.testing.script.model import Account, Scenario, Scripts
from flowc.testing.script.parse import outline
from flowc.testing.script.resolve import scripts
from flowc.verify.alphabet import Alphabet, alphabet, moments_of
from flowc.verify.contrast import differences
from flowc.verify.result import Result, Violation
from flowc.verify.search import Subject

HEADER = "# Written by `flowc verify --save`, which writes it anew: keep what you change under another name."
AGENT_CONNECTS_MS = 200
HANGUP_MS = 100
WEBHOOK_FAILS = 503
SILENCE_TOLD_MS = 1_100
"""After the end of what an agent says: by then the platform has said that it is silent."""
SPEAKS_ON_MS = 30_000
"""What somebody says who does not stop, after the last event."""
WAITS_MS = (0, 1_000, 5_000, 30_000, 200_000)

Words = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Saved:
    """A script of one violation. `missing` are events without a word; `shows`: played, it fails as it has to."""

    name: str
    text: str
    missing: tuple[str, ...]
    shows: bool

    @property
    def replays(self) -> bool:
        return self.shows and not self.missing


def path_of(folder: str, flow: str) -> str:
    return f"{folder}/{flow}.verify.calls.yaml".removeprefix("./")


def save(engine: Engine, subject: Subject, results: Sequence[Result], path: str) -> tuple[str, tuple[Saved, ...]]:
    """The text of the file at `path`, and what is in it: a call for each violation in searches of one scenario."""
    names: dict[str, int] = {}
    calls = []
    for result in results:
        world = alphabet(subject.flow, result.bounds.posts)
        for violation in result.violations:
            name = f"{violation.property}, {violation.place}"
            if result.variant:
                name += f" ({', '.join(f'{key}: {value}' for key, value in result.variant)})"
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                name += f" ({names[name]})"
            calls.append(_saved(engine, subject, world, result, violation, name, path))
    account = alphabet(subject.flow, 0)
    return _file(subject, account, path, [call.text for call in calls]), tuple(calls)


def _saved(
    engine: Engine, subject: Subject, world: Alphabet, result: Result, violation: Violation, name: str, path: str
) -> Saved:
    written = _Lowering(subject, world, violation).all()
    platform = {**_platform(result.variant), **written.platform}
    if written.unreadable:
        platform["storage"] = written.unreadable
    found = _expectation(engine, subject, world, written, platform, violation, path)
    missing = tuple(dict.fromkeys(written.missing))
    rows = [f"# {line}" for line in _comment(violation, missing, found is not None)]
    rows.append(f"{_scalar(name)}:")
    if platform:
        rows.append(f"  platform: {_flow_style(platform)}")
    if written.storage:
        rows.append(f"  account: {_flow_style({'storage': written.storage})}")
    if written.clock:
        rows.append(f"  clock: {written.clock}")
    rows.append("  steps:")
    rows += [f"    {row}" for row in [*written.rows, *(found or ())]]
    return Saved(name, "".join(f"  {row}\n" for row in rows), missing, found is not None)


def _comment(violation: Violation, missing: Sequence[str], shows: bool) -> Iterator[str]:
    promise = "" if violation.promise is None else f" (promise {violation.promise})"
    yield _one_line(f"{violation.property}{promise}: {violation.told}")
    if missing:
        yield _one_line(f"NOT A REPLAY: call scripts have no word for: {'; '.join(missing)}")
        yield f"It is played without that, {'and fails all the same' if shows else 'so it does not show what is wrong'}"
    elif not shows:
        yield "NOT A REPLAY: the events are these, but no expectation of call scripts shows what is wrong"


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


# The file


def _file(subject: Subject, world: Alphabet, path: str, calls: Sequence[str]) -> str:
    folder = os.path.dirname(path) or "."
    flow = os.path.relpath(subject.flow.path, folder).replace(os.sep, "/")
    account = {"storage": dict(world.storage), "secrets": dict(world.secrets)}
    head = f"{HEADER}\nflowc: 1\nflow: {_scalar(flow)}\naccount: {_flow_style(account)}\ncalls:\n"
    return head + "\n".join(calls)


def _platform(variant: Sequence[tuple[str, str]]) -> Words:
    """The switches of a search, in the words of the language."""
    given = dict(variant)
    found: Words = {}
    for switch in SWITCHES:
        if switch.option in given:
            values = [*switch.varied, *switch.values]
            wanted = given[switch.option]
            found[switch.key] = next(
                (value for value in values if str(switch.values.get(value, value)) == wanted), wanted
            )
    return found


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ -]*[A-Za-z0-9]|[A-Za-z]|[0-9]+m?s")
_NOT_PLAIN = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _NOT_PLAIN:
            return value
        return json.dumps(value)
    return json.dumps(value)


def _flow_style(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow_style(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow_style, value)) + "]"
    return _scalar(value)


def _row(step: Words) -> str:
    [(who, what)] = step.items()
    return f"- {_scalar(who)}: {_flow_style(what)}"


def _duration(milliseconds: int) -> str:
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


# Events


@dataclass(slots=True)
class _Written:
    rows: list[str] = field(default_factory=list)
    platform: Words = field(default_factory=dict)
    storage: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    clock: str = ""
    missing: list[str] = field(default_factory=list)


class _Lowering:
    """From events of the search to steps. `ahead` is how much further the script's clock is than the search's."""

    def __init__(self, subject: Subject, world: Alphabet, violation: Violation) -> None:
        self.flow = subject.flow
        self.world = world.world
        self.contract = fingerprint(subject.flow)
        self.events = violation.events
        self.call = violation.call
        self.targets = dict(violation.call.legs)
        self.written = _Written()
        self.times = self._times()
        self.now = 0
        self.ahead = 0
        self.speech_ends = 0
        self.hung_up: set[str] = set()

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

    def all(self) -> _Written:
        self._clock()
        begins = self._beginning()
        for number in range(begins, len(self.events)):
            self._event(number, self.events[number])
        return self.written

    def _clock(self) -> None:
        """A call has one clock, which goes on by itself."""
        numbers = list(dict.fromkeys(event["moment"] for event in self.events if "moment" in event))
        if len(numbers) > 1:
            self._has_no_word("the clock is put forward")
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
            if event["do"] == "storage" and event["found"] == "nothing":
                written.storage[event["missing"]] = ""
            elif event["do"] == "storage" and event["found"] == "error":
                written.unreadable[event["missing"]] = "fails"
            elif event["do"] == "leg" or event["do"] == "late":
                self._has_no_word(self._named(number))
            number += 1
        if not outcome and is_started and number < len(events):  # else nothing hinders it: the path ends before
            written.platform["agent"] = "hangs"
        call = next((event for event in events if event["do"] == "call"), {})
        caller = self.world["caller"]
        who, dialled = caller["from"], caller["to"][call.get("to", 0)]
        over = {}
        if call.get("national"):
            who, dialled = caller["national"]
            over = {"over": "sip"}
        shown = WITHHELD if call.get("withheld") else who
        written.rows.append(_row({"caller": {"calls": {"from": shown, "to": dialled, **over}}}))
        self.now = self.times[number - 1] if number else 0
        if outcome == "connects":
            self.ahead = AGENT_CONNECTS_MS
        self.now += self.ahead
        return number

    def _is_beginning(self, event: Words, number: int) -> bool:
        if event["do"] in ("call", "connect", "storage", "late"):
            return True
        if event["do"] == "agent" and event["does"] in ("connects", "refuses"):
            return True
        rest = self.events[number:]
        return event["do"] in ("time", "timer") and any(
            each["do"] == "connect" or (each["do"] == "agent" and each["does"] in ("connects", "refuses"))
            for each in rest
        )

    def _named(self, number: int) -> str:
        return self.call.marks[number][1]

    def _has_no_word(self, what: str) -> None:
        self.written.missing.append(what)
        self.written.rows.append(f"# no word for this: {_one_line(what)}")

    def _step(self, who: str, what: Any) -> None:
        self.written.rows.append(_row({who: what}))

    def _until(self, time: int) -> None:
        if time > self.now:
            self._step("wait", _duration(time - self.now))
            self.now = time

    def _takes(self, milliseconds: int) -> None:
        """Something that takes no time in the search."""
        self._until(self.now + milliseconds)
        self.ahead += milliseconds

    def _event(self, number: int, event: Words) -> None:
        self._until(self.times[number] + self.ahead)
        if event.get("fault"):
            self._has_no_word(f"{self._named(number)}, and a call of the platform throws")
            return
        match event:
            case {"do": "leave"}:
                self._step("caller", "hangs up")
            case {"do": "agent"}:
                self._agent(number, event["does"])
            case {"do": "leg"}:
                self._leg(number, event)
            case {"do": "post"}:
                self._step("request", self._request(event))
            case {"do": "time"} | {"do": "nothing"} | {"do": "connect"}:
                pass
            case {"do": "timer", "far": True}:
                self._until(max(self.now, self.flow.call.max_duration_ms + self.ahead))
            case {"do": "timer", "what": "mediaEnded"}:
                self._takes(SILENCE_TOLD_MS)
            case {"do": "player", "how": "is loaded"}:
                pass
            case {"do": "player", "how": "ends"} if not event.get("isTone"):
                self._takes(self._announcement_ms(number))
            case {"do": "webhook", "code": code}:
                if code != 200:
                    self.written.platform["webhook"] = WEBHOOK_FAILS
            case {"do": "storage", "found": "value"}:
                pass
            case {"do": "storage", "found": "nothing"}:
                self.written.storage[event["missing"]] = ""
            case {"do": "storage", "found": "error"}:
                self.written.unreadable[event["missing"]] = "fails"
            case _:
                self._has_no_word(self._named(number))

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
        else:
            self._has_no_word(self._named(number))

    @staticmethod
    def _is_silence(event: Words) -> bool:
        return event["do"] == "agent" and event["does"] in ("falls silent", "interrupts")

    def _leg(self, number: int, event: Words) -> None:
        unit, does = event["unit"], event["does"]
        target = self.targets.get(unit)
        is_given_up = self._is_hung_up(unit, number)
        if does == "is gone" or unit == "caller":
            self._takes(HANGUP_MS)
        elif target is None:
            self._has_no_word(self._named(number))
        elif does == "answers" and is_given_up:
            self.written.platform["late connected"] = True
            self._takes(HANGUP_MS)
        elif does == "answers all the same":
            self.written.platform["answer wins"] = True
            self._takes(HANGUP_MS)
        elif does == "fails":
            self._step(target, {"fails": event["code"]})
        elif does in ("answers", "rings", "hangs up"):
            self._step(target, does)
        else:
            self._has_no_word(self._named(number))

    def _is_hung_up(self, unit: str, number: int) -> bool:
        before = self.call.trace[: self.call.marks[number][0]]
        return any(entry["event"] == "hangup" and entry.get("call") == unit for entry in before)

    def _announcement_ms(self, number: int) -> int:
        before = self.call.trace[: self.call.marks[number][0]]
        texts = [str(entry.get("text", "")) for entry in before if entry["event"] == "player"]
        return MS_PER_CHARACTER * len(texts[-1]) if texts else 0

    def _request(self, event: Words) -> Words:
        body = self.world["bodies"][event["body"]]
        headers = {"X-Flowc-Contract": self.contract, **body["headers"]}
        if event.get("id"):
            headers["X-Flowc-Request-Id"] = event["id"]
        if event.get("cancel"):
            headers["X-Flowc-Cancel"] = "interrupted"
        asked: Words = {"body": body["content"], "token": body["token"], "headers": headers}
        return asked if body["method"] == "POST" else {**asked, "method": body["method"]}


# What is expected


def _expectation(
    engine: Engine,
    subject: Subject,
    world: Alphabet,
    written: _Written,
    platform: Words,
    violation: Violation,
    path: str,
) -> tuple[str, ...] | None:
    """Rows after which the script shows the violation: none where it does so by itself, None if there are none."""
    right = emit(subject.flow)[1]
    has_right = subject.scenario != right

    def tried(endings: Sequence[tuple[str, ...]], scenario: str) -> tuple[PlayedCall, ...] | None:
        candidates = [_candidate(written, platform, number, rows) for number, rows in enumerate(endings)]
        text = _file(subject, world, path, candidates)
        read = outline(Source(path, text.encode()))
        calls = scripts(read, subject.flow)
        return None if read.problems.found else _played(engine, subject, path, scenario, calls)

    def shows_too(rows: tuple[str, ...], changed: list[str]) -> bool:
        before, written.rows = written.rows, changed
        this, other = tried([rows], subject.scenario), tried([rows], right) if has_right else None
        written.rows = before
        return this is not None and _fails(this[0], True) and (other is None or other[0].passed)

    bare: list[tuple[str, ...]] = [_waits(milliseconds) for milliseconds in WAITS_MS]
    of_this, of_right = tried(bare, subject.scenario), tried(bare, right) if has_right else None
    if of_this is None:
        return None
    if _fails(of_this[0], False) and (of_right is None or of_right[0].passed):
        return ()
    names = Names(subject.flow, Account(dict(world.storage), dict(world.secrets)))
    expected = _expected(subject.flow, violation)
    endings: list[tuple[str, ...]] = []
    for number, waits in enumerate(bare):
        seen = (
            () if of_right is None else differences(subject.flow, names, of_right[number].trace, of_this[number].trace)
        )
        endings += [(*waits, _row({"expect": each})) for each in (*expected, *seen)]
    shown, kept = tried(endings, subject.scenario), tried(endings, right) if has_right else None
    for number, rows in enumerate(endings if shown is not None else ()):
        if shown is None or not _fails(shown[number], True) or (kept is not None and not kept[number].passed):
            continue
        if has_right or _states(violation, rows[-1]):
            written.rows = _until_in(written.rows, subject.flow, partial(shows_too, rows))
            return rows
    return None


def _until_in(rows: list[str], flow: Flow, shows: Callable[[list[str]], bool]) -> list[str]:
    """The rows with what is waited for in place of seconds, where a target does something: if they show the same. How
    long that takes depends on how prompts are worded.
    """
    targets = {_scalar(target.name): target.name for target in flow.targets}
    for number in range(len(rows) - 1):
        next_ = rows[number + 1].removeprefix("- ").partition(":")[0]
        if rows[number].startswith("- wait: ") and next_ in targets:
            wait = _row({"wait": {"until": {"ringing": targets[next_]}}})
            changed = [*rows[:number], wait, *rows[number + 1 :]]
            rows = changed if shows(changed) else rows
    return rows


def _waits(milliseconds: int) -> tuple[str, ...]:
    return (_row({"wait": _duration(milliseconds)}),) if milliseconds else ()


def _candidate(written: _Written, platform: Words, number: int, rows: Sequence[str]) -> str:
    lines = [f"  candidate {number}:"]
    if platform:
        lines.append(f"    platform: {_flow_style(platform)}")
    if written.storage:
        lines.append(f"    account: {_flow_style({'storage': written.storage})}")
    if written.clock:
        lines.append(f"    clock: {written.clock}")
    lines += ["    steps:", *(f"      {row}" for row in (*written.rows, *rows))]
    return "".join(f"{line}\n" for line in lines)


def _played(engine: Engine, subject: Subject, path: str, scenario: str, calls: Any) -> tuple[PlayedCall, ...]:
    return play(engine, [Scripts(path, subject.flow, Scenario(subject.scenario_path, scenario), tuple(calls))]).calls


def _fails(call: PlayedCall, is_expected: bool) -> bool:
    """By what is expected, or (without that) by an error in the scenario: not by a step that cannot happen."""
    if call.passed:
        return False
    first = call.failures[0]
    if is_expected:
        _, written, place = call.marks[-1]
        return written.startswith("expect") and place.span.line == first.place.span.line
    return first.expected == "the scenario runs"


STATED = {
    "one JSON reply": "reply",
    "a duplicate gets the first answer": "reply",
    "no long silence": "longest silence",
    "one transfer at a time": "ringing",
    "the session ends with its caller": "call",
    "every leg is released": "released",
    "no secret is told": "secrets",
    "no player goes on unheard": "unheard",
    "last words are heard": "caller with",
    "the caller is not dropped": "call",
    "what is refused changes nothing": "caller with",
    "a lost agent does not disturb a transfer": "ringing",
}
"""Of each promise that an expectation can state by itself: its key."""


def _states(violation: Violation, row: str) -> bool:
    key = STATED.get(violation.property)
    return key is not None and row.startswith(f"- expect: {{{key}:")


def _expected(flow: Flow, violation: Violation) -> list[Words]:
    """What may be expected after the last event, the likeliest first."""
    of_call = [name for _, name in violation.call.legs]
    known = [target.name for target in flow.targets]
    targets = list(dict.fromkeys([*(name for name in of_call if name in known), *known]))
    expected: list[Words] = [{"reply": {"ok": True}}, {"call": "ended"}, {"call": "goes on"}]
    expected += [{"caller with": who} for who in ("agent", *targets, "nobody")]
    expected += [{"ringing": who} for who in ("nobody", *targets)]
    expected += [{"caller hears": what} for what in ("agent", "ringback", "nothing", "silence")]
    steps = tuple(every_step(flow))
    spoken = [step.prompt for step in steps if isinstance(step, Say)]
    spoken += [prompt for step in steps if isinstance(step, Transfer) for prompt in step.ringing]
    expected += [{"caller hears": {"prompt": prompt}} for prompt in dict.fromkeys(spoken)]
    if any(isinstance(step, Notify) for step in steps):
        expected.append({"posted": "nothing"})
        expected += [{"posted": {"action": action.name}} for action in flow.actions]
    expected += [{"agent": "connected"}, {"agent": "gone"}, {"longest silence": "8s"}]
    expected += [{"secrets": "kept"}, {"released": "everybody"}, {"unheard": "nothing"}]
    key = STATED.get(violation.property)
    return sorted(expected, key=lambda each: key not in each)
