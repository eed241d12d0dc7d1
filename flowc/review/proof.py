"""Whether two versions of a flow behave the same, as far as somebody has looked. Nothing is guessed here.

There are two proofs. Scenarios of the same text, but for comments and the contract's fingerprint, are the same program.
Others are searched (`flowc.verify`), in one world, and the two graphs are walked over together: from two states that
were come to in the same way, the same events have to be possible, with the same to be seen of each (what is dialled,
heard, told, posted and answered), in the same time. What a step is called in the log is not seen.

A search does not tell everything apart: how long minutes are, when hours are open, what nobody's outcome decides. So
the graphs prove only what the comparison of the IR has called harmless; where that has found a change of behaviour,
that two graphs are the same proves nothing, and it is said so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from flowc.emit.contract import fingerprint
from flowc.emit.voxengine import without_comments
from flowc.ir import Flow
from flowc.review.change import Change, Kind
from flowc.review.naming import webhooks_renamed
from flowc.review.pairs import Alike, Behaviour, Pair
from flowc.simulator.engine import ScenarioFailed
from flowc.verify.alphabet import Alphabet, alphabet
from flowc.verify.graph import Event, Graph
from flowc.verify.result import Bounds, Progress
from flowc.verify.search import Caller, NotSearched, Replayed, Subject, replayed, search

UNSEEN = frozenset(("step", "log"))
"""Of a trace: what is in the log alone."""
MOST_EVENTS = 12
"""Of a path that is told."""
MOST_REPLAYS = 30
"""Of paths on which two graphs do not look the same."""
Texts = Callable[[Flow], str]
"""The text of a flow's scenario."""


def by_text(pair: Pair, text_of: Texts, changes: Sequence[Change]) -> Behaviour | None:
    """What is known without a search; None if that is nothing."""
    old, new = text_of(pair.old), text_of(pair.new)
    if _bare(pair.old, old) == _bare(pair.new, new):
        what = "the same to the byte" if old == new else "the same but for comments and the contract's fingerprint"
        return Behaviour(Alike.SAME_TEXT, f"the scenario behaves the same: its text is {what}")
    if all(each.kind is Kind.HARMLESS for each in changes):
        told = "not compared: the two scenarios have different texts; `--prove` compares what they do"
        return Behaviour(Alike.NOT_COMPARED, told)
    return None


def _bare(flow: Flow, scenario: str) -> str:
    bare = without_comments(scenario)
    return bare if flow.agent is None else bare.replace(f'contract: "{fingerprint(flow)}"', 'contract: ""', 1)


# By a search


def by_search(
    engine: Caller,
    pair: Pair,
    text_of: Texts,
    changes: Sequence[Change],
    bounds: Bounds,
    tell: Callable[[Progress], bool] = lambda _: True,
) -> Behaviour:
    """Searches both, in a world in which each tells apart what the other does."""
    world = _world(pair, bounds)
    if isinstance(world, str):
        return _not_compared(world)
    subjects = [Subject(flow, text_of(flow), f"{flow.name}.voxengine.js") for flow in (pair.old, pair.new)]
    graphs: list[Graph] = []
    for subject in subjects:
        try:
            found = search(engine, subject, bounds, graph=True, oracle=False, world=world, tell=tell)
        except NotSearched as trouble:
            return _not_compared(f"the scenario of {subject.flow.path} cannot be searched: {trouble}")
        if not found.exhausted or found.graph is None:
            return _not_compared(f"the search of {subject.flow.path} was ended after {found.states:,} states")
        graphs.append(found.graph)
    judge = _Judge(engine, subjects, bounds, world)
    walked = walk(graphs[0], graphs[1], judge.differ, webhooks_renamed(pair.old, pair.new))
    if walked.trouble:
        return _not_compared(walked.trouble)
    bound = f"with {bounds.posts} of the agent's requests in a call at the most, as `flowc verify` assumes"
    if walked.path is not None:
        names = judge.names(walked.path)
        way = ", then ".join(names if len(names) <= MOST_EVENTS else ("…", *names[-MOST_EVENTS:]))
        return Behaviour(Alike.DIFFERENT, f"they behave differently, for example after: {way}")
    if all(each.kind is Kind.HARMLESS for each in changes):
        told = f"the scenario behaves the same: {walked.pairs:,} states of both were compared event by event, {bound}"
        return Behaviour(Alike.SAME_GRAPH, told)
    seen = f"in {walked.pairs:,} states, {bound}, no difference was seen"
    why = "what has changed is not told apart there, such as long times, or takes more requests"
    return _not_compared(f"{seen}: {why}")


class _Judge:
    """Whether a path is seen differently: it is carried out in both scenarios, from the beginning."""

    def __init__(self, engine: Caller, subjects: Sequence[Subject], bounds: Bounds, world: Alphabet) -> None:
        self._engine, self._subjects, self._bounds, self._world = engine, subjects, bounds, world
        self._asked = 0

    def differ(self, paths: Sequence[Path]) -> Path | None:
        """The first of them that is. Raises Unsettled where nobody can say."""
        for path in paths:
            self._asked += 1
            if self._asked > MOST_REPLAYS:
                raise Unsettled(
                    "the two searches take different states for one, and what is told of them differs by that"
                )
            old, new = (self._replayed(subject, path) for subject in self._subjects)
            if _seen(old.trace) != _seen(new.trace):
                return path
        return None

    def names(self, path: Path) -> tuple[str, ...]:
        return self._replayed(self._subjects[1], path).names

    def _replayed(self, subject: Subject, path: Path) -> Replayed:
        try:
            return replayed(self._engine, subject, self._bounds, path, self._world)
        except ScenarioFailed as error:
            raise Unsettled("a difference of the two searches cannot be replayed in both") from error


def _not_compared(why: str) -> Behaviour:
    return Behaviour(Alike.NOT_COMPARED, f"not compared: {why}")


def _world(pair: Pair, bounds: Bounds) -> Alphabet | str:
    """What can happen to either; or why there is no such world."""
    old, new = (alphabet(flow, bounds.posts) for flow in (pair.old, pair.new))
    joined = ("codes", "silence_ms", "lengths", "moments")
    apart = [key for key in new.world if key not in joined and old.world[key] != new.world[key]]
    accounts = [key for key in ("storage", "secrets", "zones", "numbering") if getattr(old, key) != getattr(new, key)]
    if apart or accounts or old.world["codes"].keys() != new.world["codes"].keys():
        return (
            "what can happen to the one cannot happen to the other: they have other requests, keys, numbers or settings"
        )
    codes = {number: _both(codes, new.world["codes"][number]) for number, codes in old.world["codes"].items()}
    silence = max(old.world["silence_ms"], new.world["silence_ms"])
    moments = [*new.world["moments"], *(each for each in old.world["moments"] if each not in new.world["moments"])]
    both = {"codes": codes, "silence_ms": silence, "lengths": {}, "moments": moments}
    return replace(new, world={**new.world, **both})


def _both(old: Sequence[int], new: Sequence[int]) -> list[int]:
    return list(dict.fromkeys((*old, *new)))


# Two graphs

Path = tuple[Event, ...]
NO_NAMES: Mapping[str, str] = {}


class Unsettled(Exception):
    """Whether there is a difference cannot be said: a sentence."""


class Walked(NamedTuple):
    """`path` leads to what is seen differently; None if there is nothing. `trouble`: nobody can say, and why."""

    pairs: int
    path: Path | None = None
    trouble: str = ""


def walk(
    old: Graph,
    new: Graph,
    differ: Callable[[Sequence[Path]], Path | None],
    webhooks: Mapping[str, str] = NO_NAMES,
) -> Walked:
    """From the beginning of both, pair of states by pair of states. In a graph, states are one that differ only in what
    is handed on: so where two steps do not look the same, `differ` is asked about the ways there. `webhooks`: what
    those of the old flow are called now, as far as they have another name; in an event it says whose time is over.
    """
    before, now = _Steps(old, webhooks), _Steps(new, NO_NAMES)
    known = {(0, 0)}
    waiting = [(0, 0)]
    for here, there in waiting:  # which grows
        steps, others = before.leading_from(here), now.leading_from(there)
        if steps.keys() != others.keys():
            return _settled(len(known), differ, before, now, (here, there), steps.keys() ^ others.keys(), True)
        apart = {event for event, step in steps.items() if (step.seen, step.took) != others[event][1:]}
        replies, other_replies = before.answers(here), now.answers(there)
        apart |= {event for event, reply in replies.items() if other_replies.get(event, reply) != reply}
        if apart:
            found = _settled(len(known), differ, before, now, (here, there), apart, False)
            if found.path is not None or found.trouble:
                return found
        for event, step in steps.items():
            following = (step.target, others[event].target)
            if following not in known:
                known.add(following)
                waiting.append(following)
    return Walked(len(known))


def _settled(
    pairs: int,
    differ: Callable[[Sequence[Path]], Path | None],
    before: _Steps,
    now: _Steps,
    pair: tuple[int, int],
    events: Iterable[str],
    is_possible_once: bool,
) -> Walked:
    """`is_possible_once`: the events can happen in one of the two alone, so that they are not the same in any case."""
    try:
        for event in sorted(events):
            way, other = before.way_to(pair[0]), now.way_to(pair[1])
            path = differ([(*each, event_of(event)) for each in ((way,) if way == other else (way, other))])
            if path is not None:
                return Walked(pairs, path)
    except Unsettled as trouble:
        return Walked(pairs, None, str(trouble))
    return Walked(
        pairs, None, "something can happen in the one alone, and nothing else is seen of it" if is_possible_once else ""
    )


def event_of(text: str) -> Event:
    event: Event = json.loads(text)
    return event


class _Step(NamedTuple):
    target: int
    seen: str
    took: int


class _Steps:
    """A graph by its states. Events and traces are compared as texts, each made once."""

    def __init__(self, graph: Graph, webhooks: Mapping[str, str]) -> None:
        self._graph = graph
        self._named = [_renamed(each, webhooks) for each in graph.events]
        self._events = [json.dumps(each, sort_keys=True) for each in self._named]
        self._traces = [_seen(trace) for trace in graph.traces]
        self._from: dict[int, dict[str, _Step]] = {}
        self._found: dict[int, tuple[int, int]] = {}  # the step by which a state was come to first
        for step in graph.transitions():
            seen = _Step(step.target, self._traces[step.trace], step.took)
            self._from.setdefault(step.source, {})[self._events[step.event]] = seen
            if step.target != 0:
                self._found.setdefault(step.target, (step.source, step.event))

    def leading_from(self, state: int) -> Mapping[str, _Step]:
        return self._from.get(state, {})

    def answers(self, state: int) -> Mapping[str, str]:
        number = self._graph.answered.get(state)
        if number is None:
            return {}
        return {self._events[each.event]: each.reply for each in self._graph.replies[number]}

    def way_to(self, state: int) -> Path:
        """As the search came there first."""
        found: list[Event] = []
        while state != 0:
            state, event = self._found[state]
            found.append(self._named[event])
        return tuple(reversed(found))


def _renamed(event: Event, webhooks: Mapping[str, str]) -> Event:
    """What happens is known by its place and its timer: a name only tells the same from another."""
    return {**event, "webhook": webhooks[event["webhook"]]} if event.get("webhook") in webhooks else event


def _seen(trace: Sequence[Mapping[str, Any]]) -> str:
    """What others than the log get to know."""
    return json.dumps([each for each in trace if each["event"] not in UNSEEN], sort_keys=True)
