"""What has come of exploring the tools of a flow."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class AgentViolation:
    """What must not be: the property, what is wrong in a sentence, and how it comes to that, shortest first of its kind.
    `traceback` is Python's own text, if there is one.
    """

    property: str
    sentence: str
    situation: str
    choices: tuple[str, ...]
    traceback: str = ""


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

    @property
    def is_exhausted(self) -> bool:
        return self.limit is None

    def written(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def read(written: dict[str, Any]) -> AgentResult:
        violations = tuple(
            AgentViolation(**{**each, "choices": tuple(each["choices"])}) for each in written["violations"]
        )
        others = {each.name: written[each.name] for each in fields(AgentResult) if each.name != "violations"}
        return AgentResult(violations=violations, **others)
