"""libyaml, through PyYAML: the one place from which flowc loads it.

PyYAML has a reader in Python as well. flowc does not use it, but its patterns take three times as long to compile as a
flow does. So here they are compiled when somebody uses them: `_Later` does what a pattern does.

While PyYAML is imported here, `re.compile` is another one for the whole process. Other threads go through that, too,
as the language server's may: they get what they have always got, for only what asks from a module of PyYAML is put off.

Its classes for events take longer to be made, and to be forgotten, than libyaml takes to read what they are of. While
`events` is open, PyYAML makes these here of most. That is for one thread at a time, and whoever loads YAML elsewhere
meanwhile notices nothing: only `yaml.parse` tells events, and only from another thread it could get one of these.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from msgspec import Struct


class _Later:
    def __init__(self, pattern: str, flags: int) -> None:
        self._written = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        return getattr(re.compile(*self._written), name)  # which `re` does not compile twice

    def __reduce__(self) -> Any:
        """What is copied is a pattern."""
        return re.compile, self._written


def _load() -> None:
    compiled: Any = re.compile

    def compiled_later(pattern: Any, flags: int = 0) -> Any:
        asking = sys._getframe(1).f_globals.get("__name__", "")
        return _Later(pattern, flags) if asking.startswith("yaml.") else compiled(pattern, flags)

    re.compile = compiled_later
    try:
        import yaml  # noqa: F401
    finally:
        re.compile = compiled


if "yaml" not in sys.modules:
    _load()

import yaml.events  # noqa: E402
from yaml import CBaseLoader, _yaml, scan  # noqa: E402
from yaml.error import Mark, MarkedYAMLError, YAMLError  # noqa: E402
from yaml.events import AliasEvent, DocumentStartEvent, StreamEndEvent  # noqa: E402
from yaml.tokens import ScalarToken  # noqa: E402


class ScalarEvent(Struct, gc=False):
    """As PyYAML has it, and so are those below: their attributes in the order in which it gives them."""

    anchor: str | None
    tag: str | None
    implicit: tuple[bool, bool]
    value: str
    start_mark: Mark
    end_mark: Mark
    style: str | None


class _Start(Struct, gc=False):
    anchor: str | None
    tag: str | None
    implicit: bool
    start_mark: Mark
    end_mark: Mark
    flow_style: bool | None


class MappingStartEvent(_Start, gc=False):
    pass


class SequenceStartEvent(_Start, gc=False):
    pass


class _End(Struct, gc=False):
    start_mark: Mark
    end_mark: Mark


class MappingEndEvent(_End, gc=False):
    pass


class SequenceEndEvent(_End, gc=False):
    pass


_OURS = {
    each.__name__: each
    for each in (ScalarEvent, MappingStartEvent, MappingEndEvent, SequenceStartEvent, SequenceEndEvent)
}
_THEIRS = {name: getattr(yaml.events, name) for name in _OURS}
_IN_USE = vars(_yaml)
_ONE_AT_A_TIME = Lock()
assert _THEIRS.items() <= _IN_USE.items(), "this PyYAML makes its events elsewhere"


@contextmanager
def events(text: str) -> Iterator[CBaseLoader]:
    """Whose `get_event` gives the next one."""
    with _ONE_AT_A_TIME:
        _IN_USE.update(_OURS)
        try:
            yield CBaseLoader(text)
        finally:
            _IN_USE.update(_THEIRS)

__all__ = [
    "AliasEvent",
    "CBaseLoader",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingStartEvent",
    "Mark",
    "MarkedYAMLError",
    "ScalarEvent",
    "ScalarToken",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "StreamEndEvent",
    "YAMLError",
    "events",
    "scan",
]
