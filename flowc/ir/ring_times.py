"""How long each hunt of a flow can ring: what a caller waits at the most until somebody answers, or nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice

from msgspec import Struct

from flowc.ir.flow import DIGIT_MS, Digits, Flow, KeysOf, QueueTarget, SipTarget, Target
from flowc.ir.kept import kept
from flowc.ir.steps import Choice, Group, Item, Steps, Transfer, inside
from flowc.ir.steps import Hunt as Items
from flowc.ir.subject import OTHERWISE, Subject, stays_the_same
from flowc.source import Span

MOST_TOLD = 16
"""Of one `transfer`. Where more can be chosen, one stands for all of them."""
_ANY = "whatever is chosen"

Values = Mapping[Subject, tuple[str, frozenset[str]]]
"""What is known of what choices go by: the value, or, if that is `otherwise`, which values it is not."""


class Rung(Struct, frozen=True, dict=True):
    """Targets that ring together, so often at the most, with a pause before each time but the first.

    `sent_ms`: how long digits are sent to those that have any.
    """

    targets: tuple[Target, ...]
    attempts: int
    pause_ms: int
    sent_ms: tuple[tuple[str, int], ...]

    @kept
    def rings_ms(self) -> int:
        """Until the last of them has rung for its `ring`, every time."""
        return self.attempts * max(target.ring_ms for target in self.targets) + (self.attempts - 1) * self.pause_ms

    @property
    def sentence(self) -> str:
        names = " and ".join(f"{target.name} {_seconds(target.ring_ms)}" for target in self.targets)
        names += " together" if len(self.targets) > 1 else ""
        pauses = f", {_seconds(self.pause_ms)} between" if self.pause_ms else ""
        return names if self.attempts == 1 else f"{names} ({self.attempts} times{pauses})"


class Hunt(Struct, frozen=True, dict=True):
    """What one `transfer` rings. `way` is where it stands, in the words of the log, and `value` what was chosen in it;
    empty if there is no choice. Who is rung stands in that order.
    """

    path: str
    span: Span
    way: str
    value: str
    rung: tuple[Rung, ...]
    within_ms: int | None

    @kept
    def rings_ms(self) -> int:
        """The most: pauses included, and not longer than `within`."""
        every = sum(each.rings_ms for each in self.rung)
        return every if self.within_ms is None else min(every, self.within_ms)

    @property
    def sentence(self) -> str:
        chosen = f" ({self.value})" if self.value else ""
        if not self.rung:
            return f"{self.way}{chosen}: rings nobody"
        limit = ", which is `within`" if self.rings_ms == self.within_ms else ""
        return f"{self.way}{chosen}: {self._does} for {_seconds(self.rings_ms)} at most{limit}: {self.details}"

    @property
    def _does(self) -> str:
        """Nobody rings in a queue, in which the caller waits."""
        queues = {type(target) is QueueTarget for each in self.rung for target in each.targets}
        if True not in queues:
            return "rings"
        return "rings and waits in a queue" if False in queues else "waits in a queue"

    @property
    def details(self) -> str:
        """Who is rung for how long, and what else keeps the caller waiting."""
        each = ", ".join(each.sentence for each in self.rung)
        return f"{each}{self._for_a_hand_over}{self._for_digits}{self._for_a_machine}{self._for_a_key}"

    @property
    def _for_a_key(self) -> str:
        """What is not ringing, and keeps the caller waiting all the same."""
        asked = [(each.name, each.accept.within_ms) for rung in self.rung for each in rung.targets if each.accept]
        if not asked:
            return ""
        names = " and ".join(f"{name} {_seconds(within)}" for name, within in asked)
        return f"; more for the key, behind its prompt: {names}"

    @property
    def _for_a_machine(self) -> str:
        """The same of who is listened to, and not asked meanwhile."""
        heard = [(each.name, each.machine) for rung in self.rung for each in rung.targets if not each.accept]
        names = " and ".join(f"{name} {_seconds(machine.within_ms)}" for name, machine in heard if machine is not None)
        return f"; more to tell a machine: {names}" if names else ""

    @property
    def _for_a_hand_over(self) -> str:
        """The same of who is called if nobody says that the caller has been handed over there."""
        asked = [each for rung in self.rung for each in rung.targets if isinstance(each, SipTarget) and each.refers]
        names = " and ".join(f"{each.name} {_seconds(each.ring_ms)}" for each in asked)
        return f"; more until a hand-over is given up: {names}" if names else ""

    @property
    def _for_digits(self) -> str:
        """The same of what is sent to exchanges."""
        sent = [each for rung in self.rung for each in rung.sent_ms]
        names = " and ".join(f"{name} {_seconds(lasting)}" for name, lasting in sent)
        return f"; more for digits: {names}" if sent else ""


def hunts(flow: Flow) -> Iterator[Hunt]:
    """Those of `inbound` and of actions, then of `unavailable`, of `idle`, of `keys` and of routes; where something is
    chosen one for all that can be.
    """
    yield from _within(flow, flow.inbound, "inbound")
    yield from _within(flow, flow.placed, "outbound")
    for action in flow.actions:
        yield from _within(flow, action.do, action.name)
    for loss in flow.losses:
        yield from _within(flow, loss.steps, loss.way)
    for key in flow.keys:
        yield from _within(flow, key.steps, key.way)
    for route in flow.routes:
        yield from _within(flow, route.steps, f"route {route.name}")


def _within(flow: Flow, steps: Steps, way: str) -> Iterator[Hunt]:
    for step in steps:
        if type(step) is Transfer:
            for value, groups in _told(flow, step.to):
                yield Hunt(flow.path, step.span, way, value, _rung(flow, groups), step.within_ms)
        for inner in inside(step):
            yield from _within(flow, inner.steps, f"{way}: {' '.join(inner.path)}")


def _rung(flow: Flow, groups: tuple[Group, ...]) -> tuple[Rung, ...]:
    """Each target once: where a choice leads to one again, it is passed over."""
    found: list[Rung] = []
    before: set[str] = set()
    for group in groups:
        names = [name for name in group.targets if name not in before]
        before.update(names)
        if names:
            targets = tuple(map(flow.target, names))
            sent = tuple((each.name, _sending(each.digits, flow)) for each in targets if each.digits)
            found.append(Rung(targets, group.attempts, group.pause_ms, sent))
    return tuple(found)


def _told(flow: Flow, to: Items) -> list[tuple[str, tuple[Group, ...]]]:
    """What is chosen, and who is rung then."""
    found = [(", ".join(values), groups) for values, groups in islice(_chosen(to, {}), MOST_TOLD + 1)]
    return found if len(found) <= MOST_TOLD else [(_ANY, _largest(to, partial(_lasting, flow)))]


def _chosen(items: tuple[Item, ...], known: Values) -> Iterator[tuple[tuple[str, ...], tuple[Group, ...]]]:
    """The values that are chosen, and who is rung, for all that goes together."""
    if not items:
        yield (), ()
        return
    first, rest = items[0], items[1:]
    if isinstance(first, Group):
        for values, groups in _chosen(rest, known):
            yield values, (first, *groups)
        return
    named = frozenset(arm.value for arm in first.arms if arm.value != OTHERWISE)
    for arm in first.arms:
        now = _narrowed(known, first, arm.value, named)
        if now is not None:
            for values, groups in _chosen((*arm.hunt, *rest), now):
                yield (arm.value, *values), groups


def _narrowed(known: Values, choice: Choice, value: str, named: frozenset[str]) -> Values | None:
    """None if another choice has already gone by another value."""
    if not stays_the_same(choice.subject):
        return known
    before, other_than = known.get(choice.subject, (OTHERWISE, frozenset()))
    if value == OTHERWISE and before != OTHERWISE:
        return None if before in named else known
    if value == OTHERWISE:
        return {**known, choice.subject: (OTHERWISE, other_than | named)}
    if value in other_than or before not in (OTHERWISE, value):
        return None
    return {**known, choice.subject: (value, frozenset())}


def most(flow: Flow, to: Items, count: Callable[[Rung], int]) -> int:
    """The largest sum of what is counted of those that ring, over all that can be chosen."""

    def counted(groups: tuple[Group, ...]) -> int:
        return sum(map(count, _rung(flow, groups)))

    found = [groups for _, groups in islice(_chosen(to, {}), MOST_TOLD + 1)]
    return max(map(counted, found if len(found) <= MOST_TOLD else [_largest(to, counted)]), default=0)


def _largest(items: tuple[Item, ...], measure: Callable[[tuple[Group, ...]], int]) -> tuple[Group, ...]:
    """Of each choice those of which there is most: that ring longest, for example."""
    found: list[Group] = []
    for item in items:
        if isinstance(item, Group):
            found.append(item)
        else:
            largest = max((_largest(arm.hunt, measure) for arm in item.arms), key=measure)
            found += largest
    return tuple(found)


def _lasting(flow: Flow, groups: tuple[Group, ...]) -> int:
    return sum(each.rings_ms for each in _rung(flow, groups))


def _sending(digits: Digits, flow: Flow) -> int:
    """Of keys that a parameter holds the most that it may hold."""
    lasting = 0
    for each in digits:
        match each:
            case int():
                lasting += each
            case str():
                lasting += DIGIT_MS * len(each)
            case KeysOf(parameter, instead):
                named = (one for action in flow.actions for one in action.parameters if one.name == parameter)
                lasting += DIGIT_MS * max(len(instead or ""), *(one.most_keys or 0 for one in named), 0)
    return lasting


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g} s"
