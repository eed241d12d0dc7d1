"""What the caller has interrupted: requests that go on all the same, and actions that are not done."""

# mypy: disable-error-code="import-untyped"

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from line.events import UserTurnStarted

from flowc.emit.line.runtime.outcomes import _NOTICE, _cancelled_id, _led_on, _replied_id
from flowc.emit.line.runtime.requests import _failure, _Request, _Scenario

# ---- From here on a part of _flowc_line.py ----


_ANSWER_S = 1.0  # so long the next turn waits for the answer to a request that was interrupted


class _Interruptions:
    """The requests of one call whose answers the model has not seen, because the caller spoke."""

    def __init__(self, scenario: "_Scenario") -> None:
        self._scenario = scenario
        self._unseen: list[_Request] = []
        self._late: set[str] = set()  # ids of those of which the model was told something else before
        self._waits_since: float | None = None  # for answers, before a turn that may have given way to another one
        self._cancellable = ""  # the id of the latest request that the caller may cancel
        self._caller_spoke = False  # since then

    def hear(self, event: Any) -> None:
        if isinstance(event, UserTurnStarted):
            self._caller_spoke = True

    def expect(self, request: "_Request") -> None:
        """This request may be cancelled from now on."""
        self._cancellable = request.id
        self._caller_spoke = False

    def add(self, request: "_Request") -> None:
        """This one goes on without the tool that has asked for it, if it still concerns anybody."""
        if request.is_given_up:
            return
        request.start(self._scenario)
        if request not in self._unseen:
            self._unseen.append(request)

    def add_late(self, request: "_Request") -> None:
        """What became of this one is known only now: its tool has ended, or a notice has told what was known then."""
        if request not in self._unseen:
            self._late.add(request.id)
            self.add(request)

    def call_is_back(self) -> None:
        """What took the call is over."""
        self._unseen = [request for request in self._unseen if not request.takes_call]

    def forget(self, actions: Sequence[str]) -> None:
        """What was asked for by these concerns somebody who is gone."""
        self._unseen = [request for request in self._unseen if request.action not in actions]

    def is_noise(self, event: Any) -> bool:
        """The scenario took a noise for an interruption: without words of the caller, no turn would follow. One who
        has gone on with a key is elsewhere, and hears nothing of a turn.
        """
        request = _cancelled_id(event)
        return bool(request) and request == self._cancellable and not self._caller_spoke and not _led_on(event)

    def is_news(self, event: Any) -> bool:
        """The reply to a request that webhooks were asked for: no tool waits for it any more, which was interrupted."""
        replied = _replied_id(event)
        return any(request.id == replied and not request.awaited_by for request in self._unseen)

    async def notices(self) -> list[str]:
        """What the next turn of the model has to know. Unanswered requests are told again once they are answered."""
        waiting = [request.start(self._scenario) for request in self._unseen if request.answer is None]
        if waiting:
            now = asyncio.get_running_loop().time()
            self._waits_since = now if self._waits_since is None else self._waits_since
            await asyncio.wait(waiting, timeout=max(0.0, self._waits_since + _ANSWER_S - now))
        self._waits_since = None
        told, self._unseen = self._unseen, [request for request in self._unseen if request.answer is None]
        return [f"{_NOTICE}{self._why(request)} {_so_far(request)}" for request in told]

    def _why(self, request: "_Request") -> str:
        if request.id in self._late:
            return f"Only now it is known what your use of {request.action} has come to."
        return f"Your use of {request.action} was interrupted."


def _so_far(request: "_Request") -> str:
    answer = request.answer
    if answer is not None and not answer.ok:
        result: str = _failure(answer.error, answer.message, by_scenario=True)["message"]
        return f"It was not done. {result}" if answer.is_complete else result
    if request.takes_call:
        return "It is being done all the same: the call leaves you in a moment. Say nothing against it."
    if answer is None:
        return "It is being done all the same. Do not use the tool for it once more."
    return f"It was done all the same. Its result: {json.dumps(answer.for_model(), ensure_ascii=False)}"
