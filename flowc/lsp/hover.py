"""What is said of the place under the cursor: of a key its meaning, of a name what it was declared as, of a transfer
how long it rings at the most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flowc.ir.ring_times import Hunt
from flowc.language.help import help_of
from flowc.language.shapes import OneKey, Record, Refused
from flowc.lsp.completion import declaration, described
from flowc.lsp.file import File
from flowc.lsp.names import Occurrence
from flowc.lsp.navigation import declarations, name_at
from flowc.lsp.places import Place
from flowc.lsp.symbols import end_of


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown, about the text from `start` to `end`."""

    text: str
    start: int
    end: int


def hover(file: File, offset: int, flow: File | None, hunts: Iterable[Hunt] = ()) -> Hover | None:
    """`hunts` are those of the flow as it is now, none where it has errors."""
    place = file.outline.at(offset)
    name = name_at(file, offset)
    if name is not None:
        parts = _of_name(name, flow)
        rings = _rings_of_place(file, place, hunts) if not file.is_calls else []
        return Hover("\n\n".join([*parts, *rings]), name.start, name.end) if parts or rings else None
    if place is None:
        return None
    parts = _of_place(file, place)
    if not file.is_calls:
        parts += _rings_of_place(file, place, hunts)
    return Hover("\n\n".join(parts), place.value.start, place.value.end) if parts else None


def _of_place(file: File, place: Place) -> list[str]:
    """Of a key what it means; of a value what the key above it means."""
    field = place.field
    if field is None:
        return []
    heading = f"**`{field.key}`**"
    if isinstance(field.shape, Refused):
        return [f"{heading}: {field.shape.message}"] if place.is_key else []
    return [heading, help_of(field, file.outline.grammar.shapes, _around(place))]


def _around(place: Place) -> Record | OneKey | None:
    """The mapping of which the key is one."""
    for kind in place.around:
        if isinstance(kind, Record | OneKey) and place.field is not None and kind.by_key.get(place.field.key):
            return kind
    return None


def _of_name(name: Occurrence, flow: File | None) -> list[str]:
    found = declarations(name, flow)
    if flow is None or not found:
        return []
    said = [f"**`{name.name}`**, {described(found[0])}"]
    return said + [declaration(flow, each) for each in found[:3]]


def _rings_of_place(file: File, place: Place | None, hunts: Iterable[Hunt]) -> list[str]:
    """How long the hunt rings in which a place stands: at its key, and at whatever stands below that."""
    if place is None:
        return []
    lines = [hunt for hunt in hunts if _contains(file, hunt, place)]
    return [f"- {hunt.sentence}" if len(lines) > 1 else hunt.sentence for hunt in lines]


def _contains(file: File, hunt: Hunt, place: Place) -> bool:
    """Whether the place is the key of the hunt's step, or one of those whom it rings."""
    start = file.lines.offset_of(hunt.span.line, hunt.span.column)
    if place.value.start == start:
        return True
    for other in file.outline.places:
        if other.value.start == start and other.is_key and other.holder is not None:
            rung = other.holder.get(other.value.text)
            return rung is not None and end_of(rung) >= place.value.end and place.value.start > start
    return False
