"""The rules as pages: plain text for a terminal, and all of them as Markdown for flows/ERRORS.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import fill, indent

from flowc.catalogue import CATALOGUE, CHAPTERS
from flowc.rule import Rule

_COLUMNS = 80
_HEAD = """\
# Errors and warnings

Every error and every warning that flowc tells of has a code. Here is what each means, why it matters to a caller, an
example that has this error and no other, and the same example mended. `flowc explain FLOW303` shows the same at a
terminal.

A flow or a call script below is a whole file. A call script stands beside `flows/function_calling.yaml`. Commands are
run in a project with the two example flows, built; those under "Instead" go on where those under "Example" ended.

Generated from the rules in `flowc/checks/` and `flowc/catalogue/`: `flowc explain --markdown > flows/ERRORS.md`.
"""
_WITHOUT_DOC = "No more is known: Python was started without docstrings (-OO).\n"


def listing() -> str:
    """Every code with its title, a line each."""
    return "".join(f"{rule.code}  {rule.title}\n" for rule in CATALOGUE.values())


def text(rule: Rule) -> str:
    """One rule, for a terminal."""
    said = rule.explanation
    if said is None:
        return f"{_title(rule)}\n\n{_WITHOUT_DOC}"
    paragraphs = [*said.what.split("\n\n"), f"Why: {said.why}"]
    parts = [
        _title(rule),
        *(_filled(paragraph) for paragraph in paragraphs),
        f"Example:\n\n{indent(said.example, '    ')}".rstrip("\n"),
        f"Instead:\n\n{indent(said.instead, '    ')}",
    ]
    return "\n\n".join(parts)


def markdown() -> str:
    """All of them."""
    contents, chapters = "", ""
    for start, chapter in CHAPTERS.items():
        rules = [rule for rule in CATALOGUE.values() if rule.code.startswith(start)]
        contents += f"\n{chapter}:\n\n" + "".join(f"- [{_title(rule)}](#{_anchor(rule)})\n" for rule in rules)
        chapters += f"\n## {chapter}\n" + "".join(_section(rule) for rule in rules)
    return _HEAD + contents + chapters


def _section(rule: Rule) -> str:
    said = rule.explanation
    if said is None:
        return f"\n### {_title(rule)}\n\n{_WITHOUT_DOC}"
    language = "sh" if said.example.startswith("$ ") else "yaml"
    return (
        f"\n### {_title(rule)}\n\n{said.what}\n\n**Why:** {said.why}\n"
        f"\n**Example:**\n\n```{language}\n{_runnable(said.example)}```\n"
        f"\n**Instead:**\n\n```{language}\n{_runnable(said.instead)}```\n"
    )


def _runnable(example: str) -> str:
    return re.sub(r"^\$ ", "", example, flags=re.MULTILINE)


def _title(rule: Rule) -> str:
    return f"{rule.code}: {rule.title}"


def _anchor(rule: Rule) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", _title(rule).lower()).replace(" ", "-")


def _filled(paragraph: str) -> str:
    if not paragraph.startswith("- "):
        return _lines(paragraph.split())
    items = re.split(r"^- ", paragraph, flags=re.MULTILINE)[1:]
    return "\n".join(_lines(("-", *item.split()), "  ") for item in items)


def _lines(words: Iterable[str], hanging: str = "") -> str:
    joined = " ".join(words)
    return fill(joined, _COLUMNS, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
