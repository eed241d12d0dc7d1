"""What a call list is told of the calls that it has placed, and how long it is waited for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import Phone

Dial = Callable[..., Phone]
DATA = '{"to": "+15550123456", "row": "17"}'


def told(phone: Phone) -> list[tuple[str, Any]]:
    return [(entry["what"], json.loads(entry["said"])) for entry in phone.session.events_of("call_list")]


@pytest.mark.parametrize(
    ("code", "expected"),
    [(486, ("error", {"outcome": "busy"})), (603, ("result", {"outcome": "declined"}))],
)
@pytest.mark.parametrize("flow", ["listed", "listed_and_told"])
def test_it_is_told_what_came_of_a_call(call: Dial, flow: str, code: int, expected: object) -> None:
    phone = call(flow, data=DATA, by_list=True)
    phone.session.leg("caller").fail(code)
    assert told(phone) == [expected]
    assert phone.session.ended is None
    assert phone.is_over()
    assert "the call list was told" in phone.session.logs[-1]


def test_whoever_takes_it_is_done(call: Dial) -> None:
    phone = call("listed_and_told", data=DATA, by_list=True)
    phone.session.leg("caller").answer()
    phone.session.advance(1000)
    assert told(phone) == []
    phone.session.caller.hang_up()
    assert told(phone) == [("result", {"outcome": "connected"})]
    assert phone.is_over()


def test_where_the_platform_takes_no_call_it_has_failed(call: Dial) -> None:
    phone = call("listed_and_told", data=DATA, by_list=True, throws={"VoxEngine.callPSTN": 0})
    assert told(phone) == [("result", {"outcome": "failed"})]
    assert phone.is_over()


def test_the_longest_time_of_a_call_that_is_not_over_when_it_rings(call: Dial) -> None:
    phone = call("listed_and_told", data=DATA, by_list=True, by_itself="nothing")
    phone.session.event({"type": "platform", "does": "timer", "name": "onLongestTime"})
    assert told(phone) == [("result", {"outcome": "failed"})]


@pytest.mark.parametrize("flow", ["listed", "listed_and_told"])
@pytest.mark.parametrize(
    ("data", "why"),
    [
        ('{"to": "911"}', "to is an emergency number or another short one"),
        ("to=1", "they are no JSON object"),
        ("", "there are none, and nobody calls"),
    ],
)
def test_data_that_are_not_right_are_an_error(call: Dial, flow: str, data: str, why: str) -> None:
    phone = call(flow, wait=5000, data=data, by_list=True)
    assert told(phone) == [("error", {"error": why})]
    assert phone.is_over()


def test_nobody_comes_in_while_the_list_hears_of_wrong_data(call: Dial) -> None:
    phone = call("listed", data="", by_list=True, wait=5000, call_list_answers="manual")
    phone.session.event({"type": "announce", "leg": "late", "from": "+15550123456", "to": "+15550100000"})
    assert [entry["code"] for entry in phone.session.events_of("reject")] == [486]


def test_a_call_that_comes_in_is_none_of_a_list(call: Dial) -> None:
    phone = call("listed")
    phone.session.caller.hang_up()
    assert told(phone) == []
    assert phone.is_over()


@pytest.mark.parametrize("flow", ["listed", "listed_and_told"])
@pytest.mark.parametrize(
    ("options", "lasts", "says"),
    [
        ({"by_list": False}, 50, "no call list was told: none has started this session, or it refuses"),
        ({"call_list": "refuses"}, 50, "no call list was told: none has started this session, or it refuses"),
        ({"call_list": "never"}, 15_000, "the call list has not answered"),
        ({"call_list": "missing"}, 0, "could not tell the call list: ReferenceError"),
        ({"throws": {"CallList.reportErrorAsync": 1}}, 0, "could not tell the call list: Error"),
        ({"call_list": "unlisted"}, 50, "the call list was told"),
    ],
)
def test_the_session_ends_whatever_the_list_says(
    call: Dial, flow: str, options: dict[str, Any], lasts: int, says: str
) -> None:
    phone = call(flow, data=DATA, **{"by_list": True, "http_ms": 0, **options})
    phone.session.leg("caller").fail(486)
    if lasts:
        phone.session.advance(lasts - 1)
        assert phone.session.ended is None
        phone.session.advance(1)
    phone.session.advance(0)
    assert phone.session.ended is not None
    assert any(line.endswith(says) for line in phone.session.logs)
    assert phone.session.misuses == []


def test_what_comes_too_late_is_nothing_to_wait_for(call: Dial) -> None:
    """A webhook is told again meanwhile: the list is only one of them."""
    phone = call("listed_and_told", data=DATA, by_list=True, call_list_answers="manual", http="manual")
    phone.session.leg("caller").fail(486)
    phone.session.advance(15_500)
    logged = len(phone.session.logs)
    phone.session.event({"type": "platform", "does": "call_list", "isHeard": True})
    assert len(phone.session.logs) == logged
    assert phone.session.ended is None
    phone.session.advance(55_000)
    assert phone.session.ended is not None


def test_a_webhook_is_waited_for_when_the_list_knows(call: Dial) -> None:
    phone = call("listed_and_told", data=DATA, by_list=True, http_ms=4000)
    phone.session.leg("caller").fail(486)
    phone.session.advance(3000)
    assert phone.session.ended is None
    phone.session.advance(1000)
    assert phone.session.ended is not None


def test_a_message_is_left_while_the_list_knows_already(call: Dial) -> None:
    """And the list is waited for where the message is over first."""
    phone = call("listed", data=DATA, by_list=True, call_list="never")
    leg = phone.session.leg("caller")
    leg.answer()
    leg.detected("VOICEMAIL")
    phone.session.advance(100)
    assert told(phone) == [("error", {"outcome": "machine"})]
    phone.session.advance(16_000)
    assert phone.session.ended is None  # a message is still to be left
    phone.session.advance(60_000)
    assert phone.session.ended is not None


def test_the_list_is_waited_for_when_a_message_is_left(call: Dial) -> None:
    phone = call("listed", data=DATA, by_list=True, call_list="never")
    leg = phone.session.leg("caller")
    leg.answer()
    leg.detected("VOICEMAIL")
    phone.session.advance(100)
    leg.hang_up()
    phone.session.advance(14_000)
    assert phone.session.ended is None
    phone.session.advance(1000)
    assert phone.session.ended is not None
