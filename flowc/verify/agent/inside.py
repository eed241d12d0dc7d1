"""What runs in the process of the tools: the SDK, the generated modules and the exploration.

It takes one request from what was standard input, and tells as lines of JSON how far it is and what has come of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from flowc.confinement import confine_tools
from flowc.discovery import SourceError
from flowc.testing.play.with_tools import sdk
from flowc.testing.play.with_tools.inside import alone, leave_secrets

NO_PORT = 0
"""Nothing can be connected to."""


def main(projects: list[str]) -> None:
    requests, told = alone(NO_PORT, projects)
    try:
        leave_secrets()
        sdk.load()
        explored = _ready()
    except ImportError as missing:
        told(missing=sdk.why_missing(missing))
        return
    except SourceError as refused:
        told(refused=str(refused))
        return
    explored(json.loads(requests.readline()), told)


def _ready() -> Callable[[dict[str, Any], Callable[..., None]], None]:
    """Everything that is needed, before it can no longer be had. Raises ImportError, SourceError."""
    from flowc.testing.play.with_tools.model import ScriptedModel, sdk_agent
    from flowc.verify.agent.action import ToolAction
    from flowc.verify.agent.explore import explore
    from flowc.verify.agent.loop import VirtualLoop
    from flowc.verify.agent.result import AgentResult
    from flowc.verify.agent.situation import situations
    from flowc.verify.agent.tools import CannotLoad, ToolsText, load
    from flowc.verify.agent.watching import Watching

    sdk_agent([], ScriptedModel())
    loop = VirtualLoop()
    confine_tools()

    def explored(request: dict[str, Any], told: Callable[..., None]) -> None:
        try:
            tools = load(ToolsText(**{each.name: request["tools"][each.name] for each in fields(ToolsText)}))
        except CannotLoad as failed:
            told(failed=str(failed))
            return
        part, of = request["part"]
        result = AgentResult(0, 0, 0, ())
        for one in request["agents"]:
            actions = [ToolAction.read(each) for each in one["actions"]]
            watching = Watching.read(one["watching"])
            every = situations(
                actions,
                thorough=request["thorough"],
                is_watched=watching is not None,
                has_idle=one["has_idle"],
                has_keys=one["has_keys"],
                is_stopped=one["is_stopped"],
            )
            tried = list(every)[part::of]

            def further(so_far: AgentResult, before: AgentResult = result) -> None:
                told(so_far=(before + so_far).written())

            result += explore(
                replace(tools, agent=one["agent"]),
                actions,
                tried,
                most_runs=request["most_runs"],
                loop=loop,
                watching=watching,
                progress=further,
            )
        told(result=result.written())

    return explored
