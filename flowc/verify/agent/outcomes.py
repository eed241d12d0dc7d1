"""What may become of a transfer, and whether the model is told just that: who had the caller, who did not and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flowc.verify.agent.known import BEFORE, NOT_CONNECTED, TALKED, TRIED, Known, Wrongness
from flowc.verify.agent.record import Told

MARK = ""
"""Stands for the target that occurs nowhere else."""
OTHER, THIRD = "night_desk", "third_desk"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`target` is the one that stands for all; None: nobody was to be rung. `tried`: targets, each with what became of
    it, and what else is told of that.
    """

    sentence: str
    outcome: str
    tried: tuple[tuple[str, str, dict[str, Any]], ...]
    target: str | None = MARK
    talk_seconds: int | None = None

    def told(self, mark: str) -> dict[str, Any]:
        tried = [{"target": target or mark, "outcome": came, **more} for target, came, more in self.tried]
        target = self.target or (None if self.target is None else mark)
        return {"outcome": self.outcome, "target": target, "tried": tried, "talk_seconds": self.talk_seconds}


BUSY = Outcome("", "busy", ((MARK, "busy", {}),))
OUTCOMES = (
    Outcome(
        "somebody else had the caller before, and of two who did not the first counts",
        "no_answer",
        ((OTHER, "connected", {}), (MARK, "no_answer", {"rang_seconds": 20}), (THIRD, "unreachable", {})),
    ),
    Outcome("one who was asked twice declines", "declined", ((MARK, "declined", {"reason": "not now"}),) * 2),
    Outcome("nobody was to be rung after a conversation", "invalid", ((MARK, "connected", {}),), target=None),
    Outcome("the second has the caller", "connected", ((OTHER, "busy", {}), (MARK, "connected", {})), talk_seconds=42),
    Outcome(
        "one has the caller after another",
        "connected",
        ((OTHER, "connected", {}), (THIRD, "busy", {}), (MARK, "connected", {})),
        talk_seconds=1,
    ),
    Outcome("one has the caller twice", "connected", ((MARK, "connected", {}), (MARK, "connected", {}))),
)


def outcomes_are_told_as_they_are(known: Known) -> Iterator[Wrongness]:
    """What the last question to the model says of each: whom, what and how often, and nothing that was not so."""
    for number, _, told in known.all(Told):
        seen = known.last_seen(told.session)
        if not told.mark or seen is None or seen[0] < number or told.metadata["outcome"] == "cancelled":
            continue
        lines = [line for role, content in seen[1].messages if role != "assistant" for line in content.split("\n")]
        for line in (each for each in lines if told.mark in each):
            for missing in (each for each in _has_to_be_said(told.metadata) if each not in line):
                yield Wrongness("outcomes are told", f"the model is not told, of what became of the call: {missing}")
            for untrue in (each for each in _must_not_be_said(told.metadata) if each in line):
                yield Wrongness("outcomes are told", f"the model is told of what became of the call: {untrue}")


def _has_to_be_said(metadata: dict[str, Any]) -> Iterator[str]:
    target, before = _words(metadata["target"] or ""), _before(metadata)
    if metadata["outcome"] == "connected":
        yield f"{TALKED} {target}"
        if metadata["talk_seconds"] is not None:
            yield f" {_seconds(metadata['talk_seconds'])}"
        if before:
            yield f"{BEFORE} to {_counted(before)}"
        return
    yield f"{f'to {target} ' if target else ''}{NOT_CONNECTED}: {_words(metadata['outcome'])}."
    if before:
        yield f"{TALKED} {_counted(before)}."
    yield f"{TRIED}: {_counted([_attempt(each) for each in metadata['tried']])}."


def _must_not_be_said(metadata: dict[str, Any]) -> Iterator[str]:
    is_connected = metadata["outcome"] == "connected"
    if is_connected:
        yield NOT_CONNECTED
    if not _before(metadata):
        yield f"{BEFORE} to" if is_connected else TALKED


def _before(metadata: dict[str, Any]) -> list[str]:
    """Who had the caller, beside the one of whom this tells: that is the last of them."""
    had = [_words(each["target"]) for each in metadata["tried"] if each["outcome"] == "connected"]
    return had[:-1] if metadata["outcome"] == "connected" else had


def _attempt(tried: dict[str, Any]) -> str:
    after = f" after {_seconds(tried['rang_seconds'])}" if "rang_seconds" in tried else ""
    why = f", because: {tried['reason']}" if "reason" in tried else ""
    return f"{_words(tried['target'])} ({_words(tried['outcome'])}{after}{why})"


def _counted(names: Sequence[str]) -> str:
    times = {name: f" ({names.count(name)} times)" if names.count(name) > 1 else "" for name in names}
    return ", ".join(f"{name}{count}" for name, count in times.items())


def _seconds(number: int) -> str:
    return f"{number} second" + ("" if number == 1 else "s")


def _words(name: str) -> str:
    return name.replace("_", " ")
