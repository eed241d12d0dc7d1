"""Requests, timers, storage, secrets, digests, promises, the clock, and how a session ends."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from flowc.simulator.engine import Engine

from .conftest import TARGET, Open, do


def test_only_x_headers_reach_the_scenario(open_session: Open) -> None:
    session = open_session("commands.js")
    session.post('{"do":"uuid"}', {"X-Flowc-Token": "t", "Authorization": "secret", "x-lower": "1"})
    headers = session.events_of("request")[0]["headers"]
    assert headers == [{"key": "X-Flowc-Token", "value": "t"}, {"key": "x-lower", "value": "1"}]


@pytest.mark.parametrize(
    ("switch", "status", "body"), [("delivered", 200, '{"did":"uuid"}'), ("empty", 200, ""), ("lost", 502, "")]
)
def test_a_reply_may_not_arrive(open_session: Open, switch: str, status: int, body: str) -> None:
    session = open_session("commands.js", reply=switch)
    reply = session.post('{"do":"uuid"}')
    assert (reply.status, reply.body) == (status, body)
    assert len(session.logs) == 3, "the handler has run all the same"


def test_a_request_after_the_end_finds_nobody(open_session: Open) -> None:
    session = open_session("naive.js")
    session.advance(200)
    assert session.post('{"action":"end_call"}').status == 200
    assert session.ended is not None
    assert session.post('{"action":"end_call"}').status == 404


def test_a_failing_handler_fails_the_request(open_session: Open) -> None:
    session = open_session("naive.js")
    session.advance(200)
    reply = session.post("not json")
    assert (reply.status, reply.body) == (500, "")
    assert session.error is not None
    assert session.error.where == "onRequest (AppEvents.HttpRequest)"


def test_terminate_lets_the_block_run_on(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "timer", ms=10)
    do(session, "fetch", url="https://crm.example/1")
    do(session, "terminate")
    assert session.logs[-1] == "after terminate"
    assert session.post('{"do":"uuid"}').status == 404
    session.advance(49)
    assert session.ended is None
    session.advance(1000)
    assert session.logs[-4:] == ["fetched:200", "terminating", "fetched:200", "terminated"]
    assert session.ended is not None
    assert (session.ended.t, session.ended.reason) == (100, "terminate")
    assert session.live_legs == []


def test_an_error_ends_the_session_with_a_system_error(open_session: Open) -> None:
    session = open_session("commands.js")
    session.post('{"do":"nothing"}')
    session.advance(1000)
    assert "terminating after an error" in session.logs


@pytest.mark.parametrize("terminate_events", [False, True])
def test_terminate_may_tell_the_legs(open_session: Open, terminate_events: bool) -> None:
    session = open_session("commands.js", terminate_events=terminate_events)
    do(session, "dial", number=TARGET)
    do(session, "terminate")
    told = [log for log in session.logs if "Disconnected:" in log or "Failed:" in log]
    assert told == (["caller Call.Disconnected:10", "call-1 Call.Failed:487"] if terminate_events else [])


def test_timers_fire_in_order_and_intervals_go_on(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "timer", ms=300)
    do(session, "interval", ms=10)
    session.advance(350)
    assert [entry["t"] for entry in session.events_of("timer")] == [100, 200, 300, 300]
    do(session, "untimer", index=1)
    session.advance(1000)
    assert len(session.events_of("timer")) == 4
    assert session.waiting["timers"] == 0


def test_requests_are_queued_and_time_out(open_session: Open) -> None:
    session = open_session("commands.js", http="manual")
    for number in range(4):
        do(session, "fetch", url=f"https://crm.example/{number}", options={"timeout": 5})
    assert [request["state"] for request in session.waiting["requests"]] == ["active"] * 3 + ["queued"]
    session.answer_http(503, url="https://crm.example/1")
    session.advance(5000)
    assert session.logs[2:] == ["fetched:503", "fetched:-7", "fetched:-7", "fetched:-7"]


LATER = """
VoxEngine.addEventListener(AppEvents.Started, () => {
  setTimeout(() => Net.httpRequest("https://crm.example/later", () => {}), 5000);
  [0, 1, 2, 3].forEach((number) => Net.httpRequest(`https://crm.example/${number}`, () => {}, { timeout: 5 }));
});
"""


def test_no_request_overtakes_one_that_is_queued(engine: Engine) -> None:
    """At the instant at which others are over as well."""
    session = engine.session(LATER, http="manual")
    session.start()
    session.advance(5000)
    sent = [entry["url"].rpartition("/")[2] for entry in session.events_of("http_request")]
    assert sent == ["0", "1", "2", "3", "later"]


def test_a_malformed_address_is_an_answer(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "fetch", url="crm.example")
    assert session.logs[-1] == "fetched:-2"


def test_storage_answers_or_not(open_session: Open) -> None:
    session = open_session("commands.js", storage={"KEY": "value", "BROKEN": ""}, storage_fails=("BROKEN",))
    for key in ("KEY", "MISSING", "BROKEN", "__proto__", "constructor"):
        do(session, "lookup", key=key)
    assert session.logs[2:] == [
        "entry:value",
        "entry:null",
        "no entry: storage is not available",
        "entry:null",
        "entry:null",
    ]
    session = open_session("commands.js", storage_answers="manual")
    do(session, "lookup", key="KEY")
    do(session, "lookup", key="OTHER")
    session.fail_storage("OTHER", "slow")
    session.answer_storage("KEY", "late")
    assert session.logs[2:] == ["no entry: slow", "entry:late"]


def test_secrets_are_read_and_not_traced(open_session: Open) -> None:
    session = open_session("commands.js", secrets={"TOKEN": "hidden"})
    do(session, "secret", name="TOKEN")
    do(session, "secret", name="toString")
    assert session.logs[2:] == ["hidden", "undefined"]
    assert session.events_of("secret") == [
        {"t": 0, "event": "secret", "name": "TOKEN", "found": True},
        {"t": 0, "event": "secret", "name": "toString", "found": False},
    ]


@pytest.mark.parametrize("text", ["", "abc", "x" * 55, "x" * 56, "x" * 64, "x" * 1000, "é€😀\u2028\0"])
def test_digests_are_right(open_session: Open, text: str) -> None:
    session = open_session("commands.js")
    do(session, "hash", text=text)
    do(session, "hmac", key=text, text="data")
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert session.logs[2:] == [digest, hmac.new(text.encode(), b"data", "sha256").hexdigest()]


def test_digests_have_a_form_that_is_not_documented(open_session: Open) -> None:
    for text in ("", "a", "ab"):  # whose digests end in all ways that Base64 has
        digest = hashlib.sha256(text.encode()).digest()
        forms = {"hex": digest.hex(), "base64": base64.b64encode(digest).decode(), "bytes": digest.decode("latin-1")}
        for form, expected in forms.items():
            session = open_session("commands.js", digests=form)
            do(session, "hash", text=text)
            assert session.logs[-1] == expected


def test_the_clock_is_virtual_and_in_utc(open_session: Open) -> None:
    session = open_session("commands.js", start_time=1_767_600_000_000)
    session.advance(3_600_000)
    do(session, "clock")
    assert session.logs[-1] == "2026-01-05T09:00:00.000Z 9 1767603600000"


def test_a_clock_that_is_put_back_changes_no_length(open_session: Open) -> None:
    """`Date.now` tells how long something takes: what began before is over later all the same."""
    session = open_session("commands.js", start_time=1_767_600_000_000)
    session.advance(3_600_000)
    session.event({"type": "platform", "does": "clock", "at": 1_767_600_000_000})
    session.advance(60_000)
    do(session, "clock")
    assert session.logs[-1] == "2026-01-05T08:01:00.000Z 8 1767603660000"


def test_promises_settle_in_order(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "chain")
    assert session.logs[2] == "first"
    assert sorted(session.logs[3:]) == sorted(["finally", "no 1", "race", "[1,2]", "thenable"])
    assert session.logs.index("finally") < session.logs.index("no 1")


def test_the_state_of_the_scenario_can_be_read(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "dial", number=TARGET)
    state = session.state
    assert (state["caller"], state["calls"]) == ({"$Call": "caller"}, [{"$Call": "call-1"}])
    json.dumps(state)


def test_a_session_without_a_call_ends_after_60_seconds(open_session: Open) -> None:
    session = open_session("commands.js", call=False)
    session.start()
    session.advance(61_000)
    assert session.ended is not None
    assert session.ended.reason == "no_calls"
