"""One grammar, three readers: the decoder, the JSON Schema for editors, and the tables of flows/README.md.

What the schema refuses the decoder refuses and the other way round. The schema cannot say everything; what it leaves
out is listed in `BEYOND_THE_SCHEMA`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, validators
from jsonschema.exceptions import ValidationError

from flowc.diagnostics import Diagnostic, Problems
from flowc.language import schema
from flowc.language.calls import grammar as calls_grammar
from flowc.language.flow import grammar
from flowc.language.flow.steps import REPEATED, STEP_WORDS, TOGETHER
from flowc.language.flow.targets import TARGET
from flowc.language.help import help_of
from flowc.language.shapes import (
    ByForm,
    ByKey,
    ByType,
    Duration,
    Field,
    Integer,
    List,
    Names,
    Number,
    OneKey,
    Record,
    Refused,
    Shape,
    Variable,
)
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.parse.decode import Decoder
from flowc.parse.yaml_tree import parse
from flowc.source import Source

ROOT = Path(__file__).parent.parent
EXAMPLES = [path for path in (ROOT / "flows").glob("*.yaml") if "." not in path.stem]  # no call scripts
CORPUS = sorted([*(ROOT / "tests/flows").glob("*/**/*.yaml"), *EXAMPLES])
ACCEPTED = [path for path in CORPUS if "errors" not in path.parts]

# Draft-07 has no durations: only their form is checked.
BEYOND_THE_SCHEMA = re.compile(
    r"FLOW105 .* is `\d+(ms|s|m|h)`, but must be at (least|most) .*"
    r"|FLOW104 (` #` begins|a line that starts with `#` is) a comment.*"
    r"|FLOW401 .* is \d+(ms|s|m|h), but the platform .*"
)

Plain = dict[str, Any] | list[Any] | str | int | float | bool | None


def plain(node: Node) -> Plain:
    """What a reader of YAML 1.2 core makes of our tree; keys are text."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {name: plain(value) for name, (_, value) in node.entries.items()}
        case Broken():
            raise AssertionError("not to be compared")


def pattern(_: Any, expression: str, instance: object, __: Any) -> Iterator[ValidationError]:
    """As ECMA 262 has it: `$` is the end, not the line end before it."""
    if isinstance(instance, str) and re.search(re.sub(r"\$$", r"\\Z", expression), instance) is None:
        yield ValidationError(f"{instance!r} does not match {expression!r}")


JUDGE = validators.extend(Draft7Validator, {"pattern": pattern})(schema.flow_schema())  # type: ignore[no-untyped-call]


def decoded(content: bytes) -> tuple[Plain, list[Diagnostic]] | None:
    """The data of a file and what the decoder says about it; None for a file that is not plain YAML."""
    problems = Problems("flow.yaml")
    root = parse(Source("flow.yaml", content), problems)
    if root is None or problems.found:
        return None
    data = plain(root)
    Decoder(problems).decode(grammar.FLOW, root, None)
    return data, [each for each in problems.found if not BEYOND_THE_SCHEMA.fullmatch(f"{each.code} {each.message}")]


def compare(content: bytes) -> None:
    result = decoded(content)
    if result is not None:
        data, diagnostics = result
        errors = [error.message for error in JUDGE.iter_errors(data)]
        assert bool(errors) == bool(diagnostics), (errors[:3], diagnostics[:3])


def test_the_schema_is_valid_and_uses_draft_07_keywords_only() -> None:
    Draft7Validator.check_schema(schema.flow_schema())
    known = {*Draft7Validator.VALIDATORS, "$schema", "$comment", "title", "description", "examples", "definitions"}
    assert keywords(schema.flow_schema()) <= known


def keywords(schema: Any) -> set[str]:
    found: set[str] = set(schema)
    for key, value in schema.items():
        if key in ("properties", "definitions"):
            found.update(*(keywords(each) for each in value.values()))
        elif key in ("items", "additionalProperties", "propertyNames") and isinstance(value, dict):
            found |= keywords(value)
        elif key in ("anyOf", "allOf"):
            found.update(*(keywords(each) for each in value))
    return found


def test_the_committed_schema_is_up_to_date() -> None:
    """If it is not: `flowc schema > flowc/language/flow.schema.json`."""
    committed = Path(schema.__file__).with_name("flow.schema.json").read_text(encoding="utf-8")
    assert committed == schema.flow_schema_text()


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_schema_and_decoder_agree(path: Path) -> None:
    compare(path.read_bytes())


def test_both_verdicts_occur_in_the_corpus() -> None:
    verdicts = {bool(result[1]) for path in CORPUS if (result := decoded(path.read_bytes())) is not None}
    assert verdicts == {True, False}


# fmt: off
VALUES = st.sampled_from([
    "x", "1", "-1", "1.5", "true", "~", "[]", "{}", "[x]", "{x: y}", "[[x]]", '"+15550100001"', "20s", "hang_up",
    "'a\n'",
    "{secret: X}", "{secret: X, storage: Y}", "{say: x}", "{transfer: x}", "{transfer: [x, x]}", "string", "'1'",
])
# fmt: on
KEY = re.compile(r"(?<![\w$.\"-])([A-Za-z_][\w-]*)(?=: )")


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid flow with one to three keys dropped, renamed, moved or given another value."""
    text = draw(st.sampled_from(ACCEPTED)).read_text(encoding="utf-8")
    for _ in range(draw(st.integers(1, 3))):
        places = list(KEY.finditer(text))
        place = draw(st.sampled_from(places))
        other = draw(st.sampled_from(places))
        end = text.find("\n", place.end())
        value = re.compile(r": [^\s,{}\[\]]+").match(text, place.end())
        match draw(st.sampled_from(["rename", "swap", "retype", "drop"])):
            case "rename":
                text = (
                    text[: place.start()] + place[1] + draw(st.sampled_from(["x", "_", "-", "X"])) + text[place.end() :]
                )
            case "swap":
                text = text[: place.start()] + other[1] + text[place.end() :]
            case "retype" if value is not None:
                text = text[: place.end()] + ": " + draw(VALUES) + text[value.end() :]
            case _:
                text = text[: text.rfind("\n", 0, place.start()) + 1] + text[end + 1 :]
    return text.encode()


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_schema_and_decoder_agree_on_mutated_flows(content: bytes) -> None:
    compare(content)


# The tables of the language reference


def readme_tables() -> dict[str, dict[str, str]]:
    """Heading -> key -> the rest of its row, for the tables of flows/README.md that list keys or steps."""
    tables: dict[str, dict[str, str]] = {}
    heading = ""
    for line in (ROOT / "flows/README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.strip("# `")
        row = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] if line.startswith("|") else []
        if len(row) > 1 and row[0] and not row[0].startswith("-") and row[0] not in ("key", "step", "outcome", "code"):
            for key in re.findall(r"`\{?(\w+)(?::[^`]*)?`", row[0]) or ([row[0]] if heading == "Steps" else []):
                tables.setdefault(heading, {})[key] = " | ".join(row)
    return tables


def fields(*shapes: Shape) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for shape in shapes:
        match shape:
            case Record():
                found.update(shape.by_key)
            case ByKey():
                for kind in shape.kinds:
                    found.update(kind.by_key)
            case ByType():
                found.update(fields(*shape.kinds.values()))
            case _:
                raise AssertionError(shape)
    return found


def inner(record: Record, key: str) -> Record:
    """The one record below a field."""
    shape: Shape | None = record.by_key[key].shape
    while not isinstance(shape, Record):
        assert isinstance(shape, Names | ByForm)
        shape = shape.shape if isinstance(shape, Names) else shape.mapping
    return shape


def steps() -> dict[str, Field]:
    shape = grammar.SHAPES["step"]
    assert isinstance(shape, ByForm)
    assert isinstance(shape.mapping, ByKey)
    first = (kind.fields[0] for kind in shape.mapping.kinds)
    return {field.key: field for field in first}


def transfer() -> Record:
    shape = grammar.SHAPES["step"]
    assert isinstance(shape, ByForm)
    assert isinstance(shape.mapping, ByKey)
    kind = shape.mapping.by_key["transfer"]
    assert isinstance(kind, Record)
    return kind


DOCUMENTED = {
    "The top level": grammar.FLOW.by_key,
    "agent": inner(grammar.FLOW, "agent").by_key,
    "call": inner(grammar.FLOW, "call").by_key,
    "targets": fields(TARGET),
    "actions": grammar.ACTION.by_key,
    "Parameters": fields(grammar.PARAMETER),
    "transfer": {**transfer().by_key, **REPEATED.by_key, **TOGETHER.by_key},
}


@pytest.mark.parametrize("heading", DOCUMENTED)
def test_the_reference_lists_the_keys_of_the_grammar(heading: str) -> None:
    rows, known = readme_tables()[heading], DOCUMENTED[heading]
    assert set(rows) - {"by"} == set(known)
    for key, field in known.items():
        default = rows[key].split(" | ")[-1]
        if field.default:
            assert default.strip("`") == field.default, key
        else:
            assert ("required" in default) == field.required or "required for" in default or not default, (key, default)


def test_the_reference_lists_the_steps_and_outcomes_of_the_grammar() -> None:
    rows = readme_tables()
    listed = {key for key in rows["Steps"] if key not in ("a", "a route's name")}
    assert listed == {*steps(), "hang_up", "retry"}
    outcomes = inner(transfer(), "fallback").by_key
    assert set(rows["Outcomes"]) | {"otherwise"} == set(outcomes)
    for key, field in outcomes.items():
        assert not isinstance(field.shape, Refused) or key == "connected"


# What an editor shows of a key

LANGUAGES: dict[str, tuple[Shape, dict[str, Shape], dict[str, Any]]] = {
    "flows": (grammar.FLOW, grammar.SHAPES, schema.flow_schema()),
    "calls": (calls_grammar.SCRIPTS, calls_grammar.SHAPES, schema.calls_schema()),
}
NO_QUANTITY = {
    "flowc": "a version",
    "minimum": "whatever the parameter counts",
    "maximum": "whatever the parameter counts",
    "registration": "a number by which something is found",
    "priority": "a rank",
    "place": "a rank",
    "which": "a rank",
    "webhook": "a code",
    "cancel code": "a code",
    "fails": "a code",
    "is not handed over": "a code",
}
"""Keys whose number has no unit, and what it is."""


def mappings(*shapes: Shape | None, known: dict[int, Record | OneKey] | None = None) -> list[Record | OneKey]:
    """Every mapping with keys of the language that is somewhere in these shapes."""
    known = {} if known is None else known
    for shape in shapes:
        match shape:
            case Record() | OneKey():
                if id(shape) not in known:
                    known[id(shape)] = shape
                    mappings(*(field.shape for field in shape.fields), known=known)
                    mappings(shape.shape if isinstance(shape, OneKey) else None, known=known)
            case ByKey():
                mappings(*(each for each in shape.kinds if isinstance(each, Record)), shape.others, known=known)
            case ByType():
                mappings(*shape.kinds.values(), known=known)
            case ByForm():
                mappings(shape.scalar, shape.sequence, shape.mapping, known=known)
            case Names() | Variable():
                mappings(shape.shape, known=known)
            case List():
                mappings(shape.item, known=known)
            case _:
                pass
    return list(known.values())


def measured(shape: Shape | None) -> list[Duration | Integer | Number]:
    """The quantities that a value may be."""
    match shape:
        case Duration() | Integer() | Number():
            return [shape]
        case Variable():
            return measured(shape.shape)
        case ByForm():
            return measured(shape.scalar)
        case _:
            return []


def untold(field: Field, around: Record | OneKey, shapes: dict[str, Shape]) -> Iterator[str]:
    """What is missing in the text of a key."""
    text = help_of(field, shapes, around)
    if not field.doc.strip():
        yield "what it means"
    for quantity in measured(field.shape):
        if isinstance(quantity, Duration):
            if not all(part in text for part in (f"`{quantity.least}`", f"`{quantity.most}`", "with its unit")):
                yield "its unit, or how long it may be"
        elif f"{quantity.most}" not in text:
            yield "how large it may be"
        elif quantity.unit not in text or bool(quantity.unit) == (field.key in NO_QUANTITY):
            yield "its unit"
    if isinstance(around, Record):
        if field.default and field.default not in text:
            yield "its default"
        if not field.required and not field.default and not re.search("[Ll]eft out|Default: none", text):
            yield "what holds without it"
        if field.required and "Required" not in text:
            yield "that it is required"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_says_what_it_means_in_which_unit_and_what_holds_without_it(language: str) -> None:
    whole, shapes, _ = LANGUAGES[language]
    found = {
        f"{around.what}: {field.key}: {what}"
        for around in mappings(whole, *shapes.values())
        for field in around.fields
        if not isinstance(field.shape, Refused)
        for what in untold(field, around, shapes)
    }
    assert found == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_schema_is_headed_by_itself_and_says_that(language: str) -> None:
    whole, shapes, made = LANGUAGES[language]
    texts: dict[str, set[str]] = {}
    for around in mappings(whole, *shapes.values()):
        for field in around.fields:
            texts.setdefault(field.key, set()).add(help_of(field, shapes, around))
    listed = list(properties(made))
    assert {key for key, _ in listed} <= texts.keys()
    assert [(key, value.get("title")) for key, value in listed if value.get("title") != key] == []
    assert [key for key, value in listed if value.get("description") not in texts[key]] == []


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    for key, value in schema.items() if isinstance(schema, dict) else ():
        if key == "properties":
            yield from value.items()
            value = list(value.values())  # whose names are no keywords: one may be `properties` itself
        for each in value if isinstance(value, list) else [value]:
            yield from properties(each)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_editor_tells_the_ways_of_a_value_apart(language: str) -> None:
    """yaml-language-server compares titles, descriptions and keys of the ways; of those that are alike in all it shows
    the heading as often as there are any: `ring || ring`.
    """
    _, _, made = LANGUAGES[language]

    def alike(found: Any) -> Iterator[list[Any]]:
        for key, value in found.items() if isinstance(found, dict) else ():
            if key == "anyOf" and all(each.keys() - {"required", "anyOf", "not"} for each in value):
                plain = [each for each in value if each.keys().isdisjoint(("title", "description", "properties"))]
                if len(plain) > 1:
                    yield plain
            for each in [] if key == "propertyNames" else value if isinstance(value, list) else [value]:
                yield from alike(each)

    assert list(alike(made)) == []


def test_values_that_are_proposed_are_right() -> None:
    """Examples of the schemas, each held against what it stands beside."""

    def proposed(found: Any) -> Iterator[Any]:
        if isinstance(found, dict) and "examples" in found and "type" in found:
            yield found
        for value in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
            yield from proposed(value)

    seen = 0
    for _, _, made in LANGUAGES.values():
        for each in proposed(made):
            judge = type(JUDGE)({**each, "definitions": made["definitions"]})
            for example in each["examples"]:
                seen += 1
                assert judge.is_valid(example), (example, each)
    assert seen > 100


def test_steps_are_proposed_as_values_of_do() -> None:
    """Words at once, mappings by their first key."""
    definitions = schema.flow_schema()["definitions"]
    for name in ("steps", "step"):
        kinds = definitions[name]["anyOf"]
        assert kinds[0]["examples"] == list(STEP_WORDS)
        assert {"say", "transfer", "notify", "menu"} <= {next(iter(kind["properties"])) for kind in kinds}
