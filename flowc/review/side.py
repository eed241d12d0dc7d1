"""What a flow has its two sides know, as facts: the same that `flowc.deploy` reads from its scenario."""

from __future__ import annotations

from flowc.compatibility import BRIEFINGS, IDLE, INTRODUCTIONS, Side
from flowc.emit.voxengine.view import as_parameter
from flowc.ir import Flow
from flowc.ir.briefing import briefs
from flowc.ir.introduction import introduces


def begun_by(flow: Flow) -> frozenset[str]:
    """What its scenario tells the agent of by itself."""
    is_idle = any(agent.idle is not None for agent in flow.every_agent)
    begun = ((BRIEFINGS, briefs(flow)), (INTRODUCTIONS, introduces(flow)), (IDLE, is_idle))
    return frozenset(name for name, does in begun if does)


def side_of(flow: Flow) -> Side:
    return Side(
        actions={action.name: {each.name: as_parameter(each) for each in action.parameters} for action in flow.actions},
        take_the_call=frozenset(each.name for each in flow.actions if not each.leaves_conversation_alone),
        agents={agent.name: agent.actions for agent in flow.every_agent} if flow.agents else {},
        begins=begun_by(flow),
    )
