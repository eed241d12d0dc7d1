"""Lines in, lines out: a terminal, on which lines appear while somebody types, or a pipe."""

from __future__ import annotations

import shutil
import sys
import threading
from typing import Protocol

from flowc.report.printable import plain

PROMPT = "> "

try:
    import readline
except ImportError:  # Windows
    readline = None  # type: ignore[assignment]


class Lines(Protocol):
    has_clock: bool
    """Whether somebody sits there, so that time passes while they think."""

    def show(self, line: str) -> None: ...

    def read(self) -> str | None:
        """The next line; None after the last."""


class Piped:
    """What is read is shown as well, so that the output is the whole conversation. Where there is no input, it
    is over at once.
    """

    has_clock = False

    def show(self, line: str) -> None:
        sys.stdout.write(f"{plain(line)}\n")
        sys.stdout.flush()

    def read(self) -> str | None:
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line:
            return None
        self.show(f"{PROMPT}{line.strip()}")
        return line


class Typed:
    """A line that is shown goes above the one that is being typed."""

    has_clock = True

    def __init__(self) -> None:
        self._is_typing = False
        self._lock = threading.Lock()

    def show(self, line: str) -> None:
        with self._lock:
            if self._is_typing and readline is not None:
                begun = f"{PROMPT}{readline.get_line_buffer()}"
                rows = max(0, len(begun) - 1) // max(1, shutil.get_terminal_size().columns)
                up = f"\x1b[{rows}A" if rows else ""
                sys.stdout.write(f"\r{up}\x1b[J{plain(line)}\n{begun}")
            else:
                sys.stdout.write(f"{plain(line)}\n")
            sys.stdout.flush()

    def read(self) -> str | None:
        self._is_typing = True
        try:
            line = input(PROMPT)
        except BaseException as ending:  # the cursor is still on the line that was being typed
            self._is_typing = False
            self.show("")
            if isinstance(ending, EOFError):
                return None
            raise
        self._is_typing = False
        return line


def lines() -> Lines:
    """By what standard input and output are. A byte that is no text is for whoever reads the line to refuse."""
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="surrogateescape")
    is_typed = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    return Typed() if is_typed else Piped()
