"""What a flow reads from the account, and what an account of a call script gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from msgspec import Struct, structs

from flowc.ir import (
    Data,
    Flow,
    PstnTarget,
    QueueTarget,
    Secret,
    Setting,
    SipTarget,
    Storage,
    Target,
    UserTarget,
    WhatsappTarget,
    shown,
)
from flowc.simulator.trace import TraceEvent
from flowc.testing.script.model import Account, AtOnce, Expect, Step


def value_of(setting: Setting, account: Account) -> str:
    """Empty if the account does not have it."""
    match setting:
        case str():
            return setting
        case Secret(name):
            return account.secrets.get(name, "")
        case Storage(name):
            return account.storage.get(name, "")
        case Data():
            return ""  # that of a call, which is none of the account's


def agents_of(flow: Flow, account: Account) -> dict[str, tuple[str, ...]]:
    """The API keys by the IDs of the agents that they start."""
    found: dict[str, tuple[str, ...]] = {}
    for agent in flow.every_agent:
        number, key = value_of(agent.agent_id, account), value_of(agent.api_key, account)
        found[number] = (*found.get(number, ()), key)
    return found


def number_of(target: Target, account: Account) -> str:
    """The number or the SIP address under which it is called."""
    return value_of(target.dialled, account)


def described(setting: Setting) -> str:
    if isinstance(setting, Secret):
        return f"secret `{setting.name}`"
    return f"storage entry `{setting.name}`" if isinstance(setting, Storage) else "number"


def not_found(trace: Iterable[TraceEvent]) -> set[Setting]:
    """What a call has asked for in vain."""
    found: set[Setting] = set()
    for entry in trace:
        if entry["event"] == "secret" and not entry["found"]:
            found.add(Secret(entry["name"]))
        if entry["event"] == "storage_answer" and not entry["found"]:
            found.add(Storage(entry["key"]))
    return found


def needed(flow: Flow, targets: Mapping[str, Target], steps: Iterable[Step]) -> dict[Setting, str]:
    """What a call cannot do without, with an example of a value: what starts the agent, and what calls the targets that
    its steps name. `targets` are those of the flow by name: a file may have many calls, and a flow many targets.
    """
    own = [setting for agent in flow.every_agent for setting in (agent.api_key, agent.agent_id)]
    found: dict[Setting, str] = dict.fromkeys(own, "any text")
    names = {name for step in steps for event in step.events for name in named(event)}
    called = sorted((targets[name] for name in names if name in targets), key=lambda target: target.span)
    for number, target in enumerate(called, start=1):
        found.setdefault(target.dialled, _example(target, number))
        for setting in shown(target):
            found.setdefault(setting, "+15550109999")
        if isinstance(target, SipTarget):
            for setting in target.account:
                found.setdefault(setting, "1" if setting == target.registration else "any text")
    return {setting: example for setting, example in found.items() if not isinstance(setting, str | Data)}


def _example(target: Target, number: int) -> str:
    """Something under which it could be called."""
    match target:
        case PstnTarget():
            return f"+1555010{number:04}"
        case SipTarget():
            return f"sip:{target.name}@example.com"
        case UserTarget():
            return f"{target.name}-app"
        case WhatsappTarget():
            return f"+1555011{number:04}"
        case QueueTarget():
            return target.name
        case _:
            assert_never(target)


def named(event: object) -> Iterable[str]:
    """The words of an event that may be names of targets."""
    if isinstance(event, AtOnce):
        return [name for each in event.events for name in named(each)]
    if isinstance(event, Expect):
        return [name for one in event.all for name in _words(one.wanted)]
    target = getattr(event, "target", None)
    return [target] if isinstance(target, str) else []


def _words(wanted: Any) -> list[str]:
    """All texts in what is expected, and the names of what is there."""
    if isinstance(wanted, Struct):
        return [word for value in structs.astuple(wanted) for word in _words(value)]
    if isinstance(wanted, Mapping):
        return [*map(str, wanted), *(word for value in wanted.values() for word in _words(value))]
    if isinstance(wanted, list | tuple):
        return [word for value in wanted for word in _words(value)]
    return [wanted] if isinstance(wanted, str) else []


def missing(setting: Setting, account: Account) -> str:
    """What the account has instead of a value: no such setting, or an empty text; empty if it has one."""
    if value_of(setting, account):
        return ""
    return f"{'an empty' if is_given(setting, account) else 'no'} {described(setting)}"


def is_given(setting: Setting, account: Account) -> bool:
    """Also as an empty text: that is missing on purpose."""
    given = account.secrets if isinstance(setting, Secret) else account.storage
    return isinstance(setting, str) or setting.name in given
