"""What a flow reads from its account, made up: nobody has to have an account to talk."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import assert_never

from flowc.diagnostics import quoted
from flowc.discovery import SourceError
from flowc.ir import (
    Data,
    Flow,
    PstnTarget,
    QueueTarget,
    Secret,
    Setting,
    SipTarget,
    Storage,
    UserTarget,
    WhatsappTarget,
    settings,
    shown,
)
from flowc.suggest import did_you_mean
from flowc.testing.account import value_of
from flowc.testing.example import example
from flowc.testing.script.model import Account, WebhookDoes


def account_of(flow: Flow, given: Mapping[str, str]) -> tuple[Account, tuple[str, ...]]:
    """Values for everything that the flow reads, and which of them are made up, by name.

    `given` are values by name. Raises SourceError for a name that the flow does not read.
    """
    read = {one.name: None for one in settings(flow) if not isinstance(one, str | Data)}
    for name in given:
        if name not in read:
            hint = did_you_mean(name, read)
            raise SourceError(f"the flow reads no setting {quoted(name)}" + (f" ({hint})" if hint else ""))
    storage: dict[str, str] = {}
    secrets: dict[str, str] = {}
    for setting, value in _made_up(flow):
        if isinstance(setting, Storage):
            storage.setdefault(setting.name, given.get(setting.name, value))
        elif isinstance(setting, Secret):
            secrets.setdefault(setting.name, given.get(setting.name, value))
    return Account(storage, secrets), tuple(name for name in {**secrets, **storage} if name not in given)


def answers_of(flow: Flow, account: Account) -> dict[str, WebhookDoes]:
    """What webhooks answer that are asked, made up, by their address: the first of all that is right."""
    found: dict[str, WebhookDoes] = {}
    for webhook in flow.webhooks:
        if webhook.answer:
            values = {field.name: example(field) for field in webhook.answer}
            does = WebhookDoes(text=json.dumps(values, ensure_ascii=False))
            found.setdefault(value_of(webhook.url, account), does)
    return found


def _made_up(flow: Flow) -> Iterator[tuple[Setting, str]]:
    """A value of the right form for everything that is read; every number is another one."""
    for agent in flow.every_agent:
        yield agent.api_key, "made-up-key"
        yield agent.agent_id, "made-up-agent" if agent is flow.agent else f"made-up-agent-{agent.name}"
    taken = {target.dialled for target in flow.targets}
    numbers = (number for each in itertools.count(1) if (number := f"+1555020{each:04}") not in taken)
    for target in flow.targets:
        match target:
            case PstnTarget():
                yield target.dialled, next(numbers)
            case SipTarget():
                yield target.dialled, f"sip:{target.name}@made-up.example"
            case UserTarget():
                yield target.dialled, f"{target.name}-app"
            case WhatsappTarget():
                yield target.dialled, next(numbers)
            case QueueTarget():
                yield target.dialled, f"{target.name}-queue"
            case _:
                assert_never(target)
    for target in flow.targets:
        for setting in shown(target):
            yield setting, next(numbers)
        if isinstance(target, SipTarget):
            for setting in target.account:
                yield setting, "1" if setting == target.registration else "made-up-account"
    for callers in flow.callers:
        if not isinstance(callers.numbers, tuple):
            yield callers.numbers, next(numbers)
    for webhook in flow.webhooks:
        if not isinstance(webhook.url, str):
            yield webhook.url, f"https://made-up.example/{webhook.url.name}"
        for header in webhook.headers:
            yield header.value, "made-up-header"
        if webhook.sign is not None:
            yield webhook.sign, "made-up-key"
