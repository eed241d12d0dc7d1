"""What could be seen of a run, in its order. Properties are judged by this alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from flowc.verify.agent.arguments import Arguments
from flowc.verify.agent.network import Fate


@dataclass(frozen=True, slots=True)
class Seen:
    """The model is asked, and shown this. `session` counts the agent's connections, here and below."""

    session: int
    messages: tuple[tuple[str, str], ...]  # role and content
    is_last: bool  # the turn at the end, when nothing is under way
    tools: tuple[str, ...] = ()  # that it may use


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The question to the model before this: `how` is a sentence."""

    how: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The scenario knows that the model does not answer, and has taken the caller from the agent."""

    session: int


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """The tools have ended the agent, since the scenario could not be told that its model does not answer."""

    session: int


@dataclass(frozen=True, slots=True)
class Started:
    """A tool, because the model has asked for it. `use` counts the uses of tools."""

    session: int
    use: int
    action: str
    arguments: Arguments
    body: str


@dataclass(frozen=True, slots=True)
class Yielded:
    """A tool has given something: a phrase to the caller, or its result to the model."""

    use: int
    kind: Literal["phrase", "result"]
    value: Any
    is_interruptible: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    use: int
    how: Literal["returned", "cancelled", "raised"]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Connects:
    """The tools, for a request. Nothing was sent yet."""

    fate: Fate


@dataclass(frozen=True, slots=True)
class Sent:
    """By the tools: a request is on its way."""

    id: str
    body: str
    takes_back: bool
    fate: Fate


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request, at the scenario, and what it was answered."""

    id: str
    body: str
    takes_back: bool
    reply: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The whole of an answer has reached the tools while they waited for it."""

    id: str
    body: str
    takes_back: bool
    reply: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """The scenario has carried it out."""

    id: str
    body: str


@dataclass(frozen=True, slots=True)
class Over:
    """What has taken the call: the caller is back with an agent, whether that is told or not."""

    body: str


@dataclass(frozen=True, slots=True)
class Reachable:
    """The control data have reached the agent, by whatever way."""

    session: int


@dataclass(frozen=True, slots=True)
class Begun:
    """A connection of the agent."""

    session: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the scenario says over the agent's connection, or when it starts the agent. `mark` occurs nowhere else."""

    session: int
    metadata: dict[str, Any]
    mark: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """The agent says something to the caller."""

    session: int
    text: str


@dataclass(frozen=True, slots=True)
class CallerSpeaks:
    session: int
    is_answered: bool  # words follow at once, so a turn of the model does


@dataclass(frozen=True, slots=True)
class Closed:
    """The agent's connection."""

    session: int


@dataclass(frozen=True, slots=True)
class Logged:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Raised:
    """The tools have logged an exception that one of them had to raise."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that must never be: an exception that nobody handles, a task that does not end."""

    what: str
    traceback: str = ""


Event = (
    Seen
    | Unanswered
    | GivenUp
    | LeftAlone
    | Started
    | Yielded
    | Ended
    | Connects
    | Sent
    | Arrived
    | Delivered
    | Done
    | Over
    | Reachable
    | Begun
    | Told
    | Spoken
    | CallerSpeaks
    | Closed
    | Logged
    | Raised
    | Wrong
)


@dataclass(slots=True)
class Record:
    """Events, each with the time at which it happened, in seconds."""

    events: list[tuple[float, Event]] = field(default_factory=list)
