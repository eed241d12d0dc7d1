"""Legs: what the environment does to them, what the scenario is told, and the platform's own limits."""

from __future__ import annotations

import pytest

from flowc.simulator.engine import ImpossibleEvent

from .conftest import TARGET, Open, do


def test_the_naive_scenario_transfers(open_session: Open) -> None:
    session = open_session("naive.js")
    assert session.caller.state == "CONNECTED"
    session.advance(200)
    assert session.heard_by_caller == "agent"
    assert session.agent.started == {"vox_session_control_url": "https://session.example/request/1"}
    reply = session.post('{"action":"call_transfer"}')
    assert (reply.status, reply.json) == (200, {"ok": True})
    assert session.live_legs == ["caller", f"leg:{TARGET}"]
    session.advance(3000)
    session.leg(TARGET).ring()
    session.advance(4000)
    session.leg(TARGET).answer()
    assert session.heard_by_caller == f"leg:{TARGET}"
    assert session.leg(TARGET).hears == "caller"
    assert [(silence.start, silence.end) for silence in session.silences] == [(0, 200), (200, 7200)]
    session.caller.hang_up()
    assert session.ended is not None
    assert (session.ended.t, session.ended.reason) == (7200, "terminate")
    assert session.error is None


def test_a_busy_target_ends_the_naive_call(open_session: Open) -> None:
    session = open_session("naive.js")
    session.advance(200)
    session.post('{"action":"call_transfer"}')
    session.leg(TARGET).fail(486, "Busy Here")
    assert session.logs == ["transfer failed: 486"]
    assert session.ended is not None


def test_a_leg_that_is_not_answered_fails_after_60_seconds(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "dial", number=TARGET)
    session.leg(TARGET).ring()
    session.advance(59_999)
    assert session.leg(TARGET).state == "PROGRESSING"
    session.advance(1)
    assert session.logs[-1] == "call-1 Call.Failed:408"


@pytest.mark.parametrize("event", ["Disconnected", "Failed"])
def test_a_caller_who_is_not_answered_is_dropped_after_60_seconds(open_session: Open, event: str) -> None:
    session = open_session("commands.js", call=False, abandoned=event)
    session.incoming_call(headers={"X-Leave": "unanswered"})
    assert session.heard_by_caller == "unanswered"
    session.advance(60_000)
    assert session.logs == [f"caller Call.{event}:{408 if event == 'Failed' else 10}"]


def test_the_session_ends_60_seconds_after_the_last_call(open_session: Open) -> None:
    session = open_session("commands.js")
    session.advance(10_000)
    session.caller.hang_up()
    session.advance(59_999)
    assert session.events_of("terminating") == []
    session.advance(1000)
    assert session.ended is not None
    assert (session.ended.t, session.ended.reason) == (70_050, "no_calls")


def test_a_new_call_keeps_the_session_alive(open_session: Open) -> None:
    session = open_session("commands.js")
    session.caller.hang_up()
    session.advance(30_000)
    do(session, "dial", number=TARGET)
    session.leg(TARGET).answer()
    session.advance(120_000)
    assert session.ended is None


def test_the_51st_attempt_of_a_session_fails(open_session: Open) -> None:
    session = open_session("commands.js")
    for number in range(1, 50):
        do(session, "dial", number=f"+155501{number:05}")
        session.leg(f"+155501{number:05}").fail(486)
    do(session, "dial", number=TARGET)
    assert session.logs[-1] == "call-50 Call.Failed:403"
    assert session.logs[-2] == "call-49 Call.Failed:486"


def test_the_11th_unanswered_leg_fails(open_session: Open) -> None:
    session = open_session("commands.js")
    for number in range(11):
        do(session, "dial", number=f"+155501{number:05}")
    assert session.events_of("failed") == [
        {
            "t": 0,
            "event": "failed",
            "leg": "leg:+15550100010",
            "call": "call-11",
            "code": 403,
            "reason": "Call limit reached",
        }
    ]


def test_hanging_up_a_ringing_leg_fails_it_afterwards(open_session: Open) -> None:
    session = open_session("commands.js", cancel_code=487)
    do(session, "dial", number=TARGET)
    do(session, "hangup", unit="call-1")
    assert session.logs[-1] == "call-1 Call.Failed:487"


def test_hanging_up_a_connected_leg_disconnects_it(open_session: Open) -> None:
    session = open_session("commands.js", hangup_ms=300)
    do(session, "dial", number=TARGET)
    session.leg(TARGET).answer()
    do(session, "hangup", unit="call-1")
    assert session.leg(TARGET).state == "CONNECTED"
    session.advance(300)
    assert session.logs[-1] == "call-1 Call.Disconnected:10"


def test_connected_may_arrive_after_the_hang_up(open_session: Open) -> None:
    session = open_session("ring_limit.js", late_connected=True)
    session.advance(6000)
    assert session.logs == ["gave up", "Call.Connected", "Call.Disconnected"]


def test_the_network_decides_when_a_hang_up_is_confirmed(open_session: Open) -> None:
    session = open_session("ring_limit.js", hangup="manual")
    session.advance(6000)
    session.leg(TARGET).answer()
    session.leg(TARGET).confirm_hang_up()
    assert session.logs == ["gave up", "Call.Connected", "Call.Disconnected"]


def test_keys_are_received_when_asked_for(open_session: Open) -> None:
    session = open_session("commands.js")
    session.caller.press("1")
    do(session, "tones")
    session.caller.press("2#")
    assert session.logs[-2:] == ["caller Call.ToneReceived:2", "caller Call.ToneReceived:#"]


def test_a_recording_stops_after_the_call(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "record")
    session.caller.hang_up()
    assert session.logs[-3:] == [
        "caller Call.RecordStarted",
        "caller Call.Disconnected:10",
        "caller Call.RecordStopped",
    ]


def test_sip_legs_carry_headers(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "dialSip", to="sip:desk@pbx.example.com", headers={"X-Summary": "teeth"})
    leg = session.leg("sip:desk@pbx.example.com").view
    assert (leg["type"], leg["headers"], leg["callerid"]) == ("sip", {"X-Summary": "teeth"}, "desk")


def test_what_cannot_happen_is_the_tests_mistake(open_session: Open) -> None:
    session = open_session("commands.js")
    with pytest.raises(ImpossibleEvent, match="no leg \\+1 has been dialled"):
        session.leg("+1").ring()
    do(session, "dial", number=TARGET)
    session.leg(TARGET).answer()
    with pytest.raises(ImpossibleEvent, match="it is connected"):
        session.leg(TARGET).fail(486)
    session.leg(TARGET).hang_up()
    with pytest.raises(ImpossibleEvent, match="it is over"):
        session.leg(TARGET).hang_up()
    assert session.ended is None


@pytest.mark.parametrize("dead_unit", ["ignore", "throw"])
def test_a_leg_that_is_over_is_used(open_session: Open, dead_unit: str) -> None:
    session = open_session("commands.js", dead_unit=dead_unit)
    do(session, "dial", number=TARGET)
    session.leg(TARGET).fail(486)
    session.post('{"do":"hangup","unit":"call-1"}')
    assert session.misuses == [f"Call.hangup: leg:{TARGET} is over"]
    assert (session.error is None) == (dead_unit == "ignore")
