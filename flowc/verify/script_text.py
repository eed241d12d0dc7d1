"""Call scripts as text: what is saved of a search, as somebody would write it.

Of every step a line, of every value what has no need of a second one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flowc.verify.alphabet import Alphabet
from flowc.verify.search import Subject

HEADER = "# Written by `flowc verify --save`, which writes it anew: keep what you change under another name."

FIRST_LINE = 6
"""Of the first call in a file."""

Words = dict[str, Any]


def whole_file(subject: Subject, world: Alphabet, path: str, calls: Sequence[str]) -> str:
    folder = os.path.dirname(path) or "."
    flow = os.path.relpath(subject.flow.path, folder).replace(os.sep, "/")
    account = {"storage": dict(world.storage), "secrets": dict(world.secrets)}
    head = f"{HEADER}\nflowc: 1\nflow: {scalar(flow)}\naccount: {flow_style(account)}\ncalls:\n"
    assert head.count("\n") == FIRST_LINE - 1
    return head + "\n".join(calls)


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ -]*[A-Za-z0-9]|[A-Za-z]|[0-9]+m?s")
_NOT_PLAIN = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def scalar(value: Any) -> str:
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _NOT_PLAIN:
            return value
        return "".join(map(_in_yaml, json.dumps(value.replace("${", "$${"), ensure_ascii=False)))
    return json.dumps(value)


def _in_yaml(character: str) -> str:
    """Of a text in quotes. In JSON a character of two units would be two there, and neither is one of YAML."""
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def flow_style(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow_style(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow_style, value)) + "]"
    return scalar(value)


def row(step: Words) -> str:
    [(who, what)] = step.items()
    return f"- {scalar(who)}: {flow_style(what)}"


def duration(milliseconds: int) -> str:
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


def one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
