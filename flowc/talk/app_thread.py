"""The app's side, in a thread of its own: nothing that an app does there keeps the person from the call."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import TypeVar, TypeVarTuple

from flowc.testing.play.with_tools.clock import Beside, CallClock

Result = TypeVar("Result")
Given = TypeVarTuple("Given")

STUCK_S = 60.0
"""For one turn of the loop, in real time. The emulator runs within it, and may itself take two thirds of that."""


class Stuck(Exception):
    """Something keeps the loop to itself. `where` it is, as Python writes a line of a traceback."""

    def __init__(self, where: str) -> None:
        super().__init__(f"nothing else on the event loop has run for {STUCK_S:g} s")
        self.where = where


class AppsClock(CallClock):
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

        threading.Thread(target=work, name="beside the app's loop", daemon=True).start()
        return asyncio.wrap_future(found, loop=self)


class AppsSide(Beside):
    """`run` raises Stuck."""

    def __init__(self) -> None:
        self.clock = AppsClock()
        super().__init__(self.clock)
        self._turns()

    def look(self) -> None:
        if self._turned.is_set():
            self._turns()
        elif time.monotonic() > self._since + STUCK_S:
            frame = sys._current_frames().get(self._thread.ident or 0)
            raise Stuck(traceback.format_stack(frame)[-1].splitlines()[0].strip() if frame is not None else "")

    def _turns(self) -> None:
        """Set as soon as the loop turns again."""
        self._turned, self._since = threading.Event(), time.monotonic()
        self.clock.call_soon_threadsafe(self._turned.set)

    def _run(self) -> None:
        """An app that ends its program ends itself alone."""
        while not self._is_over:
            with contextlib.suppress(SystemExit, KeyboardInterrupt):
                super()._run()
