"""Workflow commands that GitHub Actions shows as annotations on the lines of a pull request.

Format and escaping: https://docs.github.com/actions/reference/workflow-commands-for-github-actions, "Setting an error
message", and `escapeData`/`escapeProperty` of the toolkit (actions/toolkit, packages/core/src/command.ts).
"""

from __future__ import annotations

from flowc.diagnostics import Diagnostic, Severity
from flowc.report import Drift, Report
from flowc.report.printable import Command
from flowc.report.terminal import visible


def render(report: Report) -> list[Command]:
    """A line per finding. Paths are relative to the repository: `annotation_root` leads from it to the project."""
    lines = [_diagnostic(found, report.annotation_root) for found in report.diagnostics]
    return lines + [_drift(found, report.annotation_root) for found in report.drift]


def _diagnostic(found: Diagnostic, root: str) -> Command:
    span = found.span
    place = {"file": root + found.path, "line": str(span.line), "col": str(span.column), "endLine": str(span.end_line)}
    if span.end_line == span.line:
        place["endColumn"] = str(max(span.column, span.end_column - 1))
    message = visible(found.message) + (f"\nhelp: {visible(found.hint)}" if found.hint else "")
    return annotation(found.severity, {**place, "title": found.code}, message)


def _drift(found: Drift, root: str) -> Command:
    return error({"file": root + found.path, "title": "drift"}, f"{found.path} {found.message}")


def error(properties: dict[str, str], message: str) -> Command:
    """As `annotation`, of an error."""
    return annotation("error", properties, message)


def annotation(severity: Severity, properties: dict[str, str], message: str) -> Command:
    """The command that is shown as an error or a warning; `properties` say where, e.g. `file`, `line`, `title`. The
    message may have several lines.
    """
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    told = "%0A".join(_data(line) for line in message.split("\n"))
    return Command(f"::{severity} {listed}::{told}")


def group(title: str) -> Command:
    """The command that begins a part of the log which can be folded away; `END_OF_GROUP` ends it."""
    return Command(f"::group::{_data(title)}")


END_OF_GROUP = Command("::endgroup::")


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
