"""Callers who came over SIP are handed over; everybody else, and wherever that is of no use, is connected as usual."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import RINGBACK, Phone

Dial = Callable[..., Phone]
BRANCH, SHOP, DESK = "sip:branch@pbx.example.com", "sip:shop@pbx.example.com", "+15550100001"


def over_sip(call: Dial, action: str = "call_branch", **given: Any) -> Phone:
    phone = call("refer", client="sip", **given)
    phone.asks_and_speaks(action)
    phone.session.advance(1000)
    return phone


def asked(phone: Phone) -> list[str]:
    return [entry["to"] for entry in phone.session.events_of("transfer_to")]


def is_logged(phone: Phone, text: str) -> bool:
    return any(text in line for line in phone.session.logs)


def test_who_came_over_sip_is_handed_over(call: Dial) -> None:
    phone = call("refer", client="sip", headers={"X-Flowc-Hops": "2"})
    phone.asks_and_speaks("call_branch", summary="a tooth")
    phone.session.advance(1000)
    [entry] = phone.session.events_of("transfer_to")
    assert (entry["leg"], entry["to"]) == ("caller", BRANCH)
    assert entry["headers"] == {"X-Flowc-Hops": "3", "X-Summary": "a tooth"}
    assert phone.dialled == []
    assert phone.session.heard_by_caller == RINGBACK
    assert phone.session.agent.state == "open"
    phone.session.caller.completes_transfer()
    assert phone.session.ended is not None
    assert phone.session.agent.state == "closed"
    assert is_logged(phone, "call_branch -> handed over branch")
    assert is_logged(phone, "call ends: the caller has been handed over")
    assert not is_logged(phone, "unless the caller has hung up")


@pytest.mark.parametrize("end", ["complete", "disconnected"])
def test_whatever_is_said_of_a_leg_that_was_handed_over(call: Dial, end: str) -> None:
    phone = over_sip(call, refer_end=end)
    phone.session.caller.completes_transfer()
    phone.session.advance(100)
    assert phone.session.ended is not None
    assert phone.session.caller.state == "TERMINATED"
    told = "handed over branch" if end == "complete" else "branch has the caller, unless the caller has hung up"
    assert is_logged(phone, told)


@pytest.mark.parametrize("client", ["pstn", "user"])
def test_who_came_another_way_is_connected(call: Dial, client: str) -> None:
    phone = call("refer", client=client)
    phone.asks_and_speaks("call_branch")
    phone.session.advance(1000)
    assert asked(phone) == []
    assert phone.dialled == [BRANCH]


@pytest.mark.parametrize(("code", "outcome"), [(486, "busy"), (408, "no_answer"), (603, "declined"), (500, "failed")])
def test_a_refusal_is_an_outcome(call: Dial, code: int, outcome: str) -> None:
    phone = over_sip(call)
    phone.session.caller.refuses_transfer(code)
    assert phone.dialled == []
    assert phone.told[-1]["outcome"] == outcome
    assert phone.told[-1]["tried"] == [{"target": "branch", "outcome": outcome}]
    assert is_logged(phone, f"branch: {outcome}, code {code}")
    phone.asks_and_speaks("call_branch")
    phone.session.advance(1000)
    assert asked(phone) == [BRANCH, BRANCH]


@pytest.mark.parametrize("code", [405, 501])
def test_a_trunk_that_hands_nobody_over_has_it_called(call: Dial, code: int) -> None:
    phone = over_sip(call)
    phone.session.caller.refuses_transfer(code)
    assert phone.dialled == [BRANCH]
    phone.session.leg(BRANCH).answer()
    assert phone.session.heard_by_caller == f"leg:{BRANCH}"


def test_a_trunk_that_never_answers_is_asked_no_more(call: Dial) -> None:
    phone = over_sip(call, "twice")
    phone.session.advance(4000)
    assert phone.dialled == [BRANCH]
    phone.session.caller.refuses_transfer(486)  # to what it was asked before
    assert phone.session.leg(BRANCH).state == "PROGRESSING"
    phone.session.leg(BRANCH).fail(486)
    assert phone.dialled == [BRANCH, "sip:shop@pbx.example.com"]
    assert asked(phone) == [BRANCH]


@pytest.mark.parametrize("answers", [True, False])
def test_who_is_handed_over_all_the_same_is_not_kept(call: Dial, answers: bool) -> None:
    phone = over_sip(call)
    phone.session.advance(4000)
    if answers:
        phone.session.leg(BRANCH).answer()
    phone.session.caller.completes_transfer()
    phone.session.advance(100)
    assert phone.session.ended is not None
    assert phone.session.leg(BRANCH).state == "TERMINATED"


@pytest.mark.parametrize("fault", [{"refer": "throws"}, {"throws": {"Call.transferTo": 0}}])
def test_where_the_platform_cannot_ask_it_is_called(call: Dial, fault: dict[str, Any]) -> None:
    phone = over_sip(call, **fault)
    assert phone.dialled == [BRANCH]
    assert is_logged(phone, "could not have the caller handed over to branch")


def test_where_it_could_not_ask_once_it_does_not_ask_again(call: Dial) -> None:
    phone = over_sip(call, throws={"Call.transferTo": 1})
    phone.session.leg(BRANCH).fail(486)
    phone.asks_and_speaks("call_branch")
    phone.session.advance(1000)
    assert asked(phone) == []
    assert phone.dialled == [BRANCH, BRANCH]


def test_a_target_without_refer_is_called(call: Dial) -> None:
    phone = over_sip(call, "call_plain")
    assert asked(phone) == []
    assert phone.dialled == ["sip:plain@pbx.example.com"]


def test_behind_the_last_call_that_the_platform_allows_nobody_is_handed_over(call: Dial) -> None:
    secrets = {"CARTESIA_API_KEY": "key", "CRM_WEBHOOK": "https://crm.example.com/hook", "HIDDEN": "nowhere"}
    phone = call("refer", client="sip", secrets=secrets)
    for _ in range(49):
        phone.asks_and_speaks("call_hidden")
        phone.session.advance(1000)
    phone.asks_and_speaks("call_branch")
    phone.session.advance(1000)
    assert asked(phone) == []
    assert phone.told[-1]["outcome"] == "not_allowed"


def test_a_caller_whose_trunk_cannot_be_watched_is_connected(call: Dial) -> None:
    assert over_sip(call, throws={"Call.clientType": 0}).dialled == [BRANCH]


def test_ten_times_in_a_call(call: Dial) -> None:
    phone = call("refer", client="sip")
    for number in range(11):
        phone.asks_and_speaks("call_branch")
        phone.session.advance(2000)
        if number < 10:
            phone.session.caller.refuses_transfer(486)
    assert len(asked(phone)) == 10
    assert phone.dialled == [BRANCH]
    assert phone.session.events_of("misuse") == []


@pytest.mark.parametrize("when", [0, 999])
def test_a_refusal_that_is_said_twice_is_none_of_the_next_hand_over(call: Dial, when: int) -> None:
    """Which is asked for a second later: until then the caller hears it ring."""
    phone = over_sip(call, "twice")
    phone.session.caller.refuses_transfer(486)
    phone.session.advance(when)
    phone.session.event({"type": "caller", "does": "again", "event": "TransferFailed"})
    assert asked(phone) == [BRANCH]
    assert phone.session.heard_by_caller == RINGBACK
    phone.session.advance(1000 - when)
    assert asked(phone) == [BRANCH, SHOP]
    phone.session.caller.refuses_transfer(603)
    phone.session.advance(1000)
    told = (phone.session.agents[-1]["metadata"] or {})["vox_outcome"]
    assert [each["outcome"] for each in told["tried"]] == ["busy", "declined"]


def test_who_stops_the_ringing_before_the_next_is_with_the_agent(call: Dial) -> None:
    phone = over_sip(call, "or_shop")
    phone.session.caller.refuses_transfer(486)
    phone.session.advance(500)
    phone.session.caller.press("*")
    assert phone.session.heard_by_caller == "agent"
    phone.session.advance(5000)
    assert (asked(phone), phone.dialled, phone.session.heard_by_caller) == ([BRANCH], [], "agent")


def test_whoever_hangs_up_before_the_next_is_handed_over_to_nobody(call: Dial) -> None:
    phone = over_sip(call, "twice")
    phone.session.caller.refuses_transfer(486)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert asked(phone) == [BRANCH]


def test_within_ends_what_is_asked_and_the_key_does_not(call: Dial) -> None:
    phone = over_sip(call, "call_any")
    phone.session.leg(DESK).fail(480)
    assert asked(phone) == [BRANCH]
    phone.session.caller.press("*")
    phone.session.advance(2000)
    assert phone.session.heard_by_caller == RINGBACK
    phone.session.advance(3000)
    assert phone.dialled == [DESK, BRANCH]  # nothing was heard for as long as it rings
    phone.session.advance(2000)
    assert phone.told[-1]["outcome"] == "unreachable"


def test_within_is_over_while_it_is_asked(call: Dial) -> None:
    phone = over_sip(call, "call_any")
    phone.session.advance(3600)
    phone.session.leg(DESK).fail(404)
    phone.session.advance(4000)
    assert phone.dialled == [DESK]
    assert phone.told[-1]["outcome"] == "unreachable"
    told = [(each["target"], each["outcome"]) for each in phone.told[-1]["tried"]]
    assert told == [("desk", "invalid"), ("branch", "unreachable")]
    phone.session.advance(3000)
    assert phone.session.heard_by_caller == "agent"
    phone.asks_and_speaks("call_branch")
    phone.session.advance(1000)
    assert (asked(phone), phone.dialled) == ([BRANCH], [DESK, BRANCH])
    phone.session.caller.completes_transfer()
    assert phone.session.ended is not None


def test_an_outcome_of_a_hand_over_stops_the_hunt_as_any(call: Dial) -> None:
    phone = over_sip(call, "call_any")
    phone.session.leg(DESK).fail(603)
    phone.session.caller.refuses_transfer(486)
    assert phone.told[-1]["outcome"] == "busy"


def test_closed_is_not_asked(call: Dial) -> None:
    phone = over_sip(call, "call_shop", start_time=1_767_400_000_000)
    assert (asked(phone), phone.dialled) == ([], [])
    assert phone.told[-1]["outcome"] == "closed"


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("", "invalid"),
        ("pbx.example.com", "invalid"),
        ("sip:caller@vox.example", "busy"),
        ("sip:office@vox.example", "invalid"),
    ],
)
def test_nobody_is_handed_over_to_whom_nobody_is_connected(call: Dial, address: str, outcome: str) -> None:
    secrets = {"CARTESIA_API_KEY": "key", "CRM_WEBHOOK": "https://crm.example.com/hook", "HIDDEN": address}
    phone = over_sip(call, "call_hidden", secrets=secrets, caller="caller", number="office")
    assert (asked(phone), phone.dialled) == ([], [])
    assert phone.told[-1]["outcome"] == outcome


def test_a_call_that_goes_round_is_not_handed_on(call: Dial) -> None:
    phone = over_sip(call, headers={"X-Flowc-Hops": "4"})
    assert (asked(phone), phone.dialled) == ([], [])
    assert phone.told[-1]["outcome"] == "invalid"


def test_an_agent_that_is_lost_meanwhile_changes_nothing(call: Dial) -> None:
    phone = over_sip(call)
    phone.session.agent.closes()
    assert phone.session.heard_by_caller == RINGBACK
    phone.session.caller.completes_transfer()
    assert phone.session.ended is not None
