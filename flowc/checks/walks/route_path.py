"""Ways through a flow, as the names on them, and how they are written in messages."""

from __future__ import annotations

Way = tuple[str, "Way | None"]  # the last name, and the way to it


def as_path(way: Way) -> str:
    """A way that is followed backwards."""
    names: list[str] = []
    rest: Way | None = way
    while rest is not None:
        names.append(rest[0])
        rest = rest[1]
    return as_way(names[::-1])


def as_way(names: list[str]) -> str:
    """Names and arrows; of a very long way both ends."""
    shown = [f"`{name}`" for name in names]
    return " -> ".join(shown if len(shown) <= 10 else [*shown[:5], "…", *shown[-4:]])
