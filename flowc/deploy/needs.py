"""What a flow goes by that stands on the platform: its secrets, its entries of ApplicationStorage, its caller IDs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from flowc.ir import Flow, PstnTarget, Secret, Storage
from flowc.ir.setting import Setting
from flowc.ir.walk import settings_of, shown


class Needs(Struct, frozen=True):
    """Each with what it is for, in words: `{"CARTESIA_API_KEY": ("the agent's key",)}`. Caller IDs are those of calls
    to the telephone network, where only a number that is rented or verified may be shown; `numbers` stand in the
    flow.
    """

    secrets: Mapping[str, tuple[str, ...]]
    storage: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, tuple[str, ...]]
    numbers_in_storage: Mapping[str, tuple[str, ...]]
    numbers_in_secrets: Mapping[str, tuple[str, ...]]

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
    return Needs(*({name: tuple(uses) for name, uses in sorted(each.items())} for each in every))


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
