"""The turns of a model, watched: one that is refused, does not end or says nothing is asked for once more."""

# mypy: disable-error-code="import-untyped"

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from line.events import AgentSendText, AgentToolCalled, AgentToolReturned, LogMessage, LogMetric

from flowc.emit.line.runtime.outcomes import _speech
from flowc.emit.line.runtime.requests import _keep

# ---- From here on a part of _flowc_line.py ----


_LEAST_S = 3.0  # so long it is waited for after an interruption, however long it was before
_MEANWHILE_S = 1.0  # a second answer that comes sooner needs no sentence before it
_MOST_ASKED = 5  # times in a turn, should tools be asked for in between
_LET_GO_S = 1.0  # so long a turn that is given up may take to end
_OVER = object()


class _NoAnswerError(Exception):
    """Of the model. Its text says why; `is_late`: the caller has waited for it."""

    def __init__(self, why: str, *, is_late: bool = False) -> None:
        super().__init__(why)
        self.is_late = is_late


class _Watch:
    """Of one call. What it gives of a turn is what the agent gives, if that answers in time."""

    def __init__(
        self,
        within: float,
        words: Callable[[], str | None],
        is_leaving: Callable[[], bool],
        has_tools_under_way: Callable[[], bool],
        is_told: Callable[[], Awaitable[bool]],
        log: logging.Logger,
    ) -> None:
        """`within`: so many seconds without an answer are too many. `words` are those for the meantime.

        `is_leaving`: the call is leaving the agent, which has nothing more to say. `is_told` tells the scenario that
        there is no answer.
        """
        self._within = within
        self._words = words
        self._is_leaving = is_leaving
        self._has_tools_under_way = has_tools_under_way
        self._is_told = is_told
        self._log = log
        self._waited = 0.0  # for the model, since the caller has heard an answer
        self._was_asked_again = False  # and since then

    async def turn(self, ask: Callable[[bool], AsyncIterator[Any]], must_answer: bool) -> AsyncIterator[Any]:
        """`ask` begins the turn of the agent, or begins it again; `must_answer`: it may not end without a word."""
        words: str | None = None
        is_again = False
        for _ in range(_MOST_ASKED):
            asked = _Asked(ask, is_again)
            try:
                async for output in self._answer(asked, must_answer, words):
                    yield output
                return
            except _NoAnswerError as none:
                self._log.warning("The model does not answer: %s.", none)
                is_late = none.is_late
            finally:
                await asked.let_go()
            if self._is_leaving():
                return
            if self._was_asked_again:
                break
            self._was_asked_again, self._waited = True, 0.0
            is_again = True
            words = self._words()
            if words and is_late:
                yield AgentSendText(text=_speech(words))
                words = None
        if not await self._is_told():  # then there is nothing but to end the agent, which the scenario notices
            raise RuntimeError("the model does not answer, and the scenario cannot be told")

    async def _answer(self, asked: "_Asked", must_answer: bool, words: str | None) -> AsyncIterator[Any]:
        """What the agent gives. `words` are spoken if that takes long. Raises _NoAnswerError."""
        owes = True  # whether something has to follow
        while True:
            limit = max(self._within - self._waited, min(self._within, _LEAST_S)) if owes else None
            found = await self._next(asked, _MEANWHILE_S if words and owes else limit)
            if found is None and words:
                yield AgentSendText(text=_speech(words))
                words = None
                continue
            if found is None:
                raise _NoAnswerError("it says nothing", is_late=True)
            output, error = found
            if error is not None:  # whose text may contain a key
                raise _NoAnswerError(f"its turn ends with {type(error).__name__}") from error
            if output is _OVER:
                if must_answer and owes:
                    raise _NoAnswerError("its turn is empty")
                return
            if isinstance(output, AgentSendText) and output.text.strip():
                owes = False
                self._waited, self._was_asked_again = 0.0, False
            elif isinstance(output, AgentToolReturned):
                owes = output.result != "success"  # what a tool hands back, the model has to answer
                self._waited, words = 0.0, None
            elif not isinstance(output, (AgentSendText, AgentToolCalled, LogMessage, LogMetric)):
                owes = False  # it does something else with the call
            yield output

    async def _next(self, asked: "_Asked", limit: float | None) -> "_Found | None":
        """What comes next; None if nothing comes in time. A tool has a limit of its own."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                found = await asked.next(limit)
                if found is not None or not self._has_tools_under_way():
                    return found
            finally:
                if limit is not None and not self._has_tools_under_way():
                    self._waited += loop.time() - began


_Found = tuple[Any, "Exception | None"]  # an output of a turn, or how it ends


class _Asked:
    """A turn in a task of its own, so that it can be given up. It goes on only when what comes next is wanted."""

    def __init__(self, ask: Callable[[bool], AsyncIterator[Any]], is_again: bool) -> None:
        self._found: _Found | None = None
        self._has_found = asyncio.Event()
        self._is_wanted = asyncio.Event()
        self._is_let_go = False
        self._task = asyncio.create_task(self._run(ask, is_again))

    async def _run(self, ask: Callable[[bool], AsyncIterator[Any]], is_again: bool) -> None:
        outputs: Any = None
        try:
            outputs = ask(is_again)
            async for output in outputs:
                self._is_wanted.clear()
                self._finds(output, None)
                await self._is_wanted.wait()
            self._finds(_OVER, None)
        except Exception as error:
            self._finds(None, error)
        except asyncio.CancelledError:  # of something that it waits for, or its own
            if not self._is_let_go:
                self._finds(None, RuntimeError("it was cancelled"))
            raise
        finally:
            if hasattr(outputs, "aclose"):
                await outputs.aclose()

    def _finds(self, output: Any, error: Exception | None) -> None:
        self._found = (output, error)
        self._has_found.set()

    async def next(self, seconds: float | None) -> _Found | None:
        """None if nothing comes in time. (`wait_for` takes no notice of a cancellation at the instant of a result.)"""
        self._is_wanted.set()
        finding = asyncio.ensure_future(self._has_found.wait())
        try:
            await asyncio.wait([finding], timeout=seconds)
        finally:
            finding.cancel()
        self._has_found.clear()
        found, self._found = self._found, None
        return found

    async def let_go(self) -> None:
        """It ends; should it not, nobody waits for that."""
        self._is_let_go = True
        if not self._task.done():
            _keep(self._task)
            self._task.cancel()
            await asyncio.wait([self._task], timeout=_LET_GO_S)
