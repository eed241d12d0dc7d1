"""The nodes and edges of a flow's picture.

Steps that follow each other without a choice are one node, a line each. A route is drawn once, wherever it is gone on
with, and so is each agent. What ends a list of steps is an edge or a node of its own: to the agent, to a route, to
who is rung, or to the end of the call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import assert_never

from msgspec import Struct

from flowc.ir.flow import Agent, Flow, Outbound, QueueTarget
from flowc.ir.last_agents import Beginnings, LastAgents
from flowc.ir.steps import (
    Ask,
    Branch,
    ChangeLanguage,
    Choice,
    GoTo,
    Group,
    HangUp,
    Hunt,
    Menu,
    Notify,
    RecordCall,
    Reject,
    Rejection,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    StartAgent,
    Step,
    Steps,
    TakeMessage,
    Transfer,
)
from flowc.ir.subject import written
from flowc.source import Span


class Shape(StrEnum):
    """What a node is."""

    CALL = "call"  # a call begins
    AGENT = "agent"  # the caller is with an agent
    STEPS = "steps"  # what is done, a line each
    CHOICE = "choice"  # what follows depends on a value, a key or an answer
    RING = "ring"  # somebody is rung
    PERSON = "person"  # the caller is with a person
    END = "end"  # the call is over


class Node(Struct, frozen=True):
    """`span` is where it stands in the flow."""

    name: str
    shape: Shape
    lines: tuple[str, ...]
    span: Span


class Edge(Struct, frozen=True):
    """From one node to another, by their names. `label` is when; empty: always."""

    source: str
    target: str
    label: str


class Drawing(Struct, frozen=True):
    flow: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def drawing(flow: Flow) -> Drawing:
    """The picture of a flow. Nodes stand in the order of the flow, one before those that follow it."""
    return _Pen(flow).drawn()


class _Pen:
    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._nodes: dict[str, Node] = {}
        self._edges: list[Edge] = []
        self._routes: dict[str, str] = {}  # their nodes
        self._owner = "call"  # whose steps are drawn: of an action, a route, ...
        self._last_agents = LastAgents(flow)
        self._begun: Beginnings = self._last_agents.of_call(is_placed=False)  # where the ways to these steps begin
        self._counts: Counter[str] = Counter()

    def drawn(self) -> Drawing:
        flow = self._flow
        if flow.outbound is not None and flow.outbound.alone:
            self._placed(flow.outbound)
            self._owner = "call"
            call = self._node(Shape.CALL, ("a call comes in",), flow.outbound.span)
            self._end(call, "", f"reject: {Rejection.DECLINED}", flow.outbound.span)
        else:
            call = self._node(Shape.CALL, ("a call comes in", *self._recorded()), flow.begins_at)
            if flow.inbound:
                self._follow(call, "", flow.inbound)
            elif flow.agent is not None:
                self._join(call, self._agent(flow.agent), "")
            if flow.outbound is not None:
                self._placed(flow.outbound)
        for agent in flow.every_agent:
            self._of_agent(agent)
        for route in flow.routes:  # those that nothing leads to, too
            self._route(route.name)
        return Drawing(flow.name, tuple(self._nodes.values()), tuple(_together(self._edges)))

    def _placed(self, outbound: Outbound) -> None:
        self._owner, self._begun = "placed", self._last_agents.of_call(is_placed=True)
        call = self._node(Shape.CALL, ("a call is placed", *self._recorded()), outbound.span)
        self._follow(call, "", self._flow.placed)

    def _recorded(self) -> Iterator[str]:
        """Of a call that is recorded always; where a step says so, that step is drawn."""
        recording = self._flow.call.recording
        if recording is not None and recording.is_always:
            yield f"recorded, once the caller has heard {recording.say}"

    # Agents

    def _agent(self, agent: Agent) -> str:
        name = f"agent_{agent.name}"
        if name not in self._nodes:
            words = "the agent" if not self._flow.agents else f"the agent {agent.name}"
            self._nodes[name] = Node(name, Shape.AGENT, (words,), agent.span)
        return name

    def _of_agent(self, agent: Agent) -> None:
        """What it may ask for, and what follows where it has the caller no more."""
        here = self._agent(agent)
        for action in self._flow.actions:
            if not self._flow.agents or action.name in agent.actions:
                self._owner, self._begun = f"does_{action.name}", self._last_agents.of_action(action, agent.name)
                self._follow(here, action.name, action.do, after=here)
        for number, key in enumerate(self._flow.keys, start=1):
            self._owner, self._begun = f"key_{number}_{agent.name}", self._last_agents.of_key(agent.name)
            self._follow(here, f"the caller presses {key.key}", key.steps)
        for loss in agent.losses:
            idle = agent.idle
            is_idle = idle is not None and loss.way == idle.way
            label = f"nobody says anything for {_seconds(idle.after_ms)}" if idle is not None and is_idle else loss.key
            self._owner, self._begun = f"{loss.key}_{agent.name}", self._last_agents.of_loss(loss)
            self._follow(here, label, loss.steps)

    # Steps

    def _follow(self, source: str, label: str, steps: Steps, after: str | None = None) -> None:
        """Draws a list of steps behind a node. `after` is what follows it where nothing in it is the last."""
        here, when, lines, first = source, label, [], None  # type: str, str, list[str], Span | None
        for step in steps:
            if (line := self._line(step)) is not None:
                lines.append(line)
                first = first or step.span
                continue
            if lines:
                here, when = self._chain(here, when, lines, first or step.span), ""
                lines, first = [], None
            if (following := self._last(here, when, step, after)) is None:
                return
            here, when = following
        if lines and first is not None:
            here, when = self._chain(here, when, lines, first), ""
        if after is not None:
            self._join(here, after, when)
        elif here == source and not steps:
            self._end(here, when, "the call is over", self._flow.begins_at)

    def _chain(self, source: str, label: str, lines: Sequence[str], span: Span) -> str:
        name = self._node(Shape.STEPS, tuple(lines), span)
        self._join(source, name, label)
        return name

    def _line(self, step: Step) -> str | None:
        """A step after which the next one follows in any case; None if it is none."""
        match step:
            case Say(prompt):
                return f"say {prompt}"
            case Notify(webhook):
                return f"notify {webhook}"
            case Reply():
                return "reply"
            case ChangeLanguage(language, parameter):
                return f"language {language or f'of {parameter}'}"
            case RecordCall():
                return f"recording {step.word}"
            case _:
                return None

    def _last(self, source: str, label: str, step: Step, after: str | None) -> tuple[str, str] | None:
        """Draws a step that decides what follows. Where the next one of its list may follow: from where, and when."""
        match step:
            case Ask(webhook, _, otherwise):
                here = self._choice(source, label, f"ask {webhook}", step.span)
                self._follow(here, "no answer", otherwise, after)
                return here, "answered"
            case TakeMessage(webhook, limit, _, otherwise):
                here = self._choice(source, label, f"take a message for {webhook}, {_seconds(limit)}", step.span)
                self._follow(here, "not possible", otherwise, after)
                return here, "done"
            case Transfer():
                self._transfer(source, label, step)
            case Menu(prompt, choices, _, _, otherwise):
                here = self._choice(source, label, f"menu {prompt}", step.span)
                for each in choices:
                    self._follow(here, f"key {each.key}", each.steps, after)
                self._follow(here, "no key", otherwise, after)
            case Branch(subject, arms):
                here = self._choice(source, label, written(subject), step.span)
                for arm in arms:
                    self._follow(here, arm.value, arm.steps, after)
            case GoTo(route):
                self._join(source, self._route(route), label)
            case ReturnToAgent():
                self._return(source, label, step)
            case StartAgent(_, agent):
                named = self._flow.agent if agent is None else self._flow.agent_named(agent)
                if named is not None:
                    self._join(source, self._agent(named), label)
            case HangUp():
                self._end(source, label, "hang up", step.span)
            case Reject(reason):
                self._end(source, label, f"reject: {reason}", step.span)
            case Retry():
                self._end(source, label, "retry", step.span)
            case Say() | Notify() | Reply() | ChangeLanguage() | RecordCall():
                raise AssertionError(step)
            case _:
                assert_never(step)
        return None

    def _return(self, source: str, label: str, step: ReturnToAgent) -> None:
        """To the agent that the caller was with last: one of several, where ways of several lead here."""
        returns = self._last_agents.returns(step, self._begun)
        for name in returns.agents:
            which = label if len(returns.agents) == 1 else _and(label, f"the caller was with {name}")
            self._join(source, self._agent(self._flow.agent_named(name)), which)
        if step.otherwise and returns.or_not:
            self._follow(source, _and(label, "no agent"), step.otherwise)

    def _transfer(self, source: str, label: str, step: Transfer) -> None:
        here = self._node(Shape.RING, (*self._rung(step.to), *self._heard(step), *_conditions(step)), step.span)
        self._join(source, here, label)
        if step.is_placed:
            self._follow(here, "answered", step.afterwards)
        else:
            person = self._node(Shape.PERSON, ("caller and person talk",), step.span)
            self._join(here, person, _answered(step))
            self._follow(person, "the person hangs up", step.afterwards)
        for fallback in step.fallback:
            self._follow(here, str(fallback.outcome or "otherwise").replace("_", " "), fallback.steps)

    def _rung(self, hunt: Hunt) -> list[str]:
        lines: list[str] = []
        for item in hunt:
            if isinstance(item, Group):
                lines.append(f"{'then ' if lines else 'ring '}{self._group(item)}")
            elif isinstance(item, Choice):
                lines.append(f"{'then ' if lines else 'ring '}by {written(item.subject)}:")
                for arm in item.arms:
                    inner = [line.removeprefix("ring ") for line in self._rung(arm.hunt)]
                    lines.append(f"  {arm.value}: {', '.join(inner) or 'nobody'}")
        return lines

    def _group(self, group: Group) -> str:
        names = [f"{name} {_seconds(self._flow.target(name).ring_ms)}" for name in group.targets]
        queued = all(isinstance(self._flow.target(name), QueueTarget) for name in group.targets)
        text = " and ".join(names) + (" (a queue)" if queued else "")
        return text if group.attempts == 1 else f"{text}, {group.attempts} times"

    def _heard(self, step: Transfer) -> Iterator[str]:
        """What is heard before anybody talks: by the caller, and by a person whose caller has gone."""
        if step.ringing:
            yield f"the caller hears {', '.join(step.ringing)}"
        for target in map(self._flow.target, step.targets()):
            if isinstance(target, QueueTarget) and target.announce is not None:
                yield f"{target.announce.prompt} every {_seconds(target.announce.every_ms)}"
        if step.gone is not None:
            yield f"{step.gone} if the caller hangs up"

    def _route(self, name: str) -> str:
        """The node of a route, whose steps are drawn when it is met first."""
        if name not in self._routes:
            route = self._flow.route(name)
            self._routes[name] = here = f"route_{name}"
            self._nodes[here] = Node(here, Shape.STEPS, (f"route {name}",), route.span)
            owner, begun = self._owner, self._begun
            self._owner, self._begun = here, self._last_agents.of_route(name)
            self._follow(here, "", route.steps)
            self._owner, self._begun = owner, begun
        return self._routes[name]

    # Nodes and edges

    def _node(self, shape: Shape, lines: tuple[str, ...], span: Span) -> str:
        """A new one. It is named after whose it is, so that a small change of a flow is one of its picture, too."""
        self._counts[self._owner] += 1
        name = f"{self._owner}_{self._counts[self._owner]}"
        self._nodes[name] = Node(name, shape, lines, span)
        return name

    def _choice(self, source: str, label: str, text: str, span: Span) -> str:
        name = self._node(Shape.CHOICE, (text,), span)
        self._join(source, name, label)
        return name

    def _end(self, source: str, label: str, text: str, span: Span) -> None:
        self._join(source, self._node(Shape.END, (text,), span), label)

    def _join(self, source: str, target: str, label: str) -> None:
        self._edges.append(Edge(source, target, label))


def _together(edges: Iterable[Edge]) -> Iterator[Edge]:
    """Between two nodes one edge, with all that leads along it."""
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for edge in edges:
        labels.setdefault((edge.source, edge.target), {})[edge.label] = None
    for (source, target), words in labels.items():
        yield Edge(source, target, ", ".join(words))


def _answered(step: Transfer) -> str:
    if step.introduction_ms is not None:
        return "answered, and the agent has introduced them"
    return "answered, and the agent has told who calls" if step.briefing_ms is not None else "answered"


def _conditions(step: Transfer) -> list[str]:
    lines = []
    if step.within_ms is not None:
        lines.append(f"{_seconds(step.within_ms)} in all")
    if step.cancel is not None:
        lines.append(f"key {step.cancel} stops it")
    if step.stop_on:
        lines.append(f"nobody else after {' or '.join(step.stop_on).replace('_', ' ')}")
    if step.talk_limit_ms is not None:
        warning = f", {step.warning} before" if step.warning is not None else ""
        lines.append(f"talk for {_seconds(step.talk_limit_ms)} at most{warning}")
    if step.pauses_recording:
        lines.append("recording pauses while they talk")
    if step.agent_waits is not None and not step.is_placed:
        lines.append(f"the agent {step.agent_word}")
    return lines


def _and(label: str, more: str) -> str:
    return f"{label}, {more}" if label else more


def _seconds(ms: int) -> str:
    minutes, seconds = divmod(ms / 1000, 60)
    parts = [f"{minutes:g} min"] if minutes else []
    return " ".join(parts + ([f"{seconds:g} s"] if seconds or not minutes else []))
