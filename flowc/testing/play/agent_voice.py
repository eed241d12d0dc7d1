"""What only playing shows of a call: what the scripted agent says by itself, and how long something is waited for.

The sentence that a flow gives the agent when the caller is back with it the generated tools speak as soon as they are
told. So a call in which the agent is told a sentence is played once more with its words among the events; one that
waits until something is true, with the time that this takes. What comes first is first, until nothing is left of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flowc.simulator.trace import TraceEvent
from flowc.testing.judge.observation import tellings
from flowc.testing.play.lower import MS_PER_CHARACTER, WORDS_START_MS, Lowered
from flowc.testing.play.until import ends, waited
from flowc.testing.play.variants import Player, PlayResult, Turn
from flowc.testing.script.model import Says, Until, Wait


class SpeakingAgent:
    """A player whose agent says what it is told to say, and whose waits end when what they wait for is there."""

    def __init__(self, player: Player) -> None:
        self.player = player

    def play(self, turns: Sequence[Turn]) -> list[PlayResult]:
        played = list(zip(turns, self.player.play(turns), strict=True))
        said = dict.fromkeys(range(len(turns)), 0)  # how many sentences of a call have had their turn
        while said:
            again = {number: next_ for number, count in said.items() if (next_ := _next(*played[number], count))}
            results = self.player.play([turn for turn, _ in again.values()])
            for (number, (turn, _)), result in zip(again.items(), results, strict=True):
                played[number] = turn, result
            said = {number: count for number, (_, count) in again.items()}
        return [{**result, "events": turn.events} for turn, result in played]


def _next(turn: Turn, result: PlayResult, said: int) -> tuple[Turn, int] | None:
    """The call with its next sentence that is heard, or with the time of its first wait that is not known yet; and how
    many sentences have had their turn. None if there is neither.
    """
    waits = _first_wait(turn, result)
    for count, (t, text) in enumerate(_sentences(result)[said:], start=said + 1):
        if waits is not None and t + WORDS_START_MS > waits[1]:
            break
        events = _with_words(turn.events, result, t, text)
        if events is not None:
            return replace(turn, events=events), count
    if waits is None:
        return None
    number, end, is_met = waits
    after = waited(turn.events[number], end - int(result["times"][number]))
    rest = turn.events[number + 1 :] if is_met else ()  # what was waited for in vain, the script ends with
    return replace(turn, events=[*turn.events[:number], *after, *rest]), said


def _first_wait(turn: Turn, result: PlayResult) -> tuple[int, int, bool] | None:
    """The wait that the call has come to, of which it is not known how long it takes: its number, when it is over, and
    whether it was not in vain.
    """
    number = len(result.get("starts", ())) - 1
    event = turn.events[number].event if number >= 0 and turn.events[number].emulated["type"] == "until" else None
    return (number, *ends(turn, event, result)) if isinstance(event, Until) else None


def _sentences(result: PlayResult) -> list[tuple[int, str]]:
    """What the agent is told to say, and when, in milliseconds."""
    return [(t, told["say"]) for t, told in tellings(result.get("trace", ())) if isinstance(told.get("say"), str)]


def _with_words(events: Sequence[Lowered], result: PlayResult, t: int, text: str) -> list[Lowered] | None:
    """The events with these words; None if they are never said, because the script ends or the agent is gone before."""
    due = t + WORDS_START_MS
    ends = [*result["times"][1:], int(result["view"]["now"])] if "times" in result else []
    for number, (event, start, ends_at) in enumerate(zip(events, result.get("times", ()), ends, strict=False)):
        if event.takes_time and start < due <= ends_at:
            end = [*result["starts"], len(result["trace"])][number + 1]
            if not _is_connected([entry for entry in result["trace"][:end] if entry["t"] <= due]):
                return None
            wait = Lowered(event.step, Wait(due - start), {"type": "advance", "ms": due - start})
            spoken = {"type": "agent", "does": "speak", "ms": MS_PER_CHARACTER * len(text)}
            words = Lowered(event.step, Says(text), spoken)
            rest = _rest(event, due - start, ends_at - due)
            return [*events[:number], wait, words, *rest, *events[number + 1 :]]
    return None


def _rest(event: Lowered, gone: int, left: int) -> list[Lowered]:
    """What is left of an event that takes time: of a wait so much, of ringing whatever it takes. For how long it is
    waited until something is true is not known before the words are spoken: for as long as before, less what has gone.
    """
    if event.emulated["type"] == "until":
        return [replace(event, emulated={**event.emulated, "ms": event.emulated["ms"] - gone})]
    return [replace(event, emulated={**event.emulated, "ms": left})] if left > 0 else []


def _is_connected(trace: Sequence[TraceEvent]) -> bool:
    """Whether there is an agent to say anything."""
    started: set[str] = set()
    for entry in trace:
        if entry["event"] == "agent_start":
            started.add(entry["agent"])
        elif entry["event"] in ("agent_close", "agent_closed", "agent_dropped"):
            started.discard(entry["agent"])
    return bool(started)
