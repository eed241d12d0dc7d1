"""Whether what the emulator writes down is what `flowc/simulator/trace.py` says that it writes."""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints

from flowc.simulator.trace import TraceEvent

_SINGLE = {int: (int,), float: (int, float), str: (str,), bool: (bool,), NoneType: (NoneType,)}
KINDS: dict[str, Any] = {
    name: kind for kind in get_args(TraceEvent) for name in get_args(get_type_hints(kind)["event"])
}


def wrong(entry: dict[str, Any]) -> str:
    """What is wrong with an event of a trace; empty if nothing is."""
    kind = KINDS.get(str(entry.get("event")))
    if kind is None:
        return f"unknown event: {entry}"
    types = _types(kind)
    if strange := (entry.keys() ^ types.keys()) - kind.__optional_keys__:
        return f"fields {sorted(strange)} of {entry}"
    bad = [name for name, value in entry.items() if not _is(types[name], value)]
    return f"values of {bad} in {entry}" if bad else ""


@cache
def _types(kind: Any) -> dict[str, Any]:
    """Of the fields of an event. Asked for every event of every trace, and dear to find out."""
    return get_type_hints(kind, include_extras=True)


def _is(wanted: Any, value: Any) -> bool:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if wanted is Any:
        return True
    if origin is NotRequired:
        return _is(arguments[0], value)
    if origin is Literal:
        return value in arguments
    if origin is UnionType:
        return any(_is(each, value) for each in arguments)
    if origin is list:
        return isinstance(value, list) and all(_is(arguments[0], each) for each in value)
    if origin is dict:
        return isinstance(value, dict) and all(_is(arguments[1], each) for each in value.values())
    if wanted in _SINGLE:
        return isinstance(value, _SINGLE[wanted]) and (wanted is bool) == isinstance(value, bool)
    return isinstance(value, dict) and value.keys() == _types(wanted).keys()  # a mapping with names of its own
