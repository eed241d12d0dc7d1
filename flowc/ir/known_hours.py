"""What is known of hours where a step is: what branches around it and on every way to it, through routes, have read.

Hours are read when a branch is reached. As long as no time goes by, they are what they were then; behind what takes
some seconds they most likely are, and behind a transfer nobody knows. Of a route all ways count that lead to it. That a
caller is answered in between is taken for no time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from flowc.ir.flow import Flow
from flowc.ir.last import kept_for_the_last
from flowc.ir.steps import Ask, Branch, Choice, GoTo, Menu, Say, Step, Steps, TakeMessage, Transfer, inside
from flowc.ir.subject import CLOSED, OPEN, OTHERWISE, HoursState
from flowc.ir.walk import beginnings, hours_in_branches

MOST_WAYS = 16
"""To one route. Beyond it, nothing is known there."""
_TAKING_TIME = frozenset[type[Step]]((Say, Ask, TakeMessage, Menu))


class Reading(Struct, frozen=True):
    """`is_now`: no time has gone by since then."""

    hours: str
    state: str
    is_now: bool


class KnownHours(Struct, frozen=True):
    """On one way. `never`: nobody comes along it, since it needs hours to be open and closed at once."""

    readings: tuple[Reading, ...] = ()
    never: bool = False

    @property
    def states(self) -> Mapping[str, str]:
        """The latest of each."""
        return {each.hours: each.state for each in self.readings}

    @property
    def states_now(self) -> Mapping[str, str]:
        return {each.hours: each.state for each in self.readings if each.is_now}

    def behind(self, by: Branch | Choice, value: str) -> KnownHours:
        """Inside an arm."""
        if type(by.subject) is not HoursState:
            return self
        hours = by.subject.hours
        named = {arm.value for arm in by.arms}
        left = {OPEN, CLOSED} - named if value == OTHERWISE else {OPEN, CLOSED} & {value}
        if len(left) == 1:
            return self.read(hours, left.pop())
        return KnownHours(tuple([each for each in self.readings if each.hours != hours or each.is_now]), self.never)

    def read(self, hours: str, state: str) -> KnownHours:
        """Where they are seen to be that."""
        before = next((each for each in self.readings if each.hours == hours), None)
        read = Reading(hours, state, True)
        never = self.never or (before is not None and before.is_now and before.state != state)
        if before is None:
            return KnownHours((*self.readings, read), never)
        return KnownHours(tuple(read if each is before else each for each in self.readings), never)

    def later(self) -> KnownHours:
        """Some seconds after that."""
        if not any(each.is_now for each in self.readings):
            return self
        return KnownHours(tuple(Reading(each.hours, each.state, False) for each in self.readings), self.never)

    def much_later(self) -> KnownHours:
        return KnownHours((), self.never)


Ways = frozenset[KnownHours]
NOTHING: Ways = frozenset((KnownHours(),))


def known_hours(flow: Flow, step: Step) -> Ways:
    """On each way that leads to a step of this flow; none, if no way does."""
    at_steps = _at_steps(flow) if flow.hours else None
    return NOTHING if at_steps is None else at_steps.get(id(step), frozenset())


@kept_for_the_last
def _at_steps(flow: Flow) -> Mapping[int, Ways] | None:
    """By identity, which lasts as long as the flow. None where no branch goes by hours."""
    if not hours_in_branches(flow):
        return None
    routes = {route.name: route.steps for route in flow.routes}
    at_route: dict[str, Ways] = {}
    found: dict[int, Ways] = {}
    waiting = [(steps, NOTHING) for steps in (*beginnings(flow), *(action.do for action in flow.actions))]
    while waiting:
        for name, ways in _through(*waiting.pop(), found):
            before = at_route.get(name, frozenset())
            after = before | ways
            if len(after) > MOST_WAYS or not NOTHING.isdisjoint(after):
                after = NOTHING  # whatever is known on others
            if name in routes and after != before:
                at_route[name] = after
                waiting.append((routes[name], after))
    return found


def _through(steps: Steps, ways: Ways, found: dict[int, Ways]) -> Iterator[tuple[str, Ways]]:
    """Notes what is known at each step; the routes that follow, and what is known on the way to them."""
    for step in steps:
        found[id(step)] = found.get(id(step), frozenset()) | ways
        if type(step) is GoTo:
            yield step.route, ways
        elif type(step) is Branch:
            for arm in step.arms:
                yield from _through(arm.steps, behind(ways, step, arm.value), found)
        else:
            if type(step) in _TAKING_TIME:
                ways = frozenset([each.later() for each in ways])
            after = frozenset([each.much_later() for each in ways]) if type(step) is Transfer else ways
            for inner in inside(step):
                yield from _through(inner.steps, after, found)


def behind(ways: Iterable[KnownHours], by: Branch | Choice, value: str) -> Ways:
    """Those that lead into an arm."""
    return frozenset([each.behind(by, value) for each in ways])
