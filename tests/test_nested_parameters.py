"""Objects and lists as parameters: the scenario, the generated tools and the JSON Schema of functions.json say the same
of every value, be it hostile or right.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import inspect
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from line.llm_agent.schema_converter import function_tool_to_litellm

from flowc.agents import AgentBackEnd
from flowc.compiler import compile_flows
from flowc.emit import templates
from flowc.emit.line.runtime.arguments import _check
from flowc.simulator.engine import Engine
from flowc.source import Source
from tests.line.conftest import call_request, load

FLOW = Path(__file__).parent / "flows" / "ok" / "nested_parameters.yaml"
PARTS = ("parameters", "patterns", "phone_parameters", "date_parameters", "list_parameters", "object_parameters")
PRELUDE = """
const ON_PARAMETERS = [];
const has = (table, name) => Object.prototype.hasOwnProperty.call(table, name);
{runtime}
{actions}
const declared = ACTIONS.order.parameters;
const answers = {given}.map(([name, text]) => {{
  const parameters = {{}};
  parameters[name] = declared[name];
  const read = {{}};
  const complaint = readParameters(parameters, JSON.parse('{{"' + name + '":' + text + "}}"), read);
  return complaint === "" ? JSON.stringify(read[name]) : "no";
}});
Logger.write(JSON.stringify(answers));
"""
_RESULT = compile_flows([Source(FLOW.name, FLOW.read_bytes())], (AgentBackEnd.LINE, AgentBackEnd.FUNCTIONS))
ARTIFACTS = {path.partition(".")[2]: text for path, text in _RESULT.artifacts.items() if "/" in path}
SCHEMA = json.loads(ARTIFACTS["functions.json"])["functions"][0]["parameters"]
PROPERTIES = SCHEMA["properties"]
KEYS = ["dish", "count", "extras", "size", "phone", "day", "weight", "paid"]
HOSTILE_KEYS = ["__proto__", "constructor", "toString", "hasOwnProperty", "length", "0", "", "DISH", "dish "]
TEXTS = st.sampled_from(["", "soup", "small", "ab", "AB-12", "+15550100001", "112", "2028-02-29", "2026-02-29"])
TEXTS |= st.sampled_from(["large\n", "x" * 60, "x" * 61, "\U0001f600" * 30, "1", "true", "\u0000", "\ud83d"])
NUMBERS = st.sampled_from(["0", "1", "20", "21", "2.0", "2.5", "-1", "1e2", "1e999", "-1e999", "9007199254740991"])
NUMBERS |= st.sampled_from(["9007199254740993", "9007199254740992", "1e-400", "0.1", "-0"])


class Number(str):
    """As it is written: what a number becomes is for each of the three to say."""


def written(value: Any) -> str:
    match value:
        case Number():
            return str(value)
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{written(each)}" for name, each in value.items()) + "}"
        case list():
            return "[" + ",".join(map(written, value)) + "]"
        case _:
            return json.dumps(value)


LEAVES = TEXTS | NUMBERS.map(Number) | st.booleans() | st.none()
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*KEYS, *HOSTILE_KEYS]), inner, max_size=4)
    ),
    max_leaves=8,
)


def like(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A value of this form, mostly."""
    match schema["type"]:
        case "object":
            inner = {name: nearly(each) for name, each in schema["properties"].items()}
            needed = {name: inner.pop(name) for name in schema["required"]}
            whole = st.fixed_dictionaries(needed, optional=inner)
            more = st.dictionaries(st.sampled_from(HOSTILE_KEYS), LEAVES, max_size=1)
            spoiled = st.builds(lambda one, other: {**one, **other}, whole, more)
            return st.integers(0, 9).flatmap(lambda one: spoiled if one == 0 else whole)
        case "array":
            return st.lists(nearly(schema["items"]), min_size=min(1, schema.get("minItems", 0)), max_size=3)
        case "string":
            texts = schema.get("enum") or ["ab", "", "AB-12", "+15550100001", "2028-02-29", "\ud83d"]
            return st.sampled_from([each for each in texts if re.search(schema.get("pattern", ""), each)])
        case "boolean":
            return st.booleans()
        case _:
            return st.sampled_from(["1", "2.0", "5", "7e0", "1e999"]).map(Number)


def nearly(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    right = like(schema)
    return st.integers(0, 15).flatmap(lambda one: [LEAVES, ANYTHING][one] if one < 2 else right)


def repaired(value: Any) -> Any:
    """What the tools make of what no text can be."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list():
            return [repaired(each) for each in value]
        case dict():
            return {name: repaired(each) for name, each in value.items()}
        case _:
            return value


def in_the_scenario(engine: Engine, given: list[tuple[str, str]]) -> list[str]:
    """What it reads of each value, as JSON; or `no`."""
    runtime = "\n".join(templates.text_of(f"emit/voxengine/runtime/{part}.js") for part in PARTS)
    actions = re.search(r"^const ACTIONS = \{.*?^\};$", ARTIFACTS["voxengine.js"], re.DOTALL | re.MULTILINE)
    assert actions is not None
    session = engine.session(PRELUDE.format(runtime=runtime, actions=actions[0], given=json.dumps(given)))
    assert session.error is None, session.error
    [answers] = session.logs
    session.close()
    found: list[str] = json.loads(answers)
    return found


@cache
def signature() -> dict[str, inspect.Parameter]:
    """Of the generated tool."""
    [call] = [value for name, value in vars(load(ARTIFACTS["py"])).items() if name.endswith("Call")]
    return dict(inspect.signature(call(call_request({})).order).parameters)


def in_the_tools(name: str, value: Any) -> list[Any]:
    """What is posted of it, if anything is."""
    accepted, problems = _check([signature()[name]], {name: value})
    assert all(len(each) < 200 and each.isprintable() for each in problems), problems
    return [] if problems else [accepted[name]]


CHECKERS = {name: Draft202012Validator(schema) for name, schema in PROPERTIES.items()}


def by_the_schema(name: str, value: Any) -> bool:
    return CHECKERS[name].is_valid(value)


VALUES = st.one_of([st.tuples(st.just(name), nearly(schema)) for name, schema in PROPERTIES.items()])


@given(st.lists(VALUES, min_size=30, max_size=30))
@settings(max_examples=15)
def test_everybody_says_the_same_of_every_value(engine: Engine, values: list[tuple[str, Any]]) -> None:
    texts = [(name, written(value)) for name, value in values]
    for (name, text), read in zip(texts, in_the_scenario(engine, texts), strict=True):
        value = json.loads(text)
        if value is None or (value == "" and name not in SCHEMA["required"]):
            continue  # left out as a whole: so it is to the tools and the scenario, and is not posted
        assert (read != "no") == by_the_schema(name, value), (name, text)
        posted = in_the_tools(name, value)
        assert bool(posted) == by_the_schema(name, repaired(value)), (name, text)
        if posted:
            assert posted == [repaired(value)], (name, text)
            json.dumps(posted, ensure_ascii=False).encode()  # nothing of it cannot be sent
        if read != "no":
            assert json.loads(read) == value, (name, text)  # and so webhooks get it


ORDER = {"dish": "soup", "count": 1}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dishes", "[]"),
        ("dishes", "{}"),
        ("dishes", '"soup"'),
        ("dishes", "[null]"),
        ("dishes", '[{"dish": "soup", "count": 1e999}]'),
        ("dishes", '[{"dish": "soup", "count": "1"}]'),
        ("dishes", '[{"dish": "soup", "count": true}]'),
        ("dishes", '[{"dish": "soup"}]'),
        ("dishes", '[{"dish": "soup", "count": 1, "size": null}]'),
        ("dishes", '[{"dish": "soup", "count": 1, "size": ""}]'),
        ("dishes", '[{"dish": "soup", "count": 1, "extras": [["bread"]]}]'),
        ("dishes", '[{"dish": "soup", "count": 1, "extras": {"length": 1, "0": "bread"}}]'),
        ("dishes", '[{"dish": "soup\\ud83d", "count": 1}]'),
        *(("dishes", f'[{{"dish": "soup", "count": 1, "{key}": 1}}]') for key in HOSTILE_KEYS),
        ("dishes", f"[{', '.join([json.dumps(ORDER)] * 4)}]"),
        ("dishes", "[" * 200 + "]" * 200),
        ("pickup", '["phone"]'),
        ("pickup", '{"phone": "112", "paid": true}'),
        ("pickup", '{"phone": "+15550100001", "paid": 1}'),
        ("pickup", '{"phone": "+15550100001", "paid": true, "day": "2026-02-29"}'),
        ("pickup", '{"phone": "+15550100001", "paid": true, "weight": 1e999}'),
        ("pickup", '{"phone": "+15550100001", "paid": true, "weight": -9007199254740993}'),
        ("tables", f"[{', '.join(['[]'] * 51)}]"),
        ("tables", "[[1, 2, 3]]"),
        ("tables", "[[1.5]]"),
        ("class_of", '{"optional": null}'),
        ("class_of", '{"__proto__": {"optional": 1}}'),
    ],
)
def test_what_is_hostile_is_refused_by_everybody(engine: Engine, name: str, text: str) -> None:
    value = json.loads(text)
    assert in_the_scenario(engine, [(name, text)]) == ["no"]
    assert in_the_tools(name, value) == []
    assert not by_the_schema(name, value)


def test_the_model_is_told_where_something_is_wrong() -> None:
    def problems(name: str, value: Any) -> list[str]:
        return _check([signature()[name]], {name: value})[1]

    assert problems("dishes", [ORDER, {**ORDER, "count": 0}]) == ["dishes [1].count: must be at least 1"]
    assert problems("dishes", [{"count": 1}]) == ["dishes [0]: needs the property dish"]
    assert problems("dishes", [{**ORDER, "colour": "red"}]) == ["dishes [0]: has no property 'colour'"]
    assert problems("dishes", []) == ["dishes must have at least 1 items, it has 0"]
    assert problems("dishes", [{**ORDER, "extras": ["salt", 1]}]) == ["dishes [0].extras[1]: must be text"]
    assert problems("tables", [["1"]]) == ["tables [0][0]: must be a number, without quotes"]


def test_the_model_gets_the_whole_schema() -> None:
    """But for what the SDK has no words for, which stands in the descriptions."""
    [call] = [value for name, value in vars(load(ARTIFACTS["py"])).items() if name.endswith("Call")]
    [tool] = call(call_request({})).tools()
    shown = function_tool_to_litellm(tool)["function"]["parameters"]
    assert shown["required"] == SCHEMA["required"]
    dish = shown["properties"]["dishes"]["items"]
    assert sorted(dish["properties"]) == sorted(PROPERTIES["dishes"]["items"]["properties"])
    assert dish["required"] == PROPERTIES["dishes"]["items"]["required"]
    assert dish["properties"]["count"] == {"type": "integer", "description": "how many (at least 1, at most 20)"}
    assert dish["properties"]["size"] == {"type": "string", "enum": ["small", "large"], "description": "how large"}
    assert dish["properties"]["extras"]["items"] == {"type": "string", "description": "at most 30 characters"}
