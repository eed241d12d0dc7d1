"""FLOW305: a route that no call can take.

Probably its name is missing where it was meant to be used. A route that is used only by itself, or by other routes
that are never used, is not used either.

    routes: {take_message: …}       # and no step says `take_message`
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, GoTo, Steps, every_step, walk


def check(flow: Flow) -> Iterator[Diagnostic]:
    used: set[str] = set()
    waiting: list[Steps] = [flow.agent.unavailable, *(action.do for action in flow.actions)]
    for steps in waiting:
        for step in walk(steps):
            if isinstance(step, GoTo) and step.route not in used:
                used.add(step.route)
                waiting.append(flow.route(step.route).steps)
    for route in flow.routes:
        if route.name not in used:
            named = any(isinstance(step, GoTo) and step.route == route.name for step in every_step(flow))
            why = "is used only by itself or by routes that are never used" if named else "is never used"
            yield Diagnostic(flow.path, route.span, "FLOW305", f"route `{route.name}` {why}", "use it, or remove it")
