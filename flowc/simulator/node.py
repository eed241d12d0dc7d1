"""The emulator in Node.js, for what takes long: the same files as in `Engine`, several times as fast.

A process for each, which answers one call after the other. Node keeps nobody out of the machine: only for scenarios
that flowc has generated, and not for what somebody else has written.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from contextlib import suppress
from importlib import resources

from flowc.simulator.engine import STEP_TIMEOUT_S, VOX_FILES, CannotPlay, ScenarioFailed, ScenarioTooSlow

PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Of our environment: what Node may need to be found. Not its options, which could have it load anything."""


def node_path() -> str:
    """Raises CannotPlay: there is no Node.js."""
    found = shutil.which("node")
    if found is None:
        raise CannotPlay("Node.js is not there: install it so that `node` is on PATH, or do without `--engine node`")
    return found


class NodeEngine:
    """Calls functions of the emulator, as `Engine` does. Its process is started when it is first needed."""

    def __init__(self, *, timeout: float = STEP_TIMEOUT_S, memory: int) -> None:
        """`timeout` is in seconds of real time for one call, `memory` in bytes for what the search holds."""
        self.timeout = timeout
        self.memory = memory
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> NodeEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def call(self, function: str, *arguments: str | int, extra_time: float = 0) -> str:
        """Raises ScenarioFailed if time or memory runs out; the process is then gone."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        overdue = threading.Event()
        allowed = self.timeout + extra_time

        def end() -> None:
            overdue.set()
            process.kill()

        timer = threading.Timer(allowed, end)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(json.dumps([function, *arguments]) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        except BaseException:  # an interruption: what is answered to this is not to be taken for another answer
            self.discard()
            raise
        finally:
            timer.cancel()
        if not line.endswith("\n"):
            self.discard()
            if overdue.is_set():
                raise ScenarioTooSlow(f"the scenario did not come back within {allowed:g} s: it loops for ever")
            raise ScenarioFailed(
                f"Node.js has ended: the search wanted more than {self.memory // (1024 * 1024)} MB of memory, or"
                " somebody else has ended it"
            )
        kind, text = json.loads(line)
        if kind == "error":
            self.discard()
            raise ScenarioFailed(f"the emulator cannot go on: {text}")
        return str(text)

    def discard(self) -> None:
        """Ends the process; the next call starts a new one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            host = str(resources.files("flowc.simulator") / "vox" / "host.js")
            options = [f"--max-old-space-size={self.memory // (1024 * 1024)}", "--max-semi-space-size=64"]
            try:
                self._process = subprocess.Popen(
                    [node_path(), *options, host, "-", *VOX_FILES],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    encoding="utf-8",
                    env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"TZ": "UTC"},
                    start_new_session=True,  # Ctrl-C at a terminal is for flowc, which then ends it
                )
            except OSError as error:
                raise CannotPlay(f"Node.js cannot be started: {error.strerror or error}") from error
        return self._process
