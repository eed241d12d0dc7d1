"""What a search knows of a press that was reported once more it knows of the state in which that was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.simulator import engine as engine_module
from flowc.simulator.engine import Engine
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search

NAMED = "  const name = nameOfReport();\n"
LOOKED_AT = """  if (held !== null) {
    resume(held);
    if (nameOfReport() !== name) throw new Error("this is the name of another state");
  }
"""


@pytest.mark.parametrize("flow", ["talking_on", "returning"])
def test_a_report_is_known_by_its_own_state(
    monkeypatch: pytest.MonkeyPatch, subject: Callable[[Path], Subject], flow: str
) -> None:
    """Other presses are tried from there as well: whatever comes of these, it is not that state."""
    whole = engine_module.emulator_source()
    assert whole.count(NAMED) == 1
    monkeypatch.setattr(engine_module, "emulator_source", lambda: whole.replace(NAMED, NAMED + LOOKED_AT))
    with Engine(memory=2 << 30) as engine:
        path = Path(__file__).parent / "flows" / f"{flow}.yaml"
        result = search(engine, subject(path), Bounds(posts=1, states=300), oracle=False)
    assert result.violations == ()
