"""Two states with one digest have the same future: random pairs of them, followed by the same random events.

`FLOWC_PAIRS` is how many pairs of each scenario: 10,000 in all. Before a change of the digest is taken over, 2,500.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator import engine as engine_module
from flowc.simulator.engine import Engine
from flowc.simulator.options import Options
from flowc.verify.alphabet import alphabet
from flowc.verify.passive import ATTEMPTS, COUNTED, COUNTER, HANDED_ON, STALE
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, mode_of
from tests.conftest import ROOT

PAIRS = int(os.environ.get("FLOWC_PAIRS", "850"))
END = "\n})();"


MODES: dict[str, Callable[[Subject], dict[str, Any]]] = {
    "merged": lambda found: merged(found),
    "reduced": lambda _: Bounds().mode(),
    "exact": lambda _: Bounds(exact=True).mode(),
}


def merged(found: Subject) -> dict[str, Any]:
    """As `flowc verify` has it of what it generates."""
    return mode_of(found, Bounds(), False, True, alphabet(found.flow, Bounds().posts))


FLOWS = ("flows/function_calling", "flows/front_desk", "tests/verify/flows/placing_to_phone")
TRIED = [
    *itertools.product(FLOWS, MODES),
    # Where numbers are merged: they count as long as the first steps may go by them, or not at all.
    ("tests/verify/flows/arriving", "merged"),
    ("tests/verify/flows/choosing", "merged"),
    ("tests/verify/flows/ending", "merged"),  # an agent that has gone while it spoke
]


@pytest.mark.parametrize(("flow", "mode"), TRIED)
def test_one_digest_is_one_future(
    subject: Callable[[Path], Subject], monkeypatch: pytest.MonkeyPatch, flow: str, mode: str
) -> None:
    found = subject(ROOT / f"{flow}.yaml")
    result = bisimulated(found, monkeypatch, MODES[mode](found))
    assert result["pairs"] == PAIRS
    assert result["differences"] == [], json.dumps(result["differences"], indent=1)


DECIDING = (
    ("flows/front_desk", {"request": "presence"}, 2000),  # the action under way
    ("tests/verify/flows/arriving", {"from": "nothing"}, 200),  # while settings are read, by which steps go first
    ("tests/verify/flows/choosing", {"menuTries": "nothing"}, 200),
)


@pytest.mark.parametrize(("flow", "wrong", "pairs"), DECIDING, ids=[one[0] for one in DECIDING])
def test_what_decides_is_missed(
    subject: Callable[[Path], Subject],
    monkeypatch: pytest.MonkeyPatch,
    flow: str,
    wrong: Mapping[str, str],
    pairs: int,
) -> None:
    """That is not only handed on: whoever takes it for that is told."""
    found = subject(ROOT / f"{flow}.yaml")
    mode = merged(found)
    mode["passive"]["handed"] |= wrong
    assert bisimulated(found, monkeypatch, mode, pairs)["differences"]


def test_what_is_handed_on_is_there() -> None:
    """A field that has got another name would count again, and nobody would see why searches take longer."""
    runtime = "".join(path.read_text("utf-8") for path in (ROOT / "flowc/emit/voxengine/runtime").glob("*.js"))
    fields = {*HANDED_ON, *STALE, COUNTER, ATTEMPTS}
    assert {name for name in fields if not re.search(rf"^ +(return {{ )?{name}: ", runtime, re.MULTILINE)} == set()
    assert {name for name in COUNTED if f"{name}.bind(null, number)" not in runtime} == set()


def bisimulated(
    found: Subject, monkeypatch: pytest.MonkeyPatch, mode: Mapping[str, Any], pairs: int = PAIRS
) -> dict[str, Any]:
    whole = engine_module.emulator_source()
    assert whole.endswith(END)
    more = (Path(__file__).parent / "bisimulation.js").read_text("utf-8")
    monkeypatch.setattr(engine_module, "emulator_source", lambda: f"{whole.removesuffix(END)}\n{more}{END}")
    world = alphabet(found.flow, Bounds().posts)
    asked = {
        "scenario": found.scenario,
        "options": Options(storage=world.storage, secrets=world.secrets).as_json(),
        "world": world.world,
        "mode": mode,
        "pairs": pairs,
        "seed": 7,
        "length": 10,
    }
    with Engine(memory=2 << 30) as engine:
        result: dict[str, Any] = json.loads(engine.call("bisimulate", json.dumps(asked), extra_time=600))
    return result
