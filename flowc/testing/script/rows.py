"""Tables: `${name}` in the steps of a call is the value that a row has under this name.

From a tree to a copy of it with the values of one row filled in, before anything is held against the language: so a row
may give a text, a number, or a whole step. What is wrong with a value is reported where it was written, in the row.
Rows times steps, and a value times its uses, can be far more than the file: `Room` bounds it before it is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from itertools import islice

from msgspec.structs import replace

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import Reference, text_of
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.parse.yaml_tree import LARGEST_FILE
from flowc.source import Span
from flowc.suggest import did_you_mean, meant_word, nearest
from flowc.testing.script.wording import shown

_NODE = 16  # what a value costs besides its characters
_MOST_IN_LABEL = 4
_LONGEST_IN_LABEL = 60  # characters


class Room:
    """What is left of the size that a file may have with its rows filled in: as much as a file may have at all."""

    def __init__(self) -> None:
        self.left = LARGEST_FILE

    @property
    def is_used_up(self) -> bool:
        return self.left < 0

    def take(self, characters: int) -> bool:
        """Whether there was room for so much more."""
        self.left -= characters
        return self.left >= 0


_OF_THE_VALUE = ("FLOW102", "FLOW103", "FLOW105")
"""What is said at a key although it is the value that lacks something, or is empty."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the values of a row have gone: `values` has them by the key in the steps under which they stand, `uses` the
    places in the steps by the value that stands there.
    """

    values: dict[Span, Span] = field(default_factory=dict)
    uses: dict[Span, list[Span]] = field(default_factory=dict)

    @classmethod
    def all_of(cls, parts: Iterable[Origins]) -> Origins:
        """Those of several rows, each with steps of its own: to correct in one pass what was found in all of them."""
        whole = cls()
        for part in parts:
            whole.values.update(part.values)
            whole.uses.update(part.uses)
        return whole

    def correct(self, problems: Problems, before: int = 0) -> None:
        """Has what is wrong with a value of the row said there, of all that was found since."""
        for number, found in enumerate(problems.found[before:], start=before):
            span = found.span
            if found.code in _OF_THE_VALUE:
                span = self.values.get(span, span)
            uses = self.uses.get(span, [])
            related = (Related(uses[0], "filled in here"),) if len(uses) == 1 and not found.related else found.related
            problems.found[number] = replace(found, span=span, related=related)


def _filled(text: str, plain: bool, node: Scalar, place: Span) -> Scalar:
    """A value where it has been filled in. What is wrong with it is said in its row; its end is that of the step, where
    a comment may cut off the text that it stands in.
    """
    return Scalar(text, plain, node.start, node.end, comment=node.comment, place=place)


class Filling:
    """Fills the values of one row in. `names` are those of all rows, None if they are not known; `used` has the names
    that steps use, `misspelt` those in the row that were meant to be one of them.
    """

    def __init__(
        self, row: Mapping | None, names: ReadOnly[str, Scalar] | None, used: set[str], room: Room, problems: Problems
    ) -> None:
        self.row = row
        self.names = names
        self.used = used
        self.room = room
        self.problems = problems
        self.misspelt: set[str] = set()
        self.sizes: dict[str, int] = {}
        self.origins = Origins()

    def fill(self, node: Node) -> Node:
        """A copy with the values in it. What there is no room for is `Broken`."""
        if not self.room.take(_NODE):
            return Broken(node.span)
        match node:
            case Scalar():
                return self._scalar(node)
            case Sequence():
                return self._sequence(node)
            case Mapping():
                return self._mapping(node)
            case Broken():
                return node

    def _sequence(self, node: Sequence) -> Sequence:
        filled = Sequence(node.start, node.end, node.flow_style)
        filled.items = [self.fill(item) for item in node.items]
        return filled

    def _mapping(self, node: Mapping) -> Node:
        filled = Mapping(node.start, node.end, node.flow_style)
        filled.open = node.open
        for key, value in node.entries.values():
            name = self._scalar(key)
            if not isinstance(name, Scalar):
                if not isinstance(name, Broken):
                    self.problems.add_once(
                        key.span, "FLOW103", f"{quoted(key.text)} is a name here, and must be a text"
                    )
                return Broken(node.span)
            if name.text in filled.entries:
                self.problems.add(key.span, "FLOW006", f"key {quoted(name.text)} is given twice", "remove one of them")
            filled.entries[name.text] = (name, self.fill(value))
            self._note_origin(key, value)
        return filled

    def _note_origin(self, key: Scalar, value: Node) -> None:
        whole = _alone(value.text) if isinstance(value, Scalar) else None
        named = self.row.entries.get(whole) if whole is not None and self.row is not None else None
        if named is not None:
            name, node = named
            self.origins.values[key.span] = name.span if isinstance(node, Scalar) and not node.text else node.span

    def _scalar(self, node: Scalar) -> Node:
        if not self.room.take(len(node.text)):
            return Broken(node.span)
        if "${" not in node.text:
            return node
        whole = _alone(node.text)
        if whole is not None:
            value = self._value(node, whole)
            if whole not in self.sizes:
                self.sizes[whole] = _size(value)
            if not self.room.take(self.sizes[whole]):
                return Broken(node.span)
            if node.comment is not None and isinstance(value, Scalar):
                return _filled(value.text, value.plain, node, value.span)
            return value
        parts: list[str] = []
        values: list[Scalar] = []
        for part in text_of(node.text).parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            if part.fallback is not None:
                hint = f"write {quoted('${' + part.name + '}')}, and the value into every row"
                self.problems.add_once(node.span, "FLOW104", "a value of the rows has no `or`", hint)
                return Broken(node.span)
            if not part.closed:
                hint = "close it with `}`, or write `$${` for a literal `${`"
                self.problems.add_once(node.span, "FLOW104", "a `${` that is never closed", hint)
                return Broken(node.span)
            value = self._value(node, part.name)
            if not isinstance(value, Scalar):
                if not isinstance(value, Broken):
                    message = f"{quoted(part.name)} stands in a text, so it must be a text or a number"
                    self.problems.add(value.span, "FLOW103", message)
                return Broken(node.span)
            if not self.room.take(len(value.text)):
                return Broken(node.span)
            parts.append(value.text)
            values.append(value)
        place = values[0].span if values else node.span
        return _filled("".join(parts), node.plain, node, place)

    def _value(self, node: Scalar, name: str) -> Node:
        if self.names is None:
            return Broken(node.span)
        if name not in self.names:
            if self.problems.full:
                return Broken(node.span)
            hint = did_you_mean(name, self.names) if self.names else "only a call with `rows` has values to fill in"
            if name.strip() in self.names:
                hint = f"write {quoted('${' + name.strip() + '}')}, without spaces"
            self.problems.add_once(node.span, "FLOW204", f"{quoted('${' + name + '}')} is not known here", hint)
            return Broken(node.span)
        value = self.row.get(name) if self.row is not None else None
        if value is not None:
            self.origins.uses.setdefault(value.span, []).append(node.span)
            return value
        if self.row is not None and not self.row.is_broken(name):
            self._lacks(self.row, name)
        return Broken(node.span)

    def _lacks(self, row: Mapping, name: str) -> None:
        message = f"this row has no {quoted(name)}, which the steps use"
        unused = [each for each in row.entries if each not in self.used] if not self.problems.full else []
        misspelt = nearest(name, unused)
        if misspelt is None:
            self.problems.add_once(row.span, "FLOW102", message, f"add `{name}: …`")
        else:
            self.misspelt.add(misspelt)
            self.problems.add_once(row.entries[misspelt][0].span, "FLOW102", message, meant_word(name))


def _alone(written: str) -> str | None:
    """The name, if `${name}` is the whole text: then its value may be more than a text."""
    match text_of(written).parts:
        case (Reference(name, closed=True, fallback=None),):
            return name
        case _:
            return None


def _size(node: Node) -> int:
    """Of a value, in characters, about."""
    match node:
        case Scalar():
            return _NODE + len(node.text)
        case Sequence():
            return _NODE + sum(map(_size, node.items))
        case Mapping():
            return _NODE + sum(len(name) + _size(value) for name, (_, value) in node.entries.items())
        case Broken():
            return _NODE


def names_in(nodes: Iterable[Node]) -> tuple[set[str], bool]:
    """The names of values that are to be filled in somewhere in these, and whether all of these could be read."""
    found: set[str] = set()
    is_whole = True
    left = list(nodes)
    while left:
        match node := left.pop():
            case Scalar(text=text):
                found.update(text_of(text).references)
            case Sequence(items=items):
                left += items
            case Mapping(entries=entries):
                left += (each for entry in entries.values() for each in entry)
                is_whole = is_whole and not node.open
            case Broken():
                is_whole = False
    return found, is_whole


def labels(rows: list[Mapping]) -> list[str]:
    """What tells the rows apart, with as few of their values as possible."""
    values = [
        [_cut(f"{key.text}: {shown(value)}") for key, value in islice(row.entries.values(), _MOST_IN_LABEL)]
        for row in rows
    ]
    for number in range(1, max(map(len, values), default=0) + 1):
        found = [", ".join(each[:number]) for each in values]
        if len(set(found)) == len(found):
            return found
    return [f"row {number}" for number in range(1, len(rows) + 1)]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_IN_LABEL else text[: _LONGEST_IN_LABEL - 1] + "…"
