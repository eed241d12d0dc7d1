"""The parts of a pattern."""

from __future__ import annotations

from msgspec import Struct

from flowc.patterns.characters import Ranges


class Characters(Struct, frozen=True):
    """One of these."""

    ranges: Ranges


class Sequence(Struct, frozen=True):
    parts: tuple[Node, ...]


class Either(Struct, frozen=True):
    ways: tuple[Node, ...]


class Repeated(Struct, frozen=True):
    """`most` is None where there is no limit."""

    part: Node
    least: int
    most: int | None


Node = Characters | Sequence | Either | Repeated


def may_be_empty(node: Node) -> bool:
    match node:
        case Characters():
            return False
        case Sequence(parts):
            return all(map(may_be_empty, parts))
        case Either(ways):
            return any(map(may_be_empty, ways))
        case Repeated(_, least, _):
            return least == 0


def longest_of(node: Node) -> int | None:
    match node:
        case Characters():
            return 1
        case Sequence(parts):
            lengths = [longest_of(part) for part in parts]
            return None if None in lengths else sum(each or 0 for each in lengths)
        case Either(ways):
            lengths = [longest_of(way) for way in ways]
            return None if None in lengths else max(each or 0 for each in lengths)
        case Repeated(part, _, most):
            longest = longest_of(part)
            return None if longest is None or most is None else longest * most
