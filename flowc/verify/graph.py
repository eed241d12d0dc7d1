"""What a search has seen, step by step, for whoever compares the scenario with another reading of the flow.

Events and traces that are the same are kept once: of a million transitions there are a few thousand different ones.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from flowc.simulator.trace import TraceEvent

Event = dict[str, Any]
"""What the world does, as the search has it."""


class Transition(NamedTuple):
    """A step of the search. `event` and `trace` are numbers in the graph's lists; `took` is milliseconds."""

    source: int
    event: int
    target: int
    trace: int
    took: int


class Answered(NamedTuple):
    """A request that was tried in a state without changing anything: a number in the list of events, and its reply."""

    event: int
    reply: str


class Graph(Struct):
    """States have numbers in the order in which they were found, and transitions come in the order of the search: all
    from one state stand together, and a state is first led to, then left. State 0 is the session before anybody calls.

    `answered` is what the requests were answered that were tried in a state: a number in the list of `replies`.
    `merged`: states are one that differ only in what is handed on (`passive`); what is told after them is that of the
    one that was found first. `told_numbers`: so it is with who calls whom (`parties`).
    """

    merged: bool = False
    told_numbers: bool = False
    events: list[Event] = field(default_factory=list)
    traces: list[tuple[TraceEvent, ...]] = field(default_factory=list)
    replies: list[tuple[Answered, ...]] = field(default_factory=list)
    answered: dict[int, int] = field(default_factory=dict)
    _transitions: array[int] = field(default_factory=lambda: array("q"))

    def add(self, told: Mapping[str, Any]) -> None:
        """What the search has seen since it was asked last."""
        self.events += told["events"]
        self.traces += (tuple(trace) for trace in told["traces"])
        self.replies += (tuple(Answered(*each) for each in replies) for replies in told["replies"])
        pairs = iter(told["answered"])
        self.answered.update(zip(pairs, pairs, strict=True))
        self._transitions.extend(told["transitions"])

    def __len__(self) -> int:
        return len(self._transitions) // len(Transition._fields)

    def __getitem__(self, number: int) -> Transition:
        width = len(Transition._fields)
        return Transition(*self._transitions[number * width : (number + 1) * width])

    def transitions(self, since: int = 0) -> Iterator[Transition]:
        """All, or those that have come after so many."""
        numbers = iter(self._transitions[since * len(Transition._fields) :])
        return map(Transition._make, zip(numbers, numbers, numbers, numbers, numbers, strict=True))
