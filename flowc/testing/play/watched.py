"""A player that says how far it is, that can be stopped between two calls, and that measures how long they take. Calls
that are played in one go have equal shares of its time.

It is the outermost one: what the others play again to find something out is part of the call that they do it for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flowc.testing.play.variants import Done, Player, PlayResult, Turn

NOT_PLAYED: PlayResult = {"failed": "not played: it was stopped before"}
"""The one result that says nothing of its call."""


@dataclass(frozen=True, slots=True)
class Played:
    """How far a run is. `tries` are calls played once more: under another behaviour of the platform, or to find out
    when a target would have been called. How many there are to be is known only of those that are due.
    """

    calls: int
    of_calls: int
    tries: int = 0
    of_tries: int = 0


GoesOn = Callable[[Played], bool]
"""Is told how far it is, and says whether to go on."""


def unwatched(_: Played) -> bool:
    return True


class Watched:
    """A `Player`."""

    def __init__(self, player: Player, goes_on: GoesOn, at_a_time: int) -> None:
        self.player = player
        self.goes_on = goes_on
        self.at_a_time = at_a_time
        self.calls = 0
        self.tries = 0
        self.is_stopped = False

    def done(self, turns: Sequence[Turn]) -> list[Done]:
        """Each call the first time, as far as it comes."""
        results = self._play(turns, lambda number: Played(number, len(turns)))
        self.calls = len(turns)
        return [(turn, result) for turn, result in zip(turns, results, strict=True) if result is not NOT_PLAYED]

    def play(self, turns: Sequence[Turn]) -> list[PlayResult]:
        """Calls once more."""
        before, due = self.tries, self.tries + len(turns)
        results = self._play(turns, lambda number: Played(self.calls, self.calls, before + number, due))
        self.tries = due
        return results

    def _play(self, turns: Sequence[Turn], far: Callable[[int], Played]) -> list[PlayResult]:
        results: list[PlayResult] = []
        for start in range(0, len(turns), self.at_a_time):
            self.is_stopped = self.is_stopped or not self.goes_on(far(start))
            if self.is_stopped:
                return results + [NOT_PLAYED] * (len(turns) - start)
            began = time.monotonic()
            played = self.player.play(turns[start : start + self.at_a_time])
            share = (time.monotonic() - began) / len(played)
            results += [{**result, "took_s": share} for result in played]
        return results
