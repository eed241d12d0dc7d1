"""A webhook that is asked while the caller waits: at a real HTTP server, with everything that can be wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.simulator.engine import Engine
from tests.conftest import Artifacts
from tests.scenario.phone import ACCOUNT, RINGBACK, Phone
from tests.scenario.test_signatures import SIGNATURE, IsSigned, is_signed
from tests.scenario.test_webhooks import Dial, Network, Server, nobody, running, server

__all__ = ["is_signed", "running", "server"]
TIMEOUT = "timeout: Math.ceil(step.withinMs / 1000),"
FLOWS = Path(__file__).parent / "flows"
Compiled = Callable[[Path], Artifacts]
GATE = "https://plain.example.com/gate"
CRM = "https://crm.example.com/hook"
DESK = "sip:desk@example.com"
KNOWN = json.dumps({"who": "desk", "name": "Anna", "floor": 2})


def with_agent(call: Dial, **options: object) -> Phone:
    """The call has been let in, and the caller is with the agent."""
    phone = call("asking", http="manual", **options)
    phone.session.answer_http(200, '{"opens": true}')
    phone.session.advance(300)
    return phone


def silent(engine: Engine, compiled: Compiled, **account: object) -> Phone:
    """The same on a platform that says nothing when `timeout` is over."""
    scenario = compiled(FLOWS / "asking.yaml")["js"]
    assert scenario.count(TIMEOUT) == 1
    return with_agent(lambda _, **options: Phone(engine, scenario.replace(TIMEOUT, ""), **options), **account)


def unsettled(phone: Phone) -> int:
    """Of how many questions the platform has not said what has become of them."""
    return sum(timer != 0 for timer in phone.session.state["unsettled"])


def asking(call: Dial, server: Server, path: str, port: int | None = None) -> Network:
    """The caller is with the agent, which has asked for `call`, and the webhook is asked."""
    network = Network(call, server, path, port, "asking")
    phone = network.phone
    phone.session.answer_http(200, '{"opens": true}', url=GATE)
    network.handled = 1
    phone.session.advance(300)
    phone.asks("call")
    phone.session.advance(1000)
    return network


def test_the_answer_chooses_and_is_said(call: Dial, server: Server, is_signed: IsSigned) -> None:
    network = asking(call, server, "/answers")
    phone = network.phone
    assert phone.hears == RINGBACK
    network.carry()
    [(_, headers, body)] = server.got
    told = json.loads(body)
    assert is_signed(headers[SIGNATURE], body, "a key")
    assert (told["flow"], told["action"], told["request_id"]) == ("asking", "call", "request-1")
    assert phone.tts == "It is René, of 3."
    phone.session.advance(5000)
    assert phone.ringing == [DESK]
    [dialled] = [entry for entry in phone.session.events_of("dial") if entry["number"] == DESK]
    assert dialled["headers"]["X-Name"] == "René"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/fails", "it has answered 500"),
        ("/refuses", "it has answered 404"),
        ("/moved", "its answer is not a JSON object"),
        ("/", "its answer is not a JSON object"),
        ("/large", "its answer is too long, or no text"),
        ("/answers-too-much", "its answer is too long, or no text"),
        ("/answers-wrongly", "of its answer, who must be one of desk, nobody"),
        ("/answers-late", "it could not be reached, code -7"),
        ("nobody", "it could not be reached, code -4"),
    ],
)
def test_otherwise_follows_what_cannot_be_used(call: Dial, server: Server, path: str, why: str) -> None:
    """Asked once, whatever comes of it."""
    network = asking(call, server, "/" if path == "nobody" else path, nobody() if path == "nobody" else None)
    network.carry()
    assert network.phone.told[-1]["say"] == "Sorry."
    assert network.phone.session.state["phase"] == "talking"
    assert any(f"call -> cannot ask crm, {why}" in line for line in network.phone.session.logs)
    network.wait(10_000)
    assert len(server.got) == (path != "nobody")
    assert network.phone.session.state["posts"] == []


def test_what_comes_too_late_is_passed_over(engine: Engine, compiled: Compiled) -> None:
    phone = silent(engine, compiled)
    phone.asks("call")
    phone.session.advance(1000)
    phone.session.advance(2999)
    assert phone.hears == RINGBACK
    phone.session.advance(1)
    assert phone.told[-1]["say"] == "Sorry."
    phone.session.answer_http(200, KNOWN, url=CRM)
    phone.session.advance(5000)
    assert phone.ringing == []
    assert phone.session.state["answers"] == {}
    assert unsettled(phone) == 0


def test_an_answer_of_an_earlier_question_is_none_of_this(engine: Engine, compiled: Compiled) -> None:
    """It is the timer that tells them apart, and not the webhook."""
    phone = silent(engine, compiled)
    phone.asks("call")
    phone.session.advance(4000)  # in vain
    phone.asks("call")
    phone.session.advance(1000)
    assert unsettled(phone) == 2
    phone.session.answer_http(200, KNOWN, url=CRM)  # to the first
    assert phone.hears == RINGBACK
    phone.session.answer_http(200, json.dumps({"who": "nobody", "floor": 1}), url=CRM)
    assert phone.tts == "It is somebody, of 1."


def test_who_hangs_up_meanwhile_is_not_called_for(call: Dial) -> None:
    phone = with_agent(call)
    phone.asks("call")
    phone.session.advance(1500)
    phone.session.caller.hang_up()
    assert phone.session.events_of("terminate")
    phone.session.answer_http(200, KNOWN, url=CRM)
    assert phone.is_over()
    assert phone.dialled == []


def test_before_the_call_is_answered_it_rings_on_the_network(call: Dial) -> None:
    phone = call("asking", http="manual")
    assert phone.hears == "ringing"
    phone.session.advance(4000)
    assert phone.hears == "ringing"
    assert phone.session.events_of("player") == []
    phone.session.answer_http(200, '{"opens": false}')
    phone.session.advance(100)
    assert phone.session.events_of("reject")[0]["code"] == 486
    assert phone.is_over()


def test_without_an_answer_the_agent_is_started(call: Dial) -> None:
    phone = call("asking", http="manual")
    phone.session.advance(5300)
    assert phone.session.state["phase"] == "talking"


def test_where_there_is_no_agent_it_is_asked_as_well(call: Dial) -> None:
    phone = call("asking", http="manual", agent="refuses")
    phone.session.answer_http(200, '{"opens": true}')
    phone.session.advance(300)
    assert phone.hears == RINGBACK
    phone.session.answer_http(200, json.dumps({"who": "nobody", "floor": 4}), url=CRM)
    assert phone.tts == "It is somebody, of 4."


def test_it_does_not_wait_behind_what_the_same_webhook_is_still_to_be_told(call: Dial) -> None:
    phone = with_agent(call)
    for _ in range(3):
        assert phone.asks("note") == {"ok": True}
    phone.asks("call")
    phone.session.advance(1000)
    sent = [entry["headers"]["Idempotency-Key"] for entry in phone.session.events_of("http_request")]
    assert [key[-1] for key in sent] == ["1", "2", "5"]


def held(engine: Engine, compiled: Compiled) -> Phone:
    """The same where such a question holds its place for an hour."""
    scenario = compiled(FLOWS / "asking.yaml")["js"]
    for old, new in ((TIMEOUT, ""), ("SETTLED_MS = 2000", "SETTLED_MS = 3600000")):
        assert scenario.count(old) == 1
        scenario = scenario.replace(old, new)
    return with_agent(lambda _, **options: Phone(engine, scenario, **options))


def test_where_no_place_is_free_nobody_is_asked(engine: Engine, compiled: Compiled) -> None:
    """Questions of which the platform has not said yet what has become of them hold their places: three in all."""
    phone = held(engine, compiled)
    for _ in range(3):
        phone.asks("call")
        phone.session.advance(4100)
    assert unsettled(phone) == 3
    asked = len(phone.session.events_of("http_request"))
    phone.asks("note")
    phone.session.advance(100)
    assert len(phone.session.events_of("http_request")) == asked  # until there is room
    assert [post["isUnderWay"] for post in phone.session.state["posts"]] == [False]
    phone.asks("call")
    phone.session.advance(1100)
    assert any("cannot ask crm, too much is not answered yet" in line for line in phone.session.logs)
    phone.session.answer_http(200, KNOWN, url=CRM)
    assert len(phone.session.events_of("http_request")) == asked  # there is to be room for a question
    phone.session.answer_http(200, KNOWN, url=CRM)
    assert len(phone.session.events_of("http_request")) == asked + 1


def test_what_two_webhooks_are_told_and_a_late_question_keep_nobody_from_being_asked(
    engine: Engine, compiled: Compiled
) -> None:
    """What was told before the first question, and that question, have all three places of the platform."""
    phone = silent(engine, compiled)
    phone.asks("note")
    phone.session.advance(100)
    phone.asks("tell")
    phone.session.advance(100)
    assert [post["isUnderWay"] for post in phone.session.state["posts"]] == [True, True]
    phone.asks("call")
    phone.session.advance(4000)
    assert unsettled(phone) == 1
    phone.asks("call")
    phone.session.advance(1000)
    assert not any("too much is not answered" in line for line in phone.session.logs)
    assert (unsettled(phone), phone.hears) == (2, RINGBACK)


def test_a_question_of_which_the_platform_says_nothing_has_an_end(engine: Engine, compiled: Compiled) -> None:
    """Two seconds after `within`: from then on it holds no place, and what is said of it later is nothing."""
    phone = silent(engine, compiled)
    phone.asks("call")
    phone.session.advance(1000)
    asked_at = phone.session.events_of("http_request")[-1]["t"]
    phone.session.advance(asked_at + 4999 - phone.session.now)
    assert unsettled(phone) == 1
    phone.session.advance(1)
    assert unsettled(phone) == 0
    phone.asks("call")
    phone.session.advance(1000)
    phone.session.answer_http(200, KNOWN, url=CRM)  # to the first
    assert (unsettled(phone), phone.hears) == (1, RINGBACK)
    assert list(phone.session.state["unsettled"]).count(0) == 2


def test_the_end_of_an_earlier_question_is_none_of_a_later_one(engine: Engine, compiled: Compiled) -> None:
    """Which has its place: what was settled in time has no end any more."""
    phone = silent(engine, compiled)
    phone.asks("both")
    phone.session.advance(1000)
    phone.session.answer_http(200, '{"opens": true}', url=GATE)
    phone.session.advance(100)
    phone.session.answer_http(200, KNOWN, url=CRM)  # both in the first place
    phone.session.advance(1500)
    phone.asks("call")
    phone.session.advance(3500)  # the ends of both would have been by now
    assert unsettled(phone) == 1
    phone.session.answer_http(200, KNOWN, url=CRM)
    assert phone.tts == "It is Anna, of 2."


def test_after_the_end_no_place_is_kept_for_questions(engine: Engine, compiled: Compiled) -> None:
    phone = silent(engine, compiled)
    for what in ("note", "tell", "note"):
        phone.asks(what)
    phone.asks("more")
    phone.session.advance(100)
    assert [post["isUnderWay"] for post in phone.session.state["posts"]] == [True, True, False, False]
    phone.session.caller.hang_up()
    assert [post["isUnderWay"] for post in phone.session.state["posts"]] == [True, True, False, True]


def test_who_is_told_at_the_end_waits_for_no_question(engine: Engine, compiled: Compiled) -> None:
    """A question that nobody waits for any more holds one place, and none is kept for another."""
    phone = silent(engine, compiled)
    phone.asks("call")
    phone.session.advance(1000)
    phone.asks("note")
    phone.asks("tell")
    assert [post["isUnderWay"] for post in phone.session.state["posts"]] == [True, False]
    phone.session.caller.hang_up()
    assert [post["isUnderWay"] for post in phone.session.state["posts"]] == [True, True]


def test_an_answer_lives_as_long_as_its_action(call: Dial) -> None:
    phone = with_agent(call)
    phone.asks("call")
    phone.session.advance(1000)
    phone.session.answer_http(200, KNOWN, url=CRM)
    phone.session.advance(5000)
    assert phone.session.state["answers"]["crm.who"] == "desk"
    phone.session.leg(DESK).fail(486)  # `again` asks once more: what was answered is forgotten
    assert phone.session.state["answers"] == {}
    phone.session.answer_http(200, json.dumps({"who": "nobody", "floor": 9}), url=CRM)
    assert phone.tts == "It is somebody, of 9."
    phone.session.advance(5000)
    assert phone.session.state["phase"] == "talking"
    phone.asks("call")
    assert phone.session.state["answers"] == {}


def test_only_what_is_declared_is_kept(call: Dial) -> None:
    phone = with_agent(call)
    phone.asks("call")
    phone.session.advance(1000)
    hostile = '{"who": "desk", "floor": 2, "__proto__": {"who": "x"}, "constructor": 1, "toString": "x"}'
    phone.session.answer_http(200, hostile, url=CRM)
    assert phone.session.state["answers"] == {"crm.who": "desk", "crm.floor": 2}


@pytest.mark.parametrize(
    ("code", "text", "why"),
    [
        (500, KNOWN, "it has answered 500"),
        (302, KNOWN, "it has answered 302"),
        (199, KNOWN, "it has answered 199"),
        (-1, "", "it could not be reached, code -1"),
        (200, f"{KNOWN}{' ' * 65_536}", "its answer is too long, or no text"),
        (200, "[]", "its answer is not a JSON object"),
        (200, "{}", "of its answer, who is missing"),
        (200, '{"who": "desk", "floor": 0}', "of its answer, floor is too small"),
        (200, '{"who": "desk", "floor": "1"}', "of its answer, floor must be integer"),
        (200, json.dumps({"who": "desk", "floor": 1, "name": "x" * 8193}), "of its answer, name is too long"),
    ],
)
def test_what_is_no_answer_is_in_the_log(call: Dial, code: int, text: str, why: str) -> None:
    phone = with_agent(call)
    phone.asks("call")
    phone.session.advance(1000)
    phone.session.answer_http(code, text, url=CRM)
    steps = [(entry["step"], entry["which"]) for entry in phone.session.events_of("step") if entry["way"] == "call"]
    assert steps == [("ask", "crm"), ("cannot ask", f"crm, {why}")]
    assert phone.told[-1]["say"] == "Sorry."
    assert phone.session.state["answers"] == {}


def test_a_text_of_an_answer_has_8192_characters_at_most(call: Dial) -> None:
    """As those of parameters are counted: whole ones, not halves."""
    phone = with_agent(call)
    phone.asks("call")
    phone.session.advance(1000)
    longest = "\U0001f600" * 8192
    answer = {"who": "nobody", "floor": 1, "name": longest}
    phone.session.answer_http(200, json.dumps(answer, ensure_ascii=False), url=CRM)
    assert phone.session.state["answers"]["crm.name"] == longest


def test_what_is_no_text_is_no_answer(call: Dial) -> None:
    phone = with_agent(call)
    phone.asks("call")
    phone.session.advance(1000)
    phone.session.answer_http(200, KNOWN, url=CRM, binary=True)
    assert phone.session.error is None
    assert phone.told[-1]["say"] == "Sorry."


def test_it_gets_what_a_webhook_is_told(call: Dial) -> None:
    phone = with_agent(call)
    phone.asks("call", id="mine")
    phone.session.advance(1000)
    asked = phone.session.events_of("http_request")[-1]
    assert (asked["method"], asked["headers"]["Content-Type"]) == ("POST", "application/json")
    body = json.loads(asked["body"])
    assert (body["flow"], body["request_id"], body["parameters"], body["result"]) == ("asking", "mine", {}, None)


def test_without_an_address_nobody_is_asked(call: Dial) -> None:
    secrets = {**ACCOUNT["secrets"], "CRM_WEBHOOK": "http://crm.example.com/"}
    phone = with_agent(call, **{**ACCOUNT, "secrets": secrets})
    phone.asks("call")
    phone.session.advance(1000)
    assert phone.told[-1]["say"] == "Sorry."
    assert len(phone.session.events_of("http_request")) == 1  # of the gate
    assert any("cannot ask crm, its address is missing" in line for line in phone.session.logs)


def test_where_the_platform_sends_nothing_nothing_is_waited_for(call: Dial) -> None:
    phone = with_agent(call, throws={"Net.httpRequestAsync": 2})
    phone.asks("call")
    phone.session.advance(1000)
    assert phone.told[-1]["say"] == "Sorry."
    assert (unsettled(phone), phone.session.state["askTimer"]) == (0, 0)


def test_what_another_webhook_has_answered_is_kept(call: Dial) -> None:
    phone = with_agent(call)
    phone.asks("both")
    phone.session.advance(1000)
    phone.session.answer_http(200, '{"opens": true}', url=GATE)
    assert phone.session.state["answers"] == {"gate.opens": True}
    phone.session.answer_http(200, KNOWN, url=CRM)
    assert phone.session.state["phase"] == "talking"


def test_behind_a_conversation_the_caller_is_in_the_steps_again(call: Dial) -> None:
    phone = with_agent(call)
    phone.asks("after")
    phone.session.advance(1000)
    phone.session.leg(DESK).answer()
    phone.session.leg(DESK).hang_up()
    assert (phone.session.state["phase"], phone.hears) == ("steps", RINGBACK)


@pytest.mark.parametrize(("text", "said"), [('{"who": "ben"}', "It is ben."), ('{"who": "carla"}', "Sorry.")])
def test_without_an_agent_it_is_asked_as_well(call: Dial, text: str, said: str) -> None:
    phone = call("asking_alone", http="manual")
    phone.session.answer_http(200, text)
    phone.session.advance(100)
    assert phone.tts == said


COMPLETE = {**ACCOUNT, "secrets": {**ACCOUNT["secrets"], "CRM_KEY": "a key"}}
"""A setting that is missing would be looked up once more before the webhook is asked."""


def speaking(phone: Phone) -> Phone:
    """The agent has asked for something, and says on what it has to say: that takes longer than `within`."""
    phone.asks("call")
    phone.session.agent.speaks(6000)
    phone.session.advance(1500)
    return phone


def while_speaking(call: Dial, **options: object) -> Phone:
    return speaking(with_agent(call, **{**COMPLETE, **options}))


def test_what_stands_first_is_asked_while_the_agent_speaks(call: Dial) -> None:
    phone = while_speaking(call)
    [asked] = [entry for entry in phone.session.events_of("http_request") if entry["url"] == CRM]
    assert asked["t"] == phone.session.now - 1500
    assert (phone.session.state["phase"], phone.hears) == ("leaving", "agent")
    phone.session.answer_http(200, KNOWN, url=CRM)
    assert (phone.session.state["phase"], phone.session.events_of("tts")) == ("leaving", [])
    phone.session.advance(4500)
    assert phone.hears == "agent"  # and no ringback, up to the last word
    phone.session.advance(1000)
    assert phone.tts == "It is Anna, of 2."


def test_the_caller_waits_for_what_is_left_of_it(call: Dial) -> None:
    phone = with_agent(call, **COMPLETE)
    phone.asks("call")
    phone.session.advance(1000)
    assert phone.hears == RINGBACK
    phone.session.advance(1999)
    assert phone.hears == RINGBACK
    phone.session.advance(1)  # three seconds since it was asked
    assert phone.told[-1]["say"] == "Sorry."


def test_otherwise_follows_the_last_words(call: Dial) -> None:
    phone = while_speaking(call)
    phone.session.answer_http(500, "", url=CRM)
    assert any("call -> cannot ask crm, it has answered 500" in line for line in phone.session.logs)
    assert phone.session.state["phase"] == "leaving"
    phone.session.advance(8000)
    assert (phone.told[-1]["say"], phone.session.state["phase"]) == ("Sorry.", "talking")


def test_who_does_not_answer_during_the_last_words_is_waited_for_no_more(engine: Engine, compiled: Compiled) -> None:
    phone = speaking(silent(engine, compiled, **COMPLETE))
    phone.session.advance(1500)
    assert any("call -> cannot ask crm, it has not answered in time" in line for line in phone.session.logs)
    assert phone.session.state["phase"] == "leaving"
    phone.session.answer_http(200, KNOWN, url=CRM)
    phone.session.advance(5000)
    assert (phone.told[-1]["say"], phone.session.state["answers"]) == ("Sorry.", {})


def test_a_caller_who_hangs_up_during_the_last_words_ends_it(call: Dial) -> None:
    phone = while_speaking(call)
    phone.session.caller.hang_up()
    phone.session.advance(5000)
    assert (phone.is_over(), phone.ringing) == (True, [])
    assert not any("known" in line or "otherwise" in line for line in phone.session.logs)


def test_an_agent_that_is_lost_meanwhile_loses_no_answer(call: Dial) -> None:
    phone = while_speaking(call)
    phone.session.answer_http(200, KNOWN, url=CRM)
    phone.session.agent.closes()
    phone.session.advance(1000)
    assert phone.tts == "It is Anna, of 2."


def test_what_is_missing_is_asked_when_the_action_begins(call: Dial) -> None:
    """Its address may still come."""
    phone = while_speaking(call, secrets={**ACCOUNT["secrets"], "CRM_WEBHOOK": ""})
    assert not any("ask crm" in line for line in phone.session.logs)
    phone.session.advance(8000)
    assert any("call -> cannot ask crm, its address is missing" in line for line in phone.session.logs)


def test_what_is_answered_after_a_key_led_elsewhere_is_nothing(call: Dial) -> None:
    """The action had asked at once, while the agent spoke its last words."""
    phone = call("asked_and_keyed", http="manual")
    phone.session.agent.speaks(1000)
    assert phone.asks("find") == {"ok": True}
    phone.session.caller.press("0")
    phone.session.advance(0)
    assert phone.ringing == ["+15550100001"]
    phone.session.answer_http(200, '{"who": "a"}')
    phone.session.advance(4000)
    assert phone.session.ended is None
    assert phone.hears != "silence"


def test_half_a_character_of_an_answer_goes_nowhere(call: Dial) -> None:
    """JSON can have it; no text can that is spoken, signed, sent, or told to a model."""
    phone = with_agent(call)
    phone.asks("call")
    phone.session.advance(1000)
    phone.session.answer_http(200, r'{"who": "desk", "name": "A\ud83d-\udc00\ud83d\ude00", "floor": 2}', url=CRM)
    assert phone.tts == "It is A\ufffd-\ufffd\U0001f600, of 2."
    phone.session.advance(5000)
    [dialled] = [entry for entry in phone.session.events_of("dial") if entry["number"] == DESK]
    assert dialled["headers"]["X-Name"] == "A\ufffd-\ufffd\U0001f600"
