"""What the model may send: the SDK checks nothing, so the tools do, and tell the model what to correct."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from line.llm_agent.schema_converter import function_tool_to_litellm

from tests.line.conftest import (
    FLOW,
    Control,
    Conversation,
    call_request,
    calls,
    compile_tools,
    llm_agent,
    load,
    says,
    use,
)

GOOD = {"key": "price", "item": 1}


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({"item": 99}, {"item": 99}),
        ({"item": 5.0}, {"item": 5}),
        ({"item": "12"}, {"item": 12}),
        ({"weight": 1}, {"weight": 1}),
        ({"weight": "1.5"}, {"weight": 1.5}),
        ({"weight": -2.5}, {"weight": -2.5}),
        ({"urgent": False}, {"urgent": False}),
        ({"urgent": "True"}, {"urgent": True}),
        ({"urgent": None}, {}),
        ({"code": "ab\x00\ud83d"}, {"code": "ab\x00?"}),
        ({"code": ""}, {}),  # which has at least 2 characters
        ({"weight": ""}, {}),
        ({"urgent": ""}, {}),
        ({"kind": ""}, {}),
        ({"count": ""}, {}),
        ({"remark": ""}, {}),
        ({"remark": " "}, {"remark": " "}),
        ({"policy": "AB123"}, {"policy": "AB123"}),
        ({"visit": "2028-02-29"}, {"visit": "2028-02-29"}),
        ({"callback": "+15550100001"}, {"callback": "+15550100001"}),
        ({"policy": "none"}, {"policy": "none"}),
        ({"policy": ""}, {}),
        ({"code": "\U0001f600" * 4}, {"code": "\U0001f600" * 4}),
    ],
)
async def test_accepted(
    tools_module: ModuleType, control: Control, arguments: dict[str, Any], sent: dict[str, Any]
) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    *_, told = await use(call, "lookup", **(GOOD | arguments))
    assert told == {"ok": True}
    body = {name: value for name, value in control.received[0].body.items() if name != "action"}
    assert body == GOOD | sent
    assert {name: type(value) for name, value in body.items()} == {n: type(v) for n, v in (GOOD | sent).items()}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"key": "zzz"}, "key must be one of: price, stock"),
        ({"key": ["price"]}, "key must be one of: price, stock"),
        ({"key": None}, "key is missing"),
        ({"key": ""}, "key must be one of: price, stock"),
        ({"count": 0}, "count must be at least 1"),
        ({"kind": " "}, "kind must be one of: a, b"),
        ({"item": 0}, "item must be at least 1"),
        ({"item": 100}, "item must be at most 99"),
        ({"item": 1.5}, "item must be a whole number"),
        ({"item": True}, "item must be a whole number"),
        ({"item": "one"}, "item must be a whole number"),
        ({"item": "[1]"}, "item must be a whole number"),
        ({"item": ""}, "item must be a whole number"),
        ({"item": 10**400}, "item must be at most 99"),
        ({"item": 2**60}, "item must be at most 99"),
        ({"item": float("inf")}, "item must be a whole number"),
        ({"item": float("nan")}, "item must be a whole number"),
        ({"item": {}}, "item must be a whole number"),
        ({"weight": float("nan")}, "weight must be a number"),
        ({"weight": float("inf")}, "weight is out of range"),
        ({"weight": "NaN"}, "weight must be a number"),
        ({"weight": 10**400}, "weight is out of range"),
        ({"weight": 2**53}, "weight is out of range"),
        ({"weight": -(2**53) - 1}, "weight is out of range"),
        ({"weight": "9007199254740993"}, "weight is out of range"),
        ({"weight": 1e300}, "weight is out of range"),
        ({"urgent": 1}, "urgent must be true or false"),
        ({"urgent": "yes"}, "urgent must be true or false"),
        ({"urgent": []}, "urgent must be true or false"),
        ({"code": 1234}, "code must be text"),
        ({"code": "a"}, "code must have at least 2 characters, it has 1"),
        ({"code": "abcde"}, "code must have at most 4 characters, it has 5"),
        ({"policy": 123}, "policy must be text"),
        ({"visit": "2026-02-29"}, "visit must be a day that exists, as YYYY-MM-DD"),
        ({"visit": "20260228"}, "visit must be a day that exists, as YYYY-MM-DD"),
        ({"callback": "911"}, "callback is an emergency number or another short one, which only the caller can dial"),
        ({"callback": "+4999"}, "callback is an emergency number or another short one"),
        ({"callback": "555 010 0001"}, "callback must be a phone number in E.164: +, the country code and the number"),
        *(
            ({"policy": text}, "policy must as a whole have the form of the regular expression [A-Z]{2}-?[0-9]{3}|none")
            for text in ("AB12", "xAB123", "AB123\n", "AB\u0661\u0662\u0663", "none none")
        ),
        ({"colour": "red"}, "there is no parameter 'colour'"),
        ({"ctx": 1}, "there is no parameter 'ctx'"),
        ({"self": 1}, "there is no parameter 'self'"),
    ],
)
async def test_refused(tools_module: ModuleType, control: Control, arguments: dict[str, Any], problem: str) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    (told,) = await use(call, "lookup", **(GOOD | arguments))  # and no phrase
    assert told["error"] == "invalid_parameters"
    assert problem in told["message"]
    assert control.received == []


async def test_texts_that_the_scenario_would_not_take_are_refused_here(
    tools_module: ModuleType, control: Control
) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    for text in ("\u0416" * 8000, "\U0001f600" * 4000):  # the latter are two characters each in JavaScript
        (told,) = await use(call, "note", text=text)
        assert told["error"] == "invalid_parameters"
        assert "8000 characters at most" in told["message"]
    assert await use(call, "note", text="\u0416" * 7900) == [{"ok": True}]
    assert len(control.received) == 1


async def test_everything_wrong_is_said_at_once(tools_module: ModuleType, control: Control) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    (told,) = await use(call, "lookup", item=0, colour="red")
    for problem in ("key is missing", "item must be at least 1", "there is no parameter 'colour'"):
        assert problem in told["message"]


async def test_an_empty_text_that_is_required_is_one(tools_module: ModuleType, control: Control) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    assert await use(call, "note", text="") == [{"ok": True}]
    assert control.received[0].body == {"action": "note", "text": ""}


async def test_the_model_corrects_itself(tools_module: ModuleType, control: Control) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(
        call, calls(("lookup", {"key": "cost", "item": 1})), calls(("lookup", GOOD)), says("It costs five.")
    )
    outputs = await Conversation(agent).caller_says("What does it cost?")
    assert outputs[-1].text == "It costs five."
    assert [request.body for request in control.received] == [{"action": "lookup", **GOOD}]
    assert "must be one of" in model.seen[1][-1][1]


MODULE = load(compile_tools(FLOW))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["key", "item", "weight", "urgent", "code"]) | st.text(), ANYTHING, max_size=5))
def test_anything_is_either_accepted_as_declared_or_explained(arguments: dict[str, Any]) -> None:
    async def answer() -> Any:
        call = MODULE.ShopCall(call_request({"vox_session_control_url": "https://127.0.0.1:1/x"}))
        call._phone_call._perform = lambda ctx, action, arguments, *_, **__: _once(arguments)
        (told,) = await use(call, "lookup", **arguments)
        return told

    told = asyncio.run(answer())
    json.dumps(told)
    if told.get("ok") is False:
        assert told["message"].startswith("Nothing was done: ")
    else:
        assert told["key"] in ("price", "stock")
        assert 1 <= told["item"] <= 99


async def _once(value: Any) -> Any:
    yield value


def test_what_the_model_is_shown(tools_module: ModuleType) -> None:
    """The schema as the SDK makes it: rules it cannot express are in the descriptions."""
    call = tools_module.ShopCall(call_request({}))
    tools = {tool.name: function_tool_to_litellm(tool)["function"] for tool in call.tools()}
    assert list(tools) == ["end_call", "transfer", "spell_number", "lookup", "note"]
    assert tools["lookup"]["parameters"] == {
        "type": "object",
        "properties": {
            "key": {"type": "string", "enum": ["price", "stock"], "description": "what"},
            "item": {"type": "integer", "description": "which (at least 1, at most 99)"},
            "weight": {"type": "number", "description": "how heavy"},
            "urgent": {"type": "boolean", "description": "whether it is urgent"},
            "code": {"type": "string", "description": "a code (at least 2 characters, at most 4 characters)"},
            "kind": {"type": "string", "enum": ["a", "b"], "description": "a kind"},
            "count": {"type": "integer", "description": "how many (at least 1)"},
            "remark": {"type": "string", "description": "a remark"},
            "visit": {"type": "string", "description": "a day (a day that exists, as YYYY-MM-DD)"},
            "callback": {
                "type": "string",
                "description": "a number (a phone number in E.164: +, country code and number without blanks; no"
                " emergency or other short number)",
            },
            "policy": {
                "type": "string",
                "description": "a policy (as a whole in the form of the regular expression [A-Z]{2}-?[0-9]{3}|none)",
            },
        },
        "required": ["key", "item"],
    }
    assert tools["note"]["strict"] is True
    assert tools["transfer"]["description"] == (
        "Transfer the caller.\n\n"
        'Do not announce it: the tool itself tells the caller "One moment, I am connecting you."\n'
        "Say nothing after it: the phone system goes on from there."
    )
    assert tools["end_call"]["description"] == (
        "End the call.\n\n"
        "Say one short sentence to the caller first.\n"
        "Say nothing after it: the phone system goes on from there."
    )
    assert tools["lookup"]["description"].endswith("\nThe conversation goes on: use the result in what you say next.")
    assert tools["note"]["description"] == ("Write something down.\n\nThe conversation goes on.")
