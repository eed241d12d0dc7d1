"""Calls that are placed to phones with more keys than digits."""

from __future__ import annotations

from collections.abc import Callable

from tests.scenario.phone import Phone

Dial = Callable[..., Phone]
ELSEWHERE = "sip:elsewhere@example.com"


def test_whoever_takes_it_transfers_us_nowhere(call: Dial) -> None:
    phone = call("placed_elsewhere", data="{}")
    desk = phone.session.leg("caller")
    desk.answer()
    desk.asks_transfer(ELSEWHERE)
    assert [entry["code"] for entry in phone.session.events_of("transfer_answered")] == [603]
    assert any("who is on the line wants to transfer us: declined" in line for line in phone.session.logs)
    assert phone.hears == "tts:Hello."


def test_who_wants_to_when_the_call_is_over_is_answered_nothing(call: Dial) -> None:
    phone = call("placed_elsewhere", data="{}", hangup="manual", http="manual")
    desk = phone.session.leg("caller")
    desk.answer()
    phone.session.advance(10_000)
    assert any(entry["event"] == "hangup" for entry in phone.session.trace)
    logged = len(phone.session.logs)
    desk.asks_transfer(ELSEWHERE)
    assert phone.session.events_of("transfer_answered") == []
    assert len(phone.session.logs) == logged
