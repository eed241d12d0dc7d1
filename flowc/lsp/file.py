"""A file that is open, or beside one that is: its text, and what can be read of that without the compiler."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property

from flowc.checks.same_name import FlowName
from flowc.discovery import CALL_SCRIPTS
from flowc.lsp.names import Kind, Occurrence, names_of
from flowc.lsp.places import CALLS, FLOWS, Outline
from flowc.lsp.positions import Encoding, Lines
from flowc.lsp.tree import Map, Node, Value
from flowc.parse.yaml_tree import LARGEST_FILE
from flowc.source import place_of

_FLOW = re.compile(r"""^flow:[ ]*["']?(\w+)""", re.MULTILINE)


class File:
    """`path` is that of a `Source`: relative to the project's folder. `is_read`: it is not larger than a flow may be,
    so that there is anything to know of it.
    """

    def __init__(self, path: str, text: str, encoding: Encoding = "utf-16") -> None:
        self.path = path
        self.text = text
        self.encoding = encoding
        self.is_calls = path.endswith(CALL_SCRIPTS)

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.text, self.encoding)

    @cached_property
    def is_read(self) -> bool:
        return len(self.text) <= LARGEST_FILE

    @cached_property
    def outline(self) -> Outline:
        return Outline(self.text if self.is_read else "", CALLS if self.is_calls else FLOWS)

    @cached_property
    def names(self) -> tuple[Occurrence, ...]:
        return names_of(self.outline)

    def node(self, *path: str) -> Node | None:
        """What stands under keys, from the outermost on."""
        found: Node | None = self.outline.root
        for key in path:
            found = found.get(key) if isinstance(found, Map) else None
        return found

    def text_at(self, *path: str) -> str:
        found = self.node(*path)
        return found.text if isinstance(found, Value) else ""

    def declared(self, kind: Kind, owner: str = "") -> tuple[str, ...]:
        """The names of a kind that the file declares, those of an owner if one is given, each once."""
        found = (each.name for each in self.names if each.declares and each.kind == kind and owner in ("", each.owner))
        return tuple(dict.fromkeys(found))

    @cached_property
    def flow_name(self) -> FlowName | None:
        """Of a flow: what it calls itself, and where."""
        found = None if self.is_calls else _FLOW.search(self.text)
        if found is None:
            return None
        return FlowName(found[1], self.path, place_of(self.text, found.start(1), found.end(1)))

    @cached_property
    def flow_path(self) -> str:
        """Of call scripts: the path of the flow that they are about; empty if they name none."""
        named = self.text_at("flow") if self.is_calls else ""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), named)) if named else ""
