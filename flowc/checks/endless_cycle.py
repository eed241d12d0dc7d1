"""Routes lead to each other for ever. The platform allows 50 call attempts in a session; after that every transfer
ends as `not_allowed`. So a cycle through transfers ends if, and only if, following `not_allowed` leads out of it. A
cycle without a transfer never ends.

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
from flowc.ir import Branch, Flow, GoTo, Outcome, Steps, Transfer, steps_within
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    steps = {route.name: route.steps for route in flow.routes}
    leads_to = {name: tuple(_ways_out(each)) for name, each in steps.items()}
    finished: set[str] = set()
    for route in flow.routes:
        path: dict[str, Iterator[GoTo]] = {}
        name: str | None = None if route.name in finished else route.name
        while name is not None:
            path[name] = iter(leads_to[name])
            name = None
            while path and name is None:
                current, closing = next(reversed(path)), next(path[next(reversed(path))], None)
                if closing is None:
                    finished.add(current)
                    del path[current]
                elif closing.route in path:
                    names = list(path)
                    yield _endless(flow, names[names.index(closing.route) :], closing, steps)
                elif closing.route not in finished:
                    name = closing.route


def _endless(flow: Flow, cycle: list[str], closing: GoTo, steps: dict[str, Steps]) -> Diagnostic:
    shown = as_way([*cycle, cycle[0]])
    if any(isinstance(step, Transfer) for each in cycle for step in steps_within(steps[each])):
        message = f"never ends: {shown}"
        hint = (
            "after 50 call attempts every transfer ends as `not_allowed`: "
            "let that outcome lead out, with `not_allowed: hang_up` under `fallback`"
        )
    else:
        message, hint = f"goes round for ever: {shown}", "end one of them with `hang_up` or a transfer"
    return RULE.at(flow.path, closing.span, message, hint)


def _ways_out(steps: Steps) -> Iterator[GoTo]:
    """The ways out of these steps to a route when no call attempt is left: several, if a branch decides."""
    for step in steps:
        if isinstance(step, GoTo):
            yield step
        elif isinstance(step, Transfer):
            yield from _ways_out(step.next_steps(Outcome.NOT_ALLOWED) or ())
        elif isinstance(step, Branch):
            for arm in step.arms:
                yield from _ways_out(arm.steps)
        else:
            continue
        return


RULE = Rule("FLOW306", "cycle without a way out", __doc__, whole_flow_checks=(check,))
