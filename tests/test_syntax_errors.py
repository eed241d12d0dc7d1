"""What is not YAML is told in our own words, whichever of libyaml's errors it is, and whichever version it is.

`CASES` has a document for every error of libyaml that can be provoked; `KNOWN` is the list of its sentences. A version
with a new sentence fails here: give it a case, and words of ours if the general ones do not help.
"""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flowc.compiler import compile_flows
from flowc.diagnostics import Diagnostic
from flowc.parse.yaml_tree import DEEPEST
from flowc.source import Source
from flowc.testing.script.parse import outline

DIRECTIVE, NO_TAG, BACKSLASH = "starts with `%`", "cannot start with `!`", "a backslash begins an escape"
AFTER_THE_END, BLOCK_TEXT, NO_KEY = "after the end of the flow", "that starts a text of several lines", "a key is not"

# fmt: off
CASES: list[tuple[str, str, str]] = [  # document, line:column, what is said
    ("%\na: b\n", "1:1", DIRECTIVE),
    ("%a$\n---\na: b\n", "1:1", DIRECTIVE),
    ("%FOO bar\n---\na: b\n", "1:1", DIRECTIVE),
    ("%YAML\n---\na: b", "1:1", DIRECTIVE),
    ("%YAML x.y\n---\na: b", "1:1", DIRECTIVE),
    ("%YAML 1234567890123.1\n---\na: b", "1:1", DIRECTIVE),
    ("%YAML 1x2\n---\na: b", "1:1", DIRECTIVE),
    ("%YAML 2.0\n---\na: b", "1:1", DIRECTIVE),
    ("%YAML 1.1 foo\n---\na: b", "1:1", DIRECTIVE),
    ("%YAML 1.1\n%YAML 1.1\n---\na: b", "2:1", DIRECTIVE),
    ("%TAG !e! tag:x\n%TAG !e! tag:x\n---\na: b", "2:1", DIRECTIVE),
    ("%TAG\n---\na: b", "1:1", DIRECTIVE),
    ("%TAG !e!\n---\na: b", "1:1", DIRECTIVE),
    ("%TAG !e\n---\na: b", "1:1", DIRECTIVE),
    ("%TAG !e! \n---\na: b", "1:1", DIRECTIVE),
    ("%TAG !e! a\"\n---\na: b", "1:1", DIRECTIVE),
    ("# a flow\n%YAML 1.1\na: b", "2:1", DIRECTIVE),
    ("a: b\n%c: d\n", "2:1", DIRECTIVE),
    ("a: !<foo b", "1:4", NO_TAG),
    ("a: !<> b", "1:4", NO_TAG),
    ("a: !x!y b", "1:4", NO_TAG),
    ("a: !!  b", "1:4", NO_TAG),
    ("a: !a%zz b", "1:4", NO_TAG),
    ("a: !a%ff b", "1:4", NO_TAG),
    ("a: !a%c3%00 b", "1:4", NO_TAG),
    ("a: !x[ b", "1:4", NO_TAG),
    ("a: & b", "1:4", "cannot start with `&`"),
    ("a: &a[ b", "1:4", "cannot start with `&`"),
    ("a: * b", "1:4", r"cannot start with `\*`"),
    ("a: {b: #}\n", "1:8", "begins a comment"),
    ("a:\n- {b: #}\n- c\n", "2:7", "begins a comment"),
    ("a: %b\n", "1:4", "cannot start with `%`"),
    ("a: @b\n", "1:4", "cannot start with `@`"),
    ("a: |0\n  x\n", "1:5", BLOCK_TEXT),
    ("a: | x\n", "1:6", BLOCK_TEXT),
    ("a: >1x\n", "1:6", BLOCK_TEXT),
    ("a: |\n\tx\n", "2:1", "a tab cannot indent"),
    ("a: b\n\tc: d\n", "2:1", "a tab cannot indent"),
    ('a: "x\n---\ny"\n', "2:1", "`---` cannot start a line inside quotes"),
    ("a: 'x\n... \ny'\n", "2:1", "`...` cannot start a line inside quotes"),
    ('a: "x\n', "1:4", "never closed"),
    ('a: "\\q"\n', "1:5", BACKSLASH),
    ('a: "x\\', "1:6", BACKSLASH),
    ('a: "C:\\Users"\n', "1:7", BACKSLASH),
    ('a: "\\xg"\n', "1:5", BACKSLASH),
    ('a: "\\u12"', "1:5", BACKSLASH),
    ('a: "\\ud800"', "1:5", BACKSLASH),
    ('a: "\\U00110000"', "1:5", BACKSLASH),
    ("{a: b:c:}\n", "1:8", "a `:` inside a text in brackets"),
    ("[a:]", "1:3", "a `:` inside a text in brackets"),
    ("a: b\nc\nd: e\n", "2:1", "a key without `: `"),
    ("a: 1\n" + "b" * 2000 + ": b\n", "2:1", "a key without `: `"),
    ('"a\nb": c', "2:3", NO_KEY),
    ("a: b\n  c: d\n", "2:4", NO_KEY),
    ("a: b: c\n", "1:5", "a second `: ` in one line"),
    ("a: - b\n", "1:4", "a list cannot start behind its key"),
    ("a: 'b' c\n", "1:8", "more text after the end of a value"),
    ("a: ? b\n", "1:4", r"cannot start with `\?`"),
    ("a:\n    b: c\n  d: e\n", "3:3", "fits none of the levels"),
    ("a:\n  do:\n     b: c\n    d: e\n", "3:6", "not stand in one column with `d` below"),
    ("a: {b: \"c\"; d: e}\n", "1:11", "separated with `,`"),
    ("a:\n  - b\n  c: d\n", "3:3", "does not belong to the list"),
    ("a: [b\n", "1:4", r"the `\[` that opens here is never closed"),
    ("a: {b\n", "1:4", "the `{` that opens here is never closed"),
    ("a: {b: [c}\n", "1:10", "a `\\[` is closed with `}`"),
    ("{a: b}}", "1:7", AFTER_THE_END),
    ("{a: b}\nc: d\n", "2:1", AFTER_THE_END),
    ("a: b\n...\nc: d\n", "3:1", "behind the `...`"),
    ("a: b\n... x\n", "2:5", "behind the `...`"),
    (" a: b\nc: d\n", "2:1", "indented less than the first"),
    ("[,]", "1:2", "`,` is not possible here"),
    ("a: ]\n", "1:4", "`]` is not possible here"),
    ("a: \x01\n", "1:4", r"U\+0001 is not allowed"),
    ("a: b\x7fc\n", "1:5", r"U\+007F is not allowed"),
    ("a: \ufffe", "1:4", r"U\+FFFE is not allowed"),
]

KNOWN = {  # of libyaml 0.2.5 and 0.2.6, without what only a stream that is no UTF-8 can cause
    "block sequence entries are not allowed in this context", "control characters are not allowed",
    "could not find expected ':'", "could not find expected directive name", "did not find URI escaped octet",
    "did not find expected '!'", "did not find expected ',' or ']'", "did not find expected ',' or '}'",
    "did not find expected '-' indicator", "did not find expected <document start>",
    "did not find expected alphabetic or numeric character", "did not find expected comment or line break",
    "did not find expected digit or '.' character", "did not find expected hexdecimal number",
    "did not find expected key", "did not find expected node content", "did not find expected tag URI",
    "did not find expected version number", "did not find expected whitespace",
    "did not find expected whitespace or line break", "did not find the expected '>'",
    "exceeded maximum nesting depth", "found a tab character that violates indentation",
    "found a tab character where an indentation space is expected", "found an incorrect leading UTF-8 octet",
    "found an incorrect trailing UTF-8 octet", "found an indentation indicator equal to 0",
    "found character that cannot start any token", "found duplicate %TAG directive", "found duplicate %YAML directive",
    "found extremely long version number", "found incompatible YAML document",
    "found invalid Unicode character escape code", "found undefined tag handle", "found unexpected ':'",
    "found unexpected document indicator", "found unexpected end of stream",
    "found unexpected non-alphabetical character",
    "found unknown directive name", "found unknown escape character", "mapping keys are not allowed in this context",
    "mapping values are not allowed in this context",
}
# fmt: on


def libyaml_says(text: str) -> list[str]:
    """Its problem, and what it was doing; empty if the text is YAML."""
    try:
        for _ in yaml.parse(text, Loader=yaml.CBaseLoader):
            pass
    except yaml.MarkedYAMLError as error:
        return [said for said in (error.problem, error.context) if said]
    except yaml.reader.ReaderError as error:
        return [error.reason]
    return []


def told(text: str) -> list[Diagnostic]:
    """What a user gets to read, of the text as a flow and as call scripts."""
    content = text.encode()
    as_flow = compile_flows([Source("flow.yaml", content)]).diagnostics
    as_calls = outline(Source("flow.calls.yaml", content)).problems.found
    return [*as_flow, *as_calls]


def assert_our_own_words(text: str) -> None:
    for said in libyaml_says(text):
        for each in told(text):
            assert said not in f"{each.message} {each.hint}"


@pytest.mark.parametrize(("text", "place", "expression"), CASES, ids=lambda value: repr(value[:30]))
def test_what_is_not_yaml(text: str, place: str, expression: str) -> None:
    assert libyaml_says(text), "this is YAML"
    assert_our_own_words(text)
    of_yaml = [each for each in told(text) if each.code == "FLOW002"]
    assert len(of_yaml) == 2, "once as a flow, once as call scripts"
    for each in of_yaml:
        assert f"{each.span.line}:{each.span.column}" == place
        assert re.search(expression, each.message), each.message


def test_every_error_of_libyaml_has_a_case() -> None:
    provoked = {libyaml_says(text)[0] for text, _, _ in CASES}
    beyond = {"exceeded maximum nesting depth"}  # has tests of its own
    # A tab may be the one or the other, by version.
    tabs = {said for said in KNOWN if "tab character" in said}
    assert provoked <= KNOWN
    assert KNOWN - provoked <= beyond | tabs


@settings(max_examples=400, deadline=None)
@given(st.text("ab1:-[]{}#&*!|>'\"%@`,?~<\\ \n\t.\u2028\ufeff\x00é$", max_size=40))
def test_no_word_of_libyaml_reaches_a_user(text: str) -> None:
    assert_our_own_words(text)


NESTED = {
    "flow sequences": ("a: ", "[", ""),
    "flow mappings": ("a: ", "{b: ", ""),
    "mixed": ("a: ", "[{b: ", ""),
    "texts with brackets between": ("a: ", "[\"]]]]\", ']]', ", ""),
    "flow collections in a list": ("a:\n  - ", "[", ""),
    "flow collections in flow collections": ("a: [[[x, ", "{y: [", ""),
    "block sequences": ("", "- ", ""),
    "keys that are collections": ("", "? ", ""),
    "closed": ("a: ", "[", "]"),
}


@pytest.mark.parametrize("levels", [DEEPEST + 1, 100, 300, 999, 1000, 1001, 1100, 20_000])
@pytest.mark.parametrize("kind", NESTED)
def test_too_deep_whether_or_not_libyaml_has_a_limit_of_its_own(kind: str, levels: int) -> None:
    start, one, end = NESTED[kind]
    text = start + one * levels + end * levels
    found = told(text)
    assert [each.code for each in found] == ["FLOW007", "FLOW007"]
    assert {each.message for each in found} == {f"nested more than {DEEPEST} levels deep"}


@pytest.mark.parametrize("one", ["-", "a:"])
def test_too_deep_by_indentation(one: str) -> None:
    text = "\n".join(" " * depth + one for depth in range(1200))
    found = told(text)
    assert [each.code for each in found] == ["FLOW007", "FLOW007"]
    assert {each.span.line for each in found} == {DEEPEST + 1}


def test_brackets_in_texts_are_no_levels() -> None:
    brackets = "[{" * 100
    for text in (f'a: "{brackets}"\nb: "\\q"', f"a: '{brackets}'\nb: [", f"a: [\"{brackets}\", '{brackets}', @]"):
        assert {each.code for each in told(text)} == {"FLOW002"}
