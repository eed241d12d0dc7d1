"""How long each hunt of a flow can ring: what a caller waits at the most until somebody answers, or nobody does."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from flowc.ir.flow import Flow, Target
from flowc.ir.steps import Choice, Steps, Transfer, inside
from flowc.source import Span


class Hunt(Struct, frozen=True):
    """What one `transfer` rings. `way` is where it stands, in the words of the log, and `value` that by which a
    parameter chooses it; empty if none does. The targets are rung in their order.
    """

    path: str
    span: Span
    way: str
    value: str
    targets: tuple[Target, ...]

    @property
    def rings_ms(self) -> int:
        """The most: each target for its `ring`."""
        return sum(target.ring_ms for target in self.targets)

    @property
    def sentence(self) -> str:
        chosen = f" ({self.value})" if self.value else ""
        each = ", ".join(f"{target.name} {_seconds(target.ring_ms)}" for target in self.targets)
        return f"{self.way}{chosen}: rings for {_seconds(self.rings_ms)} at most: {each}"


def hunts(flow: Flow) -> Iterator[Hunt]:
    """Those of actions, then of `unavailable` and of routes; of a choice one for each value."""
    for action in flow.actions:
        yield from _within(flow, action.do, action.name)
    yield from _within(flow, flow.agent.unavailable, "agent unavailable")
    for route in flow.routes:
        yield from _within(flow, route.steps, f"route {route.name}")


def _within(flow: Flow, steps: Steps, way: str) -> Iterator[Hunt]:
    for step in steps:
        if isinstance(step, Transfer):
            chosen = step.to.hunts if isinstance(step.to, Choice) else (("", step.to),)
            for value, hunt in chosen:
                targets = tuple(flow.target(name) for group in hunt for name in group.targets)
                yield Hunt(flow.path, step.span, way, value, targets)
        for inner in inside(step):
            yield from _within(flow, inner.steps, f"{way}: {' '.join(inner.path)}")


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g} s"
