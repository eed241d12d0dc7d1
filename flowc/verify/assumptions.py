"""What a search took for granted, of which only that is told which can matter to its flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from flowc.emit.voxengine.uses import Uses
from flowc.ir import Flow, QueueTarget, Storage
from flowc.verify.result import Result, Used

MODEL = "This is about the model of VoxEngine in flowc's emulator, not about VoxEngine itself."
MOST_NAMED = 3


class Assumed(NamedTuple):
    """A sentence without a full stop, with `{}` where its `parts` stand, if it has any."""

    sentence: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence.replace("{}", _listed(self.parts))


def used(flow: Flow) -> Used:
    """What a flow uses."""
    uses = Uses(flow)
    return Used(
        accept=uses.accept,
        agent=uses.agent,
        briefing_silence=uses.briefing_silence,
        hold=uses.hold,
        idle=uses.idle,
        introduces=uses.introduces,
        keys=uses.keys,
        legs=uses.transfers or uses.outbound,
        listens=uses.listens,
        machine=uses.machine,
        message=uses.message,
        parameters=uses.parameters,
        plays=uses.plays,
        queues=QueueTarget in uses.targets,
        quiet=uses.quiet,
        recording=uses.recording,
        speaks=uses.agent or uses.spoken or uses.opening_words,
        storage=Storage in uses.settings,
        talk_limit=uses.talk_limit,
        together=uses.most_together > 1,
        webhooks=uses.webhooks,
    )


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
    if uses.listens and not bounds.untimed:
        yield Assumed(
            "a press of the caller where no key means anything is reported once more, in band, after two other events"
            " at the most"
        )
    yield Assumed(
        "the longest time of a call, and any limit of ten minutes or more, may be over at any instant, and so may a"
        " wait that only the platform ends"
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
            " be open and closed together, or the platform cannot tell; nothing else depends on the time of day"
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
    if not bounds.exact:
        yield from _reductions(uses, is_merged=result.merged)
        if not result.merged and (uses.hold):
            yield Assumed("a person puts the caller on hold twice at most")
    if result.merged:
        yield from _of_what_decides_nothing(uses)


def _reductions(uses: Used, *, is_merged: bool) -> Iterator[Assumed]:
    if is_merged:
        yield Assumed(
            "a leg that was hung up says its last after one other event at most, and before time goes on; one that the"
            " scenario knows no more says it at once, and what it could say later is tried in every state"
        )
    else:
        yield Assumed("a leg that was hung up says its last after one other event at most, and before time goes on")
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
    if uses.agent:
        yield Assumed("a request that is refused is not sent again under its id")
    if uses.queues:
        yield Assumed("a queue does not say which place the caller has while something is said to the caller")


def _of_what_decides_nothing(uses: Used) -> Iterator[Assumed]:
    times = _of(
        {
            "the time for a key of `accept`": uses.accept,
            "the pause before it is asked for again": uses.accept,
            "the time of a `talk_limit`": uses.talk_limit,
            "the longest that a sentence is waited for": uses.speaks,
            "that whether it is a machine or for its beep": uses.machine,
            "the silence of `quiet`": uses.quiet,
            "the silence of `idle`": uses.idle,
            "the silence of a briefing": uses.briefing_silence,
        },
    )
    if times:
        yield Assumed(
            "{} may be over at any instant: that it is as long as the flow says is for call scripts, and for a search"
            " with `--exact`",
            times,
        )
    if uses.together:
        yield Assumed(
            "of targets that ring together and differ in their number alone, the first and the last do what any of"
            " them can do; of those that were let go the first does, and one at a time answers late"
        )
    if uses.agent or uses.legs or uses.parameters:
        yield Assumed(
            "what came of earlier actions, who was rung then, which attempt this is, and parameters that are neither"
            " spoken nor gone by, decide nothing later: that is only told, or compared"
        )
    if uses.hold:
        yield Assumed("for how long somebody has talked who has put the caller on hold is only told, or compared")
    if uses.webhooks:
        yield Assumed(
            "a webhook that does not answer is told again before anything else happens, unless webhooks are late;"
            " how often, and after how long, is for call scripts, and for a search with `--exact`"
        )


def _of(parts: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(part for part, is_used in parts.items() if is_used)
