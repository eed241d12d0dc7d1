"""What is told of a session that the platform ends, before anybody was told what is recorded: in one request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.scenario.phone import ACCOUNT, Phone

Dial = Callable[..., Phone]
ARCHIVE, INBOX, CRM = (
    "https://archive.example.com/",
    "https://inbox.example.com/messages",
    "https://crm.example.com/calls",
)
KNOWN = {**ACCOUNT, "storage": {**ACCOUNT["storage"], "ARCHIVE": ARCHIVE, "INBOX": INBOX}}


def ended(call: Dial, flow: str, act: Callable[[Phone], None], **options: Any) -> Phone:
    """The platform ends the session when that has happened."""
    phone = call(flow, **{**KNOWN, **options})
    act(phone)
    before = len(posted(phone))
    phone.session.event({"type": "platform", "does": "session"})
    phone.session.advance(100_000)
    assert phone.session.ended is not None
    assert phone.session.ended.reason == "platform"
    assert phone.session.error is None
    assert phone.session.misuses == []
    assert len(posted(phone)) <= before + 1
    return phone


def posted(phone: Phone) -> list[tuple[str, Any]]:
    return [(entry["url"], json.loads(entry["body"] or "")) for entry in phone.session.events_of("http_request")]


def speaks(phone: Phone, seconds: float = 4) -> None:
    """In the middle of a message."""
    assert phone.asks("leave") == {"ok": True}
    while phone.hears != "recorder":
        phone.session.advance(100)
    phone.session.advance(round(seconds * 1000))


def begins(phone: Phone) -> None:
    """The caller hears the beep."""
    assert phone.asks("leave") == {"ok": True}
    while not (phone.hears or "").startswith("tone:1000@"):
        phone.session.advance(100)


def leaves(phone: Phone) -> None:
    """It is being completed."""
    speaks(phone)
    phone.session.caller.press("#")
    phone.session.advance(1000)


def hangs_up_on_it(phone: Phone) -> None:
    speaks(phone)
    phone.session.caller.hang_up()
    phone.session.advance(1000)


def agrees(phone: Phone) -> None:
    assert phone.asks("consent") == {"ok": True}
    phone.session.advance(9000)


def agrees_and_leaves(phone: Phone) -> None:
    agrees(phone)
    leaves(phone)


def agrees_and_hangs_up(phone: Phone) -> None:
    """The session waits for the recording."""
    agrees(phone)
    phone.session.caller.hang_up()
    phone.session.advance(1000)


ENDS_NEVER = {"recorder_ends": "never"}


@pytest.mark.parametrize("act", [speaks, leaves, hangs_up_on_it, agrees_and_leaves])
def test_a_message_that_is_not_told_yet(call: Dial, act: Callable[[Phone], None]) -> None:
    """Before the recording of the call: it is what the caller has called for."""
    [(url, told)] = posted(ended(call, "at_last", act, **ENDS_NEVER))
    assert url == INBOX
    assert told["action"] == "leave"
    number = 2 if act is agrees_and_leaves else 1
    assert told["message"] == {"url": f"https://records.example/1/recorder-{number}", "seconds": 4}


@pytest.mark.parametrize("act", [agrees, agrees_and_hangs_up])
def test_the_recording_of_the_call(call: Dial, act: Callable[[Phone], None]) -> None:
    call_ = {"id": "1", "from": "+15550123456", "to": "+15550100000"}
    recording = {"url": "https://records.example/1/recorder-1", "seconds": 9}
    told = {"flow": "at_last", "call": call_, "recording": recording}
    assert posted(ended(call, "at_last", act, **ENDS_NEVER)) == [(ARCHIVE, told)]


@pytest.mark.parametrize(
    ("act", "options"),
    [
        (lambda phone: None, {}),
        (begins, {}),
        (lambda phone: speaks(phone, 0.5), {}),
        (lambda phone: speaks(phone, 1.5), {"recorder": "manual"}),
        (agrees, {"recorder": "never"}),
        (agrees, {"storage": {}}),
    ],
    ids=["nothing", "the beep", "too short", "nobody knows where", "not recorded", "no address"],
)
def test_where_there_is_nothing_nobody_is_told(
    call: Dial, act: Callable[[Phone], None], options: Mapping[str, Any]
) -> None:
    assert posted(ended(call, "at_last", act, **options)) == []


def test_what_is_told_already_is_not_told_at_last(call: Dial) -> None:
    def stops(phone: Phone) -> None:
        agrees(phone)
        assert phone.asks("no_consent") == {"ok": True}
        phone.session.advance(1000)

    assert len(posted(ended(call, "at_last", stops))) == 1


def test_a_webhook_that_has_not_answered_is_not_told_the_last_in_the_place_of_it(call: Dial) -> None:
    """What waits to be told again is given up."""

    def agrees_twice(phone: Phone) -> None:
        leaves(phone)
        phone.session.advance(100)
        agrees(phone)

    phone = call("at_last", **KNOWN, http_code=503)
    agrees_twice(phone)
    before = len(posted(phone))
    phone.session.event({"type": "platform", "does": "session"})
    phone.session.advance(100_000)
    assert [url for url, _ in posted(phone)[before:]] == [ARCHIVE]


def test_where_a_message_can_be_told_to_nobody_the_recording_is(call: Dial) -> None:
    """Each of the two has its own webhook, of which one may have no address."""
    phone = call("at_last", **{**KNOWN, "storage": {**ACCOUNT["storage"], "INBOX": INBOX}}, **ENDS_NEVER)
    agrees_and_leaves(phone)
    phone.session.event({"type": "platform", "does": "session"})
    assert [url for url, _ in posted(phone)] == [INBOX]


def test_what_waits_to_be_told_again_is_told_where_nothing_else_would_be_lost(call: Dial) -> None:
    phone = call("at_last", **KNOWN, http_code=503)
    leaves(phone)
    phone.session.advance(100)
    before = posted(phone)
    phone.session.event({"type": "platform", "does": "session"})
    assert posted(phone) == [*before, before[0]]
    phone.session.advance(100_000)
    assert len(posted(phone)) == len(before) + 1


@pytest.mark.parametrize(("act", "by"), [(speaks, "platform"), (leaves, "platform"), (hangs_up_on_it, "caller")])
def test_a_report_has_the_message_that_is_not_told_yet(call: Dial, act: Callable[[Phone], None], by: str) -> None:
    """Also where the call is over, and the report waits for the message."""
    phone = ended(call, "messages_at_last", act, **ENDS_NEVER)
    [(url, told)] = posted(phone)
    assert (url, told["ended_by"]) == (CRM, by)
    assert told["messages"] == [{"url": "https://records.example/1/recorder-1", "seconds": 4}]


@pytest.mark.parametrize(("act", "by"), [(agrees, "platform"), (agrees_and_hangs_up, "caller")])
def test_a_report_has_the_recording_of_the_call(call: Dial, act: Callable[[Phone], None], by: str) -> None:
    phone = ended(call, "messages_at_last", act, **ENDS_NEVER)
    [(url, told)] = posted(phone)
    assert (url, told["ended_by"]) == (CRM, by)
    assert told["recording"] == {"url": "https://records.example/1/recorder-1", "seconds": 9}


def test_where_a_recording_is_may_be_known_when_the_report_was_made(call: Dial) -> None:
    def hears_late(phone: Phone) -> None:
        agrees(phone)
        phone.session.caller.hang_up()
        phone.session.event({"type": "platform", "leg": None, "which": 1, "does": "recording", "how": "starts"})

    def agrees(phone: Phone) -> None:
        assert phone.asks("consent") == {"ok": True}
        phone.session.advance(2000)

    [(url, told)] = posted(ended(call, "messages_at_last", hears_late, recorder="manual"))
    assert (url, told["recording"]["url"]) == (CRM, "https://records.example/1/recorder-1")


def test_a_session_without_a_call_is_not_reported(call: Dial) -> None:
    assert posted(ended(call, "messages_at_last", lambda phone: None, data="")) == []
