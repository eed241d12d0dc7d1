"""Whether a scenario does what the oracle says, in every state that a search has found.

To each state of the search belongs where the call stands for the oracle; several, where the search takes for equal
what the oracle tells apart. Each has to agree with every transition: so the walk is over pairs, first those that the
search came by first, and a disagreement is told once per kind, with a shortest path.
"""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct, field

from flowc.source import Span
from flowc.verify.graph import Event, Graph, Transition
from flowc.verify.oracle import Oracle
from flowc.verify.oracle.effects import Disagreement
from flowc.verify.oracle.merging import with_data_of, with_numbers_of
from flowc.verify.oracle.observation import Seen, seen_in
from flowc.verify.oracle.standing import Roles, Standing

AGREEMENT = "the scenario does what the flow says"
"""The property, as reports have it."""


class Found(NamedTuple):
    """A disagreement, and the events that lead to it."""

    disagreement: Disagreement
    events: tuple[Event, ...]


class _Pair(NamedTuple):
    """A state of the search, and the number of where the call stands."""

    state: int
    standing: int


class _Walk(Struct):
    oracle: Oracle
    graph: Graph
    standings: list[Standing] = field(default_factory=list)
    numbers: dict[Standing, int] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    roles: dict[int, Roles] = field(default_factory=dict)
    made: dict[int, _Made] = field(default_factory=dict)
    leaving: dict[int, tuple[Transition, ...]] = field(default_factory=dict)
    came: dict[_Pair, tuple[_Pair, Transition] | None] = field(default_factory=dict)
    steps: dict[tuple[int, int, int, int, Roles], int | Disagreement] = field(default_factory=dict)
    replies: dict[tuple[int, int], tuple[tuple[int, Disagreement], ...]] = field(default_factory=dict)
    found: dict[tuple[str, Span | str], Found] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    merged: dict[tuple[int, int], int] = field(default_factory=dict)

    def number(self, standing: Standing) -> int:
        number = self.numbers.get(standing)
        if number is None:
            number = self.numbers[standing] = len(self.standings)
            self.standings.append(standing)
        return number


LOOKED = 200
"""After so many states it is told how far the comparison is: a tenth of a second."""


MOST_COMPARED = 100
"""So often a state is compared at the most, on the average: it is a few times, after different pasts of the flow."""


class Comparison:
    """Goes along with a search: what a graph has already is compared while the search finds more of it. States are
    compared in the order in which the walk comes to them, so it makes no difference how the graph came about.
    """

    def __init__(self, oracle: Oracle, graph: Graph) -> None:
        self._walk = walk = _Walk(oracle, graph)
        oracle.rules.limits.is_merged = graph.merged
        walk.roles[0], walk.made[0] = Roles(), _NOTHING
        first = _Pair(0, walk.number(oracle.begin()))
        walk.came[first] = None
        self._waiting = deque([first])
        self._known = 0
        self._left = 0
        self.compared = 0

    def take_up(self, left: int) -> None:
        """What has joined the graph. `left`: of so many states it has all that follows."""
        walk, graph = self._walk, self._walk.graph
        walk.seen += (seen_in(trace, walk.oracle.reading.keys) for trace in graph.traces[len(walk.seen) :])
        _get_to_know(walk, self._known)
        self._known = len(graph)
        self._left = left

    def goes_on(self) -> bool:
        """Compares one state; false if there is none to compare yet."""
        if not self._waiting or self._waiting[0].state >= self._left:
            return False
        self.compared += 1
        walk, pair = self._walk, self._waiting.popleft()
        _try_replies(walk, pair)
        _try_time(walk, pair)
        for transition in walk.leaving.get(pair.state, ()):
            led_to = _follow(walk, pair, transition)
            if led_to is not None and walk.graph.merged:
                led_to = _merged(walk, led_to)
            if led_to is not None and led_to not in walk.came:
                walk.came[led_to] = (pair, transition)
                self._waiting.append(led_to)
        return True

    def finished(self, goes_on: Callable[[int], bool] = lambda _: True) -> tuple[Found, ...] | None:
        """The search is over: the disagreements, one for each kind and step of the flow, the shortest first. `goes_on`
        is told now and then how many states have been compared; if it returns false, the comparison ends there, and
        None is returned. So it is where a scenario that was edited goes in circles in which the flow does not.
        """
        self._left = sys.maxsize
        while self._waiting:
            if not goes_on(self.compared) or self.compared > MOST_COMPARED * (len(self._walk.roles) + 1000):
                return None
            for _ in range(LOOKED):
                if not self.goes_on():
                    break
        return tuple(sorted(self._walk.found.values(), key=lambda found: len(found.events)))


def agree(oracle: Oracle, graph: Graph) -> tuple[Found, ...] | None:
    """The disagreements with a graph that is whole."""
    comparison = Comparison(oracle, graph)
    comparison.take_up(sys.maxsize)
    return comparison.finished()


def _merged(walk: _Walk, pair: _Pair) -> _Pair:
    """With the data that the state was found with: what is told after it is those."""
    first = walk.first.setdefault(pair.state, pair.standing)
    if first == pair.standing:
        return pair
    both = first, pair.standing
    merged = walk.merged.get(both)
    if merged is None:
        named = walk.oracle.reading.named
        data = with_data_of(walk.standings[first], walk.standings[pair.standing], named)
        if walk.graph.told_numbers:
            data = with_numbers_of(walk.standings[first], data, walk.oracle.reading.callers_own)
        merged = walk.number(data)
        walk.merged[both] = merged
    return _Pair(pair.state, merged)


def _get_to_know(walk: _Walk, known: int) -> None:
    """Which transitions leave a state, and who is who in it: as on the path by which the search came to it first. So
    many transitions are known already.
    """
    for source, group in groupby(walk.graph.transitions(known), key=lambda transition: transition.source):
        leaving = walk.leaving[source] = tuple(group)
        roles = walk.roles.get(source)
        if roles is None:
            continue  # what comes after a fault of the platform: nothing in the graph leads there
        for transition in leaving:
            if transition.target not in walk.roles:
                walk.made[transition.target] = _with(walk.made[source], walk, transition.trace)
                walk.roles[transition.target] = _recast(roles, walk.seen[transition.trace])


def _recast(roles: Roles, seen: Seen) -> Roles:
    is_taken = "caller" in roles.legs and seen.steps
    if not (is_taken or seen.legs or seen.hung_up or seen.gone or seen.agents or seen.left or seen.recorders):
        return roles

    def named(legs: Iterable[str]) -> tuple[str, ...]:
        """As they are called once somebody else was called."""
        return tuple(map(seen.renamed, legs))

    over = {*named(seen.hung_up), *named(seen.gone)}
    if any(each.step == "connected" for each in seen.steps):
        over.add("caller")  # who was called, and is the caller now
    left_now = named(seen.left)
    legs = tuple(leg for leg in _with_fresh(named(roles.legs), seen, over) if leg not in over and leg not in left_now)
    told = legs if "caller" in named(seen.gone) else ()  # who is on the line yet hears that the caller has gone
    legs = tuple(leg for leg in legs if leg not in told)
    left = tuple(leg for leg in (*named(roles.left), *left_now, *told) if leg not in over)
    recorder, of_call = roles.recorder, roles.call_recorder
    for made, kept in seen.recorders:
        recorder, of_call = (made, of_call) if kept.keep is None else (recorder, made)
    return Roles(legs, seen.agents[-1] if seen.agents else roles.agent, left, recorder, of_call)


def _with_fresh(legs: Sequence[str], seen: Seen, over: Collection[str]) -> tuple[str, ...]:
    """Those that are called now come last; one that is called in place of another, as with the next caller ID, stands
    there. So it makes no difference which of those that ring together was refused first.
    """
    place = next((number for number, leg in enumerate(legs) if leg in over), len(legs))
    return *legs[:place], *seen.legs, *legs[place:]


def _follow(walk: _Walk, pair: _Pair, transition: Transition) -> _Pair | None:
    source, event, target, trace, took = transition
    key = (pair.standing, event, trace, took, walk.roles[source])
    result = walk.steps.get(key)
    if result is None:
        standing = walk.standings[pair.standing]
        told = walk.oracle.step(standing, walk.graph.events[event], walk.seen[trace], took, walk.roles[source])
        result = told if isinstance(told, Disagreement) else walk.number(told)
        walk.steps[key] = result
    if isinstance(result, Disagreement):
        _report(walk, pair, event, result)
        return None
    return _Pair(target, result)


def _try_replies(walk: _Walk, pair: _Pair) -> None:
    """What requests are answered here that are carried out nowhere."""
    replies = walk.graph.answered.get(pair.state)
    if replies is None:
        return
    key = (pair.standing, replies)
    if key not in walk.replies:
        standing = walk.standings[pair.standing]
        tried = (
            (event, walk.oracle.reply(standing, walk.graph.events[event], reply))
            for event, reply in walk.graph.replies[replies]
        )
        walk.replies[key] = tuple((event, wrong) for event, wrong in tried if wrong is not None)
    for event, wrong in walk.replies[key]:
        _report(walk, pair, event, wrong)


def _try_time(walk: _Walk, pair: _Pair) -> None:
    """What time brings about has to be possible."""
    leaving = walk.leaving.get(pair.state, ())
    wrong = walk.oracle.without_end(walk.standings[pair.standing], (walk.graph.events[each.event] for each in leaving))
    if wrong is not None:
        _report(walk, pair, None, wrong)


# The path there


def _report(walk: _Walk, pair: _Pair, event: int | None, disagreement: Disagreement) -> None:
    kind = (disagreement.about, disagreement.span or disagreement.occasion)
    if kind in walk.found:
        return
    walk.found[kind] = Found(disagreement, tuple(_events(walk, pair, event)))


def _events(walk: _Walk, pair: _Pair, last: int | None) -> Iterator[Event]:
    """The events by which a pair was come by, and perhaps one more, with the names that its units have on this path."""
    way = []
    at = pair
    while (came := walk.came[at]) is not None:
        way.append(came)
        at = came[0]
    made = _NOTHING
    for source, transition in reversed(way):
        yield _renamed(walk.graph.events[transition.event], made, walk.made[source.state])
        made = _with(made, walk, transition.trace)
    if last is not None:
        yield _renamed(walk.graph.events[last], made, walk.made[pair.state])


class _Made(NamedTuple):
    """How many units of a kind there have been on a path: their names end in their numbers."""

    call: int = 0
    player: int = 0
    agent: int = 0
    recorder: int = 0


_NOTHING = _Made()
_MAKING = {"dial": "call", "player": "player", "agent_connecting": "agent", "recorder": "recorder"}


def _with(made: _Made, walk: _Walk, trace: int) -> _Made:
    kinds = Counter(_MAKING[entry["event"]] for entry in walk.graph.traces[trace] if entry["event"] in _MAKING)
    return _Made(*(count + kinds[kind] for kind, count in zip(_Made._fields, made, strict=True))) if kinds else made


def _renamed(event: Event, made: _Made, made_there: _Made) -> Event:
    """The event, which has the names of the search's own path to that state. Units that live there and here are the
    same, counted from the latest.
    """
    kind, _, number = str(event.get("unit", "")).rpartition("-")
    if kind not in _Made._fields:
        return event
    return {**event, "unit": f"{kind}-{int(number) + getattr(made, kind) - getattr(made_there, kind)}"}
