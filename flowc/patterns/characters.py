"""The characters that may stand in one place of a pattern, as ranges of their code points."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.patterns.fault import PatternFault

LAST = 0x10FFFF

Ranges = tuple[tuple[int, int], ...]
"""Characters, by their code points: first and last of each range, in order."""


def single(character: str) -> Ranges:
    return ((ord(character), ord(character)),)


def others(ranges: list[tuple[int, int]]) -> Ranges:
    """All characters but these."""
    found, start = [], 0
    for low, high in ranges:
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        found.append((start, LAST))
    if not found:
        raise PatternFault("no character is left for these brackets", "name those that are possible")
    return tuple(found)


def has(ranges: Ranges, code: int) -> bool:
    return any(low <= code <= high for low, high in ranges)


def few(low: int, high: int) -> Iterator[int]:
    """A range; of a large one as much as tells that it is large."""
    return iter(range(low, min(high, low + 200) + 1))


def one_of(ranges: Ranges, preferred: str) -> str:
    """A character among these: one that is preferred, else one that is printed."""
    for each in preferred:
        if has(ranges, ord(each)):
            return each
    for low, high in ranges:
        shown = [code for code in few(max(low, 0x20), high) if not 0x7F <= code <= 0x9F]
        if shown:
            return chr(shown[min(len(shown) - 1, len(preferred) - 1) if len(preferred) == 1 else 0])
    return chr(ranges[0][0])
