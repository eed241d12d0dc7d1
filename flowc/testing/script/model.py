"""Call scripts, read and checked: what happens in a call, and what must be true, as values.

Everything here is frozen. Names are those of the flow and exist in it; times are milliseconds. What is expected is in
`wanted.py`.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

from flowc.ir import Flow
from flowc.language.calls.events import TELLS
from flowc.simulator.options import HTTP_MS
from flowc.testing.result import Place
from flowc.testing.script.wanted import Wanted

# What happens

NO_TARGET = ("", "caller", "agent")
"""Whom something of the platform may be about, besides a target: nobody on the call, and these."""


class Calls(Struct, frozen=True):
    """The call comes in; over SIP, or from the telephone network."""

    from_: str
    to: str
    over_sip: bool = False


class Starts(Struct, frozen=True):
    """A call is placed, with these data; by a call list, or else by the account's API. `ignored` are names in them that
    the flow does not know, where they are no columns of a list.
    """

    data: str
    by_list: bool = False
    ignored: tuple[str, ...] = ()


class CallerHangsUp(Struct, frozen=True):
    pass


class HandedOver(Struct, frozen=True):
    """The caller's trunk connects the caller to whom it was asked to; or refuses, with a code of SIP."""

    code: int | None = None


class Presses(Struct, frozen=True):
    """Keys are pressed by the caller (`target` is None) or where a target has answered."""

    target: str | None
    digits: str


class Speaks(Struct, frozen=True):
    """The caller does, or whoever has answered at a target."""

    ms: int
    target: str | None = None


class Asks(Struct, frozen=True):
    """The agent's tools post an action; `id` is None for a request of its own."""

    action: str
    values: Mapping[str, Any]
    id: str | None


class Says(Struct, frozen=True):
    text: str


class AgentDoes(Struct, frozen=True):
    what: Literal["is interrupted", "is lost", "falls silent", "does not answer", "hangs", "is at work", "says nothing"]


class Rings(Struct, frozen=True):
    target: str
    ms: int = 0


class DoesNotAnswer(Struct, frozen=True):
    """It rings, and time goes by until it is no longer being called."""

    target: str


class Answers(Struct, frozen=True):
    """`is_machine`: who it is. Where the flow has the platform listen: what it says of that, and when; and when a
    machine beeps: after so long, never (None), or that fails.
    """

    target: str
    is_machine: bool = False
    detection: str = TELLS
    found_ms: int = 1000
    beep: int | str | None = 2000


class Fails(Struct, frozen=True):
    target: str
    code: int  # of SIP


class SendsEarlyMedia(Struct, frozen=True):
    target: str


class HangsUp(Struct, frozen=True):
    """`is_cut_off`: it is the network that ends it."""

    target: str
    is_cut_off: bool = False


class Holds(Struct, frozen=True):
    """A person at a SIP phone puts the caller on hold, or takes the call up again."""

    target: str
    resumes: bool = False


class SaysPlace(Struct, frozen=True):
    """A queue says which place the caller has, and for how many minutes; None if it does not know."""

    target: str
    place: int
    minutes: int | None = None


class TransfersTo(Struct, frozen=True):
    """A person at a SIP phone wants to send the caller somewhere else."""

    target: str
    to: str


class Request(Struct, frozen=True):
    """Somebody posts something to the control URL."""

    body: str
    method: str
    token: Literal["right", "wrong", "none", "former"]
    headers: Mapping[str, str]


class PlatformDoes(Struct, frozen=True):
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


class LookUpsEnd(Struct, frozen=True):
    """Entries of the storage, each with what its look-up comes to."""

    entries: tuple[tuple[str, str], ...]


class ClockShows(Struct, frozen=True):
    """From now on; None: the platform cannot tell."""

    at: datetime | None


class Wait(Struct, frozen=True):
    ms: int


class Expectation(Struct, frozen=True):
    """`written` is the whole as it stands in the script: `caller with: support`."""

    wanted: Wanted
    written: str
    place: Place


class Expect(Struct, frozen=True):
    all: tuple[Expectation, ...]


class Until(Expect, frozen=True):
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


class AtOnce(Struct, frozen=True):
    """All this in one instant: neither a timer nor an answer of the platform comes between."""

    events: tuple[Single, ...]


Event = Single | AtOnce


class Step(Struct, frozen=True):
    """A line of a script. `events` are several where it says several: rings, then answers."""

    written: str
    place: Place
    events: tuple[Event, ...]


# Around them


class Account(Struct, frozen=True):
    storage: MutableMapping[str, str] = field(default_factory=dict)
    secrets: MutableMapping[str, str] = field(default_factory=dict)
    caller_ids: tuple[str, ...] = ()  # that may be shown; none: any

    def with_(self, other: Account) -> Account:
        """Both together, without a copy: a table has as many accounts as rows."""
        storage, secrets = ChainMap(other.storage, self.storage), ChainMap(other.secrets, self.secrets)
        return Account(storage, secrets, other.caller_ids or self.caller_ids)


class WebhookDoes(Struct, frozen=True):
    """What a webhook answers, and after how long; `code` is None if it never does."""

    code: int | None = 200
    after_ms: int = HTTP_MS
    text: str = ""


class Call(Struct, frozen=True):
    """A script, or one row of a table. `platform` is what is set of it, in the words of the language."""

    name: str
    place: Place
    steps: tuple[Step, ...]
    account: Account
    platform: Mapping[str, Any]
    webhooks: Mapping[str, WebhookDoes] = field(default_factory=dict)  # by name; of others it is the platform's code
    begins: datetime | None = None  # by the clock of the emulator; None: where it does not matter, or the usual time


# What is played


class Scenario(Struct, frozen=True):
    """A generated file. `note` says that it is not what the flow would generate now."""

    path: str
    text: str
    note: str = ""


class Scripts(Struct, frozen=True):
    """The calls of one file, with the flow they are about and the scenario that they are played against."""

    path: str
    flow: Flow
    scenario: Scenario
    calls: tuple[Call, ...]
