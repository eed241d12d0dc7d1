"""A person who is briefed hears that the caller has gone, and is let go of then."""

from __future__ import annotations

from collections.abc import Callable

from tests.scenario.phone import Phone

ANNA, BEN = "+15550100001", "+15550100002"
Dial = Callable[..., Phone]


def hung_up(call: Dial, asks: str = "find", number: str = ANNA, **options: object) -> Phone:
    """Somebody has answered, the agent talks to them, and has asked for something; then the caller hangs up."""
    phone = call("briefing_gone", **options)
    phone.asks_and_speaks(asks)
    phone.session.leg(number).answer()
    phone.session.advance(0)
    phone.asks("decline", reason="no time")
    phone.session.caller.hang_up()
    phone.session.advance(0)
    return phone


def test_who_is_briefed_hears_that_the_caller_has_gone(call: Dial) -> None:
    phone = hung_up(call)
    assert (phone.session.leg(ANNA).hears, phone.session.agent.state) == ("tts:L'appel est fini.", "closed")
    assert phone.told[-1]["vox_event"] == "briefing", "an agent that is gone is told nothing more"
    phone.session.advance(500)
    assert (phone.ringing, phone.is_over()) == ([ANNA], False)
    phone.session.advance(60_000)
    assert phone.is_over()


def test_nobody_is_there_any_more_who_could_hear_it(call: Dial) -> None:
    phone = hung_up(call)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(0)
    assert phone.is_over()


def test_who_is_not_to_hear_anything_is_hung_up_on(call: Dial) -> None:
    phone = hung_up(call, "call_ben", BEN)
    assert (phone.ringing, phone.is_over()) == ([], True)


def test_who_has_the_caller_hears_nothing_of_it(call: Dial) -> None:
    phone = call("briefing_gone")
    phone.asks_and_speaks("find")
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    phone.asks("connect")
    phone.session.advance(1000)
    assert phone.hears == f"leg:{ANNA}"
    phone.session.caller.hang_up()
    phone.session.advance(0)
    assert (phone.ringing, phone.is_over()) == ([], True)


def test_what_cannot_be_said_keeps_no_session(call: Dial) -> None:
    phone = hung_up(call, throws={"VoxEngine.createTTSPlayer": 1, "Call.say": 1})
    assert phone.is_over()
    phone = call("briefing", throws={"VoxEngine.createTTSPlayer": 1, "Call.say": 1})
    phone.asks_and_speaks("find", topic="a tooth")
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    phone.session.caller.hang_up()
    phone.session.advance(0)
    ends = [entry["event"] for entry in phone.session.events_of("hangup", "agent_close", "terminate")]
    assert ends == ["hangup", "agent_close", "terminate"], "the end comes after everybody is let go of"


def test_the_report_is_waited_for_as_well(call: Dial) -> None:
    phone = hung_up(call, http="manual")
    phone.session.advance(5_000)
    assert (phone.ringing, phone.session.events_of("terminate")) == ([], []), "Anna has heard it"
    phone.session.answer_http()
    phone.session.advance(1_000)
    assert phone.is_over()
