"""Agents who cannot be started: what had led to them reaches whoever comes instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.scenario.phone import RECEPTION, Phone
from tests.scenario.test_control import error_of

Dial = Callable[..., Phone]
BUSY = {"target": "desk", "outcome": "busy"}


def begun(call: Dial, **options: Any) -> Phone:
    """The caller is with the first agent; whether another one can be started, the test says."""
    phone = call("unreached", agent="manual", wait=0, **options)
    connects(phone)
    phone.session.advance(100)
    return phone


def connects(phone: Phone) -> None:
    phone.session.agent.connects()
    phone.session.advance(100)


def refuses(phone: Phone) -> None:
    phone.session.agent.refuses()
    phone.session.advance(0)


def outcome(phone: Phone) -> dict[str, Any]:
    """What the agent was told that was started last."""
    metadata = phone.session.agents[-1]["metadata"]
    assert metadata is not None
    return dict(metadata["vox_outcome"])


def test_what_led_to_one_that_cannot_be_started_is_told_to_the_next(call: Dial) -> None:
    phone = begun(call)
    phone.asks_and_speaks("to_billing", why="an invoice")
    phone.session.leg(RECEPTION).fail(486)
    refuses(phone)
    phone.session.leg(RECEPTION).fail(480)
    connects(phone)
    told = outcome(phone)
    assert (told["action"], told["parameters"]) == ("to_billing", {"why": "an invoice"})
    assert (told["outcome"], told["tried"]) == ("unreachable", [BUSY, {"target": "desk", "outcome": "unreachable"}])
    assert (told["handed_over_by"], told["agent_unavailable"]) == ("agent", "billing")


def test_whoever_gets_the_caller_back_is_told_and_does_not_begin_anew(call: Dial) -> None:
    phone = begun(call)
    phone.asks_and_speaks("to_billing", why="an invoice")
    phone.session.leg(RECEPTION).fail(486)
    refuses(phone)
    phone.session.leg(RECEPTION).fail(480)
    refuses(phone)
    connects(phone)
    told = outcome(phone)
    assert phone.session.agents[-1]["metadata"]["vox_agent"] == "agent"
    assert "handed_over_by" not in told
    assert told["agent_unavailable"] == "night"
    assert [each["outcome"] for each in told["tried"]] == ["busy", "unreachable"]


def test_what_has_come_of_the_transfer_before_is_kept(call: Dial) -> None:
    phone = begun(call)
    phone.asks_and_speaks("to_night")
    refuses(phone)
    connects(phone)
    told = outcome(phone)
    assert (told["action"], told["outcome"], told["tried"]) == ("to_night", None, [])
    phone.asks_and_speaks("to_night")
    connects(phone)
    assert "agent_unavailable" not in outcome(phone), "that was another time"


def test_where_no_token_can_be_made_the_one_before_is_in_force_no_more(call: Dial) -> None:
    phone = begun(call, throws={"uuidgen": 3})
    token = phone.token
    phone.asks_and_speaks("to_night")
    connects(phone)
    assert phone.session.agents[-1]["metadata"] is None, "it could not ask for anything"
    reply = phone.session.post('{"action": "to_night"}', {"X-Flowc-Token": token})
    assert error_of(json.loads(reply.body)) == "unauthorized"
    connects(phone)
    assert phone.session.agents[-1]["metadata"]["vox_agent"] == "agent"
    assert phone.hears == "agent"


def test_a_key_that_had_led_to_one_that_cannot_be_started_stands_in_place_of_an_action(call: Dial) -> None:
    phone = begun(call)
    phone.session.caller.press("0")
    phone.session.advance(0)
    refuses(phone)
    phone.session.leg(RECEPTION).fail(486)
    connects(phone)
    told = outcome(phone)
    assert (told["key"], told["agent_unavailable"], told["outcome"]) == ("0", "billing", "busy")
    assert "action" not in told
