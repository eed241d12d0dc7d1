"""`flowc test --with-tools`: the same scripts, with the generated tools in the real SDK for a scripted agent."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowc.cli.app import run
from tests.conftest import ROOT
from tests.testing.project import SCENARIO, Project

TOOLS = "generated/front_desk/front_desk_tools.py"
SET = ("FLOWC_ALLOW_HTTP", "LITELLM_LOCAL_MODEL_COST_MAP")  # by the tests, which a user need not do
CEILING_S = 120  # of the whole process, on a busy machine

TRANSFER = """
a transfer:
- caller: calls
- agent: {says: Of course.}
- wait: 1s
- agent: {asks: call_transfer, with: {department: front_desk, summary: a broken tooth}}
- expect: {reply: {ok: true}, caller with: agent}
- wait: 4s
- reception: {rings: 2s, then: is busy}
- pbx: declines
- wait: 1s
- expect: {caller with: agent, agent told: {outcome: declined}}
- agent: {asks: call_transfer, with: {department: billing}}
- wait: 5s
- billing: answers
- expect: {caller with: billing, agent: gone}
"""
REFUSED = """
it is refused:
- caller: calls
- agent: {asks: call_transfer, with: {department: billing}}
- expect: {reply: {refused: invalid_parameters}, ringing: nobody}
"""
ENDS = """
it ends:
- caller: calls
- agent: {asks: end_call}
- wait: 3s
- expect: {call: ended}
"""


@pytest.fixture(autouse=True)
def _in_project(project: Project) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(project.root)
    yield
    os.chdir(before)


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["test", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")


def test_all_calls_of_the_examples_pass_both_ways(tmp_path: Path) -> None:
    """As a user runs it: a process of its own, which ends by itself."""
    root = tmp_path / "examples"
    shutil.copytree(ROOT / "flows", root / "flows")
    (root / "pyproject.toml").write_text("[tool.flowc]\n", encoding="utf-8")

    def flowc(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flowc", *arguments],
            cwd=root,
            env={name: value for name, value in os.environ.items() if name not in SET} | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=CEILING_S,
        )

    assert flowc("build").returncode == 0
    scripted, real = (flowc("test", "--format", "json", "--coverage", *options) for options in ((), ("--with-tools",)))
    assert (real.returncode, real.stderr) == (0, scripted.stderr), real.stdout
    assert len(json.loads(real.stdout)["calls"]) > 50
    assert json.loads(real.stdout) == json.loads(scripted.stdout)


def test_a_call_is_the_same_to_the_millisecond(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(TRANSFER)
    scripted = command(capsys, "--trace")
    assert scripted[0] == 0
    assert "agent_speaks" in scripted[1]
    assert command(capsys, "--trace", "--with-tools") == scripted


def test_a_script_that_fails_shows_the_same_timeline(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(ENDS.replace("ended", "goes on"))
    scripted = command(capsys)
    assert scripted[0] == 1
    assert "asks end_call" in scripted[1]
    assert command(capsys, "--with-tools") == scripted


def test_tools_that_were_edited_are_played_as_they_are(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(ENDS)
    edit(TOOLS, '(ctx, "end_call", {}, cancels=True)', '(ctx, "emergency", {})')
    code, out, _ = command(capsys, "--with-tools")
    assert code == 1
    assert f"note: {TOOLS} is not what flows/clinic.yaml generates now" in out
    assert "asks emergency" in out
    assert command(capsys) == (0, "1 call passed\n", "")


def test_a_tools_own_refusal_is_the_reply(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(REFUSED)
    edit(TOOLS, 'Literal["front_desk", "billing"]', 'Literal["front_desk"]')
    assert command(capsys, "--with-tools", "--format", "github")[0] == 0
    assert command(capsys)[0] == 1  # the scenario would have taken it


def test_the_same_wish_again_is_taken_for_an_echo_only_for_a_while(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tools count the seconds of the call, not those that the test takes."""
    asks = "- agent: {asks: call_transfer, with: {department: billing}}\n"
    project.scripts(
        f"it is asked for again:\n- caller: calls\n{asks}- wait: 4s\n{asks}- expect: {{reply: {{ok: true}}}}\n"
        f"- wait: 10s\n{asks}- expect: {{reply: {{refused: busy}}}}"
    )
    assert command(capsys, "--with-tools") == (0, "1 call passed\n", "")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param("import asyncio\n", "import asyncio\nimport no_such_module\n", "cannot be imported", id="import"),
        pytest.param("class FrontDeskCall:", "class Renamed:", "no class FrontDeskCall", id="class"),
        pytest.param(
            "return self._session.wrap(agent)", 'raise RuntimeError("oops")', "failed: RuntimeError: oops", id="wrap"
        ),
        pytest.param(
            "        announced = False\n", "        await asyncio.Event().wait()\n", "not come back within", id="hangs"
        ),
    ],
)
def test_tools_that_do_not_work_fail_the_call(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    told: str,
) -> None:
    from flowc.testing.with_tools import call

    monkeypatch.setattr(call, "PATIENCE_S", 6.0)  # the first agent of a process loads the model library
    project.scripts(ENDS)
    edit(TOOLS, old, new)
    code, out, _ = command(capsys, "--with-tools")
    assert code == 1
    assert told in out
    assert f"generated  {TOOLS}" in out


def test_a_scenario_that_never_comes_back_fails_the_call(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flowc.testing.with_tools import call

    monkeypatch.setattr(call, "CALL_TIMEOUT_S", 0.5)
    project.scripts(ENDS + "it passes:\n- caller: calls\n- expect: {caller with: agent}")
    with Path(SCENARIO).open("a", encoding="utf-8") as scenario:
        scenario.write("VoxEngine.addEventListener(AppEvents.HttpRequest, () => { for (;;) {} });\n")
    code, out, _ = command(capsys, "--with-tools")
    assert code == 1
    assert "did not come back" in out
    assert "1 of 2 calls failed" in out


def test_without_the_sdk_it_says_what_to_install(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.scripts(ENDS)
    monkeypatch.setitem(sys.modules, "line", None)
    code, out, err = command(capsys, "--with-tools")
    assert (code, out) == (2, "")
    assert err.startswith("error: --with-tools needs the SDK of the tools: `pip install cartesia-line`")
    assert command(capsys)[0] == 0


def test_tools_have_to_be_generated(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(ENDS)
    Path(TOOLS).unlink()
    expected = f"error: {TOOLS} has not been generated: run `flowc build`\n"
    assert command(capsys, "--with-tools") == (2, "", expected)


def test_variants_are_played_without_tools(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(ENDS)
    code, out, err = command(capsys, "--with-tools", "--all-platform-variants")
    assert (code, out) == (2, "")
    assert "do not go together" in err
