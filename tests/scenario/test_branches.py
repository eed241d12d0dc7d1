"""Branches on calls, as far as no search shows them: numbers as trunks write them, what is told where nobody is rung,
and hours that change while the call goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from flowc.compiler import compile_flows
from flowc.opening_hours import ONE_DAY, milliseconds, offsets
from flowc.simulator.engine import Engine
from flowc.source import Source
from tests.scenario.phone import ACCOUNT, RINGBACK, Phone

FLOW = """
flowc: 1
flow: sorting
agent: {api_key: {secret: CARTESIA_API_KEY}, agent_id: agent_1, unavailable: sort}
prompts: {one: One., two: Two., other: Other., bye: Bye.}
targets: {desk: {pstn: "+15550100001", caller_id: "+15550100002"}}
actions:
  ring:
    description: Put the caller through.
    parameters: {where: {type: string, enum: [desk, nobody], description: where}}
    do:
      - transfer: [{by: where, among: {desk: desk, nobody: []}}]
        fallback: {invalid: return_to_agent, otherwise: hang_up}
        afterwards: {by: where, among: {desk: [{say: bye}, hang_up], nobody: hang_up}}
routes:
  sort:
    by: call.to
    among:
      "+15550100200": [{say: one}, hang_up]
      "201": [{say: two}, hang_up]
      otherwise: [{say: other}, hang_up]
"""


@pytest.fixture(scope="module")
def scenario() -> str:
    result = compile_flows([Source("flows/sorting.yaml", FLOW.encode())])
    assert not result.diagnostics, result.diagnostics
    return next(text for path, text in result.artifacts.items() if path.endswith(".js"))


@pytest.mark.parametrize(
    ("client", "dialled", "said"),
    [
        ("pstn", "15550100200", "One."),
        ("sip", "15550100200", "One."),
        ("sip", "+15550100200", "One."),
        ("sip", "201", "Two."),
        ("sip", "otherwise", "Other."),
        ("sip", "missing", "Other."),
        ("sip", "constructor", "Other."),
        ("pstn", "15550100201", "Other."),
        ("sip", "", "Other."),
    ],
)
def test_the_number_that_was_dialled_decides(
    engine: Engine, scenario: str, client: str, dialled: str, said: str
) -> None:
    session = engine.session(scenario, **{**ACCOUNT, "throws": {"Cartesia.createAgentsClient": 0}})
    session.incoming_call("+15550123456", dialled, client=client)
    session.advance(1000)
    assert [entry["what"] for entry in session.trace if entry["event"] == "player"] == [f"tts:{said}"]


def test_where_nobody_is_rung_the_agent_is_told_so(engine: Engine, scenario: str) -> None:
    phone = Phone(engine, scenario)
    phone.asks_and_speaks("ring", where="nobody")
    assert phone.dialled == []
    assert phone.hears == "agent"
    [told] = phone.told
    assert (told["outcome"], told["target"], told["tried"]) == ("invalid", None, [])


def test_a_parameter_lives_as_long_as_its_action(engine: Engine, scenario: str) -> None:
    phone = Phone(engine, scenario)
    phone.asks_and_speaks("ring", where="desk")
    leg = phone.session.leg("+15550100001")
    leg.answer()
    phone.session.advance(5000)
    leg.hang_up()
    phone.session.advance(100)
    assert phone.hears == "tts:Bye."


# Hours

BY_HOURS = """
flowc: 1
flow: sorting
agent: {api_key: {secret: CARTESIA_API_KEY}, agent_id: agent_1, unavailable: hang_up}
hours: {office: {timezone: America/Chicago, weekly: {mon-fri: "08:00-18:00"}}}
prompts: {long: "It takes as long as it takes to say all of this sentence.", hello: Hello., late: It is late.}
targets:
  desk: {pstn: "+15550100001", ring: 20s, caller_id: "+15550100002"}
  day: {pstn: "+15550100003", ring: 20s, caller_id: "+15550100002"}
  night: {pstn: "+15550100004", ring: 20s, caller_id: "+15550100002"}
actions:
  twice:
    description: Hours are read when each branch is reached.
    do:
      by: hours.office
      among:
        open: [{say: long}, {by: hours.office, among: {open: [{say: hello}, hang_up], closed: [{say: late}, hang_up]}}]
        closed: hang_up
  shared:
    description: In a route to which an arm leads.
    do: {by: hours.office, among: {open: {transfer: desk, fallback: {otherwise: again}}, closed: hang_up}}
  hunt:
    description: What is chosen in a transfer is chosen when it begins.
    do:
      transfer: [desk, {by: hours.office, among: {open: day, closed: night}}]
      fallback: {otherwise: again}
  urgent:
    description: Closed at night, except for emergencies.
    parameters: {urgency: {type: string, enum: [emergency, soon, routine], description: how urgent}}
    do:
      by: hours.office
      among:
        open: {transfer: day}
        closed:
          by: urgency
          among:
            emergency: {transfer: night}
            otherwise: return_to_agent
routes:
  again: {by: hours.office, among: {open: [{say: hello}, hang_up], otherwise: [{say: late}, hang_up]}}
"""


@pytest.fixture(scope="module")
def by_hours() -> Callable[..., Phone]:
    """A call that comes in so many seconds before it closes."""
    [flow] = (result := compile_flows([Source("flows/sorting.yaml", BY_HOURS.encode())])).flows
    assert not result.diagnostics, result.diagnostics
    scenario = next(text for path, text in result.artifacts.items() if path.endswith(".js"))
    closes = datetime.fromisoformat("2026-01-06T18:00-06:00")

    def calls(engine: Engine, seconds: float, **options: object) -> Phone:
        at = closes - timedelta(seconds=seconds)
        zones = offsets(flow.hours, at - ONE_DAY, at + ONE_DAY)
        return Phone(engine, scenario, start_time=milliseconds(at), zones=zones, **options)

    return calls


def said(phone: Phone) -> list[str]:
    return [
        entry["what"].removeprefix("tts:")
        for entry in phone.session.trace
        if entry["event"] == "player" and entry["what"].startswith("tts:")
    ]


@pytest.mark.parametrize(("seconds", "words"), [(60, "Hello."), (5, "It is late.")])
def test_a_branch_inside_an_arm_of_the_same_hours_reads_them_anew(
    engine: Engine, by_hours: Callable[..., Phone], seconds: int, words: str
) -> None:
    phone = by_hours(engine, seconds)
    phone.asks_and_speaks("twice")
    phone.session.advance(30_000)
    assert said(phone)[1:] == [words]


@pytest.mark.parametrize(("seconds", "words"), [(60, "Hello."), (10, "It is late.")])
def test_so_does_one_in_a_route(engine: Engine, by_hours: Callable[..., Phone], seconds: int, words: str) -> None:
    phone = by_hours(engine, seconds)
    phone.asks_and_speaks("shared")
    phone.session.advance(30_000)
    assert said(phone) == [words]


@pytest.mark.parametrize(("seconds", "then"), [(60, "+15550100003"), (10, "+15550100003"), (2, "+15550100004")])
def test_in_a_transfer_it_is_chosen_when_it_begins(
    engine: Engine, by_hours: Callable[..., Phone], seconds: int, then: str
) -> None:
    """So who answers does not depend on how long the one before has rung."""
    phone = by_hours(engine, seconds)
    phone.asks_and_speaks("hunt")
    phone.session.advance(20_000)
    assert phone.dialled == ["+15550100001", then]


@pytest.mark.parametrize(
    ("seconds", "urgency", "rung"),
    [
        (60, "routine", ["+15550100003"]),
        (60, "emergency", ["+15550100003"]),
        (0, "emergency", ["+15550100004"]),
        (0, "routine", []),
        (0, "soon", []),
    ],
)
def test_closed_at_night_except_for_emergencies(
    engine: Engine, by_hours: Callable[..., Phone], seconds: int, urgency: str, rung: list[str]
) -> None:
    phone = by_hours(engine, seconds)
    phone.asks_and_speaks("urgent", urgency=urgency)
    assert phone.ringing == rung
    assert phone.hears == ("agent" if not rung else RINGBACK)


def test_a_platform_that_cannot_tell_the_time_is_closed(engine: Engine, by_hours: Callable[..., Phone]) -> None:
    phone = by_hours(engine, 60, local_time="throws")
    phone.asks_and_speaks("urgent", urgency="emergency")
    assert phone.ringing == ["+15550100004"]
    assert any("the platform cannot tell the time" in line for line in phone.session.logs)
