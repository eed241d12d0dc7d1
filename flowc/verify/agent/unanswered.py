"""What has to come of a model that does not answer, where the flow has it watched."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from flowc.verify.agent.known import Known, Wrongness
from flowc.verify.agent.record import CallerSpeaks, Closed, GivenUp, LeftAlone, Seen, Sent, Spoken, Told, Unanswered
from flowc.verify.agent.watching import NO_ANSWER, Answers

TELLS_S = 5.5
"""For the scenario to be told, or for the agent to be ended where it cannot be."""
SMALL_S = 0.01


def made_up_for(known: Known) -> Iterator[Wrongness]:
    """What is wrong: a kind of it, and a sentence. A model that does not answer is asked once more, and then somebody
    else has the caller; and one that answers is not given up.
    """
    for number, at, unanswered in known.all(Unanswered):
        waits = known.watching.within if known.watching is not None and unanswered.how == Answers.HANGS.value else 0.0
        for then, event in known.events[number + 1 :]:
            if then - at > waits + SMALL_S:
                if not known.is_leaving(number):
                    yield Wrongness("a silent model is made up for", f"{unanswered.how}, and nothing comes of it")
                break
            if isinstance(event, Seen) and known.is_leaving(number):
                yield Wrongness(
                    "a silent model is made up for", "the call leaves the agent, and its model is asked once more"
                )
            if isinstance(event, Seen | CallerSpeaks | Closed | Told | GivenUp | LeftAlone) or _is_telling(event):
                break
    for number, at, sent in known.all(Sent):
        if _is_telling(sent) and not any(before < number and each.id == sent.id for before, _, each in known.all(Sent)):
            yield from _given_up_too_early(known, number)
            made_up = (event for then, event in known.events[number + 1 :] if then - at < TELLS_S)
            if not any(_makes_up(event, known) for event in made_up) and not known.is_leaving(number):
                yield Wrongness("a silent model is made up for", "the scenario is not told, and the agent does not end")
    yield from _words_that_are_missing(known)


def _makes_up(event: object, known: Known) -> bool:
    """For a model that does not answer; or it may not have been possible, as the caller has spoken."""
    may_speak = known.watching is None or known.watching.in_between
    return isinstance(event, GivenUp | LeftAlone | Closed | Told) or (may_speak and isinstance(event, CallerSpeaks))


def _is_telling(event: object) -> bool:
    return isinstance(event, Sent) and event.body == NO_ANSWER


def _given_up_too_early(known: Known, number: int) -> Iterator[Wrongness]:
    asked = [at for at, _, _ in known.all(Seen) if at < number]
    wrong = {at - 1 for at, _, _ in known.all(Unanswered)}  # which follows the question at once
    if len(asked) < 2 or not wrong.issuperset(asked[-2:]):
        yield Wrongness(
            "a model that answers is not given up", "the scenario is told of a model that was not asked once more"
        )


def _words_that_are_missing(known: Known) -> Iterator[Wrongness]:
    """Whoever has waited for the first answer to the end hears the sentence before the second, and once."""
    if known.watching is None or not known.watching.words:
        return
    spoken_at = [at for at, _, each in known.all(Spoken) if each.text.strip() == known.watching.words]
    wrong = known.all(Unanswered)
    for (number, _, first), (other, _, _) in pairwise(wrong):
        between = [event for _, event in known.events[number + 1 : other - 1]]
        if any(isinstance(event, CallerSpeaks | Told | Closed) for event in between):
            continue
        times = sum(number < each < other for each in spoken_at)
        if times != (first.how == Answers.HANGS.value) and not any(_is_telling(event) for event in between):
            yield Wrongness(
                "a silent model is made up for", f"the sentence for the meantime is spoken {times} times ({first.how})"
            )
        ends = (each for each, (_, event) in enumerate(known.events) if each > other and _is_next(event))
        end = next(ends, len(known.events))
        later = sum(other < each < end for each in spoken_at)
        if times + later > 1:
            yield Wrongness(
                "a silent model is made up for", f"the sentence for the meantime is spoken {times + later} times"
            )


def _is_next(event: object) -> bool:
    return isinstance(event, Seen | CallerSpeaks | Told | Closed) or _is_telling(event)
