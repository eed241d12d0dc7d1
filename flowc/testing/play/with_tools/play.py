"""Plays call scripts with the generated tools: one call after the other, each with an agent of its own.

The outcome is a run like that of `flowc.testing.play.batch`, judged by the same judge. Virtual times are the same on
every run; only how long it takes is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowc.diagnostics import cut
from flowc.simulator.engine import CannotPlay, Engine, ScenarioFailed
from flowc.testing.judge.verdict import Trouble
from flowc.testing.play.agent_voice import SpeakingAgent
from flowc.testing.play.batch import play_by
from flowc.testing.play.emulator import EmulatedPlayer
from flowc.testing.play.switches import REPLY
from flowc.testing.play.variants import Player, PlayResult, Turn, differ
from flowc.testing.play.watched import GoesOn, unwatched
from flowc.testing.play.with_tools.clock import Beside
from flowc.testing.play.with_tools.sdk import is_installed, no_sdk
from flowc.testing.play.with_tools.tools import Tools, ToolsFailed
from flowc.testing.result import Run
from flowc.testing.script.model import Scripts

if TYPE_CHECKING:
    from flowc.testing.play.with_tools.call import PlayedWithTools
    from flowc.testing.play.with_tools.program import Program

MOST_LOST = 3
"""Calls in which the same tools may cost their process; their other calls are not played then."""


def play_with_tools(
    engine: Engine,
    side: AgentsSide,
    files: Sequence[Scripts],
    tools: Mapping[str, Tools],
    *,
    every_variant: bool = False,
    goes_on: GoesOn = unwatched,
) -> Run:
    """`tools` are those of each flow, by its path; `goes_on`, as in `flowc.testing.play.batch`, is asked before each.

    Raises SourceError if the SDK is not installed.
    """
    side.start({each.root for each in tools.values()})
    player = _Player(EmulatedPlayer(engine, over_and_over=True), side, tools)
    run = play_by(player, engine, files, every_variant=every_variant, goes_on=goes_on)
    return replace(run, calls=tuple(replace(call, with_tools=True) for call in run.calls))


class AgentsSide:
    """What the agent's side of any number of runs is made of: control URLs, and a process for SDK and tools.

    Started when it is first needed; one thread at a time may use it.
    """

    def __init__(self, show: Callable[[str], object]) -> None:
        """`show` takes each line that the tools print, as it is, and what goes wrong beside all calls."""
        self._show = show
        self.now: PlayedWithTools | None = None
        self._names = (f"call-{number}" for number in itertools.count(1))
        self._beside: Beside | None = None
        self._program: Program | None = None
        self._control_port = 0
        self._projects: set[Path] = set()

    def __enter__(self) -> AgentsSide:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, projects: Iterable[Path]) -> None:
        """`projects` are folders that are not to be read. Raises SourceError if the SDK is not installed, CannotPlay if
        the machine cannot run it.
        """
        self._projects.update(projects)
        if not is_installed():
            raise no_sdk()
        self._get_program()

    def close(self) -> None:
        if self._program is not None:
            self._program.close()
        if self._beside is not None:
            self._beside.end(self._stack.aclose)
        self._program = self._beside = None

    def play(self, emulated: Player, turn: Turn, tools: Tools) -> PlayedWithTools:
        """Raises ScenarioFailed; ToolsFailed if the tools cannot be loaded."""
        from flowc.testing.play.with_tools.call import PlayedWithTools
        from flowc.testing.play.with_tools.servers import Servers

        beside, program = self._get_program()
        servers = Servers(program.port, self._control_port)
        self.now = PlayedWithTools(next(self._names), emulated, program, turn, tools, servers)
        beside.run(self.now.play())
        return self.now

    @property
    def is_lost(self) -> bool:
        """Whether the process of the tools is of no more use. The next call gets another one."""
        return self._program is not None and self._program.trouble is not None

    def _get_program(self) -> tuple[Beside, Program]:
        if self._beside is None:
            from flowc.testing.play.with_tools.servers import serve_control

            try:
                self._beside = Beside(asyncio.SelectorEventLoop())
            except RuntimeError as error:  # of `threading`
                raise CannotPlay(f"the agent's side cannot be started: {error}") from error
            self._beside.loop.set_exception_handler(self._goes_wrong)
            self._stack = contextlib.AsyncExitStack()
            serving = self._stack.enter_async_context(serve_control(self._control))
            self._control_port = self._beside.run(serving)
        if self._program is None or self.is_lost:
            from flowc.testing.play.with_tools.program import Program

            if self._program is not None:
                self._program.close()
            self._program = Program(self._beside.loop, self._control_port, self._show, self._projects)
            self._beside.run(self._program.ready())
        return self._beside, self._program

    def _goes_wrong(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Something on the loop that nobody waits for. asyncio would print it with a traceback, as it is."""
        error = context.get("exception")
        told = context["message"] if error is None else f"{context['message']}: {type(error).__name__}: {error}"
        with contextlib.suppress(Exception):
            self._show(cut(" ".join(f"flowc: {told}".split())))

    async def _control(self, request: Any) -> Any:
        if self.now is None or request.match_info["name"] != self.now.name:
            from aiohttp import web

            return web.Response(status=404)  # a call that is over
        return await self.now.answer(request)


class _Player:
    """A `Player`."""

    def __init__(self, emulated: Player, side: AgentsSide, tools: Mapping[str, Tools]) -> None:
        self.emulated = emulated
        self.side = side
        self.tools = tools
        self.lost: Counter[str] = Counter()  # calls, by the path of their flow

    def play(self, turns: Sequence[Turn]) -> list[PlayResult]:
        unchanged = self._unchanged(turns)
        alone = {number: turn for number, turn in enumerate(turns) if turn.scripts.flow.agent is None}
        unchanged |= dict(zip(alone, SpeakingAgent(self.emulated).play(list(alone.values())), strict=True))
        return [unchanged[number] if number in unchanged else self._play(turn) for number, turn in enumerate(turns)]

    def _unchanged(self, turns: Sequence[Turn]) -> dict[int, PlayResult]:
        """The result before, for trials in which nothing happens otherwise, by number.

        The agent's side learns of the platform by what the scenario does, and of nothing else but how replies arrive.
        If with the same events on the call the scenario does what it did before, so would the tools, and it is as if
        they had been played with. Such a trial costs the emulator alone; of a whole run it saves a tenth to two fifths.
        """
        trials = {
            number: (turn, turn.trial.before)
            for number, turn in enumerate(turns)
            if turn.trial is not None and turn.trial.switch != REPLY and turn.scripts.flow.agent is not None
        }
        again = self.emulated.play([replace(turn, events=before["events"]) for turn, before in trials.values()])
        return {
            number: before
            for (number, (_, before)), result in zip(trials.items(), again, strict=True)
            if not differ(result, before)
        }

    def _play(self, turn: Turn) -> PlayResult:
        path = turn.scripts.flow.path
        tools = self.tools[path]
        if self.lost[path] >= MOST_LOST:
            told = f"not played: in {MOST_LOST} calls before this one the tools have ended or stopped their process"
            return _failed(tools, ToolsFailed(f"{told}; correct those first"))
        try:
            played = self.side.play(self.emulated, turn, tools)
        except ToolsFailed as failed:
            return _failed(tools, failed)
        except ScenarioFailed as failed:
            events = self.side.now.events if self.side.now is not None else []
            return {"failed": str(failed), "events": events, "event": len(events) - 1}
        finally:
            self.lost[path] += self.side.is_lost
        result = {**played.result, "events": played.events}
        if played.trouble is not None:
            result["trouble"] = Trouble(str(played.trouble), tools.place(played.trouble))
        return result


def _failed(tools: Tools, failed: ToolsFailed) -> PlayResult:
    return {"failed": str(failed), "trouble": Trouble(str(failed), tools.place(failed))}
