"""Routes lead to each other for ever. The platform allows 50 call attempts in a session; after that every transfer
ends as `not_allowed`. So a cycle through transfers ends if, and only if, following `not_allowed` leads out of it. A
cycle without a transfer never ends. Nor does one in which nobody is rung because all are outside their `hours`: where a
target has some, following `closed` has to lead out as well.

Why: the caller hears the same again and again, and the only way out is to hang up.

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
      again: {transfer: desk, fallback: {not_allowed: hang_up, otherwise: again}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.route_path import as_way
from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, GoTo, Outcome, Steps, Transfer, hours_of_targets
from flowc.rule import Rule


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
            yield RULE.at(flow.path, closing.span, message, hint)
        finished.update(path)


def _last_step(steps: Steps) -> GoTo | None:
    """The way out of these steps to a route when no call attempt is left, if they lead to one."""
    for step in steps:
        if isinstance(step, GoTo):
            return step
        if isinstance(step, Transfer):
            return _last_step(step.next_steps(Outcome.NOT_ALLOWED) or ())
    return None


def check_where_all_are_closed(flow: Flow) -> Iterator[Diagnostic]:
    """A target outside its hours is not called, so no number of attempts ends a cycle that `closed` is a part of."""
    if not any(target.hours for target in flow.targets) or any(check(flow)):
        return
    from graphlib import CycleError, TopologicalSorter

    leads_to = {route.name: {step.route: step for step in _ways_on(route.steps, flow)} for route in flow.routes}
    try:
        TopologicalSorter(leads_to).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1][::-1]
        message = f"never ends while its targets are closed: {as_way(cycle)}"
        hint = "nobody is called then: let that outcome lead out, with `closed: hang_up` under `fallback`"
        yield RULE.at(flow.path, leads_to[cycle[-2]][cycle[-1]].span, message, hint)


def _ways_on(steps: Steps, flow: Flow) -> Iterator[GoTo]:
    """The ways to another route on which nobody is called: no attempt is left, or all are outside their hours."""
    for step in steps:
        if isinstance(step, GoTo):
            yield step
        if isinstance(step, Transfer):
            for outcome in (Outcome.NOT_ALLOWED, *((Outcome.CLOSED,) if any(hours_of_targets(step, flow)) else ())):
                yield from _ways_on(step.next_steps(outcome) or (), flow)
            return


RULE = Rule("FLOW306", "cycle without a way out", __doc__, whole_flow_checks=(check, check_where_all_are_closed))
