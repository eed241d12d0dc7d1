"""What flowc generates of flows at random keeps the promises, and is the flow's.

`FLOWC_FLOWS` is how many flows are written, of which some do not check; `FLOWC_FLOWS_FROM` is the number of the first,
and `FLOWC_FLOWS_STATES` how far each is searched.
"""

from __future__ import annotations

import json
import os
from random import Random

import pytest

from flowc.compiler import compile_flows
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.verify.random_flow import RandomFlow
from tests.verify.test_search import told

FIRST = int(os.environ.get("FLOWC_FLOWS_FROM", "1"))
FLOWS = int(os.environ.get("FLOWC_FLOWS", "6"))
STATES = int(os.environ.get("FLOWC_FLOWS_STATES", "250"))


@pytest.mark.parametrize("number", range(FIRST, FIRST + FLOWS))
def test_a_flow_that_checks_is_proved(searcher: Engine, number: int) -> None:
    written = json.dumps(RandomFlow(Random(number)).written, indent=1)
    result = compile_flows([Source("flows/random.yaml", written.encode())])  # JSON is YAML
    if refused := [each.message for each in result.diagnostics if each.severity == "error"]:
        pytest.skip(refused[0])
    scenario = next(text for name, text in result.artifacts.items() if name.endswith(".js"))
    subject = Subject(result.flows[0], scenario, "generated/random/random.voxengine.js")
    assert told(search(searcher, subject, Bounds(posts=1, states=STATES))) == [], written
