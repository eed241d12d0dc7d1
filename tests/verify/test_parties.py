"""Who calls is only handed on once the first steps have gone by it: states are one then, and what a scenario reads
wrongly is found all the same.
"""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine
from flowc.verify import search as search_module
from flowc.verify.alphabet import alphabet
from flowc.verify.parties import told_alone
from flowc.verify.result import Bounds, Result
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from

FLOW = """flowc: 1
flow: arriving
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
call: {country: us}
callers: {vip: ["+15550230001"]}
webhooks: {desk: {url: "https://desk.example.com/calls"}}
prompts: {welcome: "Welcome."}
targets: {first: {pstn: "+15550100001", ring: 3s, caller_id: "+15550109999"}}
inbound:
  - by: call.from
    among:
      vip: [{say: welcome}, start_agent]
      otherwise: start_agent
actions:
  end_call: {description: End the call., do: [{notify: desk}, hang_up]}
  ring: {description: Ring., do: {transfer: first, fallback: {otherwise: hang_up}}}
"""
BROKEN = {
    "who is withheld is told": ('return withheld ? "" : caller;', "return caller;"),
    "what was dialled is as it is written": ("S.to = partyName(event.destination", "S.to = String(event.destination"),
    "who calls is who was called": ("callerName(event.callerid,", "callerName(event.destination,"),
}


@pytest.fixture(scope="module")
def whole() -> Subject:
    return subject_of(FLOW)


def subject_of(text: str) -> Subject:
    return compiled_from("flows/arriving.yaml", text.encode())


def searched(engine: Engine, found: Subject, patch: pytest.MonkeyPatch) -> Result:
    """A broken scenario is taken for what flowc generates."""
    patch.setattr(search_module, "emit", lambda _: ("", found.scenario))
    return search(engine, found, Bounds(posts=1))


def test_states_are_one(searcher: Engine, monkeypatch: pytest.MonkeyPatch, whole: Subject) -> None:
    merged = searched(searcher, whole, monkeypatch)
    monkeypatch.setattr(search_module, "told_alone", lambda *_: "")
    apart = searched(searcher, whole, monkeypatch)
    assert (merged.proved, apart.proved) == (True, True)
    assert merged.states < apart.states / 2


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_read_wrongly_is_found(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch, whole: Subject, what: str
) -> None:
    old, new = BROKEN[what]
    assert whole.scenario.count(old) == 1
    wrong = Subject(whole.flow, whole.scenario.replace(old, new), whole.scenario_path)
    result = searched(searcher, wrong, monkeypatch)
    assert "who calls whom, when somebody calls" in {one.place for one in result.violations}


LATER = [
    ("[{notify: desk}, hang_up]}", "{by: call.from, among: {vip: [{notify: desk}, hang_up], otherwise: hang_up}}}"),
    ("Welcome.", "Welcome to ${call.to}."),
    ('{pstn: "+15550100001", ring: 3s, caller_id: "+15550109999"}', '{sip: "sip:first@example.com", refer: true}'),
]


@pytest.mark.parametrize(("old", "new"), LATER, ids=["a later branch", "a prompt", "a caller who is handed over"])
def test_what_goes_by_it_later_keeps_it(whole: Subject, old: str, new: str) -> None:
    assert told_alone(whole.flow, alphabet(whole.flow, 1)) == "at_entry"
    later = subject_of(FLOW.replace(old, new)).flow
    assert told_alone(later, alphabet(later, 1)) == ""


REJECTED = """flowc: 1
flow: rejecting
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
callers: {unpaid: ["+15550230001"]}
inbound:
  by: call.from
  among: {withheld: {reject: busy}, unpaid: {reject: declined}, otherwise: start_agent}
actions: {end_call: {description: End the call., do: hang_up}}
"""


def test_whose_call_is_over_as_soon_as_it_comes_in_is_read_rightly(searcher: Engine) -> None:
    result = search(searcher, subject_of(REJECTED), Bounds(posts=1))
    assert [one.told for one in result.violations] == []
    assert result.numbers == "at_entry"


def test_the_number_that_is_shown_is_a_field_of_its_own(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch, whole: Subject
) -> None:
    """So calls are one in which there is one, and those in which there is none."""
    shown = subject_of(FLOW.replace('caller_id: "+15550109999"', "caller_id: [caller, \"+15550109999\"]"))
    assert told_alone(shown.flow, alphabet(shown.flow, 1)) == "at_entry"
    merged = searched(searcher, shown, monkeypatch)
    monkeypatch.setattr(search_module, "told_alone", lambda *_: "")
    apart = searched(searcher, shown, monkeypatch)
    assert (merged.proved, apart.proved) == (True, True)
    assert merged.states < apart.states * 0.8
