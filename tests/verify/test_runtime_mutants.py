"""An error in the runtime of a scenario is found: one in each function here, and with `FLOWC_MUTANTS=all` every one."""

from __future__ import annotations

import os
from functools import cache

import pytest

from flowc.simulator.engine import Engine
from tests.verify.kills import BOUNDS, UNSEEN, Line, found_by, lines, subject_of, words_of
from tests.verify.runtime_mutants import every_mutant

KNOWN = lines()
FOUND = [line for line in KNOWN if line.flow != "-"]
LARGE = ("hunting", "talking", "unspoken")


def is_small(line: Line) -> bool:
    """It is shown in no time."""
    return line.bounds == "posts 1" and line.flow not in LARGE


FIRST = list({words_of(line.mutant): line for line in reversed(FOUND) if is_small(line)}.values())
TRIED = FOUND if os.environ.get("FLOWC_MUTANTS") == "all" else FIRST
MUTANTS = {mutant.name: mutant for mutant in every_mutant()}
cached = cache(subject_of)


@pytest.mark.parametrize("line", TRIED, ids=lambda line: line.mutant)
def test_it_is_found(searcher: Engine, line: Line) -> None:
    mutant = MUTANTS.get(line.mutant)
    assert mutant is not None, "it is there no more: see the next test"
    assert line.property in found_by(searcher, cached(line.flow), mutant, BOUNDS[line.bounds])


def test_every_place_where_an_error_is_likely_was_tried() -> None:
    """A line of the runtime that is new, or another now: `python -m tests.verify.kills` looks for a search that shows
    each error in it, and a person says of the others why there is none.
    """
    assert {line.mutant for line in KNOWN} == MUTANTS.keys()
    assert {line.property for line in KNOWN if line.flow == "-"} <= UNSEEN.keys()
    assert {line.bounds for line in FOUND} <= BOUNDS.keys()


def test_there_are_enough() -> None:
    assert len(FIRST) >= 60
    assert len(FOUND) >= 500
