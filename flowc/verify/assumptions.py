"""What a search took for granted, of which only that is told which can matter to its flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from flowc.verify.oracle.timers import (
    ASKED_AGAIN,
    BRIEFING_OVER,
    BRIEFING_SILENT,
    IDLE_OVER,
    INTRODUCTION_OVER,
    KEYS_OVER,
    LATEST_WARNING,
    NO_BEEP,
    NOT_ACCEPTED,
    QUIET_OVER,
    SPEECH_LATE,
    TALK_LIMIT,
    TALK_WARNING,
    TOLD_AGAIN,
    TOLD_LATE,
    UNSAID,
    UNSETTLED,
    VERDICT,
)
from flowc.verify.result import Result, Used

MODEL = "This is about the model of VoxEngine in flowc's emulator, not about VoxEngine itself."
MOST_NAMED = 3


class Assumed(NamedTuple):
    """A sentence without a full stop, with `{}` where its `parts` stand, if it has any."""

    sentence: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence.replace("{}", _listed(self.parts))


class Part(NamedTuple):
    """Words that are told where something is used."""

    words: str
    is_used: Callable[[Used], bool]


class Reduction(NamedTuple):
    """A sentence, the functions of the alphabet that go by it, and where it is told. `merged`: in searches that merge
    alone, or (False) in no such search. `exact`: also in those that are exact.
    """

    functions: tuple[str, ...]
    words: str
    is_used: Callable[[Used], bool] = lambda _: True
    merged: bool | None = None
    exact: bool = False


TIMERS: Mapping[str, Part] = {
    NOT_ACCEPTED: Part("the time for a key of `accept`", lambda uses: uses.accept),
    ASKED_AGAIN: Part("the pause before it is asked for again", lambda uses: uses.accept),
    TALK_WARNING: Part("the time of a `talk_limit`", lambda uses: uses.talk_limit),
    TALK_LIMIT: Part("the time of a `talk_limit`", lambda uses: uses.talk_limit),
    SPEECH_LATE: Part("the longest that a sentence is waited for", lambda uses: uses.speaks),
    TOLD_LATE: Part("the longest that a sentence is waited for", lambda uses: uses.speaks),
    VERDICT: Part("the wait for whether it is a machine", lambda uses: uses.machine),
    NO_BEEP: Part("the wait for its beep", lambda uses: uses.machine),
    QUIET_OVER: Part("the silence of `quiet`", lambda uses: uses.quiet),
    IDLE_OVER: Part("the silence of `idle`", lambda uses: uses.idle),
    BRIEFING_SILENT: Part("the silence of a briefing", lambda uses: uses.briefing_silence),
    BRIEFING_OVER: Part("the `limit` of a briefing", lambda uses: uses.briefs),
    INTRODUCTION_OVER: Part("the `limit` of an introduction", lambda uses: uses.introduces),
    KEYS_OVER: Part("the pause after which the agent is told of keys", lambda uses: uses.agent),
    TOLD_AGAIN: Part("the pause before a webhook is told again", lambda uses: uses.webhooks),
    "onRingbackPaused": Part("the pause before a tone that has ended begins anew", lambda uses: uses.plays),
}
"""What may be over at any instant in a search that merges: the timers of `passive.passive`, each with its words."""

NEVER_OVER = (UNSAID, UNSETTLED)
"""Those of them that are never over there: what that leads to, no answer does as well."""

DISTANT_TIMERS = ("onCallWarning", LATEST_WARNING)
"""Those that are as far away as the longest time of a call: they are told with it."""

REDUCTIONS: tuple[Reduction, ...] = (
    Reduction(
        ("timeEvents", "saysItsLast"),
        "a leg that was hung up says its last after one other event at most, and before time goes on",
        merged=False,
    ),
    Reduction(
        ("timeEvents", "saysItsLast", "mayAnswerLate"),
        "a leg that was hung up says its last after one other event at most, and before time goes on; one that the"
        " scenario knows no more says it at once, and what it could say later is tried in every state",
        merged=True,
    ),
    Reduction(
        ("waitsForAnswer", "storageEvents"),
        "what is asked of the storage at once is answered at once, before anything else happens, if it is not late",
        lambda uses: uses.storage,
    ),
    Reduction(
        ("waitsForAnswer", "webhookEvents", "possibleEvents"),
        "webhooks answer in the order in which they are told, and before anything else happens, if they are not late",
        lambda uses: uses.webhooks,
    ),
    Reduction(
        ("rareAnswers",),
        "answers of webhooks beside 200, 404 and none are tried where each is possible first",
        lambda uses: uses.webhooks,
        exact=True,
    ),
    Reduction(
        ("postEvents",),
        "a token or a choice that is nearly right is tried where the action would be accepted first; several keys that"
        " are pressed at once where the agent is told them first",
        lambda uses: uses.agent,
        exact=True,
    ),
    Reduction(
        ("waitsForAnswer",),
        "what is left on a machine is left before anything else happens, if it is not late",
        lambda uses: uses.message,
        merged=True,
    ),
    Reduction(
        ("waitsForRecorder", "hasStoppedBefore", "possibleEvents"),
        "a recorder that was stopped says so before anything happens but time and the caller's end, and of several all"
        " but the last at once",
        lambda uses: uses.messages,
    ),
    Reduction(
        ("waitsForRecorder", "possibleEvents"),
        "a recording of the call says that it has begun, and that it is complete, before anything happens but the"
        " caller's end, if it is not late",
        lambda uses: uses.recording,
    ),
    Reduction(
        ("waitsForDetection", "possibleEvents"),
        "a voice detection is there, or not to be had, before anything happens but time",
        lambda uses: uses.listens,
    ),
    Reduction(
        ("possibleEvents", "isOfKeys", "keysOfCaller"),
        "keys that the agent is told of are pressed while it is silent and nothing is late, and between two of them"
        " nothing happens that has nothing to do with keys",
        lambda uses: uses.agent,
    ),
    Reduction(("keysOfCaller",), "two such keys are enough", lambda uses: uses.agent, merged=False),
    Reduction(("postEvents",), "a request that is refused is not sent again under its id", lambda uses: uses.agent),
    Reduction(
        ("placeEvents",),
        "a queue does not say which place the caller has while something is said to the caller",
        lambda uses: uses.queues,
    ),
    Reduction(
        ("signs",),
        "that a phone rings, and that it sends early media, is one where the scenario does the same then",
        lambda uses: uses.legs,
    ),
    Reduction(
        ("codesOnce", "refusalsOnce"),
        "what is told of outcomes that are one is tried once, where nobody is rung again: for each code, and for two"
        " targets of a hunt whose outcomes are one or next to each other in the order of hope",
        lambda uses: uses.legs,
        merged=True,
    ),
    Reduction(("phoneEvents",), "a person puts the caller on hold twice at most", lambda uses: uses.hold, merged=False),
    Reduction(
        ("standsFor", "signs", "eventsOfDying"),
        "of targets that ring together and differ in their number alone, the first and the last do what any of"
        " them can do; of those that were let go the first does, and one at a time answers late",
        lambda uses: uses.together,
        merged=True,
    ),
    Reduction(
        ("isToldAgain", "waitsForAnswer"),
        "a webhook that does not answer is told again before anything else happens, unless webhooks are late; how"
        " often, and after how long, is tried once for each",
        lambda uses: uses.webhooks,
        merged=True,
    ),
    Reduction(
        ("timeEvents",),
        "the platform says in the end what has become of each request to a webhook: that it never does leads where no"
        " answer leads",
        lambda uses: uses.webhooks,
        merged=True,
    ),
)
"""What is not tried unless a search is exact, beside troubles and the timers above."""

TOLD_OTHERWISE = (
    *("playerEvents", "isPassedOver", "isSoon", "isDeadline", "settleTime", "isUnfelt", "isOfNothing"),
    *("callsOnce", "apartOnce"),
)
"""Functions of the alphabet that go by troubles, by timers, by what is unfelt, or by `NUMBERS`."""

NUMBERS: Mapping[str, str] = {
    "nothing": "who calls, and whom, decides nothing but whose number is shown: that is only told, or compared",
    "at_entry": "who calls, and whom, decides nothing but whose number is shown, once the first steps of `inbound` have"
    " gone by it: that is only told, or compared",
}
"""By what `parties.told_alone` says; "" where nothing is assumed."""


def assumptions(result: Result) -> tuple[str, ...]:
    """All of one search."""
    return tuple(map(str, _assumed(result)))


def of_all(results: Iterable[Result]) -> Iterator[str]:
    """Those of several searches, each once; with the flows for which it was made, if that is not so for all."""
    parts: dict[str, dict[str, None]] = {}
    flows: dict[str, dict[str, None]] = {}
    every: dict[str, None] = {}
    for result in results:
        every[result.path] = None
        for each in _assumed(result):
            parts.setdefault(each.sentence, {}).update(dict.fromkeys(each.parts))
            flows.setdefault(each.sentence, {})[result.path] = None
    for sentence, of in flows.items():
        yield str(Assumed(sentence, tuple(parts[sentence]))) + _where(tuple(of), len(every))


def _where(flows: Sequence[str], of: int) -> str:
    if len(flows) == of:
        return ""
    return f" ({', '.join(flows)})" if len(flows) <= MOST_NAMED else f" ({len(flows)} of the {of} flows)"


def _listed(parts: Sequence[str]) -> str:
    *others, last = parts or ("",)
    return f"{', '.join(others)} or {last}" if others else last


def _assumed(result: Result) -> Iterator[Assumed]:
    """What the flow does not use is left out. Of a scenario that was edited by hand that is not known."""
    bounds, uses = result.bounds, result.uses
    if uses.agent:
        yield Assumed(f"no more than {bounds.posts} of the agent's requests are carried out in a call")
    if uses.keys:
        yield Assumed("in place of each of those requests no more than one of `keys` is pressed")
    if uses.hears_keys and not bounds.untimed:
        yield Assumed(
            "a press of the caller where no key means anything, or of which the agent alone is told, is reported once"
            " more, in band, after two other events at the most, none of which is a press"
            + ("" if result.merged else "; not so where the scenario was edited in what tells presses apart")
        )
    yield Assumed(
        "the longest time of a call with its warning, and any limit of ten minutes or more, may be over at any instant,"
        " and so may a wait that only the platform ends"
    )
    if uses.legs:
        yield Assumed(
            "outcomes that no fallback names are one, where they are equally hopeful beside those that one names"
        )
    if bounds.faults:
        yield Assumed(
            "one call of the platform throws at most, and none while a request is tried that changes nothing; of"
            " what follows it is asked whether there is an exception, an end, a reply to each request, a limit to every"
            " wait and one transfer at a time: neither what that call was to release, nor whether what follows is what"
            " the flow says"
        )
    else:
        yield Assumed("the platform does not fail where its documents do not say so")
    if result.moments:
        yield Assumed(
            f"whenever it is asked for the time, the hours are in any of the {result.moments} ways in which they can"
            " be open and closed together, or the platform cannot tell; once it is each time at which one of them opens"
            " or closes in a week, on a day in summer and on a date, and once a minute before; nothing else depends on"
            " the time of day"
        )
    if uses.introduces:
        yield Assumed(
            "where an agent introduces two people nobody hears their own voice come back from the conference, of which"
            " the platform's documents say nothing"
        )
    if result.hidden is not None:
        yield Assumed(
            "the same from the beginning is the same: calls are replayed, and a round without an end is not seen"
        )
    if bounds.untimed:
        yield Assumed("any timer may be the first, and nothing is said about how long anything takes")
    else:
        yield Assumed(
            "timers are in their order, of those at one instant each may be the first, and nothing else happens"
            " between two of their instants"
        )
    if result.unfelt:
        yield Assumed(
            "a press that is reported once more is so at once, in other ways, and of two presses within a second the"
            " second comes after one that means nothing, or at once: for how long that may come, and more presses"
            " within a second, are for tests of the scenario"
        )
    yield from _reductions(uses, is_merged=result.merged, is_exact=bounds.exact)
    if result.numbers:
        yield Assumed(NUMBERS[result.numbers])
    if result.merged:
        yield from _of_what_decides_nothing(uses)


def _reductions(uses: Used, *, is_merged: bool, is_exact: bool) -> Iterator[Assumed]:
    for reduction in REDUCTIONS:
        if reduction.merged in (None, is_merged) and reduction.is_used(uses) and (reduction.exact or not is_exact):
            yield Assumed(reduction.words)
    if is_exact:
        return
    if uses.secrets and (uses.agent or uses.legs):
        yield Assumed(
            "that the account lacks a secret that an agent or a call over SIP needs is tried once for each of them and"
            " each thing that happens then, and it is there again afterwards"
        )
    troubles = _of(
        {
            "an entry of the storage is missing": uses.storage,
            "all of the storage is late": uses.storage,
            "all of the storage but what the agent needs is late": uses.agent and uses.storage,
            "webhooks are late": uses.webhooks,
            "a message to a machine is left only when the caller has gone": uses.message,
            "a tone ends up to twice": uses.plays and not is_merged,
            "a tone ends, and begins anew before time goes on": uses.plays and is_merged,
            "a recording of the call is late": uses.recording,
            "a recording of the call ends by itself": uses.recording,
        },
    )
    if troubles:
        yield Assumed("one trouble at a time, and one request less while it lasts: {}", troubles)


def _of_what_decides_nothing(uses: Used) -> Iterator[Assumed]:
    times = tuple(dict.fromkeys(part.words for part in TIMERS.values() if part.is_used(uses)))
    if times:
        yield Assumed(
            "{} may be over at any instant, though each is begun with the time that the flow says: what comes of one"
            " that is over just then is for call scripts, and for a search with `--exact`",
            times,
        )
    if uses.agent or uses.legs or uses.parameters:
        yield Assumed(
            "what came of earlier actions, who was rung then, which attempt this is, and parameters that are neither"
            " spoken nor gone by, decide nothing later: that is only told, or compared"
        )
    if uses.hold:
        yield Assumed("for how long somebody has talked who has put the caller on hold is only told, or compared")


def _of(parts: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(part for part, is_used in parts.items() if is_used)
