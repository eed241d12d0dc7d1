"""Coverage tells what the scenario has carried out, with the flow's lines."""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine
from flowc.testing.play.batch import play
from tests.testing.project import CLINIC, SCENARIO, Project


def covered(engine: Engine, project: Project, calls: str) -> dict[str, bool]:
    project.scripts(calls)
    loaded = project.load(edited=True)
    assert loaded.diagnostics == ()
    run = play(engine, loaded.files)
    assert all(call.passed for call in run.calls), [call.failures for call in run.calls]
    lines = CLINIC.splitlines()
    for each in run.coverage:
        assert each.place.path == "flows/clinic.yaml"
        assert lines[each.place.span.line - 1].strip()
    return {each.what: each.covered for each in run.coverage}


BUSY = """
a call:
- caller: calls
- agent: {asks: call_transfer, with: {department: front_desk}}
- wait: 4s
- reception: is unreachable
- pbx: is busy
- expect: {caller with: agent}
"""


def test_only_what_was_carried_out_is_covered(engine: Engine, project: Project) -> None:
    found = covered(engine, project, BUSY)
    assert {what for what, yes in found.items() if yes} == {
        "call_transfer: notify crm",
        "call_transfer: transfer",
        "call_transfer: transfer for department: front_desk",
        "call_transfer: transfer rings reception for front_desk",
        "call_transfer: transfer rings pbx for front_desk",
        "call_transfer: fallback busy",
        "call_transfer: fallback busy: return_to_agent",
    }
    assert {"call_transfer: transfer connected", "call_transfer: fallback otherwise", "route apologise"} <= set(found)


def test_a_request_that_is_refused_covers_nothing(engine: Engine, project: Project) -> None:
    calls = "a call: [{caller: calls}, {request: {body: {action: call_transfer}}}, {expect: {reply: {ok: false}}}]"
    assert not any(covered(engine, project, calls).values())


def test_an_action_that_is_accepted_and_not_begun_covers_nothing(engine: Engine, project: Project) -> None:
    calls = "a call: [{caller: calls}, {agent: {asks: emergency}}, {wait: 999ms}, {caller: hangs up}]"
    assert not any(covered(engine, project, calls).values())


def test_a_leg_that_answers_too_late_is_not_connected(engine: Engine, project: Project) -> None:
    calls = """
a call:
  platform: {late connected: true}
  steps:
  - caller: calls
  - agent: {asks: emergency}
  - wait: 22s
  - expect: {ringing: billing}
"""
    found = covered(engine, project, calls)
    assert found["emergency: transfer rings billing"]
    assert not found["emergency: transfer connected"]


def test_steps_that_a_hand_edited_scenario_does_not_have_are_not_covered(engine: Engine, project: Project) -> None:
    path = project.root / SCENARIO
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('fallback: { busy: [{ return_to_agent: { say: "all_busy" } }], ', "fallback: { "), "utf-8"
    )
    assert path.read_text(encoding="utf-8") != text
    found = covered(engine, project, BUSY)
    assert not found["call_transfer: fallback busy"]
    assert found["call_transfer: fallback otherwise"]


TALKS = """
flowc: 1
flow: talks
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
call: {max_duration: {limit: 10m, warning: soon_over}}
prompts: {take_it: Press 1., one_minute_left: One minute left., soon_over: One minute.}
targets:
  desk: {pstn: {storage: DESK}, caller_id: "+15550100000", accept: {say: take_it, key: "1", decline: "2"}}
actions:
  desk: {description: The desk., do: {transfer: desk, talk_limit: {limit: 2m, warning: one_minute_left}}}
"""
TO_THE_DESK = "{caller: calls}, {agent: {asks: desk}}, {wait: {until: {ringing: desk}}}, {desk: answers}"
NO_STEPS = {"call: warning soon_over", "desk: decline", "desk: warning one_minute_left", "desk: talk_limit is over"}


@pytest.mark.parametrize(
    ("steps", "counted"),
    [
        (f"{TO_THE_DESK}, {{desk: {{presses: '2'}}}}", {"desk: decline"}),
        (f"{TO_THE_DESK}, {{desk: {{presses: '1'}}}}, {{desk: {{presses: '2'}}}}", set()),
        (f"{TO_THE_DESK}, {{desk: {{presses: '1'}}}}, {{wait: 65s}}", {"desk: warning one_minute_left"}),
        (
            f"{TO_THE_DESK}, {{desk: {{presses: '1'}}}}, {{wait: 3m}}",
            {"desk: warning one_minute_left", "desk: talk_limit is over"},
        ),
        ("{caller: calls}, {wait: 595s}", {"call: warning soon_over"}),
    ],
)
def test_what_is_no_step_is_counted_as_well(
    engine: Engine, project: Project, steps: str, counted: set[str]
) -> None:
    project.write("flows/talks.yaml", TALKS)
    project.build()
    account = 'account: {secrets: {KEY: k}, storage: {DESK: "+15550100001"}}'
    project.write("flows/talks.calls.yaml", f"flowc: 1\nflow: talks.yaml\n{account}\ncalls: {{a call: [{steps}]}}\n")
    loaded = project.load()
    assert loaded.diagnostics == ()
    found = {each.what: each.covered for each in play(engine, loaded.files).coverage}
    assert found.keys() >= NO_STEPS
    assert {what for what in NO_STEPS if found[what]} == counted


QUEUES = """
flowc: 1
flow: queues
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
prompts: {your_place: "Number ${queue.position}."}
targets:
  first: {queue: first, wait: 1m, announce: {say: your_place, every: 30s}}
  second: {queue: second, wait: 2m, announce: {say: your_place, every: 30s}}
actions:
  call_first: {description: The first., do: {transfer: [first, second]}}
"""
WAITS = "{caller: calls}, {agent: {asks: call_first}}, {wait: {until: {ringing: first}}}"
PLACE = f"{WAITS}, {{first: {{place: 3, minutes: 5}}}}"


@pytest.mark.parametrize(
    ("steps", "counted"),
    [
        (f"{PLACE}, {{wait: 20s}}", set()),
        (f"{PLACE}, {{wait: 40s}}", {"first: announce your_place"}),
        ("{caller: calls}, {agent: {asks: call_first}}, {wait: 59s}", set()),  # the queue has not said it
        (
            f"{PLACE}, {{wait: {{until: {{ringing: second}}}}}}, {{second: {{place: 3, minutes: 5}}}}, {{wait: 40s}}",
            {"first: announce your_place", "second: announce your_place"},
        ),
    ],
)
def test_an_announcement_is_counted_where_it_is_heard(
    engine: Engine, project: Project, steps: str, counted: set[str]
) -> None:
    project.write("flows/queues.yaml", QUEUES)
    project.build()
    account = "account: {secrets: {KEY: k}}"
    project.write("flows/queues.calls.yaml", f"flowc: 1\nflow: queues.yaml\n{account}\ncalls: {{a call: [{steps}]}}\n")
    loaded = project.load()
    assert loaded.diagnostics == ()
    found = {each.what: each.covered for each in play(engine, loaded.files).coverage}
    assert {what for what in found if ": announce " in what and found[what]} == counted
    assert "second: announce your_place" in found
