"""Copies of a state, as a search makes them: what is done to one is not done to another."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flowc.simulator import engine as engine_module
from flowc.simulator.engine import Engine
from flowc.simulator.options import Options
from tests.conftest import ROOT

VOX = ROOT / "flowc" / "simulator" / "vox"
END = "\n})();"


def test_a_copy_is_as_the_state_was(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = engine_module.emulator_source()
    options = f"const OPTIONS = {json.dumps(json.dumps(Options().as_json()))};"
    more = (Path(__file__).parent / "forks.js").read_text("utf-8")
    monkeypatch.setattr(engine_module, "emulator_source", lambda: f"{whole.removesuffix(END)}\n{options}\n{more}{END}")
    with Engine() as engine:
        assert json.loads(engine.call("forks")) == []


SHARED = ("listeners", "sources", "hears", "inputs", "stored")
"""Of a session: copies have the same table, so a table is replaced and never changed."""


@pytest.mark.parametrize("name", SHARED)
def test_no_table_that_copies_share_is_changed_in_place(name: str) -> None:
    changed = re.compile(rf"\bsim\.{name}(\[[^\]]*\]|\.\w+) = |\bsim\.{name}\.set\(|delete sim\.{name}\b")
    for path in sorted(VOX.glob("*.js")):
        assert not changed.search(path.read_text("utf-8")), path.name
