"""What searches have come to, for programs: JSON, JUnit's XML, and annotations of GitHub.

JSON is one document. Its shape is stable: keys may be added, none is renamed or removed.

{
  "version": 1,
  "proved": false,
  "unsearched": [{"path": "flows/other.yaml", "told": "it has errors: …"}],
  "searches": [                                       one for each flow, and each behaviour of the platform
    {
      "flow": "front_desk", "path": "flows/front_desk.yaml",
      "variant": {"late_connected": "True"},          what of the platform was not as by default
      "proved": false, "exhausted": true,
      "states": 1533, "transitions": 61039, "depth": 20, "seconds": 1.9,
      "bounds": {"posts": 2, "states": 1000000, "exact": false, "untimed": false, "faults": false},
      "assumptions": ["no more than 2 of …"],
      "reached": 9, "unreached": [{"what": "call_transfer: fallback busy", "path": …, "line": 12}],
      "violations": [                                 the shortest first
        {
          "property": "last words are heard", "promise": 5,          or null: it is not what the flow says
          "occasion": "time: onSpeechWaited", "told": "the caller is taken from …", "t_ms": 1000,
          "flow": {"path": …, "line": 20},            or null, where it is not known
          "generated": {"path": …, "line": 130},      or null
          "events": [{"number": 1, "name": "the caller calls", "event": {"do": "call"}}]
        }
      ]
    }
  ]
}
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flowc.report.github import END_OF_GROUP, error, group
from flowc.report.printable import Printable, json_document, xml_document
from flowc.report.terminal import visible
from flowc.testing.report.timeline import where
from flowc.testing.result import Place
from flowc.verify.assumptions import assumptions
from flowc.verify.report import assumed, render
from flowc.verify.result import Result, Violation

Timed = tuple[Result, float]
"""A result, and the seconds that the search took."""


HAS_ERRORS = "it has errors: `flowc check` shows them"


class Unsearched(NamedTuple):
    """A flow that was not searched, and why: a sentence."""

    path: str
    told: str


def as_json(searches: Sequence[Timed], unsearched: Sequence[Unsearched]) -> Printable:
    return json_document(
        {
            "version": 1,
            "proved": not unsearched and all(result.proved for result, _ in searches),
            "unsearched": [{"path": path, "told": told} for path, told in dict.fromkeys(unsearched)],
            "searches": [_search(*each) for each in searches],
        }
    )


def _search(result: Result, seconds: float) -> dict[str, Any]:
    bounds = result.bounds
    return {
        "flow": result.flow,
        "path": result.path,
        "variant": dict(result.variant),
        "proved": result.proved,
        "exhausted": result.exhausted,
        "states": result.states,
        "transitions": result.transitions,
        "depth": result.depth,
        "seconds": round(seconds, 3),
        "bounds": {
            "posts": bounds.posts,
            "states": bounds.states,
            "exact": bounds.exact,
            "untimed": bounds.untimed,
            "faults": bounds.faults,
        },
        "assumptions": list(assumptions(result)),
        "reached": len(result.reached) - len(result.unreached),
        "unreached": [{"what": one.what, **_place(one.place)} for one in result.unreached],
        "violations": [_violation(each) for each in result.violations],
    }


def _violation(violation: Violation) -> dict[str, Any]:
    failure = violation.call.failures[0]
    return {
        "property": violation.property,
        "promise": violation.promise,
        "occasion": violation.place,
        "told": violation.told,
        "t_ms": failure.t,
        "flow": None if failure.flow is None else _place(failure.flow),
        "generated": None if failure.generated is None else _place(failure.generated),
        "events": [
            {"number": number, "name": name, "event": event}
            for number, ((_, name, _), event) in enumerate(
                zip(violation.call.marks, violation.events, strict=True), start=1
            )
        ],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.span.line}


def as_junit(searches: Sequence[Timed], unsearched: Sequence[Unsearched], sources: Mapping[str, str]) -> Printable:
    """A `testcase` for each search, and for what was not searched. Real time is given, as it is real here."""
    unsearched = tuple(dict.fromkeys(unsearched))
    failed = sum(not result.proved for result, _ in searches)
    cases, errors = str(len(searches) + len(unsearched)), str(len(unsearched))
    counts = {"tests": cases, "failures": str(failed), "errors": errors, "skipped": "0"}
    root = ET.Element("testsuites", {"name": "flowc verify", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": "flowc verify", **counts})
    for result, seconds in searches:
        name = visible(result.path + _variant(result))
        case = ET.SubElement(
            suite,
            "testcase",
            {"classname": visible(result.flow), "name": name, "file": visible(result.path), "time": f"{seconds:.3f}"},
        )
        if not result.proved:
            found = ET.SubElement(case, "failure", {"message": visible(summary(result)), "type": "not proved"})
            found.text = "\n" + render(result, sources, seconds, False, most=None) + assumed((result,), False)
    for path, told in unsearched:
        shown = visible(path)
        case = ET.SubElement(suite, "testcase", {"classname": shown, "name": shown, "file": shown, "time": "0.000"})
        ET.SubElement(case, "error", {"message": visible(told), "type": "not searched"})
    ET.indent(root)
    return xml_document(root)


def as_github(
    searches: Sequence[Timed], unsearched: Sequence[Unsearched], sources: Mapping[str, str], annotation_root: str
) -> list[str]:
    """An annotation for each violation, at the flow's line, and for what is not proved for another reason; the reports
    as groups of the log. Errors of flows have annotations of their own.
    """
    lines: list[str] = []
    for path, told in dict.fromkeys(unsearched):
        if told != HAS_ERRORS:
            at = {"file": annotation_root + path, "line": "1", "title": "not searched"}
            lines.append(error(at, visible(told)))
    for result, _ in searches:
        for violation in result.violations:
            failure = violation.call.failures[0]
            place = failure.flow or Place(result.path, failure.place.span)
            line = str(place.span.line if failure.flow is not None else 1)
            rows = [f"{violation.told}", f"on the occasion: {violation.place}"]
            if failure.generated is not None:
                rows.append(f"generated {where(failure.generated)}")
            told = "\n".join(visible(row) for row in rows)
            lines.append(error({"file": annotation_root + place.path, "line": line, "title": violation.property}, told))
        if not result.proved and not result.violations:
            at = {"file": annotation_root + result.path, "line": "1", "title": "not proved"}
            lines.append(error(at, visible(summary(result))))
    for result, seconds in searches:
        title = f"verify {visible(result.path)}{visible(_variant(result))}"
        lines += [group(title), *render(result, sources, seconds, False).splitlines(), END_OF_GROUP]
    if searches:
        told = assumed((result for result, _ in searches), False)
        lines += [group("verify: what was assumed"), *told.splitlines()[2:], END_OF_GROUP]
    return lines


def _variant(result: Result) -> str:
    return f" ({', '.join(f'{name}: {value}' for name, value in result.variant)})" if result.variant else ""


def summary(result: Result) -> str:
    """Why it is not proved, in a sentence."""
    if result.violations:
        first, *others = result.violations
        return f"{first.property}: {first.told}" + (f", and {len(others)} more" if others else "")
    if not result.exhausted:
        return f"not exhausted: {result.why_not_exhausted}"
    more = f"; {result.may_need_more}" if result.may_need_more else ""
    return f"never reached, so nothing is proved of it: {', '.join(one.what for one in result.unreached)}{more}"
