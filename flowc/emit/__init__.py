"""The back ends. Each turns a flow into one file. One that has something to share among all flows adds a file for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from flowc.agents import AgentBackEnd
from flowc.emit import contract, functions, voxengine
from flowc.emit.artifact import Artifact
from flowc.emit.line import shared, tools
from flowc.ir import Flow

Emitter = Callable[[Flow], Artifact]


def emitters(agents: Iterable[AgentBackEnd], has_agent: bool = True) -> tuple[Emitter, ...]:
    """The scenario; where there is an agent, its side as chosen, and the contract between them."""
    if not has_agent:
        return (voxengine.scenario,)
    return (voxengine.scenario, *(_whole(_agent_emitter(agent)) for agent in agents), _whole(contract.emit))


def shared_by_all(agents: Iterable[AgentBackEnd]) -> dict[str, str]:
    """What stands once in the output folder, as soon as there is one flow."""
    return {shared.FILE: shared.text()} if AgentBackEnd.LINE in agents else {}


def _whole(emit: Callable[[Flow], tuple[str, str]]) -> Emitter:
    """Of what has no part that is the same in others."""
    return lambda flow: Artifact(*emit(flow))


def _agent_emitter(agent: AgentBackEnd) -> Callable[[Flow], tuple[str, str]]:
    match agent:
        case AgentBackEnd.LINE:
            return tools.emit
        case AgentBackEnd.FUNCTIONS:
            return functions.emit
        case _:
            assert_never(agent)
