"""Every call of the platform that a scenario makes may throw, each time: nobody waits for ever, no leg is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from flowc.simulator.may_fail import MAY_FAIL
from flowc.simulator.session import ImpossibleEvent
from tests.scenario.phone import BILLING, PBX, RECEPTION, Phone

Dial = Callable[..., Phone]


def _busy_then_back(phone: Phone) -> None:
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.advance(5000)
    phone.session.leg(RECEPTION).fail(486)
    phone.session.leg(PBX).fail(486)
    phone.asks("end_call")
    phone.session.advance(5000)


def _answered_late(phone: Phone) -> None:
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.advance(21_000)
    phone.session.leg(PBX).answer()
    phone.session.advance(5000)
    phone.session.leg(PBX).hang_up()


def _restarted(phone: Phone) -> None:
    phone.asks_and_speaks("emergency")
    phone.session.leg(RECEPTION).fail(500)
    phone.session.leg(BILLING).answer()
    phone.session.leg(BILLING).hang_up()
    phone.session.advance(2000)
    phone.asks("caller_number")
    phone.asks("note", text="x")
    phone.session.agent.speaks(1000)
    phone.session.agent.clear()
    phone.session.caller.hang_up()


def _lost(phone: Phone) -> None:
    phone.session.agent.closes()
    phone.session.advance(21_000)


CALLS = (_busy_then_back, _answered_late, _restarted, _lost)


@pytest.mark.parametrize("act", CALLS, ids=lambda act: act.__name__.strip("_"))
@pytest.mark.parametrize("function", MAY_FAIL)
def test_a_call_of_the_platform_may_throw(call: Dial, function: str, act: Callable[[Phone], None]) -> None:
    for which in range(13):  # 0: every time; then the first to the twelfth
        phone = call("front_desk", throws={function: which})
        with suppress(ImpossibleEvent, AssertionError, ValueError):  # the call may have taken another course
            act(phone)
        if which > 0 and len(phone.session.events_of("throws")) == 0:
            break
        phone.session.advance(2 * 3_600_000 + 60_000)
        assert phone.session.error is None, (which, phone.session.error)
        assert phone.session.ended is not None, which
        assert phone.session.ended.reason == "terminate", which
        if which > 0:  # else nothing can be hung up at all
            hung_up = {entry["call"] for entry in phone.session.events_of("hangup")}
            forgotten = {entry["call"] for entry in phone.session.events_of("dropped")} - hung_up
            assert function == "Call.hangup" or not forgotten, (which, forgotten)
        phone.session.close()


@pytest.mark.parametrize("which", [0, 1, 2, 3])
def test_a_leg_that_cannot_be_watched_is_hung_up(call: Dial, which: int) -> None:
    """The first four listeners are the caller's, the last of them for keys, without which a call goes on."""
    phone = call("front_desk", throws={"Call.addEventListener": 3 if which == 0 else 4 + which})
    if which == 0:
        assert phone.is_over()  # nobody would learn when the caller has gone
        return
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.advance(1)
    assert phone.ringing == [PBX]
    assert [leg["state"] for leg in phone.session.legs if leg["number"] == RECEPTION] == ["TERMINATED"]
