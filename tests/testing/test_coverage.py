"""Coverage tells what the scenario has carried out, with the flow's lines."""

from __future__ import annotations

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
