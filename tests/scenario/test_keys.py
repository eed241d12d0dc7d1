"""Keys that the caller presses while with the agent: what the agent is told of them, and when."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.scenario.phone import Phone

BEN = "+15550100002"
Dial = Callable[..., Phone]


def press(phone: Phone, keys: str, kind: str = "telephone_event") -> None:
    phone.session.caller.press(keys, kind)
    phone.session.advance(0)


def told(phone: Phone) -> list[Any]:
    """What the agent was told: keys, or another event."""
    return [each.get("keys", each["vox_event"]) for each in phone.told]


def test_what_comes_without_a_pause_is_told_together(call: Dial) -> None:
    phone = call("stopping_key")
    press(phone, "4")
    phone.session.advance(1999)
    press(phone, "42*")
    phone.session.advance(1999)
    assert told(phone) == []
    phone.session.advance(1)
    assert phone.told == [{"vox_event": "keys", "keys": "442*"}]
    press(phone, "0")
    phone.session.advance(10_000)
    assert told(phone) == ["442*", "0"]
    assert phone.hears == "agent"


def test_a_hash_ends_it_and_alone_is_a_key(call: Dial) -> None:
    phone = call("stopping_key")
    press(phone, "42#")
    assert told(phone) == ["42"]
    press(phone, "#")
    assert told(phone) == ["42", "#"]
    press(phone, "7")
    phone.session.advance(2000)
    assert told(phone) == ["42", "#", "7"]


def test_a_key_that_never_ends_is_told_in_parts(call: Dial) -> None:
    phone = call("stopping_key")
    press(phone, "5" * 120)
    phone.session.advance(2000)
    assert [len(keys) for keys in told(phone)] == [50, 50, 20]


def test_one_press_that_is_reported_in_two_ways_is_one(call: Dial) -> None:
    """Beside the first press, which is heard in band as well."""
    phone = call("stopping_key")
    press(phone, "4", "in_band")
    press(phone, "4")
    press(phone, "42#")
    press(phone, "#", "in_band")
    assert told(phone) == ["442"]
    press(phone, "1")
    phone.session.advance(2000)
    press(phone, "1", "in_band")
    phone.session.advance(2000)
    assert told(phone) == ["442", "1", "1"], "there was a pause"


def test_a_platform_that_reports_all_presses_twice_costs_no_key(call: Dial) -> None:
    """Whichever report comes when: also those of two presses of one key, each way after the other."""
    phone = call("stopping_key")
    press(phone, "44")
    press(phone, "44", "in_band")
    press(phone, "2#")
    press(phone, "2#", "in_band")
    assert told(phone) == ["442"]
    phone = call("stopping_key")
    for key in "1002#":
        press(phone, key, "in_band")
        press(phone, key)
    assert told(phone) == ["1002"]
    phone.session.advance(30_000)
    press(phone, "#", "in_band")
    press(phone, "#")
    assert told(phone) == ["1002", "#"]


def merged(ways: Mapping[str, Sequence[str]]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Every order of reports in which each way has its own in their order: the key, and the way."""
    if not any(ways.values()):
        yield ()
    for way, (first, *others) in ((way, keys) for way, keys in ways.items() if keys):
        for rest in merged({**ways, way: others}):
            yield ((first, way), *rest)


WAYS = ("telephone_event", "in_band", "sip_info")
SOME = [some for count in (1, 2, 3) for some in itertools.combinations(WAYS, count)]


@pytest.mark.parametrize("some", SOME, ids="-".join)
@pytest.mark.parametrize("keys", ["44", "42", "#"])
def test_a_press_counts_once_in_whichever_ways_and_order_it_is_reported(
    call: Dial, some: Sequence[str], keys: str
) -> None:
    """Two presses of one key, one after the other, are two. Who is told in two ways of the first may be told of the
    second in one alone: with RFC 2833 the platform listens no more for what is in band.
    """
    for first in [each for count in range(1, len(some) + 1) for each in itertools.combinations(some, count)]:
        for order in merged({way: list(keys if way in first else keys[:1]) for way in some}):
            phone = call("stopping_key")
            for key, way in order:
                press(phone, key, way)
            phone.session.advance(2000)
            expected = sorted(keys if len(keys) > 1 else keys[:1])
            assert sorted("".join(told(phone))) == expected, order


@pytest.mark.parametrize("order", list(itertools.permutations(WAYS)), ids="-".join)
def test_a_press_that_is_reported_late_in_a_third_way_is_the_same(call: Dial, order: Sequence[str]) -> None:
    phone = call("stopping_key")
    for way in order:
        press(phone, "4", way)
        phone.session.advance(900)
    phone.session.advance(2000)
    assert told(phone) == ["4"]
    press(phone, "4", order[0])
    phone.session.advance(2000)
    assert told(phone) == ["4", "4"]


def test_an_action_that_takes_the_call_ends_it(call: Dial) -> None:
    """Until the caller is back no key is for the agent, nor is the one that stops the ringing, told in two ways."""
    phone = call("stopping_key")
    press(phone, "4")
    assert phone.asks("find") == {"ok": True}
    assert told(phone) == ["4"]
    press(phone, "2")
    phone.session.advance(5000)
    press(phone, "3*")
    press(phone, "*", "in_band")
    assert told(phone) == ["4", "returned"]
    press(phone, "6#")
    assert told(phone) == ["4", "returned", "6"]


def test_a_key_that_stopped_the_ringing_long_ago_is_another_press(call: Dial) -> None:
    phone = call("stopping_key")
    phone.asks("excuse")
    phone.session.advance(5000)
    press(phone, "*")
    assert phone.tts == "A caller is waiting."
    phone.session.advance(10_000)
    assert phone.hears == "agent"
    press(phone, "*", "in_band")
    phone.session.advance(2000)
    assert told(phone) == ["returned", "*"]


def test_keys_go_to_a_person_who_has_the_caller(call: Dial) -> None:
    phone = call("stopping_key")
    phone.asks_and_speaks("plain")
    press(phone, "1")
    phone.session.leg(BEN).answer()
    press(phone, "2#")
    phone.session.leg(BEN).hang_up()
    assert phone.is_over()
    assert told(phone) == []


def test_a_lost_agent_and_a_caller_who_hangs_up_are_told_nothing(call: Dial) -> None:
    phone = call("stopping_key")
    press(phone, "42")
    phone.session.agent.closes()
    phone.session.advance(5000)
    assert told(phone) == []
    phone = call("stopping_key")
    press(phone, "42")
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert told(phone) == []


@pytest.mark.parametrize("function", ["Call.handleTones", "Logger.hideTones", "Cartesia.AgentsClient.custom"])
def test_what_the_platform_refuses_costs_no_call(call: Dial, function: str) -> None:
    phone = call("stopping_key", throws={function: 1})
    press(phone, "42#")
    phone.session.advance(3000)
    assert phone.hears == "agent"
    phone.asks_and_speaks("plain")
    assert phone.ringing == [BEN]


def test_no_log_has_a_key(call: Dial) -> None:
    found = []
    for keys in ("1", "7391"):
        phone = call("stopping_key")
        press(phone, keys)
        phone.session.advance(2000)
        found.append(phone.session.logs)
    assert found[0] == found[1]


def test_a_key_comes_before_an_action_that_was_asked_for_without_an_id(call: Dial) -> None:
    phone = call("own_keys")
    assert phone.session.post('{"action": "end_call"}', {}).json == {"ok": True}
    press(phone, "0")
    assert phone.hears == "tts:Goodbye."
    assert told(phone) == ["cancelled"]


def test_a_key_comes_when_the_agent_was_lost_before_an_action(call: Dial) -> None:
    """There is nobody to be told that it is cancelled."""
    phone = call("own_keys")
    assert phone.asks("end_call", id="one") == {"ok": True}
    phone.session.advance(100)
    phone.session.agent.speaks(5000)
    phone.session.advance(500)
    phone.session.agent.closes()
    press(phone, "0")
    assert phone.hears == "tts:Goodbye."
    assert not any("tell the agent" in line for line in phone.session.logs)


def test_keys_of_an_agent_that_is_lost_are_told_nobody(call: Dial) -> None:
    phone = call("stopping_key")
    press(phone, "42")
    phone.session.agent.closes()
    phone.session.advance(5000)
    assert told(phone) == []
    assert not any("is told which keys" in line for line in phone.session.logs)
