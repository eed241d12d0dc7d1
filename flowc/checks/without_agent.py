"""The steps that are taken when there is no agent: those of `unavailable` and of every route it leads to."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.ir import Flow, GoTo, Step, Steps, walk

Path = tuple[str, ...]


def without_agent(flow: Flow) -> Iterator[tuple[Step, Path]]:
    """Each step once, with the names on the shortest way to it: `unavailable`, then routes."""
    seen: set[str] = set()
    waiting: list[tuple[Steps, Path]] = [(flow.agent.unavailable, ("unavailable",))]
    for steps, path in waiting:
        for step in walk(steps):
            yield step, path
            if isinstance(step, GoTo) and step.route not in seen:
                seen.add(step.route)
                waiting.append((flow.route(step.route).steps, (*path, step.route)))


def as_path(path: Path) -> str:
    return " -> ".join(f"`{name}`" for name in path)
