"""Any text in any place of a flow reaches both artifacts exactly, and is spoken exactly."""

from __future__ import annotations

import ast
import json
import re
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from flowc.agents import AgentBackEnd
from flowc.checks.platform_limits import ROOM_BESIDE_WORDS, ROOM_OF_INSTRUCTIONS
from flowc.compiler import compile_flows
from flowc.emit.literals import json_line
from flowc.ir import Reference, text_of
from flowc.resolve.heard import is_address
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.tool_text import instructions, phrases
from tests.conftest import ROOT
from tests.scenario.phone import Phone

HOSTILE = (
    "'\"`\\", "</script><!-- -->", "\u2028\u2029\u00a0\u200d", "${x} $${y} {{ z }} {% raw %} {# c #}",
    "*/ // '''\"\"\"",
    "\\u0041\\", "\u202eabc\u2066", "\U0001f9b7\U000e0001", "%s {0} #{x}", "\ufeff", "line one\nline two\n  indented",
    "__proto__", "-0", "null", "~",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
)


def written(text: str) -> str:
    """The text as it is typed where `${…}` would be filled in."""
    return text.replace("${", "$${")


PIECES = ("$", "$$", "{", "}", "${", "$${", "${x}", "${x or 'y}'}", "${call.from", "a")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_text_in_parts_is_the_text_that_is_written(text: str) -> None:
    parts = text_of(text).parts
    assert text_of(text).template == text
    assert all(
        isinstance(part, str) != isinstance(after, str) or isinstance(part, Reference)
        for part, after in pairwise(parts)
    )
    assert all(part.closed for part in parts[:-1] if isinstance(part, Reference))
    assert text_of(written(text)).parts == ((text,) if text else ())


@pytest.mark.parametrize(
    ("written", "name", "fallback"),
    [
        ('${x or "no details"}', "x", "no details"),
        ("${x or 'no \"details\"'}", "x", 'no "details"'),
        ('${call.from  or  "it\'s {nobody}"}', "call.from", "it's {nobody}"),
        ('${x or ""}', "x", ""),
        ("${x or no}", "x or no", None),
        ("${x or \"no'}", "x or \"no'", None),
        ('${ x or "no"}', ' x or "no"', None),
        ('${x OR "no"}', 'x OR "no"', None),
    ],
)
def test_a_text_for_what_is_missing_stands_in_either_kind_of_quotes(
    written: str, name: str, fallback: str | None
) -> None:
    found = text_of(f"a {written} b")
    assert found.parts == ("a ", Reference(name, fallback=fallback), " b")
    assert text_of(found.template) == found


def flow_with(text: str) -> dict[str, Any]:
    said = {"say": "sentence"}
    return {
        "flowc": 1,
        "flow": "any_text",
        "agent": {
            "api_key": {"secret": "CARTESIA_API_KEY"},
            "agent_id": "agent_1",
            "metadata": {"note": written(text)},
            "unavailable": [said, "hang_up"],
        },
        "prompts": {"sentence": written(text) + "."},
        "actions": {
            "hand_over": {
                "description": text + ".",
                "parameters": {
                    "which": {"type": "string", "enum": [text, text + "x"], "description": text + "."},
                    "name": {"type": "string", "description": "name", "optional": True},
                },
                "say": "sentence",
                "do": {"reply": {"data": written(text)}},
            }
        },
    }


def as_yaml(flow: dict[str, Any]) -> bytes:
    """JSON is YAML, but for the pairs of surrogates that stand for the characters beyond U+FFFF."""

    def escaped(match: re.Match[str]) -> str:
        return f"\\U{ord(json.loads(chr(34) + match[0] + chr(34))):08x}" if match[1] else match[0]

    return re.sub(r"\\u(d[89ab]..)\\ud...|\\.", escaped, json.dumps(flow)).encode()


def compiled(flow: dict[str, Any]) -> dict[str, str]:
    result = compile_flows([Source("flows/any_text.yaml", as_yaml(flow))])
    assert not result.diagnostics, result.diagnostics
    return {path.rsplit(".", 1)[1]: text for path, text in result.artifacts.items() if "/" in path}


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
@example(text="${call.from}")
@example(text="$$${a}")
@example(text="http:// spoken")
@example(text="+1000000")
def test_any_text_arrives_exactly(engine: Engine, text: str) -> None:
    assume(not is_address(text + "."))  # is refused: nobody wants it spoken
    artifacts = compiled(flow_with(text))
    for artifact in artifacts.values():
        assert all(each.isprintable() or each == "\n" for each in artifact)

    phone = Phone(engine, artifacts["js"])
    assert (phone.session.agent.started or {})["note"] == text
    assert phone.asks("hand_over", which=text) == {"ok": True, "data": {"data": text}}
    assert phone.asks("hand_over", which=text + "x")["ok"]
    assert phone.asks("hand_over", which=text + "y")["error"]["code"] == "invalid_parameters"
    phone.session.agent.closes()
    assert phone.tts == spelled(text + ".")

    literals = {node.value for node in ast.walk(ast.parse(artifacts["py"])) if isinstance(node, ast.Constant)}
    assert {text, text + "x"} <= literals

    [action] = json.loads(artifacts["json"])["actions"].values()
    assert action["description"] == text + "."
    assert action["parameters"]["properties"]["which"]["enum"] == [text, text + "x"]


@settings(max_examples=200, deadline=None)
@given(value=st.text(max_size=60))
@example(value="+1000000")
def test_what_the_agent_passes_along_is_spoken_exactly(engine: Engine, value: str) -> None:
    flow = flow_with("x")
    flow["prompts"]["sentence"] = "A ${name or ''} B"
    flow["actions"]["hand_over"].pop("say")
    flow["actions"]["hand_over"]["do"] = [{"say": "sentence"}, "hang_up"]
    phone = Phone(engine, compiled(flow)["js"])
    assert phone.asks("hand_over", which="x", name=value) == {"ok": True}
    phone.session.advance(1000)
    assert phone.tts == spelled(f"A {value} B")


def spelled(text: str) -> str:
    """Telephone numbers are spoken digit by digit, whoever has written them."""

    def digits(found: re.Match[str]) -> str:
        return " ".join(found[0][1:]) if re.fullmatch(r"[+][1-9][0-9]{6,14}", found[0]) else found[0]

    return re.sub(r"[+]?[0-9]+", digits, text)


@settings(deadline=None)
@given(text=TEXTS)
def test_any_text_is_seen_in_the_definitions_and_arrives(text: str) -> None:
    source = Source("flows/any_text.yaml", as_yaml(flow_with(text)))
    made = compile_flows([source], (AgentBackEnd.FUNCTIONS,)).artifacts["any_text/any_text.functions.json"]
    assert all(each.isprintable() or each == "\n" for each in made)
    [function] = json.loads(made)["functions"]
    assert function["parameters"]["properties"]["which"]["enum"] == [text, text + "x"]


def test_the_fingerprint_is_of_the_texts_not_of_their_escapes() -> None:
    """It stays what it was before there were escapes in the contract: both sides are deployed with it."""
    made = json.loads(compiled(flow_with("\u202e\u2028\ufeff \u00e9"))["json"])
    assert made["fingerprint"] == "0a904658936a03f9"


def test_a_lone_surrogate_is_no_text() -> None:
    result = compile_flows([Source("flows/any_text.yaml", json.dumps(flow_with("\ud800")).encode())])
    assert not result.artifacts
    assert {diagnostic.code for diagnostic in result.diagnostics} == {"FLOW002"}


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20) | st.sampled_from(HOSTILE),
    lambda inside: (
        st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=9) | st.just("number"), inside, max_size=4)
    ),
    max_leaves=12,
)


@given(DOCUMENTS, st.booleans())
@example({"type": "number", "minimum": 1e22, "maximum": 0.1}, False)
@example(["\ud800"], False)
@example({"b\x7f\x80": [], "a\u2028": {}, "\U0001f9b7": 1, "\ufeff": 2}, True)
def test_json_is_what_python_makes_of_it(value: Any, sorts: bool) -> None:
    """msgspec writes most of it: a fingerprint must not change with its version."""
    assert json_line(value, sorts=sorts) == json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=sorts
    )


def test_there_is_room_for_what_stands_beside_words() -> None:
    """`platform_limits` counts only where a model may be told too much."""
    paths = sorted((ROOT / "flows").glob("*.yaml"))
    sources = [Source(path.name, path.read_bytes()) for path in paths if not path.name.endswith(".calls.yaml")]
    for flow in compile_flows(sources).flows:
        for action, speaks in product(flow.actions, (True, False)):
            words = [len(" ".join(each.split())) + ROOM_BESIDE_WORDS for each in phrases(flow, action).values()]
            told = "\n".join(["", "", *instructions(flow, action, tool_speaks=speaks)])
            assert len(told) <= sum(words) + ROOM_OF_INSTRUCTIONS
