"""Places as editors count them: UTF-16, line ends, the mark at the beginning, changes one after the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowc.lsp.positions import Change, Encoding, Lines, Position, Range, changed
from flowc.source import Source, Span

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
LETTERS = st.text(st.sampled_from(list("ab \n\r\x85\u2028é😀\ufeff")))


@given(LETTERS, st.sampled_from(ENCODINGS))
def test_every_character_has_a_position_and_is_found_by_it(text: str, encoding: Encoding) -> None:
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":  # between which no position is
            assert lines.offset(lines.position(offset)) == offset


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 6), ("utf-16", 3), ("utf-32", 2)])
def test_a_letter_counts_as_many_units_as_it_has(encoding: Encoding, character: int) -> None:
    lines = Lines("x\n😀éa", encoding)
    assert lines.position(4) == Position(1, character)
    assert lines.offset(Position(1, character)) == 4


def test_what_is_outside_is_the_nearest_place() -> None:
    lines = Lines("ab\ncd")
    assert [lines.offset(Position(*place)) for place in ((0, 9), (1, 9), (9, 0), (-1, 0), (0, -1))] == [2, 5, 5, 0, 0]
    assert Lines("😀").offset(Position(0, 1)) == 0  # in the middle of a letter
    assert lines.position(99) == Position(1, 2)


def test_lines_of_flowc_are_others() -> None:
    """A line separator ends a line in YAML, and in no editor; the mark at the beginning is no column."""
    text = "\ufeffa: \u2028b: x\r\nc: y"
    lines = Lines(text)
    assert lines.range_of(Span(2, 1, 2, 2)) == Range(Position(0, 5), Position(0, 6))
    assert lines.range_of(Span(3, 1, 3, 2)) == Range(Position(1, 0), Position(1, 1))
    assert lines.range_of(Span(1, 1, 1, 2)) == Range(Position(0, 1), Position(0, 2))
    assert Source("t.yaml", text.encode()).line(2) == "b: x"


@given(LETTERS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), LETTERS), max_size=5))
def test_changes_follow_each_other(text: str, made: list[tuple[int, int, str]]) -> None:
    expected, changes = text, []
    for one, other, typed in made:
        start, end = sorted((min(one, len(expected)), min(other, len(expected))))
        lines = Lines(expected)
        place = lines.range(start, end)
        start, end = lines.offset(place.start), lines.offset(place.end)  # not between `\r` and `\n`
        changes.append(Change(typed, place))
        expected = expected[:start] + typed + expected[end:]
    assert changed(text, changes) == expected
    assert changed(text, [*changes, Change("all of it")]) == "all of it"
