"""200 calls at once in one process, each with a scenario of its own: none learns of another, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.loop.many_calls import many_calls


async def test_calls_keep_apart(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    figures = await many_calls(engine, compiled(ROOT / "flows" / "function_calling.yaml"), 200)
    assert figures.requests == 200
