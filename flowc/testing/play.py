"""Plays call scripts: all of a run in a few batches of the emulator, and judges what came back.

Takes checked scripts and the text of generated scenarios; reads no file. A script that cannot be played to its end, or
a scenario that throws, loops or eats memory, fails that call and no other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from flowc.ir import Flow
from flowc.simulator.engine import Engine, ScenarioFailed, ScenarioTooSlow
from flowc.testing.coverage import coverage, passed_through
from flowc.testing.lower import lower
from flowc.testing.openings import SpeakingAgent
from flowc.testing.platform import options
from flowc.testing.result import Covered, PlayedCall, Run
from flowc.testing.script import Call
from flowc.testing.tables import Path
from flowc.testing.variants import Done, Player, Turn, other_variants
from flowc.testing.verdict import Played, judged, unplayable

BATCH = 20
"""Calls in one call of the emulator: few enough that not many are played again because one of them never ends."""
CALLBACK_LIMIT_S = 1.0
"""The platform's limit for one callback (docs: platform/voxengine/limits), in real time. The emulator has no clock:
what is measured is a whole batch and, if that takes longer, each instant of each of its calls."""
LONGEST_CALL_S = 20.0
"""For a call whose callbacks all take long, but none too long."""
MOST_LOCATED = 5
"""Calls of a run of which is found out in which step they do not come back."""
NEXT_TIMEOUT_S = 0.3
"""After that, for a call of a scenario that has not come back before: a run ends soon, however many never do."""


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


def play(engine: Engine, files: Sequence[Scripts], *, every_variant: bool = False) -> Run:
    """Plays every call once, or (`every_variant`) in every way that the platform's behaviour makes of it."""
    return play_by(scripted(engine), engine, files, every_variant=every_variant)


def scripted(engine: Engine) -> Player:
    """Plays in the emulator alone: the agent does what the script says, and speaks as the generated tools do."""
    return SpeakingAgent(emulated(engine))


def emulated(engine: Engine) -> Player:
    """Plays events as they are."""
    return _Player(engine)


def play_by(player: Player, engine: Engine, files: Sequence[Scripts], *, every_variant: bool) -> Run:
    """`engine` is asked for the place of a syntax error."""
    turns = [
        Turn((number, index), file, call, call.platform, lower(call, file.flow))
        for number, file in enumerate(files)
        for index, call in enumerate(file.calls)
    ]
    done = list(zip(turns, player.play(turns), strict=True))
    if every_variant:
        done += other_variants(player, done)
    paths: dict[str, set[Path]] = {file.flow.path: set() for file in files}
    for turn, result in done:
        paths[turn.scripts.flow.path] |= passed_through(result.get("covered", ()), result.get("trace", ()))
    flows = {file.flow.path: file.flow for file in files}
    covered: list[Covered] = [one for path, flow in flows.items() for one in coverage(flow, paths[path])]
    done.sort(key=lambda each: each[0].place)
    calls: list[PlayedCall] = []
    for _, of_one in groupby(done, key=lambda each: each[0].place):
        calls += _told(tuple(_judge(engine, each) for each in of_one))
    return Run(tuple(calls), tuple(covered))


def _told(played: tuple[PlayedCall, ...]) -> tuple[PlayedCall, ...]:
    """One call in all its variants, the first by default. If that fails already, the others say little more."""
    default, *others = played
    if default.passed or not others:
        return played
    return (replace(default, variants=(sum(not each.passed for each in others), len(others))),)


def _judge(engine: Engine, done: Done) -> PlayedCall:
    turn, result = done
    scripts = turn.scripts
    varied = {key: value for key, value in turn.decided.items() if key not in turn.call.platform}
    scenario = scripts.scenario
    played = Played(scripts.flow, turn.call, varied, scenario.path, scenario.text, scenario.note)
    events = result.get("events", turn.events)
    if "failed" in result:
        event = result.get("event")
        step = None if event is None else events[event].step
        return unplayable(played, result["failed"], step, result.get("trouble"))
    error = result["view"]["error"]
    if error is not None and error["kind"] == "syntax":
        position = engine.syntax_position(scenario.text)
        error.update(zip(("line", "column"), position or (None, None), strict=True))
    return judged(played, events, result)


class _Player:
    """Sends turns to the engine in batches; one that does not come back in time, call by call and piece by piece."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.slow: set[str] = set()
        self.located = 0

    def play(self, turns: Sequence[Turn]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        for start in range(0, len(turns), BATCH):
            results += self._batch(turns[start : start + BATCH])
        return results

    def _batch(self, turns: Sequence[Turn]) -> list[dict[str, Any]]:
        if not any(turn.scripts.scenario.text in self.slow for turn in turns):
            with suppress(ScenarioFailed):
                # In time for all of them, so no callback of any can have been too slow.
                return self._played(turns, CALLBACK_LIMIT_S)
        return [self._alone(turn) for turn in turns]

    def _alone(self, turn: Turn) -> dict[str, Any]:
        if self.located >= MOST_LOCATED and turn.scripts.scenario.text in self.slow:
            return self._briefly(turn)
        result = self._in_pieces(turn)
        if result.get("too_slow"):
            result = self._in_pieces(turn)  # it may have been the machine that stood still
        if "failed" in result:
            self.slow.add(turn.scripts.scenario.text)
            self.located += 1
        return result

    def _briefly(self, turn: Turn) -> dict[str, Any]:
        try:
            return self._played([turn], NEXT_TIMEOUT_S)[0]
        except ScenarioTooSlow:
            failed = (
                f"given up after {NEXT_TIMEOUT_S:g} s: the scenario has not come back in {self.located} calls before"
                " this one; correct those first"
            )
            return {"failed": failed}
        except ScenarioFailed as error:
            return {"failed": str(error)}

    def _in_pieces(self, turn: Turn) -> dict[str, Any]:
        """The same result as in a batch; or `failed`, and the number of the `event` that was being played.

        A piece is what happens in one instant, and has the time of a callback.
        """
        event, ends = 0, time.monotonic() + LONGEST_CALL_S
        try:
            self._call("beginScript", _batch_of([turn]), CALLBACK_LIMIT_S)
            while time.monotonic() < ends:
                answer = json.loads(self._call("playOn", None, CALLBACK_LIMIT_S))
                if isinstance(answer, dict):
                    return answer
                event = answer
        except ScenarioFailed as error:
            return {"failed": str(error), "event": event, "too_slow": isinstance(error, ScenarioTooSlow)}
        return {"failed": f"given up: the call has taken {LONGEST_CALL_S:g} s of real time", "event": event}

    def _played(self, turns: Sequence[Turn], allowed: float) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = json.loads(self._call("playScripts", _batch_of(turns), allowed))
        return results

    def _call(self, function: str, batch: str | None, allowed: float) -> str:
        return self.engine.call(function, *filter(None, [batch]), extra_time=allowed - self.engine.timeout)


def _batch_of(turns: Sequence[Turn]) -> str:
    texts = list(dict.fromkeys(turn.scripts.scenario.text for turn in turns))
    scripts = [
        {
            "scenario": texts.index(turn.scripts.scenario.text),
            "options": options(turn.call.account, turn.decided).as_json(),
            "events": [event.emulated for event in turn.events],
        }
        for turn in turns
    ]
    return json.dumps({"scenarios": texts, "scripts": scripts})
