"""A caller who says nothing: when the agent is asked to speak up, what follows, and what ends or stops the waiting."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.scenario.phone import Phone
from tests.scenario.test_voices import detections, does, hears, speaks

Dial = Callable[..., Phone]
ASKED = {"vox_event": "idle", "count": 1}


def bodies(phone: Phone) -> list[str]:
    return [entry["body"] or "" for entry in phone.session.events_of("http_request")]


def test_the_agent_is_asked_as_often_as_the_flow_says_and_then_the_steps_follow(call: Dial) -> None:
    phone = call("idle")
    phone.session.advance(19_999)
    assert phone.told == []
    phone.session.advance(1)
    assert phone.told == [ASKED]
    phone.session.advance(500)
    phone.session.agent.speaks(2000)  # "Are you there?", and a second later it is known that this was all
    phone.session.advance(2000 + 1000 + 19_999)
    assert phone.told == [ASKED]
    phone.session.advance(1)
    assert phone.told == [ASKED, {**ASKED, "count": 2}]
    phone.session.advance(19_999)
    assert phone.hears == "agent"
    phone.session.advance(1)
    assert phone.tts == "I cannot hear you."
    assert [agent["state"] for agent in phone.session.agents] == ["closed"]
    assert "agent idle -> say bye" in phone.session.logs[-1]
    assert detections(phone) == ["is asked for", "works", "is closed"]
    phone.session.advance(2000)
    assert phone.is_over()


@pytest.mark.parametrize("how", ["speaks", "presses"])
def test_a_caller_who_is_there_is_not_idle(call: Dial, how: str) -> None:
    """And it is counted anew how often the agent was asked."""
    phone = call("idle")
    phone.session.advance(30_000)
    assert phone.told == [ASKED]
    if how == "speaks":
        speaks(phone, 45_000)  # meanwhile nothing is counted
        phone.session.advance(300)
    else:
        phone.session.caller.press("#")
    phone.session.advance(19_999)
    assert phone.told.count(ASKED) == 1
    phone.session.advance(1)
    assert phone.told.count(ASKED) == 2
    phone.session.advance(20_000)
    assert phone.told[-1] == {**ASKED, "count": 2}


def test_while_the_agent_speaks_nobody_is_idle(call: Dial) -> None:
    phone = call("idle")
    phone.session.agent.speaks(50_000)
    phone.session.advance(50_000 + 1000 + 19_999)
    assert phone.told == []
    phone.session.advance(1)
    assert phone.told == [ASKED]


@pytest.mark.parametrize("silence_after_clear", ["reported", "unreported"])
def test_an_agent_that_was_interrupted_is_silent_whether_that_is_said_or_not(
    call: Dial, silence_after_clear: str
) -> None:
    phone = call("idle", automatic_clear=True, silence_after_clear=silence_after_clear)
    phone.session.agent.speaks(50_000)
    phone.session.advance(1000)
    phone.session.agent.clear()
    after = 21_000 if silence_after_clear == "reported" else 28_000
    phone.session.advance(after - 1)
    assert phone.told == []
    phone.session.advance(1)
    assert phone.told == [ASKED]


@pytest.mark.parametrize(
    "options", [{"vad": "refuses"}, {"vad": "silent"}, {"vad": "error"}, {"throws": {"Silero.createVAD": 0}}]
)
def test_without_a_detection_nobody_is_asked_and_the_log_says_why(call: Dial, options: dict[str, object]) -> None:
    phone = call("idle", **options)
    phone.session.advance(150_000)
    assert phone.told == []
    assert phone.hears == "agent"
    assert phone.asks("find") == {"ok": True}
    said = [line for line in phone.session.logs if "voice" in line ]
    assert len(said) == 1, said


def test_a_detection_that_is_not_ready_yet_is_not_blamed(call: Dial) -> None:
    """An action takes the call, or the caller hangs up, before it has answered. One that says nothing for long is."""
    for is_asked in (True, False):
        phone = call("idle", vad="silent")
        phone.session.advance(19_000)
        if is_asked:
            assert phone.asks("goodbye") == {"ok": True}
        phone.session.caller.hang_up()
        assert phone.is_over()
        assert not any("voice detection" in line for line in phone.session.logs)
    phone = call("idle", vad="silent")
    for _ in range(3):
        phone.session.advance(20_000)
        phone.session.caller.press("#")
    assert sum("the voice detection has said nothing" in line for line in phone.session.logs) == 1


def test_an_agent_at_work_is_not_asked_again_and_the_caller_is_not_left(call: Dial) -> None:
    phone = call("idle")
    for _ in range(5):
        phone.session.advance(20_000)
        assert phone.told[-1] == ASKED  # the first of two, each time
        assert phone.asks("agent at work") == {"ok": True}
    phone.session.advance(19_999)
    assert len(phone.told) == 5
    phone.session.advance(1 + 20_000)
    assert phone.told[-1] == {**ASKED, "count": 2}
    assert phone.hears == "agent"


def test_an_agent_is_at_work_only_while_it_has_the_caller(call: Dial) -> None:
    phone = call("idle")
    assert phone.asks("find") == {"ok": True}
    assert phone.asks("agent at work")["error"]["code"] == "busy"


def test_a_detection_that_fails_later_stops_it(call: Dial) -> None:
    phone = call("idle", vad="manual")
    does(phone, "voice_detection", "works")
    phone.session.advance(19_000)
    does(phone, "voice_detection", "fails")
    phone.session.advance(60_000)
    assert phone.told == []
    assert any(line.endswith("the voice detection has failed") for line in phone.session.logs)
    hears(phone, "Result", {"speechEndAt": 80})  # which is nobody's any more
    phone.session.advance(60_000)
    assert phone.told == []


def test_a_detection_that_comes_late_counts_from_then_on_and_one_that_comes_too_late_is_closed(call: Dial) -> None:
    phone = call("idle", vad="manual")
    phone.session.advance(30_000)
    does(phone, "voice_detection", "works")
    phone.session.advance(19_999)
    assert phone.told == []
    phone.session.advance(1)
    assert phone.told == [ASKED]
    phone = call("idle", vad="manual")
    phone.session.caller.hang_up()
    phone.session.advance(0)
    assert detections(phone) == ["is asked for"]
    assert phone.is_over()


def test_while_an_action_has_the_call_nobody_listens_and_then_it_begins_anew(call: Dial) -> None:
    phone = call("idle")
    phone.session.advance(25_000)
    assert phone.told == [ASKED]
    assert phone.asks("find") == {"ok": True}
    assert detections(phone) == ["is asked for", "works", "is closed"]
    phone.session.advance(31_000)
    assert phone.told[1]["vox_event"] == "returned"
    phone.session.advance(100 + 20_000)
    assert phone.told[2:] == [ASKED]
    assert detections(phone) == ["is asked for", "works", "is closed", "is asked for", "works"]
    assert not any("voice detection" in line for line in phone.session.logs)


def test_an_action_that_is_cancelled_has_it_begin_anew(call: Dial) -> None:
    phone = call("idle")
    phone.session.advance(19_000)
    phone.session.agent.speaks(5000)
    assert phone.asks("goodbye") == {"ok": True}
    phone.session.agent.clear()
    assert [told["vox_event"] for told in phone.told] == ["cancelled"]
    phone.session.agent.speaks(1000)
    phone.session.advance(2000 + 19_999)
    assert len(phone.told) == 1
    phone.session.advance(1)
    assert phone.told[1:] == [ASKED]


def test_a_message_hears_the_caller_by_itself(call: Dial) -> None:
    """Both need the detection, one after the other."""
    phone = call("idle")
    assert phone.asks("leave") == {"ok": True}
    phone.session.advance(1500)
    speaks(phone, 3000)
    phone.session.advance(5300)
    assert [each["message"]["seconds"] for each in map(json.loads, bodies(phone))] == [8]
    assert phone.hears == "agent"
    assert detections(phone).count("is closed") == 2
    phone.session.advance(20_100)
    assert phone.told[-1] == ASKED


def test_each_agent_has_its_own(call: Dial) -> None:
    phone = call("idle")
    assert phone.asks("hand_over") == {"ok": True}
    phone.session.advance(1000 + 200 + 100 + 5000)
    assert phone.told == [ASKED]
    phone.session.advance(5000)
    assert phone.ringing == ["sip:desk@pbx.example.com"]
    assert any(line.endswith("agent hasty idle -> ring desk, attempt 1") for line in phone.session.logs)
    assert [agent["state"] for agent in phone.session.agents] == ["closed", "closed"]


def test_after_a_warning_it_is_counted_anew_how_often_the_agent_was_asked(call: Dial) -> None:
    phone = call("idle")
    while phone.session.now < 210_000:
        phone.session.advance(10_000)
        assert phone.asks("agent at work") == {"ok": True}
    phone.session.advance(20_000)
    assert phone.told == [ASKED]
    phone.session.advance(10_000)
    assert phone.tts == "One minute left."
    phone.session.advance(22_000)
    assert phone.told == [ASKED, ASKED]


@pytest.mark.parametrize("vad", ["ok", "refuses"])
def test_the_warning_is_heard_out_first(call: Dial, vad: str) -> None:
    """And what has heard the caller goes on; where that could not be had, it is not asked for again."""
    phone = call("idle", vad=vad)
    while phone.hears == "agent":  # keys wait for their end, and so does the warning
        phone.session.advance(2500)
        if phone.hears == "agent":
            phone.session.caller.press("#")
    assert phone.tts == "One minute left."
    while phone.hears != "agent":
        phone.session.advance(1)
    before = len(phone.told)
    phone.session.advance(19_999)
    assert phone.told[before:] == []
    phone.session.advance(1)
    assert phone.told[before:] == ([ASKED] if vad == "ok" else [])
    assert detections(phone) == ["is asked for", "works" if vad == "ok" else "refuses"]


def test_nobody_is_asked_while_the_warning_is_heard(call: Dial) -> None:
    """Although it has been silent for long enough by then."""
    phone = call("idle")
    for _ in range(22):
        phone.session.advance(10_000)
        phone.session.caller.press("#")
    assert phone.session.now == 220_300
    phone.session.advance(19_900)
    assert phone.tts == "One minute left."
    before = len(phone.told)
    phone.session.advance(10_000)
    assert phone.hears == "agent"
    assert len(phone.told) == before


def test_an_agent_without_it_is_not_watched(call: Dial) -> None:
    phone = call("idle_other")
    phone.session.advance(60_000)
    assert (phone.told, detections(phone)) == ([], [])
    assert phone.asks("hand_over") == {"ok": True}
    phone.session.advance(1000 + 200 + 100 + 5000)
    assert phone.told == [ASKED]
    assert phone.asks("back") == {"ok": True}
    phone.session.advance(60_000)
    assert phone.told == []
    assert detections(phone) == ["is asked for", "works", "is closed"]


def test_a_caller_who_hangs_up_leaves_nothing_behind(call: Dial) -> None:
    phone = call("idle")
    phone.session.advance(20_000)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert detections(phone)[-1] == "is closed"
