"""The grammar as a JSON Schema for editors: draft-07 keywords only, with the meaning of every key as hover help.

What is planned is not in it, so an editor refuses it as the compiler does. It cannot say everything the decoder says:
durations are checked for their form, not for their range. `flow.schema.json` beside this file is this schema, printed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping as ReadOnly
from typing import Any, assert_never

from flowc.language.durations import PATTERN
from flowc.language.flow.grammar import FLOW, SHAPES
from flowc.language.shapes import (
    Anything,
    Boolean,
    ByForm,
    ByKey,
    ByType,
    Duration,
    Field,
    Integer,
    List,
    Named,
    Names,
    Number,
    OneKey,
    Record,
    Refused,
    Shape,
    Text,
    Variable,
    Word,
)

Schema = dict[str, Any]
VARIABLE = r"\$\{[^}]+\}"
"""Of a text with a value to be filled in. A pattern without `^` is found anywhere in a text."""


def flow_schema() -> Schema:
    """The schema of a flow file, as plain data."""
    return schema("flowc flow, version 1", FLOW, SHAPES)


def calls_schema() -> Schema:
    """The schema of a file of call scripts."""
    from flowc.language.calls import grammar as calls_grammar

    return schema("flowc call scripts, version 1", calls_grammar.SCRIPTS, calls_grammar.SHAPES)


def schema(title: str, whole: Shape, shapes: ReadOnly[str, Shape]) -> Schema:
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        **_schema(whole),
        "definitions": {name: _schema(shape) for name, shape in shapes.items()},
    }


def text_of(schema: Schema) -> str:
    """A schema as it stands beside this file and as `flowc schema` prints it."""
    return json.dumps(schema, indent=2) + "\n"


def flow_schema_text() -> str:
    return text_of(flow_schema())


def _schema(shape: Shape) -> Schema:
    match shape:
        case Text():
            return _text(shape)
        case Word():
            return {"type": "string", "enum": list(shape.words)}
        case Boolean():
            return {"type": "boolean"}
        case Integer():
            return {"type": "integer", "minimum": shape.least, "maximum": shape.most}
        case Number():
            return {"type": "number", "minimum": shape.least, "maximum": shape.most}
        case Duration():
            return {"type": "string", "pattern": f"^(?:{PATTERN})$"}
        case Record():
            return _record(shape)
        case ByKey():
            kinds = [kind for kind in shape.kinds if isinstance(kind, Record)]
            return _any_of(kinds if shape.others is None else [*kinds, shape.others])
        case ByType():
            return _any_of(shape.kinds.values())
        case Names():
            names = {key: value for key, value in _text(shape.name).items() if key != "type"}
            mapping = {"type": "object", "propertyNames": names, "additionalProperties": _schema(shape.shape)}
            return {**mapping, "minProperties": 1} if shape.at_least_one else mapping
        case List():
            items: Schema = {"type": "array", "items": _schema(shape.item)}
            if not shape.may_be_empty:
                items["minItems"] = 1
            return {**items, "uniqueItems": True} if shape.distinct else items
        case ByForm():
            return _any_of(way for way in (shape.scalar, shape.sequence, shape.mapping) if way is not None)
        case Named():
            return {"$ref": f"#/definitions/{shape.name}"}
        case OneKey():
            return _one_key(shape)
        case Variable():
            return {"anyOf": [_schema(shape.shape), {"type": "string", "pattern": VARIABLE}]}
        case Anything():
            return {}
        case Refused():
            return {"not": {}}
        case _:
            assert_never(shape)


def _text(shape: Text) -> Schema:
    schema: Schema = {"type": "string"}
    if shape.pattern:
        schema["pattern"] = f"^(?:{shape.pattern})$"
    if shape.shortest:
        schema["minLength"] = shape.shortest
    if shape.longest is not None:
        schema["maxLength"] = shape.longest
    return schema


def _record(shape: Record) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {field.key: _property(field) for field in shape.fields if not isinstance(field.shape, Refused)},
        "additionalProperties": False,
    }
    if shape.at_least_one:
        schema["minProperties"] = 1
    if (spared := shape.spared) is not None:
        always = [key for key in shape.required if key not in spared.keys]
        any_of_them = [{"required": [key]} for key in spared.keys]
        instead = [{"required": [key]} for key in spared.by]
        neither: Schema = {"anyOf": instead, "not": {"anyOf": any_of_them}}
        return {**schema, "required": always, "anyOf": [{"required": list(spared.keys)}, neither]}
    return {**schema, "required": list(shape.required)} if shape.required else schema


def _one_key(shape: OneKey) -> Schema:
    """Keys that are fields are described; every other one is a name."""
    names = {key: value for key, value in _text(shape.name).items() if key != "type"}
    no_names = [field.key for field in shape.fields if not shape.name.fits(field.key)]
    return {
        "type": "object",
        "properties": {field.key: _property(field) for field in shape.fields},
        "additionalProperties": {"description": shape.doc, **_schema(shape.shape)},
        "propertyNames": {"anyOf": [{"enum": no_names}, names]} if no_names else names,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _property(field: Field) -> Schema:
    """Draft-07 ignores what stands beside `$ref`, so a reference gets a frame that can carry the description."""
    schema = _schema(field.shape)
    if "$ref" in schema:
        schema = {"allOf": [schema]}
    doc = field.doc + (f" Default: `{field.default}`." if field.default else "")
    return {"description": doc, **schema}


def _any_of(shapes: Iterable[Shape]) -> Schema:
    ways = [_schema(shape) for shape in shapes if not isinstance(shape, Refused)]
    return ways[0] if len(ways) == 1 else {"anyOf": ways}
