"""The automaton of a pattern, by its characters (V. M. Glushkov, 1961), and in how many ways it reads a text."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from msgspec import Struct

from flowc.patterns.characters import Ranges, has
from flowc.patterns.fault import PatternFault
from flowc.patterns.syntax import Characters, Either, Node, Repeated, Sequence

MOST_POSITIONS = 400
"""Characters of a pattern in which every repetition is written out."""
MOST_READINGS = 16
"""Ways to read a text so far. Each character is looked at so often at the most."""
MOST_WORK = 20_000


class _Piece(Struct):
    """A part of the automaton: by which positions it begins and ends, and whether it may be empty."""

    first: list[int]
    last: list[int]
    is_empty: bool


class Automaton:
    """Positions are the characters of a pattern. `follow` has how many ways lead from one to the next."""

    def __init__(self, node: Node) -> None:
        self.characters: list[Ranges] = []
        self.follow: list[Counter[int]] = []
        self.whole = self._piece(node)

    def _piece(self, node: Node) -> _Piece:
        match node:
            case Characters(ranges):
                self.characters.append(ranges)
                self.follow.append(Counter())
                if len(self.characters) > MOST_POSITIONS:
                    raise PatternFault(
                        f"a pattern has {MOST_POSITIONS} characters at most, each as often as it may come",
                        "take `*` or `+`, and limit the whole with `maxLength`",
                    )
                number = len(self.characters) - 1
                return _Piece([number], [number], False)
            case Sequence(parts):
                found = _Piece([], [], True)
                for part in parts:
                    found = self._joined(found, self._piece(part))
                return found
            case Either(ways):
                pieces = [self._piece(way) for way in ways]
                first = [each for piece in pieces for each in piece.first]
                last = [each for piece in pieces for each in piece.last]
                return _Piece(first, last, any(piece.is_empty for piece in pieces))
            case Repeated(part, least, most):
                return self._repeated(part, least, most)

    def _joined(self, one: _Piece, other: _Piece) -> _Piece:
        for end in one.last:
            self.follow[end].update(other.first)
        first = [*one.first, *other.first] if one.is_empty else one.first
        last = [*one.last, *other.last] if other.is_empty else other.last
        return _Piece(first, last, one.is_empty and other.is_empty)

    def _repeated(self, part: Node, least: int, most: int | None) -> _Piece:
        """Written out: behind those that there have to be, one may only follow on another."""
        pieces = [self._piece(part) for _ in range(max(least, 1) if most is None else most)]
        for one, other in pairwise(pieces):
            for end in one.last:
                self.follow[end].update(other.first)
        if most is None:
            for end in pieces[-1].last:
                self.follow[end].update(pieces[-1].first)
        last = [each for piece in pieces[max(least, 1) - 1 :] for each in piece.last]
        return _Piece(pieces[0].first, last, least == 0)

    def refuse_many_readings(self) -> None:
        """Looks at every set of ways in which some text can be read, and how many ways each has."""
        starts = sorted({edge for ranges in self.characters for low, high in ranges for edge in (low, high + 1)})
        atoms = [
            frozenset(number for number, start in enumerate(starts) if has(ranges, start)) for ranges in self.characters
        ]
        begin = Counter(self.whole.first)
        pending: list[Counter[int]] = []
        known: set[frozenset[tuple[int, int]]] = set()
        work = 0

        def reach(ways: Counter[int]) -> None:
            nonlocal work
            by_atom: dict[int, Counter[int]] = {}
            for position, count in ways.items():
                work += len(atoms[position]) + 1
                for atom in atoms[position]:
                    by_atom.setdefault(atom, Counter())[position] += count
            for found in by_atom.values():
                if found.total() > MOST_READINGS:
                    raise PatternFault(
                        "there are too many ways to read a text with this pattern, and a call would wait while all of"
                        " them are tried",
                        "let each part begin with a character that cannot go on with the part before it, and repeat"
                        " nothing that is repeated already: `[a-z]+(,[a-z]+)*` instead of `([a-z]+,?)+`",
                    )
                key = frozenset(found.items())
                if key not in known:
                    known.add(key)
                    pending.append(found)

        reach(begin)
        while pending:
            ways = pending.pop()
            after: Counter[int] = Counter()
            for position, count in ways.items():
                work += len(self.follow[position])
                for following, times in self.follow[position].items():
                    after[following] += count * times
            if work > MOST_WORK:
                raise PatternFault("this pattern is too complicated to be judged on a call", "write a simpler one")
            reach(after)
