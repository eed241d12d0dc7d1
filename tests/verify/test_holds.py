"""A person may hold the caller again and again. Of a hold that goes wrong as much is found where states are one that
differ in how long they have talked, as where each is for itself and the caller is held twice, and in an exact search.
"""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine
from flowc.verify import search as search_module
from flowc.verify.result import Bounds, Result
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from

HOLD = """flowc: 1
flow: hold
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: ring}
targets:
  desk: {sip: "sip:desk@example.com", ring: 3s}
actions:
  end_call: {description: End the call., do: hang_up}
routes:
  ring: {transfer: desk, fallback: {otherwise: hang_up}}
"""
BACK = '  attempt.state = "joined";\n  log(attempt.target + " is back with the caller");'
EXACT_STATES = 700
BROKEN = {
    "who is back cannot hold again": (BACK, BACK.partition("\n")[2]),
    "nobody is back": ("VoxEngine.sendMediaBetween(caller, attempt.leg));\n  ON_HEARD", "true);\n  ON_HEARD"),
    "a hold is not heard of": ("    leg.addEventListener(CallEvents.OnHold, onHold);\n", ""),
    "a phone transfers the caller": ("    leg.addEventListener(CallEvents.Connected, keepTransfers);\n", ""),
}


@pytest.fixture(scope="module")
def whole() -> Subject:
    return compiled_from("flows/hold.yaml", HOLD.encode())


def broken_in(result: Result) -> set[str]:
    """The promises: on which occasion one is broken first depends on which states are one."""
    return {one.property for one in result.violations}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_as_much_is_found(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch, whole: Subject, broken: tuple[str, str]
) -> None:
    assert whole.scenario.count(broken[0]) == 1
    wrong = Subject(whole.flow, whole.scenario.replace(*broken), whole.scenario_path)
    twice = search(searcher, wrong, Bounds(posts=0))
    exact = search(searcher, wrong, Bounds(posts=0, exact=True, states=EXACT_STATES))
    monkeypatch.setattr(search_module, "emit", lambda _: ("", wrong.scenario))  # as if it were generated
    merged = search(searcher, wrong, Bounds(posts=0))
    assert merged.exhausted
    assert twice.exhausted
    assert merged.states < twice.states
    assert set() != broken_in(exact) <= broken_in(merged) == broken_in(twice)


def test_nothing_is_found_of_what_is_right(searcher: Engine, whole: Subject) -> None:
    exact = search(searcher, whole, Bounds(posts=0, exact=True, states=EXACT_STATES))
    assert broken_in(exact) == broken_in(search(searcher, whole, Bounds(posts=0))) == set()
    assert exact.states == EXACT_STATES  # a round without an end: each hold takes its time
