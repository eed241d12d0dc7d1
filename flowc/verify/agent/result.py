"""What has come of exploring the tools of a flow."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class AgentViolation:
    """What must not be: the property, what is wrong in a sentence, and the shortest way to it that was found.
    `traceback` is Python's own text, if there is one; `timeline` the run itself: seconds, who acts, and what he does;
    `tools` are the actions that were asked for in it.
    """

    property: str
    sentence: str
    situation: str
    choices: tuple[str, ...]
    traceback: str = ""
    timeline: tuple[tuple[float, str, str], ...] = ()
    tools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentResult:
    """`runs` of so many `situations`, with so many `choices` made in them. `limit`: of runs, if that was hit in one of
    the situations: then they are not exhausted.
    """

    situations: int
    runs: int
    choices: int
    violations: tuple[AgentViolation, ...]
    limit: int | None = None
    note: str = ""

    @property
    def is_exhausted(self) -> bool:
        return self.limit is None

    @property
    def proved(self) -> bool:
        """Every run was made, and none did what must not be."""
        return self.is_exhausted and not self.violations

    def written(self) -> dict[str, Any]:
        return asdict(self)

    def __add__(self, other: AgentResult) -> AgentResult:
        """Of two that have explored different situations."""
        found: dict[tuple[str, str], AgentViolation] = {}
        for each in sorted((*self.violations, *other.violations), key=lambda violation: len(violation.choices)):
            found.setdefault((each.property, each.sentence), each)
        limits = [limit for limit in (self.limit, other.limit) if limit is not None]
        return AgentResult(
            self.situations + other.situations,
            self.runs + other.runs,
            self.choices + other.choices,
            tuple(found.values()),
            max(limits, default=None),
            self.note or other.note,
        )

    def noted(self, note: str) -> AgentResult:
        return replace(self, note=note)

    @staticmethod
    def read(written: dict[str, Any]) -> AgentResult:
        """Raises TypeError, KeyError or ValueError if that is not what `written` makes."""
        numbers = [written[name] for name in ("situations", "runs", "choices")]
        limit = written["limit"]
        if not all(type(number) is int for number in (*numbers, 0 if limit is None else limit)):
            raise TypeError
        situations, runs, choices = numbers
        return AgentResult(situations, runs, choices, tuple(map(_violation, written["violations"])), limit)


def _violation(written: dict[str, Any]) -> AgentViolation:
    choices = tuple(written["choices"])
    texts = {name: written[name] for name in ("property", "sentence", "situation", "traceback")}
    if not all(isinstance(text, str) for text in (*texts.values(), *choices)):
        raise TypeError
    timeline = tuple((float(at), who, what) for at, who, what in written["timeline"])
    tools = tuple(written["tools"])
    if not all(isinstance(text, str) for row in timeline for text in row[1:]) or not all(
        isinstance(name, str) for name in tools
    ):
        raise TypeError
    return AgentViolation(choices=choices, timeline=timeline, tools=tools, **texts)
