"""An agent that talks to whoever has taken the call, alone, before the caller is joined."""

from __future__ import annotations

from collections.abc import Callable

from tests.scenario.phone import RINGBACK, Phone
from tests.scenario.test_control import error_of

ANNA, BEN = "+15550100001", "+15550100002"
Dial = Callable[..., Phone]


def briefed(call: Dial, **options: object) -> Phone:
    """Anna has answered, and the agent talks to her."""
    phone = call("briefing", **options)
    phone.asks_and_speaks("find", topic="a tooth")
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    return phone


def test_the_agent_hears_the_person_and_the_caller_nothing_of_it(call: Dial) -> None:
    phone = briefed(call)
    told = {"action": "find", "request_id": "request-1", "target": "anna", "parameters": {"topic": "a tooth"}}
    assert phone.told[-1] == {"vox_event": "briefing", **told}
    assert (phone.hears, phone.session.leg(ANNA).hears, phone.session.agent.hears) == (RINGBACK, "agent", f"leg:{ANNA}")
    assert error_of(phone.asks("end_call")) == "busy", "the flow's own actions are for the caller"
    phone.session.advance(29_999)
    assert phone.ringing == [ANNA]
    phone.session.advance(1)
    assert phone.ringing == [BEN], "it takes no longer than its limit"
    assert phone.told[-1] == {"vox_event": "briefing_over", "target": "anna"}


def test_each_person_is_briefed_in_their_own_language(call: Dial) -> None:
    """Whatever the caller speaks by then."""
    phone = call("briefing_language")
    assert phone.asks("in_french") == {"ok": True}
    phone.asks_and_speaks("find")
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    assert (phone.told[-1]["target"], phone.told[-1]["language"]) == ("anna", "en")
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(0)
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    assert (phone.told[-1]["target"], phone.told[-1]["language"]) == ("ben", "de")
    phone.session.leg(BEN).hang_up()
    phone.session.advance(0)
    assert phone.told[-1]["vox_language"] == "fr"


def test_without_the_agent_the_log_says_that_nobody_is_briefed(call: Dial) -> None:
    """After three minutes in which it hears nobody the platform ends it."""
    phone = call("briefing")
    phone.asks_and_speaks("find", topic="a tooth")
    phone.session.agent.closes()
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{ANNA}"
    assert any("anna is not briefed: the agent is gone" in line for line in phone.session.logs)
    assert not any("could not" in line for line in phone.session.logs)


def test_connect_joins_them_when_the_agent_has_been_heard_out(call: Dial) -> None:
    phone = briefed(call)
    assert error_of(phone.asks("decline", reason="x" * 201)) == "invalid_parameters"
    assert phone.asks("connect") == {"ok": True}
    assert error_of(phone.asks("decline")) == "busy", "it has decided"
    assert error_of(phone.asks("agent unavailable")) == "busy"
    phone.session.agent.speaks(3000)
    phone.session.advance(3999)
    assert phone.session.leg(ANNA).hears == "agent"
    phone.session.advance(1)
    assert (phone.hears, phone.session.leg(ANNA).hears) == (f"leg:{ANNA}", "caller")
    assert phone.session.agent.state == "closed"
    phone.session.advance(60_000)
    assert (phone.hears, phone.ringing) == (f"leg:{ANNA}", [ANNA]), "nothing of the briefing is left"
    phone.session.leg(ANNA).hang_up()
    assert phone.is_over()


def test_the_limit_is_over_when_the_agent_has_decided(call: Dial) -> None:
    phone = briefed(call)
    phone.session.advance(29_000)
    assert phone.asks("connect") == {"ok": True}
    phone.session.agent.speaks(3000)
    phone.session.advance(4000)
    assert phone.hears == f"leg:{ANNA}"


def test_an_interruption_there_is_none_of_what_has_led_there(call: Dial) -> None:
    phone = briefed(call)
    phone.asks("connect")
    phone.session.agent.speaks(5000)
    phone.session.advance(1500)
    assert phone.session.leg(ANNA).hears == "agent"
    phone.session.agent.clear()
    phone.session.advance(0)
    assert phone.hears == f"leg:{ANNA}"


def test_a_transfer_in_which_the_agent_waits_has_no_briefing(call: Dial) -> None:
    phone = call("briefing")
    phone.asks_and_speaks("call_ben")
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    assert (phone.hears, phone.told) == (f"leg:{BEN}", [])


def test_who_declines_is_let_go_with_the_reason_and_the_hunt_goes_on(call: Dial) -> None:
    phone = briefed(call)
    assert phone.asks("decline", reason="nobody is free") == {"ok": True}
    phone.session.advance(1000)
    assert phone.ringing == [BEN]
    assert error_of(phone.asks("connect")) == "not_ready"
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    assert phone.told[-1]["target"] == "ben"
    assert phone.asks("decline", reason="") == {"ok": True}
    phone.session.leg(BEN).hang_up()
    phone.session.advance(1000)
    returned = phone.told[-1]
    assert (returned["outcome"], returned["target"], phone.hears) == ("declined", "anna", "agent")
    assert returned["tried"] == [
        {"target": "anna", "outcome": "declined", "reason": "nobody is free"},
        {"target": "ben", "outcome": "declined"},
    ]
    assert error_of(phone.asks("connect")) == "not_ready"


def test_the_reason_is_that_of_who_declines_and_not_of_a_caller_who_does(call: Dial) -> None:
    phone = briefed(call)
    phone.asks("decline", reason="nobody is free")
    phone.session.caller.press("*")
    phone.session.advance(1000)
    assert phone.told[-1]["tried"] == [{"target": "anna", "outcome": "cancelled"}]


def test_a_model_that_does_not_answer_keeps_nobody_from_the_caller(call: Dial) -> None:
    phone = briefed(call)
    assert phone.asks("agent unavailable") == {"ok": True}
    assert phone.told[-1]["vox_event"] == "briefing", "it is told nothing more"
    assert (phone.hears, phone.session.agent.state) == (f"leg:{ANNA}", "closed")


def test_an_agent_whose_model_does_not_answer_briefs_nobody_else(call: Dial) -> None:
    phone = briefed(call, throws={"VoxEngine.sendMediaBetween": 3})  # Anna cannot be joined with the caller
    assert phone.asks("agent unavailable") == {"ok": True}
    assert (phone.ringing, phone.session.agent.state) == ([BEN], "closed")
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{BEN}"


def test_an_agent_that_is_lost_keeps_nobody_from_the_caller(call: Dial) -> None:
    phone = briefed(call)
    phone.session.agent.closes()
    phone.session.advance(0)
    assert phone.hears == f"leg:{ANNA}"
    phone = briefed(call)
    phone.asks("decline", reason="no time")
    phone.session.agent.closes()
    phone.session.advance(0)
    assert phone.ringing == [BEN], "it has said otherwise"
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{BEN}", "nobody is there who could tell anything"


def test_who_does_not_get_the_caller_after_all_is_briefed_no_more(call: Dial) -> None:
    phone = briefed(call, throws={"VoxEngine.sendMediaBetween": 3})
    phone.asks("connect")
    phone.session.advance(1000)
    assert phone.told[-1] == {"vox_event": "briefing_over", "target": "anna"}
    assert (phone.ringing, phone.hears, phone.session.agent.state) == ([BEN], RINGBACK, "open")
    assert error_of(phone.asks("connect")) == "not_ready"
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    assert (phone.told[-1]["target"], phone.session.agent.hears) == ("ben", f"leg:{BEN}")
    phone.session.leg(BEN).hang_up()
    phone.session.advance(1000)
    assert [told["vox_event"] for told in phone.told[-2:]] == ["briefing_over", "returned"]
    assert phone.told[-1]["tried"] == [
        {"target": "anna", "outcome": "failed"},
        {"target": "ben", "outcome": "declined"},
    ]


def test_the_platform_may_not_take_part(call: Dial) -> None:
    phone = briefed(call, throws={"Cartesia.AgentsClient.custom": 2})
    assert (phone.hears, phone.told) == (f"leg:{ANNA}", []), "who cannot be briefed has the caller all the same"
    phone.session.advance(60_000)
    assert phone.hears == f"leg:{ANNA}", "and no briefing comes to its end"


def test_who_is_not_reached_is_briefed_neither_now_nor_any_more(call: Dial) -> None:
    phone = call("briefing")
    phone.asks_and_speaks("find", topic="a tooth")
    phone.session.leg(ANNA).fail(486)
    phone.session.advance(0)
    assert (phone.ringing, phone.told) == ([BEN], [])
    assert not any("tell the agent" in line for line in phone.session.logs), "and nobody tries"
