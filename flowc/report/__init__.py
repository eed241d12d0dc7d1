"""What flowc found, as text: one module per output format over the same `Report`. The formats are in `flowc.formats`.

A renderer is a pure function from a `Report` to text, empty when there is nothing to say (except for a document). It
never looks at the terminal, the environment or the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from flowc.diagnostics import Diagnostic
from flowc.source import Source
from flowc.unit import Ring


class Change(StrEnum):
    """How a file in the output folder differs from what `flowc build` makes."""

    CHANGED = "changed"
    MISSING = "missing"
    STALE = "stale"
    FOREIGN = "foreign"


class Drift(Struct, frozen=True):
    """A file in the output folder that is not what `flowc build` makes.

    `path` is relative to the project's folder, `message` says what is wrong and what to do, and `patch` is the unified
    diff to what is wanted (empty for a file that flowc would not touch, or that has too much in it for a patch).
    """

    path: str
    change: Change
    message: str
    patch: str = ""


class Report(Struct, frozen=True):
    """Diagnostics in order, the sources they speak of by path, and the drift of the output folder.

    `annotation_root` is put before paths where a reader wants them relative to something else than the project's
    folder (GitHub: the repository); it is empty or ends in a slash. `seen` makes of a path of the project what somebody
    at a terminal opens (`flowc.here`). `hunts` are those of the flows, which
    `flowc check` tells if nothing is wrong. `troubles` are sentences that say why nothing was looked at.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    drift: tuple[Drift, ...] = ()
    annotation_root: str = ""
    hunts: tuple[Ring, ...] | None = None
    troubles: tuple[str, ...] = ()
    seen: Callable[[str], str] = str

    def at_a_terminal(self) -> Report:
        """The same with every path as `seen`."""
        return replace(
            self,
            diagnostics=tuple(found.moved(self.seen) for found in self.diagnostics),
            sources={self.seen(path): source for path, source in self.sources.items()},
            drift=tuple(replace(found, path=self.seen(found.path)) for found in self.drift),
            seen=str,
        )
