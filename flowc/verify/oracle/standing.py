"""Where a call stands, as the language has it: what the oracle knows between two steps. Frozen, and compared by
value.
"""

from __future__ import annotations

from enum import Enum, StrEnum, auto
from typing import NamedTuple

from msgspec import Struct, field

from flowc.ir import FIRST_AGENT
from flowc.verify.oracle.answers import Answer
from flowc.verify.oracle.attempts import Attempt, Reported, Result
from flowc.verify.oracle.stages import (
    Idle,
    Stage,
)
from flowc.verify.oracle.wording import Value


class Message(NamedTuple):
    """What is left on a machine, whatever else happens: of whom, and the words, which are those of the moment at which
    it was found out. `waited`: for the beep; None once it is spoken. `spoken`: since then.
    """

    target: str
    text: str
    waited: int | None = 0
    spoken: int | None = None


class Voice(Enum):
    """What is known of that of whoever is listened to: the caller, or a person who is briefed."""

    UNKNOWN = auto()
    SPEAKS = auto()
    SILENT = auto()


class Detection(NamedTuple):
    """The platform's, of that voice. `asked`: how many were asked for and have not come; `is_wanted`: the next
    that comes is needed; `is_there`: one hears the leg, and `voice` is what that has said.
    """

    asked: int = 0
    is_wanted: bool = False
    is_there: bool = False
    voice: Voice = Voice.UNKNOWN


NO_DETECTION = Detection()


ASKED = "?"
"""Before the name of a webhook that is asked, among those that have not answered yet."""
ASIDE = "?&"
"""The same of one that is asked while the conversation goes on: the first of them is the first of `asides`."""


class Speech(StrEnum):
    """Whether the agent speaks, as far as the platform has said. UNCLEAR: it was interrupted, and nothing was said
    since. UNTOLD: that was so for so long that it counts as silent, and when it speaks again nothing may be said of it.
    """

    NO = "no"
    YES = "yes"
    UNCLEAR = "unclear"
    UNTOLD = "untold"


class Agent(NamedTuple):
    """The agent that is connected, or is being connected."""

    is_open: bool = False
    speech: Speech = Speech.NO

    @property
    def speaks(self) -> bool:
        """As far as anybody knows."""
        return self.speech in (Speech.YES, Speech.UNCLEAR)

    def cleared(self) -> Agent:
        """What it has still queued was cleared away."""
        return self._replace(speech=Speech.UNCLEAR) if self.speaks else self


class Request(NamedTuple):
    """What the agent has asked for: `body` is its number in the alphabet."""

    action: str
    id: str
    body: int


TOLD, BEGINS, RUNS, COMPLETES, OVER = "told", "begins", "runs", "completes", "over"
"""The parts of the recording of a call: the caller is told of it, it is to begin, goes on, was stopped, and is over."""


class CallRecorded(NamedTuple):
    """The recording of the call. `waited`: since its part began; `lasted`: how long it is. `url` is where, once that is
    known; `is_complete`: all is recorded. `failed` is why there is none.
    """

    part: str
    waited: int = 0
    lasted: int = 0
    url: str = ""
    is_complete: bool = False
    failed: str = ""

    @property
    def is_awaited(self) -> bool:
        """Whether something becomes of it still."""
        return self.part in (BEGINS, RUNS, COMPLETES)

    @property
    def is_heard(self) -> bool:
        """Whether the recorder hears the call."""
        return self.part in (BEGINS, RUNS)

    def aged(self, took: int) -> CallRecorded:
        lasted = self.lasted + took if self.is_heard else self.lasted
        return self._replace(waited=self.waited + took if self.part in (BEGINS, COMPLETES) else 0, lasted=lasted)

    def with_data_of(self, first: CallRecorded) -> CallRecorded:
        """How long it is, where, and why there is none, is only told."""
        if self.part == first.part == OVER:
            return first
        is_alike = (self.part, bool(self.url), self.is_complete) == (first.part, bool(first.url), first.is_complete)
        return self._replace(lasted=first.lasted, url=first.url, failed=first.failed) if is_alike else self


class Post(NamedTuple):
    """What a webhook is to be told: `tries` is how often it was sent, `waited` since when it is under way, or since
    when that has failed; None if it was not sent.
    """

    webhook: str
    id: str
    body: str
    tries: int = 0
    is_under_way: bool = False
    waited: int | None = None

    @property
    def merged(self) -> tuple[object, ...]:
        """What of it a search that merges tells apart."""
        return self.webhook, self.tries > 0, self.is_under_way, self.waited is None


class Aside(NamedTuple):
    """An action that leaves the conversation alone and waits for what the webhook answers that this step has asked.
    `answers` are those that it has, and `hears` says whether the agent that has asked for it is still there.
    """

    request: Request
    way: str
    number: int
    answers: tuple[tuple[str, Value], ...] = ()
    waited: int = 0
    hears: bool = True


class Known(NamedTuple):
    """A request id, the body that it came with, and what it was answered."""

    id: str
    body: int
    answer: Answer


class Standing(Struct, frozen=True):
    """Everything. `is_own`: the result is of the action under way. `key`: the one of `keys` that has led there.
    `chosen` is the key that was chosen last in each menu, by its prompt, where webhooks are told.
    `before` are the attempts of its earlier hunts.
    `stored` are the entries of the storage that have come, `answered` those of which it is known whether they are
    there. `posts` are what webhooks are still to be told, in its order, `sending` the webhooks that have not answered
    yet, in the order in which they were told ("" if nobody waits for that any more; those that are asked have `ASKED`
    before their name, which is left out if nobody waits for the answer any more), and `posted` is how much there was
    to tell. `dialled` is the number, once somebody calls. `contract` is that of tools of another version, and
    `is_contract_told` whether a webhook knows. `reported` are the attempts of all hunts that are over, `told` the
    messages of the caller that a webhook was told of, where each is, and how many seconds; and `report` is the report
    of the call as long as it cannot be sent, or a message comes first. `is_withheld`: the caller's number is. `called`
    is how many were called in the last round. `is_warned`: that the call is over soon was said. `language` is that of
    the call, None where there is only one. `messages` are those that are being left. `may_refer`: the caller came over
    SIP, and the trunk that the call came from answers what it is asked; `refers` is how often it was asked to hand the
    caller over. `calling` is which of those who may call it is, and `is_answered` whether the caller was. `is_sought`:
    an agent is to be connected before its turn, whose settings have not come. `recorded` is the recording of the call,
    None as long as nobody has asked for one, and `recorder_hears` what its recorder hears. `answers` is what webhooks
    have answered that the steps at hand have asked, by its name: `roster.who`, and `before_agent` what was known of
    that before the agent (None as long as that is the same, or nobody is told). `who` of several agents has the
    caller, or is to have them; `last` had them before ("" if nobody had), and `unreached` could not be started, who
    was to be told what is `undelivered`. `detection` is that of the caller's voice. `data` is with which of those
    that are given the call was started, None if it came in, and `whom` the target that was called last for it. `asides`
    are actions that wait for an answer while the conversation goes on, and `settles` says of each question among
    `sending` in how many milliseconds nobody expects any more that the platform says what has become of it.
    `is_refused`: the trunk has not handed the caller over, the last time that it was asked. `retries`: its call list
    is to try once more; `listing` is how long it is being told what became of the call.
    """

    stage: Stage = field(default_factory=Idle)
    agent: Agent | None = None
    stored: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    request: Request | None = None
    result: Result | None = None
    is_own: bool = False
    key: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    before: tuple[Attempt, ...] = ()
    requests: tuple[Known, ...] = ()
    attempts: int = 0
    called: int = 0
    posts: tuple[Post, ...] = ()
    sending: tuple[str, ...] = ()
    posted: int = 0
    reported: tuple[Reported, ...] = ()
    told: tuple[tuple[str, int], ...] = ()
    report: str | None = None
    token: str = ""
    hears: str | None = None
    agent_hears: bool = False
    contract: str = ""
    dialled: str = ""
    is_contract_told: bool = False
    is_withheld: bool = False
    is_warned: bool = False
    language: str | None = None
    messages: tuple[Message, ...] = ()
    is_over_sip: bool = False
    may_refer: bool = False
    refers: int = 0
    is_refused: bool = False
    calling: int = 0
    is_answered: bool = False
    retries: bool = False
    listing: int | None = None
    is_sought: bool = False
    who: str = FIRST_AGENT
    last: str = ""
    unreached: str = ""
    undelivered: str = ""
    detection: Detection = NO_DETECTION
    answers: tuple[tuple[str, Value], ...] = ()
    before_agent: tuple[tuple[str, Value], ...] | None = None
    data: int | None = None
    whom: str = ""
    recorded: CallRecorded | None = None
    recorder_hears: str | None = None
    asides: tuple[Aside, ...] = ()
    settles: tuple[int, ...] = ()

    @property
    def is_recorded(self) -> bool:
        """Whether something becomes of the recording of the call still."""
        return self.recorded is not None and self.recorded.is_awaited


def led_there(standing: Standing) -> str:
    """The key by which the caller has left the agent, if no action has led to where the call stands."""
    return standing.key if standing.request is None else ""


class Roles(NamedTuple):
    """Who is who in a state of the search: the legs that were dialled and not let go, in that order, the agent that
    was connected last, (`left`) the legs of machines that are left a message, in the order in which that began, and the
    recorder that was made last for a message, and the one for the call.
    """

    legs: tuple[str, ...] = ()
    agent: str = ""
    left: tuple[str, ...] = ()
    recorder: str = ""
    call_recorder: str = ""
