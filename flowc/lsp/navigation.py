"""From a name to where it was declared, and to every other place that means the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flowc.lsp.file import File
from flowc.lsp.names import Occurrence


class Found(NamedTuple):
    """A name in a file."""

    file: File
    name: Occurrence


def name_at(file: File, offset: int) -> Occurrence | None:
    """The name in which a character stands, or right behind which."""
    inside = [each for each in file.names if each.start <= offset <= each.end]
    return max(inside, key=lambda each: (offset < each.end, each.declares), default=None)


def declarations(name: Occurrence, flow: File | None) -> list[Occurrence]:
    """Where a flow declares what a name means. A parameter that may be one of any action is declared in each."""
    if flow is None:
        return []
    return [each for each in flow.names if each.declares and same(each, name)]


def same(one: Occurrence, other: Occurrence) -> bool:
    """Whether two names mean the same. Without an owner a parameter may be that of any action."""
    if one.kind != other.kind or one.name != other.name:
        return False
    return one.owner == other.owner or not one.owner or not other.owner


def definition(file: File, offset: int, flow: File | None) -> list[Found]:
    """Where the name at a place is declared."""
    name = name_at(file, offset)
    if name is None or flow is None:
        return []
    return [Found(flow, each) for each in declarations(name, flow)]


def references(
    file: File, offset: int, flow: File | None, scripts: Iterable[File], with_declarations: bool = True
) -> list[Found]:
    """Every place that means the same as the name at a place: in the flow, and in the call scripts about it."""
    name = name_at(file, offset)
    if name is None:
        return []
    files = dict.fromkeys([*([flow] if flow is not None else []), *scripts, file])
    return [
        Found(each, found)
        for each in files
        for found in each.names
        if same(found, name) and (with_declarations or not found.declares)
    ]
