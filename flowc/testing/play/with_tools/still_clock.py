"""An event loop in which no time passes but that of the call, and which says when it has nothing to do until then.

Whatever waits on it, for a reply that is to come or for a model that hangs, waits for the call: how long that takes to
play is nothing to it. What is under way on the network, or in a thread, is no waiting: that comes back at this instant.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import math
import selectors
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextvars import Context, ContextVar
from typing import Any, NamedTuple, TypeVar, TypeVarTuple

from flowc.testing.play.with_tools.clock import CallClock

Result = TypeVar("Result")
Given = TypeVarTuple("Given")

TOO_LATE_S = 1e-6
"""What is due is never too early, whatever becomes of the last digits of a sum."""
WAKES_S = 0.1
"""All the same, should tools have closed what wakes it."""


class Whose(NamedTuple):
    """For whom something is done: the number of the call, and the turn, if it is of one."""

    call: int
    turn: str = ""


_WHOSE: ContextVar[Whose | None] = ContextVar("whose", default=None)
"""None: what the servers do for themselves, which is no part of a call."""


def of_call(number: int) -> None:
    """What this task does from now on, and what it starts, is done for that call."""
    _WHOSE.set(Whose(number))


def of_turn(turn: str) -> None:
    whose = _WHOSE.get()
    if whose is not None:
        _WHOSE.set(whose._replace(turn=turn))


class _Waits(NamedTuple):
    when: float
    number: int
    whose: Whose
    timer: asyncio.TimerHandle
    comes: Callable[[], object]


class StillClock(CallClock):
    """Until it `stands_still` it is a loop like any other."""

    def __init__(self) -> None:
        self.call = 0
        self._stands_at: float | None = None
        self._on_rest: list[Callable[[], object]] = []
        self._timers: list[_Waits] = []  # of the call, a heap
        self._numbers = itertools.count()
        self._under_way = 0
        self._connections: list[asyncio.BaseTransport] = []  # to others
        self._tasks: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()  # of the call
        super().__init__(_Selector(self._may_sleep))
        self.set_task_factory(self._task_of_call)

    # The time

    def time(self) -> float:
        return super().time() if self._stands_at is None else self._stands_at + self.ahead

    def stand_still(self) -> None:
        self._stands_at = super().time()

    def pass_time(self, milliseconds: int) -> None:
        self.ahead += milliseconds / 1000 + TOO_LATE_S

    def begin_call(self) -> int:
        """Its number. What is still done for the one before is ended: that call is over."""
        self.call += 1
        self._timers.clear()
        for task in list(self._tasks):
            task.cancel()
        self._tasks.clear()
        return self.call

    def _task_of_call(self, _: object, work: Any, **named: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=self, **named)
        if _WHOSE.get() is not None:
            self._tasks.add(task)
        return task

    def call_at(
        self, when: float, callback: Callable[[*Given], object], *args: *Given, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = super().call_at(when, callback, *args, context=context)
        whose = _WHOSE.get()
        if whose is not None and whose.call == self.call:

            def comes() -> None:
                timer.cancel()
                self.call_soon(callback, *args, context=context)

            heapq.heappush(self._timers, _Waits(when, next(self._numbers), whose, timer, comes))
        return timer

    @property
    def due_ms(self) -> int | None:
        """In how many milliseconds of the call something is due; None if nothing is."""
        while self._timers and not self._is_waited_for(self._timers[0]):
            heapq.heappop(self._timers)
        return math.ceil((self._timers[0].when - self.time()) * 1000 - 1e-3) if self._timers else None

    def hurry(self, turn: str) -> bool:
        """What this turn waits for next it has waited for. Whether there was anything."""
        waiting = [waits for waits in self._timers if waits.whose.turn == turn and self._is_waited_for(waits)]
        if waiting:
            min(waiting).comes()
        return bool(waiting)

    def _is_waited_for(self, waits: _Waits) -> bool:
        return not waits.timer.cancelled() and waits.when > self.time()

    # Rest

    def when_it_rests(self, then: Callable[[], object]) -> None:
        """Called once, as soon as there is nothing to do but to wait."""
        self._on_rest.append(then)

    def _may_sleep(self) -> bool:
        """Asked when nothing is there to be done. For how long it may sleep is for the call to say, if it is still."""
        if self._stands_at is None:
            return False
        self._connections = [each for each in self._connections if not each.is_closing()]
        if not self._connections and not self._under_way:
            waiting, self._on_rest = self._on_rest, []
            for then in waiting:
                then()
        return True

    @contextlib.contextmanager
    def _is_under_way(self) -> Iterator[None]:
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def sock_connect(self, *given: Any, **named: Any) -> Any:
        with self._is_under_way():
            return await super().sock_connect(*given, **named)

    async def create_connection(self, *given: Any, **named: Any) -> Any:
        with self._is_under_way():
            connected = await super().create_connection(*given, **named)
            self._connections.append(connected[0])
        return connected

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Given], Result], *args: *Given
    ) -> asyncio.Future[Result]:
        working = super().run_in_executor(executor, func, *args)
        self._under_way += 1
        working.add_done_callback(self._has_worked)
        return working

    def _has_worked(self, _: object) -> None:
        self._under_way -= 1


class _Selector(selectors.DefaultSelector):
    """`may_sleep` is asked when there is nothing to do; if so, what comes from outside wakes it, and no timer."""

    def __init__(self, may_sleep: Callable[[], bool]) -> None:
        super().__init__()
        self._may_sleep = may_sleep

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        return super().select(0) or super().select(WAKES_S if self._may_sleep() else timeout)
