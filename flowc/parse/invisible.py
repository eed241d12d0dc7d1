"""Characters that nobody can see, named with their place: spaces that are none, and what has no width at all.

An editor or a web page leaves them in a text that is copied. In a key they make an unknown one of it, in a secret a
wrong one, and marks of direction show a line in another order than it is read in. So they are refused wherever they
stand; who means one writes its escape in double quotes, where everybody sees it. The sign that every keyboard puts
behind an emoji is no invisible character there: without it the emoji is another.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

from yaml.error import Mark

from flowc.diagnostics import Problems
from flowc.source import Span, lines_of, place_of

# Of the categories Zs, Zl, Zp and Cf all that are not U+0020 and have no picture of their own; all that Unicode has as
# Default_Ignorable_Code_Point; and fillers, whose picture is empty.
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAKS = "\x85\u2028\u2029"
_WITHOUT_WIDTH = (
    "\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_FOUND = re.compile(f"([{_SPACES}{_BREAKS}{_WITHOUT_WIDTH}])\\1*")
_SPACE = re.compile(f"[{_SPACES}]")

# U+FE0F asks for the coloured picture of the character before it, U+FE0E for the one in black and white.
_OF_AN_EMOJI = "\ufe0e\ufe0f"
_EMOJI_OF_OTHER_KINDS = "\u203c\u2049\u2139\u3030"  # that Unicode counts as punctuation or as a letter
_KEYCAP = re.compile("[0-9#*]\ufe0f\u20e3")


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
    for found in _FOUND.finditer(text):
        if problems.full:
            break
        letter = found[1]
        if _belongs_to_an_emoji(text, found):
            continue
        what = f"{_name(letter)} (U+{ord(letter):04X})"
        number = len(found[0])
        message = f"an invisible character: {what}" if number == 1 else f"{number} invisible characters: {what}"
        instead = "write a space" if _SPACE.match(letter) or letter in _BREAKS else "remove it"
        escape = f"\\u{ord(letter):04X}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08X}"
        hint = f"{instead}; if it is meant, write `{escape}` in double quotes"
        settled.append(place_of(text, found.start(), found.end()))
        problems.add(settled[-1], "FLOW008", message, hint)
    for span in settled:
        problems.settle(span)
    return bool(settled)


def has_breaks(text: str) -> bool:
    """Whether lines end that nobody sees end."""
    return any(letter in text for letter in _BREAKS)


def taken_out(text: str) -> tuple[str, Moved]:
    """The text with real spaces, and without what has no width: it is read as its author sees it."""
    taken: dict[int, list[int]] = {}
    kept: list[str] = []
    for number, line in enumerate(lines_of(text)):
        places = [
            place
            for found in (_FOUND.finditer(line) if not line.isascii() else ())
            if not _SPACE.match(found[1]) and not _belongs_to_an_emoji(line, found)
            for place in range(*found.span())
        ]
        if places:
            taken[number] = [place - missing for missing, place in enumerate(places)]
            removed = set(places)
            line = "".join(letter for place, letter in enumerate(line) if place not in removed)
        kept.append(_SPACE.sub(" ", line))
    return "\n".join(kept), Moved(taken)


def _belongs_to_an_emoji(text: str, found: re.Match[str]) -> bool:
    start = found.start()
    if found[0] not in _OF_AN_EMOJI or not start:
        return False
    before = text[start - 1]
    is_sign = unicodedata.category(before) in ("So", "Sm") and not before.isascii()
    return is_sign or before in _EMOJI_OF_OTHER_KINDS or bool(_KEYCAP.match(text, start - 1))


def _name(letter: str) -> str:
    return unicodedata.name(letter, "line break" if letter == "\x85" else "character without a name").lower()
