"""Whatever is in a file, compiling ends in artifacts or in diagnostics: never a traceback, never a long wait."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from flowc.compiler import Compiled, compile_flows
from flowc.diagnostics import MOST_PER_FILE, Problems
from flowc.ir import Flow, Group, Secret, Storage, Text, Transfer, steps_of
from flowc.language.secrets import looks_secret
from flowc.nodes import Mapping, Scalar
from flowc.parse.yaml_tree import DEEPEST, LARGEST_FILE, parse
from flowc.source import Source, lines_of
from tests.conftest import ROOT

FLOWS = Path(__file__).parent / "flows"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted((FLOWS / "ok").glob("*.yaml"))]


def compiled(content: bytes | str) -> Compiled:
    """Compiles one file and checks what holds for any file."""
    source = Source("flow.yaml", content if isinstance(content, bytes) else content.encode())
    result = compile_flows([source])
    assert bool(result.diagnostics) != bool(result.artifacts)
    lines = lines_of(source.content.decode("utf-8", "replace"))
    for each in result.diagnostics:
        for span in (each.span, *(related.span for related in each.related)):
            assert 1 <= span.line <= len(lines) + 1
            assert 1 <= span.column <= len(source.line(span.line)) + 1
            assert (span.line, span.column) <= (span.end_line, span.end_column)
    return result


def codes(content: bytes | str) -> list[str]:
    return [each.code for each in compiled(content).diagnostics]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"a\n\xff")
def test_any_bytes(content: bytes) -> None:
    compiled(content)


@settings(max_examples=300, deadline=None)
@given(st.text("abk01:-[]{}#&*!|>'\"%@`,?~<\\ \n\t\r\u0085\u2028\ufeff\x00é$", max_size=60))
def test_any_text(text: str) -> None:
    compiled(text)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_flows(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.text("a:-[]{}'\"&*,# \n\t0$~é", max_size=5)) + text[end:]
    compiled(text)


def test_a_byte_order_mark_is_passed_over() -> None:
    text = (FLOWS / "ok" / "minimal.yaml").read_bytes()
    assert compiled(BOM_UTF8 + text).artifacts == compiled(text).artifacts
    (found,) = (each for each in compiled(BOM_UTF8 + b"flowc: one\n").diagnostics if each.code == "FLOW103")
    assert found.span == (1, 8, 1, 11)
    assert "FLOW008" in codes(BOM_UTF8 + BOM_UTF8 + text)


def test_every_invisible_character_is_named() -> None:
    invisible = ("Cf", "Zs", "Zl", "Zp")
    letters = [chr(point) for point in range(0x80, 0xE0100) if unicodedata.category(chr(point)) in invisible]
    signs = re.compile("(ARABIC|SYRIAC|KAITHI|EGYPTIAN)(?!.*MARK$)")  # these have a picture
    shown = {letter for letter in letters if signs.match(unicodedata.name(letter, ""))}
    shown.discard("\u070f")
    for letter in letters:
        found = [each for each in compiled(f"flowc: 1\nab: 'c{letter}'\n").diagnostics if each.code == "FLOW008"]
        assert [each.span[:2] for each in found] == ([] if letter in shown else [(2, 7)]), hex(ord(letter))


# Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt), and signs that are empty or without width.
IGNORABLE = (
    "00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF FFA0 FFF0-FFF8 "
    "1BCA0-1BCA3 1D173-1D17A E0000-E0FFF"
)
EMPTY = "0085 00A0 1680 2000-200A 2028-2029 202F 205F 2800 3000 FFF9-FFFB 16FE4 1D159"


@pytest.mark.parametrize("points", f"{IGNORABLE} {EMPTY}".split())
@pytest.mark.parametrize(
    "line", ["ab: 'c{}'", "ab: c{}d", "a{}b: c", "ab:{} c", "# {}", "ab: [a{}, b]", "ab: {{c: {}}}"]
)
def test_what_has_no_picture_is_named_and_nothing_else_is(points: str, line: str) -> None:
    first, _, last = points.partition("-")
    letters = [chr(point) for point in range(int(first, 16), int(last or first, 16) + 1)]
    for letter in letters[:: max(1, len(letters) // 16)]:
        text = f"flowc: 1\n{line.format(letter)}\n"
        place = (2, line.replace("{{", "{").index("{}") + 1)
        found = compiled(text).diagnostics
        assert [each.span[:2] for each in found if each.code == "FLOW008"] == [place], hex(ord(letter))
        assert not any(each.code == "FLOW002" for each in found)
        covering = [each for each in found if each.code != "FLOW008" and each.span[:2] <= place < each.span[2:]]
        assert covering == []


@pytest.mark.parametrize("emoji", ["\u2764\ufe0f", "\u2139\ufe0f", "\u203c\ufe0e", "1\ufe0f\u20e3", "\U0001f170\ufe0f"])
def test_what_belongs_to_an_emoji_is_seen(emoji: str) -> None:
    assert "FLOW008" not in codes(f"flowc: 1\nab: 'c {emoji} d'\n")
    assert "FLOW008" in codes(f"flowc: 1\nab: 'c {emoji}\ufe0f d'\n")
    assert "FLOW008" in codes(f"flowc: 1\nab: 'c {emoji[1:]} d'\n")


def test_places_are_those_of_the_file_behind_what_is_taken_out() -> None:
    found = compiled("flowc: 1\nagent: {\u200b\u200bapi_key: 1, \u2060 version: \u200b2}\n").diagnostics
    places = {each.code: each.span for each in found if each.span.line == 2 and each.code in ("FLOW103", "FLOW108")}
    assert places == {"FLOW108": (2, 20, 2, 21), "FLOW103": (2, 35, 2, 36)}
    assert [each.span[:2] for each in found if each.code == "FLOW008"] == [(2, 9), (2, 23), (2, 34)]


def test_deep_nesting_is_refused_at_once() -> None:
    assert codes("a: " + "[" * 10_000) == ["FLOW007"]
    assert codes("a: " + "[" * 10_000 + "]" * 10_000) == ["FLOW007"]
    assert codes("{a: " * 10_000) == ["FLOW007"]
    assert codes("\n".join(" " * depth + "-" for depth in range(1000))) == ["FLOW007"]
    assert codes("- " * 10_000) == ["FLOW007"]


def test_the_depth_a_flow_may_have() -> None:
    problems = Problems("flow.yaml")
    assert parse(Source("flow.yaml", ("[" * DEEPEST + "]" * DEEPEST).encode()), problems) is not None
    assert problems.found == []


def test_billion_laughs_are_not_laughed() -> None:
    lines = ["flowc: 1", "a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 20)]
    assert set(codes("\n".join(lines))) == {"FLOW005", "FLOW101", "FLOW102"}


def test_a_file_that_is_too_large() -> None:
    assert codes(b"#" * (LARGEST_FILE + 1)) == ["FLOW007"]
    assert codes(b"#" * LARGEST_FILE) == ["FLOW003"]


def test_a_file_full_of_errors_ends_soon() -> None:
    result = compiled("\n".join(f"unknown_{number}: {number}" for number in range(40_000)))
    assert len(result.diagnostics) <= MOST_PER_FILE + 10


@pytest.mark.parametrize("size", [100, 50_000])
def test_an_unknown_key_as_long_as_a_book_stays_readable(size: int) -> None:
    for each in compiled(f"{'k' * size}: 1\n").diagnostics:
        assert len(each.message) < 200


def test_columns_are_counted_in_characters() -> None:
    (found,) = (each for each in compiled("flowc: 1\nü👋: {ü: é}\n").diagnostics if each.code == "FLOW101")
    assert (found.span.line, found.span.column, found.span.end_column) == (2, 1, 3)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("08:00", "08:00"),
        ("2026-12-25", "2026-12-25"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("1.2.3", "1.2.3"),
        ("-x", "-x"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("~", None),
        ("null", None),
        ("", None),
        ("true", True),
        ("FALSE", False),
        ("12", 12),
        ("+12", 12),
        ("007", 7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("9" * 5000, float("inf")),
        ("0x" + "f" * 30, 16**30 - 1),
        ("0x" + "f" * 5000, float("inf")),
        ("0o" + "7" * 100, float("inf")),
    ],
)
def test_scalars_are_read_as_yaml_1_2_core(written: str, value: object) -> None:
    root = parse(Source("flow.yaml", f"key: {written}\n".encode()), Problems("flow.yaml"))
    assert isinstance(root, Mapping)
    scalar = root.scalar("key")
    assert isinstance(scalar, Scalar)
    assert (scalar.value, type(scalar.value)) == (value, type(value))
    assert scalar.is_text == isinstance(value, str)


@pytest.mark.parametrize(
    "text",
    [
        "sk_car_0123456789abcdef",
        "Authorization: Bearer abcdef0123456789",
        "xoxb-123456789012-abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "https://hooks.slack.com/services/T000/B000/XXXXXXXX",
        "https://example.com/?api_key=12345678",
        "postgres://user:password@host/db",
        "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3A",
    ],
)
def test_what_looks_like_a_secret(text: str) -> None:
    assert looks_secret(text)
    assert looks_secret(f"before {text} after")


@pytest.mark.parametrize(
    "text",
    [
        "Bearer of good news, please hold the line for a moment",
        "example-dental-clinic-of-greater-new-york-and-surroundings",
        "agent_0123456789abcdef",
        "123e4567-e89b-12d3-a456-426614174000",
        "https://example.com/hooks/calls?kind=transfer&lang=en",
        "https://example.com/?token=${call.id}",
        "ask-the-desk-for-everything-you-need",
    ],
)
def test_what_does_not_look_like_a_secret(text: str) -> None:
    assert not looks_secret(text)


def flow(name: str) -> Flow:
    (found,) = compile_flows([Source(f"{name}.yaml", (FLOWS / "ok" / f"{name}.yaml").read_bytes())]).flows
    return found


@pytest.mark.parametrize("name", ["every_key", "awkward_texts"])
def test_the_flow_as_the_emitters_see_it(name: str, snapshot: SnapshotAssertion) -> None:
    assert printed(flow(name)) == snapshot


def test_defaults_are_filled_in() -> None:
    minimal = flow("minimal")
    assert (minimal.agent.version, minimal.agent.last_words_ms, minimal.agent.metadata) == ("2025-04-16", 15_000, ())
    assert (minimal.call.token_required, minimal.call.max_duration_ms) == (True, 4 * 60 * 60 * 1000)
    every_key = flow("every_key")
    inside = next(step for step in steps_of(every_key, Transfer) if step.targets() == ("stored_phone",))
    assert (inside.agent_waits, inside.ringing, inside.fallback_is_default) == (True, (), False)


def printed(value: object, depth: int = 0) -> str:
    """A value of the IR as indented text: one field a line, spans as line:column, empty fields left out."""
    indent = "  " * depth
    if isinstance(value, tuple):
        return "".join(f"\n{indent}- {printed(item, depth + 1).lstrip()}" for item in value)
    names = getattr(type(value), "__struct_fields__", None)
    if names is None or isinstance(value, str | Text | Secret | Storage | Group):
        return f" {value!r}"
    span = getattr(value, "span", None)
    title = f" {type(value).__name__}" + (f" @{span.line}:{span.column}" if span is not None else "")
    fields = [(name, getattr(value, name)) for name in names if name != "span"]
    return title + "".join(
        f"\n{indent}{name}:{printed(each, depth + 1)}" for name, each in fields if each not in ((), None)
    )


def test_a_scenario_larger_than_the_platform_takes_is_refused() -> None:
    sentence = "x" * 1500
    prompts = "".join(f"  p{number}: {sentence}\n" for number in range(200))
    steps = "".join(f"    - say: p{number}\n" for number in range(200))
    flow = f"""\
flowc: 1
flow: large
agent:
  api_key: {{secret: KEY}}
  agent_id: agent_1
  unavailable:
{steps}    - hang_up
prompts:
{prompts}actions:
  end_call: {{description: End the call., do: hang_up}}
"""
    result = compile_flows([Source("flows/large.yaml", flow.encode())])
    assert [(found.code, found.span.line) for found in result.diagnostics] == [("FLOW401", 1)]
    assert result.artifacts == {}


def test_a_line_break_in_a_file_name_does_not_become_code() -> None:
    path = "flows/a\nVoxEngine.terminate();\u2028.yaml"
    result = compile_flows([Source(path, (ROOT / "flows" / "function_calling.yaml").read_bytes())])
    for text in (text for name, text in result.artifacts.items() if "/" in name):  # the rest is of no flow
        assert "\nVoxEngine.terminate();\u2028" not in text
        assert "flows/a?VoxEngine.terminate();?.yaml. DO NOT EDIT." in text


def test_whoever_uses_pyyaml_beside_flowc_finds_it_as_it_is() -> None:
    """flowc has its patterns compiled later than PyYAML does."""
    used = """
import copy, re, sys
if "flowc" in sys.argv:
    from flowc.compiler import compile_flows
    from flowc.source import Source
    for text in (b"flowc: 1", b"a: [b, {c: d}]", b"a: [", b"a: &b c"):
        compile_flows([Source("a.yaml", text)])
import yaml
assert re.compile("a") is re.compile("a") and type(re.compile("a")) is re.Pattern
for value in ("yes", "1.5", "0b11", "<<", "~", "2026-11-29", "2026-11-29T08:00:00Z", "a", "12:30"):
    print(yaml.load(f"- {value!s}" if value != "<<" else "{<<: {a: b}}", Loader=yaml.SafeLoader))
try:
    yaml.safe_load("a: \\x07")
except yaml.YAMLError as error:
    print(error)
print([*yaml.parse("a: [b, {c: d}]", Loader=yaml.CLoader)])
known = copy.deepcopy(yaml.SafeLoader.yaml_implicit_resolvers)
print({type(pattern) for found in known.values() for _, pattern in found})
"""
    said = {
        with_what: subprocess.run([sys.executable, "-c", used, *with_what], capture_output=True, text=True, check=False)
        for with_what in ((), ("flowc",))
    }
    alone, beside = said.values()
    assert "unacceptable character" in alone.stdout
    assert (beside.stdout, beside.stderr) == (alone.stdout, alone.stderr)
