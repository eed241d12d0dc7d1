"""Patterns of parameters: the tools, the scenario and a checker of JSON Schema say the same of every text."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from flowc.compiler import compile_flows
from flowc.emit import templates
from flowc.emit.line.runtime.arguments import _accept
from flowc.patterns import FORMATS, MOST_READINGS, Pattern, PatternFault, read
from flowc.simulator.engine import Engine
from flowc.source import Source

PRELUDE = """
const ON_TEXT = [];
{runtime}
const given = {given};
const answers = given.map(([pattern, texts]) =>
  texts.map((text) => (complaintAboutForm({{ pattern: pattern }}, text) === "" ? "y" : "n")).join(""));
Logger.write(answers.join(" "));
"""
LETTERS = "abz01 -_,/é\u0660\u2028\n\r\ufffd\U0001f600\U0010ffff"
WRITTEN = {"-": "-", "/": "\\/", "\n": "\\n", "\r": "\\r", ".": "\\.", "^": "\\^", "]": "\\]", "[": "\\[", "\\": "\\\\"}
TEXTS = st.text(st.sampled_from([*LETTERS, ".", "^", "$", "|"]), max_size=6)


def in_class(letters: list[str]) -> str:
    return "".join("\\-" if each == "-" else WRITTEN.get(each, each) for each in letters)


SINGLE = st.sampled_from(list(LETTERS)).map(lambda each: WRITTEN.get(each, each))
CLASSES = st.builds(
    lambda other, letters, ranges: f"[{other}{in_class(letters)}{ranges}]",
    st.sampled_from(["", "^"]),
    st.lists(st.sampled_from(list("z, -]^.[\\/\u2028\n\U0001f600")), min_size=1, max_size=3, unique=True),
    st.sampled_from(["", "a-c", "0-9", "\u0660-\u0669", "\ue000-\ufffd", "\U00010000-\U0001f5ff"]),
)
TIMES = st.sampled_from(["", "", "?", "*", "+", "{2}", "{0,2}", "{1,}", "{1,3}"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3)
    return (
        several.map("".join)
        | st.tuples(several.map("|".join), TIMES).map(lambda each: f"({each[0]}){each[1]}")
        | st.tuples(several.map("".join), TIMES).map(lambda each: f"(?:{each[0]}){each[1]}")
    )


PATTERNS = st.recursive(st.tuples(SINGLE | CLASSES, TIMES).map("".join), _larger, max_leaves=8)


def pattern_of(text: str) -> Pattern | None:
    try:
        return read(text)
    except PatternFault:
        return None


def in_the_scenario(engine: Engine, given: list[tuple[str, list[str]]]) -> list[str]:
    runtime = templates.text_of("emit/voxengine/runtime/patterns.js")
    session = engine.session(PRELUDE.format(runtime=runtime, given=json.dumps(given)))
    assert session.error is None, session.error
    [answers] = session.logs
    session.close()
    return answers.split(" ")


FORMATS_IN_JS = """
const ON_TEXT = [];
{runtime}
const checks = {{ phone: complaintAboutPhone, date: complaintAboutDate }};
Logger.write({texts}.map((text) => (checks.{format}({{ format: "{format}" }}, text) === "" ? "y" : "n")).join(""));
"""


def formats_in_the_scenario(engine: Engine, format_: str, texts: list[str]) -> str:
    files = ("phone_parameters.js", "date_parameters.js")
    runtime = "\n".join(templates.text_of(f"emit/voxengine/runtime/{name}") for name in files)
    session = engine.session(FORMATS_IN_JS.format(runtime=runtime, format=format_, texts=json.dumps(texts)))
    assert session.error is None, session.error
    [answers] = session.logs
    session.close()
    return answers


def said_of_format(format_: str, text: str) -> set[bool]:
    try:
        in_tools = _accept(text, str, {"format": format_}) == text
    except ValueError:
        in_tools = False
    schema = Draft202012Validator({"pattern": read(FORMATS[format_]).anchored})
    return {in_tools, schema.is_valid(text)}


YEARS = [1000, 1004, 1600, 1700, 1900, 2000, 2023, 2024, 2026, 2028, 2100, 2400, 9996, 9999]
NO_DAYS = ["", "0999-01-01", "0000-01-01", "20260101", "2026-1-1", "2026-W01-1", "2026-001", "10000-01-01"]
NO_DAYS += ["2026-01-01\n"]
NUMBERS = ["+15550100001", "+49301234567", "+1555010", "+123456789012345"]
NO_NUMBERS = ["", "911", "112", "+911", "+49110", "+155501", "+1234567890123456", "+0155501000", "15550100001"]
NO_NUMBERS += ["+15550100001\n", "tel:+15550100001", "+\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "anonymous"]
NO_NUMBERS += ["++15550100001", "+1 5550100001"]
DAYS = (0, 1, 28, 29, 30, 31, 32)


def test_days_exist_or_not_to_everybody(engine: Engine) -> None:
    written = [f"{year:04}-{month:02}-{day:02}" for year in YEARS for month in range(14) for day in DAYS]
    exist = [is_a_day(text) for text in written]
    assert [text for text, right in zip(written, exist, strict=True) if said_of_format("date", text) != {right}] == []
    assert [text for text in NO_DAYS if said_of_format("date", text) != {False}] == []
    answers = "".join("y" if right else "n" for right in exist)
    assert formats_in_the_scenario(engine, "date", [*written, *NO_DAYS]) == answers + "n" * len(NO_DAYS)


def is_a_day(written: str) -> bool:
    try:
        return bool(date.fromisoformat(written))
    except ValueError:
        return False


def test_numbers_are_in_e164_to_everybody(engine: Engine) -> None:
    assert [text for text in NUMBERS if said_of_format("phone", text) != {True}] == []
    assert [text for text in NO_NUMBERS if said_of_format("phone", text) != {False}] == []
    answers = "y" * len(NUMBERS) + "n" * len(NO_NUMBERS)
    assert formats_in_the_scenario(engine, "phone", [*NUMBERS, *NO_NUMBERS]) == answers


def in_the_tools(pattern: str, text: str) -> bool:
    try:
        return bool(_accept(text, str, {"pattern": pattern}) == text)
    except ValueError:
        return False


def said(pattern: Pattern, text: str) -> set[bool]:
    schema = Draft202012Validator({"pattern": pattern.anchored})
    return {pattern.fits(text), in_the_tools(pattern.text, text), schema.is_valid(text)}


@settings(max_examples=25)
@given(st.data())
def test_everybody_says_the_same_of_every_text(engine: Engine, data: st.DataObject) -> None:
    asked: list[tuple[str, list[str]]] = []
    wanted: list[str] = []
    for written in data.draw(st.lists(PATTERNS, min_size=1, max_size=10)):
        pattern = pattern_of(written)
        if pattern is None:
            continue
        right = list(pattern.texts())[:2]
        texts = [*right, *(f"{each}\n" for each in right), "", *data.draw(st.lists(TEXTS, max_size=5))]
        found = [said(pattern, text) for text in texts]
        assert all(len(each) == 1 for each in found), (written, texts, found)
        assert all(pattern.fits(text) for text in right), (written, right)
        asked.append((written, texts))
        wanted.append("".join("y" if each == {True} else "n" for each in found))
    if asked:
        assert in_the_scenario(engine, asked) == wanted


@settings(max_examples=30)
@given(PATTERNS, st.lists(st.sampled_from(["a", "ab", "a,", "0 ", "z-"]), min_size=1, max_size=2))
def test_none_keeps_a_call_waiting(engine: Engine, written: str, parts: list[str]) -> None:
    """Of what is not refused: a text as long as a request may be, of what comes again and again, and nearly fits."""
    pattern = pattern_of(written)
    if pattern is not None:
        long = "".join(parts) * (8000 // len("".join(parts)))
        texts = [long, f"{long}!", f"{next(pattern.texts(), '')}{long}"]
        asked = [(written, texts)]
        assert in_the_scenario(engine, asked) == ["".join("y" if pattern.fits(text) else "n" for text in texts)]


@pytest.mark.parametrize(
    "slow",
    ["(a+)+", "(a*)*b", "(a|a)*", "(a|ab|b)*c", "([a-z]+,?)+", "a*a*b", "(a{1,9}){1,9}", "[a0]+[0-9]{1,40}", "(a+b?)+"],
)
def test_what_would_be_slow_is_refused(slow: str) -> None:
    with pytest.raises(PatternFault):
        read(slow)


@pytest.mark.parametrize(
    ("fine", "right", "wrong"),
    [
        ("[0-9]{4}|[0-9]{6}", ["1234", "123456"], ["12345", "1234\n", "\u0661234", " 1234", ""]),
        ("[a-z]+(,[a-z]+)*", ["a", "ab,c"], [",", "a,", "a,,b"]),
        ("[A-Z]{2}-?[0-9]{6}", ["AB123456", "AB-123456"], ["ab123456", "AB--123456"]),
        ("[^ @]+@[^ @]+\\.[a-z]{2,}", ["a@b.cc", "a@b.cc.dd"], ["a@b", "a@b.c", "a b@c.dd"]),
        ("(\\+[1-9]|00[1-9])[0-9 ]{6,14}", ["+1 555 0100", "0049301234"], ["1555", "+0123456"]),
        ("[a-z0-9]{1,20}[0-9]{1,4}", ["a1", "1111"], ["a", "1"]),
        ("\U0001f600?[\\]\\[^\\\\]", ["\U0001f600]", "^", "\\"], ["\ud83d]", "\U0001f600"]),
    ],
)
def test_what_people_write(fine: str, right: list[str], wrong: list[str]) -> None:
    pattern = read(fine)
    assert [text for text in right if said(pattern, text) != {True}] == []
    assert [text for text in wrong if pattern.fits(text)] == []


def test_examples_are_as_long_as_they_have_to_be() -> None:
    assert [len(text) for text in read("[0-9]{1,200}").texts(7, 9)] == [7, 7, 7]
    assert list(read("([ab]{3})+").texts(4, 5)) == []
    assert [len(text) for text in read("([ab]{3})+").texts(4, 6)][:1] == [6]
    assert list(read("x").texts()) == ["x"]
    assert list(read("x?").texts()) == ["", "x"]


@pytest.mark.parametrize(
    ("pattern", "keys", "longest"),
    [("[0-9]{2,4}", True, 4), ("#+", True, None), ("[0-9]|A", False, 1), ("[^0-9]", False, 1), ("1|23", True, 2)],
)
def test_what_a_pattern_admits(pattern: str, keys: bool, longest: int | None) -> None:
    assert (read(pattern).has_only("0123456789*#"), read(pattern).longest) == (keys, longest)


@given(st.text(st.sampled_from(list("ab[]()^-|*+?{}0,1\\.$/:=!<dw")), max_size=12))
def test_whatever_is_written_is_a_pattern_or_has_a_hint(written: str) -> None:
    """And what is one is a regular expression to Python without a warning."""
    pattern = pattern_of(written)
    if pattern is not None:
        re.compile(pattern.anchored)
        return
    with pytest.raises(PatternFault) as fault:
        read(written)
    assert all((fault.value.message, fault.value.hint))


def test_as_many_readings_as_there_may_be() -> None:
    assert read(f"[a-z]+[0-9a-z]{{1,{MOST_READINGS - 1}}}")
    with pytest.raises(PatternFault, match="too many ways"):
        read(f"[a-z]+[0-9a-z]{{1,{MOST_READINGS}}}")


@pytest.mark.parametrize(
    ("written", "marked"),
    [
        ('"ab(?<n>c)"', "("),
        (r'"a\\d\\b"', r"\\d"),
        (r"'a\d+'", r"\d"),
        ("ab(c", "("),
        ("'a[bc'", "["),
        ("'a{3,2}b'", "{3,2}"),
        ("'(a+)+$'", "$"),
        ("'ab)'", ")"),
        ("'a|b|'", "|"),
        ("'x(a?)+'", "+"),
        ("'^abc$'", "'^abc$'"),
        ("'(a+)+'", "'(a+)+'"),
        (r'"\x61(b"', r'"\x61(b"'),
    ],
)
def test_what_is_wrong_is_marked_where_it_stands(written: str, marked: str) -> None:
    """All of it, where that is what is wrong, or where escapes leave open which letter of the file it is."""
    line = f"    parameters: {{value: {{type: string, description: a, pattern: {written}}}}}"
    flow = (
        "flowc: 1\nflow: f\nagent: {api_key: {secret: K}, agent_id: agent_1, unavailable: hang_up}\nactions:\n  go:\n"
        f"    description: a\n{line}\n    do: hang_up\n"
    )
    [found] = [each for each in compile_flows([Source("f.yaml", flow.encode())]).diagnostics if each.code == "FLOW104"]
    assert line[found.span.column - 1 : found.span.end_column - 1] == marked
