"""Queues of the account: the caller waits there until somebody of the queue takes the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import RINGBACK, Phone

Dial = Callable[..., Phone]
SERVICE, ANYBODY, DESK = "support", "everybody", "+15550100001"
CANCEL = "*"


def waits(call: Dial, action: str = "call_service", **given: Any) -> Phone:
    phone = call("queues", **given)
    phone.asks_and_speaks(action)
    return phone


def tried(phone: Phone) -> list[tuple[str, str]]:
    return [(one["target"], one["outcome"]) for one in phone.told[-1]["tried"]]


def is_logged(phone: Phone, text: str) -> bool:
    return any(text in line for line in phone.session.logs)


def test_the_caller_waits_until_somebody_takes_the_call(call: Dial) -> None:
    phone = waits(call)
    [entry] = phone.session.events_of("dial")
    assert (entry["type"], entry["number"], entry["callerid"]) == ("queue", SERVICE, "")
    assert entry["how"] == {"priority": 70, "timeout": 92, "skills": "billing 1,2,3,4,5; tax 1,2,3,4,5"}
    phone.session.advance(60_000)
    assert phone.hears == RINGBACK
    phone.session.leg(SERVICE).answer()
    assert phone.hears == RINGBACK, "the whisper is heard first, and not by the caller"
    phone.session.advance(5000)
    assert phone.hears == f"leg:{SERVICE}"
    assert is_logged(phone, "call_service -> connected service")
    phone.session.leg(SERVICE).hang_up()
    phone.session.advance(1000)
    assert phone.session.agent.state == "open", "`afterwards` follows"
    assert phone.session.misuses == []


def test_a_queue_without_skills_or_a_priority(call: Dial) -> None:
    phone = waits(call, "call_anybody")
    [entry] = phone.session.events_of("dial")
    assert entry["how"] == {"priority": 50, "timeout": 1201, "skills": ""}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (1001, "no_answer"),
        (1002, "no_answer"),
        (1003, "unreachable"),
        (1004, "no_answer"),
        (1005, "busy"),
        (1006, "unreachable"),
        (1100, "failed"),
        (500, "failed"),
    ],
)
def test_what_a_queue_says_is_an_outcome(call: Dial, status: int, outcome: str) -> None:
    phone = waits(call)
    phone.session.leg(SERVICE).fail(status)
    phone.session.advance(0)
    assert tried(phone) == [("service", outcome)]
    assert is_logged(phone, f"service: {outcome}, code {status}")
    assert phone.ringing == []


def test_the_wait_is_over(call: Dial) -> None:
    phone = waits(call)
    phone.session.advance(90_400)
    assert phone.ringing == [SERVICE]
    phone.session.advance(200)
    assert phone.ringing == []
    assert tried(phone) == [("service", "no_answer")]
    assert phone.told[-1]["tried"][0]["rang_seconds"] == 90.5
    assert phone.hears == "agent"


def test_a_shorter_limit_of_the_transfer_counts(call: Dial) -> None:
    phone = waits(call, "call_anybody")
    phone.session.advance(119_000)
    assert phone.ringing == [ANYBODY]
    phone.session.advance(2000)
    assert phone.ringing == []
    assert tried(phone) == [("anybody", "no_answer")]


def test_the_next_target_rings_when_a_queue_has_come_to_nothing(call: Dial) -> None:
    phone = waits(call, "call_anybody")
    phone.session.leg(ANYBODY).fail(1005)
    phone.session.advance(0)
    assert phone.ringing == [DESK]
    phone.session.leg(DESK).fail(486)
    phone.session.advance(500)
    assert tried(phone) == [("anybody", "busy"), ("desk", "busy")]
    assert not is_logged(phone, "could not"), "what is no queue is not left"
    assert len([each for each in phone.session.misuses if "is over" in each]) == 1, "a queue is left once"


def test_the_key_takes_the_caller_out(call: Dial) -> None:
    phone = waits(call)
    phone.session.advance(30_000)
    phone.session.caller.press(CANCEL)
    phone.session.advance(0)
    assert phone.ringing == []
    assert tried(phone) == [("service", "cancelled")]


@pytest.mark.parametrize("late", ["answer_wins", "late_connected"])
def test_somebody_takes_the_call_too_late(call: Dial, late: str) -> None:
    phone = waits(call, **{late: True})
    phone.session.caller.press(CANCEL)
    phone.session.advance(500)
    assert phone.ringing == []
    assert phone.session.live_legs == ["caller"]
    assert tried(phone) == [("service", "cancelled")]


def test_what_is_said_twice_changes_nothing(call: Dial) -> None:
    phone = waits(call)
    phone.session.leg(SERVICE).answer()
    phone.session.advance(5000)
    phone.session.leg(SERVICE).again("Connected")
    phone.session.advance(0)
    assert phone.hears == f"leg:{SERVICE}"
    phone.session.leg(SERVICE).hang_up()
    phone.session.advance(1000)
    phone.asks_and_speaks("call_anybody")
    phone.session.leg(ANYBODY).fail(1003)
    phone.session.leg(ANYBODY).again("Failed")
    phone.session.advance(0)
    assert phone.ringing == [DESK]


def test_whoever_takes_the_call_is_gone_before_the_caller_is_there(call: Dial) -> None:
    phone = waits(call)
    phone.session.leg(SERVICE).answer()
    phone.session.leg(SERVICE).hang_up()
    phone.session.advance(0)
    assert tried(phone) == [("service", "declined")]


def test_a_person_of_the_queue_puts_the_caller_on_hold(call: Dial) -> None:
    phone = waits(call, "call_anybody")
    leg = phone.session.leg(ANYBODY)
    leg.answer()
    phone.session.advance(0)
    leg.hold()
    phone.session.advance(0)
    assert phone.hears == RINGBACK
    leg.resume()
    phone.session.advance(0)
    assert phone.hears == f"leg:{ANYBODY}"
    leg.asks_transfer("sip:elsewhere@example.com")
    [answer] = phone.session.events_of("transfer_answered")
    assert answer["code"] == 603


@pytest.mark.parametrize("tells", ["first", "after", "never"])
@pytest.mark.parametrize("hangup", ["later", "at_once"])
def test_a_caller_who_hangs_up_leaves_the_queue(call: Dial, tells: str, hangup: str) -> None:
    phone = waits(call, queue_tells=tells, hangup_events=hangup)
    phone.session.advance(5000)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert [each for each in phone.session.misuses if not each.endswith(" is over")] == []


@pytest.mark.parametrize(
    "function",
    ["VoxEngine.enqueueTask", "SmartQueueTask.addEventListener", "SmartQueueTask.end"],
)
def test_what_the_platform_cannot_do_leads_somewhere(call: Dial, function: str) -> None:
    phone = waits(call, throws={function: 1})
    phone.session.caller.press(CANCEL)
    phone.session.advance(0)
    outcome = "cancelled" if function == "SmartQueueTask.end" else "failed"
    assert tried(phone) == [("service", outcome)]
    if function == "SmartQueueTask.end":
        phone.session.leg(SERVICE).answer()
    phone.session.advance(500)
    assert phone.session.live_legs == ["caller"], "who takes the call in vain is hung up on"


def test_nobody_has_the_caller_whose_end_nobody_would_hear_of(call: Dial) -> None:
    for number in range(1, 20):
        phone = call("queues", throws={"Call.addEventListener": number})
        if phone.session.ended or phone.hears != "agent":
            continue  # the caller or the agent cannot be listened to
        phone.asks_and_speaks("call_anybody")
        if phone.ringing == [ANYBODY]:
            phone.session.leg(ANYBODY).answer()
            phone.session.advance(500)
        if is_logged(phone, "could not watch anybody"):
            assert phone.ringing == [DESK]
            assert is_logged(phone, "anybody: failed")
            return
    raise AssertionError("nobody of a queue is watched")


def test_a_queue_whose_name_is_missing(call: Dial) -> None:
    phone = waits(call, "call_stored")
    assert phone.ringing == []
    assert tried(phone) == [("stored", "invalid")]


def test_which_queue_may_be_a_setting(call: Dial) -> None:
    storage = {"CARTESIA_AGENT_ID": "agent_1", "QUEUE": "night shift"}
    assert waits(call, "call_stored", storage=storage).ringing == ["night shift"]
