"""The steps that a call that comes in may meet before the agent, and whether it is answered there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from flowc.ir import Ask, Branch, ChangeLanguage, Flow, GoTo, Notify, Reject, StartAgent, Step, Steps, inside

QUIET = frozenset[type[Step]]((Ask, Branch, ChangeLanguage, GoTo, Notify, Reject, StartAgent))
"""Those that answer no call."""


MOST_ASKED_MS = 10_000
"""For so long webhooks may be asked before a call is answered: the platform ends one that nobody answers."""


class Arrival(Struct, frozen=True):
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


def longest_asked(flow: Flow) -> tuple[Ask, ...]:
    """What is asked before the call is answered, on the way on which that takes longest. A way that goes round is an
    error of its own, and is followed once.
    """
    routes = {route.name: route.steps for route in flow.routes}
    return _longest(flow.inbound, routes, frozenset())


def _longest(steps: Steps, routes: Mapping[str, Steps], on_way: frozenset[str]) -> tuple[Ask, ...]:
    asked: tuple[Ask, ...] = ()
    found: list[tuple[Ask, ...]] = []
    for step in steps:
        if type(step) is Ask:
            asked = (*asked, step)
            found.append((*asked, *_longest(step.otherwise, routes, on_way)))
        elif type(step) is Branch:
            found += [(*asked, *_longest(arm.steps, routes, on_way)) for arm in step.arms]
        elif type(step) is GoTo and step.route not in on_way:
            found.append((*asked, *_longest(routes.get(step.route, ()), routes, on_way | {step.route})))
        elif type(step) not in QUIET:
            break
    return max([asked, *found], key=lambda each: sum(step.within_ms for step in each))
