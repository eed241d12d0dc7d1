"""What is said of a change. A folder of `changes/` is one: the flow before it and after it, and the sentences.

`python -m tests.review.test_changes` writes what is said to `expected.txt`: read what has changed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flowc.compiler import compile_flows
from flowc.ir import Flow
from flowc.review.change import Change, Kind
from flowc.review.of_flow import changes
from flowc.review.pairs import Reviewed, reviewed
from flowc.review.places import same
from flowc.review.report import as_full, as_json, as_markdown
from flowc.source import Source

PAIRS = sorted(each for each in (Path(__file__).parent / "changes").iterdir() if each.is_dir())


def flow(pair: Path, age: str) -> Flow:
    result = compile_flows([Source("flows/changed.yaml", (pair / f"{age}.yaml").read_bytes())])
    assert not result.diagnostics, result.diagnostics
    [compiled] = result.flows
    return compiled


def review(pair: Path) -> Reviewed:
    old, new = ([Source("flows/changed.yaml", (pair / f"{age}.yaml").read_bytes())] for age in ("old", "new"))
    return Reviewed("main", "0" * 40, reviewed(compile_flows(old), compile_flows(new), {}, "main", {}, old, new))


def said(pair: Path) -> str:
    return str(as_full(review(pair), False))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_what_is_said_of_a_change(pair: Path) -> None:
    assert said(pair) == (pair / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_place_is_where_the_change_is(pair: Path) -> None:
    """A line of the file that is named; and of what is there in one version alone, a line of that."""
    for each in changes(flow(pair, "old"), flow(pair, "new")):
        lines = (pair / f"{'old' if each.in_old else 'new'}.yaml").read_text("utf-8").splitlines()
        assert 1 <= each.span.line <= len(lines)
        assert not each.sentence.endswith(".")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_nothing_is_said_of_a_flow_and_itself_and_something_both_ways(pair: Path) -> None:
    old, new = flow(pair, "old"), flow(pair, "new")
    assert changes(old, old) == changes(new, new) == ()
    assert bool(changes(old, new)) == bool(changes(new, old)) == (not same(old, new))


def test_what_breaks_one_way_breaks_the_other_half_on_the_way_back() -> None:
    """Old tools with a new scenario are the same as new tools with an old one, when the change is taken back."""
    mirrored = {Kind.OLD_TOOLS: Kind.OLD_SCENARIO, Kind.OLD_SCENARIO: Kind.OLD_TOOLS}

    def sides(found: tuple[Change, ...]) -> set[Kind]:
        return {each.kind for each in found} & set(mirrored)

    for pair in PAIRS:
        there, back = changes(flow(pair, "old"), flow(pair, "new")), changes(flow(pair, "new"), flow(pair, "old"))
        assert {mirrored[each] for each in sides(there)} == sides(back), pair.name


def test_there_is_one_for_each_kind_of_change() -> None:
    found = {each.kind for pair in PAIRS for each in changes(flow(pair, "old"), flow(pair, "new"))}
    assert found == set(Kind)
    assert len(PAIRS) >= 40


def test_no_text_of_a_flow_is_markup() -> None:
    pair = next(each for each in PAIRS if each.name == "text_of_markup")
    text = as_markdown(review(pair))
    for markup in ("<b>", "@everybody", "[here]", "](", "*z*", "#12", "https://", " _y_"):
        assert markup not in text
    assert "&#60;b&#62;Sorry" in text


if __name__ == "__main__":
    for each in PAIRS:
        (each / "expected.txt").write_text(said(each), "utf-8")


def test_flows_in_which_nothing_changes_are_counted_if_they_are_many() -> None:
    def shown(number: int) -> list[str]:
        text = (PAIRS[0] / "old.yaml").read_text("utf-8")
        texts = [re.sub(r"(?m)^flow: .*", f"flow: f{each}", text).encode() for each in range(number)]
        made = compile_flows([Source(f"flows/f{each}.yaml", content) for each, content in enumerate(texts)])
        assert len(made.flows) == number
        same = Reviewed("main", "0" * 40, reviewed(made, made, {}, "main", {}))
        assert len(json.loads(str(as_json(same)))["flows"]) == number
        assert ("4 flows: nothing changes" in str(as_markdown(same))) is (number == 4)
        return str(as_full(same, False)).splitlines()

    assert shown(4) == ["4 flows: nothing changes"]
    assert shown(2) == ["flows/f0.yaml  nothing changes", "", "flows/f1.yaml  nothing changes"]
