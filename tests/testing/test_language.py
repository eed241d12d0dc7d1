"""One language of call scripts in three places: the shapes of the decoder, the JSON Schema, and flows/CALLS.md.

What the schema refuses the decoder refuses and the other way round, except where a value is to be filled in by a row:
the schema takes every `${name}`, and only the row tells whether that is right.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, validators

from flowc.compiler import compile_flows
from flowc.diagnostics import Problems
from flowc.language import schema
from flowc.language.calls import events as events
from flowc.language.calls import grammar as grammar
from flowc.language.calls import platform as platform
from flowc.language.calls.expectations import REFUSALS
from flowc.language.shapes import (
    ByForm,
    ByKey,
    Field,
    Record,
    Shape,
    Variable,
    Word,
)
from flowc.parse.decode import Decoder
from flowc.parse.yaml_tree import parse
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.testing.play.batch import play
from flowc.testing.script import synonyms
from flowc.testing.script.parse import outline
from tests.conftest import ROOT
from tests.test_schema import pattern, plain
from tests.testing.project import HERE, Project

EXAMPLES = sorted((ROOT / "flows").glob("*.calls.yaml"))
CORPUS = [*EXAMPLES, *sorted((HERE / "refused").glob("*.yaml")), *sorted((HERE / "failing").glob("*.yaml"))]
JUDGE = validators.extend(Draft7Validator, {"pattern": pattern})(schema.calls_schema())  # type: ignore[no-untyped-call]
REFERENCE = (ROOT / "flows" / "CALLS.md").read_text(encoding="utf-8")

# Draft-07 has no durations: only their form is checked.
BEYOND_THE_SCHEMA = re.compile(
    r"FLOW105 .* is `\d+(ms|s|m|h)`, but must be at (least|most) .*|FLOW104 ` #` begins a comment.*"
    r"|FLOW104 a line that starts with `#` is a comment.*"
)


def compare(content: bytes) -> None:
    """Of a file in which nothing is to be filled in."""
    problems = Problems("x.calls.yaml")
    root = parse(Source("x.calls.yaml", content), problems)
    if root is None or problems.found:
        return
    data = plain(root)
    Decoder(problems, grammar.SHAPES).decode(grammar.SCRIPTS, root, None)
    found = [each for each in problems.found if not BEYOND_THE_SCHEMA.fullmatch(f"{each.code} {each.message}")]
    errors = [error.message for error in JUDGE.iter_errors(data)]
    assert bool(errors) == bool(found), (errors[:3], found[:3])


def without_variables(text: str) -> bytes:
    return re.sub(r"\$\{", "$ {", text).encode()


def test_the_committed_schema_is_up_to_date() -> None:
    """If it is not: `flowc schema --calls > flowc/language/calls.schema.json`."""
    committed = Path(schema.__file__).with_name("calls.schema.json").read_text(encoding="utf-8")
    assert committed == schema.text_of(schema.calls_schema())


def test_the_schema_is_valid_and_every_key_explains_itself() -> None:
    Draft7Validator.check_schema(schema.calls_schema())

    def properties(found: Any) -> list[tuple[str, Any]]:
        below = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
        own = list(found.get("properties", {}).items()) if isinstance(found, dict) else []
        return [*own, *(each for value in below for each in properties(value))]

    listed = [each for each in properties(schema.calls_schema()) if isinstance(each[1], dict)]
    assert listed
    for key, value in listed:
        assert value.get("description"), key


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_schema_and_decoder_agree(path: Path) -> None:
    compare(without_variables(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_schema_takes_values_that_rows_fill_in(path: Path) -> None:
    root = parse(Source(path.name, path.read_bytes()), Problems(path.name))
    assert root is not None
    assert [error.message for error in JUDGE.iter_errors(plain(root))] == []
    assert outline(Source(path.name, path.read_bytes())).problems.found == []


# fmt: off
VALUES = st.sampled_from([
    "x", "1", "-1", "true", "~", "[]", "{}", "[x]", "{x: y}", "[[x]]", "20s", "calls", "hangs up", "is busy", "nothing",
    "nobody", "{fails: 486}", "{rings: 3s, then: answers}", "{asks: x, with: {y: [1]}}", "{says: x}", "{presses: '1'}",
    "{ok: true}", "{refused: busy}", "{prompt: x}", "{call: ended}", "[{caller: calls}]", "{steps: [{wait: 1s}]}",
])
# fmt: on
KEY = re.compile(r"(?<![\w$.\"-])([A-Za-z_][\w -]*)(?=: )")


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid file with one to three keys dropped, renamed, moved or given another value."""
    text = without_variables(draw(st.sampled_from(EXAMPLES)).read_text(encoding="utf-8")).decode()
    for _ in range(draw(st.integers(1, 3))):
        places = list(KEY.finditer(text))
        place, other = draw(st.sampled_from(places)), draw(st.sampled_from(places))
        change = draw(st.sampled_from(["rename", "value", "other"]))
        if change == "rename":
            name = draw(st.sampled_from(["x", "expect", "agent", "rings", "then"]))
            text = f"{text[: place.start()]}{name}{text[place.end() :]}"
        elif change == "other":
            text = f"{text[: place.start()]}{other[1]}{text[place.end() :]}"
        else:
            end = re.compile(r"[,}\n]").search(text, place.end())
            text = f"{text[: place.end()]}: {draw(VALUES)}{text[end.start() if end else len(text) :]}"
    return text.encode()


def test_a_target_may_have_the_name_of_a_key() -> None:
    script = "flowc: 1\nflow: f.yaml\ncalls:\n  a:\n    - expect: {dialled: {count: {count: 1}, desk: {count: 1}}}\n"
    problems = Problems("x.calls.yaml")
    root = parse(Source("x.calls.yaml", script.encode()), problems)
    assert root is not None
    Decoder(problems, grammar.SHAPES).decode(grammar.SCRIPTS, root, None)
    assert problems.found == []
    compare(script.encode())
    compare(script.replace("{count: 1}, desk", "1, desk").encode())


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_schema_and_decoder_agree_on_mutants(content: bytes) -> None:
    compare(content)


@settings(max_examples=100, deadline=None)
@given(mutated(), st.booleans())
def test_any_file_is_played_or_refused(content: bytes, variables: bool) -> None:
    """Whatever stands in it: errors, or calls that can be played."""
    flows = compile_flows([Source("flows/front_desk.yaml", (ROOT / "flows/front_desk.yaml").read_bytes())], ())
    from flowc.testing.script.resolve import scripts

    text = content.replace(b"$ {", b"${") if variables else content
    found = outline(Source("flows/x.calls.yaml", text))
    calls = scripts(found, flows.flows[0])
    assert found.problems.found or calls
    lines = text.decode().splitlines()
    for each in found.problems.found:
        assert 1 <= each.span.line <= len(lines) + 1
        assert len(each.message) < 1000


# The reference


def table(heading: str) -> dict[str, str]:
    """The rows of the table below a heading, by what stands first in their first column."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", REFERENCE, re.DOTALL | re.MULTILINE)
    assert section is not None
    rows = [line for line in section[1].splitlines() if line.startswith("| `")]
    return {re.findall("`([^`]+)`", line)[0]: line for line in rows}


def record(shape: Shape) -> Record:
    assert isinstance(shape, Record)
    return shape


def words(shape: Shape | None) -> tuple[str, ...]:
    while isinstance(shape, Variable | ByForm):
        shape = shape.shape if isinstance(shape, Variable) else shape.scalar
    assert isinstance(shape, Word)
    return shape.words


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("The file", grammar.SCRIPTS.by_key),
        ("What must be true", grammar.EXPECT.by_key),
        ("Platform", grammar.PLATFORM.by_key),
    ],
)
def test_the_reference_lists_the_keys_of_the_grammar(heading: str, fields: dict[str, Field]) -> None:
    rows = table(heading)
    assert set(rows) == set(fields)
    for key, field in fields.items():
        if heading == "Platform":
            assert rows[key].split(" | ")[-1].strip(" |`") == field.default, key
        for word in words(field.shape) if isinstance(field.shape, Word) else ():
            assert f"`{word}`" in rows[key], (key, word)


def test_the_reference_lists_what_can_happen() -> None:
    rows = "\n".join(table("What happens").values())
    for name, shape in (("caller", events.CALLER), ("agent", events.AGENT), ("TARGET", events.TARGET)):
        for word in words(shape):
            assert f"`{name}: {word}`" in rows or (name == "TARGET" and f"`{word}`" in rows), word
        assert isinstance(shape.mapping, ByKey)
        for key in shape.mapping.by_key:
            assert f"`{name}: {{{key}: " in rows or f"`{{{key}: " in rows, key
    for key in grammar.STEP.by_key:
        assert f"`{key}: " in rows
    for key, kind in platform.PLATFORM_DOES.by_key.items():
        assert f"`platform: {{{key}: " in rows or f"`{{{key}: " in rows, key
        first = record(kind).fields[0].shape
        for word in words(first) if isinstance(first, Variable) and isinstance(first.shape, Word) else ():
            assert f"`{word}`" in rows or f"{key}: {word}" in rows, (key, word)
    for field in record(events.REQUEST).fields:
        assert f"`{field.key}`" in rows or f"{{{field.key}: " in rows, field.key


def test_the_codes_of_refusals_are_those_of_the_control_protocol() -> None:
    protocol = (ROOT / "flows" / "README.md").read_text(encoding="utf-8").split("## The control protocol")[1]
    assert set(re.findall(r"^\| `(\w+)` \|", protocol, re.MULTILINE)) == set(REFUSALS)


def test_the_table_in_the_reference_plays(engine: Engine, project: Project) -> None:
    [shown] = re.findall(r"^```yaml\n(calls:\n.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)
    flow = (ROOT / "flows" / "function_calling.yaml").read_text("utf-8")
    project.write("flows/clinic.yaml", flow)
    project.build()
    account = 'account: {storage: {CARTESIA_API_KEY: k, CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999"}}'
    project.write("flows/shown.calls.yaml", f"flowc: 1\nflow: clinic.yaml\n{account}\n{shown}")
    loaded = project.load()
    assert loaded.diagnostics == ()
    run = play(engine, loaded.files)
    assert len(run.calls) == 3
    assert run.passed, [call.failures for call in run.calls]


@pytest.mark.parametrize(
    ("shape", "others"),
    [
        (events.TARGET, synonyms.OF_A_TARGET),
        (events.CALLER, synonyms.OF_THE_CALLER),
        (events.AGENT, synonyms.OF_THE_AGENT),
        (grammar.EXPECT.by_key["call"].shape, synonyms.OF_A_CALL),
        (grammar.EXPECT.by_key["agent"].shape, synonyms.OF_A_CONNECTION),
    ],
)
def test_a_word_of_others_leads_to_one_that_is_there(shape: Shape, others: dict[str, str]) -> None:
    """A hint that leads from one error into the next is worse than none."""
    there = words(shape)
    assert not others.keys() & set(there)
    told = [found[1] for hint in others.values() if (found := re.match("write `([a-z ]+)`", hint)) is not None]
    assert set(told) <= set(there)


def test_a_key_of_others_leads_to_one_that_is_there() -> None:
    assert set(synonyms.KEYS[grammar.EXPECT.what].values()) <= set(grammar.EXPECT.by_key)
    assert not synonyms.KEYS[grammar.EXPECT.what].keys() & grammar.EXPECT.by_key.keys()
    assert set(synonyms.KEYS[events.REQUEST.what].values()) <= set(record(events.REQUEST).by_key)
    assert not synonyms.STEPS_BY_OTHER_NAMES.keys() & grammar.STEP.by_key.keys()
