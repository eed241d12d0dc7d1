"""Which action has led to a step: whose parameters there are, when a text is filled in.

Sets of actions are bits of a number, the first action's is 1: a flow may have as many routes as actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from flowc.ir import Action, Flow, GoTo, Parameter, Say, SipTarget, Steps, Text, Transfer, step_lists, steps_within
from flowc.ir.last import kept_for_the_last
from flowc.source import Span


class Heard:
    """A text that is spoken or sent in the course of steps. `ways` are the actions that lead there, and `unavailable`;
    `places` the steps that use it, the first few of them.
    """

    def __init__(self, what: str, text: Text, span: Span, is_spoken: bool) -> None:
        self.what = what
        self.text = text
        self.span = span
        self.is_spoken = is_spoken
        self.ways = 0
        self.places: list[tuple[int, Span]] = []

    def add(self, ways: int, place: Span) -> None:
        if ways & ~self.ways:
            self.places.append((ways, place))
        self.ways |= ways

    def place_of(self, ways: int) -> Span:
        return next(span for found, span in self.places if found & ways)


class Ways:
    """Of one flow."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.no_action = 1 << len(flow.actions)
        """The bit of `unavailable`, where nobody has asked for anything."""
        self.texts = self._texts()

    def having(self, name: str) -> int:
        """The actions with a parameter of this name."""
        return self._declared.get(name, 0)

    def needing(self, name: str) -> int:
        """Those in which the agent cannot leave it out."""
        return self._required.get(name, 0)

    def first(self, ways: int) -> Action | None:
        """The first action of these; None is `unavailable`."""
        number = (ways & -ways).bit_length() - 1
        return self.flow.actions[number] if number < len(self.flow.actions) else None

    @cached_property
    def _parameters(self) -> tuple[tuple[int, Parameter], ...]:
        named = {name for each in self.texts for name in each.text.references}
        every = ((1 << bit, each) for bit, action in enumerate(self.flow.actions) for each in action.parameters)
        return tuple((bit, each) for bit, each in every if each.name in named)

    @cached_property
    def _declared(self) -> dict[str, int]:
        return _collected((bit, each.name) for bit, each in self._parameters)

    @cached_property
    def _required(self) -> dict[str, int]:
        return _collected((bit, each.name) for bit, each in self._parameters if not each.optional)

    @cached_property
    def booleans(self) -> Mapping[str, int]:
        return _collected((bit, each.name) for bit, each in self._parameters if each.type == "boolean")

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
            if isinstance(target, SipTarget) and target.headers
        }
        if prompts or headers:
            routes = self._routes()
            actions = {action.name: 1 << bit for bit, action in enumerate(self.flow.actions)}
            for steps, owner, _ in step_lists(self.flow):
                if owner is None:
                    ways = self.no_action
                else:
                    ways = actions[owner.name] if isinstance(owner, Action) else routes.get(owner.name, 0)
                for step in steps if ways else ():
                    match step:
                        case Say():
                            if step.prompt in prompts:
                                prompts[step.prompt].add(ways, step.span)
                        case Transfer():
                            if step.ringing in prompts:
                                prompts[step.ringing].add(ways, step.span)
                            for name in headers.keys() & set(step.targets()):
                                for header in headers[name]:
                                    header.add(ways, step.span)
                        case _:
                            pass
        return (*prompts.values(), *(header for each in headers.values() for header in each))

    def _routes(self) -> dict[str, int]:
        """By the name of a route: the ways on which it is taken."""
        inside = {route.name: _next(route.steps) for route in self.flow.routes}
        found = dict.fromkeys(inside, 0)
        begun = [(1 << bit, action.do) for bit, action in enumerate(self.flow.actions)]
        for ways, steps in (*begun, (self.no_action, self.flow.agent.unavailable)):
            for name in _next(steps):
                found[name] |= ways
        order = waiting = _in_order(inside)
        while waiting:  # once, and again where routes go round
            changed: set[str] = set()
            for name in waiting:
                for after in inside[name]:
                    if found[name] & ~found[after]:
                        found[after] |= found[name]
                        changed.add(after)
            waiting = [name for name in order if name in changed] if changed else []
        return found


@kept_for_the_last
def ways_of(flow: Flow) -> Ways:
    return Ways(flow)


def _collected(bits: Iterable[tuple[int, str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for bit, name in bits:
        found[name] = found.get(name, 0) | bit
    return found


def _next(steps: Steps) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.route for step in steps_within(steps) if isinstance(step, GoTo)))


def _in_order(inside: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Every route before those it leads to, but where they go round."""
    done: dict[str, None] = {}
    seen: set[str] = set()
    for start in inside:
        path: list[tuple[str, Iterator[str]]] = []
        if start not in seen:
            seen.add(start)
            path.append((start, iter(inside[start])))
        while path:
            name, rest = path[-1]
            after = next((each for each in rest if each not in seen), None)
            if after is None:
                done[name] = None
                path.pop()
            else:
                seen.add(after)
                path.append((after, iter(inside[after])))
    return list(done)[::-1]
