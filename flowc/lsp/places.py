"""What the grammar says of each place of a file: of every key and every value which shape it has.

From a tree, as `tree.py` reads it, and the grammar to places. What does not fit has a place too: a key that is unknown
is one of a mapping that could have others.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from functools import cached_property

from flowc.language.calls import grammar as calls
from flowc.language.flow import grammar as flow
from flowc.language.shapes import (
    ByForm,
    ByKey,
    ByType,
    Field,
    List,
    Named,
    Names,
    OneKey,
    Record,
    Refused,
    Shape,
    Variable,
)
from flowc.lsp.tree import DEEPEST, Map, Node, Seq, Value, read

Mapped = Record | Names | OneKey
"""What a mapping can be, once it is known which."""


@dataclass(frozen=True, slots=True)
class Place:
    """A key or a value in a file.

    `shape` is that of the value, or of what stands under the key; None if the grammar has nothing there. `field` is
    that of the key, or of the key above the value. `around` is what the mapping may be that the key, or the value,
    stands in, and `holder` that mapping. `is_name`: a key that the author has chosen.
    """

    value: Value
    is_key: bool
    shape: Shape | None
    field: Field | None
    around: tuple[Mapped, ...]
    holder: Map | None
    path: tuple[str, ...]
    is_name: bool = False
    has_colon: bool = True


@dataclass(frozen=True)
class Grammar:
    """The grammar of one kind of file."""

    whole: Shape
    shapes: ReadOnly[str, Shape]

    def ways(self, shape: Shape | None, node: Node | None) -> tuple[Shape, ...]:
        """What a value may be, which has this form; without a node: in any form."""
        return tuple(self._ways(shape, node))

    def _ways(self, shape: Shape | None, node: Node | None) -> Iterator[Shape]:
        match shape:
            case None | Refused():
                return
            case Named(name):
                yield from self._ways(self.shapes[name], node)
            case Variable(inner):
                yield from self._ways(inner, node)
            case ByForm():
                if node is None or isinstance(node, Value):
                    yield from self._ways(shape.scalar, node)
                if node is None or isinstance(node, Seq):
                    yield from self._ways(shape.sequence, node)
                if node is None or isinstance(node, Map):
                    yield from self._ways(shape.mapping, node)
            case ByKey():
                if node is None or isinstance(node, Map):
                    yield from self._kinds(shape, node)
            case ByType():
                if node is None or isinstance(node, Map):
                    kind = node.get("type") if node is not None else None
                    known = shape.kinds.get(kind.text) if isinstance(kind, Value) else None
                    yield from shape.kinds.values() if known is None else (known,)
            case List():
                if not isinstance(node, Map | Value):
                    yield shape
            case Record() | Names() | OneKey():
                if not isinstance(node, Seq | Value):
                    yield shape
            case _:
                if not isinstance(node, Map | Seq):
                    yield shape

    def _kinds(self, shape: ByKey, node: Map | None) -> Iterator[Shape]:
        keys = {entry.key.text for entry in node.entries if entry.has_colon} if node is not None else set()
        found = keys & shape.by_key.keys()
        if len(found) > 1:
            found.discard(shape.gives_way)
        kinds = [kind for key, kind in shape.by_key.items() if not found or key in found]
        yield from kinds
        if shape.others is not None and not found:
            yield from self._ways(shape.others, node)

    def places(self, root: Node | None) -> Iterator[Place]:
        """Every key and every value, in the order of the text."""
        yield from self._places(root, self.whole, None, (), None, (), 0)

    def places_of(self, node: Node, place: Place) -> Iterator[Place]:
        """Those of what stands for the value of another place, as a row of a table does."""
        yield from self._places(node, place.shape, place.field, place.around, place.holder, place.path, 0)

    def _places(
        self,
        node: Node | None,
        shape: Shape | None,
        field: Field | None,
        around: tuple[Mapped, ...],
        holder: Map | None,
        path: tuple[str, ...],
        depth: int,
    ) -> Iterator[Place]:
        if depth > DEEPEST or node is None:
            return
        if isinstance(node, Value):
            yield Place(node, False, shape, field, around, holder, path)
        elif isinstance(node, Seq):
            lists = [way for way in self.ways(shape, node) if isinstance(way, List)]
            item = lists[0].item if lists else None
            for each in node.items:
                yield from self._places(each, item, field, around, holder, path, depth + 1)
        else:
            kinds = tuple(way for way in self.ways(shape, node) if isinstance(way, Record | Names | OneKey))
            for entry in node.entries:
                shaped, own, is_name = under(kinds, entry.key.text)
                deeper = (*path, entry.key.text)
                yield Place(entry.key, True, shaped, own, kinds, node, deeper, is_name, entry.has_colon)
                yield from self._places(entry.value, shaped, own, kinds, node, deeper, depth + 1)


def under(kinds: tuple[Mapped, ...], key: str) -> tuple[Shape | None, Field | None, bool]:
    """What stands under a key: its shape, and the field that it is; or that it is a name."""
    for kind in kinds:
        if isinstance(kind, Record | OneKey) and (field := kind.by_key.get(key)) is not None:
            return field.shape, field, False
    for kind in kinds:
        if isinstance(kind, Names | OneKey):
            return kind.shape, None, True
    return None, None, False


FLOWS = Grammar(flow.FLOW, flow.SHAPES)
CALLS = Grammar(calls.SCRIPTS, calls.SHAPES)


class Outline:
    """A text, its tree and its places."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar

    @cached_property
    def root(self) -> Node | None:
        return read(self.text)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return tuple(self.grammar.places(self.root))

    def at(self, offset: int) -> Place | None:
        """The place of a key or a value in which a character stands, or behind which."""
        found: Place | None = None
        for place in self.places:
            if place.value.start <= offset <= place.value.end:
                found = place
                if offset < place.value.end:
                    break
        return found
