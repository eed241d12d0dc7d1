"""What of a generated scenario's state decides nothing, so that states which differ in nothing else are one.

The runtime hands some of its data on and does nothing else with it: what came of an earlier transfer is told to
webhooks and to the agent, what an earlier request was answered is answered again. Whether the second transfer of a call
rings is not a matter of who was busy in the first. The search takes states for one that differ in such data alone, and
goes on from the one that it came to first: with the data of that one, which are real, so whatever is told is compared
with what the flow says. What a state cannot use any more, it takes for nothing: who was rung, once the caller is back.

All this is about flowc's own runtime. A scenario that is not what flowc generates is searched without it, and so is
every scenario with `exact`. `tests/verify/test_digest.py` tries it: random pairs of states that are taken for one, and
random events after both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

HANDED_ON: Mapping[str, str] = {
    "result": "identity",
    "resultBefore": "identity",
    "returned": "presence",
    "tried": "length",
    "replies": "keys",
}
"""Fields of `S` that are only handed on, and what of each counts all the same. identity: whether it is there, and the
same as another; presence: whether it is there; length: how many there are; keys: the names of its entries.
"""

WITH_AGENT = ("new", "starting", "talking", "leaving")
"""Phases in which no steps of the flow are carried out: whatever carries some out says first which."""
STALE: Mapping[str, Sequence[str]] = dict.fromkeys(
    ("steps", "position", "way", "transfer", "hunt", "tried", "afterSpeech"), WITH_AGENT
)
"""Fields of `S` that are set before they are read again, by the phases in which that is so."""

COUNTER = "agentAttempt"
"""A field of `S` that counts up, and whose numbers are compared with it, for being the same, and with nothing else."""
COUNTED = ("onAgentReady", "onAgentRefused", "onAgentClosed")
"""Functions that such a number is bound to, as the first argument."""


def passive() -> dict[str, Any]:
    """As the search takes it."""
    return {"handed": HANDED_ON, "stale": STALE, "counter": COUNTER, "counted": COUNTED}
