"""What a search has come to: values that reports read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowc.testing.result import Covered, PlayedCall
from flowc.verify.graph import Graph

DEFAULT_POSTS = 2
"""Requests of the agent in a call, if nobody says how many."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a search goes. `posts`: requests of the agent that are carried out on one path; `states`: where it gives
    up. `exact`: without the reductions that `assumptions` names. `untimed`: any timer may be the first. `faults`: one
    call of the platform on a path may throw.
    """

    posts: int = DEFAULT_POSTS
    states: int = 1_000_000
    exact: bool = False
    untimed: bool = False
    faults: bool = False

    def mode(self, *, graph: bool = False, passive: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """As the search takes it. `passive`: what of the scenario's state decides nothing."""
        return {
            "exact": self.exact,
            "untimed": self.untimed,
            "faults": self.faults,
            "states": self.states,
            "graph": graph,
            "passive": passive,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is. `compared`: how many of its states have been held against the flow, after the search."""

    states: int
    waiting: int
    transitions: int
    depth: int
    violations: int
    compared: int | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that does not hold: `property` on the occasion `place`, and why, in a sentence (`told`). `call` is the
    shortest path to it, as a played call; `events` are the same for the search. `promise` is None where the scenario
    may keep them all, and is not the flow's.
    """

    property: str
    promise: int | None  # of design.md, section 5
    place: str
    told: str
    events: tuple[dict[str, Any], ...]
    call: PlayedCall
    turns: tuple[tuple[str, ...], ...]  # for each event: the timers and deadlines that were over in it
    thrown: tuple[str, int] | None  # the function of the platform that has thrown, and at which of its calls


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a scenario that was edited by hand remembers outside `S`, in which line: a phrase that names it. Its states
    are then come to by their paths from the beginning of the call, which is slow, and no two are taken for equal: so a
    search has no end of its own, and calls that go round for ever are not seen as such.
    """

    line: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Result:
    """One search. `variant` is what of the platform is not as by default; `reached` are the *sometimes* properties;
    `done` is how often each kind of event happened. `hidden`: the scenario remembers something where no copy has it.
    `merged`: states that differ only in data which the runtime hands on were taken for one (`passive`). `compared`:
    it was not ended before the scenario had been held against the flow. `moments`: in how many ways the flow's hours
    can be open and closed together. `introduces`: an agent of the flow talks with two people at once.
    """

    flow: str
    path: str
    variant: tuple[tuple[str, str], ...]
    bounds: Bounds
    states: int
    transitions: int
    depth: int
    exhausted: bool
    hidden: Hidden | None
    merged: bool
    compared: bool
    violations: tuple[Violation, ...]
    reached: tuple[Covered, ...]
    done: tuple[tuple[str, int], ...]
    graph: Graph | None = None
    moments: int = 0
    introduces: bool = False

    @property
    def unreached(self) -> tuple[Covered, ...]:
        return tuple(one for one in self.reached if not one.covered)

    @property
    def proved(self) -> bool:
        """Everything holds, everywhere, and nothing holds only because it never happens."""
        return self.exhausted and not self.violations and not self.unreached

    @property
    def why_not_exhausted(self) -> str:
        """Why the search has ended before it had seen everything: a sentence without a full stop."""
        if self.states >= self.bounds.states:
            return f"there are more states than {self.bounds.states:,}, after which it gives up: `--limit` says so"
        if self.hidden is not None:
            return f"{self.states:,} states were looked at, and calls that are replayed have no end of their own"
        if self.compared:
            return "the search was ended before it had seen everything"
        return "it was ended before the scenario had been compared with the flow: only the promises were looked at"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the search took for granted: sentences without a full stop."""
        bounds = self.bounds
        found = [
            f"no more than {bounds.posts} of the agent's requests are carried out in a call, of `keys` one in place of"
            " each",
            "the longest time of a call, and any limit of ten minutes or more, may be over at any instant, and so may a"
            " wait that only the platform ends",
            "outcomes that no fallback names are one, where they are equally hopeful beside those that one names",
            "the platform does not fail where its documents do not say so"
            if not bounds.faults
            else "one call of the platform throws at most, and none while a request is tried that changes nothing; of"
            " what follows it is asked whether there is an exception, an end, a reply to each request, a limit to every"
            " wait and one transfer at a time: neither what that call was to release, nor whether what follows is what"
            " the flow says",
        ]
        if self.moments:
            found.append(
                f"whenever it is asked for the time, the hours are in any of the {self.moments} ways in which they can"
                " be open and closed together, or the platform cannot tell; nothing else depends on the time of day"
            )
        if self.introduces:
            found.append(
                "where an agent introduces two people nobody hears their own voice come back from the conference, of"
                " which the platform's documents say nothing"
            )
        if self.hidden is not None:
            found.append(
                "the same from the beginning is the same: calls are replayed, and a round without an end is not seen"
            )
        if bounds.untimed:
            found.append("any timer may be the first, and nothing is said about how long anything takes")
        else:
            found.append(
                "timers are in their order, of those at one instant each may be the first, and nothing else happens"
                " between two of their instants"
            )
        if not bounds.exact:
            found += [
                "a leg that was hung up says its last after one other event at most, and before time goes on",
                "one trouble at a time, and one request less while it lasts: an entry of the storage is missing, all of"
                " the storage is late, or all but what the agent needs, webhooks are late, a message to a machine"
                " is left only when the caller has gone, a tone ends up to twice, a recording of the call is late, or"
                " ends by itself",
                "a request that is refused is not sent again under its id",
                "a queue does not say which place the caller has while something is said to the caller",
            ]
        if not bounds.exact and not self.merged:
            found.append("a person puts the caller on hold twice at most")
        if self.merged:
            found.append(
                "the time for a key of `accept`, the pause before it is asked for again, the time of a `talk_limit`,"
                " the longest that a sentence is waited for, that whether it is a machine or for its beep, and the"
                " silence of `quiet`, of `idle` and of a briefing, may be over at any instant: that they are as long as"
                " the flow says is for call scripts, and for a search with `--exact`"
            )
            found.append(
                "of targets that ring together and differ in their number alone, the first and the last do what any of"
                " them can do; of those that were let go the first does, and one at a time answers late"
            )
            found.append(
                "what came of earlier actions, who was rung then, which attempt this is, and parameters that are"
                " neither spoken nor gone by, decide nothing later: that is only told, or compared; so is for how long"
                " somebody has talked who has put the caller on hold"
            )
            found.append(
                "a webhook that does not answer is told again before anything else happens, unless webhooks are late;"
                " how often, and after how long, is for call scripts, and for a search with `--exact`"
            )
        return tuple(found)
