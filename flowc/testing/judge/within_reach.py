"""What of a flow no call goes through, because of its hours: an arm for open hours that follows at once where they have
been read to be closed, or that needs others which are never open then; and of a target with hours, that it is rung, or
that it is closed, where that is known to be otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from flowc.ir import CLOSED, OPEN, Branch, Choice, Flow, Hunt, Transfer
from flowc.ir.known_hours import Ways, behind, known_hours
from flowc.ir.last import kept_for_the_last
from flowc.opening_hours import may_be_together
from flowc.testing.judge.source_map import Path, steps_at

T = TypeVar("T")


def within_reach(flow: Flow, found: Mapping[Path, T]) -> dict[Path, T]:
    """Without what no call goes through, and what is inside that."""
    gone = _gone(flow)
    if not gone:
        return dict(found)
    return {path: each for path, each in found.items() if not any(path[:n] in gone for n in range(2, len(path) + 1))}


@kept_for_the_last
def _gone(flow: Flow) -> frozenset[Path]:
    return frozenset(_out_of_reach(flow) if flow.hours else ())


def _out_of_reach(flow: Flow) -> Iterator[Path]:
    closing = {target.name: target.hours for target in flow.targets if target.hours is not None}
    for path, step in steps_at(flow).items():
        ways = known_hours(flow, step)
        if not _may_be(flow, ways):
            yield path
            if path[0] == "ROUTES" and path[2:] == ("0",):
                yield path[:2]
        elif isinstance(step, Branch):
            for arm in step.arms:
                if not _may_be(flow, behind(ways, step, arm.value)):
                    yield (*path, "among", arm.value)
        elif isinstance(step, Transfer):
            for below in _chosen(flow, step.to, (), ways):
                yield (*path, "transfer", *below)
                yield (*path, "closed", *below)
            for below, hours, now in _at_once(step.to, (), ways, closing):
                if not _may_be(flow, _read(now, hours, CLOSED)):
                    yield (*path, "closed", *below)
                if not _may_be(flow, _read(now, hours, OPEN)):
                    yield (*path, "transfer", *below)
                    yield (*path, "handed over", *below)


def _chosen(flow: Flow, hunt: Hunt, path: Path, ways: Ways) -> Iterator[Path]:
    """The arms of a hunt's choices into which nothing leads. Hours are read when the transfer begins."""
    for index, item in enumerate(hunt):
        for arm in item.arms if isinstance(item, Choice) else ():
            below = (*path, str(index), "among", arm.value)
            inner = behind(ways, item, arm.value) if isinstance(item, Choice) else ways
            if not _may_be(flow, inner):
                yield below
            else:
                yield from _chosen(flow, arm.hunt, below, inner)


def _at_once(hunt: Hunt, path: Path, ways: Ways, closing: Mapping[str, str]) -> Iterator[tuple[Path, str, Ways]]:
    """The targets with hours that are about to be rung before time has gone by, with their hours and what is known
    then: the first of a hunt, unless they are rung once more.
    """
    first = hunt[0] if hunt else None
    if isinstance(first, Choice):
        for arm in first.arms:
            yield from _at_once(arm.hunt, (*path, "0", "among", arm.value), behind(ways, first, arm.value), closing)
    elif first is not None and first.attempts == 1:
        for number, target in enumerate(first.targets):
            if target in closing:
                below = (*path, "0") if len(first.targets) == 1 else (*path, "0", "together", str(number))
                yield below, closing[target], ways


def _read(ways: Ways, hours: str, state: str) -> Ways:
    return frozenset([each.read(hours, state) for each in ways])


def _may_be(flow: Flow, ways: Ways) -> bool:
    """Whether a call may come along one of these. Where no way leads, other rules tell."""
    return not ways or any(not each.never and may_be_together(flow, each.states_now) for each in ways)
