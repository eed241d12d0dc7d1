"""A run as rows that a person reads: when, who, and what was seen of it."""

from __future__ import annotations

import json

from flowc.verify.agent.record import (
    Arrived,
    Begun,
    CallerSpeaks,
    Closed,
    Connects,
    Delivered,
    Done,
    Ended,
    Event,
    GivenUp,
    LeftAlone,
    Over,
    Record,
    Seen,
    Sent,
    Spoken,
    Started,
    Told,
    Unanswered,
    Wrong,
    Yielded,
)

MOST_ROWS = 60
LONGEST = 160

Row = tuple[float, str, str]
"""Seconds since the call began, who acts, and what he does."""


def rows(record: Record) -> tuple[Row, ...]:
    """What is left out is what nobody does: marks for the properties, and what the tools log."""
    names = {event.use: event.action for _, event in record.events if isinstance(event, Started)}
    found = [
        (round(at, 3), told[0], told[1][:LONGEST])
        for at, event in record.events
        if (told := _told(event, names)) is not None
    ]
    return tuple(found[:MOST_ROWS])


def _told(event: Event, names: dict[int, str]) -> tuple[str, str] | None:
    match event:
        case Begun():
            return "scenario", "starts the agent"
        case CallerSpeaks(is_answered=is_answered):
            return "caller", "speaks" if is_answered else "starts to speak"
        case Seen():
            return "model", "is asked"
        case Unanswered(how=how):
            return "model", how.removeprefix("the model ")
        case GivenUp():
            return "scenario", "has the caller from the agent"
        case LeftAlone():
            return "tools", "end the agent"
        case Started(action=action, arguments=arguments):
            return "model", f"asks for {action} {json.dumps(arguments)}"
        case Connects(fate=fate):
            return "tools", f"connect{_fate(fate.sentence)}"
        case Sent(id=id, body=body, takes_back=takes_back):
            return "tools", f"{'take back' if takes_back else 'request'} {body} ({id[:8]})"
        case Arrived(reply=reply, id=id):
            return "scenario", f"answers {json.dumps(reply)} ({id[:8]})"
        case Delivered(id=id):
            return "tools", f"have the answer ({id[:8]})"
        case Done(body=body):
            return "scenario", f"DOES {body}"
        case Over(body=body):
            return "scenario", f"has the caller back from {body}"
        case Told(metadata=metadata):
            return "scenario", f"tells the agent {json.dumps(metadata)}"
        case Yielded(use=use, kind=kind, value=value):
            return "tools", f"{names.get(use, '?')}: {'say' if kind == 'phrase' else 'give'} {value}"
        case Ended(use=use, how=how, error=error):
            return "tools", f"{names.get(use, '?')}: {how} {error}".rstrip()
        case Spoken(text=text):
            return "agent", f"says {text!r}"
        case Closed():
            return "agent", "is disconnected"
        case Wrong(what=what):
            return "WRONG", what
        case _:
            return None


def _fate(sentence: str) -> str:
    return f": {sentence}" if sentence else ""
