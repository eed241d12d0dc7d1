"""What a flow declares, and the flow as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from flowc.ir.setting import Setting
from flowc.ir.steps import Notify, Reply, Steps
from flowc.ir.text import Entry, Text
from flowc.source import Span


@dataclass(frozen=True, slots=True)
class Prompt:
    name: str
    text: Text
    span: Span


@dataclass(frozen=True, slots=True)
class PstnTarget:
    name: str
    number: Setting
    caller_id: Setting
    ring_ms: int
    span: Span

    @property
    def dialled(self) -> Setting:
        return self.number


@dataclass(frozen=True, slots=True)
class SipTarget:
    name: str
    address: Setting
    caller_id: Setting | None
    headers: tuple[Entry, ...]
    ring_ms: int
    span: Span

    @property
    def dialled(self) -> Setting:
        return self.address


Target = PstnTarget | SipTarget

ParameterType = Literal["string", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an action: a flat JSON Schema."""

    name: str
    type: ParameterType
    description: str
    optional: bool
    span: Span
    enum: tuple[str, ...] = ()
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    description: str
    parameters: tuple[Parameter, ...]
    say: str | None  # a prompt's name, spoken by the agent
    do: Steps
    span: Span
    cancels: bool = False  # when the caller speaks before it has begun

    @property
    def leaves_conversation_alone(self) -> bool:
        """Only notifies or replies: the agent goes on talking meanwhile."""
        return all(isinstance(step, Notify | Reply) for step in self.do)


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    steps: Steps
    span: Span


@dataclass(frozen=True, slots=True)
class Agent:
    """The AI agent, reached through the platform's Cartesia connector."""

    api_key: Setting
    agent_id: Setting
    version: str
    metadata: tuple[Entry, ...]
    last_words_ms: int
    unavailable: Steps
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    token_required: bool
    max_duration_ms: int
    skew: Setting | None = None  # the webhook that is told when the agent's tools are of another version


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow. `path` is the source's path, for headers."""

    name: str
    path: str
    agent: Agent
    call: Call
    prompts: tuple[Prompt, ...]
    targets: tuple[Target, ...]
    actions: tuple[Action, ...]
    routes: tuple[Route, ...]
    _prompts: dict[str, Prompt] = field(init=False, compare=False, repr=False)
    _targets: dict[str, Target] = field(init=False, compare=False, repr=False)
    _routes: dict[str, Route] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_prompts", {prompt.name: prompt for prompt in self.prompts})
        object.__setattr__(self, "_targets", {target.name: target for target in self.targets})
        object.__setattr__(self, "_routes", {route.name: route for route in self.routes})

    def prompt(self, name: str) -> Prompt:
        return self._prompts[name]

    def target(self, name: str) -> Target:
        return self._targets[name]

    def route(self, name: str) -> Route:
        return self._routes[name]
