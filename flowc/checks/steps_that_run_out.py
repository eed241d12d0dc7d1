"""Steps end without saying what becomes of the caller. A list of steps ends with `transfer`, a route,
`return_to_agent` or `hang_up`. Only an action that leaves the conversation alone, one of `notify` and `reply` alone,
ends without one: the agent talks on.

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
from flowc.ir import TERMINAL, Action, Flow, step_lists
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    for each in step_lists(flow):
        if each.top and isinstance(each.owner, Action) and each.owner.leaves_conversation_alone:
            continue
        if each.steps and not any(isinstance(step, TERMINAL) for step in each.steps):
            hint = "end with `hang_up`, `return_to_agent`, a route or a transfer"
            message = "the steps end here, and nothing says what becomes of the caller"
            yield RULE.at(flow.path, each.steps[-1].span, message, hint)


RULE = Rule("FLOW303", "steps that run out", __doc__, whole_flow_checks=(check,))
