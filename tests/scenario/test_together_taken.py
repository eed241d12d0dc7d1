"""Targets that ring together, some of which ask for a key first: the others ring on until somebody takes the call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import RINGBACK, Phone

ANNA, BEN, CARL, DORA, EVA = [f"+1555010000{number}" for number in range(1, 6)]
ASKED = "tts:Press 1 to take it."
WHISPER = "tts:Somebody has a question."
WHISPER_MS = len("Somebody has a question.") * 60
Dial = Callable[..., Phone]


def tried(phone: Phone) -> list[tuple[str, str]]:
    return [(one["target"], one["outcome"]) for one in phone.told[-1]["tried"]]


def hears(phone: Phone, number: str) -> str | None:
    return phone.session.leg(number).hears


def two_asked(call: Dial) -> Phone:
    """Anna and Ben have answered, and hear what they are asked; Carl's phone rings on."""
    phone = call("taken")
    phone.asks_and_speaks("find")
    phone.session.leg(ANNA).answer()
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    return phone


def test_whoever_answers_is_asked_while_the_others_ring(call: Dial) -> None:
    phone = two_asked(call)
    assert (hears(phone, ANNA), hears(phone, BEN), phone.hears) == (ASKED, ASKED, RINGBACK)
    assert phone.ringing == [ANNA, BEN, CARL]


@pytest.mark.parametrize(("first", "second"), [(ANNA, BEN), (BEN, ANNA)])
def test_of_two_that_press_the_key_at_one_instant_one_has_the_caller(
    call: Dial, first: str, second: str
) -> None:
    phone = two_asked(call)
    phone.session.leg(first).press("1")
    assert phone.session.leg(second).state == "TERMINATED"
    phone.session.advance(WHISPER_MS)
    assert (phone.ringing, phone.hears, hears(phone, first)) == ([first], f"leg:{first}", "caller")
    phone.session.advance(120_000)
    assert (phone.dialled, phone.hears) == ([ANNA, BEN, CARL], f"leg:{first}")


def test_who_answers_where_nothing_is_asked_has_taken_the_call(call: Dial) -> None:
    phone = two_asked(call)
    phone.session.leg(CARL).answer()
    assert (phone.ringing, phone.hears) == ([CARL], f"leg:{CARL}")
    phone.session.advance(60_000)
    assert (phone.ringing, phone.hears) == ([CARL], f"leg:{CARL}")


def test_with_the_key_the_others_are_let_go_before_the_whisper(call: Dial) -> None:
    phone = two_asked(call)
    phone.session.leg(ANNA).press("1")
    assert (phone.ringing, hears(phone, ANNA), phone.hears) == ([ANNA], WHISPER, RINGBACK)
    phone.session.leg(ANNA).hang_up()
    assert phone.ringing == [DORA], "the hunt goes on behind the group, which is not rung a second time"
    phone.session.leg(DORA).fail(486)
    assert tried(phone) == [("anna", "declined"), ("dora", "busy")]


def test_the_time_for_a_hunt_ends_with_the_key(call: Dial) -> None:
    phone = two_asked(call)
    phone.session.leg(ANNA).press("1")
    phone.session.advance(1)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(25_000)
    assert phone.ringing == [], "of Dora, who has rung for her time"
    assert tried(phone) == [("anna", "declined"), ("dora", "no_answer")]


def test_who_declines_leaves_the_others_ringing(call: Dial) -> None:
    phone = two_asked(call)
    phone.session.leg(ANNA).press("2")
    assert (phone.ringing, phone.hears) == ([BEN, CARL], RINGBACK)
    phone.session.leg(CARL).fail(486)
    phone.session.advance(20_000)
    phone.session.advance(10_000)
    assert phone.ringing == [BEN, CARL], "both may be rung again, and Anna not"


def test_the_caller_stops_it_for_all(call: Dial) -> None:
    phone = two_asked(call)
    phone.session.caller.press("*")
    assert phone.ringing == []
    assert tried(phone) == [("anna", "cancelled"), ("ben", "cancelled"), ("carl", "cancelled")]
    assert phone.told[-1]["outcome"] == "cancelled"


def test_one_that_rings_alone_may_be_rung_again_after_its_line_has_failed(call: Dial) -> None:
    phone = call("taken")
    phone.asks_and_speaks("alone")
    phone.session.leg(EVA).answer()
    phone.session.advance(0)
    phone.session.leg(EVA).fail(500, answered=True)
    assert phone.dialled == [EVA, EVA]
    assert "taken: eva: failed, code 500" in phone.session.logs


def test_the_caller_gives_up(call: Dial) -> None:
    phone = two_asked(call)
    phone.session.caller.hang_up()
    phone.session.advance(1000)
    assert phone.is_over()
