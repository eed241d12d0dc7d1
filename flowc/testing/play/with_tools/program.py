"""The agent's program, in a process of its own, as flowc sees it: asked to do things, and never believed.

It runs code that somebody else may have written. So it decides nothing: it can say that it has nothing more to do, and
what becomes of the call is read from the emulator, which is not there. Whatever it does otherwise, end itself, fill its
pipes, be silent, fails the call. What it prints is shown on standard error, as its own.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from flowc.discovery import SourceError
from flowc.simulator.context import how_it_ended
from flowc.simulator.engine import CannotPlay
from flowc.testing.play.with_tools.installed import absolute
from flowc.testing.play.with_tools.sdk import no_sdk
from flowc.testing.play.with_tools.tools import ToolsFailed

START_S = 120.0
"""For the SDK to be loaded, on a busy machine; it takes some seconds."""
STUCK_S = 30.0
"""For one turn of its event loop, in which the tools may be imported."""
WHERE_S = 2.0
"""For its other thread to say where it is."""
GONE_S = 1.0
"""From the end of its output to the end of the process."""
MOST_BYTES = 16 * 1024 * 1024
"""Of one line, and of all that wait."""
MOST_WAITING = 1000
"""Lines that have come in and are not dealt with yet."""
MOST_PRINTED = 500
"""Lines of what it prints that are shown."""
LONGEST_PRINTED = 2000

PASSED_ON = ("PATH", "SYSTEMROOT", "HOME", "USERPROFILE", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
"""Of our environment. Everything else may be a secret."""
START = """
import json, sys
sys.path[:], projects = json.loads(sys.argv[1])
from flowc.testing.play.with_tools.inside import main
main(int(sys.argv[2]), projects)
"""

Note = dict[str, Any]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_count(value: object) -> bool:
    return type(value) is int and value > 0


NOTES: dict[str, dict[str, Callable[[object], bool]]] = {
    "agent": {"connection": _is_text, "tools": _are_texts},
    "seen": {"connection": _is_text, "event": _is_text, "turn": _is_text_or_none},
    "cancelled": {"connection": _is_text},
    "gives": {"connection": _is_text, "turn": _is_text, "outputs": _is_count},
    "over": {"connection": _is_text, "turn": _is_text},
    "fails": {"connection": _is_text},
    "asked": {},
    "caught": {"message": _is_text, "traceback": _is_text},
}
"""What the program tells by itself. Whatever else comes out of its pipe was written by the tools."""
WRITTEN = "the process of the tools has written into flowc's pipe"
STARTS = ("ready", "missing", "refused", "cannot")


def started(start: str, projects: Iterable[Path], *given: str) -> subprocess.Popen[bytes]:
    """A process for tools: it runs `start` with Python's path, the folders of the projects, and what is given.
    `projects` are such folders besides the one that this was started in. Raises CannotPlay.
    """
    folders = json.dumps([sys.path, sorted({*map(str, projects), *_started_in()})])
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    if libraries := os.pathsep.join(absolute(environment.pop("LD_LIBRARY_PATH", ""))):
        environment["LD_LIBRARY_PATH"] = libraries
    try:
        return subprocess.Popen(
            [sys.executable, "-B", "-P", "-X", "utf8", "-c", start, folders, *given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # an interruption is for us; and whatever it starts is ended with it
            env=environment,
        )
    except OSError as error:
        raise CannotPlay(f"the process for the tools cannot be started: {error.strerror or error}") from error


class Program:
    """Everything but `close` belongs to the thread of the loop that it was made for."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        control_port: int,
        show: Callable[[str], object],
        projects: Iterable[Path] = (),
    ) -> None:
        """`show` takes each line that the tools print, as it is. `projects` are folders of theirs, besides the one that
        this was started in. Raises CannotPlay.
        """
        self.trouble: ToolsFailed | None = None
        self.port = 0
        self.on_note: Callable[[Note], None] = lambda note: None
        self.on_end: Callable[[], None] = lambda: None
        self._loop = loop
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Note]] = {}
        self._ready: asyncio.Future[Note] = asyncio.Future(loop=loop)
        self._process = started(START, projects, str(control_port))
        threads = [
            threading.Thread(target=work, args=(pipe,), daemon=True)
            for work, pipe in ((self._listen, self._process.stdout), (partial(_show, show), self._process.stderr))
        ]
        self.close = weakref.finalize(self, _end, self._process, threads)
        try:
            for thread in threads:
                thread.start()
        except RuntimeError as error:
            self.close()
            raise CannotPlay(f"the process for the tools cannot be started: {error}") from error

    async def ready(self) -> None:
        """Its SDK is loaded, and it serves at `port`. Raises CannotPlay, SourceError."""
        try:
            told = await asyncio.wait_for(asyncio.shield(self._ready), START_S)
        except (TimeoutError, ToolsFailed) as failed:
            why = str(failed) or f"it was not ready after {START_S:g} s"
            raise CannotPlay(f"the process for the tools cannot be started: {why}") from None
        if "refused" in told:
            raise SourceError(told["refused"])
        if "missing" in told:
            raise no_sdk(str(told["missing"]))
        if not isinstance(told.get("ready"), int):
            raise CannotPlay(f"the process for the tools cannot be started: {told.get('cannot')}")
        self.port = told["ready"]

    async def ask(self, do: str, seconds: float | None = None, **given: Any) -> Note:
        """What comes back. Raises ToolsFailed: it has ended, or its event loop does not turn."""
        if self.trouble is not None:
            raise self.trouble
        id = next(self._ids)
        answer = self._answers[id] = asyncio.Future(loop=self._loop)
        allowed = STUCK_S if seconds is None else seconds
        request = json.dumps({"id": id, "do": do, **given}).encode("ascii") + b"\n"
        try:
            async with asyncio.timeout(allowed):
                await asyncio.to_thread(self._write, request)  # which waits, if nobody reads
                told = await answer
        except TimeoutError:
            if do == "where":
                raise
            raise await self._stuck(allowed) from None
        finally:
            self._answers.pop(id, None)
        if "failed" in told:
            raise ToolsFailed(str(told["failed"]), str(told.get("traceback", "")))
        return told

    async def _stuck(self, seconds: float) -> ToolsFailed:
        """It is of no more use."""
        where = ""
        with suppress(TimeoutError, ToolsFailed):
            where = str((await self.ask("where", WHERE_S)).get("traceback", ""))
        told = f"the tools keep the event loop to themselves: nothing else on it has run for {seconds:g} s"
        self.give_up(ToolsFailed(told, where))
        assert self.trouble is not None
        return self.trouble

    def _write(self, request: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # it has ended, which is told when its output ends
            self._process.stdin.write(request)
            self._process.stdin.flush()

    def give_up(self, trouble: ToolsFailed) -> None:
        """It is of no more use. The first trouble is the cause of all others."""
        if self.trouble is None:
            self.trouble = trouble
            for waiting in (self._ready, *self._answers.values()):
                if not waiting.done():
                    waiting.set_exception(trouble)
                    waiting.exception()  # somebody may have stopped waiting
            self.on_end()
        _kill(self._process)

    # In a thread of its own

    def _listen(self, pipe: BinaryIO) -> None:
        room = _Room()
        trouble = ""
        while not trouble:
            line = pipe.readline(MOST_BYTES)
            room.take(len(line))
            try:
                told = json.loads(line) if line else None
            except (ValueError, RecursionError):
                told = None
            if not line:
                trouble = self._how_it_ended()
            elif not isinstance(told, dict) or not _is_told(told):
                trouble = WRITTEN
            else:
                self._call_soon(self._take, told, len(line), room)
        self._call_soon(self.give_up, ToolsFailed(trouble))

    def _how_it_ended(self) -> str:
        try:
            self._process.wait(GONE_S)
        except subprocess.TimeoutExpired:
            return "the process of the tools has closed its pipe to flowc"
        return f"the process of the tools has ended ({how_it_ended(self._process)})"

    def _call_soon(self, work: Callable[..., None], *given: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: the run is over
            self._loop.call_soon_threadsafe(work, *given)

    def _take(self, told: Note, size: int, room: _Room) -> None:
        room.give_back(size)
        id = told.get("id")
        if not self._ready.done():
            self._ready.set_result(told)
        elif isinstance(id, int):
            answer = self._answers.get(id)
            if answer is not None and not answer.done():
                answer.set_result(told)
        elif "note" in told:
            self.on_note(told)
        else:  # that it is ready, once more
            self.give_up(ToolsFailed(WRITTEN))


class _Room:
    """For lines that have come in and are not dealt with yet: so many, of so many bytes."""

    def __init__(self) -> None:
        self._lines = self._bytes = 0
        self._changes = threading.Condition()

    def take(self, size: int) -> None:
        """Waits until there is some: a single line has always room."""
        with self._changes:
            self._changes.wait_for(lambda: not self._lines or self._has_room(size))
            self._lines += 1
            self._bytes += size

    def _has_room(self, size: int) -> bool:
        return self._lines < MOST_WAITING and self._bytes + size <= MOST_BYTES

    def give_back(self, size: int) -> None:
        with self._changes:
            self._lines -= 1
            self._bytes -= size
            self._changes.notify_all()


def _started_in() -> Iterator[str]:
    """The current folder, and that of the project that it is in."""
    here = Path.cwd()
    yield str(here)
    for folder in (here, *here.parents):
        if os.path.lexists(folder / "pyproject.toml"):
            yield str(folder)
            return


def _is_told(told: Note) -> bool:
    """Whether our own side of the program says such things: one of NOTES, an answer, or how its start has gone."""
    if "note" not in told:
        if "id" in told:
            return type(told["id"]) is int and all(_is_text(told[key]) for key in told if key != "id")
        return not told.keys().isdisjoint(STARTS)
    values = {key: value for key, value in told.items() if key != "note"}
    shape = NOTES.get(told["note"]) if isinstance(told["note"], str) else None
    return shape is not None and values.keys() == shape.keys() and all(shape[key](values[key]) for key in shape)


def _show(show: Callable[[str], object], pipe: BinaryIO) -> None:
    """What the tools print, up to a limit."""
    for number in itertools.count():
        line = pipe.readline(LONGEST_PRINTED)
        if not line:
            return
        if number < MOST_PRINTED:
            shown = line.decode("utf-8", "replace").rstrip("\r\n")
        elif number == MOST_PRINTED:
            shown = "(what else they print is not shown)"
        else:
            continue
        with suppress(Exception):  # nobody reads it any more: the pipe is emptied all the same
            show(f"tools: {shown}")


def _end(process: subprocess.Popen[bytes], threads: list[threading.Thread]) -> None:
    _kill(process)
    process.wait()
    for thread in threads:
        if thread.ident is not None:
            thread.join(GONE_S)
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With whatever it has started."""
    if hasattr(os, "killpg") and process.returncode is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
