"""A call as a sequence diagram in Mermaid, for pull requests and documents.

The same happenings as in a timeline. Syntax: https://mermaid.js.org/syntax/sequenceDiagram.html. A text may hold
anything: what is not a letter, a digit or plain punctuation is written as an entity (`#59;`), so that it can neither
end the statement nor be markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowc.report.terminal import visible
from flowc.testing.report.canvas import cut
from flowc.testing.report.happenings import Happening, parties
from flowc.testing.report.timeline import story
from flowc.testing.result import Failure, PlayedCall, Run
from flowc.testing.script.wording import seconds

_MOST = 60
_PLAIN = re.compile(r"[^\w .,()/=+'-]")


def drawn(run: Run) -> list[PlayedCall]:
    """The calls that get a diagram: those that failed, or all if none did."""
    return [call for call in run.calls if not call.passed] or list(run.calls)


def diagram(call: PlayedCall) -> Iterator[str]:
    """The lines of the diagram, up to the last failure."""
    names = parties(call)
    yield "sequenceDiagram"
    for number, name in enumerate(names):
        yield f"    participant p{number} as {_text(name)}"
    for item in story(call):
        if isinstance(item, Happening):
            yield _line(item)
        elif isinstance(item, Failure):
            time = seconds(item.t)
            yield f"    Note over p0,p{len(names) - 1}: {_text(f'{time} expected {item.expected}')}"
            yield f"    Note over p0,p{len(names) - 1}: {_text(f'{time} found {item.found}')}"


def _line(act: Happening) -> str:
    text = _text(f"{seconds(act.t)} {act.text}")
    if act.to is None:
        return f"    Note over p{act.who}: {text}"
    return f"    p{act.who}->>p{act.to}: {text}"


def markdown(call: PlayedCall) -> list[str]:
    """The diagram as a section of Markdown."""
    title = re.sub(r"([\\`*_{}\[\]<>#|&])", r"\\\1", visible(call.name))
    return [f"### {title}", "", "```mermaid", *diagram(call), "```"]


def _text(text: str) -> str:
    short = cut(text, _MOST)
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", short) or "#32;"
