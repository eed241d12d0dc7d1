"""Steps stand behind one that ends the list. `transfer`, a route, `return_to_agent`, `hang_up` and a branch do
not come back to the list they stand in; what follows a transfer is said in its `fallback` and `afterwards`.

Why: the file says that something happens, and it never does: a goodbye is not heard, a webhook not told.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: Goodbye.}
    actions:
      end_call: {description: End the call., do: [hang_up, {say: goodbye}]}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: Goodbye.}
    actions:
      end_call: {description: End the call., do: [{say: goodbye}, hang_up]}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Branch, Flow, Step, Transfer, is_terminal, step_lists
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    for each in step_lists(flow):
        for step, after in pairwise(each.steps):
            if is_terminal(step):
                hint = _HINTS.get(type(step), "remove it, or put it before")
                related = (Related(step.span, "the steps end here"),)
                yield RULE.at(flow.path, after.span, "this step is never reached", hint, related)
                break


_HINTS: dict[type[Step], str] = {
    Transfer: "put it under `fallback` or `afterwards`",
    Branch: "put it before, or into each arm that it is for; a route is for steps that they share",
}


RULE = Rule("FLOW304", "steps that are never reached", __doc__, whole_flow_checks=(check,))
