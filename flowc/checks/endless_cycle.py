"""Routes lead to each other in a circle that passes no agent, no person and no message: through a fallback, or
directly. Whoever is rung, and whatever becomes of it, the caller comes round again.

Why: the caller hears it ring for the better part of an hour, or the same words again and again, and the only way out
is to hang up.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: again}
    routes:
      again: {transfer: desk, fallback: {otherwise: again}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: again}
    routes:
      again: {transfer: desk, fallback: {otherwise: return_to_agent}, afterwards: again}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flowc.checks.walks.route_path import as_way
from flowc.checks.walks.without_agent import without_agent
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Ask, Branch, Flow, GoTo, Menu, ReturnToAgent, Steps, TakeMessage, Transfer, steps_within
from flowc.rule import Rule

_MOST_RELATED = 8


def check(flow: Flow) -> Iterator[Diagnostic]:
    """One error for each step that closes a circle. Every route is gone through once."""
    steps = {route.name: route.steps for route in flow.routes}
    lost = frozenset(id(step) for step, _ in without_agent(flow))
    gone: set[str] = set()
    for route in flow.routes:
        if route.name in gone:
            continue
        on_way: dict[str, GoTo | None] = {route.name: None}  # routes, each with the step that leads there
        waiting = [(route.name, _ways_on(steps[route.name], lost))]
        while waiting:
            name, ways = waiting[-1]
            step = next(ways, None)
            if step is None:
                gone.add(name)
                del on_way[name]
                waiting.pop()
            elif step.route in on_way:
                names = list(on_way)
                circle = names[names.index(step.route) :]
                rings = any(type(each) is Transfer for one in circle for each in steps_within(steps[one]))
                leading = [each for each in (on_way[one] for one in circle[1:]) if each is not None]
                yield _endless(flow, circle, leading, step, rings)
            elif step.route not in gone:
                on_way[step.route] = step
                waiting.append((step.route, _ways_on(steps[step.route], lost)))


def _ways_on(steps: Steps, lost: Collection[int]) -> Iterator[GoTo]:
    """The steps by which these lead to a route while nobody has talked with the caller, who has left no message either,
    whatever a branch goes by. At a return that is among the `lost`, which can have no agent to return to, by what
    stands in its place.
    """
    for step in steps:
        if type(step) is GoTo:
            yield step
        elif type(step) is Transfer:
            for fallback in step.fallback:
                yield from _ways_on(fallback.steps, lost)
        elif type(step) is Ask or type(step) is Menu:  # who presses a key is there, and can hang up
            yield from _ways_on(step.otherwise, lost)
        elif type(step) is TakeMessage:
            yield from _ways_on(step.otherwise, lost)
            return
        elif type(step) is Branch:
            for arm in step.arms:
                yield from _ways_on(arm.steps, lost)
        elif type(step) is ReturnToAgent and id(step) in lost:
            yield from _ways_on(step.otherwise, lost)


def _endless(flow: Flow, circle: list[str], leading: list[GoTo], closing: GoTo, rings: bool) -> Diagnostic:
    shown = as_way([*circle, closing.route])
    related = tuple(Related(each.span, f"leads to `{each.route}`") for each in leading[:_MOST_RELATED])
    if rings:
        message = f"rings without end: {shown}"
        hint = "no person, no agent and no message is on this way: let it end, with `hang_up` or `return_to_agent`"
    else:
        message, hint = f"goes round for ever: {shown}", "end one of them with `hang_up` or a transfer"
    return RULE.at(flow.path, closing.span, message, hint, related)


RULE = Rule("FLOW306", "circle without a way out", __doc__, whole_flow_checks=(check,))
