"""What a file declares, as an outline: the sections of a flow with their names, the calls of a file of call scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flowc.lsp.file import File
from flowc.lsp.names import SECTIONS, Kind
from flowc.lsp.tree import Entry, Map, Node, Seq, Value

Sort = Kind | Literal["key", "call"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """`start` to `end` is all of it, `name_start` to `name_end` its name."""

    name: str
    sort: Sort
    detail: str
    start: int
    end: int
    name_start: int
    name_end: int
    inside: tuple[Symbol, ...] = ()


_BELOW: dict[str, tuple[str, Kind]] = {"action": ("parameters", "parameter"), "webhook": ("answer", "field")}
_MOST_OF_A_TEXT = 60  # characters


def symbols(file: File) -> tuple[Symbol, ...]:
    root = file.outline.root
    if not isinstance(root, Map):
        return ()
    return tuple(_section(entry, file.is_calls) for entry in root.entries if entry.has_colon and entry.key.text)


def _section(entry: Entry, is_calls: bool) -> Symbol:
    inside: tuple[Symbol, ...] = ()
    if isinstance(entry.value, Map):
        if is_calls and entry.key.text == "calls":
            inside = tuple(_symbol(each, "call") for each in _named(entry.value))
        elif not is_calls and entry.key.text in SECTIONS:
            inside = tuple(_declared(each, SECTIONS[entry.key.text]) for each in _named(entry.value))
        elif not is_calls and entry.key.text == "outbound" and isinstance(data := entry.value.get("data"), Map):
            inside = tuple(_symbol(each, "data") for each in _named(data))
        elif not is_calls and entry.key.text == "call" and isinstance(spoken := entry.value.get("languages"), Map):
            inside = tuple(_symbol(each, "language") for each in _named(spoken))
    return _symbol(entry, "key", inside)


def _declared(entry: Entry, kind: Kind) -> Symbol:
    key, below = _BELOW.get(kind, ("", kind))
    found = entry.value.get(key) if key and isinstance(entry.value, Map) else None
    inside = tuple(_symbol(each, below) for each in _named(found)) if isinstance(found, Map) else ()
    return _symbol(entry, kind, inside)


def _named(mapping: Map) -> list[Entry]:
    return [entry for entry in mapping.entries if entry.has_colon and entry.key.text]


def _symbol(entry: Entry, sort: Sort, inside: tuple[Symbol, ...] = ()) -> Symbol:
    end = max(entry.key.end, *(each.end for each in inside), end_of(entry.value)) if inside else 0
    end = max(end, entry.key.end, end_of(entry.value))
    return Symbol(entry.key.text, sort, _detail(entry), entry.key.start, end, entry.key.start, entry.key.end, inside)


def _detail(entry: Entry) -> str:
    """The beginning of a value that is a text; of an action what it is for."""
    value = entry.value
    if isinstance(value, Map):
        value = value.get("description")
    if not isinstance(value, Value):
        return ""
    text = " ".join(value.text.split())
    return text if len(text) <= _MOST_OF_A_TEXT else f"{text[: _MOST_OF_A_TEXT - 1]}…"


def end_of(node: Node | None) -> int:
    """Where a node ends, with all that is in it."""
    waiting, end = [node], 0
    while waiting:
        found = waiting.pop()
        if found is None:
            continue
        end = max(end, found.end)
        if isinstance(found, Map):
            for entry in found.entries:
                waiting += [entry.key, entry.value]
        elif isinstance(found, Seq):
            waiting += found.items
    return end
