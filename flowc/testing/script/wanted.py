"""What a call script expects, to be compared with what is seen: a class for each key of `expect`, all in `Wanted`.

Names are those of the flow, times are milliseconds. What is told and posted may have more than is named here: `Named`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Named:
    """What a script names of something, by the language's words for it, in its order. Only that is compared. None: that
    is not there. What is inside may be a `Named` as well; everything else is plain data.
    """

    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PromptHeard:
    """In any language, if none is named."""

    prompt: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class TargetHeard:
    target: str


@dataclass(frozen=True, slots=True)
class CallerHears:
    what: str | PromptHeard | TargetHeard


@dataclass(frozen=True, slots=True)
class CallerWith:
    """`agent`: which of several, where that matters."""

    who: str
    agent: str | None = None


def with_both(target: str) -> str:
    """Who the caller is with who is introduced to this one, and hears the agent as well."""
    return f"[agent, {target}]"


@dataclass(frozen=True, slots=True)
class Ringing:
    """These targets and no others."""

    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refer:
    """To whom the caller was to be handed over last; None: nobody."""

    target: str | None


@dataclass(frozen=True, slots=True)
class RejectedWith:
    """What the network was told; None: nothing."""

    what: str | None


@dataclass(frozen=True, slots=True)
class CallListIs:
    """None: a call list has heard nothing."""

    what: str | None


@dataclass(frozen=True, slots=True)
class RecordingIs:
    """None: the call is not recorded."""

    what: str | None


@dataclass(frozen=True, slots=True)
class AgentIs:
    what: str


@dataclass(frozen=True, slots=True)
class AgentTold:
    """None: nothing."""

    named: Named | None


@dataclass(frozen=True, slots=True)
class Accepted:
    ok: bool


@dataclass(frozen=True, slots=True)
class Refused:
    code: str


@dataclass(frozen=True, slots=True)
class WithData:
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pending:
    """It is to come, or is there."""

    pending: bool


@dataclass(frozen=True, slots=True)
class Reply:
    what: Accepted | Refused | WithData | Pending


@dataclass(frozen=True, slots=True)
class Posted:
    """None: nothing. `to` is the webhook, empty for any; a count and headers are compared if they are named."""

    named: Named | None
    to: str = ""
    count: int | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LongestSilence:
    ms: int


@dataclass(frozen=True, slots=True)
class CallIs:
    what: str


@dataclass(frozen=True, slots=True)
class Time:
    ms: int


@dataclass(frozen=True, slots=True)
class Logged:
    text: str


@dataclass(frozen=True, slots=True)
class NotLogged:
    text: str


@dataclass(frozen=True, slots=True)
class SecretsKept:
    pass


@dataclass(frozen=True, slots=True)
class Released:
    pass


@dataclass(frozen=True, slots=True)
class NothingUnheard:
    pass


@dataclass(frozen=True, slots=True)
class NothingDone:
    pass


@dataclass(frozen=True, slots=True)
class HowDialled:
    named: Named
    never: bool  # it is not to have been called at all


@dataclass(frozen=True, slots=True)
class Dialled:
    """By target."""

    how: Mapping[str, HowDialled]


@dataclass(frozen=True, slots=True)
class AgentStartedWith:
    """None: nothing."""

    named: Named | None


@dataclass(frozen=True, slots=True)
class TargetHears:
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
