"""The house is in order: lint and types of flowc itself, and of the JavaScript that it generates."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Artifacts

FOLDERS = ("flows", "tests/flows/ok", "tests/scenario/flows")
FLOWS = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.yaml") if "." not in path.stem)
TYPE_CHECK = [
    "--noEmit",
    "--allowJs",
    "--checkJs",
    "--strict",
    "--target",
    "es2018",
    "--lib",
    "es2018",
    "--module",
    "commonjs",
    "--moduleDetection",
    "force",
]


def test_lint() -> None:
    ruff = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True)
    assert ruff.returncode == 0, ruff.stdout + ruff.stderr


def test_types() -> None:
    mypy = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert mypy.returncode == 0, mypy.stdout + mypy.stderr


@pytest.fixture(scope="session")
def tsc() -> str:
    found = os.environ.get("FLOWC_TSC") or shutil.which("tsc")
    if not found:
        pytest.skip("TypeScript is not installed: neither FLOWC_TSC nor tsc on the PATH")
    return found


def test_the_scenarios_type_check(tsc: str, compiled: Callable[[Path], Artifacts], tmp_path: Path) -> None:
    """All in one process, which takes seconds to start; each as a module, so that none sees the names of another."""
    scenarios = []
    for path in FLOWS:
        scenario = tmp_path / f"{path.stem}.voxengine.js"
        scenario.write_text(compiled(path)["js"], encoding="utf-8")
        scenarios.append(str(scenario))
    declarations = ROOT / "flowc" / "simulator" / "voxengine.d.ts"
    checked = subprocess.run(
        [tsc, *TYPE_CHECK, str(declarations), *scenarios], cwd=tmp_path, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout


PLANTED = {
    "a phase": ('S.phase = "leaving"', 'S.phase = "leavng"'),
    "a phase that is asked for": ('if (S.phase === "leaving")', 'if (S.phase === "leaveing")'),
    "an outcome": ('486: "busy"', '486: "bussy"'),
    "an outcome of our own": ('targetDone("no_answer"', 'targetDone("no_anwser"'),
    "a step": ('} else if ("hang_up" in step) {', '} else if ("hangup" in step) {'),
    "a step that is new": ("@typedef {{ hang_up: {} } |", "@typedef {{ beep: {} } | { hang_up: {} } |"),
    "a timer": ('stopTimer("lastWords")', 'stopTimer("lastWord")'),
}


def test_the_type_checker_sees_typos(tsc: str, compiled: Callable[[Path], Artifacts], tmp_path: Path) -> None:
    """Phases, outcomes and steps are unions: what is misspelt or forgotten is an error, not a call without an end."""
    text = compiled(ROOT / "flows" / "front_desk.yaml")["js"]
    projects = []
    for number, (written, planted) in enumerate(PLANTED.values()):
        assert written in text
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "scenario.js").write_text(text.replace(written, planted, 1), encoding="utf-8")
        projects.append(folder)
    declarations = ROOT / "flowc" / "simulator" / "voxengine.d.ts"
    running = [
        subprocess.Popen([tsc, *TYPE_CHECK, str(declarations), "scenario.js"], cwd=folder, stdout=subprocess.PIPE)
        for folder in projects
    ]
    passed = [name for name, check in zip(PLANTED, running, strict=True) if not check.communicate()[0]]
    assert passed == []


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_the_scenario_keeps_the_rules_that_make_it_explorable(
    compiled: Callable[[Path], Artifacts], path: Path
) -> None:
    runtime = compiled(path)["js"].split("flowc runtime", 1)[1]
    for forbidden in ("async ", "await ", "Date.", "Math.random", "\nlet ", "\nvar ", "?.", "??"):
        assert forbidden not in runtime, forbidden
    assert runtime.count("\nconst S = {") == 1
