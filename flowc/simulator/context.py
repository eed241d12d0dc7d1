"""One V8 context, in a process of its own: whatever a scenario makes V8 do, who runs it goes on.

V8 ends its whole process where it cannot have the memory for one large object, and some of its built-in functions are
not broken off when their time is over. The process also fixes what V8 takes from its surroundings: the time zone is
UTC, as the platform's, and the language English.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

LOOK_S = 0.1
"""How often it is looked whether something is overdue."""
GRACE_S = 0.5
"""What is not broken off when its time is over, and this much later, is ended from outside."""


class NotEvaluated(Exception):
    """`kind` is `time` (the message then says what was being done), `memory`, `syntax`, `error`, or `gone`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Context:
    """Evaluates texts, one after the other. After `time`, `memory` and `gone` it is of no more use."""

    def __init__(self, memory: int, doing: str) -> None:
        """`memory` is in bytes; `doing` is evaluated to find out what took too long. Raises NotEvaluated."""
        try:
            self._process = _started(memory)
        except OSError as error:
            raise NotEvaluated("gone", f"{sys.executable!r} cannot be run: {error.strerror}") from error
        self.close = weakref.finalize(self, _end, self._process)
        self._watch = _Watch()
        threading.Thread(target=_end_when_overdue, args=(self._process, self._watch), daemon=True).start()
        self._doing = doing

    def evaluate(self, code: str, seconds: float) -> str:
        """The value, if it is a text, otherwise an empty one. Raises NotEvaluated."""
        self._watch.until = time.monotonic() + seconds + GRACE_S
        try:
            if self._doing:
                self._send(0, self._doing)
                self._doing = ""
            self._send(seconds, code)
            kind, text = self._receive()
        except OSError:
            kind, text = "gone", f"exit code {self._process.wait()}"
        finally:
            with self._watch.lock:
                self._watch.until = math.inf
        if self._watch.is_overdue:
            raise NotEvaluated("time", "")
        if kind != "value":
            raise NotEvaluated(kind, text)
        return text

    def _send(self, seconds: float, code: str) -> None:
        assert self._process.stdin is not None
        body = code.encode("utf-8", "surrogatepass")
        self._process.stdin.write(b"%f %d\n" % (seconds, len(body)))
        self._process.stdin.write(body)
        self._process.stdin.flush()

    def _receive(self) -> tuple[str, str]:
        assert self._process.stdout is not None
        head = self._process.stdout.readline().split()
        if len(head) != 2:
            raise BrokenPipeError
        body = self._process.stdout.read(int(head[1]))
        if len(body) != int(head[1]):
            raise BrokenPipeError
        return head[0].decode("ascii"), body.decode("utf-8", "surrogatepass")


def _started(memory: int) -> subprocess.Popen[bytes]:
    with resources.as_file(resources.files("flowc.simulator") / "worker.py") as worker:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(worker), str(memory), _packages()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TZ": "UTC", "LC_ALL": "en_US.UTF-8"},
        )


def _packages() -> str:
    """The folder that the engine's package is in."""
    found = find_spec("py_mini_racer")
    if found is None or found.origin is None:
        raise ImportError("py_mini_racer, of the package mini-racer, is not installed")
    return str(Path(found.origin).parents[1])


@dataclass(slots=True)
class _Watch:
    """`until` is a moment of `time.monotonic`."""

    until: float = math.inf
    is_overdue: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


def _end_when_overdue(process: subprocess.Popen[bytes], watch: _Watch) -> None:
    while process.poll() is None:
        with watch.lock:
            if time.monotonic() > watch.until:
                watch.is_overdue = True
                process.kill()
        time.sleep(LOOK_S)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        with suppress(OSError):  # what it was still to be told, it need not know
            pipe.close()
    process.wait()
