"""What has to come of a briefing, in which the agent talks to a person alone."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.verify.agent.action import BRIEFING
from flowc.verify.agent.known import LEAVES, SMALL, Known, Wrongness
from flowc.verify.agent.record import Arrived, CallerSpeaks, Closed, Ended, Seen, Spoken, Started, Told

WORDS_S = 1.05
"""From the beginning of it to the question to the model."""
TALKS, TALKS_NO_MORE = "From now on you talk to {},", "You do not talk to {} any more."
PROPERTY = "a person is briefed"


def briefed(known: Known) -> Iterator[Wrongness]:
    """What is wrong: a kind of it, and a sentence. The model is asked at once, knows to whom it talks and has the tools
    for that, and knows when it is over; nobody hears what it would have said to that person then.
    """
    for number, at, told in known.all(Told):
        event = told.metadata["vox_event"]
        if event == "briefing":
            yield from _is_asked(known, number, at)
        if event == "briefing_over":
            yield from _is_silent(known, number, at)
        if event == "reply" and known.part(told.session, number)[1] == BRIEFING:
            yield from _is_not_disturbed(known, number, at, told)
        if event in ("briefing", "briefing_over"):
            yield from _is_told(known, number, told, TALKS if event == "briefing" else TALKS_NO_MORE)
    yield from _has_its_tools(known)


def _is_asked(known: Known, number: int, told_at: float) -> Iterator[Wrongness]:
    for at, event in known.events[number + 1 :]:
        if at - told_at > WORDS_S:
            yield Wrongness(PROPERTY, "a person has taken the call, and the model is not asked what to say")
            return
        if isinstance(event, Seen) and _under_way(event) > max(
            (_under_way(each) for each in _before(known, number)), default=0
        ):
            yield Wrongness(PROPERTY, "the model is to brief somebody, and is told that the call leaves it in a moment")
        if isinstance(event, Closed | CallerSpeaks | Told | Started | Seen):
            return


def _before(known: Known, number: int) -> Iterator[Seen]:
    return (seen for before, _, seen in known.all(Seen) if before < number)


def _under_way(seen: Seen) -> int:
    return sum(content.count(LEAVES) for role, content in seen.messages if role in ("user", "system"))


def _is_silent(known: Known, number: int, told_at: float) -> Iterator[Wrongness]:
    """Until somebody speaks, or it is told something else."""
    for at, event in known.events[number + 1 :]:
        if isinstance(event, CallerSpeaks | Told | Closed):
            return
        if isinstance(event, Spoken) and at - told_at > SMALL:
            yield Wrongness(PROPERTY, "the agent goes on talking to a person who has gone")
            return


def _is_not_disturbed(known: Known, number: int, told_at: float, told: Told) -> Iterator[Wrongness]:
    """What a webhook has answered to the caller's question is nothing to whom it talks now."""
    bodies = {each.body for _, _, each in known.all(Arrived) if each.id == told.metadata["request_id"]}
    if any(known.actions[each.action].decides for _, _, each in known.all(Started) if each.body in bodies):
        return  # the caller has asked for nothing
    waits = any(each.how == "returned" and abs(at - told_at) < SMALL for _, at, each in known.all(Ended))
    near = [event for at, event in known.events[:number] if told_at - at < SMALL]
    begun = max(at for at in known.of_briefings() if at < number)
    if not any(begun < at < number for at, _, _ in known.all(Seen)):
        return  # which is asked what to say to that person first
    if waits or any(isinstance(event, CallerSpeaks | Told) for event in near):
        return
    for at, event in known.events[number + 1 :]:
        if at - told_at > SMALL or isinstance(event, CallerSpeaks | Told | Closed):
            return
        if isinstance(event, Seen):
            yield Wrongness(PROPERTY, "the agent talks to a person, and is asked what to say to the caller's question")
            return


def _is_told(known: Known, number: int, told: Told, words: str) -> Iterator[Wrongness]:
    seen = known.last_seen(told.session)
    if seen is None or seen[0] < number:
        return
    sentence = words.format(told.metadata["target"])
    times = sum(content.count(sentence) for _, content in seen[1].messages)
    if times != 1:
        yield Wrongness(PROPERTY, f"the model is told {times} times, not once: {words.format('…')}")


def _has_its_tools(known: Known) -> Iterator[Wrongness]:
    """Those of a briefing, or of the part of an introduction, and else those of the flow. In the instant in which it
    begins or ends, either.
    """
    own = any(action.decides for action in known.actions.values())
    for number, at, seen in known.all(Seen):
        since, part = known.part(seen.session, number)
        if not own or at - since < SMALL:
            continue
        wanted = {name for name, action in known.actions.items() if known.is_of(action, part)}
        if set(seen.tools) != wanted:
            where = f"in a part `{part}`" if part else "with the caller"
            yield Wrongness(PROPERTY, f"{where} the model has the tools {', '.join(seen.tools)}")
