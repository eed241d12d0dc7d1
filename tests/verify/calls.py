"""Tests of `tests/scenario` as judges of an error of the runtime: each is called with scenarios that have the error."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from flowc.compiler import compile_flows
from flowc.simulator.engine import Engine
from flowc.source import Source
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import Phone

FLOWS = ROOT / "tests" / "scenario" / "flows"
_ARTIFACTS: dict[Path, Artifacts] = {}


def fails(engine: Engine, test: str, edit: Callable[[str], str]) -> bool:
    """Whether a test, `test_agent.py::test_name`, fails for some of its parameters with scenarios that are edited; for
    `test_name[one]` for that one alone.
    """
    file, _, name = test.partition("::")
    name, _, only = name.removesuffix("]").partition("[")
    function = getattr(import_module(f"tests.scenario.{file.removesuffix('.py')}"), name)

    def compiled(path: Path) -> Artifacts:
        artifacts = _compiled(path)
        return {**artifacts, "js": edit(artifacts["js"])}

    fixtures = {"call": dial(engine, edit), "compiled": compiled, "engine": engine}
    wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
    for given in _parameters(function):
        if only and only not in map(str, given.values()):
            continue
        try:
            function(**{name: fixtures[name] for name in wanted if name in fixtures}, **given)
        except Exception:  # whatever a test of such a scenario stumbles over
            return True
    return False


def dial(engine: Engine, edit: Callable[[str], str] = str) -> Callable[..., Phone]:
    """What tests have as `call`: it dials a flow, whose scenario is edited first."""

    def call(flow: str, **options: Any) -> Phone:
        own = FLOWS / f"{flow}.yaml"
        path = own if own.exists() else ROOT / "flows" / f"{flow}.yaml"
        return Phone(engine, edit(_compiled(path)["js"]), **options)

    return call


def _parameters(function: Callable[..., None]) -> Iterator[Mapping[str, Any]]:
    """As pytest gives them."""
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    rows = []
    for mark in marks:
        named = mark.args[0]
        names = [name.strip() for name in named.split(",")] if isinstance(named, str) else list(named)
        values = mark.args[1]
        rows.append([dict(zip(names, value if len(names) > 1 else [value], strict=True)) for value in values])
    for chosen in itertools.product(*rows):
        yield {name: value for row in chosen for name, value in row.items()}


def _compiled(path: Path) -> Artifacts:
    if path not in _ARTIFACTS:
        result = compile_flows([Source(path.relative_to(ROOT).as_posix(), path.read_bytes())])
        assert not result.diagnostics, result.diagnostics
        own = {name: text for name, text in result.artifacts.items() if "/" in name}
        _ARTIFACTS[path] = {name.rsplit(".", 1)[1]: text for name, text in own.items()}
    return _ARTIFACTS[path]
