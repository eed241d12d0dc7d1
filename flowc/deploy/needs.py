"""What a flow goes by that stands on the platform: secrets, entries of ApplicationStorage and caller IDs, which are
looked for on an account; and what somebody has to look after there (`Thing`), as queues and users.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from flowc.ir import (
    CallersNumber,
    Flow,
    PstnTarget,
    QueueTarget,
    Secret,
    SipTarget,
    Storage,
    UserTarget,
    WhatsappTarget,
)
from flowc.ir.setting import Data, Setting
from flowc.ir.walk import settings_of, shown


class Thing(StrEnum):
    """What stands on an account beside its settings, by its key in the document of `--needs`."""

    QUEUE = "queues"
    SKILL = "skills"
    USER = "users"
    PUSH = "push"
    REGISTRATION = "registrations"
    WHATSAPP = "whatsapp_numbers"
    NUMBER = "rented_numbers"
    KEY = "service_accounts"


TITLES: Mapping[Thing, str] = {
    Thing.QUEUE: "queues of SmartQueue",
    Thing.SKILL: "skills, of agents who are in the queues",
    Thing.USER: "users of the application",
    Thing.PUSH: "certificates of the application to wake the apps of these users (push)",
    Thing.REGISTRATION: "SIP registrations, by their id",
    Thing.WHATSAPP: "numbers of a WhatsApp Business account, with calls switched on",
    Thing.NUMBER: "rented numbers",
    Thing.KEY: "service accounts with a key",
}


class Needs(Struct, frozen=True):
    """Each with what it is for, in words: `{"CARTESIA_API_KEY": ("the agent's key",)}`. Caller IDs are those of calls
    to the telephone network, where only a number that is rented or verified may be shown; `numbers` stand in the
    flow. Of the others the name is that of the thing, or says where that stands, or what it has to be able to do.
    """

    secrets: Mapping[str, tuple[str, ...]]
    storage: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, tuple[str, ...]]
    numbers_in_storage: Mapping[str, tuple[str, ...]]
    numbers_in_secrets: Mapping[str, tuple[str, ...]]
    others: Mapping[Thing, Mapping[str, tuple[str, ...]]]

    @property
    def readable(self) -> tuple[str, ...]:
        """Entries of ApplicationStorage that are caller IDs and nothing else: only their values are looked at."""
        return tuple(
            name for name, uses in self.numbers_in_storage.items() if len(uses) == len(self.storage.get(name, ()))
        )


def needs(flow: Flow) -> Needs:
    found: dict[type, dict[str, list[str]]] = {Secret: {}, Storage: {}}
    for setting, use in _uses(flow):
        if isinstance(setting, Secret | Storage):
            _add(found[type(setting)], setting.name, use)
    numbers: dict[str, list[str]] = {}
    elsewhere: dict[type, dict[str, list[str]]] = {Secret: {}, Storage: {}}
    for target in flow.targets:
        if isinstance(target, PstnTarget):
            for setting in shown(target):
                if isinstance(setting, str):
                    _add(numbers, setting, _of(target.name))
                elif isinstance(setting, Secret | Storage):
                    _add(elsewhere[type(setting)], setting.name, _of(target.name))
    every = (found[Secret], found[Storage], numbers, elsewhere[Storage], elsewhere[Secret])
    others: dict[Thing, dict[str, list[str]]] = {thing: {} for thing in Thing}
    for thing, name, use in _others(flow):
        _add(others[thing], name, use)
    known = {thing: _sorted(each) for thing, each in others.items() if each}
    secrets, storage, *shown_in = map(_sorted, every)
    return Needs(secrets, storage, shown_in[0], shown_in[1], shown_in[2], known)


def _sorted(found: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(uses) for name, uses in sorted(found.items())}


def _others(flow: Flow) -> Iterator[tuple[Thing, str, str]]:
    """Each thing, what it is called, and what it is for."""
    if flow.outbound is None or not flow.outbound.alone:
        yield Thing.NUMBER, "one that leads to the rule", "calls that come in"
    if flow.outbound is not None:
        yield Thing.KEY, "one that may start scenarios, or a call list", "calls that are placed"
    if flow.call.recording is not None and flow.call.recording.is_secure:
        yield Thing.KEY, "one that may load recordings", f"webhook `{flow.call.recording.notify}`"
    for target in flow.targets:
        use = _of(target.name)
        if any(isinstance(each, CallersNumber) for each in target.caller_ids) and isinstance(target, PstnTarget):
            yield Thing.NUMBER, "one that leads to the rule", f"{use}, to which the caller's number is shown"
        if isinstance(target, QueueTarget):
            yield Thing.QUEUE, _named(target.queue), use
            yield from ((Thing.SKILL, skill, use) for skill in target.skills)
        elif isinstance(target, UserTarget):
            yield Thing.USER, _named(target.user), use
            if target.push_ms is not None:
                yield Thing.PUSH, _named(target.user), use
        elif isinstance(target, SipTarget) and target.registration is not None:
            yield Thing.REGISTRATION, _named(target.registration), use
        elif isinstance(target, WhatsappTarget):
            yield from ((Thing.WHATSAPP, _named(each), use) for each in shown(target))


def _named(setting: Setting) -> str:
    match setting:
        case Secret(name):
            return f"the one in the secret {name}"
        case Storage(name):
            return f"the one in the entry {name} of ApplicationStorage"
        case Data(name):
            return f"the one in `{name}` of what the call is started with"
    return setting


class OfFlow(Struct, frozen=True):
    """What one of a project's flows needs; `rule` is empty where the settings name none."""

    flow: str
    path: str
    rule: str
    needs: Needs


class Wanted(Struct, frozen=True):
    """One thing that has to stand on the account, and what each flow needs it for."""

    name: str
    uses: Mapping[str, tuple[str, ...]]


class CallerIds(Struct, frozen=True):
    """Numbers that have to be rented or verified: as they stand in flows, and those whose number stands elsewhere."""

    numbers: tuple[Wanted, ...]
    in_storage: tuple[Wanted, ...]
    in_secrets: tuple[Wanted, ...]


class ProjectNeeds(Struct, frozen=True):
    """Of all flows of a project together, each thing once. `application` is empty where the settings name none."""

    application: str
    flows: tuple[OfFlow, ...]

    @property
    def secrets(self) -> tuple[Wanted, ...]:
        return self._wanted(lambda each: each.secrets)

    @property
    def storage(self) -> tuple[Wanted, ...]:
        return self._wanted(lambda each: each.storage)

    @property
    def caller_ids(self) -> CallerIds:
        return CallerIds(
            self._wanted(lambda each: each.numbers),
            self._wanted(lambda each: each.numbers_in_storage),
            self._wanted(lambda each: each.numbers_in_secrets),
        )

    @property
    def others(self) -> Mapping[Thing, tuple[Wanted, ...]]:
        def of(thing: Thing) -> Callable[[Needs], Mapping[str, tuple[str, ...]]]:
            return lambda each: each.others.get(thing, {})

        return {thing: self._wanted(of(thing)) for thing in Thing}

    def _wanted(self, of: Callable[[Needs], Mapping[str, tuple[str, ...]]]) -> tuple[Wanted, ...]:
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for each in self.flows:
            for name, uses in of(each.needs).items():
                found.setdefault(name, {})[each.flow] = uses
        return tuple(Wanted(name, uses) for name, uses in sorted(found.items()))


def _of(target: str) -> str:
    return f"target `{target}`"


def _add(found: dict[str, list[str]], name: str, use: str) -> None:
    uses = found.setdefault(name, [])
    if use not in uses:
        uses.append(use)


def _uses(flow: Flow) -> Iterator[tuple[Setting, str]]:
    """Every setting, as `flowc.ir.walk.settings`, with what it is for."""
    for agent in flow.every_agent:
        name = "the agent" if agent is flow.agent else f"agent `{agent.name}`"
        yield agent.api_key, f"the key of {name}"
        yield agent.agent_id, f"the id of {name}"
    for target in flow.targets:
        yield from ((setting, _of(target.name)) for setting in settings_of(target))
    for webhook in flow.webhooks:
        yield from ((setting, f"webhook `{webhook.name}`") for setting in webhook.settings)
    for callers in flow.callers:
        if not isinstance(callers.numbers, tuple):
            yield callers.numbers, f"callers `{callers.name}`"
