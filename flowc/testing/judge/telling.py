"""What of a flow tells a webhook what a call script expects it to be told."""

from __future__ import annotations

from collections.abc import Collection

from flowc.ir import Flow, Notify, TakeMessage, every_step
from flowc.language.calls.expectations import OF_THE_REPORT
from flowc.source import Span
from flowc.testing.script.wanted import Posted


def telling(flow: Flow, expected: Posted) -> Span | Collection[Span]:
    """The steps that do, by where they stand; or, of the report of a call, the webhook that is told of it."""
    steps = {
        step.span: step.webhook
        for step in every_step(flow)
        if isinstance(step, Notify | TakeMessage) and expected.to in ("", step.webhook)
    }
    of_a_report = expected.named is not None and any(field.key in expected.named.facts for field in OF_THE_REPORT)
    if flow.call.report is not None and (of_a_report or (expected.to == flow.call.report and not steps)):
        return flow.webhook(flow.call.report).span
    return steps.keys()
