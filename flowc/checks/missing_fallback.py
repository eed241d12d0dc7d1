"""FLOW301 again: a transfer without a fallback where there is no agent to return to.

What follows a failed transfer by default, `return_to_agent`, is not possible in `unavailable` and in the routes that
it leads to: there the flow has to say what the caller gets.

    unavailable: {transfer: reception}
    unavailable: {transfer: reception, fallback: {otherwise: take_message}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.way import as_path
from flowc.checks.without_agent import without_agent
from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, Transfer


def check(flow: Flow) -> Iterator[Diagnostic]:
    for step, way in without_agent(flow):
        if isinstance(step, Transfer) and step.fallback_is_default:
            message = f"no fallback, and no agent to return to: {as_path(way)}"
            yield Diagnostic(flow.path, step.span, "FLOW301", message, "add `fallback: {otherwise: …}`")
