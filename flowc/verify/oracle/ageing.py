"""Time goes by: what of a stage, a message or a post is counted."""

from __future__ import annotations

from msgspec.structs import replace

from flowc.verify.oracle.stages import (
    Answering,
    Arriving,
    Asking,
    Choosing,
    Connected,
    Ending,
    Leaving,
    Person,
    Recording,
    Rejecting,
    Ringing,
    Rung,
    Saying,
    Stage,
    Started,
    Starting,
    Talking,
    Warned,
)
from flowc.verify.oracle.standing import Message, Post


def later(since: int | None, took: int) -> int | None:
    """So long it is since then; None: it has not happened."""
    return None if since is None else since + took


def aged(stage: Stage, took: int) -> Stage:
    """The same stage, later."""
    match stage:
        case Answering():
            return replace(stage, waited=stage.waited + took, answering=stage.answering + took)
        case Leaving():
            return replace(
                stage,
                waited=stage.waited + took,
                cleared=later(stage.cleared, took),
                lost=later(stage.lost, took),
                asked=later(stage.asked, took),
            )
        case Ringing():
            return replace(
                stage,
                rung=tuple(_longer_rung(each, took) for each in stage.rung),
                paused=later(stage.paused, took),
                crowded=later(stage.crowded, took),
                handing=later(stage.handing, took),
                begun=later(stage.begun, took),
                announced=later(stage.announced, took),
                due=later(stage.due, took),
            )
        case Connected():
            held = stage.held
            if held is not None and held.announced is not None:
                held = replace(held, announced=held.announced + took)
            return replace(
                stage,
                waited=stage.waited + took,
                held=held,
                warned=later(stage.warned, took),
                warning=later(stage.warning, took),
            )
        case Recording():
            return aged_recording(stage, took)
        case Ending(message=Recording() as message):
            return replace(stage, message=aged_recording(message, took))
        case Started() | Starting() | Arriving() | Rejecting() | Saying() | Asking() | Warned() | Ending():
            return replace(stage, waited=stage.waited + took)
        case Choosing(spoken=None):
            return replace(stage, waited=stage.waited + took)
        case Choosing(spoken=int(spoken)):
            return replace(stage, spoken=spoken + took)
        case Talking(keys, pressed, idle):
            return replace(stage, pressed=pressed + took if keys else pressed, idle=later(idle, took))
        case _:
            return stage


def aged_recording(message: Recording, took: int) -> Recording:
    starting, quiet = later(message.starting, took), later(message.quiet, took)
    return replace(message, waited=message.waited + took, starting=starting, quiet=quiet)


def aged_messages(messages: tuple[Message, ...], took: int) -> tuple[Message, ...]:
    """The same, later."""
    return tuple(
        message._replace(
            waited=later(message.waited, took),
            spoken=later(message.spoken, took),
        )
        for message in messages
    )


def aged_posts(posts: tuple[Post, ...], took: int) -> tuple[Post, ...]:
    """The same, later."""
    return tuple(post if post.waited is None else post._replace(waited=post.waited + took) for post in posts)


def _longer_rung(rung: Rung, took: int) -> Rung:
    person = rung.person
    if person is None:
        return rung._replace(waited=rung.waited + took)
    times = (later(since, took) for since in person[3:])
    return rung._replace(person=Person(person.part, person.item, person.has_spoken, *times))
