"""One JSON document for programs. Its shape is stable: keys may be added, none is renamed or removed.

{
  "version": 1,
  "passed": false,                                  false too where a file was refused, and its calls were not played
  "calls": [
    {
      "name": "support is busy",
      "flow": "front_desk",                         the flow's name
      "passed": false,
      "path": "flows/front_desk.calls.yaml",        the script: POSIX, relative to the project's folder
      "start": {"line": 10, "column": 3},           counted from 1, columns in characters
      "end": {"line": 10, "column": 18},            exclusive
      "variant": {"late connected": "true"},        what of the platform was not as by default
      "variants": {"failed": 2, "played": 7},       or null: of a call that fails by default with
                                                    `--all-platform-variants`, whose variants are not listed
      "note": "",
      "ended_ms": 5401,                             virtual time at the end of the script, also of a call that
                                                    goes on
      "failures": [
        {
          "t_ms": 5401,
          "expected": "caller with: support",
          "found": "caller with: agent",
          "path": …, "start": …, "end": …,          the script's line
          "flow": {"path": …, "start": …, "end": …},        or null, where it is not known
          "generated": {"path": …, "start": …, "end": …},   or null
          "through": ["call_transfer: fallback otherwise", "route voicemail"]   what led to that line of the flow
        }
      ],
      "trace": [{"t": 0, "event": "started"}, …],   only with `--trace`: the emulator's own
      "mermaid": "sequenceDiagram\\n…"               only with `--mermaid`, on the calls that get a diagram
    }
  ],
  "coverage": [                                     only with `--coverage`
    {
      "path": "flows/front_desk.yaml",
      "percent": 91, "total": 24, "covered": 22,    all 0 if there is no call script for the flow
      "scripted": true,                             whether there is one
      "uncovered": [{"what": "call_transfer: fallback busy", "path": …, "start": …, "end": …}]
    }
  ]
}
"""

from __future__ import annotations

from typing import Any

from flowc.report.printable import Printable, json_document
from flowc.testing.report.coverage import by_flow
from flowc.testing.report.mermaid import diagram, drawn
from flowc.testing.result import Failure, Place, PlayedCall, Run


def render(run: Run, trace: bool, mermaid: bool, coverage: bool) -> Printable:
    """The document, also when nothing was played."""
    pictured = drawn(run) if mermaid else []
    document: dict[str, Any] = {
        "version": 1,
        "passed": run.passed,
        "calls": [_call(call, trace, any(call is one for one in pictured)) for call in run.calls],
    }
    if coverage:
        document["coverage"] = [
            {
                "path": flow.path,
                "percent": flow.percent,
                "total": flow.total,
                "covered": flow.covered,
                "scripted": flow.scripted,
                "uncovered": [{"what": item.what, **_place(item.place)} for item in flow.uncovered],
            }
            for flow in by_flow(run)
        ]
    return json_document(document)


def _call(call: PlayedCall, trace: bool, mermaid: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": call.name,
        "flow": call.flow,
        "passed": call.passed,
        **_place(call.place),
        "variant": dict(call.variant),
        "variants": None if call.variants is None else dict(zip(("failed", "played"), call.variants, strict=True)),
        "note": call.note,
        "ended_ms": call.ended_ms,
        "failures": [_failure(failure) for failure in call.failures],
    }
    if trace:
        shown["trace"] = list(call.trace)
    if mermaid:
        shown["mermaid"] = "".join(f"{line}\n" for line in diagram(call))
    return shown


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "t_ms": failure.t,
        "expected": failure.expected,
        "found": failure.found,
        **_place(failure.place),
        "flow": None if failure.flow is None else _place(failure.flow),
        "generated": None if failure.generated is None else _place(failure.generated),
        "through": list(failure.through),
    }


def _place(place: Place) -> dict[str, Any]:
    span = place.span
    return {
        "path": place.path,
        "start": {"line": span.line, "column": span.column},
        "end": {"line": span.end_line, "column": span.end_column},
    }
