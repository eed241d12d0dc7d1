"""Every event of the platform in every phase of a call, also those that cannot come there: each has a defined end."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator.engine import Engine
from flowc.simulator.session import ImpossibleEvent
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import BILLING, PBX, RECEPTION, RINGBACK, SUPPORT, Phone
from tests.scenario.test_control import error_of
from tests.scenario.test_random_walks import keep_promises

Dial = Callable[..., Phone]


def _starting(phone: Phone) -> None: ...


def _talking(phone: Phone) -> None:
    phone.session.advance(1000)


def _leaving(phone: Phone) -> None:
    _talking(phone)
    phone.session.agent.speaks(2000)
    phone.asks("call_transfer", department="front_desk")
    phone.session.advance(500)


def _announcing(phone: Phone) -> None:
    """`emergency` is not answered by either of its targets: the flow says so."""
    _talking(phone)
    phone.asks_and_speaks("emergency")
    phone.session.leg(RECEPTION).fail(486)
    phone.session.leg(BILLING).fail(408)


def _ringing(phone: Phone) -> None:
    _leaving(phone)
    phone.session.advance(10_000)


def _connected(phone: Phone) -> None:
    _ringing(phone)
    phone.session.leg(RECEPTION).answer()


def _second_ringing(phone: Phone) -> None:
    _ringing(phone)
    phone.session.leg(RECEPTION).fail(480)


def _ending(phone: Phone) -> None:
    """The caller has gone, and webhooks are still to be reached."""
    _talking(phone)
    for number in range(6):
        phone.asks("note", text=str(number))
    phone.session.caller.hang_up()


def _ended(phone: Phone) -> None:
    _talking(phone)
    phone.session.caller.hang_up()


PHASES = (
    _starting,
    _talking,
    _leaving,
    _announcing,
    _ringing,
    _second_ringing,
    _connected,
    _ending,
    _ended,
)

SAID_AGAIN = ("Connected", "Failed", "Disconnected")
EVENTS: dict[str, Callable[[Phone], Any]] = {
    "caller hangs up": lambda phone: phone.session.caller.hang_up(),
    "caller fails": lambda phone: phone.session.caller.fail(500, answered=True),
    "caller connected again": lambda phone: phone.session.caller.again("Connected"),
    "caller disconnected again": lambda phone: phone.session.caller.again("Disconnected"),
    "announced again": lambda phone: phone.session.announce("caller"),
    "another caller": lambda phone: phone.session.announce("stranger"),
    "started again": lambda phone: phone.session.event({"type": "start"}),
    **{
        f"{name} {what}": lambda phone, number=number, what=what: _leg(phone, number, what)
        for name, number in (("reception", RECEPTION), ("pbx", PBX))
        for what in ("ring", "answer", "busy", "hang up", "fails though answered", *SAID_AGAIN)
    },
    "agent speaks": lambda phone: phone.session.agent.speaks(1000),
    "agent is interrupted": lambda phone: phone.session.agent.clear(),
    "agent closes": lambda phone: phone.session.agent.closes(),
    "agent closes again": lambda phone: phone.session.agent.closes_again(),
    "socket error": lambda phone: phone.session.agent.fails({}),
    "player ends": lambda phone: phone.session.finish_player(),
    "player fails": lambda phone: phone.session.finish_player(error="no voice"),
    "player only fails": lambda phone: phone.session.finish_player(error="no voice", only_error=True),
}


SECOND = (
    "caller hangs up",
    "announced again",
    "reception answer",
    "reception Failed",
    "pbx fails though answered",
    "agent is interrupted",
    "agent closes",
    "agent closes again",
    "player only fails",
)


def _leg(phone: Phone, number: str, what: str) -> None:
    leg = phone.session.leg(number)
    match what:
        case "ring" | "answer":
            getattr(leg, what)()
        case "busy":
            leg.fail(486)
        case "hang up":
            leg.hang_up()
        case "fails though answered":
            leg.fail(500, answered=True)
        case _:
            leg.again(what)


@pytest.mark.parametrize("reach", PHASES, ids=lambda reach: reach.__name__.strip("_"))
def test_every_event_in_every_phase_has_an_end(call: Dial, reach: Callable[[Phone], None]) -> None:
    """Two events after each other, whichever they are; then nobody does anything any more."""
    phone = call("front_desk", wait=0 if reach is _starting else 300)
    reach(phone)
    reached = phone.session.save()
    for first, second in itertools.product(EVENTS, SECOND):
        phone.session.restore(reached)
        for name in (first, second):
            try:
                EVENTS[name](phone)
            except ImpossibleEvent:
                continue
            keep_promises(phone)
        phone.session.advance(2 * 3_600_000 + 60_000)
        assert phone.is_over(), (first, second)
        dialled = [entry["t"] for entry in phone.session.events_of("dial", "agent_connecting", "answer")]
        ended = next(entry["t"] for entry in phone.session.events_of("terminate"))
        assert all(at <= ended for at in dialled), (first, second)


def test_an_answered_leg_that_fails_has_hung_up(call: Dial) -> None:
    phone = call("front_desk")
    _connected(phone)
    phone.session.leg(RECEPTION).fail(500, answered=True)
    assert phone.is_over()  # as `afterwards` says


def test_our_own_caller_is_not_rejected_when_announced_again(call: Dial) -> None:
    phone = call("front_desk", wait=0)
    phone.session.announce("caller")
    phone.session.advance(300)
    phone.session.announce("caller")
    assert phone.hears == "agent"
    assert phone.session.events_of("reject") == []


def test_another_caller_is_rejected_also_when_the_call_is_over(call: Dial) -> None:
    phone = call("front_desk", http="manual")
    phone.session.announce("stranger")
    _ending(phone)
    phone.session.announce("late")
    assert [entry["leg"] for entry in phone.session.events_of("reject")] == ["stranger", "late"]
    assert len(phone.session.agents) == 1
    phone.session.advance(60_000)
    assert phone.session.ended is not None


def test_a_second_close_does_not_cut_the_last_words(call: Dial) -> None:
    phone = call("function_calling")
    phone.asks("end_call")
    phone.session.agent.speaks(2000)
    phone.session.advance(1900)
    phone.session.agent.closes()
    phone.session.advance(500)
    phone.session.agent.closes_again()
    phone.session.advance(499)
    assert phone.session.ended is None
    phone.session.advance(1)
    assert phone.is_over()


@pytest.mark.parametrize("value", ["interrupted", "", "0"])
def test_what_is_taken_back_has_an_id(call: Dial, value: str) -> None:
    phone = call("front_desk")
    headers = {"X-Flowc-Token": phone.token, "X-Flowc-Cancel": value}
    assert error_of(phone.session.post('{"action": "end_call"}', headers).json) == "bad_request"
    phone.session.advance(10_000)
    assert phone.hears == "agent"


def test_an_action_is_taken_back_also_when_the_agent_was_lost_meanwhile(call: Dial) -> None:
    phone = call("front_desk")
    assert phone.asks("end_call", id="a") == {"ok": True}
    phone.session.agent.speaks(3000)
    phone.session.agent.closes()
    headers = {"X-Flowc-Token": phone.token, "X-Flowc-Request-Id": "a", "X-Flowc-Cancel": "interrupted"}
    assert error_of(phone.session.post('{"action": "end_call"}', headers).json) == "cancelled"
    phone.session.advance(5000)
    assert phone.ringing == [RECEPTION]  # `unavailable`: the caller wanted to go on, and there is no agent
    assert phone.hears == RINGBACK


@pytest.mark.parametrize("asked", [0, 500, 3000], ids=str)
def test_an_interrupted_agent_is_not_waited_for_for_long(call: Dial, asked: int) -> None:
    """The platform does not say that the agent is silent after its audio was cleared away."""
    phone = call("function_calling", silence_after_clear="unreported")
    phone.session.agent.speaks(8000)
    phone.session.advance(1000)
    phone.session.agent.clear()
    phone.session.advance(asked)
    phone.asks("call_transfer")
    phone.session.advance(8000)  # and not 15 s
    assert phone.ringing == [SUPPORT]


def test_words_right_after_an_interruption_are_heard_to_their_end(call: Dial) -> None:
    """They begin before the platform has noticed any silence, so no event tells of them."""
    phone = call("function_calling")
    phone.session.agent.speaks(3000)
    phone.session.advance(1000)
    phone.session.agent.clear()
    phone.session.advance(500)
    phone.session.agent.speaks(7000)
    phone.asks("end_call")
    phone.session.advance(6999)
    assert phone.hears == "agent"
    phone.session.advance(1001)
    assert phone.is_over()


def test_an_agent_that_spoke_to_nobody_is_not_waited_for_for_long(call: Dial) -> None:
    phone = call("function_calling", silence_after_clear="unreported")
    phone.asks_and_speaks("call_transfer")
    phone.session.advance(1000)
    phone.session.agent.speaks(3000)  # while it rings
    phone.session.advance(500)
    phone.session.leg(SUPPORT).fail(486)
    phone.session.advance(20_000)
    phone.asks("call_transfer")
    phone.session.advance(8000)
    assert phone.ringing == [SUPPORT]


def test_an_action_is_taken_back_however_many_requests_came_since(call: Dial) -> None:
    phone = call("front_desk")
    phone.asks("end_call", id="a")
    phone.session.agent.speaks(3000)
    for number in range(250):
        phone.asks("caller_number", id=str(number))
    headers = {"X-Flowc-Token": phone.token, "X-Flowc-Request-Id": "a", "X-Flowc-Cancel": "interrupted"}
    assert error_of(phone.session.post('{"action": "end_call"}', headers).json) == "cancelled"
    phone.session.advance(10_000)
    assert phone.hears == "agent"


def test_an_answer_that_wins_against_our_hang_up_is_hung_up(call: Dial) -> None:
    phone = call("front_desk", answer_wins=True)
    _ringing(phone)
    phone.session.advance(20_000)  # reception did not answer in time: now it has
    answered = [leg for leg in phone.session.legs if leg["number"] == RECEPTION]
    assert [leg["state"] for leg in answered] == ["TERMINATED"]
    assert phone.ringing == [PBX]
    assert phone.hears == RINGBACK


@pytest.mark.parametrize("error", [None, "no tone"])
def test_a_ringback_that_fails_again_and_again_pauses(call: Dial, error: str | None) -> None:
    phone = call("front_desk")
    _second_ringing(phone)
    begun = phone.session.now
    for _ in range(50):
        try:
            phone.session.finish_player(RINGBACK, error=error, only_error=error is not None)
        except ImpossibleEvent:
            phone.session.advance(100)
    players = [entry for entry in phone.session.events_of("player") if entry["t"] >= begun]
    assert 2 <= len(players) <= 2 + 2 * (phone.session.now - begun) // 1000
    phone.session.advance(1000)
    assert phone.hears == RINGBACK


STEP, OTHERWISE = '{ notify: "crm" },', "otherwise: [{ return_to_agent: {} }]"
EDITED = (
    (STEP, '{ play: "x" },', "call_transfer has a step that this scenario cannot carry out: play"),
    (STEP, "{ reply: {} },", "call_transfer has a step that this scenario cannot carry out: reply"),
    (OTHERWISE, "", "call_transfer has no fallback for declined"),
    (OTHERWISE, "otherwise: []", "the steps of call_transfer: fallback otherwise have run out"),
)


@pytest.mark.parametrize(("written", "edited", "reason"), EDITED, ids=[reason for *_, reason in EDITED])
def test_what_cannot_be_carried_out_ends_by_name(
    engine: Engine, compiled: Callable[[Path], Artifacts], written: str, edited: str, reason: str
) -> None:
    """Only a scenario that was edited by hand has such steps. The caller is not left in silence."""
    text = compiled(ROOT / "flows" / "front_desk.yaml")["js"]
    place = text.index("  call_transfer: {")
    assert written in text[place:]
    phone = Phone(engine, text[:place] + text[place:].replace(written, edited, 1))
    phone.session.advance(1000)
    phone.asks("call_transfer", department="front_desk")
    phone.session.advance(5000)
    for number in (RECEPTION, PBX):
        if number in phone.ringing:
            phone.session.leg(number).fail(603)
    assert phone.is_over()
    assert f"front_desk: call ends: {reason}" in phone.session.logs


def test_a_target_of_a_kind_that_the_scenario_does_not_know_has_failed(
    engine: Engine, compiled: Callable[[Path], Artifacts]
) -> None:
    text = compiled(ROOT / "flows" / "front_desk.yaml")["js"]
    phone = Phone(engine, text.replace('reception: { pstn: "', 'reception: { user: "', 1))
    phone.session.advance(1000)
    phone.asks("call_transfer", department="front_desk")
    phone.session.advance(5000)
    why = "cannot ring reception, this scenario cannot call a target of its kind"
    assert f"front_desk: call_transfer -> {why}" in phone.session.logs
    assert phone.ringing == [PBX]
