"""The flows that have every key of the language: that they have, by the schema, and that they are no larger than the
platform takes. That all of each is proved is in `verify/test_every_key.py`, that their scenarios type-check is in
`test_house.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from flowc.diagnostics import Problems
from flowc.emit.voxengine import emit
from flowc.parse.yaml_tree import parse
from flowc.source import Source
from tests.conftest import ROOT
from tests.test_completeness import EVERY_KEY, flow
from tests.test_schema import plain

SCHEMA = json.loads((ROOT / "flowc" / "language" / "flow.schema.json").read_text("utf-8"))
WAYS = ("anyOf", "oneOf", "allOf")
LARGEST_SCENARIO = 256 * 1024
"""Characters, the platform's limit."""

Schema = Mapping[str, Any]
Key = tuple[str, str]
"""A mapping as the schema has it, so that one which may stand in several places is one; and a key of it."""


def named(schema: Schema) -> Schema:
    """What a reference stands for."""
    while "$ref" in schema:
        schema = SCHEMA["definitions"][schema["$ref"].removeprefix("#/definitions/")]
    return schema


def kind(schema: Schema) -> str:
    return json.dumps(schema["properties"], sort_keys=True)


def keys_there_are() -> dict[Key, str]:
    """All that the schema names, with a place where it may stand."""
    found: dict[Key, str] = {}
    seen: set[int] = set()

    def walk(schema: Schema, place: str) -> None:
        schema = named(schema)
        if id(schema) in seen:
            return
        seen.add(id(schema))
        for key, value in schema.get("properties", {}).items():
            found.setdefault((kind(schema), key), f"{place}.{key}")
            walk(value, f"{place}.{key}")
        for each in (*(each for way in WAYS for each in schema.get(way, ())), *more(schema)):
            walk(each, place)

    walk(SCHEMA, "flow")
    return found


def more(schema: Schema) -> Iterator[Schema]:
    """What stands in it without a key of its own."""
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield schema[word]
    yield from schema.get("patternProperties", {}).values()


def keys_of(value: Any, schema: Schema) -> Iterator[Key]:
    """Those of a value that the schema allows."""
    schema = named(schema)
    for way in WAYS:
        for each in schema.get(way, ()):
            if Draft7Validator({**each, "definitions": SCHEMA["definitions"]}).is_valid(value):
                yield from keys_of(value, each)
    held = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    own = schema.get("properties", {})
    if isinstance(value, dict):
        for key in value.keys() & own.keys():
            yield kind(schema), key
            yield from keys_of(value[key], own[key])
        held = [value[key] for key in value.keys() - own.keys()]
    for each in more(schema):
        for one in held:
            yield from keys_of(one, each)


def written(path: Path) -> Any:
    root = parse(Source(path.name, path.read_bytes()), Problems(path.name))
    assert root is not None
    return plain(root)


def test_the_flows_have_every_key_of_the_schema() -> None:
    used = {key for path in EVERY_KEY for key in keys_of(written(path), SCHEMA)}
    assert sorted(place for key, place in keys_there_are().items() if key not in used) == []


@pytest.mark.parametrize("path", EVERY_KEY, ids=lambda path: path.stem)
def test_its_scenario_is_no_larger_than_the_platform_takes(path: Path) -> None:
    assert len(emit(flow(path))[1]) <= LARGEST_SCENARIO
