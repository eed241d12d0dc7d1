"""What an observer knows of one instant of a session, as the emulator tells it."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class LegView(TypedDict):
    """`state` is PROGRESSING, CONNECTED or TERMINATED; `hanging` is true while a hang-up of ours is not confirmed."""

    id: str
    label: str
    direction: Literal["incoming", "outgoing"]
    type: str
    number: str
    callerid: str
    headers: dict[str, str] | None
    state: str
    hanging: bool
    hears: str | None


class AgentView(TypedDict):
    """`says` is what is heard of it, where that is known: what it says while its model does not answer."""

    id: str
    state: str
    started: bool
    metadata: Any
    customs: list[Any]
    speaking: bool
    says: str | None
    held: int
    speaks_to_caller: bool
    hears: str | None


class SilenceView(TypedDict("_Silence", {"from": int})):
    """A time in which the connected caller heard nothing; `to` is None while it lasts. `isAsked`: a menu waited for a
    key when it began.
    """

    to: int | None
    isAsked: bool


class ErrorView(TypedDict):
    kind: str
    message: str
    where: str | None
    line: int | None
    column: int | None
    t: int


class EndView(TypedDict):
    t: int
    reason: str


class RecorderView(TypedDict):
    """`kept`: it is said for how long what it records is kept."""

    id: str
    kept: bool
    state: str
    muted: bool
    hears: str | None


class PlayerView(TypedDict):
    """`heard`: it is sent to somebody."""

    id: str
    what: str
    state: str
    heard: bool


class RequestView(TypedDict):
    id: str
    url: str
    state: str


class WaitingView(TypedDict):
    """What the scenario waits for: keys of the storage, requests of its own, and the number of its timers."""

    storage: list[str]
    requests: list[RequestView]
    timers: int


class View(TypedDict):
    now: int
    ended: EndView | None
    error: ErrorView | None
    heard_by_caller: str | None
    legs: list[LegView]
    agents: list[AgentView]
    recorders: list[RecorderView]
    players: list[PlayerView]
    waiting: WaitingView
    silences: list[SilenceView]


def longest_silence(view: View) -> int:
    """In milliseconds; one that lasts counts as far as it has come."""
    ends = ((view["now"] if one["to"] is None else one["to"], one["from"]) for one in view["silences"])
    return max((end - start for end, start in ends), default=0)
