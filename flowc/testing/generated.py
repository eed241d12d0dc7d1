"""What is played: a generated file. It has to be what the flow generates, unless somebody says that it was edited."""

from __future__ import annotations

from itertools import zip_longest

from flowc.diagnostics import Diagnostic
from flowc.source import Span

AS_IT_IS = "run `flowc build`, or play the file as it is with `--edited` (pytest: `--flowc-edited`)"


def differs(path: str, content: bytes, wanted: str, flow: str) -> Diagnostic | None:
    """At the first line that the flow at `flow` does not generate. How lines end does not matter: git may decide it."""
    line = _first_difference(content.replace(b"\r\n", b"\n"), wanted.encode())
    if line is None:
        return None
    number, found, due = line
    span = Span(number, 1, number, max(2, len(found.decode("utf-8", "replace")) + 1))
    instead = f"`{due.decode().strip()}`" if due is not None and due.strip() else "an empty line"
    why = "there is no such line" if due is None else f"{instead} stands here"
    return Diagnostic(path, span, "FLOW506", f"this is not what {flow} generates: {why}", AS_IT_IS)


def note(path: str, flow: str) -> str:
    """Beside what comes of it, where it is played as it is."""
    return f"{path} is not what {flow} generates now: edited by hand, or `flowc build` is due"


def _first_difference(content: bytes, wanted: bytes) -> tuple[int, bytes, bytes | None] | None:
    lines = zip_longest(content.split(b"\n"), wanted.split(b"\n"))
    end = wanted.count(b"\n") + 1 if wanted.endswith(b"\n") else 0  # behind the last line
    for number, (found, due) in enumerate(lines, 1):
        if found is None:  # it ends before: at its last line
            return number - 1, b"", due
        if found != due:
            return number, found, None if number == end else due
    return None
