"""Many errors in a few lines: which there are, how many of each, and where the first one is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flowc.catalogue import CATALOGUE
from flowc.diagnostics import Diagnostic
from flowc.report.terminal import visible

MANY = 20
"""As many as this are read one by one."""


def tally(found: Sequence[Diagnostic]) -> list[str]:
    """A line for each code, the most frequent first; nothing where there are few."""
    if len(found) <= MANY:
        return []
    first: dict[str, Diagnostic] = {}
    for each in found:
        first.setdefault(each.code, each)
    counted = Counter(sorted(each.code for each in found)).most_common()
    width = len(str(counted[0][1]))
    return [
        f"{number:>{width}} {code} {CATALOGUE[code].title}, first in {visible(_place(first[code]))}"
        for code, number in counted
    ]


def _place(found: Diagnostic) -> str:
    return f"{found.path}:{found.span.line}:{found.span.column}"
