"""Queues of the account: the caller waits there until somebody of the queue takes the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import RINGBACK, Phone

Dial = Callable[..., Phone]
SERVICE, ANYBODY, DESK = "support", "everybody", "+15550100001"
CANCEL = "*"


def waits(call: Dial, action: str = "call_service", flow: str = "queues", **given: Any) -> Phone:
    phone = call(flow, **given)
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
    assert not is_logged(phone, "could not"), "there is a place to be given up, and no leg to be hung up on"


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


@pytest.mark.parametrize("throws", [{}, {"SmartQueueTask.removeEventListener": 1}])
def test_a_queue_that_was_left_says_nothing_of_the_next_one(call: Dial, throws: dict[str, int]) -> None:
    """Whoever of the first takes the call then is hung up on, and what it says of its own end is not of the second."""
    phone = waits(call, flow="announcing", throws=throws, late_connected=True)
    phone.session.advance(120_100)
    assert phone.ringing == [ANYBODY]
    assert phone.hears == RINGBACK
    phone.session.advance(500)
    assert phone.session.live_legs == ["caller", f"leg:{ANYBODY}"], "who takes the call too late is hung up on"
    phone.session.leg(SERVICE).again("Failed")
    phone.session.advance(0)
    assert phone.ringing == [ANYBODY]
    phone.session.leg(ANYBODY).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{ANYBODY}"


def announced(phone: Phone) -> str:
    """What is announced next, until it is over; "" if nothing is for half a minute."""
    phone.session.advance(25_000)
    for _ in range(7):
        phone.session.advance(1000)
        if phone.hears != RINGBACK:
            heard = phone.tts
            phone.session.advance(4000)
            return heard
    return ""


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ({"position": 3, "ewt": 240_001, "code": 200}, "Number 3, 5 minutes."),
        ({"position": 0, "ewt": 0, "code": 200}, "Number 1, 1 minutes."),
        ({"ewt": 60_000}, "Number one, 1 minutes."),
        ({"position": None, "ewt": 60_000}, "Number one, 1 minutes."),
        ({"position": -1, "ewt": 60_000}, "Number one, 1 minutes."),
        ({"position": 1.5, "ewt": 60_000}, "Number 2, 1 minutes."),
        ({"position": 3, "ewt": 240_000, "code": 501}, ""),
        ({"position": 3, "ewt": None, "code": 200}, ""),
        ({"position": 3}, ""),
        ({}, ""),
    ],
)
def test_what_a_queue_says_is_announced_as_far_as_it_is_a_number(
    call: Dial, said: dict[str, float | None], heard: str
) -> None:
    phone = waits(call, flow="announcing")
    phone.session.leg(SERVICE).says_place(**said)
    assert announced(phone) == heard
    assert is_logged(phone, "cannot say how_long, the queue has not said") == (heard == "")
    assert phone.hears == RINGBACK


def test_what_was_said_last_counts(call: Dial) -> None:
    phone = waits(call, flow="announcing")
    phone.session.leg(SERVICE).says_place(position=3, ewt=240_000, code=200)
    assert announced(phone) == "Number 3, 4 minutes."
    phone.session.leg(SERVICE).says_place(position=2, ewt=0, code=501)
    assert announced(phone) == ""
    phone.session.leg(SERVICE).says_place(position=2, ewt=120_000, code=200)
    assert announced(phone) == "Number 2, 2 minutes."


def test_a_place_is_not_that_in_the_next_queue(call: Dial) -> None:
    """Neither what was said there, nor what is said late."""
    phone = waits(call, flow="announcing")
    phone.session.leg(SERVICE).says_place(position=3, ewt=240_000, code=200)
    phone.session.leg(SERVICE).fail(1005)
    phone.session.advance(0)
    assert phone.ringing == [ANYBODY]
    phone.session.leg(SERVICE).says_place(position=3, ewt=240_000, code=200, late=True)
    assert announced(phone) == ""
    assert is_logged(phone, "cannot say your_place, the queue has not said")
    phone.session.leg(ANYBODY).says_place(position=7)
    assert announced(phone) == "Number 7."
    phone.session.leg(ANYBODY).fail(1005)
    phone.session.advance(0)
    assert phone.ringing == [DESK]
    phone.session.leg(ANYBODY).says_place(position=1, late=True)
    phone.session.leg(DESK).answer()
    phone.session.leg(ANYBODY).says_place(position=1, late=True)
    phone.session.advance(60_000)
    assert phone.hears == f"leg:{DESK}"


def test_a_queue_that_gives_the_caller_up_is_not_announced_to_its_end(call: Dial) -> None:
    """Somebody else is rung, and that is what is heard."""
    phone = waits(call, flow="announcing")
    phone.session.leg(SERVICE).says_place(position=3, ewt=240_000, code=200)
    phone.session.advance(30_000)
    assert phone.hears == "tts:Number 3, 4 minutes."
    phone.session.leg(SERVICE).fail(1005)
    phone.session.advance(0)
    assert (phone.ringing, phone.hears) == ([ANYBODY], RINGBACK)


def test_music_is_loaded_anew_after_an_announcement(call: Dial) -> None:
    phone = waits(call, "call_music", flow="announcing")
    phone.session.advance(1000)
    assert phone.hears == "url:https://example.com/music.mp3"
    phone.session.leg(SERVICE).says_place(position=2, ewt=60_000)
    phone.session.advance(30_000)
    assert phone.hears == "tts:Number 2, 1 minutes."
    phone.session.advance(5000)
    assert phone.hears == "url:https://example.com/music.mp3"


def test_nothing_of_it_goes_on_when_somebody_has_the_caller_or_a_phone_rings(call: Dial) -> None:
    """Not even the timer."""
    for ends in ("answer", "busy"):
        phone = waits(call, flow="announcing")
        phone.session.advance(10_000)
        phone.session.leg(SERVICE).fail(1005)
        phone.session.advance(10_000)
        if ends == "answer":
            phone.session.leg(ANYBODY).answer()
        else:
            phone.session.leg(ANYBODY).fail(1005)
        phone.session.advance(60_000)
        assert [each for each in phone.session.events_of("timer") if each["handler"] == "announce"] == []


def test_a_ringback_that_ends_is_not_begun_more_often_for_what_is_not_announced(call: Dial) -> None:
    phone = waits(call, flow="announcing")
    phone.session.leg(SERVICE).says_place(position=2, ewt=60_000)
    assert announced(phone) != ""
    phone.session.leg(SERVICE).says_place(position=2)
    [said] = [each["t"] for each in phone.session.events_of("hears") if each["what"] == RINGBACK][-1:]
    phone.session.advance(said + 29_800 - phone.session.now)
    phone.session.finish_player(RINGBACK)
    phone.session.advance(100)
    phone.session.finish_player(RINGBACK)
    phone.session.advance(600)
    assert is_logged(phone, "cannot say how_long")
    assert phone.hears == "silence"
    phone.session.advance(500)
    assert phone.hears == RINGBACK


@pytest.mark.parametrize("number", range(1, 6))
def test_an_announcement_that_the_platform_does_not_play_is_left_out(call: Dial, number: int) -> None:
    phone = waits(call, flow="announcing", throws={"VoxEngine.createTTSPlayer": number})
    heard = []
    for _ in range(3):
        phone.session.leg(SERVICE).says_place(position=2, ewt=60_000)
        heard.append(announced(phone))
        assert phone.hears == RINGBACK
    expected = ["Number 2, 1 minutes."] * 3
    if number <= len(expected):
        expected[number - 1] = ""
    assert heard == expected
    told = [line for line in phone.session.logs if "the caller waits for service, and hears how_long" in line]
    assert len(told) == len([each for each in expected if each])


def test_a_queue_whose_name_is_missing(call: Dial) -> None:
    phone = waits(call, "call_stored")
    assert phone.ringing == []
    assert tried(phone) == [("stored", "invalid")]


def test_which_queue_may_be_a_setting(call: Dial) -> None:
    storage = {"CARTESIA_AGENT_ID": "agent_1", "QUEUE": "night shift"}
    assert waits(call, "call_stored", storage=storage).ringing == ["night shift"]
