"""What the caller keys in while they hear that the call ends soon is kept for the agent, which is told of it then: as
far as `#` at once, and else after a pause. States are not one that differ in that.
"""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine
from flowc.verify import search as search_module
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from

WARNED = """flowc: 1
flow: warned
call: {max_duration: {limit: 2m, warning: soon_over}}
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: box}
prompts: {soon_over: This call ends in a minute.}
webhooks: {inbox: {url: "https://inbox.example.com/"}}
targets: {desk: {sip: "sip:desk@example.com", ring: 5s}}
routes:
  box: [{take_message: {notify: inbox, otherwise: hang_up}}, ring]
  ring: {transfer: desk, cancel: "*", fallback: {otherwise: hang_up}}
actions:
  end_call: {description: End the call., do: hang_up}
"""
KEPT = "kept.forEach(takeKey);"
BROKEN = {
    "`#` is not kept": 'kept.filter((key) => key !== "#").forEach(takeKey);',
    "`#` means nothing there": 'S.keys = kept.join("");\n  startTimer("keysTimer", KEYS_PAUSE_MS, tellKeys);',
}


@pytest.fixture(scope="module")
def whole() -> Subject:
    return compiled_from("flows/warned.yaml", WARNED.encode())


def test_nothing_is_found_where_nothing_is_wrong(searcher: Engine, whole: Subject) -> None:
    found = search(searcher, whole, Bounds(posts=0))
    assert found.exhausted
    assert found.violations == ()


@pytest.mark.parametrize("wrong", BROKEN.values(), ids=BROKEN)
def test_keys_that_are_kept_are_told_apart(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch, whole: Subject, wrong: str
) -> None:
    assert whole.scenario.count(KEPT) == 1
    broken = Subject(whole.flow, whole.scenario.replace(KEPT, wrong), whole.scenario_path)
    monkeypatch.setattr(search_module, "emit", lambda _: ("", broken.scenario))  # as if it were generated
    assert {one.property for one in search(searcher, broken, Bounds(posts=0)).violations}
