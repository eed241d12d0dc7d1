"""Where each key of a value stands: the IR has the place of a declaration or a step, and not of what is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadOnly

from flowc.diagnostics import Problems
from flowc.nodes import Mapping, Node, Sequence
from flowc.source import Source, Span

_SPELT: ReadOnly[str, str] = {
    "abandoned": "do",
    "every_ms": "repeat_every",
    "fallback_is_default": "fallback",
    "is_secure": "secure",
    "is_stereo": "stereo",
    "name": "flow",
    "steps": "do",
}
"""The keys of fields that are not called as they are, but for a unit or an underscore."""


class Lines:
    """The keys of one file, by the place that the IR has of what they are in: its name, its key, or its beginning."""

    def __init__(self, root: Node | None = None) -> None:
        self._within: dict[Span, list[Mapping]] = {}
        self._root = root if isinstance(root, Mapping) else None
        if root is not None:
            self._add(root)

    def _add(self, node: Node, *, is_item: bool = False) -> None:
        if isinstance(node, Mapping):
            self._within.setdefault(node.span, []).append(node)
            for key, value in node.entries.values():
                around = self._within.setdefault(key.span, [])
                if isinstance(value, Mapping):
                    around.append(value)
                if is_item or not isinstance(value, Mapping):
                    around.append(node)  # a step: its own key, with others beside it
                self._add(value)
        elif isinstance(node, Sequence):
            for item in node.items:
                self._add(item, is_item=True)

    def of_file(self, field: str) -> Span | None:
        """Of what the file itself says, outside of everything in it."""
        return None if self._root is None else _key(self._root, field)

    def within(self, place: Span, field: str) -> Span | None:
        """Of a field of what stands at a place; None where nothing is written of it there."""
        return next((key for each in self._within.get(place, ()) if (key := _key(each, field)) is not None), None)


def _key(mapping: Mapping, field: str) -> Span | None:
    bare = field.removesuffix("_ms")
    camel = re.sub("_([a-z])", lambda found: found[1].upper(), field)
    known = (field, bare, camel, _SPELT.get(field, ""))
    return next((mapping.entries[key][0].span for key in known if key in mapping.entries), None)


NO_LINES = Lines()


def lines_of(source: Source | None) -> Lines:
    """Of a flow that compiles: what is wrong with a file has been said."""
    from flowc.parse.yaml_tree import parse

    return NO_LINES if source is None else Lines(parse(source, Problems(source.path)))
