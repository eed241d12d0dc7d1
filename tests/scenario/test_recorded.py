"""Calls of which everything is known: what is logged, when, and all that the platform was asked for.

Other tests say what matters in a call. These hold every word and every millisecond of a few: a log that is wrong is an
error for whoever reads it at night. What is expected stands in `recorded/`, a file for each call; after a change
`python -m tests.scenario.test_recorded` writes them anew: read what has changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from flowc.simulator.engine import Engine
from flowc.simulator.parties import ImpossibleEvent
from flowc.simulator.trace import TraceEvent
from tests.scenario import on_record
from tests.scenario.phone import BILLING, PBX, RECEPTION, RINGBACK, Phone

RECORDED = Path(__file__).parent / "recorded"
Act = Callable[[Phone], None]
Dial = Callable[..., Phone]
HOOK = {
    "storage": {
        "CARTESIA_AGENT_ID": "agent_1",
        "HOOK": "https://hook.example.com/",
        "SKEW": "https://skew.example.com/",
    }
}
INBOX = {"storage": {"INBOX": "https://inbox.example.com/"}}
LONG_MS = 30_000
PLACED = {"data": '{"to": "+15550123456", "name": "Ann", "column": "of a call list"}'}


class Recorded(NamedTuple):
    """A call to a flow, with options of the emulator."""

    flow: str
    act: Act
    options: Mapping[str, Any] = {}


def _nothing(phone: Phone) -> None:
    phone.session.advance(LONG_MS)


def _posts(phone: Phone, body: str, id: str = "", **headers: str) -> None:
    named = {"X-Flowc-Request-Id": id} if id else {}
    phone.session.post(body, {"X-Flowc-Token": phone.token, **named, **headers})


def _leaves_messages(phone: Phone) -> None:
    """Two, and one that is too short, with keys that end none."""
    phone.asks("leave_message")
    phone.session.advance(1000)
    phone.session.caller.press("*")
    phone.session.advance(5000)
    phone.session.caller.press("1")
    phone.session.caller.press("*")
    phone.session.advance(100)
    phone.asks("leave_message")
    phone.session.advance(3000)
    phone.session.caller.press("*")
    phone.session.advance(100)
    phone.asks("leave_message")
    phone.session.advance(40_000)
    phone.asks("leave_and_go")
    phone.session.advance(9000)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _leaves_a_message(phone: Phone) -> None:
    phone.asks("leave_message")
    phone.session.advance(6000)
    phone.session.caller.press("*")
    phone.session.advance(LONG_MS)


def _recording_ends_by_itself(phone: Phone) -> None:
    """During the beep, too soon, later; and it fails."""
    for how, after in (("stops", 1000), ("stops", 2000), ("stops", 4500), ("fails", 4500)):
        phone.asks("leave_message")
        phone.session.advance(after)
        phone.session.event({"type": "platform", "leg": None, "which": 1, "does": "recording", "how": how})
        phone.session.advance(12_000)
    phone.session.advance(LONG_MS)


def _placed_and_taken(phone: Phone) -> None:
    phone.session.advance(4000)
    phone.session.leg("caller").answer()
    phone.session.advance(2000)
    phone.session.event({"type": "leg", "leg": "caller", "does": "again", "event": "Connected"})
    phone.asks("reach")
    phone.session.advance(3000)
    phone.session.leg(RECEPTION).fail(486)
    phone.session.advance(2000)
    phone.session.leg(RECEPTION).fail(486)
    phone.session.advance(LONG_MS)


def _placed_and_talked(phone: Phone) -> None:
    """Whoever took it talks with the desk, and is there for as long as a call may last."""
    phone.session.leg("caller").answer()
    phone.session.advance(2000)
    phone.asks("reach")
    phone.session.advance(2000)
    phone.session.leg(RECEPTION).answer()
    phone.session.advance(4 * 3_600_000)
    phone.session.advance(LONG_MS)


def _started_twice(phone: Phone) -> None:
    phone.session.advance(3000)
    phone.session.event({"type": "platform", "does": "repeats", "what": "start"})
    phone.session.advance(LONG_MS)


def _placed_and_busy(phone: Phone) -> None:
    phone.session.leg("caller").fail(486)
    phone.session.advance(LONG_MS)


def _everything_goes_well(phone: Phone) -> None:
    phone.asks("note", text="x", urgent=True)
    phone.asks_and_speaks("call_transfer", department="front_desk", summary="x")
    phone.session.advance(21_000)
    phone.session.leg(PBX).answer()
    phone.session.advance(3400)
    phone.session.leg(PBX).hang_up()
    phone.session.advance(LONG_MS)


def _leaves_and_comes_back(phone: Phone) -> None:
    phone.asks_and_speaks("emergency")
    phone.session.leg(RECEPTION).fail(486)
    phone.session.leg(BILLING).answer()
    phone.session.advance(2600)
    phone.session.leg(BILLING).hang_up()
    phone.session.advance(1000)
    phone.asks("end_call")
    phone.session.advance(LONG_MS)


def _comes_back_to_one_of_several(phone: Phone) -> None:
    phone.asks("again")
    phone.session.advance(3000)
    phone.asks("again")
    phone.session.advance(3000)
    phone.asks("end_call")
    phone.session.advance(LONG_MS)


def _caller_gives_up_while_it_rings(phone: Phone) -> None:
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _caller_gives_up_during_an_announcement(phone: Phone) -> None:
    phone.session.advance(100)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _agent_is_lost(phone: Phone) -> None:
    phone.session.agent.closes()
    phone.session.advance(100)
    phone.session.leg(RECEPTION).fail(500)
    phone.session.advance(LONG_MS)


def _agent_is_lost_while_nothing_is_said(phone: Phone) -> None:
    phone.asks("end_call")
    phone.session.advance(100)
    phone.session.agent.closes()
    phone.session.advance(LONG_MS)


def _agent_is_lost_before_the_answer(phone: Phone) -> None:
    phone.session.advance(300)
    phone.session.agent.closes()
    phone.session.advance(LONG_MS)


def _agent_is_lost_after_an_interruption(phone: Phone) -> None:
    phone.asks("call")
    phone.session.advance(100)
    phone.session.agent.speaks(20_000)
    phone.session.advance(50)
    phone.session.agent.clear()
    phone.session.advance(7300)
    phone.session.agent.closes()
    phone.session.advance(LONG_MS)


def _request_is_forgotten_when_the_agent_does_not_come_back(phone: Phone) -> None:
    phone.session.agent.connects()
    phone.session.advance(100)
    phone.asks("ring", name="Ada")
    phone.session.advance(1500)
    _posts(phone, '{"action": "note", "text": "x"}', "n", **{"X-Flowc-Reply": "event"})
    phone.session.leg(RECEPTION).fail(486)
    _posts(phone, '{"action": "note", "text": "x"}', "m", **{"X-Flowc-Reply": "event"})
    _posts(phone, '{"action": "call"}')
    phone.session.agent.refuses()
    phone.session.advance(3500)
    phone.session.leg(RECEPTION).fail(486)
    phone.session.advance(100)
    phone.session.agent.connects()
    phone.session.advance(100)
    phone.session.caller.hang_up()


def _second_action_has_no_result(phone: Phone) -> None:
    phone.asks("call")
    phone.session.advance(1500)
    phone.session.leg(RECEPTION).fail(486)
    phone.session.leg(BILLING).fail(603)
    phone.session.advance(100)
    phone.asks("speak", name="Ada")
    phone.session.advance(LONG_MS)
    phone.asks("speak")
    phone.session.advance(LONG_MS)


def _agent_is_lost_twice(phone: Phone) -> None:
    phone.asks("speak", name="Ada")
    phone.session.advance(1100)
    phone.session.agent.closes()
    phone.session.advance(LONG_MS)
    phone.session.agent.refuses()
    phone.session.advance(LONG_MS)


def _action_without_an_id_is_interrupted(phone: Phone) -> None:
    _posts(phone, '{"action": "end_call"}')
    phone.session.agent.speaks(3000)
    phone.session.advance(100)
    phone.session.agent.clear()
    phone.session.advance(LONG_MS)


def _what_cannot_be_taken_back(phone: Phone) -> None:
    for body in ("null", "no JSON", '{"action": 7}', '{"action": ["end_call"]}', '{"action": "constructor"}', "{}"):
        _posts(phone, body, f"of {body}", **{"X-Flowc-Cancel": "interrupted"})
    _posts(phone, '{"action": "no_such_action"}', "x", **{"X-Flowc-Cancel": "interrupted"})
    _posts(phone, '{"action": "end_call"}', "a")
    _posts(phone, '{"action":"end_call"}', "a", **{"X-Flowc-Cancel": "interrupted"})
    phone.session.advance(LONG_MS)


def _refused(phone: Phone) -> None:
    for body in ("null", "no JSON", "", "[]", '{"action": 7}', "{}", '{"action": "no_such_action"}'):
        _posts(phone, body, f"of {body}")
    wrong: tuple[dict[str, Any], ...] = (
        {},
        {"count": {"a": []}},
        {"count": "7"},
        {"count": 1.5},
        {"count": 0},
        {"count": 10},
        {"count": 1e300},
        {"count": 1, "weight": 0.4},
        {"count": 1, "weight": True},
        {"count": 1, "code": "x"},
        {"count": 1, "code": "xxxxx"},
        {"count": 1, "code": 77},
        {"count": 1, "color": "blue"},
        {"count": 1, "urgent": "yes"},
        {"count": 1, "unknown": 1},
    )
    for parameters in wrong:
        phone.asks("check", **parameters)


def _refused_at_the_end(phone: Phone) -> None:
    phone.asks("goodbye")
    phone.session.advance(3000)
    for body in ('{"action": "goodbye"}', '{"action": "no_such_action"}'):
        _posts(phone, body)
    phone.session.announce()
    phone.session.advance(60_000)


def _told_at_the_end(phone: Phone) -> None:
    phone.asks("goodbye")
    phone.session.advance(1000)
    _posts(phone, '{"action": "note", "text": "x"}', "n")
    phone.session.advance(60_000)


def _missing_webhook(phone: Phone) -> None:
    _posts(phone, '{"action": "note", "text": "x"}', "c", **{"X-Flowc-Contract": "abc"})
    phone.asks("note", text="x")
    phone.asks("speak", name="Ada")
    phone.session.advance(LONG_MS)


def _webhooks_answer(phone: Phone) -> None:
    phone.asks("shout")
    phone.session.advance(1000)
    for code in (200, 199, 299, 300, -7):
        phone.session.answer_http(code)
        phone.session.advance(10)
    phone.session.advance(LONG_MS)


def _silence_is_not_reported(phone: Phone) -> None:
    phone.asks("call")
    phone.session.agent.speaks(500)
    phone.session.advance(100)
    phone.session.agent.clear()
    phone.session.advance(9000)
    phone.session.leg(RECEPTION).fail(486)
    phone.session.leg(BILLING).fail(486)
    phone.session.advance(100)
    phone.asks("speak", name="Ada")
    phone.session.advance(LONG_MS)


def _interrupted_after_its_beginning(phone: Phone) -> None:
    phone.asks("call")
    phone.session.agent.speaks(5000)
    phone.session.advance(1500)
    phone.session.agent.clear()
    phone.session.advance(9000)


def _cancelled_and_asked_again(phone: Phone) -> None:
    phone.asks("end_call")
    phone.session.agent.speaks(500)
    phone.session.advance(200)
    phone.session.agent.clear()
    phone.session.advance(8500)
    phone.asks("end_call")
    phone.session.advance(LONG_MS)


def _ringback_ends(phone: Phone) -> None:
    phone.asks("ring", name="Ada")
    phone.session.advance(1100)
    for pause in (100, 100, 950, 100, 1500, 10, 10):
        if phone.hears == RINGBACK:
            phone.session.finish_player(RINGBACK)
        phone.session.advance(pause)
    phone.session.leg(RECEPTION).fail(486)
    phone.session.advance(10)
    for pause in (10, 10, 3000):
        if phone.hears == RINGBACK:
            phone.session.finish_player(RINGBACK, error="no tone")
        phone.session.advance(pause)


def _ringback_ends_often(phone: Phone) -> None:
    """More often than the platform has players for a session."""
    phone.asks("ring", name="Ada")
    phone.session.advance(1100)
    for _ in range(12):
        if phone.hears == RINGBACK:
            phone.session.finish_player(RINGBACK)
        phone.session.advance(1010)


def _two_rings(phone: Phone) -> None:
    phone.asks("call")
    phone.session.advance(1500)
    phone.session.leg(RECEPTION).answer()
    phone.session.advance(1000)
    for leg in (RECEPTION, BILLING):
        if leg in phone.ringing:
            phone.session.leg(leg).answer()
    phone.session.advance(LONG_MS)


def _one_after_the_other(phone: Phone) -> None:
    phone.asks("call")
    phone.session.advance(1500)
    phone.session.leg(RECEPTION).fail(486)
    phone.session.advance(12_000)
    phone.session.leg(BILLING).answer()
    phone.session.advance(100)
    phone.session.leg(BILLING).fail(500, answered=True)
    phone.session.advance(LONG_MS)
    phone.asks("speak")
    phone.session.advance(LONG_MS)
    _posts(phone, json.dumps({"action": "note", "text": "x" * 3000}))


def _nobody_can_be_rung(phone: Phone) -> None:
    phone.asks("call")
    phone.session.advance(LONG_MS)
    phone.session.caller.hang_up()


def _storage_comes_twice(phone: Phone) -> None:
    phone.session.answer_storage("CARTESIA_AGENT_ID", "agent_1")
    phone.session.advance(300)
    phone.asks("call_transfer", department="front_desk")
    phone.session.advance(100)
    phone.session.answer_storage("PSTN_CALLER_ID", "+15550009999")
    phone.session.advance(10)
    phone.session.fail_storage("PSTN_CALLER_ID")
    phone.session.advance(LONG_MS)


def _address_comes_late(phone: Phone) -> None:
    phone.session.answer_storage("CARTESIA_AGENT_ID", "agent_1")
    phone.session.advance(300)
    _posts(phone, '{"action": "ring"}', "r", **{"X-Flowc-Contract": "abc"})
    phone.session.answer_storage("SKEW", "https://skew.example.com/")
    phone.session.advance(10)
    phone.session.answer_storage("HOOK", "https://hook.example.com/")
    phone.session.advance(100)  # a second request would be sent when the first is answered


def _caller_is_answered_late(phone: Phone) -> None:
    phone.session.advance(8000)
    phone.session.announce()
    phone.session.advance(LONG_MS)


def _sounds_are_heard(phone: Phone) -> None:
    phone.asks("call_transfer")
    phone.session.advance(80_000)


def _music_goes_on(phone: Phone) -> None:
    phone.asks("long_hunt")
    phone.session.advance(400_000)


def _numbers_are_spoken(phone: Phone) -> None:
    phone.asks("call_transfer")
    phone.session.advance(60_000)


def _agent_is_lost_during_the_greeting(phone: Phone) -> None:
    phone.session.advance(500)
    phone.session.agent.closes()
    phone.session.advance(LONG_MS)


def _agent_is_there_after_the_greeting(phone: Phone) -> None:
    phone.session.advance(LONG_MS)
    phone.asks("end_call")
    phone.session.advance(LONG_MS)


def _settings_come_late(phone: Phone) -> None:
    phone.session.advance(1000)
    for key in ("NUISANCE", "CARTESIA_AGENT_ID"):
        phone.session.answer_storage(key, "15550123456" if key == "NUISANCE" else "agent_1")
        phone.session.advance(500)
    phone.session.announce()
    phone.session.advance(LONG_MS)


_KNOWN = {"storage": {"CARTESIA_AGENT_ID": "agent_1", "NUISANCE": "none, 15550123456"}}
CALLS: Mapping[str, Recorded] = {
    "greeted": Recorded("arriving", _agent_is_there_after_the_greeting, {"agent_ms": 4000, "caller": "+15550101901"}),
    "greeted_while_the_agent_is_lost": Recorded(
        "arriving", _agent_is_lost_during_the_greeting, {"caller": "+15550101901"}
    ),
    "greeted_without_an_agent": Recorded("arriving", _nothing, {"agent": "refuses", "caller": "+15550101901"}),
    "greeted_by_nobody_who_is_watched": Recorded(
        "arriving",
        _nothing,
        {"throws": {"Cartesia.AgentsClient.addEventListener": 1}, "caller": "+15550101901"},
    ),
    "asked_before_the_answer": Recorded("arriving", _nothing, {"agent_ms": 2000, "caller": "anonymous", **_KNOWN}),
    "rejected": Recorded("arriving", _nothing, _KNOWN),
    "rejected_and_not_told": Recorded("arriving", _nothing, {"reject_event": "none", **_KNOWN}),
    "rejected_in_vain": Recorded("arriving", _nothing, {"throws": {"Call.reject": 1}, **_KNOWN}),
    "rejected_with_settings_that_come_late": Recorded("arriving", _settings_come_late, {"storage_answers": "manual"}),
    "begun_without_settings": Recorded("arriving", _nothing, {"storage_hangs": ("NUISANCE",)}),
    "sounds_are_heard": Recorded("sounds", _sounds_are_heard, {"loop_finished": True, "file_ms": 500}),
    "voice_speaks_numbers": Recorded("voices", _numbers_are_spoken, {"caller": "201"}),
    "voice_is_not_there": Recorded("voices", _numbers_are_spoken, {"voices": "none"}),
    "music_goes_on": Recorded("sounds", _music_goes_on),
    "sounds_fail": Recorded("sounds", _sounds_are_heard, {"files": "fail", "file_ms": 500}),
    "sounds_never_come": Recorded("sounds", _sounds_are_heard, {"files": "never"}),
    "sound_that_throws": Recorded("sounds", _sounds_are_heard, {"throws": {"VoxEngine.createURLPlayer": 0}}),
    "sound_that_is_half_watched": Recorded("sounds", _sounds_are_heard, {"throws": {"Player.addEventListener": 6}}),
    "sound_that_is_not_heard": Recorded("sounds", _sounds_are_heard, {"throws": {"Player.resume": 0}}),
    "everything_goes_well": Recorded("front_desk", _everything_goes_well),
    "leaves_and_comes_back": Recorded("front_desk", _leaves_and_comes_back),
    "with_dead_units": Recorded(
        "front_desk", _leaves_and_comes_back, {"dead_unit": "throw", "hangup_events": "at_once"}
    ),
    "hung_up_at_once": Recorded(
        "front_desk", _everything_goes_well, {"dead_unit": "throw", "hangup_events": "at_once"}
    ),
    "caller_gives_up": Recorded("front_desk", _caller_gives_up_while_it_rings, {"dead_unit": "throw"}),
    "caller_gives_up_early": Recorded("again", _caller_gives_up_during_an_announcement, {"agent": "refuses"}),
    "agent_is_lost": Recorded("front_desk", _agent_is_lost, {"dead_unit": "throw"}),
    "agent_is_lost_in_silence": Recorded("front_desk", _agent_is_lost_while_nothing_is_said),
    "agent_is_lost_before_the_answer": Recorded("front_desk", _agent_is_lost_before_the_answer, {"answer_ms": 2000}),
    "agent_is_lost_after_an_interruption": Recorded(
        "again", _agent_is_lost_after_an_interruption, {"silence_after_clear": "unreported", **HOOK}
    ),
    "request_is_forgotten": Recorded(
        "again", _request_is_forgotten_when_the_agent_does_not_come_back, {"agent": "manual", **HOOK}
    ),
    "second_action_has_no_result": Recorded("again", _second_action_has_no_result, HOOK),
    "agent_is_lost_twice": Recorded("everything", _agent_is_lost_twice),
    "action_without_an_id": Recorded("front_desk", _action_without_an_id_is_interrupted),
    "what_cannot_be_taken_back": Recorded("front_desk", _what_cannot_be_taken_back),
    "refused": Recorded("everything", _refused),
    "refused_at_the_end": Recorded("many_webhooks", _refused_at_the_end, {"http": "manual"}),
    "told_at_the_end": Recorded("told_of_skew", _told_at_the_end, {"http": "manual"}),
    "missing_webhook": Recorded("again", _missing_webhook, {"storage": {"CARTESIA_AGENT_ID": "agent_1"}}),
    "webhook_that_throws": Recorded("again", _missing_webhook, {"throws": {"Net.httpRequestAsync": 0}, **HOOK}),
    "webhooks_answer": Recorded("everything", _webhooks_answer, {"http": "manual"}),
    "silence_is_not_reported": Recorded(
        "again", _silence_is_not_reported, {"silence_after_clear": "unreported", **HOOK}
    ),
    "interrupted_late": Recorded(
        "again", _interrupted_after_its_beginning, {"silence_after_clear": "unreported", **HOOK}
    ),
    "cancelled_and_asked_again": Recorded(
        "front_desk", _cancelled_and_asked_again, {"silence_after_clear": "unreported"}
    ),
    "ringback_ends": Recorded("again", _ringback_ends, {"agent_ms": 4000, "wait": 5000, **HOOK}),
    "ringback_ends_often": Recorded("again", _ringback_ends_often, HOOK),
    "one_after_the_other": Recorded("again", _one_after_the_other, HOOK),
    "nobody_can_be_rung": Recorded(
        "again", _nobody_can_be_rung, {"throws": {"Call.addEventListener": 5}, "hangup_events": "at_once", **HOOK}
    ),
    "leg_that_is_half_watched": Recorded(
        "again", _nobody_can_be_rung, {"throws": {"Call.addEventListener": 7}, "hangup_events": "at_once", **HOOK}
    ),
    "bridge_that_throws": Recorded(
        "again", _two_rings, {"throws": {"VoxEngine.sendMediaBetween": 2}, "hangup_events": "at_once", **HOOK}
    ),
    "prompt_that_throws": Recorded(
        "again", _second_action_has_no_result, {"throws": {"Player.sendMediaTo": 0}, **HOOK}
    ),
    "ringback_that_throws": Recorded(
        "front_desk", _leaves_and_comes_back, {"throws": {"VoxEngine.createToneScriptPlayer": 1}}
    ),
    "tone_that_is_not_sent": Recorded("front_desk", _leaves_and_comes_back, {"throws": {"Player.sendMediaTo": 1}}),
    "agent_that_cannot_be_told": Recorded(
        "again", _second_action_has_no_result, {"throws": {"Cartesia.AgentsClient.custom": 2}, **HOOK}
    ),
    "agent_that_cannot_be_closed": Recorded(
        "front_desk", _leaves_and_comes_back, {"throws": {"Cartesia.AgentsClient.close": 1}}
    ),
    "agent_that_cannot_be_reached": Recorded("front_desk", _nothing, {"throws": {"Cartesia.createAgentsClient": 0}}),
    "agent_that_cannot_be_watched": Recorded(
        "front_desk", _nothing, {"throws": {"Cartesia.AgentsClient.addEventListener": 1}}
    ),
    "agent_that_cannot_be_started": Recorded("front_desk", _nothing, {"throws": {"Cartesia.AgentsClient.start": 1}}),
    "one_of_several_agents": Recorded("several_agents", _comes_back_to_one_of_several),
    "messages_are_left": Recorded("messages", _leaves_messages, INBOX),
    "message_is_never_complete": Recorded("messages", _leaves_a_message, {**INBOX, "recorder_ends": "never"}),
    "message_is_complete_at_once": Recorded("messages", _leaves_a_message, {**INBOX, "recorder_ends": "at_once"}),
    "message_without_an_address": Recorded("messages", _leaves_a_message),
    "message_without_a_recorder": Recorded("messages", _leaves_a_message, {**INBOX, "recorder": "throws"}),
    "message_that_is_not_recorded": Recorded("messages", _leaves_a_message, {**INBOX, "recorder": "never"}),
    "message_that_fails": Recorded("messages", _leaves_a_message, {**INBOX, "recorder": "fails"}),
    "recorder_that_is_half_watched": Recorded(
        "messages", _leaves_a_message, {**INBOX, "throws": {"Recorder.addEventListener": 3}}
    ),
    "recorder_that_hears_nobody": Recorded("messages", _leaves_a_message, {**INBOX, "throws": {"Call.sendMediaTo": 1}}),
    "recorder_that_cannot_be_stopped": Recorded(
        "messages", _leaves_a_message, {**INBOX, "throws": {"Recorder.stop": 1}}
    ),
    "recorder_that_keeps_the_caller": Recorded(
        "messages", _leaves_a_message, {**INBOX, "throws": {"Call.stopMediaTo": 1}}
    ),
    "recording_ends_by_itself": Recorded("messages", _recording_ends_by_itself, INBOX),
    "beep_that_throws": Recorded(
        "messages", _leaves_a_message, {**INBOX, "throws": {"VoxEngine.createToneScriptPlayer": 1}}
    ),
    "beep_that_goes_on": Recorded("messages", _leaves_a_message, {**INBOX, "players": "manual"}),
    "placed_and_taken": Recorded("placed", _placed_and_taken, PLACED),
    "placed_and_busy": Recorded("placed", _placed_and_busy, {**PLACED, "agent": "refuses"}),
    "placed_with_wrong_data": Recorded("placed", _nothing, {"data": '{"to": "911", "name": "x"}'}),
    "placed_with_no_json": Recorded("placed", _nothing, {"data": "to=+15550123456"}),
    "placed_without_data": Recorded("placed", _started_twice, {"data": ""}),
    "placed_and_talked": Recorded("placed", _placed_and_talked, PLACED),
    "placed_without_caller_id": Recorded("placed", _nothing, {**PLACED, "storage": {"CARTESIA_API_KEY": "key"}}),
    "placed_and_data_not_read": Recorded("placed", _nothing, {**PLACED, "throws": {"VoxEngine.customData": 1}}),
    "not_placed": Recorded("placed", _nothing),
    "no_token": Recorded("front_desk", _nothing, {"throws": {"uuidgen": 1}}),
    "no_token_and_none_needed": Recorded("hand_written_agent", _nothing, {"throws": {"uuidgen": 1}}),
    "no_key": Recorded("front_desk", _nothing, {"secrets": {}}),
    "storage_that_throws": Recorded("front_desk", _nothing, {"throws": {"ApplicationStorage.get": 0}}),
    "storage_comes_twice": Recorded("front_desk", _storage_comes_twice, {"storage_answers": "manual"}),
    "address_comes_late": Recorded("again", _address_comes_late, {"storage_answers": "manual"}),
    "caller_that_cannot_be_answered": Recorded("front_desk", _nothing, {"throws": {"Call.answer": 1}}),
    "caller_is_answered_late": Recorded("front_desk", _caller_is_answered_late, {"answer_ms": 60_000}),
    **{name: Recorded(*each) for name, each in on_record.CALLS.items()},
}


@pytest.mark.parametrize("name", CALLS)
def test_everything_of_a_call_is_known(call: Dial, name: str) -> None:
    assert shown(name, call) == (RECORDED / f"{name}.txt").read_text("utf-8")


def test_nothing_is_recorded_that_is_not_played() -> None:
    assert {path.stem for path in RECORDED.iterdir()} == set(CALLS)


def shown(name: str, call: Dial) -> str:
    recorded = CALLS[name]
    phone = call(recorded.flow, trace="full", **recorded.options)
    impossible = ""
    try:
        recorded.act(phone)
    except ImpossibleEvent as error:  # the call has taken another course, which ends it here
        impossible = f"{error}\n"
    seen = [entry for entry in phone.session.trace if entry["event"] != "timer"]  # what it does is seen, or is nothing
    lines = "".join(f"{_line(entry)}\n" for entry in seen) + impossible
    token = phone.token
    phone.session.close()
    return lines.replace(token, "TOKEN") if token else lines


def _line(entry: TraceEvent) -> str:
    """`   200 answer caller`: of every event what it is and what it holds, but for what depends on the whole flow."""
    parts = [
        f"{value}" if isinstance(value, str) else json.dumps(value)
        for key, value in entry.items()
        if key not in ("t", "event")
    ]
    line = f"{entry['t']:>6} {entry['event']} {' '.join(parts)}".rstrip()
    return re.sub(r'("vox_contract": )"[0-9a-f]+"', r'\1"…"', line)


def main() -> None:
    from tests.verify.calls import dial

    with Engine() as engine:
        made = {name: shown(name, dial(engine)) for name in CALLS}
    for path in RECORDED.glob("*.txt"):
        path.unlink()
    for name, text in made.items():
        (RECORDED / f"{name}.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
