"""The end of a call, and what is told a minute before: to whom, and when nobody can be told yet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import PBX, RINGBACK, Phone

WARNING = "tts:One minute left."
SPOKEN_MS = len("One minute left.") * 60
WARNED_MS, LATEST_MS = 240_000, 270_000
Dial = Callable[..., Phone]


def at(phone: Phone, milliseconds: int) -> None:
    """So long after the call has come in."""
    phone.session.advance(milliseconds - phone.session.now)


def test_a_caller_who_is_with_the_agent_is_warned(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS - 1)
    assert phone.hears == "agent"
    at(phone, WARNED_MS)
    assert phone.hears == WARNING
    assert phone.session.agent.hears == "silence"
    assert "ending: the caller hears soon" in phone.session.logs
    assert phone.asks("find")["error"]["code"] == "not_ready"
    phone.session.advance(SPOKEN_MS + 100)
    assert phone.hears == "agent"
    assert phone.session.agent.hears == "caller"
    at(phone, 300_000)
    assert phone.is_over()
    assert "call ends: the longest time of a call is over" in "\n".join(phone.session.logs)


def test_the_agent_finishes_its_sentence_first(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS - 500)
    phone.session.agent.speaks(4000)
    at(phone, WARNED_MS + 4400)
    assert phone.hears == "agent"
    at(phone, WARNED_MS + 5100)  # the platform says a second later that it is silent
    assert phone.hears == WARNING


def test_an_agent_that_never_stops_is_interrupted_half_a_minute_before_the_end(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS - 500)
    phone.session.agent.speaks(100_000)
    phone.session.caller.press("4")
    at(phone, LATEST_MS - 1)
    assert phone.hears == "agent"
    at(phone, LATEST_MS)
    assert phone.hears == WARNING
    at(phone, 299_000)
    assert phone.hears == "agent"
    assert [one["what"] for one in phone.session.events_of("player")].count(WARNING) == 1


def test_who_keys_something_in_finishes_that_first(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS - 500)
    phone.session.caller.press("42")
    at(phone, WARNED_MS + 1)
    assert phone.hears == "agent"
    at(phone, WARNED_MS + 2000)
    assert [told["keys"] for told in phone.told] == ["42"]
    assert phone.hears == WARNING


def test_keys_that_come_meanwhile_are_told_when_the_agent_is_heard_again(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS)
    phone.session.caller.press("42#7")
    phone.session.advance(SPOKEN_MS - 1)
    assert phone.told == []
    phone.session.advance(101)
    assert phone.hears == "agent"
    assert [told["keys"] for told in phone.told] == ["42"]
    phone.session.advance(2000)
    assert [told["keys"] for told in phone.told] == ["42", "7"]


def test_no_more_keys_are_kept_than_are_told_together(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS)
    phone.session.caller.press("1" * 60)
    phone.session.advance(SPOKEN_MS + 100)
    assert [told["keys"] for told in phone.told] == ["1" * 50]
    phone.session.advance(2000)
    assert len(phone.told) == 1


def test_what_could_not_be_said_in_time_is_left_out(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS - 5000)
    phone.asks_and_speaks("find")
    at(phone, LATEST_MS + 1000)
    assert phone.hears == RINGBACK
    phone.session.leg(PBX).answer()
    at(phone, 299_999)
    assert phone.hears == f"leg:{PBX}"
    assert "ending: there is nobody to tell that the call is over soon" in phone.session.logs
    at(phone, 300_000)
    assert phone.is_over()


def test_hold_does_not_end_it(call: Dial) -> None:
    phone = call("ending")
    phone.asks_and_speaks("find")
    phone.session.leg(PBX).answer()
    at(phone, WARNED_MS)
    phone.session.leg(PBX).hold()
    phone.session.advance(100)
    assert phone.hears == WARNING
    phone.session.advance(SPOKEN_MS)
    assert phone.hears == RINGBACK


def test_an_agent_that_is_lost_meanwhile_is_made_up_for(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS)
    phone.session.agent.closes()
    assert phone.hears == WARNING
    phone.session.advance(SPOKEN_MS + 100)
    assert phone.tts == "Sorry, there is nobody here any more."


def test_caller_and_person_are_warned(call: Dial) -> None:
    phone = call("ending")
    phone.asks_and_speaks("find")
    phone.session.leg(PBX).answer()
    at(phone, WARNED_MS)
    assert (phone.hears, phone.session.leg(PBX).hears) == (WARNING, WARNING)
    phone.session.advance(SPOKEN_MS + 100)
    assert (phone.hears, phone.session.leg(PBX).hears) == (f"leg:{PBX}", "caller")
    at(phone, 300_000)
    assert phone.is_over()


def test_who_is_rung_for_comes_first(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS - 10_000)
    phone.asks_and_speaks("find")
    at(phone, WARNED_MS + 2000)
    assert phone.hears == RINGBACK
    phone.session.leg(PBX).answer()
    assert phone.hears == f"leg:{PBX}"
    at(phone, WARNED_MS + 3000)
    assert phone.hears == WARNING


@pytest.mark.parametrize("joins", [False, True], ids=["with the agent", "with a person"])
def test_what_cannot_be_said_changes_nothing(call: Dial, joins: bool) -> None:
    phone = call("ending", throws={"VoxEngine.createTTSPlayer": 1})
    if joins:
        phone.asks_and_speaks("find")
        phone.session.leg(PBX).answer()
    before = phone.hears
    at(phone, WARNED_MS + 1)
    assert phone.hears == before
    assert "cannot say soon" in "\n".join(phone.session.logs)
    at(phone, 300_000)
    assert phone.is_over()


def test_an_agent_that_cannot_have_the_caller_again_is_lost(call: Dial) -> None:
    phone = call("ending", throws={"VoxEngine.sendMediaBetween": 2})
    at(phone, WARNED_MS + SPOKEN_MS + 100)
    assert phone.tts == "Sorry, there is nobody here any more."


def test_a_model_that_is_given_up_meanwhile_does_not_get_the_caller_back(call: Dial) -> None:
    phone = call("ending")
    at(phone, WARNED_MS + 100)
    assert phone.asks("agent unavailable") == {"ok": True}
    assert phone.asks("agent unavailable") == {"ok": True}
    assert phone.hears == WARNING  # which is heard out
    phone.session.advance(SPOKEN_MS + 1)
    assert phone.hears == "tts:Sorry, there is nobody here any more."
    phone.session.advance(10_000)
    assert phone.is_over()
    told = "ending: the caller does not go back to the agent: its model does not answer"
    assert phone.session.logs.count(told) == 1


DESK = "+15550100001"
ONE_MORE = "tts:You can talk for one minute more, and then somebody else wants to use this room."


def talk(phone: Phone, action: str, since: int) -> None:
    """From so long after the call has come in, people talk."""
    at(phone, since - 8000)
    phone.asks_and_speaks(action)
    at(phone, since)
    phone.session.leg(DESK).answer()
    assert phone.hears == f"leg:{DESK}"


def test_one_warning_comes_behind_the_other(call: Dial) -> None:
    phone = call("ending_both")
    talk(phone, "talk", WARNED_MS - 60_000 - 1000)
    at(phone, WARNED_MS + 2000)
    assert phone.hears == phone.session.leg(DESK).hears == ONE_MORE
    at(phone, WARNED_MS + 10_000)
    assert [one["what"] for one in phone.session.events_of("player")][-2:] == [ONE_MORE, WARNING]
    assert phone.hears == f"leg:{DESK}"


def test_who_hangs_up_in_a_warning_hears_the_next_one_in_another_talk(call: Dial) -> None:
    phone = call("ending_both")
    talk(phone, "talk", 20_000)
    at(phone, 80_500)
    assert phone.hears == ONE_MORE
    phone.session.leg(DESK).hang_up()
    phone.session.advance(1000)
    assert phone.hears == "agent"
    talk(phone, "talk_on", 120_000)
    at(phone, WARNED_MS)
    assert phone.hears == phone.session.leg(DESK).hears == WARNING


def test_who_talks_after_a_warning_is_recorded_as_before(call: Dial) -> None:
    phone = call("on_record")
    phone.asks("consent")
    phone.session.advance(1000)
    phone.asks_and_speaks("reach")
    phone.session.leg(PBX).answer()
    phone.session.advance(0)
    before = [each["hears"] for each in phone.session.recorders]
    at(phone, 540_000 + 10_000)
    assert phone.hears == f"leg:{PBX}"
    assert [each["hears"] for each in phone.session.recorders] == before
    assert "leg:" in str(before)
