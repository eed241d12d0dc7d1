"""What has to come of an introduction, in which the agent talks on with the caller while it rings, and then to two."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.verify.agent.known import LEAVES, PARTS, Known, Wrongness
from flowc.verify.agent.record import CallerSpeaks, Closed, Seen, Spoken, Started, Told, Unanswered

WORDS_S = 1.05
"""From the beginning of each part of it to the question to the model."""
BEGINS = {
    "introducing": "It rings now, as you have asked for with {action}.",
    "introduction": "From now on {target}, who has answered your call, and the caller both hear you, and each other.",
    "introduction_over": "You do not talk to {target} any more: the caller hears you alone again.",
}
BY_ITSELF = "You have stopped the ringing"
BY_KEY = "The caller has stopped the ringing with a key"
PROPERTY = "a person is introduced"


def introduced(known: Known) -> Iterator[Wrongness]:
    """What is wrong: a kind of it, and a sentence. The model is asked at once, knows who hears it, and to two says one
    thing; and it knows whether it was itself that has stopped the ringing.
    """
    for number, at, told in known.all(Told):
        event = told.metadata["vox_event"]
        if event in ("introducing", "introduction"):
            yield from _is_asked(known, number, at)
        if event == "introduction":
            yield from _says_one_thing(known, number)
        if event in BEGINS:
            yield from _is_told(known, number, told)
        if told.mark and told.metadata["outcome"] == "cancelled":
            yield from _knows_who_has_stopped_it(known, number, told)


def _is_asked(known: Known, number: int, told_at: float) -> Iterator[Wrongness]:
    for at, event in known.events[number + 1 :]:
        if at - told_at > WORDS_S:
            yield Wrongness(PROPERTY, "somebody else hears the agent now, or nobody yet, and the model is not asked")
            return
        if isinstance(event, Seen) and LEAVES in event.messages[-1][1]:
            yield Wrongness(PROPERTY, "it rings, and the model is told that the call leaves it in a moment")
        if isinstance(event, Closed | CallerSpeaks | Told | Started | Seen):
            return


def _says_one_thing(known: Known, number: int) -> Iterator[Wrongness]:
    has_spoken = is_broken = False
    for _, event in known.events[number + 1 :]:
        if isinstance(event, Closed) or (isinstance(event, Told) and event.metadata["vox_event"] in PARTS):
            return
        if isinstance(event, Seen) and has_spoken and not is_broken:
            yield Wrongness(PROPERTY, "the agent has said its word to both, and the model is asked for another")
            return
        has_spoken = has_spoken or isinstance(event, Spoken)
        is_broken = isinstance(event, Unanswered) or (is_broken and not isinstance(event, Seen))


def _knows_who_has_stopped_it(known: Known, number: int, told: Told) -> Iterator[Wrongness]:
    """As the scenario tells it: also where the agent has asked for that as well, and was too late."""
    seen = known.last_seen(told.session)
    if seen is None or seen[0] < number:
        return
    lines = [line for _, content in seen[1].messages for line in content.split("\n") if told.mark in line]
    who = BY_ITSELF if told.metadata["by"] == "agent" else BY_KEY
    if any(who not in line for line in lines):
        yield Wrongness(PROPERTY, f"the model is not told: {who}")


def _is_told(known: Known, number: int, told: Told) -> Iterator[Wrongness]:
    """As often as it was so, in the words of that."""
    seen = known.last_seen(told.session)
    if seen is None or seen[0] < number:
        return
    sentence = BEGINS[told.metadata["vox_event"]].format(**told.metadata)
    same = [each for _, _, each in known.all(Told) if each.metadata == told.metadata and each.session == told.session]
    times = sum(content.count(sentence) for _, content in seen[1].messages)
    if times != len(same):
        yield Wrongness(PROPERTY, f"the model is told {times} times, not {len(same)}: {sentence}")
