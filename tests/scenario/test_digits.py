"""Digits that are sent to an exchange, before anything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import RINGBACK, Phone

WARD, DESK, KITCHEN = "+15550100001", "sip:desk@pbx.example.com", "sip:kitchen@pbx.example.com"
ASKED = "tts:Press 1 to take it."
Dial = Callable[..., Phone]


def answered(call: Dial, action: str = "find", **options: object) -> Phone:
    """The exchange of the ward has answered."""
    phone = call("exchange", **options)
    phone.asks_and_speaks(action)
    phone.session.leg(WARD).answer()
    phone.session.advance(0)
    return phone


def sent(phone: Phone) -> list[tuple[int, str]]:
    return [(entry["t"], entry["digits"]) for entry in phone.session.events_of("send_digits")]


def tried(phone: Phone) -> list[tuple[str, str]]:
    return [(one["target"], one["outcome"]) for one in phone.told[-1]["tried"]]


def test_digits_then_a_key_then_the_caller(call: Dial) -> None:
    phone = answered(call)
    begins = phone.session.now
    phone.session.advance(3199)
    assert sent(phone) == [(begins + 2000, "47"), (begins + 2800, "#")]
    assert (phone.hears, phone.session.leg(WARD).hears) == (RINGBACK, "silence")
    assert phone.session.agent.state == "open", "the agent that waits goes when the caller is joined"
    phone.session.advance(1)
    assert phone.session.leg(WARD).hears == ASKED
    phone.session.leg(WARD).press("1")
    assert phone.session.leg(WARD).hears == "tts:Somebody with a question."
    phone.session.advance(10_000)
    assert (phone.hears, phone.session.leg(WARD).hears) == (f"leg:{WARD}", "caller")


def test_without_a_key_the_caller_is_joined_after_the_last(call: Dial) -> None:
    phone = answered(call)
    phone.session.leg(WARD).hang_up()
    phone.session.leg(DESK).answer()
    phone.session.advance(899)
    assert (phone.hears, sent(phone)[-1][1]) == (RINGBACK, "0")
    phone.session.advance(1)
    assert (phone.hears, phone.session.leg(DESK).hears) == (f"leg:{DESK}", "caller")
    phone.session.advance(7_300)
    phone.session.leg(DESK).hang_up()
    phone.session.advance(1000)
    told = (phone.session.agent.started or {})["vox_outcome"]
    assert (told["outcome"], told["talk_seconds"]) == ("connected", 7), "from when they are joined"


@pytest.mark.parametrize("when", [0, 1999, 2000, 2500, 2800, 3199])
@pytest.mark.parametrize(("does", "outcome"), [("hangs up", "declined"), ("fails", "failed"), ("presses", "")])
def test_whatever_the_exchange_does_meanwhile(call: Dial, when: int, does: str, outcome: str) -> None:
    phone = answered(call)
    phone.session.advance(when)
    ward = phone.session.leg(WARD)
    before = sent(phone)
    if does == "presses":
        ward.press("1")
        phone.session.advance(3200 - when)
        assert ward.hears == ASKED, "keys count once the person is asked"
        return
    if does == "hangs up":
        ward.hang_up()
    else:
        ward.fail(500, answered=True)
    phone.session.advance(1900)
    assert phone.ringing == [DESK]
    assert sent(phone) == before, "what has gone is sent nothing"
    phone.session.leg(DESK).fail(486)
    assert tried(phone) == [("ward", outcome), ("desk", "busy")]


@pytest.mark.parametrize("when", [0, 2100, 3100])
def test_the_caller_hangs_up_meanwhile(call: Dial, when: int) -> None:
    phone = answered(call)
    phone.session.advance(when)
    phone.session.caller.hang_up()
    assert phone.is_over()


@pytest.mark.parametrize("when", [0, 2100, 3100])
def test_the_caller_stops_it_meanwhile(call: Dial, when: int) -> None:
    phone = answered(call, "find_soon")
    phone.session.advance(when)
    phone.session.caller.press("*")
    phone.session.advance(2000)
    assert phone.ringing == []
    assert (phone.told[-1]["outcome"], tried(phone)) == ("cancelled", [("ward", "cancelled")])


def test_the_time_for_all_of_it_is_over_meanwhile(call: Dial) -> None:
    phone = call("exchange")
    phone.asks_and_speaks("find_soon")
    phone.session.advance(2000)
    phone.session.leg(WARD).answer()
    phone.session.advance(3000)
    assert phone.ringing == []
    assert tried(phone) == [("ward", "not_accepted")]
    assert [digits for _, digits in sent(phone)] == ["47", "#"] or [digits for _, digits in sent(phone)] == ["47"]


def test_the_time_to_ring_is_over_with_the_answer(call: Dial) -> None:
    phone = call("exchange")
    phone.asks_and_speaks("find")
    phone.session.advance(19_000)
    phone.session.leg(WARD).answer()
    phone.session.advance(3200)
    assert phone.session.leg(WARD).hears == ASKED


@pytest.mark.parametrize("time", [1, 2])
def test_digits_that_cannot_be_sent(call: Dial, time: int) -> None:
    phone = answered(call, throws={"Call.sendDigits": time})
    phone.session.advance(3200)
    assert phone.ringing == [DESK]
    phone.session.leg(DESK).fail(486)
    assert tried(phone) == [("ward", "failed"), ("desk", "busy")]


@pytest.mark.parametrize("when", [0, 2100, 3100])
def test_somebody_else_answers_meanwhile(call: Dial, when: int) -> None:
    """Of those that ring together: what answers there is let go, and sent nothing more."""
    phone = answered(call, "find_anybody")
    phone.session.advance(when)
    before = sent(phone)
    phone.session.leg(KITCHEN).answer()
    phone.session.advance(5000)
    assert (phone.hears, phone.ringing) == (f"leg:{KITCHEN}", [KITCHEN])
    assert sent(phone) == before


def test_the_others_ring_on_while_digits_are_sent(call: Dial) -> None:
    phone = answered(call, "find_anybody")
    phone.session.advance(3200)
    assert phone.ringing == [WARD, KITCHEN]
    phone.session.leg(WARD).press("1")
    phone.session.advance(0)
    assert phone.ringing == [WARD]
