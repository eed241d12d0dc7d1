"""Hints are typed in: what a hint says to write is written where the error is, in every fixture of `flows/errors`.

The flow need not be right then, since a fixture has other errors. But it is still YAML, and the same is not said again
at the same place. Hints with a `…` or a word in capitals for what only the author knows are left out, and those that
speak of another place than that of their error: `ELSEWHERE` lists what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flowc.compiler import compile_flows
from flowc.diagnostics import Diagnostic
from flowc.language.flow.values import AGENT_ID, SETTING_NAME, SIP_ADDRESS, WEB_ADDRESS
from flowc.language.shapes import Text
from flowc.parse import suggestions
from flowc.source import Source
from flowc.suggest import nearest
from tests.conftest import ROOT
from tests.test_diagnostics import REFUSED, sources

WRITTEN = re.compile(
    r"(?:write|did you mean|behind the (?:colon|dash):|around (?:all of )?it:|straight quotes:) "
    r"(?:`(.+?)`(?=$|[^`\w])|(\".+\"))"
)
LEFT_OPEN = re.compile(r"…|\b(?:NAME|PROMPT|TARGET|ADDRESS)\b|^(?:name|key): value$|^\+$")
INSTEAD = re.compile(r"instead of `(.+?)`")
ELSEWHERE = re.compile(r"if it is meant, write|in double quotes, write|stand beside it$|stands alone, without a colon")


def literal(hint: str) -> str:
    found = WRITTEN.search(hint.rpartition(", which is ")[2])
    return (found[1] or found[2]) if found is not None else ""


def value_behind(line: str, column: int) -> int:
    """Where in a line the value ends that follows a key, whose colon is in this column."""
    depth = 0
    for index in range(column + 1, len(line)):
        letter = line[index]
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(letter, 0)
        if depth < 0 or (depth == 0 and letter == "," and re.search(r"[{\[]", line[:column])):
            return index
        if letter == "#" and line[index - 1] == " ":
            return len(line[:index].rstrip())
    return len(line)


def typed_in(lines: list[str], found: Diagnostic, written: str) -> str:
    """The file with a hint typed in where its error is."""
    span = found.span
    line = lines[span.line - 1]
    start, end = span.column - 1, span.end_column - 1
    if "around all of it" in found.hint:  # from the quote that opens the beginning of it
        start = [each.end() for each in re.finditer(r": +(?=[\"'])", line[:start])][-1]
        end = line.find("}", end) if "}" in line[end:] else len(line.rstrip())
        return "".join([*lines[: span.line - 1], line[:start] + written + line[end:], *lines[span.line :]])
    told = INSTEAD.findall(found.hint) or [*re.findall(r"`(.+?)`", found.message), written[1:-1]]
    places = [(place.start(), place.end()) for each in told for place in re.finditer(re.escape(each), line)]
    is_inside = found.code == "FLOW204" or INSTEAD.search(found.hint) is not None
    around = [each for each in places if each[0] <= start < each[1] or (is_inside and start <= each[0] < end)]
    if around and is_inside:
        start, end = around[0]
    elif around:
        start, end = max((start, end), *around, key=lambda each: each[1] - each[0])
    if line[end : end + 1] == ":" and re.match(r"[\w\"{\[]", written) and ": " in written:
        end = value_behind(line, end)
    changed = line[:start] + written + line[end:]
    return "".join([*lines[: span.line - 1], changed, *lines[span.line :]])


def hints() -> Iterator[tuple[Path, Diagnostic]]:
    for path in REFUSED:
        if path.is_file():
            yield from ((path, each) for each in compile_flows(sources(path)).diagnostics)


TYPED = [
    pytest.param(path, each, id=f"{path.stem}:{each.span.line}:{each.span.column}")
    for path, each in hints()
    if (written := literal(each.hint)) and not LEFT_OPEN.search(written)
    if not ELSEWHERE.search(f"{each.message}; {each.hint}") and each.span.line == each.span.end_line
]


@pytest.mark.parametrize(("path", "found"), TYPED)
def test_what_a_hint_says_to_write_can_be_written(path: Path, found: Diagnostic) -> None:
    [source] = sources(path)
    text = source.content.decode()
    typed = typed_in(text.splitlines(keepends=True), found, literal(found.hint))
    after = compile_flows([Source("f.yaml", typed.encode())]).diagnostics
    no_yaml = [each for each in after if each.code == "FLOW002"]
    assert no_yaml == [] or found.code == "FLOW002", (typed.splitlines()[found.span.line - 1], no_yaml)
    again = [each for each in after if each.span[:2] == found.span[:2] and each.code == found.code]
    if found.code == "FLOW204":  # each reference in a text is told of where the text begins
        again = [each for each in again if each.message == found.message]
    assert again == [], typed.splitlines()[found.span.line - 1]


def kept(value: str) -> str:
    """What tells one address or name from another: all but its scheme, spaces, and the brackets around it."""
    bare = re.sub(r"[\s<>\u201c\u201d]", "", value)
    return re.sub(r"^(?:sips?:|https?:)?(?://)?", "", bare, flags=re.IGNORECASE).lower()


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([SIP_ADDRESS, WEB_ADDRESS, AGENT_ID]),
    st.sampled_from(["", "sip:", "SIP:", "sips://", "http://", "https://"]),
    st.text("ab1.-_@:/()<> ;=?", min_size=1, max_size=20),
)
@example(SIP_ADDRESS, "sip:", " desk@pbx.example.com")
@example(SIP_ADDRESS, "sip:", "//desk@pbx.example.com")
@example(SIP_ADDRESS, "sip:", "desk@pbx (main).example.com")
@example(AGENT_ID, "", "agent (2).b")
@example(AGENT_ID, "", "1)")
@example(AGENT_ID, "", "1 (2)")
def test_no_hint_leads_to_another_address(shape: Text, scheme: str, rest: str) -> None:
    change = suggestions.changed(shape, scheme + rest)
    assert not change or kept(change) == kept(scheme + rest)


@pytest.mark.parametrize(
    "written", ["$A_KEY", "${A_KEY}", "${{ secrets.A_KEY }}", "process.env.A_KEY", "%A_KEY%", "A KEY"]
)
def test_the_name_of_a_setting_keeps_its_letters(written: str) -> None:
    change = suggestions.changed(SETTING_NAME, written) or suggestions.name_of_a_setting(written)
    assert change == "A_KEY" or SETTING_NAME.fits(written)


@pytest.mark.parametrize(
    ("wrong", "right", "found"),
    [
        ("answered", ["busy", "no_answer"], None),
        ("valid", ["invalid", "failed"], None),
        ("unreachabel", ["unreachable"], "unreachable"),
        ("noanswer", ["no_answer"], "no_answer"),
        ("interupted", ["interrupted"], "interrupted"),
        ("not_allowd", ["not_allowed"], "not_allowed"),
        ("un_available", ["available"], None),
    ],
)
def test_the_nearest_name_is_not_its_opposite(wrong: str, right: list[str], found: str | None) -> None:
    assert nearest(wrong, right) == found


@pytest.mark.parametrize("code", [0x85, 0xA0, 0xAD, 0x200B, 0x2028, 0x202E, 0x3000, 0xE0001], ids=hex)
def test_an_invisible_character_that_is_meant_can_be_written_as_its_hint_says(code: int) -> None:
    flow = (ROOT / "flows/function_calling.yaml").read_text("utf-8")
    begin = "description: End the call."
    assert begin in flow
    [found] = compile_flows([Source("f.yaml", flow.replace(begin, f"{begin}{chr(code)}").encode())]).diagnostics
    escape = re.search(r"write `(\\\w+)` in double quotes", found.hint)
    assert (escape is None) == (code == 0x85), found.hint  # a control character
    if escape is not None:
        line = next(line for line in flow.splitlines() if begin in line)
        key, _, text = line.partition(": ")
        meant = flow.replace(line, f'{key}: "{text}{escape[1]}"')
        assert compile_flows([Source("f.yaml", meant.encode())]).diagnostics == ()
