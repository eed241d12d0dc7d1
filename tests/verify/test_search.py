"""Searches end, have seen everything, and find nothing in what flowc generates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from flowc.emit.voxengine.features import features
from flowc.emit.voxengine.uses import Uses
from flowc.ir.introduction import introduces
from flowc.simulator.engine import Engine
from flowc.testing.judge.coverage import coverage
from flowc.verify.agreement import AGREEMENT
from flowc.verify.alphabet import alphabet
from flowc.verify.assumptions import assumptions
from flowc.verify.result import Bounds, Progress, Result
from flowc.verify.search import NotSearched, Subject, reached, search
from tests.conftest import ROOT
from tests.scenario.test_features import FRAGMENTS

EXAMPLE = ROOT / "flows" / "function_calling.yaml"
EXAMPLES = sorted(path for path in (ROOT / "flows").glob("*.yaml") if not path.name.endswith(".calls.yaml"))
STATES = {"function_calling": 1_600, "front_desk": 13_200, "warm_transfer": 2_600}
"""So many at most. More are a sign that something in `S` is remembered after it has ceased to matter."""


IN_NO_EXAMPLE = (
    "background_branch",
    "briefing_gone_by_language",
    "briefing_language",
    "by_data",
    "by_language",
    "country",
    "former_agent",
    "language_in_texts",
    "languages",
    "led_by_key",
    "message_once",
    "metadata_held",
    "no_answer_briefing",
    "no_answer_introduction",
    "no_answer_warned",
    "opening_words_by_language",
    "outbound_again",
    "outbound_headers",
    "outbound_messages",
    "outbound_report",
    "own_keys",
    "pause_recording",
    "questions_of_both",
    "record_call",
    "record_in_turn",
    "report_choices",
    "report_key",
    "report_language",
    "report_messages",
    "report_recording",
    "room",
    "several_otherwise",
    "skew",
    "taken_once",
    "told_by_language",
    "warning_in_a_pause",
    "within",
)
"""Parts of the runtime, by their flows. All others are proved with the example that uses them."""


def told(result: Result) -> list[str]:
    return [f"{one.property}, {one.place}: {one.told}" for one in result.violations]


@pytest.mark.parametrize("name", IN_NO_EXAMPLE)
def test_what_no_example_uses_is_proved(searcher: Engine, feature: Callable[[str], Subject], name: str) -> None:
    result = search(searcher, feature(name), Bounds(posts=1))
    assert told(result) == []
    assert result.exhausted
    assert [one.what for one in result.unreached] == []


def test_for_how_long_whoever_was_called_has_been_there_decides_nothing(
    searcher: Engine, subject: Callable[[Path], Subject]
) -> None:
    """Else a call that was placed, in which somebody holds the caller again and again, has no end of states."""
    result = search(searcher, subject(ROOT / "tests/verify/flows/placing_to_phone.yaml"), Bounds())
    assert told(result) == []
    assert result.exhausted
    assert result.states < 1_000


def test_messages_without_end_are_exhausted(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    """Of recorders that were stopped and have not said so there are not more with each."""
    found = subject(ROOT / "tests/verify/flows/leaving_on.yaml")
    result = search(searcher, found, Bounds(states=12_000))
    assert told(result) == []
    assert result.proved


def test_a_menu_waits_whatever_else_is_carried_out(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    """That is the caller's turn, and no long silence. What takes longer than the menu waits is one."""
    found = subject(ROOT / "tests/verify/flows/choosing_beside.yaml")
    result = search(searcher, found, Bounds(posts=1))
    assert told(result) == []
    assert result.proved
    late = found.scenario.replace('"menuTimer", withinMs', '"menuTimer", withinMs + 60000')
    kinds = {one.property for one in search(searcher, replace(found, scenario=late), Bounds(posts=1)).violations}
    assert "no long silence" in kinds


@pytest.mark.parametrize("name", ["idle"])
def test_an_exact_search_says_the_same(searcher: Engine, subject: Callable[[Path], Subject], name: str) -> None:
    """Of what lasts so long, and begins anew: a search that is not exact leaves it open when that is over."""
    path = ROOT / "tests" / "verify" / "flows" / f"{name}.yaml"
    result = search(searcher, subject(path), Bounds(posts=1, exact=True))
    assert told(result) == []
    assert result.exhausted


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_reached_is_what_coverage_counts(subject: Callable[[Path], Subject], path: Path) -> None:
    """Beside each other, "reached 35 of 35" and "coverage 35 of 35" are of the same."""
    flow = subject(path).flow
    assert reached(flow, alphabet(flow, 1), []) == coverage(flow, [])


def test_every_part_is_proved(subject: Callable[[Path], Subject], feature: Callable[[str], Subject]) -> None:
    def parts_of(found: Subject) -> set[str]:
        return {part.file for part in features(Uses(found.flow))}

    in_examples = {part for path in EXAMPLES for part in parts_of(subject(path))}
    assert tuple(name for name in FRAGMENTS if not parts_of(feature(name)) <= in_examples) == IN_NO_EXAMPLE


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_proved(searcher: Engine, subject: Callable[[Path], Subject], path: Path) -> None:
    """As `flowc verify` does it by default: the scenario keeps the promises, and is the flow's."""
    result = search(searcher, subject(path), Bounds())
    assert told(result) == []
    assert result.proved
    assert result.hidden is None
    assert result.states <= STATES.get(path.stem, result.states)
    flow = subject(path).flow
    assert any("hears their own voice" in each for each in assumptions(result)) == introduces(flow)
    happens = {"the caller hangs up"}
    happens |= {"the agent interrupts"} if flow.agent is not None else set()
    # Who was to be called first and is let go of is in no call any more.
    happens |= {"a person answers all the same"} if flow.outbound is None and flow.targets else set()
    assert happens <= dict(result.done).keys()


@pytest.mark.parametrize("name", ["accept", "digits", "report_messages", "ringing_prompt", "talk_warning", "whisper"])
def test_any_timer_may_be_the_first(searcher: Engine, feature: Callable[[str], Subject], name: str) -> None:
    """Where clocks are wild, too, what may be over at any instant is not taken for what is over now."""
    result = search(searcher, feature(name), Bounds(posts=1, untimed=True))
    assert told(result) == []
    assert result.exhausted


def test_what_is_wrong_when_clocks_are_wild_is_shown(searcher: Engine, feature: Callable[[str], Subject]) -> None:
    whole = feature("accept")
    wrong = whole.scenario.replace('turnAway(person, "not_accepted")', 'turnAway(person, "busy")')
    assert wrong != whole.scenario
    result = search(searcher, replace(whole, scenario=wrong), Bounds(posts=1, untimed=True))
    assert {each.call.failures[0].expected for each in result.violations} >= {AGREEMENT}


def test_a_search_says_where_it_gave_up(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    result = search(searcher, subject(EXAMPLE), Bounds(posts=1, states=50))
    assert not result.exhausted
    assert not result.proved


def test_a_search_can_be_stopped(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    seen: list[Progress] = []

    def stop(progress: Progress) -> bool:
        seen.append(progress)
        return False

    result = search(searcher, subject(EXAMPLE), Bounds(posts=2), tell=stop)
    assert [far.compared is None for far in seen] == [True, False]
    assert not result.exhausted
    assert result.states == seen[0].states


def test_a_comparison_that_goes_in_circles_has_an_end(
    searcher: Engine, subject: Callable[[Path], Subject], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is proved then, and nothing is found. No flow of ours compares a state a hundred times."""
    monkeypatch.setattr("flowc.verify.agreement.MOST_COMPARED", 0)
    result = search(searcher, subject(EXAMPLE), Bounds(posts=2))
    assert (result.exhausted, result.compared, result.proved) == (False, False, False)
    assert result.violations == ()


def test_a_search_without_requests_has_not_proved_the_actions(
    searcher: Engine, subject: Callable[[Path], Subject]
) -> None:
    result = search(searcher, subject(EXAMPLE), Bounds(posts=0))
    assert result.violations == ()
    assert "call_transfer: transfer" in [one.what for one in result.unreached]
    assert not result.proved


def test_the_same_search_is_the_same(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    one, other = (search(searcher, subject(EXAMPLE), Bounds(posts=0), graph=True) for _ in range(2))
    assert one == other


def test_the_graph_has_what_could_be_seen(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    graph = search(searcher, subject(EXAMPLE), Bounds(posts=0), graph=True).graph
    assert graph is not None
    assert graph.events[graph[0].event] == {"do": "call"}
    assert [entry["event"] for entry in graph.traces[graph[0].trace]][:3] == ["started", "alerting", "ring"]
    led_to = {0}
    for transition in graph.transitions():
        assert transition.source in led_to
        led_to.add(transition.target)
    started = [entry for trace in graph.traces for entry in trace if entry["event"] == "agent_start"]
    assert started
    assert all(entry["t"] == 0 for entry in started)
    assert set(graph.answered) <= led_to
    asked = [graph.events[one.event] for replies in graph.replies for one in replies]
    assert all(event["do"] == "post" for event in asked)


def test_a_scenario_that_does_not_begin_is_named(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    found = subject(EXAMPLE)
    with pytest.raises(NotSearched, match="never_declared"):
        search(searcher, Subject(found.flow, f"never_declared();\n{found.scenario}", "x.js"), Bounds())
