"""What follows when an agent is unavailable leads to that agent again: by `start_agent`, or by way of other agents that
are unavailable as well; or what follows when nobody says anything (`idle`) does. `return_to_agent` of an agent that is
unavailable counts as a way to every one that may have had the caller before.

Why: where the service behind the agents is out of order, the call would go round between them, and the caller would
hear it ring without end.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: {start_agent: substitute}}
    agents:
      substitute: {agent_id: agent_2}
    actions:
      end_call: {description: End the call., do: hang_up}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: {start_agent: substitute}}
    agents:
      substitute: {agent_id: agent_2, unavailable: hang_up}
    actions:
      end_call: {description: End the call., do: hang_up}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowc.checks.walks.without_agent import after_the_loss
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Flow, Loss, ReturnToAgent, StartAgent
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    if not flow.agents:
        return
    own = {loss.way: loss.agent for loss in flow.losses}
    next_ones = _next_ones(flow)
    told: set[int] = set()
    for agent in flow.every_agent:
        for loss in agent.losses:
            for name, step in _started(flow, loss).items():
                if id(step) in told or not _leads(name, agent.name, next_ones):
                    continue
                told.add(id(step))
                message = f"`{loss.key}` of `{agent.name}` leads to that agent again"
                hint = "end it with `hang_up` or a transfer"
                if own[loss.way] != agent.name:
                    hint = f"give `{agent.name}` an `{loss.key}` of its own: without, it has that of `agent`"
                elif name != agent.name:
                    message += f", by way of `{name}`"
                    hint += f", or give `{name}` an `{loss.key}` that does"
                yield RULE.at(flow.path, step.span, message, hint, (Related(agent.span, "the agent"),))


def _started(flow: Flow, loss: Loss) -> dict[str, StartAgent]:
    """The agents that are started in the place of one, each with a step that does."""
    steps = (step for step in after_the_loss(flow, loss) if type(step) is StartAgent)
    return {step.agent: step for step in steps if step.agent is not None}


def _next_ones(flow: Flow) -> dict[str, set[str]]:
    """By each agent those that may have the caller when it is lost."""
    found = {agent.name: {name for loss in agent.losses for name in _started(flow, loss)} for agent in flow.every_agent}
    returning = [
        (agent.name, loss)
        for agent in flow.every_agent
        for loss in agent.losses
        if any(type(step) is ReturnToAgent for step in after_the_loss(flow, loss))
    ]
    if returning:
        from flowc.ir.last_agents import LastAgents  # hardly any flow returns there

        last_agents = LastAgents(flow)
        for name, loss in returning:
            found[name].update(last_agents.after(loss))
    return found


def _leads(start: str, end: str, next_ones: Mapping[str, set[str]]) -> bool:
    seen = {start}
    waiting = [start]
    for name in waiting:
        if name == end:
            return True
        new = next_ones.get(name, set()) - seen
        seen |= new
        waiting += new
    return False


RULE = Rule("FLOW313", "agent that replaces itself", __doc__, whole_flow_checks=(check,))
