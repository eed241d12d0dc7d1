"""Whether two values of the IR are the same: wherever they stand."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from flowc.source import Span


def same(one: Any, other: Any) -> bool:
    """Equal, but for places in the file."""
    if isinstance(one, Span) or isinstance(other, Span):
        return True  # or None: that something is written has its own field
    if type(one) is not type(other):
        return False
    if isinstance(one, Struct):
        return all(same(getattr(one, field), getattr(other, field)) for field in one.__struct_fields__)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
