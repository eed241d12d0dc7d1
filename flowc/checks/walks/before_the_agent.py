"""The steps that a call that comes in may meet before the agent, and whether it is answered there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flowc.ir import Branch, ChangeLanguage, Flow, GoTo, Notify, Reject, StartAgent, Step, Steps, inside

QUIET = frozenset[type[Step]]((Branch, ChangeLanguage, GoTo, Notify, Reject, StartAgent))
"""Those that answer no call."""


class Arrival(NamedTuple):
    """A step, and the one that has answered the call before it; None where nobody has."""

    step: Step
    answers: Step | None


def arrivals(flow: Flow) -> Iterator[Arrival]:
    """Those of `inbound`, and of every route that it leads to: once for a call that is answered, once for one that is
    not.
    """
    routes = {route.name: route.steps for route in flow.routes}
    seen: set[tuple[str, bool]] = set()
    waiting: list[tuple[Steps, Step | None]] = [(flow.inbound, None)]
    while waiting:
        steps, answers = waiting.pop()
        for step in steps:
            yield Arrival(step, answers)
            if type(step) is GoTo and (step.route, answers is None) not in seen:
                seen.add((step.route, answers is None))
                waiting.append((routes.get(step.route, ()), answers))
            if answers is None and type(step) not in QUIET:
                answers = step
            waiting += [(inner.steps, answers) for inner in inside(step)]
