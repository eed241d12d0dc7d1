"""A `pyproject.toml`, which a stranger may have written: from bytes to text and tables, or to a sentence and a place.

Python's reader takes time and memory with the square of what some files hold: a key of 40,000 parts fills the memory.
So how large a file and how long a key may be is looked at before it is read. With both limits no form of TOML takes
more than about a second.
"""

from __future__ import annotations

import re
import tomllib
from codecs import BOM_UTF8
from typing import Any

from flowc.characters import INVISIBLE, other_encoding, unseen

LARGEST_FILE = 256 * 1024  # bytes
MOST_PARTS = 32  # of a key, `a.b.c`: the reader looks at all of a table's name again for each line in it

_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_TOKEN = (
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'''|\Z)"
    r"|#[^\n]*+"
    rf"|(?P<long>{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_PARTS}}})"
    rf"|{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
    r"|[\"'][^\n]*+"  # a quote that is not closed: the reader stops there
)
_PLACED = r"(.*?) \(at line (\d+), column (\d+)\)"


class NotToml(Exception):
    """The file cannot be read. `place` is empty, or `:line` or `:line:column`; the message is a sentence."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place


def read_toml(content: bytes) -> tuple[str, dict[str, Any]]:
    """The text, and what it says. Raises NotToml."""
    text = _decoded(content)
    for token in re.finditer(_TOKEN, text, re.DOTALL) if text.count(".") >= MOST_PARTS else ():
        if token["long"] is not None:
            raise NotToml(f"a key of more than {MOST_PARTS} parts", _place(text, token.start()))
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(text, str(error)) from error
    except RecursionError as error:
        raise NotToml("nested too deeply to be read") from error
    except ValueError as error:  # Python's own limit; the reader has no position for it
        raise NotToml("a number with thousands of digits, which cannot be read") from error


def _decoded(content: bytes) -> str:
    content = content.removeprefix(BOM_UTF8)
    encoding = other_encoding(content)
    if encoding:
        raise NotToml(f"the file is {encoding}, not UTF-8: save it as UTF-8")
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        told = f"not UTF-8 text: byte 0x{content[error.start]:02x}: save the file as UTF-8"
        raise NotToml(told, _place(before, len(before))) from error


def _not_toml(text: str, told: str) -> NotToml:
    placed = re.match(_PLACED, told, re.DOTALL)
    if placed is None:
        return NotToml(f"not TOML: {_short(told)}")
    line, column = int(placed[2]), int(placed[3])
    place = f":{line}:{column}"
    lines = text.split("\n")
    found = re.compile(INVISIBLE).match(lines[line - 1], column - 1) if line <= len(lines) else None
    if found is not None:
        return NotToml(": ".join(unseen(found[0])), place)
    return NotToml(f"not TOML: {_short(placed[1])}", place)


def _short(told: str) -> str:
    """What the reader says, which may quote a key as long as the file."""
    return told[:1].lower() + (told[1:] if len(told) <= 200 else f"{told[1:200]}…")


def _place(text: str, offset: int) -> str:
    before = text[:offset]
    return f":{before.count(chr(10)) + 1}:{offset - before.rfind(chr(10))}"
