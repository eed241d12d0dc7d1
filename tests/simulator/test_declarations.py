"""The declarations are what api.json says, refuse what they should, and agree with the emulator about every name."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from flowc.simulator import declarations
from flowc.simulator.declarations import api_table
from flowc.simulator.engine import Engine, emulator_source

from .conftest import SCENARIOS

FOLDER = Path(declarations.__file__).parent
DECLARATIONS = Path(declarations.__file__).parent / "vox" / "voxengine.d.ts"
TSC_OPTIONS = ["--noEmit", "--allowJs", "--checkJs", "--strict", "--target", "es2018", "--lib", "es2018"]


def test_the_declarations_are_up_to_date() -> None:
    assert declarations.declarations(api_table()) == DECLARATIONS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", [Path(__file__).with_name("types.js"), SCENARIOS / "typed.js"], ids=lambda path: path.stem
)
def test_typescript_agrees(tsc: str, tmp_path: Path, path: Path) -> None:
    command = [tsc, *TSC_OPTIONS, str(DECLARATIONS), str(path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path)
    assert (run.returncode, run.stdout) == (0, "")


def test_the_typed_scenario_runs(engine: Engine) -> None:
    session = engine.session((SCENARIOS / "typed.js").read_text(encoding="utf-8"), storage={"KEY": "k", "ID": "a"})
    session.incoming_call()
    session.advance(1000)
    assert session.heard_by_caller == "agent"
    session.post("{}")
    assert session.ended is not None
    assert session.error is None


def test_the_emulator_has_every_name_of_the_table_and_no_other(engine: Engine) -> None:
    api = api_table()
    probe = "".join(f"require(Modules.{module});" for module in api["modules"]) + "\n".join(
        f"Logger.write({json.dumps(path)} + ' ' + Object.keys({path}).sort().join(' '));"
        for path in [*api["enums"], *api["namespaces"]]
    )
    expected = []
    for path, table in api["enums"].items():
        expected.append(" ".join([path, *sorted(table["members"])]))
    for path, table in api["namespaces"].items():
        names = [*table["functions"], *(name.split(".")[1] for name in api["enums"] if name.startswith(f"{path}."))]
        listeners = ["addEventListener", "removeEventListener"] if table.get("events") else []
        expected.append(" ".join([path, *sorted([*names, *listeners])]))
    assert engine.session(probe).logs == expected


def test_no_two_files_of_the_emulator_define_the_same_name() -> None:
    """They share one scope, in which the later of two functions would silently win."""
    defined = re.findall(r"^(?:function|const|let|class) (\w+)", emulator_source(), re.MULTILINE)
    assert [name for name, count in Counter(defined).items() if count > 1] == []
