"""The lines of a source that explain a diagnostic, with the places in them underlined.

From a source and marks to rows of text without a gutter. Alignment counts columns of a terminal, not characters; a
line that is too long is cut around its mark.
"""

from __future__ import annotations

from msgspec import Struct

from flowc.report.terminal import cell
from flowc.source import Source, Span
from flowc.source import lines_of as split

WIDTH = 100
"""Columns of a line that are shown at the most, the dots where it was cut not counted."""

_CUT = "..."


class Mark(Struct, frozen=True):
    """A span to underline with a character, and what to write beside the underline."""

    span: Span
    underline: str
    label: str = ""


class Excerpt(Struct, frozen=True):
    """One line as it is shown, and under it an underline that starts after `indent` columns."""

    number: int
    text: str
    indent: int
    length: int
    mark: Mark


def lines_of(source: Source) -> list[str]:
    """The lines as a YAML reader counts them, without their ends; undecodable bytes are replaced."""
    return split(source.content.decode("utf-8", "replace").removeprefix("\ufeff"))


def excerpt(lines: list[str], mark: Mark) -> Excerpt:
    """The first line of the mark's span. A span over several lines is underlined to the end of its first."""
    span = mark.span
    line = lines[span.line - 1] if 1 <= span.line <= len(lines) else ""
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    end = min(max(end, start + 1), max(len(line), start + 1))
    first, last = _window(line, start)
    shown = [cell(character) for character in line[first:last]]
    before = _CUT if first > 0 else ""
    after = _CUT if last < len(line) else ""
    indent = len(before) + sum(width for _, width in shown[: start - first])
    length = sum(width for _, width in shown[start - first : end - first])
    text = before + "".join(text for text, _ in shown) + after
    return Excerpt(span.line, text, indent, max(length, 1), mark)


def _window(line: str, start: int) -> tuple[int, int]:
    """Which characters of a line to show so that `start` is among them, in at most `WIDTH` columns."""
    nearby = line[max(0, start - WIDTH) : start + WIDTH]
    if len(nearby) == len(line) and sum(cell(character)[1] for character in line) <= WIDTH:
        return 0, len(line)
    first, used = start, 0
    while first > 0 and used + cell(line[first - 1])[1] <= WIDTH // 3:
        first -= 1
        used += cell(line[first])[1]
    last = start
    while last < len(line) and used + cell(line[last])[1] <= WIDTH:
        used += cell(line[last])[1]
        last += 1
    while last == len(line) and first > 0 and used + cell(line[first - 1])[1] <= WIDTH:
        first -= 1
        used += cell(line[first])[1]
    return first, last
