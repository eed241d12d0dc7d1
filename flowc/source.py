"""A flow file as text, and places in it.

Nothing here knows YAML. Lines and columns are counted from 1, columns in characters, and a span's end is exclusive.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from msgspec import Struct


class Span(NamedTuple):
    """A stretch of a source: from (line, column) up to, not including, (end_line, end_column)."""

    line: int
    column: int
    end_line: int
    end_column: int


START = Span(1, 1, 1, 1)
_LINE_BREAK = "\r\n|[\r\n\x85\u2028\u2029]"


def lines_of(text: str) -> list[str]:
    """The lines as a YAML reader counts them, without their ends."""
    return re.split(_LINE_BREAK, text)


def place_of(text: str, start: int, end: int) -> Span:
    """Where the characters from `start` up to, not including, `end` stand. They are on one line."""
    before = lines_of(text[:start])
    column = len(before[-1]) + 1
    return Span(len(before), column, len(before), column + end - start)


class Source(Struct, frozen=True):
    """One flow file as it was read.

    `path` is the POSIX path relative to the project's folder: it appears in diagnostics and in the headers of what is
    generated, so it must not depend on the machine.
    """

    path: str
    content: bytes

    def line(self, number: int) -> str:
        """The text of a line, for showing: undecodable bytes are replaced, the line end is left out."""
        lines = lines_of(self.content.decode("utf-8", "replace").removeprefix("\ufeff"))
        return lines[number - 1] if 1 <= number <= len(lines) else ""
