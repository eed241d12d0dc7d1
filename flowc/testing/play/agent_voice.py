"""What the scripted agent says by itself: the sentence that a flow gives it when the caller is back with it.

The generated tools speak it as soon as they are told. When that is, only playing shows: so a call in which the agent is
told a sentence is played once more with its words among the events, until nothing is left to be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flowc.simulator.trace import TraceEvent
from flowc.testing.judge.observation import tellings
from flowc.testing.play.lower import MS_PER_CHARACTER, WORDS_START_MS, Lowered
from flowc.testing.play.variants import Player, PlayResult, Turn


class SpeakingAgent:
    """A player whose agent says what it is told to say."""

    def __init__(self, player: Player) -> None:
        self.player = player

    def play(self, turns: Sequence[Turn]) -> list[PlayResult]:
        played = list(zip(turns, self.player.play(turns), strict=True))
        said = dict.fromkeys(range(len(turns)), 0)  # how many sentences of a call have had their turn
        while said:
            again = {number: next_ for number, count in said.items() if (next_ := _spoken(*played[number], count))}
            results = self.player.play([turn for turn, _ in again.values()])
            for (number, (turn, _)), result in zip(again.items(), results, strict=True):
                played[number] = turn, result
            said = {number: count for number, (_, count) in again.items()}
        return [{**result, "events": turn.events} for turn, result in played]


def _spoken(turn: Turn, result: PlayResult, said: int) -> tuple[Turn, int] | None:
    """The call with its next sentence that is heard, and the sentence's number; None if there is none."""
    for count, (t, text) in enumerate(_sentences(result)[said:], start=said + 1):
        events = _with_words(turn.events, result, t, text)
        if events is not None:
            return replace(turn, events=events), count
    return None


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
            wait = replace(event, emulated={"type": "advance", "ms": due - start})
            words = replace(event, emulated={"type": "agent", "does": "speak", "ms": MS_PER_CHARACTER * len(text)})
            rest = [_rest(event, ends_at - due)] if ends_at > due else []
            return [*events[:number], wait, words, *rest, *events[number + 1 :]]
    return None


def _rest(event: Lowered, milliseconds: int) -> Lowered:
    """What is left of an event that takes time: of a wait so much, of ringing whatever it takes."""
    return replace(event, emulated={**event.emulated, "ms": milliseconds})


def _is_connected(trace: Sequence[TraceEvent]) -> bool:
    """Whether there is an agent to say anything."""
    started: set[str] = set()
    for entry in trace:
        if entry["event"] == "agent_start":
            started.add(entry["agent"])
        elif entry["event"] in ("agent_close", "agent_closed", "agent_dropped"):
            started.discard(entry["agent"])
    return bool(started)
