"""What every test may use: compiled flows and one engine for the emulated calls."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # no network, see README

from flowc.compiler import compile_flows
from flowc.simulator.engine import Engine
from flowc.source import Source

ROOT = Path(__file__).parent.parent

collect_ignore_glob = ["*.calls.yaml"]  # fixtures: many are broken on purpose. Those of flows/ are played by a test.

Artifacts = dict[str, str]


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="session")
def compiled() -> Callable[[Path], Artifacts]:
    """Artifacts of a flow file by their kind: `js`, `py`, `json`."""
    cache: dict[Path, Artifacts] = {}

    def compile_file(path: Path) -> Artifacts:
        if path not in cache:
            result = compile_flows([Source(path.relative_to(ROOT).as_posix(), path.read_bytes())])
            assert not result.diagnostics, result.diagnostics
            cache[path] = {name.rsplit(".", 1)[1]: text for name, text in result.artifacts.items()}
        return cache[path]

    return compile_file
