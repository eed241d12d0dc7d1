"""Plays call scripts: all of a run in a few batches of the emulator, and judges what came back.

Takes checked scripts and the text of generated scenarios; reads no file. A script that cannot be played to its end, or
a scenario that throws, loops or eats memory, fails that call and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from flowc.simulator.engine import Engine
from flowc.testing.judge.coverage import coverage, passed_through
from flowc.testing.judge.source_map import Path
from flowc.testing.judge.verdict import CallUnderTest, Early, early, judged, unplayable, when_called
from flowc.testing.play.agent_voice import SpeakingAgent
from flowc.testing.play.emulator import BATCH, EmulatedPlayer
from flowc.testing.play.lower import Lowered, lower
from flowc.testing.play.variants import Done, Player, Turn, other_variants
from flowc.testing.play.watched import NOT_PLAYED, GoesOn, Watched, unwatched
from flowc.testing.result import Covered, Failure, PlayedCall, Run
from flowc.testing.script.model import Scripts, Wait

MORE_TIME_MS = 120_000
"""For a target that is not called yet: more than the agent's last words and an announcement take."""


def play(engine: Engine, files: Sequence[Scripts], *, every_variant: bool = False, goes_on: GoesOn = unwatched) -> Run:
    """Plays every call once, or (`every_variant`) in every way that the platform's behaviour makes of it. `goes_on` is
    asked before every few; once it says no, the run has only what was played until then.
    """
    return play_by(scripted(engine), engine, files, every_variant=every_variant, goes_on=goes_on, at_a_time=BATCH)


def scripted(engine: Engine) -> Player:
    """Plays in the emulator alone: the agent does what the script says, and speaks as the generated tools do."""
    return SpeakingAgent(EmulatedPlayer(engine))


def play_by(
    given: Player,
    engine: Engine,
    files: Sequence[Scripts],
    *,
    every_variant: bool,
    goes_on: GoesOn = unwatched,
    at_a_time: int = 1,
) -> Run:
    """`engine` is asked for the place of a syntax error."""
    player = Watched(given, goes_on, at_a_time)
    turns = [
        Turn((number, index), file, call, call.platform, lower(call, file.flow))
        for number, file in enumerate(files)
        for index, call in enumerate(file.calls)
    ]
    done = player.done(turns)
    if every_variant:
        done += [(turn, result) for turn, result in other_variants(player, done) if result is not NOT_PLAYED]
    paths: dict[str, set[Path]] = {file.flow.path: set() for file in files}
    for turn, result in done:
        paths[turn.scripts.flow.path] |= passed_through(turn.scripts.flow, result.get("trace", ()))
    flows = {file.flow.path: file.flow for file in files}
    covered: list[Covered] = [one for path, flow in flows.items() for one in coverage(flow, paths[path])]
    done.sort(key=lambda each: each[0].place)
    judged_calls = _with_waits(player, done, [_judge(engine, each) for each in done])
    calls: list[PlayedCall] = []
    for _, of_one in groupby(zip(done, judged_calls, strict=True), key=lambda each: each[0][0].place):
        calls += _told(tuple(call for _, call in of_one))
    return Run(tuple(calls), tuple(covered))


def _with_waits(player: Player, done: Sequence[Done], calls: Sequence[PlayedCall]) -> list[PlayedCall]:
    """The calls; those that have failed because a target is not being called yet say when it would have been. Each of
    these is played once more, with more time in the place in which it failed.
    """
    waiting: list[tuple[int, Early, Turn]] = []
    for number, ((turn, result), call) in enumerate(zip(done, calls, strict=True)):
        events = result.get("events", turn.events)
        found = None if call.passed or "failed" in result else early(_played(turn), events, result)
        if found is not None:
            more_time = Lowered(events[found.number].step, Wait(MORE_TIME_MS), {"type": "advance", "ms": MORE_TIME_MS})
            waiting.append((number, found, replace(turn, events=[*events[: found.number], more_time])))
    told = list(calls)
    results = player.play([turn for _, _, turn in waiting])
    for (number, found, turn), result in zip(waiting, results, strict=True):
        when = "" if "failed" in result else when_called(found, _played(turn), turn.events, result)
        if when:
            told[number] = replace(told[number], failures=_with_wait(told[number].failures, found, when))
    return told


def _with_wait(failures: Sequence[Failure], found: Early, when: str) -> tuple[Failure, ...]:
    told = {
        f"{found.target} has not been called": f"{found.target} has not been called: it will be {when}",
        "ringing: nobody": f"ringing: nobody; {found.target} will be called {when}",
    }
    return tuple(replace(one, found=told.get(one.found, one.found)) for one in failures)


def _told(played: tuple[PlayedCall, ...]) -> tuple[PlayedCall, ...]:
    """One call in all its variants, the first by default. If that fails already, the others say little more."""
    default, *others = played
    if default.passed or not others:
        return played
    return (replace(default, variants=(sum(not each.passed for each in others), len(others))),)


def _played(turn: Turn) -> CallUnderTest:
    scripts, scenario = turn.scripts, turn.scripts.scenario
    varied = {key: value for key, value in turn.decided.items() if key not in turn.call.platform}
    return CallUnderTest(scripts.flow, turn.call, varied, scenario.path, scenario.text, scenario.note)


def _judge(engine: Engine, done: Done) -> PlayedCall:
    return replace(_judgement(engine, done), took_s=done[1].get("took_s", 0))


def _judgement(engine: Engine, done: Done) -> PlayedCall:
    turn, result = done
    played = _played(turn)
    events = result.get("events", turn.events)
    if "failed" in result:
        event = result.get("event")
        step = None if event is None else events[event].step
        return unplayable(played, result["failed"], step, result.get("trouble"))
    error = result["view"]["error"]
    if error is not None and error["kind"] == "syntax":
        position = engine.syntax_position(played.scenario)
        error.update(zip(("line", "column"), position or (None, None), strict=True))
    return judged(played, events, result)
