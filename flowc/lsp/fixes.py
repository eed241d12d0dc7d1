"""What to write in place of what is wrong, as an editor offers it.

A diagnostic says it, where its hint is exact. Whether it is right in this file as well says the compiler: it is offered
only if, once it is written, the diagnostic is gone, nothing else is wrong with what has been written, and the file can
be read as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flowc.diagnostics import Diagnostic, Edit, quoted
from flowc.lsp.positions import Lines

Judge = Callable[[str], Iterable[Diagnostic]]
"""Errors and warnings of the file, if it had another text."""
_BEHIND_THE_YAML = 100
"""From this code on errors are about what was read."""


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that makes a diagnostic go away. `only`: there is no other for it."""

    diagnostic: Diagnostic
    edit: Edit
    only: bool

    @property
    def title(self) -> str:
        is_added = self.edit.span[:2] == self.edit.span[2:]
        return f"{'Add' if is_added else 'Write'} {quoted(self.edit.text.strip())}"


def fixes(lines: Lines, wrong: Iterable[Diagnostic], found: Iterable[Diagnostic], judge: Judge) -> Iterator[Fix]:
    """Of what is wrong, which is a part of all that is found in the file."""
    before = list(found)
    for diagnostic in wrong:
        good = [edit for edit in diagnostic.edits if _is_better(lines, diagnostic, edit, before, judge)]
        for edit in good:
            yield Fix(diagnostic, edit, len(good) == 1)


def written(lines: Lines, edit: Edit) -> str:
    """The text with an edit in it."""
    start, end = lines.offset_of(*edit.span[:2]), lines.offset_of(*edit.span[2:])
    return lines.text[:start] + edit.text + lines.text[end:]


def _is_better(lines: Lines, wrong: Diagnostic, edit: Edit, before: list[Diagnostic], judge: Judge) -> bool:
    text = written(lines, edit)
    if text == lines.text:
        return False
    after = [each for each in judge(text) if each.path == wrong.path]
    if _told(wrong, after) >= _told(wrong, before):
        return False
    if _unreadable(after) > _unreadable(before):
        return False
    now = Lines(text)
    start = lines.offset_of(*edit.span[:2])
    places = (now.offset_of(*each.span[:2]) for each in after if each.severity == "error")
    return not any(start <= place < start + len(edit.text) for place in places)


def _told(wrong: Diagnostic, found: Iterable[Diagnostic]) -> int:
    """How often the same is said."""
    said = (wrong.path, wrong.code, wrong.message)
    return sum((each.path, each.code, each.message) == said for each in found)


def _unreadable(found: Iterable[Diagnostic]) -> int:
    return sum(int(each.code[4:]) < _BEHIND_THE_YAML for each in found)
