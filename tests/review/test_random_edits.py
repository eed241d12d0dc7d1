"""Whatever is edited in a flow: never an exception, and a sentence if, and only if, something of it has changed."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from flowc.compiler import compile_flows
from flowc.ir import Flow
from flowc.review.change import Kind
from flowc.review.of_flow import changes
from flowc.review.pairs import Reviewed, reviewed
from flowc.review.places import same
from flowc.review.report import as_full, as_json, as_markdown, summary
from flowc.source import Source
from tests.conftest import ROOT

EXAMPLES = sorted(each for each in (ROOT / "flows").glob("*.yaml") if "." not in each.stem)
WORDS = re.compile(r"[A-Za-z_][\w.]*|\d+(?:ms|s|m|h)?|\"[^\"\n]*\"")
NEW_WORDS = ("hang_up", "return_to_agent", "true", "1", "7s", '"#"', "otherwise", '"`<b>@x</b>`"', "{secret: OTHER}")


@cache
def text_of(name: str) -> str:
    return (ROOT / f"flows/{name}.yaml").read_text("utf-8")


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A flow, and the same after a few edits: words that change places or are others, lines that go or come twice."""
    name = draw(st.sampled_from([each.stem for each in EXAMPLES]))
    text = text_of(name)
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            found = list(WORDS.finditer(text))
            one = draw(st.sampled_from(found))
            instead = draw(st.one_of(st.sampled_from(found).map(lambda each: each[0]), st.sampled_from(NEW_WORDS)))
            text = text[: one.start()] + instead + text[one.end() :]
        else:
            lines = text.split("\n")
            number = draw(st.integers(0, len(lines) - 1))
            count = draw(st.sampled_from((0, 2)))
            other = draw(st.integers(0, len(lines) - 1))
            lines[number : number + 1] = [lines[number if count else other]] * (count or draw(st.integers(0, 1)))
            text = "\n".join(lines)
    return name, text


def compiled(name: str, text: str) -> Flow | None:
    flows = compile_flows([Source(f"flows/{name}.yaml", text.encode())], ()).flows
    return flows[0] if flows else None


TRIED = {"differ": 0, "same": 0}


@settings(max_examples=300)
@given(edited())
def test_an_edit_is_said_or_changes_nothing(edit: tuple[str, str]) -> None:
    name, text = edit
    old, new = compiled(name, text_of(name)), compiled(name, text)
    assert old is not None
    if new is None:
        return
    for one, other in ((old, new), (new, old)):
        found = changes(one, other)
        assert bool(found) == (not same(one, other))
        assert not [each for each in found if " has another `" in each.sentence], found
        lines = {True: text_of(name).count("\n") + 1, False: text.count("\n") + 1}
        assert all(1 <= each.span.line <= lines[each.in_old == (one is old)] for each in found)
    TRIED["same" if same(old, new) else "differ"] += 1


@settings(max_examples=60)
@given(edited())
def test_whatever_comes_of_it_can_be_printed(edit: tuple[str, str]) -> None:
    name, text = edit
    before = compile_flows([Source(f"flows/{name}.yaml", text_of(name).encode())], ())
    after = compile_flows([Source(f"flows/{name}.yaml", text.encode())], ())
    for one, other in ((before, after), (after, before)):
        found = Reviewed("main", "0" * 40, reviewed(one, other, {}, "main", {}))
        assert len(found.reviews) == 1
        for shown in (as_full(found, True), as_markdown(found), as_json(found)):
            assert f"flows/{name}.yaml" in shown
        assert "<b>" not in re.sub(r"`[^`]*`", "", as_markdown(found))
        assert summary(found).startswith("1 flow against main")


def test_enough_has_been_tried() -> None:
    """Most edits are errors: of the others, some change a flow and some do not."""
    test_an_edit_is_said_or_changes_nothing()
    assert TRIED["differ"] > 10


def test_two_flows_that_have_nothing_in_common() -> None:
    flows = [flow for each in EXAMPLES if (flow := compiled(each.stem, text_of(each.stem))) is not None]
    for old in flows:
        for new in flows:
            found = changes(old, new)
            assert bool(found) == (old is not new)
            assert {each.kind for each in found} <= set(Kind)
            assert not [each for each in found if " has another `" in each.sentence]
