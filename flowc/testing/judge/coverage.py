"""What of a flow its scripts have gone through.

The scenario says of each step that it carries it out, which the emulator notes as an event. So this is about the code
that ran, not about what the flow says should have run, and not about what was merely read. What a hand-edited scenario
has besides the flow is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flowc.ir import Flow
from flowc.simulator.trace import TraceEvent, is_closed, not_possible
from flowc.testing.judge.source_map import Path, items, step_paths
from flowc.testing.result import Covered, Place


def carried_out(flow: Flow, trace: Sequence[TraceEvent]) -> Iterator[tuple[int, Path]]:
    """Everything of the flow that a call has carried out, in order, with its number in the trace."""
    steps = step_paths(flow)
    transfer: Path = ()
    chosen: tuple[str, ...] = ()
    for number, event in enumerate(trace):
        if event["event"] == "agent_custom":
            match event["parameters"]:
                case {"metadata": {"vox_event": "cancelled", "action": action}}:
                    yield number, ("ACTIONS", str(action), "cancelled")
        if event["event"] != "step":
            continue
        match event["step"]:
            case "ring":
                yield number, (*transfer, "transfer", *chosen, str(event["index"]))
            case "connected":
                yield number, (*transfer, "connected")
            case "cannot ring" if is_closed(event["which"]):
                yield number, (*transfer, "closed", *chosen, str(event["index"]))
            case _ if not_possible(event):
                pass
            case step:
                path = steps.get((event["way"], event["index"]))
                if path is None:
                    continue
                if step == "transfer":
                    transfer, chosen = path, () if event["which"] is None else ("among", event["which"])
                yield number, path


def passed_through(flow: Flow, trace: Sequence[TraceEvent]) -> set[Path]:
    """The paths that one call has gone through; with a step also the fallback or the route that it stands in."""
    found: set[Path] = set()
    for _, path in carried_out(flow, trace):
        found.add(path)
        found.update(path[:length] for length in range(2, len(path)))
    return found


def coverage(flow: Flow, paths: Iterable[Path]) -> tuple[Covered, ...]:
    seen = set(paths)
    return tuple(Covered(item.what, Place(flow.path, item.span), path in seen) for path, item in items(flow).items())
