"""Our own number is told to whoever is called, and to the report: wherever it is kept, that is no secret. What opens a
door is one, and it is said which.
"""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from

PLACED = b"""flowc: 1
flow: placed
call: {report: hook}
outbound:
  data: {to: {type: string, format: phone, description: who is called}}
  call: customer
  answered: hang_up
  fallback: {otherwise: hang_up}
webhooks: {hook: {url: {secret: HOOK}}}
targets: {customer: {pstn: {data: to}, caller_id: {secret: OURS}}}
"""
SAID = 'log("call ends: " + reason);'


@pytest.mark.parametrize(("secret", "told"), [("OURS", set()), ("HOOK", {"the log holds the secret `HOOK`"})])
def test_what_is_shown_is_no_secret(searcher: Engine, secret: str, told: set[str]) -> None:
    whole = compiled_from("flows/placed.yaml", PLACED)
    assert whole.scenario.count(SAID) == 1
    telling = whole.scenario.replace(SAID, SAID.replace("reason", f'secretValue({{ secret: "{secret}" }})'))
    found = search(searcher, Subject(whole.flow, telling, whole.scenario_path), Bounds(posts=0))
    assert {one.told for one in found.violations if one.property == "no secret is told"} == told


def test_nothing_is_found_where_nothing_is_wrong(searcher: Engine) -> None:
    found = search(searcher, compiled_from("flows/placed.yaml", PLACED), Bounds(posts=0))
    assert found.exhausted
    assert found.violations == ()
