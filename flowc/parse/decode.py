"""Holds a tree against the language's shapes: every structural error, and nothing but them.

From nodes and a shape come diagnostics; the tree itself says what was wrong, since every value that is not as its
shape demands is replaced by `Broken`. What is left may be relied on by the resolver. Decoding never looks a name up.
What to say about a value that is wrong, and what to write instead, is worded in `misfits.py` and `misfit_keys.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as ReadOnly
from typing import assert_never

from flowc.diagnostics import Problems
from flowc.language.durations import milliseconds
from flowc.language.grammar import SHAPES
from flowc.language.shapes import (
    Anything,
    Boolean,
    ByKey,
    ByType,
    Duration,
    Field,
    Integer,
    List,
    Named,
    Names,
    Number,
    OneKey,
    Record,
    Refused,
    Shape,
    Text,
    Variable,
    Word,
    Written,
)
from flowc.language.values import REFERENCE
from flowc.parse import misplaced
from flowc.parse.misfit_keys import KeyMisfits
from flowc.parse.nodes import Broken, Mapping, Node, Scalar, Sequence


class Decoder:
    """`broken` collects the names of those shapes in the grammar's `SHAPES` in which something was wrong."""

    def __init__(
        self, problems: Problems, shapes: ReadOnly[str, Shape] = SHAPES, report: KeyMisfits | None = None
    ) -> None:
        self.problems = problems
        self.shapes = shapes
        self.broken: set[str] = set()
        self.report = report or KeyMisfits(problems)

    def decode(self, shape: Shape, node: Node, key: Scalar | None) -> bool:
        """Whether the node itself is as the shape demands; what is wrong inside it becomes `Broken`.

        `key` is the key that the node, or the list it is in, stands under; None for the whole file.
        """
        match shape:
            case Text():
                if shape.prose and isinstance(node, Scalar) and node.comment is not None and node.is_text:
                    return self.report.cut_off(node, key)
                if isinstance(node, Scalar) and node.is_text and shape.fits(node.text):
                    return True
                return self.report.text(shape, node, key)
            case Written():
                return self._written(shape, node, key)
            case Named():
                return self._named(shape, node, key)
            case ByKey():
                return self._by_key(shape, node, key)
            case Record():
                if isinstance(node, Mapping):
                    self.report.root = self.report.root or node
                    return self._record(shape, node, key)
                return self.report.no_record(shape, node, key)
            case Names():
                return self._names(shape, node, key)
            case List():
                return self._list(shape, node, key)
            case ByType():
                return self._by_type(shape, node, key)
            case Duration():
                return (isinstance(node, Scalar) and _lasts(shape, node)) or self.report.duration(shape, node, key)
            case Word():
                if isinstance(node, Scalar) and node.is_text and node.text in shape.words:
                    return True
                return self.report.word(shape, node, key)
            case Boolean():
                return (isinstance(node, Scalar) and isinstance(node.value, bool)) or self.report.boolean(node, key)
            case Integer() | Number():
                return (isinstance(node, Scalar) and _counts(shape, node)) or self.report.number(shape, node, key)
            case OneKey():
                return self._one_key(shape, node, key)
            case Variable():
                return self.decode(shape.shape, node, key)
            case Anything():
                return self._anything(node, key)
            case Refused():
                if shape.code == "FLOW108" and isinstance(node, Scalar):
                    return self.report.no_secret(shape, node)
                return self.report.refused(shape, node)
            case _:
                assert_never(shape)

    def _named(self, shape: Named, node: Node, key: Scalar | None) -> bool:
        before = len(self.problems)
        sound = self.decode(self.shapes[shape.name], node, key)
        if not sound or len(self.problems) > before:
            self.broken.add(shape.name)
        return sound

    def _written(self, shape: Written, node: Node, key: Scalar | None) -> bool:
        match node:
            case Scalar():
                way = shape.scalar
            case Mapping():
                way = shape.mapping
            case Sequence():
                way = shape.sequence
            case Broken():
                return False
        if (
            shape.mapping is REFERENCE
            and isinstance(node, Scalar)
            and isinstance(way, Text)
            and not way.fits(node.text)
        ):
            return self.report.setting(way, node, key)
        return self.report.wrong_type(shape.what, node, key) if way is None else self.decode(way, node, key)

    def _record(self, shape: Record, node: Mapping, key: Scalar | None, union: ByKey | ByType | None = None) -> bool:
        fields, entries, merged = shape.by_key, node.entries, node.open
        if shape.inside:
            misplaced.in_record(shape, node, self.report)
        if shape.beside and not entries.keys() & fields.keys() and not merged:
            return self.report.no_key_of_it(shape, node, key)
        misspelled: dict[str, tuple[Scalar, Node]] = {}
        for name, (name_node, value) in entries.items():
            if name not in fields:
                meant = self.report.unknown_key(name_node, node, shape, union)
                misspelled[meant] = (name_node, Broken(value.span))
                node.open = node.open or not meant
        for name, (name_node, value) in entries.items():
            field = fields.get(name)
            if field is None:
                continue
            if not _is_fitting_text(field.shape, value) and not self._field(field, value, name_node):
                entries[name] = (name_node, Broken(value.span))
        for name in shape.required:
            if name not in entries and name not in misspelled and not merged:
                self.report.missing_key(fields[name], shape, node, key)
        for name in misspelled.keys() & fields.keys() - entries.keys():
            entries[name] = misspelled[name]
        return True

    def _field(self, field: Field, value: Node, key: Scalar) -> bool:
        if isinstance(field.shape, Refused) and field.shape.code != "FLOW108":
            return self.report.refused(field.shape, key)
        return self.decode(field.shape, value, key)

    def _by_key(self, shape: ByKey, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Mapping):
            return self.report.wrong_type(shape.what, node, key)
        found = [entry for name, entry in node.entries.items() if name in shape.by_key]
        if len(found) != 1:
            goes_on = self.report.no_single_kind(shape, node, key, [name for name, _ in found])
            return goes_on and self._in_pieces(shape.kinds, node, shape.words)
        name_node, value = found[0]
        if shape.words and self.report.misused_word(shape, node, name_node, value):
            return False
        kind = shape.by_key[name_node.text]
        if isinstance(kind, Field):
            return self._field(kind, value, name_node)
        return self._record(kind, node, key, shape)

    def _one_key(self, shape: OneKey, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Mapping):
            return self.report.wrong_type(shape.what, node, key)
        if node.open:
            return False
        if len(node.entries) != 1:
            return self.report.no_single_key(shape, node, key)
        [(name, (name_node, value))] = node.entries.items()
        field = shape.by_key.get(name)
        if field is not None:
            return self._field(field, value, name_node)
        if self.report.no_such_name(shape, name_node, value):
            return False
        before = len(self.problems)
        named = self.decode(shape.name, Scalar(name, False, name_node.start, name_node.end), key)
        sound = self.decode(shape.shape, value, name_node) and named
        if len(self.problems) > before and self.report.is_misspelt(name_node, shape):
            del self.problems.found[before:-1]  # what stands under it was meant for another key
        return sound

    def _by_type(self, shape: ByType, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Mapping):
            return self.report.wrong_type(shape.what, node, key)
        kind = node.scalar("type")
        if kind is not None and kind.is_text and kind.text in shape.kinds:
            return self._record(shape.kinds[kind.text], node, key, shape)
        self.report.no_type(shape, node, key)
        return self._in_pieces(shape.kinds.values(), node)

    def _in_pieces(self, kinds: Iterable[Record | Field], node: Mapping, words: tuple[str, ...] = ()) -> bool:
        """False: what kind of mapping it is remains unclear. Its values are still held against what they could be."""
        fields = {field.key: field for kind in kinds if isinstance(kind, Record) for field in reversed(kind.fields)}
        for name, (name_node, value) in node.entries.items():
            if name in fields and name != "type" and name not in words:
                self._field(fields[name], value, name_node)
        return False

    def _anything(self, node: Node, key: Scalar | None) -> bool:
        """Whatever the data means, a text in it is whole."""
        match node:
            case Scalar():
                return node.comment is None or not node.is_text or self.report.cut_off(node, key)
            case Mapping():
                for name, (name_node, value) in node.entries.items():
                    if not self._anything(value, name_node):
                        node.entries[name] = (name_node, Broken(value.span))
            case Sequence():
                node.items[:] = [each if self._anything(each, key) else Broken(each.span) for each in node.items]
        return not isinstance(node, Broken)

    def _names(self, shape: Names, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Mapping):
            return self.report.no_names(shape, node, key)
        entries = node.entries
        if not shape.keys.isdisjoint(entries):
            misplaced.in_names(shape, node, self.report)
        if shape.at_least_one and not entries and not node.open:
            return self.report.nothing(shape.what, node, key)
        for name, (name_node, value) in list(entries.items()):
            if (
                isinstance(value, Scalar)
                and value.value is None
                and self.report.torn_by_comma(
                    name_node, node, isinstance(shape.shape, Written) and shape.shape.sequence is not None
                )
            ):
                del entries[name]
                node.open = True
                continue
            if not shape.name.fits(name) and self.report.without_space(name_node, value):
                del entries[name]
                node.open = True
                continue
            if not shape.name.fits(name) and not isinstance(value, Broken):
                self.report.text(shape.name, Scalar(name, False, name_node.start, name_node.end), None)
            if not _is_fitting_text(shape.shape, value) and not self.decode(shape.shape, value, name_node):
                entries[name] = (name_node, Broken(value.span))
        return True

    def _list(self, shape: List, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Sequence):
            return self.report.no_list(shape, node, key)
        items = node.items
        if not items:
            return self.report.nothing(shape.what, node, key)
        for index, item in enumerate(items):
            if not self.decode(shape.item, item, key):
                items[index] = Broken(item.span)
        if shape.distinct:
            self.report.repeated(items, key)
        return True


def _is_fitting_text(shape: Shape, node: Node) -> bool:
    """Most values are texts that are right: a shortcut for them."""
    return (
        shape.__class__ is Text
        and node.__class__ is Scalar
        and node.is_text
        and not (node.comment is not None and shape.prose)
        and shape.fits(node.text) is not None
    )


def _lasts(shape: Duration, node: Scalar) -> bool:
    lasting = milliseconds(node.text)
    return lasting is not None and (milliseconds(shape.least) or 0) <= lasting <= (milliseconds(shape.most) or 0)


def _counts(shape: Integer | Number, node: Scalar) -> bool:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return shape.least <= value <= shape.most and (isinstance(shape, Number) or float(value).is_integer())
