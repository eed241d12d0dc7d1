"""What a hunt of several comes to, and what is told of all the hunts of one action."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import permutations, product
from typing import Any

import pytest

from flowc.ir import Outcome
from flowc.verify.oracle.attempts import MOST_HOPEFUL_FIRST
from tests.conftest import ROOT
from tests.scenario.phone import Phone

ANNA, BEN, CARL = "+15550100001", "+15550100002", "+15550100003"
IN_ORDER = {
    "declined": 603, "busy": 486, "no_answer": 408, "unreachable": 480, "failed": 503, "not_allowed": 403,
    "invalid": 404,
}  # fmt: skip
"""Outcomes, the most hopeful first, each with a code of its own."""


def tried(phone: Phone) -> list[tuple[str, str]]:
    return [(one["target"], one["outcome"]) for one in phone.told[-1]["tried"]]


@pytest.mark.parametrize(("first", "second"), list(product(IN_ORDER, IN_ORDER)))
def test_the_outcome_of_a_hunt_is_the_most_hopeful_of_its_attempts(
    call: Callable[..., Phone], first: str, second: str
) -> None:
    phone = call("hunts")
    phone.asks_and_speaks("one_of_two")
    phone.session.leg(ANNA).fail(IN_ORDER[first])
    phone.session.leg(BEN).fail(IN_ORDER[second])
    best = min((first, "anna"), (second, "ben"), key=lambda one: list(IN_ORDER).index(one[0]))
    assert (phone.told[-1]["outcome"], phone.told[-1]["target"]) == best, "of two that are the same, the first"
    assert tried(phone) == [("anna", first), ("ben", second)]
    assert f"one_of_two: the outcome is {best[0]}, of {best[1]}" in "\n".join(phone.session.logs)


def test_the_order_of_hope_is_the_same_everywhere() -> None:
    """In the language, in the scenario, in the second reading, and in the reference that it is a reading of."""
    in_language = [str(outcome) for outcome in Outcome]
    in_order = list(MOST_HOPEFUL_FIRST)
    assert in_order == [each for each in in_language if each in in_order]
    of_no_leg = ("closed", "machine", "not_accepted")  # which no leg says
    assert [each for each in in_order if each not in of_no_leg] == list(IN_ORDER)
    runtime = (ROOT / "flowc" / "emit" / "voxengine" / "runtime" / "transfer.js").read_text("utf-8")
    found = re.search(r"MOST_HOPEFUL_FIRST = (\[.*?\])", runtime)
    assert found is not None
    assert json.loads(found[1]) == in_order
    table = (ROOT / "flows" / "README.md").read_text("utf-8").partition("### Outcomes")[2].partition("\n## ")[0]
    rows = [row for row in re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) if row in in_order]
    assert rows == in_order


def test_an_action_tells_all_its_attempts(call: Callable[..., Phone]) -> None:
    """Through `fallback`, routes and `afterwards`; the outcome is that of the last transfer."""
    phone = call("hunts")
    phone.asks_and_speaks("again_and_again")
    phone.session.leg(ANNA).answer()
    phone.session.advance(30_000)
    phone.session.leg(ANNA).hang_up()
    phone.session.advance(100)
    assert posted(phone)["result"] == {
        "outcome": "connected",
        "target": "anna",
        "tried": [{"target": "anna", "outcome": "connected"}],
        "talk_seconds": 30,
    }
    phone.session.leg(BEN).fail(480)
    phone.session.leg(CARL).answer()
    phone.session.leg(CARL).hang_up()
    phone.session.advance(100)
    assert [one["outcome"] for one in posted(phone)["result"]["tried"]] == ["connected", "unreachable", "connected"]
    phone.session.leg(BEN).fail(404)
    phone.session.leg(CARL).fail(603)
    told = starting(phone)
    assert (told["outcome"], told["target"], told["talk_seconds"]) == ("declined", "carl", None)
    assert [(one["target"], one["outcome"]) for one in told["tried"]] == [
        ("anna", "connected"),
        ("ben", "unreachable"),
        ("carl", "connected"),
        ("ben", "invalid"),
        ("carl", "declined"),
    ]


def posted(phone: Phone) -> dict[str, Any]:
    """What a webhook got last."""
    requests = [each for each in phone.session.trace if each["event"] == "http_request"]
    found: dict[str, Any] = json.loads(requests[-1]["body"] or "")
    return found


def starting(phone: Phone) -> dict[str, Any]:
    """What an agent that is started again has been told."""
    phone.session.advance(1000)
    found: dict[str, Any] = (phone.session.agent.started or {})["vox_outcome"]
    return found


def test_an_action_begins_with_nobody_tried(call: Callable[..., Phone]) -> None:
    phone = call("hunts")
    for first, second in permutations((486, 603)):
        phone.asks_and_speaks("one_of_two")
        phone.session.leg(ANNA).fail(first)
        phone.session.leg(BEN).fail(second)
        assert len(tried(phone)) == 2


def test_the_loss_of_the_agent_begins_with_nobody_tried(call: Callable[..., Phone]) -> None:
    phone = call("hunts")
    phone.asks_and_speaks("one_of_two")
    phone.session.leg(ANNA).fail(486)
    phone.session.leg(BEN).fail(486)
    phone.session.agent.closes(1000, "lost")
    phone.session.leg(ANNA).fail(480)
    phone.session.leg(BEN).fail(404)
    assert posted(phone)["action"] is None
    assert posted(phone)["result"] == {
        "outcome": "unreachable",
        "target": "anna",
        "tried": [{"target": "anna", "outcome": "unreachable"}, {"target": "ben", "outcome": "invalid"}],
    }


def test_what_is_told_has_at_most_as_many_attempts_as_the_platform_allows(call: Callable[..., Phone]) -> None:
    """Talks without end: the last attempts that the platform allows are told, and no attempt that was never made."""
    phone = call("hunts")
    phone.asks_and_speaks("again_and_again")
    phone.session.leg(ANNA).answer()
    phone.session.leg(ANNA).hang_up()
    for _ in range(48):
        assert phone.ringing == [BEN]
        phone.session.leg(BEN).answer()
        phone.session.leg(BEN).hang_up()
    assert len(phone.dialled) == 49
    told = starting(phone)
    assert (told["outcome"], told["target"]) == ("not_allowed", "ben")
    assert [one["outcome"] for one in told["tried"]] == ["connected"] * 49


def test_the_longest_event_stays_small() -> None:
    """49 attempts, each of a target with the longest name: less than the 8192 bytes of a message of the platform."""
    attempt = {"target": "x" * 64, "outcome": "unreachable", "rang_seconds": 59.999}
    assert len(json.dumps([attempt] * 49, separators=(",", ":"))) < 6144
