"""What flowc takes from others: declared, with a lower and an upper bound, and by its public names."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from flowc.agent_app import agent_app
from flowc.compiler import compile_flows
from flowc.source import Source
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NEEDED = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
TESTED = [Requirement(text) for text in PROJECT["project"]["optional-dependencies"]["test"]]
BUILT = [Requirement(text) for text in PROJECT["build-system"]["requires"]]

OURS = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for folder in ("flowc", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if "__snapshots__" not in path.parts
}
# Run where the SDK is, which flowc does not need.
SDK_ONLY = ("flowc/talk/", "flowc/testing/with_tools/", "flowc/emit/line/runtime/")
ELSEWHERE = {  # where flowc is installed, pytest is, if it runs this file at all
    "flowc/testing/pytest_plugin.py": {"pytest"}
}
PRIVATE = {
    "_llm": "of the SDK's agent: with_tools/model.py looks whether it is there, and has a test of an SDK without it",
    "_exit": "of `os`, documented",
    "_replace": "of named tuples, documented",
    "_current_frames": "of `sys`, documented",
}


def bounds(requirement: Requirement) -> list[str]:
    return sorted(bound.operator for bound in requirement.specifier)


@pytest.mark.parametrize("requirement", [*BUILT, *NEEDED, *TESTED], ids=lambda each: each.name)
def test_a_dependency_has_both_bounds_and_a_line_that_argues_for_them(requirement: Requirement) -> None:
    assert bounds(requirement) == ["<", ">="]
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    found = [line for line in lines if f'"{requirement.name}>' in line]
    assert found
    assert all(line.partition("  # ")[2] for line in found), "say why"
    assert len({line.split('"')[1] for line in found}) == 1, "the same bounds wherever it stands"


def test_the_app_of_a_flow_has_bounds_and_they_are_ours() -> None:
    """It is installed where nobody looks at flowc's own."""
    [flow] = compile_flows([Source("t.yaml", (ROOT / "flows/front_desk.yaml").read_bytes())]).flows
    text = agent_app(flow)["pyproject.toml"]
    app = tomllib.loads(text)
    found = [*app["build-system"]["requires"], *app["project"]["dependencies"]]
    assert [Requirement(each).name for each in found] == ["setuptools", "cartesia-line"]
    assert {str(Requirement(each)) for each in found} <= {str(each) for each in (*BUILT, *NEEDED, *TESTED)}
    for each in found:
        assert bounds(Requirement(each)) == ["<", ">="]
        [line] = [line for line in text.splitlines() if f'"{each}"' in line]
        assert line.partition("  # ")[2], "say why"
    locked = re.findall(r"^([a-z0-9-]+)==(\S+)", agent_app(flow)["requirements.lock"], re.MULTILINE)
    for name, version_ in locked:
        assert all(Requirement(each).specifier.contains(version_) for each in found if Requirement(each).name == name)


@pytest.mark.parametrize("requirement", [*NEEDED, *TESTED], ids=lambda each: each.name)
def test_what_is_installed_is_within_the_bounds(requirement: Requirement) -> None:
    assert requirement.specifier.contains(version(requirement.name))


def test_the_oldest_of_all_are_what_ci_installs() -> None:
    printed = subprocess.run([sys.executable, ROOT / ".ci" / "oldest.py"], capture_output=True, text=True, check=True)
    oldest = dict(line.split("==") for line in printed.stdout.splitlines())
    assert list(oldest) == list(dict.fromkeys(requirement.name for requirement in (*BUILT, *NEEDED, *TESTED)))
    for requirement in (*BUILT, *NEEDED, *TESTED):
        assert f">={oldest[requirement.name]}" in str(requirement.specifier).split(",")


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def foreign(tree: ast.Module) -> set[str]:
    """Dotted names that a file imports from neither Python nor flowc."""
    return {name for name in imported(tree) if name.split(".")[0] not in sys.stdlib_module_names | {"flowc", "tests"}}


def test_what_is_imported_is_declared() -> None:
    of_modules = {
        module: {canonicalize_name(each) for each in distributions}
        for module, distributions in packages_distributions().items()
    }
    needed = {canonicalize_name(requirement.name) for requirement in NEEDED}
    tested = needed | {canonicalize_name(requirement.name) for requirement in TESTED}
    for name, tree in OURS.items():
        known = tested if name.startswith(("tests/", *SDK_ONLY)) else needed | ELSEWHERE.get(name, set())
        for module in {dotted.split(".")[0] for dotted in foreign(tree)}:
            assert of_modules[module] & known, f"{name}: {module}"


def test_json_schema_has_one_place() -> None:
    """It takes long to load, and its sentences are not ours."""
    using = {path for path, tree in OURS.items() if any(name.startswith("jsonschema") for name in foreign(tree))}
    assert {path for path in using if path.startswith("flowc/")} == {"flowc/testing/arguments.py"}


def test_nothing_private_of_others_is_used() -> None:
    """A name with a leading `_` that nothing of ours defines is somebody else's."""
    ours = {name for tree in OURS.values() for name in defined(tree)}
    for path, tree in OURS.items():
        for name in foreign(tree):
            assert not any(is_private(part) for part in name.split(".")), f"{path}: {name}"
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in ours:
                assert node.attr in PRIVATE, f"{path}:{node.lineno}: {node.attr}"


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def defined(tree: ast.Module) -> Iterator[str]:
    """Names of functions, classes, variables and fields, and what objects keep under `self` and `cls`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id in ("self", "cls")
        ):
            yield node.attr
