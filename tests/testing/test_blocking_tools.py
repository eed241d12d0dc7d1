"""Tools that never let go of the event loop: their call fails, the others are played, and the program ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowc.cli.app import run
from flowc.testing.play.with_tools import call, program
from flowc.testing.play.with_tools.play import MOST_LOST
from tests.conftest import ROOT
from tests.signals import begin_with
from tests.testing.project import Project, edit_tools

WRAP = "return self._phone_call.wrap(agent)"
START = "        announced = False\n"  # of what every tool does
LOOP = "while True: pass"
SLEEP = '__import__("time").sleep(3600)'
ENDS = "\n- caller: calls\n- agent: {asks: end_call}\n- wait: 3s\n- expect: {call: ended}\n"
STUCK_S = 3.0
CEILING_S = 300  # of what takes a second or two, however busy the machine


@pytest.fixture(autouse=True)
def _in_project(project: Project, one_agents_side: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(program, "STUCK_S", STUCK_S)
    monkeypatch.setattr(call, "PATIENCE_S", STUCK_S)
    before = Path.cwd()
    os.chdir(project.root)
    yield
    os.chdir(before)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param(WRAP, LOOP, LOOP, id="loop"),
        pytest.param(WRAP, SLEEP, SLEEP, id="sleep"),
        pytest.param("import asyncio\n", f"import asyncio\n{LOOP}\n", LOOP, id="import"),
    ],
)
def test_the_call_fails_at_the_line(
    project: Project, capsys: pytest.CaptureFixture[str], old: str, new: str, line: str
) -> None:
    project.scripts(f"it ends:{ENDS}")
    edited = edit_tools(old, new)
    assert run(["test", "--with-tools", "--edited"]) == 1
    out = capsys.readouterr().out
    found = " ".join(out.split())
    told = "the tools keep the event loop to themselves: nothing else on it has run for 3 s"
    assert told in found
    assert f"generated  {edited}:" in out
    assert f"{' ' * 13}{line}\n" in out


def test_the_other_calls_are_played(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(f"it ends:{ENDS}it passes:\n- caller: calls\n- expect: {{caller with: agent}}\n")
    edit_tools(START, f"        {SLEEP}\n")
    assert run(["test", "--with-tools", "--edited"]) == 1
    out = capsys.readouterr().out
    assert "1 of 2 calls failed" in out
    assert "- agent: {asks: end_call}" in out


def test_a_run_ends_soon_however_many_calls_are_kept(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts("".join(f"call {number}:{ENDS}" for number in range(6)))
    edit_tools(WRAP, SLEEP)
    assert run(["test", "--with-tools", "--edited", "--format", "json"]) == 1
    out = capsys.readouterr().out
    assert out.count("nothing else on it has run") == MOST_LOST
    assert out.count(f"not played: in {MOST_LOST} calls before this one") == 6 - MOST_LOST


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once(project: Project, number: signal.Signals) -> None:
    project.scripts(f"it ends:{ENDS}")
    edit_tools(WRAP, f'print("kept", flush=True)\n        {LOOP}')
    process = subprocess.Popen(
        [sys.executable, "-m", "flowc", "test", "--with-tools", "--edited"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=begin_with(),
    )
    try:
        assert process.stderr is not None
        assert process.stderr.readline() == "tools: kept\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=CEILING_S)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (128 + number, "", "flowc: interrupted\n")


def test_a_thread_of_the_tools_is_not_waited_for(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(f"it ends:{ENDS}")
    thread = f'__import__("threading").Thread(target=lambda: {SLEEP}).start()'
    edit_tools("import asyncio\n", f"import asyncio\n{thread}\n")
    assert run(["test", "--with-tools", "--edited"]) == 0
    assert "1 call passed" in capsys.readouterr().out


def test_a_loop_that_keeps_pythons_own_lock_is_ended(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """So that no thread beside it can say where it is."""
    project.scripts(f"it ends:{ENDS}")
    edit_tools(WRAP, '__import__("re").match("(a*)*b", "a" * 64)')
    assert run(["test", "--with-tools", "--edited"]) == 1
    assert "the tools keep the event loop to themselves" in " ".join(capsys.readouterr().out.split())
