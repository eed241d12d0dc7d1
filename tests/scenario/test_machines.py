"""Machines that answer: how long the platform listens, and what is left on them while the call goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import RINGBACK, Phone

MOBILE, DESK, WARD = "+15550100001", "+4930555000", "+15550100003"
LEFT = "tts:Please call Ann back."
Dial = Callable[..., Phone]


def answered(call: Dial, action: str, number: str, **options: object) -> Phone:
    phone = call("machines", **options)
    phone.asks_and_speaks(action, **({"name": "Ann"} if action == "twice" else {}))
    phone.session.leg(number).answer()
    phone.session.advance(0)
    return phone


def tried(phone: Phone) -> list[tuple[str, str]]:
    return [(one["target"], one["outcome"]) for one in phone.told[-1]["tried"]]


def hears(phone: Phone, number: str) -> str | None:
    return phone.session.leg(number).hears


@pytest.mark.parametrize(("action", "number", "listens"), [("twice", MOBILE, 4000), ("group", DESK, 6000)])
def test_the_platform_listens_for_so_long_and_says_so(call: Dial, action: str, number: str, listens: int) -> None:
    phone = answered(call, action, number)
    phone.session.advance(listens - 1)
    assert (phone.hears, hears(phone, number)) == (RINGBACK, "silence")
    phone.session.advance(1)
    assert phone.hears == (f"leg:{MOBILE}" if number == MOBILE else RINGBACK), "as `unsure` says"


def test_a_platform_that_says_nothing_is_waited_for_a_second_more(call: Dial) -> None:
    phone = call("machines")
    phone.asks_and_speaks("twice")
    event = {"type": "leg", "leg": MOBILE, "does": "answer", "answers_as": {"found": "never", "beep": None}}
    phone.session.event(event)
    phone.session.advance(4999)
    assert phone.hears == RINGBACK
    phone.session.advance(1)
    assert phone.hears == f"leg:{MOBILE}"


def test_a_failure_that_the_promise_alone_tells_counts_at_once(call: Dial) -> None:
    phone = answered(call, "twice", MOBILE, detection="rejects")
    phone.session.leg(MOBILE).detection_fails("it cannot be told")
    assert phone.hears == f"leg:{MOBILE}"
    assert "machines: nobody can tell whether mobile is a machine" in phone.session.logs
    assert phone.session.error is None


def test_word_is_left_once_in_a_hunt_and_with_the_words_of_that_moment(call: Dial) -> None:
    phone = answered(call, "twice", MOBILE)
    phone.session.leg(MOBILE).is_machine()
    first = phone.session.legs[-1]["id"]
    phone.session.advance(1000)
    phone.session.leg(MOBILE).answer()
    phone.session.leg(MOBILE).is_machine()
    phone.session.advance(0)
    assert phone.hears == "agent"
    assert tried(phone) == [("mobile", "machine")] * 2
    phone.session.leg(first).beeps()
    assert hears(phone, first) == LEFT
    phone.session.advance(60 * len("Please call Ann back."))
    assert phone.session.leg(first).state == "TERMINATED"
    assert phone.hears == "agent"


@pytest.mark.parametrize("is_spoken_to", [False, True])
def test_a_machine_that_has_gone_before_it_was_spoken_to_is_left_word_when_it_is_rung_again(
    call: Dial, is_spoken_to: bool
) -> None:
    phone = answered(call, "twice", MOBILE)
    phone.session.leg(MOBILE).is_machine()
    if is_spoken_to:
        phone.session.leg(MOBILE).beeps()
    phone.session.leg(MOBILE).hang_up()
    phone.session.advance(1000)
    assert ("machines: mobile is left a message" in phone.session.logs) == is_spoken_to
    assert ("machines: mobile has gone before its message" in phone.session.logs) != is_spoken_to
    phone.session.leg(MOBILE).answer()
    phone.session.leg(MOBILE).is_machine()
    second = phone.session.legs[-1]["id"]
    phone.session.advance(0)
    if is_spoken_to:
        assert phone.session.leg(second).state == "TERMINATED"
        return
    phone.session.leg(second).beeps()
    assert hears(phone, second) == LEFT


def test_a_beep_is_waited_for_and_a_platform_that_says_nothing_of_it_a_second_more(call: Dial) -> None:
    phone = answered(call, "twice", MOBILE, throws={"Call.enableBeepDetection": 0})
    phone.session.leg(MOBILE).is_machine()
    leg = phone.session.legs[-1]["id"]
    phone.session.advance(10_999)
    assert hears(phone, leg) == "silence"
    phone.session.advance(1)
    assert hears(phone, leg) == LEFT


def test_the_session_ends_after_the_message(call: Dial) -> None:
    phone = answered(call, "twice", MOBILE)
    phone.session.leg(MOBILE).is_machine()
    phone.session.caller.hang_up()
    phone.session.advance(9_999)
    assert phone.session.ended is None
    phone.session.advance(1)
    assert hears(phone, MOBILE) == LEFT
    phone.session.advance(60 * len("Please call Ann back."))
    assert phone.session.ended is not None
    assert [each["leg"] for each in phone.session.events_of("hangup")] == [f"leg:{MOBILE}"]


def test_together_the_first_person_has_the_caller(call: Dial) -> None:
    phone = answered(call, "group", DESK)
    phone.session.leg(WARD).answer()
    phone.session.leg(WARD).is_machine()
    phone.session.advance(0)
    assert phone.session.leg(WARD).state == "TERMINATED"
    phone.session.leg(DESK).is_human()
    assert phone.hears == f"leg:{DESK}"


def test_who_is_still_listened_to_when_the_hunt_is_over_has_not_accepted(call: Dial) -> None:
    phone = call("machines")
    phone.asks_and_speaks("group")
    phone.session.advance(9000)
    phone.session.leg(DESK).answer()
    phone.session.advance(3000)
    assert tried(phone) == [("desk", "not_accepted"), ("ward", "no_answer")]


def test_a_key_counts_more_than_what_the_platform_says_later(call: Dial) -> None:
    phone = answered(call, "group", WARD)
    phone.session.leg(WARD).press("1")
    assert phone.hears == f"leg:{WARD}"
    phone.session.leg(WARD).is_machine()
    assert phone.hears == f"leg:{WARD}"


@pytest.mark.parametrize("fault", ["AMD.create", "AMD.AnsweringMachineDetector.detect"])
def test_where_the_platform_cannot_listen_it_is_as_unsure_says(call: Dial, fault: str) -> None:
    assert answered(call, "twice", MOBILE, throws={fault: 0}).hears == f"leg:{MOBILE}"
    phone = answered(call, "group", DESK, throws={fault: 0})
    assert phone.session.leg(DESK).state == "TERMINATED"


SHOP, CELL, SILENT, PHONE, OTHER = (f"+1555010000{number}" for number in range(1, 6))
WHO_CALLS = "tts:Somebody calls who has a question about an invoice that came last week, and would like to talk to you."


def asked(call: Dial, action: str, number: str, **options: object) -> Phone:
    phone = call("machines_told", **options)
    phone.asks_and_speaks(action, **({"topic": ""} if action == "call_silent" else {}))
    phone.session.leg(number).answer()
    phone.session.advance(0)
    return phone


def test_who_has_turned_out_to_be_a_person_is_told_all_there_is(call: Dial) -> None:
    """The time for the platform to say so is over meanwhile, and nothing comes of that."""
    phone = asked(call, "call_shop", SHOP)
    phone.session.leg(SHOP).is_human()
    assert hears(phone, SHOP) == WHO_CALLS
    phone.session.advance(5500)
    assert hears(phone, SHOP) == WHO_CALLS
    phone.session.advance(5000)
    assert phone.hears == f"leg:{SHOP}"


def test_where_the_platform_cannot_listen_a_person_is_told_all_there_is(call: Dial) -> None:
    phone = asked(call, "call_shop", SHOP, throws={"AMD.AnsweringMachineDetector.detect": 0})
    phone.session.advance(5500)
    assert hears(phone, SHOP) == WHO_CALLS


def test_who_has_taken_the_call_and_is_told_something_is_no_machine(call: Dial) -> None:
    phone = asked(call, "call_cell", CELL)
    phone.session.leg(CELL).press("1")
    phone.session.advance(0)
    assert hears(phone, CELL) == WHO_CALLS
    phone.session.leg(CELL).is_machine()
    assert hears(phone, CELL) == WHO_CALLS
    phone.session.advance(10_000)
    assert phone.hears == f"leg:{CELL}"


def test_a_machine_for_which_there_are_no_words_is_hung_up_on(call: Dial) -> None:
    phone = asked(call, "call_silent", SILENT)
    phone.session.leg(SILENT).is_machine()
    phone.session.advance(0)
    assert phone.session.leg(SILENT).state == "TERMINATED"
    assert "machines_told: silent is left no message: the text is empty" in phone.session.logs
    assert tried(phone) == [("silent", "machine")]


def test_word_is_left_again_in_another_hunt(call: Dial) -> None:
    phone = asked(call, "call_mobile", PHONE)
    for _ in range(2):
        left = phone.session.legs[-1]["id"]
        phone.session.leg(PHONE).is_machine()
        phone.session.leg(PHONE).answer()
        phone.session.leg(PHONE).is_machine()
        phone.session.advance(0)
        assert phone.hears == "agent"
        assert phone.session.leg(left).state == "CONNECTED", "it waits for a beep"
        phone.asks_and_speaks("call_mobile")
        phone.session.leg(PHONE).answer()
        phone.session.advance(0)


def test_without_a_pause_it_rings_again_at_once(call: Dial) -> None:
    phone = asked(call, "call_mobile", PHONE)
    phone.session.leg(PHONE).is_machine()
    assert phone.session.legs[-1]["state"] == "PROGRESSING"


def test_a_person_who_was_found_to_be_one_is_asked_for_the_key_as_long_as_anybody(call: Dial) -> None:
    phone = asked(call, "call_cell", CELL)
    phone.session.leg(CELL).is_human()
    phone.session.advance(5000)
    assert phone.session.leg(CELL).state == "CONNECTED"
    phone.session.leg(CELL).press("1")
    phone.session.advance(0)
    assert hears(phone, CELL) == WHO_CALLS


def test_what_cannot_be_listened_to_is_not_waited_for(call: Dial) -> None:
    phone = asked(call, "call_other", OTHER, throws={"AMD.AnsweringMachineDetector.detect": 0})
    phone.session.advance(6000)
    assert phone.session.leg(OTHER).state == "CONNECTED"
    assert [line for line in phone.session.logs if "nobody can tell" in line or "counts as" in line] == []
