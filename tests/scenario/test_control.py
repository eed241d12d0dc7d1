"""The control URL: whatever arrives gets one JSON reply, and does nothing unless it is valid, known and allowed now."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import ACCOUNT, RINGBACK, SUPPORT, Phone

FLOWS = ROOT / "tests" / "scenario" / "flows"

MALFORMED = {
    "not json": "bad_request",
    "": "bad_request",
    "null": "bad_request",
    "[]": "bad_request",
    '"end_call"': "bad_request",
    "{}": "bad_request",
    '{"action": 1}': "bad_request",
    '{"action": ""}': "bad_request",
    '{"action": "end_call", "x": "' + "x" * 9000 + '"}': "bad_request",
    '{"action": "hang_up"}': "unknown_action",
    '{"action": "__proto__"}': "unknown_action",
    '{"action": "constructor"}': "unknown_action",
    '{"action": "end_call", "now": true}': "invalid_parameters",
    '{"action": "end_call", "__proto__": {"x": 1}}': "invalid_parameters",
    '{"action": "call_transfer", "summary": 7}': "invalid_parameters",
    '{"action": "call_transfer", "summary": {"to": "+15550666"}}': "invalid_parameters",
    '{"action": "call_transfer", "number": "+15550666"}': "invalid_parameters",
    json.dumps({"action": "call_transfer", "summary": "x" * 401}): "invalid_parameters",
}


def error_of(reply: Any) -> str:
    assert reply["ok"] is False
    return str(reply["error"]["code"])


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_request_is_refused_and_changes_nothing(call: Callable[..., Phone], body: str) -> None:
    phone = call("function_calling")
    token = (phone.session.agent.started or {})["vox_control_token"]
    before = phone.session.state
    reply = phone.session.post(body, {"X-Flowc-Token": token})
    assert error_of(reply.json) == MALFORMED[body]
    assert phone.session.state == before
    phone.session.advance(60_000)
    assert phone.hears == "agent"
    assert phone.dialled == []


def test_the_longest_text_is_counted_in_characters(call: Callable[..., Phone]) -> None:
    assert call("function_calling").asks("call_transfer", summary="🦷" * 400) == {"ok": True}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_only_post_acts(call: Callable[..., Phone], method: str) -> None:
    phone = call("function_calling")
    token = (phone.session.agent.started or {})["vox_control_token"]
    reply = phone.session.post('{"action": "end_call"}', {"X-Flowc-Token": token}, method=method)
    assert error_of(reply.json) == "bad_request"


def test_a_request_needs_the_sessions_token(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    assert error_of(phone.asks("end_call", token="guess")) == "unauthorized"
    assert error_of(phone.session.post('{"action": "end_call"}', {}).json) == "unauthorized"
    others = (call("function_calling", seed=2).session.agent.started or {})["vox_control_token"]
    assert error_of(phone.asks("end_call", token=others)) == "unauthorized"
    phone.session.advance(60_000)
    assert phone.hears == "agent"


def test_an_agent_written_after_the_vendors_example_works_without_flowcs_headers(call: Callable[..., Phone]) -> None:
    phone = call("hand_written_agent")
    assert phone.session.post('{"action":"call_transfer","summary":"optional short summary"}').body == '{"ok":true}'
    phone.session.advance(2000)
    assert phone.ringing == [SUPPORT]
    phone.session.leg(SUPPORT).fail(486)
    assert phone.hears == "agent"
    assert phone.session.post('{"action":"end_call"}').body == '{"ok":true}'
    phone.session.advance(1000)
    assert phone.is_over()


def test_with_an_optional_token_a_wrong_one_is_still_refused(call: Callable[..., Phone]) -> None:
    assert error_of(call("hand_written_agent").asks("end_call", token="guess")) == "unauthorized"


def test_the_same_request_id_acts_once_and_gets_the_first_answer(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    assert phone.asks("call_transfer", id="a") == {"ok": True}
    assert phone.asks("call_transfer", id="a") == {"ok": True}
    assert error_of(phone.asks("call_transfer", id="b")) == "busy"
    assert error_of(phone.asks("end_call", id="a")) == "request_id_reused"
    phone.session.advance(3000)
    assert phone.asks("call_transfer", id="a") == {"ok": True}
    assert phone.dialled == [SUPPORT]
    phone.session.leg(SUPPORT).fail(486)
    assert phone.asks("call_transfer", id="a") == {"ok": True}  # a retry that arrives late
    phone.session.advance(3000)
    assert phone.dialled == [SUPPORT]
    assert phone.hears == "agent"
    assert error_of(phone.asks("call_transfer", id="b")) == "busy"  # so does a refusal


@pytest.mark.parametrize("second", ["end_call", "call_transfer"])
def test_an_action_during_a_transfer_is_refused(call: Callable[..., Phone], second: str) -> None:
    phone = call("function_calling")
    phone.asks_and_speaks("call_transfer")
    assert error_of(phone.asks(second)) == "busy"
    assert phone.hears == RINGBACK
    assert phone.dialled == [SUPPORT]


def test_before_the_agent_is_there_nothing_is_ready(call: Callable[..., Phone]) -> None:
    phone = call("hand_written_agent", agent="manual")
    assert error_of(phone.session.post('{"action": "end_call"}').json) == "not_ready"


def test_before_anybody_calls_nothing_is_ready(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    session = engine.session(compiled(FLOWS / "hand_written_agent.yaml")["js"], **ACCOUNT)
    assert error_of(session.post('{"action": "end_call"}').json) == "not_ready"


def test_an_agent_that_has_not_begun_is_told_no_reply(call: Callable[..., Phone]) -> None:
    """It is connected, and the caller is being answered."""
    phone = call("hand_written_agent", wait=250, answer_ms=500)
    headers = {"X-Flowc-Request-Id": "early", "X-Flowc-Reply": "event"}
    assert error_of(phone.session.post('{"action": "end_call"}', headers).json) == "not_ready"
    assert phone.hears == "ringing"
    assert [entry for entry in phone.session.trace if entry["event"] == "agent_connected"]
    assert not [entry for entry in phone.session.trace if entry["event"] == "agent_custom"]


def test_a_session_remembers_a_limited_number_of_requests_and_takes_any(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    assert all(phone.asks("caller_number")["ok"] for _ in range(250))
    assert len(phone.session.state["replies"]) == 200
    refused = phone.asks("end_call", id="request-250")
    assert error_of(refused) == "request_id_reused"  # the latest are remembered
    assert phone.asks("end_call", id="request-1") == {"ok": True}


def test_data_comes_back_in_the_reply(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    assert phone.asks("caller_number") == {"ok": True, "data": {"number": "+15550123456", "dialled": "+15550100000"}}
    assert phone.hears == "agent"


def test_a_webhook_is_told_and_the_conversation_goes_on(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    assert phone.asks("note", text="allergic", urgent=True) == {"ok": True}
    assert phone.hears == "agent"
    [request] = phone.session.events_of("http_request")
    assert request["url"] == "https://crm.example.com/hook"
    assert json.loads(request["body"]) == {
        "flow": "front_desk",
        "call": {"id": "1", "from": "+15550123456", "to": "+15550100000"},
        "action": "note",
        "request_id": "request-1",
        "parameters": {"text": "allergic", "urgent": True},
        "result": None,
    }
    phone.session.advance(1000)
    assert phone.hears == "agent"


@pytest.mark.parametrize("code", [404, 500, -7, 0])
def test_a_failing_webhook_changes_nothing(call: Callable[..., Phone], code: int) -> None:
    phone = call("front_desk", http_code=code)
    phone.asks("note", text="allergic")
    phone.session.advance(30_000)
    assert phone.hears == "agent"
    assert phone.session.error is None


@pytest.mark.parametrize("secrets", [{}, {"CRM_WEBHOOK": "http://crm.example.com"}, {"CRM_WEBHOOK": "crm"}], ids=str)
def test_a_webhook_that_is_not_https_is_not_called(call: Callable[..., Phone], secrets: dict[str, str]) -> None:
    phone = call("front_desk", secrets={"CARTESIA_API_KEY": "sk", **secrets})
    assert error_of(phone.asks("note", text="allergic")) == "not_sent"  # and not `ok`: nobody would learn of the note
    assert phone.session.events_of("http_request") == []
    assert any("cannot notify crm, its address is missing" in line for line in phone.session.logs)


def test_another_contract_is_logged_once(call: Callable[..., Phone]) -> None:
    phone = call("hand_written_agent")
    for _ in range(3):
        phone.session.post('{"action": "nothing"}', {"X-Flowc-Contract": "0123456789abcdef"})
    assert sum("0123456789abcdef" in line for line in phone.session.logs) == 1


def test_who_only_shows_a_contract_asks_for_nothing(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    headers = {"X-Flowc-Token": (phone.session.agent.started or {})["vox_control_token"]}
    assert error_of(phone.session.post("{}", headers).json) == "bad_request"
    assert phone.session.post("{}", {**headers, "X-Flowc-Contract": "0123456789abcdef"}).json == {"ok": True}
    assert error_of(phone.session.post("{}", {"X-Flowc-Contract": "0123456789abcdef"}).json) == "unauthorized"
    phone.session.advance(60_000)
    assert phone.hears == "agent"


def test_a_reply_is_repeated_to_the_agent_if_it_asks_for_it(call: Callable[..., Phone]) -> None:
    """Bodies of replies may not get through; the first answer comes again, by both ways, and nothing is done twice."""
    phone = call("front_desk")
    token = (phone.session.agent.started or {})["vox_control_token"]
    body = '{"action": "caller_number"}'
    headers = {"X-Flowc-Token": token, "X-Flowc-Request-Id": "one"}
    first = phone.session.post(body, headers).json
    assert phone.told == []
    assert phone.session.post(body, {**headers, "X-Flowc-Reply": "event"}).json == first
    assert phone.told == [{"vox_event": "reply", "request_id": "one", "reply": first}]
    assert phone.session.post(body, {"X-Flowc-Token": token, "X-Flowc-Reply": "event"}).json == first
    for wrong in ({"X-Flowc-Token": "guess"}, {"X-Flowc-Token": ""}):
        refused = phone.session.post(body, {**headers, "X-Flowc-Reply": "event", **wrong})
        assert error_of(refused.json) == "unauthorized"
    other = {**headers, "X-Flowc-Request-Id": "two", "X-Flowc-Reply": "event"}
    refused = phone.session.post('{"action": "nothing"}', other)
    assert phone.told[1:] == [{"vox_event": "reply", "request_id": "two", "reply": refused.json}]


def test_without_an_agent_there_is_nobody_to_repeat_a_reply_to(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    headers = {"X-Flowc-Token": (phone.session.agent.started or {})["vox_control_token"], "X-Flowc-Reply": "event"}
    phone.asks_and_speaks("call_transfer")
    phone.session.leg(SUPPORT).answer()
    assert error_of(phone.session.post('{"action": "end_call"}', headers).json) == "busy"
    assert phone.session.error is None
    assert phone.told == []


def test_nothing_secret_is_logged(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("call_transfer", department="front_desk", summary="a secret illness")
    phone.session.leg("+15550100001").fail(486)
    phone.asks("end_call", token="guess")
    phone.session.caller.hang_up()
    assert phone.is_over()
    logged = "\n".join(phone.session.logs)
    token = (phone.session.agent.started or {})["vox_control_token"]
    for secret in (token, "sk_secret_key", "session.example", "crm.example.com", "a secret illness", "guess"):
        assert secret not in logged
