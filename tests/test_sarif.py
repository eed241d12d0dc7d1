"""What `--output-format sarif` prints is SARIF 2.1.0, by the schema that OASIS has published.

The schema is not in this repository: its text is OASIS', and not under a licence that lets others pass it on in theirs.
It is named in FLOWC_SARIF_SCHEMA, and has to be the published one, byte by byte, wherever it was fetched. CI takes it
from a package that ships it, as it takes TypeScript from another.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from msgspec.structs import replace

from flowc.compiler import compile_flows
from flowc.report import Report
from flowc.report.sarif import SCHEMA
from flowc.source import Source
from tests.conftest import ROOT
from tests.shown import render
from tests.test_diagnostics import REFUSED, WARNED, sources
from tests.test_reports import CASES, DRIFT, report

PUBLISHED = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""SHA-256 of https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"""


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    named = os.environ.get("FLOWC_SARIF_SCHEMA")
    if not named:
        pytest.skip("the schema of SARIF is not at hand: FLOWC_SARIF_SCHEMA does not name it")
    content = Path(named).read_bytes()
    assert sha256(content).hexdigest() == PUBLISHED, f"{named} is not the schema that OASIS has published"
    loaded = json.loads(content)
    Draft4Validator.check_schema(loaded)
    return Draft4Validator(loaded, format_checker=FormatChecker())


def wrong(schema: Draft4Validator, document: object) -> list[str]:
    return [f"{'/'.join(map(str, each.absolute_path))}: {each.message}" for each in schema.iter_errors(document)]


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_finding(schema: Draft4Validator, name: str) -> None:
    assert wrong(schema, json.loads(render(report(name), "sarif"))) == []


def test_what_has_drifted_from_its_flow(schema: Draft4Validator) -> None:
    told = replace(report("two"), drift=DRIFT, annotation_root="voice/")
    for one in (Report((), {}, DRIFT), told, Report((), {}, troubles=("x: no such file",))):
        assert wrong(schema, json.loads(render(one, "sarif"))) == []


def test_every_error_of_every_refused_flow(schema: Draft4Validator) -> None:
    """Each code, with what `flowc explain` says of it."""
    codes: set[str] = set()
    for path in (*REFUSED, *WARNED):
        each: list[Source] = sources(path)
        compiled = compile_flows(each)
        found = (*compiled.diagnostics, *compiled.warnings)
        codes |= {one.code for one in found}
        text = render(Report(found, {one.path: one for one in each}), "sarif")
        assert wrong(schema, json.loads(text)) == [], path.name
    assert len(codes) > 40


def test_the_address_in_it_is_that_of_the_schema(schema: Draft4Validator) -> None:
    assert isinstance(schema.schema, dict)
    assert schema.schema["id"] == SCHEMA


def edited(change: Callable[[Any], object]) -> Any:
    document = deepcopy(json.loads(render(report("two"), "sarif")))
    change(document)
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.pop("version"),
        lambda one: one["runs"][0]["tool"]["driver"].pop("name"),
        lambda one: one["runs"][0].update(columnKind="characters"),
        lambda one: one["runs"][0]["results"][0].update(level="fatal"),
        lambda one: one["runs"][0]["results"][0].pop("message"),
        lambda one: one["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
        lambda one: one["runs"][0]["results"][0].update(hint="not a key of SARIF"),
    ],
)
def test_what_is_no_sarif_is_seen(schema: Draft4Validator, change: Callable[[Any], object]) -> None:
    assert wrong(schema, edited(change)) != []


def test_ci_has_the_schema() -> None:
    """So that none of this is skipped there."""
    assert "export FLOWC_SARIF_SCHEMA=" in (ROOT / ".ci/run").read_text("utf-8")
