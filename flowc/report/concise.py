"""One line per finding, for editors and for grep: `path:line:column: CODE message (what to write instead)`.

Before the message of a warning stands `warning: `.
"""

from __future__ import annotations

from flowc.diagnostics import Diagnostic
from flowc.report import Drift, Report
from flowc.report.terminal import BOLD, RED, STYLE_OF, paint, visible


def render(report: Report, color: bool = False) -> str:
    """Diagnostics, then drift, a line each."""
    lines = [_diagnostic(found, color) for found in report.diagnostics]
    lines += [_drift(found, color) for found in report.drift]
    return "".join(f"{line}\n" for line in lines)


def _diagnostic(found: Diagnostic, color: bool) -> str:
    hint = f" ({visible(found.hint)})" if found.hint else ""
    what = "" if found.severity == "error" else f"{found.severity}: "
    place = f"{visible(found.path)}:{found.span.line}:{found.span.column}:"
    code = paint(found.code, STYLE_OF[found.severity], color)
    return f"{paint(place, BOLD, color)} {code} {what}{visible(found.message)}{hint}"


def _drift(found: Drift, color: bool) -> str:
    return f"{paint(f'{visible(found.path)}:', BOLD, color)} {paint('drift', RED, color)}: {visible(found.message)}"
