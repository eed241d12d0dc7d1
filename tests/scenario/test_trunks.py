"""Targets over SIP: who calls, by which way, and what one that gives no sign of ringing comes to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from tests.scenario.phone import Phone

Dial = Callable[..., Phone]
DESK, BRANCH, MOBILE = "sip:desk@pbx.example.com", "sip:branch@pbx.example.com", "+15550100002"
PASSWORD = "correct-horse-7"
STORAGE = {"CARTESIA_AGENT_ID": "agent_1", "SIP_USER": "desk-7", "REGISTRATION": "4711"}
SECRETS = {"CARTESIA_API_KEY": "sk_secret_key", "SIP_PASSWORD": PASSWORD}


def dialled(call: Dial, without: str = "", storage: Mapping[str, str] = STORAGE, **options: object) -> Phone:
    stored = {name: value for name, value in storage.items() if name != without}
    secrets = {name: value for name, value in SECRETS.items() if name != without}
    return call("trunks", storage=stored, secrets=secrets, **options)


def test_a_call_says_who_calls_and_goes_by_its_way(call: Dial) -> None:
    phone = dialled(call)
    phone.asks_and_speaks("ring_desk")
    [placed] = phone.session.events_of("dial")
    assert placed.get("how") == {
        "user": "desk-7",
        "password": PASSWORD,
        "display_name": "Example Dental",
        "proxy": "proxy.example.com:5080",
    }
    phone.session.leg(DESK).fail(486)
    phone.asks_and_speaks("ring_branch")
    assert phone.session.events_of("dial")[-1].get("how") == {"registration": 4711}
    assert PASSWORD not in json.dumps(phone.session.logs)


@pytest.mark.parametrize("without", ["SIP_USER", "SIP_PASSWORD"])
def test_without_a_user_or_a_password_nobody_is_called(call: Dial, without: str) -> None:
    phone = dialled(call, without)
    phone.asks_and_speaks("ring_desk")
    phone.session.advance(1000)
    assert phone.dialled == []
    assert phone.told[-1]["tried"] == [{"target": "desk", "outcome": "not_allowed"}]
    assert any("cannot ring desk, its user or its password is missing" in line for line in phone.session.logs)


@pytest.mark.parametrize("registration", ["", "seven", "0", "-1", "1.5", "1e3", "9" * 16])
def test_a_registration_that_is_no_number_calls_nobody(call: Dial, registration: str) -> None:
    phone = dialled(call, storage={**STORAGE, "REGISTRATION": registration})
    phone.asks_and_speaks("ring_branch")
    phone.session.advance(1000)
    assert phone.dialled == []
    assert phone.told[-1]["outcome"] == "not_allowed"
    assert any("cannot ring branch, its registration is missing or malformed" in line for line in phone.session.logs)


def test_a_phone_that_gives_no_sign_was_not_reached(call: Dial) -> None:
    phone = dialled(call)
    phone.asks_and_speaks("ring_desk")
    phone.session.advance(20_000)
    assert phone.told[-1]["tried"] == [{"target": "desk", "outcome": "unreachable"}]


def test_neither_was_one_that_the_network_gives_up(call: Dial) -> None:
    phone = dialled(call)
    phone.asks_and_speaks("ring_desk")
    phone.session.leg(DESK).fail(408)
    assert phone.told[-1]["tried"] == [{"target": "desk", "outcome": "unreachable"}]


@pytest.mark.parametrize("sign", ["ring", "early_media"])
def test_one_that_rings_has_not_answered(call: Dial, sign: str) -> None:
    phone = dialled(call)
    phone.asks_and_speaks("ring_desk")
    getattr(phone.session.leg(DESK), sign)()
    phone.session.advance(20_000)
    assert phone.told[-1]["tried"] == [{"target": "desk", "outcome": "no_answer", "rang_seconds": 20}]
    phone.asks_and_speaks("ring_desk")  # the next attempt has given no sign yet
    phone.session.leg(DESK).fail(408)
    assert phone.told[-1]["outcome"] == "unreachable"


def test_other_codes_are_what_they_are(call: Dial) -> None:
    phone = dialled(call)
    for code, outcome in ((486, "busy"), (603, "declined"), (404, "invalid"), (503, "failed")):
        phone.asks_and_speaks("ring_desk")
        phone.session.leg(DESK).fail(code)
        assert phone.told[-1]["outcome"] == outcome


def test_on_the_telephone_network_silence_is_no_answer(call: Dial) -> None:
    phone = dialled(call)
    phone.asks_and_speaks("ring_all")
    phone.session.leg(DESK).fail(503)
    phone.session.advance(20_000)
    assert [one["outcome"] for one in phone.told[-1]["tried"]] == ["failed", "no_answer"]
    assert phone.told[-1]["target"] == "mobile"


def test_what_rings_after_it_was_given_up_changes_nothing(call: Dial) -> None:
    phone = dialled(call, hangup="manual")
    phone.asks_and_speaks("ring_all")
    phone.session.advance(20_000)
    assert phone.ringing == [MOBILE]
    phone.session.leg(DESK).ring()
    phone.session.leg(MOBILE).fail(408)
    assert [one["outcome"] for one in phone.told[-1]["tried"]] == ["unreachable", "no_answer"]
