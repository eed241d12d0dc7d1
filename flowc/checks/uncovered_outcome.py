"""FLOW301: an outcome of a transfer that nothing is said about.

A `fallback` without `otherwise` has to name every outcome that can occur, or a caller would be left with none of them
one day. And a transfer for which there is no agent to return to has to say what follows, since the usual fallback,
`otherwise: return_to_agent`, is not possible there.

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
        if isinstance(step, Transfer):
            covered = {fallback.outcome for fallback in step.fallback}
            missing = [f"`{outcome}`" for outcome in POSSIBLE if outcome not in covered]
            if missing and None not in covered:
                message = f"the fallback says nothing about {', '.join(missing)}"
                yield Diagnostic(flow.path, step.span, "FLOW301", message, "add `otherwise: …`, or name each of them")
