"""The tables of a generated scenario, as paths: where each of their steps stands in the flow, and in the scenario.

A path names a place in the tables: `ACTIONS call_transfer do 1 fallback busy 0`. It is made here from the flow in the
same way as the emitter makes the tables. The scenario itself speaks of the list that a step stands in as its *way*,
`call_transfer: fallback busy`, which has at most one transfer, its last step.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from flowc.ir import (
    IDLE,
    OTHERWISE,
    UNAVAILABLE,
    Ask,
    Branch,
    ChangeLanguage,
    Choice,
    ChosenHunt,
    Flow,
    GoTo,
    Group,
    HangUp,
    Hunt,
    Loss,
    Menu,
    Notify,
    RecordCall,
    Reject,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    SipTarget,
    StartAgent,
    Step,
    Steps,
    Subject,
    TakeMessage,
    Transfer,
    called_inside,
    inside,
    numbers_of_otherwise,
)
from flowc.ir.subject import stays_the_same, written
from flowc.source import Span

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a script can go through. `keyword` is how a step is called in the scenario's tables, `way` where
    it stands there. `log` is what the scenario says of a target that it rings, or of an arm of a choice.
    """

    what: str  # in the words of the flow: `call_transfer: fallback busy`
    span: Span
    keyword: str
    way: str = ""
    log: tuple[str, str] | None = None


def items(flow: Flow) -> dict[Path, Item]:
    """Everything in the order of the flow. What is no step has a path without a number."""
    found: dict[Path, Item] = {}
    closing = {target.name for target in flow.targets if target.hours is not None}
    unwritten = flow.outbound.span if flow.outbound is not None and flow.outbound.alone else None
    _steps(flow.inbound, ("ENTRY", "inbound"), "inbound", closing, found, unwritten)
    _steps(flow.placed, ("OUTBOUND", "steps"), "outbound", closing, found)
    for loss in flow.losses:
        _steps(loss.steps, path_of_loss(flow, loss), loss.way, closing, found)
    for number, key in enumerate(flow.keys):
        _steps(key.steps, path_of_key(number), key.way, closing, found)
    for action in flow.actions:
        if action.cancels:
            found["ACTIONS", action.name, "cancelled"] = Item(f"{action.name}: cancelled", action.span, "")
        _steps(action.do, ("ACTIONS", action.name, "do"), action.name, closing, found)
    for route in flow.routes:
        found["ROUTES", route.name] = Item(f"route {route.name}", route.span, "")
        _steps(route.steps, ("ROUTES", route.name), f"route {route.name}", closing, found)
    return _with_hand_overs(flow, found)


def path_of_loss(flow: Flow, loss: Loss) -> Path:
    """Where the steps of an agent's `unavailable`, or of its `idle`, stand in the scenario's tables."""
    steps = (UNAVAILABLE,) if loss.key == UNAVAILABLE else (IDLE, "do")
    return ("AGENTS", loss.agent, *steps) if flow.agents else ("AGENT", *steps)


def path_of_key(number: int) -> Path:
    """Where the steps of one of the flow's `keys` stand in the scenario's tables."""
    return ("KEYS", str(number), "do")


def _with_hand_overs(flow: Flow, found: dict[Path, Item]) -> dict[Path, Item]:
    """Behind a target that is rung, that a caller is handed over to it."""
    handing = {target.name for target in flow.targets if isinstance(target, SipTarget) and target.refers}
    if not handing:
        return found
    with_them: dict[Path, Item] = {}
    for path, item in found.items():
        with_them[path] = item
        what, target = item.log or ("", "")
        if what == "ring" and target in handing:
            words = item.what.replace(f": transfer rings {target}", f": transfer hands over to {target}")
            with_them[handed_over(path)] = Item(words, item.span, "transfer", log=("handed over", target))
    return with_them


def handed_over(path: Path) -> Path:
    """Where it stands that a caller is handed over to the target at this path."""
    at = max(index for index, part in enumerate(path) if part == "transfer" and path[index - 1].isdigit())
    return (*path[:at], "handed over", *path[at + 1 :])


def steps_at(flow: Flow) -> dict[Path, Step]:
    """Every step, where it stands."""
    found: dict[Path, Step] = {}

    def look(steps: Steps, path: Path) -> None:
        for index, step in enumerate(steps):
            found[*path, str(index)] = step
            for inner in inside(step):
                look(inner.steps, (*path, str(index), *inner.path))

    look(flow.inbound, ("ENTRY", "inbound"))
    look(flow.placed, ("OUTBOUND", "steps"))
    for loss in flow.losses:
        look(loss.steps, path_of_loss(flow, loss))
    for number, key in enumerate(flow.keys):
        look(key.steps, path_of_key(number))
    for action in flow.actions:
        look(action.do, ("ACTIONS", action.name, "do"))
    for route in flow.routes:
        look(route.steps, ("ROUTES", route.name))
    return found


def step_paths(flow: Flow) -> dict[tuple[str, int], Path]:
    """Where each step stands, by its way and its number there: as the scenario tells of it."""
    return {(item.way, int(path[-1])): path for path, item in items(flow).items() if item.way}


def _steps(
    steps: Steps,
    path: Path,
    owner: str,
    closing: Container[str],
    found: dict[Path, Item],
    unwritten: Span | None = None,
) -> None:
    """`closing` are the targets that have hours."""
    numbers = numbers_of_otherwise(steps)
    for index, step in enumerate(steps):
        keyword, words = _named(step)
        note = " (by default)" if step.span == unwritten else ""
        found[*path, str(index)] = Item(f"{owner}: {words}{note}", step.span, keyword, owner)
        below = (*path, str(index))
        if isinstance(step, Transfer):
            _transfer(step, below, owner, closing, found)
        default = " (by default)" if isinstance(step, Transfer) and step.fallback_is_default else ""
        for inner in inside(step):
            name = f"{owner}: {called_inside(inner, numbers[index])}"
            if inner.span is not None:
                found[*below, *inner.path] = Item(f"{name}{default}", inner.span, "")
            _steps(inner.steps, (*below, *inner.path), name, closing, found, step.span)


def _transfer(step: Transfer, path: Path, owner: str, closing: Container[str], found: dict[Path, Item]) -> None:
    rung_here: dict[Path, Item] = {}
    _hunt(step.to, (*path, "transfer"), "", (), frozenset(), f"{owner}: transfer", step.span, rung_here)
    for at, item in rung_here.items():
        found[at] = item
        what, target = item.log or ("", "")
        inner = at[len(path) + 1 :]
        if what == "ring" and target in closing:
            words = item.what.replace(f": transfer rings {target}", f": {target} is closed")
            closed = (*path, "closed", *inner)
            found[closed] = Item(words, step.span, "transfer", log=("closed", target))
    found[*path, "connected"] = Item(f"{owner}: transfer connected", step.span, "transfer")


Known = tuple[tuple[Subject, frozenset[str], bool], ...]
"""What is known of subjects inside an arm: the value is one of these, or (False) none of them."""


def _hunt(
    hunt: Hunt,
    path: Path,
    chosen: str,
    known: Known,
    before: frozenset[str],
    owner: str,
    span: Span,
    found: dict[Path, Item],
) -> None:
    """`before` are the targets that have been rung on every way that leads here: they are passed over."""
    for index, item in enumerate(hunt):
        if isinstance(item, Choice):
            for value, part, inner in _arms(item, known):
                below = (*path, str(index), "among", value)
                which = f"{written(item.subject)}: {value}"
                found[below] = Item(f"{owner} for {which}{chosen}", part.span, "", log=("by", which))
                _hunt(part.hunt, below, f" for {value}{chosen}", inner, before, owner, span, found)
        else:
            for target, below in _each(item, (*path, str(index))):
                if target not in before:
                    found[below] = Item(f"{owner} rings {target}{chosen}", span, "", log=("ring", target))
        before |= _certain((item,), known)


def _arms(choice: Choice, known: Known) -> list[tuple[str, ChosenHunt, Known]]:
    """The arms that are possible, and what is known inside each."""
    named = frozenset(part.value for part in choice.arms) - {OTHERWISE}
    arms: list[tuple[str, ChosenHunt, Known]] = []
    for part in choice.arms:
        values, is_one = (named, False) if part.value == OTHERWISE else (frozenset({part.value}), True)
        of_it = [each for each in known if each[0] == choice.subject]
        if all(_agree(values, is_one, others, is_one_of_others) for _, others, is_one_of_others in of_it):
            inner = (*known, (choice.subject, values, is_one)) if stays_the_same(choice.subject) else known
            arms.append((part.value, part, inner))
    return arms


def _agree(values: frozenset[str], is_one: bool, others: frozenset[str], is_one_of_others: bool) -> bool:
    """Whether one value can be both."""
    if is_one and is_one_of_others:
        return not values.isdisjoint(others)
    if is_one or is_one_of_others:
        wanted, excluded = (values, others) if is_one else (others, values)
        return not wanted <= excluded
    return True


def _certain(hunt: Hunt, known: Known) -> frozenset[str]:
    """The targets that are rung whatever is chosen."""
    certain: frozenset[str] = frozenset()
    for item in hunt:
        if isinstance(item, Choice):
            arms = [_certain(part.hunt, inner) for _, part, inner in _arms(item, known)]
            certain |= frozenset.intersection(*arms) if arms else frozenset()
        else:
            certain |= frozenset(item.targets)
    return certain


def rung(hunt: Hunt, path: Path, values: Iterator[str]) -> Iterator[tuple[str, Path]]:
    """The targets of a hunt in which these values are chosen, one choice after the other, each with its path; and of
    each choice (the target is empty) the path of the arm that is taken. Ends where a value is not known.
    """
    for index, item in enumerate(hunt):
        if isinstance(item, Choice):
            value = next(values, None)
            part = next((each for each in item.arms if each.value == value), None)
            if value is None or part is None:
                return
            below = (*path, str(index), "among", value)
            yield "", below
            yield from rung(part.hunt, below, values)
        else:
            yield from _each(item, (*path, str(index)))


def _each(group: Group, path: Path) -> Iterator[tuple[str, Path]]:
    """The targets of an item, each with its path: those that ring together have one each."""
    if len(group.targets) == 1:
        yield group.targets[0], path
    else:
        yield from ((target, (*path, "together", str(number))) for number, target in enumerate(group.targets))


def _named(step: Step) -> tuple[str, str]:
    match step:
        case Say(prompt):
            return "say", f"say {prompt}"
        case Notify(webhook):
            return "notify", f"notify {webhook}"
        case Ask(webhook):
            return "ask", f"ask {webhook}"
        case Reply():
            return "reply", "reply"
        case TakeMessage(webhook):
            return "take_message", f"take_message for {webhook}"
        case RecordCall():
            return "recording", f"recording {step.word}"
        case Menu(prompt):
            return "menu", f"menu {prompt}"
        case ChangeLanguage():
            return "language", f"language {step.language or step.parameter}"
        case Transfer():
            return "transfer", "transfer"
        case Branch(subject):
            return "by", f"by {written(subject)}"
        case GoTo(route):
            return "route", f"go to {route}"
        case ReturnToAgent():
            return "return_to_agent", "return_to_agent"
        case StartAgent(agent=name):
            return "start_agent", f"start_agent {name or ''}".strip()
        case Reject(reason):
            return "reject", f"reject {reason}"
        case Retry():
            return "retry", "retry"
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
