"""Which ways lead to each place of a flow, from `inbound`, `unavailable` and from each action, through routes: whose
parameters there are, and which values a branch can meet.

What a branch goes by does not change on a way, so inside an arm only the values that lead there are left; but for
hours and the language, which are read anew by each branch. A way is
where it began, and the values of each subject that are still possible on it: a box. Of a route the boxes of all ways
that lead there are kept; two that differ in one subject are one. Where ways began are bits of a number, the first
action's is 1: a flow may have as many routes as actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from msgspec import Struct

from flowc.ir.flow import UNAVAILABLE, Action, Flow, Loss, Parameter
from flowc.ir.kept import kept
from flowc.ir.last import kept_for_the_last
from flowc.ir.steps import Ask, Branch, Choice, GoTo, Hunt, Item, ReturnToAgent, Step, Steps, Transfer, inside
from flowc.ir.subject import (
    ANSWERED,
    CLOSED,
    MISSING,
    OPEN,
    OTHERWISE,
    WITHHELD,
    AnswerValue,
    CallingNumber,
    CallLanguage,
    DataValue,
    DialledNumber,
    HoursState,
    ParameterValue,
    Subject,
    stays_the_same,
)
from flowc.ir.walk import answers, steps_of, steps_within

Values = frozenset[str]
Left = tuple[tuple[Subject, Values], ...]
"""The subjects of which some values are not possible any more; of all others every value is."""
OTHER_NUMBERS = ""
"""The value of `call.to` and `call.from` for every number that the flow does not name."""
MOST_BOXES = 64
"""Of one route. Beyond it, every value is taken for possible: more may have to be named than can occur."""


class Way(Struct, frozen=True):
    """`origins` are the bits of where it began."""

    origins: int
    left: Left = ()


class Place(Struct, frozen=True, eq=False):
    """A step, or an item of a transfer's hunt, `step` being the transfer; and the ways that lead there."""

    at: Step | Item
    step: Step
    ways: tuple[Way, ...]
    by: Branch | Choice | None = None  # the same, if it decides


class Decision(Struct, frozen=True):
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
        self.no_action = 1 << len(flow.actions)
        """The bit of `unavailable`, where nobody has asked for anything."""
        self.inbound = 2 * self.no_action if flow.inbound else 0
        """The same of `inbound`; nothing, where a call begins with the agent."""
        self.outbound = 4 * self.no_action if flow.placed else 0
        """The same of `outbound`; nothing, where no call is placed."""
        self.idle = 8 * self.no_action if any(agent.idle for agent in flow.every_agent) else 0
        """The same of `idle`; nothing, where nobody watches whether the caller says anything."""
        self.keys = 16 * self.no_action if flow.keys else 0
        """The same of `keys`; nothing, where no key of the caller leads to steps. There is an agent to return to."""
        self.agentless = self.no_action | self.inbound | self.outbound | self.idle
        """Where there is no agent to return to, or may be none."""
        self.never = self.inbound | self.outbound | self.idle if flow.agents else self.agentless
        """Where there is none for sure: what replaces an agent may return to the one that had the caller before."""
        self._everywhere = 2 * max(self.no_action, self.inbound, self.outbound, self.idle, self.keys) - 1
        self._routes = {route.name: route.steps for route in flow.routes}
        self._next = {name: _next(steps) for name, steps in self._routes.items()}
        self._deciding = {name for name, steps in self._routes.items() if _decides(steps)}
        self._domains: dict[Subject, Mapping[Values, int]] = {}
        self._unfit: dict[str, tuple[tuple[int, Parameter], ...]] = {}
        asked = {step.webhook for step in steps_of(flow, Ask)}
        self._answers = tuple([each for each in answers(flow) if each.webhook in asked])
        unasked = self._with_answers((), self._answers, frozenset((MISSING,)))
        self._begun = [
            *((loss.steps, Way(self._bit_of(loss), unasked)) for loss in flow.losses),
            *((action.do, Way(1 << bit, unasked)) for bit, action in enumerate(flow.actions)),
            *((key.steps, Way(self.keys, unasked)) for key in flow.keys),
            *([(flow.inbound, Way(self.inbound, unasked))] if flow.inbound else []),
            *([(flow.placed, Way(self.outbound, unasked))] if flow.placed else []),
        ]
        self._at_route: dict[str, dict[Left, int]] = {name: {} for name in self._routes}
        self._follow()

    def first(self, origins: int) -> Action | None:
        """The first action of these; None is `unavailable`, `idle`, `inbound`, `outbound` or `keys`."""
        number = (origins & -origins).bit_length() - 1
        return self.flow.actions[number] if number < len(self.flow.actions) else None

    def _bit_of(self, loss: Loss) -> int:
        return self.no_action if loss.key == UNAVAILABLE else self.idle

    def named(self, origins: int) -> str:
        """What the first of these is called, in the words of the flow."""
        action = self.first(origins)
        if action is not None:
            return f"`{action.name}`"
        if origins & self.no_action:
            return "`unavailable`"
        if origins & (self.inbound | self.outbound):
            return "`inbound`" if origins & self.inbound else "`outbound`"
        return "`idle`" if origins & self.idle else "`keys`"

    def bit(self, action: Action) -> int:
        return self._bits[action.name]

    def declared(self, name: str) -> tuple[tuple[int, Parameter], ...]:
        """The parameters of this name, each with the bit of its action."""
        return tuple(self._parameters.get(name, ()))

    def unfit(self, name: str) -> tuple[tuple[int, Parameter], ...]:
        """Those that no branch can go by: without values, or with one that is a word of the language."""
        if name not in self._unfit:
            words = {OTHERWISE, MISSING}
            every = ((bit, each, choosable(each)) for bit, each in self.declared(name))
            self._unfit[name] = tuple((bit, each) for bit, each, values in every if not values or words & values)
        return self._unfit[name]

    @kept
    def _bits(self) -> Mapping[str, int]:
        return {action.name: 1 << bit for bit, action in enumerate(self.flow.actions)}

    @kept
    def _parameters(self) -> Mapping[str, list[tuple[int, Parameter]]]:
        found: dict[str, list[tuple[int, Parameter]]] = {}
        for bit, action in enumerate(self.flow.actions):
            for parameter in action.parameters:
                found.setdefault(parameter.name, []).append((1 << bit, parameter))
        return found

    # Values

    def values(self, subject: Subject, way: Way) -> Iterator[tuple[Values, int]]:
        """Those that are possible on a way, where it began at these."""
        left = dict(way.left).get(subject)
        if left is not None:
            yield left, way.origins
        else:
            yield from self.domains(subject, way.origins)

    def domains(self, subject: Subject, origins: int) -> Iterator[tuple[Values, int]]:
        """Those that are possible at the beginning, where it is at these."""
        if subject not in self._domains:
            self._domains[subject] = self._domains_of(subject)
        for values, bits in self._domains[subject].items():
            if bits & origins:
                yield values, bits & origins

    def _domains_of(self, subject: Subject) -> Mapping[Values, int]:
        match subject:
            case ParameterValue(name):
                found: dict[Values, int] = {}
                lacking = self._everywhere
                for bit, parameter in self.declared(name):
                    values = choosable(parameter) | ({MISSING} if parameter.optional else frozenset())
                    found[values] = found.get(values, 0) | bit
                    lacking &= ~bit
                missing = frozenset((MISSING,))
                found[missing] = found.get(missing, 0) | lacking
                return found
            case DialledNumber():
                return {self._numbers | {OTHER_NUMBERS}: self._everywhere}
            case CallingNumber():
                names = frozenset(callers.name for callers in self.flow.callers)
                return {names | {WITHHELD, OTHER_NUMBERS}: self._everywhere}
            case CallLanguage():
                return {frozenset(each.name for each in self.flow.call.languages): self._everywhere}
            case HoursState():
                return {frozenset((OPEN, CLOSED)): self._everywhere}
            case AnswerValue():
                return {self.answered(subject) | {MISSING}: self._everywhere}
            case DataValue(name):
                return self._of_data(name)
            case _:
                assert_never(subject)

    def _of_data(self, name: str) -> Mapping[Values, int]:
        """What a call was started with is missing in one that came in; where the agent has led, it may be either."""
        outbound, missing = self.flow.outbound, frozenset((MISSING,))
        datum = None if outbound is None else outbound.datum(name)
        if outbound is None or datum is None:
            return {missing: self._everywhere}
        there = choosable(datum) | (missing if datum.optional else frozenset())
        if outbound.alone:
            return {there: self._everywhere}
        found: dict[Values, int] = {}
        either = self._everywhere & ~self.outbound & ~self.inbound
        for values, bits in ((there, self.outbound), (missing, self.inbound), (there | missing, either)):
            found[values] = found.get(values, 0) | bits
        return found

    @property
    def placed(self) -> int:
        """From where a way leads on which a call is placed, and none came in."""
        alone = self.flow.outbound is not None and self.flow.outbound.alone
        return self._everywhere if alone else self.outbound

    @kept
    def _numbers(self) -> Values:
        return frozenset(
            value
            for by, value in _arms(self.flow)
            if by.subject == DialledNumber() and value not in (OTHERWISE, MISSING)
        )

    def into(self, by: Branch | Choice, value: str, ways: Iterable[Way]) -> list[Way]:
        """The ways that lead into an arm."""
        named = frozenset(arm.value for arm in by.arms) if value == OTHERWISE else frozenset((value,))
        found = []
        for way in ways:
            for possible, origins in self.values(by.subject, way):
                inside_arm = possible - named if value == OTHERWISE else possible & named
                if inside_arm == possible or (inside_arm and not stays_the_same(by.subject)):
                    found.append(Way(origins, way.left))
                elif inside_arm:
                    found.append(Way(origins, _with(way.left, by.subject, inside_arm)))
        return found

    # Answers

    def field(self, subject: AnswerValue) -> Parameter | None:
        """As its webhook declares it."""
        return self._fields.get(subject)

    @kept
    def _fields(self) -> Mapping[AnswerValue, Parameter]:
        return {
            AnswerValue(webhook.name, field.name): field for webhook in self.flow.webhooks for field in webhook.answer
        }

    def answered(self, subject: AnswerValue) -> Values:
        """Its values where the webhook has answered."""
        field = self.field(subject)
        if field is None:
            return frozenset((ANSWERED,))
        there = choosable(field) or frozenset((ANSWERED,))
        return there | {MISSING} if field.optional else there

    def after(self, step: Ask, ways: Iterable[Way]) -> Iterator[Way]:
        """The ways that go on behind it: its webhook has answered."""
        return (Way(way.origins, self._with_answers(way.left, self._of(step))) for way in ways)

    def unanswered(self, step: Ask, ways: Iterable[Way]) -> Iterator[Way]:
        """Those that lead to its `otherwise`."""
        missing = frozenset((MISSING,))
        return (Way(way.origins, self._with_answers(way.left, self._of(step), missing)) for way in ways)

    def _of(self, step: Ask) -> tuple[AnswerValue, ...]:
        return tuple([each for each in self._answers if each.webhook == step.webhook])

    def _with_answers(self, left: Left, fields: Iterable[AnswerValue], values: Values | None = None) -> Left:
        """With these values of each of them; None: those that it has once it is answered."""
        for field in fields:
            possible = self.answered(field) if values is None else values
            left = _with(left, field, None if MISSING in possible and len(possible) > 1 else possible)
        return left

    def without_agent(self, ways: Iterable[Way]) -> Iterator[Way]:
        """Those on which there is no agent to return to."""
        return (Way(way.origins & self.agentless, way.left) for way in ways if way.origins & self.agentless)

    # Routes

    def _follow(self) -> None:
        """Every route before those it leads to, once, and again where routes go round."""
        pending: dict[str, dict[Left, int]] = {}
        for steps, way in self._begun:
            for route, after in self._leads_to(steps, way):
                self._add(route, after, pending)
        order = _in_order(self._next)
        while pending:
            for name in [name for name in order if name in pending] if len(pending) < len(order) else order:
                for left, origins in pending.pop(name, {}).items():
                    if name not in self._deciding:
                        for route in self._next[name]:
                            self._add(route, Way(origins, left), pending)
                        continue
                    for route, after in self._leads_to(self._routes[name], Way(origins, left)):
                        self._add(route, after, pending)

    def _leads_to(self, steps: Steps, way: Way) -> Iterator[tuple[str, Way]]:
        """The routes that steps go on with."""
        for step in steps:
            if type(step) is GoTo:
                yield step.route, way
            elif type(step) is Branch:
                for arm in step.arms:
                    for narrower in self.into(step, arm.value, (way,)):
                        yield from self._leads_to(arm.steps, narrower)
            elif type(step) is ReturnToAgent:
                for narrower in self.without_agent((way,)) if step.otherwise else ():
                    yield from self._leads_to(step.otherwise, narrower)
            elif type(step) is Ask:
                for narrower in self.unanswered(step, (way,)):
                    yield from self._leads_to(step.otherwise, narrower)
                [way] = self.after(step, (way,))
            else:
                for inner in inside(step):
                    yield from self._leads_to(inner.steps, way)

    def _add(self, route: str, way: Way, pending: dict[str, dict[Left, int]]) -> None:
        """Adds a way to those that lead to a route; what of it is new has to be followed."""
        known = self._at_route.get(route)
        if known is None:
            return  # which is an error of its own
        origins = way.origins
        for left, bits in known.items():
            if bits & origins and _covers(left, way.left):
                origins &= ~bits
        if not origins:
            return
        new = way.left
        self._join(known, new, origins)
        if len(known) > MOST_BOXES:
            new, origins = (), origins | _all(known)
            known.clear()
            known[new] = origins
            pending.pop(route, None)
        waiting = pending.setdefault(route, {})
        waiting[new] = waiting.get(new, 0) | origins

    def _join(self, known: dict[Left, int], left: Left, origins: int) -> None:
        """Adds a box; with another that differs in one subject it is one."""
        for other in list(known):
            common = origins & known.get(other, 0)
            if not common:
                continue
            if _covers(other, left):
                origins &= ~common
                continue
            subject = None if _covers(left, other) else _differing(other, left)
            if subject is None and not _covers(left, other):
                continue
            known[other] &= ~common
            if not known[other]:
                del known[other]
            if subject is not None:
                origins &= ~common
                both = dict(other)[subject] | dict(left)[subject]
                for domain, bits in self.domains(subject, common):
                    self._join(known, _with(left, subject, None if both == domain else both), bits)
        if origins:
            known[left] = known.get(left, 0) | origins

    # Places

    @kept
    def places(self) -> tuple[Place, ...]:
        """Every step and every item of a hunt that a way leads to or not, an item behind its transfer."""
        found: list[Place] = []
        for steps, way in self._begun:
            self._in_steps(steps, (way,), found)
        for name, steps in self._routes.items():
            ways = tuple(Way(origins, left) for left, origins in self._at_route[name].items())
            self._in_steps(steps, ways, found)
        return tuple(found)

    @kept
    def decisions(self) -> tuple[Decision, ...]:
        return tuple([Decision(each.by, each.ways) for each in self.places if each.by is not None])

    def _in_steps(self, steps: Steps, ways: tuple[Way, ...], found: list[Place]) -> None:
        for step in steps:
            if type(step) is Branch:
                found.append(Place(step, step, ways, step))
                for arm in step.arms:
                    self._in_steps(arm.steps, tuple(self.into(step, arm.value, ways)), found)
                continue
            found.append(Place(step, step, ways))
            if type(step) is ReturnToAgent:
                if step.otherwise:
                    self._in_steps(step.otherwise, tuple(self.without_agent(ways)), found)
                continue
            if type(step) is Ask:
                self._in_steps(step.otherwise, tuple(self.unanswered(step, ways)), found)
                ways = tuple(self.after(step, ways))
                continue
            if type(step) is Transfer:
                self._in_hunt(step.to, step, ways, found)
            for inner in inside(step):
                self._in_steps(inner.steps, ways, found)

    def _in_hunt(self, hunt: Hunt, step: Transfer, ways: tuple[Way, ...], found: list[Place]) -> None:
        for item in hunt:
            if type(item) is not Choice:
                found.append(Place(item, step, ways))
            else:
                found.append(Place(item, step, ways, item))
                for arm in item.arms:
                    self._in_hunt(arm.hunt, step, tuple(self.into(item, arm.value, ways)), found)


@kept_for_the_last
def ways_through(flow: Flow) -> Ways:
    return Ways(flow)


def _with(left: Left, subject: Subject, values: Values | None) -> Left:
    """With these values of a subject; None: with all."""
    changed = {**dict(left)}
    changed.pop(subject, None)
    if values is not None:
        changed[subject] = values
    return tuple(sorted(changed.items(), key=lambda each: repr(each[0])))


def _covers(wide: Left, narrow: Left) -> bool:
    """Of two boxes of one origin, of which each has less than all values of the subjects that it names."""
    if not wide:
        return True
    values = dict(narrow)
    return all(subject in values and values[subject] <= left for subject, left in wide)


def _differing(one: Left, other: Left) -> Subject | None:
    """The only subject in which two boxes differ."""
    if len(one) != len(other):
        return None
    first, second = dict(one), dict(other)
    subjects = [subject for subject in first if first[subject] != second.get(subject)]
    return subjects[0] if len(subjects) == 1 and subjects[0] in second else None


def _all(known: Mapping[Left, int]) -> int:
    found = 0
    for origins in known.values():
        found |= origins
    return found


def _next(steps: Steps) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.route for step in steps_within(steps) if type(step) is GoTo))


def _decides(steps: Steps) -> bool:
    """Whether not every way that leads to these steps goes on with all that follows them, and unchanged."""
    return any(
        type(step) in (Branch, Ask) or (type(step) is ReturnToAgent and step.otherwise) for step in steps_within(steps)
    )


def _in_order(leads_to: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Every route before those it leads to, but where they go round."""
    done: dict[str, None] = {}
    seen: set[str] = set()
    for start in leads_to:
        path: list[tuple[str, Iterator[str]]] = []
        if start not in seen:
            seen.add(start)
            path.append((start, iter(leads_to[start])))
        while path:
            name, rest = path[-1]
            after = next((each for each in rest if each not in seen), None)
            if after is None:
                done[name] = None
                path.pop()
            else:
                seen.add(after)
                path.append((after, iter(leads_to.get(after, ()))))
    return list(done)[::-1]


def _arms(flow: Flow) -> Iterator[tuple[Branch | Choice, str]]:
    choices = (choice for transfer in steps_of(flow, Transfer) for choice in transfer.choices())
    decided: tuple[Branch | Choice, ...] = (*steps_of(flow, Branch), *choices)
    for by in decided:
        yield from ((by, arm.value) for arm in by.arms)
