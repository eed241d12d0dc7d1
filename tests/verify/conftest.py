"""Flows to search, and an engine of their own: states that wait need memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowc.compiler import compile_flows
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.verify.search import Subject
from tests.conftest import ROOT
from tests.scenario.test_features import FRAGMENTS, NONE, merged


@pytest.fixture(scope="package")
def searcher() -> Iterator[Engine]:
    with Engine(memory=2 << 30) as engine:
        yield engine


@pytest.fixture(scope="package")
def subject() -> Callable[[Path], Subject]:
    def compiled(path: Path) -> Subject:
        return compiled_from(path.relative_to(ROOT).as_posix(), path.read_bytes())

    return compiled


@pytest.fixture(scope="package")
def feature() -> Callable[[str], Subject]:
    """A flow that uses one part of the runtime and little else."""

    def compiled(name: str) -> Subject:
        flow = merged(NONE, FRAGMENTS[name]["flow"])
        return compiled_from(f"flows/{name}.yaml", json.dumps(flow).encode())  # JSON is YAML

    return compiled


def compiled_from(name: str, content: bytes) -> Subject:
    result = compile_flows([Source(name, content)])
    assert not result.diagnostics, result.diagnostics
    scenario = next(text for key, text in result.artifacts.items() if key.endswith(".js"))
    return Subject(result.flows[0], scenario, f"generated/{result.flows[0].name}.voxengine.js")
