"""Targets that ring together: one of them has the caller, whatever happens at one instant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import RINGBACK, Phone

ANNA, BEN, CARL, DORA = "+15550100001", "+15550100002", "+15550100003", "+15550100004"
TEN = [f"sip:p{number}@pbx.example.com" for number in range(10)]


def tried(phone: Phone) -> list[tuple[str, str]]:
    return [(one["target"], one["outcome"]) for one in phone.told[-1]["tried"]]


@pytest.mark.parametrize(("first", "second"), [(ANNA, BEN), (BEN, ANNA)])
def test_two_that_answer_at_one_instant_never_both_get_the_caller(
    call: Callable[..., Phone], first: str, second: str
) -> None:
    phone = call("together", hangup_ms=200)
    phone.asks_and_speaks("both")
    assert phone.ringing == [ANNA, BEN]
    phone.session.leg(first).answer()
    phone.session.leg(second).answer()  # which was on its way when the other one was hung up on
    assert (phone.ringing, phone.hears) == ([first], f"leg:{first}")
    phone.session.advance(100_000)
    assert (phone.ringing, phone.hears) == ([first], f"leg:{first}")
    assert phone.dialled == [ANNA, BEN]
    phone.session.leg(first).hang_up()
    assert phone.is_over()


@pytest.mark.parametrize("switch", [{"answer_wins": True}, {"late_connected": True}])
def test_an_answer_that_wins_against_our_hangup(call: Callable[..., Phone], switch: dict[str, bool]) -> None:
    phone = call("together", **switch)
    phone.asks_and_speaks("both")
    phone.session.leg(BEN).answer()
    phone.session.advance(10_000)
    assert (phone.ringing, phone.hears) == ([BEN], f"leg:{BEN}")
    assert "together: anna: let go" in phone.session.logs


def test_each_rings_for_its_own_time(call: Callable[..., Phone]) -> None:
    phone = call("together")
    phone.asks_and_speaks("both")
    phone.session.advance(10_000)
    assert (phone.ringing, phone.hears) == ([ANNA], RINGBACK)
    phone.session.advance(9_000)
    phone.session.leg(ANNA).fail(486)
    assert phone.told[-1]["tried"][:2] == [
        {"target": "ben", "outcome": "no_answer", "rang_seconds": 10},
        {"target": "anna", "outcome": "busy"},
    ]
    assert tried(phone)[2] == ("carl", "not_allowed"), "whose caller ID is missing"
    assert (phone.told[-1]["outcome"], phone.told[-1]["target"]) == ("busy", "anna")


def test_a_group_rings_to_its_end_before_an_outcome_stops_the_hunt(call: Callable[..., Phone]) -> None:
    phone = call("together")
    phone.asks_and_speaks("both")
    phone.session.leg(ANNA).fail(603)
    assert phone.ringing == [BEN]
    phone.session.leg(BEN).fail(486)
    assert tried(phone) == [("anna", "declined"), ("ben", "busy")]
    assert (phone.told[-1]["outcome"], phone.dialled) == ("declined", [ANNA, BEN])


def test_one_that_was_let_go_is_called_with_its_first_caller_id_again(call: Callable[..., Phone]) -> None:
    phone = call("together")
    for _ in range(2):
        phone.asks_and_speaks("either")
        phone.session.leg(DORA).fail(403)
        phone.session.leg(BEN).answer()
        phone.session.leg(BEN).hang_up()
        phone.session.advance(3000)
    shown = [entry["callerid"] for entry in phone.session.events_of("dial") if entry["number"] == DORA]
    assert shown == ["+15550100000", "+15550100009"] * 2


def test_who_was_called_a_moment_ago_still_counts_when_a_hunt_is_over(call: Callable[..., Phone]) -> None:
    """Six have rung, and five others wait for room when the hunt is over: the five of the next one wait as well."""
    phone = call("together")
    phone.asks_and_speaks("crowd")
    phone.session.advance(5000 - (phone.session.now - phone.session.events_of("dial")[0]["t"]) - 500)
    for number in TEN[:6]:
        phone.session.leg(number).fail(486)
    phone.session.advance(500)
    assert phone.ringing == []
    phone.session.advance(999)
    assert phone.ringing == []
    phone.session.advance(1)
    assert phone.ringing == TEN[:5]


def test_of_two_outcomes_that_stop_the_hunt_the_first_does(call: Callable[..., Phone]) -> None:
    phone = call("together")
    phone.asks_and_speaks("both")
    phone.session.leg(BEN).fail(404)
    phone.session.leg(ANNA).fail(603)
    assert (phone.told[-1]["outcome"], phone.told[-1]["target"]) == ("invalid", "ben")


def test_nobody_is_rung_when_the_hunt_is_over_while_it_waits_for_room(call: Callable[..., Phone]) -> None:
    phone = call("together")
    phone.asks_and_speaks("soon")
    phone.session.advance(5000 - (phone.session.now - phone.session.events_of("dial")[0]["t"]) - 500)
    for number in TEN:
        phone.session.leg(number).fail(486)
    phone.session.advance(499)
    assert (phone.ringing, phone.told) == ([], [])
    phone.session.advance(1)
    assert phone.told[-1]["outcome"] == "busy"
    phone.session.advance(5000)
    assert len(phone.dialled) == 10


def test_who_answers_after_another_has_declined_has_the_caller(call: Callable[..., Phone]) -> None:
    phone = call("together")
    phone.asks_and_speaks("both")
    phone.session.leg(ANNA).fail(603)
    phone.session.leg(BEN).answer()
    assert phone.hears == f"leg:{BEN}"


def test_one_that_cannot_be_called_does_not_disturb_the_others(call: Callable[..., Phone]) -> None:
    phone = call("together")
    phone.asks_and_speaks("three")
    assert phone.ringing == [ANNA, BEN]


def test_one_whose_call_the_platform_refuses(call: Callable[..., Phone]) -> None:
    phone = call("together", throws={"VoxEngine.callPSTN": 1})
    phone.asks_and_speaks("both")
    assert phone.ringing == [BEN]
    phone.session.leg(BEN).answer()
    assert phone.hears == f"leg:{BEN}"


def test_one_with_whom_the_caller_cannot_be_joined(call: Callable[..., Phone]) -> None:
    """The others ring on."""
    phone = call("together", throws={"VoxEngine.sendMediaBetween": 2})
    phone.asks_and_speaks("both")
    phone.session.leg(ANNA).answer()
    assert (phone.ringing, phone.hears) == ([BEN], RINGBACK)
    phone.session.leg(BEN).answer()
    assert phone.hears == f"leg:{BEN}"


def test_a_group_is_rung_again_but_for_those_of_whom_it_is_no_use(call: Callable[..., Phone]) -> None:
    phone = call("together")
    phone.asks_and_speaks("again")
    phone.session.leg(ANNA).fail(603)
    phone.session.leg(BEN).fail(486)
    phone.session.advance(30_000)
    assert phone.ringing == [BEN]
    phone.session.leg(BEN).fail(480)
    phone.session.advance(30_000)
    phone.session.leg(BEN).answer()
    phone.session.advance(60_000)
    phone.session.leg(BEN).hang_up()
    phone.session.advance(1000)
    assert phone.dialled == [ANNA, BEN, BEN, BEN], "a conversation is the end of a hunt"


def test_nobody_is_rung_twice_where_a_choice_leads_to_a_member(call: Callable[..., Phone]) -> None:
    phone = call("together")
    phone.asks_and_speaks("chosen", who="anna")
    phone.session.leg(ANNA).fail(486)
    assert phone.ringing == [BEN]
    phone.session.leg(BEN).fail(486)
    phone.asks_and_speaks("chosen", who="nobody")
    assert phone.ringing == [ANNA, BEN]


def test_ten_ring_at_once_and_49_times_in_all(call: Callable[..., Phone]) -> None:
    """A round begins a second after the one before: until then those may count whom we have hung up on."""
    phone = call("together", hangup_ms=900)
    phone.asks_and_speaks("ten")
    for _ in range(4):
        assert phone.ringing == TEN
        phone.session.advance(20_000)
        assert (phone.ringing, phone.hears) == ([], RINGBACK)
        phone.session.advance(1000)
    assert phone.ringing == TEN[:9], "the platform makes 50 calls in a session, and the caller's is one"
    phone.session.advance(20_000)
    told = phone.told[-1]["tried"] if phone.told else (phone.session.agent.started or {})["vox_outcome"]["tried"]
    assert [one["outcome"] for one in told] == ["unreachable"] * 40 + ["not_allowed"] + ["unreachable"] * 8
    assert all(leg["state"] == "TERMINATED" or leg["number"] in TEN[:9] for leg in phone.session.legs[1:])


@pytest.mark.parametrize("is_answered", [True, False])
def test_the_caller_hangs_up(call: Callable[..., Phone], is_answered: bool) -> None:
    phone = call("together")
    phone.asks_and_speaks("ten")
    if is_answered:
        phone.session.leg(TEN[4]).answer()
        assert phone.ringing == [TEN[4]]
    phone.session.caller.hang_up()
    assert phone.is_over()
