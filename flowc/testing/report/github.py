"""Workflow commands that GitHub Actions shows as annotations on the script's lines, and what else there is as log.

Format and escaping as in `flowc.report.github`. Nothing else in the log looks like a command: `flowc.report.printable`
sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flowc.report.github import END_OF_GROUP, error, group
from flowc.report.printable import Command
from flowc.report.terminal import visible
from flowc.testing.report import coverage as covered
from flowc.testing.report import full
from flowc.testing.report.mermaid import diagram, drawn
from flowc.testing.report.timeline import WIDTH, steps, where
from flowc.testing.report.trace import trace as everything
from flowc.testing.result import Failure, Place, PlayedCall, Run


def render(
    run: Run, sources: Mapping[str, str], trace: bool, mermaid: bool, coverage: bool, annotation_root: str
) -> list[str]:
    """An annotation per step that failed, the timelines as groups of the log, and the sum."""
    lines: list[str] = [
        _annotation(call, step.failures, annotation_root)
        for call in full.told(run)
        for step in steps(call)
        if step.failures
    ]
    for call in full.told(run):
        lines += _group(f"timeline of {call.name}", full.failure(call, sources, False, WIDTH))
    for call in run.calls if trace else ():
        lines += _group(f"trace of {call.name}", everything(call, False))
    for call in drawn(run) if mermaid else ():
        lines += _group(f"diagram of {call.name}", diagram(call))
    if coverage:
        lines += covered.lines(run, False)
    return lines + full.closing(run, False)


def _annotation(call: PlayedCall, failures: Sequence[Failure], root: str) -> Command:
    """All that one step has failed with, at the line of the first."""
    span = failures[0].place.span
    place = {"file": root + failures[0].place.path, "line": str(span.line), "endLine": str(span.end_line)}
    rows: list[str] = []
    for failure in failures:
        rows += [f"expected {visible(failure.expected)}", f"found {visible(failure.found)}"]
    rows += dict.fromkeys(f"{word} {visible(where(found))}" for each in failures for word, found in _behind(each))
    return error({**place, "title": call.name}, "\n".join(rows))


def _behind(failure: Failure) -> list[tuple[str, Place]]:
    known = (("flow", failure.flow), ("generated", failure.generated))
    return [(word, place) for word, place in known if place is not None]


def _group(title: str, rows: Iterable[str]) -> list[str]:
    return [group(title), *rows, END_OF_GROUP]
