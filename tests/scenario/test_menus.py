"""Menus: which key counts when, how often a menu is heard, and that one press is one press."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flowc.simulator.trace import logged
from tests.scenario.phone import RINGBACK, Phone

FIRST, SECOND, SORRY = "tts:Press one, two or three.", "tts:Press one, or star.", "tts:Sorry."
Dial = Callable[..., Phone]


def press(phone: Phone, keys: str, kind: str = "telephone_event") -> None:
    phone.session.caller.press(keys, kind)
    phone.session.advance(0)


def press_twice(phone: Phone, key: str) -> None:
    """One press, which the platform reports in both ways."""
    press(phone, key)
    phone.session.advance(40)
    press(phone, key, "in_band")


def asked(call: Dial, action: str = "choose") -> Phone:
    phone = call("menus")
    phone.asks_and_speaks(action)
    return phone


def prompt_ends(phone: Phone) -> None:
    phone.session.finish_player()
    phone.session.advance(0)


def test_a_key_counts_while_the_prompt_is_heard_and_stops_it(call: Dial) -> None:
    phone = asked(call)
    assert phone.hears == FIRST
    press(phone, "1")
    assert phone.hears == SECOND
    assert len([player for player in phone.session.players if player["state"] == "playing"]) == 1
    press(phone, "*")
    assert phone.hears == FIRST


def test_another_key_is_a_try_and_so_is_none(call: Dial) -> None:
    phone = asked(call)
    press(phone, "9")
    assert phone.hears == FIRST
    prompt_ends(phone)
    assert phone.hears == "silence"
    phone.session.advance(4999)
    assert phone.hears == "silence"
    phone.session.advance(1)
    assert phone.hears == SORRY
    press(phone, "1")
    assert phone.hears == SORRY, "it is too late"


def test_a_key_counts_until_its_time_is_over(call: Dial) -> None:
    phone = asked(call)
    prompt_ends(phone)
    phone.session.advance(5000)
    assert phone.hears == FIRST
    prompt_ends(phone)
    phone.session.advance(4999)
    press(phone, "1")
    assert phone.hears == SECOND
    phone.session.advance(1)
    assert phone.hears == SECOND, "nobody waits for the key before any more"
    prompt_ends(phone)
    phone.session.advance(2000)
    assert phone.hears == SORRY


def test_one_press_chooses_of_one_menu(call: Dial) -> None:
    phone = asked(call)
    press_twice(phone, "1")
    assert phone.hears == SECOND
    phone.session.advance(300)
    press(phone, "1")
    assert phone.is_over(), "that was another press"


def test_one_press_stops_no_ringing_that_it_has_begun(call: Dial) -> None:
    phone = asked(call)
    press_twice(phone, "2")
    assert phone.hears == RINGBACK
    press_twice(phone, "2")
    assert phone.hears == FIRST, "and the one that stops it is no key of the menu"


def test_one_press_ends_a_message_and_chooses_nothing(call: Dial) -> None:
    phone = asked(call)
    press(phone, "3")
    phone.session.advance(3000)
    assert phone.hears == "recorder"
    press_twice(phone, "1")
    assert phone.hears == SECOND


def test_what_came_long_ago_is_another_press(call: Dial) -> None:
    phone = asked(call)
    press(phone, "1")
    prompt_ends(phone)
    phone.session.advance(999)
    press(phone, "1", "in_band")
    assert phone.hears == "silence", "that is the same press"
    phone.session.advance(1)
    press(phone, "1", "in_band")
    assert phone.is_over()


def test_one_press_is_one_whatever_has_come_between(call: Dial) -> None:
    """A webhook has answered; or a menu could not be heard, so that another one is asked at once."""
    phone = asked(call, "wait")
    press(phone, "1")
    phone.session.advance(300)
    assert phone.hears == SORRY.replace("Sorry.", "Press one, or star.")
    press(phone, "1", "in_band")
    assert phone.hears == SECOND
    phone = call("menus", caller="anonymous")
    phone.asks_and_speaks("nest")
    press_twice(phone, "1")
    assert phone.hears == SECOND
    phone.session.advance(1000)
    press(phone, "1", "in_band")
    assert phone.is_over()


def test_a_press_may_be_reported_once_more_when_the_next_one_was(call: Dial) -> None:
    phone = asked(call)
    press(phone, "9")
    press(phone, "1")
    press(phone, "9", "in_band")
    press(phone, "1", "in_band")
    assert phone.hears == SECOND


def test_one_press_is_not_told_to_the_agent(call: Dial) -> None:
    phone = asked(call, "ask")
    press_twice(phone, "1")
    phone.session.advance(3000)
    assert phone.hears == "agent"
    assert [each["vox_event"] for each in phone.told] == ["returned"]


def test_what_cannot_be_heard_is_no_menu(call: Dial) -> None:
    phone = call("menus", caller="anonymous")
    phone.asks_and_speaks("say_nothing")
    assert phone.hears == SORRY
    assert any("cannot menu empty, its text is empty" in line for line in logged(phone.session.trace))


@pytest.mark.parametrize("at", [0, 2])
def test_where_the_platform_does_not_speak_otherwise_follows(call: Dial, at: int) -> None:
    phone = call("menus", throws={"VoxEngine.createTTSPlayer": at})
    phone.asks_and_speaks("choose")
    if at:
        press(phone, "9")
    assert phone.hears in (SORRY, None)
    phone.session.advance(20_000)
    assert phone.is_over()


def test_no_log_has_a_key(call: Dial) -> None:
    phone = asked(call)
    press(phone, "1")
    press(phone, "*")
    assert not any("*" in line for line in logged(phone.session.trace))
    assert any(line.endswith("route top: choice 1 -> route below") for line in logged(phone.session.trace))


def test_a_caller_who_hangs_up_is_asked_nothing(call: Dial) -> None:
    phone = asked(call)
    prompt_ends(phone)
    phone.session.caller.hang_up()
    phone.session.advance(60_000)
    assert phone.is_over()
