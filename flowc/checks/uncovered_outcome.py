"""FLOW301: an outcome of a transfer that nothing is said about.

A `fallback` without `otherwise` has to name every outcome that can occur, or one day a caller would be left without a
next step.

    fallback: {busy: take_message}          # and no answer?
    fallback: {busy: take_message, otherwise: hang_up}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, Outcome, Transfer, every_step

# Targets cannot be closed, ask for a key or detect machines yet; `connected` is followed by `afterwards`.
_CANNOT_OCCUR = {Outcome.CONNECTED, Outcome.CLOSED, Outcome.NOT_ACCEPTED, Outcome.MACHINE}
POSSIBLE = tuple(outcome for outcome in Outcome if outcome not in _CANNOT_OCCUR)


def check(flow: Flow) -> Iterator[Diagnostic]:
    for step in every_step(flow):
        if not isinstance(step, Transfer) or any(fallback.outcome is None for fallback in step.fallback):
            continue
        missing = [f"`{outcome}`" for outcome in POSSIBLE if step.next_steps(outcome) is None]
        if missing:
            message = f"the fallback says nothing about {', '.join(missing)}"
            yield Diagnostic(flow.path, step.span, "FLOW301", message, "add `otherwise: …`, or name each of them")
