"""A unified diff between a file as it is and as it should be, in the form that `git apply` and `patch -p1` take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flowc.report.alignment import same_lines

MOST_CHARACTERS = 4 * 1024 * 1024
MOST_LINES = 100_000
"""Of a file as it is. What flowc generates has less; a patch of what has more is of use to nobody."""

_CONTEXT = 3
_NO_NEWLINE = "\\ No newline at end of file\n"


def is_too_large(old: str | None, new: str | None) -> bool:
    """Whether no patch is made: the file has more than flowc generates for any flow, and than twice what it should."""
    if old is None:
        return False
    new = new or ""
    return len(old) > max(MOST_CHARACTERS, 2 * len(new)) or old.count("\n") > max(MOST_LINES, 2 * new.count("\n"))


def unified(path: str, old: str | None, new: str | None) -> str:
    """The diff of one file; None is a file that does not exist. `path` is POSIX, relative to the project's folder."""
    before = "/dev/null" if old is None else _name(f"a/{path}")
    after = "/dev/null" if new is None else _name(f"b/{path}")
    hunks = "".join(_ended(_hunks(_lines(old or ""), _lines(new or ""))))
    return f"--- {before}\n+++ {after}\n{hunks}" if hunks else ""


class _Change(NamedTuple):
    """Lines of the old text that make place for lines of the new one."""

    old: int
    old_end: int
    new: int
    new_end: int


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    near: list[_Change] = []
    for change in _changes(old, new):
        if near and change.old - near[-1].old_end > 2 * _CONTEXT:
            yield from _hunk(near, old, new)
            near = []
        near.append(change)
    if near:
        yield from _hunk(near, old, new)


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Change]:
    old_end = new_end = 0
    for same in [*same_lines(old, new), None]:
        to_old, to_new = (same.old, same.new) if same else (len(old), len(new))
        if (old_end, new_end) != (to_old, to_new):
            yield _Change(old_end, to_old, new_end, to_new)
        if same:
            old_end, new_end = same.old + same.length, same.new + same.length


def _hunk(changes: list[_Change], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    before = min(_CONTEXT, changes[0].old)
    after = min(_CONTEXT, len(old) - changes[-1].old_end)
    at, end = changes[0].old - before, changes[-1].old_end + after
    yield f"@@ -{_range(at, end)} +{_range(changes[0].new - before, changes[-1].new_end + after)} @@\n"
    for change in changes:
        yield from (f" {line}" for line in old[at : change.old])
        yield from (f"-{line}" for line in old[change.old : change.old_end])
        yield from (f"+{line}" for line in new[change.new : change.new_end])
        at = change.old_end
    yield from (f" {line}" for line in old[at:end])


def _range(start: int, end: int) -> str:
    """Lines are counted from 1; a range without lines is named by the line before it."""
    length = end - start
    return str(start + 1) if length == 1 else f"{start + 1 if length else start},{length}"


def _name(name: str) -> str:
    """A name with a space is ended by a tab, as git and patch do it."""
    return f"{name}\t" if " " in name else name


def _lines(text: str) -> list[str]:
    """Lines with their ends. Only a line feed ends one: U+2028 and the like are part of a line here."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if not line.endswith("\n"):
            yield "\n" + _NO_NEWLINE
