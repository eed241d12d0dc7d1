"""Plays call scripts with the generated tools: one call after the other, each with an agent of its own.

The outcome is a run like that of `flowc.testing.play`, judged by the same judge. Virtual times are the same on every
run; only how long it takes is not.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowc.discovery import SourceError
from flowc.simulator.engine import Engine, ScenarioFailed
from flowc.testing.emulated import EmulatedPlayer
from flowc.testing.platform import REPLY
from flowc.testing.play import play_by
from flowc.testing.result import Run
from flowc.testing.script import Scripts
from flowc.testing.variants import Player, Result, Turn, differ
from flowc.testing.verdict import Trouble
from flowc.testing.with_tools.clock import Beside, Stuck
from flowc.testing.with_tools.tools import Tools, ToolsFailed

if TYPE_CHECKING:
    from flowc.testing.with_tools.call import PlayedWithTools
    from flowc.testing.with_tools.servers import Servers

ALLOW_HTTP = "FLOWC_ALLOW_HTTP"
MOST_STUCK = 3
"""Calls that the same tools may keep from going on, each for a long time; their other calls are not played then."""


def play_with_tools(
    engine: Engine, files: Sequence[Scripts], tools: Mapping[str, Tools], *, every_variant: bool = False
) -> Run:
    """`tools` are those of each flow, by its path. Raises SourceError if the SDK is not installed."""
    prepare_sdk()
    with (
        contextlib.redirect_stdout(sys.stderr),  # what tools may print is none of our output
        _http_allowed(),
        _Player(EmulatedPlayer(engine), tools) as player,
    ):
        run = play_by(player, engine, files, every_variant=every_variant)
    return replace(run, calls=tuple(replace(call, with_tools=True) for call in run.calls))


def prepare_sdk() -> None:
    """Loads the SDK, so that no call has to wait for it; without a look at the network and without a word.

    Raises SourceError.
    """
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else its model library fetches a price list
    try:
        import aiohttp
        import line.voice_agent_app
        import uvicorn
        import websockets
        from loguru import logger
    except ImportError as missing:
        needed = "playing with the generated tools needs their SDK: `pip install cartesia-line`"
        if isinstance(missing, ModuleNotFoundError) and "." not in (missing.name or ""):
            raise SourceError(needed) from missing
        told = " ".join(str(missing).split())  # it is there, but in the shadow of something else
        raise SourceError(f"{needed} ({told})") from missing
    del aiohttp, line, uvicorn, websockets
    logger.disable("line")
    from flowc.testing.with_tools.model import sdk_agent

    sdk_agent([])


@contextlib.contextmanager
def _http_allowed() -> Iterator[None]:
    """The tools take a control URL without a certificate only where they are told to."""
    before = os.environ.get(ALLOW_HTTP)
    os.environ[ALLOW_HTTP] = "1"
    try:
        yield
    finally:
        os.environ.pop(ALLOW_HTTP)
        if before is not None:
            os.environ[ALLOW_HTTP] = before


class _Player:
    """A `Player`, while its servers are up."""

    def __init__(self, emulated: Player, tools: Mapping[str, Tools]) -> None:
        self.emulated = emulated
        self.tools = tools
        self.names = (f"call-{number}" for number in itertools.count(1))
        self.now: PlayedWithTools | None = None
        self.stuck: Counter[str] = Counter()  # calls, by the path of their flow

    def __enter__(self) -> _Player:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        from flowc.testing.with_tools.servers import serve

        self.agents_side = Beside()
        self.stack = contextlib.AsyncExitStack()
        serving = self.stack.enter_async_context(serve(self._get_agent, self._control))
        self.servers: Servers = self.agents_side.run(serving)

    def __exit__(self, *_: object) -> None:
        self.agents_side.end(self.stack.aclose)

    def play(self, turns: Sequence[Turn]) -> list[Result]:
        unchanged = self._unchanged(turns)
        return [unchanged[number] if number in unchanged else self._play(turn) for number, turn in enumerate(turns)]

    def _unchanged(self, turns: Sequence[Turn]) -> dict[int, Result]:
        """The result before, for trials in which nothing happens otherwise, by number.

        The agent's side learns of the platform by what the scenario does, and of nothing else but how replies arrive.
        If with the same events on the call the scenario does what it did before, so would the tools, and it is as if
        they had been played with. Such a trial costs the emulator alone; of a whole run it saves a tenth to two fifths.
        """
        trials = {
            number: (turn, turn.trial.before)
            for number, turn in enumerate(turns)
            if turn.trial is not None and turn.trial.switch != REPLY
        }
        again = self.emulated.play([replace(turn, events=before["events"]) for turn, before in trials.values()])
        return {
            number: before
            for (number, (_, before)), result in zip(trials.items(), again, strict=True)
            if not differ(result, before)
        }

    def _play(self, turn: Turn) -> Result:
        from flowc.testing.with_tools.call import PlayedWithTools

        path = turn.scripts.flow.path
        tools = self.tools[path]
        if self.stuck[path] >= MOST_STUCK:
            told = f"not played: in {MOST_STUCK} calls before this one the tools keep the event loop to themselves"
            return _failed(tools, ToolsFailed(f"{told}; correct those first"))
        try:
            agents_class = self.agents_side.run(_load(tools))
        except ToolsFailed as failed:
            return _failed(tools, failed)
        except Stuck as stuck:
            return _failed(tools, self._go_on_elsewhere(path, stuck))
        played = self.now = PlayedWithTools(
            next(self.names), self.emulated, self.agents_side.clock, turn, agents_class, tools.contract
        )
        try:
            self.agents_side.run(played.play(self.servers))
        except ScenarioFailed as failed:
            return {"failed": str(failed), "events": played.events, "event": len(played.events) - 1}
        except Stuck as stuck:
            failed_tools = _failed(tools, self._go_on_elsewhere(path, stuck))
            return {**failed_tools, "events": [played.under_way], "event": 0}
        result = {**played.result, "events": played.events}
        if played.trouble is not None:
            result["trouble"] = Trouble(str(played.trouble), tools.place(played.trouble))
        return result

    def _go_on_elsewhere(self, path: str, stuck: Stuck) -> ToolsFailed:
        """The next call has a loop and servers of its own: these will never answer again."""
        self.stuck[path] += 1
        self.agents_side.leave()
        self._start()
        return ToolsFailed(f"the tools keep the event loop to themselves: {stuck}", stuck.traceback)

    async def _get_agent(self, env: Any, call_request: Any) -> Any:
        assert self.now is not None
        return self.now.agent(call_request)

    async def _control(self, request: Any) -> Any:
        if self.now is None or request.match_info["name"] != self.now.name:
            from aiohttp import web

            return web.Response(status=404)  # a call that is over
        return await self.now.answer(request)


async def _load(tools: Tools) -> Any:
    return tools.load()


def _failed(tools: Tools, failed: ToolsFailed) -> Result:
    return {"failed": str(failed), "trouble": Trouble(str(failed), tools.place(failed))}
