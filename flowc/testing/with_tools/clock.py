"""An event loop that lives in the time of the call: when a script waits a minute, its clock goes on a minute too.

The agent's side runs in real time and is waited for. Without this, a tool that remembers something for ten seconds
would remember it for a whole call, which takes no time at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")


class CallClock(asyncio.SelectorEventLoop):
    """`ahead` is how far it is before the real clock, in seconds."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


class Beside:
    """A thread of its own for the agent's side, so that the main thread is free for signals."""

    def __init__(self, clock: CallClock) -> None:
        self.clock = clock

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Waits for what runs there; whatever interrupts the waiting cancels it."""
        running = asyncio.run_coroutine_threadsafe(work, self.clock)
        try:
            return running.result()
        finally:
            running.cancel()


@contextlib.contextmanager
def beside() -> Iterator[Beside]:
    clock = CallClock()
    thread = threading.Thread(target=_run, args=(clock,), name="agent's side", daemon=True)
    thread.start()
    try:
        yield Beside(clock)
    finally:
        asyncio.run_coroutine_threadsafe(_end(), clock).result()
        clock.call_soon_threadsafe(clock.stop)
        thread.join()
        clock.close()


def _run(clock: CallClock) -> None:
    """Until it is stopped: a tool that ends its program ends itself alone."""
    exits = True
    while exits:
        exits = False
        try:
            clock.run_forever()
        except SystemExit:
            exits = True


async def _end() -> None:
    """Whatever still runs is stopped, and has cleaned up after itself."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
