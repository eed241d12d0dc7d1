"""FLOW306: routes that lead to each other for ever.

The platform allows 50 call attempts in a session; after that every transfer ends as `not_allowed`. So a cycle through
transfers ends if, and only if, following `not_allowed` leads out of it. A cycle without a transfer never ends.

    apologise: [{say: sorry}, apologise]
    apologise: [{say: sorry}, hang_up]

    again: {transfer: reception, fallback: {otherwise: again}}
    again: {transfer: reception, fallback: {not_allowed: hang_up, otherwise: again}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.way import as_way
from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, GoTo, Outcome, Steps, Transfer


def check(flow: Flow) -> Iterator[Diagnostic]:
    steps = {route.name: route.steps for route in flow.routes}
    leads_to = {name: _last_step(each) for name, each in steps.items()}
    finished: set[str] = set()
    for route in flow.routes:
        path: dict[str, GoTo | None] = {}
        name: str | None = route.name
        while name is not None and name not in finished and name not in path:
            step = path[name] = leads_to[name]
            name = step.route if step else None
        if name in path:
            names = list(path)
            cycle = names[names.index(name) :]
            closing = path[cycle[-1]]
            assert closing is not None
            shown = as_way([*cycle, cycle[0]])
            if any(isinstance(step, Transfer) for each in cycle for step in steps[each]):
                message = f"never ends: {shown}"
                hint = (
                    "after 50 call attempts every transfer ends as `not_allowed`: "
                    "let that outcome lead out, with `not_allowed: hang_up` under `fallback`"
                )
            else:
                message, hint = f"goes round for ever: {shown}", "end one of them with `hang_up` or a transfer"
            yield Diagnostic(flow.path, closing.span, "FLOW306", message, hint)
        finished.update(path)


def _last_step(steps: Steps) -> GoTo | None:
    """The way out of these steps to a route when no call attempt is left, if they lead to one."""
    for step in steps:
        if isinstance(step, GoTo):
            return step
        if isinstance(step, Transfer):
            return _last_step(step.next_steps(Outcome.NOT_ALLOWED) or ())
    return None
