"""What the search finds, `flowc test` finds as well: each saved script is played against the broken scenario, on which
it fails, and against the right one, on which it passes. Or it says why it is no replay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.testing.play.batch import play
from flowc.testing.result import PlayedCall
from flowc.testing.script.model import Scenario, Scripts
from flowc.testing.script.parse import outline
from flowc.testing.script.resolve import scripts
from flowc.verify.result import Bounds, Result
from flowc.verify.save import HEADER, save
from flowc.verify.search import Subject, search
from tests.verify.test_broken import BROKEN
from tests.verify.test_search import EXAMPLE

PATH = "saved/broken.verify.calls.yaml"
WITHOUT_A_WORD = ("no player goes on unheard", "no secret is told", "every leg is released")
"""What no expectation of call scripts says of a call that is over, of a player, or of a log."""


@pytest.fixture(scope="module")
def player() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def found(searcher: Engine, whole: Subject, line: str, becomes: str) -> tuple[Subject, Result]:
    broken = Subject(whole.flow, whole.scenario.replace(line, becomes), whole.scenario_path)
    return broken, search(searcher, broken, Bounds(posts=1, states=900))


def played(engine: Engine, subject: Subject, text: str) -> dict[str, PlayedCall]:
    """From the text of the file alone, as `flowc test` plays it."""
    read = outline(Source(PATH, text.encode()))
    calls = scripts(read, subject.flow)
    assert not read.problems.found
    files = [Scripts(PATH, subject.flow, Scenario(subject.scenario_path, subject.scenario), calls)]
    return {call.name: call for call in play(engine, files).calls}


@pytest.mark.parametrize(("line", "becomes", "property"), [one[1:4] for one in BROKEN], ids=[one[0] for one in BROKEN])
def test_a_violation_is_replayed(
    searcher: Engine, player: Engine, subject: Callable[[Path], Subject], line: str, becomes: str, property: str
) -> None:
    whole = subject(EXAMPLE)
    broken, result = found(searcher, whole, line, becomes)
    text, saved = save(player, broken, [result], PATH)
    assert text.startswith(HEADER)
    assert len(saved) == len(result.violations)
    of_broken, of_whole = played(player, broken, text), played(player, whole, text)
    for each in saved:
        assert each.replays != ("NOT A REPLAY" in each.text)
        if each.replays:
            assert not of_broken[each.name].passed
            assert of_whole[each.name].passed
    shown = [each.replays for each, one in zip(saved, result.violations, strict=True) if one.property == property]
    assert any(shown) is (property not in WITHOUT_A_WORD)


def test_what_has_no_word_is_named(searcher: Engine, player: Engine, subject: Callable[[Path], Subject]) -> None:
    broken, result = found(searcher, subject(EXAMPLE), *BROKEN[0][1:3])
    _, saved = save(player, broken, [result], PATH)
    [lost] = [each for each in saved if each.missing == ("the platform repeats Connected",)]
    assert not lost.replays
    assert "NOT A REPLAY: call scripts have no word for: the platform repeats Connected" in lost.text
    assert "- # no word" not in lost.text
