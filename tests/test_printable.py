"""The way out of flowc: whatever stands in a text, nothing of it acts on a terminal or on what reads a log."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import flowc
from flowc.report.github import END_OF_GROUP, error, group
from flowc.report.printable import json_document, log, plain, xml_document
from flowc.report.terminal import RED, paint

PACKAGE = Path(flowc.__file__).parent

HOSTILE = (
    "\x1b[2J\x1b]0;title\x07 \x00 \x7f \x9b31m",
    "bidi \u202e \u2066 \u200f \u061c",
    "no width \u200b \ufeff \u00ad \u034f \u3164 \U000e0041",
    "lines \r \x0b \x0c \x1c \x85 \u2028 \u2029 end",
    "\r::error::x\n::add-mask::x\n \u3000::stop-commands::x\r\n\t::set-output name=a::b",
    "##[error]x\na ##[add-path]/x ##vso[task.setvariable variable=a]b ##teamcity[message text='a'] ###[x",
    "\ud800 \udcff \ufffe \U0010ffff",
)
PIECES = [*" \t\r\n:#[x%", "::", "##[", "\x1b", RED, "\x1b[0m", "\u2028", "\u202e", "\u3000", "\ud800", "]]>&<"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=12).map("".join)


def harmless(text: str, color: bool = False) -> bool:
    """Nothing acts on a terminal, no line is a command."""
    if color:
        text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    categories = {unicodedata.category(each) for each in text if each != "\n"}
    lines = text.split("\n")
    return (
        not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        and not any(line.strip().startswith("::") for line in lines)
        and not re.search(r"##\w*\[", text)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    assert not harmless(text)
    assert harmless(plain(text))
    assert plain(text).count("\n") == text.count("\n")


@given(TEXTS, st.booleans())
def test_any_text_is_harmless(text: str, color: bool) -> None:
    assert harmless(plain(text, color), color)
    assert harmless(plain(paint("a", RED, color) + text + "\n" + paint(text, RED, color), color), color)
    [told, rest] = log([text.replace("\n", ""), "end"]).split("\n")[:2]
    assert (harmless(told), rest) == (True, "end")


@given(TEXTS)
def test_a_document_means_the_same_and_is_ascii(text: str) -> None:
    shown = json_document({"a": text, text: ["##[error]"]})
    assert json.loads(shown) == {"a": text, text: ["##[error]"]}
    assert shown.isascii()
    assert harmless(shown)
    root = ET.Element("a", {"b": text})
    root.text = text
    shown = xml_document(root)
    assert shown.isascii()
    assert harmless(shown)
    ET.fromstring(shown)


def test_only_what_acts_is_escaped() -> None:
    fine = "Приём, 你好, café, ☎\ufe0f, a::b, # c ## d, [e]: 'x'\n  | :x\n"
    assert plain(fine) == fine
    assert xml_round("a::b ☎\ufe0f") == "a::b ☎\ufe0f"
    assert plain(RED) != RED
    assert plain(RED, color=True) == RED


def xml_round(text: str) -> str | None:
    root = ET.Element("a")
    root.text = text
    return ET.fromstring(xml_document(root)).text


@given(TEXTS, TEXTS)
@example("#", "#[")
def test_our_own_commands_are_the_only_ones(title: str, message: str) -> None:
    lines = log([error({"file": title, "title": title}, message), group(title), title.replace("\n", " "), END_OF_GROUP])
    [first, second, third, fourth, nothing] = lines.split("\n")
    assert re.fullmatch(r"::error file=[^,]*,title=[^,]*::.*", first)
    assert second.startswith("::group::")
    assert not third.strip().startswith("::")
    assert (fourth, nothing) == ("::endgroup::", "")
    for line in (first, second):
        # Between what stands on both sides of a `::` it stays: without it they would be one word.
        assert harmless(line.removeprefix("::error").removeprefix("::group::").replace("::", " "))


WRITERS = {
    "cli/__init__.py": {"stdout"},  # `--version`, for which nothing is imported: a text of ours
    "cli/output.py": {"echo", "stdout"},
    "cli/app.py": {"stdout", "stderr"},  # sets how they are encoded
    "cli/options.py": {"stdout", "stderr"},  # asks whether they are terminals
    "cli/watch.py": {"stderr"},  # asks whether it is a terminal
    "lsp/server.py": {"stdout"},  # the protocol, whose other end is an editor
    "simulator/worker.py": {"stdout"},  # a pipe to flowc itself
    "talk/terminal.py": {"stdout"},  # a conversation, each line of it made harmless
    **{f"{name}.py": {"echo"} for name in ("cli/talk", "talk/call", "talk/echo", "talk/play")},  # a model, not a writer
    "testing/pytest_plugin.py": {"stderr"},  # what tools print, made harmless
    "testing/play/with_tools/inside.py": {"stdout", "stderr"},  # whose output is read by flowc
}
"""Where the streams are used at all. What writes to them is `cli/output.py`."""


def test_nothing_else_writes() -> None:
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            if name in ("print", "pprint", "echo", "secho", "stdout", "stderr", "__stdout__", "__stderr__"):
                owner = getattr(getattr(node, "value", None), "id", "")
                if owner in ("sys", "click", "") and not (name.startswith("std") and owner != "sys"):
                    found.setdefault(path.relative_to(PACKAGE).as_posix(), set()).add(name)
    assert found == WRITERS
