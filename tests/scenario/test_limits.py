"""What is too much for the platform, or too late, is refused by name and leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import RECEPTION, Phone
from tests.scenario.test_control import error_of

Dial = Callable[..., Phone]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e999999"])
def test_a_number_out_of_range_is_refused(call: Dial, number: str) -> None:
    phone = call("everything")
    body = f'{{"action": "check", "count": 1, "weight": {number}}}'
    assert error_of(phone.session.post(body, {"X-Flowc-Token": phone.token}).json) == "invalid_parameters"
    body = f'{{"action": "check", "count": {number}}}'
    assert error_of(phone.session.post(body, {"X-Flowc-Token": phone.token}).json) == "invalid_parameters"


@pytest.mark.parametrize("name", ["whole", "any"])
@pytest.mark.parametrize("number", ["9007199254740992", "9007199254740993", "-9007199254740993", "1e20", "1e300"])
def test_a_number_that_may_have_been_rounded_is_refused(call: Dial, name: str, number: str) -> None:
    phone = call("numbers")

    def asked(value: str) -> dict[str, Any]:
        body = f'{{"action": "count", "{name}": {value}}}'
        reply: dict[str, Any] = phone.session.post(body, {"X-Flowc-Token": phone.token}).json
        return reply

    assert asked(number)["error"] == {"code": "invalid_parameters", "message": f"{name} is out of range"}
    for value in ("9007199254740991", "-9007199254740991"):
        assert asked(value)["data"][name] == int(value)


def test_a_reply_that_would_be_too_long_is_refused(call: Dial) -> None:
    """Eight of these were all the memory of a session."""
    phone = call("long_reply")
    for number in range(20):
        assert error_of(phone.asks("echo", id=str(number), text="x" * 4000)) == "invalid_parameters"
    reply = phone.asks("echo", id="short", text="x" * 10)
    assert set(reply["data"].values()) == {"x" * 4000}
    assert error_of(phone.asks("echo", id="just too long", text="x" * 14)) == "invalid_parameters"
    for number in range(250):
        phone.asks("echo", id=f"short {number}", text="x" * 10)
    assert len(json.dumps(phone.session.state["replies"])) < 4_000_000


@pytest.mark.parametrize("letter", ['"', "\\", "\n"])
def test_a_reply_is_as_long_as_it_is_written(call: Dial, letter: str) -> None:
    """What is escaped takes two characters: filled in, this is just short enough, and sent it would not be."""
    phone = call("long_reply")
    for number in range(20):
        assert error_of(phone.asks("echo", id=str(number), text=letter * 10)) == "invalid_parameters"
    reply = phone.asks("echo", id="half", text=letter * 5)
    assert set(reply["data"].values()) == {letter * 2000}
    assert len(json.dumps(phone.session.state["replies"])) < 100_000


def test_what_is_not_sent_is_not_answered_with_ok(call: Dial) -> None:
    phone = call("front_desk", http="manual")
    replies = [phone.asks("note", text=str(number)) for number in range(40)]
    assert [reply["ok"] for reply in replies] == [True] * 3 + [False] * 37
    assert {error_of(reply) for reply in replies[3:]} == {"not_sent"}
    phone.session.answer_http()
    assert phone.asks("note", text="there is room again") == {"ok": True}
    phone.asks_and_speaks("call_transfer", department="front_desk")  # whose webhook has room kept for it
    for _ in range(4):
        phone.session.answer_http()
    sent = [json.loads(entry["body"]) for entry in phone.session.events_of("http_request")]
    assert [one["parameters"].get("text") for one in sent[:-1]] == [
        *(str(number) for number in range(3)),
        "there is room again",
    ]
    assert sent[-1]["action"] == "call_transfer"


@pytest.mark.parametrize("ms", [3000, 6000, 9900, None], ids=lambda ms: f"answers after {ms} ms" if ms else "silent")
def test_what_is_answered_with_ok_is_sent_also_when_the_call_ends(call: Dial, ms: int | None) -> None:
    """However slow the webhook is: one after the other, and the platform ends a session a minute after its call."""
    slow = {"http_ms": ms} if ms is not None else {"http": "manual"}
    phone = call("front_desk", **slow)
    taken = [str(number) for number in range(20) if phone.asks("note", text=str(number)) == {"ok": True}]
    assert len(taken) == 3
    phone.session.caller.hang_up()
    phone.session.advance(60_000)
    assert phone.session.ended is not None
    sent = [json.loads(entry["body"])["parameters"] for entry in phone.session.events_of("http_request")]
    assert [*dict.fromkeys(one["text"] for one in sent)] == taken


@pytest.mark.parametrize("http", [{"http": "manual"}, {"http_ms": 9900}], ids=["silent", "slow"])
def test_several_webhooks_are_told_three_at_a_time_also_when_the_call_ends(
    engine: Engine, compiled: Callable[[Path], Artifacts], http: dict[str, Any]
) -> None:
    phone = Phone(engine, compiled(ROOT / "tests/scenario/flows/many_webhooks.yaml")["js"], **http)
    replies = [phone.asks("note") for _ in range(4)]
    assert [reply["ok"] for reply in replies] == [True, True, False, False]  # of five each, for which 13 have room
    assert phone.asks("leave")["ok"]
    phone.session.caller.hang_up()
    phone.session.advance(70_000)  # the platform waits for what is under way
    assert phone.session.ended is not None
    first = [entry["url"] for entry in phone.session.events_of("http_request")][:15]
    assert sorted(first) == sorted([f"https://ops.example.com/{number}" for number in range(1, 6)] * 3)


def test_webhooks_that_are_not_told_are_counted_in_the_log(
    engine: Engine, compiled: Callable[[Path], Artifacts]
) -> None:
    phone = Phone(engine, compiled(ROOT / "tests/scenario/flows/many_webhooks.yaml")["js"], http="manual")
    phone.asks_and_speaks("goodbye")
    phone.session.advance(60_000)
    assert len(phone.session.events_of("http_request")) == 18
    assert "many_webhooks: the session has to end: webhooks that are not told: 2" in phone.session.logs


def test_a_webhook_that_the_platform_does_not_take_is_told_again(call: Dial) -> None:
    phone = call("front_desk", throws={"Net.httpRequestAsync": 1})
    assert phone.asks("note", text="x") == {"ok": True}
    assert phone.session.events_of("http_request") == []
    phone.session.advance(1000)
    sent = [json.loads(entry["body"])["parameters"] for entry in phone.session.events_of("http_request")]
    assert sent == [{"text": "x"}]


def test_the_emulator_leaves_nothing_to_see(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    text = compiled(ROOT / "flows" / "front_desk.yaml")["js"]
    phone = Phone(engine, text + "\nLogger.write(String(typeof $watchSteps) + String(logStep).includes('sim'));")
    assert "undefinedfalse" in phone.session.logs


def test_nobody_is_told_of_a_skew_when_the_call_is_over(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    text = compiled(ROOT / "tests" / "scenario" / "flows" / "told_of_skew.yaml")["js"]
    for late in (False, True):
        phone = Phone(engine, text, http="manual")
        headers = {"X-Flowc-Token": phone.token, "X-Flowc-Contract": "0123456789abcdef"}
        for number in range(5):  # the session lives on until they are sent
            phone.asks("note", text=str(number))
        if not late:
            phone.session.post("{}", headers)
        phone.session.caller.hang_up()
        phone.session.post("{}", headers)
        requests = phone.session.waiting["requests"]
        assert sum("skew" in request["url"] for request in requests) == (0 if late else 1)


def test_a_webhook_learns_of_the_last_transfer_whatever_the_action_does(
    engine: Engine, compiled: Callable[[Path], Artifacts]
) -> None:
    phone = Phone(engine, compiled(ROOT / "tests" / "scenario" / "flows" / "told_of_skew.yaml")["js"])
    phone.asks("note", text="before")
    phone.asks_and_speaks("call_transfer")
    phone.session.advance(1000)
    phone.session.leg(RECEPTION).fail(486)
    phone.asks("note", text="alone")
    phone.asks_and_speaks("goodbye")
    phone.session.advance(3000)
    results = [json.loads(entry["body"])["result"] for entry in phone.session.events_of("http_request")]
    assert [result and result["outcome"] for result in results] == [None, "busy", "busy"]


def test_the_log_says_which_way_was_taken(call: Dial) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("emergency")
    phone.session.advance(20_000)
    phone.session.leg("+15550100002").fail(603)
    phone.session.advance(100)
    phone.session.leg(RECEPTION).fail(486)
    phone.session.advance(10_000)
    ways = [line.removeprefix("front_desk: ") for line in phone.session.logs if " -> " in line]
    assert ways == [
        "emergency -> transfer",
        "emergency -> ring reception, attempt 1",
        "emergency -> ring billing, attempt 2",
        "emergency: fallback otherwise -> route ring_front_desk",
        "route ring_front_desk -> transfer",
        "route ring_front_desk -> ring reception, attempt 3",
        "route ring_front_desk: fallback otherwise -> route apologise",
        "route apologise -> say sorry",
        "route apologise -> hang_up",
    ]


def test_a_line_of_the_log_says_of_which_session_it_is_and_how_long_that_has_lasted(call: Dial) -> None:
    phone = call("front_desk", session_id=4711)
    phone.asks_and_speaks("emergency")
    phone.session.advance(20_000)
    phone.session.leg("+15550100002").fail(603)
    lines = [str(entry["message"]) for entry in phone.session.events_of("log")]
    assert lines[0] == "front_desk #4711 0.2s: caller is with the agent"
    assert "front_desk #4711 22.4s: reception: no_answer" in lines
    assert "front_desk #4711 22.4s: billing: declined, code 603" in lines


def test_a_line_of_the_log_has_an_end(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    """The longest names are longer than anybody reads."""
    scenario = compiled(ROOT / "flows" / "front_desk.yaml")["js"].replace('name: "front_desk"', f'name: "{"x" * 2000}"')
    assert "x" * 2000 in scenario
    phone = Phone(engine, scenario)
    lines = [str(entry["message"]) for entry in phone.session.events_of("log")]
    assert {len(line) for line in lines} == {1000}


def test_the_log_says_what_a_parameter_chose(call: Dial) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("call_transfer", department="billing")
    phone.session.advance(5000)
    phone.session.leg("+15550100002").fail(486)
    ways = [line.removeprefix("front_desk: ") for line in phone.session.logs if " -> " in line]
    assert ways == [
        "call_transfer -> notify crm",
        "call_transfer -> transfer",
        "call_transfer -> by department: billing",
        "call_transfer -> ring billing, attempt 1",
        "call_transfer: fallback busy -> return_to_agent",
    ]


def test_nothing_secret_is_in_any_log(call: Dial) -> None:
    """Neither in the scenario's, nor in what the platform logs of a connection that is not declared private."""
    phone = call("front_desk")
    phone.asks_and_speaks("call_transfer", department="front_desk", summary="private matters")
    phone.session.leg(RECEPTION).fail(486)
    phone.session.advance(5000)
    logs = [entry["message"] for entry in phone.session.events_of("log", "platform_log")]
    assert logs
    for secret in (phone.token, "https://session.example", "sk_secret_key", "private matters"):
        assert not [line for line in logs if secret in line]


def test_without_privacy_the_platform_logs_the_token(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    text = compiled(ROOT / "flows" / "front_desk.yaml")["js"]
    phone = Phone(engine, "\n".join(line for line in text.splitlines() if "privacy: true" not in line))
    assert any(phone.token in entry["message"] for entry in phone.session.events_of("platform_log"))


def test_what_waits_to_be_sent_is_bounded(call: Callable[..., Phone]) -> None:
    phone = call("telling", http="manual")
    phone.asks("end_call")
    told = [line for line in phone.session.logs if "notify crm" in line]
    assert len(told) == 36
    assert told[-1] == "telling: route thirty_six -> cannot notify crm, too many are waiting to be sent"
    assert "cannot" not in told[-2]
