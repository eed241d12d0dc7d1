"""What stands around the steps of calls, for a whole file or for one: the account, the platform, webhooks, the clock.

From their values as they are written to those that are played. The names are those of what the flow reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flowc.diagnostics import quoted
from flowc.ir import Flow, Secret, Setting, Storage, settings
from flowc.language.calls import syntax
from flowc.language.calls.grammar import ACCOUNT
from flowc.language.located import Maybe, Section, Written, entries, given
from flowc.language.secrets import looks_secret
from flowc.nodes import Broken, Node, Scalar, pairs
from flowc.opening_hours import is_skipped, only_zone
from flowc.simulator.may_fail import MAY_FAIL
from flowc.source import Span
from flowc.suggest import did_you_mean, nearest
from flowc.testing.account import described, is_given
from flowc.testing.script.model import Account, WebhookDoes
from flowc.testing.script.names import Names
from flowc.testing.script.wording import as_text

THROWS, AGENTS = "throws", "agents"
_ANSWERED = 200  # the code of a webhook that does not fail


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where the account keeps something: the key for it, what an entry is called, and the names that the flow reads."""

    key: str
    what: str
    read: ReadOnly[str, None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of all calls of a file, or of one. `is_account_whole` is false if something of the account has been refused."""

    account: Account = field(default_factory=Account)
    platform: ReadOnly[str, Any] = field(default_factory=dict)
    webhooks: ReadOnly[str, WebhookDoes] = field(default_factory=dict)
    begins: datetime | None = None
    is_account_whole: bool = True


class SurroundingsReader:
    def __init__(self, flow: Flow, names: Names) -> None:
        self.flow = flow
        self.names = names
        self.problems = names.problems
        self.lacking: dict[Setting, str] = {}  # what calls need and the account does not have, with an example
        self.meant: set[str] = set()  # the names that were meant by others, of which that has been said
        read = list(settings(flow))
        storage = dict.fromkeys(sorted(one.name for one in read if isinstance(one, Storage)))
        secrets = dict.fromkeys(sorted(one.name for one in read if isinstance(one, Secret)))
        self.storage = _Kept("storage", "storage entry", storage)
        self.secrets = _Kept("secrets", "secret", secrets)

    def of(self, written: syntax.Scripts | syntax.Call, around: Surroundings) -> Surroundings:
        """What is written, on top of what there is around it."""
        account = around.account.with_(self._account(written.account))
        platform = {**around.platform, **self._platform(written.platform)}
        webhooks = {**around.webhooks, **self._webhooks(written.webhooks)}
        clock = given(written.clock)
        begins = around.begins if clock is None else self.begins(clock)
        return Surroundings(account, platform, webhooks, begins, around.is_account_whole and _is_whole(written.account))

    def _account(self, written: Maybe[syntax.Account]) -> Account:
        if written is None or isinstance(written, Broken):
            return Account()
        return Account(
            self._entries(written.storage, self.storage, self.secrets),
            self._entries(written.secrets, self.secrets, self.storage),
            tuple(number.text for number in given(written.caller_ids) or () if isinstance(number, Scalar)),
        )

    def _entries(self, written: Maybe[Section[Scalar]], kept: _Kept, other: _Kept) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in entries(written):
            if isinstance(value, Broken):
                continue
            if name.text not in kept.read and not self.problems.full:
                hint = did_you_mean(name.text, kept.read)
                if name.text in other.read:
                    hint = f"the flow reads it from the {other.key}: write it under `{other.key}`"
                self.meant.update((name.text, nearest(name.text, kept.read) or ""))
                self.problems.add(name.span, "FLOW201", f"the flow reads no {kept.what} {quoted(name.text)}", hint)
            if looks_secret(value.text):
                message = f"{quoted(name.text)} looks like a real secret"
                self.problems.add(value.span, "FLOW108", message, "write any other text: nothing is called for real")
            found[name.text] = value.text
        return found

    def needs(self, settings: ReadOnly[Setting, str], account: Account) -> None:
        """That a call cannot do without these settings, each with an example of a value."""
        for setting, example in settings.items():
            if not is_given(setting, account):
                self.lacking.setdefault(setting, example)

    def check_lacking(self, written: Maybe[syntax.Account], flow_span: Span) -> None:
        """What the account lacks, once for all calls: a call would fail with what follows from it."""
        lacking = {each: example for each, example in self.lacking.items() if _name(each) not in self.meant}
        if not lacking:
            return
        storage = {_name(each): value for each, value in lacking.items() if isinstance(each, Storage)}
        secrets = {_name(each): value for each, value in lacking.items() if isinstance(each, Secret)}
        kinds = ((self.storage, storage), (self.secrets, secrets))
        added = ", ".join(f"{kept.key}: {_typed(values)}" for kept, values in kinds if values)
        key = written.key if isinstance(written, syntax.Account) else None
        message = f"the account lacks what these calls read: {', '.join(map(described, lacking))}"
        how = f"write `account: {{{added}}}`" if key is None else f"add `{added}` here"
        hint = f'{how}; what is missing on purpose is `""`'
        self.problems.add(flow_span if key is None else key.span, "FLOW504", message, hint)

    def _platform(self, written: Maybe[syntax.Platform]) -> dict[str, Any]:
        """What is set of it, in the words of the language."""
        found: dict[str, Any] = {}
        for key, value in entries(written):
            match value:
                case Written():
                    found[key.text] = value.value
                case Section() if key.text == AGENTS:
                    found[key.text] = {name.text: how.value for name, how in self._of_agents(value)}
                case Section() if key.text == THROWS:
                    found[key.text] = {name.text: which.value for name, which in self._of_functions(value)}
                case Section():
                    found[key.text] = {name.text: does.value for name, does in self.of_storage(value)}
                case Broken():
                    pass
        return found

    def _of_agents(self, written: Section[Any]) -> list[tuple[Scalar, Written[str]]]:
        """The platform knows an agent by its ID alone."""
        known = [name for name, _ in written.entries if self.names.is_agent(name)]
        for name in known:
            its_id = self.flow.agent_named(name.text).agent_id
            same = [each.name for each in self.flow.every_agent if each.agent_id == its_id and each.name != name.text]
            if same and not self.problems.full:
                others = quoted(same[0])
                message = f"the platform cannot tell {quoted(name.text)} from {others}: they have one `agent_id`"
                self.problems.add(name.span, "FLOW504", message, "write `agent`, which is for all")
        return [(name, how) for name, how in written.entries if isinstance(how, Written) and name in known]

    def _of_functions(self, written: Section[Any]) -> list[tuple[Scalar, Written[int]]]:
        for name, _ in written.entries:
            if name.text not in MAY_FAIL and not self.problems.full:
                message = f"no scenario calls a function {quoted(name.text)} of the platform that may throw"
                self.problems.add(name.span, "FLOW201", message, did_you_mean(name.text, MAY_FAIL))
        return [(name, which) for name, which in written.entries if isinstance(which, Written)]

    def of_storage(self, written: Section[Any]) -> list[tuple[Scalar, Written[str]]]:
        """Entries that the flow reads, each with what is said of it."""
        for name, _ in written.entries:
            if name.text not in self.storage.read and not self.problems.full:
                message = f"the flow reads no storage entry {quoted(name.text)}"
                self.problems.add(name.span, "FLOW201", message, did_you_mean(name.text, self.storage.read))
        return [(name, does) for name, does in written.entries if isinstance(does, Written)]

    def _webhooks(self, written: Maybe[syntax.Webhooks]) -> dict[str, WebhookDoes]:
        found = {}
        for name, does in entries(written):
            if not self.names.is_webhook(name) or isinstance(does, Broken):
                continue
            if isinstance(does, Written):  # that it does not answer
                found[name.text] = WebhookDoes(None)
                continue
            if not does.node.entries:
                message = f"nothing is said of {quoted(name.text)}"
                self.problems.add(name.span, "FLOW105", message, "write `fails: 500`, or `after: 3s`")
            if does.fails is not None and does.answers is not None:
                message = f"{quoted(name.text)} fails, so what it answers makes no difference"
                self.problems.add(name.span, "FLOW504", message, "take `answers` out, or `fails`")
            code = _ANSWERED if does.fails is None else does.fails.value
            found[name.text] = WebhookDoes(code, does.after.value, self._answer(name, does.answers))
        return found

    def _answer(self, name: Scalar, written: Maybe[Node]) -> str:
        """What a webhook answers, which one does that is asked."""
        if written is None or isinstance(written, Broken):
            return ""
        webhook = next(each for each in self.flow.webhooks if each.name == name.text)
        if not webhook.answer and not self.problems.full:
            message = f"nobody asks {quoted(name.text)}: what it answers makes no difference"
            self.problems.add(name.span, "FLOW504", message, "take `answers` out")
        return as_text(written)

    def begins(self, node: Scalar) -> datetime | None:
        """When a call begins; None if that cannot be, which is said."""
        hours, written = self.flow.hours, node.text
        if not hours:
            message = "this flow has no `hours`, so it does not matter when a call begins"
            self.problems.add_once(node.span, "FLOW504", message, "take `clock` out")
            return None
        try:
            begins = datetime.fromisoformat(written)
        except ValueError:
            self.problems.add_once(node.span, "FLOW504", f"there is no {quoted(written)}: no such day", "correct it")
            return None
        if begins.tzinfo is not None:
            return begins
        zone = only_zone(hours)
        if zone is None:
            message = "the flow has hours in several time zones, and it is not known which of them this is in"
            self.problems.add_once(node.span, "FLOW504", message, f"write it with an offset: `{written}Z`")
            return None
        begins = begins.replace(tzinfo=zone)
        if is_skipped(begins):
            message = f"{quoted(written)} does not exist in {zone.key}: the clocks are put forward over it"
            self.problems.add_once(node.span, "FLOW504", message, "write a time before or after that")
            return None
        return begins


def _is_whole(account: Maybe[syntax.Account]) -> bool:
    """Whether nothing of an account has been refused."""
    if account is None or isinstance(account, Broken):
        return account is None
    if account.node.entries.keys() - ACCOUNT.by_key.keys():
        return False
    sections = (*entries(account.storage), *entries(account.secrets))
    return not any(isinstance(each, Broken) for _, each in (*sections, *pairs(account.node)))


def _name(setting: Setting) -> str:
    return setting if isinstance(setting, str) else setting.name


def _typed(values: ReadOnly[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {json.dumps(value)}' for name, value in values.items())}}}"
