"""Calls that are recorded, of which `test_recorded.py` knows every word: the flow, what is done, and options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.scenario.phone import PBX, RECEPTION, Phone

ARCHIVE = {"storage": {"ARCHIVE": "https://archive.example.com/"}}
LONG_MS = 30_000


def _platform_says(phone: Phone, how: str) -> None:
    phone.session.event({"type": "platform", "leg": None, "which": 1, "does": "recording", "how": how})


def _agrees(phone: Phone) -> None:
    """Twice, and is put on hold by a person; then no more, and once again."""
    phone.asks("consent")
    phone.session.advance(1500)
    phone.asks("consent")
    phone.asks_and_speaks("reach")
    phone.session.advance(3000)
    phone.session.leg(PBX).answer()
    phone.session.advance(2000)
    phone.session.leg(PBX).hold()
    phone.session.advance(2000)
    phone.session.leg(PBX).resume()
    phone.session.advance(2000)
    phone.session.leg(PBX).hang_up()
    phone.session.advance(2000)
    phone.asks("no_consent")
    phone.asks("no_consent")
    phone.session.advance(3000)
    phone.asks("no_consent")
    phone.asks("consent")
    phone.session.advance(1000)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _pays(phone: Phone) -> None:
    """One does not answer, the other is told that the call ends soon after the payment."""
    phone.asks("consent")
    phone.session.advance(1600)
    phone.asks_and_speaks("pay")
    phone.session.advance(1000)
    phone.session.leg(PBX).fail(486)
    phone.session.advance(1000)
    phone.session.leg(RECEPTION).answer()
    phone.session.advance(540_000)
    phone.session.leg(RECEPTION).hang_up()
    phone.session.advance(2500)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _pays_until_the_end(phone: Phone) -> None:
    phone.asks("pay_and_say")
    phone.session.advance(2000)
    phone.session.leg(RECEPTION).answer()
    phone.session.advance(700_000)


def _pays_unrecorded(phone: Phone) -> None:
    """Who agrees while the agent is lost is recorded when the person has gone."""
    phone.asks("pay")
    phone.session.agent.closes(1006, "connection lost")
    phone.session.advance(100)
    phone.session.leg(PBX).answer()
    phone.session.advance(1000)
    phone.asks("consent")
    phone.session.advance(1000)
    phone.session.leg(PBX).hang_up()
    phone.session.advance(3000)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _begins_late(phone: Phone) -> None:
    phone.asks("pay_and_say")
    phone.session.advance(2000)
    phone.session.leg(RECEPTION).answer()
    phone.session.advance(500)
    _platform_says(phone, "starts")
    phone.session.advance(3000)
    phone.session.leg(RECEPTION).hang_up()
    phone.session.advance(LONG_MS)


def _agrees_for_a_while(phone: Phone) -> None:
    phone.asks("consent")
    phone.session.advance(5400)
    phone.asks_and_speaks("end_call")
    phone.session.advance(LONG_MS)


def _changes_their_mind(phone: Phone) -> None:
    phone.asks("consent")
    phone.session.advance(600)
    phone.asks("no_consent")
    phone.session.advance(LONG_MS)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _begins_when_it_is_over(phone: Phone) -> None:
    """It is stopped before the platform says that it has begun, and where it is."""
    phone.asks("consent")
    phone.session.advance(600)
    phone.asks("no_consent")
    phone.session.advance(500)
    _platform_says(phone, "starts")
    phone.session.advance(500)
    _platform_says(phone, "stops")
    phone.session.advance(LONG_MS)


def _does_not_agree(phone: Phone) -> None:
    phone.asks("no_consent")
    phone.session.advance(600)
    phone.asks("consent")
    phone.session.advance(2000)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _fails_when_it_is_too_late(phone: Phone) -> None:
    phone.asks("consent")
    phone.session.advance(5000)
    _platform_says(phone, "fails")
    phone.session.advance(1000)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _leaves_a_message(phone: Phone) -> None:
    phone.asks("consent")
    phone.session.advance(1000)
    phone.asks_and_speaks("leave")
    phone.session.advance(4000)
    phone.session.caller.press("#")
    phone.session.advance(LONG_MS)


def _is_called(phone: Phone) -> None:
    phone.session.leg("caller").answer()
    phone.session.advance(6000)
    phone.session.leg("caller").hang_up()
    phone.session.advance(LONG_MS)


def _ends_by_itself(phone: Phone) -> None:
    phone.asks("consent")
    phone.session.advance(4000)
    _platform_says(phone, "stops")
    phone.session.advance(2000)
    phone.asks("consent")
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _is_told(phone: Phone) -> None:
    phone.session.advance(6000)
    phone.asks("no_consent")
    phone.session.advance(3000)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


def _gives_up(phone: Phone) -> None:
    phone.session.advance(500)
    phone.session.caller.hang_up()
    phone.session.advance(LONG_MS)


CALLS: Mapping[str, tuple[str, Callable[[Phone], None], Mapping[str, Any]]] = {
    "recorded": ("on_record", _agrees, ARCHIVE),
    "recorded_for_a_while": ("on_record", _agrees_for_a_while, ARCHIVE),
    "recorded_and_complete_at_once": ("on_record", _agrees_for_a_while, {**ARCHIVE, "recorder_ends": "at_once"}),
    "recorded_and_complete_twice": ("on_record", _agrees_for_a_while, {**ARCHIVE, "recorder_ends": "twice"}),
    "recorded_and_never_complete": ("on_record", _agrees_for_a_while, {**ARCHIVE, "recorder_ends": "never"}),
    "recorded_and_failed_at_the_end": ("on_record", _agrees_for_a_while, {**ARCHIVE, "recorder_ends": "fails"}),
    "recorded_where_nobody_is_told": ("on_record", _agrees_for_a_while, {}),
    "recorded_by_none": ("on_record", _agrees_for_a_while, {**ARCHIVE, "recorder": "throws"}),
    "recorded_too_late": ("on_record", _agrees_for_a_while, {**ARCHIVE, "recorder": "never"}),
    "recorded_and_failed": ("on_record", _agrees_for_a_while, {**ARCHIVE, "recorder": "fails"}),
    "recorded_and_stopped_before": ("on_record", _changes_their_mind, {**ARCHIVE, "recorder": "never"}),
    "recorded_and_begun_when_over": ("on_record", _begins_when_it_is_over, {**ARCHIVE, "recorder": "manual"}),
    "recorded_until_it_ends": ("on_record", _ends_by_itself, ARCHIVE),
    "recorded_by_nobody": ("on_record", _does_not_agree, {**ARCHIVE, "http": "manual"}),
    "recorded_too_late_and_failed": ("on_record", _fails_when_it_is_too_late, {**ARCHIVE, "recorder": "never"}),
    "recorded_with_a_message": ("on_record", _leaves_a_message, ARCHIVE),
    "recorded_and_placed": ("placed_on_record", _is_called, {"data": '{"to": "+15550123456"}'}),
    "recorded_half_watched": (
        "on_record",
        _agrees_for_a_while,
        {**ARCHIVE, "throws": {"Recorder.addEventListener": 3}},
    ),
    "recorded_without_a_mixer": (
        "on_record",
        _agrees_for_a_while,
        {**ARCHIVE, "throws": {"VoxEngine.createConference": 1}},
    ),
    "recorded_and_not_stopped": ("on_record", _agrees_for_a_while, {**ARCHIVE, "throws": {"Recorder.stop": 1}}),
    "recorded_and_paused": ("on_record", _pays, ARCHIVE),
    "recorded_and_paused_until_the_end": ("on_record", _pays_until_the_end, ARCHIVE),
    "recorded_and_paused_late": (
        "on_record",
        _begins_late,
        {**ARCHIVE, "recorder": "manual", "recorder_pauses": "once_begun"},
    ),
    "recorded_and_not_paused_later": (
        "on_record",
        _begins_late,
        {**ARCHIVE, "recorder": "manual", "throws": {"Recorder.mute": 3}},
    ),
    "recorded_and_never_paused": ("on_record", _pays, {**ARCHIVE, "recorder_pauses": "throws"}),
    "recorded_and_not_paused": ("on_record", _pays_until_the_end, {**ARCHIVE, "throws": {"Recorder.mute": 2}}),
    "recorded_after_the_pause": ("on_record", _pays_unrecorded, ARCHIVE),
    "announced": ("announced", _is_told, {}),
    "announced_in_vain": ("announced", _is_told, {"players": "fail"}),
    "announced_by_nobody": ("announced", _is_told, {"throws": {"VoxEngine.createTTSPlayer": 1}}),
    "announced_without_an_end": ("announced", _is_told, {"players": "manual"}),
    "announced_and_given_up": ("announced", _gives_up, {}),
}
