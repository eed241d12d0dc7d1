"""What may import what: a package uses those in the lines below its own, and no two modules use each other.

From the sources alone, imports inside functions and for the type checker included.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from flowc.incremental.state import OTHER_ROOMS
from tests.conftest import ROOT

# From the top. Those in one line do not use each other.
LAYERS = (
    ("__main__",),
    ("cli",),
    ("talk", "testing.pytest_plugin", "lsp"),
    ("formats", "page"),
    ("review",),
    ("verify",),
    ("testing",),
    ("incremental",),
    ("simulator", "agent_app", "starter", "graph", "report", "deploy"),
    ("catalogue", "copies", "revision"),
    ("compiler", "artifacts", "discovery"),
    ("emit", "config"),
    ("checks", "agents"),
    ("tool_text", "rule", "opening_hours"),
    ("resolve",),
    ("parse",),
    ("ir", "language"),
    ("unit", "compatibility"),
    ("diagnostics", "toml"),
    ("machines",),
    ("nodes", "zones", "countries", "voices", "ringback", "patterns"),
    ("suggest",),
    ("source", "characters", "digests", "disk", "references", "confinement", "here", "__version__"),
)
HEIGHT = {name: -number for number, layer in enumerate(LAYERS) for name in layer}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "flowc").rglob("*.py"))
    if "runtime" not in path.parent.name  # which is emitted, and imports nothing of ours
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.split(".")[0] == "flowc":
                yield from (full if (full := f"{module}.{each.name}") in MODULES else module for each in names)
            case ast.Import(names=names):
                yield from (each.name for each in names if each.name.split(".")[0] == "flowc")


@cache
def imports() -> dict[str, set[str]]:
    return {module: set(imported(path)) - {module} for module, path in MODULES.items()}


def room(module: str) -> str:
    """The package, or the module on the top level; empty for `flowc` itself, which holds the version alone."""
    inside = module.partition(".")[2]
    return inside if inside in HEIGHT else inside.partition(".")[0]


def test_every_package_has_its_layer() -> None:
    assert {room(module) for module in MODULES} - {""} <= HEIGHT.keys()


def test_nothing_is_imported_from_above() -> None:
    upwards = {
        module: sorted(other for other in others if other != room(module) and HEIGHT[other] >= HEIGHT[room(module)])
        for module in MODULES
        if (others := {room(imported) for imported in imports()[module]} - {""})
    }
    assert {module: others for module, others in upwards.items() if others} == {}


def test_no_modules_import_each_other() -> None:
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_what_decides_what_a_source_is_compiled_to_is_looked_at() -> None:
    """By the key of what is known of the last build: what these rooms hold may change, and nothing else does."""
    reached: set[str] = set()
    waiting = [module for module in MODULES if room(module) in ("compiler", "incremental", "emit")]
    while waiting:
        if (module := waiting.pop()) not in reached:
            reached.add(module)
            waiting += imports()[module] & MODULES.keys()
    passed_over = {each.decode() for each in OTHER_ROOMS}
    assert passed_over <= {room(module) for module in MODULES}
    assert not passed_over & {room(module) for module in reached}


def test_pyyaml_is_loaded_in_one_place() -> None:
    """Which leaves out what takes long. For the type checker alone, `flowc.nodes` names it too."""
    asks = re.compile(r"^(?:from|import) yaml\b", re.MULTILINE)
    assert [name for name, path in MODULES.items() if asks.search(path.read_text("utf-8"))] == ["flowc.parse.libyaml"]
