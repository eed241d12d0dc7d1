"""Between an answer and the caller: a key that takes the call, and what is said to the person alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from flowc.simulator.session import ImpossibleEvent
from tests.scenario.phone import RINGBACK, Phone

ANNA, BEN, CARL = "+15550100001", "+15550100002", "+15550100003"
DORA = "sip:dora@pbx.example.com"
ASKED = "tts:Press 1 to take it."
ASKED_MS = 19 * 60
HELD_MS = 84 * 60
AGAIN_MS = 2000
TOPIC = "a tooth"
Dial = Callable[..., Phone]


def answered(call: Dial, topic: str = TOPIC, **options: object) -> Phone:
    """Anna has answered, and hears what she is asked."""
    phone = call("persons", **options)
    phone.asks_and_speaks("find", topic=topic)
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    return phone


def tried(phone: Phone) -> list[tuple[str, str]]:
    return [(one["target"], one["outcome"]) for one in phone.told[-1]["tried"]]


def hears(phone: Phone, number: str) -> str | None:
    return phone.session.leg(number).hears


def test_the_key_takes_the_call(call: Dial) -> None:
    phone = answered(call)
    assert hears(phone, ANNA) == ASKED
    assert (phone.hears or "").startswith("tts:Please hold"), "the caller hears on what there is to hear"
    phone.session.leg(ANNA).press("1")
    assert hears(phone, ANNA) == f"tts:{TOPIC}", "whoever has taken it hears what it is about, and not the caller yet"
    assert phone.session.agent.state == "open", "the agent that waits goes when the caller is joined"
    phone.session.advance(len(TOPIC) * 60)
    assert (phone.hears, hears(phone, ANNA)) == (f"leg:{ANNA}", "caller")
    phone.session.advance(30_400)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(1000)
    told = (phone.session.agent.started or {})["vox_outcome"]
    assert (told["outcome"], told["target"], told["talk_seconds"]) == ("connected", "anna", 30)


def test_it_is_asked_again_until_the_time_is_over(call: Dial) -> None:
    """The time begins with the first end of the prompt."""
    phone = answered(call)
    begins = phone.session.now
    phone.session.advance(ASKED_MS)
    assert hears(phone, ANNA) == "silence"
    phone.session.advance(AGAIN_MS - 1)
    assert hears(phone, ANNA) == "silence"
    phone.session.advance(1)
    assert hears(phone, ANNA) == ASKED
    phone.session.advance(begins + ASKED_MS + 10_000 - phone.session.now - 1)
    assert phone.ringing == [ANNA]
    phone.session.advance(1)
    assert phone.ringing == [BEN], "after silence the next one rings"
    assert phone.hears == RINGBACK
    asked = [entry for entry in phone.session.events_of("player") if entry["what"] == ASKED]
    assert [entry["t"] - begins for entry in asked] == [number * (ASKED_MS + AGAIN_MS) for number in range(4)]
    phone.session.leg(BEN).fail(486)
    assert (phone.told[-1]["outcome"], phone.told[-1]["target"]) == ("not_accepted", "anna"), "more hopeful than busy"
    assert tried(phone) == [("anna", "not_accepted"), ("ben", "busy")]
    assert "rang_seconds" not in phone.told[-1]["tried"][0]


def test_what_is_heard_when_the_time_is_over_ends_with_it(call: Dial) -> None:
    topic = "x" * 30
    phone = answered(call, topic=topic)
    phone.session.leg(ANNA).hang_up()
    phone.session.leg(BEN).answer()
    phone.session.advance(30 * 60 + 2999)
    assert hears(phone, BEN) == f"tts:{topic}"
    phone.session.advance(1)
    assert phone.ringing == []
    assert [player for player in phone.session.players if player["state"] == "playing"] == []
    assert tried(phone) == [("anna", "declined"), ("ben", "not_accepted")]


@pytest.mark.parametrize("when", [0, ASKED_MS + 10, ASKED_MS + AGAIN_MS + 10])
@pytest.mark.parametrize(
    ("does", "outcome"),
    [("2", "declined"), ("hangs up", "declined"), ("fails", "failed"), ("1", ""), ("0", "asked"), ("*", "asked")],
)
def test_whatever_a_person_does_while_asked(call: Dial, when: int, does: str, outcome: str) -> None:
    """During the prompt, in the pause, and when it is heard again."""
    phone = answered(call)
    phone.session.advance(when)
    anna = phone.session.leg(ANNA)
    if does == "hangs up":
        anna.hang_up()
    elif does == "fails":
        anna.fail(500, answered=True)
    else:
        anna.press(does)
    phone.session.advance(0)
    if outcome == "":
        assert hears(phone, ANNA) == f"tts:{TOPIC}"
        phone.session.advance(20_000)
        assert phone.hears == f"leg:{ANNA}"
    elif outcome == "asked":
        assert phone.ringing == [ANNA]
    else:
        assert phone.ringing == [BEN]
        phone.session.leg(BEN).fail(404)
        assert tried(phone)[0] == ("anna", outcome)
    assert [player for player in phone.session.players if player["state"] == "playing" and not player["heard"]] == []


def test_any_key_takes_the_call_but_that_which_declines(call: Dial) -> None:
    for key, takes in (("5", True), ("*", True), ("#", False)):
        phone = answered(call)
        phone.session.leg(ANNA).hang_up()
        phone.session.leg(BEN).answer()
        phone.session.leg(BEN).press(key)
        phone.session.advance(0)
        assert (phone.hears == f"leg:{BEN}") is takes
        if not takes:
            assert tried(phone) == [("anna", "declined"), ("ben", "declined")]


def test_who_hangs_up_during_the_whisper_has_declined(call: Dial) -> None:
    phone = answered(call)
    phone.session.leg(ANNA).press("1")
    phone.session.advance(100)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(0)
    assert phone.ringing == [BEN]
    phone.session.leg(BEN).fail(404)
    assert tried(phone) == [("anna", "declined"), ("ben", "invalid")]


@pytest.mark.parametrize("fails", ["VoxEngine.createTTSPlayer", "Player.sendMediaTo"])
@pytest.mark.parametrize("pressed", [0, ASKED_MS + 10])
def test_where_a_player_fails_the_leg_speaks(call: Dial, fails: str, pressed: int) -> None:
    """It is heard once, and nothing goes on when the key is pressed, or tells the end of what comes next."""
    phone = answered(call, throws={fails: 2})
    assert hears(phone, ANNA) == ASKED
    assert len([one for one in phone.session.players if one["state"] == "playing"]) == 2, "the caller's and this one"
    phone.session.advance(pressed)
    phone.session.leg(ANNA).press("1")
    assert hears(phone, ANNA) == f"tts:{TOPIC}"
    assert len([one for one in phone.session.players if one["state"] == "playing"]) == 2
    phone.session.advance(len(TOPIC) * 60 - 1)
    assert hears(phone, ANNA) == f"tts:{TOPIC}"
    phone.session.advance(1)
    assert phone.hears == f"leg:{ANNA}"


@pytest.mark.parametrize("when", [0, ASKED_MS + AGAIN_MS + 10, 2 * ASKED_MS + AGAIN_MS + 10])
def test_whoever_has_taken_the_call_has_time(call: Dial, when: int) -> None:
    """That for a key is over, and so is that of the hunt: what is said goes on, and then there is the caller."""
    topic = "x" * 400
    phone = call("persons")
    phone.asks_and_speaks("hurry", topic=topic)
    phone.session.leg(ANNA).answer()
    phone.session.advance(when)
    phone.session.leg(ANNA).press("1")
    phone.session.advance(400 * 60 - 1)
    assert hears(phone, ANNA) == f"tts:{topic}"
    phone.session.advance(1)
    assert phone.hears == f"leg:{ANNA}"
    assert [line for line in phone.session.logs if "could not" in line] == []
    phone.session.advance(5000)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(1000)
    assert (phone.session.agent.started or {})["vox_outcome"]["talk_seconds"] == 5, "without what came before"


def test_a_key_after_the_end_takes_nothing(call: Dial) -> None:
    """Of somebody whose hang-up the platform has not confirmed yet."""
    phone = answered(call, hangup_ms=200)
    phone.session.advance(ASKED_MS + 10_000)
    assert phone.ringing == [BEN]
    anna = phone.session.leg(ANNA)
    assert anna.state == "CONNECTED"
    anna.press("1")
    phone.session.advance(0)
    assert phone.ringing == [BEN]
    phone.session.leg(BEN).fail(404)
    assert tried(phone) == [("anna", "not_accepted"), ("ben", "invalid")]


@pytest.mark.parametrize("faults", [{}, {"Call.handleTones": 2}], ids=["as usual", "they are still listened for"])
def test_keys_that_come_late_change_nothing(call: Dial, faults: dict[str, int]) -> None:
    phone = answered(call, throws=faults)
    anna = phone.session.leg(ANNA)
    anna.press("1")
    anna.press("2")
    phone.session.advance(len(TOPIC) * 60)
    anna.press("2")
    assert phone.hears == f"leg:{ANNA}"


def test_keys_are_listened_for_while_they_matter(call: Dial) -> None:
    """A bridge does not carry keys that the scenario listens for: `flowc verify` sees to that. It is given up with the
    key, and a platform that fails there does not cost the call.
    """
    phone = answered(call, throws={"Call.handleTones": 2})
    assert phone.session.events_of("throws") == []
    phone.session.leg(ANNA).press("1")
    assert [entry["what"] for entry in phone.session.events_of("throws")] == ["Call.handleTones"]
    phone.session.advance(len(TOPIC) * 60)
    assert phone.hears == f"leg:{ANNA}"


@pytest.mark.parametrize("key", ["1", "2", "7"])
def test_no_log_has_a_key(call: Dial, key: str) -> None:
    """What is logged is the same, whatever else is pressed before."""
    found = []
    for others in ((), (key,)):
        phone = answered(call)
        if others:
            for other in ("7", "8", "9"):
                phone.session.leg(ANNA).press(other)
        phone.session.leg(ANNA).press(key)
        phone.session.advance(200)
        found.append([line.partition(", attempt ")[0] for line in phone.session.logs])
    assert found[0] == found[1]
    assert not any(re.search(rf"\b{key}\b", line) for line in found[0])


def test_the_caller_may_hang_up_at_any_time(call: Dial) -> None:
    for when in (0, 100, ASKED_MS, ASKED_MS + 100, ASKED_MS + AGAIN_MS + 100):
        phone = answered(call)
        phone.session.advance(when)
        phone.session.caller.hang_up()
        assert phone.is_over()
        assert phone.session.live_legs == []
    phone = answered(call)
    phone.session.leg(ANNA).press("1")
    phone.session.caller.hang_up()
    assert phone.is_over()


@pytest.mark.parametrize("only_error", [False, True])
def test_a_prompt_that_fails_counts_as_heard(call: Dial, only_error: bool) -> None:
    phone = answered(call, players="manual")
    phone.session.finish_player(ASKED, error="failed", only_error=only_error)
    assert hears(phone, ANNA) == "silence"
    phone.session.advance(AGAIN_MS)
    assert hears(phone, ANNA) == ASKED
    phone.session.advance(8000)
    assert phone.ringing == [BEN]


def test_a_prompt_that_never_ends_is_waited_for_no_longer_than_it_can_take(call: Dial) -> None:
    phone = answered(call, players="manual")
    phone.session.advance(10_000 + 150 * 19 - 1)
    assert hears(phone, ANNA) == ASKED
    phone.session.advance(1)
    assert hears(phone, ANNA) == "silence"
    phone.session.advance(10_000)
    assert phone.ringing == [BEN]
    phone.session.advance(20_000)
    assert tried(phone) == [("anna", "not_accepted"), ("ben", "no_answer")]


def test_a_whisper_that_never_ends_keeps_the_caller_no_longer_than_it_can_take(call: Dial) -> None:
    phone = answered(call, players="manual")
    phone.session.leg(ANNA).press("1")
    phone.session.advance(10_000 + 150 * len(TOPIC) - 1)
    assert hears(phone, ANNA) == f"tts:{TOPIC}"
    phone.session.advance(1)
    assert phone.hears == f"leg:{ANNA}"


def test_where_there_are_no_players_the_leg_says_it(call: Dial) -> None:
    phone = answered(call, throws={"VoxEngine.createTTSPlayer": 0})
    assert hears(phone, ANNA) == ASKED
    phone.session.advance(ASKED_MS)
    assert hears(phone, ANNA) == "silence"
    phone.session.advance(AGAIN_MS)
    assert hears(phone, ANNA) == ASKED
    phone.session.leg(ANNA).press("1")
    assert hears(phone, ANNA) == f"tts:{TOPIC}"
    phone.session.advance(len(TOPIC) * 60)
    assert phone.hears == f"leg:{ANNA}"


def test_where_nothing_can_be_said_the_key_is_waited_for_all_the_same(call: Dial) -> None:
    phone = answered(call, throws={"VoxEngine.createTTSPlayer": 0, "Call.say": 0})
    assert hears(phone, ANNA) == "silence"
    phone.session.advance(9999)
    phone.session.leg(ANNA).press("1")
    phone.session.advance(0)
    assert phone.hears == f"leg:{ANNA}"
    phone = answered(call, throws={"VoxEngine.createTTSPlayer": 0, "Call.say": 0})
    phone.session.advance(10_000)
    assert phone.ringing == [BEN]


@pytest.mark.parametrize("function", ["Call.handleTones", "Logger.hideTones"])
def test_where_keys_cannot_be_listened_for_nobody_is_asked(call: Dial, function: str) -> None:
    phone = answered(call, throws={function: 1})
    assert phone.ringing == [BEN]
    phone.session.leg(BEN).fail(404)
    assert tried(phone) == [("anna", "failed"), ("ben", "invalid")]


def test_what_is_empty_is_not_said(call: Dial) -> None:
    """Neither an empty prompt of `accept`, which is not repeated, nor an empty whisper."""
    phone = answered(call, topic=" ")
    phone.session.leg(ANNA).press("1")
    phone.session.advance(0)
    assert phone.hears == f"leg:{ANNA}"
    phone = answered(call, topic=" ")
    phone.session.leg(ANNA).hang_up()
    phone.session.leg(BEN).answer()
    phone.session.advance(2999)
    assert hears(phone, BEN) == "silence"
    assert phone.ringing == [BEN]
    phone.session.advance(1)
    assert phone.ringing == []
    assert [line for line in phone.session.logs if "hears nothing" in line] == [
        "persons: ben hears nothing: the text is empty"
    ]


def test_a_bridge_that_fails_after_the_key_is_a_failed_attempt(call: Dial) -> None:
    phone = answered(call, throws={"VoxEngine.sendMediaBetween": 2})
    phone.session.leg(ANNA).press("1")
    phone.session.advance(len(TOPIC) * 60)
    assert phone.ringing == [BEN]
    assert phone.hears == RINGBACK


def test_a_target_without_a_key_is_joined_at_once(call: Dial) -> None:
    phone = call("persons")
    phone.asks_and_speaks("carl")
    phone.session.leg(CARL).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{CARL}"
    with pytest.raises(ImpossibleEvent):
        phone.session.leg(CARL).answer()
    phone.session.advance(12_000)
    phone.session.leg(CARL).hang_up()
    phone.session.advance(1000)
    assert (phone.session.agent.started or {})["vox_outcome"]["talk_seconds"] == 12


def test_a_second_answer_of_who_is_asked_changes_nothing(call: Dial) -> None:
    phone = answered(call)
    phone.session.leg(ANNA).again("Connected")
    phone.session.advance(0)
    assert hears(phone, ANNA) == ASKED
    assert phone.ringing == [ANNA]


@pytest.mark.parametrize("throws", [{}, {"VoxEngine.createTTSPlayer": 0}])
def test_the_voice_of_prompts_speaks_numbers_to_persons_too(call: Dial, throws: dict[str, int]) -> None:
    """Also where the leg says it."""
    phone = answered(call, topic="call +15550100009", throws=throws)
    phone.session.leg(ANNA).press("1")
    phone.session.advance(0)
    assert hears(phone, ANNA) == "tts:call 1 5 5 5 0 1 0 0 0 0 9"
    spoken = [entry for entry in phone.session.events_of("player") if entry["what"].startswith("tts:")]
    assert len(spoken) >= 2
    assert {entry.get("voice") for entry in spoken} == {"Amazon.Neural.en_GB_Emma"}


def test_who_presses_hold_before_the_caller_is_there_has_the_caller_on_hold(call: Dial) -> None:
    """Nobody talks to a phone on hold: the caller goes on hearing what is heard while it rings."""
    phone = call("persons")
    phone.asks_and_speaks("dora", topic=TOPIC)
    dora = phone.session.leg(DORA)
    dora.answer()
    dora.press("1")
    dora.hold()
    phone.session.advance(len(TOPIC) * 60)
    assert (phone.hears or "").startswith("tts:Please hold")
    assert phone.session.agent.state == "closed", "the caller has somebody"
    dora.resume()
    assert (phone.hears, hears(phone, DORA)) == (f"leg:{DORA}", "caller")
    dora.hold()
    assert (phone.hears or "").startswith("tts:Please hold")
    dora.hang_up()
    phone.session.advance(1000)
    assert (phone.session.agent.started or {})["vox_outcome"]["outcome"] == "connected"


def test_who_is_back_before_the_caller_is_there_has_the_caller(call: Dial) -> None:
    phone = call("persons")
    phone.asks_and_speaks("dora", topic=TOPIC)
    dora = phone.session.leg(DORA)
    dora.answer()
    dora.hold()
    phone.session.advance(ASKED_MS + AGAIN_MS)
    dora.resume()
    dora.press("1")
    phone.session.advance(len(TOPIC) * 60)
    assert phone.hears == f"leg:{DORA}"


@pytest.mark.parametrize(("code", "outcome"), [(408, "no_answer"), (500, "failed")])
def test_whoever_has_answered_over_sip_was_reached(call: Dial, code: int, outcome: str) -> None:
    """With no sign of ringing before."""
    phone = call("persons")
    phone.asks_and_speaks("dora", topic=TOPIC)
    phone.session.leg(DORA).answer()
    phone.session.leg(DORA).fail(code, answered=True)
    assert tried(phone) == [("dora", outcome)]
