"""Every list of steps of a flow, wherever it is written, and where the call goes from one to the next."""

from __future__ import annotations

from typing import NamedTuple

from flowc.ir import Action, Flow, Route, Steps, Transfer


class StepList(NamedTuple):
    """Steps that follow each other, and whose they are: an action, a route, or (None) the agent's `unavailable`.

    `top` is true for the list as it stands under `do`, the route or `unavailable`, false inside a transfer.
    """

    steps: Steps
    owner: Action | Route | None
    top: bool


def step_lists(flow: Flow) -> list[StepList]:
    found: list[StepList] = []
    _collect(flow.agent.unavailable, None, True, found)
    for action in flow.actions:
        _collect(action.do, action, True, found)
    for route in flow.routes:
        _collect(route.steps, route, True, found)
    return found


def _collect(steps: Steps, owner: Action | Route | None, top: bool, found: list[StepList]) -> None:
    found.append(StepList(steps, owner, top))
    for step in steps:
        if isinstance(step, Transfer):
            for fallback in step.fallback:
                _collect(fallback.steps, owner, False, found)
            _collect(step.afterwards, owner, False, found)
