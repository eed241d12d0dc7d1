"""Plays call scripts: all of a run in a few batches of the emulator, and judges what came back.

Takes checked scripts and the text of generated scenarios; reads no file. A script that cannot be played to its end, or
a scenario that throws, loops or eats memory, fails that call and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from flowc.simulator.engine import Engine
from flowc.testing.coverage import coverage, passed_through
from flowc.testing.emulated import EmulatedPlayer
from flowc.testing.lower import lower
from flowc.testing.openings import SpeakingAgent
from flowc.testing.result import Covered, PlayedCall, Run
from flowc.testing.script import Scripts
from flowc.testing.tables import Path
from flowc.testing.variants import Done, Player, Turn, other_variants
from flowc.testing.verdict import Played, judged, unplayable


def play(engine: Engine, files: Sequence[Scripts], *, every_variant: bool = False) -> Run:
    """Plays every call once, or (`every_variant`) in every way that the platform's behaviour makes of it."""
    return play_by(scripted(engine), engine, files, every_variant=every_variant)


def scripted(engine: Engine) -> Player:
    """Plays in the emulator alone: the agent does what the script says, and speaks as the generated tools do."""
    return SpeakingAgent(EmulatedPlayer(engine))


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
        paths[turn.scripts.flow.path] |= passed_through(turn.scripts.flow, result.get("trace", ()))
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
