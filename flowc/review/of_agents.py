"""Agents: who they are, which tools each has, and what follows where one has the caller no more."""

from __future__ import annotations

from typing import Any

from flowc.ir import Agent, Flow, Idle
from flowc.review.aspects import Aspects, aspect, by_name, changed, differences, identity
from flowc.review.change import At, Changes, Kind
from flowc.review.of_actions import REFUSED
from flowc.review.of_steps import steps
from flowc.review.of_texts import entries
from flowc.review.words import code, codes, lasting, or_nothing, setting_words, steps_do


def agents(at: At, old: Flow, new: Flow) -> Changes:
    if old.agent is None or new.agent is None:
        yield from _agent_or_none(at, old, new)
        return
    yield from by_name(
        at,
        "agents",
        old.every_agent,
        new.every_agent,
        lambda inner, one, other: differences(inner, OF_AGENTS[Agent], one, other),
        added=_added,
        removed=_removed,
        where=lambda each: _called(each, new),
    )
    yield from _own_actions(at, old, new)


def _called(agent: Agent, flow: Flow) -> str:
    return f"the agent {code(agent.name)}" if flow.agents else "the agent"


def _agent_or_none(at: At, old: Flow, new: Flow) -> Changes:
    if new.agent is None and old.agent is not None:
        inner = at.inside("the agent", old.agent.span, None)
        yield inner.before(Kind.OLD_TOOLS, "the agent is gone: nobody starts one, and its tools have nobody to ask")
        yield inner.before(Kind.BEHAVIOUR, "no agent talks to callers any more")
    elif new.agent is not None:
        inner = at.inside("the agent", None, new.agent.span)
        yield inner.now(Kind.OLD_SCENARIO, "the agent is new: an old scenario starts none")
        yield inner.now(
            Kind.BEHAVIOUR, f"an agent talks to callers; an agent that is lost {steps_do(new, new.agent.unavailable)}"
        )


def _added(at: At, new: Agent) -> Changes:
    yield at.now(Kind.BEHAVIOUR, f"{at.where} is new, with the actions {codes(new.actions)}")


def _removed(at: At, old: Agent) -> Changes:
    yield at.before(Kind.BEHAVIOUR, f"the agent {code(old.name)} is gone")


def _own_actions(at: At, old: Flow, new: Flow) -> Changes:
    """Each of several agents has tools of its own, and the scenario refuses what is another's."""
    if not old.agents and not new.agents:
        return
    both = {action.name for action in old.actions} & {action.name for action in new.actions}
    before, now = _tools(old), _tools(new)
    spans = {each.name: each.span for each in new.every_agent}
    for agent, actions in now.items():
        earlier = before.get(agent, before[next(iter(before))])  # of one that is new: whatever old tools have
        those, these = set(earlier), set(actions)
        gone = [each for each in earlier if each in both and each not in these]
        if gone and (agent in before or not old.agents):
            words = f"may not ask for {codes(gone)}: old tools offer it, and are refused as {REFUSED}"
            yield at.now(Kind.OLD_TOOLS, f"the agent {code(agent)} {words}", spans[agent])
        come = [each for each in actions if each in both and each not in those]
        if come and agent in before:
            words = f"may ask for {codes(come)} now: new tools offer it, and an old scenario refuses it as {REFUSED}"
            yield at.now(Kind.OLD_SCENARIO, f"the agent {code(agent)} {words}", spans[agent])
    if old.agents and not new.agents:
        for agent, actions in before.items():
            others = sorted(both - set(actions))
            if others:
                words = f"in an old scenario may not ask for {codes(others)}: new tools offer it, refused as {REFUSED}"
                yield at.now(Kind.OLD_SCENARIO, f"the agent {code(agent)} {words}")


def _tools(flow: Flow) -> dict[str, tuple[str, ...]]:
    every = tuple(action.name for action in flow.actions)
    return {agent.name: agent.actions if flow.agents else every for agent in flow.every_agent}


def _actions(at: At, old: Agent, new: Agent) -> Changes:
    before, now = set(old.actions), set(new.actions)
    gone = [each for each in old.actions if each not in now]
    come = [each for each in new.actions if each not in before]
    if gone:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} no longer has the tools {codes(gone)}")
    if come:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} has the tools {codes(come)}")
    if not gone and not come:
        yield at.now(Kind.HARMLESS, f"{at.where} has its tools in another order")


def _metadata(at: At, old: Agent, new: Agent) -> Changes:
    yield from entries(at, "is started with", old.metadata, new.metadata)


def _unavailable(at: At, old: Agent, new: Agent) -> Changes:
    yield from steps(at.inside(f"{at.where} being unavailable", None, None), old.unavailable, new.unavailable)


def _way(at: At, old: Agent, new: Agent) -> Changes:
    words = "steps of its own" if new.has_own_steps else "the steps of the first agent"
    yield at.now(
        Kind.HARMLESS, f"{at.where} being unavailable has {words}, and is called so in the log: {code(new.way)}"
    )


def _idle(at: At, old: Agent, new: Agent) -> Changes:
    if new.idle is None:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} is not asked to speak up any more when nobody says anything")
    elif old.idle is None:
        words = (
            f"after {lasting(new.idle.after_ms)}, {new.idle.times} times; then silence {steps_do(at.new, new.idle.do)}"
        )
        inner = at.inside(at.where, None, new.idle.span)
        yield inner.now(Kind.BEHAVIOUR, f"{at.where} is asked to speak up when nobody says anything, {words}")
    else:
        inner = at.inside(f"{at.where} being idle", old.idle.span, new.idle.span)
        yield from differences(inner, OF_AGENTS[Idle], old.idle, new.idle)


def _idle_do(at: At, old: Idle, new: Idle) -> Changes:
    yield from steps(at, old.do, new.do)


OF_AGENTS: dict[type[Any], Aspects] = {
    Agent: (
        identity("name"),
        changed("api_key", "is started with {new} as its key (before: {old})", setting_words),
        changed("agent_id", "is the one of {new} (before: {old})", setting_words),
        changed("version", "speaks the version {new} of the connector (before: {old})"),
        aspect(_metadata),
        changed("last_words_ms", "is heard out for {new} at the most (before: {old})", lasting),
        aspect(_unavailable),
        changed("answers_within_ms", "has {new} for its model to answer (before: {old})", lasting),
        changed("meanwhile", "says {new} while its model is asked once more (before: {old})", or_nothing),
        aspect(_actions),
        aspect(_way),
        aspect(_idle),
    ),
    Idle: (
        changed("after_ms", "asks it to speak up after {new} (before: {old})", lasting),
        changed("times", "asks it to speak up {new} times (before: {old})"),
        aspect(_idle_do, "do"),
        changed("way", "is called {new} in the log (before: {old})", kind=Kind.HARMLESS),
    ),
}
