"""The call scripts of the example flows: all pass, whatever the platform does, and nothing of the flows is left out."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace

import pytest

from flowc.compiler import compile_flows
from flowc.config import Config
from flowc.discovery import select
from flowc.simulator.engine import Engine
from flowc.simulator.options import PLATFORM_SWITCHES
from flowc.testing.play.batch import play
from flowc.testing.play.switches import LEFT_OUT, SWITCHES
from flowc.testing.project import load
from flowc.testing.result import Run
from flowc.testing.script.model import Scripts
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scripts, ...]:
    """Loaded from a copy, so that it is the generator of now that is played."""
    root = tmp_path_factory.mktemp("examples")
    (root / "flows").mkdir()
    for path in (ROOT / "flows").glob("*.yaml"):
        (root / "flows" / path.name).write_bytes(path.read_bytes())
    config = Config(root, "flows", "generated")
    for name, text in compile_flows(select(config, (str(root / "flows"),)).sources, ()).artifacts.items():
        (root / "generated" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "generated" / name).write_text(text, encoding="utf-8")
    loaded = load(config, [str(root / "flows")])
    assert loaded.diagnostics == ()
    return loaded.files


def test_every_call_passes_and_every_step_outcome_and_fallback_is_covered(
    engine: Engine, files: tuple[Scripts, ...]
) -> None:
    run = play(engine, files)
    assert [call.failures for call in run.calls if not call.passed] == []
    assert [each.what for each in run.coverage if not each.covered] == []
    names = {"clinic", "emergency_line", "field_service", "find_me", "front_desk", "function_calling", "helpline"}
    names |= {"after_hours", "branch_office", "front_door", "on_call", "on_duty", "owner_line", "property_line"}
    names |= {"appointment", "hotline", "payment", "reminder", "screening", "survey", "switchboard", "two_languages"}
    names |= {"warm_transfer", "booking", "alarm", "introduction"}
    assert {file.flow.name for file in files} == names
    assert not any(call.note for call in run.calls)


def test_every_call_passes_whatever_the_platform_does(engine: Engine, files: tuple[Scripts, ...]) -> None:
    run = play(engine, files, every_variant=True)
    assert [(call.name, call.variant, call.failures) for call in run.calls if not call.passed] == []
    written = {(file.flow.name, call.place) for file in files for call in file.calls}
    assert {(call.flow, call.place) for call in run.calls} == written
    assert {key for call in run.calls for key, _ in call.variant} >= {"late connected", "terminate events"}


def test_every_switch_of_the_platform_is_one_of_call_scripts_or_left_out_for_a_reason() -> None:
    varied = {switch.option: tuple(switch.values.get(value, value) for value in switch.varied) for switch in SWITCHES}
    known = {name: values for name, values in PLATFORM_SWITCHES.items() if name not in LEFT_OUT}
    assert {option: values for option, values in varied.items() if values and option != "delivery"} == known


def test_the_same_run_twice_is_the_same_to_the_byte(files: tuple[Scripts, ...]) -> None:
    first, second = (_as_json(play(Engine(), files)) for _ in range(2))
    assert first == second


def _as_json(run: Run) -> str:
    """All but how long it took to play."""
    calls = tuple(replace(call, took_s=0) for call in run.calls)
    return json.dumps(asdict(replace(run, calls=calls)), default=lambda function: function.__qualname__)


def test_the_example_in_the_reference_is_one_of_the_scripts() -> None:
    calls = (ROOT / "flows" / "function_calling.calls.yaml").read_text(encoding="utf-8")
    text = (ROOT / "flows" / "CALLS.md").read_text(encoding="utf-8")
    shown = re.search(r"```yaml\n(# yaml-language-server.*?)```", text, re.DOTALL)
    assert shown is not None
    without_comment = re.sub(r"(?m)^# What .*\n", "", calls)
    assert without_comment.startswith(shown[1].rstrip("\n"))
