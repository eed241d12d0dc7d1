"""Values become source text here and nowhere else: one function per language.

Those for programs print strings, numbers, booleans, None, lists and dicts as a careful engineer would lay them out: on
one line if that fits, otherwise one entry a line. In all of them everything that cannot be seen (controls, line
separators, bidirectional marks, lone surrogates) is escaped, so that a reviewer reads what the program gets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from json.encoder import encode_basestring
from typing import Any

import msgspec.json
import msgspec.msgpack
from msgspec import Struct

WIDTH = 110

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")


def js(value: Any, column: int = 0, indent: int = 0) -> str:
    """A JavaScript literal. `column` is where it starts on its line, `indent` that of the line itself."""
    if type(value) is str:
        return encode_basestring(value) if value.isprintable() else _js_escaped(value)
    return _JS.literal(value, column, indent)


def py(value: Any, column: int = 0, indent: int = 0) -> str:
    """A Python literal, laid out the same way with four spaces."""
    if type(value) is str:
        return encode_basestring(value) if value.isprintable() else _py_escaped(value)
    return _PY.literal(value, column, indent)


def json_document(value: Any) -> str:
    """A file of JSON, an entry a line. Its reader gets the same texts."""
    text = msgspec.json.format(json_line(value), indent=2)
    if not text.isascii() or "\x7f" in text:  # all else that cannot be seen is escaped already
        text = "".join(letter if letter == "\n" or letter.isprintable() else _units(letter) for letter in text)
    return text + "\n"


def json_line(value: Any, *, sorts: bool = False) -> str:
    """JSON without white space, as `json` writes it; `sorts` the keys. msgspec writes the same in a tenth of the time,
    but for halves of pairs of surrogates, and for fractions: only the limits of a `number` can be those, which a test
    holds against the grammar.
    """
    try:
        text = msgspec.json.encode(value, order="sorted" if sorts else None).decode()
    except UnicodeEncodeError:
        text = _A_NUMBER
    return (_sorted_json if sorts else _json)(value) if _A_NUMBER in text else text


_A_NUMBER = '"number"'
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_sorted_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


_MOST_WRITTEN = 2000
_written: dict[tuple[bytes, int, int, str], str] = {}  # by value, place and language


class _Language(Struct, frozen=True):
    """How a language writes values. Texts without what cannot be seen are the same in all of them."""

    escaped: Callable[[str], str]  # a text in which something cannot be seen
    scalar: Callable[[Any], str]
    key: Callable[[str], str]
    opening: str  # of a dict on one line
    closing: str
    step: int

    def text(self, value: str) -> str:
        return encode_basestring(value) if value.isprintable() else self.escaped(value)

    def literal(self, value: Any, column: int, indent: int) -> str:
        """Flows of one project have much in common, as actions and settings, and each way to write it is found once."""
        try:
            asked = (msgspec.msgpack.encode(value), column, indent, self.opening)
        except (UnicodeEncodeError, OverflowError, TypeError):  # which may have a literal all the same
            return self._literal(value, column, indent)
        if (known := _written.get(asked)) is None:
            if len(_written) >= _MOST_WRITTEN:
                _written.clear()
            known = _written[asked] = self._literal(value, column, indent)
        return known

    def _literal(self, value: Any, column: int, indent: int) -> str:
        pieces: dict[int, list[str]] = {}
        line = self._flat(value, pieces)
        return line if column + len(line) < WIDTH or not pieces.get(id(value)) else self._tall(value, pieces, indent)

    def _flat(self, value: Any, pieces: dict[int, list[str]]) -> str:
        """On one line. `pieces` gets the entries of each list and dict, by identity: who breaks it up needs them."""
        kind = type(value)
        if kind is str:
            return encode_basestring(value) if value.isprintable() else self.escaped(value)
        if kind is dict:
            key = self.key
            pieces[id(value)] = entries = [
                f"{key(name)}: {encode_basestring(entry)}"  # most of them
                if type(entry) is str and entry.isprintable()
                else f"{key(name)}: {self._flat(entry, pieces)}"
                for name, entry in value.items()
            ]
            return f"{self.opening}{', '.join(entries)}{self.closing}" if entries else "{}"
        if kind is list or kind is tuple:
            pieces[id(value)] = entries = [self._flat(entry, pieces) for entry in value]
            return f"[{', '.join(entries)}]"
        return self.text(value) if isinstance(value, str) else self.scalar(value)  # a word of an `Enum`

    def _tall(self, value: Any, pieces: dict[int, list[str]], margin: int) -> str:
        """One entry a line, and so on where an entry is too long for that."""
        inner = margin + self.step
        entries = pieces[id(value)]
        rows = [f"{' ' * inner}{entry},\n" for entry in entries]
        if inner + max(map(len, entries)) >= WIDTH:
            for index, (name, entry) in enumerate(value.items() if isinstance(value, dict) else enumerate(value)):
                if inner + len(entries[index]) >= WIDTH and pieces.get(id(entry)):
                    head = f"{self.key(name)}: " if isinstance(value, dict) else ""
                    rows[index] = f"{' ' * inner}{head}{self._tall(entry, pieces, inner)},\n"
        start, end = "{}" if isinstance(value, dict) else "[]"
        return f"{start}\n{''.join(rows)}{' ' * margin}{end}"


@cache
def _js_key(name: str) -> str:
    if name == "__proto__":  # as a plain key it would set the prototype
        return '["__proto__"]'
    return name if _IDENTIFIER.match(name) else js(name)


def _js_scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return json.dumps(value, allow_nan=False)
    raise TypeError(f"no JavaScript literal for {type(value).__name__}")


def _py_scalar(value: Any) -> str:
    match value:
        case None | bool() | int() | float():
            return repr(value)
    raise TypeError(f"no Python literal for {type(value).__name__}")


def _js_escaped(text: str) -> str:
    return '"' + "".join(map(_js_character, text)) + '"'


def _py_escaped(text: str) -> str:
    return '"' + "".join(map(_py_character, text)) + '"'


_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _js_character(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    return _units(character)


def _units(character: str) -> str:
    """The escape that JavaScript and JSON have in common."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def _py_character(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


_JS = _Language(_js_escaped, _js_scalar, _js_key, "{ ", " }", 2)
_PY = _Language(_py_escaped, _py_scalar, py, "{", "}", 4)
