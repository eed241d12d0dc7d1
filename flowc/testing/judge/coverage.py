"""What of a flow its scripts have gone through.

The scenario says of each step that it carries it out, which the emulator notes as an event. So this is about the code
that ran, not about what the flow says should have run, and not about what was merely read. What a hand-edited scenario
has besides the flow is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from flowc.ir import Flow, Hunt, Transfer
from flowc.simulator.trace import TraceEvent, is_closed, not_possible
from flowc.testing.judge.conversations import came_of, conversations
from flowc.testing.judge.source_map import Path, handed_over, items, rung, step_paths, steps_at
from flowc.testing.judge.within_reach import within_reach
from flowc.testing.result import Covered, Place


@dataclass
class Hunting:
    """A transfer under way: where it stands, and what has been chosen among its targets, in that order."""

    path: Path = ()
    to: Hunt = ()
    chosen: list[str] = field(default_factory=list)

    def choose(self, value: str) -> list[Path]:
        """The arm that is taken."""
        self.chosen.append(value)
        return [path for target, path in self._items() if not target][len(self.chosen) - 1 :]

    def ringing(self, name: str) -> list[Path]:
        """The target of this name among those that are rung; where it stands a second time it is passed over."""
        return [path for target, path in self._items() if target == name][:1]

    def _items(self) -> Iterator[tuple[str, Path]]:
        return rung(self.to, (*self.path, "transfer"), iter(self.chosen))


def carried_out(flow: Flow, trace: Sequence[TraceEvent]) -> Iterator[tuple[int, Path]]:
    """Everything of the flow that a call has carried out, in order, with its number in the trace."""
    steps = step_paths(flow)
    transfers = transfers_of(flow)
    hunt = Hunting()
    for number, event in enumerate(trace):
        if event["event"] == "agent_custom":
            match event["parameters"]:
                case {"metadata": {"vox_event": "cancelled", "action": action, **others}} if "key" not in others:
                    yield number, ("ACTIONS", str(action), "cancelled")
        if event["event"] != "step":
            continue
        match event["step"]:
            case "ring":
                yield from ((number, path) for path in hunt.ringing(event["which"] or ""))
            case "handed over":
                yield from ((number, handed_over(path)) for path in hunt.ringing(event["which"] or ""))
            case "hand over":
                pass
            case "connected":
                yield number, (*hunt.path, "connected")
            case "cannot ring" if is_closed(event["which"]):
                yield from (
                    (number, (*hunt.path, "closed", *path[len(hunt.path) + 1 :]))
                    for path in hunt.ringing((event["which"] or "").partition(",")[0])
                )
            case _ if not_possible(event):
                pass
            case step:
                path = steps.get((event["way"], event["index"]))
                if path is None:
                    continue
                value = (event["which"] or "").partition(": ")[2]
                if step == "by" and path == hunt.path:
                    yield from ((number, arm) for arm in hunt.choose(value))
                    continue
                if step == "transfer" and path in transfers:
                    hunt = Hunting(path, transfers[path].to)
                yield number, path
                if step == "by":
                    yield number, (*path, "among", value)


def passed_through(flow: Flow, trace: Sequence[TraceEvent]) -> set[Path]:
    """The paths that one call has gone through; with a step also the fallback or the route that it stands in. Not a
    return to the agent in whose place something else is carried out.
    """
    done = list(carried_out(flow, trace))
    found = set(came_of(flow, trace, done, transfers_of(flow)))
    for _, path in done:
        found.add(path)
        found.update(path[:length] for length in range(2, len(path)) if not _in_its_place(path, length))
    return found


def _in_its_place(path: Path, length: int) -> bool:
    """Whether the rest of a path stands under `otherwise` of the step that it begins with."""
    return path[length - 1].isdigit() and path[length] == "otherwise"


def coverage(flow: Flow, paths: Iterable[Path]) -> tuple[Covered, ...]:
    seen = set(paths)
    all_of_it = within_reach(flow, {**items(flow), **conversations(flow, transfers_of(flow))})
    return tuple(Covered(item.what, Place(flow.path, item.span), path in seen) for path, item in all_of_it.items())


def transfers_of(flow: Flow) -> dict[Path, Transfer]:
    """By their paths."""
    return {path: step for path, step in steps_at(flow).items() if isinstance(step, Transfer)}
