"""What the platform's voice detection says of the caller, at once, late, or of a message that is over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import Phone

Dial = Callable[..., Phone]


def seconds(phone: Phone) -> list[int]:
    """How long the messages are that were told."""
    return [json.loads(entry["body"] or "")["message"]["seconds"] for entry in phone.session.events_of("http_request")]


def begins(call: Dial, action: str = "leave_message", **options: Any) -> Phone:
    """A message is being recorded, as of now."""
    phone = call("quiet", **options)
    assert phone.asks(action) == {"ok": True}
    phone.session.advance(1500)
    assert phone.hears == "recorder"
    return phone


def does(phone: Phone, what: str, how: str) -> None:
    phone.session.event({"type": "platform", "leg": "caller", "which": 1, "does": what, "how": how})


def hears(phone: Phone, what: str, details: dict[str, Any]) -> None:
    """The platform says this of the caller's voice, whatever is so."""
    phone.session.event({"type": "caller", "does": "hear", "what": what, "with": details})


def speaks(phone: Phone, ms: int) -> None:
    phone.session.event({"type": "caller", "does": "speak", "ms": ms})
    phone.session.advance(ms)


def detections(phone: Phone) -> list[str]:
    return [entry["does"] for entry in phone.session.events_of("voice_detection")]


def test_silence_ends_a_message_and_nobody_is_told_of_silence(call: Dial) -> None:
    phone = begins(call)
    speaks(phone, 6000)
    phone.session.advance(4299)
    assert phone.hears == "recorder"
    phone.session.advance(1)
    assert phone.hears != "recorder"
    assert seconds(phone) == [10]
    phone = begins(call)
    phone.session.advance(4000)
    assert phone.hears != "recorder"
    assert seconds(phone) == []
    assert detections(phone) == ["is asked for", "works", "is closed"]


def test_a_pause_is_not_the_end(call: Dial) -> None:
    phone = begins(call)
    for _ in range(4):
        speaks(phone, 2000)
        phone.session.advance(3900)
    assert phone.hears == "recorder"


def test_a_breath_is_no_pause(call: Dial) -> None:
    """The platform says nothing of a silence that is shorter than 300 ms."""
    phone = begins(call)
    speaks(phone, 2000)
    phone.session.advance(200)
    speaks(phone, 100)
    phone.session.advance(4299)
    assert phone.hears == "recorder"


@pytest.mark.parametrize("ends", ["key", "hang-up"])
def test_who_ends_a_message_without_a_word_has_left_none(call: Dial, ends: str) -> None:
    phone = begins(call)
    phone.session.advance(2000)
    if ends == "key":
        phone.session.caller.press("#")
    else:
        phone.session.caller.hang_up()
    phone.session.advance(2000)
    assert seconds(phone) == []
    assert detections(phone)[-1] == "is closed"


def test_whoever_speaks_during_the_beep_is_heard(call: Dial) -> None:
    phone = call("quiet")
    assert phone.asks("leave_message") == {"ok": True}
    phone.session.advance(1200)
    assert (phone.hears or "").startswith("tone:1000@")
    speaks(phone, 100)
    phone.session.advance(200)
    assert phone.hears == "recorder"
    phone.session.advance(4300)
    assert seconds(phone) == [4]


@pytest.mark.parametrize("vad", ["refuses", "silent", "error", "manual"])
def test_without_a_detection_nothing_is_dropped_and_nothing_ended(call: Dial, vad: str) -> None:
    phone = begins(call, vad=vad)
    phone.session.advance(29_900)
    assert phone.hears == "recorder"
    assert sum("nobody would know" in line for line in phone.session.logs) == (vad != "error")
    assert sum("detects no voices" in line for line in phone.session.logs) == (vad == "refuses")
    phone.session.advance(100)
    assert seconds(phone) == [30]


@pytest.mark.parametrize("function", ["createVAD", "VAD.addEventListener", "VAD.reset"])
def test_one_that_throws_is_none(call: Dial, function: str) -> None:
    phone = begins(call, throws={f"Silero.{function}": 1})
    assert detections(phone)[-1:] == ([] if function == "createVAD" else ["is closed"])
    phone.session.advance(30_000)
    assert seconds(phone) == [30]


def test_one_that_comes_late_ends_a_message_but_drops_none(call: Dial) -> None:
    phone = begins(call, vad="manual")
    phone.session.advance(3000)
    does(phone, "voice_detection", "works")
    phone.session.advance(4000)
    assert seconds(phone) == [7]


def test_one_that_comes_when_the_message_is_over_is_closed(call: Dial) -> None:
    phone = begins(call, vad="manual")
    phone.session.advance(3000)
    phone.session.caller.press("#")
    does(phone, "voice_detection", "works")
    assert detections(phone) == ["is asked for", "works", "is closed"]
    phone.session.advance(20_000)
    assert seconds(phone) == [3]


def test_a_refusal_that_comes_late_is_nothing(call: Dial) -> None:
    phone = begins(call, vad="manual")
    phone.session.caller.press("#")
    does(phone, "voice_detection", "refuses")
    assert not any("detects no voices" in line for line in phone.session.logs)


def test_of_two_that_were_asked_for_one_is_kept(call: Dial) -> None:
    phone = begins(call, vad="manual")
    phone.session.advance(2000)
    phone.session.caller.press("#")
    phone.session.advance(2000)
    assert phone.asks("leave_message") == {"ok": True}
    phone.session.advance(1500)
    for _ in range(2):
        does(phone, "voice_detection", "works")
    assert detections(phone)[-3:] == ["works", "works", "is closed"]


def test_what_is_said_of_an_earlier_message_is_not_said_of_this_one(call: Dial) -> None:
    for what, details in (("Reset", {}), ("Result", {"speechEndAt": 1})):
        phone = begins(call, vad="manual")
        does(phone, "voice_detection", "works")
        phone.session.caller.press("#")
        phone.session.advance(500)
        hears(phone, what, details)
        assert phone.asks("leave_message") == {"ok": True}
        phone.session.advance(10_000)
        assert phone.hears == "recorder"


def test_one_that_fails_has_heard_what_it_has_heard(call: Dial) -> None:
    phone = begins(call)
    phone.session.advance(2000)
    does(phone, "voice_detection", "fails")
    phone.session.advance(10_000)
    assert phone.hears == "recorder"
    phone.session.caller.press("#")
    phone.session.advance(100)
    assert seconds(phone) == [12]
    assert detections(phone) == ["is asked for", "works", "fails", "is closed"]


def test_what_it_says_twice_begins_nothing_anew(call: Dial) -> None:
    phone = begins(call)
    speaks(phone, 2000)
    phone.session.advance(2300)
    hears(phone, "Result", {"speechEndAt": 0})
    hears(phone, "Reset", {})
    phone.session.advance(2000)
    assert phone.hears != "recorder"
    hears(phone, "Result", {"speechStartAt": 0})
    hears(phone, "Error", {})
    assert sum("failed" in line for line in phone.session.logs) == 0


def test_speech_that_begins_and_ends_in_one_event_was_speech(call: Dial) -> None:
    phone = begins(call)
    hears(phone, "Result", {"speechStartAt": 0, "speechEndAt": 1})
    phone.session.advance(4000)
    assert seconds(phone) == [4]


def test_what_is_null_is_no_time(call: Dial) -> None:
    phone = begins(call)
    hears(phone, "Result", {"speechStartAt": None, "speechEndAt": 0})
    phone.session.advance(4000)
    assert seconds(phone) == []


def test_that_it_begins_anew_is_no_silence(call: Dial) -> None:
    phone = begins(call)
    hears(phone, "Result", {"speechStartAt": 0})
    hears(phone, "Reset", {})
    phone.session.advance(20_000)
    assert phone.hears == "recorder"


def test_a_second_message_is_heard_anew(call: Dial) -> None:
    phone = begins(call)
    speaks(phone, 2000)
    phone.session.advance(5000)
    assert phone.asks("leave_message") == {"ok": True}
    phone.session.advance(1500)
    assert phone.hears == "recorder"
    phone.session.advance(5000)
    assert seconds(phone) == [6]


def test_one_without_quiet_listens_to_nobody(call: Dial) -> None:
    phone = begins(call, "speak_for_long")
    phone.session.advance(20_000)
    assert seconds(phone) == [20]
    assert detections(phone) == []
    assert not any("nobody would know" in line or "could not" in line for line in phone.session.logs)
