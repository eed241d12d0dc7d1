"""The steps of a flow, a closed union: `match` over `Step` and end with `assert_never`.

Steps that contain lists of steps say so in `inside`, from which every walk over a flow is made.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, assert_never

from msgspec import Struct

from flowc.ir.text import Entry
from flowc.source import Span


class Outcome(StrEnum):
    """What became of a transfer. Closed, and the same in flows, artifacts, call scripts and logs. Of what did not come
    about, the more hopeful for the caller stands first: the outcome of a hunt is the first of its attempts' here.
    """

    CONNECTED = "connected"
    DECLINED = "declined"
    NOT_ACCEPTED = "not_accepted"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    MACHINE = "machine"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    FAILED = "failed"
    NOT_ALLOWED = "not_allowed"
    INVALID = "invalid"
    CANCELLED = "cancelled"


class Say(Struct, frozen=True):
    """The platform speaks a prompt to the caller."""

    prompt: str
    span: Span


class Notify(Struct, frozen=True):
    """POST to a webhook, by its name, and go on at once."""

    webhook: str
    span: Span


class Reply(Struct, frozen=True):
    """Data handed back to the agent in the reply to its request."""

    data: tuple[Entry, ...]
    span: Span


class Group(Struct, frozen=True):
    """Targets that are rung together; the first to answer takes the call."""

    targets: tuple[str, ...]


Hunt = tuple[Group, ...]


class Choice(Struct, frozen=True):
    """A hunt for each value of an enum parameter."""

    parameter: str
    hunts: tuple[tuple[str, Hunt], ...]
    span: Span


class Fallback(Struct, frozen=True):
    """Steps for one outcome, or for all that are not named (`outcome` is None: `otherwise`)."""

    outcome: Outcome | None
    steps: Steps
    span: Span


class Transfer(Struct, frozen=True):
    """Call somebody. Terminal: `afterwards` and `fallback` say what follows."""

    to: Hunt | Choice
    agent_waits: bool
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


class GoTo(Struct, frozen=True):
    """Go on with the steps of a route. Terminal."""

    route: str
    span: Span


class ReturnToAgent(Struct, frozen=True):
    """Connect the caller to the agent again. Terminal. `prompt` is what the agent opens with."""

    prompt: str | None
    span: Span


class HangUp(Struct, frozen=True):
    """End the call. Terminal."""

    span: Span


Step = Say | Notify | Reply | Transfer | GoTo | ReturnToAgent | HangUp
Steps = tuple[Step, ...]

TERMINAL = (Transfer, GoTo, ReturnToAgent, HangUp)


class Inside(NamedTuple):
    """A list of steps inside a step. `path` is how it is called there, in the words of the flow: `fallback`, `busy`.
    `span` is where it is chosen, if it is one of several that may follow.
    """

    path: tuple[str, ...]
    steps: Steps
    span: Span | None = None


def inside(step: Step) -> tuple[Inside, ...]:
    """The lists of steps that stand inside a step; in the order of the IR."""
    match step:
        case Transfer():
            fallbacks = (
                Inside(("fallback", str(each.outcome or "otherwise")), each.steps, each.span) for each in step.fallback
            )
            return (*fallbacks, Inside(("afterwards",), step.afterwards))
        case Say() | Notify() | Reply() | GoTo() | ReturnToAgent() | HangUp():
            return ()
        case _:
            assert_never(step)
