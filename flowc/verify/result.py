"""What a search has come to: values that reports read, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from flowc.testing.result import Covered, PlayedCall
from flowc.verify.graph import Graph

DEFAULT_POSTS = 2
"""Requests of the agent in a call, if nobody says how many."""
MOST_POSTS = 9
"""So many may be asked for."""


class Bounds(Struct, frozen=True):
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


class Progress(Struct, frozen=True):
    """How far a search is. `compared`: how many of its states have been held against the flow, after the search."""

    states: int
    waiting: int
    transitions: int
    depth: int
    violations: int
    compared: int | None = None


class Violation(Struct, frozen=True):
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
    before: tuple[tuple[str, ...], ...]  # and the scenario's timers that had to be over before it
    thrown: tuple[str, int] | None  # the function of the platform that has thrown, and at which of its calls


class Hidden(Struct, frozen=True):
    """What a scenario that was edited by hand remembers outside `S`, in which line: a phrase that names it. Its states
    are then come to by their paths from the beginning of the call, which is slow, and no two are taken for equal: so a
    search has no end of its own, and calls that go round for ever are not seen as such.
    """

    line: int | None
    what: str


class Used(NamedTuple):
    """What of the language a scenario has, as far as something is assumed of it. `hears_keys`: those of the caller mean
    something; `legs`: somebody is called; `listens`: the platform does, for a voice; `message`: one is left on a
    machine; `messages`: callers leave them; `plays`: something is played to the caller; `speaks`: somebody is spoken
    to.
    """

    accept: bool = True
    agent: bool = True
    briefing_silence: bool = True
    briefs: bool = True
    hears_keys: bool = True
    hold: bool = True
    idle: bool = True
    introduces: bool = True
    keys: bool = True
    legs: bool = True
    listens: bool = True
    machine: bool = True
    message: bool = True
    messages: bool = True
    parameters: bool = True
    plays: bool = True
    queues: bool = True
    quiet: bool = True
    recording: bool = True
    secrets: bool = True
    speaks: bool = True
    storage: bool = True
    talk_limit: bool = True
    together: bool = True
    webhooks: bool = True


EVERYTHING = Used()
"""Of one that was edited by hand: nobody knows what it has."""


class Result(Struct, frozen=True):
    """One search. `variant` is what of the platform is not as by default; `reached` are the *sometimes* properties;
    `done` is how often each kind of event happened. `hidden`: the scenario remembers something where no copy has it.
    `merged`: states that differ only in data which the runtime hands on were taken for one (`passive`). `compared`:
    it was not ended before the scenario had been held against the flow. `moments`: in how many ways the flow's hours
    can be open and closed together. `uses`: what of the language is in the scenario. `numbers`: until when it decides
    something who calls, and whom (`parties.told_alone`). `unfelt`: nothing goes by how long a press may be reported
    again.
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
    uses: Used = EVERYTHING
    numbers: str = ""
    unfelt: bool = False

    def moved(self, to: Callable[[str], str]) -> Result:
        """The same with what is made of its paths."""
        return replace(
            self,
            path=to(self.path),
            violations=tuple(replace(each, call=each.call.moved(to)) for each in self.violations),
            reached=tuple(each.moved(to) for each in self.reached),
        )

    @property
    def unreached(self) -> tuple[Covered, ...]:
        return tuple(one for one in self.reached if not one.covered)

    @property
    def proved(self) -> bool:
        """Everything holds, everywhere, and nothing holds only because it never happens."""
        return self.exhausted and not self.violations and not self.unreached

    @property
    def may_need_more(self) -> str:
        """What is never reached may need more requests of the agent than it had, as what the last of several agents
        does; empty where nothing is left out, where nobody asks for anything, and where more cannot be had.
        """
        posts = self.bounds.posts
        if not self.unreached or not self.uses.agent or posts >= MOST_POSTS:
            return ""
        return f"some of it may need more than {posts} of the agent's requests in a call: `--posts {posts + 1}`"

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
