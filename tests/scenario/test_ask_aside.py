"""Webhooks that are asked while caller and agent talk on: what the request is answered, at once and later."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scenario.phone import ACCOUNT, RINGBACK, Phone
from tests.scenario.test_webhooks import Dial

PENDING = {"ok": True, "pending": True}
CALENDAR, CRM = "https://calendar.example.com/", "https://crm.example.com/"
ROSTER = "https://roster.example.com/"
SLOTS = [{"at": "09:00", "free": True}, {"at": "10:30"}]
KNOWN = {"slots": SLOTS, "note": "", "count": 2, "more": [1]}


def talking(call: Dial, **options: Any) -> Phone:
    storage = {**ACCOUNT["storage"], "ROSTER": ROSTER}
    return call("asking_aside", http="manual", **{"storage": storage, "secrets": ACCOUNT["secrets"], **options})


def answers(phone: Phone, url: str, answer: Any, code: int = 200) -> None:
    phone.session.answer_http(code, json.dumps(answer), url=url)
    phone.session.advance(50)


def replies(phone: Phone) -> list[dict[str, Any]]:
    return [told for told in phone.told if told["vox_event"] == "reply"]


def posted(phone: Phone) -> list[tuple[str, dict[str, Any]]]:
    return [(entry["url"], json.loads(entry["body"])) for entry in phone.session.events_of("http_request")]


def test_the_reply_comes_when_there_is_an_answer(call: Dial) -> None:
    phone = talking(call)
    assert phone.asks("look", id="one", day="Friday") == PENDING
    assert [url for url, _ in posted(phone)] == [CRM, CALENDAR]
    told = posted(phone)[1][1]
    assert (told["action"], told["request_id"], told["parameters"]) == ("look", "one", {"day": "Friday"})
    assert phone.hears == "agent"
    assert phone.asks("look", id="one", day="Friday") == PENDING
    answers(phone, CALENDAR, KNOWN)
    data = {"slots": SLOTS, "note": "none", "of": "2 on Friday", "count": 2}
    assert replies(phone) == [{"vox_event": "reply", "request_id": "one", "reply": {"ok": True, "data": data}}]
    assert phone.asks("look", id="one", day="Friday") == {"ok": True, "data": data}
    answers(phone, CRM, {})
    assert [url for url, _ in posted(phone)] == [CRM, CALENDAR, CRM]
    assert phone.session.state["asides"] == []
    assert phone.session.state["answers"] == {}
    assert phone.session.state["phase"] == "talking"


def test_what_comes_too_late_changes_nothing(call: Dial) -> None:
    phone = talking(call)
    phone.asks("look", id="one", day="Friday")
    phone.session.advance(1999)
    assert replies(phone) == []
    phone.session.advance(1)
    assert replies(phone)[0]["reply"] == {"ok": True, "data": {"error": "later"}}
    assert any("look -> cannot ask calendar, it " in line for line in phone.session.logs)
    phone.session.advance(5000)
    assert len(replies(phone)) == 1
    assert phone.asks("look", id="one", day="Friday") == {"ok": True, "data": {"error": "later"}}


def test_one_after_the_other_and_a_branch_goes_by_what_was_answered(call: Dial) -> None:
    phone = talking(call)
    assert phone.asks("both") == PENDING
    answers(phone, ROSTER, {"who": "a"})
    assert replies(phone) == []
    answers(phone, CALENDAR, {"slots": []})
    assert replies(phone)[0]["reply"] == {"ok": True, "data": {"who": "a", "slots": []}}


def test_an_arm_that_replies_nothing_is_done(call: Dial) -> None:
    phone = talking(call)
    phone.asks("both")
    answers(phone, ROSTER, {"who": "b"})
    answers(phone, CALENDAR, {"slots": []})
    assert replies(phone)[0]["reply"] == {"ok": True}
    assert posted(phone)[-1][0] == CRM


def test_where_there_is_no_address_the_next_is_asked_and_the_first_answer_is_the_reply(call: Dial) -> None:
    phone = talking(call, storage=ACCOUNT["storage"])
    assert phone.asks("both", id="one") == PENDING  # the calendar has one
    assert any("both -> cannot ask roster, its address is missing" in line for line in phone.session.logs)
    answers(phone, CALENDAR, {"slots": "none"})
    assert replies(phone)[0]["reply"] == {"ok": True, "data": {"error": "both"}}


def test_what_the_platform_refuses_to_send_is_not_asked(call: Dial) -> None:
    phone = talking(call, throws={"Net.httpRequestAsync": 0})
    assert phone.asks("both", id="one") == {"ok": True, "data": {"error": "both"}}
    assert phone.asks("both", id="one") == {"ok": True, "data": {"error": "both"}}
    phone.session.advance(5000)
    assert replies(phone) == []
    assert phone.session.state["asides"] == []
    assert not any(phone.session.state["unsettled"])
    assert phone.session.error is None


def test_what_cannot_be_told_behind_an_answer_is_refused(call: Dial) -> None:
    phone = talking(call)
    assert phone.asks("refused") == PENDING
    answers(phone, CALENDAR, KNOWN)
    [later] = replies(phone)
    assert later["reply"]["error"]["code"] == "not_sent"
    assert phone.asks("refused", id="request-1")["error"]["code"] == "not_sent"


def test_two_are_asked_at_a_time_and_the_caller_may_wait_for_a_third(call: Dial) -> None:
    phone = talking(call)
    assert [phone.asks("both") for _ in range(2)] == [PENDING, PENDING]
    third = phone.asks("both")
    assert third == {"ok": True, "data": {"error": "both"}}
    assert phone.asks("call") == {"ok": True}
    assert [url for url, _ in posted(phone)] == [ROSTER, ROSTER, CALENDAR]
    phone.session.advance(1000)
    phone.session.advance(50)
    assert phone.hears == RINGBACK


def test_one_thing_at_a_time_is_told_where_callers_may_wait_for_an_answer_too(call: Dial) -> None:
    """Three requests are sent at a time: one is left for either kind of question."""
    phone = talking(call)
    assert phone.asks("tell") == {"ok": True}
    assert [url for url, _ in posted(phone)] == [CRM]
    assert phone.asks("both") == PENDING
    assert phone.asks("call") == {"ok": True}
    assert [url for url, _ in posted(phone)] == [CRM, ROSTER, CALENDAR]
    answers(phone, CRM, {})
    assert len(posted(phone)) == 3
    phone.session.caller.hang_up()
    phone.session.advance(50)
    answers(phone, ROSTER, {})
    assert [url for url, _ in posted(phone)][3:] == [CALENDAR]


def test_answers_of_others_are_kept_apart(call: Dial) -> None:
    """Those of an action for which the caller waits, and of two that the agent has asked for meanwhile."""
    phone = talking(call)
    phone.asks("both", id="one")
    phone.asks("look", id="two", day="x")
    answers(phone, ROSTER, {"who": "a"})  # of the first, which asks the calendar as well
    answers(phone, CALENDAR, {"slots": [], "note": "two"})
    answers(phone, CALENDAR, {"slots": SLOTS, "note": "one"})
    by_id = {told["request_id"]: told["reply"]["data"] for told in replies(phone)}
    assert by_id["two"]["note"] == "two"
    assert by_id["one"] == {"who": "a", "slots": SLOTS}


def test_when_the_call_ends_nothing_more_is_done(call: Dial) -> None:
    phone = talking(call)
    phone.asks("look", id="one", day="x")
    phone.session.caller.hang_up()
    phone.session.advance(100)
    assert phone.asks("look", id="one", day="x")["error"]["code"] == "call_ended"
    phone.session.advance(3000)
    assert phone.session.error is None
    answers(phone, CRM, {})
    assert [url for url, _ in posted(phone)] == [CRM, CALENDAR]
    assert phone.is_over()


def test_an_answer_that_is_empty_is_none(call: Dial) -> None:
    phone = talking(call)
    phone.asks("named")
    answers(phone, "https://names.example.com/", {"name": ""})
    assert replies(phone)[0]["reply"] == {"ok": True, "data": {"name": "nobody"}}


def test_an_agent_that_has_not_asked_is_told_nothing(call: Dial) -> None:
    phone = talking(call)
    phone.asks("look", id="one", day="x")
    phone.session.agent.closes()
    phone.session.advance(300)
    assert len(phone.session.agents) == 1
    answers(phone, CALENDAR, KNOWN)
    assert replies(phone) == []
    assert phone.asks("look", id="one", day="x")["data"]["count"] == 2


def test_nor_is_another_one_that_was_started_meanwhile(call: Dial) -> None:
    phone = talking(call)
    phone.asks("slow", id="one")
    phone.asks("leave")
    phone.session.advance(1500)
    phone.session.leg("sip:desk@example.com").fail(486)
    phone.session.advance(500)
    assert len(phone.session.agents) == 2
    answers(phone, CALENDAR, KNOWN)
    assert replies(phone) == []
    assert phone.asks("slow", id="one") == {"ok": True, "data": {"count": 2}}


def test_what_was_answered_before_is_forgotten(call: Dial) -> None:
    phone = talking(call)
    phone.asks("once_more")
    answers(phone, CALENDAR, {"slots": [], "note": "of the first"})
    answers(phone, ROSTER, {"who": "c"})
    answers(phone, CALENDAR, {"slots": []})
    assert replies(phone)[0]["reply"] == {"ok": True, "data": {"note": "none"}}


def test_what_may_end_the_call_takes_it(call: Dial) -> None:
    phone = talking(call)
    assert phone.asks("chosen") == {"ok": True}
    assert phone.session.state["phase"] == "leaving"


def test_without_an_id_it_is_told_all_the_same(call: Dial) -> None:
    phone = talking(call)
    headers = {"X-Flowc-Token": phone.token}
    reply = phone.session.post(json.dumps({"action": "look", "day": "x"}), headers).json
    assert reply == PENDING
    answers(phone, CALENDAR, KNOWN)
    assert [told["request_id"] for told in replies(phone)] == [""]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"slots": "none"}, "slots must be array"),
        ({"slots": [{"at": 9}]}, "slots[0].at must be string"),
        ({"slots": [{"at": "09:00", "of Mia": 1}]}, "slots[0] has an unknown property"),
        ({"slots": [{"free": True}]}, "slots[0].at is missing"),
        ({"slots": [{"at": "09:00"}] * 51}, "slots has too many items"),
        ({"slots": [], "note": "x" * 8193}, "note is too long"),
        ({"slots": [], "count": 2.5}, "count must be a whole number"),
        ([], "not a JSON object"),
    ],
)
def test_what_is_not_as_declared_is_in_the_log_without_a_value(call: Dial, answer: Any, why: str) -> None:
    phone = talking(call)
    phone.asks("look", day="x")
    answers(phone, CALENDAR, answer)
    assert replies(phone)[0]["reply"] == {"ok": True, "data": {"error": "later"}}
    [line] = [line for line in phone.session.logs if "cannot ask" in line]
    assert why in line
    assert "Mia" not in line


def test_a_reply_that_would_be_too_long_is_refused(call: Dial) -> None:
    phone = talking(call)
    phone.asks("look", id="one", day="x")
    answers(phone, CALENDAR, {"slots": [{"at": "\u0000" * 5}] * 50, "note": "\u0000" * 8192})
    assert replies(phone)[0]["reply"]["error"]["code"] == "invalid_parameters"
