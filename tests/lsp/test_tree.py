"""The tree of a text: of one without errors the compiler's, of every other one some tree, without an exception."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowc.diagnostics import Problems
from flowc.lsp.file import File
from flowc.lsp.tree import Map, Node, Seq, Value, read, walk
from flowc.nodes import Broken, Mapping, Scalar, Sequence
from flowc.nodes import Node as Parsed
from flowc.parse.yaml_tree import parse
from flowc.source import Source
from tests.conftest import ROOT
from tests.lsp.texts import EXAMPLES, edited

CORPUS = sorted(path for folder in ("flows", "tests", "flowc/starter") for path in (ROOT / folder).rglob("*.yaml"))
NOT_THE_SAME = ("FLOW005", "FLOW006", "FLOW008", "FLOW103")
"""Anchors, keys that are there twice, letters that nobody sees, keys that are no text: the compiler takes them away."""


def plain(node: Node | None) -> Any:
    """Texts with their places; of a block of text only where it begins."""
    match node:
        case None:
            return None
        case Value(quote="|"):
            return "|", node.start
        case Value():
            return node.text, node.start, node.end
        case Map():
            return {entry.key.text: (plain(entry.key), plain(entry.value)) for entry in node.entries}
        case Seq():
            return [plain(item) for item in node.items]


def plain_of(node: Parsed, text: str) -> Any:
    match node:
        case Scalar() if not node.plain and text[node.start.index] in "|>":
            return "|", node.start.index
        case Scalar():
            return (node.text, node.start.index, node.end.index) if node.text or not node.plain else None
        case Mapping():
            return {key: (plain_of(name, text), plain_of(value, text)) for key, (name, value) in node.entries.items()}
        case Sequence():
            return [plain_of(item, text) for item in node.items]
        case Broken():
            raise AssertionError("not to be compared")


def compare(text: str) -> bool:
    problems = Problems("t.yaml")
    root = parse(Source("t.yaml", text.encode()), problems)
    if root is None or any(found.code in NOT_THE_SAME for found in problems.found):
        return False
    found = read(text)
    if any(isinstance(node, Map) and not node.is_flow and not all_whole(node) for node in walk(found)):
        return False  # a value that stands no further in than its key: here it is taken for a key that is half typed
    if goes_on_with_a_dash(root, text):
        return False  # a line that begins like an item, in the middle of a text: here it is one
    assert plain(found) == plain_of(root, text)
    return True


def goes_on_with_a_dash(node: Parsed, text: str) -> bool:
    match node:
        case Scalar():
            return node.plain and re.search(r"\s-(?=\s|\Z)", text[node.start.index : node.end.index]) is not None and (
                node.start.line != node.end.line
            )
        case Sequence():
            return any(goes_on_with_a_dash(item, text) for item in node.items)
        case Mapping():
            return any(goes_on_with_a_dash(each, text) for entry in node.entries.values() for each in entry)
        case Broken():
            return False


def all_whole(mapping: Map) -> bool:
    return all(entry.has_colon for entry in mapping.entries)


@pytest.mark.parametrize("folder", ["flows", "tests", "flowc"])
def test_it_is_that_of_the_compiler(folder: str) -> None:
    compared = 0
    for path in CORPUS:
        if path.is_relative_to(ROOT / folder):
            try:
                text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
            except UnicodeDecodeError:
                continue
            compared += compare(text)
    assert compared >= {"flows": 38, "tests": 500, "flowc": 1}[folder]


@settings(max_examples=300)
@given(edited())
def test_of_an_edited_file_it_is_the_compilers_as_far_as_there_is_one(text: str) -> None:
    compare(text)


# fmt: off
PIECES = st.sampled_from([
    "a", "b c", "é", "😀", "0", " ", "  ", "    ", "\t", "\n", "\n  ", "\n    ", "\r\n", "\r", "\x85", "\u2028",
    "\ufeff", ":", ": ", "- ", "-", "[", "]", "{", "}", ",", '"', "'", "\\", "#", " #", "|", "|\n", ">-", "&", "*", "!",
    "?", "? ", "%", "@", "`", "---", "...", "${", "<<: ", "\0",
])
# fmt: on
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join))


@settings(max_examples=1000)
@given(TEXTS)
def test_any_text_has_one(text: str) -> None:
    for node in walk(read(text)):
        assert 0 <= node.start <= node.end <= len(text)


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(["t.yaml", "t.calls.yaml"]))
def test_any_text_has_places_and_names(text: str, path: str) -> None:
    file = File(path, text)
    for place in file.outline.places:
        assert place.value.start <= place.value.end <= len(text)
    for name in file.names:
        assert text[name.start : name.end] == name.name


@pytest.mark.parametrize("opened", ["[", "{", "- ", "{a: [", "'", '"', "a:\n", "[{", "? ", "- a: ", "|\n"])
def test_what_never_ends_is_read_once(opened: str) -> None:
    """Twice as much takes about twice as long; what counts is that it comes to an end at all."""
    read(opened * 20_000)
    read("\n".join(f"{' ' * depth}a:" for depth in range(1000)))


def test_half_a_key_is_a_key_of_the_mapping_around_it() -> None:
    root = read("agent:\n  api_key: x\n  unav\n  version: y\n")
    assert isinstance(root, Map)
    agent = root.get("agent")
    assert isinstance(agent, Map)
    assert [(entry.key.text, entry.has_colon) for entry in agent.entries] == [
        ("api_key", True),
        ("unav", False),
        ("version", True),
    ]


@pytest.mark.parametrize("open_bracket", ["[a, b", "{by: x, among: {a: b", '"never closed', "'never closed"])
def test_a_bracket_that_is_not_closed_ends_where_the_block_does(open_bracket: str) -> None:
    steps = f"    do:\n      transfer: {open_bracket}\n      ringing: music\n    say: hello\n"
    root = read(f"actions:\n  go:\n{steps}routes: x\n")
    assert isinstance(root, Map)
    assert [entry.key.text for entry in root.entries] == ["actions", "routes"]
    actions = root.get("actions")
    assert isinstance(actions, Map)
    go = actions.get("go")
    assert isinstance(go, Map)
    assert [entry.key.text for entry in go.entries] == ["do", "say"]
    do = go.get("do")
    assert isinstance(do, Map)
    assert [entry.key.text for entry in do.entries] == ["transfer", "ringing"]


def test_the_examples_are_flows_and_call_scripts() -> None:
    assert {path.name.endswith(".calls.yaml") for path in EXAMPLES} == {True, False}
    assert all(Path(path).is_file() for path in EXAMPLES)
