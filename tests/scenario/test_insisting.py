"""Attempts and pauses, the limit of a hunt, and outcomes that stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenario.phone import RINGBACK, Phone

ANNA, BEN, CARL = "+15550100001", "+15550100002", "+15550100003"
AGAIN = {"busy": 486, "no_answer": 408, "unreachable": 480, "failed": 503}
NEVER_AGAIN = {"declined": 603, "not_allowed": 403, "invalid": 404}


def tried(phone: Phone) -> list[tuple[str, str]]:
    return [(one["target"], one["outcome"]) for one in phone.told[-1]["tried"]]


@pytest.mark.parametrize("outcome", AGAIN)
def test_a_target_is_rung_again_after_a_pause(call: Callable[..., Phone], outcome: str) -> None:
    phone = call("insisting")
    phone.asks_and_speaks("repeatedly")
    for _ in range(2):
        assert phone.ringing == [ANNA]
        phone.session.leg(ANNA).fail(AGAIN[outcome])
        phone.session.advance(29_999)
        assert (phone.ringing, phone.hears) == ([], RINGBACK)
        phone.session.advance(1)
    phone.session.leg(ANNA).fail(AGAIN[outcome])
    assert phone.ringing == [BEN], "three times, and no pause before the next one"
    phone.session.leg(BEN).fail(404)
    assert tried(phone) == [("anna", outcome)] * 3 + [("ben", "invalid")]
    assert "insisting: anna: again in 30 s" in phone.session.logs


def test_a_target_is_rung_again_after_its_ring(call: Callable[..., Phone]) -> None:
    phone = call("insisting")
    phone.asks_and_speaks("repeatedly")
    phone.session.advance(20_000 + 30_000)
    assert (phone.ringing, phone.dialled) == ([ANNA], [ANNA, ANNA])
    phone.session.leg(ANNA).answer()
    assert phone.hears == f"leg:{ANNA}"
    phone.session.advance(100_000)
    assert phone.dialled == [ANNA, ANNA], "a conversation is the end of a hunt"
    phone.session.leg(ANNA).hang_up()
    assert phone.is_over()


@pytest.mark.parametrize("outcome", NEVER_AGAIN)
def test_a_target_is_not_rung_again_where_it_is_of_no_use(call: Callable[..., Phone], outcome: str) -> None:
    phone = call("insisting")
    phone.asks_and_speaks("repeatedly")
    phone.session.leg(ANNA).fail(486)
    phone.session.advance(30_000)
    phone.session.leg(ANNA).fail(NEVER_AGAIN[outcome])
    assert phone.ringing == [BEN]


@pytest.mark.parametrize("is_pause", [True, False])
def test_the_caller_hangs_up(call: Callable[..., Phone], is_pause: bool) -> None:
    phone = call("insisting")
    phone.asks_and_speaks("repeatedly")
    if is_pause:
        phone.session.leg(ANNA).fail(486)
    phone.session.caller.hang_up()
    assert phone.is_over()
    assert phone.dialled == [ANNA]


def test_the_agent_may_be_lost_in_a_pause(call: Callable[..., Phone]) -> None:
    phone = call("insisting")
    phone.asks_and_speaks("repeatedly")
    phone.session.leg(ANNA).fail(486)
    phone.session.agent.closes()
    phone.session.advance(30_000)
    assert phone.ringing == [ANNA]


def test_a_hunt_has_a_limit_while_somebody_rings(call: Callable[..., Phone]) -> None:
    """20 s, a pause of 30 s, and 10 s more of the second time."""
    phone = call("insisting")
    phone.asks_and_speaks("for_a_minute")
    [placed] = phone.session.events_of("dial")
    phone.session.advance(placed["t"] + 60_000 - phone.session.now - 1)
    assert (phone.ringing, phone.told) == ([ANNA], [])
    phone.session.advance(1)
    assert phone.told[-1]["tried"] == [
        {"target": "anna", "outcome": "no_answer", "rang_seconds": 20},
        {"target": "anna", "outcome": "no_answer"},
    ]
    assert (phone.told[-1]["outcome"], phone.told[-1]["target"]) == ("no_answer", "anna")
    assert phone.ringing == []
    phone.session.advance(100_000)
    assert phone.dialled == [ANNA, ANNA]


def test_a_hunt_has_a_limit_in_a_pause(call: Callable[..., Phone]) -> None:
    phone = call("insisting")
    phone.asks_and_speaks("for_half_an_hour")
    for _ in range(5):
        phone.session.advance(20_000 + 300_000)
    assert phone.dialled == [ANNA] * 6
    phone.session.leg(ANNA).fail(486)
    phone.session.advance(200_000)
    phone.session.advance(1000)
    told = (phone.session.agent.started or {})["vox_outcome"]  # of an agent that was silent for too long, and left
    assert [(one["target"], one["outcome"]) for one in told["tried"]] == [("anna", "no_answer")] * 5 + [
        ("anna", "busy")
    ]
    assert (told["outcome"], phone.ringing) == ("busy", [])


def test_a_conversation_is_no_part_of_the_limit(call: Callable[..., Phone]) -> None:
    phone = call("insisting")
    phone.asks_and_speaks("for_a_minute")
    phone.session.leg(ANNA).answer()
    phone.session.advance(200_000)
    assert phone.hears == f"leg:{ANNA}"


@pytest.mark.parametrize(
    ("codes", "rung", "outcome"),
    [
        ([603], [ANNA], ("declined", "anna")),
        ([486, 403], [ANNA, BEN], ("not_allowed", "ben")),
        ([486, 486, 603], [ANNA, BEN, BEN], ("declined", "ben")),
        ([486, 404, 480], [ANNA, BEN, CARL], ("busy", "anna")),
    ],
)
def test_an_outcome_stops_a_hunt(
    call: Callable[..., Phone], codes: list[int], rung: list[str], outcome: tuple[str, str]
) -> None:
    """And it is the hunt's, although another was more hopeful; in further attempts, too."""
    phone = call("insisting")
    phone.asks_and_speaks("until_declined")
    for code in codes:
        phone.session.advance(10_000)
        phone.session.leg(phone.ringing[0]).fail(code)
    assert (phone.told[-1]["outcome"], phone.told[-1]["target"]) == outcome
    assert phone.dialled == rung
    phone.session.advance(60_000)
    phone.asks_and_speaks("until_declined")
    phone.session.leg(ANNA).fail(486)
    assert phone.ringing == [BEN], "it does not stop the next hunt"


def test_the_platform_allows_49_attempts(call: Callable[..., Phone]) -> None:
    """Whoever is rung again and again at once: the last ones are not called any more."""
    phone = call("insisting")
    phone.asks_and_speaks("at_once")
    for _ in range(49):
        [number] = phone.ringing
        phone.session.leg(number).fail(500)
    assert (len(phone.dialled), phone.ringing) == (49, [])
    told: dict[str, Any] = phone.told[-1]
    assert [one["outcome"] for one in told["tried"]] == ["failed"] * 49
    assert told["outcome"] == "failed"
    phone.session.advance(10_000)
    assert phone.hears == "agent"


def test_nobody_is_rung_when_the_hunt_is_over_in_a_pause(call: Callable[..., Phone]) -> None:
    phone = call("insisting")
    phone.asks_and_speaks("for_half_an_hour")
    for _ in range(6):
        assert phone.ringing == [ANNA]
        phone.session.advance(1000)
        phone.session.leg(ANNA).fail(486)
        phone.session.advance(300_000)
    told = (phone.session.agent.started or {})["vox_outcome"]  # of an agent that was silent for too long, and left
    assert (phone.ringing, told["outcome"]) == ([], "busy"), "some seconds before the next attempt"
    phone.session.advance(60_000)
    assert phone.dialled == [ANNA] * 6


def test_the_limit_of_a_hunt_ends_where_somebody_takes_the_call_whatever_becomes_of_that(
    call: Callable[..., Phone],
) -> None:
    phone = call("insisting", throws={"VoxEngine.sendMediaBetween": 2})
    phone.asks_and_speaks("for_a_minute")
    phone.session.advance(5000)
    phone.session.leg(ANNA).answer()
    assert phone.hears == RINGBACK, "the platform could not join them"
    phone.session.advance(30_000)
    assert phone.ringing == [ANNA]
    phone.session.advance(20_000)
    assert phone.ringing == [BEN]
    phone.session.advance(19_000)  # more than a minute in all
    assert phone.ringing == [BEN]
