"""Limits of the platform (docs.voximplant.ai/platform/voxengine/limits, typings v28) and of what it keeps in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest

from flowc.simulator.engine import Engine, Options, ScenarioFailed, Session
from flowc.simulator.options import PLATFORM_SWITCHES

from .conftest import TARGET, Open, do

Start = Callable[..., Session]


@pytest.fixture
def start(open_session: Open) -> Start:
    return lambda **options: open_session("units.js", **options)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Topic": "teeth"}, "the header Topic does not begin with X-"),
        ({"X-Summary": "é" * 95}, "the header X-Summary has 201 bytes; the platform takes 200"),
        ({f"X-{number:02}": "x" * 194 for number in range(21)}, "the headers have 4242 bytes; the platform takes 4095"),
    ],
    ids=["name", "single", "total"],
)
def test_sip_headers_are_bounded(start: Start, headers: dict[str, str], said: str) -> None:
    session = start()
    do(session, "dialSip", to="sip:desk@pbx.example.com", headers={"X-Summary": "é" * 94})
    session.post(json.dumps({"do": "dialSip", "to": "sip:desk@pbx.example.com", "headers": headers}))
    assert session.error is not None
    assert session.error.message == f"TypeError: VoxEngine.callSIP: {said}"


def test_a_response_of_more_than_2_mb_is_an_error(start: Start) -> None:
    """Typings: HttpRequestResult.code -9."""
    session = start(http="manual")
    for text in ("x" * 2_097_152, "x" * 2_097_153):
        do(session, "fetch", url="https://crm.example/")
        session.answer_http(200, text)
    assert session.logs[-2:] == ['fetched: {"code":200,"text":"xxxxxxxxxx"}', 'fetched: {"code":-9,"text":""}']


def test_a_request_with_a_callback(start: Start) -> None:
    """Typings: HttpRequestOptions.params are part of the address, rawOutput gives bytes, a GET has no body."""
    session = start(http="manual")
    options = {"params": {"a b": "c&d"}, "rawOutput": True, "postData": "lost"}
    do(session, "fetch", url="https://crm.example/?x=1", options=options)
    sent = session.events_of("http_request")[0]
    assert (sent["url"], sent["body"]) == ("https://crm.example/?x=1&a%20b=c%26d", None)
    assert session.misuses == ["Net: the body of a GET request is not sent"]
    session.answer_http(200, "é")
    assert session.logs[-1] == 'fetched: {"code":200,"text":"é","data":[195,169]}'


def test_storage_is_written_and_expires(start: Start) -> None:
    """Typings: StorageKey; ttl in seconds up to 90 days; a namespace stands before a colon."""
    session = start(storage={"KEY": "1", "ns:b": "2"})
    do(session, "put", key="ns:a", value="3", ttl=60)
    do(session, "remove", key="KEY")
    do(session, "get", key="KEY")
    do(session, "keys", pattern="ns")
    assert session.logs[1:] == [
        'storage: {"key":"ns:a","value":"3","expireAt":1767600060}',
        'storage: {"key":"KEY","value":"1","expireAt":0}',
        "storage: null",
        'storage: {"keys":["ns:b","ns:a"]}',
    ]
    session.advance(59_999)
    do(session, "get", key="ns:a")
    session.advance(1)
    do(session, "get", key="ns:a")
    assert session.logs[-2:] == ['storage: {"key":"ns:a","value":"3","expireAt":1767600060}', "storage: null"]


@pytest.mark.parametrize(
    "wrong",
    [{"key": "k" * 201}, {"value": "v" * 2001}, {"ttl": 7_776_001}, {"ttl": -1}],
    ids=["key", "value", "ttl", "past"],
)
def test_storage_is_bounded(start: Start, wrong: dict[str, object]) -> None:
    session = start()
    session.post(json.dumps({"do": "put", "key": "k", "value": "v", "ttl": 60, **wrong}))
    assert session.error is not None
    assert session.error.message.startswith("TypeError: ApplicationStorage.put: ")


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize("text", ["", "abc", "é" * 31, "x" * 55, "x" * 56, "x" * 1000])
def test_digests(start: Start, name: str, text: str) -> None:
    session = start()
    do(session, "digest", name=name, text=text)
    assert session.logs[-1] == hashlib.new(name, text.encode()).hexdigest()


@pytest.mark.parametrize("unverified_callerid", ["fails", "throws"])
def test_a_foreign_caller_id_is_not_shown(start: Start, unverified_callerid: str) -> None:
    """Typings: callPSTN takes verified caller IDs, or the caller's own with followDiversion."""
    session = start(verified_callerids=("+15550100009",), unverified_callerid=unverified_callerid)
    do(session, "dial", number=TARGET)
    do(session, "dial", number=TARGET, callerid="+15550000001", parameters={"followDiversion": True})
    assert session.events_of("failed") == []
    session.post(json.dumps({"do": "dial", "number": TARGET, "callerid": "+15550000001"}))
    if unverified_callerid == "fails":
        assert [entry["code"] for entry in session.events_of("failed")] == [403]
    else:
        assert session.error is not None


def test_hanging_up_may_end_a_leg_at_once(start: Start) -> None:
    """Not documented: whether the event comes within hangup() or after the callback."""
    for switch, order in (
        ("later", ["after hangup", "Call.Failed code=487"]),
        ("at_once", ["Call.Failed code=487", "after hangup"]),
    ):
        session = start(hangup_events=switch)
        do(session, "dial", number=TARGET)
        do(session, "hangup", unit="call-1")
        assert session.logs[-2:] == order


def test_timers_may_be_late(start: Start) -> None:
    """Typings: setTimeout may take longer than intended."""
    session = start(timer_late_ms=30)
    do(session, "timer", ms=100)
    session.advance(1000)
    assert [entry["t"] for entry in session.events_of("timer")] == [130]


@pytest.mark.parametrize(("agent_keepalive", "state"), [(False, "closed"), (True, "open")])
def test_the_connector_may_keep_the_socket_alive(start: Start, agent_keepalive: bool, state: str) -> None:
    """Cartesia's calls API: closed after 180 s without a message; whether the connector pings is not known."""
    session = start(agent_ms=0, agent_keepalive=agent_keepalive)
    do(session, "agent")
    session.advance(180_000)
    assert session.agent.state == state


@pytest.mark.parametrize(
    ("buffer", "cleared", "stale"), [("drained", False, []), ("kept", False, [1500]), ("kept", True, [])]
)
def test_what_nobody_heard_may_be_heard_later(start: Start, buffer: str, cleared: bool, stale: list[int]) -> None:
    """Not documented: what becomes of audio that waits in the connector while the agent is detached."""
    session = start(agent_ms=0, agent_buffer=buffer)
    do(session, "agent")
    do(session, "bridge", a="caller", b="agent-1")
    session.agent.speaks(2000)
    session.advance(500)
    do(session, "unbridge", a="caller", b="agent-1")
    session.advance(10_000)
    assert session.agent.view["held"] == (1500 if buffer == "kept" else 0)
    if cleared:
        do(session, "clear")
    do(session, "bridge", a="caller", b="agent-1")
    assert [entry["ms"] for entry in session.events_of("agent_stale_audio")] == stale


@pytest.mark.parametrize("automatic_clear", [False, True])
def test_an_interruption_may_clear_the_buffer(start: Start, automatic_clear: bool) -> None:
    session = start(agent_ms=0, automatic_clear=automatic_clear)
    do(session, "agent")
    do(session, "bridge", a="caller", b="agent-1")
    session.agent.speaks(5000)
    session.agent.clear()
    assert session.agent.view["speaking"] == (not automatic_clear)


def test_the_first_value_of_every_switch_is_the_default() -> None:
    defaults = Options()
    assert {name: getattr(defaults, name) for name in PLATFORM_SWITCHES} == {
        name: values[0] for name, values in PLATFORM_SWITCHES.items()
    }
    for name, values in PLATFORM_SWITCHES.items():
        for value in values:
            Options(**{name: value})


def alerting(code: str) -> str:
    return (
        "const S = { hoard: [] };\nVoxEngine.addEventListener(AppEvents.CallAlerting, onCall);\nfunction onCall() {\n"
        + code
        + "\n}"
    )


BUFFERS = {
    "one": "S.hoard.push(new ArrayBuffer(16 * 1024 * 1024 + 1));",
    "many": "for (;;) S.hoard.push(new Float64Array(1024 * 1024));",
    "slices": "const bytes = new Uint8Array(4e6); for (;;) S.hoard.push(bytes.slice());",
    "growing": "S.hoard.push(new ArrayBuffer(8, { maxByteLength: 1e9 }));",
    "hidden": "const bytes = new Function('return Int8Array')(); for (;;) S.hoard.push(new bytes(1e6));",
    "constructor": "const bytes = new Float64Array(1).constructor; for (;;) S.hoard.push(bytes.from({ length: 2e6 }));",
}


@pytest.mark.parametrize("name", BUFFERS)
def test_buffers_are_bounded(engine: Engine, name: str) -> None:
    session = engine.session(alerting(BUFFERS[name]))
    session.incoming_call()
    assert session.error is not None
    assert (session.error.kind, session.error.line) == ("memory", 4)


def test_a_long_message_is_cut_in_the_log(engine: Engine) -> None:
    """Typings: Logger.write takes 15000 characters."""
    session = engine.session("Logger.write('x'.repeat(15000)); Logger.write('y'.repeat(15001));")
    assert [len(log) for log in session.logs] == [15_000, 15_000]
    assert session.misuses == ["Logger.write: more than 15000 characters"]


def test_the_log_has_other_ways_in(engine: Engine) -> None:
    """docs: guides/troubleshooting/scenarios, for console.log; references/voxengine/trace."""
    session = engine.session("console.log('call', 1, null); trace('b'); console.log('y'.repeat(15001));")
    assert (session.logs[:2], session.error) == (["call 1 null", "b"], None)
    assert session.misuses == ["console.log: more than 15000 characters"]


def test_text_is_bounded(engine: Engine) -> None:
    session = engine.session(alerting("'x'.repeat(8388607);\n'xy'.repeat(4194304);"))
    session.incoming_call()
    assert session.error is not None
    assert (session.error.message, session.error.line) == ("RangeError: invalid string length", 5)


def test_a_session_that_keeps_too_much_is_ended(engine: Engine) -> None:
    code = "setInterval(() => S.hoard.push('x'.repeat(100000) + S.hoard.length), 100);"
    session = engine.session(alerting(f"arguments[0].call.answer();\n{code}"))
    session.incoming_call()
    session.advance(60_000)
    assert session.error is not None
    assert session.error.kind == "memory"
    assert session.ended is not None
    assert 15_000 < session.ended.t < 20_000


def test_a_callback_that_does_not_come_back_is_named() -> None:
    """limits: a callback has 1 s."""
    engine = Engine(timeout=1.0)
    session = engine.session(alerting("for (;;) {}"))
    with pytest.raises(ScenarioFailed, match=r"^onCall \(AppEvents\.CallAlerting\) did not come back within 1 s"):
        session.incoming_call()
