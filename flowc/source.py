"""A flow file as text, and places in it.

Nothing here knows YAML. Lines and columns are counted from 1, columns in characters, and a span's end is exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a source: from (line, column) up to, not including, (end_line, end_column)."""

    line: int
    column: int
    end_line: int
    end_column: int


START = Span(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Source:
    """One flow file as it was read.

    `path` is the POSIX path relative to the project's folder: it appears in diagnostics and in the headers of what is
    generated, so it must not depend on the machine.
    """

    path: str
    content: bytes

    def line(self, number: int) -> str:
        """The text of a line, for showing: undecodable bytes are replaced, the line end is left out."""
        lines = self.content.decode("utf-8", "replace").splitlines()
        return lines[number - 1] if 1 <= number <= len(lines) else ""
