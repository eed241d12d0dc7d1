"""Calls played by hand in the emulator, as the player of call scripts hands them to the reports: real traces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flowc.simulator.engine import Engine
from flowc.source import Span
from flowc.testing.result import Covered, Failure, Place, PlayedCall, Run
from tests.scenario.phone import PBX, RECEPTION, Phone

FLOW = Path(__file__).parent / "desk.yaml"
SCRIPT = "flows/desk.calls.yaml"
FLOW_PATH = "flows/desk.yaml"
GENERATED = "generated/desk/desk.voxengine.js"
GENERATED_TEXT = "\n" * 61 + '        fallback: { busy: [{ return_to_agent: { say: "all_busy" } }] },\n'

Step = tuple[str, Callable[[Phone], Any]]


def at(path: str, line: int, column: int = 7, length: int = 10) -> Place:
    return Place(path, Span(line, column, line, column + length))


def nothing(_phone: Phone) -> None:
    pass


def asks(phone: Phone) -> None:
    phone.asks("call_transfer", summary="a broken tooth")
    phone.session.agent.speaks(1920)


def rings_then(target: str, milliseconds: int, what: Callable[[Phone], Any]) -> Callable[[Phone], Any]:
    def do(phone: Phone) -> None:
        phone.session.leg(target).ring()
        phone.session.advance(milliseconds)
        what(phone)

    return do


CALLS: Step = ("caller: calls", lambda phone: phone.session.advance(200))
ASKS: Step = ("agent: {asks: call_transfer, with: {summary: a broken tooth}}", asks)
WAITS: Step = ("wait: 4s", lambda phone: phone.session.advance(4000))
BUSY: Step = (
    "reception: {rings: 3s, then: is busy}",
    rings_then(RECEPTION, 3000, lambda phone: phone.session.leg(RECEPTION).fail(486)),
)
ANSWERS: Step = (
    "pbx: {rings: 1500ms, then: answers}",
    rings_then(PBX, 1500, lambda phone: phone.session.leg(PBX).answer()),
)


def call(
    engine: Engine, scenario: str, name: str, steps: list[Step], *, fails: dict[str, tuple[str, str]] | None = None,
    first_line: int = 5, variant: tuple[tuple[str, str], ...] = (), note: str = "", **options: Any,
) -> PlayedCall:  # fmt: skip
    """Plays the steps; `fails` says what was expected and found, by the text of the step that failed."""
    phone = Phone(engine, scenario, wait=0, **options)
    session = phone.session
    marks: list[tuple[int, str, Place]] = []
    failures: list[Failure] = []
    for line, (text, act) in enumerate(steps, first_line + 1):
        place = at(SCRIPT, line, 7, len(text))
        marks.append((0 if not marks else len(session.trace), text, place))
        act(phone)
        if text in (fails or {}):
            expected, found = (fails or {})[text]
            t = session.now if session.error is None else session.error.t
            failures.append(Failure(place, t, expected, found, at(FLOW_PATH, 34, 11), at(GENERATED, 62, 9)))
    legs = [(entry["call"], _target(entry["number"])) for entry in session.events_of("dial")]
    return PlayedCall(
        name, "desk", at(SCRIPT, first_line, 3, len(name)), variant, tuple(session.trace), tuple(marks),
        ("caller", "agent", *dict.fromkeys(target for _, target in legs)), tuple(failures), session.now, note,
        tuple(legs),
    )  # fmt: skip


def _target(number: str) -> str:
    return {RECEPTION: "reception", PBX: "pbx"}.get(number, number.removeprefix("sip:").partition("@")[0])


def failing(engine: Engine, scenario: str) -> PlayedCall:
    expect = "expect: {caller with: reception, longest silence: 1s}"
    steps = [CALLS, ("expect: {caller with: agent}", nothing), ASKS, WAITS, BUSY, ANSWERS, (expect, nothing), WAITS]
    fails = {expect: ("caller with: reception", "caller hears pbx, with pbx")}
    return call(engine, scenario, "reception is busy, so pbx rings", steps, fails=fails)


def refused(engine: Engine, scenario: str) -> PlayedCall:
    """No agent, nobody answers; the failure is an event that could not happen."""
    steps: list[Step] = [CALLS, WAITS, ("reception: answers", nothing)]
    fails = {"reception: answers": ("reception is being called", "nobody is being called")}
    return call(
        engine, scenario, "nobody is there", steps, fails=fails, first_line=20, agent="refuses",
        variant=(("agent", "refuses"), ("late connected", "true")), note=f"{GENERATED} differs from the flow",
    )  # fmt: skip


def refusals(engine: Engine, scenario: str) -> PlayedCall:
    """A second request, one from outside, one that is malformed; a webhook that fails; the caller gives up."""

    def twice(phone: Phone) -> None:
        phone.asks("call_transfer")
        phone.asks("order_pizza", size=3)

    def outside(phone: Phone) -> None:
        phone.session.post("hello", {})

    expect = "expect: {agent: gone}"
    steps: list[Step] = [
        CALLS, ASKS, ("agent: {asks: order_pizza}", twice), ("request: {body: hello}", outside), WAITS,
        ("caller: {presses: \"5\"}", lambda phone: phone.session.caller.press("5")),
        ("caller: hangs up", lambda phone: phone.session.caller.hang_up()),
        ("wait: 100ms", lambda phone: phone.session.advance(100)), (expect, nothing),
    ]  # fmt: skip
    return call(
        engine, scenario, "odd requests", steps, fails={expect: ("agent: connected", "agent: gone")}, first_line=40,
        http_code=503,
    )  # fmt: skip


def lost(engine: Engine, scenario: str) -> PlayedCall:
    """The agent is lost, nobody answers, an announcement, the end."""
    expect = "expect: {call: goes on}"
    steps: list[Step] = [
        CALLS, ("agent: is lost", lambda phone: phone.session.agent.closes(1006, "gone")),
        ("wait: 20s", lambda phone: phone.session.advance(20_000)), (expect, nothing),
    ]  # fmt: skip
    fails = {expect: ("call: goes on", "call: ended")}
    return call(engine, scenario, "agent is lost", steps, fails=fails, first_line=60)


def thrown(engine: Engine, scenario: str) -> PlayedCall:
    """A scenario edited by hand, with a mistake that shows after a while."""
    mistake = "VoxEngine.addEventListener(AppEvents.CallAlerting, () => setTimeout(() => S.transfer.hangup(), 2500));\n"
    edited = scenario.replace("require(Modules.Cartesia);\n", f"require(Modules.Cartesia);\n{mistake}")
    fails = {"wait: 4s": ("the scenario runs", "TypeError: Cannot read properties of null in a timer")}
    return call(engine, edited, "edited by hand", [CALLS, ASKS, WAITS], fails=fails, first_line=90)


def many_targets(engine: Engine, scenario: str) -> PlayedCall:
    """More people are called than fit side by side."""
    names = [f"desk_{number}" for number in range(1, 8)]
    targets = "".join(f'  {name}: {{ sip: "sip:{name}@pbx.example.com", ringMs: 5000 }},\n' for name in names)
    edited = scenario.replace("const TARGETS = {\n", f"const TARGETS = {{\n{targets}")
    edited = edited.replace('transfer: ["reception", "pbx"]', f"transfer: {names}")
    expect = "expect: {caller with: desk_7}"
    waits: Step = ("wait: 35s", lambda phone: phone.session.advance(35_000))
    steps = [CALLS, ASKS, waits, (expect, nothing)]
    fails = {expect: ("caller with: desk_7", "caller with: agent")}
    return call(engine, edited, "everybody is called", steps, fails=fails, first_line=100)


def long(engine: Engine, scenario: str) -> PlayedCall:
    """So much happens that only the beginning and the end are shown."""

    def presses(phone: Phone) -> None:
        for number in range(100):
            phone.session.caller.press(str(number % 10))
            phone.session.advance(100)

    expect = "expect: {call: ended}"
    steps: list[Step] = [CALLS, ('caller: {presses: "0123456789…"}', presses), (expect, nothing)]
    return call(engine, scenario, "digits", steps, fails={expect: ("call: ended", "call: goes on")}, first_line=110)


def passing(engine: Engine, scenario: str, name: str = "the agent says goodbye") -> PlayedCall:
    asks: Step = ("agent: {asks: end_call}", lambda phone: phone.asks("end_call"))
    return call(engine, scenario, name, [CALLS, asks, WAITS, ("expect: {call: ended}", nothing)], first_line=80)


COVERAGE = (
    Covered("end_call: hang_up", at(FLOW_PATH, 23), True),
    Covered("call_transfer: notify crm", at(FLOW_PATH, 30), True),
    Covered("call_transfer: fallback busy", at(FLOW_PATH, 34), False),
    Covered("call_transfer: fallback otherwise", at(FLOW_PATH, 35), False),
    Covered("agent unavailable: say sorry", at(FLOW_PATH, 8), False),
    Covered("end_call: hang_up", at("flows/other.yaml", 9), True),
)


def whole_run(engine: Engine, scenario: str) -> Run:
    again = passing(engine, scenario, "the same again")
    calls = (passing(engine, scenario), failing(engine, scenario), refused(engine, scenario), again)
    return Run(calls, COVERAGE)
