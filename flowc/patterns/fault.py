"""What is wrong with a pattern."""

from __future__ import annotations


class PatternFault(Exception):
    """What is wrong with a pattern, and what to write instead, of all of it or (`place`) from one character of it to
    another.
    """

    def __init__(self, message: str, hint: str, *, of_all: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.of_all = of_all
        self.place: tuple[int, int] | None = None
