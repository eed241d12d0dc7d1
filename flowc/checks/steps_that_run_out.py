"""FLOW303: steps that end without saying what becomes of the caller.

A list of steps ends with `transfer`, a route, `return_to_agent` or `hang_up`. Only an action that leaves the
conversation alone, that is one of `notify` and `reply` alone, ends without one: the agent talks on.

    apologise: [{say: sorry}]
    apologise: [{say: sorry}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.step_lists import step_lists
from flowc.diagnostics import Diagnostic
from flowc.ir import TERMINAL, Action, Flow


def check(flow: Flow) -> Iterator[Diagnostic]:
    for each in step_lists(flow):
        if each.top and isinstance(each.owner, Action) and each.owner.leaves_conversation_alone:
            continue
        if each.steps and not any(isinstance(step, TERMINAL) for step in each.steps):
            hint = "end with `hang_up`, `return_to_agent`, a route or a transfer"
            message = "the steps end here, and nothing says what becomes of the caller"
            yield Diagnostic(flow.path, each.steps[-1].span, "FLOW303", message, hint)
