"""Quotes that are not closed where they were meant to be, found behind a syntax error that they cause further down.

A quote that is left open swallows lines until the next one, which was meant to open; YAML then complains there. From
the text and the place of the complaint comes the quote to look at. Loaded only when a file is not YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from flowc.parse.libyaml import CBaseLoader, ScalarToken, YAMLError, scan

Place = tuple[int, int]  # line and column, from 0

_PIECE = re.compile(r'\\(.?)|"')
# What stands behind the last quote of a text: nothing, or what goes on in brackets.
_BEHIND = re.compile(r"""[ \t]*(?:$|#|[}\]]|,[ \t]*(?:$|["']|[\w-]{1,64}:[ \t]))""")
_SEMICOLON = re.compile(r"[ \t]*;[ \t]*([\w-]{1,64}):(?:[ \t]|$)")
_TEXT = r"""(?:"[^"\\\n]*"|'[^'\n]*')"""
# A key, and behind it several texts in quotes.
_LISTED = re.compile(rf"[ \t]*+(?:- ++)*+[\w-]++:[ \t]++({_TEXT}(?:[ \t]*+,[ \t]*+{_TEXT})++)[ \t]*+(?:#.*)?")
_KEY = re.compile(r"[ \t]*(?:- )?[\w-]+:(?:[ \t]|$)")


def misplaced(text: str, lines: list[str], complaint: Place) -> tuple[Place, str, str] | None:
    """Where the quote that causes a complaint stands, what is wrong with it, and what to write instead."""
    previous: tuple[Place, Place] | None = None
    for start, end, quote in _quoted(text):
        if end > complaint:
            break
        previous = (start, end)
        if end[0] > start[0] and any(_KEY.match(line) for line in lines[start[0] + 1 : end[0] + 1]):
            return escaped_end(lines, start) or _not_closed(start, quote)
    if previous is None or previous[1][0] != complaint[0]:
        return None
    start, end = previous
    line = lines[end[0]]
    quote, after = line[end[1] - 1], line[end[1] :]
    if line[end[1] : complaint[1]].strip():
        return None
    if start[0] == end[0] and re.search(r"[,:]\s*$", line[start[1] + 1 : end[1] - 1]):
        return escaped_end(lines, start) or _not_closed(start, quote)
    if (semicolon := _SEMICOLON.match(after)) is not None and "{" in line[: start[1]]:
        hint = f"write `,` instead of `;` before `{semicolon[1]}`"
        return (end[0], end[1] + after.index(";")), "values in braces are separated with `,`", hint
    if (listed := _LISTED.fullmatch(line)) is not None:
        hint = f"write `[{listed[1].strip()}]`, a list, in brackets"
        return (end[0], end[1] + after.index(",")), "a `,` behind the end of a value", hint
    if after[:1].isalnum() or quote in after:
        around, inside = ("double", "''") if quote == "'" else ("single", r"\"")
        hint = f"use {around} quotes around it, or write `{inside}` for one inside"
        return (end[0], end[1] - 1), "a quote inside the quotes ends the text here", hint
    return None


def escaped_end(lines: list[str], start: Place) -> tuple[Place, str, str] | None:
    """The backslash that keeps the quotes open which begin at `start`, if the text in them seems to end on that line.

    Quotes inside a text come in pairs.
    """
    line = lines[start[0]] if start[0] < len(lines) else ""
    if line[start[1] : start[1] + 1] != '"':
        return None
    pieces = list(takewhile(lambda found: found[0] != '"', _PIECE.finditer(line, start[1] + 1)))
    inside = [found for found in pieces if found[1] == '"']
    if len(inside) % 2 == 0 or not _BEHIND.match(line, inside[-1].end()):
        return None
    message = '`\\"` in double quotes is a quote inside the text, and does not end it'
    hint = r"write `\\` for a backslash, or put single quotes around the text"
    return (start[0], inside[-1].start()), message, hint


def _not_closed(start: Place, quote: str) -> tuple[Place, str, str]:
    return start, "this quote is not closed", f"close it with `{quote}` at the end of the text"


def _quoted(text: str) -> Iterator[tuple[Place, Place, str]]:
    """Every text in quotes, from its first to behind its last quote."""
    try:
        for token in scan(text, Loader=CBaseLoader):
            if isinstance(token, ScalarToken) and token.style in ("'", '"'):
                start, end = token.start_mark, token.end_mark
                yield (start.line, start.column), (end.line, end.column), token.style
    except YAMLError:
        return
