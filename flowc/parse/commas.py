"""What a `,` in braces has torn apart: how it was written, and what to write instead of it.

YAML takes what follows the `,` for a key. Where no such key is known, it is the rest of the value before it: of a text,
which needs quotes, of a list, which needs brackets, or one value more than there may be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from flowc.diagnostics import SECRET, quoted
from flowc.language.durations import milliseconds
from flowc.language.shapes import (
    Anything,
    Boolean,
    ByForm,
    Duration,
    Integer,
    List,
    Number,
    Refused,
    Shape,
    Text,
    Variable,
    Word,
)
from flowc.nodes import Mapping, Node, Scalar
from flowc.parse import parentheses, suggestions
from flowc.suggest import Instead, as_typed, write

Entries = list[tuple[Scalar, Node]]
_LONGEST = 400  # characters of a text that is shown as it should be
_MOST_COLONS = 12


class Advice(NamedTuple):
    message: str
    hint: str


def is_piece(key: Scalar, value: Node) -> bool:
    """Whether a key in braces has no colon, as the words behind a comma have none."""
    empty = isinstance(value, Scalar) and value.value is None and value.end.column == key.end.column
    return empty and key.plain and ":" not in key.text


def pieces(entries: Entries, index: int) -> Iterator[Scalar]:
    """The keys without a colon from this one on."""
    while index < len(entries) and is_piece(*entries[index]):
        yield entries[index][0]
        index += 1


def rest(entries: Entries, index: int, is_key: Callable[[str], bool]) -> Entries:
    """What belongs to the value before `index`: keys without a colon, and what a colon in a text has made a key of."""
    found: Entries = []
    colons = 0
    for key, value in islice(entries, index, None):
        if not is_piece(key, value):
            colons += 1
            if not isinstance(value, Scalar) or not value.text or colons > _MOST_COLONS or is_key(key.text):
                break
        found.append((key, value))
    return found


def as_written(before: Scalar, following: Entries) -> str:
    """The whole value without the quotes that some of its parts may have."""
    whole, end = before.text, before.end
    for key, value in following:
        is_close = (key.start.line, key.start.column) == (end.line, end.column + 1)
        whole = f"{whole}{',' if is_close else ', '}{key.text}"
        end = key.end
        if isinstance(value, Scalar) and value.text:
            whole, end = f"{whole}: {value.text}", value.end
    return whole


def text_around(mapping: Mapping, name: str) -> str:
    """The text that a name and its value may be the end of, where it has a colon in it; empty if they are not."""
    entries = list(mapping.entries.values())
    index = list(mapping.entries).index(name)
    before = entries[index - 1][1] if index and mapping.flow_style else None
    value = entries[index][1]
    is_text = isinstance(before, Scalar) and before.is_text and isinstance(value, Scalar) and value.text != ""
    return as_written(before, [entries[index]]) if is_text and isinstance(before, Scalar) else ""


def takes_text(shape: Shape | None) -> bool:
    """Whether a value is any text that somebody writes or says."""
    way = _scalar(shape)
    return way is None or isinstance(way, Anything) or (isinstance(way, Text) and way.prose)


def is_secret(shape: Shape | None) -> bool:
    """Whether a value that is written out is not to be repeated."""
    way = _scalar(shape)
    return isinstance(way, Refused) and way.code == SECRET


def advice(name: str, shape: Shape | None, whole: str, parts: list[str], is_plain: bool = True) -> Advice:
    """`shape` is that of the value of `name`, None if it is not known. `parts` is what the commas have left of it;
    `is_plain` is false if the first of them has quotes.
    """
    way = _scalar(shape)
    is_list = name in suggestions.LISTS or (isinstance(shape, ByForm) and isinstance(shape.sequence, List))
    if not takes_text(shape) and (inside := parentheses.without(whole)) != whole:
        if is_list:
            return Advice(f"a list is in square brackets: {quoted(whole)} is none", _as_list(inside))
        whole, parts = inside, [part.strip("()") for part in parts]
    number = suggestions.thousands([whole])
    if number and (way is None or isinstance(way, Anything) or fits(way, number)):
        return Advice(f"a `,` ends a value in braces: {quoted(whole)} is no number", write(number))
    if is_list:
        message = f"a `,` ends a value in braces: {quoted(whole)} is a list only in brackets"
        return Advice(message, _as_list(whole))
    message = f"a `,` ends a value in braces: {quoted(name)} has one value, and {quoted(whole)} is none"
    if takes_text(shape) or name == "say" or (isinstance(way, Text) and way.pattern and way.fits(whole)):
        if not is_plain:
            message = f"the quotes close before the `,`, and end the text: {quoted(whole)} is one only in quotes"
            return Advice(message, in_quotes(whole, "all of it"))
        message = f"a `,` ends a text in braces: {quoted(whole)} is one without quotes"
        return Advice(message, in_quotes(whole))
    if all(fits(way, part) for part in parts) and fits(way, together := "".join(parts)) and isinstance(way, Text):
        hint = Instead(f'put quotes around all of it, without a comma: "{together}"', f'"{together}"')
        return Advice(message, hint)
    return Advice(message, _one_of(way, parts))


def _as_list(written: str) -> str:
    return Instead(f"write {quoted(f'[{written}]')}", f"[{written}]")


def in_quotes(text: str, what: str = "it") -> str:
    """A hint: the text as it is written in quotes."""
    written = json.dumps(suggestions.without_quotes(text), ensure_ascii=False)
    short = len(written) <= _LONGEST
    return Instead(f"put quotes around {what}: {written}" if short else "put quotes around all of it", written)


def fits(shape: Shape | None, part: str) -> bool:
    """Whether a part of it is a value."""
    match shape:
        case Word():
            return part in shape.words
        case Boolean():
            return part in ("true", "false")
        case Integer():
            return part.removeprefix("-").isdecimal() and len(part) < 20 and shape.least <= int(part) <= shape.most
        case Number():
            number = part.removeprefix("-").replace(".", "", 1)
            return number.isdecimal() and len(part) < 20 and shape.least <= float(part) <= shape.most
        case Duration():
            lasting = milliseconds(part)
            return lasting is not None and shape.contains(lasting)
        case Text():
            return bool(shape.pattern) and shape.fits(part) is not None
        case _:
            return False


def _one_of(shape: Shape | None, parts: list[str]) -> str:
    possible = [part for part in dict.fromkeys(parts) if fits(shape, part)]
    if possible:
        typed = (as_typed(part) if isinstance(shape, Text) else part for part in possible[:3])
        return f"write {' or '.join(f'`{each}`' for each in typed)}"
    match shape:
        case Word():
            return f"known here: {', '.join(f'`{word}`' for word in shape.words)}"
        case Text():
            return f"write {shape.what}"
        case Duration():
            return f"write `{shape.least}` to `{shape.most}`"
        case _:
            return "keep one of them"


def _scalar(shape: Shape | None) -> Shape | None:
    """What a value is that is no list and no mapping."""
    while isinstance(shape, Variable | ByForm):
        shape = shape.shape if isinstance(shape, Variable) else shape.scalar or shape.mapping
    return shape
