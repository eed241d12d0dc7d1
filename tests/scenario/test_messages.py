"""A message that the caller leaves: what the platform says of its recording may come at once, late, twice or never."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import ACCOUNT, Phone

Dial = Callable[..., Phone]
INBOX, CRM = "https://inbox.example.com/messages", "https://crm.example.com/calls"
KNOWN = {**ACCOUNT, "storage": {**ACCOUNT["storage"], "INBOX": INBOX}}
ENDS = ("later", "at_once", "twice", "never")
URL = "https://records.example/1/recorder-1"


def posted(phone: Phone) -> list[tuple[str, Any]]:
    """Which webhook was told, and of which messages."""
    sent = [(entry["url"], json.loads(entry["body"] or "")) for entry in phone.session.events_of("http_request")]
    return [(url, body["message"] if "message" in body else body["messages"]) for url, body in sent]


def begins(call: Dial, action: str = "leave_message", **options: Any) -> Phone:
    """A message is being recorded, as of now."""
    phone = call("messages", **{**KNOWN, "players": "manual", **options})
    assert phone.asks(action) == {"ok": True}
    phone.session.advance(1500)
    assert (phone.hears or "").startswith("tone:1000@")
    phone.session.finish_player()
    assert phone.hears == "recorder"
    return phone


def says(phone: Phone, how: str) -> None:
    phone.session.event({"type": "platform", "leg": None, "which": 1, "does": "recording", "how": how})


@pytest.mark.parametrize("ends", ENDS)
def test_the_key_ends_it_once_whenever_the_platform_says_so(call: Dial, ends: str) -> None:
    phone = begins(call, recorder_ends=ends)
    phone.session.advance(7400)
    phone.session.caller.press("*")
    phone.session.advance(2500)
    assert phone.hears == "agent"
    assert phone.session.recorders[0]["hears"] is None
    assert posted(phone) == [(INBOX, {"url": URL, "seconds": 7})]
    assert [told["vox_event"] for told in phone.told] == ["returned"]
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert posted(phone)[1:] == [(CRM, [{"url": URL, "seconds": 7}])]


@pytest.mark.parametrize(("seconds", "ends"), [(0.5, "later"), (7, "at_once")])
def test_one_press_ends_the_message_and_stops_nothing_else(call: Dial, seconds: float, ends: str) -> None:
    """What follows begins at once, and has the same key."""
    phone = begins(call, "leave_and_ring", recorder_ends=ends)
    phone.session.advance(int(seconds * 1000))
    phone.session.caller.press("*")
    phone.session.advance(100)
    phone.session.caller.press("*", "in_band")  # the same, as it is told twice
    phone.session.advance(100)
    assert (phone.hears or "").startswith("tone:440@")
    assert phone.told == []
    phone.session.caller.press("*")
    phone.session.advance(0)
    assert "leave_and_ring: the outcome is cancelled, of desk" in "\n".join(phone.session.logs)


@pytest.mark.parametrize("ends", ENDS)
def test_whoever_hangs_up_has_left_it_and_it_is_told_before_the_report(call: Dial, ends: str) -> None:
    phone = begins(call, recorder_ends=ends)
    phone.session.advance(5000)
    phone.session.caller.hang_up()
    phone.session.advance(2500 if ends == "never" else 0)
    assert phone.is_over()
    left = {"url": URL, "seconds": 5}
    assert posted(phone) == [(INBOX, left), (CRM, [left])]
    assert not any(" -> return_to_agent" in line for line in phone.session.logs)


def test_a_recorder_that_does_not_stop_hears_nothing_more(call: Dial) -> None:
    """Neither what is said with the agent, nor anything else that follows."""
    phone = begins(call, throws={"Recorder.stop": 0})
    phone.session.advance(5000)
    phone.session.caller.press("*")
    phone.session.advance(2500)
    assert phone.hears == "agent"
    [recorder] = phone.session.recorders
    assert (recorder["state"], recorder["hears"]) == ("open", "silence")
    assert posted(phone) == [(INBOX, {"url": URL, "seconds": 5})]


def test_what_cannot_be_recorded_is_recorded_no_more_either(call: Dial) -> None:
    phone = begins(call)
    says(phone, "fails")
    assert phone.tts == "We cannot take a message."
    phone.session.advance(20_000)
    assert phone.hears == "agent"
    assert posted(phone) == []


@pytest.mark.parametrize("ends", ["never", "fails"])
def test_one_that_fails_while_it_is_stopped_is_told_to_nobody(call: Dial, ends: str) -> None:
    phone = begins(call, recorder_ends=ends)
    phone.session.advance(5000)
    phone.session.caller.press("*")
    if ends == "never":
        says(phone, "fails")
    assert phone.tts == "We cannot take a message."
    assert posted(phone) == []
    assert sum("cannot take_message" in line for line in phone.session.logs) == 1
    phone.session.advance(20_000)
    assert phone.hears == "agent"


def test_one_that_fails_while_the_call_ends_is_not_in_the_report(call: Dial) -> None:
    phone = begins(call, recorder_ends="fails")
    phone.session.advance(5000)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert posted(phone) == [(CRM, [])]


def test_one_that_ends_by_itself_is_told_if_it_is_long_enough(call: Dial) -> None:
    phone = begins(call)
    phone.session.advance(999)
    says(phone, "stops")
    assert phone.hears != "recorder"
    assert posted(phone) == []
    phone = begins(call)
    phone.session.advance(1000)
    says(phone, "stops")
    assert posted(phone) == [(INBOX, {"url": URL, "seconds": 1})]


@pytest.mark.parametrize(("waits", "seconds"), [(999, None), (1000, 1), (1499, 1), (1500, 2)])
def test_what_is_shorter_than_a_second_is_none(call: Dial, waits: int, seconds: int | None) -> None:
    phone = begins(call)
    phone.session.advance(waits)
    phone.session.caller.press("*")
    phone.session.advance(100)
    assert posted(phone) == ([] if seconds is None else [(INBOX, {"url": URL, "seconds": seconds})])


def test_its_limit_may_be_as_long_as_ten_minutes(call: Dial) -> None:
    phone = begins(call, "leave_and_go")
    phone.session.advance(599_000)
    assert phone.hears == "recorder"
    phone.session.advance(1000)
    assert phone.tts == "Thank you."
    assert posted(phone) == [(INBOX, {"url": URL, "seconds": 600})]


def test_a_second_one_has_a_recorder_of_its_own(call: Dial) -> None:
    phone = begins(call, recorder_ends="never")
    phone.session.advance(3000)
    phone.session.caller.press("*")
    phone.session.advance(2500)
    assert phone.asks("leave_message") == {"ok": True}
    phone.session.advance(1500)
    phone.session.finish_player()
    phone.session.advance(3000)
    says(phone, "stops")  # of the first
    assert phone.hears == "recorder"
    phone.session.caller.press("*")
    says(phone, "stops")
    assert [told for _, told in posted(phone)] == [
        {"url": URL, "seconds": 3},
        {"url": "https://records.example/1/recorder-2", "seconds": 3},
    ]


def test_one_that_begins_when_it_was_given_up_is_no_other(call: Dial) -> None:
    phone = begins(call, recorder="manual")
    phone.session.advance(20_000)
    assert phone.asks("leave_message") == {"ok": True}
    phone.session.advance(1500)
    phone.session.finish_player()
    phone.session.advance(1500)
    says(phone, "starts")  # of the first
    phone.session.caller.press("*")
    phone.session.advance(2000)
    assert phone.tts == "We cannot take a message."
    assert posted(phone) == []


def test_nobody_is_told_of_one_whose_address_is_another_s(call: Dial) -> None:
    phone = begins(call, recorder="manual")
    says(phone, "starts")
    phone.session.advance(5000)
    phone.session.caller.press("*")
    says(phone, "stops")
    assert phone.asks("leave_message") == {"ok": True}
    phone.session.advance(1500)
    phone.session.finish_player()
    phone.session.advance(1500)
    phone.session.caller.press("*")
    says(phone, "stops")
    assert phone.hears == "silence", "it may still say where it is"
    phone.session.advance(2000)
    assert phone.tts == "We cannot take a message."
    assert len(posted(phone)) == 1


@pytest.mark.parametrize("by", ["key", "caller", "itself"])
@pytest.mark.parametrize("when", [0, 1999])
def test_what_is_complete_before_it_has_said_where_it_is_is_a_message(call: Dial, by: str, when: int) -> None:
    phone = begins(call, recorder="manual")
    phone.session.advance(2000)
    if by == "key":
        phone.session.caller.press("*")
    elif by == "caller":
        phone.session.caller.hang_up()
    says(phone, "stops")
    phone.session.advance(when)
    assert posted(phone) == []
    says(phone, "starts")
    assert posted(phone)[0] == (INBOX, {"url": URL, "seconds": 2})
    assert phone.is_over() if by == "caller" else phone.hears == "agent"


def test_a_recording_that_ends_in_its_first_second_lets_nobody_leave_a_message(call: Dial) -> None:
    """It is not the caller who has nothing to say."""
    phone = begins(call, recorder="manual")
    says(phone, "starts")
    phone.session.advance(999)
    says(phone, "stops")
    assert phone.tts == "We cannot take a message."
    assert posted(phone) == []


def test_what_has_failed_is_no_message_although_it_was_complete(call: Dial) -> None:
    phone = begins(call, recorder="manual")
    phone.session.advance(2000)
    phone.session.caller.press("*")
    says(phone, "stops")
    phone.session.event({"type": "platform", "leg": None, "which": 1, "does": "timer", "name": "onRecorderLate"})
    assert phone.tts == "We cannot take a message."
    says(phone, "starts")
    assert posted(phone) == []


def test_what_is_ended_by_the_key_is_not_ended_again_by_the_limit(call: Dial) -> None:
    phone = begins(call, recorder_ends="never")
    phone.session.advance(29_000)
    phone.session.caller.press("*")
    phone.session.advance(2000)
    assert posted(phone) == [(INBOX, {"url": URL, "seconds": 29})]
    assert phone.hears == "agent"


def test_ringback_ends_with_the_beep(call: Dial) -> None:
    phone = call("messages", **KNOWN)
    phone.asks("ring_first")
    phone.session.advance(3000)
    phone.session.leg("+15550100001").fail(486)
    playing = [one["what"] for one in phone.session.players if one["state"] == "playing"]
    assert [what.split("@")[0] for what in playing] == ["tone:1000"]


def test_a_message_that_cannot_be_told_of_is_none_of_the_report_s(call: Dial) -> None:
    phone = begins(call, "tell_much", http="manual")
    phone.session.advance(5000)
    phone.session.caller.press("#")
    phone.session.advance(100)
    assert phone.hears == "agent"
    told = [line for line in phone.session.logs if " inbox" in line]
    assert "inbox is not told of the message: too many are waiting to be sent" in told[-1]


def test_one_that_never_begins_is_given_up_after_three_seconds(call: Dial) -> None:
    phone = call("messages", **KNOWN, recorder="never")
    phone.asks("leave_message")
    phone.session.advance(3000)
    [made] = phone.session.events_of("recorder")
    phone.session.advance(made["t"] + 2999 - phone.session.now)
    assert phone.hears == "recorder"
    phone.session.advance(1)
    assert phone.tts == "We cannot take a message."
    assert phone.session.recorders[0]["state"] != "open"


@pytest.mark.parametrize("players", ["manual", "fail"])
def test_a_beep_that_does_not_end_keeps_nobody_from_speaking(call: Dial, players: str) -> None:
    phone = call("messages", **KNOWN, players=players)
    phone.asks("leave_message")
    phone.session.advance(4100)
    assert phone.hears == "recorder"


def test_whoever_hangs_up_during_the_beep_has_left_none(call: Dial) -> None:
    phone = call("messages", **KNOWN, players="manual")
    phone.asks("leave_message")
    phone.session.advance(2500)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert posted(phone) == [(CRM, [])]
