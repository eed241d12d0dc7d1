"""Durations as they are written in a flow: a whole number and a unit."""

from __future__ import annotations

import re

PATTERN = "(?:0|[1-9][0-9]{0,8})(?:ms|s|m|h)"

_PARTS = re.compile("(0|[1-9][0-9]{0,8})(ms|s|m|h)")
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}


def as_written(lasting: int) -> str:
    """Milliseconds in the largest unit that has no fraction: 7200000 is `2h`."""
    unit = next(unit for unit in reversed(_MILLISECONDS) if lasting % _MILLISECONDS[unit] == 0)
    return f"{lasting // _MILLISECONDS[unit]}{unit}"


def milliseconds(text: str) -> int | None:
    """`20s` is 20000; None if it is not a duration."""
    found = _PARTS.fullmatch(text)
    return int(found[1]) * _MILLISECONDS[found[2]] if found else None
