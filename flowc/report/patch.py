"""A unified diff between a file as it is and as it should be, in the form that `git apply` and `patch -p1` take."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

_NO_NEWLINE = "\\ No newline at end of file\n"


def unified(path: str, old: str | None, new: str | None) -> str:
    """The diff of one file; None is a file that does not exist. `path` is POSIX, relative to the project's folder."""
    before = "/dev/null" if old is None else _name(f"a/{path}")
    after = "/dev/null" if new is None else _name(f"b/{path}")
    return "".join(_ended(difflib.unified_diff(_lines(old or ""), _lines(new or ""), before, after)))


def _name(path: str) -> str:
    """A name with a space is ended by a tab, as git and patch do it."""
    return f"{path}\t" if " " in path else path


def _lines(text: str) -> list[str]:
    """Lines with their ends. Only a line feed ends one: U+2028 and the like are part of a line here."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if not line.endswith("\n"):
            yield "\n" + _NO_NEWLINE
