"""What is broken is found by the search, and what the search finds, `flowc test` finds as well: each saved script is
played against the broken scenario, on which it fails, and against the right one, on which it passes. What no script can
say is a list, `NOT_SAID`, and stands in the script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from flowc.simulator.engine import Engine
from flowc.simulator.trace import TraceEvent
from flowc.source import Source
from flowc.testing.play.batch import play
from flowc.testing.result import PlayedCall
from flowc.testing.script.model import Scenario, Scripts
from flowc.testing.script.parse import outline
from flowc.testing.script.resolve import scripts
from flowc.verify.by_hand import NOT_SAID
from flowc.verify.result import Bounds, Result
from flowc.verify.save import save
from flowc.verify.script_text import HEADER
from flowc.verify.search import Subject, search
from tests.conftest import ROOT
from tests.verify.broken import BROKEN, PASSED_OVER
from tests.verify.conftest import compiled_from
from tests.verify.kills import until_broken
from tests.verify.test_search import EXAMPLE

FLOWS = Path(__file__).parent / "flows"
PATH = "saved/broken.verify.calls.yaml"


@pytest.fixture(scope="module")
def player() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def found(searcher: Engine, whole: Subject, line: str, becomes: str) -> tuple[Subject, Result]:
    """The search ends soon after the first violation."""
    assert whole.scenario.count(line) == 1
    broken = Subject(whole.flow, whole.scenario.replace(line, becomes), whole.scenario_path)
    return broken, search(searcher, broken, Bounds(posts=1, states=1_300), tell=until_broken)


def played(engine: Engine, subject: Subject, text: str) -> dict[str, PlayedCall]:
    """From the text of the file alone, as `flowc test` plays it."""
    read = outline(Source(PATH, text.encode()))
    calls = scripts(read, subject.flow)
    assert not read.problems.found
    files = [Scripts(PATH, subject.flow, Scenario(subject.scenario_path, subject.scenario), calls)]
    return {call.name: call for call in play(engine, files).calls}


@pytest.mark.parametrize(
    ("line", "becomes", "property", "events"), [one[1:] for one in BROKEN], ids=[one[0] for one in BROKEN]
)
def test_it_is_found_and_replayed(
    searcher: Engine,
    player: Engine,
    subject: Callable[[Path], Subject],
    line: str,
    becomes: str,
    property: str,
    events: int,
) -> None:
    whole = subject(EXAMPLE)
    broken, result = found(searcher, whole, line, becomes)
    shown = next((one for one in result.violations if one.property == property), None)
    assert shown is not None, [(one.property, one.place) for one in result.violations]
    assert len(shown.events) == events
    assert shown.call.failures[0].found == shown.told
    few = [one for one in result.violations if one.property == property or len(one.events) < events]
    few = sorted(few, key=lambda one: one.property != property)[:2]  # each is played two dozen times
    text, saved = save(player, broken, [replace(result, violations=tuple(few))], PATH)
    assert text.startswith(HEADER)
    assert len(saved) == len(few)
    of_broken, of_whole = played(player, broken, text), played(player, whole, text)
    for each in saved:
        assert each.replays, each.text
        assert "NOT A REPLAY" not in each.text
        assert not of_broken[each.name].passed
        assert of_whole[each.name].passed


@pytest.mark.parametrize(
    ("flow", "of_flow", "edits", "bounds", "property"),
    [one[1:] for one in PASSED_OVER],
    ids=[one[0] for one in PASSED_OVER],
)
def test_it_is_not_passed_over(
    searcher: Engine,
    flow: str,
    of_flow: tuple[tuple[str, str], ...],
    edits: tuple[tuple[str, str], ...],
    bounds: Bounds,
    property: str,
) -> None:
    path = FLOWS / f"{flow}.yaml"
    whole = compiled_from(path.relative_to(ROOT).as_posix(), edited(path.read_text("utf-8"), of_flow).encode())
    broken = Subject(whole.flow, edited(whole.scenario, edits), whole.scenario_path)
    result = search(searcher, broken, bounds, oracle=False, tell=until_broken)
    assert property in {one.property for one in result.violations}


def edited(text: str, edits: tuple[tuple[str, str], ...]) -> str:
    for line, becomes in edits:
        assert line in text, line
        text = text.replace(line, becomes)
    return text


def test_the_same_events_are_played(searcher: Engine, player: Engine, subject: Callable[[Path], Subject]) -> None:
    """Also where a script as somebody would write it comes another way: then nothing happens in it by itself."""
    whole = subject(EXAMPLE)
    for line, becomes, what in REPEATED:
        broken, result = found(searcher, whole, line, becomes)
        [one] = [each for each in result.violations if each.call.marks[-1][1] == what]
        text, [saved] = save(player, broken, [replace(result, violations=(one,))], PATH)
        assert saved.replays
        assert "platform: {repeats: " in text
        [of_broken], [of_whole] = played(player, broken, text).values(), played(player, whole, text).values()
        assert not of_broken.passed
        assert of_whole.passed
        assert happened(of_broken.trace) == happened(one.call.trace)


REPEATED = (
    (
        '  else if (attempt.state === "ringing") answeredBy(attempt); // else it is said twice',
        "  else answeredBy(attempt);",
        "the platform repeats Connected",
    ),
)


def happened(trace: Sequence[TraceEvent]) -> list[tuple[int, str]]:
    """But for what the emulator says of itself."""
    return [(each["t"], each["event"]) for each in trace if each["event"] != "said_again"]


def test_a_silence_is_as_long_as_the_flow_has_it(searcher: Engine, player: Engine) -> None:
    """What is called long is up to the flow."""
    text = EXAMPLE.read_text("utf-8")
    whole = compiled_from("flows/impatient.yaml", f"{text}\ncall: {{silence_limit: 0s}}\n".encode())
    result = search(searcher, whole, Bounds(posts=1, states=1_300), oracle=False, tell=until_broken)
    [one, *_] = [each for each in result.violations if each.property == "no long silence"]
    text, [saved] = save(player, whole, [replace(result, violations=(one,))], PATH)
    assert saved.replays, text
    assert "longest silence: 0s" in text
    assert not played(player, whole, text)[saved.name].passed


def test_what_cannot_be_said_is_named(searcher: Engine, player: Engine, subject: Callable[[Path], Subject]) -> None:
    """Somebody answers at a number that no target of the flow has."""
    whole = subject(FLOWS / "outcomes.yaml")
    line = '  stopPlayer();\n  S.phase = "connected";'
    goes_on = (line, line.removeprefix("  stopPlayer();\n"))
    scenario = edited(whole.scenario, (('"+15550100001"', '"+15550100099"'), goes_on))
    broken = Subject(whole.flow, scenario, whole.scenario_path)
    result = search(searcher, broken, Bounds(posts=1, states=300), oracle=False, tell=until_broken)
    [one, *_] = result.violations
    _, [saved] = save(player, broken, [replace(result, violations=(one,))], PATH)
    assert not saved.replays
    assert f"NOT A REPLAY: {NOT_SAID['a number of nobody']}" in saved.text
    in_no_violation = {"an answer after a failure"}  # as `test_said_at_once.py` shows
    in_no_violation |= {"a webhook that is told again at once", "an address without TLS"}
    in_no_violation |= {"a token that is nearly right", "a secret that is missing for a moment"}
    assert NOT_SAID.keys() == {"a number of nobody"} | in_no_violation
