"""Texts as they are while somebody types: the examples, with random edits."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from tests.conftest import ROOT

EXAMPLES = sorted((ROOT / "flows").glob("*.yaml"))
# fmt: off
TYPED = st.sampled_from([
    "", "", "", "a", "x: ", "- ", "\n", "\n  ", "\n      ", ":", ": ", "{", "}", "[", "]", '"', "'", ",", "#", " # ",
    "|", "&a ", "*a", "${", "}", "é", "😀", "\u00a0", "\u200b", "\t", "\r\n", "\r", "\x85", "\u2028", "\0", "%",
    "hang_up", "transfer: ", "{say: x}", "[]", "{}", "~", "20s", "9" * 50,
])
# fmt: on


@st.composite
def edits(draw: st.DrawFn, text: str, most: int = 4) -> list[tuple[int, int, str]]:
    """Places and what is typed over them, each in the text that the ones before have made."""
    found = []
    for _ in range(draw(st.integers(1, most))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 0, 1, 1, 2, 5, 20, 200, 2000])))
        typed = draw(TYPED)
        found.append((start, end, typed))
        text = text[:start] + typed + text[end:]
    return found


def applied(text: str, made: list[tuple[int, int, str]]) -> str:
    for start, end, typed in made:
        text = text[:start] + typed + text[end:]
    return text


@st.composite
def edited(draw: st.DrawFn, paths: list[Path] = EXAMPLES) -> str:
    text = draw(st.sampled_from(paths)).read_text("utf-8")
    return applied(text, draw(edits(text)))
