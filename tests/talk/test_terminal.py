"""`flowc talk` at a terminal: time passes by itself, and lines appear while somebody types."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

PATIENCE_S = 120.0  # never needed, however busy the machine


class Terminal:
    def __init__(self, *arguments: str) -> None:
        self.screen = ""
        self._ours, theirs = pty.openpty()
        environment = {name: value for name, value in os.environ.items() if name != "MODEL_API_KEY"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flowc", "talk", *arguments],
            cwd=ROOT,
            env={**environment, "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        os.close(theirs)

    def types(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def interrupts(self) -> None:
        """What the terminal makes of Ctrl-C. Again if nothing comes of it: readline misses some."""
        self.screen = ""
        while "\n" not in self.screen:
            os.killpg(self.process.pid, signal.SIGINT)
            self._read()

    def shows(self, text: str) -> None:
        """From now on."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.screen:
            assert time.monotonic() < deadline, self.screen
            self._read()
        self.screen = self.screen.partition(text)[2]

    def ends(self) -> str:
        """The rest of what it shows."""
        deadline = time.monotonic() + PATIENCE_S
        while self._read():
            assert time.monotonic() < deadline, self.screen
        assert self.process.wait(PATIENCE_S) == 0, self.screen
        return self.screen

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], 1)[0]:
            return True
        try:
            read = os.read(self._ours, 65536)
        except OSError:  # nobody has the other end any more
            return False
        self.screen += re.sub(r"\x1b\[\?\d+[hl]", "", read.decode()).replace("\r\n", "\n")
        return bool(read)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    started = Terminal("flows/function_calling.yaml")
    yield started
    started.close()


def test_time_passes_while_somebody_types(terminal: Terminal) -> None:
    terminal.shows("agent: Hello, how can I help you?")
    terminal.types("/ask call_transfer\n")
    terminal.shows("agent: One moment, I am connecting you.")
    terminal.types("/support is bu")  # typed before the phone rings
    terminal.shows("support rings")
    terminal.shows("> /support is bu")  # and still there
    terminal.types("sy\n")
    terminal.shows("agent: I am told: The transfer to support did not come about: busy.")
    terminal.types("/caller hangs up\n")
    assert "the call is over" in terminal.ends()  # without another key


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_key_hangs_up(terminal: Terminal, key: str) -> None:
    terminal.shows("agent: Hello, how can I help you?")
    if key == "\x03":
        terminal.types("never sent")
        terminal.shows("never sent")
        terminal.interrupts()
    else:
        terminal.types(key)
    shown = terminal.ends()
    assert "caller hangs up" in shown
    assert "the call is over" in shown
    assert "Traceback" not in shown
    assert "never sent" not in shown
