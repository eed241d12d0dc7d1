"""What a change of a flow means, a sentence each, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from flowc.diagnostics import cut
from flowc.ir import Flow
from flowc.review.lines import NO_LINES, Lines
from flowc.source import START, Span

LONGEST_SENTENCE = 1000
"""Characters: a hunt, or a list of steps, may have any length."""


class Kind(StrEnum):
    """For whom; the worst first. Tools and scenario are deployed one after the other, so each meets the other's old
    version. `OTHERS`: whoever starts calls, answers a webhook, or keeps the settings has to be ready first.
    """

    OLD_TOOLS = "old tools"  # the new scenario, and tools that were generated before
    OLD_SCENARIO = "old scenario"  # the new tools, and a scenario that was generated before
    OTHERS = "others"
    BEHAVIOUR = "behaviour"
    HARMLESS = "harmless"


BREAKING = frozenset((Kind.OLD_TOOLS, Kind.OLD_SCENARIO, Kind.OTHERS))


class Change(Struct, frozen=True):
    """`sentence` has names in backticks, and no full stop. `span` is a place in the old version if `in_old`."""

    kind: Kind
    sentence: str
    span: Span
    in_old: bool = False


class At(Struct, frozen=True):
    """Where two versions are compared: the flows as wholes, `where` as the subject of sentences, and the two places.
    `holder` is for parameters: what they are of. `old_lines` and `new_lines` know where each key stands.
    """

    old: Flow
    new: Flow
    where: str
    old_span: Span = START
    new_span: Span = START
    holder: str = ""
    old_lines: Lines = NO_LINES
    new_lines: Lines = NO_LINES

    def inside(self, where: str, old: Span | None, new: Span | None) -> At:
        """A part of it. Without a place of its own it is where the whole is."""
        return replace(self, where=where, old_span=old or self.old_span, new_span=new or self.new_span)

    def key(self, field: str) -> At:
        """The same at the lines that say something of one field; in a version that does not, where the whole is."""
        old = self.old_lines.within(self.old_span, field)
        new = self.new_lines.within(self.new_span, field)
        return self.inside(self.where, old, new)

    def now(self, kind: Kind, sentence: str, span: Span | None = None) -> Change:
        """It is to be seen in the new version."""
        return Change(kind, cut(sentence, LONGEST_SENTENCE), span or self.new_span)

    def before(self, kind: Kind, sentence: str, span: Span | None = None) -> Change:
        """It is gone, and stands in the old version."""
        return Change(kind, cut(sentence, LONGEST_SENTENCE), span or self.old_span, True)


Changes = Iterator[Change]
