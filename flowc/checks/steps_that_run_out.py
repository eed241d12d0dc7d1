"""Steps end without saying what becomes of the caller. A list of steps ends with `transfer`, a route,
`return_to_agent`, `hang_up` or a branch. Only an action that leaves the conversation alone, one of `notify`, `ask`,
`reply` and `language` alone, ends without one: the agent talks on. So either all arms of a branch leave the
conversation alone, or none does, and what stands behind an `ask` and its `otherwise` likewise.

Why: after the last step nobody talks to the caller, who hears silence and does not know whether to wait.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {closed: We are closed today.}
    actions:
      closed:
        description: Tell the caller that nobody is there today.
        do: {say: closed}   # and then?

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {closed: We are closed today.}
    actions:
      closed:
        description: Tell the caller that nobody is there today.
        do: [{say: closed}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Action, Ask, Branch, Flow, step_lists, steps_of, steps_within
from flowc.ir.steps import TERMINAL, leave_conversation_alone
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    arms = {id(arm.steps) for step in steps_of(flow, Branch) for arm in step.arms}
    otherwise = {id(step.otherwise) for step in steps_of(flow, Ask)}
    before = set(map(id, steps_within(flow.inbound)))
    without = {id(step) for loss in flow.losses for step in steps_within(loss.steps)}
    for each in step_lists(flow):
        if type(each.owner) is Action and each.owner.leaves_conversation_alone:
            continue
        if each.steps and TERMINAL.isdisjoint(map(type, each.steps)):
            message = "the steps end here, and nothing says what becomes of the caller"
            last = id(each.steps[-1])  # in a route it may be any of these
            agent = "`start_agent`, " if last in before else "`return_to_agent`, "
            if flow.agent is None or (last in without and last not in before):
                agent = ""
            hint = f"end with `hang_up`, {agent}a route or a transfer"
            if id(each.steps) in arms and leave_conversation_alone(each.steps):
                hint += "; either all arms of a branch leave the conversation alone, or none does"
            elif id(each.steps) in otherwise and leave_conversation_alone(each.steps):
                hint += (
                    "; either `otherwise` and what stands behind its `ask` leave the conversation alone, or none does"
                )
            yield RULE.at(flow.path, each.steps[-1].span, message, hint)


RULE = Rule("FLOW303", "steps that run out", __doc__, whole_flow_checks=(check,))
