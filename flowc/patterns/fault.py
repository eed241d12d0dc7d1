"""What is wrong with a pattern."""

from __future__ import annotations


class PatternFault(Exception):
    """What is wrong with a pattern, and what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
