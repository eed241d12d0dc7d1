"""Names that have changed while what they mean has not: nothing but the name is told then, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from flowc.ir import (
    Accept,
    Action,
    Agent,
    Announce,
    AnswerValue,
    Ask,
    Branch,
    Call,
    CallingNumber,
    CallRecording,
    Choice,
    Flow,
    GoTo,
    Group,
    HoursState,
    Likeness,
    Machine,
    Menu,
    Notify,
    PstnTarget,
    QueueTarget,
    Reference,
    ReturnToAgent,
    Say,
    SipTarget,
    StartAgent,
    TakeMessage,
    Transfer,
    UserTarget,
    WhatsappTarget,
    steps_of,
)
from flowc.review.change import Change, Kind
from flowc.review.matching import Named, Reaches, in_place_of, other_names, other_uses, rung, with_name
from flowc.review.of_actions import REFUSED
from flowc.review.others import told_actions, told_menus, told_targets
from flowc.review.places import same
from flowc.review.words import code, codes
from flowc.source import Span

Name = Callable[[Any], Any]
Places = Mapping[type[Any], tuple[str, ...] | Callable[[Any, Name], Any]]
"""By type the fields that are names; or what makes of a value the same with other names."""
HOURS_IN_A_TEXT = "hours."

PROMPTS: Places = {
    Say: ("prompt",),
    Accept: ("prompt",),
    Machine: ("message",),
    Announce: ("prompt",),
    Action: ("say",),
    Agent: ("meanwhile",),
    CallRecording: ("say",),
    Call: ("warning",),
    ReturnToAgent: ("prompt",),
    Menu: ("prompt",),
    Transfer: ("ringing", "warning", "gone"),
    **dict.fromkeys((PstnTarget, SipTarget, UserTarget, WhatsappTarget, QueueTarget), ("whisper",)),
}
TARGETS: Places = {Group: ("targets",), Likeness: ("name", "model")}
ROUTES: Places = {GoTo: ("route",)}
WEBHOOKS: Places = {
    **dict.fromkeys((Notify, Ask, TakeMessage, AnswerValue), ("webhook",)),
    Call: ("skew", "report"),
    CallRecording: ("notify",),
    Reference: lambda value, name: replace(value, name=_first_part(value.name, name)),
}
HOURS: Places = {
    **dict.fromkeys((PstnTarget, SipTarget, UserTarget, WhatsappTarget, QueueTarget, HoursState), ("hours",)),
    Reference: lambda value, name: replace(value, name=_second_part(value.name, HOURS_IN_A_TEXT, name)),
}
CALLERS: Places = dict.fromkeys((Branch, Choice), lambda value, name: _arms(value, name))
AGENTS: Places = {StartAgent: ("agent",)}
"""Where a name stands, by what it names."""


class Kept(Struct, frozen=True):
    """What may have another name and mean the same: where it is declared, where its name stands, and what is said of
    it; `unchanged` behind that, if nothing else of it has changed. `by_use`: what was changed as well is known by where
    it is used.
    """

    field: str
    places: Places
    words: str
    kind: Kind = Kind.HARMLESS
    reaches: Reaches | None = None
    named: Named = with_name
    unchanged: str = ""
    by_use: bool = False


def _agent_named(agent: Agent, name: str) -> Agent:
    """What follows it is called after it in the log."""

    def called(way: str) -> str:
        return (
            f"agent {name}{way.removeprefix(f'agent {agent.name}')}" if way.startswith(f"agent {agent.name} ") else way
        )

    idle = None if agent.idle is None else replace(agent.idle, way=called(agent.idle.way))
    return replace(agent, name=name, way=called(agent.way), idle=idle)


_IS_THE_SAME = ", and is the same"
EVERY_KIND = (
    Kept("hours", HOURS, "the hours {old} are called {new} now", unchanged=", and are the same", by_use=True),
    Kept(
        "callers",
        CALLERS,
        "the callers {old} are called {new} now",
        reaches=lambda each: each.numbers,
        unchanged=", and are the same",
    ),
    Kept(
        "webhooks",
        WEBHOOKS,
        "the webhook {old} is called {new} now",
        reaches=lambda each: each.url,
        unchanged=_IS_THE_SAME,
    ),
    Kept("prompts", PROMPTS, "the prompt {old} is called {new} now", unchanged=_IS_THE_SAME),
    Kept(
        "targets",
        TARGETS,
        "{old} is called {new} now: it is told to the agent and in the log by that name",
        Kind.BEHAVIOUR,
        lambda each: (type(each), each.dialled),
    ),
    Kept(
        "agents",
        AGENTS,
        "the agent {old} is called {new} now: its tools are told so, and so is an agent that it hands the caller to",
        Kind.BEHAVIOUR,
        lambda each: each.agent_id,
        _agent_named,
    ),
    Kept("routes", ROUTES, "the route {old} is called {new} now", unchanged=_IS_THE_SAME, by_use=True),
)


def webhooks_renamed(old: Flow, new: Flow) -> dict[str, str]:
    """What the webhooks of the old flow are called now that have another name."""
    [kept] = (each for each in EVERY_KIND if each.field == "webhooks")
    return other_names(old.webhooks, new.webhooks, kept.named, kept.reaches)


def renamed(old: Flow, new: Flow) -> tuple[Flow, list[Change]]:
    """The old flow with the names of the new one, and what has another name."""
    found: list[Change] = []
    told, menus = told_targets(new), _menus(old)
    for kept in EVERY_KIND:
        names = other_names(getattr(old, kept.field), getattr(new, kept.field), kept.named, kept.reaches)
        if kept.by_use and {*_declared(old, kept)} != {*_declared(new, kept)}:
            names |= other_uses(_uses(old, kept), _uses(new, kept), names)
        changed = {each.name: each for each in getattr(old, kept.field)}
        instead = in_place_of(old, new, names) if kept.field == "targets" else {}
        if names or instead:
            old = _with(old, {**names, **instead}, kept)
        now = {each.name: each for each in getattr(new, kept.field)}
        for before, name in names.items():
            words = kept.words.format(old=code(before), new=code(name))
            words += kept.unchanged if same(kept.named(changed[before], name), now[name]) else ""
            found.append(Change(kept.kind, words, now[name].span))
        for before, name in instead.items():
            words = (
                f"{code(name)} is in the place of {code(before)}: it is told to the agent and in the log by that name"
            )
            found.append(Change(Kind.BEHAVIOUR, words, now[name].span))
        if kept.field == "targets" and told:
            for before, name in (*names.items(), *instead.items()):
                found.append(Change(Kind.OTHERS, _told_so(name, code(before), told), now[name].span))
            found += _other_targets(old, new, told)
        if kept.field == "prompts":
            found += _other_menus(menus, names, new)
        if kept.field == "agents" and names:
            found += _taken_for_the_first(names, new)
    found += _actions(old, new)
    return old, found


def _other_targets(old: Flow, new: Flow, told: str) -> Iterator[Change]:
    """Some are rung no more, and others have come, nobody knows in whose place: others are told by their names."""
    before, now = rung(old), rung(new)
    gone = [each.name for each in old.targets if each.name in before and each.name not in now]
    for each in new.targets:
        if gone and each.name in now and each.name not in before:
            words = f"{code(each.name)} is rung now, and {codes(gone)} no more: told by name to {told}"
            yield Change(Kind.OTHERS, words, each.span)


def _menus(flow: Flow) -> dict[str, Span]:
    """By their prompts, each at the first."""
    return {step.prompt: step.span for step in reversed(steps_of(flow, Menu))}


def _other_menus(before: Mapping[str, Span], names: Mapping[str, str], new: Flow) -> Iterator[Change]:
    """What the caller has chosen is told by the prompt of the menu."""
    told, now = told_menus(new), _menus(new)
    moved = {other: one for one, other in names.items() if one in before and other in now}
    gone = [each for each in before if each not in now]
    for each in now if told else ():
        if each in moved or (gone and each not in before):
            earlier = code(moved[each]) if each in moved else codes(gone)
            yield Change(Kind.OTHERS, _told_so(each, earlier, told), now[each])


def _taken_for_the_first(names: Mapping[str, str], new: Flow) -> Iterator[Change]:
    """Tools take an agent that they do not know for the first."""
    first, *_ = new.every_agent
    for before, name in names.items():
        agent = new.agent_named(name)
        others = [each for each in first.actions if each not in agent.actions]
        if others:
            words = f"take it for {code(first.name)}, and offer {codes(others)}, refused as {REFUSED}"
            yield Change(Kind.OLD_TOOLS, f"the agent {code(name)} was {code(before)}: old tools {words}", agent.span)
            words = f"which an old scenario starts, is {code(name)} now: new tools {words}"
            yield Change(Kind.OLD_SCENARIO, f"the agent {code(before)}, {words}", agent.span)


def _actions(old: Flow, new: Flow) -> Iterator[Change]:
    """To tools and scenario they are others, which `of_actions` says. Webhooks are told the name."""
    spans = {each.name: each.span for each in new.actions}
    for before, now in other_names(old.actions, new.actions).items():
        if told := told_actions(new, now):
            yield Change(Kind.OTHERS, _told_so(now, code(before), told), spans[now])


def _told_so(now: str, before: str, told: str) -> str:
    return f"{code(now)} (before: {before}) is told by that name to {told}"


# Names in the places where they stand


def _first_part(written: str, name: Name) -> str:
    first, dot, rest = written.partition(".")
    return f"{name(first)}.{rest}" if dot else written


def _second_part(written: str, first: str, name: Name) -> str:
    return f"{first}{name(written.removeprefix(first))}" if written.startswith(first) else written


def _arms(by: Branch | Choice, name: Name) -> Branch | Choice:
    if not isinstance(by.subject, CallingNumber):
        return by
    return replace(by, arms=tuple([replace(arm, value=name(arm.value)) for arm in by.arms]))


def _with(flow: Flow, names: Mapping[str, str], kept: Kept) -> Flow:
    def name(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(name, value))
        return names.get(value, value) if isinstance(value, str) else value

    rewritten: Flow = _rewritten(flow, kept.places, name)
    declared = [kept.named(each, names.get(each.name, each.name)) for each in getattr(rewritten, kept.field)]
    return replace(rewritten, **{kept.field: tuple(declared)})


def _declared(flow: Flow, kept: Kept) -> list[str]:
    return [each.name for each in getattr(flow, kept.field)]


def _uses(flow: Flow, kept: Kept) -> dict[str, set[tuple[Any, ...]]]:
    """By the names of what is declared the places where each stands."""
    found: dict[str, set[tuple[Any, ...]]] = {name: set() for name in _declared(flow, kept)}

    def look(value: Any, way: tuple[Any, ...]) -> None:
        def name(value: Any) -> Any:
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, str) and each in found:
                    found[each].add(way)
            return value

        if type(value) is tuple:
            for number, each in enumerate(value):
                is_named = not isinstance(each, Reference)  # what it names is what is looked for
                look(each, (*way, getattr(each, "name", number) if is_named else number))
        if not isinstance(value, Struct):
            return
        here = kept.places.get(type(value), ())
        if callable(here):
            here(value, name)
            here = ()
        for field in value.__struct_fields__:
            if field in here:
                name(getattr(value, field))
            else:
                look(getattr(value, field), (*way, field))

    look(flow, ())
    return found


def _rewritten(value: Any, places: Places, name: Name) -> Any:
    if type(value) is tuple:
        return tuple([_rewritten(each, places, name) for each in value])
    if not isinstance(value, Struct):
        return value
    here = places.get(type(value), ())
    if callable(here):
        value, here = here(value, name), ()
    fields = {
        field: name(getattr(value, field)) if field in here else _rewritten(getattr(value, field), places, name)
        for field in value.__struct_fields__
    }
    return replace(value, **fields)
