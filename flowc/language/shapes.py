"""The shapes a value in a file can have: the few building blocks that `flow/grammar.py` describes the language of flows
with, and `calls/grammar.py` that of call scripts.

A shape is data and does nothing. `flowc/parse/decode.py` holds a file against it, with a table that has a row for each
`Shape`; `schema.py` writes it as JSON Schema, with a `match` that ends with `assert_never`. So a new shape is missing
until it is dealt with: a test names it for the one, the type checker for the other.
Patterns are the part of regular expressions that Python and JSON Schema (ECMA 262) read alike; they match a whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as ReadOnly
from functools import cached_property
from typing import Any, assert_never

from msgspec import Struct
from msgspec.structs import replace

from flowc.diagnostics import Code
from flowc.language.durations import milliseconds
from flowc.language.located import Keyed, Written

ANYTHING = r"[\s\S]"
_CAPITAL = re.compile("[A-Z]")


class Text(Struct, frozen=True, dict=True):
    """Text. `what` completes the sentence "… must be …"; `example` is one that is right, as it is typed. `bare_digit`:
    a single digit is one without quotes, too; several may begin with a 0.
    """

    what: str = "text"
    pattern: str = ""
    shortest: int = 0
    longest: int | None = None  # characters
    example: str = ""
    why: str = ""  # behind the longest
    prose: bool = False  # in which a `#` may well be meant
    bare_digit: bool = False

    @cached_property
    def fits(self) -> Callable[[str], re.Match[str] | None]:
        return re.compile(self._expression(), re.DOTALL).fullmatch

    def _expression(self) -> str:
        """Pattern and lengths in one, with the dot that Python is quick with: it is the question asked most often."""
        longest = "" if self.longest is None else str(self.longest)
        if not self.pattern:
            return f".{{{self.shortest},{longest}}}"
        lengths = rf"(?=.{{{self.shortest},{longest}}}\Z)" if self.shortest or longest else ""
        return f"{lengths}(?:{self.pattern.replace(ANYTHING, '.')})"


class Word(Struct, frozen=True):
    """One of a few words. `refused` are others, fields without a value, and why they are none here."""

    words: tuple[str, ...]
    refused: tuple[Field, ...] = ()


class Boolean(Struct, frozen=True):
    pass


class Integer(Struct, frozen=True):
    """`unit` is what is counted; empty for what is no quantity, as a code or a rank."""

    least: int
    most: int
    unit: str = ""


class Number(Struct, frozen=True):
    least: int
    most: int
    unit: str = ""


class Duration(Struct, frozen=True, dict=True):
    """A whole number with a unit, between two that are written the same way."""

    least: str
    most: str
    why: str = ""  # behind the most, where the platform sets it: "… is 90s, but <why>"

    @cached_property
    def _bounds(self) -> tuple[int, int]:
        return milliseconds(self.least) or 0, milliseconds(self.most) or 0

    @property
    def bounds(self) -> tuple[int, int]:
        """Milliseconds."""
        return self._bounds

    def contains(self, lasting: int) -> bool:
        least, most = self._bounds
        return least <= lasting <= most


class Anything(Struct, frozen=True):
    """Any data: what it means is for somebody else to say."""


class Variable(Struct, frozen=True):
    """A value, or `${name}` in its place, which has been filled in before the value is looked at. What is no text is
    decoded to `Written`: what is wrong with it is told where the row has it.
    """

    shape: Shape


class Refused(Struct, frozen=True):
    """Nothing is right here: what could be expected is none, or stands elsewhere."""

    code: Code
    message: str
    hint: str = ""


class Field(Struct, frozen=True):
    """A key of a record. `default` is what holds without it, as it would be typed; `left_out` says it where that cannot
    be typed. `attribute` is what it is called once it is decoded, if it cannot be called as in the file. `asked_for`:
    it may be missed where it is left out. `make` is what key and value are decoded to where each key has a class of its
    own, as those of `OneKey` have.
    """

    key: str
    shape: Shape
    doc: str
    required: bool = False
    default: str = ""
    broken: int | None = None  # what is taken for a value that is wrong, where what is left out would make more errors
    attribute: str = ""
    asked_for: bool = False
    make: type[Keyed[Any]] | None = None
    left_out: str = ""

    @property
    def name(self) -> str:
        """The attribute that holds its value once it is decoded: `minLength` is `min_length`, `at once` `at_once`."""
        return self.attribute or _CAPITAL.sub(lambda found: f"_{found[0].lower()}", self.key).replace(" ", "_")

    @property
    def absent(self) -> Any:
        """Its value where it is left out; None if that is for the resolver to say."""
        match self.shape:
            case Duration():
                return milliseconds(self.default)
            case Word():
                return self.default or None
            case Boolean():
                return self.default == "true" if self.default or self.required else None
            case Variable(shape):
                return _as_written(replace(self, shape=shape).absent)
            case _:
                return None

    @property
    def is_plain(self) -> bool:
        """Whether a value that is broken may be taken for another: nothing depends on it but the artifacts."""
        shape = self.shape.shape if isinstance(self.shape, Variable) else self.shape
        return isinstance(shape, Duration | Word | Boolean | Integer | Number)

    @property
    def stand_in(self) -> Any:
        """For a plain value that is broken."""
        if isinstance(self.shape, Variable):
            return _as_written(replace(self, shape=self.shape.shape).stand_in)
        if self.broken is not None:
            return self.broken
        if self.absent is None and isinstance(self.shape, Duration):
            return milliseconds(self.shape.least)
        return self.shape.words[0] if self.absent is None and isinstance(self.shape, Word) else self.absent


class Spared(Struct, frozen=True):
    """Required keys that may be left out, all of them together, where one of others is there."""

    by: tuple[str, ...]
    keys: tuple[str, ...]


class Record(Struct, frozen=True, dict=True):
    """A mapping with these keys and no others. `make` is what it is decoded to: a class of `syntax.py`, or `Section`
    where its keys are told apart by whoever reads them, or have classes of their own. Without it, it stays the mapping.
    """

    what: str
    fields: tuple[Field, ...]
    short: str = ""  # the key that is meant when a value stands alone, without a mapping
    make: type[Any] | None = None
    at_least_one: bool = False  # of its keys, whichever
    spared: Spared | None = None
    left_out: str = ""  # what holds for each key that is left out, and does not say more itself

    @cached_property
    def by_key(self) -> ReadOnly[str, Field]:
        return {each.key: each for each in self.fields}

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(each.key for each in self.fields if each.required)

    @cached_property
    def needed(self) -> frozenset[str]:
        return frozenset(self.required)

    @cached_property
    def names(self) -> ReadOnly[str, str]:
        """Of what it makes: the attribute for each key."""
        fields = self.fields if self.make is not None else ()
        return {each.key: each.name for each in fields if not isinstance(each.shape, Refused)}

    @cached_property
    def absent(self) -> dict[str, Any]:
        """Of what it makes: what each attribute is where its key is left out."""
        return {name: self.by_key[key].absent for key, name in self.names.items()}

    @cached_property
    def inside(self) -> tuple[tuple[str, Record | ByKey], ...]:
        """The fields that are records, or one of several that know what stands beside them."""
        shapes = ((each.key, each.shape) for each in self.fields)
        ways = ((key, shape.mapping if isinstance(shape, ByForm) else shape) for key, shape in shapes)
        return tuple(
            (key, way) for key, way in ways if isinstance(way, Record) or (isinstance(way, ByKey) and way.beside)
        )

    @cached_property
    def sections(self) -> ReadOnly[str, Names]:
        """The fields that hold names, if there are records beside them."""
        return {each.key: each.shape for each in self.fields if self.inside and isinstance(each.shape, Names)}

    @property
    def every(self) -> ReadOnly[str, Field]:
        """The fields, by their keys."""
        return self.by_key

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """The fields that may be lists."""
        return tuple(each.key for each in self.fields if _may_be_list(each.shape))


class ByKey(Struct, frozen=True, dict=True):
    """A mapping of one of several kinds, told apart by the first field of each: it has that one's key. `beside`: if no
    key of any is there, what to know of those that are. `gives_way`: a key that tells a kind only where no other's is
    there.
    """

    what: str
    kinds: tuple[Record, ...]
    words: tuple[str, ...] = ()  # what may stand here instead of a mapping, for the hint
    beside: str = ""
    others: Shape | None = None  # what it is without any of these keys
    gives_way: str = ""

    @cached_property
    def every(self) -> ReadOnly[str, Field]:
        """The fields of all kinds, by their keys."""
        return {field.key: field for kind in self.kinds for field in kind.fields}

    @cached_property
    def by_key(self) -> ReadOnly[str, Record]:
        return {kind.fields[0].key: kind for kind in self.kinds}


class OneKey(Struct, frozen=True, dict=True):
    """A mapping with a single key: that of a field, or a name from elsewhere, under which `shape` stands. It is decoded
    to what its fields make, or to `make` for a name.
    """

    what: str
    fields: tuple[Field, ...]
    name: Text
    shape: Shape
    doc: str  # of what stands under a name
    make: type[Keyed[Any]]

    @cached_property
    def by_key(self) -> ReadOnly[str, Field]:
        return {each.key: each for each in self.fields}


class ByType(Struct, frozen=True):
    """A mapping of one of several kinds, told apart by the value of `type`, the first field of each."""

    what: str
    kinds: ReadOnly[str, Record]
    refused: tuple[Field, ...] = ()  # other types, and why they are none here


class Names(Struct, frozen=True, dict=True):
    """A mapping from names the author chooses to values of one shape."""

    what: str
    name: Text
    shape: Shape
    at_least_one: bool = False

    @cached_property
    def keys(self) -> frozenset[str]:
        """Of the records that stand under the names."""
        return frozenset(each.key for kind in _kinds(self.shape) for each in kind.fields)

    @cached_property
    def telling(self) -> frozenset[str]:
        """Those that such a record cannot do without; all of one that can do without each."""
        return frozenset(key for kind in _kinds(self.shape) for key in (kind.required or kind.by_key))


class List(Struct, frozen=True):
    """At least one item, unless it `may_be_empty`; none of them twice if `distinct`."""

    what: str
    item: Shape
    distinct: bool = False
    may_be_empty: bool = False


class ByForm(Struct, frozen=True):
    """A value that may be written in several ways, told apart by how it is written."""

    what: str
    scalar: Shape | None = None
    sequence: Shape | None = None
    mapping: Shape | None = None


class Named(Struct, frozen=True):
    """The shape of that name in the grammar's `SHAPES`: how shapes contain themselves."""

    name: str


Shape = (
    Text
    | Word
    | Boolean
    | Integer
    | Number
    | Duration
    | Anything
    | Variable
    | Refused
    | Record
    | ByKey
    | OneKey
    | ByType
    | Names
    | List
    | ByForm
    | Named
)


def _as_written(value: Any) -> Written[Any] | None:
    return None if value is None else Written(value)


def fields_of(shapes: Iterable[Shape]) -> Iterator[Field]:
    """Every key that has a place somewhere in these shapes, with what it is there. Not through `Named`."""
    for shape in shapes:
        match shape:
            case Record():
                yield from shape.fields
                yield from fields_of(each.shape for each in shape.fields)
            case ByKey():
                yield from fields_of(shape.kinds if shape.others is None else (*shape.kinds, shape.others))
            case ByType():
                yield from fields_of(shape.kinds.values())
            case OneKey():
                yield from shape.fields
                yield from fields_of((shape.shape, *(each.shape for each in shape.fields)))
            case ByForm():
                yield from fields_of(way for way in (shape.scalar, shape.sequence, shape.mapping) if way is not None)
            case Names() | Variable():
                yield from fields_of((shape.shape,))
            case List():
                yield from fields_of((shape.item,))
            case Text() | Word() | Boolean() | Integer() | Number() | Duration() | Anything() | Refused() | Named():
                pass
            case _:
                assert_never(shape)


def _may_be_list(shape: Shape) -> bool:
    match shape:
        case ByForm():
            return shape.sequence is not None
        case List() | Named():
            return True
        case _:
            return False


def _kinds(shape: Shape) -> tuple[Record, ...]:
    """The records that a shape may turn out to be."""
    match shape:
        case Record():
            return (shape,)
        case ByKey():
            return shape.kinds
        case ByType():
            return tuple(shape.kinds.values())
        case _:
            return ()
