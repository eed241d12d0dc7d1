"""Transfers, on the generated scenarios: every outcome, every way out, every late event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import BILLING, PBX, RECEPTION, RINGBACK, SUPPORT, Phone

OUTCOMES = {
    486: "busy", 600: "busy", 603: "declined", 480: "unreachable", 408: "no_answer", 404: "invalid", 484: "invalid",
    403: "not_allowed", 402: "not_allowed", 487: "failed", 500: "failed", 503: "failed",
}  # fmt: skip


@pytest.mark.parametrize(("code", "outcome"), OUTCOMES.items())
def test_a_failed_transfer_returns_to_the_agent_with_its_outcome(
    call: Callable[..., Phone], code: int, outcome: str
) -> None:
    phone = call("function_calling")
    phone.asks_and_speaks("call_transfer", summary="a broken tooth")
    assert phone.ringing == [SUPPORT]
    assert phone.hears == RINGBACK

    phone.session.leg(SUPPORT).fail(code)

    assert phone.hears == "agent"
    assert phone.told == [
        {
            "vox_event": "returned",
            "action": "call_transfer",
            "request_id": "request-1",
            "outcome": outcome,
            "target": "support",
            "tried": [{"target": "support", "outcome": outcome}],
            "talk_seconds": None,
            "say": None,
        }
    ]
    assert phone.asks("call_transfer") == {"ok": True}  # and it may be asked for again


def test_a_target_rings_as_long_as_the_flow_says(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.asks_and_speaks("call_transfer")
    placed = phone.session.now
    dialled = phone.session.events_of("dial")[0]["t"]
    phone.session.leg(SUPPORT).ring()
    phone.session.advance(dialled + 20_000 - placed - 1)
    assert phone.ringing == [SUPPORT]
    phone.session.advance(1)
    assert phone.ringing == []
    assert phone.told[-1]["outcome"] == "no_answer"
    assert phone.told[-1]["tried"] == [{"target": "support", "outcome": "no_answer", "rang_seconds": 20}]
    assert phone.hears == "agent"


def test_an_answered_target_has_the_caller_and_the_agent_is_gone(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.asks_and_speaks("call_transfer")
    phone.session.advance(4000)
    phone.session.leg(SUPPORT).answer()
    assert phone.hears == f"leg:{SUPPORT}"
    assert phone.session.leg(SUPPORT).hears == "caller"
    assert phone.session.agent.state == "closed"
    phone.session.advance(600_000)
    phone.session.leg(SUPPORT).hang_up()
    assert phone.is_over()


def test_how_long_the_caller_talked_is_known_afterwards(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("emergency")
    phone.session.leg(RECEPTION).answer()
    phone.session.advance(75_000)
    phone.session.leg(RECEPTION).hang_up()
    phone.session.advance(300)
    outcome = (phone.session.agent.started or {})["vox_outcome"]
    assert (outcome["outcome"], outcome["target"], outcome["talk_seconds"]) == ("connected", "reception", 75)


def test_the_caller_hangs_up_while_it_rings(call: Callable[..., Phone]) -> None:
    for late in (False, True):
        phone = call("function_calling", late_connected=late)
        phone.asks_and_speaks("call_transfer")
        phone.session.caller.hang_up()
        assert phone.is_over()


def test_an_answer_after_the_ring_timeout_does_not_reach_the_caller(call: Callable[..., Phone]) -> None:
    phone = call("function_calling", hangup="manual")
    phone.asks_and_speaks("call_transfer")
    phone.session.advance(20_000)
    assert phone.hears == "agent"
    phone.session.leg(SUPPORT).answer()
    assert phone.hears == "agent"
    phone.session.leg(SUPPORT).confirm_hang_up()
    assert phone.hears == "agent"
    assert [told["outcome"] for told in phone.told] == ["no_answer"]


def test_a_hunt_rings_one_target_after_the_other(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("call_transfer", department="front_desk", summary="ä broken\ntooth")
    assert phone.ringing == [RECEPTION]
    assert phone.tts == "Please hold the line."
    phone.session.leg(RECEPTION).fail(486)
    assert phone.ringing == [PBX]
    assert phone.session.leg(PBX).view["headers"] == {"X-Flowc-Hops": "1", "X-Summary": "ä broken tooth"}
    phone.session.advance(3000)
    assert phone.hears == RINGBACK  # the prompt is spoken once
    phone.session.leg(PBX).fail(480)
    assert phone.hears == "agent"
    assert (phone.told[-1]["outcome"], phone.told[-1]["target"]) == ("busy", "reception")
    assert phone.told[-1]["tried"] == [
        {"target": "reception", "outcome": "busy"},
        {"target": "pbx", "outcome": "unreachable"},
    ]


def test_each_attempt_says_how_long_it_rang_in_vain(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.advance(20_000)
    phone.session.leg(PBX).ring()
    phone.session.advance(40_000)
    assert phone.told[-1]["tried"] == [
        {"target": "reception", "outcome": "no_answer", "rang_seconds": 20},
        {"target": "pbx", "outcome": "no_answer", "rang_seconds": 15},
    ]


def test_the_end_of_a_leg_that_was_given_up_does_not_move_the_hunt(call: Callable[..., Phone]) -> None:
    phone = call("front_desk", hangup="manual")
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.advance(20_000)
    assert phone.ringing == [PBX]
    phone.session.leg(RECEPTION).confirm_hang_up()
    assert phone.ringing == [PBX]
    phone.session.leg(PBX).answer()
    assert phone.hears == f"leg:{PBX}"


def test_a_parameter_chooses_the_targets(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("call_transfer", department="billing")
    assert phone.ringing == [BILLING]
    phone.session.leg(BILLING).fail(486)
    assert phone.told[-1]["say"] == "Everybody is on another call right now."


def test_the_agent_leaves_first_and_is_started_again(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    first = phone.session.agent.view["id"]
    phone.asks_and_speaks("emergency")
    assert phone.session.agent.state == "closed"
    assert phone.ringing == [RECEPTION]
    phone.session.leg(RECEPTION).fail(480)
    phone.session.leg(BILLING).ring()
    phone.session.advance(25_000)
    assert phone.tts == "Nobody picked up."
    phone.session.advance(3000)
    assert phone.hears == "agent"
    assert phone.session.agent.view["id"] != first
    outcome = (phone.session.agent.started or {})["vox_outcome"]
    assert (outcome["outcome"], outcome["target"]) == ("no_answer", "billing")
    assert phone.asks("call_transfer", department="billing") == {"ok": True}


def test_afterwards_the_caller_is_back_with_a_new_agent(call: Callable[..., Phone]) -> None:
    phone = call("front_desk", agent_ms=4000, wait=5000)
    phone.asks_and_speaks("emergency")
    phone.session.leg(RECEPTION).answer()
    phone.session.advance(60_000)
    phone.session.leg(RECEPTION).hang_up()
    assert phone.hears == RINGBACK  # while the agent is started
    phone.session.advance(4000)
    assert phone.hears == "agent"
    assert (phone.session.agent.started or {})["vox_outcome"]["outcome"] == "connected"


def test_a_route_ends_what_a_fallback_began(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("emergency")
    phone.session.leg(RECEPTION).fail(486)
    phone.session.leg(BILLING).fail(603)  # otherwise: ring_front_desk
    assert phone.ringing == [RECEPTION]
    phone.session.leg(RECEPTION).fail(486)
    assert phone.tts == "Sorry, nobody is here to take your call. Please try again later."
    phone.session.advance(10_000)
    assert phone.is_over()


def test_a_missing_number_or_caller_id_is_an_outcome(call: Callable[..., Phone]) -> None:
    storage = {"CARTESIA_AGENT_ID": "agent_1", "PSTN_CALLER_ID": "+15550009999", "BILLING_NUMBER": "call me"}
    phone = call("front_desk", storage=storage)
    phone.asks_and_speaks("call_transfer", department="billing")
    assert phone.dialled == []
    assert phone.told[-1]["outcome"] == "invalid"

    del storage["PSTN_CALLER_ID"]
    phone = call("front_desk", storage=storage)
    phone.asks_and_speaks("call_transfer", department="front_desk")
    assert phone.ringing == [PBX]
    phone.session.leg(PBX).fail(486)
    assert phone.told[-1]["tried"][0] == {"target": "reception", "outcome": "not_allowed"}


def test_the_platforms_limit_of_attempts_is_an_outcome(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    for _ in range(49):
        phone.asks_and_speaks("call_transfer")
        phone.session.leg(SUPPORT).fail(486)
    assert len(phone.dialled) == 49
    phone.asks_and_speaks("call_transfer")
    assert len(phone.dialled) == 49
    assert phone.told[-1]["outcome"] == "not_allowed"
    assert phone.hears == "agent"


def test_losing_the_agent_does_not_disturb_a_transfer(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.asks_and_speaks("call_transfer")
    phone.session.agent.closes(1000, "connection idle timeout")
    assert phone.hears == RINGBACK
    phone.session.leg(SUPPORT).fail(486)
    assert phone.hears == RINGBACK
    phone.session.advance(300)
    assert phone.hears == "agent"  # a new one, which knows why
    assert (phone.session.agent.started or {})["vox_outcome"]["outcome"] == "busy"


def test_what_the_platform_says_twice_changes_nothing(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.leg(RECEPTION).fail(486)
    for event in ("Failed", "Disconnected"):
        phone.session.leg(RECEPTION).again(event)
    assert phone.ringing == [PBX]
    phone.session.leg(PBX).answer()
    phone.session.leg(PBX).again("Connected")
    phone.session.caller.again("Connected")
    phone.session.leg(RECEPTION).again("Failed")
    assert phone.hears == f"leg:{PBX}"
    assert phone.session.leg(PBX).hears == "caller"
    phone.session.leg(PBX).hang_up()
    assert phone.is_over()


def test_a_hunt_of_nobody_has_no_target_of_the_hunt_before(call: Callable[..., Phone]) -> None:
    """It is `invalid`, and who was tried before it remains."""
    phone = call("nobody")
    phone.asks_and_speaks("first_anna", then="nobody")
    phone.session.leg("+15550100001").fail(486)
    phone.session.advance(100)
    assert phone.hears == "agent"
    [told] = phone.told
    assert (told["outcome"], told["target"]) == ("invalid", None)
    assert told["tried"] == [{"target": "anna", "outcome": "busy"}]
    assert phone.dialled == ["+15550100001"]


def _with_pbx(call: Callable[..., Phone], **options: Any) -> Phone:
    phone = call("front_desk", **options)
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.leg(RECEPTION).fail(486)
    phone.session.leg(PBX).answer()
    assert phone.hears == f"leg:{PBX}"
    return phone


def test_a_hold_that_is_said_twice_is_one(call: Callable[..., Phone]) -> None:
    phone = _with_pbx(call)
    pbx = phone.session.leg(PBX)
    pbx.hold()
    assert phone.hears != f"leg:{PBX}"
    pbx.again("OnHold")
    pbx.resume()
    assert phone.hears == f"leg:{PBX}"
    pbx.again("OffHold")
    pbx.hold()
    said = [line for line in phone.session.logs if "the caller" in line]
    assert [line.partition(" pbx ")[2] for line in said if " pbx " in line] == [
        "has put the caller on hold",
        "is back with the caller",
        "has put the caller on hold",
    ]


@pytest.mark.parametrize("late", ["OnHold", "OffHold"])
def test_a_hold_that_comes_late_is_none(call: Callable[..., Phone], late: str) -> None:
    phone = _with_pbx(call)
    phone.session.leg(PBX).hold()
    phone.session.leg(PBX).hang_up()
    told = len(phone.session.logs)
    phone.session.leg(PBX).again(late)
    assert phone.session.error is None
    assert phone.session.logs[told:] == []


def test_who_is_back_and_cannot_be_given_the_caller_is_let_go(call: Callable[..., Phone]) -> None:
    phone = _with_pbx(call, throws={"VoxEngine.sendMediaBetween": 3})  # after the agent and the pbx
    phone.session.leg(PBX).hold()
    assert phone.session.events_of("hangup") == []
    phone.session.leg(PBX).resume()
    phone.session.advance(1000)
    assert [entry["leg"] for entry in phone.session.events_of("hangup")].count(f"leg:{PBX}") == 1
    assert phone.is_over()


def test_a_phone_transfers_nobody(call: Callable[..., Phone]) -> None:
    phone = _with_pbx(call)
    phone.session.leg(PBX).asks_transfer("sip:elsewhere@example.com")
    [answer] = phone.session.events_of("transfer_answered")
    assert answer["code"] == 603
    assert phone.hears == f"leg:{PBX}"
    assert [line for line in phone.session.logs if line.endswith("declined")] != []
