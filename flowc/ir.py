"""The flow, resolved: what both emitters, the contract and the checks read, and nothing else.

Laws:
- Everything is frozen and compares by value; spans are kept for diagnostics and for the reports of call scripts.
- Every name refers to something that exists. Steps name prompts, targets and routes; look them up in the `Flow`.
- Every default is filled in, durations are whole milliseconds, and the order is that of the YAML.
- Steps are a closed union of classes without subclasses: `match` over `Step` and end with `assert_never`.
- Nothing here belongs to one agent framework.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, assert_never

from flowc.source import START, Span


class Outcome(StrEnum):
    """What became of a transfer. Closed, and the same in flows, artifacts, call scripts and logs."""

    CONNECTED = "connected"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    INVALID = "invalid"
    NOT_ALLOWED = "not_allowed"
    CLOSED = "closed"
    NOT_ACCEPTED = "not_accepted"
    MACHINE = "machine"
    CANCELLED = "cancelled"
    FAILED = "failed"


# Settings and texts


@dataclass(frozen=True, slots=True)
class Secret:
    """A VoxEngine secret, read when the call starts."""

    name: str


@dataclass(frozen=True, slots=True)
class Storage:
    """An ApplicationStorage entry, read when the call starts."""

    name: str


Setting = str | Secret | Storage


@dataclass(frozen=True, slots=True)
class Text:
    """A text as written, with `${…}` unfilled and `$${` unescaped only when it is filled in."""

    template: str
    references: tuple[str, ...] = ()

    def literal(self) -> str:
        """The text as it is heard or sent; only for texts without references."""
        assert not self.references
        return self.template.replace("$${", "${")


@dataclass(frozen=True, slots=True)
class Entry:
    """A name with a text: of metadata, of a header, of a reply."""

    name: str
    text: Text
    span: Span = START


# What the flow declares


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


@dataclass(frozen=True, slots=True)
class SipTarget:
    name: str
    address: Setting
    caller_id: Setting | None
    headers: tuple[Entry, ...]
    ring_ms: int
    span: Span


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


# Steps


@dataclass(frozen=True, slots=True)
class Say:
    """The platform speaks a prompt to the caller."""

    prompt: str
    span: Span


@dataclass(frozen=True, slots=True)
class Notify:
    """POST to a webhook and go on at once."""

    url: Setting
    span: Span


@dataclass(frozen=True, slots=True)
class Reply:
    """Data handed back to the agent in the reply to its request."""

    data: tuple[Entry, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """Targets that are rung together; the first to answer takes the call."""

    targets: tuple[str, ...]


Hunt = tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A hunt for each value of an enum parameter."""

    parameter: str
    hunts: tuple[tuple[str, Hunt], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Fallback:
    """Steps for one outcome, or for all that are not named (`outcome` is None: `otherwise`)."""

    outcome: Outcome | None
    steps: Steps
    span: Span


@dataclass(frozen=True, slots=True)
class Transfer:
    """Call somebody. Terminal: `afterwards` and `fallback` say what follows."""

    to: Hunt | Choice
    agent_stays: bool
    ringing: str | None  # a prompt's name; None is plain ringback
    fallback: tuple[Fallback, ...]
    afterwards: Steps
    span: Span
    fallback_is_default: bool = False

    def hunts(self) -> tuple[Hunt, ...]:
        return tuple(hunt for _, hunt in self.to.hunts) if isinstance(self.to, Choice) else (self.to,)

    def next_steps(self, outcome: Outcome) -> Steps | None:
        """The steps that follow this outcome, or None if it is not covered."""
        named = {fallback.outcome: fallback.steps for fallback in self.fallback}
        return named.get(outcome, named.get(None))


@dataclass(frozen=True, slots=True)
class GoTo:
    """Go on with the steps of a route. Terminal."""

    route: str
    span: Span


@dataclass(frozen=True, slots=True)
class ReturnToAgent:
    """Connect the caller to the agent again. Terminal. `prompt` is what the agent opens with."""

    prompt: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call. Terminal."""

    span: Span


Step = Say | Notify | Reply | Transfer | GoTo | ReturnToAgent | HangUp
Steps = tuple[Step, ...]

TERMINAL = (Transfer, GoTo, ReturnToAgent, HangUp)


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


def walk(steps: Steps) -> list[Step]:
    """Every step written here, those inside fallbacks included; routes are not followed."""
    found: list[Step] = []
    _collect(steps, found)
    return found


def _collect(steps: Steps, found: list[Step]) -> None:
    for step in steps:
        found.append(step)
        match step:
            case Transfer():
                for fallback in step.fallback:
                    _collect(fallback.steps, found)
                _collect(step.afterwards, found)
            case Say() | Notify() | Reply() | GoTo() | ReturnToAgent() | HangUp():
                pass
            case _:
                assert_never(step)


def every_step(flow: Flow) -> list[Step]:
    """Every step of the flow: of `unavailable`, actions and routes, in the order of the IR."""
    found = walk(flow.agent.unavailable)
    for action in flow.actions:
        _collect(action.do, found)
    for route in flow.routes:
        _collect(route.steps, found)
    return found
