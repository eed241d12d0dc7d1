"""A flow file as a tree of positioned values: what parsing makes of the bytes, and what decoding and resolving read.

There are three kinds of node, and `Broken` for what was refused and reported already: whoever meets it says nothing
more about it. Nothing here knows the flow language. Positions are libyaml's own marks; a `Span` is made from them only
for the few nodes that need one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, final

from msgspec import Struct

from flowc.source import Span

if TYPE_CHECKING:
    from yaml.error import Mark

# YAML 1.2 core, without `.inf` and `.nan`, which JSON does not have either.
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MAY_BE_NUMBER = frozenset("-+.0123456789")
_MAY_NOT_BE_TEXT = _MAY_BE_NUMBER | frozenset("~nNtTfF")
_LONGEST_NUMBER = 40
_made = tuple.__new__  # what a `NamedTuple` does to be made, without its call into Python: most values have a place


class Scalar(Struct, eq=False, gc=False):
    """A value as it is written. `plain` is true for one without quotes, which may mean something other than text.

    `comment` is the place, line and column from 0, of a `#` that ends it, so that a person may take what follows for a
    part of it: behind it, or on the next line and as far in as a part of it would be. None if there is none.
    `double_quoted`: what is written into it has the other quotes. `place` is where it was given, if it
    has been filled in.
    """

    text: str
    plain: bool
    start: Mark
    end: Mark
    double_quoted: bool = False
    comment: tuple[int, int] | None = None
    place: Span | None = None

    @property
    def is_merge(self) -> bool:
        return self.text == "<<" and self.plain

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in _NULL

    @property
    def is_text(self) -> bool:
        if not self.plain:
            return True
        text = self.text
        return bool(text) and (text[0] not in _MAY_NOT_BE_TEXT or isinstance(self.value, str))

    @property
    def value(self) -> str | int | float | bool | None:
        """What a YAML 1.2 core reader makes of it."""
        text = self.text
        if not self.plain:
            return text
        if text in _NULL:
            return None
        if text in _BOOLEAN:
            return _BOOLEAN[text]
        if text[0] not in _MAY_BE_NUMBER:
            return text
        if _INTEGER.fullmatch(text):
            # Python refuses to read or to print endless digits; as a float they are simply out of every range.
            if len(text) > _LONGEST_NUMBER:
                return float("inf") if text[:2] in ("0o", "0x") else float(text)
            return _whole(text)
        return float(text) if _FLOAT.fullmatch(text) else text

    @property
    def span(self) -> Span:
        if self.place is not None:
            return self.place
        start, end = self.start, self.end
        return _made(Span, (start.line + 1, start.column + 1, end.line + 1, end.column + 1))

    def place_of(self, piece: str) -> Span | None:
        """Where a piece of the text stands that is in it once; None where the text is not written as it reads."""
        quotes = 0 if self.plain else 1
        width = self.end.column - self.start.column if self.end.line == self.start.line else 0
        if self.place is not None or width != len(self.text) + 2 * quotes or self.text.count(piece) != 1:
            return None
        line, column = self.start.line + 1, self.start.column + 1 + quotes + self.text.index(piece)
        return Span(line, column, line, column + len(piece))


def _whole(text: str) -> int:
    return int(text, 8 if text.startswith("0o") else 16 if text.startswith("0x") else 10)


class Sequence(Struct, eq=False):
    start: Mark
    end: Mark
    flow_style: bool
    items: list[Node] = []

    @property
    def span(self) -> Span:
        return _collection_span(self.start, self.end, self.flow_style)


class Mapping(Struct, eq=False):
    """Keys and values in the order of the file. A key that stands there twice is kept once.

    `open` says that there may be more entries than are known, since something in it was refused that may hold them: a
    merge key, a key that is misspelt beyond recognition. So what is not there is not missing, but broken.
    """

    start: Mark
    end: Mark
    flow_style: bool
    entries: dict[str, tuple[Scalar, Node]] = {}
    open: bool = False

    @property
    def span(self) -> Span:
        if self.entries and not self.flow_style:
            return next(iter(self.entries.values()))[0].span
        return _collection_span(self.start, self.end, self.flow_style)

    def key(self, name: str) -> Scalar | None:
        entry = self.entries.get(name)
        return entry[0] if entry else None

    def get(self, name: str) -> Node | None:
        """The value of a key; None if it is not there or is broken."""
        entry = self.entries.get(name)
        return None if entry is None or isinstance(entry[1], Broken) else entry[1]

    def scalar(self, name: str) -> Scalar | None:
        entry = self.entries.get(name)
        return entry[1] if entry is not None and isinstance(entry[1], Scalar) else None

    def mapping(self, name: str) -> Mapping | None:
        entry = self.entries.get(name)
        return entry[1] if entry is not None and isinstance(entry[1], Mapping) else None

    def is_broken(self, name: str) -> bool:
        entry = self.entries.get(name)
        return self.open if entry is None else isinstance(entry[1], Broken)


@final
class Broken:
    """Stands where something was refused and reported."""

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        self.span = span


Node = Scalar | Sequence | Mapping | Broken


def pairs(mapping: Mapping | None) -> Iterable[tuple[Scalar, Node]]:
    """Keys and values; none if there is no such mapping."""
    return mapping.entries.values() if mapping is not None else ()


def _collection_span(start: Mark, end: Mark, flow_style: bool) -> Span:
    """Of `[…]` and `{…}` on one line all; of everything else the first character, since a block has no clear end."""
    if flow_style and start.line == end.line:
        return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
    return Span(start.line + 1, start.column + 1, start.line + 1, start.column + 2)
