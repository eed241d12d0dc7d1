"""What a person sees at a terminal of work that takes longer than a second, and what comes of Ctrl-C."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowc.cli.app import run
from flowc.cli.watch import Watch
from flowc.testing.play.watched import NOT_PLAYED, Played, Watched
from tests.conftest import ROOT
from tests.signals import begin_with
from tests.testing.project import Project

PATIENCE_S = 120.0  # never needed, however busy the machine
Terminal = Callable[..., tuple[int, str]]
COPIES = 1_000
"""Of a call: far more than can be played before somebody has seen how far it is."""


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """Runs a command at a terminal, presses Ctrl-C when it shows a text, and gives exit code and screen."""
    started: list[subprocess.Popen[bytes]] = []

    def run_there(*arguments: str, folder: Path, until: str) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-c", LEADER, *arguments],
            cwd=folder,
            env={**os.environ, "TERM": "xterm", "PYTHONPATH": str(ROOT)},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=begin_with(),
        )
        started.append(process)
        os.close(theirs)
        screen, is_pressed, deadline = "", False, time.monotonic() + PATIENCE_S
        while True:
            assert time.monotonic() < deadline, screen[-2000:]
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                read = os.read(ours, 65536)
            except OSError:  # nobody has the other end any more: no process is left that has it
                break
            if not read:
                break
            screen += read.decode().replace("\r\n", "\n")
            if until in screen and not is_pressed:
                os.write(ours, b"\x03")
                is_pressed = True
        os.close(ours)
        return process.wait(PATIENCE_S), screen

    yield run_there
    for process in started:
        process.kill()
        process.wait()


TELLING = """
import sys
from flowc.cli import watch
from flowc.cli.app import run
watch.EACH_S = 0
sys.exit(run(sys.argv[1:]))
"""
"""As where standard error is no terminal; it tells as often as it can."""
LEADER = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from flowc.cli import watch
from flowc.cli.app import run
watch.MORE_THAN_S = 0
sys.exit(run(sys.argv[1:]))
"""
"""Its terminal is its own: Ctrl-C reaches the whole group of processes, as it does in a shell. It tells at once."""


def test_calls_that_are_played_are_counted_and_told_when_it_is_interrupted(
    project: Project, terminal: Terminal
) -> None:
    rows = "\n".join(f"  - {{so_long: {number + 1}ms}}" for number in range(COPIES))
    project.scripts(
        f"many:\n  rows:\n{rows}\n  steps:\n  - caller: calls\n  - wait: ${{so_long}}\n"
        "  - expect: {caller with: agent}"
    )
    code, screen = terminal("test", folder=project.root, until=f"\r20 of {COPIES:,} calls")
    assert code == 130, screen[-2000:]
    assert "Traceback" not in screen
    *_, result, told = screen.strip().split("\n")
    played = int(told.removeprefix("flowc: interrupted; ").partition(" of ")[0])
    assert told == f"flowc: interrupted; {played} of {COPIES} calls were played"
    assert 0 < played < COPIES
    assert f"{played} calls passed" in result


def test_a_search_ends_soon_when_it_is_interrupted(terminal: Terminal) -> None:
    """And with it the comparison with the flow, which goes along with it."""
    arguments = ("verify", "--only", "scenario", "flows/function_calling.yaml")
    code, screen = terminal(*arguments, folder=ROOT, until=" waiting")
    assert code == 130, screen[-2000:]
    assert "Traceback" not in screen
    assert "NOT EXHAUSTED: it was ended before the scenario had been compared with the flow" in screen
    assert screen.endswith("flowc: interrupted; this is what was covered\n")


def test_a_search_that_takes_too_long_for_timeout_is_told() -> None:
    """It sends SIGTERM to the command, and to all of its group, where nobody is at a terminal."""
    process = subprocess.Popen(
        [sys.executable, "-c", TELLING, "verify", "--only", "scenario", "flows/front_desk.yaml"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=begin_with(),
    )
    try:
        assert process.stderr is not None
        assert b" states, " in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        os.killpg(process.pid, signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, b"NOT EXHAUSTED: it was ended" in out) == (128 + signal.SIGTERM, True), err[-2000:]
    assert err.endswith(b"flowc: interrupted; this is what was covered\n")


@pytest.mark.parametrize(
    ("numbers", "again"),
    [
        ((signal.SIGTERM, signal.SIGTERM), False),
        ((signal.SIGINT, signal.SIGINT), True),
        ((signal.SIGINT, signal.SIGTERM), True),
    ],
)
def test_a_program_sends_one_signal_twice_and_a_person_means_it(
    monkeypatch: pytest.MonkeyPatch, numbers: tuple[int, int], again: bool
) -> None:
    """Two seconds after each other: so late may the second be told on a busy machine."""
    now = [100.0]
    ended: list[int] = []
    monkeypatch.setattr("flowc.cli.watch.time.monotonic", lambda: now[0])
    before = {number: signal.signal(number, lambda number, _: ended.append(number)) for number in set(numbers)}
    try:
        with Watch(quiet=True) as watch:
            signal.raise_signal(numbers[0])
            assert watch.is_stopped
            now[0] += 2
            signal.raise_signal(numbers[1])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert ended == ([numbers[1]] if again else [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_waits_for_others_is_stopped_by_either_signal(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_DFL)  # a shell has what runs in the background ignore Ctrl-C
    try:
        with pytest.raises(KeyboardInterrupt), Watch(quiet=True, interrupts=True) as watch:
            signal.raise_signal(number)
    finally:
        signal.signal(number, before)
    assert (watch.is_stopped, watch.code) == (True, 128 + number)


def test_a_line_that_stays_comes_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(quiet=False)
    watch.show("1 of 9")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("flowc.cli.watch.EACH_S", 0)
    watch.show("2 of 9")
    watch.show("3 of 9")
    watch.clear()
    assert capsys.readouterr().err == "2 of 9\n3 of 9\n"


@pytest.mark.parametrize("arguments", [(), ("--quiet",)])
def test_nothing_is_told_where_nobody_looks(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(project.root)
    monkeypatch.setattr("flowc.cli.watch.MORE_THAN_S", 0)
    if arguments:
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    project.scripts("one:\n- caller: calls\n- expect: {caller with: agent}")
    assert run(["test", *arguments]) == 0
    assert capsys.readouterr().err == ""


def test_tools_that_were_explored_are_told_when_it_is_interrupted(terminal: Terminal) -> None:
    """At once, though the processes of the tools say something only now and then."""
    arguments = ("verify", "--only", "tools", "flows/function_calling.yaml")
    code, screen = terminal(*arguments, folder=ROOT, until=" runs, ")
    assert code == 130, screen[-2000:]
    assert "Traceback" not in screen
    assert "NOT EXHAUSTED: it was interrupted" in screen
    assert screen.endswith("flowc: interrupted; this is what was covered\n")


def test_a_line_is_never_wider_than_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowc.cli.watch.MORE_THAN_S", -1)
    monkeypatch.setenv("COLUMNS", "40")
    watch = Watch(quiet=False)
    watch.is_terminal = True
    watch.show("flows/a.yaml: 12,000 states; " * 4)
    shown = capsys.readouterr().err.replace("\x1b[K", "").removeprefix("\r")
    assert len(shown) == 39


class Answering:
    def play(self, turns: list[int]) -> list[dict[str, int]]:
        return [{"turn": turn} for turn in turns]


def test_what_is_stopped_is_played_no_further() -> None:
    told: list[Played] = []

    def goes_on(far: Played) -> bool:
        told.append(far)
        return len(told) < 4

    player = Watched(Answering(), goes_on, 2)  # type: ignore[arg-type]
    assert len(player.done([1, 2, 3])) == 3  # type: ignore[list-item]
    first, second, *others = player.play([4, 5, 6, 7])  # type: ignore[list-item]
    assert (first["turn"], second["turn"], others) == (4, 5, [NOT_PLAYED, NOT_PLAYED])
    assert first["took_s"] == second["took_s"] > 0
    assert player.play([8]) == [NOT_PLAYED]  # type: ignore[list-item]
    assert told == [Played(0, 3), Played(2, 3), Played(3, 3, 0, 4), Played(3, 3, 2, 4)]
