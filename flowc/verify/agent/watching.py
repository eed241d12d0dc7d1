"""A model that goes wrong: how it may, and how the flow has it watched."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from flowc.ir import Agent, Flow
from flowc.tool_text import spoken

NO_ANSWER = json.dumps({"action": "agent unavailable"})
"""What the scenario is told of a model that does not answer."""
AT_WORK = json.dumps({"action": "agent at work"})
"""What it is told where the agent is asked to speak up while its own turn or tool is under way."""


class Answers(Enum):
    """What becomes of a question to the model."""

    WELL = ""
    REFUSES = "the model refuses"
    HANGS = "the model does not answer"
    EMPTY = "the model says nothing"
    BREAKS_OFF = "the model says a word, and refuses then"


@dataclass(frozen=True, slots=True)
class Watching:
    """The limit of the flow, in seconds, and the sentence for the meantime; empty if there is none. `in_between`: in
    this situation the caller may speak at any instant, and not only when everything has come to rest.
    """

    within: float
    words: str
    in_between: bool = False

    @staticmethod
    def of(flow: Flow, agent: Agent) -> Watching | None:
        within = agent.answers_within_ms
        return None if within is None else Watching(within / 1000, _words(flow, agent))

    @staticmethod
    def read(written: dict[str, Any] | None) -> Watching | None:
        return None if written is None else Watching(**written)

    def written(self) -> dict[str, Any]:
        return asdict(self)


def _words(flow: Flow, agent: Agent) -> str:
    return " ".join(next(iter(spoken(flow, agent.meanwhile).values()), "").split())
