"""One JSON document for programs. Its shape is stable: keys may be added, none is renamed or removed.

{
  "version": 1,
  "diagnostics": [
    {
      "code": "FLOW201",
      "title": "unknown name",                      the code's line in the catalogue
      "severity": "error",                          or "warning"
      "message": "unknown target `recption`",
      "hint": "did you mean `reception`?",          empty if there is none
      "path": "flows/front_desk.yaml",              POSIX, relative to the project's folder
      "start": {"line": 41, "column": 17},          counted from 1, columns in characters
      "end": {"line": 41, "column": 25},            exclusive
      "related": [{"message": "…", "start": {…}, "end": {…}}],     with its "path" if that is another one
      "edits": [{"start": {…}, "end": {…}, "text": "reception"}]   only where the hint is exact: what it says, as YAML;
                                                                   of several one is meant, and what is written may be
                                                                   wrong for another reason
    }
  ],
  "troubles": ["x.yaml: no such file or directory"],  only where nothing was looked at
  "unfinished": ["flows/front_desk.yaml"],          only where flowc has stopped, at more than 200 errors
  "drift": [                                        only `build --check` finds any
    {
      "path": "generated/front_desk/front_desk_tools.py",
      "change": "changed",                          or "missing", "stale", "foreign"
      "message": "is not what `flowc build` makes",
      "patch": "--- a/generated/…"                  unified diff, empty for what flowc does not touch
    }
  ],
  "hunts": [                                        only of `check`, if nothing is wrong
    {
      "path": "flows/front_desk.yaml",
      "start": {"line": 58, "column": 9},
      "end": {"line": 58, "column": 17},
      "way": "call_transfer: fallback busy",        as in the log of a call
      "value": "billing",                           by which a parameter chooses; empty if none does
      "rings_seconds": 40,                          at the most, until somebody answers or nobody does
      "targets": [{"target": "reception", "rings_seconds": 20}]     and `attempts`, `pause_seconds`, if several
    }
  ]
}
"""

from __future__ import annotations

from typing import Any

from flowc.catalogue import CATALOGUE
from flowc.diagnostics import Diagnostic, Related, unfinished
from flowc.report import Drift, Report
from flowc.report.printable import Printable, json_document
from flowc.source import Span
from flowc.unit import Ring


def render(report: Report) -> Printable:
    """The document, also when nothing was found."""
    stopped = unfinished(report.diagnostics)
    document = {
        "version": 1,
        "diagnostics": [_diagnostic(found) for found in report.diagnostics],
        **({"troubles": list(report.troubles)} if report.troubles else {}),
        **({"unfinished": list(stopped)} if stopped else {}),
        "drift": [_drift(found) for found in report.drift],
        **({} if report.hunts is None else {"hunts": [_hunt(found) for found in report.hunts]}),
    }
    return json_document(document)


def _diagnostic(found: Diagnostic) -> dict[str, Any]:
    return {
        "code": found.code,
        "title": CATALOGUE[found.code].title,
        "severity": found.severity,
        "message": found.message,
        "hint": found.hint,
        "path": found.path,
        **_place(found.span),
        "related": [_related(other) for other in found.related],
        **({"edits": [{**_place(each.span), "text": each.text} for each in found.edits]} if found.edits else {}),
    }


def _related(other: Related) -> dict[str, Any]:
    path = {"path": other.path} if other.path else {}
    return {"message": other.message, **path, **_place(other.span)}


def _place(span: Span) -> dict[str, Any]:
    return {
        "start": {"line": span.line, "column": span.column},
        "end": {"line": span.end_line, "column": span.end_column},
    }


def _hunt(found: Ring) -> dict[str, Any]:
    return {
        "path": found.path,
        **_place(found.span),
        "way": found.way,
        "value": found.value,
        "rings_seconds": found.rings_ms / 1000,
        "targets": [_target(*each) for each in found.targets],
    }


def _target(name: str, ring_ms: int, attempts: int, pause_ms: int) -> dict[str, Any]:
    again = {} if attempts == 1 else {"attempts": attempts, "pause_seconds": pause_ms / 1000}
    return {"target": name, "rings_seconds": ring_ms / 1000, **again}


def _drift(found: Drift) -> dict[str, Any]:
    """Bytes that are no text are replaced in the patch; `flowc diff` has them."""
    patch = found.patch.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return {"path": found.path, "change": found.change.value, "message": found.message, "patch": patch}
