"""One V8 for all tests of a process: starting it takes longer than most of them."""

from __future__ import annotations

import weakref
from typing import Any

from flowc.simulator.engine import Engine, Session


class SharedEngine(Engine):
    """An engine that frees what no test holds any more. Tests do not close their sessions, and after some thousands of
    them its memory would be full."""

    def __init__(self) -> None:
        super().__init__()
        self._opened: list[tuple[weakref.ref[Session], int, int]] = []

    def session(self, scenario: str, **options: Any) -> Session:
        self._free()
        session = super().session(scenario, **options)
        self._opened.append((weakref.ref(session), self._last_id, self.generation))
        return session

    def _free(self) -> None:
        held = []
        for session, number, generation in self._opened:
            if session() is not None:
                held.append((session, number, generation))
            elif generation == self.generation:
                self.call("close", number)
        self._opened = held
