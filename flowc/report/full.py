"""The format for people: each diagnostic with its line, a caret under the place, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence

from flowc.diagnostics import SECRET, Diagnostic, cut, is_warning
from flowc.report import Change, Drift, Report
from flowc.report.snippet import Excerpt, Mark, excerpt, lines_of
from flowc.report.terminal import BLUE, BOLD, RED, STYLE_OF, paint, patch, visible
from flowc.source import Span

_NAME = re.compile("`[^`]*`")
MOST_LINES = 400
MOST_COLUMNS = 1000
"""Of a patch. Nobody reads beyond that, and the file may have been made to fill a log."""


def render(report: Report, color: bool = False) -> str:
    """Diagnostics, then drift, with an empty line between any two.

    Secrets that were found in a flow are starred out: this may end up in the log of a CI.
    """
    mentioned = _mentioned(report)
    lines = {path: lines_of(source) for path, source in report.sources.items() if path in mentioned}
    for found in report.diagnostics:
        if found.code == SECRET and found.path in lines:
            _mask(lines[found.path], found.span)
    blocks = [_diagnostic(alike, lines, color) for alike in _alike(report.diagnostics)]
    blocks += [_drift(found, color) for found in report.drift]
    return "\n".join(blocks)


def _mask(lines: list[str], span: Span) -> None:
    for number in range(span.line, min(span.end_line, len(lines)) + 1):
        line = lines[number - 1]
        start = span.column - 1 if number == span.line else 0
        end = span.end_column - 1 if number == span.end_line else len(line)
        lines[number - 1] = line[:start] + re.sub(r"\S", "*", line[start:end]) + line[end:]


def _mentioned(report: Report) -> set[str]:
    """The files of which a line is shown."""
    own = {found.path for found in report.diagnostics}
    return own | {other.path for found in report.diagnostics for other in found.related}


def _alike(diagnostics: Sequence[Diagnostic]) -> list[list[Diagnostic]]:
    """Warnings of one file that say the same of several things are read at once, at the first of them. (An error is one
    to mend, and of those that one word mends the compiler makes one.)
    """
    found: dict[object, list[Diagnostic]] = {}
    for number, each in enumerate(diagnostics):
        words = _NAME.sub("``", each.message)
        alike = (each.path, each.code, each.hint, words) if is_warning(each.code) else number
        found.setdefault(alike, []).append(each)
    return list(found.values())


def _diagnostic(alike: Sequence[Diagnostic], lines: ReadOnly[str, list[str]], color: bool) -> str:
    found, *others = alike
    marks = {found.path: [Mark(found.span, "^")]}  # the file of the error, then the others
    marks[found.path] += [
        Mark(each.span, "^", visible(each.message) if each.message != found.message else "") for each in others
    ]
    for path, other in dict.fromkeys((other.path or found.path, other) for each in alike for other in each.related):
        marks.setdefault(path, []).append(Mark(other.span, "-", visible(other.message)))
    more = f" (and {len(others)} more)" if others else ""
    width = max(len(str(mark.span.line)) for each in marks.values() for mark in each)
    tint = STYLE_OF[found.severity]
    head = paint(f"{found.severity}[{found.code}]", tint, color)
    rows = [f"{head}: {paint(visible(found.message), BOLD, color)}{more}"]
    for path, each in marks.items():
        rows += _excerpts(path, each, lines.get(path, []), width, tint, color)
    if found.hint:
        rows.append(f"{' ' * width} {paint('=', BLUE, color)} {paint('help:', BOLD, color)} {visible(found.hint)}")
    return "\n".join(rows) + "\n"


def _excerpts(path: str, marks: list[Mark], lines: list[str], width: int, tint: str, color: bool) -> list[str]:
    """The places of one file, the first of which names it, from top to bottom."""
    excerpts = sorted((excerpt(lines, mark) for mark in marks), key=lambda shown: shown.number)
    bar = paint("|", BLUE, color)
    place = f"{visible(path)}:{marks[0].span.line}:{marks[0].span.column}"
    rows = [f"{' ' * width}{paint('-->', BLUE, color)} {place}", f"{' ' * width} {bar}"]
    previous: Excerpt | None = None
    for shown in excerpts:
        if previous is not None and shown.number > previous.number + 1:
            rows.append(paint("...", BLUE, color))
        if previous is None or (shown.number, shown.text) != (previous.number, previous.text):
            rows.append(f"{paint(f'{shown.number:>{width}}', BLUE, color)} {bar} {shown.text}".rstrip())
        underline = f"{shown.mark.underline * shown.length} {shown.mark.label}".rstrip()
        style = tint if shown.mark.underline == "^" else BLUE
        rows.append(f"{' ' * width} {bar} {' ' * shown.indent}{paint(underline, style, color)}")
        previous = shown
    return rows


def _drift(found: Drift, color: bool) -> str:
    """The patch is shown for a file that was edited; of one that is missing or too many it would tell nothing."""
    head = f"{paint('drift', RED, color)}: {paint(visible(f'{found.path} {found.message}'), BOLD, color)}\n"
    if found.change is not Change.CHANGED:
        return head
    lines = found.patch.split("\n")
    shown = [cut(line, MOST_COLUMNS) for line in lines[:MOST_LINES]]
    if len(lines) <= MOST_LINES:
        return head + patch("\n".join(shown), color)
    more = f"... {len(lines) - MOST_LINES} more lines of this patch: `flowc diff` has them\n"
    return head + patch("\n".join(shown), color) + paint(more, BLUE, color)
