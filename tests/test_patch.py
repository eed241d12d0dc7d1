"""The patch of `flowc diff`: it makes one file of the other, whatever they hold, and is short where that is cheap."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowc.report import alignment
from flowc.report.patch import MOST_CHARACTERS, MOST_LINES, is_too_large, unified

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "}", "\r", "\u2028", "+", "-", "@@ x", "\\"]), max_size=40)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))
BUDGETS = st.sampled_from([0, 50, 2_000_000])
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n")


def lines_of(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def applied(old: str, patch: str) -> str:
    """What becomes of the text; every number in the patch is looked at."""
    source, made, rows = lines_of(old), [], lines_of(patch)[2:]
    at = 0
    while rows:
        hunk = HUNK.fullmatch(rows.pop(0))
        assert hunk
        start, length, new_start, new_length = (1 if number is None else int(number) for number in hunk.groups())
        end = start - (length > 0)
        made += source[at:end]
        at = end
        taken, given = [], []
        while rows and not HUNK.fullmatch(rows[0]):
            sign, line = rows[0][0], rows.pop(0)[1:]
            if rows and rows[0].startswith("\\"):
                assert rows.pop(0) == "\\ No newline at end of file\n"
                line = line.removesuffix("\n")
            taken += [line] if sign in " -" else []
            given += [line] if sign in " +" else []
            assert sign in " -+"
        assert taken == source[at : at + length]
        assert len(given) == new_length
        assert new_start == len(made) + (new_length > 0)
        made += given
        at += length
    return "".join(made + source[at:])


@given(TEXTS, TEXTS, BUDGETS)
def test_it_makes_one_of_the_other(old: str, new: str, budget: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alignment, "_BUDGET", budget)
        patched.setattr(alignment, "_BUDGET_OF_A_LINE", 0)
        assert applied(old, unified("x", old, new)) == new


@given(TEXTS, st.integers(0, 40), st.sampled_from(["", "new\n", "}\n}\n"]), BUDGETS)
def test_a_change_in_one_place_is_a_patch_of_one_place(old: str, place: int, new: str, budget: int) -> None:
    lines = lines_of(old)
    changed = "".join([*lines[:place], new, *lines[place + 1 :]])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alignment, "_BUDGET", budget)
        assert len(re.findall(r"^@@ ", unified("x", old, changed), re.MULTILINE)) <= 1


@pytest.mark.parametrize("names", [("a b", None, "x\n"), ("a", "x", None), ("a", "x\ny\n", "x\nz"), ("a", "", "x")])
def test_git_takes_it(tmp_path: Path, names: tuple[str, str | None, str | None]) -> None:
    name, old, new = names
    file = tmp_path / name
    if old is not None:
        file.write_text(old)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=unified(name, old, new).encode(), check=True)
    assert (file.read_text() if file.exists() else None) == new


def test_edits_in_several_places_of_a_long_file() -> None:
    """Too much for a comparison of each line with each: it is divided, and no longer for that."""
    old = [f"line {number}" if number % 3 else "}" for number in range(30_000)]
    new = [*old[:100], "edited", *old[101:9000], *old[9050:20_000], "}", "added", "}", *old[20_000:]]
    patch = unified("x", "\n".join(old), "\n".join(new))
    assert [line for line in patch.splitlines()[2:] if line[0] == "+"] == ["+edited", "+}", "+added", "+}"]
    assert sum(line[0] == "-" for line in patch.splitlines()[2:]) == 51


def test_of_what_flowc_would_never_generate_there_is_no_patch() -> None:
    assert is_too_large("x\n" * (MOST_LINES + 1), "x\n")
    assert is_too_large("x" * (MOST_CHARACTERS + 1), None)
    assert not is_too_large("x" * (MOST_CHARACTERS + 1), "x" * MOST_CHARACTERS)
    assert not is_too_large("x\n" * (MOST_LINES + 1), "x\n" * MOST_LINES)
    assert not is_too_large(None, "x" * (MOST_CHARACTERS + 1))
