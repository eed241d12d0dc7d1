"""Quotes that are not closed where they were meant to be, found behind a syntax error that they cause further down.

A quote that is left open swallows lines until the next one, which was meant to open; YAML then complains there. From
the text and the place of the complaint comes the quote to look at. Loaded only when a file is not YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from yaml.error import YAMLError
from yaml.tokens import ScalarToken

Place = tuple[int, int]  # line and column, from 0

_KEY = re.compile(r"[ \t]*(?:- )?[\w-]+:(?:[ \t]|$)")


def misplaced(text: str, lines: list[str], complaint: Place) -> tuple[Place, str, str] | None:
    """Where the quote that causes a complaint stands, what is wrong with it, and what to write instead."""
    previous: tuple[Place, Place] | None = None
    for start, end, quote in _quoted(text):
        if end > complaint:
            break
        previous = (start, end)
        if end[0] > start[0] and any(_KEY.match(line) for line in lines[start[0] + 1 : end[0] + 1]):
            return start, "this quote is not closed", f"close it with `{quote}` at the end of the text"
    if previous is None or previous[1][0] != complaint[0]:
        return None
    start, end = previous
    line = lines[end[0]]
    quote, after = line[end[1] - 1], line[end[1] :]
    if line[end[1] : complaint[1]].strip():
        return None
    if start[0] == end[0] and re.search(r"[,:]\s*$", line[start[1] + 1 : end[1] - 1]):
        return start, "this quote is not closed", f"close it with `{quote}` at the end of the text"
    if after[:1].isalnum() or quote in after:
        around, inside = ("double", "''") if quote == "'" else ("single", r"\"")
        hint = f"use {around} quotes around it, or write `{inside}` for one inside"
        return (end[0], end[1] - 1), "a quote inside the quotes ends the text here", hint
    return None


def _quoted(text: str) -> Iterator[tuple[Place, Place, str]]:
    """Every text in quotes, from its first to behind its last quote."""
    try:
        for token in yaml.scan(text, Loader=yaml.CBaseLoader):
            if isinstance(token, ScalarToken) and token.style in ("'", '"'):
                start, end = token.start_mark, token.end_mark
                yield (start.line, start.column), (end.line, end.column), token.style
    except YAMLError:
        return
