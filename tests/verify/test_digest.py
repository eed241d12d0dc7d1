"""Two states with one digest have the same future: random pairs of them, followed by the same random events.

`FLOWC_PAIRS` is how many pairs of each scenario; 2,500 of each, which is 10,000, before a change of the digest is taken
over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.simulator import engine as engine_module
from flowc.simulator.engine import Engine
from flowc.simulator.options import Options
from flowc.verify.alphabet import alphabet
from flowc.verify.result import Bounds
from flowc.verify.search import Subject
from tests.conftest import ROOT

PAIRS = int(os.environ.get("FLOWC_PAIRS", "400"))
END = "\n})();"


@pytest.mark.parametrize("bounds", [Bounds(), Bounds(exact=True)], ids=["reduced", "exact"])
@pytest.mark.parametrize("flow", ["function_calling", "front_desk"])
def test_one_digest_is_one_future(
    subject: Callable[[Path], Subject], monkeypatch: pytest.MonkeyPatch, flow: str, bounds: Bounds
) -> None:
    whole = engine_module.emulator_source()
    assert whole.endswith(END)
    more = (Path(__file__).parent / "bisimulation.js").read_text("utf-8")
    monkeypatch.setattr(engine_module, "emulator_source", lambda: f"{whole.removesuffix(END)}\n{more}{END}")
    found = subject(ROOT / "flows" / f"{flow}.yaml")
    world = alphabet(found.flow, bounds.posts)
    asked = {
        "scenario": found.scenario,
        "options": Options(storage=world.storage, secrets=world.secrets).as_json(),
        "world": world.world,
        "mode": bounds.mode(),
        "pairs": PAIRS,
        "seed": 7,
        "length": 6,
    }
    with Engine(memory=2 << 30) as engine:
        result = json.loads(engine.call("bisimulate", json.dumps(asked), extra_time=600))
    assert result["pairs"] == PAIRS
    assert result["differences"] == [], result["count"]
