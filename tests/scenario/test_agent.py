"""The agent: heard out before an action, missed when it is gone, never left with a caller in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import RINGBACK, SUPPORT, Phone

NO_AGENT = "Sorry, we cannot take your call right now. Please try again later."


def test_the_caller_hears_ringing_until_the_agent_is_there(call: Callable[..., Phone]) -> None:
    phone = call("function_calling", agent="manual", wait=0)
    phone.session.advance(3000)
    assert phone.hears == "ringing"
    phone.session.agent.connects()
    phone.session.advance(10)
    assert phone.hears == "agent"
    assert phone.session.agent.started is not None


def test_the_agent_gets_the_control_url_and_the_flows_metadata(call: Callable[..., Phone]) -> None:
    started = call("front_desk").session.agent.started or {}
    assert started["clinic"] == "example-dental"
    assert started["caller"] == "+15550123456"
    assert started["vox_session_control_url"] == "https://session.example/request/1"
    assert started["vox_flow"] == "front_desk"
    assert len(started["vox_control_token"]) >= 32
    assert "vox_outcome" not in started


@pytest.mark.parametrize(
    "trouble",
    [
        {"agent": "refuses"},
        {"agent": "manual"},  # never answers
        {"storage": {}},
        {"storage_fails": ("CARTESIA_API_KEY",)},
        {"storage_answers": "manual"},  # never answers
    ],
    ids=str,
)
def test_without_an_agent_the_flow_says_what_happens(call: Callable[..., Phone], trouble: dict[str, object]) -> None:
    phone = call("function_calling", **trouble)
    phone.session.advance(10_000)
    assert phone.tts == NO_AGENT or phone.session.ended
    phone.session.advance(10_000)
    assert phone.is_over()


def test_an_agent_that_connects_too_late_is_closed(call: Callable[..., Phone]) -> None:
    phone = call("function_calling", agent="manual")
    phone.session.advance(10_000)
    assert phone.tts == NO_AGENT
    phone.session.agent.connects()
    phone.session.advance(10)
    assert phone.session.agent.state == "closed"
    assert phone.tts == NO_AGENT


def test_an_agent_that_is_lost_in_mid_call_leaves_no_silence(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.session.advance(30_000)
    phone.session.agent.closes(1006, "abnormal closure")
    assert phone.tts == NO_AGENT
    phone.session.advance(10_000)
    assert phone.is_over()


def test_unavailable_may_ring_somebody(call: Callable[..., Phone]) -> None:
    phone = call("front_desk", agent="refuses")
    assert phone.hears == RINGBACK
    assert phone.ringing == [SUPPORT]
    phone.session.leg(SUPPORT).answer()
    assert phone.hears == f"leg:{SUPPORT}"


@pytest.mark.parametrize("words", [300, 1500, 7000])
@pytest.mark.parametrize("audible_after", [-500, 50, 900])
def test_the_last_words_are_heard_and_not_waited_for_any_longer(
    call: Callable[..., Phone], words: int, audible_after: int
) -> None:
    phone = call("function_calling")
    if audible_after < 0:
        spoken = phone.session.now + words
        phone.session.agent.speaks(words)
        phone.session.advance(min(-audible_after, words - 1))
    asked = phone.session.now
    phone.asks("end_call")
    if audible_after >= 0:
        phone.session.advance(audible_after)
        spoken = phone.session.now + words
        phone.session.agent.speaks(words)
    phone.session.advance(20_000)
    ended = phone.session.ended
    assert ended is not None
    # One second of silence is how the platform notices the end of words, and how long they may take to begin.
    assert spoken <= ended.t <= max(spoken, asked) + 1000


def test_nothing_is_waited_for_when_nothing_is_said(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    asked = phone.session.now
    phone.asks("end_call")
    phone.session.advance(20_000)
    ended = phone.session.ended
    assert ended is not None
    assert ended.t - asked <= 1000


def test_endless_words_have_a_ceiling(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")  # last_words: 10s
    phone.asks("end_call")
    phone.session.agent.speaks(60_000)
    phone.session.advance(9_999)
    assert phone.hears == "agent"
    phone.session.advance(1)
    assert phone.is_over()


def test_a_goodbye_that_is_interrupted_is_over(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.asks("call_transfer")
    phone.session.agent.speaks(7000)
    phone.session.advance(2500)
    assert phone.ringing == []
    phone.session.agent.clear()
    assert phone.ringing == [SUPPORT]


def test_an_agent_that_is_lost_while_it_says_goodbye_does_not_stop_the_action(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.asks("call_transfer")
    phone.session.agent.speaks(7000)
    phone.session.advance(500)
    phone.session.agent.closes()
    phone.session.advance(1000)  # its last words may still be on their way
    assert phone.ringing == [SUPPORT]
    assert phone.hears == RINGBACK


def test_a_call_ends_after_its_longest_time(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")  # max_duration: 2h
    phone.session.advance(2 * 3_600_000 - 1000)
    assert not phone.session.ended
    phone.session.advance(1000)
    assert phone.is_over()


def test_a_caller_who_gives_up_before_the_answer_leaves_nothing_behind(call: Callable[..., Phone]) -> None:
    for event in ("Disconnected", "Failed"):
        phone = call("function_calling", agent="manual", wait=0, abandoned=event)
        phone.session.advance(500)
        phone.session.caller.hang_up()
        assert phone.is_over()


def test_the_agent_does_not_hear_the_caller_during_a_transfer(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    assert phone.session.agent.hears == "caller"
    phone.asks_and_speaks("call_transfer")
    assert phone.session.agent.hears in (None, "silence")
    phone.session.leg(SUPPORT).fail(486)
    assert phone.session.agent.hears == "caller"


def test_a_phrase_that_follows_another_sentence_is_heard(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.session.agent.speaks(500)
    phone.session.advance(400)
    phone.asks("call_transfer")
    phone.session.advance(1500)  # the platform has reported the end of the first sentence meanwhile
    assert phone.ringing == []
    phone.session.agent.speaks(2000)
    phone.session.advance(2000)
    assert phone.ringing == []
    phone.session.advance(1000)
    assert phone.ringing == [SUPPORT]


def test_an_agent_that_is_lost_while_the_caller_is_answered(call: Callable[..., Phone]) -> None:
    phone = call("function_calling", answer_ms=500)
    phone.session.agent.closes()
    phone.session.advance(500)
    assert phone.tts == NO_AGENT
    assert len(phone.session.events_of("answer")) == 1
    phone.session.advance(10_000)
    assert phone.is_over()


def test_a_caller_who_cannot_be_answered_does_not_hold_the_session(call: Callable[..., Phone]) -> None:
    phone = call("function_calling", answer_ms=50_000)
    phone.session.advance(10_000)
    assert phone.is_over()


def test_an_announcement_that_never_ends_does_not_hold_the_call(call: Callable[..., Phone]) -> None:
    phone = call("function_calling", agent="refuses", players="manual")
    assert phone.tts == NO_AGENT
    phone.session.advance(30_000)
    assert phone.is_over()


def test_a_platform_that_throws_at_dead_units_changes_nothing(call: Callable[..., Phone]) -> None:
    phone = call("function_calling", dead_unit="throw")
    phone.session.agent.closes()
    assert phone.tts == NO_AGENT
    phone.session.advance(10_000)
    assert phone.is_over()


def test_what_the_agent_said_to_nobody_is_not_heard_later(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.asks_and_speaks("call_transfer")
    phone.session.agent.speaks(60_000)  # "are you still there?"
    phone.session.leg(SUPPORT).fail(486)
    cleared = phone.session.events_of("agent_buffer_cleared")
    assert [entry["t"] for entry in cleared] == [phone.session.now]


@pytest.mark.parametrize("decided", ["connects", "refuses"])
def test_an_attempt_to_connect_is_decided_once(call: Callable[..., Phone], decided: str) -> None:
    phone = call("function_calling", agent="refuses" if decided == "connects" else "connects", wait=0)
    getattr(phone.session.agent, decided)()
    phone.session.advance(1000)
    assert phone.hears == ("agent" if decided == "connects" else f"tts:{NO_AGENT}")


def test_the_log_tells_a_missing_setting_from_one_that_could_not_be_read(call: Callable[..., Phone]) -> None:
    phone = call("front_desk", storage_answers="manual")
    phone.session.answer_storage("CARTESIA_AGENT_ID", None)
    phone.session.fail_storage("PSTN_CALLER_ID")
    assert "front_desk: ApplicationStorage has no CARTESIA_AGENT_ID" in phone.session.logs
    assert "front_desk: ApplicationStorage could not be read: PSTN_CALLER_ID" in phone.session.logs


def test_a_setting_that_cannot_be_read_makes_nobody_wait(call: Callable[..., Phone]) -> None:
    phone = call("front_desk", storage_answers="manual")
    before = phone.session.now
    phone.session.fail_storage("CARTESIA_AGENT_ID")
    assert phone.session.now == before
    assert "front_desk: no agent: its API key or id is missing" in phone.session.logs
