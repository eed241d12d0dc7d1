"""What flowc shows, by the name of a format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowc import formats
from flowc.report import Report
from flowc.report.printable import Printable
from flowc.testing.report import View
from flowc.testing.result import Run


def render(report: Report, style: str, color: bool = False) -> Printable:
    return formats.render(report, formats.named(style), color)


def render_calls(run: Run, style: str, *, sources: Mapping[str, str], **wanted: Any) -> Printable:
    return formats.render_calls(run, formats.named(style), View(sources=sources, **wanted))
