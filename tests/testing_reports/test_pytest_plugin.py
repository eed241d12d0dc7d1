"""Call scripts as tests of pytest: as a user runs them, in a project of their own.

With pytest as a process where processes are what it is about: workers, what is imported, what is in the path. Else with
pytest's own `pytester`, in this process: to start one takes most of a second.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from flowc.compiler import compile_flows
from flowc.discovery import CALL_SCRIPTS
from flowc.source import Source
from flowc.testing.pytest_plugin import SUFFIXES
from tests.conftest import ROOT
from tests.test_printable import harmless
from tests.testing_reports.played import FLOW

pytest_plugins = ["pytester"]

MINIMAL = ROOT / "tests" / "flows" / "ok" / "minimal.yaml"
ENDS = "  if (!ON_SESSION_END.some((outlives) => outlives())) endSession();\n"
PLUGIN = "flowc.testing.pytest_plugin"
Inline = Callable[..., str]
SCRIPT = """\
flowc: 1
flow: desk.yaml
account:
  storage: {CARTESIA_API_KEY: test-key, CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999"}
calls:
  the agent says goodbye:
    - caller: calls
    - agent: {asks: end_call}
    - wait: 4s
    - expect: {call: ended}
"""
TABLE = """\
  reception does not answer:
    rows:
      - {reception: is busy}
      - {reception: declines}
    steps:
      - caller: calls
      - agent: {asks: call_transfer}
      - wait: 4s
      - reception: "${reception}"
      - expect: {ringing: pbx}
"""
WRONG = """\
  everybody is at lunch:
    - caller: calls
    - agent: {asks: call_transfer}
    - wait: 4s
    - expect:
        ringing: pbx
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a flow that has been built."""
    (tmp_path / "pyproject.toml").write_text("[tool.flowc]\n")
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "desk.yaml").write_bytes(FLOW.read_bytes())
    for path, text in compile_flows([Source("flows/desk.yaml", FLOW.read_bytes())]).artifacts.items():
        (tmp_path / "generated" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "generated" / path).write_bytes(text.encode())
    return tmp_path


ENVIRONMENT = {"COLUMNS": "110", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
NOT_OF_IT = ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER")  # in CI, pytest's summary repeats the messages


def run(command: list[str], folder: Path, code: int, path: Path = ROOT) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{ROOT}", **ENVIRONMENT}
    for name in NOT_OF_IT:
        environment.pop(name, None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def run_pytest(folder: Path, *arguments: str, code: int, path: Path = ROOT) -> str:
    """The plugin is named, and no entry point is used: it does not matter how flowc is installed, nor what else is, and
    nothing is loaded that is not needed.
    """
    named = ("-p", PLUGIN, *(("-p", "xdist") if "-n" in arguments else ()))
    return run([sys.executable, "-m", "pytest", *named, *arguments], folder, code, path)


@pytest.fixture
def inline(pytester: pytest.Pytester, project: Path, monkeypatch: pytest.MonkeyPatch) -> Inline:
    """`run_pytest`, in this process."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name in NOT_OF_IT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(project)

    def run_inline(*arguments: str, code: int, of: str = "stdout") -> str:
        done = pytester.runpytest_inprocess("-p", PLUGIN, *arguments)
        assert done.ret == code
        printed = {"stdout": done.stdout, "stderr": done.stderr}[of]
        return f"{printed}\n"

    return run_inline


def outcomes(shown: str) -> dict[str, str]:
    return dict(re.findall(r"^(\S+::.+?) (PASSED|FAILED)", shown, re.MULTILINE))


def test_the_plugin_is_registered() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"flowc": PLUGIN}


def test_the_plugin_and_the_command_know_the_same_files() -> None:
    assert SUFFIXES == CALL_SCRIPTS


def test_calls_are_tests(project: Path) -> None:
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT + TABLE + WRONG)
    (project / "test_other.py").write_text("def test_other(): pass\n")

    collected = run_pytest(project, "--collect-only", "-q", code=0).split("\n")
    assert collected[:5] == [
        "flows/desk.calls.yaml::the agent says goodbye",
        "flows/desk.calls.yaml::reception does not answer [reception: is busy]",
        "flows/desk.calls.yaml::reception does not answer [reception: declines]",
        "flows/desk.calls.yaml::everybody is at lunch",
        "test_other.py::test_other",
    ]

    shown = run_pytest(project, "-v", "--junitxml=junit.xml", "-o", "junit_family=xunit1", code=1)
    assert outcomes(shown) == {**dict.fromkeys(collected[:5], "PASSED"), collected[3]: "FAILED"}
    assert "> " in shown
    assert "ringing: pbx" in shown
    assert "found     ringing: reception" in shown
    assert "Traceback" not in shown
    assert "pytest_plugin.py" not in shown
    assert "FAILED flows/desk.calls.yaml::everybody is at lunch - expected ringing: pbx, found" in shown
    cases = {case.attrib["name"]: case for case in ET.parse(project / "junit.xml").iter("testcase")}
    case = cases["everybody is at lunch"]
    assert (case.attrib["file"], case.attrib["line"]) == ("flows/desk.calls.yaml", "20")
    failure = case.find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "expected ringing: pbx, found ringing: reception"
    assert "found     ringing: reception" in (failure.text or "")


def test_calls_can_be_chosen(project: Path, inline: Inline) -> None:
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT + WRONG + TABLE)
    assert "2 passed, 2 deselected" in inline("-k", "reception and not lunch", code=0)
    assert "1 failed, 1 passed" in inline("-x", code=1)
    one = "flows/desk.calls.yaml::reception does not answer [reception: declines]"
    assert outcomes(inline("-v", one, code=0)) == {one: "PASSED"}


def test_calls_are_spread_over_workers(project: Path) -> None:
    for number in range(3):
        (project / "flows" / f"number_{number}.calls.yaml").write_text(SCRIPT + TABLE + WRONG)
    shown = run_pytest(project, "-n", "2", "-v", code=1)
    assert "3 failed, 9 passed" in shown
    assert len(re.findall(r"\[gw0\].*(PASSED|FAILED)", shown)) > 0
    assert len(re.findall(r"\[gw1\].*(PASSED|FAILED)", shown)) > 0
    assert shown.count("found     ringing: reception") == 3
    assert "Traceback" not in shown


def test_a_broken_script_is_a_collection_error(project: Path, inline: Inline) -> None:
    (project / "flows" / "good.calls.yaml").write_text(SCRIPT)
    (project / "flows" / "bad.calls.yaml").write_text(SCRIPT.replace("end_call", "end_cal"))
    (project / "flows" / "no_flow.calls.yaml").write_text(SCRIPT.replace("desk.yaml", "disk.yaml"))
    (project / "flows" / "no_text.calls.yaml").write_bytes(b"\xff\xfe\x00")
    shown = inline("--continue-on-collection-errors", code=1)
    assert "1 passed, 3 errors" in shown
    assert "flows/bad.calls.yaml:8:21" in shown
    assert "did you mean `end_call`?" in shown
    assert "flows/no_flow.calls.yaml:2:7" in shown
    assert "Traceback" not in shown
    assert "pytest_plugin.py" not in shown


def test_a_broken_project_is_a_collection_error(project: Path, inline: Inline) -> None:
    (project / "flows" / "good.calls.yaml").write_text(SCRIPT)
    (project / "pyproject.toml").write_text("[tool.flowc]\nfolws = 'x'\n")
    shown = inline("flows", code=2)
    assert "unknown key `folws`" in shown
    assert "Traceback" not in shown


def test_a_file_without_calls_is_no_trouble_for_others(project: Path, inline: Inline) -> None:
    (project / "flows" / "good.calls.yaml").write_text(SCRIPT)
    (project / "flows" / "none.calls.yaml").write_text("flowc: 1\nflow: desk.yaml\ncalls: {}\n")
    shown = inline("--continue-on-collection-errors", code=1)
    assert "1 passed, 1 error" in shown
    assert "Traceback" not in shown


def test_a_scenario_that_was_edited_is_played_as_it_is(project: Path, inline: Inline) -> None:
    (project / "flows" / "good.calls.yaml").write_text(SCRIPT + TABLE)
    scenario = project / "generated" / "desk" / "desk.voxengine.js"
    scenario.write_text(scenario.read_text("utf-8") + "// by hand\n", encoding="utf-8")
    shown = inline(code=2)
    assert "error[FLOW506]: this is not what flows/desk.yaml generates" in shown
    shown = inline(EDITED, code=0)
    note = "generated/desk/desk.voxengine.js is not what flows/desk.yaml generates now"
    assert shown.count(f"CallScriptWarning: {note}") == 1
    assert "3 passed, 1 warning" in shown


NOT_OURS = """\
  the caller ID is not ours:
    account: {caller_ids: ["+15550001234"]}
    steps:
      - caller: calls
      - agent: {asks: call_transfer}
      - wait: 25s
      - expect: {agent told: {tried: [{reception: not_allowed}, {pbx: unreachable}]}}
"""
VARIANTS, WITH_TOOLS, EDITED = "--flowc-all-platform-variants", "--flowc-with-tools", "--flowc-edited"
TOOLS = "generated/desk/desk_tools.py"


def ini(project: Path, line: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.flowc]\n[tool.pytest.ini_options]\n{line}\n")


def test_calls_are_played_under_every_behaviour_of_the_platform(project: Path, inline: Inline) -> None:
    """Of which one throws at a caller ID that is not the account's, so that the scenario cannot know why."""
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT + NOT_OURS)
    assert "2 passed" in inline(code=0)
    shown = inline(VARIANTS, code=1)
    assert "1 failed, 1 passed" in shown
    assert "  platform: unverified caller id: throws\n" in shown
    assert "--all-platform-variants --trace" in shown
    assert "  also fails under  hangup events: at once, unverified caller id: throws\n" in shown
    ini(project, "flowc_all_platform_variants = true")
    assert "1 failed, 1 passed" in inline(code=1)
    assert "2 passed" in inline("-o", "flowc_all_platform_variants=false", code=0)


def test_calls_are_played_with_the_generated_tools(project: Path, inline: Inline) -> None:
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT + TABLE)
    (project / "loguru.py").write_text("of the project, and not what the SDK imports by this name")
    assert "3 passed" in run_pytest(project, WITH_TOOLS, VARIANTS, "-n", "2", code=0)
    tools = project / TOOLS
    tools.write_text(tools.read_text("utf-8").replace('(ctx, "end_call", {}', '(ctx, "call_transfer", {}'), "utf-8")
    assert "3 passed" in inline(code=0)
    ini(project, "flowc_with_tools = true")
    assert "error[FLOW506]: this is not what flows/desk.yaml generates" in inline(code=2)
    ini(project, "flowc_with_tools = true\nflowc_edited = true")
    shown = inline(code=1)
    assert "1 failed, 2 passed" in shown
    assert "asks call_transfer" in shown
    assert "-k 'the agent says goodbye' --with-tools --edited --trace" in shown
    assert f"CallScriptWarning: {TOOLS} is not what flows/desk.yaml generates now" in shown


def test_tools_that_cannot_be_played_with_are_told_in_a_sentence(project: Path, inline: Inline) -> None:
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT)
    (project / "conftest.py").write_text("import sys\nsys.modules['line'] = None\n")  # as if it were not installed
    shown = run_pytest(project, WITH_TOOLS, code=1)
    (project / "conftest.py").unlink()
    assert "error: playing with the generated tools needs their SDK: `pip install cartesia-line`" in shown
    (project / TOOLS).unlink()
    shown += inline(WITH_TOOLS, code=2)
    assert f"error: {TOOLS} has not been generated: run `flowc build`" in shown
    assert "Traceback" not in shown
    assert "1 passed" in inline(code=0)


@pytest.mark.parametrize("option", ["flowc_all_platform_variants", "flowc_with_tools", "flowc_edited"])
def test_an_option_that_is_neither_on_nor_off_is_named(inline: Inline, option: str) -> None:
    told = inline("-p", "no:flowc", "-o", f"{option}=perhaps", code=4, of="stderr")
    assert f"ERROR: {option}: " in told
    assert "perhaps" in told
    assert "Traceback" not in told


def test_the_sdk_is_loaded_only_if_it_is_played_with(project: Path) -> None:
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT)
    (project / "conftest.py").write_text(
        "import sys\n"
        "def pytest_terminal_summary(terminalreporter):\n"
        "    loaded = sorted({'line', 'uvicorn', 'litellm'} & set(sys.modules))\n"
        "    terminalreporter.write_line(f'loaded: {loaded}')\n"
    )
    assert "loaded: []" in run_pytest(project, code=0)
    assert "loaded: []" in run_pytest(project, WITH_TOOLS, "--collect-only", code=0)


def test_a_call_of_which_nothing_is_expected_is_a_warning(project: Path, inline: Inline) -> None:
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT + "  a visit:\n    - caller: calls\n")
    shown = inline(code=0)
    assert "2 passed, 1 warning" in shown
    assert "CallScriptWarning: nothing is expected of this call" in shown


WARNING = f"{PLUGIN}.CallScriptWarning"
EMPTY = "  a visit:\n    - caller: calls\n"


def test_warnings_come_from_workers(project: Path) -> None:
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT + TABLE + EMPTY)
    scenario = project / "generated" / "desk" / "desk.voxengine.js"
    scenario.write_text(scenario.read_text("utf-8") + "// by hand\n", encoding="utf-8")
    shown = run_pytest(project, EDITED, "-n", "2", code=0)
    assert "4 passed" in shown
    assert "CallScriptWarning: generated/desk/desk.voxengine.js is not what" in shown
    assert "CallScriptWarning: nothing is expected of this call" in shown


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_warnings_can_be_filtered(project: Path, inline: Inline, workers: tuple[str, ...]) -> None:
    run = partial(run_pytest, project) if workers else inline
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT + EMPTY)
    shown = run("-W", f"error::{WARNING}", *workers, code=1)
    assert "1 failed, 1 passed" in shown
    assert "error: nothing is expected of this call" in shown
    assert "Traceback" not in shown
    assert "pytest_plugin.py" not in shown
    shown = run("-W", f"ignore::{WARNING}", *workers, code=0)
    assert "CallScriptWarning" not in shown


def test_who_has_no_call_scripts_pays_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_modules.py").write_text(
        "import json, sys\n"
        "def test_modules():\n"
        "    ours = ('flowc', 'py_mini_racer', 'yaml')\n"
        "    loaded = [name for name in sys.modules if name.partition('.')[0] in ours]\n"
        "    open('loaded.json', 'w').write(json.dumps(sorted(loaded)))\n"
    )
    run_pytest(tmp_path, code=0)
    assert json.loads((tmp_path / "loaded.json").read_text()) == ["flowc", "flowc.testing", PLUGIN]


def test_the_examples_calls_pass() -> None:
    """Outside of `tests`, and so not collected with them: `pytest flows` at the root."""
    shown = run_pytest(ROOT, "flows", "-n", "2", "-p", "no:cacheprovider", code=0)
    assert re.search(r"\d\d passed", shown)


def test_nothing_that_pytest_prints_of_a_script_acts(project: Path, inline: Inline) -> None:
    """Neither a text, nor a file's name, nor what a link leads to."""
    hostile = '"::error::x ##[error] \\x1b[31m \\u202e"'
    failing = SCRIPT.replace("{call: ended}", f"{{reply: {{text: {hostile}}}}}").replace(
        "the agent says goodbye", hostile
    )
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT)
    (project / "flows" / "bad.calls.yaml").write_text(failing)
    (project / "flows" / "lost.calls.yaml").symlink_to("/proc/self/environ")
    (project / "flows" / "a\x1b[31m\n::error::x.calls.yaml").write_text(SCRIPT)
    shown = inline("-v", "-rA", "--continue-on-collection-errors", code=1)
    assert harmless(shown)
    assert "lost.calls.yaml: a symbolic link, which flowc does not follow" in shown
    assert "must be printable" in shown
    generated = project / "generated" / "desk" / "desk.voxengine.js"
    generated.write_text(
        generated.read_text("utf-8").replace("\nconst S =", f"\nthrow new Error({hostile});\nconst S =")
    )
    shown = inline("-v", "-rA", "--flowc-edited", "flows/desk.calls.yaml", code=1)
    assert harmless(shown)
    assert "\\x23#[error] \\x1b[31m \\u202e" in shown


@pytest.mark.parametrize("broken", ["flowc.testing.project.load", "flowc.testing.play.batch.play"])
def test_an_error_of_flowc_itself_is_a_sentence(project: Path, broken: str) -> None:
    """pytest would print a traceback of it, with the values of all arguments, as they are."""
    (project / "flows" / "desk.calls.yaml").write_text(SCRIPT)
    module, _, name = broken.rpartition(".")
    (project / "conftest.py").write_text(
        "def broken(*_, **__): raise ValueError('##[error]pwn\\n::error::pwn' + 'Q' * 1_000_000)\n"
        "def pytest_configure(config):\n"
        f"    import {module} as module\n"
        f"    module.{name} = broken\n"
    )
    shown = run_pytest(project, code=2 if name == "load" else 1)
    assert "which is a bug: ValueError: " in shown
    assert "Traceback" not in shown
    assert harmless(shown)
    assert len(shown) < 10_000


def test_flows_are_verified(project: Path, inline: Inline) -> None:
    """What `flowc verify` finds: a test for each flow, spread like all others."""
    for path, text in compile_flows([Source("flows/minimal.yaml", MINIMAL.read_bytes())]).artifacts.items():
        (project / "generated" / path).parent.mkdir(parents=True, exist_ok=True)
        (project / "generated" / path).write_text(text)
    (project / "flows" / "minimal.yaml").write_bytes(MINIMAL.read_bytes())
    (project / "other.yaml").write_text("not: a flow\n")
    chosen = ("--flowc-verify", "-v", "-k", "minimal.yaml or other.yaml")
    assert outcomes(inline(*chosen, code=0)) == {"flows/minimal.yaml::verify": "PASSED"}
    [scenario] = (project / "generated" / "minimal").glob("*.js")
    text = scenario.read_text()
    assert text.count(ENDS) == 1
    scenario.write_text(text.replace(ENDS, ""))
    assert "is not what flows/minimal.yaml says" in inline(*chosen, code=2)
    shown = inline(*chosen, "--flowc-edited", code=1)
    assert outcomes(shown) == {"flows/minimal.yaml::verify": "FAILED"}
    assert "the session ends with its caller" in shown
