"""What decides nothing hides nothing: of hunts that go wrong, a search finds as much where outcomes are one that lead
to the same fallback, as where each is for itself.

A search takes states for one only in what flowc generates. Here it takes the broken scenario for that.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

from flowc.simulator.engine import Engine
from flowc.verify import passive as passive_module
from flowc.verify import search as search_module
from flowc.verify.passive import HANDED_ON
from flowc.verify.result import Bounds, Result
from flowc.verify.search import Subject, search
from tests.conftest import ROOT
from tests.verify.conftest import compiled_from

HUNT = """flowc: 1
flow: hunt
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: ring}
webhooks: {desk: {url: "https://desk.example.com/calls"}}
targets:
  first: {pstn: "+15550100001", ring: 3s, caller_id: "+15550109999"}
  second: {pstn: "+15550100002", ring: 3s, caller_id: "+15550109999"}
actions:
  end_call: {description: End the call., do: hang_up}
routes:
  ring: {transfer: [first, second], fallback: {busy: hang_up, invalid: told, otherwise: told}}
  told: [{notify: desk}, hang_up]
"""
WORSE = "MOST_HOPEFUL_FIRST.indexOf(attempt.outcome) >= MOST_HOPEFUL_FIRST.indexOf(S.hopeful)"
KEPT = f'if (S.hopeful !== "" && {WORSE}) return;'
EXACT_STATES = 250
"""There are many more: these are the calls in which everything happens at once."""
BROKEN = {
    "the last outcome counts": (KEPT, ""),
    "the first outcome counts": (KEPT, 'if (S.hopeful !== "") return;'),
    "the least hopeful outcome counts": (WORSE, WORSE.replace(">=", "<=")),
    "of equal outcomes the last target counts": (WORSE, WORSE.replace(">=", ">")),
    "two outcomes are in the other order": (
        '"not_accepted", "busy", "no_answer"',
        '"not_accepted", "no_answer", "busy"',
    ),
    "two that are not named are in the other order": (
        '"no_answer", "machine", "unreachable", "closed", "failed", "not_allowed", "invalid"]',
        '"invalid", "machine", "unreachable", "closed", "failed", "not_allowed", "no_answer"]',
    ),
}
TRIED = (
    "the least hopeful outcome counts",
    "of equal outcomes the last target counts",
    "two outcomes are in the other order",
)
"""Every time; with `FLOWC_MUTANTS=all` all of them."""


@pytest.fixture(scope="module")
def whole() -> Subject:
    return compiled_from("flows/hunt.yaml", HUNT.encode())


def kinds(result: Result) -> set[tuple[str, str]]:
    return {(one.property, one.place) for one in result.violations}


def about(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without the outcomes, of which an exact search has more."""
    return {(property_, place.partition(",")[0]) for property_, place in found}


def searched(engine: Engine, found: Subject, patch: pytest.MonkeyPatch, handed: Mapping[str, str]) -> Result:
    patch.setattr(search_module, "emit", lambda _: ("", found.scenario))
    patch.setattr(passive_module, "HANDED_ON", handed)
    return search(engine, found, Bounds(posts=0))


@pytest.mark.parametrize("what", BROKEN if os.environ.get("FLOWC_MUTANTS") == "all" else TRIED)
def test_as_much_is_found(searcher: Engine, monkeypatch: pytest.MonkeyPatch, whole: Subject, what: str) -> None:
    broken = BROKEN[what]
    assert whole.scenario.count(broken[0]) == 1
    wrong = Subject(whole.flow, whole.scenario.replace(*broken), whole.scenario_path)
    each_for_itself = {name: part for name, part in HANDED_ON.items() if name != "hopeful"}
    merged, apart = (searched(searcher, wrong, monkeypatch, handed) for handed in (HANDED_ON, each_for_itself))
    exact = search(searcher, wrong, Bounds(posts=0, exact=True, states=EXACT_STATES))
    assert merged.exhausted
    assert merged.states < apart.states
    assert kinds(merged) == kinds(apart) != set()
    assert about(kinds(exact)) == about(kinds(merged))


def test_too_much_for_one_is_missed(searcher: Engine, monkeypatch: pytest.MonkeyPatch, whole: Subject) -> None:
    """Whoever takes the outcome of a hunt for nothing passes over a fallback, or takes the scenario for a wrong one."""
    result = searched(searcher, whole, monkeypatch, {**HANDED_ON, "hopeful": "nothing"})
    assert not result.proved
    assert searched(searcher, whole, monkeypatch, HANDED_ON).violations == ()


def test_parameters_that_are_only_told_decide_nothing() -> None:
    """By the others a branch goes, the caller goes on in their language, or a prompt says them."""
    assert passive_module.passive(compiled("front_desk").flow, 2)["deciding"] == ["department"]
    assert passive_module.passive(compiled("two_languages").flow, 2)["deciding"] == ["spoken"]


def compiled(name: str) -> Subject:
    return compiled_from(f"flows/{name}.yaml", (ROOT / "flows" / f"{name}.yaml").read_bytes())
