"""A key by which the caller stops the ringing: when it counts, and what becomes of everybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import RINGBACK, Phone

ANNA, BEN, CARL = "+15550100001", "+15550100002", "+15550100003"
DORA = "sip:dora@pbx.example.com"
Dial = Callable[..., Phone]


def sought(call: Dial, **options: Any) -> Phone:
    """Anna is called."""
    phone = call("stopping_key", **options)
    phone.asks_and_speaks("find")
    assert phone.ringing == [ANNA]
    return phone


def press(phone: Phone, keys: str, kind: str = "telephone_event") -> None:
    phone.session.caller.press(keys, kind)
    phone.session.advance(0)


def told(phone: Phone) -> tuple[str, str | None, list[tuple[str, str]]]:
    """What the agent was told: outcome, target, all attempts."""
    last = phone.told[-1]
    return last["outcome"], last["target"], [(one["target"], one["outcome"]) for one in last["tried"]]


def is_back(phone: Phone) -> bool:
    """The caller is with the agent, and nobody is called."""
    playing = [player for player in phone.session.players if player["state"] == "playing"]
    return phone.hears == "agent" and phone.ringing == [] and playing == []


def _asked(phone: Phone) -> None:
    phone.session.leg(ANNA).answer()


def _told_alone(phone: Phone) -> None:
    phone.session.leg(ANNA).answer()
    phone.session.leg(ANNA).press("1")


@pytest.mark.parametrize("act", [lambda phone: None, _asked, _told_alone], ids=["rings", "is asked", "is told"])
def test_until_somebody_is_joined_the_key_stops_it(call: Dial, act: Callable[[Phone], None]) -> None:
    phone = sought(call)
    act(phone)
    phone.session.advance(100)
    press(phone, "*")
    assert is_back(phone)
    assert told(phone) == ("cancelled", "anna", [("anna", "cancelled")])
    posted = [json.loads(each["body"] or "") for each in phone.session.events_of("http_request")]
    assert [each["result"] for each in posted] == [
        {"outcome": "cancelled", "target": "anna", "tried": [{"target": "anna", "outcome": "cancelled"}]}
    ]
    phone.session.advance(120_000)
    assert phone.dialled == [ANNA], "nobody else is rung"


def test_what_came_of_others_before_is_told_but_it_is_the_callers_wish(call: Dial) -> None:
    phone = sought(call)
    phone.session.leg(ANNA).fail(603)
    phone.session.leg(BEN).fail(486)
    phone.session.advance(10_000)
    assert phone.ringing == []
    press(phone, "*")
    assert is_back(phone)
    assert told(phone) == ("cancelled", None, [("anna", "declined"), ("ben", "busy")]), "in a pause nobody rings"
    phone.session.advance(30_000)
    assert phone.dialled == [ANNA, BEN], "the pause is over, and nobody is waited for"


def test_all_who_ring_together_are_let_go(call: Dial) -> None:
    """Also where one of them would have ended the hunt, and where one is called with its second caller ID."""
    phone = call("stopping_key")
    phone.asks_and_speaks("both")
    phone.session.leg(CARL).fail(403)
    assert phone.ringing == [BEN, CARL]
    press(phone, "#")
    assert is_back(phone)
    assert told(phone) == ("cancelled", "carl", [("carl", "cancelled"), ("ben", "cancelled")])
    phone.asks_and_speaks("both")
    phone.session.leg(BEN).fail(603)
    press(phone, "#")
    assert told(phone) == ("cancelled", "carl", [("ben", "declined"), ("carl", "cancelled")])


@pytest.mark.parametrize("key", list("0123456789#"))
def test_other_keys_stop_nothing(call: Dial, key: str) -> None:
    phone = sought(call)
    press(phone, key)
    assert phone.ringing == [ANNA]


def test_a_key_counts_from_the_first_ring_on(call: Dial) -> None:
    """Not while the agent talks, nor while it says its last words."""
    phone = call("stopping_key")
    press(phone, "*")
    phone.asks("find")
    press(phone, "*")
    phone.session.advance(2000)
    assert phone.ringing == [ANNA]


def test_a_transfer_without_a_key_is_stopped_by_none(call: Dial) -> None:
    phone = sought(call)
    press(phone, "*")
    phone.asks_and_speaks("plain")
    press(phone, "*#0")
    assert phone.ringing == [BEN]
    phone.session.leg(BEN).fail(486)
    assert told(phone) == ("busy", "ben", [("ben", "busy")]), "and it is not the caller's wish again"


def test_each_transfer_has_its_own_key(call: Dial) -> None:
    phone = sought(call)
    press(phone, "#")
    assert phone.ringing == [ANNA]
    press(phone, "*")
    phone.asks_and_speaks("both")
    press(phone, "*")
    assert phone.ringing == [CARL, BEN]
    press(phone, "#")
    assert is_back(phone)
    phone.session.agent.closes(1006, "lost")
    phone.session.advance(0)
    press(phone, "#")
    assert phone.ringing == [CARL]
    press(phone, "0")
    assert phone.is_over()


@pytest.mark.parametrize(("when", "counts"), [(0, False), (999, False), (1000, True)])
def test_one_press_stops_one_hunt(call: Dial, when: int, counts: bool) -> None:
    """The platform may report it twice."""
    phone = call("stopping_key")
    phone.asks_and_speaks("chain")
    press(phone, "*")
    assert phone.ringing == [CARL]
    phone.session.advance(when)
    press(phone, "*", "in_band")
    assert phone.ringing == ([] if counts else [CARL])
    if counts:
        assert told(phone) == ("cancelled", "carl", [("ben", "cancelled"), ("carl", "cancelled")])
        phone.asks_and_speaks("both")
        press(phone, "#")
        assert is_back(phone), "that is another press"


def test_who_presses_twice_stops_two_hunts(call: Dial) -> None:
    phone = call("stopping_key")
    phone.asks_and_speaks("chain")
    press(phone, "*")
    phone.session.leg(CARL).fail(486)
    assert phone.ringing == [DORA]
    press(phone, "*")
    assert is_back(phone)
    assert told(phone) == ("cancelled", "dora", [("ben", "cancelled"), ("carl", "busy"), ("dora", "cancelled")])


def test_of_a_key_and_an_answer_at_one_instant_the_first_counts(call: Dial) -> None:
    phone = call("stopping_key")
    phone.asks_and_speaks("both")
    phone.session.leg(BEN).answer()
    phone.session.caller.press("#")
    phone.session.advance(0)
    assert phone.hears == f"leg:{BEN}"
    phone = call("stopping_key", answer_wins=True)
    phone.asks_and_speaks("both")
    phone.session.caller.press("#")
    phone.session.advance(200)
    assert is_back(phone), "whoever has answered all the same is hung up on"
    assert told(phone)[0] == "cancelled"


def test_keys_are_listened_for_until_somebody_is_joined(call: Dial) -> None:
    """From when the caller is with the agent. A platform on which they cannot be given back does not cost the call."""

    def fails(phone: Phone) -> list[str]:
        return [each["what"] for each in phone.session.events_of("throws")]

    phone = call("stopping_key", throws={"Call.handleTones": 2})
    phone.asks_and_speaks("both")
    phone.session.leg(CARL).fail(486)
    assert fails(phone) == []
    phone.session.leg(BEN).answer()
    assert fails(phone) == ["Call.handleTones"]
    assert phone.hears == f"leg:{BEN}"
    phone = call("stopping_key", throws={"Call.handleTones": 2, "VoxEngine.sendMediaBetween": 2})
    phone.asks_and_speaks("both")
    phone.session.leg(BEN).answer()
    assert fails(phone) == ["Call.handleTones", "VoxEngine.sendMediaBetween"], (
        "a bridge is built when they are given back"
    )
    phone = call("stopping_key", throws={"Call.handleTones": 3})
    phone.asks_and_speaks("both")
    phone.session.leg(BEN).answer()
    assert fails(phone) == []


def test_a_person_who_holds_the_caller_is_left_by_no_key(call: Dial) -> None:
    phone = call("stopping_key")
    phone.asks_and_speaks("both")
    phone.session.leg(CARL).fail(486)
    phone.session.leg(BEN).fail(486)
    dora = phone.session.leg(DORA)
    dora.answer()
    dora.hold()
    assert phone.hears == RINGBACK
    press(phone, "#")
    dora.resume()
    assert phone.hears == f"leg:{DORA}"


def test_who_could_not_be_joined_leaves_the_key_as_it_was(call: Dial) -> None:
    phone = call("stopping_key", throws={"VoxEngine.sendMediaBetween": 2})
    phone.asks_and_speaks("both")
    phone.session.leg(BEN).answer()
    assert phone.ringing == [CARL]
    press(phone, "#")
    assert is_back(phone)
    assert told(phone) == ("cancelled", "carl", [("ben", "failed"), ("carl", "cancelled")])


@pytest.mark.parametrize("function", ["Call.handleTones", "Logger.hideTones"])
def test_where_keys_cannot_be_listened_for_it_goes_on_ringing(call: Dial, function: str) -> None:
    phone = call("stopping_key", throws={function: 1}, agent="refuses")
    press(phone, "0")
    assert phone.ringing == [CARL]
    assert "could not listen for the caller's keys" in "\n".join(phone.session.logs)
    phone = sought(call, throws={function: 1})
    press(phone, "*")
    assert phone.ringing == [ANNA]
    phone.session.leg(ANNA).fail(486)
    press(phone, "*")
    assert is_back(phone), "it is tried again when somebody could not be joined"


def test_no_log_has_a_key(call: Dial) -> None:
    """What is logged is the same, whatever else is pressed before."""
    found = []
    for others in ("", "0123456789#"):
        phone = sought(call)
        if others:
            press(phone, others)
        press(phone, "*")
        phone.session.advance(200)
        found.append(phone.session.logs)
    assert found[0] == found[1]
    assert not any("*" in line for line in found[0])


def test_the_caller_may_hang_up_all_the_same(call: Dial) -> None:
    phone = sought(call)
    phone.session.caller.hang_up()
    assert phone.is_over()
