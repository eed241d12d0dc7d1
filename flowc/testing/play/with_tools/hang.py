"""A model of the agent that has not answered yet, in a call that is played with tools: until when, and what then."""

from __future__ import annotations

from dataclasses import dataclass

from flowc.testing.play.agent_voice import Meanwhile
from flowc.testing.play.with_tools.tools import ToolsFailed


@dataclass
class Hang:
    """Of the model, since `began`. `id` is that of the request by which the tools say so, `asked` how often the model
    was asked until now, `has_spoken`: the agent says meanwhile what it is to say.
    """

    began: int
    meanwhile: Meanwhile
    id: str
    asked: int = 0
    has_spoken: bool = False

    @property
    def dues(self) -> list[int]:
        """When the model is asked once more, and when it is given up."""
        limit = self.meanwhile.limit_ms
        return [] if limit is None else [self.began + limit, self.began + 2 * limit]

    def is_given_up(self, now: int) -> bool:
        return bool(self.dues) and now >= self.dues[1]

    def has_nothing_to_do(self, now: int) -> bool:
        """The tools have done all that they are to do until now, and wait for the model."""
        over = sum(now >= due for due in self.dues)
        return over < 2 and self.asked > over and (over == 0 or self.has_spoken or not self.meanwhile.says)

    def trouble(self, now: int) -> ToolsFailed:
        """It has nothing to do, and has not done that."""
        waited = ([due for due in self.dues if due <= now][-1:] or [now])[0] - self.began
        told = f"the model has not answered for {waited / 1000:g} s of the call"
        told += ", and the tools have done nothing about it"
        return ToolsFailed(told, near="self._phone_call.watch(")
