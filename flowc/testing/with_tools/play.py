"""Plays call scripts with the generated tools: one call after the other, each with an agent of its own.

The outcome is a run like that of `flowc.testing.play`, judged by the same judge. Virtual times are the same on every
run; only how long it takes is not.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowc.cli.sources import SourceError
from flowc.simulator.engine import Engine, ScenarioFailed
from flowc.source import Span
from flowc.testing.coverage import coverage, passed_through
from flowc.testing.play import Scripts
from flowc.testing.result import Covered, Failure, Place, PlayedCall, Run
from flowc.testing.script import Call
from flowc.testing.tables import Path
from flowc.testing.verdict import Played, judged, unplayable
from flowc.testing.with_tools.clock import CallClock, run_beside
from flowc.testing.with_tools.tools import Tools, ToolsFailed

if TYPE_CHECKING:
    from flowc.testing.with_tools.call import PlayedWithTools
    from flowc.testing.with_tools.servers import Servers

ALLOW_HTTP = "FLOWC_ALLOW_HTTP"
Pair = tuple[Scripts, Call]


def play_with_tools(engine: Engine, files: Sequence[Scripts], tools: Mapping[str, Tools]) -> Run:
    """`tools` are those of each flow, by its path. Raises SourceError if the SDK is not installed."""
    prepare_sdk()
    played = _Player(engine, tools)
    pairs = [(file, call) for file in files for call in file.calls]
    with contextlib.redirect_stdout(sys.stderr), _http_allowed():  # what tools may print is none of our output
        calls = run_beside(lambda clock: played.play(clock, pairs))
    flows = {file.flow.path: file.flow for file in files}
    covered: list[Covered] = [
        one for path, flow in flows.items() for one in coverage(flow, played.paths.get(path, set()))
    ]
    return Run(tuple(calls), tuple(covered))


def prepare_sdk() -> None:
    """Imports the SDK, without a look at the network and without a word. Raises SourceError."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else its model library fetches a price list
    try:
        import aiohttp
        import line.voice_agent_app
        import uvicorn
        import websockets
        from loguru import logger
    except ImportError as missing:
        told = " ".join(str(missing).split())
        raise SourceError(f"--with-tools needs the SDK of the tools: `pip install cartesia-line` ({told})") from missing
    del aiohttp, line, uvicorn, websockets
    logger.remove()


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
    def __init__(self, engine: Engine, tools: Mapping[str, Tools]) -> None:
        self.engine = engine
        self.tools = tools
        self.paths: dict[str, set[Path]] = {}
        self.now: PlayedWithTools | None = None

    async def play(self, clock: CallClock, pairs: Sequence[Pair]) -> list[PlayedCall]:
        from flowc.testing.with_tools.servers import serve

        async with serve(self._get_agent, self._control) as servers:
            return [await self._call(clock, servers, f"call-{number}", pair) for number, pair in enumerate(pairs, 1)]

    async def _call(self, clock: CallClock, servers: Servers, name: str, pair: Pair) -> PlayedCall:
        from flowc.testing.with_tools.call import PlayedWithTools

        scripts, call = pair
        scenario, tools = scripts.scenario, self.tools[scripts.flow.path]
        about = Played(scripts.flow, call, {}, scenario.path, scenario.text, scenario.note)
        try:
            self.now = PlayedWithTools(name, self.engine, clock, scripts, call, tools.load())
            await self.now.play(servers)
        except ToolsFailed as failed:
            found = _failure(call.place, 0, "the tools run", str(failed), tools)
            return replace(unplayable(about, ""), failures=(found,))
        except ScenarioFailed as failed:
            return unplayable(about, str(failed))
        return self._judged(about, self.now, tools)

    def _judged(self, about: Played, played: PlayedWithTools, tools: Tools) -> PlayedCall:
        result = played.result
        error = result["view"]["error"]
        if error is not None and error["kind"] == "syntax":
            position = self.engine.syntax_position(about.scenario)
            error.update(zip(("line", "column"), position or (None, None), strict=True))
        paths = self.paths.setdefault(about.flow.path, set())
        paths |= passed_through(result["covered"], result["trace"])
        found = judged(about, played.events, result)
        if not played.trouble or found.failures:
            return found
        step = about.call.steps[played.events[-1].step]
        return replace(found, failures=(_failure(step.place, found.ended_ms, step.written, played.trouble, tools),))

    async def _get_agent(self, env: Any, call_request: Any) -> Any:
        assert self.now is not None
        return self.now.agent(call_request)

    async def _control(self, request: Any) -> Any:
        if self.now is None or request.match_info["name"] != self.now.name:
            from aiohttp import web

            return web.Response(status=404)  # a call that is over
        return await self.now.answer(request)


def _failure(place: Place, t: int, expected: str, found: str, tools: Tools) -> Failure:
    return Failure(place, t, expected, found, None, Place(tools.path, Span(1, 1, 1, 2)))
