"""Every list of steps of a flow, wherever it is written, and where the call goes from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flowc.ir import Action, Flow, Route, Steps, Transfer


@dataclass(frozen=True, slots=True)
class StepList:
    """Steps that follow each other, and whose they are: an action, a route, or (None) the agent's `unavailable`.

    `top` is true for the list as it stands under `do`, the route or `unavailable`, false inside a transfer.
    """

    steps: Steps
    owner: Action | Route | None
    top: bool


def step_lists(flow: Flow) -> Iterator[StepList]:
    yield from _lists(flow.agent.unavailable, None)
    for action in flow.actions:
        yield from _lists(action.do, action)
    for route in flow.routes:
        yield from _lists(route.steps, route)


def _lists(steps: Steps, owner: Action | Route | None, top: bool = True) -> Iterator[StepList]:
    yield StepList(steps, owner, top)
    for step in steps:
        if isinstance(step, Transfer):
            for fallback in step.fallback:
                yield from _lists(fallback.steps, owner, False)
            yield from _lists(step.afterwards, owner, False)
