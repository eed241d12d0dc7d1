"""What the compiler has to say about a source: values, never prose on a terminal.

Every diagnostic is an error: what flowc accepts works, what does not work is refused. Codes are stable; the table
below is the whole catalogue. Style of a message: lower case, no full stop, names in backquotes, one sentence that
states the fact; the hint says what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flowc.source import Span

# A file that is not a flow at all must not become thousands of errors.
MOST_PER_FILE = 200

CODES: dict[str, str] = {
    # Reading the file
    "FLOW001": "not UTF-8 text",
    "FLOW002": "not YAML",
    "FLOW003": "empty file",
    "FLOW004": "more than one document",
    "FLOW005": "anchors, aliases, merge keys and tags are not part of the language",
    "FLOW006": "key given twice",
    "FLOW007": "too large or nested too deeply",
    "FLOW008": "invisible character",
    # Structure
    "FLOW101": "unknown key",
    "FLOW102": "missing key",
    "FLOW103": "wrong type of value",
    "FLOW104": "malformed value",
    "FLOW105": "value out of range",
    "FLOW106": "keys that exclude each other",
    "FLOW107": "planned, not implemented yet",
    "FLOW108": "secret written into the file",
    "FLOW109": "value listed twice",
    # Names and references
    "FLOW201": "unknown name",
    "FLOW202": "reserved name",
    "FLOW203": "flow name used twice",
    "FLOW204": "unknown reference in a text",
    # Meaning
    "FLOW301": "outcome without a next step",
    "FLOW302": "outcome that cannot occur",
    "FLOW303": "steps that run out",
    "FLOW304": "steps that are never reached",
    "FLOW305": "route that is never used",
    "FLOW306": "cycle without a way out",
    "FLOW307": "no agent to return to",
    "FLOW308": "choice that does not match its parameter",
    "FLOW309": "not possible here",
    "FLOW310": "declared, but never used",
    # Platform limits
    "FLOW401": "platform limit exceeded",
    # Call scripts
    "FLOW501": "no flow to play",
    "FLOW502": "scenario that has not been generated",
    "FLOW503": "expectation that cannot be met",
    "FLOW504": "event that cannot happen",
    "FLOW505": "name that call scripts keep for themselves",
    "FLOW506": "generated file that is not what the flow generates",
}

SECRET = "FLOW108"
"""What a diagnostic of this code points at must not be printed."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a diagnostic, e.g. where a name was first defined."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error: where, what, and what to write instead (`hint`, empty if there is nothing to advise)."""

    path: str
    span: Span
    code: str
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()

    @property
    def sort_key(self) -> tuple[str, Span, str, str]:
        return (self.path, self.span, self.code, self.message)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by file and position, each one once."""
    return tuple(sorted(set(diagnostics), key=lambda diagnostic: diagnostic.sort_key))


class Problems:
    """Collects what is wrong with one source, in any order, up to a limit nobody reads beyond."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Diagnostic] = []

    def __len__(self) -> int:
        return len(self.found)

    @property
    def full(self) -> bool:
        return len(self.found) >= MOST_PER_FILE

    def add(self, span: Span, code: str, message: str, hint: str = "", related: tuple[Related, ...] = ()) -> None:
        if not self.full:
            self.found.append(Diagnostic(self.path, span, code, message, hint, related))


def quoted(text: str, most: int = 60) -> str:
    """A piece of the source in backquotes, fit for one line of a message: cut, and control characters spelled out."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return "`" + "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in short) + "`"
