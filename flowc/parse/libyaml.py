"""libyaml, through PyYAML: the one place from which flowc loads it.

PyYAML has a reader in Python as well. flowc does not use it, but its patterns take three times as long to compile as a
flow does. So here they are compiled when somebody uses them: `_Later` does what a pattern does.

While PyYAML is imported here, `re.compile` is another one for the whole process. Other threads go through that, too,
as the language server's may: they get what they have always got, for only what asks from a module of PyYAML is put off.
"""

from __future__ import annotations

import re
import sys
from typing import Any


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

from yaml import CBaseLoader, scan  # noqa: E402
from yaml.error import Mark, MarkedYAMLError, YAMLError  # noqa: E402
from yaml.events import (  # noqa: E402
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.tokens import ScalarToken  # noqa: E402

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
    "scan",
]
