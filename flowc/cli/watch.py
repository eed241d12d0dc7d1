"""Work that takes longer than a second: how far it is, and its end when a person has seen enough."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Mapping
from typing import Self

MORE_THAN_S = 1.0
"""What is over sooner needs no progress."""
EACH_S = 60.0
"""Where standard error is no terminal, as in CI, a line is there to stay: so often a further one says how far it is."""
INTERRUPTED = 128 + signal.SIGINT
SAME_S: Mapping[int, float] = {signal.SIGINT: 1.0, signal.SIGTERM: 10.0}
"""What comes so soon after a signal is that one: `timeout` sends it to the command, and to its group. A person presses
Ctrl-C again after a second; SIGTERM comes from programs, and on a busy machine long after it was sent.
"""
ENDING = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C, and what ends a command that runs for too long: both get to see what was done until then."""


class Watch:
    """Says on one line how far it is, at a terminal in the place of what was said of that before. At the first Ctrl-C,
    or SIGTERM, `is_stopped` is set, and who works ends where that makes sense and tells what was done; after a second
    one nothing is told.

    `code` is then what the command exits with. `interrupts` is for work that only waits for others: then the first
    of them raises KeyboardInterrupt as well. Without `catches` both end the command at once,
    as always: that is for work that may be stuck. Any thread may use it, but for entering and leaving it.
    """

    def __init__(self, quiet: bool, *, interrupts: bool = False, catches: bool = True) -> None:
        self.is_told = not quiet and sys.stderr is not None
        self.is_terminal = sys.stderr is not None and sys.stderr.isatty()
        self.is_stopped = False
        self.code = INTERRUPTED
        self._interrupts = interrupts
        self._catches = catches
        self._has_told = False
        self._stopped_at: float | None = None
        self._began = self._told_at = time.monotonic()
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        self._before = {number: signal.getsignal(number) for number in (ENDING if self._catches else ())}
        for number, before in self._before.items():
            if before is not signal.SIG_IGN:
                signal.signal(number, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
        self._as_before()

    def _as_before(self) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _stop(self, number: int, _: object) -> None:
        now = time.monotonic()
        if self.code == 128 + number and self._stopped_at is not None and now - self._stopped_at < SAME_S[number]:
            return
        if self._stopped_at is not None:
            self._as_before()
            signal.raise_signal(number)
            return
        self._stopped_at = now
        self.is_stopped = True
        self.code = 128 + number
        if self._interrupts:
            raise KeyboardInterrupt

    def show(self, text: str) -> None:
        """How far it is; cut to what a line of the terminal holds, since only one line can be taken back."""
        from flowc.cli import output

        with self._lock:
            now = time.monotonic()
            if not self.is_told:
                return
            if not self.is_terminal:
                if now - self._told_at >= EACH_S:
                    self._told_at = now
                    output.tell(text)
            elif now - self._began > MORE_THAN_S:
                self._has_told = True
                output.progress(text)

    def clear(self) -> None:
        """Before anything else is printed."""
        from flowc.cli import output

        with self._lock:
            if self._has_told:
                output.progress("")
                self._has_told = False

    def aside(self, text: str) -> None:
        """Lines that do not belong to it, on standard error."""
        from flowc.cli import output

        with self._lock:
            self.clear()
            output.tell(text)
