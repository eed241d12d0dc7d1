"""What flowc generates of flows at random keeps the promises, and is the flow's.

`FLOWC_FLOWS` is how many flows are searched; `FLOWC_FLOWS_FROM` is the number of the first, and `FLOWC_FLOWS_STATES`
how far each is searched. Of what is written at random some does not check: then another is written.
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
MOST_TRIED = 50
STATES = int(os.environ.get("FLOWC_FLOWS_STATES", "250"))


@pytest.mark.parametrize("number", range(FIRST, FIRST + FLOWS))
def test_a_flow_that_checks_is_proved(searcher: Engine, number: int) -> None:
    subject, written = _that_checks(Random(number))
    assert told(search(searcher, subject, Bounds(posts=1, states=STATES))) == [], written


def _that_checks(random: Random) -> tuple[Subject, str]:
    """A flow, and as it is written."""
    for _ in range(MOST_TRIED):
        written = json.dumps(RandomFlow(random).written, indent=1)
        result = compile_flows([Source("flows/random.yaml", written.encode())])  # JSON is YAML
        if result.flows:
            scenario = next(text for name, text in result.artifacts.items() if name.endswith(".js"))
            return Subject(result.flows[0], scenario, "generated/random/random.voxengine.js"), written
    raise AssertionError(f"of {MOST_TRIED} flows none checks")
