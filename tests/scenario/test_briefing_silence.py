"""A briefing that is over when neither the agent nor the person says anything any more, as far as that is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import RINGBACK, Phone
from tests.scenario.test_voices import detections

ANNA, BEN, CARL = "+15550100001", "+15550100002", "+15550100003"
Dial = Callable[..., Phone]


def briefed(call: Dial, action: str = "find", number: str = ANNA, **options: object) -> Phone:
    """Somebody has answered, and the agent talks to whoever that is, as of now; the detection comes 100 ms later."""
    phone = call("briefing_silence", **options)
    phone.asks_and_speaks(action)
    phone.session.leg(number).answer()
    phone.session.advance(0)
    return phone


def says(phone: Phone, number: str, ms: int) -> None:
    phone.session.event({"type": "leg", "leg": number, "does": "speak", "ms": ms})
    phone.session.advance(ms)


def test_it_is_over_when_nobody_has_spoken_for_so_long(call: Dial) -> None:
    phone = briefed(call)
    phone.session.advance(10_099)
    assert (phone.ringing, phone.session.agent.hears) == ([ANNA], f"leg:{ANNA}")
    phone.session.advance(1)
    assert (phone.ringing, phone.hears) == ([BEN], RINGBACK)
    assert any("neither the agent nor anna says anything any more" in line for line in phone.session.logs)
    assert phone.told[-1] == {"vox_event": "briefing_over", "target": "anna"}
    of_the_caller = ["is asked for", "works", "is closed"]
    assert detections(phone) == [*of_the_caller, *of_the_caller]
    phone.session.leg(BEN).answer()
    phone.session.advance(10_100)
    assert phone.hears == "agent"
    assert phone.told[-1]["tried"] == [
        {"target": "anna", "outcome": "not_accepted"},
        {"target": "ben", "outcome": "not_accepted"},
    ]
    phone.session.advance(100 + 20_000)
    assert phone.told[-1] == {"vox_event": "idle", "count": 1}, "and the caller is listened to again"


def test_who_speaks_begins_the_silence_anew_whoever_it_is(call: Dial) -> None:
    phone = briefed(call)
    phone.session.agent.speaks(30_000)
    phone.session.advance(31_000)
    says(phone, ANNA, 30_000)
    phone.session.advance(300 + 9_999)
    assert phone.ringing == [ANNA]
    phone.session.advance(1)
    assert phone.ringing == [BEN]


def test_the_person_is_heard_and_not_the_caller(call: Dial) -> None:
    phone = briefed(call)
    phone.session.advance(5_000)
    phone.session.event({"type": "caller", "does": "speak", "ms": 60_000})
    phone.session.advance(5_100)
    assert phone.ringing == [BEN]


@pytest.mark.parametrize("vad", ["refuses", "silent"])
def test_where_nobody_knows_whether_anybody_speaks_it_takes_as_long_as_it_may(call: Dial, vad: str) -> None:
    phone = briefed(call, vad=vad)
    phone.session.advance(119_999)
    assert phone.ringing == [ANNA]
    phone.session.advance(1)
    assert phone.ringing == [BEN]


def test_a_detection_that_fails_ends_nothing(call: Dial) -> None:
    phone = briefed(call)
    phone.session.advance(5_000)
    phone.session.event({"type": "platform", "leg": None, "which": 1, "does": "voice_detection", "how": "fails"})
    phone.session.advance(100_000)
    assert phone.ringing == [ANNA]
    assert detections(phone)[-1] == "is closed"


@pytest.mark.parametrize("silence_after_clear", ["reported", "unreported"])
def test_an_agent_that_was_interrupted_is_silent_whether_that_is_said_or_not(
    call: Dial, silence_after_clear: str
) -> None:
    phone = briefed(call, automatic_clear=True, silence_after_clear=silence_after_clear)
    phone.session.agent.speaks(50_000)
    phone.session.advance(1000)
    phone.session.agent.clear()
    after = 11_000 if silence_after_clear == "reported" else 18_000
    phone.session.advance(after - 1)
    assert phone.ringing == [ANNA]
    phone.session.advance(1)
    assert phone.ringing == [BEN]


def test_who_has_decided_is_not_listened_to_any_more(call: Dial) -> None:
    phone = briefed(call)
    phone.session.advance(9_000)
    assert phone.asks("connect") == {"ok": True}
    assert detections(phone)[-1] == "is closed"
    phone.session.agent.speaks(4_000)
    phone.session.advance(5_000)
    assert phone.hears == f"leg:{ANNA}"


def test_who_has_the_caller_may_be_silent(call: Dial) -> None:
    phone = briefed(call)
    phone.session.agent.closes()
    phone.session.advance(60_000)
    assert (phone.hears, detections(phone)[-1]) == (f"leg:{ANNA}", "is closed")
    phone = briefed(call)
    phone.session.advance(100)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert detections(phone)[-1] == "is closed"


def test_a_detection_that_comes_for_the_next_person_hears_the_next_person(call: Dial) -> None:
    """It was asked for when somebody else was on the line, who has gone."""
    phone = briefed(call, vad="manual")
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(0)
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    for _ in range(3):  # for the caller, Anna and Ben, in whichever order they come
        phone.session.event({"type": "platform", "leg": None, "which": 1, "does": "voice_detection", "how": "works"})
    phone.session.advance(0)
    media = [(entry["from"], entry["to"]) for entry in phone.session.events_of("media")]
    assert [source for source, to in media if to == "voice detection"] == [f"leg:{BEN}"]
    assert detections(phone).count("is closed") == 2
    says(phone, BEN, 5_000)
    phone.session.advance(300 + 9_999)
    assert phone.hears == RINGBACK
    phone.session.advance(1)
    assert phone.hears == "agent"


def test_a_short_one_is_over_before_and_listens_to_nobody(call: Dial) -> None:
    phone = briefed(call, action="call_carl", number=CARL)
    phone.session.advance(29_999)
    assert phone.ringing == [CARL]
    assert detections(phone) == ["is asked for", "works", "is closed"], "of the caller alone, before that"
    phone.session.advance(1)
    assert phone.hears == "agent"


def test_the_platform_may_throw(call: Dial) -> None:
    """Then nobody knows whether anybody speaks."""
    for function, which in (("Silero.createVAD", 2), ("Silero.VAD.addEventListener", 4), ("Silero.VAD.reset", 2)):
        phone = briefed(call, throws={function: which})
        phone.session.advance(119_999)
        assert phone.ringing == [ANNA], function
        phone.session.advance(1)
        assert phone.ringing == [BEN], function
