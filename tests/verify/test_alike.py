"""Targets that are alike stand for each other in a search: what is seen with all of them is seen with the few."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator.engine import Engine
from flowc.simulator.trace import TraceEvent
from flowc.verify.alphabet import alphabet
from flowc.verify.graph import Graph
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from

FLOW = """
flowc: 1
flow: alike
agent: {{api_key: {{secret: KEY}}, agent_id: agent_1, unavailable: hang_up}}
targets:
{targets}
actions:
  call:
    description: Transfer the caller.
    do: {{transfer: [{{together: [{names}]}}], agent: leaves, fallback: {{otherwise: hang_up}}}}
"""


def _telephone(number: int, more: str = "ring: 5s") -> str:
    return f'{{pstn: "+155501001{number:02}", caller_id: "+15550109999", voicemail: none, {more}}}'


def _phone(number: int) -> str:
    return f'{{sip: "sip:p{number}@pbx.example.com", ring: 5s}}'


KINDS = pytest.mark.parametrize("kind", [_telephone, _phone], ids=["pstn", "sip"])


def group_of(size: int, kind: Callable[[int], str]) -> Subject:
    names = [f"p{number}" for number in range(size)]
    targets = "\n".join(f"  {name}: {kind(number)}" for number, name in enumerate(names))
    return compiled_from("flows/alike.yaml", FLOW.format(targets=targets, names=", ".join(names)).encode())


TRIED_ONCE = ("'once':", "'next': True")
"""What is tried in the first state in which it is possible, and what follows then alone: in what is generated."""


def seen_in(graph: Graph) -> set[str]:
    """Every event with all that is seen of it, without the names of those who are alike. What is keyed in is left
    out: of a scenario that is not as it is generated more is tried there. So are the pause of a ringback and what time
    it is then; and that whoever was hung up on hears nothing, and is gone, when the session ends: in what is generated
    they have said their last before.
    """
    seen = (
        _without_names(f"{graph.events[transition.event]} {sorted(set(map(str, _of_a_call(graph, transition.trace))))}")
        for transition in graph.transitions()
    )
    left_out = ("presses", "keys", "endKeys", "onRingbackPaused", *TRIED_ONCE)
    return {each for each in seen if not any(words in each for words in left_out)}


def _of_a_call(graph: Graph, trace: int) -> list[TraceEvent]:
    """Who calls whom is told for the oracle alone, where calls are one that differ in that."""
    return [
        {key: what for key, what in entry.items() if key != "t"}
        for entry in graph.traces[trace]
        if entry["event"] not in ("parties", "dropped") and entry.get("what", "") is not None
    ]


def _without_names(text: str) -> str:
    plain = re.sub(r"\b155501001\d+\b|sip:p\d+@|\bp\d+\b|(?:call|player)-\d+", "one", text)
    counted = re.sub(r"'(first|number)': \d+", r"'\1': any", plain)
    return " ".join(sorted(set(counted.split("}, {"))))


def searched(engine: Engine, found: Subject) -> Any:
    return search(engine, found, Bounds(posts=1), graph=True, oracle=False)


@KINDS
def test_what_is_seen_is_the_same(searcher: Engine, kind: Callable[[int], str]) -> None:
    found = group_of(3 if kind is _telephone else 2, kind)
    every = searched(
        searcher, Subject(found.flow, found.scenario + "\n", found.scenario_path)
    )  # not as it is generated
    few = searched(searcher, found)
    assert (every.exhausted, few.exhausted) == (True, True)
    assert few.states < every.states / 2
    assert seen_in(few.graph) == seen_in(every.graph)


@pytest.mark.parametrize(("kind", "size"), [(_telephone, 10), (_phone, 5)], ids=["pstn", "sip"])
def test_many_are_proved(searcher: Engine, kind: Callable[[int], str], size: int) -> None:
    """Of phones it is kept whether each has rung: ten are proved as well, with more states than a test has time for."""
    result = search(searcher, group_of(size, kind), Bounds(posts=1))
    assert (result.exhausted, result.violations) == (True, ())
    assert result.states < 2500


def test_only_what_is_alike_is_taken_for_it(subject: Callable[[Path], Subject]) -> None:
    """Who rings for another time, or is called from another number, or rings somewhere else as well, is not like the
    others; and a phone is none.
    """
    targets = {
        "a": _telephone(0),
        "b": _telephone(1),
        "longer": _telephone(2, "ring: 6s"),
        "stored": '{pstn: {storage: NUMBER}, ring: 5s, caller_id: "+15550109999", voicemail: none}',
        "from_another": '{pstn: "+15550100104", ring: 5s, caller_id: "+15550109998", voicemail: none}',
        "elsewhere": _telephone(5),
        "phone": '{sip: "sip:c@pbx.example.com", ring: 5s, headers: {X-A: b}}',
        "headed": '{sip: "sip:d@pbx.example.com", ring: 5s, headers: {X-A: c}}',
        "other_phone": '{sip: "sip:e@pbx.example.com", ring: 5s, headers: {X-A: b}}',
    }
    text = FLOW.format(
        targets="\n".join(f"  {name}: {target}" for name, target in targets.items()), names=", ".join(targets)
    )
    flow = compiled_from("flows/alike.yaml", f"{text}routes: {{other: {{transfer: elsewhere}}}}\n".replace(
        "fallback: {otherwise: hang_up}", "fallback: {busy: other, otherwise: hang_up}"
    ).encode()).flow  # fmt: skip
    assert alphabet(flow, 1).world["alike"] == {
        "+15550100100": 0,
        "+15550100101": 0,
        "sip:c@pbx.example.com": 1,
        "sip:e@pbx.example.com": 1,
    }
