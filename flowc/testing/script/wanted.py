"""What a call script expects, to be compared with what is seen: a class for each key of `expect`, all in `Wanted`.

Names are those of the flow, times are milliseconds. What is told and posted may have more than is named here: `Named`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Named(Struct, frozen=True):
    """What a script names of something, by the language's words for it, in its order. Only that is compared. None: that
    is not there. What is inside may be a `Named` as well; everything else is plain data.
    """

    facts: Mapping[str, Any]


class PromptHeard(Struct, frozen=True):
    """In any language, if none is named."""

    prompt: str
    language: str | None = None


class TargetHeard(Struct, frozen=True):
    target: str


class CallerHears(Struct, frozen=True):
    what: str | PromptHeard | TargetHeard


class CallerWith(Struct, frozen=True):
    """`agent`: which of several, where that matters."""

    who: str
    agent: str | None = None


def with_both(target: str) -> str:
    """Who the caller is with who is introduced to this one, and hears the agent as well."""
    return f"[agent, {target}]"


class Ringing(Struct, frozen=True):
    """These targets and no others."""

    targets: tuple[str, ...]


class Refer(Struct, frozen=True):
    """To whom the caller was to be handed over last; None: nobody."""

    target: str | None


class RejectedWith(Struct, frozen=True):
    """What the network was told; None: nothing."""

    what: str | None


class CallListIs(Struct, frozen=True):
    """None: a call list has heard nothing."""

    what: str | None


class RecordingIs(Struct, frozen=True):
    """None: the call is not recorded."""

    what: str | None


class AgentIs(Struct, frozen=True):
    what: str


class AgentTold(Struct, frozen=True):
    """None: nothing."""

    named: Named | None


class Accepted(Struct, frozen=True):
    ok: bool


class Refused(Struct, frozen=True):
    code: str


class WithData(Struct, frozen=True):
    data: Mapping[str, Any]


class Pending(Struct, frozen=True):
    """It is to come, or is there."""

    pending: bool


class Reply(Struct, frozen=True):
    what: Accepted | Refused | WithData | Pending


class Posted(Struct, frozen=True):
    """None: nothing. `to` is the webhook, empty for any; a count and headers are compared if they are named."""

    named: Named | None
    to: str = ""
    count: int | None = None
    headers: Mapping[str, str] | None = None


class LongestSilence(Struct, frozen=True):
    ms: int


class CallIs(Struct, frozen=True):
    what: str


class Time(Struct, frozen=True):
    ms: int


class Logged(Struct, frozen=True):
    text: str


class NotLogged(Struct, frozen=True):
    text: str


class SecretsKept(Struct, frozen=True):
    pass


class Released(Struct, frozen=True):
    pass


class NothingUnheard(Struct, frozen=True):
    pass


class NothingDone(Struct, frozen=True):
    pass


class HowDialled(Struct, frozen=True):
    named: Named
    never: bool  # it is not to have been called at all


class Dialled(Struct, frozen=True):
    """By target."""

    how: Mapping[str, HowDialled]


class AgentStartedWith(Struct, frozen=True):
    """None: nothing."""

    named: Named | None


class TargetHears(Struct, frozen=True):
    """By target."""

    what: Mapping[str, str | PromptHeard]


Wanted = (
    CallerHears
    | CallerWith
    | Ringing
    | Refer
    | RejectedWith
    | CallListIs
    | RecordingIs
    | AgentIs
    | AgentTold
    | Reply
    | Posted
    | LongestSilence
    | CallIs
    | Time
    | Logged
    | NotLogged
    | SecretsKept
    | Released
    | NothingUnheard
    | NothingDone
    | Dialled
    | AgentStartedWith
    | TargetHears
)
