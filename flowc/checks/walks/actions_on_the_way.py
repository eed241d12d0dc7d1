"""Which ways lead to a text, when it is filled in: whose parameters there are, and which of them may be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flowc.ir import (
    MISSING,
    AnswerValue,
    Flow,
    Group,
    KeysOf,
    Menu,
    Parameter,
    ParameterValue,
    Reference,
    Say,
    SipTarget,
    Text,
    Transfer,
    announced,
    prompts_of,
)
from flowc.ir.last import kept_for_the_last
from flowc.ir.ways import Left, Way, ways_through
from flowc.source import Span


class Heard:
    """A text that is spoken or sent in the course of steps. `origins` are the actions from which a way leads there, and
    `unavailable` and `inbound`, as bits; `places` the steps that use it, the first few of them, each with its way.
    """

    def __init__(self, what: str, text: Text, span: Span, is_spoken: bool) -> None:
        self.what = what
        self.text = text
        self.span = span
        self.is_spoken = is_spoken
        self.origins = 0
        self.by_target: dict[str, int] = {}
        """From where a target's own machine or person hears it while a call is placed; `others` have no such target."""
        self.others = 0
        self.places: list[tuple[Way, Span]] = []
        self._known: dict[Left, int] = {}

    def add(self, ways: Iterable[Way], place: Span) -> None:
        for way in ways:
            known = self._known.get(way.left, 0)
            if way.origins & ~known:
                self.places.append((way, place))
                self._known[way.left] = known | way.origins
                self.origins |= way.origins

    def add_of(self, target: str | None, ways: Iterable[Way]) -> None:
        origins = 0
        for way in ways:
            origins |= way.origins
        if target is None:
            self.others |= origins
        else:
            self.by_target[target] = self.by_target.get(target, 0) | origins

    def place_of(self, origins: int) -> Span:
        return next(span for way, span in self.places if way.origins & origins)

    @property
    def ways(self) -> list[Way]:
        return [Way(origins, left) for left, origins in self._known.items()]


class Texts:
    """Those of one flow."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._ways = ways_through(flow)
        self._having: dict[tuple[str, str], int] = {}
        self.first = self._ways.first
        self.named = self._ways.named
        self.bit = self._ways.bit
        self.placed = self._ways.placed
        """Where nobody has called, but was called: our own number is `call.from`."""
        self.all = self._texts()

    def field(self, name: str) -> Parameter | None:
        """What a webhook answers, if that is its name: `roster.who`."""
        return self._ways.field(_answer(name)) if "." in name else None

    def having(self, name: str) -> int:
        """The actions with a parameter of this name."""
        return self._those("having", name, lambda parameter: True)

    def booleans(self, name: str) -> int:
        return self._those("boolean", name, lambda parameter: parameter.type == "boolean")

    def holding(self, name: str) -> int:
        """Where it is a list or an object."""
        return self._those("holding", name, lambda parameter: parameter.holds_others)

    def filling(self, name: str, heard: Heard) -> int:
        """From where it is filled in on some way."""
        having = self.having(name) if self.field(name) is None else heard.origins
        found = 0
        for way in heard.ways:
            left = _left(name, way)
            if left is None:
                found |= way.origins & having
            elif left != {MISSING}:
                found |= way.origins
        return found

    def lacking(self, name: str, ways: Iterable[Way]) -> int:
        """From where it may be missing on some way."""
        required = self._those("required", name, lambda parameter: not parameter.optional)
        found = 0
        for way in ways:
            left = _left(name, way)
            if left is None:
                found |= way.origins & ~required
            elif MISSING in left:
                found |= way.origins
        return found

    def place_lacking(self, name: str, heard: Heard, origins: int) -> Span:
        """The first step where it may be missing, on a way from one of these."""
        if "." in name and self.field(name) is None:
            return heard.place_of(origins)
        return next(span for way, span in heard.places if origins & self.lacking(name, (way,)))

    def _those(self, what: str, name: str, are: Callable[[Parameter], bool]) -> int:
        if (what, name) not in self._having:
            self._having[what, name] = sum(bit for bit, each in self._ways.declared(name) if are(each))
        return self._having[what, name]

    def _texts(self) -> tuple[Heard, ...]:
        """Those with references, in the order of the file."""
        prompts = {
            prompt.name: Heard(f"`{prompt.name}`", prompt.text, prompt.span, True)
            for prompt in self.flow.prompts
            if prompt.text.references
        }
        headers = {
            target.name: [
                Heard(f"header `{each.name}` of `{target.name}`", each.text, each.span, False)
                for each in target.headers
                if each.text.references
            ]
            for target in self.flow.targets
            if type(target) is SipTarget and target.headers
        }
        digits = {
            target.name: [
                Heard(f"`digits` of `{target.name}`", Text((Reference(each.parameter),)), each.span, False)
                for each in target.digits
                if type(each) is KeysOf
            ]
            for target in self.flow.targets
        }
        heard_there = {
            target.name: [name for name in (*prompts_of(target), *announced(target)) if name in prompts]
            for target in self.flow.targets
        }
        for place in self._ways.places if prompts or headers or any(digits.values()) else ():
            at = place.at
            spoken: tuple[str, ...] = ()
            own: tuple[tuple[str, str], ...] = ()  # whose of them, while a call is placed
            if type(at) is Say or type(at) is Menu:
                spoken = (at.prompt,)
            elif type(at) is Transfer:
                spoken = at.heard if at.gone is None else (*at.heard, at.gone)
            elif type(at) is Group:
                spoken = tuple(prompt for name in at.targets for prompt in heard_there[name])
                if self.flow.outbound is not None and place.step is self.flow.outbound.call:
                    own = tuple((prompt, name) for name in at.targets for prompt in heard_there[name])
                for name in at.targets:
                    for sent in (*headers.get(name, ()), *digits[name]):
                        sent.add(place.ways, place.step.span)
            for name in spoken:
                if name in prompts:
                    prompts[name].add(place.ways, place.step.span)
                    if not own:
                        prompts[name].add_of(None, place.ways)
            for name, target in own:
                prompts[name].add_of(target, place.ways)
        self.digits = {heard.span: heard for each in digits.values() for heard in each}
        """By where they stand."""
        return (*prompts.values(), *(each for sent in (headers, digits) for one in sent.values() for each in one))


@kept_for_the_last
def texts_of(flow: Flow) -> Texts:
    return Texts(flow)


def _answer(name: str) -> AnswerValue:
    webhook, _, field = name.partition(".")
    return AnswerValue(webhook, field)


def _left(name: str, way: Way) -> frozenset[str] | None:
    """The values of a parameter by which a branch on the way has gone; of an answer, those that there can be."""
    named = _answer(name) if "." in name else ParameterValue(name)
    return next((values for subject, values in way.left if subject == named), None)
