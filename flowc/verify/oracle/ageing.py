"""Time goes by: what of a stage, a message or a post is counted."""

from __future__ import annotations

from flowc.verify.oracle.replacing import replace
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


def aged(stage: Stage, took: int) -> Stage:
    """The same stage, later."""
    match stage:
        case Answering():
            return replace(stage, waited=stage.waited + took, answering=stage.answering + took)
        case Leaving():
            cleared = None if stage.cleared is None else stage.cleared + took
            return replace(
                stage,
                waited=stage.waited + took,
                cleared=cleared,
                lost=None if stage.lost is None else stage.lost + took,
                asked=None if stage.asked is None else stage.asked + took,
            )
        case Ringing():
            announced = None if stage.announced is None else stage.announced + took
            return replace(
                stage,
                rung=tuple(_longer_rung(each, took) for each in stage.rung),
                paused=None if stage.paused is None else stage.paused + took,
                crowded=None if stage.crowded is None else stage.crowded + took,
                handing=None if stage.handing is None else stage.handing + took,
                begun=None if stage.begun is None else stage.begun + took,
                announced=announced,
                due=None if stage.due is None else stage.due + took,
            )
        case Connected():
            held = stage.held
            if held is not None and held.announced is not None:
                held = replace(held, announced=held.announced + took)
            return replace(
                stage,
                waited=stage.waited + took,
                held=held,
                warned=None if stage.warned is None else stage.warned + took,
                warning=None if stage.warning is None else stage.warning + took,
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
            waited = None if idle is None else idle + took
            return replace(stage, pressed=pressed + took if keys else pressed, idle=waited)
        case _:
            return stage


def aged_recording(message: Recording, took: int) -> Recording:
    starting = None if message.starting is None else message.starting + took
    quiet = None if message.quiet is None else message.quiet + took
    return replace(message, waited=message.waited + took, starting=starting, quiet=quiet)


def aged_messages(messages: tuple[Message, ...], took: int) -> tuple[Message, ...]:
    """The same, later."""
    return tuple(
        message._replace(
            waited=None if message.waited is None else message.waited + took,
            spoken=None if message.spoken is None else message.spoken + took,
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
    times = (None if since is None else since + took for since in person[3:])
    return rung._replace(person=Person(person.part, person.item, person.has_spoken, *times))
