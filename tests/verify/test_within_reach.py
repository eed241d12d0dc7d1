"""What no call goes through because of its hours is no part of the coverage, and a search sees exactly the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.compiler import compile_flows
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.testing.judge.coverage import coverage
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.conftest import ROOT

FLOW = ROOT / "tests/verify/flows/hours_on_the_way.yaml"
GONE = [
    "route by_day: desk is closed",
    "route by_night: among open",
    "route by_night: among open: go to bye",
    "route by_night: among closed: among open: transfer for hours.day: open",
    "route by_night: among closed: among open: transfer rings owner for open",
    "route by_night: among closed: among open: guard is closed for closed",
    "route by_night: among closed: among closed: transfer rings desk",
]


ROUTE = """flowc: 1
flow: route
hours: {o: {timezone: UTC, weekly: {mon-fri: "08:00-17:00"}}}
prompts: {sorry: Sorry.}
inbound: {by: hours.o, among: {open: WHERE, closed: bye}}
targets:
  desk: {pstn: "+15550100001", caller_id: "+15550100000", hours: o}
  desk2: {like: desk, pstn: "+15550100002"}
routes:
  bye: [{say: sorry}, hang_up]
"""
RINGS = "{transfer: [desk, desk2], fallback: {otherwise: bye}}"
ROUTES = {
    "in the arm": ROUTE.replace("WHERE", RINGS),
    "in a route": ROUTE.replace("WHERE", "ring_desk") + f"  ring_desk: {RINGS}\n",
    "in a route of a route": ROUTE.replace("WHERE", "go") + f"  go: ring_desk\n  ring_desk: {RINGS}\n",
}


@pytest.mark.parametrize("where", ROUTES)
def test_a_target_whose_hours_are_open_is_not_closed_wherever_it_is_written(where: str) -> None:
    """The one that is rung behind it may be: meanwhile time has gone by."""
    [flow] = compile_flows([Source("route.yaml", ROUTES[where].encode())], ()).flows
    found = [each.what.rpartition(": ")[2] for each in coverage(flow, ())]
    assert [each for each in found if "is closed" in each] == ["desk2 is closed"]


def test_a_search_sees_all_that_is_within_reach_and_nothing_else(
    searcher: Engine, subject: Callable[[Path], Subject], monkeypatch: pytest.MonkeyPatch
) -> None:
    within = {each.what for each in coverage(subject(FLOW).flow, ())}
    monkeypatch.setattr("flowc.verify.search.within_reach", lambda _, found: found)
    result = search(searcher, subject(FLOW), Bounds(posts=0), oracle=False)
    assert result.exhausted
    assert [each.what for each in result.unreached] == GONE
    assert {each.what for each in result.reached} - within == set(GONE)
