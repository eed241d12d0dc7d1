"""What a flow reads from the account, and what an account of a call script gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowc.ir import Flow, Notify, PstnTarget, Secret, Setting, Storage, Target, every_step
from flowc.testing.script import Account


def value_of(setting: Setting, account: Account) -> str:
    """Empty if the account does not have it."""
    match setting:
        case str():
            return setting
        case Secret(name):
            return account.secrets.get(name, "")
        case Storage(name):
            return account.storage.get(name, "")


def number_of(target: Target, account: Account) -> str:
    """The number or the SIP address under which it is called."""
    return value_of(setting_of(target), account)


def setting_of(target: Target) -> Setting:
    return target.number if isinstance(target, PstnTarget) else target.address


def described(setting: Setting) -> str:
    if isinstance(setting, Secret):
        return f"secret `{setting.name}`"
    return f"storage entry `{setting.name}`" if isinstance(setting, Storage) else "number"


def lacking(trace: Iterable[Mapping[str, Any]], account: Account) -> tuple[str, ...]:
    """What a call has asked for and the account does not have, each once, in order. What it has as an empty text is
    missing on purpose.
    """
    found: list[str] = []
    for entry in trace:
        if entry["event"] == "secret" and not entry["found"] and entry["name"] not in account.secrets:
            found.append(described(Secret(entry["name"])))
        if entry["event"] == "storage_answer" and not entry["found"] and entry["key"] not in account.storage:
            found.append(described(Storage(entry["key"])))
    return tuple(dict.fromkeys(found))


def settings(flow: Flow) -> list[Setting]:
    """Everything that the flow reads."""
    found: list[Setting] = [flow.agent.api_key, flow.agent.agent_id]
    if flow.call.skew is not None:
        found.append(flow.call.skew)
    for target in flow.targets:
        found.append(setting_of(target))
        if target.caller_id is not None:
            found.append(target.caller_id)
    found += [step.url for step in every_step(flow) if isinstance(step, Notify)]
    return found
