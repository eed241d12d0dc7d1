"""Findings as SARIF 2.1.0, which code scanning services show. https://docs.oasis-open.org/sarif/sarif/v2.1.0/

One run with a result for each finding, with its exact hints as fixes; rules are the codes that were found, with what
`flowc explain` says of them.
Paths are relative to the repository (`%SRCROOT%`), and columns count characters, as everywhere in flowc.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flowc import __version__
from flowc.catalogue import CATALOGUE, page
from flowc.diagnostics import MOST_PER_FILE, Code, Diagnostic, Edit, Related, is_warning, unfinished
from flowc.report import Drift, Report
from flowc.report.printable import Printable, json_document
from flowc.source import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
DRIFT = "drift"


def render(report: Report) -> Printable:
    """The document, also when nothing was found."""
    root = report.annotation_root
    codes = sorted({found.code for found in report.diagnostics})
    rules = [_rule(code) for code in codes] + ([_DRIFTING] if report.drift else [])
    results = [_diagnostic(found, root, codes.index(found.code)) for found in report.diagnostics]
    results += [_drift(found, root, len(codes)) for found in report.drift]
    driver = {"name": "flowc", "semanticVersion": __version__, "rules": rules}
    stopped: list[Mapping[str, Any]] = [_notification(path, root) for path in unfinished(report.diagnostics)]
    stopped += [{"level": "error", "message": {"text": trouble}} for trouble in report.troubles]
    ended = {"executionSuccessful": not report.troubles, "toolExecutionNotifications": stopped}
    told = {"invocations": [ended]} if stopped else {}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", **told, "results": results}
    return json_document({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _notification(path: str, root: str) -> Mapping[str, Any]:
    told = f"flowc stops where a file has more than {MOST_PER_FILE} errors: there may be any number"
    place = {"physicalLocation": {"artifactLocation": _file(root + path)}}
    return {"level": "warning", "message": {"text": told}, "locations": [place]}


def _rule(code: Code) -> Mapping[str, Any]:
    rule = CATALOGUE[code]
    told = {} if rule.explanation is None else {"help": {"text": page.text(rule)}}
    return {
        "id": code,
        "shortDescription": {"text": rule.title},
        **told,
        "defaultConfiguration": {"level": "warning" if is_warning(code) else "error"},
    }


_DRIFTING: Mapping[str, Any] = {
    "id": DRIFT,
    "shortDescription": {"text": "what is generated is not what the flows say"},
    "defaultConfiguration": {"level": "error"},
}


def _diagnostic(found: Diagnostic, root: str, rule: int) -> Mapping[str, Any]:
    related = [_related(other, found.path, root) for other in found.related]
    return {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": found.severity,
        "message": {"text": found.message + (f"\nhelp: {found.hint}" if found.hint else "")},
        "locations": [{"physicalLocation": _place(root + found.path, found.span)}],
        **({"relatedLocations": related} if related else {}),
        **({"fixes": [_fix(each, root + found.path) for each in found.edits]} if found.edits else {}),
    }


def _fix(edit: Edit, path: str) -> Mapping[str, Any]:
    replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
    return {"artifactChanges": [{"artifactLocation": _file(path), "replacements": [replacement]}]}


def _related(other: Related, path: str, root: str) -> Mapping[str, Any]:
    place = _place(root + (other.path or path), other.span)
    return {"physicalLocation": place, "message": {"text": other.message}}


def _drift(found: Drift, root: str, rule: int) -> Mapping[str, Any]:
    return {
        "ruleId": DRIFT,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": f"{found.path} {found.message}"},
        "locations": [{"physicalLocation": {"artifactLocation": _file(root + found.path)}}],
    }


def _place(path: str, span: Span) -> Mapping[str, Any]:
    return {"artifactLocation": _file(path), "region": _region(span)}


def _region(span: Span) -> Mapping[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _file(path: str) -> Mapping[str, str]:
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}
