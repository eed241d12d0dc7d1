"""The steps that are taken when there is no agent: those of `unavailable` and of every route it leads to."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.ir import Flow, GoTo, Step, Steps, walk

Path = tuple[str, "Path | None"]  # the last name on a way, and the way to it


def without_agent(flow: Flow) -> Iterator[tuple[Step, Path]]:
    """Each step once, with the names on the shortest way to it: `unavailable`, then routes."""
    routes = {route.name: route for route in flow.routes}
    seen: set[str] = set()
    waiting: list[tuple[Steps, Path]] = [(flow.agent.unavailable, ("unavailable", None))]
    for steps, path in waiting:
        for step in walk(steps):
            yield step, path
            if isinstance(step, GoTo) and step.route not in seen:
                seen.add(step.route)
                waiting.append((routes[step.route].steps, (step.route, path)))


def as_path(path: Path) -> str:
    names: list[str] = []
    rest: Path | None = path
    while rest is not None:
        names.append(rest[0])
        rest = rest[1]
    return as_way(names[::-1])


def as_way(names: list[str]) -> str:
    """Names and arrows; of a very long way both ends."""
    shown = [f"`{name}`" for name in names]
    return " -> ".join(shown if len(shown) <= 10 else [*shown[:5], "…", *shown[-4:]])
