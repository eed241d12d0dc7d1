"""The oracle agrees with what flowc generates, and with nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc.emit import voxengine
from flowc.emit.voxengine import view
from flowc.ir import Flow
from flowc.simulator.engine import Engine
from flowc.verify.agreement import agree
from flowc.verify.oracle import Disagreement
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, oracle_for, search
from tests.conftest import ROOT
from tests.scenario.test_features import FRAGMENTS
from tests.verify.mutants import MUTANTS, Mutant

FLOWS = Path(__file__).parent / "flows"
SMALL = sorted(FLOWS.glob("*.yaml"))
STATES = 300
"""Of a flow that is too large for a test: its first states. `flowc verify` has all."""
MUTANT_STATES = 100


def disagreements(engine: Engine, found: Subject, bounds: Bounds) -> list[Disagreement]:
    graph = search(engine, found, bounds, graph=True, oracle=False).graph
    assert graph is not None
    return [one.disagreement for one in agree(oracle_for(found.flow, bounds, {}), graph)]


# What is generated


@pytest.mark.parametrize("name", FRAGMENTS)
def test_it_agrees_with_each_feature(searcher: Engine, feature: Callable[[str], Subject], name: str) -> None:
    assert disagreements(searcher, feature(name), Bounds(posts=1)) == []


@pytest.mark.parametrize(
    "path",
    [*SMALL, *sorted((ROOT / "tests" / "flows" / "ok").glob("*.yaml")), *(ROOT / "flows").glob("*[!s].yaml")],
    ids=lambda path: path.stem,
)
def test_it_agrees_with_a_flow(searcher: Engine, subject: Callable[[Path], Subject], path: Path) -> None:
    assert disagreements(searcher, subject(path), Bounds(posts=2, states=STATES)) == []


# What is not: errors of the compiler


def emitter(mutant: Mutant) -> Callable[[Flow], tuple[str, str]]:
    """The emitter of scenarios, with one error."""
    names: dict[str, Any] = {"__name__": "mutant", "dataclasses": dataclasses}
    for module in (view, voxengine):
        path = Path(str(module.__file__))
        text = path.read_text("utf-8")
        if path.stem == mutant.file:
            assert text.count(mutant.old) == 1, f"{mutant.old!r} is there {text.count(mutant.old)} times"
            text = text.replace(mutant.old, mutant.new)
        own = {name: value for name, value in names.items() if name.startswith("as_")}
        exec(compile(text, str(path), "exec"), names)
        names |= own
    names["runtime_of"] = voxengine.runtime_of
    emit: Callable[[Flow], tuple[str, str]] = names["emit"]
    return emit


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.what)
def test_it_finds_an_error_of_the_compiler(
    searcher: Engine, subject: Callable[[Path], Subject], mutant: Mutant
) -> None:
    found = subject(FLOWS / f"{mutant.flow}.yaml")
    _, scenario = emitter(mutant)(found.flow)
    assert scenario != found.scenario
    broken = Subject(found.flow, scenario, found.scenario_path)
    told = disagreements(searcher, broken, Bounds(posts=1, states=MUTANT_STATES))
    assert told, "nobody has noticed"
    assert told[0].about == mutant.about, told[0].told
