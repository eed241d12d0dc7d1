"""One V8 context, in a process of its own: whatever a scenario makes V8 do, who runs it goes on.

V8 ends its whole process where it cannot have the memory for one large object, and some of its built-in functions are
not broken off when their time is over. The process also fixes what V8 takes from its surroundings: the time zone is
UTC, as the platform's, and the language English. It gives up what it does not need: see `flowc.confinement`.
"""

from __future__ import annotations

import math
import os
import signal
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

START_S = 60.0
"""For V8 to start."""
FIXED = {"TZ": "UTC", "LC_ALL": "en_US.UTF-8"}
PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Of our environment: what Python and its libraries may need to be found."""


class NotEvaluated(Exception):
    """`kind` is `time` (the message then says what was being done), `memory`, `syntax`, `error`, `gone`, or, of a
    context that cannot be had at all, `start`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Context:
    """Evaluates texts, one after the other. After `time`, `memory` and `gone` it is of no more use.

    V8 starts beside whoever has made it, who waits for it when there is a first text.
    """

    def __init__(self, memory: int, doing: str) -> None:
        """`memory` is in bytes; `doing` is evaluated to find out what took too long. Raises NotEvaluated."""
        try:
            self._process = _started(memory)
        except OSError as error:
            told = f"a process of Python cannot be started: {error.strerror or error}"
            raise NotEvaluated("start", told) from error
        self.close = weakref.finalize(self, _end, self._process)
        self._watch = _Watch()
        try:
            threading.Thread(target=_end_when_overdue, args=(self._process, self._watch), daemon=True).start()
        except BaseException as error:
            self.close()
            if isinstance(error, RuntimeError):  # of `threading`
                raise NotEvaluated("start", str(error)) from error
            raise
        self._is_ready = False
        self._doing = doing

    def _get_ready(self) -> None:
        """Raises NotEvaluated: V8 does not start."""
        self._watch.until = time.monotonic() + START_S
        try:
            kind, text = self._receive()
        except OSError:
            kind, text = "start", f"its process has ended with {how_it_ended(self._process)}"
        finally:
            with self._watch.lock:
                self._watch.until = math.inf
        if self._watch.is_overdue:
            raise NotEvaluated("start", f"it was not ready after {START_S:g} s")
        if kind != "value":
            raise NotEvaluated("start", text)
        self._is_ready = True

    def evaluate(self, code: str, seconds: float) -> str:
        """The value, if it is a text, otherwise an empty one. Raises NotEvaluated."""
        if not self._is_ready:
            try:
                self._get_ready()
            except BaseException:
                self.close()
                raise
        self._watch.until = time.monotonic() + seconds + GRACE_S
        try:
            if self._doing:
                self._send(0, self._doing)
                self._doing = ""
            self._send(seconds, code)
            kind, text = self._receive()
        except OSError:
            kind, text = "gone", how_it_ended(self._process)
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


def how_it_ended(process: subprocess.Popen[bytes]) -> str:
    """A process that has closed its output: in words of a person, as far as its exit code tells."""
    code = process.wait()
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


def _started(memory: int) -> subprocess.Popen[bytes]:
    """A process that gets nothing but what it needs: not our environment, not our folder. Raises NotEvaluated."""
    worker, confinement = (
        resources.files("flowc") / "simulator" / "worker.py",
        resources.files("flowc") / "confinement.py",
    )
    packages = _packages()
    with resources.as_file(worker) as script, resources.as_file(confinement) as confinement_script:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(script), str(memory), packages, str(confinement_script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=os.path.abspath(os.sep),
            env={**{name: os.environ[name] for name in PASSED_ON if name in os.environ}, **FIXED},
        )


def _packages() -> str:
    """The folder that the engine's package is in."""
    found = find_spec("py_mini_racer")
    if found is None or found.origin is None:
        raise NotEvaluated("start", "its package mini-racer is not installed")
    return str(Path(found.origin).absolute().parents[1])


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
