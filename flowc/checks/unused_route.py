"""No call can take a route. Probably its name is missing where it was meant to be used. A route that is used only by
itself, or by other routes that are never used, is not used either.

Why: what was meant to happen, happens to no caller, and nobody notices.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {sorry: "Sorry, nobody is there."}
    actions:
      end_call: {description: End the call., do: hang_up}
    routes:
      apologise: [{say: sorry}, hang_up]

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {sorry: "Sorry, nobody is there."}
    actions:
      end_call: {description: End the call., do: apologise}
    routes:
      apologise: [{say: sorry}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, GoTo, Route, step_lists, steps_of
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    if not flow.routes:
        return
    named_by: dict[str, set[str]] = {"": set()}  # each route; the empty name is for all that are no routes
    for each in step_lists(flow):
        owner = each.owner.name if type(each.owner) is Route else ""
        for step in each.steps:
            if type(step) is GoTo:
                named_by.setdefault(owner, set()).add(step.route)
    used: set[str] = set()
    waiting = [""]
    while waiting:
        found = named_by.get(waiting.pop(), set()) - used
        used |= found
        waiting += found
    unused = [route for route in flow.routes if route.name not in used]
    named = {step.route for step in steps_of(flow, GoTo)} if unused else set()
    for route in unused:
        why = "is used only by itself or by routes that are never used" if route.name in named else "is never used"
        yield RULE.at(flow.path, route.span, f"route `{route.name}` {why}", "use it, or remove it")


RULE = Rule("FLOW305", "route that is never used", __doc__, last_checks=(check,))
