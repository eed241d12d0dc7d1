"""Two versions of a flow: every difference, as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from flowc.compatibility import BRIEFINGS, INTRODUCTIONS, unknown_to_tools
from flowc.ir import (
    AnswerValue,
    Auth,
    CallersNumber,
    CallingNumber,
    CallLanguage,
    Choice,
    ChosenHunt,
    Data,
    DataValue,
    DialledNumber,
    Flow,
    Group,
    HoursState,
    KeysOf,
    Likeness,
    OpenOn,
    Parameter,
    ParameterValue,
    Range,
    Reference,
    Route,
    Secret,
    Storage,
    Text,
    Transfer,
    settings,
    settings_of,
    steps_of,
)
from flowc.review.aspects import Aspects, aspect, by_name, changed, differences, identity
from flowc.review.change import At, Change, Changes, Kind
from flowc.review.lines import NO_LINES, Lines
from flowc.review.naming import renamed
from flowc.review.of_actions import OF_ACTIONS, actions
from flowc.review.of_agents import OF_AGENTS, agents
from flowc.review.of_call import OF_CALL, call, callers, keys
from flowc.review.of_hours import OF_HOURS, hours
from flowc.review.of_outbound import OF_OUTBOUND, outbound
from flowc.review.of_parameters import OF_PARAMETER
from flowc.review.of_steps import OF_PARTS, OF_STEPS, steps
from flowc.review.of_targets import OF_TARGETS, targets
from flowc.review.of_texts import OF_TEXTS, prompts
from flowc.review.of_webhooks import OF_WEBHOOKS, webhooks
from flowc.review.places import same
from flowc.review.side import begun_by
from flowc.review.words import code, setting_words, steps_do
from flowc.source import Span


def changes(old: Flow, new: Flow, old_lines: Lines = NO_LINES, new_lines: Lines = NO_LINES) -> tuple[Change, ...]:
    """Each once, the worst first, and of one kind in the order of the file. None if the two are the same, wherever it
    is written. With the lines of their files, what a key says stands at that.
    """
    if same(old, new):
        return ()
    before, renames = renamed(_plain(old, new), new)
    at = At(
        before,
        new,
        f"the flow {code(new.name)}",
        old_span=old_lines.of_file("flow") or old.begins_at,
        new_span=new_lines.of_file("flow") or new.begins_at,
        old_lines=old_lines,
        new_lines=new_lines,
    )
    found = [*renames, *differences(at, OF_FLOW[Flow], before, new)]
    found += [*_briefings(at), *_introductions(at), *_settings(at)]
    order = list(Kind)
    unique = {(each.kind, each.sentence): each for each in reversed(found)}
    return tuple(
        sorted(unique.values(), key=lambda each: (order.index(each.kind), each.in_old, each.span, each.sentence))
    )


def _plain(old: Flow, new: Flow) -> Flow:
    """The old flow, with the actions of the new one where each has one agent, which has them all."""
    if old.agent is None or new.agent is None or old.agents or new.agents:
        return old
    return replace(old, agent=replace(old.agent, actions=new.agent.actions))


def _name(at: At, old: Flow, new: Flow) -> Changes:
    words = f"is called {code(new.name)} (before: {code(old.name)})"
    yield at.now(Kind.OTHERS, f"the flow {words}: scenario and tools have other names, and so does what imports them")


def _routes(at: At, old: Flow, new: Flow) -> Changes:
    yield from by_name(
        at,
        "routes",
        old.routes,
        new.routes,
        lambda inner, one, other: differences(inner, OF_FLOW[Route], one, other),
        added=lambda inner, each: iter(
            [inner.now(Kind.HARMLESS, f"{inner.where} is new: {steps_do(new, each.steps)}")]
        ),
        removed=lambda inner, each: iter([inner.before(Kind.HARMLESS, f"{inner.where} is gone")]),
    )


def _route_steps(at: At, old: Route, new: Route) -> Changes:
    yield from steps(at, old.steps, new.steps)


def _inbound(at: At, old: Flow, new: Flow) -> Changes:
    where = "a call that comes in"
    if not old.inbound or not new.inbound:
        began = [steps_do(flow, flow.inbound) if flow.inbound else "starts the agent" for flow in (new, old)]
        span = new.inbound[0].span if new.inbound else None
        if began[0] == began[1]:
            yield at.now(Kind.HARMLESS, f"{where} {began[0]}, as before", span)
            return
        yield at.now(Kind.BEHAVIOUR, f"{where} now {began[0]} (before: {began[1]})", span)
        return
    yield from steps(at.inside(where, None, None), old.inbound, new.inbound)


def _unknown(at: At) -> tuple[list[str], list[str]]:
    """What a scenario begins that tools of the other version do not know: old tools, and new ones."""
    before, now = begun_by(at.old), begun_by(at.new)
    return unknown_to_tools(before, now), unknown_to_tools(now, before)


def _briefings(at: At) -> Changes:
    """Two tools that are flowc's own are there if the agent briefs somebody anywhere."""
    by_old_tools, by_new_tools = _unknown(at)
    if BRIEFINGS in by_old_tools:
        words = "the agent briefs people now: old tools have no `connect`, so whoever is briefed never gets the caller"
        yield at.now(Kind.OLD_TOOLS, words, _briefing(at.new))
    elif BRIEFINGS in by_new_tools:
        words = "the agent briefs nobody any more: new tools have no `connect`, which an old scenario waits for"
        yield at.before(Kind.OLD_SCENARIO, words, _briefing(at.old))


def _introductions(at: At) -> Changes:
    """What the agent is told while it rings, only tools that know of it have it say something to."""
    by_old_tools, by_new_tools = _unknown(at)
    if INTRODUCTIONS in by_old_tools:
        words = "the agent introduces people now: old tools say nothing while it rings, and nothing else does"
        yield at.now(Kind.OLD_TOOLS, words, _introduction(at.new))
    elif INTRODUCTIONS in by_new_tools:
        words = "the agent introduces nobody any more: new tools say nothing while it rings in an old scenario"
        yield at.before(Kind.OLD_SCENARIO, words, _introduction(at.old))


def _introduction(flow: Flow) -> Span:
    return next(step.span for step in steps_of(flow, Transfer) if step.introduction_ms is not None)


def _briefing(flow: Flow) -> Span:
    return next(step.span for step in steps_of(flow, Transfer) if step.briefing_ms is not None)


def _settings(at: At) -> Changes:
    """What has to be put in before the new scenario is deployed."""
    known, places = set(settings(at.old)), _places(at.new, at.new_lines)
    for each in dict.fromkeys(settings(at.new)):
        if each not in known and not isinstance(each, (str, Data)):
            where = "among the application's secrets" if isinstance(each, Secret) else "there"
            words = f"the flow reads {setting_words(each)} now: it has to be {where}"
            yield at.now(Kind.OTHERS, words, places[each])


def _places(flow: Flow, lines: Lines) -> dict[Any, Span]:
    """By setting: what first reads it."""
    readers: list[tuple[Iterable[Any], Any]] = [
        *(((agent.api_key, agent.agent_id), agent) for agent in flow.every_agent),
        *((settings_of(target), target) for target in flow.targets),
        *((webhook.settings, webhook) for webhook in flow.webhooks),
        *(((callers.numbers,), callers) for callers in flow.callers),
    ]
    found: dict[Any, Span] = {}
    for read, reader in readers:
        for each in read:
            field = next((field for field in reader.__struct_fields__ if getattr(reader, field) == each), "")
            found.setdefault(each, lines.within(reader.span, field) or reader.span)
    return found


OF_FLOW: dict[type[Any], Aspects] = {
    Flow: (
        aspect(_name),
        changed("path", "is written in {new} (before: {old})", kind=Kind.HARMLESS),
        aspect(agents, "agent", "agents"),
        aspect(call),
        aspect(prompts),
        aspect(webhooks),
        aspect(targets, "targets", "likes"),
        aspect(actions),
        aspect(_routes),
        aspect(hours),
        aspect(_inbound),
        aspect(callers),
        aspect(outbound),
        aspect(keys),
    ),
    Route: (identity("name"), aspect(_route_steps, "steps")),
}
EVERY: dict[type[Any], Aspects] = {
    **OF_FLOW,
    **OF_ACTIONS,
    **OF_AGENTS,
    **OF_CALL,
    **OF_HOURS,
    **OF_OUTBOUND,
    Parameter: OF_PARAMETER,
    **OF_PARTS,
    **OF_STEPS,
    **OF_TARGETS,
    **OF_TEXTS,
    **OF_WEBHOOKS,
}
"""Each type of the IR whose fields are compared one by one."""
WHOLE: frozenset[type[Any]] = frozenset(
    (
        AnswerValue,
        Auth,
        CallLanguage,
        CallersNumber,
        CallingNumber,
        Choice,
        ChosenHunt,
        Data,
        DataValue,
        DialledNumber,
        Group,
        HoursState,
        KeysOf,
        Likeness,
        OpenOn,
        ParameterValue,
        Range,
        Reference,
        Secret,
        Storage,
        Text,
    )
)
"""Those that are shown as a whole, by `words`, where what they stand in is compared."""
