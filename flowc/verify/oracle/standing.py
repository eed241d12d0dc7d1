"""Where a call stands, as the language has it: what the oracle knows between two steps. Frozen, and compared by value.

Times are milliseconds since the stage began, or whatever the name says. A place among steps is the way there, in the
words of the log (`call_transfer: fallback busy`), and the number of the step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any, NamedTuple

from flowc.ir import FIRST_AGENT
from flowc.verify.oracle.answers import Answer
from flowc.verify.oracle.replacing import replace
from flowc.verify.oracle.wording import Value

# Stages


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody has called yet."""


@dataclass(frozen=True, slots=True)
class Started:
    """The session was started without data, and nobody calls."""

    waited: int = 0


@dataclass(frozen=True, slots=True)
class Arriving:
    """The steps of `inbound` wait for what is read from the storage."""

    waited: int = 0


@dataclass(frozen=True, slots=True)
class Rejecting:
    """The call is refused, and the platform has not said yet that the leg is gone."""

    waited: int = 0


@dataclass(frozen=True, slots=True)
class Starting:
    """An agent is being started. `again`: the caller is there already. `returned` is what the agent has to know
    then. `is_there`: it was started before its turn, and gets the caller at once.
    """

    waited: int = 0
    again: bool = False
    returned: str = ""
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class Answering:
    """The caller is being answered: for the agent, or for the steps that stand at `way` and `index`. `waited` since the
    call came in.
    """

    waited: int
    answering: int = 0
    has_agent: bool = True
    way: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class Talking:
    """The caller talks with the agent, which has not been told of `keys` yet. `pressed`: since the last of them.
    `idle`: since when neither says anything; None if nothing comes of that, or it is not so. `asked`: how often the
    agent was asked to speak up since the caller has said anything.
    """

    keys: str = ""
    pressed: int = 0
    idle: int | None = None
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Warned:
    """The caller, who was with the agent, hears that the call is over soon. `keys` are those that came meanwhile."""

    waited: int = 0
    language: str | None = None
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """An action waits for the agent's last words: its steps stand at `way` and `index`. `cleared`: since the agent was
    interrupted, `lost`: since it was lost, `asked`: since this step has asked a webhook that has not answered yet;
    `is_asked`: one has been asked, and what it tells before that is told.
    """

    way: str
    index: int = 0
    waited: int = 0
    cleared: int | None = None
    lost: int | None = None
    asked: int | None = None
    is_asked: bool = False

    @property
    def asking(self) -> Asking | None:
        """What is waited for when the last words are over."""
        return None if self.asked is None else Asking(self.way, self.index, self.asked)


@dataclass(frozen=True, slots=True)
class Stepping:
    """Steps follow each other; no call stays here."""


@dataclass(frozen=True, slots=True)
class Saying:
    """The platform speaks, or plays a sound file, which has no text. `index` is the step that follows. `loads`: the
    file is being loaded. `records`: the caller is told that the call is recorded.
    """

    way: str
    index: int
    prompt: str
    text: str
    waited: int = 0
    loads: bool = False
    language: str | None = None
    records: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """A webhook is asked, by this step, and has not answered yet."""

    way: str
    index: int
    waited: int = 0


@dataclass(frozen=True, slots=True)
class Choosing:
    """The caller is asked for a key of a menu, at this step. `tries` is how often its prompt was begun, `text` what it
    says, if it is no sound file. `spoken`: since it began; None once it is over, and then `waited` since that.
    `loads`: the file is being loaded.
    """

    way: str
    index: int
    text: str
    tries: int = 1
    spoken: int | None = 0
    waited: int = 0
    loads: bool = False
    language: str | None = None


class Person(NamedTuple):
    """Somebody has answered, and does not have the caller yet: is asked for a key (`accept`), or told something
    (`whisper`), or what answers is sent digits, or listened to (`machine`). `spoken`: since the prompt began; None if
    it is over. `pause`: since its last end, if it comes again; `asked`: since its first end. `sent`: since those of the
    digits began whose number is `item`. `heard`: since the platform began to listen whether it is a machine; None if it
    does not, or any more. `briefed`: since the agent talks to them alone, and `quiet`: since when neither of
    them says anything; None if nothing comes of that, or it is not so; `has_spoken`: it has begun to say its word to
    both (in an introduction, in which the caller is there as well). `decided`: since it has asked for what the
    request with the number `item` says (the `part` is then `connects` or `declines`), `cleared`: since it was
    interrupted meanwhile. An introduction is `briefed` until it is over, a briefing until something is `decided`.
    `cut`: since an introduction cut off what the agent was saying, while it is not known whether it has spoken on.
    """

    part: str
    item: int = 0
    has_spoken: bool = False
    spoken: int | None = None
    pause: int | None = None
    asked: int | None = None
    sent: int | None = None
    heard: int | None = None
    briefed: int | None = None
    quiet: int | None = None
    decided: int | None = None
    cleared: int | None = None
    cut: int | None = None


class Message(NamedTuple):
    """What is left on a machine, whatever else happens: of whom, and the words, which are those of the moment at which
    it was found out. `waited`: for the beep; None once it is spoken. `spoken`: since then.
    """

    target: str
    text: str
    waited: int | None = 0
    spoken: int | None = None


class Rung(NamedTuple):
    """A target that rings, and since when; or (`person`) somebody has answered there. `shown` is which of its caller
    IDs it is shown, `has_rung` whether there was a sign of ringing, where that makes a difference. `holds`: whoever has
    answered has put the call on hold.
    """

    target: str
    waited: int = 0
    shown: int = 0
    has_rung: bool = False
    person: Person | None = None
    holds: bool = False


Place = tuple[str, str]
"""In a queue, and for how many minutes: empty where that is not known."""
NO_PLACE: Place = ("", "")


@dataclass(frozen=True)  # without slots: `replacing.py` copies all fields at once
class Ringing:
    """A hunt: `turn` is the number of the item whose targets are rung, for the `round`th time, and `again` are those of
    them that are rung in further rounds. `rung` are those that ring now, as they were called; if nobody does, it is a
    pause, since `paused`, or those of the round before have to be gone, since `crowded`. `stopped` is the attempt
    after which nobody else is rung. `begun`: since the hunt began; None once somebody has taken the call. `prompt` is
    the number of that of `ringing` which is heard, and `announced` since when; None if all are over. `loads`: it is a
    sound file, which is being loaded. `open` are the hours that were open when it began, as far as choices of the
    transfer go by them, and `chosen_in` is the language that the call had then, likewise. `language` is that of what
    is heard. `left` are the machines that have been left a message in it. `handing`: since the caller's trunk was
    asked to hand the caller over to whoever's turn it is. `place` is what the queue has said last of the caller's
    place, and for how many minutes, and `due` since when nothing has been announced there; `announces` is the prompt
    that is announced now, and `told` what the queue had said when that began.
    """

    way: str
    index: int
    tried: tuple[Attempt, ...] = ()
    turn: int = 0
    round: int = 1
    again: tuple[str, ...] = ()
    rung: tuple[Rung, ...] = ()
    paused: int | None = None
    crowded: int | None = None
    stopped: Attempt | None = None
    begun: int | None = 0
    announced: int | None = None
    open: frozenset[str] = frozenset()
    prompt: int = 0
    loads: bool = False
    chosen_in: str | None = None
    language: str | None = None
    left: frozenset[str] = frozenset()
    handing: int | None = None
    place: Place = NO_PLACE
    due: int | None = None
    announces: str | None = None
    told: Place = NO_PLACE


@dataclass(frozen=True, slots=True)
class Connected:
    """The caller talks with a person, or is on hold: `held` is what is heard then, as while it rings. `warned`: since
    the warning before the end of `talk_limit` began; None if it has not yet. `warning` is the same while both hear it,
    in this `language`; `of_call`: it is that before the end of the call.
    """

    way: str
    index: int
    target: str
    waited: int = 0
    held: Ringing | None = None
    warned: int | None = None
    warning: int | None = None
    language: str | None = None
    of_call: bool = False


BEEPS, RECORDS, STOPS = "beeps", "records", "stops"
"""The parts of a message: the beep, what the caller says, and until the recording is complete."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A message is taken, at this step. `waited`: since its `part` began. `starting`: since there is a recorder; None
    once it has said that it records, and where (`url`). `lasted`: how long the message is, once it is over. `quiet`:
    since when the caller says nothing; None if nothing comes of that, or it is not so. `is_spoken`: the caller may have
    said something. `is_complete`: all is recorded, and it is not known where.
    """

    way: str
    index: int
    part: str = BEEPS
    waited: int = 0
    starting: int | None = 0
    url: str = ""
    lasted: int = 0
    quiet: int | None = None
    is_spoken: bool = False
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """The call is over, and webhooks wait for their turn; or the recording of a message is not complete yet."""

    waited: int = 0
    message: Recording | None = None


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


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing follows."""


Stage = (
    Idle
    | Started
    | Arriving
    | Rejecting
    | Starting
    | Answering
    | Talking
    | Warned
    | Leaving
    | Stepping
    | Saying
    | Asking
    | Choosing
    | Recording
    | Ringing
    | Connected
    | Ending
    | Over
)


ASKED = "?"
"""Before the name of a webhook that is asked, among those that have not answered yet."""
ASIDE = "?&"
"""The same of one that is asked while the conversation goes on: the first of them is the first of `asides`."""


# What else there is to know


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


class Attempt(NamedTuple):
    """`rang` is for how long, in milliseconds, if it was given up. `reason`: why it is declined, if that was said."""

    target: str
    outcome: str
    rang: int | None = None
    reason: str = ""


class Reported(NamedTuple):
    """An attempt, as the report has it."""

    action: str | None
    attempt: Attempt
    talked: int | None = None
    key: str = ""


class Result(NamedTuple):
    """What came of a transfer, of which target (None: nobody was to be rung), and all attempts since what began them.
    `talked` is milliseconds with a person, None before that is over. `by`: who has stopped the ringing, if anybody.
    """

    outcome: str
    target: str | None
    tried: tuple[Attempt, ...]
    talked: int | None = None
    by: str = ""


MOST_HOPEFUL_FIRST = (
    "declined",
    "not_accepted",
    "busy",
    "no_answer",
    "machine",
    "unreachable",
    "closed",
    "failed",
    "not_allowed",
    "invalid",
)
"""The order of the table of outcomes in `flows/README.md`."""


def most_hopeful(tried: tuple[Attempt, ...]) -> Attempt:
    """The attempt that a hunt has its outcome of: of several with the same one, the first."""
    return min(tried, key=lambda attempt: MOST_HOPEFUL_FIRST.index(attempt.outcome))


def hope_of(tried: tuple[Attempt, ...], named: Collection[str]) -> tuple[int, str]:
    """What the outcome of a hunt so far can still lead to, where the fallback names some: how many of them are more
    hopeful, and which it is, if it is one of them.
    """
    if not tried:
        return 0, ""
    outcome = most_hopeful(tried).outcome
    place = MOST_HOPEFUL_FIRST.index(outcome)
    before = sum(MOST_HOPEFUL_FIRST.index(each) < place for each in named if each in MOST_HOPEFUL_FIRST)
    return before, outcome if outcome in named else ""


def _outcome(attempt: Attempt | None) -> str:
    return attempt.outcome if attempt is not None else ""


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


@dataclass(frozen=True)  # without slots: `replacing.py` copies all fields at once
class Standing:
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


def with_data_of(first: Standing, standing: Standing, named: Callable[[Ringing], Collection[str]]) -> Standing:
    """The standing with what `first` has to tell of earlier requests and transfers, if there is as much of it. `named`
    are the outcomes in the fallback of a transfer.
    """
    changes: dict[str, Any] = {"before": first.before, "refers": first.refers, "chosen": first.chosen}
    if (first.result is None) == (standing.result is None):
        changes["result"] = first.result
    if [known.id for known in first.requests] == [known.id for known in standing.requests]:
        changes["requests"] = first.requests
    if first.request is not None and standing.request is not None and first.request[:2] == standing.request[:2]:
        changes["request"] = first.request
    changes["posted"] = first.posted
    if first.before_agent is not None and standing.before_agent is not None:
        changes["before_agent"] = first.before_agent
    if bool(first.token) == bool(standing.token):
        changes["token"] = first.token
    if bool(first.undelivered) == bool(standing.undelivered):
        changes["undelivered"] = first.undelivered
    changes["reported"] = first.reported
    changes["told"] = first.told
    if first.recorded is not None and standing.recorded is not None:
        changes["recorded"] = standing.recorded.with_data_of(first.recorded)
    if (first.report is None) == (standing.report is None):
        changes["report"] = first.report
    if [post.merged for post in first.posts] == [post.merged for post in standing.posts]:
        changes["posts"] = first.posts
    stage = standing.stage
    match first.stage, stage:
        case (Ringing(tried=tried, stopped=stopped), Ringing()) if _outcome(stopped) == _outcome(stage.stopped):
            if hope_of(tried, named(stage)) == hope_of(stage.tried, named(stage)):
                changes["stage"] = replace(stage, tried=tried, stopped=stopped)
        case (Recording() as before, Recording()):
            changes["stage"] = _with_data_of(before, stage)
        case (Ending(message=Recording() as before), Ending(message=Recording() as message)):
            changes["stage"] = replace(stage, message=_with_data_of(before, message))
            changes.update(request=first.request, result=first.result, key=first.key)  # told with it, and nothing else
        case (Connected(waited=waited), Connected()):
            changes["stage"] = replace(stage, waited=waited)
        case (Talking(keys=keys), Talking()) if bool(keys) == bool(stage.keys):
            changes["stage"] = replace(stage, keys=keys)
        case (Warned(keys=keys), Warned()) if bool(keys) == bool(stage.keys):
            changes["stage"] = replace(stage, keys=keys)
        case (Starting(returned=returned), Starting()) if bool(returned) == bool(stage.returned):
            changes["stage"] = replace(stage, returned=returned)
    return replace(standing, **changes)


def with_numbers_of(first: Standing, standing: Standing) -> Standing:
    """The standing with the numbers of `first`, where both are past what goes by them."""
    if isinstance(standing.stage, Idle | Arriving):
        return standing
    return replace(
        standing,
        dialled=first.dialled,
        is_withheld=first.is_withheld,
        is_over_sip=first.is_over_sip,
        may_refer=first.may_refer,
        calling=first.calling,
    )


def _with_data_of(first: Recording, message: Recording) -> Recording:
    """How long it is, and where, is only told; also how long it is already, where nothing counts that."""
    if first.part != message.part or bool(first.url) != bool(message.url):
        return message
    return replace(message, url=first.url, lasted=first.lasted, waited=first.waited)


# What is given


@dataclass(frozen=True, slots=True)
class Given:
    """What the language leaves to others: who calls, which numbers may be dialled, the account, what the platform
    calls the session, and what can be posted. `contract` is the fingerprint; `late_ms` is by how much a timer may be
    late; not `timed`: whenever it likes, and so is what takes `far_ms` or longer. `over_trunk` are the numbers of
    somebody who calls over a trunk with national ones, and what was dialled, in E.164. `reports_refer`: whether the
    platform says that a caller was handed over, and not only that the leg is gone. `others` are those who may call
    besides, of whom the flow knows. `answers` are those of webhooks, which events name by their numbers.
    `stops_at_once`: a recording is complete as soon as it is stopped. `can_be_paused`: the recording of the call.
    `starts` are the data that calls are started with; None for what is not right, and (the last) where there are none.
    """

    caller: str
    dialled: tuple[str, ...]
    session: str
    control_url: str
    contract: str
    storage: Mapping[str, str]
    secrets: Mapping[str, str]
    late_ms: int = 0
    far_ms: int = 600_000
    timed: bool = True
    reports_silence: bool = True
    moments: tuple[frozenset[str], ...] = ()
    over_trunk: tuple[str, ...] = ()
    reports_refer: bool = True
    others: tuple[str, ...] = ()
    stops_at_once: bool = False
    can_be_paused: bool = True
    answers: tuple[str, ...] = ()
    starts: tuple[tuple[tuple[str, Value], ...] | None, ...] = ()


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
