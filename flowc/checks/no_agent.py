"""FLOW307: `return_to_agent` where there is no agent.

The steps of `unavailable` run because the agent could not be started or was lost; neither they, nor a route they lead
to, nor what follows a transfer there, can return to it.

    unavailable: [{say: sorry}, return_to_agent]
    unavailable: [{say: sorry}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.way import as_path
from flowc.checks.without_agent import without_agent
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Flow, ReturnToAgent, Transfer, every_step


def check(flow: Flow) -> Iterator[Diagnostic]:
    # A transfer's own default stands where the transfer stands; `missing_fallback` speaks of it.
    unwritten = {step.span for step in every_step(flow) if isinstance(step, Transfer)}
    for step, way in without_agent(flow):
        if isinstance(step, ReturnToAgent) and step.span not in unwritten:
            message = f"there is no agent to return to: {as_path(way)}"
            hint = "end with `hang_up` or another transfer; a route for both cases becomes two"
            related = (
                (Related(flow.agent.span, "`unavailable` of this agent leads here"),) if way[1] is not None else ()
            )
            yield Diagnostic(flow.path, step.span, "FLOW307", message, hint, related)
