"""In a search of what is generated, what may be said at any time is said at once: that a ringback may begin anew, and
the last of whoever was given up. Of an error in that as much is found there as in an exact search.
"""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine
from flowc.verify import search as search_module
from flowc.verify.result import Bounds, Result
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from

FLOW = """flowc: 1
flow: hunt
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: ring}
targets:
  first: {sip: "sip:first@example.com", ring: 3s}
  second: {sip: "sip:second@example.com", ring: 3s}
actions:
  end_call: {description: End the call., do: hang_up}
routes:
  ring: {transfer: [first, second], fallback: {otherwise: hang_up}}
"""
FOUND = "const attempt = S.live.find((each) => each.leg === event.call);"
GIVEN_UP = "if (attempt === undefined) hangUp(event.call);"
LATEST = FOUND.replace("(each) => each.leg === event.call", "() => true")
ANEW = "  if (S.player === null) beginRingback();\n"
EXACT_STATES = 700
BROKEN = {
    "who was given up is not hung up on": (f"{GIVEN_UP} ", "if (attempt === undefined) return; "),
    "who was given up is hung up on while the next one rings alone": (
        GIVEN_UP,
        'if (attempt === undefined) { if (S.phase === "ringing") hangUp(event.call); }',
    ),
    "who was given up is taken for the next one": (f"{FOUND}\n  {GIVEN_UP}", f"{LATEST}\n  {GIVEN_UP}"),
    "that nobody answers is taken for the next one's": (
        f"{FOUND}\n  if (attempt === undefined) return;\n",
        f"{LATEST}\n  if (attempt === undefined) return;\n",
    ),
    "what was given up is kept": ("  hangUp(attempt.leg);", "  hangUp(attempt.leg);\n  S.live.push(attempt);"),
    "a ringback does not begin anew": ("  if (again) beginRingback();\n  else", "  if (!again)"),
    "a ringback does not begin anew after the pause": (ANEW, ""),
}


@pytest.fixture(scope="module")
def whole() -> Subject:
    return compiled_from("flows/hunt.yaml", FLOW.encode())


def broken_in(result: Result) -> set[str]:
    return {one.property for one in result.violations}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_as_much_is_found(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch, whole: Subject, broken: tuple[str, str]
) -> None:
    assert broken[0] in whole.scenario
    wrong = Subject(whole.flow, whole.scenario.replace(*broken), whole.scenario_path)
    exact = search(searcher, wrong, Bounds(posts=0, exact=True, states=EXACT_STATES))
    monkeypatch.setattr(search_module, "emit", lambda _: ("", wrong.scenario))  # as if it were generated
    merged = search(searcher, wrong, Bounds(posts=0))
    assert merged.exhausted
    assert broken_in(exact) & broken_in(merged)
    assert all(event["do"] != "answers late" for one in merged.violations for event in one.events)
    assert broken[0] == GIVEN_UP or broken_in(exact) <= broken_in(merged)  # a probe of it has no consequences


def test_nothing_is_found_of_what_is_right(searcher: Engine, whole: Subject) -> None:
    apart = search(searcher, Subject(whole.flow, f"{whole.scenario}\n", whole.scenario_path), Bounds(posts=0))
    merged = search(searcher, whole, Bounds(posts=0))
    assert broken_in(apart) == broken_in(merged) == set()
    assert merged.states < apart.states / 3
