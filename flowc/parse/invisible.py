"""Characters that nobody can see, named with their place: spaces that are none, and what has no width at all.

An editor or a web page leaves them in a text that is copied. In a key they make an unknown one of it, in a secret a
wrong one, and marks of direction show a line in another order than it is read in. So they are refused wherever they
stand; who means one writes its escape in double quotes, where everybody sees it. The sign that every keyboard puts
behind an emoji is no invisible character there: without it the emoji is another.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from flowc.characters import BREAKS, INVISIBLE, SPACES, belongs_to_an_emoji, unseen
from flowc.diagnostics import Problems
from flowc.parse.libyaml import Mark
from flowc.source import Span, lines_of, place_of

_SPACE = f"[{SPACES}]"
_NEXT_LINE = "\x85"  # a control character: refused in texts, however it is written


class Moved:
    """Where something stands in the file, from its place in the text that lacks some characters of it."""

    def __init__(self, taken: dict[int, list[int]]) -> None:
        self._taken = taken  # by line: the columns in the shorter text behind which a character is missing, in order

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Line and column from 0."""
        taken = self._taken.get(line)
        return (line, column) if taken is None else (line, column + bisect_right(taken, column))

    def mark(self, mark: Mark) -> Mark:
        line, column = self.place(mark.line, mark.column)
        return mark if column == mark.column else Mark(mark.name, mark.index, line, column, None, mark.index)

    def span(self, span: Span) -> Span:
        start = self.place(span.line - 1, span.column - 1)
        end = self.place(span.end_line - 1, span.end_column - 1)
        return Span(start[0] + 1, start[1] + 1, end[0] + 1, end[1] + 1)


def refuse(text: str, problems: Problems) -> bool:
    """Whether there are any; each run of them is one error, and settles what is wrong with the word it stands in."""
    if text.isascii():
        return False
    settled: list[Span] = []
    for found in re.finditer(INVISIBLE, text):
        if problems.full:
            break
        letter = found[1]
        if belongs_to_an_emoji(text, found):
            continue
        message, instead = unseen(found[0])
        escape = f"\\u{ord(letter):04X}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08X}"
        hint = instead if letter == _NEXT_LINE else f"{instead}; if it is meant, write `{escape}` in double quotes"
        settled.append(place_of(text, found.start(), found.end()))
        problems.add(settled[-1], "FLOW008", message, hint)
    for span in settled:
        problems.settle(span)
    return bool(settled)


def has_breaks(text: str) -> bool:
    """Whether lines end that nobody sees end."""
    return any(letter in text for letter in BREAKS)


def taken_out(text: str) -> tuple[str, Moved]:
    """The text with real spaces, and without what has no width: it is read as its author sees it."""
    taken: dict[int, list[int]] = {}
    kept: list[str] = []
    for number, line in enumerate(lines_of(text)):
        places = [
            place
            for found in (re.finditer(INVISIBLE, line) if not line.isascii() else ())
            if not re.match(_SPACE, found[1]) and not belongs_to_an_emoji(line, found)
            for place in range(*found.span())
        ]
        if places:
            taken[number] = [place - missing for missing, place in enumerate(places)]
            removed = set(places)
            line = "".join(letter for place, letter in enumerate(line) if place not in removed)
        kept.append(re.sub(_SPACE, " ", line))
    return "\n".join(kept), Moved(taken)
