"""Holds a tree against the language's shapes: every structural error, and nothing but them.

From nodes and a shape come diagnostics and the value that is meant: for a record what it says that it makes, for a
duration milliseconds, for a text the scalar with its place. Where a row of a table may give the value, everything has a
place: `Written`. Whatever is not as its shape demands is replaced by
`Broken`, in the value and in the tree. What is left may be relied on. Decoding never looks a name up.
What to say about a value that is wrong, and what to write instead, is worded in `value_errors.py` and `key_errors.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as ReadOnly
from typing import TYPE_CHECKING, Any, TypeGuard

from flowc.diagnostics import Problems
from flowc.language.durations import milliseconds
from flowc.language.flow.grammar import CALLERS, FLOW, PARAMETER, SHAPES
from flowc.language.flow.steps import BRANCH, FALLBACK
from flowc.language.flow.values import WEBHOOK_NAME, may_be_a_setting
from flowc.language.located import Section, Written
from flowc.language.shapes import (
    Anything,
    Boolean,
    ByForm,
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
)
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.parse import indentation

if TYPE_CHECKING:
    from flowc.parse.key_errors import KeyErrors


_DIGITS = frozenset("0123456789")


class Decoder:
    """`broken` collects the names of those shapes in the grammar's `SHAPES` in which something was wrong."""

    def __init__(
        self, problems: Problems, shapes: ReadOnly[str, Shape] = SHAPES, report: KeyErrors | None = None
    ) -> None:
        self.problems = problems
        self.shapes = shapes
        self.broken: set[str] = set()
        self._report = report
        self._root: Mapping | None = None

    @property
    def report(self) -> KeyErrors:
        """Words for what is wrong: loaded with the first error."""
        if self._report is None:
            from flowc.parse.key_errors import KeyErrors

            self._report = KeyErrors(self.problems)
        self._report.root = self._root
        return self._report

    def decode(self, shape: Shape, node: Node, key: Scalar | None) -> Any:
        """The value that a node stands for, or `Broken` if it is not as the shape demands; what is wrong inside it is
        `Broken` there.

        `key` is the key that the node, or the list it is in, stands under; None for the whole file.
        """
        if type(node) is Scalar:
            if (
                type(shape) is Text
                and (not node.plain or node.is_text)
                and shape.fits(node.text) is not None
                and (node.comment is None or not shape.prose)
            ):
                return node  # most values are texts that are right
            if not node.plain and _is_in_brackets(node.text) and self.report.in_quotes(shape, node):
                return Broken(node.span)
        return DECODED[type(shape)](self, shape, node, key)

    def _whole_record(self, shape: Record, node: Node, key: Scalar | None) -> Any:
        if type(node) is Mapping:
            self._root = self._root or node
            return self._record(shape, node, key, key)
        return _broken(node, self.report.no_record(shape, node, key))

    def _duration(self, shape: Duration, node: Node, key: Scalar | None) -> Any:
        lasting = milliseconds(node.text) if type(node) is Scalar else None
        if lasting is not None and shape.contains(lasting):
            return lasting
        return _broken(node, self.report.duration(shape, node, key))

    def _word(self, shape: Word, node: Node, key: Scalar | None) -> Any:
        if type(node) is Scalar and node.is_text and node.text in shape.words:
            return node.text
        return _broken(node, self.report.word(shape, node, key))

    def _boolean(self, _: Boolean, node: Node, key: Scalar | None) -> Any:
        if type(node) is Scalar and isinstance(node.value, bool):
            return node.value
        return _broken(node, self.report.boolean(node, key))

    def _number(self, shape: Integer | Number, node: Node, key: Scalar | None) -> Any:
        if type(node) is Scalar and (number := _number(shape, node)) is not None:
            return number
        return _broken(node, self.report.number(shape, node, key))

    def _text(self, shape: Text, node: Node, key: Scalar | None) -> Any:
        if shape.prose and type(node) is Scalar and node.comment is not None and node.is_text:
            return _broken(node, self.report.cut_off(node, key))
        fits = _fits(node, shape) or (shape.bare_digit and _is_digit(node))
        return _broken(node, fits or self.report.text(shape, node, key))

    def _variable(self, shape: Variable, node: Node, key: Scalar | None) -> Any:
        decoded = self.decode(shape.shape, node, key)
        is_text = isinstance(decoded, Scalar | Broken)
        return decoded if is_text or type(node) is not Scalar else Written(decoded, node)

    def _refused(self, shape: Refused, node: Node, _: Scalar | None) -> Any:
        if shape.code == "FLOW108" and type(node) is Scalar:
            return _broken(node, self.report.no_secret(shape, node))
        return _broken(node, self.report.refused(shape, node))

    def _named(self, shape: Named, node: Node, key: Scalar | None) -> Any:
        before = len(self.problems.found)
        value = self.decode(self.shapes[shape.name], node, key)
        if type(value) is Broken or len(self.problems.found) > before:
            self.broken.add(shape.name)
        return value

    def _written(self, shape: ByForm, node: Node, key: Scalar | None) -> Any:
        if type(node) is Scalar:
            way = shape.scalar
            if type(way) is Refused and node.is_null:
                way = None
            elif type(way) is Text and may_be_a_setting(shape) and not way.fits(node.text):
                return _broken(node, self.report.setting(way, node, key))
        elif type(node) is Broken:
            return node
        else:
            way = shape.mapping if type(node) is Mapping else shape.sequence
        is_named = shape is CALLERS or shape.scalar is WEBHOOK_NAME
        may_be_none = is_named and (way is None or type(way) is Refused or (type(way) is List and _has_mappings(node)))
        if may_be_none and self.report.no_such_form(shape, node, key):
            return Broken(node.span)
        if way is None:
            return _broken(node, self.report.wrong_type(shape.what, node, key))
        return self.decode(way, node, key)

    def _record(
        self,
        shape: Record,
        node: Mapping,
        key: Scalar | None,
        told_by: Scalar | None,
        union: ByKey | ByType | None = None,
    ) -> Any:
        """`told_by` is the key that tells what it is: of several kinds its own, else the one that it stands under."""
        fields, entries, merged = shape.by_key, node.entries, node.open
        if shape is FLOW and "calls" in entries and entries.keys().isdisjoint(("agent", "actions")):
            self.report.call_script(node)
            return Broken(node.span)
        if shape.at_least_one and not entries and not merged:
            return _broken(node, self.report.nothing(shape.what, node, key))
        if not entries.keys().isdisjoint(shape.lists):
            indentation.in_lists(shape, node, self.shapes, self)
        if shape.inside:
            indentation.in_record(shape, node, self)
        if shape is BRANCH and "among" not in entries and self.report.values_beside(node):
            return Broken(node.span)
        misspelled: dict[str, tuple[Scalar, Node]] = {}
        unknown: list[Node] = []
        before = len(self.problems.found)
        for name, (name_node, value) in () if entries.keys() <= fields.keys() else entries.items():
            if name not in fields:
                meant = self.report.unknown_key(name_node, node, shape, union)
                misspelled[meant] = (name_node, Broken(value.span))
                if not meant:
                    unknown.append(value)
                    node.open = True
        missing: list[Field] = []
        spared = shape.spared
        left_out: tuple[str, ...] = ()
        if spared is not None and not (there := entries.keys() | misspelled.keys()) & set(spared.keys):
            left_out = (
                spared.keys if not there.isdisjoint(spared.by) or unknown else ()
            )  # which may have been meant for it
        for name in () if shape.needed <= entries.keys() else shape.required:
            if name not in left_out and name not in entries and name not in misspelled and not merged:
                missing.append(fields[name])
        if missing and unknown and self.report.stands_for(missing, before, unknown):
            missing = []
        values: dict[str, Any] = {}
        is_whole = not misspelled
        for name, (name_node, value) in entries.items():
            field = fields.get(name)
            if field is None:
                values[name] = Broken(value.span)
                continue
            if shape is FALLBACK and _is_nothing(value) and self.report.outcomes_together(name_node, node):
                decoded = Broken(value.span)
            else:
                decoded = self._field(field, value, name_node)
            values[name] = decoded
            if type(decoded) is Broken:
                entries[name] = (name_node, decoded)
                is_whole = False
        for field in missing:
            self.report.missing_key(field, shape, node, key)
        for name in misspelled.keys() & fields.keys() - entries.keys() if misspelled else ():
            entries[name] = misspelled[name]
            values[name] = misspelled[name][1]
        if shape.make is None:
            return node
        if shape.make is Section:
            return Section(node, tuple((entries[name][0], value) for name, value in values.items()))
        if not is_whole or node.open:
            return shape.make(node, told_by, **_attributes(shape, node, values))
        found, names = shape.absent.copy(), shape.names
        for name, value in values.items():
            found[names[name]] = value
        return shape.make(node, told_by, **found)

    def _field(self, field: Field, value: Node, key: Scalar) -> Any:
        shape = field.shape
        if type(shape) is Refused and shape.code != "FLOW108":
            return _broken(value, self.report.refused(shape, key))
        before = len(self.problems.found)
        decoded = self.decode(shape, value, key)
        if type(decoded) is Broken:
            if field.required or field.asked_for:
                self.report.is_required(key, before)
            return decoded
        return decoded if field.make is None else field.make(key, value, decoded)

    def _by_key(self, shape: ByKey, node: Node, key: Scalar | None) -> Any:
        if type(node) is not Mapping:
            return _broken(node, self.report.no_kind(shape, node, key))
        found = node.entries.keys() & shape.by_key.keys()
        if len(found) > 1 or (found == {shape.gives_way} and self._is_aside(shape, node)):
            found.discard(shape.gives_way)
        if shape.beside and node.entries.keys().isdisjoint(shape.every) and not node.open:
            return _broken(node, self.report.no_key_of_it(shape, node, key))
        if shape.others is not None and node.entries and not found:
            return self.decode(shape.others, node, key)
        if len(found) != 1:
            names = [name_node for name, (name_node, _) in node.entries.items() if name in found]
            if self.report.no_single_kind(shape, node, key, names):
                self._in_pieces(shape.kinds, node, shape.words)
            return Broken(node.span)
        name_node, value = node.entries[found.pop()]
        if type(value) is Scalar or len(node.entries) > 1:
            words = [word for word in shape.words if word in node.entries]  # which stand alone
            is_right = words == [name_node.text] and not (type(value) is Scalar and not isinstance(value.value, str))
            if words and not is_right and self.report.misused_word(shape, node, name_node, value):
                return Broken(node.span)
        return self._record(shape.by_key[name_node.text], node, key, name_node, shape)

    def _is_aside(self, shape: ByKey, node: Mapping) -> bool:
        """Whether the key that gives way stands beside others, and is all that its kind has: another's is misspelt."""
        return len(node.entries) > 1 and len(shape.by_key[shape.gives_way].fields) == 1

    def _one_key(self, shape: OneKey, node: Node, key: Scalar | None) -> Any:
        if type(node) is not Mapping:
            return _broken(node, self.report.no_kind(shape, node, key))
        if node.open:
            return Broken(node.span)
        if len(node.entries) != 1:
            return _broken(node, self.report.no_single_key(shape, node, key))
        [(name, (name_node, value))] = node.entries.items()
        field = shape.by_key.get(name)
        if field is not None:
            return self._field(field, value, name_node)
        if self.report.no_such_name(shape, name_node, value):
            return Broken(node.span)
        before = len(self.problems.found)
        named = self.decode(shape.name, Scalar(name, False, name_node.start, name_node.end), key)
        decoded = self.decode(shape.shape, value, name_node)
        if len(self.problems.found) > before and self.report.is_misspelt(name_node, shape):
            del self.problems.found[before:-1]  # what stands under it was meant for another key
        if type(named) is Broken:
            return named
        return decoded if type(decoded) is Broken else shape.make(name_node, value, decoded)

    def _by_type(self, shape: ByType, node: Node, key: Scalar | None) -> Any:
        if type(node) is not Mapping:
            return _broken(node, self.report.no_kind(shape, node, key))
        kind = node.scalar("type")
        if kind is not None and kind.is_text and kind.text in shape.kinds:
            return self._record(shape.kinds[kind.text], node, key, key, shape)
        self.report.no_type(shape, node, key)
        self._in_pieces(shape.kinds.values(), node)
        return Broken(node.span)

    def _in_pieces(self, kinds: Collection[Record], node: Mapping, words: tuple[str, ...] = ()) -> None:
        """What kind of mapping it is remains unclear. Its values are still held against what they could be."""
        fields = {field.key: field for kind in kinds for field in reversed(kind.fields)}
        for name, (name_node, value) in node.entries.items():
            shapes = [kind.by_key[name].shape for kind in kinds if name in kind.by_key] if words else []
            if any(shape != shapes[0] for shape in shapes):
                continue  # which of them it is depends on the kind
            if name in fields and name != "type" and name not in words:
                self._field(fields[name], value, name_node)

    def _anything(self, shape: Anything, node: Node, key: Scalar | None) -> Node:
        """Whatever the data means, a text in it is whole."""
        match node:
            case Scalar() if node.comment is not None and node.is_text:
                return _broken(node, self.report.cut_off(node, key))
            case Mapping():
                for name, (name_node, value) in list(node.entries.items()):
                    if _is_nothing(value) and self.report.torn_by_comma(name_node, node, None, shape):
                        del node.entries[name]
                        node.open = True
                for name, (name_node, value) in node.entries.items():
                    node.entries[name] = (name_node, self._anything(shape, value, name_node))
            case Sequence():
                node.items[:] = [self._anything(shape, each, key) for each in node.items]
        return node

    def _names(self, shape: Names, node: Node, key: Scalar | None) -> Any:
        if type(node) is not Mapping:
            return _broken(node, self.report.no_names(shape, node, key))
        entries = node.entries
        if shape.shape is PARAMETER and _is_json_schema(node):
            self.report.json_schema(node)
            return Broken(node.span)
        if not shape.keys.isdisjoint(entries):
            indentation.in_names(shape, node, self)
        if shape.at_least_one and not entries and not node.open:
            return _broken(node, self.report.nothing(shape.what, node, key))
        found: list[tuple[Scalar, Any]] = []
        for name, (name_node, value) in list(entries.items()):
            fits = shape.name.fits(name)
            if (_is_nothing(value) and self.report.torn_by_comma(name_node, node, None, shape.shape)) or (
                not fits and self.report.torn_by_colon(name_node, node, shape)
            ):
                del entries[name]
                node.open = True
                if found and isinstance(entries[found[-1][0].text][1], Broken):  # what it is the rest of
                    found[-1] = (found[-1][0], entries[found[-1][0].text][1])
                continue
            if not fits and self.report.without_space(name_node, value, node):
                del entries[name]
                node.open = True
                continue
            if not fits and type(value) is not Broken:
                self.report.text(shape.name, Scalar(name, False, name_node.start, name_node.end), None)
            decoded = self.decode(shape.shape, value, name_node)
            found.append((name_node, decoded))
            if type(decoded) is Broken:
                entries[name] = (name_node, decoded)
        return Section(node, tuple(found))

    def _list(self, shape: List, node: Node, key: Scalar | None) -> Any:
        if type(node) is not Sequence:
            return _broken(node, self.report.no_list(shape, node, key))
        items = node.items
        if not items and not shape.may_be_empty:
            return _broken(node, self.report.nothing(shape.what, node, key))
        found = [
            self.report.empty_item(shape, item, node, key) if _is_nothing(item) else self.decode(shape.item, item, key)
            for item in items
        ]
        for index, item in enumerate(found):
            if type(item) is Broken:
                items[index] = item
        if shape.distinct and _may_be_repeated(items):
            self.report.repeated(items, key)
        return tuple(found)


DECODED: ReadOnly[type[Shape], Callable[[Decoder, Any, Node, Scalar | None], Any]] = {
    Text: Decoder._text,
    Word: Decoder._word,
    Boolean: Decoder._boolean,
    Integer: Decoder._number,
    Number: Decoder._number,
    Duration: Decoder._duration,
    Anything: Decoder._anything,
    Variable: Decoder._variable,
    Refused: Decoder._refused,
    Record: Decoder._whole_record,
    ByKey: Decoder._by_key,
    OneKey: Decoder._one_key,
    ByType: Decoder._by_type,
    Names: Decoder._names,
    List: Decoder._list,
    ByForm: Decoder._written,
    Named: Decoder._named,
}
"""A row for each shape. To ask whether a value is of one class after the other takes longer than all the rest."""


def _has_mappings(node: Node) -> bool:
    """Whether a list may have settings among its items."""
    return type(node) is Sequence and any(type(item) is Mapping for item in node.items)


def _broken(node: Node, is_right: bool) -> Node:
    """What stands in for a node that has been refused; the node itself if nothing is wrong with its shape, as with a
    secret that is written out.
    """
    return node if is_right or type(node) is Broken else Broken(node.span)


def _attributes(shape: Record, node: Mapping, values: dict[str, Any]) -> dict[str, Any]:
    """Of what a record makes. Where a default can stand in for what is broken, it does."""
    found: dict[str, Any] = {}
    for key, name in shape.names.items():
        value = values.get(key, shape.absent[name])
        if value is None and node.open and key not in values:
            value = Broken(node.span)
        if type(value) is Broken and shape.by_key[key].is_plain:
            value = shape.by_key[key].stand_in
        found[name] = value
    return found


def _is_nothing(item: Node) -> TypeGuard[Scalar]:
    return type(item) is Scalar and item.is_null


def _is_in_brackets(text: str) -> bool:
    return text.strip()[:1] in ("{", "[")


def _may_be_repeated(items: list[Node]) -> bool:
    """Whether a text is there twice; of mappings, one with the same keys and texts."""
    texts = [item.text for item in items if type(item) is Scalar]
    mappings = [_at_a_glance(item) for item in items if type(item) is Mapping]
    return len({*texts}) < len(texts) or len({*mappings}) < len(mappings)


def _at_a_glance(node: Mapping) -> frozenset[tuple[str, str]]:
    """What is the same for mappings that hold the same."""
    return frozenset(
        [(name, each.text if type(each) is Scalar and each.is_text else "") for name, (_, each) in node.entries.items()]
    )


def _is_json_schema(node: Mapping) -> bool:
    """Whether parameters stand in an object, as functions of models are described elsewhere."""
    lists_names = isinstance(node.get("required"), Sequence)
    return lists_names or (node.mapping("properties") is not None and node.scalar("type") is not None)


def _fits(node: Node, shape: Text) -> TypeGuard[Scalar]:
    return type(node) is Scalar and node.is_text and shape.fits(node.text) is not None


def _is_digit(node: Node) -> bool:
    """Whether it is a single digit, which is the same with quotes and without."""
    return type(node) is Scalar and type(node.value) is int and node.text in _DIGITS


def _number(shape: Integer | Number, node: Scalar) -> int | float | None:
    """None if it is none, or not within the bounds. A whole number may be written as `1.0`."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not shape.least <= value <= shape.most:
        return None
    if isinstance(shape, Number):
        return value
    return int(value) if float(value).is_integer() else None
