"""Places in a text, as editors count them and as flowc does.

An editor counts lines from 0, ended by a line feed, a carriage return or both, and in a line the units of an encoding:
UTF-16, where nothing else was agreed on. flowc counts lines and characters from 1, knows the other line ends of YAML as
well, and does not count the mark at the beginning of a file. Between them stands the offset of a character in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from flowc.source import Span

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END = re.compile("\r\n|[\r\n]")
_LINE_END_OF_YAML = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_MARK = "\ufeff"


class Position(NamedTuple):
    """As an editor counts."""

    line: int
    character: int


class Range(NamedTuple):
    """From a position up to, not including, another."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Change:
    """What stands in a range now; without a range, in the whole text."""

    text: str
    range: Range | None = None


class Lines:
    """A text, and where its lines begin."""

    def __init__(self, text: str, encoding: Encoding = "utf-16") -> None:
        self.text = text
        self.encoding = encoding
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        self._starts_of_yaml: list[int] | None = None

    def offset(self, position: Position) -> int:
        """The character at a position. What is behind the end of a line is its end, as the protocol has it."""
        if position.line < 0:
            return 0
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        line = self._line(position.line)
        if self.encoding == "utf-32" or line.isascii():
            return start + min(max(position.character, 0), len(line))
        units = 0
        for number, letter in enumerate(line):
            units += self._units(letter)
            if units > position.character:
                return start + number
        return start + len(line)

    def position(self, offset: int) -> Position:
        offset = min(max(offset, 0), len(self.text))
        number = bisect_right(self._starts, offset) - 1
        before = self.text[self._starts[number] : offset]
        if before.endswith("\r"):  # there is no place between it and its line feed
            before = before[:-1]
        if self.encoding == "utf-32" or before.isascii():
            return Position(number, len(before))
        return Position(number, sum(map(self._units, before)))

    def range(self, start: int, end: int) -> Range:
        return Range(self.position(start), self.position(end))

    def range_of(self, span: Span) -> Range:
        """Where a span of flowc's stands."""
        return self.range(self.offset_of(span.line, span.column), self.offset_of(span.end_line, span.end_column))

    def offset_of(self, line: int, column: int) -> int:
        """The character at a line and a column as flowc counts them."""
        if self._starts_of_yaml is None:
            self._starts_of_yaml = [0, *(found.end() for found in _LINE_END_OF_YAML.finditer(self.text))]
        if line > len(self._starts_of_yaml):
            return len(self.text)
        mark = len(_MARK) if line == 1 and self.text.startswith(_MARK) else 0
        return min(self._starts_of_yaml[max(line, 1) - 1] + mark + column - 1, len(self.text))

    def _line(self, number: int) -> str:
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return self.text[self._starts[number] : end].rstrip("\r\n")

    def _units(self, letter: str) -> int:
        if self.encoding == "utf-8":
            return len(letter.encode("utf-8", "surrogatepass"))
        return 2 if self.encoding == "utf-16" and letter > "\uffff" else 1


def changed(text: str, changes: Iterable[Change], encoding: Encoding = "utf-16") -> str:
    """The text after changes, each of which counts in what the one before has made of it."""
    for change in changes:
        if change.range is None:
            text = change.text
            continue
        lines = Lines(text, encoding)
        start, end = sorted((lines.offset(change.range.start), lines.offset(change.range.end)))
        text = text[:start] + change.text + text[end:]
    return text
