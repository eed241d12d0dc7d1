"""The grammar as a JSON Schema for editors: draft-07 keywords only, with the meaning of every key as hover help: its
title is the key, since an editor shows that above the text, and examples are what it proposes.

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
from flowc.language.help import WORDS, help_of, words_of
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
    writer = _Writer(shapes)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": title,
        **writer.schema(whole),
        "definitions": {name: writer.schema(shape) for name, shape in shapes.items()},
    }


def text_of(schema: Schema) -> str:
    """A schema as it stands beside this file and as `flowc schema` prints it."""
    return json.dumps(schema, indent=2) + "\n"


def flow_schema_text() -> str:
    return text_of(flow_schema())


class _Writer:
    def __init__(self, shapes: ReadOnly[str, Shape]) -> None:
        self.shapes = shapes

    def schema(self, shape: Shape) -> Schema:
        match shape:
            case Text():
                digit = {"type": ["string", "integer"], "minimum": 0, "maximum": 9} if shape.bare_digit else {}
                return {**_text(shape), **digit}
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
                return self._record(shape)
            case ByKey():
                return self._any_of(shape.kinds if shape.others is None else (*shape.kinds, shape.others))
            case ByType():
                return self._any_of(shape.kinds.values())
            case Names():
                return self._names(shape)
            case List():
                items: Schema = {"type": "array", "items": self.schema(shape.item)}
                if not shape.may_be_empty:
                    items["minItems"] = 1
                return {**items, "uniqueItems": True} if shape.distinct else items
            case ByForm():
                schema = self._any_of(way for way in (shape.scalar, shape.sequence, shape.mapping) if way is not None)
                if isinstance(shape.mapping, Named | Names) and "anyOf" in schema:
                    way = schema["anyOf"][0 if isinstance(shape.mapping, Named) else -1]
                    way["description"] = f"{shape.what[0].upper()}{shape.what[1:]}."
                return schema
            case Named():
                return {"$ref": f"#/definitions/{shape.name}"}
            case OneKey():
                return self._one_key(shape)
            case Variable():
                return self._variable(shape.shape)
            case Anything():
                return {}
            case Refused():
                return {"not": {}}
            case _:
                assert_never(shape)

    def _variable(self, shape: Shape) -> Schema:
        """A text that takes `${name}` anyway, as far as it is not too long, takes it once."""
        inner = self.schema(shape)
        of_a_row: Schema = {"description": "The value of a row.", "type": "string", "pattern": VARIABLE}
        if isinstance(shape, Text) and shape.fits("${name}"):
            if shape.longest is None:
                return inner
            of_a_row["minLength"] = shape.longest + 1
        return {"anyOf": [inner, of_a_row]}

    def _names(self, shape: Names) -> Schema:
        mapping = {
            "type": "object",
            "propertyNames": _key(shape.name),
            "additionalProperties": self.schema(shape.shape),
        }
        return {**mapping, "minProperties": 1} if shape.at_least_one else mapping

    def _record(self, shape: Record) -> Schema:
        fields = [field for field in shape.fields if not isinstance(field.shape, Refused)]
        schema: Schema = {
            "type": "object",
            "properties": {field.key: self._property(field, shape) for field in fields},
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

    def _one_key(self, shape: OneKey) -> Schema:
        """Keys that are fields are described; every other one is a name."""
        names = _key(shape.name)
        no_names = [field.key for field in shape.fields if not shape.name.fits(field.key)]
        return {
            "type": "object",
            "properties": {field.key: self._property(field, shape) for field in shape.fields},
            "additionalProperties": {"description": shape.doc, **self.schema(shape.shape)},
            "propertyNames": {"anyOf": [{"enum": no_names}, names]} if no_names else names,
            "minProperties": 1,
            "maxProperties": 1,
        }

    def _property(self, field: Field, around: Record | OneKey) -> Schema:
        """Draft-07 ignores what stands beside `$ref`, so a reference gets a frame that can carry the description."""
        schema = self.schema(field.shape)
        if "$ref" in schema:
            schema = {"allOf": [schema]}
        examples = words_of(field.shape, self.shapes, field.default)
        shown = {"examples": examples} if examples and not _proposes(schema) else {}
        return {"title": field.key, "description": help_of(field, self.shapes, around), **shown, **schema}

    def _any_of(self, shapes: Iterable[Shape]) -> Schema:
        found: list[Schema] = []
        for shape in shapes:
            if not isinstance(shape, Refused):
                schema = self.schema(shape)
                found += schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
        ways = _together(found)
        return ways[0] if len(ways) == 1 else {"anyOf": ways}


def _together(ways: Iterable[Schema]) -> list[Schema]:
    """What is told apart by its type alone as one schema, each of whose keywords is about one of the types: editors
    show what they cannot tell apart as often as it is there.
    """
    found: list[Schema] = []
    one: Schema = {}
    for way in ways:
        types = _types(way)
        if not types or not way.keys() <= _OF_A_TYPE or (one and not _types(one).isdisjoint(types)):
            found.append(way)
        elif not one:
            one = {**way}
            found.append(one)
        else:
            one["type"] = [*_types_in_order(one), *_types_in_order(way)]
            one.update({key: value for key, value in way.items() if key != "type"})
    return found


def _types_in_order(schema: Schema) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def _types(schema: Schema) -> set[str]:
    return set(_types_in_order(schema))


_OF_A_TYPE = frozenset(
    ("type", "pattern", "minLength", "maxLength", "items", "minItems", "uniqueItems", "properties", "required")
) | {"additionalProperties", "propertyNames", "minProperties", "examples"}
"""Keywords that say something of values of one type, and of others nothing; and examples, which say nothing at all."""


def _proposes(schema: Schema) -> bool:
    """Whether values are proposed by what stands in it, as in every definition."""
    if not schema.keys().isdisjoint(("enum", "examples", "$ref")) or schema.get("type") == "boolean":
        return True
    return any(_proposes(each) for key in ("anyOf", "allOf") for each in schema.get(key, ()))


def _key(name: Text) -> Schema:
    return {key: value for key, value in _text(name).items() if key != "type"}


def _text(shape: Text) -> Schema:
    schema: Schema = {"type": "string"}
    if shape.pattern:
        schema["pattern"] = f"^(?:{shape.pattern})$"
    if shape.shortest:
        schema["minLength"] = shape.shortest
    if shape.longest is not None:
        schema["maxLength"] = shape.longest
    if shape.what in WORDS:
        schema["examples"] = list(WORDS[shape.what])
    return schema
