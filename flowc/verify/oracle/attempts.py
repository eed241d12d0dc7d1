"""What came of ringing targets: the attempts of a hunt, and which of them its outcome is."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple


class Attempt(NamedTuple):
    """`rang` is for how long, in milliseconds, if it was given up. `reason`: why it is declined, if that was said."""

    target: str
    outcome: str
    rang: int | None = None
    reason: str = ""


class Reported(NamedTuple):
    """An attempt, as the report has it."""

    action: str | None
    attempt: Attempt
    talked: int | None = None
    key: str = ""


class Result(NamedTuple):
    """What came of a transfer, of which target (None: nobody was to be rung), and all attempts since what began them.
    `talked` is milliseconds with a person, None before that is over. `by`: who has stopped the ringing, if anybody.
    """

    outcome: str
    target: str | None
    tried: tuple[Attempt, ...]
    talked: int | None = None
    by: str = ""


MOST_HOPEFUL_FIRST = (
    "declined",
    "not_accepted",
    "busy",
    "no_answer",
    "machine",
    "unreachable",
    "closed",
    "failed",
    "not_allowed",
    "invalid",
)
"""The order of the table of outcomes in `flows/README.md`."""


def most_hopeful(tried: tuple[Attempt, ...]) -> Attempt:
    """The attempt that a hunt has its outcome of: of several with the same one, the first."""
    return min(tried, key=lambda attempt: MOST_HOPEFUL_FIRST.index(attempt.outcome))


def hope_of(tried: tuple[Attempt, ...], named: Collection[str]) -> tuple[int, str]:
    """What the outcome of a hunt so far can still lead to, where the fallback names some: how many of them are more
    hopeful, and which it is, if it is one of them.
    """
    if not tried:
        return 0, ""
    outcome = most_hopeful(tried).outcome
    place = MOST_HOPEFUL_FIRST.index(outcome)
    before = sum(MOST_HOPEFUL_FIRST.index(each) < place for each in named if each in MOST_HOPEFUL_FIRST)
    return before, outcome if outcome in named else ""
