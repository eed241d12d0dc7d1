"""The flows of two versions of a project, each beside its namesake: what has changed, what is new, what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from flowc.compiler import Compiled
from flowc.diagnostics import Diagnostic
from flowc.ir import Flow
from flowc.review.change import BREAKING, Change, Kind
from flowc.review.lines import lines_of
from flowc.review.of_flow import changes
from flowc.review.words import code
from flowc.source import Source


class State(StrEnum):
    """What could be compared."""

    COMPARED = "compared"
    NEW = "new"
    GONE = "gone"
    NOT_COMPARED = "not compared"


class Alike(StrEnum):
    """What is known of how the two scenarios behave. Only the first two are a proof."""

    SAME_TEXT = "same text"
    SAME_GRAPH = "same graph"
    DIFFERENT = "different"
    NOT_COMPARED = "not compared"


class Behaviour(Struct, frozen=True):
    """`told` is a sentence that says how that is known, or why it is not."""

    alike: Alike
    told: str


class Review(Struct, frozen=True):
    """One flow. `path` is that of the new version, of a flow that is gone that of the old one. `note` is a sentence
    for all states but the first; `behaviour` is for that alone.
    """

    name: str
    path: str
    old_path: str
    state: State
    changes: tuple[Change, ...] = ()
    note: str = ""
    behaviour: Behaviour | None = None

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(each.kind for each in self.changes)

    @property
    def is_breaking(self) -> bool:
        return bool(self.kinds & BREAKING) or self.state is State.NOT_COMPARED

    @property
    def is_harmless(self) -> bool:
        """What a search of both has seen counts for more than what is said of the flow."""
        if self.behaviour is not None and self.behaviour.alike is Alike.DIFFERENT:
            return False
        return self.state in (State.COMPARED, State.NEW) and self.kinds <= {Kind.HARMLESS}


class Pair(Struct, frozen=True):
    """Two versions of one flow."""

    old: Flow
    new: Flow


class Reviewed(Struct, frozen=True):
    """All flows of a project. `against` is the revision as it was typed, `commit` its id. `notes` are sentences about
    the whole. `seen` makes of a path of the project what somebody at a terminal opens (`flowc.here`).
    """

    against: str
    commit: str
    reviews: tuple[Review, ...]
    notes: tuple[str, ...] = ()
    seen: Callable[[str], str] = str

    @property
    def is_breaking(self) -> bool:
        return any(each.is_breaking for each in self.reviews)

    @property
    def is_harmless(self) -> bool:
        return all(each.is_harmless for each in self.reviews)


def pairs(old: Compiled, new: Compiled) -> list[Pair]:
    """By the flow's name; those that are left by their path."""
    before = {flow.name: flow for flow in old.flows}
    found = {flow.path: Pair(before.pop(flow.name), flow) for flow in new.flows if flow.name in before}
    by_path = {flow.path: flow for flow in before.values()}
    for flow in new.flows:
        if flow.path not in found and flow.path in by_path:
            found[flow.path] = Pair(by_path.pop(flow.path), flow)
    return [found[flow.path] for flow in new.flows if flow.path in found]


def reviewed(
    old: Compiled,
    new: Compiled,
    behaviour: Mapping[str, Behaviour],
    against: str,
    unread: Mapping[str, str],
    old_sources: Iterable[Source] = (),
    new_sources: Iterable[Source] = (),
) -> tuple[Review, ...]:
    """Every flow of either version. `behaviour` is by the new path; `unread` are files of the old version that were
    not read, and why. The sources of both are for the lines of keys.
    """
    before = {each.path: each for each in old_sources}
    now = {each.path: each for each in new_sources}
    both = pairs(old, new)
    old_paths, new_paths = {each.old.path for each in both}, {each.new.path for each in both}
    found = [
        Review(
            each.new.name,
            each.new.path,
            each.old.path,
            State.COMPARED,
            changes(each.old, each.new, lines_of(before.get(each.old.path)), lines_of(now.get(each.new.path))),
            behaviour=behaviour.get(each.new.path),
        )
        for each in both
    ]
    broken_before = _broken(old.diagnostics) | {path: f"was not read: {why}" for path, why in unread.items()}
    broken_now = _broken(new.diagnostics)
    for flow in new.flows:
        if flow.path in new_paths:
            continue
        if flow.path in broken_before:
            note = f"not compared: its version in {code(against)} {broken_before[flow.path]}"
            found.append(Review(flow.name, flow.path, flow.path, State.NOT_COMPARED, note=note))
        else:
            note = "is new: nothing that is deployed knows it"
            found.append(Review(flow.name, flow.path, "", State.NEW, note=note))
    for path, why in broken_now.items():
        found.append(Review("", path, "", State.NOT_COMPARED, note=f"not compared: it {why}"))
    for flow in old.flows:
        if flow.path not in old_paths and flow.path not in broken_now:
            note = "is gone: what is deployed of it stays until somebody takes it away"
            found.append(Review(flow.name, flow.path, flow.path, State.GONE, note=note))
    known = {each.path for each in found}
    for path, why in broken_before.items():
        if path not in known and path not in new_paths:
            note = f"not compared: it is gone, and its version in {code(against)} {why}"
            found.append(Review("", path, path, State.NOT_COMPARED, note=note))
    return tuple(sorted(found, key=lambda each: (each.path, each.name)))


def _broken(diagnostics: Iterable[Diagnostic]) -> dict[str, str]:
    """By path: `does not compile, …`."""
    found: dict[str, list[Diagnostic]] = {}
    for each in diagnostics:
        found.setdefault(each.path, []).append(each)
    return {path: _why(each) for path, each in found.items()}


def _why(found: list[Diagnostic]) -> str:
    first = found[0]
    others = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"does not compile: {first.code} in line {first.span.line}{others}"
