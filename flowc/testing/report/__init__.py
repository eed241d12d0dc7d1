"""What came of playing call scripts, as text: one module per output format over the same `Run`. The formats are in
`flowc.formats`.

A renderer is a pure function of a `Run` and a `View` of it. It never looks at the terminal, the environment, the clock
or the disk: virtual time is all the time there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flowc.testing.report.timeline import WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What of a run is shown, and how.

    `sources` are texts by path, for showing lines. `trace` adds everything that happened, for every call; `mermaid` a
    sequence diagram of each call that failed, or of each call if none did; `coverage` what no script went through.
    `color` and `width` are of a terminal, for formats for people. `annotation_root` is put before paths for GitHub,
    which wants them relative to the repository; it is empty or ends in a slash. `seen` makes of a path of the project
    what somebody at a terminal opens (`flowc.here`), in formats for people.
    """

    sources: Mapping[str, str]
    trace: bool = False
    mermaid: bool = False
    coverage: bool = False
    color: bool = False
    width: int = WIDTH
    annotation_root: str = ""
    seen: Callable[[str], str] = str

    @property
    def seen_sources(self) -> Mapping[str, str]:
        return {self.seen(path): text for path, text in self.sources.items()}
