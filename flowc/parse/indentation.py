"""Keys one level too far out or too far in: written beside the mapping they belong to, or inside the one beside it.

Looked for before a mapping is decoded. What is found is reported and taken out, and stands as `Broken` where it
belongs: so it is neither called unknown or misnamed here, nor missing there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping as ReadOnly
from typing import TYPE_CHECKING, Protocol

from flowc.language.shapes import (
    ByForm,
    ByKey,
    ByType,
    List,
    Named,
    Names,
    OneKey,
    Record,
    Refused,
    Shape,
    Text,
)
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from flowc.parse.key_errors import KeyErrors

    class Reporting(Protocol):
        """Has words for what is wrong, which are not loaded before that is."""

        @property
        def report(self) -> KeyErrors: ...


def in_record(shape: Record, node: Mapping, decoder: Reporting) -> None:
    """Keys of a record inside this one (`otherwise` beside `fallback`), and the other way round."""
    entries = node.entries
    for name in () if entries.keys() <= shape.by_key.keys() else [name for name in entries if name not in shape.by_key]:
        for key, inner in shape.inside:
            if name in inner.every:
                from flowc.parse import placement  # only an error needs it

                if placement.instead(name, entries[name][1], shape)[0]:
                    break  # it is told what to write instead
                field, written = inner.every[name].shape, entries[name][1]
                if isinstance(field, Text) and isinstance(written, Scalar) and not field.fits(written.text):
                    continue  # so it is another thing of that name
                name_node = entries.pop(name)[0]
                owner = found if (found := node.key(key)) and found.text == key else None
                decoder.report.too_far_out(name, name_node.span, key, owner, node)
                _put(node, key, name, name_node)
                break
    for key, inner in shape.inside:
        if key not in entries:
            continue
        value = entries[key][1]
        if type(value) is not Mapping or value.entries.keys() <= inner.every.keys():
            continue
        beside = inner.beside if isinstance(inner, ByKey) else ""
        if not beside or value.entries.keys() & inner.every.keys():
            for name in [name for name in value.entries if name not in inner.every and name in shape.by_key]:
                if name in entries or _is_missing_one(inner, value, name):
                    continue  # where it has been given already, or stands for what is missing here
                from flowc.parse import placement  # only an error needs it

                if not placement.takes(shape.by_key[name].shape, value.entries[name][1]):
                    continue  # so it is another thing of that name
                name_node = value.entries.pop(name)[0]
                decoder.report.too_far_in(name_node, entries[key][0], value)
                entries.setdefault(name, (name_node, Broken(name_node.span)))
                if not value.entries:
                    entries[key] = (entries[key][0], Broken(value.span))
    for key, names in shape.sections.items():
        if key not in entries:
            continue
        key_node, value = entries[key]
        if type(value) is Mapping and not shape.by_key.keys().isdisjoint(value.entries):
            _section(shape, names, node, key_node, value, decoder)
            _heading(shape, node, key_node, value, decoder)


def _is_missing_one(inner: Record | ByKey, value: Mapping, name: str) -> bool:
    """Whether a key is another word for one that is possible here, where nothing is that belongs here."""
    if not isinstance(inner, Record) or not inner.by_key.keys().isdisjoint(value.entries):
        return False
    from flowc.parse import placement  # only an error needs it

    return bool(placement.meant(name, [each.key for each in inner.fields if not isinstance(each.shape, Refused)]))


def in_lists(shape: Record, node: Mapping, shapes: ReadOnly[str, Shape], decoder: Reporting) -> None:
    """Keys of the record in an item at the end of a list in it (`- description` in `enum`): beside the list's own."""
    entries = node.entries
    for key in shape.lists:
        if key not in entries:
            continue
        key_node, value = entries[key]
        if type(value) is not Sequence:
            continue
        possible: frozenset[str] | None = None
        while value.items and type(item := value.items[-1]) is Mapping and item.entries:
            if not all(name in shape.by_key and name not in entries for name in item.entries):
                break
            if possible is None:
                possible = _keys_of_items(shape.by_key[key].shape, shapes)
            if not possible.isdisjoint(item.entries):
                break
            decoder.report.item_too_far_in(item, key_node)
            value.items.pop()
            for name, (name_node, _) in item.entries.items():
                entries[name] = (name_node, Broken(name_node.span))
        if possible is not None and not value.items:
            entries[key] = (key_node, Broken(value.span))


def _keys_of_items(shape: Shape, shapes: ReadOnly[str, Shape]) -> frozenset[str]:
    """The keys that a mapping in a list of this shape may have."""
    match shape:
        case Named():
            return _keys_of_items(shapes[shape.name], shapes)
        case ByForm():
            return _keys_of_items(shape.sequence, shapes) if shape.sequence is not None else frozenset()
        case List():
            return _keys(shape.item, shapes)
        case _:
            return frozenset()


def _keys(shape: Shape, shapes: ReadOnly[str, Shape]) -> frozenset[str]:
    match shape:
        case Named():
            return _keys(shapes[shape.name], shapes)
        case ByForm():
            return _keys(shape.mapping, shapes) if shape.mapping is not None else frozenset()
        case Record() | OneKey():
            return frozenset(shape.by_key)
        case ByKey(others=None):
            return frozenset(shape.by_key)  # without one of these it is of none of the kinds
        case ByKey() | ByType():
            kinds = shape.kinds if isinstance(shape, ByKey) else tuple(shape.kinds.values())
            return frozenset(key for kind in kinds for key in kind.by_key)
        case _:
            return frozenset()


def _section(shape: Record, names: Names, outer: Mapping, key: Scalar, node: Mapping, decoder: Reporting) -> None:
    """Whole mappings of the outer one among these names: like none of what stands under a name here."""
    for name in [name for name in node.entries if name in shape.by_key]:
        name_node, value = node.entries[name]
        if isinstance(value, Mapping) and value.entries and _cannot_be(names, value):
            del node.entries[name]
            decoder.report.too_far_in(name_node, key, node)
            outer.entries.setdefault(name, (name_node, Broken(name_node.span)))


def _cannot_be(names: Names, value: Mapping) -> bool:
    """Whether a mapping has nothing of what one under these names has."""
    if names.keys:
        return names.keys.isdisjoint(value.entries)
    return isinstance(names.shape, ByForm) and isinstance(names.shape.mapping, Refused)


def _heading(shape: Record, outer: Mapping, key: Scalar, node: Mapping, decoder: Reporting) -> None:
    """A key of the outer mapping without a value among these names: what is meant to be inside it follows it here."""
    names = list(node.entries)
    for index, name in enumerate(names):
        name_node, value = node.entries[name]
        if name in shape.by_key and isinstance(value, Scalar) and value.value is None:
            decoder.report.too_far_in(name_node, key, node)
            outer.entries.setdefault(name, (name_node, Broken(name_node.span)))
            for inside in names[index:]:
                del node.entries[inside]
            return


def in_names(shape: Names, node: Mapping, decoder: Reporting) -> None:
    """Keys of the records that stand under the names (`do` among the actions)."""
    found = {
        name: name_node
        for name, (name_node, value) in node.entries.items()
        if name in shape.keys and not _is_record(value, shape)
    }
    for name in found:
        del node.entries[name]
    if not found:
        return
    owners = sorted((name_node for name_node, _ in node.entries.values()), key=_place)
    for name, name_node in found.items():
        for span in (name_node.span, *decoder.report.given_again(name_node)):
            before = bisect_left(owners, span[:2], key=_place)
            owner = owners[before - 1] if before else None
            decoder.report.too_far_out(name, span, "", owner, node)
            if owner is not None:
                _put(node, owner.text, name, name_node)


def _place(name: Scalar) -> tuple[int, int]:
    return name.span[:2]


def _is_record(value: Node, shape: Names) -> bool:
    """Whether this is what belongs under a name, though the name is that of a key."""
    return isinstance(value, Broken) or (isinstance(value, Mapping) and bool(value.entries.keys() & shape.telling))


def _put(outer: Mapping, key: str, name: str, name_node: Scalar) -> None:
    """Have the key present where it belongs, if there is or should be a mapping."""
    key_node, value = outer.entries.get(key, (name_node, None))
    if isinstance(value, Mapping):
        value.entries.setdefault(name, (name_node, Broken(name_node.span)))
    elif value is None or (isinstance(value, Scalar) and value.value is None):
        outer.entries[key] = (key_node, Broken(name_node.span))
