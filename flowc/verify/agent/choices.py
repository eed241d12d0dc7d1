"""What the environment decides, one decision after the other; and all of them in turn, by replay.

A run asks `choose` whenever the world could go on in more than one way. Its decisions say what the run was: the same
list makes the same run. The next run goes the same way up to the last decision that had another possibility, and takes
that: so a tree is walked whose nodes nobody has to keep. It ends when none is left, and then nothing was left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    taken: int
    of: int
    sentence: str  # what happens by it; empty if nothing does


class Choices:
    """Of one run: first those that are given, then the first possibility each time."""

    def __init__(self, given: Sequence[int] = ()) -> None:
        self.made: list[Decision] = []
        self._given = given

    def choose(self, sentences: Sequence[str]) -> int:
        """One of them. Raises NotRepeatable."""
        number = len(self.made)
        taken = self._given[number] if number < len(self._given) else 0
        if taken >= len(sentences):
            raise NotRepeatable
        self.made.append(Decision(taken, len(sentences), sentences[taken]))
        return taken

    def following(self) -> list[int] | None:
        """The run after this one; None if it was the last."""
        made = self.made
        for number in range(len(made) - 1, -1, -1):
            if made[number].taken + 1 < made[number].of:
                return [*(each.taken for each in made[:number]), made[number].taken + 1]
        return None

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(each.sentence for each in self.made if each.sentence)


class NotRepeatable(Exception):
    """The same decisions do not make the same run: something else than the environment decides."""
