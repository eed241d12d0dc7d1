"""Explores the tools of a flow in a process of their own: whatever they are, they can do nothing but be explored."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from flowc.discovery import SourceError
from flowc.emit.line import shared, tools
from flowc.ir import Flow
from flowc.ir.introduction import actions_of_its_own, stopped_by_a_key
from flowc.simulator.context import how_it_ended
from flowc.testing.play.with_tools.program import WRITTEN, started
from flowc.testing.play.with_tools.sdk import is_installed, no_sdk
from flowc.testing.play.with_tools.tools import ToolsFailed
from flowc.verify.agent.action import ToolAction
from flowc.verify.agent.result import AgentResult
from flowc.verify.agent.watching import Watching

MOST_RUNS = 20_000
"""Of one situation."""
STUCK_S = 120.0
"""In real time, for a word of the process. It says one every few hundred runs, which take seconds."""
MOST_BYTES = 16 * 1024 * 1024
"""Of one line."""
GONE_S = 1.0
START = """
import json, sys
sys.path[:], projects = json.loads(sys.argv[1])
from flowc.verify.agent.inside import main
main(projects)
"""
NOTHING = AgentResult(0, 0, 0, ())
EDITED = "the tools are not what the flow generates: what is told of them is the word of the process that they run in"


def explore_tools(
    flow: Flow,
    tools_text: str,
    shared_text: str,
    *,
    tools_path: str | None = None,
    shared_path: str = shared.FILE,
    thorough: bool = False,
    most_runs: int | None = None,
    progress: Callable[[AgentResult], None] = lambda so_far: None,
    show: Callable[[str], object] = lambda line: None,
    projects: Sequence[Path] = (),
    processes: int = 1,
) -> AgentResult:
    """`tools_path` and `shared_path` are for tracebacks. `progress` is told what is known, now and then; `show` each
    line that the tools print; `projects` are folders of which they are to read nothing. Raises SourceError without the
    SDK, CannotPlay if the machine cannot run it, ToolsFailed if the tools cannot be loaded, or end or stop it all.
    """
    if not is_installed():
        raise no_sdk()
    path, generated = tools.emit(flow)
    request = {
        "tools": {
            "path": tools_path or path,
            "text": tools_text,
            "call_class": tools.class_name(flow.name),
            "shared_path": shared_path,
            "shared_text": shared_text,
            "shared_module": shared.MODULE,
        },
        "agents": list(_agents(flow)),
        "thorough": thorough,
        "most_runs": MOST_RUNS if most_runs is None else most_runs,
    }
    is_edited = (tools_text, shared_text) != (generated, shared.text())
    so_far = [NOTHING] * processes

    def explored(part: int) -> AgentResult:
        def further(known: AgentResult) -> None:
            so_far[part] = known
            progress(sum(so_far, NOTHING))

        return running[part].explored({**request, "part": [part, processes]}, further)

    running: list[_Process] = []
    with ThreadPoolExecutor(processes) as pool:
        try:
            for _ in range(processes):
                running.append(_Process(show, projects))  # each is closed, also if the next one cannot be started
            result = sum(pool.map(explored, range(processes)), NOTHING)
        finally:  # also what waits for them ends then
            for process in running:
                process.close()
    return result.noted(EDITED) if is_edited else result


def _agents(flow: Flow) -> Iterator[dict[str, Any]]:
    """Each agent with its actions. One that several have is tried with the first."""
    tried: set[str] = set()
    for agent in flow.every_agent:
        own = [action for action in flow.actions if action.name in agent.actions and action.name not in tried]
        tried.update(action.name for action in own)
        watching = Watching.of(flow, agent)
        yield {
            "agent": agent.name if flow.agents else "",
            "actions": [ToolAction.of(flow, action).written() for action in (*own, *actions_of_its_own(flow))],
            "watching": watching.written() if watching is not None else None,
            "has_idle": agent.idle is not None,
            "has_keys": bool(flow.keys),
            "is_stopped": stopped_by_a_key(flow),
        }


class _Process:
    def __init__(self, show: Callable[[str], object], projects: Sequence[Path]) -> None:
        """Raises CannotPlay."""
        self._process = started(START, projects)
        self._lines: queue.Queue[bytes] = queue.Queue(maxsize=100)
        self._is_over = False
        for work in (self._listen, lambda: _show(self._process.stderr, show)):
            threading.Thread(target=work, daemon=True).start()

    def close(self) -> None:
        self._is_over = True
        self._process.kill()
        self._process.wait()
        with suppress(queue.Full):  # full: then nobody waits for a line
            self._lines.put_nowait(b"")

    def explored(self, request: dict[str, Any], progress: Callable[[AgentResult], None]) -> AgentResult:
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended, which is told below
            self._process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            self._process.stdin.flush()
        while True:
            match self._told():
                case {"missing": str(why)}:
                    raise no_sdk(why)
                case {"refused": str(why)}:
                    raise SourceError(why)
                case {"failed": str(why)}:
                    raise ToolsFailed(why)
                case {"so_far": dict(written)}:
                    progress(_result(written))
                case {"result": dict(written)}:
                    return _result(written)
                case _:
                    raise ToolsFailed(WRITTEN)

    def _told(self) -> Any:
        try:
            line = b"" if self._is_over else self._lines.get(timeout=STUCK_S)
        except queue.Empty:
            told = f"the tools keep the event loop to themselves: nothing was heard of it for {STUCK_S:g} s"
            raise ToolsFailed(told) from None
        if not line:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GONE_S)
            raise ToolsFailed(f"the process of the tools has ended ({how_it_ended(self._process)})")
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            return None

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while not self._is_over:
            line = self._process.stdout.readline(MOST_BYTES)
            while not self._is_over:
                with suppress(queue.Full):
                    self._lines.put(line, timeout=GONE_S)
                    break
            if not line:
                return


def _result(written: dict[str, Any]) -> AgentResult:
    """Raises ToolsFailed: it was not written by us."""
    try:
        return AgentResult.read(written)
    except (TypeError, KeyError, ValueError):
        raise ToolsFailed(WRITTEN) from None


def _show(pipe: IO[bytes] | None, show: Callable[[str], object]) -> None:
    assert pipe is not None
    for line in iter(lambda: pipe.readline(2000), b""):
        with suppress(Exception):  # nobody reads it any more: the pipe is emptied all the same
            show("tools: " + line.decode("utf-8", "replace").rstrip("\r\n"))
