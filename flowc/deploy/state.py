"""A flow held against an application of an account: what it will miss there, and the steps that mend that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from msgspec import Struct

from flowc.checks.platform_limits import LARGEST_UPLOAD
from flowc.deploy.account import RUNTIME, Account, RoutingRule, Scenario, digest
from flowc.deploy.needs import TITLES, Needs, Thing

LONGEST_NAME = 29  # characters of a scenario's name: "less than 30" (AddScenario)
LONGEST_VALUE = 8192  # characters of a secret's value (AddSecret)
SOON = 7
"""Days: what ends within them is told."""

_SECRET = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


class StepKind(StrEnum):
    """The writing calls of the Management API, each by what it does."""

    ADD_SECRET = "add_secret"
    ADD_SCENARIO = "add_scenario"
    CHANGE_SCENARIO = "change_scenario"
    ADD_RULE = "add_rule"
    BIND_SCENARIO = "bind_scenario"


class Step(Struct, frozen=True):
    """`name` is of the secret, the scenario or the rule; `about` says it in words, `id` is of what exists already.
    `pattern` is that of a rule that is added.
    """

    kind: StepKind
    name: str
    about: str
    id: int | None = None
    pattern: str = ""

    @property
    def changes_calls(self) -> bool:
        """Whether calls run otherwise from then on, or begin to."""
        return self.kind is not StepKind.ADD_SECRET


class Finding(Struct, frozen=True):
    """A sentence of what a flow would miss, and one of what to do. `step`: carrying that out mends it. `stops`:
    nothing can be deployed before somebody has mended it. `is_note`: it is worth knowing, and nothing is missed.
    """

    code: str
    message: str
    help: str
    step: Step | None = None
    stops: bool = False
    is_note: bool = False


class State(Struct, frozen=True):
    """`scenario` is the flow's own on the account, if it is there; `is_reached`: it is on the flow's rule already."""

    flow: str
    application: str
    rule: str
    scenario: Scenario | None
    is_reached: bool
    findings: tuple[Finding, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """In the order in which they are carried out: what a call needs is there before calls can need it."""
        steps = (finding.step for finding in self.findings if finding.step is not None)
        return tuple(sorted(steps, key=lambda step: list(StepKind).index(step.kind)))

    @property
    def missed(self) -> tuple[Finding, ...]:
        """What no step mends."""
        return tuple(each for each in self.findings if each.step is None and not each.is_note)

    @property
    def stops(self) -> bool:
        return any(finding.stops for finding in self.findings)


def state(
    flow: str,
    text: str,
    needs: Needs,
    account: Account,
    rule: str,
    environment: Mapping[str, str],
    now: datetime,
    pattern: str = "",
) -> State:
    """`text` is the generated scenario; `pattern` is that of the rule, if it may be added; `environment` has values of
    secrets that may be added, by their names, and nothing of it gets into what is found but those names.
    """
    bound = next((each for each in account.rules if each.name == rule), None)
    own = _own(account.scenarios, flow, bound)
    findings = [
        *_secrets(needs, account, environment),
        *_storage(needs, account, now),
        *_numbers(needs, account, now.date()),
        *_scenario(flow, text, account, own),
        *_rule(flow, account, own, rule, bound, pattern),
        *_inbound(account, rule, bound),
        *_not_looked_at(needs),
    ]
    is_reached = own is not None and bound is not None and own.id in bound.scenarios
    return State(flow, account.application, rule, own, is_reached, tuple(findings))


def _own(scenarios: Iterable[Scenario], name: str, rule: RoutingRule | None) -> Scenario | None:
    """The application's own; or one that lies elsewhere and is on the rule already: that of no other application."""
    bound = () if rule is None else rule.scenarios
    mine = [each for each in scenarios if each.name == name and (not each.is_elsewhere or each.id in bound)]
    return min(mine, key=lambda each: (each.id not in bound, each.is_elsewhere, each.id), default=None)


# Settings


def _secrets(needs: Needs, account: Account, environment: Mapping[str, str]) -> Iterator[Finding]:
    for name, uses in needs.secrets.items():
        if name in account.secrets:
            continue
        missing = f"the secret {name} is missing ({', '.join(uses)})"
        if _SECRET.fullmatch(name) is None:
            advice = "rename it in the flow: a letter first, and at most 64 letters, digits and `_`"
            yield Finding("secret", f"{missing}, and cannot have that name", advice, stops=True)
            continue
        value = environment.get(name)
        by_hand = f"add it in the control panel, or put its value into the environment as {name} for `flowc deploy`"
        if not value:
            yield Finding("secret", missing, by_hand)
        elif len(value) > LONGEST_VALUE:
            long = f"{missing}, and its value in the environment is longer than {LONGEST_VALUE} characters"
            yield Finding("secret", long, "the platform takes no longer one", stops=True)
        else:
            step = Step(StepKind.ADD_SECRET, name, f"add the secret {name}, with its value from the environment")
            yield Finding("secret", missing, by_hand, step)


def _storage(needs: Needs, account: Account, now: datetime) -> Iterator[Finding]:
    entries = {entry.key: entry for entry in account.storage}
    for name, uses in needs.storage.items():
        used = f"({', '.join(uses)})"
        entry = entries.get(name)
        if entry is None:
            advice = "add it in the control panel or by SetKeyValueItem; it lasts for 90 days at most"
            yield Finding("storage", f"the entry {name} of ApplicationStorage is missing {used}", advice)
            continue
        ends = _instant(entry.expires_at)
        if ends is not None and ends <= now + timedelta(days=SOON):
            when = f"{'has expired' if ends <= now else 'expires'} on {ends.date()}"
            advice = "write it again; a secret does not expire"
            yield Finding("storage", f"the entry {name} of ApplicationStorage {when} {used}", advice)


def _instant(seconds: int | None) -> datetime | None:
    """0 and less are no instants: of an entry that does not expire."""
    if seconds is None or seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


# Caller IDs


def _numbers(needs: Needs, account: Account, today: date) -> Iterator[Finding]:
    for number, uses in needs.numbers.items():
        yield from _shown(number, f"the caller ID {number} ({', '.join(uses)})", account, today)
    for name, uses in needs.numbers_in_storage.items():
        what = f"the caller ID in the entry {name} of ApplicationStorage ({', '.join(uses)})"
        if name not in {entry.key for entry in account.storage}:
            continue  # which is told as an entry
        if name not in account.shown:
            why = "is also something else in this flow, so its value is not looked at"
            yield Finding("caller_id", f"{what} {why}", _VERIFY, is_note=True)
        elif (number_there := account.shown[name]) is None:
            advice = "write a number as +15550100000, or its digits"
            yield Finding("caller_id", f"{what} is no telephone number", advice)
        else:
            yield from _shown(number_there, f"{what}, {number_there},", account, today)
    for name, uses in needs.numbers_in_secrets.items():
        why = "is a secret, whose value is not looked at"
        yield Finding("caller_id", f"the caller ID {name} ({', '.join(uses)}) {why}", _VERIFY, is_note=True)


_VERIFY = "it must be rented from Voximplant, or verified there: see to it by hand"


def _shown(number: str, what: str, account: Account, today: date) -> Iterator[Finding]:
    digits = _digits(number)
    if any(_digits(each.number) == digits and each.works for each in account.rented):
        return
    verified = [each for each in account.caller_ids if _digits(each.number) == digits]
    if not verified:
        gone = any(_digits(each.number) == digits for each in account.rented)
        message = "is rented, but frozen or cancelled" if gone else "is neither rented nor verified"
        yield Finding("caller_id", f"{what} {message}", "calls that show it fail: rent it, or verify it (Caller IDs)")
        return
    if not any(each.is_active for each in verified):
        advice = "enter the code of the verification call (Caller IDs)"
        yield Finding("caller_id", f"{what} is not verified yet", advice)
        return
    ends = max((each.verified_until or "9999-12-31" for each in verified if each.is_active), default="9999-12-31")
    if ends < str(today + timedelta(days=SOON)):
        over = "ended" if ends < str(today) else "ends"
        advice = "calls that show it fail from then on: verify it again (Caller IDs)"
        yield Finding("caller_id", f"{what}: its verification {over} on {ends}", advice)


def _digits(number: str) -> str:
    return "".join(each for each in number if each.isdigit())


# The scenario, and its rule


def _scenario(flow: str, text: str, account: Account, own: Scenario | None) -> Iterator[Finding]:
    if len(flow) > LONGEST_NAME:
        long = f"the name {flow} is too long for a scenario: at most {LONGEST_NAME} characters"
        yield Finding("scenario", long, "rename the flow", stops=True)
    size = len(text.encode("utf-8", "surrogatepass"))
    if size >= LARGEST_UPLOAD:
        large = f"the scenario has {size // 1024} KiB, and the Management API says that it takes less than 128"
        advice = "VoxEngine takes 256: if the API refuses it, use the control panel"
        yield Finding("scenario", large, advice, is_note=True)
    if own is not None and own.is_elsewhere:
        shared = f"the scenario {flow} on the rule is not the application's, but in the Shared folder"
        advice = "rules of other applications may have it too, and get what is changed"
        yield Finding("scenario", shared, advice, is_note=True)
    elif own is None and any(each.name == flow for each in account.scenarios):
        taken = f"there is a scenario {flow} in the Shared folder, or in another application"
        advice = "names are unique in an account: rename it there, or bind it to the rule if it is this one"
        yield Finding("scenario", taken, advice, stops=True)
        return
    for other in account.scenarios:
        if other.name != flow and other.name.lower() == flow.lower():
            advice = "names that differ in their case alone count as the same: rename it"
            yield Finding("scenario", f"there is a scenario {other.name}", advice, stops=True)
    if own is None:
        lines = len(text.splitlines())
        add = Step(StepKind.ADD_SCENARIO, flow, f"add the scenario {flow}, {lines} lines")
        yield Finding("scenario", f"the scenario {flow} is not there", _DEPLOY, add)
    elif own.digest != digest(text):
        if not own.is_generated:
            foreign = f"the scenario {flow} on the account was not generated by flowc, or has lost its first line"
            yield Finding("scenario", foreign, "rename it there, or delete it", stops=True)
            return
        if own.is_edited:
            edited = f"the runtime of the scenario {flow} was edited on the account, and that would be lost"
            yield Finding("scenario", edited, "see what it is; `flowc deploy --anyway` replaces it")
        difference = "" if own.text is None else f", {_difference(own.text, text)}"
        change = Step(StepKind.CHANGE_SCENARIO, flow, f"change the scenario {flow}{difference}", own.id)
        yield Finding("scenario", f"the scenario {flow} is not what the flow says", _DEPLOY, change)


_DEPLOY = "`flowc deploy` does that"


def _difference(old: str, new: str) -> str:
    """`lines: 12 added, 3 removed; its runtime is the same`."""
    before, after = (text.replace("\r\n", "\n").rstrip().split("\n") for text in (old, new))
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    runtimes = [found[1] if (found := RUNTIME.search(text)) else None for text in (old, new)]
    kept = "the same" if runtimes[0] == runtimes[1] else "another"
    return f"lines: {len(after) - same} added, {len(before) - same} removed; its runtime is {kept}"


def _rule(
    flow: str, account: Account, own: Scenario | None, name: str, rule: RoutingRule | None, pattern: str
) -> Iterator[Finding]:
    if rule is None:
        yield from _new_rule(flow, account, name, pattern)
        return
    others = [
        f"{each} ({of})" for each, of in zip(rule.scenarios, rule.names, strict=True) if own is None or each != own.id
    ]
    if others:
        message = f"the rule {name} has another scenario: {', '.join(others)}"
        advice = f"scenarios of one rule run in one context, and would clash: take it off the rule, for {flow} alone"
        yield Finding("rule", message, advice, stops=True)
    if own is None or own.id not in rule.scenarios:
        bind = Step(StepKind.BIND_SCENARIO, name, f"bind the scenario {flow} to the rule {name}", rule.id)
        yield Finding("rule", f"the scenario {flow} is not on the rule {name}", _DEPLOY, bind)


def _new_rule(flow: str, account: Account, name: str, pattern: str) -> Iterator[Finding]:
    """Which numbers it is for nobody can guess: a wrong pattern takes the calls of others."""
    there = ", ".join(each.name for each in account.rules) or "none"
    missing = f"the application {account.application} has no rule {name} (there are: {there})"
    if not pattern:
        advice = (
            "create it in the control panel, for the numbers of this flow; or write down what they look like, for"
            f' `flowc deploy`: `patterns = {{{flow} = "15550100000"}}` in [tool.flowc.deploy]'
        )
        yield Finding("rule", missing, advice, stops=True)
        return
    about = f"add the rule {name} for {pattern}, with the scenario {flow}"
    yield Finding("rule", missing, _DEPLOY, Step(StepKind.ADD_RULE, name, about, pattern=pattern))
    if account.rules:
        behind = f"which of the rules {there} and {name} takes a call that several match is decided by their order"
        yield Finding("rule", behind, f"look at it in the control panel once {name} is there", is_note=True)


def _not_looked_at(needs: Needs) -> Iterator[Finding]:
    """All else that the flow goes by there; which numbers lead to the rule has been told."""
    for thing, names in needs.others.items():
        if thing is not Thing.NUMBER:
            told = "; ".join(f"{name} ({', '.join(uses)})" for name, uses in names.items())
            message = f"not looked at: {TITLES[thing]}: {told}"
            yield Finding(str(thing), message, "it must be there: see to it by hand", is_note=True)


def _inbound(account: Account, name: str, rule: RoutingRule | None) -> Iterator[Finding]:
    if rule is None:
        return
    here = [each for each in account.rented if each.works and each.application == account.application_id]
    if not here:
        message = f"no number that the account rents leads to the application {account.application}"
        yield Finding("number", message, "callers reach it only by what else leads there, as SIP", is_note=True)
    elif not any(each.rule in (rule.id, None) for each in here):
        message = f"all numbers of the application are bound to other rules than {name}"
        yield Finding("number", message, "bind one to this rule, or to none: then its pattern decides", is_note=True)
