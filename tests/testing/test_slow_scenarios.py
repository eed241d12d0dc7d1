"""The platform gives a callback 1 s. The limits are shorter here, so that the tests are too: what never ends is beyond
any limit, and the callbacks that are to pass take a small part of it, however slow the machine.
"""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine, ScenarioTooSlow
from flowc.testing.play import emulator as player
from flowc.testing.play.batch import play
from flowc.testing.result import PlayedCall
from tests.testing.project import SCENARIO, Project

CALL = """
- caller: calls
- expect: {caller with: agent}
- wait: 1m
- caller: hangs up
- expect: {call: ended}
"""
BUSY = "let sum = 0; for (let number = 0; number < 3000000; number += 1) sum += number % 7;"
OFTEN = f"""const often = setInterval(() => {{ {BUSY} }}, 100);
  event.call.addEventListener(CallEvents.Disconnected, () => clearInterval(often));"""
FIRST_STEP, WAIT = 8, 10  # their lines


class Listening(Engine):
    """An engine that keeps the names of the functions that are called."""

    def __init__(self) -> None:
        super().__init__()
        self.called: set[str] = set()

    def call(self, function: str, *arguments: str | int, extra_time: float = 0) -> str:
        self.called.add(function)
        return super().call(function, *arguments, extra_time=extra_time)


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "CALLBACK_LIMIT_S", 0.25)
    monkeypatch.setattr(player, "NEXT_TIMEOUT_S", 0.05)


def played(project: Project, engine: Engine, scenario: str, calls: int = 1) -> tuple[PlayedCall, ...]:
    """`scenario` comes behind the generated text; every call runs it."""
    path = project.root / SCENARIO
    path.write_text(path.read_text(encoding="utf-8") + scenario, encoding="utf-8")
    steps = "".join(f"{line}\n" for line in CALL.strip().splitlines())
    project.scripts("".join(f"call {number}:\n{steps}" for number in range(calls)))
    loaded = project.load(edited=True)
    assert loaded.diagnostics == ()
    return play(engine, loaded.files).calls


def on_call(code: str) -> str:
    return f"VoxEngine.addEventListener(AppEvents.CallAlerting, function onCall(event) {{ {code} }});\n"


@pytest.fixture
def long_limits(short_limits: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For callbacks that are to pass, on a machine that is as busy as can be."""
    monkeypatch.setattr(player, "CALLBACK_LIMIT_S", 1.0)
    monkeypatch.setattr(player, "LONGEST_CALL_S", 600.0)


@pytest.mark.usefixtures("long_limits")
def test_many_callbacks_may_take_long_together(project: Project) -> None:
    engine = Listening()
    [call] = played(project, engine, on_call(OFTEN))
    assert "playOn" in engine.called, "all of them together were within the limit: make them more"
    assert call.passed


@pytest.mark.parametrize(
    ("scenario", "who", "line"),
    [
        ("for (;;) {}", "top level", FIRST_STEP),
        (on_call("for (;;) {}"), "onCall (AppEvents.CallAlerting)", FIRST_STEP),
        (on_call("setTimeout(function late() { for (;;) {} }, 30000);"), "late (timer)", WAIT),
        (on_call("Promise.resolve().then(function next() { for (;;) {} });"), "next (promise)", FIRST_STEP),
    ],
    ids=["top level", "event", "timer", "promise"],
)
def test_a_callback_that_takes_too_long_is_named_with_its_step(
    project: Project, scenario: str, who: str, line: int
) -> None:
    [call] = played(project, Engine(), scenario)
    [failure] = call.failures
    assert failure.found.startswith(f"{who} did not come back within 0.25 s")
    assert failure.place.span.line == line


class Stalling(Engine):
    """An engine on a machine that stands still in the middle of a call, once."""

    stalls = 1

    def call(self, function: str, *arguments: str | int, extra_time: float = 0) -> str:
        if function == "playOn" and self.stalls:
            self.stalls -= 1
            self.discard()
            raise ScenarioTooSlow("it did not come back")
        return super().call(function, *arguments, extra_time=extra_time)


@pytest.mark.usefixtures("long_limits")
def test_a_machine_that_stands_still_once_is_no_failure(project: Project) -> None:
    engine = Stalling()
    [call] = played(project, engine, on_call(OFTEN))
    assert engine.stalls == 0
    assert call.passed


def test_a_run_ends_soon_however_many_calls_never_do(project: Project) -> None:
    calls = played(project, Engine(), on_call("for (;;) {}"), calls=12)
    found = [failure.found for call in calls for failure in call.failures]
    assert len(found) == 12
    assert all("did not come back within" in each for each in found[: player.MOST_LOCATED])
    given_up = "given up after 0.05 s: the scenario has not come back in 5 calls before this one; correct those first"
    assert found[player.MOST_LOCATED :] == [given_up] * 7
