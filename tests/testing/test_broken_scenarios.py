"""A scenario that is broken fails the calls that are played against it, within a bounded time, and no others."""

from __future__ import annotations

import pytest

from flowc.formats import OF_CALLS
from flowc.simulator.engine import Engine
from flowc.testing.play import emulator
from flowc.testing.play.batch import play
from flowc.testing.result import Run
from tests.shown import render_calls
from tests.testing.project import SCENARIO, Project

NOTE = f"{SCENARIO} is not what flows/clinic.yaml generates now: edited by hand, or `flowc build` is due"
ASKS = "- caller: calls\n- agent: {asks: note, with: {text: x}}\n- expect: {caller with: agent}\n"
CALLS = "first:\n- caller: calls\n- expect: {caller with: agent}\n" + "asks:\n" + ASKS
HANDLER = "function onHttpRequest(request) {"


def edited(project: Project, old: str, new: str) -> None:
    path = project.root / SCENARIO
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def played(project: Project, engine: Engine | None = None) -> Run:
    project.scripts(CALLS)
    loaded = project.load(edited=True)
    assert loaded.diagnostics == ()
    return play(engine or Engine(), loaded.files)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ('throw new RangeError("too far");', "RangeError: too far in onHttpRequest (AppEvents.HttpRequest)"),
        ("nothing.at.all();", "ReferenceError: nothing is not defined in onHttpRequest (AppEvents.HttpRequest)"),
        ('Promise.reject(new Error("no"));', "Error: no"),
    ],
)
def test_what_is_thrown_fails_the_call_in_which_it_is_thrown(
    engine: Engine, project: Project, statement: str, found: str
) -> None:
    edited(project, HANDLER, f"{HANDLER}\n  {statement}")
    first, asks = played(project, engine).calls
    assert first.passed
    [failure] = asks.failures
    assert failure.expected == "the scenario runs"
    assert failure.found.startswith(found)
    assert failure.place.span.line == 12  # the request
    assert asks.note == NOTE


@pytest.mark.parametrize(
    "statement",
    [
        'throw new Error("Z".repeat(5000000));',
        'throw new Error("Z ".repeat(2000000));',
        'VoxEngine.callPSTN("+1" + "5".repeat(5000000), "+15550009999"); throw 1;',
        f"{'Z' * 5_000_000}();",
    ],
    ids=["error", "words", "number", "name"],
)
def test_what_a_scenario_says_does_not_fill_the_log(engine: Engine, project: Project, statement: str) -> None:
    edited(project, HANDLER, f"{HANDLER}\n  {statement}")
    run = played(project, engine)
    sources = {SCENARIO: (project.root / SCENARIO).read_text(encoding="utf-8")}
    lengths = {style.name: len(render_calls(run, style.name, sources=sources)) for style in OF_CALLS}
    assert not run.passed
    assert max(lengths.values()) < 30_000, lengths


def test_a_handler_that_is_no_function_fails_the_call(engine: Engine, project: Project) -> None:
    edited(project, "AppEvents.HttpRequest, onHttpRequest", 'AppEvents.HttpRequest, "onHttpRequest"')
    first, asks = played(project, engine).calls
    [failure] = first.failures or asks.failures
    assert "function" in failure.found


def test_an_exception_has_the_line_of_the_scenario(engine: Engine, project: Project) -> None:
    edited(project, HANDLER, f"{HANDLER}\n  nothing.at.all();")
    place = played(project, engine).calls[1].failures[0].generated
    assert place is not None
    line = (project.root / SCENARIO).read_text("utf-8").splitlines()[place.span.line - 1]
    assert line.strip() == "nothing.at.all();"


def test_what_is_no_javascript_fails_every_call(engine: Engine, project: Project) -> None:
    edited(project, HANDLER, "function onHttpRequest(request {")
    first, asks = played(project, engine).calls
    for call in (first, asks):
        [failure] = call.failures
        assert failure.found.startswith("SyntaxError: ")
        assert failure.generated is not None
        lines = (project.root / SCENARIO).read_text("utf-8").splitlines()
        assert lines[failure.generated.span.line - 1] == "function onHttpRequest(request {"


@pytest.mark.parametrize(
    ("statement", "found", "limit_s"),
    [
        ("for (;;) {}", "loops for ever", 1.0),
        # So long that the memory is at its end before the time is, however busy the machine.
        ("const all = []; for (;;) all.push(new Array(100000).fill(1));", "MB of memory", 120.0),
    ],
    ids=["time", "memory"],
)
def test_what_never_ends_fails_its_call_alone(
    project: Project, monkeypatch: pytest.MonkeyPatch, statement: str, found: str, limit_s: float
) -> None:
    monkeypatch.setattr(emulator, "CALLBACK_LIMIT_S", limit_s)
    edited(project, HANDLER, f"{HANDLER}\n  {statement}")
    first, asks = played(project, Engine(timeout=limit_s, memory=128 * 1024 * 1024)).calls
    assert first.passed
    [failure] = asks.failures
    assert found in failure.found
    assert (failure.flow, failure.generated) == (None, None)
    assert failure.place.span.line == 12  # the request
    shown = " ".join(render_calls(Run((asks,)), "full", sources={}, width=80).split())
    assert " ".join(failure.found.split()) in shown


def test_a_file_that_was_edited_is_played_as_it_is(engine: Engine, project: Project) -> None:
    assert [call.note for call in played(project, engine).calls] == ["", ""]
    edited(project, 'sorry: "Sorry', 'sorry: "So sorry')
    run = played(project, engine)
    assert [call.passed for call in run.calls] == [True, True]
    assert [call.note for call in run.calls] == [NOTE, NOTE]


def test_line_ends_of_another_system_are_no_edit(engine: Engine, project: Project) -> None:
    path = project.root / SCENARIO
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert [(call.passed, call.note) for call in played(project, engine).calls] == [(True, ""), (True, "")]
