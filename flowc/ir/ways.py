"""Which values a branch can meet: over all ways that lead to it, from `unavailable` and from each action, through
routes.

What a branch goes by does not change on a way, so inside an arm only the values that lead there are left. A way is
where it began, and the values of each subject that are still possible on it: a box. Of a route the boxes of all ways
that lead there are kept; two that differ in one subject are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, assert_never

from flowc.ir.flow import Action, Flow, Parameter
from flowc.ir.last import kept_for_the_last
from flowc.ir.steps import Branch, Choice, GoTo, Hunt, Steps, Transfer, inside
from flowc.ir.subject import MISSING, OTHERWISE, DialledNumber, ParameterValue, Subject
from flowc.ir.walk import every_step

Values = frozenset[str]
OTHER_NUMBERS = ""
"""The value of `call.to` for every number that the flow does not name."""
MOST_BOXES = 64
"""Of one route. Beyond it, every value is taken for possible: more may have to be named than can occur."""


class Way(NamedTuple):
    """`origin` is the action, or None for `unavailable`. `left` are the subjects of which some values are not possible
    any more; of all others every value is.
    """

    origin: Action | None
    left: tuple[tuple[Subject, Values], ...] = ()


class Decision(NamedTuple):
    """A branch, or a choice of a transfer, and the ways that lead to it."""

    by: Branch | Choice
    ways: tuple[Way, ...]


def parameter_of(action: Action | None, name: str) -> Parameter | None:
    """The parameter of an action that has it."""
    found = action.parameters if action is not None else ()
    return next((parameter for parameter in found if parameter.name == name), None)


def choosable(parameter: Parameter) -> Values:
    """The values by which a parameter can choose; none if it cannot."""
    return frozenset(("true", "false") if parameter.type == "boolean" else parameter.enum)


class Ways:
    """The ways through one flow."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._routes = {route.name: route.steps for route in flow.routes}
        self._domains: dict[tuple[str | None, Subject], Values] = {}
        self._numbers = frozenset(
            value for by, value in _arms(flow) if by.subject == DialledNumber() and value not in (OTHERWISE, MISSING)
        )
        self.at_route: dict[str, list[Way]] = {route.name: [] for route in flow.routes}
        begun = [(flow.agent.unavailable, Way(None)), *((action.do, Way(action)) for action in flow.actions)]
        waiting = [step for steps, way in begun for step in self._leads_to(steps, way)]
        while waiting:
            route, way = waiting.pop()
            if route in self._routes and (new := self._added(way, self.at_route[route])) is not None:
                waiting += self._leads_to(self._routes[route], new)
        self.decisions = tuple(self._decisions(begun))

    def values(self, subject: Subject, way: Way) -> Values:
        """Those that are possible on a way."""
        left = dict(way.left).get(subject)
        return self.domain(subject, way.origin) if left is None else left

    def domain(self, subject: Subject, origin: Action | None) -> Values:
        """Those that are possible where it begins."""
        key = (origin.name if origin is not None else None, subject)
        if key not in self._domains:
            self._domains[key] = self._domain(subject, origin)
        return self._domains[key]

    def _domain(self, subject: Subject, origin: Action | None) -> Values:
        match subject:
            case ParameterValue(name):
                parameter = parameter_of(origin, name)
                if parameter is None:
                    return frozenset((MISSING,))
                return choosable(parameter) | ({MISSING} if parameter.optional else frozenset())
            case DialledNumber():
                return self._numbers | {OTHER_NUMBERS}
            case _:
                assert_never(subject)

    def into(self, by: Branch | Choice, value: str, ways: Iterable[Way]) -> list[Way]:
        """The ways that lead into an arm."""
        named = {arm.value for arm in by.arms}
        found = []
        for way in ways:
            possible = self.values(by.subject, way)
            inside_arm = possible - named if value == OTHERWISE else possible & {value}
            if inside_arm == possible:
                found.append(way)
            elif inside_arm:
                left = {**dict(way.left), by.subject: inside_arm}
                found.append(Way(way.origin, tuple(sorted(left.items(), key=lambda each: repr(each[0])))))
        return found

    def _leads_to(self, steps: Steps, way: Way) -> Iterator[tuple[str, Way]]:
        """The routes that steps go on with."""
        for step in steps:
            if isinstance(step, GoTo):
                yield step.route, way
            elif isinstance(step, Branch):
                for arm in step.arms:
                    for narrower in self.into(step, arm.value, (way,)):
                        yield from self._leads_to(arm.steps, narrower)
            else:
                for inner in inside(step):
                    yield from self._leads_to(inner.steps, way)

    def _added(self, way: Way, known: list[Way]) -> Way | None:
        """Adds a way to those that are known: what of it is new, or None."""
        if any(self._covers(other, way) for other in known):
            return None
        merged = way
        while (other := next((each for each in known if self._differing(each, merged) is not None), None)) is not None:
            known.remove(other)
            merged = self._merged(other, merged)
        if len(known) >= MOST_BOXES:
            known[:] = [each for each in known if each.origin is not way.origin]
            way = merged = Way(way.origin)
        known.append(merged)
        return way

    def _covers(self, wide: Way, narrow: Way) -> bool:
        return wide.origin is narrow.origin and all(
            values >= self.values(subject, narrow) for subject, values in wide.left
        )

    def _differing(self, one: Way, other: Way) -> Subject | None:
        """The only subject in which two ways of one origin differ."""
        if one.origin is not other.origin:
            return None
        first, second = dict(one.left), dict(other.left)
        subjects = [subject for subject in {**first, **second} if first.get(subject) != second.get(subject)]
        return subjects[0] if len(subjects) == 1 else None

    def _merged(self, one: Way, other: Way) -> Way:
        subject = self._differing(one, other)
        assert subject is not None
        both = self.values(subject, one) | self.values(subject, other)
        rest = {each: values for each, values in one.left if each != subject}
        left = rest if both == self.domain(subject, one.origin) else {**rest, subject: both}
        return Way(one.origin, tuple(sorted(left.items(), key=lambda each: repr(each[0]))))

    # What is decided

    def _decisions(self, begun: Iterable[tuple[Steps, Way]]) -> Iterator[Decision]:
        for steps, way in begun:
            yield from self._in_steps(steps, [way])
        for name, steps in self._routes.items():
            yield from self._in_steps(steps, self.at_route[name])

    def _in_steps(self, steps: Steps, ways: list[Way]) -> Iterator[Decision]:
        for step in steps:
            if isinstance(step, Branch):
                yield Decision(step, tuple(ways))
                for arm in step.arms:
                    yield from self._in_steps(arm.steps, self.into(step, arm.value, ways))
                continue
            if isinstance(step, Transfer):
                yield from self._in_hunt(step.to, ways)
            for inner in inside(step):
                yield from self._in_steps(inner.steps, ways)

    def _in_hunt(self, hunt: Hunt, ways: list[Way]) -> Iterator[Decision]:
        for item in hunt:
            if isinstance(item, Choice):
                yield Decision(item, tuple(ways))
                for arm in item.arms:
                    yield from self._in_hunt(arm.hunt, self.into(item, arm.value, ways))


@kept_for_the_last
def ways_through(flow: Flow) -> Ways:
    return Ways(flow)


def _arms(flow: Flow) -> Iterator[tuple[Branch | Choice, str]]:
    for step in every_step(flow):
        decided: tuple[Branch | Choice, ...] = ()
        if isinstance(step, Branch):
            decided = (step,)
        elif isinstance(step, Transfer):
            decided = step.choices()
        for by in decided:
            yield from ((by, arm.value) for arm in by.arms)
