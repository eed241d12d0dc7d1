"""How long people talk: the end, what both are told a minute before, and whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import PBX, RINGBACK, Phone

ANNA, BEN = "+15550100001", "+15550100002"
WARNING = "tts:Your minute."
WARNING_MS = len("Your minute.") * 60
LIMIT_MS, LAST_MS = 300_000, 60_000
HOLD = "tts:Please hold the line."
Dial = Callable[..., Phone]


def talking(call: Dial, **options: object) -> Phone:
    """The desk has the caller on the line, from this instant on."""
    phone = call("limited", **options)
    phone.asks_and_speaks("desk", whose="Your")
    phone.session.leg(PBX).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{PBX}"
    return phone


def warned(call: Dial, **options: object) -> Phone:
    """They are being warned."""
    phone = talking(call, **options)
    phone.session.advance(LIMIT_MS - LAST_MS)
    return phone


def both_hear(phone: Phone) -> tuple[str | None, str | None]:
    return phone.hears, phone.session.leg(PBX).hears


def outcome(phone: Phone) -> dict[str, object]:
    """What the agent is told that has the caller again."""
    phone.session.advance(1000)
    assert phone.hears == "agent"
    told: dict[str, object] = (phone.session.agent.started or {})["vox_outcome"]
    return told


def unheard(phone: Phone) -> list[object]:
    return [player for player in phone.session.players if player["state"] == "playing" and not player["heard"]]


JOINED = (f"leg:{PBX}", "caller")


def test_both_are_warned_a_minute_before_the_end(call: Dial) -> None:
    phone = talking(call)
    phone.session.advance(LIMIT_MS - LAST_MS - 1)
    assert both_hear(phone) == JOINED
    phone.session.advance(1)
    assert both_hear(phone) == (WARNING, WARNING)
    phone.session.advance(WARNING_MS)
    assert both_hear(phone) == JOINED
    phone.session.advance(LAST_MS - WARNING_MS - 1)
    assert both_hear(phone) == JOINED
    phone.session.advance(1)
    assert phone.ringing == []
    told = outcome(phone)
    assert (told["outcome"], told["target"], told["talk_seconds"]) == ("connected", "desk", LIMIT_MS // 1000)
    assert unheard(phone) == []


def test_without_a_warning_it_is_over_when_it_is_over(call: Dial) -> None:
    phone = call("limited")
    phone.asks_and_speaks("anna")
    phone.session.advance(10_000)  # how long it rings counts for nothing
    phone.session.leg(ANNA).answer()
    phone.session.advance(LAST_MS - 1)
    assert phone.hears == f"leg:{ANNA}"
    phone.session.advance(1)
    assert phone.ringing == []
    assert outcome(phone)["talk_seconds"] == 60


def test_without_a_limit_they_talk_for_as_long_as_they_like(call: Dial) -> None:
    phone = call("limited")
    phone.asks_and_speaks("free")
    phone.session.leg(ANNA).answer()
    phone.session.advance(3_600_000)
    assert phone.hears == f"leg:{ANNA}"


def test_it_counts_from_when_they_are_joined(call: Dial) -> None:
    """And not from the answer: before it there is something to be heard alone."""
    phone = call("limited")
    phone.asks_and_speaks("ben")
    phone.session.leg(BEN).answer()
    phone.session.advance(5000)
    begins = next(one["t"] for one in phone.session.events_of("hears") if one["what"] == f"leg:{BEN}")
    phone.session.advance(begins + 120_000 - phone.session.now - 1)
    assert phone.hears == f"leg:{BEN}", "a warning that is empty disturbs nobody"
    phone.session.advance(1)
    assert phone.ringing == [PBX], "as if the person had hung up"
    phone.session.leg(PBX).answer()
    phone.session.advance(120_000)
    assert phone.is_over()


def test_nothing_is_left_of_a_limit_when_the_person_has_gone(call: Dial) -> None:
    phone = call("limited")
    phone.asks_and_speaks("anna")
    phone.session.leg(ANNA).answer()
    phone.session.advance(59_000)
    phone.session.leg(ANNA).hang_up()
    assert outcome(phone)["talk_seconds"] == 59
    phone.asks_and_speaks("anna")
    phone.session.leg(ANNA).answer()
    phone.session.advance(59_999)
    assert phone.hears == f"leg:{ANNA}", "it begins anew with whoever is next"
    phone.session.advance(1)
    assert phone.ringing == []


@pytest.mark.parametrize(
    "fails", [{"VoxEngine.createTTSPlayer": 2}, {"Player.sendMediaTo": 2}, {"Player.sendMediaTo": 3}]
)
def test_a_warning_that_cannot_be_played_separates_nobody(call: Dial, fails: dict[str, int]) -> None:
    """Not to the caller, or not to the person."""
    phone = warned(call, throws=fails)
    assert both_hear(phone) == ((WARNING, "caller") if fails.get("Player.sendMediaTo") == 3 else JOINED)
    phone.session.advance(WARNING_MS)
    assert both_hear(phone) == JOINED
    phone.session.advance(LAST_MS)
    assert phone.ringing == []
    assert unheard(phone) == []


def test_they_are_joined_again_when_the_warning_fails(call: Dial) -> None:
    phone = warned(call)
    phone.session.finish_player(error="playback failed")
    phone.session.advance(0)
    assert both_hear(phone) == JOINED


def test_they_are_joined_again_when_nothing_says_that_the_warning_is_over(call: Dial) -> None:
    phone = warned(call, players="manual")
    limit = 10_000 + 150 * len("Your minute.")
    phone.session.advance(limit - 1)
    assert both_hear(phone) == (WARNING, WARNING)
    phone.session.advance(1)
    assert both_hear(phone) == JOINED
    phone.session.advance(LAST_MS - limit)
    assert phone.ringing == []


def test_who_cannot_be_joined_again_is_let_go(call: Dial) -> None:
    phone = warned(call, throws={"VoxEngine.sendMediaBetween": 3})  # after the agent and the desk
    phone.session.advance(WARNING_MS)
    assert phone.ringing == []
    assert outcome(phone)["talk_seconds"] == 240


def test_the_person_hangs_up_during_the_warning(call: Dial) -> None:
    phone = warned(call)
    phone.session.advance(100)
    phone.session.leg(PBX).hang_up()
    told = outcome(phone)
    assert (told["outcome"], told["talk_seconds"]) == ("connected", 240)
    assert unheard(phone) == []
    phone.session.advance(LAST_MS)
    assert phone.hears == "agent", "nothing of it comes late"


def test_the_caller_hangs_up_during_the_warning(call: Dial) -> None:
    phone = warned(call)
    phone.session.advance(100)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert unheard(phone) == []


def test_who_is_on_hold_is_told_as_well_and_then_hears_what_is_heard_there(call: Dial) -> None:
    phone = talking(call)
    phone.session.advance(LIMIT_MS - LAST_MS - 100)
    phone.session.leg(PBX).hold()
    phone.session.advance(99)
    assert phone.hears == HOLD
    phone.session.advance(1)
    assert phone.hears == WARNING, "a hold stops no clock"
    phone.session.advance(WARNING_MS)
    assert phone.hears == HOLD, "from its beginning"
    phone.session.leg(PBX).resume()
    phone.session.advance(0)
    assert both_hear(phone) == JOINED
    phone.session.advance(LAST_MS - WARNING_MS)
    assert phone.ringing == []


def test_who_hears_ringing_on_hold_hears_it_again_after_the_warning(call: Dial) -> None:
    phone = call("limited")
    phone.asks_and_speaks("plain")
    phone.session.leg(PBX).answer()
    phone.session.leg(PBX).hold()
    phone.session.advance(LAST_MS)
    assert phone.tts.strip() == "minute."
    phone.session.advance(1000)
    assert phone.hears == RINGBACK


def test_who_is_on_hold_hears_on_what_is_heard_there_if_the_warning_cannot_be_played(call: Dial) -> None:
    phone = talking(call, throws={"VoxEngine.createTTSPlayer": 3})  # after what is heard while it rings, and on hold
    phone.session.advance(LIMIT_MS - LAST_MS - 100)
    phone.session.leg(PBX).hold()
    phone.session.advance(101)
    assert phone.hears == HOLD
    phone.session.leg(PBX).resume()
    phone.session.advance(0)
    assert both_hear(phone) == JOINED


def test_the_end_comes_on_hold_too(call: Dial) -> None:
    phone = warned(call)
    phone.session.leg(PBX).hold()
    phone.session.advance(LAST_MS)
    assert phone.ringing == []
    assert outcome(phone)["talk_seconds"] == 300
    assert unheard(phone) == []


@pytest.mark.parametrize("is_back", [False, True])
def test_a_hold_does_not_end_the_warning(call: Dial, is_back: bool) -> None:
    """Whoever waits for the end of it hears then what there is to hear."""
    phone = warned(call)
    phone.session.leg(PBX).hold()
    phone.session.advance(0)
    assert phone.hears == WARNING
    if is_back:
        phone.session.advance(100)
        phone.session.leg(PBX).resume()
        phone.session.advance(0)
        assert phone.hears == WARNING
    phone.session.advance(WARNING_MS)
    assert phone.hears == (JOINED[0] if is_back else HOLD)
    assert [one["what"] for one in phone.session.events_of("player")].count(WARNING) == 1
    assert unheard(phone) == []


def test_who_is_back_during_the_warning_is_joined(call: Dial) -> None:
    phone = talking(call)
    phone.session.leg(PBX).hold()
    phone.session.advance(LIMIT_MS - LAST_MS)
    assert phone.hears == WARNING
    phone.session.leg(PBX).resume()
    phone.session.advance(WARNING_MS)
    assert both_hear(phone) == JOINED
    assert unheard(phone) == []


def test_a_warning_that_is_empty_does_not_begin_again_what_is_heard_on_hold(call: Dial) -> None:
    phone = call("limited")
    phone.asks_and_speaks("ben")
    phone.session.leg(BEN).answer()
    phone.session.advance(125_000)
    phone.session.leg(PBX).answer()
    phone.session.advance(59_900)
    phone.session.leg(PBX).hold()
    phone.session.advance(200)
    assert phone.hears == HOLD
    held = [one for one in phone.session.events_of("player") if one["what"] == HOLD]
    assert len(held) == 2, "while it rang, and now"
    phone.session.advance(5000)
    assert phone.hears == RINGBACK


def test_what_a_leg_says_that_was_let_go_changes_nothing(call: Dial) -> None:
    phone = talking(call, hangup="manual")
    phone.session.advance(LIMIT_MS)
    assert phone.session.leg(PBX).hears == "silence", "whoever has the caller next is alone with them"
    assert outcome(phone)["talk_seconds"] == 300
    phone.session.leg(PBX).confirm_hang_up()
    phone.session.advance(0)
    assert phone.hears == "agent"
