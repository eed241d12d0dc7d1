"""A record of a run, with what properties often ask about it, and what they say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowc.verify.agent.action import BRIEFING, INTRODUCTION, RINGS, ToolAction
from flowc.verify.agent.record import (
    Arrived,
    Delivered,
    Ended,
    Event,
    Over,
    Reachable,
    Record,
    Seen,
    Sent,
    Started,
    Told,
    Yielded,
)
from flowc.verify.agent.watching import Watching

CONTROL_S = 3.0
"""So long a tool waits for control data that are not there yet."""
SMALL = 0.001
"""Seconds that are no difference."""

UNSURE = ("unreachable", "failed")
"""Errors that do not say whether it was done."""
DONE = "was done all the same"
NOT_DONE = "was not done"
UNDER_WAY = "being done all the same"
LEAVES = "the call leaves you in a moment"
UNKNOWN = "may or may not have been done"
INTERRUPTED = "was interrupted"
LATE = "Only now it is known"
SILENT = "Nobody has said anything"
TALKED = "has talked to"
BEFORE = "before that"
NOT_CONNECTED = "did not come about"
TRIED = "Tried"


PARTS = {
    "briefing": BRIEFING,
    "briefing_over": "",
    "introducing": RINGS,
    "introduction": INTRODUCTION,
    "introduction_over": RINGS,
    "returned": "",
}


@dataclass(frozen=True, slots=True)
class Wrongness:
    """`kind` names the property; violations of one kind at one place are told once."""

    kind: str
    sentence: str
    traceback: str = ""


class Known:
    """A record, with what is often asked about it."""

    def __init__(self, record: Record, actions: Mapping[str, ToolAction], watching: Watching | None = None) -> None:
        self.actions = actions
        self.watching = watching
        self.events: list[tuple[float, Event]] = record.events
        self.of: dict[type, list[tuple[int, float, Any]]] = {}
        for number, (at, event) in enumerate(record.events):
            self.of.setdefault(type(event), []).append((number, at, event))

    def all(self, kind: type) -> list[tuple[int, float, Any]]:
        """Number, time and event of each of this kind."""
        return self.of.get(kind, [])

    def is_reachable(self, start: Started, by: int) -> bool:
        """Whether the control data were there."""
        return any(number < by and each.session == start.session for number, _, each in self.all(Reachable))

    def is_leaving(self, by: int) -> bool:
        """Whether something that takes the call was asked for, and is not known to be over, refused or cancelled."""
        for began, _, start in self.all(Started):
            if began > by or not self.actions[start.action].takes_call:
                continue
            ends = [at for at, _, each in self.all(Over) if each.body == start.body]
            ends += [at for at, _, each in self.all(Delivered) if is_for(each, start) and not each.reply["ok"]]
            ends += [at for at, _, each in self.all(Told) if each.metadata.get("action") == start.action]
            ends += self.refused_over_the_connection(start)
            ends += self.of_briefings() if self.actions[start.action].decides else []
            if not any(began < at < by for at in ends):
                return True
        return False

    def refused_over_the_connection(self, start: Started) -> list[int]:
        """When the agent is told that this was refused, whether a tool waits for it or not."""
        ids = {each.id for _, _, each in self.all(Arrived) if is_for(each, start)}
        replies = [(at, each.metadata) for at, _, each in self.all(Told) if each.metadata["vox_event"] == "reply"]
        return [at for at, each in replies if each["request_id"] in ids and not each["reply"]["ok"]]

    def part(self, session: int, by: int) -> tuple[float, str]:
        """Since when the agent is in which part, as it was told last: a briefing, or one of an introduction; empty: it
        has the caller alone, or nobody.
        """
        since, part = 0.0, ""
        for number, at, told in self.all(Told):
            event = told.metadata["vox_event"]
            if number < by and told.session == session and event in PARTS:
                since, part = at, PARTS[event]
        return since, part

    def is_with_others(self, session: int, by: int) -> bool:
        """Whether the agent talks to a person alone, or to one and the caller."""
        return self.part(session, by)[1] in (BRIEFING, INTRODUCTION)

    def is_of(self, action: ToolAction, part: str) -> bool:
        """Whether the agent has this tool in this part."""
        alone = part != BRIEFING and not action.part and not action.takes_call
        return action.part == part or alone

    def of_briefings(self) -> list[int]:
        """When it is told that another part begins, or that the call is back: numbers of events."""
        return [number for number, _, told in self.all(Told) if told.metadata["vox_event"] in PARTS]

    def results(self, use: int) -> list[tuple[int, Any]]:
        yielded = self.all(Yielded)
        return [(number, each.value) for number, _, each in yielded if each.use == use and each.kind == "result"]

    def end(self, use: int) -> tuple[int, float, Ended] | None:
        return next((each for each in self.all(Ended) if each[2].use == use), None)

    def last_seen(self, session: int) -> tuple[int, Seen] | None:
        """What the model is shown when everything is over, if the session lives so long."""
        found = [(number, each) for number, _, each in self.all(Seen) if each.is_last and each.session == session]
        return found[0] if found else None

    def notices(self, seen: Seen, action: str) -> list[str]:
        """What the model is told of an action without having asked, one sentence after the other."""
        lines = [line for role, content in seen.messages if role in ("user", "system") for line in content.split("\n")]
        words = (INTERRUPTED, NOT_DONE, LATE)
        return [line for line in lines if f" {action} " in line and any(word in line for word in words)]


def is_2xx(sent: Sent) -> bool:
    return sent.fate.comes in ("reply", "empty", "junk", "too much", "half", "stalls") and sent.fate.connects == "yes"


def is_for(event: Sent | Arrived | Delivered, start: Started) -> bool:
    return event.body == start.body and not event.takes_back


def body_of(known: Known, use: int) -> str:
    return next((each.body for _, _, each in known.all(Started) if each.use == use), "")
