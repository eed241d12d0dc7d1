"""Details of the runtime that a call depends on: values, texts, loops, webhooks, a platform that says things twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import BILLING, RECEPTION, RINGBACK, Phone
from tests.scenario.test_control import error_of

WRONG = [
    {},
    {"count": 0},
    {"count": 10},
    {"count": 1.5},
    {"count": "1"},
    {"count": ""},
    {"count": True},
    {"count": None},
    {"count": 1, "weight": 0.4},
    {"count": 1, "weight": "heavy"},
    {"count": 1, "code": "x"},
    {"count": 1, "code": "xxxxx"},
    {"count": 1, "color": "blue"},
    {"count": 1, "color": "toString"},
    {"count": 1, "urgent": "yes"},
    {"count": 1, "constructor": "x"},
    {"count": 1, "toString": "x"},
]


@pytest.mark.parametrize("parameters", WRONG, ids=str)
def test_a_value_that_is_not_as_declared_is_refused(call: Callable[..., Phone], parameters: dict[str, Any]) -> None:
    assert error_of(call("everything").asks("check", **parameters)) == "invalid_parameters"


RIGHT = [
    ({"count": 9}, "9    "),
    ({"count": 1, "weight": None, "code": None}, "1    "),
    ({"count": 1, "weight": "", "code": "", "color": "", "urgent": ""}, "1    "),
    ({"count": 1, "weight": 0.5, "code": "xx", "color": "red", "urgent": False}, "1 0.5 xx red false"),
    ({"count": 1, "color": "__proto__"}, "1   __proto__ "),
    ({"count": 1, "color": "constructor", "code": "🦷🦷🦷🦷"}, "1  🦷🦷🦷🦷 constructor "),
]


@pytest.mark.parametrize(("parameters", "got"), RIGHT, ids=str)
def test_a_value_as_declared_is_taken(call: Callable[..., Phone], parameters: dict[str, Any], got: str) -> None:
    assert call("everything").asks("check", **parameters) == {"ok": True, "data": {"got": got}}


def test_what_the_agent_left_out_is_not_spoken(call: Callable[..., Phone]) -> None:
    phone = call("everything")
    phone.asks("speak")
    phone.session.advance(1000)
    assert phone.tts == "Hello you."  # and the prompt that would be empty has been passed over
    phone.session.advance(2000)
    assert phone.hears == "agent"


def test_no_more_is_spoken_than_the_platform_takes(call: Callable[..., Phone]) -> None:
    phone = call("everything")
    phone.asks("speak", name="x" * 1600)
    phone.session.advance(1000)
    assert phone.tts == "x" * 1500


def test_an_agent_that_is_back_without_a_transfer_is_told_no_outcome(call: Callable[..., Phone]) -> None:
    phone = call("everything")
    phone.asks_and_speaks("both")
    phone.session.leg(RECEPTION).fail(486)
    phone.session.leg(BILLING).fail(486)
    phone.asks_and_speaks("speak", name="Ann")
    phone.session.advance(5000)
    assert [told["outcome"] for told in phone.told] == ["busy", None]


@pytest.mark.parametrize("storage", [{"PSTN_CALLER_ID": "+15550009999"}, {"BILLING_NUMBER": "none"}], ids=str)
def test_a_loop_without_a_number_to_call_ends(call: Callable[..., Phone], storage: dict[str, str]) -> None:
    phone = call("everything", storage=storage)
    phone.asks("hunt")
    phone.session.advance(120_000)
    assert phone.is_over()
    assert phone.dialled == []


def test_a_loop_through_talks_ends(call: Callable[..., Phone]) -> None:
    phone = call("everything")
    phone.asks("hunt")
    phone.session.advance(1000)
    for _ in range(49):
        phone.session.advance(1000)
        phone.session.leg(BILLING).answer()
        phone.session.leg(BILLING).hang_up()
    phone.session.advance(2000)
    assert phone.is_over()


def test_a_setting_that_came_late_is_there_for_the_next_transfer(call: Callable[..., Phone]) -> None:
    phone = call("everything", storage_answers="manual")
    phone.asks("both")
    phone.session.advance(100)
    for key, value in (("PSTN_CALLER_ID", "+15550009999"), ("BILLING_NUMBER", None)):
        phone.session.answer_storage(key, value)
    phone.session.advance(900)
    assert phone.ringing == [RECEPTION]
    phone.session.leg(RECEPTION).fail(486)
    assert [one["outcome"] for one in phone.told[-1]["tried"]] == ["busy", "invalid"]  # the second number is missing

    phone.asks("both")
    phone.session.answer_storage("BILLING_NUMBER", BILLING)  # asked for again, and there
    phone.session.advance(1000)
    phone.session.leg(RECEPTION).fail(486)
    assert phone.ringing == [BILLING]


def test_a_leg_that_ends_without_ever_being_answered(call: Callable[..., Phone]) -> None:
    for outcome in ("fail", "hang_up"):
        phone = call("everything")
        phone.asks_and_speaks("both")
        leg = phone.session.leg(RECEPTION)
        leg.ring()
        leg.fail(500) if outcome == "fail" else leg.answer()
        if outcome == "hang_up":
            leg.hang_up()
            assert phone.is_over()
        else:
            assert phone.ringing == [BILLING]


def test_every_webhook_is_reached_before_the_session_ends(call: Callable[..., Phone]) -> None:
    phone = call("everything", http_ms=3000)
    phone.asks("shout")
    phone.session.advance(1000)
    assert phone.session.live_legs == []  # the caller does not wait for it
    phone.session.advance(10_000)
    assert phone.is_over()
    requests = [json.loads(entry["body"])["action"] for entry in phone.session.events_of("http_request")]
    assert requests == ["shout"] * 5


def test_webhooks_that_never_answer_do_not_hold_the_session(call: Callable[..., Phone]) -> None:
    phone = call("everything", http="manual")
    phone.asks("shout")
    phone.session.advance(120_000)
    assert phone.session.ended is not None
    assert phone.session.error is None


def test_a_request_id_has_a_limit(call: Callable[..., Phone]) -> None:
    assert error_of(call("everything").asks("check", id="x" * 101, count=1)) == "bad_request"


def test_ids_and_names_of_javascript_are_just_texts(call: Callable[..., Phone]) -> None:
    phone = call("everything")
    for name in ("__proto__", "constructor", "toString", "hasOwnProperty"):
        assert phone.asks("check", id=name, count=1)["ok"]
        assert phone.asks("check", id=name, count=1)["ok"]
        assert error_of(phone.asks("check", id=name, count=2)) == "request_id_reused"


def test_an_interruption_empties_the_agents_audio(call: Callable[..., Phone]) -> None:
    phone = call("everything")
    phone.session.agent.speaks(5000)
    phone.session.agent.clear()
    assert len(phone.session.events_of("agent_buffer_cleared")) == 1


def test_words_after_an_interruption_are_heard_too(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.session.agent.speaks(3000)
    phone.session.advance(1000)
    phone.session.agent.clear()
    phone.session.advance(500)
    phone.session.agent.speaks(4000)  # before the platform has reported any silence
    phone.session.advance(1000)
    phone.asks("end_call")
    phone.session.advance(2999)
    assert phone.hears == "agent"
    phone.session.advance(1001)
    assert phone.is_over()


def test_words_after_a_return_are_heard_too(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.asks_and_speaks("call_transfer")
    phone.session.agent.speaks(1000)  # to nobody
    phone.session.advance(500)
    phone.session.leg("+15550100001").fail(486)
    phone.session.agent.speaks(6000)
    phone.asks("end_call")
    phone.session.advance(5999)
    assert phone.hears == "agent"
    phone.session.advance(1001)
    assert phone.is_over()


def test_a_goodbye_that_is_still_on_its_way_is_heard_when_the_agent_is_gone(call: Callable[..., Phone]) -> None:
    phone = call("function_calling")
    phone.asks("end_call")
    phone.session.agent.speaks(2000)
    phone.session.advance(1900)
    phone.session.agent.closes()
    phone.session.advance(999)
    assert phone.session.ended is None
    phone.session.advance(1)
    assert phone.is_over()


def test_the_ringback_of_a_restart_ends_when_the_agent_is_there(call: Callable[..., Phone]) -> None:
    phone = call("front_desk", agent_ms=2000, wait=3000)
    phone.asks_and_speaks("emergency")
    phone.session.leg(RECEPTION).answer()
    phone.session.leg(RECEPTION).hang_up()
    assert phone.hears == RINGBACK
    phone.session.advance(2000)
    assert phone.hears == "agent"


@pytest.mark.parametrize("after", [100, 700, 2500])
def test_an_interrupted_goodbye_is_cancelled_if_the_flow_says_so(call: Callable[..., Phone], after: int) -> None:
    phone = call("front_desk")
    assert phone.asks("end_call", id="first") == {"ok": True}
    phone.session.agent.speaks(4000)
    phone.session.advance(after)
    phone.session.agent.clear()
    phone.session.advance(60_000)
    assert phone.hears == "agent"
    assert phone.told == [{"vox_event": "cancelled", "action": "end_call", "request_id": "first"}]
    assert error_of(phone.asks("end_call", id="first")) == "cancelled"  # a late repetition does nothing, and is told so
    phone.session.advance(10_000)
    assert phone.hears == "agent"
    assert phone.asks("end_call", id="second") == {"ok": True}
    phone.session.advance(2000)
    assert phone.is_over()


def test_what_has_begun_is_not_cancelled(call: Callable[..., Phone]) -> None:
    phone = call("front_desk")
    phone.asks("end_call")
    phone.session.advance(1000)
    assert phone.is_over()


@pytest.mark.parametrize("value", ["interrupted", "", " ", "0"])
def test_a_request_that_is_taken_back_is_not_done_whichever_arrives_first(
    call: Callable[..., Phone], value: str
) -> None:
    """The header is what takes it back: an agent that was written by hand may leave it empty."""
    body = json.dumps({"action": "end_call"})
    for cancel_first in (False, True):
        phone = call("front_desk")
        token = (phone.session.agent.started or {})["vox_control_token"]
        headers = {"X-Flowc-Token": token, "X-Flowc-Request-Id": "a"}
        replies = [
            phone.session.post(body, {**headers, "X-Flowc-Cancel": value} if cancels else headers).json
            for cancels in ((True, False) if cancel_first else (False, True))
        ]
        phone.session.advance(60_000)
        assert phone.hears == "agent"
        assert error_of(phone.session.post(body, headers).json) == "cancelled"
        assert error_of(replies[-1]) == "cancelled"
        assert phone.asks("end_call", id="b") == {"ok": True}


def test_an_action_that_has_begun_is_not_taken_back(call: Callable[..., Phone]) -> None:
    phone = call("cancelling")
    body = json.dumps({"action": "call_transfer"})
    token = (phone.session.agent.started or {})["vox_control_token"]
    headers = {"X-Flowc-Token": token, "X-Flowc-Request-Id": "a"}
    phone.session.post(body, headers)
    phone.session.advance(2000)
    assert phone.session.post(body, {**headers, "X-Flowc-Cancel": "interrupted"}).json == {"ok": True}
    assert phone.ringing == [RECEPTION]


@pytest.mark.parametrize(("asked", "spoke"), [("end_call", 900), ("call_transfer", 1900)])
def test_words_that_began_late_are_heard_when_the_agent_is_gone(
    call: Callable[..., Phone], asked: str, spoke: int
) -> None:
    phone = call("function_calling")
    phone.asks(asked)
    phone.session.advance(spoke)
    phone.session.agent.speaks(2000)
    phone.session.advance(50)
    phone.session.agent.closes()
    phone.session.advance(999)
    assert phone.session.state["phase"] == "leaving"
    phone.session.advance(1)
    assert phone.session.state["phase"] in ("ringing", "ended")


@pytest.mark.parametrize("first", [True, False])
def test_an_action_that_is_not_to_be_cancelled_is_not_taken_back(call: Callable[..., Phone], first: bool) -> None:
    phone = call("function_calling")  # interrupted: continue
    body = json.dumps({"action": "call_transfer"})
    headers = {
        "X-Flowc-Token": (phone.session.agent.started or {})["vox_control_token"],
        "X-Flowc-Request-Id": "a",
    }
    if not first:
        assert phone.session.post(body, headers).json == {"ok": True}
    taken_back = phone.session.post(body, {**headers, "X-Flowc-Cancel": "interrupted"}).json
    assert error_of(taken_back) == "bad_request"
    assert phone.session.post(body, headers).json == {"ok": True}
    phone.session.advance(2000)
    assert phone.ringing == [RECEPTION]


@pytest.mark.parametrize(
    "body", ["null", "not json", "{}", '{"action": "__proto__"}', '{"action": "note", "text": "x"}']
)
def test_what_cannot_be_taken_back_leaves_nothing_behind(call: Callable[..., Phone], body: str) -> None:
    phone = call("front_desk")
    before = phone.session.state
    token = (phone.session.agent.started or {})["vox_control_token"]
    headers = {"X-Flowc-Token": token, "X-Flowc-Request-Id": "a", "X-Flowc-Cancel": "interrupted"}
    assert error_of(phone.session.post(body, headers).json) == "bad_request"
    assert phone.session.state == before


@pytest.mark.parametrize(
    ("parameters", "data"),
    [
        ({"whole": 7, "any": 0.5}, {"whole": 7, "any": 0.5, "text": "7 of 0.5", "instead": 0.5}),
        ({"whole": -0.0}, {"whole": 0, "any": "", "text": "0 of nothing", "instead": "none"}),
        ({"any": 1e15}, {"whole": "", "any": 10**15, "text": " of 1000000000000000", "instead": 10**15}),
    ],
)
def test_a_text_that_is_one_value_hands_over_the_value(
    call: Callable[..., Phone], parameters: dict[str, Any], data: dict[str, Any]
) -> None:
    reply = call("filling").asks("count", **parameters)
    assert reply == {"ok": True, "data": data}
    assert [type(value) for value in reply["data"].values()] == [type(value) for value in data.values()]


NUMBER = "+15550000001"


@pytest.mark.parametrize(
    ("caller", "why", "heard", "headers"),
    [
        (NUMBER, "pain", "1 5 5 5 0 0 0 0 0 0 1 calls about pain.", {"X-Why": "pain", "X-From": NUMBER}),
        (NUMBER, "", "1 5 5 5 0 0 0 0 0 0 1 calls about something.", {"X-From": NUMBER}),
        ("anonymous", " \n ", "Somebody calls about  \n .", {}),
        ("", None, "Somebody calls about something.", {}),
    ],
)
def test_what_is_missing_has_a_text_in_its_place_and_no_header(
    call: Callable[..., Phone], caller: str, why: str | None, heard: str, headers: dict[str, str]
) -> None:
    """A number is spoken digit by digit."""
    phone = call("filling", caller=caller)
    phone.asks("call", **({} if why is None else {"why": why}))
    phone.session.advance(1000)
    assert phone.tts == heard
    [dialled] = [entry for entry in phone.session.trace if entry["event"] == "dial"]
    assert dialled["headers"] == {**headers, "X-Flowc-Hops": "1"}
