"""Which lines two texts have in common, in time that grows no faster than the texts, whatever they hold.

Python's own comparison (difflib) takes time with the square of the lines, or worse, and a stranger may have written
one of the two texts. So it gets only what is small enough for a budget that grows with the texts. What is larger is
divided: what is the same at both ends, and lines that each text has exactly once, need no comparing. What cannot be
divided is different as a whole; that is a longer patch, and a right one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

_BUDGET = 2_000_000
_BUDGET_OF_A_LINE = 50
_MOST_DIVISIONS = 8  # inside one another: each of them looks at all lines again


class Same(NamedTuple):
    """So many lines from here in the old text are those from there in the new one."""

    old: int
    new: int
    length: int


class _Part(NamedTuple):
    old: int
    old_end: int
    new: int
    new_end: int
    depth: int


def same_lines(old: Sequence[str], new: Sequence[str]) -> list[Same]:
    """In order; none of them touches the next in both texts."""
    found: list[Same] = []
    budget = _BUDGET + _BUDGET_OF_A_LINE * (len(old) + len(new))
    parts = [_Part(0, len(old), 0, len(new), 0)]
    while parts:
        part = _without_ends(parts.pop(), old, new, found)
        if part.old == part.old_end or part.new == part.new_end:
            continue
        cost = _cost(part, old, new)
        if cost <= budget:
            budget -= cost
            found += _compared(part, old, new)
        elif part.depth < _MOST_DIVISIONS:
            parts += _divided(part, old, new)
    return _joined(sorted(found))


def _without_ends(part: _Part, old: Sequence[str], new: Sequence[str], found: list[Same]) -> _Part:
    most = min(part.old_end - part.old, part.new_end - part.new)
    first = 0
    while first < most and old[part.old + first] == new[part.new + first]:
        first += 1
    last = 0
    while last < most - first and old[part.old_end - last - 1] == new[part.new_end - last - 1]:
        last += 1
    rest = _Part(part.old + first, part.old_end - last, part.new + first, part.new_end - last, part.depth)
    found += (Same(part.old, part.new, first), Same(rest.old_end, rest.new_end, last))
    return rest


def _cost(part: _Part, old: Sequence[str], new: Sequence[str]) -> int:
    """What difflib does at the worst: look at all pairs of equal lines again for each line that it finds."""
    counts = Counter(old[part.old : part.old_end])
    pairs = sum(counts[line] for line in new[part.new : part.new_end])
    lengths = (part.old_end - part.old, part.new_end - part.new)
    return (sum(lengths) + pairs) * min(lengths)


def _compared(part: _Part, old: Sequence[str], new: Sequence[str]) -> Iterator[Same]:
    from difflib import SequenceMatcher

    lines, others = old[part.old : part.old_end], new[part.new : part.new_end]
    for block in SequenceMatcher(None, lines, others, autojunk=False).get_matching_blocks():
        yield Same(part.old + block.a, part.new + block.b, block.size)


def _divided(part: _Part, old: Sequence[str], new: Sequence[str]) -> Iterator[_Part]:
    """At the longest sequence of lines that both have exactly once, in the same order. Each of them begins a part."""
    at_old = _once(old, part.old, part.old_end)
    at_new = _once(new, part.new, part.new_end)
    anchors = _rising([(at, at_new[line]) for line, at in at_old.items() if line in at_new])
    if anchors:
        places = [(part.old, part.new), *anchors, (part.old_end, part.new_end)]
        for (old_start, new_start), (old_end, new_end) in pairwise(places):
            yield _Part(old_start, old_end, new_start, new_end, part.depth + 1)


def _once(lines: Sequence[str], start: int, end: int) -> dict[str, int]:
    """Where the lines are that stand there once, from top to bottom."""
    counts = Counter(lines[start:end])
    return {lines[at]: at for at in range(start, end) if counts[lines[at]] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of the pairs, which rise in their first numbers, that rises in the second ones, too."""
    ends: list[int] = []  # the smallest second number that a choice of 1, 2, … pairs ends with
    last: list[int] = []  # and which pair that is
    before: list[int] = []  # the pair that stands before each pair
    for index, (_, number) in enumerate(pairs):
        length = bisect_left(ends, number)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        last[length : length + 1] = [index]
    chosen: list[tuple[int, int]] = []
    index = last[-1] if last else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _joined(found: list[Same]) -> list[Same]:
    joined: list[Same] = []
    for each in found:
        if not each.length:
            continue
        previous = joined[-1] if joined else Same(-1, -1, 0)
        if (previous.old + previous.length, previous.new + previous.length) == (each.old, each.new):
            joined[-1] = Same(previous.old, previous.new, previous.length + each.length)
        else:
            joined.append(each)
    return joined
