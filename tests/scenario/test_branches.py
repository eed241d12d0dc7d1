"""Branches on calls, as far as no search shows them: numbers as trunks write them, and what is told where nobody is
rung.
"""

from __future__ import annotations

import pytest

from flowc.compiler import compile_flows
from flowc.simulator.engine import Engine
from flowc.source import Source
from tests.scenario.phone import ACCOUNT, Phone

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
