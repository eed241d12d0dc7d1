"""JUnit's XML, as continuous integration reads it: a `testsuite` per script file, a `testcase` per call.

There is no official schema; this keeps to what Jenkins, GitLab and GitHub's reporters have in common. `time` is real
time, in seconds: how long it took to play a call, not how long the call was. Characters that XML cannot hold are
written as their escapes, and those beyond ASCII as references.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from flowc.report.printable import Printable, xml_document
from flowc.report.terminal import visible
from flowc.testing.report.coverage import by_flow, lines
from flowc.testing.report.full import behaviour, failure
from flowc.testing.report.mermaid import diagram, drawn
from flowc.testing.report.timeline import WIDTH, where
from flowc.testing.report.trace import trace as everything
from flowc.testing.result import PlayedCall, Run


def render(run: Run, sources: Mapping[str, str], trace: bool, mermaid: bool, coverage: bool) -> Printable:
    """The document, also when nothing was played."""
    root = ET.Element("testsuites", {"name": "flowc test", **_counts(run.calls)})
    pictured = drawn(run) if mermaid else []
    suites: dict[str, list[PlayedCall]] = {}
    for call in run.calls:
        suites.setdefault(call.place.path, []).append(call)
    for path, calls in suites.items():
        suite = ET.SubElement(root, "testsuite", {"name": visible(path), **_counts(calls)})
        for call in calls:
            _case(suite, call, sources, trace, any(call is one for one in pictured))
    if coverage:
        _coverage(root, run)
    ET.indent(root)
    return xml_document(root)


def _counts(calls: Sequence[PlayedCall]) -> dict[str, str]:
    failed = sum(not call.passed for call in calls)
    took = sum(call.took_s for call in calls)
    return {"tests": str(len(calls)), "failures": str(failed), "errors": "0", "skipped": "0", "time": f"{took:.3f}"}


def _case(suite: ET.Element, call: PlayedCall, sources: Mapping[str, str], trace: bool, mermaid: bool) -> None:
    variant = f" ({behaviour(call)})" if call.variant else ""
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": visible(call.flow),
            "name": visible(call.name + variant),
            "file": visible(call.place.path),
            "line": str(call.place.span.line),
            "time": f"{call.took_s:.3f}",
        },
    )
    if call.failures:
        first = call.failures[0]
        message = f"expected {first.expected}, found {first.found} ({where(first.place)})"
        found = ET.SubElement(case, "failure", {"message": visible(message), "type": "expectation"})
        found.text = _block(failure(call, sources, False, WIDTH))
    said = ([f"note: {visible(call.note)}"] if call.note else []) + (list(everything(call, False)) if trace else [])
    said += list(diagram(call)) if mermaid else []
    if said:
        ET.SubElement(case, "system-out").text = _block(said)


def _coverage(root: ET.Element, run: Run) -> None:
    """A suite of its own, without cases: coverage is not something that passes or fails."""
    suite = ET.SubElement(root, "testsuite", {"name": "coverage", **_counts(())})
    properties = ET.SubElement(suite, "properties")
    for flow in by_flow(run):
        ET.SubElement(properties, "property", {"name": visible(flow.path), "value": f"{flow.percent}%"})
    ET.SubElement(suite, "system-out").text = _block(lines(run, False))


def _block(rows: Sequence[str]) -> str:
    return "\n" + "".join(f"{row}\n" for row in rows)
