"""`--watch`, as a process that looks at files, and what shells complete."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from flowc.cli.app import flowc
from tests.test_cli_process import PACKAGE, ROOT, finish, make, start

CEILING_S = 60
"""On a machine that does much else; in itself it takes less than a second."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path / "project")


class Watched:
    """A command with `--watch`; what it has said on standard error is read as it comes."""

    def __init__(self, arguments: list[str], cwd: Path) -> None:
        self.process = start(["-u", "-m", "flowc", *arguments, "--watch"], cwd)
        assert self.process.stderr is not None
        os.set_blocking(self.process.stderr.fileno(), False)
        self.told = ""

    def says(self, text: str, times: int = 1) -> None:
        assert self.process.stderr is not None
        until = time.monotonic() + CEILING_S
        while self.told.count(text) < times:
            assert time.monotonic() < until, self.told
            assert self.process.poll() is None, self.told
            self.told += (self.process.stderr.read() or b"").decode()
            time.sleep(0.02)

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=CEILING_S)
        return self.process.returncode


@pytest.fixture
def watched(project: Path) -> Callable[..., Watched]:
    def begin(*arguments: str) -> Watched:
        return Watched(list(arguments), project)

    return begin


def test_check_runs_again_when_a_flow_changes_and_bears_every_fault(
    project: Path, watched: Callable[..., Watched]
) -> None:
    check = watched("check")
    check.says("2 flows: no errors")
    flow = project / "flows" / "front_desk.yaml"
    right = flow.read_text()
    flow.write_text(right.replace("transfer: ", "transfre: "))
    check.says("front_desk.yaml changed")
    check.says("in 1 of 2 flows")
    (project / "pyproject.toml").write_text("[tool.flowc]\nflow = 1\n")
    check.says("error: ")
    (project / "pyproject.toml").write_text("[tool.flowc]\n")
    check.says("in 1 of 2 flows", 2)
    flow.unlink()
    check.says("1 flow: no errors")
    flow.write_text(right)
    check.says("2 flows: no errors", 2)
    assert check.end() == 130


def test_build_writes_again_and_does_not_wake_itself(project: Path, watched: Callable[..., Watched]) -> None:
    build = watched("build")
    build.says("7 written")
    flow = project / "flows" / "function_calling.yaml"
    flow.write_text(flow.read_text().replace("ring: 20s", "ring: 25s"))
    build.says("2 flows, 7 files", 2)
    time.sleep(1)
    assert build.told.count(".yaml changed") == 1
    assert build.end() == 130
    assert "25" in (project / "generated/function_calling/function_calling.voxengine.js").read_text()


def test_standard_input_is_not_watched(project: Path) -> None:
    code, out, err = finish(["-m", "flowc", "check", "-", "--watch"], project)
    assert (code, out) == (2, "")
    assert "--watch looks at files" in err


def test_what_a_run_has_started_ends_with_it(project: Path, watched: Callable[..., Watched]) -> None:
    flow = project / "flows" / "front_desk.yaml"
    shutil.copy(ROOT / "flows/front_desk.calls.yaml", flow.parent)
    flow.write_text("flow: front_desk\nwrong: true\n")
    test = watched("test")
    for times in range(1, 4):
        test.says("not played", times)
        flow.write_text(f"flow: front_desk\nwrong: {times}\n")
    test.says("not played", 4)
    until = time.monotonic() + CEILING_S
    while children_of(test.process.pid):
        assert time.monotonic() < until, "V8 goes on, though its run is over"
        time.sleep(0.02)
    assert test.end() == 130


def children_of(parent: int) -> list[str]:
    """From /proc; where there is none, as on macOS, there is `ps`."""
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["ps", "-A", "-o", "ppid=,command="], capture_output=True, text=True, check=True).stdout
        return [line for line in listed.splitlines() if line.split(None, 1)[0] == str(parent)]
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            told = file.read_text()
            if int(told.rpartition(")")[2].split()[1]) == parent:
                found.append(told)
    return found


def completed(project: Path, words: str) -> list[str]:
    """What the shell is told for the last of these words."""
    count = str(len(words.split("\n" if "\n" in words else " ")) - 1)
    done = finish(["-m", "flowc"], project, _FLOWC_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count)
    return [each.partition(",")[2] for each in done[1].splitlines() if each]


def in_bash(project: Path, words: str) -> list[str]:
    """What the script that bash gets makes of it."""
    program = project / "flowc"
    program.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -m flowc\n")
    program.chmod(0o755)
    asked = f"COMP_WORDS=({words}); COMP_CWORD={len(words.split(' ')) - 1}; _flowc_completion flowc"
    script = f'eval "$(_FLOWC_COMPLETE=bash_source flowc)"; {asked}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "PATH": f"{project}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], cwd=project, env=environment, capture_output=True, text=True)
    return done.stdout.splitlines()


def test_shells_complete_commands_codes_references_examples_and_calls(project: Path) -> None:
    (project / "flows" / "a.calls.yaml").write_text(
        "flowc: 1\nflow: function_calling.yaml\ncalls:\n  support is busy:\n    - caller: calls\n"
    )
    assert completed(project, "flowc gra") == ["graph"]
    assert completed(project, "flowc check --wat") == ["--watch"]
    assert completed(project, "flowc explain flow40") == ["FLOW401"]
    assert completed(project, "flowc docs pro") == ["protocol"]
    assert completed(project, "flowc init --from clin") == ["clinic"]
    assert completed(project, "flowc test -k busy") == []  # which a shell would take away for another beginning
    assert completed(project, "flowc test -k sup") == [r"support\\ is\\ busy"]
    assert completed(project, 'flowc\ntest\n-k\n"support i') == ["support is busy"]
    assert in_bash(project, "flowc test -k sup") == [r"support\ is\ busy"]
    (project / "pyproject.toml").write_text("[tool.flowc\n")
    assert completed(project, "flowc test -k sup") == []


def test_files_are_completed_and_the_hours_of_a_flow(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    (project / "flows/open.yaml").write_text("flow: open\nhours: {office: {timezone: UTC}, odd: 1}\n")
    complete = ShellComplete(flowc, {}, "flowc", "_FLOWC_COMPLETE").get_completions
    for words in (["talk"], ["graph"], ["hours"], ["deploy"], ["init", "--agent"], ["talk", "--app"]):
        assert [each.type for each in complete(words, "flows/o")] == ["file"], words
    found = complete(["hours", "flows/open.yaml"], "o")
    assert [(each.value, each.help) for each in found] == [("office", "UTC"), ("odd", "")]
    assert complete(["hours", "flows/none.yaml"], "o") == []


def test_a_shell_can_be_told(project: Path) -> None:
    for shell in ("bash", "zsh", "fish"):
        code, out, _ = finish(["-m", "flowc"], project, _FLOWC_COMPLETE=f"{shell}_source")
        assert code == 0
        assert "flowc" in out
