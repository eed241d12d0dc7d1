"""What is wrong with a flow whose every line is right: one rule a file, each `check(flow)` yielding diagnostics.

A rule reads the IR and nothing else. `CHECKS` look at one place at a time and always run; `WHOLE_FLOW_CHECKS` follow
steps from place to place, or say that something is never used or reached. They run only when nothing else is wrong, so
that one misspelled word is not followed by ten errors about what it would have led to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flowc.checks import (
    endless_cycle,
    misplaced_reply,
    missing_fallback,
    no_agent,
    nothing_to_cancel,
    platform_limits,
    steps_that_run_out,
    tool_description,
    uncovered_outcome,
    unreached_steps,
    unused_declaration,
    unused_route,
)
from flowc.diagnostics import Diagnostic
from flowc.ir import Flow

Check = Callable[[Flow], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    uncovered_outcome.check,
    misplaced_reply.check,
    nothing_to_cancel.check,
    platform_limits.check,
    tool_description.check,
)
WHOLE_FLOW_CHECKS: tuple[Check, ...] = (
    steps_that_run_out.check,
    unreached_steps.check,
    missing_fallback.check,
    no_agent.check,
    endless_cycle.check,
    unused_route.check,
    unused_declaration.check,
)
