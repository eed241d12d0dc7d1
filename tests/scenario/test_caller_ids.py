"""Caller IDs: which number is shown to whom, the caller's own among them, and which one after it was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import CALLER, RINGBACK, Phone

Dial = Callable[..., Phone]
STORED, LITERAL = "+15550009999", "+15550108888"
OWNER, MOBILE, OFFICE = "+15550100001", "+15550100002", "sip:office@pbx.example.com"


def shown(phone: Phone) -> list[tuple[str, bool]]:
    """The caller ID of every call that was placed, and whether it was one that is passed on."""
    return [(entry["callerid"], entry.get("passed_on", False)) for entry in phone.session.events_of("dial")]


def test_the_next_is_shown_when_one_is_refused(call: Dial) -> None:
    phone = call("caller_ids")
    phone.asks_and_speaks("ring_owner")
    assert shown(phone) == [(CALLER, True)]
    phone.session.leg(OWNER).fail(403)
    assert shown(phone) == [(CALLER, True), (STORED, False)]
    assert phone.hears == RINGBACK
    phone.session.leg(OWNER).fail(403)
    assert shown(phone) == [(CALLER, True), (STORED, False), (LITERAL, False)]
    phone.session.leg(OWNER).answer()
    assert phone.hears == f"leg:{OWNER}"
    assert sum("its caller ID was refused" in line for line in phone.session.logs) == 2


def test_it_is_one_attempt_and_ends_when_none_is_left(call: Dial) -> None:
    phone = call("caller_ids")
    for _ in range(2):  # the next attempt begins with the first again
        phone.asks_and_speaks("ring_owner")
        for _ in range(3):
            assert phone.ringing == [OWNER]
            phone.session.leg(OWNER).fail(403)
        assert phone.hears == "agent"
        assert phone.told[-1]["tried"] == [{"target": "owner", "outcome": "not_allowed"}]
    assert shown(phone) == [(CALLER, True), (STORED, False), (LITERAL, False)] * 2


def test_a_target_with_one_is_called_once(call: Dial) -> None:
    phone = call("caller_ids")
    phone.asks_and_speaks("ring_mobile")
    phone.session.leg(MOBILE).fail(403)
    assert phone.told[-1]["tried"] == [{"target": "mobile", "outcome": "not_allowed"}]
    assert len(shown(phone)) == 1


def test_a_phone_that_has_rung_was_not_refused_its_caller_id(call: Dial) -> None:
    """Its person was: nobody is called again who has just declined."""
    phone = call("caller_ids")
    phone.asks_and_speaks("ring_office")
    phone.session.leg(OFFICE).ring()
    phone.session.leg(OFFICE).fail(403)
    assert len(shown(phone)) == 1
    assert phone.told[-1]["tried"] == [{"target": "office", "outcome": "not_allowed"}]


def test_an_attempt_that_the_platform_never_took_begins_with_the_first_again(call: Dial) -> None:
    phone = call("caller_ids", throws={"VoxEngine.callPSTN": 0})
    for _ in range(2):
        phone.asks_and_speaks("ring_owner")
        phone.session.advance(1000)
        assert phone.told[-1]["tried"] == [{"target": "owner", "outcome": "failed"}]


def test_all_of_them_have_one_ring(call: Dial) -> None:
    phone = call("caller_ids")
    phone.asks_and_speaks("ring_owner")
    placed = phone.session.events_of("dial")[0]["t"]
    phone.session.advance(placed + 15_000 - phone.session.now)
    phone.session.leg(OWNER).fail(403)
    phone.session.advance(4999)
    assert phone.ringing == [OWNER]
    phone.session.advance(1)
    assert phone.ringing == []
    assert phone.told[-1]["tried"] == [{"target": "owner", "outcome": "no_answer", "rang_seconds": 20}]


@pytest.mark.parametrize("code", [402, 404, 408, 480, 486, 487, 500, 600, 603, 607, 608])
def test_nothing_but_a_refusal_is_tried_again(call: Dial, code: int) -> None:
    phone = call("caller_ids")
    phone.asks_and_speaks("ring_owner")
    phone.session.leg(OWNER).fail(code)
    assert shown(phone) == [(CALLER, True)]
    assert phone.hears == "agent"


@pytest.mark.parametrize("how", ["fails", "throws"])
def test_a_caller_id_that_is_not_ours_is_refused_either_way(call: Dial, how: str) -> None:
    phone = call("caller_ids", verified_callerids=(LITERAL,), unverified_callerid=how, caller="anonymous")
    phone.asks_and_speaks("ring_owner")
    phone.session.advance(10)
    assert shown(phone)[-1] == (LITERAL, False)
    assert phone.ringing == [OWNER]
    assert phone.session.error is None


@pytest.mark.parametrize("caller", ["anonymous", "", "201", "0301234567"])
def test_a_caller_without_a_number_gives_way(call: Dial, caller: str) -> None:
    phone = call("caller_ids", caller=caller)
    phone.asks_and_speaks("ring_owner")
    assert shown(phone) == [(STORED, False)]
    phone.session.leg(OWNER).fail(486)
    phone.asks_and_speaks("ring_mobile")
    phone.session.advance(1000)
    assert len(shown(phone)) == 1
    assert phone.told[-1]["outcome"] == "not_allowed"
    assert any("cannot ring mobile, its caller ID is missing or malformed" in line for line in phone.session.logs)


def test_a_caller_who_comes_over_sip_is_not_shown(call: Dial) -> None:
    phone = call("caller_ids", client="sip")
    phone.asks_and_speaks("ring_owner")
    assert shown(phone) == [(STORED, False)]


@pytest.mark.parametrize("stored", ["", "two words", None])
def test_what_is_missing_or_malformed_is_passed_over(call: Dial, stored: str | None) -> None:
    storage: dict[str, Any] = {"CARTESIA_AGENT_ID": "agent_1"}
    phone = call("caller_ids", storage=storage if stored is None else {**storage, "PSTN_CALLER_ID": stored})
    phone.asks_and_speaks("ring_owner")
    phone.session.leg(OWNER).fail(403)
    assert shown(phone) == [(CALLER, True), (LITERAL, False)]


def test_over_sip_it_is_the_same_and_nothing_is_passed_on(call: Dial) -> None:
    phone = call("caller_ids")
    phone.asks_and_speaks("ring_office")
    phone.session.leg(OFFICE).fail(403)
    assert shown(phone) == [(CALLER, False), (LITERAL, False)]
    phone.session.leg(OFFICE).fail(403)
    assert phone.told[-1]["tried"] == [{"target": "office", "outcome": "not_allowed"}]


def test_a_call_that_is_refused_late_changes_nothing(call: Dial) -> None:
    phone = call("caller_ids", late_connected=True)
    phone.asks_and_speaks("ring_owner")
    phone.session.advance(20_000)
    assert phone.hears == "agent"
    phone.session.advance(1000)
    assert len(shown(phone)) == 1


def test_each_call_that_is_placed_is_one_of_those_that_the_platform_allows(call: Dial) -> None:
    phone = call("caller_ids", agent_keepalive=True)
    for _ in range(17):
        phone.asks_and_speaks("ring_owner")
        while phone.ringing:
            phone.session.leg(OWNER).fail(403)
    assert len(shown(phone)) == 49
    assert phone.told[-1]["tried"] == [{"target": "owner", "outcome": "not_allowed"}]
    assert phone.session.error is None
