"""Recorders, conferences, detectors, sequences and what legs say to each other beside their audio.

Facts are the vendor's typings (v28) and the pages docs.voximplant.ai/platform/voxengine/{limits, calls-and-sessions}.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flowc.simulator.engine import Engine, ImpossibleEvent, Session

from .conftest import TARGET, Open, do

OTHER = "+15550100002"
Start = Callable[..., Session]


@pytest.fixture
def start(open_session: Open) -> Start:
    """A connected caller of units.js."""
    return lambda **options: open_session("units.js", **options)


def answered(session: Session, *numbers: str) -> None:
    for number in numbers:
        do(session, "dial", number=number)
        session.leg(number).answer()


def test_a_recorder_records_what_is_sent_to_it(start: Start) -> None:
    """Typings: VoxEngine.createRecorder, RecorderEvents; duration in seconds."""
    session = start()
    do(session, "recorder", parameters={"name": "voicemail"})
    assert session.logs[-1] == "Recorder.Started url=https://records.example/1/recorder-1"
    assert session.recorders[0]["hears"] == "silence"
    do(session, "send", **{"from": "caller", "to": "recorder-1"})
    recorder = {"id": "recorder-1", "kept": False, "state": "open", "muted": False, "hears": "caller"}
    assert session.recorders == [recorder]
    session.advance(4200)
    do(session, "stop", unit="recorder-1")
    assert session.logs[-1] == "Recorder.Stopped duration=4"
    assert session.recorders[0]["hears"] is None


def test_a_recorder_mixes_and_needs_its_module(start: Start, open_session: Open) -> None:
    session = start()
    answered(session, TARGET)
    do(session, "recorder")
    for unit in ("caller", "call-1"):
        do(session, "send", **{"from": unit, "to": "recorder-1"})
    assert session.recorders[0]["hears"] == f"caller + leg:{TARGET}"
    session.leg(TARGET).hang_up()
    assert session.recorders[0]["hears"] == "caller"


def test_a_record_stops_after_the_call(start: Start) -> None:
    """Typings: RecordStopped comes after Disconnected."""
    session = start()
    do(session, "record")
    do(session, "record")
    assert session.misuses == ["Call.record: caller is being recorded already"]
    session.advance(3000)
    session.caller.hang_up()
    assert [log.split()[0] for log in session.logs[-3:]] == [
        "Call.RecordStarted",
        "Call.Disconnected",
        "Call.RecordStopped",
    ]


def test_in_a_conference_everybody_hears_all_others(start: Start) -> None:
    """Typings: createConference with sendMediaBetween; more than two talkers need one (calls-and-sessions)."""
    session = start(agent_ms=0)
    answered(session, TARGET)
    do(session, "agent")
    do(session, "conference")
    assert session.logs[-1] == "Conference.Started"
    for unit in ("caller", "call-1", "agent-1"):
        do(session, "bridge", a=unit, b="conference-1")
    assert session.heard_by_caller == f"leg:{TARGET} + agent"
    assert session.leg(TARGET).hears == "caller + agent"
    assert session.agent.hears == f"caller + leg:{TARGET}"
    do(session, "unbridge", a="caller", b="conference-1")
    assert (session.heard_by_caller, session.agent.hears) == ("silence", f"leg:{TARGET}")
    do(session, "destroy", unit="conference-1")
    assert session.logs[-1] == "Conference.Stopped"
    assert session.leg(TARGET).hears == "silence"
    do(session, "bridge", a="caller", b="conference-1")
    assert session.misuses[-1] == "VoxEngine.sendMediaBetween: conference-1 is over"


def test_alone_in_a_conference_is_silence(start: Start) -> None:
    session = start()
    do(session, "conference")
    do(session, "bridge", a="caller", b="conference-1")
    assert session.heard_by_caller == "silence"


def test_a_machine_answers(start: Start) -> None:
    """Typings: CallPSTNParameters.amd, AMD.Events.DetectionComplete."""
    session = start()
    do(session, "dialAndDetect", number=TARGET)
    with pytest.raises(ImpossibleEvent, match="no answering machine detection is under way"):
        session.leg(TARGET).is_machine()
    session.leg(TARGET).answer()
    session.advance(1500)
    session.leg(TARGET).is_machine("MIMIC", 80)
    assert session.logs[-1] == ("AMD.Events.DetectionComplete resultClass=VOICEMAIL resultSubtype=MIMIC confidence=80")
    session.advance(60_000)
    assert len([log for log in session.logs if log.startswith("AMD")]) == 1


@pytest.mark.parametrize(("timeout", "takes"), [(None, 6500), (20_000, 20_000), (0, 0)])
def test_detection_runs_out_of_time(start: Start, timeout: int | None, takes: int) -> None:
    """Typings: AMDParameters.timeout counts after Connected; 6500 ms by default."""
    session = start()
    do(session, "dialAndDetect", number=TARGET, timeout=timeout)
    session.advance(5000)
    session.leg(TARGET).answer()
    session.advance(30_000)
    assert [entry["t"] for entry in session.events_of("detected")] == [5000 + takes]
    assert session.logs[-1] == "AMD.Events.DetectionComplete resultClass=TIMEOUT"


def test_detection_ends_with_the_call_or_an_error(start: Start) -> None:
    session = start()
    for number in (TARGET, OTHER):
        do(session, "dialAndDetect", number=number)
        session.leg(number).answer()
    session.leg(TARGET).hang_up()
    session.leg(OTHER).detection_fails("no model")
    logs = [log for log in session.logs if log.startswith("AMD")]
    assert logs == [
        "AMD.Events.DetectionComplete resultClass=CALL_ENDED",
        "AMD.Events.DetectionError message=no model",
    ]


def test_a_detector_listens_to_a_leg_when_asked(start: Start) -> None:
    """Typings: sources can be attached by sendMediaTo; detect() starts and settles with the event."""
    session = start()
    answered(session, TARGET)
    do(session, "detector", call="call-1")
    do(session, "send", **{"from": "call-1", "to": "detector-1"})
    assert session.events_of("detection") == []
    do(session, "detect", unit="detector-1")
    session.leg(TARGET).is_human()
    assert session.logs[-2:] == [
        "AMD.Events.DetectionComplete resultClass=HUMAN confidence=90",
        "detect: AMD.Events.DetectionComplete",
    ]


def test_segments_are_played_one_after_the_other(start: Start) -> None:
    session = start(tts_ms_per_char=100, url_player_ms=2000)
    do(session, "sequence", segments=[{"text": "Hello"}, {"url": "https://audio.example/a.mp3"}])
    do(session, "send", **{"from": "player-1", "to": "caller"})
    assert session.heard_by_caller == "tts:Hello"
    session.advance(500)
    assert session.heard_by_caller == "url:https://audio.example/a.mp3"
    session.advance(2000)
    assert session.heard_by_caller == "silence"
    assert session.logs[-2:] == ["SequencePlayer.Started duration=2500", "SequencePlayer.PlaybackFinished"]


def test_a_player_pauses_and_goes_on(start: Start) -> None:
    """Typings: BasePlayer.pause and resume; while it pauses, it is silent."""
    session = start(tts_ms_per_char=100)
    do(session, "speech", text="0123456789")
    do(session, "send", **{"from": "player-1", "to": "caller"})
    session.advance(400)
    do(session, "pause", unit="player-1")
    session.advance(5000)
    assert session.heard_by_caller == "silence"
    do(session, "resume", unit="player-1")
    assert session.heard_by_caller == "tts:0123456789"
    session.advance(1000)
    assert [entry["t"] for entry in session.events_of("player_finished")] == [6000]
    assert session.logs[-3:] == ["Player.PlaybackReady", "Player.Started duration=1000", "Player.PlaybackFinished"]


def test_a_player_may_be_made_on_pause(start: Start) -> None:
    """Typings: TTSPlayerParameters.onPause, PlayerEvents.Started: only after resume."""
    session = start(tts_ms_per_char=100)
    do(session, "speech", text="Hello", parameters={"onPause": True})
    session.advance(1000)
    assert session.logs[-1] == "Player.PlaybackReady"
    do(session, "resume", unit="player-1")
    session.advance(499)
    assert session.logs[-1] == "Player.Started duration=500"
    session.advance(1)
    assert session.logs[-1] == "Player.PlaybackFinished"


def test_markers_are_reached(start: Start) -> None:
    """Typings: Player.addMarker, from the start or (negative) from the end; time in a pause does not count."""
    session = start(tts_ms_per_char=100)
    do(session, "speech", text="0123456789")
    for offset in (300, -200):
        do(session, "mark", unit="player-1", offset=offset)
    session.advance(299)
    do(session, "pause", unit="player-1")
    session.advance(5000)
    do(session, "resume", unit="player-1")
    session.advance(1)
    assert session.logs[-1] == "Player.PlaybackMarkerReached offset=300"
    session.advance(500)
    assert session.logs[-1] == "Player.PlaybackMarkerReached offset=-200"
    do(session, "mark", unit="player-1", offset=100)
    assert session.misuses == ["Player.addMarker: tts:0123456789 is past 100 ms already"]


def test_what_a_leg_plays_is_loaded_first(start: Start) -> None:
    """Typings: CallEvents.PlaybackReady."""
    session = start()
    do(session, "watchLoading")
    do(session, "say", text="One")
    assert session.logs[-2:] == ["Call.PlaybackReady", "Call.PlaybackStarted duration=180"]


def test_the_other_side_asks_for_a_transfer(start: Start) -> None:
    """Typings: Call.handleBlindTransfer; the scenario says what became of it."""
    session = start()
    session.caller.asks_transfer("ann")
    assert "Call.BlindTransferRequested" not in " ".join(session.logs)
    do(session, "handleTransfers", handle=True)
    session.caller.asks_transfer("bob")
    assert session.logs[-1] == "Call.BlindTransferRequested transferTo=bob"
    do(session, "notTransferred", code=486)
    session.caller.asks_transfer("bob")
    do(session, "transferred")
    assert [entry["code"] for entry in session.events_of("transfer_answered")] == [486, 200]
    session.post('{"do": "transferred"}')
    assert session.error is not None
    assert session.error.message == "TypeError: Call.notifyBlindTransferSuccess: caller has not asked for a transfer"


def test_a_stopped_playback_has_no_end_event(start: Start) -> None:
    """Field observation in the fact sheet: stopPlayback suppresses PlaybackFinished."""
    session = start()
    do(session, "play", url="https://audio.example/a.mp3", loop=True)
    assert session.heard_by_caller == "url:https://audio.example/a.mp3"
    session.advance(60_000)
    do(session, "stopPlayback")
    session.advance(10_000)
    assert session.heard_by_caller == "silence"
    assert session.logs[-1] == "Call.PlaybackStarted duration=0"


@pytest.mark.parametrize("replaced_playback", ["silent", "finished"])
def test_what_is_said_is_replaced_by_the_next(start: Start, replaced_playback: str) -> None:
    """calls-and-sessions: of two say calls in a row the second replaces the first at once."""
    session = start(replaced_playback=replaced_playback)
    do(session, "say", text="One")
    do(session, "say", text="Two")
    assert session.heard_by_caller == "tts:Two"
    session.advance(60_000)
    finished = session.logs.count("Call.PlaybackFinished")
    assert finished == (1 if replaced_playback == "silent" else 2)
    do(session, "progress")
    assert session.heard_by_caller == "tone:US"


@pytest.mark.parametrize(("type_", "heard"), [("ALL", "1=1 2=2 3=3"), ("IN_BAND", "2=2"), ("SIP_INFO", "3=3")])
def test_keys_of_a_kind_are_reported(start: Start, type_: str, heard: str) -> None:
    """Typings: DTMFType and _ToneReceivedEvent.type; only after handleTones(true)."""
    session = start()
    session.caller.press("9")
    do(session, "tones", type=type_)
    for key, kind in (("1", "telephone_event"), ("2", "in_band"), ("3", "sip_info")):
        session.caller.press(key, kind)
    tones = [log for log in session.logs if log.startswith("Call.ToneReceived")]
    assert tones == [f"Call.ToneReceived tone={pair[0]} type={pair[2]}" for pair in heard.split()]


def test_messages_go_both_ways_and_are_bounded(start: Start) -> None:
    """limits: sendMessage and sendInfo take 8192 bytes."""
    session = start()
    do(session, "message", text="hello")
    do(session, "info", text="é" * 4096)
    session.caller.sends_message("hi")
    session.caller.sends_info("application/json", "{}")
    assert session.logs[-2:] == ["Call.MessageReceived text=hi", "Call.InfoReceived body={}"]
    session.post('{"do": "message", "text": "%s"}' % ("é" * 4097))
    assert session.error is not None
    assert session.error.message == "TypeError: Call.sendMessage: more than 8192 bytes"


def test_a_sip_leg_is_referred(start: Start) -> None:
    """Typings: Call.transferTo; on success the platform leaves the call."""
    session = start()
    do(session, "dialSip", to="sip:desk@pbx.example.com")
    desk = session.leg("sip:desk@pbx.example.com")
    desk.answer()
    do(session, "transfer", unit="call-1")
    desk.refuses_transfer(486, "Busy Here")
    do(session, "transfer", unit="call-1")
    desk.completes_transfer()
    assert session.logs[-3:] == [
        "Call.TransferFailed code=486",
        "Call.TransferComplete",
        "Call.Disconnected internalCode=16 duration=0",
    ]


def test_a_user_is_called_and_may_ring_longer(start: Start) -> None:
    """Typings: CallUserParameters; VI-CallTimeout from 10 to 400 s, 60 s by default."""
    session = start()
    do(session, "dialUser", parameters={"username": "ann", "callerid": "1"})
    headers = {"VI-CallTimeout": "120", "X-Topic": "teeth"}
    do(session, "dialUser", parameters={"username": "bob", "callerid": "1", "extraHeaders": headers})
    do(session, "dialWhatsapp", parameters={"number": TARGET, "callerid": "+15550100009"})
    assert [leg["type"] for leg in session.legs] == ["pstn", "user", "user", "wab"]
    session.advance(300_000)
    assert [(entry["t"], entry["leg"]) for entry in session.events_of("failed")] == [
        (60_000, "leg:ann"),
        (120_000, "leg:bob"),
    ]
    assert session.leg(TARGET).state == "PROGRESSING"


@pytest.mark.parametrize(("digits", "kind"), [("12x", "telephone_event"), ("12", "morse")])
def test_keys_are_pressed_all_or_none(start: Start, digits: str, kind: str) -> None:
    session = start()
    with pytest.raises(ImpossibleEvent, match=r"is not a key|not as morse"):
        session.caller.press(digits, kind)
    assert session.events_of("digit") == []


def test_keys_after_the_end_of_a_call_are_not_heard(engine: Engine) -> None:
    """A call that is ended by the first of them: what has happened is recorded, and happens again."""
    session = engine.session(
        "VoxEngine.addEventListener(AppEvents.CallAlerting, (event) => {\n"
        "  event.call.handleTones(true);\n  event.call.answer();\n"
        "  event.call.addEventListener(CallEvents.ToneReceived, () => event.call.hangup());\n});",
        hangup_events="at_once",
    )
    session.incoming_call()
    session.caller.press("12")
    assert [entry["digit"] for entry in session.events_of("digit")] == ["1"]
    trace = list(session.trace)
    engine.discard()
    assert session.state is None
    assert session.trace == trace
