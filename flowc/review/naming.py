"""Names that have changed while what they mean has not: nothing but the name is told then, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from flowc.ir import (
    Accept,
    Action,
    Agent,
    Announce,
    Call,
    CallRecording,
    Flow,
    GoTo,
    Group,
    Machine,
    Menu,
    PstnTarget,
    QueueTarget,
    ReturnToAgent,
    Say,
    SipTarget,
    Transfer,
    UserTarget,
    WhatsappTarget,
)
from flowc.review.change import Change, Kind
from flowc.review.others import told_actions, told_targets
from flowc.review.places import same
from flowc.review.words import code

PROMPTS: Mapping[type[Any], tuple[str, ...]] = {
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
TARGETS: Mapping[type[Any], tuple[str, ...]] = {Group: ("targets",), Flow: ("models",)}
ROUTES: Mapping[type[Any], tuple[str, ...]] = {GoTo: ("route",)}
"""Where a name stands, by what it names."""

MOST_COMPARED = 2500
"""Pairs of what is gone and what has come: of more, none is taken for the same under another name."""


def renamed(old: Flow, new: Flow) -> tuple[Flow, list[Change]]:
    """The old flow with the names of the new one, and what has another name."""
    found: list[Change] = []
    for of, field, words in (
        (PROMPTS, "prompts", "the prompt {old} is called {new} now, and is the same"),
        (TARGETS, "targets", "{old} is called {new} now: it is told to the agent and in the log by that name"),
        (ROUTES, "routes", "the route {old} is called {new} now, and is the same"),
    ):
        kind = Kind.BEHAVIOUR if field == "targets" else Kind.HARMLESS
        names = _names(getattr(old, field), getattr(new, field))
        if names:
            old = _with(old, names, of, field)
        spans = {each.name: each.span for each in getattr(new, field)}
        for before, now in names.items():
            found.append(Change(kind, words.format(old=code(before), new=code(now)), spans[now]))
            if field == "targets" and (told := told_targets(new)):
                found.append(Change(Kind.OTHERS, _told_so(now, before, told), spans[now]))
    found += _actions(old, new)
    return old, found


def _actions(old: Flow, new: Flow) -> Iterator[Change]:
    """To tools and scenario they are others, which `of_actions` says. Webhooks are told the name."""
    spans = {each.name: each.span for each in new.actions}
    for before, now in _names(old.actions, new.actions).items():
        if told := told_actions(new, now):
            yield Change(Kind.OTHERS, _told_so(now, before, told), spans[now])


def _told_so(now: str, before: str, told: str) -> str:
    return f"{code(now)} (before: {code(before)}) is told by that name to {told}"


def _names(old: Sequence[Any], new: Sequence[Any]) -> dict[str, str]:
    """Of what is gone and what has come, those that are the same but for the name, and the same as nothing else."""
    before, now = {each.name for each in old}, {each.name for each in new}
    gone = [each for each in old if each.name not in now]
    come = [each for each in new if each.name not in before]
    found: dict[str, str] = {}
    if len(gone) * len(come) > MOST_COMPARED:
        return found
    for each in gone:
        alike = [one for one in come if same(replace(each, name=one.name), one)]
        if len(alike) == 1 and sum(same(replace(one, name=alike[0].name), alike[0]) for one in gone) == 1:
            found[each.name] = alike[0].name
    return found


def _with(flow: Flow, names: Mapping[str, str], of: Mapping[type[Any], tuple[str, ...]], field: str) -> Flow:
    def name(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(name, value))
        return names.get(value, value) if isinstance(value, str) else value

    rewritten: Flow = _rewritten(flow, of, name)
    declared = [replace(each, name=names.get(each.name, each.name)) for each in getattr(rewritten, field)]
    return replace(rewritten, **{field: tuple(declared)})


def _rewritten(value: Any, of: Mapping[type[Any], tuple[str, ...]], name: Callable[[Any], Any]) -> Any:
    if type(value) is tuple:
        return tuple([_rewritten(each, of, name) for each in value])
    if not isinstance(value, Struct):
        return value
    here = of.get(type(value), ())
    fields = {
        field: name(getattr(value, field)) if field in here else _rewritten(getattr(value, field), of, name)
        for field in value.__struct_fields__
    }
    return replace(value, **fields)
