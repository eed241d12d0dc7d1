"""What the compiler has to say about a source: values, never prose on a terminal.

What flowc accepts works, what does not work is refused: that is an error. What works, and is hardly ever meant, is a
warning: its code begins with `FLOW6`. Codes are stable; each has one rule in `flowc.catalogue`, which says what it
means. Style of a message: lower case, no full stop, names in backquotes,
one sentence that states the fact; the hint says what to write instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from flowc.source import Span
from flowc.suggest import Instead

MOST_PER_FILE = 200
"""A file that is not a flow at all must not become thousands of errors: one more than this says that there are more."""

Code = Literal[
    # Reading the file
    "FLOW001",
    "FLOW002",
    "FLOW003",
    "FLOW004",
    "FLOW005",
    "FLOW006",
    "FLOW007",
    "FLOW008",
    # Structure
    "FLOW101",
    "FLOW102",
    "FLOW103",
    "FLOW104",
    "FLOW105",
    "FLOW106",
    "FLOW107",
    "FLOW108",
    "FLOW109",
    # Names and references
    "FLOW201",
    "FLOW202",
    "FLOW203",
    "FLOW204",
    "FLOW205",
    "FLOW206",
    "FLOW207",
    "FLOW208",
    "FLOW209",
    "FLOW210",
    # Meaning
    "FLOW301",
    "FLOW302",
    "FLOW303",
    "FLOW304",
    "FLOW305",
    "FLOW306",
    "FLOW307",
    "FLOW308",
    "FLOW309",
    "FLOW310",
    "FLOW311",
    "FLOW312",
    "FLOW313",
    "FLOW314",
    "FLOW317",
    # Platform limits
    "FLOW401",
    # Call scripts
    "FLOW501",
    "FLOW502",
    "FLOW503",
    "FLOW504",
    "FLOW505",
    "FLOW506",
    # Warnings
    "FLOW601",
    "FLOW602",
    "FLOW603",
    "FLOW604",
    "FLOW605",
    "FLOW606",
    "FLOW607",
    "FLOW608",
    "FLOW609",
    "FLOW610",
    "FLOW611",
    "FLOW612",
]
Severity = Literal["error", "warning"]

SECRET: Code = "FLOW108"
"""What a diagnostic of this code points at must not be printed."""


LONGEST_MESSAGE = 1000
"""Characters. A message may name what stands in a file, and that may be as long as the file."""


class Related(Struct, frozen=True):
    """Another place that explains a diagnostic, e.g. where a name was first given. `path` is empty in the same file."""

    span: Span
    message: str
    path: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "message", cut(self.message))


class Edit(NamedTuple):
    """A text to be written in place of what a span holds."""

    span: Span
    text: str


class Diagnostic(Struct, frozen=True):
    """One error or warning: where, what, and what to write instead (`hint`, empty if there is nothing to advise).

    A warning that the project counts as an error is one.
    """

    path: str
    span: Span
    code: Code
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity = "error"

    edits: tuple[Edit, ...] = ()
    """What the hint says, where that is exact (`Instead`): each of these alone is to make the diagnostic go away."""

    def __post_init__(self) -> None:
        hint = cut(self.hint)
        if isinstance(hint, Instead):  # and whole
            force_setattr(self, "edits", tuple(Edit(hint.at or self.span, text) for text in hint.written))
        force_setattr(self, "message", cut(self.message))
        force_setattr(self, "hint", str(hint))

    def hinted(self, hint: str) -> Diagnostic:
        """The same with another hint."""
        return Diagnostic(self.path, self.span, self.code, self.message, hint, self.related, self.severity)

    def moved(self, to: Callable[[str], str]) -> Diagnostic:
        """The same with what is made of its paths; an empty one stays so."""
        related = tuple(replace(other, path=to(other.path)) if other.path else other for other in self.related)
        return replace(self, path=to(self.path), related=related)

    @property
    def sort_key(self) -> tuple[str, Span, str, str]:
        return (self.path, self.span, self.code, self.message)


def is_warning(code: str) -> bool:
    """Whether what has this code is a warning, as long as the project does not count those as errors."""
    return code.startswith("FLOW6")


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by file and position, each one once."""
    return tuple(sorted(set(diagnostics), key=lambda diagnostic: diagnostic.sort_key))


def unfinished(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """The files that have more than so many errors, so that nothing more was looked for: there may be any number."""
    counted = Counter(found.path for found in diagnostics if found.severity == "error")
    return tuple(sorted(path for path, number in counted.items() if number > MOST_PER_FILE))


class Problems:
    """Collects what is wrong with one source, in any order, up to one beyond a limit that nobody reads beyond."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Diagnostic] = []
        self._settled: list[Span] = []
        self._told: set[tuple[Span, Code, str]] = set()

    def __len__(self) -> int:
        return len(self.found)

    @property
    def full(self) -> bool:
        return len(self.found) > MOST_PER_FILE

    def settle(self, span: Span) -> None:
        """What is wrong here has been said: from now on, nothing is said of what holds this place."""
        self._settled.append(span)

    def add(self, span: Span, code: Code, message: str, hint: str = "", related: tuple[Related, ...] = ()) -> None:
        self.take(Diagnostic(self.path, span, code, message, hint, related))

    def add_once(self, span: Span, code: Code, message: str, hint: str = "") -> None:
        """What is found again and again in one place, as by every row of a table in the same steps."""
        if not self.full and (span, code, message) not in self._told:
            self._told.add((span, code, message))
            self.add(span, code, message, hint)

    def add_to(self, span: Span, code: Code, message: str, hint: str, also: str, hints: str) -> None:
        """What is wrong in several places for one reason, and is mended in all by one word: a single diagnostic, at the
        first of them, with the others as notes. `also` is what a note says, `hints` the hint for several.
        """
        for index, each in enumerate(self.found):
            if each.code == code and each.hint in (hint, hints):
                related = (*each.related, Related(span, also))
                self.found[index] = replace(each, hint=hints, related=related, edits=())
                return
        self.add(span, code, message, hint)

    def take(self, diagnostic: Diagnostic) -> None:
        if self.full:
            return
        start, end = diagnostic.span[:2], diagnostic.span[2:]
        if not any(start <= settled[:2] < end for settled in self._settled):
            self.found.append(diagnostic)


def cut(text: str, most: int = LONGEST_MESSAGE) -> str:
    """The beginning and the end of what is longer than that."""
    return text if len(text) <= most else f"{text[: most * 2 // 3]}…{text[len(text) - most // 3 + 1 :]}"


def quoted(text: str, most: int = 60) -> str:
    """A piece of the source in backquotes, fit for one line of a message: cut, and control characters spelled out."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return "`" + "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in short) + "`"
