"""What is not as a script expects is found: where, when, what was expected, and what there was instead.

A comment `### expected -> found` names a failure of its line.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.simulator.engine import Engine
from flowc.testing.play import play
from flowc.testing.report import render
from flowc.testing.result import Failure, PlayedCall, Run
from tests.testing.project import CLINIC, HERE, SCENARIO, Project

FILES = sorted((HERE / "failing").glob("*.yaml"))


def wanted(text: str) -> set[tuple[int, str, str]]:
    return {
        (number, *comment.strip().split(" -> "))
        for number, line in enumerate(text.splitlines(), start=1)
        for comment in line.split("###")[1:]
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_script_fails(engine: Engine, project: Project, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    project.write(f"flows/{path.stem}.calls.yaml", text)
    loaded = project.load()
    assert loaded.diagnostics == ()
    run = play(engine, loaded.files)
    found = {(each.place.span.line, each.expected, each.found) for call in run.calls for each in call.failures}
    assert found == wanted(text)


def played(engine: Engine, project: Project, calls: str) -> PlayedCall:
    project.scripts(calls)
    loaded = project.load()
    assert loaded.diagnostics == ()
    [call] = play(engine, loaded.files).calls
    return call


def lines(project: Project, failure: Failure) -> tuple[str, str]:
    """The lines of the flow and of the scenario that a failure points at."""
    assert failure.flow is not None
    assert failure.generated is not None
    assert failure.generated.path == SCENARIO
    places = (failure.flow, failure.generated)
    texts = [(project.root / place.path).read_text("utf-8").splitlines()[place.span.line - 1] for place in places]
    return texts[0].strip(), texts[1].strip()


def test_a_failure_leads_to_the_fallback_that_decided(engine: Engine, project: Project) -> None:
    call = played(
        engine,
        project,
        """
a call:
- caller: calls
- agent: {asks: call_transfer, with: {department: billing}}
- wait: 4s
- billing: {rings: 2s, then: is busy}
- expect: {caller with: billing}
""",
    )
    [failure] = call.failures
    assert failure.t == 6200
    assert lines(project, failure) == (
        "busy: {return_to_agent: {say: all_busy}}",
        'fallback: { busy: [{ return_to_agent: { say: "all_busy" } }], otherwise: [{ return_to_agent: {} }] },',
    )
    assert call.parties == ("caller", "agent", "billing")
    assert [text for _, text, _ in call.marks] == [
        "caller: calls",
        "agent: {asks: call_transfer, with: {department: billing}}",
        "wait: 4s",
        "billing: {rings: 2s, then: is busy}",
        "expect: {caller with: billing}",
    ]
    assert [call.trace[index]["event"] for index, _, _ in call.marks[1:4]] == ["request", "agent_speaks", "ringing"]


def test_a_target_that_rings_leads_to_its_transfer(engine: Engine, project: Project) -> None:
    steps = "[{caller: calls}, {agent: {asks: call_transfer, with: {department: billing}}}, {wait: 4s}"
    call = played(engine, project, f"a call: {steps}, {{expect: {{ringing: reception}}}}]")
    transfer = "transfer: {by: department, among: {front_desk: [reception, pbx], billing: billing}}"
    assert lines(project, call.failures[0]) == (
        f"- {transfer}",
        'transfer: { by: "department", among: { front_desk: ["reception", "pbx"], billing: ["billing"] } },',
    )


def test_an_action_that_has_not_begun_is_what_decided(engine: Engine, project: Project) -> None:
    steps = "[{caller: calls}, {agent: {asks: call_transfer, with: {department: billing}}}, {wait: 1s}"
    call = played(engine, project, f"a call: {steps}, {{expect: {{ringing: billing}}}}]")
    assert lines(project, call.failures[0]) == ("call_transfer:", "call_transfer: {")


def test_a_wrong_reply_leads_to_the_action(engine: Engine, project: Project) -> None:
    call = played(
        engine,
        project,
        "a call: [{caller: calls}, {agent: {asks: note, with: {text: x}}}, {expect: {reply: {refused: busy}}}]",
    )
    flow, generated = lines(project, call.failures[0])
    assert flow == "note:"
    assert generated == "note: {"


def test_a_call_with_the_agent_alone_leads_to_the_agent(engine: Engine, project: Project) -> None:
    [failure] = played(engine, project, "a call: [{caller: calls}, {expect: {caller with: nobody}}]").failures
    assert failure.flow is not None
    assert (project.root / failure.flow.path).read_text("utf-8").splitlines()[failure.flow.span.line - 1] == "agent:"
    assert failure.generated is None


def test_what_one_step_fails_with_is_told_together(engine: Engine, project: Project) -> None:
    calls = "a call: [{caller: calls}, {expect: {caller with: nobody, agent: gone}}]"
    call = played(engine, project, calls)
    assert len(call.failures) == 2
    shown = render(Run((call,)), "full", sources={})
    assert (shown.count("  script  "), shown.count("  flow  "), shown.count("found  ")) == (1, 1, 2)
    [annotation] = [row for row in render(Run((call,)), "github", sources={}).split("\n") if row.startswith("::error")]
    assert annotation.count("expected ") == 2


def test_what_the_agent_was_told_is_readable(engine: Engine, project: Project) -> None:
    sentence = " ".join(f"word{number}" for number in range(60))
    project.write("flows/clinic.yaml", CLINIC.replace("Everybody is on another call right now.", sentence))
    project.build()
    calls = """
a call:
- caller: calls
- agent: {asks: call_transfer, with: {department: billing}}
- wait: 4s
- billing: {rings: 2s, then: is busy}
- expect: {caller with: billing}
"""
    shown = render(Run((played(engine, project, calls),)), "full", sources={})
    assert all(f"word{number}" in shown for number in range(60))


def test_a_step_in_a_route_is_found_there(engine: Engine, project: Project) -> None:
    call = played(
        engine,
        project,
        """
a call:
  platform: {agent: refuses}
  steps:
  - caller: calls
  - reception: is busy
  - expect: {caller with: agent}
""",
    )
    assert lines(project, call.failures[0]) == (
        "apologise: [{say: sorry}, hang_up]",
        'apologise: [{ say: "sorry" }, { hang_up: {} }],',
    )


@pytest.mark.parametrize(
    ("platform", "steps", "through"),
    [
        (
            "{agent: connects}",
            "[{caller: calls}, {agent: {asks: emergency}}, {wait: 1s}, {reception: is unreachable},"
            " {billing: is busy}, {reception: is busy}, {expect: {ringing: reception}}]",
            ("emergency: fallback otherwise", "route ring_front_desk: fallback otherwise", "route apologise"),
        ),
        (
            "{agent: refuses}",
            "[{caller: calls}, {expect: {caller hears: agent}}]",
            ("unavailable", "route ring_front_desk"),
        ),
        (
            "{agent: connects}",
            "[{caller: calls}, {agent: {asks: emergency}}, {wait: 1s}, {expect: {ringing: billing}}]",
            (),
        ),
    ],
    ids=["fallbacks", "unavailable", "its own step"],
)
def test_a_failure_tells_which_fallbacks_and_routes_led_there(
    engine: Engine, project: Project, platform: str, steps: str, through: tuple[str, ...]
) -> None:
    call = played(engine, project, f"a call: {{platform: {platform}, steps: {steps}}}")
    assert [failure.through for failure in call.failures] == [through]
    shown = render(Run((call,)), "full", sources={})
    assert (f"through {', '.join(through)}" in " ".join(shown.split())) == bool(through)
