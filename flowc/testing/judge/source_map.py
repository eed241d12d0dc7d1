"""The tables of a generated scenario, as paths: where each of their steps stands in the flow, and in the scenario.

A path names a place in the tables: `ACTIONS call_transfer do 1 fallback busy 0`. It is made here from the flow in the
same way as the emitter makes the tables. The scenario itself speaks of the list that a step stands in as its *way*,
`call_transfer: fallback busy`, which has at most one transfer, its last step.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from flowc.ir import Choice, Flow, GoTo, HangUp, Notify, Reply, ReturnToAgent, Say, Step, Steps, Transfer, inside
from flowc.source import Span

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a script can go through. `keyword` is how a step is called in the scenario's tables, `way` where
    it stands there.
    """

    what: str  # in the words of the flow: `call_transfer: fallback busy`
    span: Span
    keyword: str
    way: str = ""


def items(flow: Flow) -> dict[Path, Item]:
    """Everything in the order of the flow. What is no step has a path without a number."""
    found: dict[Path, Item] = {}
    closing = {target.name for target in flow.targets if target.hours is not None}
    _steps(flow.agent.unavailable, ("AGENT", "unavailable"), "agent unavailable", closing, found)
    for action in flow.actions:
        if action.cancels:
            found["ACTIONS", action.name, "cancelled"] = Item(f"{action.name}: cancelled", action.span, "")
        _steps(action.do, ("ACTIONS", action.name, "do"), action.name, closing, found)
    for route in flow.routes:
        found["ROUTES", route.name] = Item(f"route {route.name}", route.span, "")
        _steps(route.steps, ("ROUTES", route.name), f"route {route.name}", closing, found)
    return found


def step_paths(flow: Flow) -> dict[tuple[str, int], Path]:
    """Where each step stands, by its way and its number there: as the scenario tells of it."""
    return {(item.way, int(path[-1])): path for path, item in items(flow).items() if item.way}


def _steps(
    steps: Steps,
    path: Path,
    owner: str,
    closing: Collection[str],
    found: dict[Path, Item],
    unwritten: Span | None = None,
) -> None:
    for index, step in enumerate(steps):
        keyword, words = _named(step)
        note = " (by default)" if step.span == unwritten else ""
        found[*path, str(index)] = Item(f"{owner}: {words}{note}", step.span, keyword, owner)
        below = (*path, str(index))
        if isinstance(step, Transfer):
            _transfer(step, below, owner, closing, found)
        default = " (by default)" if isinstance(step, Transfer) and step.fallback_is_default else ""
        for inner in inside(step):
            name = f"{owner}: {' '.join(inner.path)}"
            if inner.span is not None:
                found[*below, *inner.path] = Item(f"{name}{default}", inner.span, "")
            _steps(inner.steps, (*below, *inner.path), name, closing, found, step.span)


def _transfer(step: Transfer, path: Path, owner: str, closing: Collection[str], found: dict[Path, Item]) -> None:
    """`closing` are the targets that have hours."""
    hunts = step.to.hunts if isinstance(step.to, Choice) else (("", step.to),)
    for value, hunt in hunts:
        among, chosen = (("among", value), f" for {value}") if value else ((), "")
        for index, target in enumerate(target for group in hunt for target in group.targets):
            what = f"{owner}: transfer rings {target}{chosen}"
            found[*path, "transfer", *among, str(index)] = Item(what, step.span, "")
            if target in closing:
                what = f"{owner}: {target} is closed{chosen}"
                found[*path, "closed", *among, str(index)] = Item(what, step.span, "transfer")
    found[*path, "connected"] = Item(f"{owner}: transfer connected", step.span, "transfer")


def _named(step: Step) -> tuple[str, str]:
    match step:
        case Say(prompt):
            return "say", f"say {prompt}"
        case Notify():
            return "notify", "notify"
        case Reply():
            return "reply", "reply"
        case Transfer():
            return "transfer", "transfer"
        case GoTo(route):
            return "route", f"go to {route}"
        case ReturnToAgent():
            return "return_to_agent", "return_to_agent"
        case HangUp():
            return "hang_up", "hang_up"
        case _:
            assert_never(step)


def way_to(done: Sequence[Path], known: Mapping[Path, Item]) -> tuple[str, ...]:
    """What led to the latest of the steps that were carried out: the fallbacks and routes since an action began, or
    since there was no agent. Empty if it is a step of these themselves.
    """
    way: list[str] = []
    for path in done:
        if path[0] != "ROUTES" and "fallback" not in path:
            way = [path[1]]
            continue
        length = path.index("fallback") + 2 if "fallback" in path else 2
        if known[path[:length]].what not in way:
            way.append(known[path[:length]].what)
    following = [*way[1:], ""]
    shortened = [one for one, next_ in zip(way, following, strict=True) if not next_.startswith(f"{one}:")]
    return tuple(shortened) if len(way) > 1 else ()


def line_in(scenario: str, path: Path, known: dict[Path, Item]) -> int | None:
    """The line of the scenario's text where the path leads to, or to what is nearest above it; None if it is not there.

    The text may have been edited by hand, so its own words are searched for, one after the other.
    """
    start = scenario.find(f"\nconst {path[0]} = ")
    entry = re.compile(rf"^  {re.escape(path[1])}: ", re.MULTILINE).search(scenario, start) if start >= 0 else None
    if entry is None:
        return None
    after = re.compile(r"^(?:  \w+: |\};)", re.MULTILINE).search(scenario, entry.end())
    end = after.start() if after else len(scenario)
    place = entry.start()
    for length in range(3, len(path) + 1):
        item = known.get(path[:length])
        word = item.keyword if item is not None and path[length - 1].isdigit() else path[length - 1]
        following = re.compile(rf"\b{re.escape(word)}: ").search(scenario, place, end) if word else None
        place = following.start() if following else place
    return scenario.count("\n", 0, place) + 1
