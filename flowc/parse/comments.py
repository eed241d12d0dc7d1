"""Comments that end a text without quotes where its author may have meant the text to go on.

YAML takes ` #` for a comment behind a text, and a line that begins with `#` for one between its lines: there the text
ends, and nothing is wrong for YAML. A comment on a line of its own is suspicious only as far in as the text's next line
would stand; further out nobody takes it for text. Behind quotes only one that touches them is.
"""

from __future__ import annotations

import re
from typing import Any

from flowc.diagnostics import Problems
from flowc.nodes import Mapping, Node, Scalar, Sequence
from flowc.parse import ignores
from flowc.source import place_of

# Behind a text, on the next line that is not empty, or where a text of several lines has ended: at a line's start.
_COMMENT = re.compile(r"(?:[ \t]+|[ \t]*+\r?\n[ \t]*+(?:\r?\n[ \t]*+)*+|)#")
_QUOTES = ("'", '"')
_LOST_KEY = r"(?m)^([ \t]*)#:(?=[ \t])"


def behind(event: Any, text: str, key: Node | None, parent: Mapping | Sequence | None) -> tuple[int, int] | None:
    """Line and column, from 0, of a comment that ends this scalar and may have been meant for a part of it.

    `key` and `parent` are what the scalar stands in.
    """
    end = event.end_mark
    if event.style in _QUOTES:
        return (end.line, end.column) if text[end.index : end.index + 1] == "#" else None
    found = _COMMENT.match(text, end.index)
    if found is None or ignores.is_one(text, found.end() - 1):
        return None
    _, newline, last = found[0].rpartition("\n")
    if not newline and not event.style:
        return end.line, end.column + len(found[0]) - 1
    column = len(last) - 1 + (0 if newline else end.column)
    return (end.line + found[0].count("\n"), column) if column > _indentation(event, key, parent) else None


def _indentation(event: Any, key: Node | None, parent: Mapping | Sequence | None) -> int:
    """The column, from 0, of the key or of the list's `-` that a text stands behind; in brackets that of the text."""
    if isinstance(parent, Sequence):
        return event.start_mark.column if parent.flow_style else parent.start.column
    return key.start.column if isinstance(key, Scalar) else 0


def lost_keys(text: str, problems: Problems) -> None:
    """Lines under `keys` that begin with `#:`, which is meant for a key of the telephone and is a comment."""
    for found in re.finditer(_LOST_KEY, text) if "#:" in text else ():
        above = [line for line in text[: found.start()].splitlines() if line.strip()]
        owner = next((line for line in reversed(above) if _width(line) < len(found[1])), "")
        if re.search(r"\bkeys:\s*$", owner):
            span = place_of(text, found.start() + len(found[1]), found.end())
            problems.add(span, "FLOW104", "a `#` begins a comment, so this is no key", 'write `"#":`, in quotes')


def _width(line: str) -> int:
    return len(line) - len(line.lstrip())
