"""An agent that talks on with the caller while it rings, and introduces whoever has taken the call."""

from __future__ import annotations

from collections.abc import Callable

from tests.scenario.phone import PBX, RINGBACK, Phone
from tests.scenario.test_control import error_of

ANNA, BEN = "+15550100001", "+15550100002"
Dial = Callable[..., Phone]


def rings(call: Dial, **options: object) -> Phone:
    """Anna's phone rings."""
    phone = call("introduction", **options)
    phone.asks_and_speaks("find", topic="a tooth")
    return phone


def introduced(call: Dial, **options: object) -> Phone:
    """Anna has answered, and all three hear each other."""
    phone = rings(call, **options)
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    return phone


def heard(phone: Phone) -> tuple[str | None, str | None, str | None]:
    """By the caller, by Anna and by the agent."""
    return phone.hears, phone.session.leg(ANNA).hears, phone.session.agent.hears


def count(phone: Phone, event: str) -> int:
    return sum(each["event"] == event for each in phone.session.trace)


ALL_THREE = (f"leg:{ANNA} + agent", "caller + agent", f"caller + leg:{ANNA}")


def test_they_talk_on_while_it_rings(call: Dial) -> None:
    phone = rings(call)
    assert phone.told[-1] == {"vox_event": "introducing", "action": "find"}
    assert (phone.hears, phone.session.agent.hears, phone.ringing) == ("agent", "caller", [ANNA])
    assert phone.asks("note") == {"ok": True}
    assert error_of(phone.asks("end_call")) == "busy"
    assert error_of(phone.asks("leave")) == "not_ready"
    phone.session.advance(20_000)
    assert (phone.hears, phone.ringing) == ("agent", [BEN])
    phone.session.advance(20_000)
    assert (phone.told[-1]["vox_event"], phone.told[-1]["outcome"]) == ("returned", "no_answer")
    assert [each["vox_event"] for each in phone.told] == ["introducing", "returned"]


def test_all_three_hear_each_other_until_the_agent_has_said_its_word(call: Dial) -> None:
    phone = introduced(call)
    told = {"action": "find", "request_id": "request-1", "target": "anna", "parameters": {"topic": "a tooth"}}
    assert phone.told[-1] == {"vox_event": "introduction", **told}
    assert heard(phone) == ALL_THREE
    assert error_of(phone.asks("cancel")) == "not_ready"
    phone.session.agent.speaks(3000)
    phone.session.advance(3999)
    assert heard(phone) == ALL_THREE
    phone.session.advance(1)
    assert (phone.hears, phone.session.leg(ANNA).hears) == (f"leg:{ANNA}", "caller")
    assert phone.session.agent.state == "closed"
    assert count(phone, "conference_stopped") == 1
    phone.session.advance(60_000)
    assert (phone.hears, phone.ringing) == (f"leg:{ANNA}", [ANNA])
    phone.session.leg(ANNA).hang_up()
    assert phone.is_over()
    assert not any("for as long as it may" in line for line in phone.session.logs), "nothing is left of it"
    assert count(phone, "misuse") == 0


def test_it_stays_no_longer_than_its_limit(call: Dial) -> None:
    phone = introduced(call)
    phone.session.advance(29_999)
    assert heard(phone) == ALL_THREE
    phone.session.advance(1)
    assert phone.hears == f"leg:{ANNA}"
    assert any("the agent has stayed for as long as it may" in line for line in phone.session.logs)


def test_a_sentence_that_was_for_the_caller_is_not_its_word(call: Dial) -> None:
    phone = rings(call)
    phone.session.agent.speaks(8000)
    phone.session.advance(1000)
    cleared = count(phone, "agent_buffer_cleared")
    phone.session.leg(ANNA).answer()
    phone.session.advance(8000)
    assert heard(phone) == ALL_THREE
    assert count(phone, "agent_buffer_cleared") == cleared + 1


def test_a_word_that_begins_where_a_sentence_was_cut_off_is_its_word(call: Dial) -> None:
    """There is no second of silence between the two, so that no event tells of either."""
    phone = cut_off(call)
    phone.session.advance(500)
    phone.session.agent.speaks(3000)
    phone.session.advance(3999)
    assert heard(phone) == ALL_THREE
    phone.session.advance(1)
    assert (phone.hears, phone.session.leg(ANNA).hears) == (f"leg:{ANNA}", "caller")
    assert phone.session.agent.state == "closed"


def cut_off(call: Dial) -> Phone:
    """The agent was speaking to the caller when Anna answered."""
    phone = rings(call)
    phone.session.agent.speaks(8000)
    phone.session.advance(1000)
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    return phone


def test_an_agent_that_is_silent_has_not_begun_its_word(call: Dial) -> None:
    phone = introduced(call)
    phone.session.advance(2000)
    phone.session.agent.clear()
    phone.session.advance(20_000)
    assert heard(phone) == ALL_THREE, "it was interrupted before it has said anything"


def test_what_was_to_be_a_word_to_the_first_person_is_none_to_the_second(call: Dial) -> None:
    phone = cut_off(call)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(500)
    phone.session.agent.speaks(3000)
    phone.session.advance(6000)
    assert (phone.hears, phone.ringing) == ("agent", [BEN])
    phone.session.leg(BEN).answer()
    phone.session.advance(5000)
    assert phone.hears == f"leg:{BEN} + agent"


def test_who_has_nothing_to_say_leaves_when_heard_out(call: Dial) -> None:
    phone = introduced(call)
    phone.session.advance(20_000)
    assert phone.asks("leave") == {"ok": True}
    assert error_of(phone.asks("leave")) == "busy"
    assert error_of(phone.asks("agent unavailable")) == "busy"
    phone.session.advance(999)
    assert heard(phone) == ALL_THREE
    phone.session.advance(1)
    assert phone.hears == f"leg:{ANNA}"


def test_who_leaves_is_heard_out_for_no_longer_than_its_limit(call: Dial) -> None:
    phone = introduced(call)
    phone.session.advance(28_000)
    phone.session.agent.speaks(8000)
    phone.session.advance(1000)
    assert phone.asks("leave") == {"ok": True}
    phone.session.advance(999)
    assert heard(phone) == ALL_THREE
    phone.session.advance(1)
    assert (phone.hears, phone.session.leg(ANNA).hears) == (f"leg:{ANNA}", "caller")
    phone.session.advance(30_000)
    assert (phone.hears, count(phone, "misuse")) == (f"leg:{ANNA}", 0), "nothing of its last words is left"


def test_its_last_words_are_heard_before_it_leaves(call: Dial) -> None:
    phone = introduced(call)
    phone.asks("leave")
    phone.session.agent.speaks(500)
    phone.session.advance(1499)
    assert heard(phone) == ALL_THREE
    phone.session.advance(1)
    assert phone.hears == f"leg:{ANNA}"


def test_what_it_said_before_does_not_end_that(call: Dial) -> None:
    phone = introduced(call)
    phone.session.agent.speaks(3000)
    phone.session.advance(3500)
    phone.asks("leave")
    phone.session.advance(999)
    assert heard(phone) == ALL_THREE
    phone.session.advance(1)
    assert phone.hears == f"leg:{ANNA}"


def test_the_agent_stops_a_pause_in_which_nobody_rings(call: Dial) -> None:
    phone = call("introduction")
    phone.asks_and_speaks("again")
    phone.session.leg(ANNA).fail(486)
    phone.session.advance(1000)
    assert (phone.hears, phone.ringing) == ("agent", [])
    assert phone.asks("cancel") == {"ok": True}
    assert (phone.told[-1]["outcome"], phone.told[-1]["target"]) == ("cancelled", None)
    phone.session.advance(60_000)
    assert phone.ringing == []


def test_the_second_person_is_introduced_like_the_first(call: Dial) -> None:
    phone = introduced(call)
    phone.session.agent.speaks(1000)
    phone.session.advance(500)
    phone.asks("leave")
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(5000)
    assert (phone.hears, phone.ringing) == ("agent", [BEN])
    phone.session.leg(BEN).answer()
    phone.session.advance(5000)
    assert phone.hears == f"leg:{BEN} + agent"
    assert phone.asks("leave") == {"ok": True}
    phone.session.advance(1000)
    assert phone.hears == f"leg:{BEN}"


def test_a_recording_has_each_of_the_three_once(call: Dial) -> None:
    phone = call("introduction_recorded")
    phone.asks("record")
    phone.asks_and_speaks("find")
    assert recorded(phone) == "caller + agent"
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    assert recorded(phone) == f"caller + leg:{ANNA} + agent"
    phone.session.agent.speaks(1000)
    phone.session.advance(2000)
    assert recorded(phone) == f"caller + leg:{ANNA}"


def recorded(phone: Phone) -> str:
    there = [each for each in phone.session.trace if each["event"] == "hears" and "recorder" in each["leg"]]
    return str(there[-1]["what"])


def test_the_agent_stops_the_ringing(call: Dial) -> None:
    phone = rings(call)
    assert phone.asks("cancel") == {"ok": True}
    returned = phone.told[-1]
    assert (returned["outcome"], returned["target"], returned["action"]) == ("cancelled", "anna", "find")
    assert returned["tried"] == [{"target": "anna", "outcome": "cancelled"}]
    assert (phone.hears, phone.session.agent.hears, phone.ringing) == ("agent", "caller", [])
    assert error_of(phone.asks("cancel")) == "not_ready"
    phone.asks_and_speaks("call_ben")
    phone.session.leg(BEN).fail(486)
    phone.session.advance(0)
    assert phone.told[-1]["outcome"] == "busy", "what was stopped counts no more"


def test_who_goes_before_the_agent_has_left_leaves_the_caller_with_it(call: Dial) -> None:
    phone = introduced(call)
    phone.session.agent.speaks(5000)
    phone.session.advance(1000)
    cleared = count(phone, "agent_buffer_cleared")
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(0)
    assert count(phone, "agent_buffer_cleared") == cleared + 1, "what it was saying was for two"
    assert phone.told[-1] == {"vox_event": "introduction_over", "target": "anna", "action": "find"}
    assert (phone.hears, phone.session.agent.hears, phone.ringing) == ("agent", "caller", [BEN])
    phone.session.leg(BEN).fail(486)
    phone.session.advance(0)
    returned = phone.told[-1]
    assert (returned["outcome"], returned["target"]) == ("declined", "anna")
    assert [each["vox_event"] for each in phone.told].count("introduction_over") == 1


def test_a_lost_agent_keeps_nobody_apart(call: Dial) -> None:
    phone = introduced(call)
    phone.session.agent.closes()
    phone.session.advance(0)
    assert (phone.hears, phone.session.leg(ANNA).hears) == (f"leg:{ANNA}", "caller")


def test_without_the_agent_it_rings_and_nobody_is_introduced(call: Dial) -> None:
    phone = rings(call)
    phone.session.agent.closes()
    phone.session.advance(0)
    assert (phone.hears, phone.ringing) == (RINGBACK, [ANNA])
    assert error_of(phone.asks("agent unavailable")) == "busy"
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{ANNA}"
    assert any("anna is not introduced: the agent is gone" in line for line in phone.session.logs)
    assert not any("could not" in line for line in phone.session.logs)


def test_a_model_that_does_not_answer_is_gone(call: Dial) -> None:
    phone = rings(call)
    assert phone.asks("agent unavailable") == {"ok": True}
    assert (phone.hears, phone.ringing, phone.session.agent.state) == (RINGBACK, [ANNA], "closed")


def test_a_model_that_does_not_answer_two_is_gone_as_well(call: Dial) -> None:
    phone = introduced(call)
    assert phone.asks("agent unavailable") == {"ok": True}
    assert (phone.hears, phone.session.leg(ANNA).hears) == (f"leg:{ANNA}", "caller")


def test_a_call_that_ends_lets_everybody_go(call: Dial) -> None:
    phone = introduced(call)
    phone.session.agent.speaks(3000)
    phone.session.advance(100)
    phone.session.caller.hang_up()
    phone.session.advance(0)
    assert phone.is_over()
    assert not any("connected" in line for line in phone.session.logs)
    assert count(phone, "conference_stopped") == 1


def test_where_there_is_no_conference_the_person_has_the_caller(call: Dial) -> None:
    phone = introduced(call, throws={"VoxEngine.createConference": 0})
    assert (phone.hears, phone.session.leg(ANNA).hears) == (f"leg:{ANNA}", "caller")
    assert phone.session.agent.state == "closed"
    assert not any("introduces the caller" in line for line in phone.session.logs)


def test_where_they_cannot_talk_on_the_caller_hears_that_it_rings(call: Dial) -> None:
    phone = rings(call, throws={"VoxEngine.sendMediaBetween": 2})
    assert (phone.hears, phone.ringing) == (RINGBACK, [ANNA])
    phone.session.leg(ANNA).fail(486)
    phone.session.advance(0)
    assert (phone.hears, phone.session.agent.hears) == ("agent", "caller")
    assert count(phone, "player_stopped") == 1, "and it is over when they can"
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{BEN} + agent"


def test_a_transfer_in_which_the_agent_waits_introduces_nobody(call: Dial) -> None:
    phone = call("introduction")
    phone.asks_and_speaks("call_ben")
    assert phone.hears == RINGBACK
    assert error_of(phone.asks("cancel")) == "not_ready"
    phone.session.leg(BEN).answer()
    phone.session.advance(0)
    assert (phone.hears, phone.told) == (f"leg:{BEN}", [])


def test_where_it_rings_for_an_agent_that_waits_it_is_lost_without_a_sound(call: Dial) -> None:
    phone = call("introduction")
    phone.asks_and_speaks("call_ben")
    tones = count(phone, "player")
    phone.session.agent.closes()
    phone.session.advance(0)
    assert (phone.hears, count(phone, "player")) == (RINGBACK, tones)


def test_what_an_agent_said_before_it_is_lost_is_heard_by_both(call: Dial) -> None:
    phone = introduced(call)
    phone.session.agent.speaks(3000)
    phone.session.advance(500)
    phone.session.agent.closes()
    phone.session.advance(999)
    assert (phone.hears, phone.session.leg(ANNA).hears) == (f"leg:{ANNA}", "caller")
    assert (count(phone, "conference_stopped"), connected(phone)) == (0, False)
    phone.session.advance(1)
    assert (phone.hears, phone.session.leg(ANNA).hears) == (f"leg:{ANNA}", "caller")
    assert (count(phone, "conference_stopped"), connected(phone)) == (1, True)
    assert count(phone, "misuse") == 0


def connected(phone: Phone) -> bool:
    return any("connected anna" in line for line in phone.session.logs)


def test_who_goes_while_that_is_heard_leaves_the_caller_with_a_tone(call: Dial) -> None:
    phone = introduced(call)
    phone.session.agent.speaks(3000)
    phone.session.advance(500)
    phone.session.agent.closes()
    phone.session.advance(500)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(0)
    assert (phone.hears, phone.ringing) == (RINGBACK, [BEN])
    phone.session.advance(5000)
    assert (phone.hears, connected(phone)) == (RINGBACK, False)


def test_where_they_cannot_talk_on_again_that_is_tried_once_more(call: Dial) -> None:
    phone = introduced(call, throws={"VoxEngine.sendMediaBetween": 6})
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(0)
    assert (phone.hears, phone.session.agent.hears, phone.ringing) == ("agent", "caller", [BEN])
    assert phone.told[-1] == {"vox_event": "introducing", "action": "find"}


def test_where_nobody_is_introduced_the_next_who_rings_begins_no_other_tone(call: Dial) -> None:
    phone = introduced(call)
    phone.session.agent.speaks(3000)
    phone.session.advance(500)
    phone.session.agent.closes()
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(2000)
    tones = count(phone, "player")
    phone.session.leg(BEN).fail(486)
    phone.session.advance(0)
    assert (phone.hears, count(phone, "player")) == (RINGBACK, tones + 1), "while the agent is called again"


def finds_carl(call: Dial) -> Phone:
    """His phone rings, the caller may stop that, and there is something to hear without the agent."""
    phone = call("introduction")
    phone.asks_and_speaks("find_carl")
    assert (phone.hears, phone.session.agent.hears, phone.ringing) == ("agent", "caller", [PBX])
    return phone


def test_a_key_stops_the_ringing_and_others_do_not(call: Dial) -> None:
    phone = finds_carl(call)
    phone.session.caller.press("1")
    assert phone.ringing == [PBX]
    phone.session.caller.press("*")
    returned = phone.told[-1]
    assert (returned["outcome"], returned["target"], phone.ringing) == ("cancelled", "carl", [])
    assert (phone.hears, phone.session.agent.hears) == ("agent", "caller")
    assert [each["vox_event"] for each in phone.told] == ["introducing", "returned"]


def test_of_a_key_and_the_agent_the_one_that_counted_is_told(call: Dial) -> None:
    """Each time anew: what the agent has stopped once, the caller may stop the next time."""
    phone = finds_carl(call)
    assert phone.asks("cancel") == {"ok": True}
    phone.session.caller.press("*")  # too late
    assert (phone.told[-1]["outcome"], phone.told[-1]["by"]) == ("cancelled", "agent")
    phone.session.advance(20_000)
    phone.asks_and_speaks("find_carl", id="again")
    phone.session.caller.press("*")
    assert error_of(phone.asks("cancel", id="too late")) == "not_ready"
    assert (phone.told[-1]["outcome"], phone.told[-1]["by"]) == ("cancelled", "key")


def test_a_key_stops_an_introduction(call: Dial) -> None:
    phone = finds_carl(call)
    phone.session.leg(PBX).answer()
    phone.session.advance(500)
    phone.session.caller.press("*")
    phone.session.advance(0)
    assert phone.session.leg(PBX).hears is None
    assert [each["vox_event"] for each in phone.told[1:]] == ["introduction", "introduction_over", "returned"]
    assert (phone.told[-1]["outcome"], phone.hears, phone.session.agent.hears) == ("cancelled", "agent", "caller")
    assert (count(phone, "conference_stopped"), count(phone, "misuse")) == (1, 0)


def test_once_the_agent_has_left_the_key_is_for_the_person(call: Dial) -> None:
    phone = finds_carl(call)
    phone.session.leg(PBX).answer()
    phone.session.advance(0)
    phone.session.agent.speaks(1000)
    phone.session.advance(2000)
    phone.session.caller.press("*")
    assert phone.hears == f"leg:{PBX}"


def test_without_the_agent_the_caller_hears_what_ringing_says(call: Dial) -> None:
    phone = finds_carl(call)
    phone.session.agent.closes()
    phone.session.advance(0)
    assert (phone.hears, phone.ringing) == ("tts:Please wait.", [PBX])
    phone.session.caller.press("*")
    assert phone.ringing == []


def test_on_hold_the_caller_hears_it_as_well(call: Dial) -> None:
    phone = finds_carl(call)
    phone.session.leg(PBX).answer()
    phone.session.advance(0)
    phone.session.agent.speaks(1000)
    phone.session.advance(2000)
    phone.session.leg(PBX).hold()
    assert phone.hears == "tts:Please wait."


def test_a_recording_has_the_introduction_and_then_pauses(call: Dial) -> None:
    phone = call("introduction_recorded")
    phone.asks("record")
    phone.asks_and_speaks("find_alone")
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    assert recorded(phone) == f"caller + leg:{ANNA} + agent"
    phone.session.agent.speaks(1000)
    phone.session.advance(2000)
    assert (phone.hears, recorded(phone)) == (f"leg:{ANNA}", "silence")
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(300)
    assert recorded(phone) == "caller + agent"


def test_where_it_cannot_pause_the_agent_has_the_caller_back(call: Dial) -> None:
    phone = call("introduction_recorded", throws={"Recorder.mute": 2})
    phone.asks("record")
    phone.asks_and_speaks("find_alone")
    phone.session.leg(ANNA).answer()
    phone.session.advance(0)
    phone.session.agent.speaks(1000)
    phone.session.advance(2000)
    assert (phone.hears, phone.session.agent.hears, phone.ringing) == ("agent", "caller", [])
    assert phone.told[-1]["outcome"] == "failed"


def test_what_ringing_says_does_not_begin_anew_with_who_rings_next(call: Dial) -> None:
    phone = call("introduction", throws={"VoxEngine.createToneScriptPlayer": 0})
    phone.asks("find_carl")
    phone.session.agent.closes()
    phone.session.advance(0)
    assert (phone.hears, phone.ringing) == ("tts:Please wait.", [PBX])
    phone.session.advance(1000)
    assert phone.hears == "silence", "there is no ringback, which is tried again in a second"
    phone.session.leg(PBX).fail(486)
    phone.session.advance(0)
    assert (phone.hears, phone.ringing) == ("silence", [BEN])


def test_when_a_person_has_gone_the_agent_may_stop_the_ringing_again(call: Dial) -> None:
    phone = introduced(call)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(0)
    assert error_of(phone.asks("leave")) == "not_ready"
    assert phone.asks("cancel") == {"ok": True}
    assert (phone.told[-1]["outcome"], phone.ringing) == ("cancelled", [])
