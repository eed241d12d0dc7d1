"""An event loop that lives in the time of the call, and a thread for another one.

When a minute passes in a call at once, the clock of the agent's side goes on a minute too: a tool that remembers
something for ten seconds would else remember it for a whole call, which takes no time.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import wait
from typing import Any, TypeVar

PlayResult = TypeVar("PlayResult")

ALIVE_S = 1.0
"""At the end, for the thread to end."""
ENDING_S = 5.0
"""And before that, for everything on its loop to clean up after itself."""
LOOK_S = 1.0
"""How often the waiting thread wakes up, so that a signal can be handled."""


class CallClock(asyncio.SelectorEventLoop):
    """`ahead` is how far it is before the real clock, in seconds."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


class Beside:
    """A thread for a loop, so that the main thread is free for signals."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="beside", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, PlayResult]) -> PlayResult:
        """Waits for what runs there; whatever interrupts the waiting cancels it."""
        running = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            while not wait([running], LOOK_S).done:
                self.look()
            return running.result()
        finally:
            running.cancel()

    def look(self) -> None:
        """Whenever the waiting thread wakes up."""

    def end(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """`work` is the last that runs there. What does not come to an end is left behind."""
        wait([asyncio.run_coroutine_threadsafe(_end(work), self.loop)], ENDING_S)
        self._is_over = True
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(ALIVE_S)
        if not self._thread.is_alive():
            self.loop.close()

    def _run(self) -> None:
        self.loop.run_forever()


async def _end(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Then whatever still runs is stopped, and has cleaned up after itself."""
    with contextlib.suppress(Exception):  # a server that does not close properly: the run is over
        await work()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
