"""What flowc found, as text: one module per output format over the same `Report`.

A renderer is a pure function from a `Report` to the text for standard output, empty when there is nothing to say
(except JSON, which always is one document). It never looks at the terminal, the environment or the disk. What it makes
leaves as a `Printable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, assert_never, get_args

from flowc.diagnostics import Diagnostic
from flowc.report.printable import Printable, log, plain
from flowc.source import Source

Format = Literal["full", "concise", "json", "github"]
FORMATS: tuple[Format, ...] = get_args(Format)


class Change(StrEnum):
    """How a file in the output folder differs from what `flowc build` makes."""

    CHANGED = "changed"
    MISSING = "missing"
    STALE = "stale"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Drift:
    """A file in the output folder that is not what `flowc build` makes.

    `path` is relative to the project's folder, `message` says what is wrong and what to do, and `patch` is the unified
    diff to what is wanted (empty for a file that flowc would not touch).
    """

    path: str
    change: Change
    message: str
    patch: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Diagnostics in order, the sources they speak of by path, and the drift of the output folder.

    `annotation_root` is put before paths where a reader wants them relative to something else than the project's
    folder (GitHub: the repository); it is empty or ends in a slash.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    drift: tuple[Drift, ...] = ()
    annotation_root: str = ""


def render(report: Report, style: Format, color: bool = False) -> Printable:
    """The report as text, each line ended. `color` means terminal colours, which only people's formats have."""
    match style:
        case "full":
            from flowc.report import full

            return plain(full.render(report, color), color)
        case "concise":
            from flowc.report import concise

            return plain(concise.render(report, color), color)
        case "json":
            from flowc.report import json

            return json.render(report)
        case "github":
            from flowc.report import github

            return log(github.render(report))
        case _:
            assert_never(style)
