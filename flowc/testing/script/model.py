"""Call scripts, read and checked: what happens in a call, and what must be true, as values.

Everything here is frozen. Names are those of the flow and exist in it; times are milliseconds. What is expected is in
`wanted.py`.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from flowc.ir import Flow
from flowc.language.calls.events import TELLS
from flowc.simulator.options import HTTP_MS
from flowc.testing.result import Place
from flowc.testing.script.wanted import Wanted

# What happens

NO_TARGET = ("", "caller", "agent")
"""Whom something of the platform may be about, besides a target: nobody on the call, and these."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The call comes in; over SIP, or from the telephone network."""

    from_: str
    to: str
    over_sip: bool = False


@dataclass(frozen=True, slots=True)
class Starts:
    """A call is placed, with these data; by a call list, or else by the account's API. `ignored` are names in them that
    the flow does not know, where they are no columns of a list.
    """

    data: str
    by_list: bool = False
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallerHangsUp:
    pass


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The caller's trunk connects the caller to whom it was asked to; or refuses, with a code of SIP."""

    code: int | None = None


@dataclass(frozen=True, slots=True)
class Presses:
    """Keys are pressed by the caller (`target` is None) or where a target has answered."""

    target: str | None
    digits: str


@dataclass(frozen=True, slots=True)
class Speaks:
    """The caller does, or whoever has answered at a target."""

    ms: int
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Asks:
    """The agent's tools post an action; `id` is None for a request of its own."""

    action: str
    values: Mapping[str, Any]
    id: str | None


@dataclass(frozen=True, slots=True)
class Says:
    text: str


@dataclass(frozen=True, slots=True)
class AgentDoes:
    what: Literal["is interrupted", "is lost", "falls silent", "does not answer", "hangs", "is at work", "says nothing"]


@dataclass(frozen=True, slots=True)
class Rings:
    target: str
    ms: int = 0


@dataclass(frozen=True, slots=True)
class DoesNotAnswer:
    """It rings, and time goes by until it is no longer being called."""

    target: str


@dataclass(frozen=True, slots=True)
class Answers:
    """`is_machine`: who it is. Where the flow has the platform listen: what it says of that, and when; and when a
    machine beeps: after so long, never (None), or that fails.
    """

    target: str
    is_machine: bool = False
    detection: str = TELLS
    found_ms: int = 1000
    beep: int | str | None = 2000


@dataclass(frozen=True, slots=True)
class Fails:
    target: str
    code: int  # of SIP


@dataclass(frozen=True, slots=True)
class SendsEarlyMedia:
    target: str


@dataclass(frozen=True, slots=True)
class HangsUp:
    """`is_cut_off`: it is the network that ends it."""

    target: str
    is_cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """A person at a SIP phone puts the caller on hold, or takes the call up again."""

    target: str
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class SaysPlace:
    """A queue says which place the caller has, and for how many minutes; None if it does not know."""

    target: str
    place: int
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class TransfersTo:
    """A person at a SIP phone wants to send the caller somewhere else."""

    target: str
    to: str


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody posts something to the control URL."""

    body: str
    method: str
    token: Literal["right", "wrong", "none", "former"]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PlatformDoes:
    """What the platform does or says by itself: `does` is the key of it, `what` its value. `of` is whom it is about:
    a target, `caller`, `agent`, or nobody on the call.
    """

    does: str
    what: str
    of: str = ""
    which: int = 1  # of several of the kind
    text: str = ""  # what a webhook answers

    @property
    def target(self) -> str | None:
        return None if self.of in NO_TARGET else self.of


@dataclass(frozen=True, slots=True)
class LookUpsEnd:
    """Entries of the storage, each with what its look-up comes to."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ClockShows:
    """From now on; None: the platform cannot tell."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Wait:
    ms: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """`written` is the whole as it stands in the script: `caller with: support`."""

    wanted: Wanted
    written: str
    place: Place


@dataclass(frozen=True, slots=True)
class Expect:
    all: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Until(Expect):
    """Time goes by until all of it is true, an hour at most."""


Single = (
    Calls
    | CallerHangsUp
    | Starts
    | HandedOver
    | Presses
    | Speaks
    | Holds
    | SaysPlace
    | TransfersTo
    | Asks
    | Says
    | AgentDoes
    | Rings
    | DoesNotAnswer
    | Answers
    | Fails
    | SendsEarlyMedia
    | HangsUp
    | Request
    | PlatformDoes
    | LookUpsEnd
    | ClockShows
    | Wait
    | Expect
)


@dataclass(frozen=True, slots=True)
class AtOnce:
    """All this in one instant: neither a timer nor an answer of the platform comes between."""

    events: tuple[Single, ...]


Event = Single | AtOnce


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a script. `events` are several where it says several: rings, then answers."""

    written: str
    place: Place
    events: tuple[Event, ...]


# Around them


@dataclass(frozen=True, slots=True)
class Account:
    storage: MutableMapping[str, str] = field(default_factory=dict)
    secrets: MutableMapping[str, str] = field(default_factory=dict)
    caller_ids: tuple[str, ...] = ()  # that may be shown; none: any

    def with_(self, other: Account) -> Account:
        """Both together, without a copy: a table has as many accounts as rows."""
        storage, secrets = ChainMap(other.storage, self.storage), ChainMap(other.secrets, self.secrets)
        return Account(storage, secrets, other.caller_ids or self.caller_ids)


@dataclass(frozen=True, slots=True)
class WebhookDoes:
    """What a webhook answers, and after how long; `code` is None if it never does."""

    code: int | None = 200
    after_ms: int = HTTP_MS
    text: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A script, or one row of a table. `platform` is what is set of it, in the words of the language."""

    name: str
    place: Place
    steps: tuple[Step, ...]
    account: Account
    platform: Mapping[str, Any]
    webhooks: Mapping[str, WebhookDoes] = field(default_factory=dict)  # by name; of others it is the platform's code
    begins: datetime | None = None  # by the clock of the emulator; None: where it does not matter, or the usual time


# What is played


@dataclass(frozen=True, slots=True)
class Scenario:
    """A generated file. `note` says that it is not what the flow would generate now."""

    path: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scripts:
    """The calls of one file, with the flow they are about and the scenario that they are played against."""

    path: str
    flow: Flow
    scenario: Scenario
    calls: tuple[Call, ...]
