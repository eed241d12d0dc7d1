"""A press that was for somebody else, or for nobody: what the platform reports of it later is none, and how long."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import Phone

ANNA, BEN = "+15550100001", "+15550100002"
MOBILE, HOME = "+15550100077", "+15550100078"
HELLO, OFFER, STAY = "tts:Hello.", "tts:Press one.", "tts:Please wait."
Dial = Callable[..., Phone]


def press(phone: Phone, kind: str = "telephone_event") -> None:
    phone.session.caller.press("1", kind)
    phone.session.advance(0)


def talks_with_anna(call: Dial, flow: str = "pressed", **options: Any) -> Phone:
    phone = call(flow, players="manual", **options)
    if flow == "pressed":
        phone.session.finish_player()
    phone.session.leg(ANNA).answer()
    phone.session.advance(1000)
    return phone


def called(call: Dial, flow: str = "pressed") -> Phone:
    return call(flow, players="manual", data=json.dumps({"mobile": MOBILE, "home": HOME}))


def test_a_press_where_nobody_listens_stops_no_ringing(call: Dial) -> None:
    phone = call("pressed", players="manual")
    assert phone.hears == HELLO
    press(phone)
    phone.session.finish_player()
    assert phone.ringing == [ANNA]
    press(phone, "in_band")
    press(phone, "sip_info")
    assert phone.ringing == [ANNA]
    press(phone)
    assert phone.hears == OFFER, "that was another press"


def test_what_is_pressed_again_where_it_counts_is_another_press(call: Dial) -> None:
    """Also where the platform has not reported the first one in all ways yet."""
    phone = call("pressed", players="manual")
    press(phone)
    phone.session.finish_player()
    press(phone)
    assert phone.hears == OFFER
    press(phone, "in_band")
    press(phone, "in_band")
    assert phone.hears == OFFER


@pytest.mark.parametrize("kind", ["in_band", "sip_info"])
@pytest.mark.parametrize(("when", "counts"), [(0, False), (999, False), (1000, True)])
def test_what_was_for_a_person_chooses_nothing(call: Dial, kind: str, when: int, counts: bool) -> None:
    """It was not heard: for a second nothing counts that may be its second report."""
    phone = talks_with_anna(call)
    press(phone)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(when)
    press(phone, kind)
    assert phone.hears == (STAY if counts else OFFER)


def test_a_signal_counts_at_once_when_a_person_has_gone(call: Dial) -> None:
    """Also behind the second report of what was for the person."""
    phone = talks_with_anna(call)
    press(phone)
    phone.session.leg(ANNA).hang_up()
    press(phone, "in_band")
    press(phone)
    assert phone.hears == STAY


def test_with_somebody_who_could_not_be_joined_it_is_the_same(call: Dial) -> None:
    phone = talks_with_anna(call, throws={"VoxEngine.sendMediaBetween": 1})
    assert phone.ringing == [BEN]
    press(phone)
    assert phone.hears == OFFER, "keys are listened for again"


def test_whoever_has_rung_in_vain_takes_no_key_away(call: Dial) -> None:
    """Nobody has had the caller: there is nothing that was not heard."""
    phone = call("pressed", players="manual")
    phone.session.finish_player()
    phone.session.leg(ANNA).fail(486)
    press(phone, "in_band")
    assert phone.hears == OFFER


def test_what_is_reported_in_a_third_way_is_no_other_press(call: Dial) -> None:
    """A second after the second report, although more than a second after whoever had the caller has gone."""
    phone = talks_with_anna(call)
    press(phone)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(900)
    press(phone, "in_band")
    phone.session.advance(500)
    press(phone, "sip_info")
    assert phone.hears == OFFER
    phone.session.advance(1000)
    press(phone, "in_band")
    assert phone.hears == STAY


@pytest.mark.parametrize("second", [850, 950])
def test_one_press_behind_a_talk_chooses_once(call: Dial, second: int) -> None:
    """Its second report is passed over, as what was for the person is, or it is not: the third is of it still."""
    phone = talks_with_anna(call, "pressed_twice")
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(100)
    press(phone)
    assert phone.hears == STAY
    phone.session.advance(second)
    press(phone, "in_band")
    phone.session.advance(350)
    press(phone, "sip_info")
    assert phone.hears == STAY
    press(phone)
    assert phone.is_over()


@pytest.mark.parametrize(("when", "counts"), [(0, False), (999, False), (1000, True)])
def test_what_was_pressed_before_it_was_known_who_has_answered_is_none(call: Dial, when: int, counts: bool) -> None:
    phone = called(call)
    mobile = phone.session.leg(MOBILE)
    mobile.answer()
    mobile.press("1")
    phone.session.advance(2000)
    assert mobile.hears == OFFER
    phone.session.advance(when)
    mobile.press("1", "in_band")
    phone.session.advance(0)
    assert mobile.hears == (STAY if counts else OFFER)


def test_who_calls_us_has_pressed_nothing_before(call: Dial) -> None:
    """Where the platform reports presses in band alone, the first one counts at once."""
    phone = call("pressed", players="manual", wait=0)
    phone.session.advance(100)
    phone.session.finish_player()
    assert phone.ringing == [ANNA]
    press(phone, "in_band")
    assert phone.hears == OFFER


@pytest.mark.parametrize("flow", ["pressed_called", "pressed"])
def test_who_is_called_after_others_has_pressed_nothing_before(call: Dial, flow: str) -> None:
    """Where the platform has not listened who that is: nowhere, or to others."""
    phone = called(call, flow)
    phone.session.leg(MOBILE).fail(486)
    home = phone.session.leg(HOME)
    home.answer()
    home.press("1", "in_band")
    phone.session.advance(0)
    assert home.hears == STAY


def test_who_is_not_listened_to_has_no_early_keys(compiled: Callable[[Path], Artifacts]) -> None:
    """A machine may answer at somebody else's, who gets the caller later."""
    listened = "tests/verify/flows/pressed_early.yaml", "tests/scenario/flows/pressed_called.yaml"
    early, called_ = (compiled(ROOT / path)["js"] for path in listened)
    assert "AMD.create" in early
    assert "AMD.create" in called_
    assert "passOverEarlyKeys" in early
    assert "passOverEarlyKeys" not in called_
