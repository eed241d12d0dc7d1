"""FLOW304: steps after one that ends the list.

`transfer`, a route, `return_to_agent` and `hang_up` do not come back to the list they stand in; what follows a
transfer is said in its `fallback` and `afterwards`.

    do: [hang_up, {say: goodbye}]
    do: [{say: goodbye}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from flowc.checks.step_lists import step_lists
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import TERMINAL, Flow, Transfer


def check(flow: Flow) -> Iterator[Diagnostic]:
    for each in step_lists(flow):
        for step, after in pairwise(each.steps):
            if isinstance(step, TERMINAL):
                hint = (
                    "put it under `fallback` or `afterwards`"
                    if isinstance(step, Transfer)
                    else "remove it, or put it before"
                )
                related = (Related(step.span, "the steps end here"),)
                yield Diagnostic(flow.path, after.span, "FLOW304", "this step is never reached", hint, related)
                break
