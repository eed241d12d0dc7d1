"""Plays call scripts: all of a run in a few batches of the emulator, and judges what came back.

Takes checked scripts and the text of generated scenarios; reads no file. A script that cannot be played to its end, or
a scenario that throws, loops or eats memory, fails that call and no other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from flowc.ir import Flow
from flowc.simulator.engine import Engine, ScenarioFailed
from flowc.testing.coverage import coverage, passed_through
from flowc.testing.lower import Lowered, lower
from flowc.testing.platform import Choice, open_switches, options
from flowc.testing.result import Covered, PlayedCall, Run
from flowc.testing.script import Call
from flowc.testing.tables import Path
from flowc.testing.verdict import Played, judged, unplayable

BATCH = 20
"""Calls in one call of the emulator: few enough that not many are played again because one of them never ends."""
CALL_TIMEOUT_S = 2.0
NEXT_TIMEOUT_S = 0.3
"""For a scenario that has not come back before."""
MOST_LOCATED = 5
"""Calls of a run of which is found out in which step they do not come back: it takes a few more attempts each."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A generated file. `note` says that it is not what the flow would generate now."""

    path: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scripts:
    """The calls of one file, with the flow they are about and the scenario that they are played against."""

    path: str
    flow: Flow
    scenario: Scenario
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A call under one behaviour of the platform; `place` is the number of its file, and its own."""

    place: tuple[int, int]
    scripts: Scripts
    call: Call
    decided: Choice
    events: list[Lowered]

    def with_(self, decided: Choice) -> _Turn:
        return _turn(self.place, self.scripts, self.call, {**self.decided, **decided})


def play(engine: Engine, files: Sequence[Scripts], *, every_variant: bool = False) -> Run:
    """Plays every call once, or (`every_variant`) in every way that the platform's behaviour makes of it."""
    player = _Player(engine)
    turns = [
        _turn((number, index), file, call, call.platform)
        for number, file in enumerate(files)
        for index, call in enumerate(file.calls)
    ]
    done = list(zip(turns, player.play(turns), strict=True))
    following = done
    while every_variant and following:
        following = _variants(player, following)
        done += following
    paths: dict[str, set[Path]] = {file.flow.path: set() for file in files}
    for turn, result in done:
        paths[turn.scripts.flow.path] |= passed_through(result.get("covered", ()), result.get("trace", ()))
    flows = {file.flow.path: file.flow for file in files}
    covered: list[Covered] = [one for path, flow in flows.items() for one in coverage(flow, paths[path])]
    done.sort(key=lambda each: each[0].place)
    calls: list[PlayedCall] = []
    for _, of_one in groupby(done, key=lambda each: each[0].place):
        calls += _told(tuple(_judge(engine, turn, result) for turn, result in of_one))
    return Run(tuple(calls), tuple(covered))


def _told(played: tuple[PlayedCall, ...]) -> tuple[PlayedCall, ...]:
    """One call in all its variants, the first by default. If that fails already, the others say little more."""
    default, *others = played
    if default.passed or not others:
        return played
    return (replace(default, variants=(sum(not each.passed for each in others), len(others))),)


def _turn(place: tuple[int, int], scripts: Scripts, call: Call, decided: Choice) -> _Turn:
    return _Turn(place, scripts, call, decided, lower(call, scripts.flow, decided))


def _variants(player: _Player, played: Sequence[_Done]) -> list[_Done]:
    """The same calls with one more switch changed, as far as that makes a difference.

    Every combination is come by once: of two switches that both make a difference, the second is changed with the
    first as it was, and with the first changed. One that makes no difference stays open: it may make one later.
    """
    trials = [
        (number, switch, value)
        for number, (turn, result) in enumerate(played)
        for switch in open_switches(turn.decided, result.get("consulted", ()))
        for value in switch.varied[1:]
    ]
    turns = [played[number][0].with_({switch.key: value}) for number, switch, value in trials]
    found: list[_Done] = []
    settled: dict[int, dict[str, Any]] = {}
    for (number, switch, _), turn, result in zip(trials, turns, player.play(turns), strict=True):
        before = settled.setdefault(number, {})
        if any(result.get(key) != played[number][1].get(key) for key in ("trace", "looks", "failed")):
            earlier = {key: value for key, value in before.items() if key != switch.key}
            found.append((turn.with_(earlier), result))
            before[switch.key] = switch.varied[0]
    return found


def _judge(engine: Engine, turn: _Turn, result: dict[str, Any]) -> PlayedCall:
    scripts = turn.scripts
    varied = {key: value for key, value in turn.decided.items() if key not in turn.call.platform}
    scenario = scripts.scenario
    played = Played(scripts.flow, turn.call, varied, scenario.path, scenario.text, scenario.note)
    if "failed" in result:
        event = result.get("event")
        return unplayable(played, result["failed"], None if event is None else turn.events[event].step)
    error = result["view"]["error"]
    if error is not None and error["kind"] == "syntax":
        position = engine.syntax_position(scenario.text)
        error.update(zip(("line", "column"), position or (None, None), strict=True))
    return judged(played, turn.events, result)


_Done = tuple[_Turn, dict[str, Any]]


class _Player:
    """Sends turns to the engine in batches."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.slow: set[str] = set()
        self.located = 0

    def play(self, turns: Sequence[_Turn]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        for start in range(0, len(turns), BATCH):
            results += self._batch(turns[start : start + BATCH])
        return results

    def _batch(self, turns: Sequence[_Turn]) -> list[dict[str, Any]]:
        try:
            return self._played(turns)
        except ScenarioFailed as error:
            if len(turns) > 1:
                return [result for turn in turns for result in self._batch([turn])]
            self.slow.add(turns[0].scripts.scenario.text)
            return [{"failed": str(error), "event": self._last_event(turns[0])}]

    def _last_event(self, turn: _Turn) -> int | None:
        """The event from which the scenario does not come back, by playing less of the call; None if not known."""
        if self.located >= MOST_LOCATED:
            return None
        self.located += 1
        comes_back, does_not = 0, len(turn.events)
        while does_not - comes_back > 1:
            number = (comes_back + does_not) // 2
            try:
                self._played([replace(turn, events=turn.events[:number])])
                comes_back = number
            except ScenarioFailed:
                does_not = number
        return comes_back

    def _played(self, turns: Sequence[_Turn]) -> list[dict[str, Any]]:
        texts = list(dict.fromkeys(turn.scripts.scenario.text for turn in turns))
        batch = {
            "scenarios": texts,
            "scripts": [
                {
                    "scenario": texts.index(turn.scripts.scenario.text),
                    "options": options(turn.call.account, turn.decided).as_json(),
                    "events": [event.emulated for event in turn.events],
                }
                for turn in turns
            ],
        }
        allowed = NEXT_TIMEOUT_S if self.slow.intersection(texts) else CALL_TIMEOUT_S
        text = self.engine.call("playScripts", json.dumps(batch), extra_time=allowed - self.engine.timeout)
        results: list[dict[str, Any]] = json.loads(text)
        return results
