"""Calls to the example flows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import Phone


@pytest.fixture
def call(engine: Engine, compiled: Callable[[Path], Artifacts]) -> Callable[..., Phone]:
    def dial(flow: str, **options: Any) -> Phone:
        own = ROOT / "tests" / "scenario" / "flows" / f"{flow}.yaml"
        path = own if own.exists() else ROOT / "flows" / f"{flow}.yaml"
        return Phone(engine, compiled(path)["js"], **options)

    return dial
