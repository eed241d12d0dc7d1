"""What decoding makes of a file, whatever language it is in: values that know where they stand.

The two languages have a class for each of their records, made of these: `flow/syntax.py` and `calls/syntax.py`.
"""

from __future__ import annotations

from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from flowc.nodes import Broken, Mapping, Node, Scalar
from flowc.source import Span

T = TypeVar("T")
Maybe: TypeAlias = T | Broken | None
"""What may be left out (None), or has been refused and reported (`Broken`). Nobody says more about it."""


class Section(Struct, Generic[T], frozen=True, eq=False):
    """Names, and what stands under them, in the order of the file. `open`: there may be more than could be read."""

    node: Mapping
    entries: tuple[tuple[Scalar, T | Broken], ...]

    @property
    def open(self) -> bool:
        return self.node.open


class Located(Struct, frozen=True, eq=False):
    """A mapping of the language. `key` is the key that tells what it is, or that it stands under."""

    node: Mapping
    key: Scalar | None

    @property
    def span(self) -> Span:
        return (self.key or self.node).span


class Keyed(Struct, Generic[T], frozen=True, eq=False):
    """A key with its value, where each key has a class of its own: `Field.make` names it."""

    key: Scalar
    node: Node
    value: T


class Written(Struct, Generic[T], frozen=True, eq=False):
    """A value that is no text, as it is meant, and as it is written; None where a default holds, which nobody wrote."""

    value: T
    node: Scalar | None = None


def entries(section: Maybe[Section[T]]) -> tuple[tuple[Scalar, T | Broken], ...]:
    """What stands in a section; nothing if it is not there or could not be read."""
    return section.entries if type(section) is Section else ()


def given(value: Maybe[T]) -> T | None:
    """The value, if it is there and right."""
    return None if type(value) is Broken else value


def is_open(section: Maybe[Section[T]]) -> bool:
    """Whether there may be more in it than could be read."""
    return type(section) is Broken or (section is not None and section.open)
