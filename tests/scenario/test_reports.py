"""The report: one request of the whole call, however it has ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import ACCOUNT, Phone

Dial = Callable[..., Phone]
CRM = "https://crm.example.com/calls"
KNOWN = {**ACCOUNT, "storage": {**ACCOUNT["storage"], "CRM": CRM}}


def reports(phone: Phone) -> list[dict[str, Any]]:
    """Each once, however often it was sent."""
    sent = {
        entry["headers"]["Idempotency-Key"]: json.loads(entry["body"] or "")
        for entry in phone.session.events_of("http_request")
        if entry["url"] == CRM
    }
    return list(sent.values())


def report(phone: Phone) -> dict[str, Any]:
    found = reports(phone)
    assert len(found) == 1
    return found[0]


def test_whom_the_caller_has_talked_to_and_for_how_long(call: Dial) -> None:
    phone = call("reporting", **KNOWN)
    phone.asks_and_speaks("call_transfer")
    phone.session.advance(10_000)
    phone.session.leg("+15550100001").answer()
    phone.session.advance(61_500)
    assert reports(phone) == []
    phone.session.leg("+15550100001").hang_up()
    assert phone.is_over()
    told = report(phone)
    assert told["tried"] == [
        {"action": "call_transfer", "target": "home", "outcome": "no_answer", "rang_seconds": 10},
        {"action": "call_transfer", "target": "desk", "outcome": "connected", "talk_seconds": 61},
    ]
    assert told["call"] == {"id": "1", "from": "+15550123456", "to": "+15550100000", "direction": "inbound"}
    assert told["ended_by"] == "person"
    assert told["began"] == "2026-01-05T08:00:00.000Z"
    assert told["began"] < told["answered"] < told["ended"]
    assert list(told) == ["flow", "call", "began", "answered", "ended", "ended_by", "tried"]


def test_who_ends_a_conversation_with_the_caller_is_the_caller(call: Dial) -> None:
    phone = call("reporting", **KNOWN)
    phone.asks_and_speaks("again")
    phone.session.leg("+15550100001").answer()
    phone.session.advance(5000)
    phone.session.leg("+15550100001").hang_up()
    phone.session.advance(100)
    phone.session.leg("+15550100002").answer()
    phone.session.advance(7000)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert report(phone)["ended_by"] == "caller"
    assert [(one["target"], one["talk_seconds"]) for one in report(phone)["tried"]] == [
        ("desk", 5),
        ("home", 7),
    ]


def test_whose_agent_hangs_up(call: Dial) -> None:
    phone = call("reporting", **KNOWN)
    phone.asks_and_speaks("end_call")
    assert phone.is_over()
    assert report(phone)["ended_by"] == "agent"
    assert report(phone)["tried"] == []
    assert not any("cannot report" in line for line in phone.session.logs)


def test_how_long_somebody_has_talked_who_is_cut_off(call: Dial) -> None:
    phone = call("reporting", **KNOWN)
    phone.asks_and_speaks("short")
    phone.session.leg("+15550100001").answer()
    phone.session.advance(61_000)
    assert phone.is_over()
    assert [one["talk_seconds"] for one in report(phone)["tried"]] == [60]


def test_where_something_follows_a_talk_it_is_the_flow_that_ends_the_call(call: Dial) -> None:
    phone = call("reporting", **KNOWN)
    phone.asks_and_speaks("told")
    phone.session.leg("+15550100001").answer()
    phone.session.leg("+15550100001").hang_up()
    assert phone.is_over()
    assert report(phone)["ended_by"] == "flow"


def test_who_was_handed_over_has_been_connected(call: Dial) -> None:
    phone = call("reporting", client="sip", **KNOWN)
    phone.asks_and_speaks("hand_over")
    phone.session.advance(1000)
    phone.session.caller.completes_transfer()
    assert phone.is_over()
    assert report(phone)["ended_by"] == "flow"
    assert report(phone)["tried"] == [{"action": "hand_over", "target": "branch", "outcome": "connected"}]


def test_what_was_rung_for_earlier_actions_is_told_as_theirs(call: Dial) -> None:
    phone = call("reporting", **KNOWN)
    phone.asks_and_speaks("call_transfer")
    phone.session.advance(40_000)  # nobody answers
    phone.asks_and_speaks("end_call")
    assert phone.is_over()
    assert report(phone)["ended_by"] == "agent"
    assert [one["action"] for one in report(phone)["tried"]] == ["call_transfer", "call_transfer"]


def test_the_longest_time_of_a_call(call: Dial) -> None:
    phone = call("reporting", agent_keepalive=True, **KNOWN)
    phone.session.advance(600_000)
    assert phone.is_over()
    assert report(phone)["ended_by"] == "limit"


def test_who_gives_up_while_it_rings_is_reported_when_the_address_is_there(call: Dial) -> None:
    phone = call("reporting", wait=0, storage_answers="manual", agent_ms=5000, **KNOWN)
    phone.session.caller.hang_up()
    phone.session.advance(2000)
    assert reports(phone) == []
    assert phone.session.ended is None
    phone.session.answer_storage("CRM", CRM)
    assert phone.is_over()
    assert report(phone)["answered"] is None
    assert report(phone)["ended_by"] == "caller"


def test_who_still_rings_is_reported_as_abandoned(call: Dial) -> None:
    phone = call("reporting", **KNOWN)
    phone.asks_and_speaks("call_transfer")
    phone.session.advance(12_000)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert report(phone)["tried"] == [
        {"action": "call_transfer", "target": "home", "outcome": "no_answer", "rang_seconds": 10},
        {"action": "call_transfer", "target": "desk", "outcome": "abandoned"},
    ]


def test_a_storage_that_never_answers_holds_no_session(call: Dial) -> None:
    phone = call("reporting", storage_answers="manual", **KNOWN)
    phone.session.caller.hang_up()
    phone.session.advance(54_000)
    assert phone.session.ended is None
    phone.session.advance(1000)
    assert phone.is_over()
    assert reports(phone) == []
    assert "reporting: the session has to end: webhooks that are not told: 1" in phone.session.logs


@pytest.mark.parametrize("address", ["", "http://crm.example.com"])
def test_a_report_that_goes_nowhere_is_in_the_log(call: Dial, address: str) -> None:
    phone = call("reporting", **{**ACCOUNT, "storage": {**ACCOUNT["storage"], "CRM": address}})
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert "reporting: cannot report to crm, its address is missing or not https" in phone.session.logs


def test_a_session_that_the_platform_ends_is_reported_at_last(call: Dial) -> None:
    phone = call("reporting", throws={"Logger.write": 0}, **KNOWN)
    phone.session.advance(100)
    assert phone.session.ended is not None
    assert phone.session.ended.reason == "error"
    assert report(phone)["ended_by"] == "platform"
    assert report(phone)["answered"] is not None


def test_who_talks_with_the_caller_then_is_reported_as_connected(call: Dial) -> None:
    def talking(**throws: int) -> Phone:
        phone = call("reporting", throws={name.replace("_", "."): which for name, which in throws.items()}, **KNOWN)
        phone.asks_and_speaks("call_transfer")
        phone.session.leg("+15550100002").answer()
        phone.session.advance(30_000)
        return phone

    lines = len(talking().session.logs)
    phone = talking(Logger_write=lines + 1)
    phone.session.advance(600_000)  # the limit of the call, whose line in the log throws
    assert phone.session.ended is not None
    assert phone.session.ended.reason == "error"
    [attempt] = report(phone)["tried"]
    assert (attempt["target"], attempt["outcome"]) == ("home", "connected")
    assert 500 < attempt["talk_seconds"] <= 600


@pytest.mark.parametrize("code", [200, 503])
def test_what_is_said_at_last_is_said_once(call: Dial, code: int) -> None:
    """The timers of a session that ends are dead."""
    phone = call("reporting", http_code=code, throws={"Logger.write": 0}, **KNOWN)
    phone.session.advance(100_000)
    assert len(phone.session.events_of("http_request")) == 1
    assert phone.session.misuses == []


def test_a_report_without_an_address_is_not_tried_at_last(call: Dial) -> None:
    phone = call("reporting", throws={"Logger.write": 0}, **ACCOUNT)
    phone.session.advance(100)
    assert phone.session.ended is not None
    assert phone.session.events_of("http_request") == []


def test_a_call_that_cannot_be_watched_is_reported_at_once(call: Dial) -> None:
    """Its report has an address in the storage, of which nothing was read yet."""
    phone = call("reporting", **KNOWN, throws={"Call.addEventListener": 2})
    phone.session.advance(1000)
    assert phone.is_over()
    assert report(phone)["ended_by"] == "platform"
    assert not any("webhooks that are not told" in line for line in phone.session.logs)


def test_how_long_they_have_talked_is_known_whatever_fails_when_they_are_joined(
    engine: Engine, compiled: Callable[[Path], Artifacts]
) -> None:
    script = compiled(ROOT / "tests/scenario/flows/reporting.yaml")["js"]
    line = '  logStep(S.way, S.turn, "connected", target);\n'
    assert line in script
    phone = Phone(engine, script.replace(line, '  throw new Error("no log");\n'), **KNOWN, exception="logged")
    phone.asks_and_speaks("call_transfer")
    phone.session.leg("+15550100002").answer()
    phone.session.advance(7000)
    phone.session.caller.hang_up()
    phone.session.advance(1000)
    assert [one["talk_seconds"] for one in report(phone)["tried"]] == [7]


def test_of_very_many_attempts_the_first_are_told(call: Dial) -> None:
    """The platform allows 49 calls: those behind them come to nothing at once."""
    phone = call("reporting", **KNOWN)
    for _ in range(120):
        assert phone.asks("call_transfer") == {"ok": True}
        phone.session.advance(2000)
        for _ in range(2):
            for leg in phone.ringing:
                phone.session.leg(leg).fail(486)
            phone.session.advance(100)
    phone.session.caller.hang_up()
    assert len(report(phone)["tried"]) == 200
