"""Which agent a return leads to: of several, the one that the caller was with last, wherever the way to it began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from flowc.ir.flow import UNAVAILABLE, Action, Flow, Loss
from flowc.ir.steps import GoTo, ReturnToAgent, StartAgent, Step, Steps, inside
from flowc.ir.walk import steps_of
from flowc.ir.ways import Ways, ways_through


class Beginning(Struct, frozen=True):
    """Where a way begins: with what `agent` asks for, or a key that is pressed while it has the caller; with the loss
    of it, `lost` being the key that is written; or (`agent` is empty) with a call.
    """

    agent: str = ""
    origin: int = 0  # its bit in `Ways`
    lost: str = ""


Beginnings = frozenset[Beginning]


class Returns(Struct, frozen=True):
    """`agents` are those to which a return may lead; `or_not`: there may be none to return to."""

    agents: tuple[str, ...]
    or_not: bool


class LastAgents:
    """Of one flow. Only a flow with an agent is asked for them. Where no step returns, nothing is followed."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._ways: Ways | None = None
        self._origins: dict[int, int] = {}
        if steps_of(flow, ReturnToAgent):
            self._ways = ways_through(flow)
            for place in self._ways.places:
                for way in place.ways:
                    self._origins[id(place.at)] = self._origins.get(id(place.at), 0) | way.origins
        self._routes: dict[str, set[Beginning]] = {route.name: set() for route in flow.routes}
        self._before: dict[str, set[str]] = {agent.name: set() for agent in flow.every_agent}
        if self._ways is not None:
            self._follow()

    # Where ways begin

    def of_action(self, action: Action, agent: str) -> Beginnings:
        return self._beginning(agent, 0 if self._ways is None else self._ways.bit(action))

    def of_key(self, agent: str) -> Beginnings:
        return self._beginning(agent, 0 if self._ways is None else self._ways.keys)

    def of_loss(self, loss: Loss) -> Beginnings:
        ways = self._ways
        bit = 0 if ways is None else ways.no_action if loss.key == UNAVAILABLE else ways.idle
        return self._beginning(loss.agent, bit, loss.key)

    def of_call(self, *, is_placed: bool) -> Beginnings:
        bit = 0 if self._ways is None else self._ways.outbound if is_placed else self._ways.inbound
        return self._beginning("", bit)

    def of_route(self, name: str) -> Beginnings:
        """Nothing leads to some: of those nothing is known."""
        return frozenset(self._routes[name])

    def _beginning(self, agent: str, origin: int, lost: str = "") -> Beginnings:
        return frozenset((Beginning(agent, origin, lost),))

    # Where returns lead

    def after(self, loss: Loss) -> tuple[str, ...]:
        """Those to which a return may lead that follows the loss of an agent."""
        found = {name for beginning in self.of_loss(loss) for name in self._returned_to(beginning)}
        return tuple(agent.name for agent in self._flow.every_agent if agent.name in found)

    def returns(self, step: ReturnToAgent, beginnings: Beginnings) -> Returns:
        """From this step, on ways that began in one of these."""
        possible = frozenset(self._possible(step, beginnings)) or beginnings
        found = {name for each in possible for name in self._returned_to(each)}
        agents = tuple(agent.name for agent in self._flow.every_agent if agent.name in found)
        return Returns(agents, any(each.lost or not each.agent for each in possible))

    def _returned_to(self, beginning: Beginning) -> Iterable[str]:
        """An agent that could not be started never had the caller: who did before gets them back."""
        if not beginning.lost:
            return (beginning.agent,) if beginning.agent else ()
        return self._before[beginning.agent] - {beginning.agent} if beginning.lost == UNAVAILABLE else ()

    def _had_caller(self, beginning: Beginning) -> Iterator[str]:
        """Who may have had the caller last when an agent is started."""
        if beginning.agent:
            yield beginning.agent
        if beginning.lost == UNAVAILABLE:
            yield from self._before[beginning.agent]

    def _possible(self, step: Step, beginnings: Iterable[Beginning]) -> Iterator[Beginning]:
        """Those whose ways lead to a step; a branch may keep some from it."""
        origins = self._origins.get(id(step), 0)
        return (each for each in beginnings if each.origin & origins)

    def _follow(self) -> None:
        """Follows every way through routes, and notes who may have had the caller before each agent."""
        flow = self._flow
        routes = {route.name: route.steps for route in flow.routes}
        waiting: list[tuple[Steps, Beginning]] = []
        for agent in flow.every_agent:
            has = [action for action in flow.actions if not flow.agents or action.name in agent.actions]
            waiting += [(action.do, each) for action in has for each in self.of_action(action, agent.name)]
            waiting += [(key.steps, each) for key in flow.keys for each in self.of_key(agent.name)]
            waiting += [(loss.steps, each) for loss in agent.losses for each in self.of_loss(loss)]
        for steps, is_placed in ((flow.inbound, False), (flow.placed, True)):
            waiting += [(steps, each) for each in self.of_call(is_placed=is_placed)]
        started: set[tuple[str, Beginning]] = set()
        for steps, beginning in waiting:
            for step in self._reached(steps, beginning):
                if isinstance(step, StartAgent):
                    started.add((step.agent or flow.every_agent[0].name, beginning))
                elif isinstance(step, GoTo) and beginning not in self._routes[step.route]:
                    self._routes[step.route].add(beginning)
                    waiting.append((routes[step.route], beginning))
        while True:
            more = {(name, one) for name, each in started for one in self._had_caller(each)}
            if all(one in self._before[name] for name, one in more):
                return
            for name, one in more:
                self._before[name].add(one)

    def _reached(self, steps: Steps, beginning: Beginning) -> Iterator[Step]:
        """Every step written here that a way leads to which began there."""
        for step in steps:
            if not beginning.origin & self._origins.get(id(step), 0):
                continue
            yield step
            if isinstance(step, ReturnToAgent) and not (beginning.lost or not beginning.agent):
                continue
            for inner in inside(step):
                yield from self._reached(inner.steps, beginning)
