"""Nodes of a script as one line of text, and as plain data."""

from __future__ import annotations

import json
import re
from typing import Any

from flowc.language.calls.events import NOTHING
from flowc.language.located import Maybe
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence


def shown(node: Node) -> str:
    """As somebody would write it in one line."""
    match node:
        case Scalar():
            return node.text if node.plain else json.dumps(node.text, ensure_ascii=False)
        case Sequence():
            return "[" + ", ".join(shown(item) for item in node.items) + "]"
        case Mapping():
            return "{" + ", ".join(f"{name}: {shown(value)}" for name, (_, value) in node.entries.items()) + "}"
        case Broken():
            return "?"


def as_text(node: Node | None) -> str:
    """What is sent: a text as it is, everything else as JSON."""
    return node.text if isinstance(node, Scalar) else json.dumps(plain(node), ensure_ascii=False)


def plain(node: Node | None) -> Any:
    """What a reader of YAML 1.2 core makes of it."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {name: plain(value) for name, (_, value) in node.entries.items()}
        case _:
            return None


def text_of(value: Maybe[Scalar]) -> str:
    """Empty if it is not there, or was refused."""
    return value.text if isinstance(value, Scalar) else ""


def as_shown(value: Any) -> str:
    """Plain data as it can be pasted into a script; what is missing is `nothing`."""
    if value is None:
        return NOTHING
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(name)}: {as_shown(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_shown(each) for each in value) + "]"
    return _scalar(value)


_BARE = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./@ -]*[A-Za-z0-9_./@-])?|[0-9]+m?s|\(sensitive\)")
_NO_TEXT = ("true", "false", "null", "yes", "no", "on", "off", "y", "n", NOTHING)


def _scalar(value: Any) -> str:
    """A text without quotes only where nobody could take it for something else."""
    if isinstance(value, str) and _BARE.fullmatch(value) and value.lower() not in _NO_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False)


def written(milliseconds: int) -> str:
    """As a duration is written in a script."""
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


def seconds(milliseconds: int) -> str:
    """`4.0s`, `3.2s`: as in a timeline."""
    text = f"{milliseconds / 1000:.3f}".rstrip("0")
    return f"{text}0s" if text.endswith(".") else f"{text}s"
