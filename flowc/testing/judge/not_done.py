"""Steps of a flow that the scenario came to and could not carry out: the cause where somebody waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowc.ir import Ask, Flow, Notify, Setting, every_step
from flowc.simulator.trace import TraceEvent
from flowc.testing.judge.source_map import Path, items, step_paths


@dataclass(frozen=True, slots=True)
class NotDone:
    """`index` is its number in the trace, `path` leads to it in the flow, `why` is in the words of the scenario."""

    index: int
    path: Path
    why: str


def not_done(flow: Flow, trace: Sequence[TraceEvent], kind: str, which: str = "") -> NotDone | None:
    """The latest step of a kind that is about `which`, or about anything, if it could not be carried out."""
    for index in reversed(range(len(trace))):
        event = trace[index]
        if event["event"] != "step" or event["step"] not in (kind, f"cannot {kind}"):
            continue
        about, _, why = (event["which"] or "").partition(", ")
        if which and about != which:
            continue
        path = step_paths(flow).get((event["way"], event["index"]))
        return NotDone(index, path, why) if event["step"] != kind and path is not None else None
    return None


def webhook(flow: Flow, path: Path) -> Setting | None:
    """The address that a step posts to."""
    span = items(flow)[path].span
    told = (step.webhook for step in every_step(flow) if isinstance(step, Notify | Ask) and step.span == span)
    return next((flow.webhook(name).url for name in told), None)
