"""An event loop that lives in the time of the call: when a script waits a minute, its clock goes on a minute too.

The agent's side runs in real time and is waited for. Without this, a tool that remembers something for ten seconds
would remember it for a whole call, which takes no time at all. The loop has a thread of its own, so that the main one
can see whether it still turns, and can leave it behind if it does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import sys
import threading
import time
import traceback
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future, wait
from typing import Any, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Given = TypeVarTuple("Given")

STUCK_S = 60.0
"""For one turn of the loop, in real time. The emulator runs within it, and may itself take two thirds of that."""
LOOKS = 20
"""How often within that time it is looked whether the loop still turns."""
ALIVE_S = 1.0
"""At the end, for the loop to turn once more."""
ENDING_S = 5.0
"""And then for everything on it to clean up after itself."""


class Stuck(Exception):
    """Something keeps the loop to itself. `traceback`: where it is, in Python's own words."""

    def __init__(self, traceback: str) -> None:
        super().__init__(f"nothing else on the event loop has run for {STUCK_S:g} s")
        self.traceback = traceback


class CallClock(asyncio.SelectorEventLoop):
    """`ahead` is how far it is before the real clock, in seconds."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Given], Result], *args: *Given
    ) -> asyncio.Future[Result]:
        """In a thread that nobody waits for at the end of the program, unlike those of the default executor."""
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        found: Future[Result] = Future()
        found.set_running_or_notify_cancel()

        def work() -> None:
            try:
                result = func(*args)
            except BaseException as error:
                found.set_exception(error)
            else:
                found.set_result(result)

        threading.Thread(target=work, name="agent's side, beside its loop", daemon=True).start()
        return asyncio.wrap_future(found, loop=self)


class Beside:
    """A thread of its own for the agent's side, so that the main thread is free for signals."""

    def __init__(self) -> None:
        self.clock = CallClock()
        self._is_left = False
        self._thread = threading.Thread(target=self._run, name="agent's side", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Waits for what runs there; whatever interrupts the waiting cancels it. Raises Stuck."""
        running = asyncio.run_coroutine_threadsafe(work, self.clock)
        turned, turned_at = self._turn(), time.monotonic()
        try:
            while not wait([running], STUCK_S / LOOKS).done:
                if turned.is_set():
                    turned, turned_at = self._turn(), time.monotonic()
                elif time.monotonic() > turned_at + STUCK_S:
                    raise Stuck(self._traceback())
            return running.result()
        finally:
            running.cancel()

    def end(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """`work` is the last that runs there. A loop that does not turn, or does not come to an end, is left behind."""
        if self._is_left:
            return
        if self._turn().wait(ALIVE_S):
            ending = asyncio.run_coroutine_threadsafe(_end(work), self.clock)
            if wait([ending], ENDING_S).done:
                self.clock.call_soon_threadsafe(self.clock.stop)
                self._thread.join(ALIVE_S)
        if self._thread.is_alive():
            self.leave()
        else:
            self.clock.close()

    def leave(self) -> None:
        """Whatever runs there is told to exit, as soon as it is in Python again; nobody waits for it."""
        self._is_left = True
        self._tasks = asyncio.all_tasks(self.clock)  # they never end, and are kept from being collected
        self.clock.call_soon_threadsafe(self.clock.stop)
        ident = ctypes.c_ulong(self._thread.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(SystemExit))

    def _turn(self) -> threading.Event:
        """Set as soon as the loop turns."""
        turned = threading.Event()
        self.clock.call_soon_threadsafe(turned.set)
        return turned

    def _traceback(self) -> str:
        frame = sys._current_frames().get(self._thread.ident or 0)
        return "".join(traceback.format_stack(frame)) if frame is not None else ""

    def _run(self) -> None:
        """Until it is stopped: a tool that ends its program ends itself alone."""
        while True:
            with contextlib.suppress(SystemExit):
                if self._is_left:
                    threading.Event().wait()  # for ever: what would be collected now could not end properly
                self.clock.run_forever()
                if not self._is_left:
                    return


async def _end(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Then whatever still runs is stopped, and has cleaned up after itself."""
    with contextlib.suppress(Exception):  # a server that does not close properly: the run is over
        await work()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
