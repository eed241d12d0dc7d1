"""The recording of a call in two channels: the platform records the caller's leg, until that ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import Phone

Dial = Callable[..., Phone]
ARCHIVE = "https://archive.example.com/"
URL = "https://records.example/1/recorder-1"


def posted(phone: Phone) -> list[Any]:
    sent = [entry for entry in phone.session.events_of("http_request") if entry["url"] == ARCHIVE]
    return [json.loads(entry["body"] or "")["recording"] for entry in sent]


def says(phone: Phone, how: str) -> None:
    phone.session.event({"type": "platform", "leg": None, "which": 1, "does": "recording", "how": how})


def is_logged(phone: Phone, what: str) -> bool:
    return any(line.endswith(what) for line in phone.session.logs)


def agrees(call: Dial, **options: Any) -> Phone:
    phone = call("in_stereo", **options)
    assert phone.asks("consent") == {"ok": True}
    phone.session.advance(7000)
    return phone


@pytest.mark.parametrize("ends", ["later", "twice", "never"])
def test_it_is_told_when_the_leg_is_over(call: Dial, ends: str) -> None:
    phone = agrees(call, recorder_ends=ends)
    [made] = phone.session.events_of("recorder")
    assert (made["secure"], made["keep"]) == (False, "-1y")
    assert posted(phone) == []
    phone.session.caller.hang_up()
    phone.session.advance(0 if ends != "never" else 2000)
    assert posted(phone) == [{"url": URL, "seconds": 7}]
    assert phone.is_over()
    assert phone.session.misuses == []
    assert is_logged(phone, "the call is recorded")
    assert not is_logged(phone, "the recording of the call has ended by itself")


def test_it_is_told_when_the_flow_hangs_up(call: Dial) -> None:
    phone = agrees(call)
    phone.asks("end_call")
    phone.session.advance(1500)
    assert posted(phone) == [{"url": URL, "seconds": 8}]
    assert phone.is_over()


@pytest.mark.parametrize("when", [4000, 60_000])
def test_one_that_begins_late_is_one(call: Dial, when: int) -> None:
    """It cannot be given up: the platform does not stop it."""
    phone = agrees(call, recorder="manual")
    phone.session.advance(when)
    says(phone, "starts")
    phone.session.caller.hang_up()
    says(phone, "stops")
    assert [each["url"] for each in posted(phone)] == [URL]
    assert phone.is_over()


def test_where_it_is_may_be_said_when_all_is_recorded(call: Dial) -> None:
    phone = agrees(call, recorder="manual")
    phone.session.caller.hang_up()
    says(phone, "stops")
    phone.session.advance(1999)
    assert posted(phone) == []
    says(phone, "starts")
    assert posted(phone) == [{"url": URL, "seconds": 7}]
    assert phone.is_over()


def test_one_of_which_nothing_is_said_keeps_nobody(call: Dial) -> None:
    phone = agrees(call, recorder="manual")
    phone.session.caller.hang_up()
    phone.session.advance(1999)
    assert phone.session.ended is None
    phone.session.advance(1)
    assert phone.is_over()
    assert posted(phone) == []
    assert any("there is no recording of the call: nobody knows where" in line for line in phone.session.logs)


def test_one_that_the_platform_ends_is_told_of_as_far_as_it_went(call: Dial) -> None:
    phone = agrees(call)
    says(phone, "stops")
    assert posted(phone) == [{"url": URL, "seconds": 7}]
    assert phone.hears == "agent"
    assert phone.asks("consent") == {"ok": True}
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert len(posted(phone)) == 1
    assert len(phone.session.events_of("record")) == 1


def test_nobody_is_recorded_twice(call: Dial) -> None:
    phone = agrees(call)
    assert phone.asks("consent") == {"ok": True}
    phone.session.advance(1000)
    assert len(phone.session.events_of("record")) == 1
    assert any(line.endswith("the call is being recorded already") for line in phone.session.logs)


@pytest.mark.parametrize("fault", [{"recorder": "throws"}, {"throws": {"Call.record": 1}}, {"recorder": "fails"}])
def test_one_that_fails_stops_no_call(call: Dial, fault: dict[str, Any]) -> None:
    phone = agrees(call, **fault)
    assert phone.hears == "agent"
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert posted(phone) == []
    assert phone.session.misuses == []


def test_how_long_it_is_does_not_depend_on_when_that_is_said(call: Dial) -> None:
    phone = agrees(call, recorder="manual")
    phone.session.caller.hang_up()
    phone.session.advance(1000)
    says(phone, "starts")
    says(phone, "stops")
    assert posted(phone) == [{"url": URL, "seconds": 7}]


def test_one_that_ended_by_itself_is_as_long_as_it_was(call: Dial) -> None:
    phone = agrees(call, recorder="manual")
    says(phone, "stops")
    phone.session.advance(1000)
    phone.session.caller.hang_up()
    says(phone, "starts")
    assert posted(phone) == [{"url": URL, "seconds": 7}]


def test_what_is_said_when_it_was_given_up_changes_nothing(call: Dial) -> None:
    phone = agrees(call, recorder="manual")
    says(phone, "stops")
    phone.session.advance(1999)
    assert not is_logged(phone, "there is no recording of the call: nobody knows where it is")
    phone.session.advance(1)
    assert is_logged(phone, "there is no recording of the call: nobody knows where it is")
    says(phone, "starts")
    phone.session.event({"type": "caller", "does": "again", "event": "RecordError"})
    assert not is_logged(phone, "there is no recording of the call: it has failed")
    phone.session.event({"type": "platform", "does": "session"})
    phone.session.advance(100_000)
    assert posted(phone) == []


def test_what_the_platform_says_twice_is_said_once(call: Dial) -> None:
    phone = agrees(call, recorder_ends="twice")
    says(phone, "stops")
    assert len(posted(phone)) == 1
    assert sum("has ended by itself" in line for line in phone.session.logs) == 1
