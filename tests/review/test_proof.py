"""What is said to behave the same has been compared, and what has not been compared is not said to be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from flowc.compiler import compile_flows
from flowc.ir import Flow
from flowc.review.of_flow import changes
from flowc.review.pairs import Alike, Behaviour, Pair, pairs
from flowc.review.proof import Path as Way
from flowc.review.proof import by_search, by_text, walk
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.verify.graph import Graph
from flowc.verify.result import Bounds

CHANGES = Path(__file__).parent / "changes"
BOUNDS = Bounds(posts=1, states=20_000)
SAME_TEXT = ("action_description", "comments_alone", "hours_in_other_words", "parameter_sensitive")
SAME_GRAPH = ("prompt_renamed", "route_renamed", "webhook_renamed", "declarations_in_another_order")
DIFFERENT = ("outcome_ends_call", "prompt_text", "target_ring", "agent_leaves", "hours_day")
NOT_TOLD_APART = ("call_limit",)
OTHER_WORLDS = ("action_added", "target_number", "webhook_url", "cancel_key")


class Change:
    """A folder of `changes/`."""

    def __init__(self, name: str) -> None:
        old, new = (
            compile_flows([Source("flows/changed.yaml", (CHANGES / name / f"{age}.yaml").read_bytes())])
            for age in ("old", "new")
        )
        [self.pair] = pairs(old, new)
        self.compiled = {id(self.pair.old): old, id(self.pair.new): new}
        self.changes = changes(self.pair.old, self.pair.new)

    def text(self, flow: Flow) -> str:
        return self.compiled[id(flow)].artifacts[f"{flow.name}/{flow.name}.voxengine.js"]

    def searched(self, engine: Engine, bounds: Bounds = BOUNDS, found: Sequence[Any] | None = None) -> Behaviour:
        return by_search(engine, self.pair, self.text, self.changes if found is None else found, bounds)


@pytest.mark.parametrize("name", SAME_TEXT)
def test_scenarios_of_one_text_are_one(name: str) -> None:
    change = Change(name)
    known = by_text(change.pair, change.text, change.changes)
    assert known is not None
    assert known.alike is Alike.SAME_TEXT


@pytest.mark.parametrize("name", sorted(each.name for each in CHANGES.iterdir() if each.name not in SAME_TEXT))
def test_of_no_others_anything_is_said_before_somebody_has_looked(name: str) -> None:
    change = Change(name)
    known = by_text(change.pair, change.text, change.changes)
    assert known is None or known.alike is Alike.NOT_COMPARED
    assert known is None or "behaves the same" not in known.told


def test_the_contract_alone_is_no_behaviour() -> None:
    """`say` stands in the tools, and in the contract that there is one."""
    flow = Change("comments_alone").pair.old
    one, other = (f'const FLOW = {{ contract: "{each * 16}" }}; // old' for each in "01")
    assert by_text(Pair(flow, flow), lambda _: one, ()) is not None
    texts = iter((one, other))
    known = by_text(Pair(flow, flow), lambda _: next(texts), ())
    assert known is not None
    assert known.alike is Alike.NOT_COMPARED, "it is the flow's own fingerprint that may differ, and nothing else"


@pytest.mark.parametrize("name", SAME_GRAPH)
def test_what_has_another_name_behaves_the_same(engine: Engine, name: str) -> None:
    told = Change(name).searched(engine)
    assert told.alike is Alike.SAME_GRAPH
    assert "1 of the agent's requests" in told.told


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference_is_found_even_if_nobody_has_named_one(engine: Engine, name: str) -> None:
    told = Change(name).searched(engine, found=())
    assert told.alike is Alike.DIFFERENT
    assert "for example after: the caller calls" in told.told


@pytest.mark.parametrize("name", NOT_TOLD_APART)
def test_what_a_search_does_not_tell_apart_is_no_proof(engine: Engine, name: str) -> None:
    """Long times, and when hours are open: both graphs are the same, and calls are not."""
    told = Change(name).searched(engine)
    assert told.alike is Alike.NOT_COMPARED
    assert "no difference was seen" in told.told


@pytest.mark.parametrize("name", OTHER_WORLDS)
def test_in_other_worlds_nothing_is_compared(engine: Engine, name: str) -> None:
    told = Change(name).searched(engine)
    assert told.alike is Alike.NOT_COMPARED
    assert "they have other requests, keys, numbers or settings" in told.told


def test_what_does_not_end_is_not_compared(engine: Engine) -> None:
    told = Change("route_renamed").searched(engine, Bounds(posts=1, states=50))
    assert told.alike is Alike.NOT_COMPARED
    assert "was ended after" in told.told


# Two graphs


def graph(*steps: tuple[int, str, int, str], answered: dict[int, str] | None = None) -> Graph:
    """States, what happens, where that leads to, what is heard then."""
    made = Graph()
    replies = [[[len(steps), reply]] for reply in (answered or {}).values()]
    numbers = [(source, number, target, number, 0) for number, (source, _, target, _) in enumerate(steps)]
    made.add(
        {
            "events": [*({"do": event} for _, event, _, _ in steps), {"do": "post"}],
            "traces": [[{"t": 0, "event": "hears", "what": seen}, {"t": 0, "event": "step"}] for *_, seen in steps],
            "replies": replies,
            "answered": [one for number, state in enumerate(answered or {}) for one in (state, number)],
            "transitions": [one for each in numbers for one in each],
        }
    )
    return made


A_CALL = ((0, "call", 1, "ringing"), (1, "answer", 2, "agent"), (1, "leave", 3, ""), (2, "leave", 3, ""))
ROUND = ((0, "call", 1, "ringing"), (1, "answer", 2, "agent"), (1, "leave", 3, ""), (2, "leave", 4, ""))


def first(paths: Sequence[Way]) -> Way | None:
    return paths[0]


def walked(one: Graph, other: Graph) -> list[str] | None:
    path = walk(one, other, first).path
    return None if path is None else [event["do"] for event in path]


def test_two_graphs_are_the_same_whatever_their_states_are_called() -> None:
    assert walked(graph(*A_CALL), graph(*A_CALL)) is None
    assert walked(graph(*A_CALL), graph(*ROUND)) is None
    assert walked(graph(*ROUND), graph(*A_CALL)) is None


def test_what_is_seen_what_can_happen_and_what_is_answered_are_compared() -> None:
    other = [*A_CALL[:3], (2, "leave", 3, "music")]
    assert walked(graph(*A_CALL), graph(*other)) == ["call", "answer", "leave"]
    assert walked(graph(*A_CALL), graph(*A_CALL[:3])) == ["call", "answer", "leave"]
    assert walked(graph(*A_CALL[:3]), graph(*A_CALL)) == ["call", "answer", "leave"]
    refused, taken = graph(*A_CALL, answered={2: "no"}), graph(*A_CALL, answered={2: "yes"})
    assert walked(refused, taken) == ["call", "answer", "post"]
    assert walked(refused, graph(*A_CALL)) is None


def test_a_difference_that_a_replay_does_not_show_is_none() -> None:
    other = [*A_CALL[:3], (2, "leave", 3, "music")]
    assert walk(graph(*A_CALL), graph(*other), lambda _: None) == (4, None, "")
    assert walk(graph(*A_CALL), graph(*A_CALL[:3]), lambda _: None).trouble
