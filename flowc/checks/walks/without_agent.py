"""The steps that are taken when there is no agent: those of `inbound`, `unavailable`, `idle`
and every route they lead to.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.walks.route_path import Way
from flowc.ir import (
    IDLE,
    MISSING,
    UNAVAILABLE,
    Branch,
    Flow,
    GoTo,
    Loss,
    ParameterValue,
    Step,
    Steps,
    inside,
    steps_of,
)
from flowc.ir.last import kept_for_the_last
from flowc.ir.steps import taken
from flowc.ir.ways import ways_through

INBOUND, OUTBOUND = "inbound", "outbound"
"""Where ways without an agent begin."""


def begun_by(way: Way) -> str:
    """The key with which it begins."""
    while way[1] is not None:
        way = way[1]
    return way[0]


def is_lost(way: Way) -> bool:
    """Whether it begins with the loss of the agent, and not with the call."""
    return begun_by(way) in (UNAVAILABLE, IDLE)


@kept_for_the_last
def without_agent(flow: Flow) -> tuple[tuple[Step, Way], ...]:
    """Each step once, with the names on the shortest way to it: `unavailable`, `idle` or `inbound`, then routes. A step
    that branches keep such ways from is none of them.
    """
    reached = _reached(flow) if steps_of(flow, Branch) else None
    routes = {route.name: route for route in flow.routes}
    found: list[tuple[Step, Way]] = []
    seen: set[str] = set()
    waiting: list[tuple[Steps, Way]] = [(loss.steps, (loss.key, None)) for loss in flow.losses]
    waiting += [(flow.inbound, (INBOUND, None)), (flow.placed, (OUTBOUND, None))]
    for steps, path in waiting:
        for step in _without_action(steps):
            if reached is not None and id(step) not in reached:
                continue
            found.append((step, path))
            if type(step) is GoTo and step.route not in seen:
                seen.add(step.route)
                waiting.append((routes[step.route].steps, (step.route, path)))
    return tuple(found)


@kept_for_the_last
def with_nobody(flow: Flow) -> tuple[Step, ...]:
    """Every step that the `fallback` of `outbound` may lead to, through routes as well: nobody is on the line there."""
    routes = {route.name: route.steps for route in flow.routes}
    outbound = flow.outbound
    waiting: list[Steps] = [] if outbound is None else [each.steps for each in outbound.call.fallback]
    found: list[Step] = []
    seen: set[str] = set()
    for steps in waiting:
        for step in steps:
            found.append(step)
            if type(step) is GoTo and step.route not in seen:
                seen.add(step.route)
                waiting.append(routes.get(step.route, ()))
            elif isinstance(step, _WITH_NOBODY):
                waiting += [inner.steps for inner in inside(step)]
    return tuple(found)


_WITH_NOBODY = (Branch, GoTo)
"""Steps inside which nobody is on the line either. What stands in others is not possible there."""


def after_the_loss(flow: Flow, loss: Loss) -> Iterator[Step]:
    """Every step that the `unavailable` or `idle` of an agent may lead to, through routes as well."""
    routes = {route.name: route.steps for route in flow.routes}
    seen: set[str] = set()
    waiting = [loss.steps]
    for steps in waiting:
        for step in _without_action(steps):
            yield step
            if type(step) is GoTo and step.route not in seen:
                seen.add(step.route)
                waiting.append(routes.get(step.route, ()))


def _reached(flow: Flow) -> set[int]:
    """The steps, by `id`, that branches let ways lead to on which there is no agent."""
    ways = ways_through(flow)
    return {id(place.at) for place in ways.places for way in place.ways if way.origins & ways.agentless}


@kept_for_the_last
def shared_with_actions(flow: Flow) -> frozenset[int]:
    """The steps, by `id`, that actions lead to as well."""
    ways = ways_through(flow)
    places = (place for place in ways.places if any(way.origins & ways.agentless for way in place.ways))
    return frozenset(id(place.at) for place in places if any(way.origins & ~ways.agentless for way in place.ways))


def _without_action(steps: Steps) -> Iterator[Step]:
    """Every step written here that can be taken where no action has led, and no parameter is known."""
    for step in steps:
        yield step
        if type(step) is Branch and isinstance(step.subject, ParameterValue):
            yield from _without_action(taken(MISSING, step.arms))
        else:
            for inner in inside(step):
                yield from _without_action(inner.steps)
