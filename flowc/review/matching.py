"""What of one version is what of the other, where names have changed: by what it says, by whom it reaches, and by where
it is used. No name stands for two of one version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from flowc.ir import Action, Flow, Group, Hunt, Route, Transfer
from flowc.ir.steps import Choice
from flowc.ir.walk import step_lists
from flowc.review.places import same

MOST_COMPARED = 2500
"""Pairs of what is gone and what has come: of more, none is taken for the same under another name."""

Named = Callable[[Any, str], Any]
Reaches = Callable[[Any], Hashable]


def with_name(each: Any, name: str) -> Any:
    return replace(each, name=name)


def other_names(
    old: Sequence[Any], new: Sequence[Any], named: Named = with_name, reaches: Reaches | None = None
) -> dict[str, str]:
    """By its old name the new one of what has another: what is the same but for that, and the same as nothing else.
    `reaches` says by what a thing is known that was changed as well, and two of one version may change places.
    """
    before, now = {each.name: each for each in old}, {each.name: each for each in new}
    for name in [name for name, each in before.items() if name in now and same(each, now[name])]:
        del before[name], now[name]
    found: dict[str, str] = {}
    if len(before) * len(now) > MOST_COMPARED:
        return found
    for one, other in [*_pairs(before, now, lambda a, b: same(named(a, b.name), b))]:
        found[one] = other
        del before[one], now[other]
    if reaches is not None:
        for name in [name for name, each in before.items() if name in now and reaches(each) == reaches(now[name])]:
            del before[name], now[name]
        for one, other in [*_pairs(before, now, lambda a, b: reaches(a) == reaches(b))]:
            found[one] = other
            del before[one], now[other]
    return _closed(found, before, now, chains=reaches is not None)


def _pairs(
    before: Mapping[str, Any], now: Mapping[str, Any], is_one: Callable[[Any, Any], bool]
) -> Iterator[tuple[str, str]]:
    """Those that are each other's only one."""
    alike = {name: [other for other in now if is_one(each, now[other])] for name, each in before.items()}
    wanted = Counter(other for others in alike.values() for other in others)
    for name, others in alike.items():
        if len(others) == 1 and others[0] != name and wanted[others[0]] == 1:
            yield name, others[0]


def _closed(
    found: dict[str, str], before: Mapping[str, Any], now: Mapping[str, Any], *, chains: bool
) -> dict[str, str]:
    """Without what would take a name that another one keeps. With `chains`, that one gets the name that is left."""
    taken = {other: one for one, other in found.items()}
    for name in [name for name in before if name in taken]:
        free = name
        while free in taken:
            free = taken[free]
        if chains and free in now:
            found[name] = free
            continue
        while name in taken:  # nothing of this chain has another name
            one = taken.pop(name)
            del found[one]
            name = one
    return found


def other_uses(
    old: Mapping[str, set[tuple[Any, ...]]], new: Mapping[str, set[tuple[Any, ...]]], names: Mapping[str, str]
) -> dict[str, str]:
    """By its old name the new one of what was changed as well: the only one that stands where the old one stood. `old`
    and `new` are the places of each, `names` are known already.
    """
    gone = {name: places for name, places in old.items() if name not in new and name not in names}
    come = {name: places for name, places in new.items() if name not in old and name not in names.values()}
    if len(gone) * len(come) > MOST_COMPARED:
        return {}
    return dict(_pairs(gone, come, lambda one, other: not one.isdisjoint(other)))


# Where targets are used


def in_place_of(old: Flow, new: Flow, names: Mapping[str, str]) -> dict[str, str]:
    """By its old name the target that has come where one is gone, of those that nothing else is known of."""
    known = {*names, *names.values()}
    before, now = {each.name for each in old.targets}, {each.name for each in new.targets}
    gone = [each.name for each in old.targets if each.name not in now and each.name not in known]
    come = [each.name for each in new.targets if each.name not in before and each.name not in known]
    if not gone or not come or len(gone) * len(come) > MOST_COMPARED:
        return {}
    used, uses = _places(old), _places(new)
    shared = [
        (len(used.get(one, set()) & uses.get(other, set())), -number, one, other)
        for number, (one, other) in enumerate((one, other) for one in gone for other in come)
    ]
    found: dict[str, str] = {}
    for count, _, one, other in sorted(shared, reverse=True):
        if count and one not in found and other not in found.values():
            found[one] = other
    return found


def rung(flow: Flow) -> frozenset[str]:
    """The targets that some step rings."""
    return frozenset(_places(flow))


def _places(flow: Flow) -> dict[str, set[tuple[Any, ...]]]:
    """Where each target is rung: whose steps, the transfer and the place in it by numbers, and whose steps alone."""
    found: dict[str, set[tuple[Any, ...]]] = {}
    numbers: Counter[tuple[str, str]] = Counter()
    for steps, owner, _ in step_lists(flow):
        kind = "action" if isinstance(owner, Action) else "route" if isinstance(owner, Route) else ""
        of = (kind, "" if owner is None else owner.name)
        for step in steps:
            if isinstance(step, Transfer):
                numbers[of] += 1
                for place, name in _rung(step.to, ()):
                    found.setdefault(name, set()).update(((*of,), (*of, numbers[of], *place)))
    return found


def _rung(hunt: Hunt, within: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    for number, item in enumerate(hunt):
        if isinstance(item, Group):
            yield from (((*within, number, place), name) for place, name in enumerate(item.targets))
        elif isinstance(item, Choice):
            for arm in item.arms:
                yield from _rung(arm.hunt, (*within, number, arm.value))
