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

WIDTH = 110

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")


def js(value: Any, column: int = 0, indent: int = 0) -> str:
    """A JavaScript literal. `column` is where it starts on its line, `indent` that of the line itself."""
    if isinstance(value, str):
        return _js_string(value)
    return _layout(value, column, indent, _js_string, _js_scalar, _js_key, ("{ ", " }"))


def py(value: Any, column: int = 0, indent: int = 0) -> str:
    """A Python literal, laid out the same way with four spaces."""
    if isinstance(value, str):
        return _py_string(value)
    return _layout(value, column, indent, _py_string, _py_scalar, _py_string, ("{", "}"), step=4)


def json_document(value: Any) -> str:
    """A file of JSON, an entry a line. Its reader gets the same texts."""
    text = _json(value, "\n")
    if not text.replace("\n", "").isprintable():
        text = "".join(letter if letter == "\n" or letter.isprintable() else _units(letter) for letter in text)
    return text + "\n"


def _json(value: Any, line: str) -> str:
    """As `json.dumps(value, indent=2)`, which is slow, lays it out. `line` begins a line at this depth."""
    if not isinstance(value, (dict, list)):
        return encode_basestring(value) if isinstance(value, str) else _js_scalar(value)
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    inner = line + "  "
    if isinstance(value, dict):
        entries = [
            f"{encode_basestring(name)}: {encode_basestring(entry) if isinstance(entry, str) else _json(entry, inner)}"
            for name, entry in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(entries)}{line}}}"
    return f"[{inner}{f',{inner}'.join([_json(entry, inner) for entry in value])}{line}]"


def _layout(
    value: Any,
    column: int,
    indent: int,
    string: Callable[[str], str],
    scalar: Callable[[Any], str],
    key: Callable[[str], str],
    braces: tuple[str, str],
    step: int = 2,
) -> str:
    flats: dict[int, str] = {}  # containers on one line, by identity: each is needed again by those around it

    def flat(item: Any) -> str:
        if isinstance(item, dict):
            entries = [
                f"{key(name)}: {string(entry) if isinstance(entry, str) else flat(entry)}"
                for name, entry in item.items()
            ]
            line = braces[0] + ", ".join(entries) + braces[1] if entries else "{}"
        elif isinstance(item, (list, tuple)):
            line = "[" + ", ".join([string(entry) if isinstance(entry, str) else flat(entry) for entry in item]) + "]"
        else:
            return string(item) if isinstance(item, str) else scalar(item)
        flats[id(item)] = line
        return line

    def tall(item: Any, start: int, margin: int) -> str:
        line = flats.get(id(item))
        if line is None:
            return flat(item)
        if not item or start + len(line) < WIDTH:
            return line
        inner = margin + step
        if isinstance(item, dict):
            heads = [f"{key(name)}: " for name in item]
            entries, ends = list(item.values()), "{}"
        else:
            heads, entries, ends = [""] * len(item), list(item), "[]"
        rows = [
            " " * inner + head + tall(entry, inner + len(head), inner) + ",\n"
            for head, entry in zip(heads, entries, strict=True)
        ]
        return ends[0] + "\n" + "".join(rows) + " " * margin + ends[1]

    line = flat(value)
    return line if column + len(line) < WIDTH else tall(value, column, indent)


@cache
def _js_key(name: str) -> str:
    if name == "__proto__":  # as a plain key it would set the prototype
        return '["__proto__"]'
    return name if _IDENTIFIER.match(name) else _js_string(name)


def _js_scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return json.dumps(value, allow_nan=False)
    raise TypeError(f"no JavaScript literal for {type(value).__name__}")


def _py_scalar(value: Any) -> str:
    match value:
        case None | bool() | int() | float():
            return repr(value)
    raise TypeError(f"no Python literal for {type(value).__name__}")


def _js_string(text: str) -> str:
    if text.isprintable():
        return _printable(text)
    return '"' + "".join(map(_js_character, text)) + '"'


def _py_string(text: str) -> str:
    if text.isprintable():
        return _printable(text)
    return '"' + "".join(map(_py_character, text)) + '"'


def _printable(text: str) -> str:
    """The same in both: without what cannot be seen, only the quotes and the backslash are escaped."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if '"' in text:
        text = text.replace('"', '\\"')
    return f'"{text}"'


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
