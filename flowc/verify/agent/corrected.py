"""What has to come of a reply that arrives when no tool waits for it any more, and says what nobody has known."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.verify.agent.known import DONE, INTERRUPTED, LATE, NOT_DONE, SMALL, UNDER_WAY, Known, Wrongness
from flowc.verify.agent.record import Arrived, CallerSpeaks, Closed, Seen, Started, Told

WORDS_S = 1.05
"""From the reply to the question to the model."""
PROPERTY = "a late reply counts"


def corrected(known: Known) -> Iterator[Wrongness]:
    """What is wrong: a kind of it, and a sentence. A model that takes for accepted what was refused learns that, at
    once, and the tool says so when it is asked again.
    """
    for number, at, told in known.all(Told):
        start = _taken_for_accepted(known, number, at, told)
        if start is None:
            continue
        yield from _is_asked(known, told.session, number, at)
        seen = known.last_seen(told.session)
        is_asked_again = any(number < later and each.body == start.body for later, _, each in known.all(Started))
        if seen is None or is_asked_again:
            continue
        if not any(LATE in line or INTERRUPTED in line for line in _refusals(known, seen[1], start.action)):
            yield Wrongness(PROPERTY, f"{start.action} was refused, and the model is left to take it for accepted")


def _taken_for_accepted(known: Known, number: int, told_at: float, told: Told) -> Started | None:
    """What was refused by this, but the model knows that it was accepted; None if this is something else."""
    metadata = told.metadata
    if metadata["vox_event"] != "reply" or metadata["reply"]["ok"]:
        return None
    if metadata["reply"]["error"]["code"] == "cancelled":
        return None  # which is told by an event of its own
    bodies = {each.body for at, _, each in known.all(Arrived) if each.id == metadata["request_id"]}
    starts = [each for at, _, each in known.all(Started) if at < number and each.body in bodies]
    if not starts or starts[-1].session != told.session:
        return None
    start: Started = starts[-1]
    end, results = known.end(start.use), known.results(start.use)
    is_said = end is not None and end[0] < number and end[2].how == "returned" and told_at - end[1] > SMALL
    if is_said and all(value.get("ok") for _, value in results):
        return start
    is_noticed = any(
        word in line
        for at, _, seen in known.all(Seen)
        if at < number
        for line in known.notices(seen, start.action)
        for word in (DONE, UNDER_WAY)
    )
    return start if is_noticed and end is not None and end[2].how == "cancelled" else None


def _refusals(known: Known, seen: Seen, action: str) -> list[str]:
    return [line for line in known.notices(seen, action) if NOT_DONE in line]


def _is_asked(known: Known, session: int, number: int, told_at: float) -> Iterator[Wrongness]:
    if known.is_leaving(number + 1) or known.is_with_others(session, number):
        return
    for at, event in known.events[number + 1 :]:
        if at - told_at > WORDS_S:
            yield Wrongness(PROPERTY, "what was taken for accepted was refused, and nobody says a word")
            return
        if isinstance(event, Closed | CallerSpeaks | Told | Started | Seen):
            return
