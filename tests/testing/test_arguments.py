"""What an agent gives to an action is judged by the contract's JSON Schema, and told in sentences of our own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from flowc.cli.app import run
from flowc.compiler import compile_flows
from flowc.emit.contract import parameters_schema
from flowc.ir import Action
from flowc.source import Source
from flowc.testing.script.arguments import SENTENCES, complaints
from tests.test_functions import parts
from tests.testing.project import Project

PARAMETERS = """parameters:
      text: {type: string, minLength: 2, maxLength: 4, description: a}
      code: {type: string, pattern: "[0-9]|none", optional: true, description: a}
      day: {type: string, format: date, optional: true, description: a}
      back: {type: string, format: phone, optional: true, description: a}
      kind: {type: string, enum: [a, b], optional: true, description: b}
      many: {type: integer, minimum: 1, maximum: 9, optional: true, description: c}
      much: {type: number, minimum: 0.5, maximum: 1.5, optional: true, description: d}
      sure: {type: boolean, optional: true, description: e}
      rows: {type: array, minItems: 1, maxItems: 2, items: {OF}, optional: true, description: f}"""
ONE = "{one: {type: string, description: g}, two: {type: boolean, optional: true, description: h}}"
OF = f"type: object, properties: {ONE}"
FLOW = f"""flowc: 1
flow: example
agent: {{api_key: {{secret: KEY}}, agent_id: agent_1, unavailable: hang_up}}
actions:
  act:
    description: Act.
    {PARAMETERS.replace("OF", OF)}
    do: hang_up
"""
[COMPILED] = compile_flows([Source("flows/example.yaml", FLOW.encode())]).flows
[ACTION] = COMPILED.actions


def told(action: Action = ACTION, /, **given: Any) -> list[str]:
    return [f"{each.what} {each.parameter} {each.told}".strip() for each in complaints(action, given)]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": 5}, "text must be of type `string`"),
        ({"rows": []}, "rows must have at least 1 items"),
        ({"rows": [{"one": "a"}] * 3}, "rows has 3 items, at most 2 are possible"),
        ({"rows": ["a"]}, "rows must be of type `object`"),
        ({"rows": [{}]}, "rows needs `one`"),
        ({"rows": [{"one": "a", "three": 3}]}, "rows is no property that the flow has here"),
        ({"text": None}, "text must be of type `string`"),
        ({"text": ""}, "text must have at least 2 characters"),
        ({"many": " "}, "many must be of type `integer`"),
        ({"sure": []}, "sure must be of type `boolean`"),
        ({"text": "a"}, "text must have at least 2 characters"),
        ({"text": "a" * 5}, "text has 5 characters, at most 4 are possible"),
        ({"text": "\U0001f600" * 5}, "text has 5 characters, at most 4 are possible"),
        ({"code": "1\n"}, r"code must as a whole fit the pattern of the flow, `^(?:[0-9]|none)(?!\n)$` in JSON Schema"),
        ({"day": "2026-02-29"}, "day must be a day that exists, as `2026-02-28`"),
        ({"day": "28.2.2026"}, "day must be a day that exists, as `2026-02-28`"),
        ({"back": "911"}, "back must be a phone number in E.164, and no short one"),
        ({"kind": "c"}, "kind must be `a` or `b`"),
        ({"kind": True}, "kind must be of type `string`"),
        ({"many": 0}, "many must be at least 1"),
        ({"many": 10}, "many must be at most 9"),
        ({"many": 1.5}, "many must be of type `integer`"),
        ({"many": True}, "many must be of type `integer`"),
        ({"many": "1"}, "many must be of type `integer`"),
        ({"much": 0.4}, "much must be at least 0.5"),
        ({"much": 1.6}, "much must be at most 1.5"),
        ({"much": [1]}, "much must be of type `number`"),
        ({"sure": 1}, "sure must be of type `boolean`"),
        ({"sure": {"a": [{}]}}, "sure must be of type `boolean`"),
    ],
)
def test_a_wrong_value(wrong: dict[str, Any], sentence: str) -> None:
    assert told(**{"text": "fine", **wrong}) == [f"value {sentence}"]


def test_what_is_fine() -> None:
    assert told(text="fine", kind="b", many=9, much=1, sure=False) == []
    assert told(text="fine", kind=None, many=None, much=None, sure=None) == []
    assert told(text="fine", kind="", many="", much="", sure="") == []
    assert told(text="fine", many=3.0) == []  # an integer to JSON Schema, to the tools and to the scenario


def test_all_that_is_wrong_in_the_order_in_which_it_was_given() -> None:
    found = told(many=0, other=[], kind="c")
    assert found == ["value many must be at least 1", "unknown other", "value kind must be `a` or `b`", "missing text"]


def test_every_keyword_of_a_parameter_has_a_sentence() -> None:
    """Of the whole there are two that can fail, which have their own."""
    whole = parameters_schema(ACTION)
    keywords = {keyword for schema in parts(whole) for keyword in schema}
    assert keywords == {*SENTENCES, "description", "format", "items", "properties"}
    assert set(whole) == {"type", "properties", "required", "additionalProperties"}
    assert (whole["type"], whole["additionalProperties"]) == ("object", False)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["a", "fine", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([parameter.name for parameter in ACTION.parameters]) | st.text(), VALUES))
def test_there_is_a_complaint_if_and_only_if_the_schema_has_one(values: dict[str, Any]) -> None:
    optional = {parameter.name for parameter in ACTION.parameters if parameter.optional}
    there = {name: value for name, value in values.items() if value not in (None, "") or name not in optional}
    fine = Draft202012Validator(parameters_schema(ACTION)).is_valid(there)
    assert (list(complaints(ACTION, values)) == []) == fine


WRONG = """a call:
  steps:
  - caller: calls
  - agent: {asks: call_transfer, with: {department: "${department}", more: 1}}
  rows:
  - {department: billing}
  - {department: sales}"""


@pytest.mark.usefixtures("one_agents_side")
@pytest.mark.parametrize("arguments", [("check",), ("test",), ("test", "--with-tools")], ids=" ".join)
def test_every_command_tells_it_at_the_value(
    project: Project,
    arguments: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a table that is the row. What the library says itself is nowhere."""
    monkeypatch.chdir(project.root)
    project.scripts(WRONG)
    code = run([*arguments, "--output-format", "github"])
    assert code == 1
    out = capsys.readouterr().out
    lines = (project.root / "flows/clinic.calls.yaml").read_text("utf-8").splitlines()
    row, step = (next(number for number, line in enumerate(lines, 1) if word in line) for word in ("sales", "more: 1"))
    assert re.search(rf"clinic\.calls\.yaml,line={row},.*`department` must be `front_desk` or `billing`", out)
    assert re.search(rf"clinic\.calls\.yaml,line={step},.*has no parameter `more`", out)
    assert "is not one of" not in out
