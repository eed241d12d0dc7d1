"""An error in the runtime of a scenario is found: one in each file here, and with `FLOWC_MUTANTS=all` every one."""

from __future__ import annotations

import os
from functools import cache

import pytest
from msgspec.structs import replace

from flowc.simulator.engine import Engine
from flowc.verify.result import Bounds
from flowc.verify.search import search
from tests.verify.calls import fails
from tests.verify.kills import (
    BOUNDS,
    EQUIVALENT,
    OPEN,
    SCRIPT,
    Line,
    Nothing,
    found_by,
    found_in_own,
    lines,
    subject_of,
)
from tests.verify.runtime_mutants import every_mutant

KNOWN = lines()
FOUND = [line for line in KNOWN if line.flow != "-" and line.bounds != SCRIPT]
PLAYED = [line for line in KNOWN if line.bounds == SCRIPT]
NOT_SHOWN = [line for line in KNOWN if line.flow == "-"]
OPEN_AT_MOST = 0
"""A number that may fall, and not rise."""
SOON = 60
"""States in which most of them are seen already."""
LARGE = ("hunting", "talking", "unspoken")


def file_of(line: Line) -> str:
    return line.mutant.partition(" ")[0]


def is_small(line: Line) -> bool:
    """It is shown in no time."""
    return line.bounds == "posts 1" and line.flow not in LARGE


FIRST = list({file_of(line): line for line in reversed(FOUND) if is_small(line)}.values())
IS_ALL = os.environ.get("FLOWC_MUTANTS") == "all"
TRIED = FOUND if IS_ALL else FIRST
# One of each file of the runtime: calls of which everything is known are played in no time.
FIRST_PLAYED = {file_of(line): line for line in reversed(PLAYED) if line.flow.startswith("test_recorded.py")}
TRIED_PLAYED = PLAYED if IS_ALL else list(FIRST_PLAYED.values())
MUTANTS = {mutant.name: mutant for mutant in every_mutant()}
cached = cache(subject_of)


@pytest.mark.parametrize("line", TRIED, ids=lambda line: line.mutant)
def test_it_is_found(searcher: Engine, line: Line) -> None:
    mutant = MUTANTS.get(line.mutant)
    assert mutant is not None, "it is there no more: see the next test"
    whole, bounds = cached(line.flow), BOUNDS[line.bounds]
    for each in (replace(bounds, states=SOON), bounds):
        if line.property in found_by(searcher, whole, mutant, each):
            # What does not hold there without any error is no proof of one.
            assert line.property not in found_without(searcher, line.flow, each)
            return
    pytest.fail("it is not found")


@cache
def found_without(searcher: Engine, flow: str, bounds: Bounds) -> frozenset[str]:
    return frozenset(found_by(searcher, cached(flow), Nothing(), bounds))


NOT_IN_OWN = {
    "ringback.js : const RINGBACK_PAUSE_MS = 1000; // a ringback that cannot be played is begun anew not more often"
    " than this  // ten times as much": "it may be over at any instant; that it is as long as it should be is seen",
}
"""What a search of flowc's own scenario does not see, or sees as something else, and why. A search with `--exact` sees
it, and so does one of a scenario that was edited.
"""
OWN = FIRST if IS_ALL else FIRST[::10]
"""One line of each file, or of every tenth file: searched as `flowc verify` does."""


@pytest.mark.parametrize("line", OWN, ids=lambda line: line.mutant)
def test_it_is_found_in_flowcs_own_runtime(searcher: Engine, line: Line) -> None:
    """Of which more is known, and less is tried."""
    whole, bounds = cached(line.flow), BOUNDS[line.bounds]
    searched = (replace(bounds, states=SOON), bounds)
    is_found = any(line.property in found_in_own(searcher, whole, MUTANTS[line.mutant], each) for each in searched)
    assert is_found == (line.mutant not in NOT_IN_OWN)


@pytest.mark.parametrize("place", sorted({(line.flow, line.bounds) for line in OWN}), ids=", ".join)
def test_without_an_error_nothing_is_found_there(searcher: Engine, place: tuple[str, str]) -> None:
    flow, bounds = place
    found = search(searcher, cached(flow), BOUNDS[bounds])
    assert [each.told for each in found.violations] == []


def test_what_is_not_found_there_is_there() -> None:
    assert NOT_IN_OWN.keys() <= {line.mutant for line in FIRST}


PLACES = sorted({(line.flow, line.bounds) for line in TRIED})


@pytest.mark.parametrize("place", PLACES, ids=", ".join)
def test_without_an_error_nothing_is_found(searcher: Engine, place: tuple[str, str]) -> None:
    """Else every error would be found there. What is looked at here is what is looked at first."""
    flow, bounds = place
    assert found_by(searcher, cached(flow), Nothing(), replace(BOUNDS[bounds], states=SOON)) == []


@pytest.mark.parametrize("line", TRIED_PLAYED, ids=lambda line: line.mutant)
def test_a_call_shows_it(engine: Engine, line: Line) -> None:
    mutant = MUTANTS.get(line.mutant)
    assert mutant is not None, "it is there no more: see below"
    assert fails(engine, line.flow, mutant.applied)


@pytest.mark.parametrize("test", sorted({line.flow for line in TRIED_PLAYED}))
def test_without_an_error_it_passes(engine: Engine, test: str) -> None:
    assert not fails(engine, test, str)


def test_every_place_where_an_error_is_likely_was_tried() -> None:
    """A line of the runtime that is new, or another now: `python -m tests.verify.kills` looks for a search that shows
    each error in it, and a person says of the others why there is none.
    """
    assert {line.mutant for line in KNOWN} == MUTANTS.keys()
    assert {line.property for line in NOT_SHOWN} - {OPEN} == EQUIVALENT.keys()
    assert {line.bounds for line in FOUND} <= BOUNDS.keys()


def test_no_more_are_open_than_before() -> None:
    """Who shows one, or argues that nothing can, makes the number smaller."""
    assert sum(line.property == OPEN for line in NOT_SHOWN) == OPEN_AT_MOST


def test_there_are_enough() -> None:
    assert len(FIRST) >= 60
    assert len(FOUND) >= 500
