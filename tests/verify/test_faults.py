"""A call of the platform that throws: nothing is found of what no scenario could help, and all of what one could."""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine
from flowc.testing.report.timeline import timeline
from flowc.verify import search as search_module
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from

FLOW = """flowc: 1
flow: throwing
targets:
  desk: {{{desk}, ring: 3s, caller_id: "+15550109999"}}
inbound: {{transfer: desk, fallback: {{otherwise: hang_up}}}}
"""
PLACED = """flowc: 1
flow: throwing
outbound:
  data: {to: {type: string, format: phone, description: whom to call}}
  call: patient
  answered: [{say: hello}, hang_up]
  fallback: {otherwise: hang_up}
prompts: {hello: Hello., word: Please call us.}
targets:
  patient: {pstn: {data: to}, caller_id: "+15550100000", machine: {unsure: person, message: word, model: us}}
"""
FLOWS = {
    "a number": FLOW.format(desk='pstn: "+15550100011"'),
    "a phone with keys": FLOW.format(desk='sip: "sip:desk@example.com"'),
    "a machine": PLACED,
}
GIVES_UP = "  if (!isHeard) {\n"
FIRST = "    leg.addEventListener(CallEvents.OffHold, onOffHold);\n"
THEN = "    leg.addEventListener(CallEvents.OnHold, onHold);\n"


def throwing(name: str) -> Subject:
    return compiled_from("flows/throwing.yaml", FLOWS[name].encode())


@pytest.mark.parametrize("name", FLOWS)
def test_nothing_is_found_of_what_is_right(searcher: Engine, name: str) -> None:
    found = search(searcher, throwing(name), Bounds(posts=0, faults=True))
    assert found.violations == ()
    assert found.exhausted


def test_who_is_heard_to_hold_and_not_to_be_back_is_found(searcher: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = throwing("a phone with keys")
    assert whole.scenario.count(FIRST + THEN) == 1
    wrong = Subject(whole.flow, whole.scenario.replace(FIRST + THEN, THEN + FIRST), whole.scenario_path)
    monkeypatch.setattr(search_module, "emit", lambda _: ("", wrong.scenario))
    assert search(searcher, wrong, Bounds(posts=0)).violations == ()
    found = search(searcher, wrong, Bounds(posts=0, faults=True)).violations
    assert {one.property for one in found} == {"no wait without a limit", "time leads on"}
    assert any("Call.addEventListener throws" in line for line in timeline(found[0].call, color=False))


def test_a_machine_that_is_waited_for_without_being_listened_to_is_found(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = throwing("a machine")
    assert whole.scenario.count(GIVES_UP) == 1
    wrong = Subject(whole.flow, whole.scenario.replace(GIVES_UP, "  if (false) {\n"), whole.scenario_path)
    monkeypatch.setattr(search_module, "emit", lambda _: ("", wrong.scenario))
    assert search(searcher, wrong, Bounds(posts=0)).violations == ()
    found = search(searcher, wrong, Bounds(posts=0, faults=True)).violations
    assert {one.property for one in found} == {"the session is ended by the scenario"}
