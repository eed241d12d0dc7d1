"""An event loop that lives in the time of the call: when a script waits a minute, its clock goes on a minute too.

The agent's side runs in real time and is waited for. Without this, a tool that remembers something for ten seconds
would remember it for a whole call, which takes no time at all.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")


class CallClock(asyncio.SelectorEventLoop):
    """`ahead` is how far it is before the real clock, in seconds."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def run_beside(main: Callable[[CallClock], Awaitable[Result]]) -> Result:
    """Runs `main` in a thread of its own, so that the main thread is free for signals; it is cancelled by one."""
    clock = CallClock()
    thread = threading.Thread(target=clock.run_forever, name="agent's side", daemon=True)
    thread.start()

    async def everything() -> Result:
        return await main(clock)

    running = asyncio.run_coroutine_threadsafe(everything(), clock)
    try:
        return running.result()
    finally:
        running.cancel()
        asyncio.run_coroutine_threadsafe(_end(), clock).result()
        clock.call_soon_threadsafe(clock.stop)
        thread.join()
        clock.close()


async def _end() -> None:
    """Whatever still runs is stopped, and has cleaned up after itself."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
