"""Where a call is, as the language has it: one stage at a time. Frozen, and compared by value.

Times are milliseconds since the stage began, or whatever the name says. A place among steps is the way there, in the
words of the log (`call_transfer: fallback busy`), and the number of the step.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from flowc.verify.oracle.attempts import Attempt


class Idle(Struct, frozen=True):
    """Nobody has called yet."""


class Started(Struct, frozen=True):
    """The session was started without data, and nobody calls."""

    waited: int = 0


class Arriving(Struct, frozen=True):
    """The steps of `inbound` wait for what is read from the storage."""

    waited: int = 0


class Rejecting(Struct, frozen=True):
    """The call is refused, and the platform has not said yet that the leg is gone."""

    waited: int = 0


class Starting(Struct, frozen=True):
    """An agent is being started. `again`: the caller is there already. `returned` is what the agent has to know
    then. `is_there`: it was started before its turn, and gets the caller at once.
    """

    waited: int = 0
    again: bool = False
    returned: str = ""
    is_there: bool = False


class Answering(Struct, frozen=True):
    """The caller is being answered: for the agent, or for the steps that stand at `way` and `index`. `waited` since the
    call came in.
    """

    waited: int
    answering: int = 0
    has_agent: bool = True
    way: str = ""
    index: int = 0


class Talking(Struct, frozen=True):
    """The caller talks with the agent, which has not been told of `keys` yet. `pressed`: since the last of them.
    `idle`: since when neither says anything; None if nothing comes of that, or it is not so. `asked`: how often the
    agent was asked to speak up since the caller has said anything.
    """

    keys: str = ""
    pressed: int = 0
    idle: int | None = None
    asked: int = 0


class Warned(Struct, frozen=True):
    """The caller, who was with the agent, hears that the call is over soon. `keys` are those that came meanwhile."""

    waited: int = 0
    language: str | None = None
    keys: str = ""


class Leaving(Struct, frozen=True):
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


class Stepping(Struct, frozen=True):
    """Steps follow each other; no call stays here."""


class Saying(Struct, frozen=True):
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


class Asking(Struct, frozen=True):
    """A webhook is asked, by this step, and has not answered yet."""

    way: str
    index: int
    waited: int = 0


class Choosing(Struct, frozen=True):
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


class Ringing(Struct, frozen=True):
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


class Connected(Struct, frozen=True):
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


class Recording(Struct, frozen=True):
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


class Ending(Struct, frozen=True):
    """The call is over, and webhooks wait for their turn; or the recording of a message is not complete yet."""

    waited: int = 0
    message: Recording | None = None


class Over(Struct, frozen=True):
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
