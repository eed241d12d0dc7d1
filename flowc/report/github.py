"""Workflow commands that GitHub Actions shows as annotations on the lines of a pull request.

Format and escaping: https://docs.github.com/actions/reference/workflow-commands-for-github-actions, "Setting an error
message", and `escapeData`/`escapeProperty` of the toolkit (actions/toolkit, packages/core/src/command.ts).
"""

from __future__ import annotations

from flowc.diagnostics import Diagnostic
from flowc.report import Drift, Report
from flowc.report.terminal import visible


def render(report: Report) -> str:
    """A line per finding. Paths are relative to the repository: `annotation_root` leads from it to the project."""
    lines = [_diagnostic(found, report.annotation_root) for found in report.diagnostics]
    lines += [_drift(found, report.annotation_root) for found in report.drift]
    return "".join(f"{line}\n" for line in lines)


def _diagnostic(found: Diagnostic, root: str) -> str:
    span = found.span
    place = {"file": root + found.path, "line": str(span.line), "col": str(span.column), "endLine": str(span.end_line)}
    if span.end_line == span.line:
        place["endColumn"] = str(max(span.column, span.end_column - 1))
    message = visible(found.message) + (f"\nhelp: {visible(found.hint)}" if found.hint else "")
    return error({**place, "title": found.code}, message)


def _drift(found: Drift, root: str) -> str:
    return error({"file": root + found.path, "title": "drift"}, f"{found.path} {found.message}")


def error(properties: dict[str, str], message: str) -> str:
    """The command that is shown as an error; `properties` say where, e.g. `file`, `line`, `title`."""
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::error {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
