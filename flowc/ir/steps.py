"""The steps of a flow, a closed union: `match` over `Step` and end with `assert_never`.

Steps that contain lists of steps say so in `inside`, from which every walk over a flow is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import assert_never

from msgspec import Struct

from flowc.ir.kept import kept
from flowc.ir.subject import OTHERWISE, Subject
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


class Ask(Struct, frozen=True):
    """Ask a webhook, by its name, and wait for its answer. `otherwise` follows where none can be used, and is the
    end of its list then.
    """

    webhook: str
    within_ms: int
    otherwise: Steps
    span: Span


class Reply(Struct, frozen=True):
    """Data handed back to the agent in the reply to its request."""

    data: tuple[Entry, ...]
    span: Span


class ChangeLanguage(Struct, frozen=True):
    """The caller goes on in another language: in this one, or in the one that a parameter holds, if it is there."""

    language: str | None
    parameter: str | None
    span: Span


class RecordCall(Struct, frozen=True):
    """From here on the call is recorded, or (not `starts`) never more."""

    starts: bool
    span: Span

    @property
    def word(self) -> str:
        return "start" if self.starts else "stop"


class Group(Struct, frozen=True):
    """Targets that are rung together; the first to answer takes the call. All of it is rung so often, with a pause
    between two rounds, but for those of whom it is no use.
    """

    targets: tuple[str, ...]
    span: Span
    attempts: int = 1
    pause_ms: int = 0


class ChosenHunt(Struct, frozen=True):
    """The part of a hunt for one value of a choice, or for all that are not named (`otherwise`); empty: nobody."""

    value: str
    hunt: Hunt
    span: Span


class Choice(Struct, frozen=True):
    """An item of a hunt in whose place the part for its subject's value is rung."""

    subject: Subject
    arms: tuple[ChosenHunt, ...]
    span: Span


Item = Group | Choice
Hunt = tuple[Item, ...]


class Fallback(Struct, frozen=True):
    """Steps for one outcome, or for all that are not named (`outcome` is None: `otherwise`)."""

    outcome: Outcome | None
    steps: Steps
    span: Span


class Transfer(Struct, frozen=True, dict=True):
    """Call somebody. Terminal: `afterwards` and `fallback` say what follows."""

    to: Hunt
    agent_waits: bool | None  # None where there is no agent
    ringing: tuple[str, ...]  # prompts, one after the other; none: plain ringback
    fallback: tuple[Fallback, ...]
    afterwards: Steps
    span: Span
    fallback_is_default: bool = False
    within_ms: int | None = None  # for all of it, until somebody has taken the call
    stop_on: tuple[Outcome, ...] = ()  # after these nobody else is rung
    cancel: str | None = None  # the key by which the caller stops it
    talk_limit_ms: int | None = None  # from when caller and person are joined
    warning: str | None = None  # a prompt that both hear a minute before the limit is over
    pauses_recording: bool = False  # of the call, from when caller and person are joined
    is_placed: bool = False  # for whoever is called: nobody is joined, and `afterwards` follows the answer
    vain_briefing: Span | None = None  # where one is described that never happens
    briefing_ms: int | None = None  # so long the agent, which waits, may talk to the person alone; None: it does not
    briefing_silence_ms: int | None = None  # or until neither has spoken for so long; None: it is over before that
    vain_silence: Span | None = None  # where such a silence is written
    introduction_ms: int | None = None  # so long the agent, which talks on with the caller, may stay with both
    gone: str | None = None  # a prompt that the person hears then if the caller hangs up
    vain_gone: Span | None = None  # where one is written that nobody would hear
    fallback_at: Span | None = None  # where that is written
    recording_at: Span | None = None
    ringing_at: Span | None = None
    cancel_at: Span | None = None

    def targets(self) -> tuple[str, ...]:
        """Every target that may be rung, each once, in the order of the flow."""
        return self._targets

    @kept
    def _targets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([name for group in self.groups() for name in group.targets]))

    def groups(self) -> tuple[Group, ...]:
        """All that may be rung together."""
        return self._groups

    @kept
    def _groups(self) -> tuple[Group, ...]:
        return tuple(_groups(self.to))

    @kept
    def inside(self) -> tuple[Inside, ...]:
        """For `inside` below, which every walk asks."""
        fallbacks = [
            Inside(("fallback", str(each.outcome or "otherwise")), each.steps, each.span) for each in self.fallback
        ]
        return (*fallbacks, Inside(("answered" if self.is_placed else "afterwards",), self.afterwards))

    def choices(self) -> tuple[Choice, ...]:
        """One before those inside it."""
        return tuple(_choices(self.to))

    @property
    def heard(self) -> tuple[str, ...]:
        """The prompts that the caller hears in the course of it."""
        return self.ringing if self.warning is None else (*self.ringing, self.warning)

    @property
    def may_be_cancelled(self) -> bool:
        """Whether somebody can stop the ringing: the caller with a key, or the agent that talks with the caller."""
        return self.cancel is not None or self.introduction_ms is not None

    @property
    def agent_word(self) -> str:
        """What the agent does meanwhile, in the word of the flow."""
        if not self.agent_waits:
            return "leaves"
        if self.introduction_ms is not None:
            return "introduces"
        return "waits" if self.briefing_ms is None else "briefs"

    @property
    def most_rung(self) -> int:
        """How many attempts it has at the most, whatever is chosen."""
        return _most_rung(self.to)

    def next_steps(self, outcome: Outcome) -> Steps | None:
        """The steps that follow this outcome, or None if it is not covered."""
        named = {fallback.outcome: fallback.steps for fallback in self.fallback}
        return named.get(outcome, named.get(None))


class GoTo(Struct, frozen=True):
    """Go on with the steps of a route. Terminal."""

    route: str
    span: Span


class ReturnToAgent(Struct, frozen=True):
    """Connect the caller to the agent again. Terminal. `prompt` is what the agent opens with, `otherwise` follows where
    there is no agent to return to; empty: no way without an agent leads here.
    """

    prompt: str | None
    span: Span
    otherwise: Steps = ()


class StartAgent(Struct, frozen=True):
    """The caller is with the agent from here on: with the one of this name, where there are several. Terminal."""

    span: Span
    agent: str | None = None


class TakeMessage(Struct, frozen=True):
    """A beep, then what the caller says is recorded, until the limit, the key or the end of the call; or until the
    caller has said nothing for `quiet_ms`. The webhook is told of it. `otherwise` follows where that is not possible,
    and is the end of its list then.
    """

    webhook: str
    limit_ms: int
    key: str
    otherwise: Steps
    span: Span
    quiet_ms: int | None = None  # None: nobody listens for it


class Choosable(Struct, frozen=True):
    """A key of a menu, and the steps that follow it."""

    key: str
    steps: Steps
    span: Span


class Menu(Struct, frozen=True):
    """The caller hears a prompt, and chooses with a key. The prompt is heard so often at the most, and each time a key
    is waited for so long; then `otherwise` follows. Terminal.
    """

    prompt: str
    choices: tuple[Choosable, ...]
    within_ms: int
    times: int
    otherwise: Steps
    span: Span


class HangUp(Struct, frozen=True):
    """End the call. Terminal."""

    span: Span


class Rejection(StrEnum):
    """How a call is refused that nobody has answered: what the network is told."""

    BUSY = "busy"
    DECLINED = "declined"


class Reject(Struct, frozen=True):
    """Refuse a call that nobody has answered. Terminal."""

    reason: Rejection
    span: Span


class Retry(Struct, frozen=True):
    """End the session, and ask the call list for another attempt. Terminal."""

    span: Span


class Arm(Struct, frozen=True):
    """The steps for one value of a branch, or for all that are not named (`otherwise`)."""

    value: str
    steps: Steps
    span: Span


class Branch(Struct, frozen=True):
    """Go on with the steps for the subject's value. Terminal."""

    subject: Subject
    arms: tuple[Arm, ...]
    span: Span


Step = (
    Say
    | Notify
    | Ask
    | Reply
    | ChangeLanguage
    | RecordCall
    | TakeMessage
    | Menu
    | Transfer
    | GoTo
    | ReturnToAgent
    | StartAgent
    | HangUp
    | Reject
    | Retry
    | Branch
)
Steps = tuple[Step, ...]

TERMINAL = frozenset[type[Step]]((Transfer, Menu, GoTo, ReturnToAgent, StartAgent, HangUp, Reject, Retry, Branch))
_ALONGSIDE = frozenset[type[Step]]((Notify, Reply, ChangeLanguage, RecordCall))


def is_terminal(step: Step) -> bool:
    """Whether nothing may follow it in its list."""
    return type(step) in TERMINAL


class Inside(Struct, frozen=True):
    """A list of steps inside a step. `path` is how it is called there, in the words of the flow: `fallback`, `busy`.
    `span` is where it is chosen, if it is one of several that may follow.
    """

    path: tuple[str, ...]
    steps: Steps
    span: Span | None = None


def inside(step: Step) -> tuple[Inside, ...]:
    """The lists of steps that stand inside a step; in the order of the IR."""
    if type(step) in _LEAVES:  # most are, and to ask for the others first takes much longer
        return ()
    match step:
        case ReturnToAgent():
            return (Inside(("otherwise",), step.otherwise, step.span),) if step.otherwise else ()
        case Transfer():
            return step.inside
        case Branch():
            return tuple([Inside(("among", arm.value), arm.steps, arm.span) for arm in step.arms])
        case TakeMessage():
            return (Inside(("otherwise",), step.otherwise, step.span),)
        case Ask(webhook):  # there may be several in a list
            return (Inside(("ask", webhook, "otherwise"), step.otherwise, step.span),)
        case Menu():
            chosen = enumerate(step.choices, start=1)  # by their numbers: no log has a key
            choices = [Inside(("choice", str(number)), each.steps, each.span) for number, each in chosen]
            return (*choices, Inside(("otherwise",), step.otherwise, step.span))
        case Say() | Notify() | Reply() | ChangeLanguage() | RecordCall() | GoTo() | StartAgent():
            return ()
        case HangUp() | Reject() | Retry():
            return ()
        case _:
            assert_never(step)


def numbers_of_otherwise(steps: Steps) -> list[int]:
    """Of each step of a list, how many up to it have an `otherwise` that is called nothing else: behind a message there
    may be more of them.
    """
    if _WITH_OTHERWISE.isdisjoint(map(type, steps)):
        return [0] * len(steps)
    count, numbers = 0, []
    for step in steps:
        count += type(step) in (TakeMessage, Menu) or (type(step) is ReturnToAgent and step.otherwise != ())
        numbers.append(count)
    return numbers


def called_inside(inner: Inside, number: int) -> str:
    """How a list is called inside a step, of which this is the number among those of the list around it."""
    words = " ".join(inner.path)
    return f"{words} {number}" if number > 1 and inner.path == ("otherwise",) else words


_WITH_OTHERWISE = frozenset[type[Step]]((TakeMessage, Menu, ReturnToAgent))
_LEAVES = frozenset[type[Step]](
    (Say, Notify, Reply, ChangeLanguage, RecordCall, GoTo, StartAgent, HangUp, Reject, Retry)
)


def leave_conversation_alone(steps: Steps) -> bool:
    """Only ask, notify, reply, record or change the language, whatever value a branch has, and whatever is answered:
    the agent talks on meanwhile.
    """
    return all(
        type(step) in _ALONGSIDE
        or (type(step) is Branch and all(leave_conversation_alone(arm.steps) for arm in step.arms))
        or (type(step) is Ask and leave_conversation_alone(step.otherwise))
        for step in steps
    )


def longest_asked_ms(steps: Steps) -> int:
    """How long the answers of all that is asked may take, one after the other, of steps that lead to no route."""
    longest, so_far = 0, 0
    for step in steps:
        if type(step) is Ask:
            so_far += step.within_ms
            longest = max(longest, so_far + longest_asked_ms(step.otherwise))
        elif type(step) is Branch:
            longest = max(longest, so_far + max((longest_asked_ms(arm.steps) for arm in step.arms), default=0))
    return longest


def reply(steps: Steps) -> bool:
    """Whether one of these steps, or of those inside them, is a reply."""
    return any(type(step) is Reply or any(reply(each.steps) for each in inside(step)) for step in steps)


def taken(value: str, arms: tuple[Arm, ...]) -> Steps:
    """The steps for a value; none where nothing is said about it."""
    named = {arm.value: arm.steps for arm in arms}
    return named.get(value, named.get(OTHERWISE, ()))


def _groups(hunt: Hunt) -> Iterator[Group]:
    for item in hunt:
        if type(item) is Choice:
            for arm in item.arms:
                yield from _groups(arm.hunt)
        elif type(item) is Group:
            yield item


def _choices(hunt: Hunt) -> Iterator[Choice]:
    for item in hunt:
        if type(item) is Choice:
            yield item
            for arm in item.arms:
                yield from _choices(arm.hunt)


def _most_rung(hunt: Hunt) -> int:
    return sum(
        len(item.targets) * item.attempts
        if isinstance(item, Group)
        else max((_most_rung(arm.hunt) for arm in item.arms), default=0)
        for item in hunt
    )
