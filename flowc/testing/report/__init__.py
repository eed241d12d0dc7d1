"""What came of playing call scripts, as text: one module per output format over the same `Run`.

A renderer is a pure function of a `Run` and the sources that it speaks of. It never looks at the terminal, the
environment, the clock or the disk: virtual time is all the time there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, assert_never, get_args

from flowc.report.printable import Printable, log, plain
from flowc.testing.report.timeline import WIDTH
from flowc.testing.result import Run

Format = Literal["full", "json", "junit", "github"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(
    run: Run,
    style: Format,
    color: bool = False,
    *,
    sources: Mapping[str, str],
    trace: bool = False,
    mermaid: bool = False,
    coverage: bool = False,
    width: int = WIDTH,
    annotation_root: str = "",
) -> Printable:
    """The run as text, each line ended.

    `sources` are texts by path, for showing lines. `trace` adds everything that happened, for every call; `mermaid` a
    sequence diagram of each call that failed, or of each call if none did; `coverage` what no script went through.
    `width` is that of the terminal, for `full`. `annotation_root` is put before paths for GitHub, which wants them
    relative to the repository; it is empty or ends in a slash. Only `full` has colours.
    """
    match style:
        case "full":
            from flowc.testing.report import full

            return plain(full.render(run, color, sources, trace, mermaid, coverage, width), color)
        case "json":
            from flowc.testing.report import json

            return json.render(run, trace, mermaid, coverage)
        case "junit":
            from flowc.testing.report import junit

            return junit.render(run, sources, trace, mermaid, coverage)
        case "github":
            from flowc.testing.report import github

            return log(github.render(run, sources, trace, mermaid, coverage, annotation_root))
        case _:
            assert_never(style)
