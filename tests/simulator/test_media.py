"""Who hears whom: a unit receives one stream, a new one replaces the old, and nothing comes back."""

from __future__ import annotations

from .conftest import TARGET, Open, do


def test_a_new_stream_replaces_the_old_and_is_not_undone(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "dial", number=TARGET)
    session.leg(TARGET).answer()
    do(session, "bridge", a="caller", b="call-1")
    assert session.heard_by_caller == f"leg:{TARGET}"
    do(session, "say", text="One moment.")
    assert session.heard_by_caller == "tts:One moment."
    assert session.leg(TARGET).hears == "caller", "the other direction stays"
    session.advance(len("One moment.") * 60)
    assert session.logs[-1] == "caller Call.PlaybackFinished"
    assert session.heard_by_caller == "silence"
    do(session, "send", **{"from": "call-1", "to": "caller"})
    assert session.heard_by_caller == f"leg:{TARGET}"


def test_a_unit_sends_to_many(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "dial", number=TARGET)
    session.leg(TARGET).answer()
    do(session, "tone", script="425@-19;*(1/4/1)", loop=True)
    for unit in ("caller", "call-1"):
        do(session, "send", **{"from": "player-1", "to": unit})
    assert session.heard_by_caller == session.leg(TARGET).hears == "tone:425@-19;*(1/4/1)"


def test_stopping_a_stream_that_was_replaced_changes_nothing(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "tone", script="425@-19;*(1/4/1)")
    do(session, "send", **{"from": "player-1", "to": "caller"})
    do(session, "tts", text="Hello")
    do(session, "send", **{"from": "player-2", "to": "caller"})
    do(session, "unsend", **{"from": "player-1", "to": "caller"})
    assert session.heard_by_caller == "tts:Hello"
    do(session, "unsend", **{"from": "player-2", "to": "caller"})
    assert session.heard_by_caller == "silence"


def test_players_start_finish_and_stop(open_session: Open) -> None:
    session = open_session("commands.js", tts_ms_per_char=100)
    do(session, "tts", text="Hello")
    do(session, "tone", script="425@-19;10(*/0/1)")
    do(session, "tone", script="425@-19;*(1/4/1)")
    session.advance(10_000)
    do(session, "stop", unit="player-3")
    assert session.logs[2:] == [
        "player-1 Player.Started",
        "player-2 Player.Started",
        "player-3 Player.Started",
        "player-1 Player.PlaybackFinished",
        "player-2 Player.PlaybackFinished",
        "player-3 Player.Stopped",
    ]
    assert [entry["t"] for entry in session.events_of("player_finished")] == [500, 10_000]


def test_too_long_a_text_fails_by_its_event(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "tts", text="x" * 1501)
    assert session.logs[2:] == [
        "player-1 Player.Error:the text is longer than 1500 characters",
        "player-1 Player.PlaybackFinished:the text is longer than 1500 characters",
    ]


def test_players_finish_when_told(open_session: Open) -> None:
    session = open_session("commands.js", players="manual")
    do(session, "tts", text="Hello")
    session.advance(60_000)
    session.finish_player("tts:Hello")
    assert session.logs[-1] == "player-1 Player.PlaybackFinished"


def test_silence_is_measured_and_instants_do_not_count(open_session: Open) -> None:
    session = open_session("commands.js")
    session.advance(1500)
    do(session, "tone", script="425@-19;2(*/0/1)")
    do(session, "send", **{"from": "player-1", "to": "caller"})
    session.advance(3000)
    do(session, "say", text="x")
    do(session, "tone", script="425@-19;*(1/4/1)")
    do(session, "send", **{"from": "player-2", "to": "caller"})
    session.advance(5000)
    assert [(silence.start, silence.end) for silence in session.silences] == [(0, 1500), (3500, 4500)]
    session.caller.hang_up()
    assert session.heard_by_caller is None


def test_media_may_be_lost_before_the_answer(open_session: Open) -> None:
    heard = []
    for switch in ("kept", "lost"):
        session = open_session("commands.js", media_before_connected=switch)
        do(session, "dial", number=TARGET)
        do(session, "bridge", a="caller", b="call-1")
        assert session.heard_by_caller == "silence"
        session.leg(TARGET).answer()
        heard.append((session.heard_by_caller, session.leg(TARGET).hears))
    assert heard == [(f"leg:{TARGET}", "caller"), (f"leg:{TARGET}", "silence")]
