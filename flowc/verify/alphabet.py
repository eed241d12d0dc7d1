"""What the world can do to a flow's scenario: plain data for the search, made of the flow alone.

The search itself knows legs, agents, players, timers and look-ups. What it cannot know is what a flow tells apart:
which outcomes have a fallback of their own, which values of a parameter choose whom to ring, which actions there are.
That is listed here, and of what no step of the flow tells apart there is one of each kind.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, assert_never

from msgspec import structs

from flowc.countries import countries
from flowc.emit.contract import fingerprint
from flowc.ir import (
    OTHERWISE,
    Action,
    CallersNumber,
    ChangeLanguage,
    DialledNumber,
    Flow,
    HoursState,
    Outcome,
    Parameter,
    ParameterValue,
    PstnTarget,
    Reference,
    Reply,
    Secret,
    Setting,
    SipTarget,
    Storage,
    Target,
    Text,
    Transfer,
    UserTarget,
    WhatsappTarget,
    every_step,
    settings,
    shown,
    subjects,
)
from flowc.ir.last import kept_for_the_last
from flowc.ir.walk import HOURS
from flowc.ir.ways import Ways, parameter_of, ways_through
from flowc.opening_hours import ONE_DAY, Moment, Offsets, milliseconds, moments, offsets
from flowc.source import START

CALLER, DIALLED = "+155501234", "+155501000"
"""Who calls, and what the caller has dialled: each with two more digits, so that it is no number of the flow."""
NATIONAL_CALLER, NATIONAL = "55501234", "55501000"
"""The same over a trunk, in a flow with a country: without its national prefix."""
OTHER_CONTRACT = "0123456789abcdef"
FAR_MS = 600_000
"""A deadline so far away may be over at any instant."""
TOO_LARGE = 8193
"""Characters of a body that is refused for its length alone."""
CODES_OF: Mapping[Outcome, tuple[int, ...]] = {
    Outcome.DECLINED: (603,),
    Outcome.BUSY: (486, 600),
    Outcome.NO_ANSWER: (408,),
    Outcome.UNREACHABLE: (480,),
    Outcome.FAILED: (500, 487),
    Outcome.NOT_ALLOWED: (403, 402),
    Outcome.INVALID: (404, 410, 484),
}
"""Outcomes that a leg reports, each with its codes; the more hopeful, the earlier."""
_REPEATED = (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.MACHINE, Outcome.UNREACHABLE, Outcome.FAILED)
"""After which a target with several attempts is rung again."""
REFUSED = 403
"""The code of a caller ID that is refused: where a target has several, it makes a difference by itself."""
CONTRACT, REPLY = "X-Flowc-Contract", "X-Flowc-Reply"
"""Headers of a request: which version of the flow its tools are of, and how it wants to be answered."""
MAY_FAIL = (
    "AMD.AnsweringMachineDetector.addEventListener",
    "AMD.AnsweringMachineDetector.detect",
    "AMD.create",
    "ApplicationStorage.get",
    "Call.addEventListener",
    "Call.answer",
    "Call.clientType",
    "Call.enableBeepDetection",
    "Call.handleBlindTransfer",
    "Call.handleTones",
    "Call.hangup",
    "Call.notifyBlindTransferFailed",
    "Call.reject",
    "Call.ring",
    "Call.say",
    "Call.sendDigits",
    "Call.stopPlayback",
    "Cartesia.AgentsClient.addEventListener",
    "Cartesia.AgentsClient.clearMediaBuffer",
    "Cartesia.AgentsClient.close",
    "Cartesia.AgentsClient.custom",
    "Cartesia.AgentsClient.start",
    "Cartesia.createAgentsClient",
    "Logger.hideTones",
    "Net.httpRequestAsync",
    "PhoneNumber.getInfo",
    "Player.addEventListener",
    "Player.resume",
    "Player.sendMediaTo",
    "Player.stop",
    "VoxEngine.callPSTN",
    "VoxEngine.callSIP",
    "VoxEngine.callUser",
    "VoxEngine.callWhatsappUser",
    "VoxEngine.createTTSPlayer",
    "VoxEngine.createToneScriptPlayer",
    "VoxEngine.createURLPlayer",
    "VoxEngine.getSecretValue",
    "VoxEngine.sendMediaBetween",
    "VoxEngine.stopMediaBetween",
    "getLocalTime",
    "uuidgen",
)
"""Functions of the platform that a scenario calls, and that may throw. Not the log, the timers and the session's own
listeners, without which nothing is possible, and not `terminate`: a session that cannot be ended ends with its last
call, on the platform's own account.
"""


@dataclass(frozen=True, slots=True)
class Body:
    """A request. `token` is right, wrong or none; `cancels` and `isBackground` say what the flow says of its action.
    `isRemembered`: also where it is refused, it is remembered which version its tools are of.
    """

    name: str
    content: str
    token: str = "right"
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    cancels: bool = False
    isBackground: bool = False
    isRemembered: bool = False


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What the search takes as its world, and the account that it happens in."""

    storage: Mapping[str, str]
    secrets: Mapping[str, str]
    world: Mapping[str, Any]
    zones: Offsets
    numbering: Mapping[str, tuple[str, str]]


def alphabet(flow: Flow, posts: int) -> Alphabet:
    """`posts` is how many requests of the agent are carried out on one path."""
    storage, account_secrets = account(flow)
    empty = matters_if_empty(flow)
    actions = [body for action in flow.actions for body in _asking(action, flow, empty)]
    if actions:
        actions += _in_another_way(min(actions, key=lambda body: body.cancels), flow)
    probes = list(_refused(flow))
    world = {
        "caller": {"from": _free(CALLER, storage, flow), "to": _dialled(storage, flow), "national": _national(flow)},
        "mayBeWithheld": "call.from" in empty or any(CallersNumber() in target.caller_ids for target in flow.targets),
        "contract": fingerprint(flow),
        "posts": posts,
        "bodies": [asdict(body) for body in (*actions, *probes)],
        "actions": list(range(len(actions))),
        "probes": list(range(len(actions), len(actions) + len(probes))),
        "codes": _codes(flow, storage, account_secrets),
        "keys": _keys(flow, storage, account_secrets),
        "callersKeys": _callers_keys(flow),
        "agentsKeys": AGENTS_KEYS,
        "met": [_value(target.dialled, storage, account_secrets) for target in flow.targets if is_met_first(target)],
        "otherCodes": list(CODES_OF[Outcome.FAILED]),
        "agentEntries": [each.name for each in (flow.agent.api_key, flow.agent.agent_id) if isinstance(each, Storage)],
        "together": _rung_together(flow),
        "alike": _alike(flow),
        "silence_ms": flow.call.silence_limit_ms,
        "far_ms": min(flow.call.max_duration_ms, FAR_MS),
        "last_words_ms": flow.agent.last_words_ms,
        "secrets": _secret_values(flow, storage, account_secrets),
        "faults": list(MAY_FAIL),
        "goesByHours": sorted(set(_going_by_hours(flow))),
        "moments": [{"at": milliseconds(moment.at), "name": moment.named(flow.hours)} for moment in moments_of(flow)],
    }
    return Alphabet(storage, account_secrets, world, zones_of(flow), numbering_of(flow))


@kept_for_the_last
def moments_of(flow: Flow) -> tuple[Moment, ...]:
    """One for each way in which the flow's hours can be open and closed together."""
    return moments(flow.hours)


def _going_by_hours(flow: Flow) -> Iterator[str]:
    """What happens, by the names of the emulator's trace, that the flow's hours decide or tell: a scenario that does it
    without asking for the time is looked at in all moments, too.
    """
    headers = [entry.text for target in flow.targets if isinstance(target, SipTarget) for entry in target.headers]
    if any(target.hours for target in flow.targets) or _names_hours(headers):
        yield "dial"
    if _names_hours(entry.text for entry in flow.agent.metadata):
        yield "agent_start"
    if _names_hours(prompt.text for prompt in flow.prompts):
        yield "player"
    if _names_hours(entry.text for step in every_step(flow) if isinstance(step, Reply) for entry in step.data):
        yield "reply"
    if any(isinstance(subject, HoursState) for subject in subjects(flow)):
        yield "step"


def _names_hours(texts: Iterable[Text]) -> bool:
    return any(name.startswith(HOURS) for text in texts for name in text.references)


def zones_of(flow: Flow) -> Offsets:
    """The offsets of the zones of the flow's hours at all these moments."""
    instants = [moment.at for moment in moments_of(flow)]
    return offsets(flow.hours, min(instants) - ONE_DAY, max(instants) + ONE_DAY) if instants else {}


def numbering_of(flow: Flow) -> dict[str, tuple[str, str]]:
    """Calling code and national prefix of the flow's country, if it names one."""
    country = flow.call.country
    return {} if country is None else {country: countries()[country][1:]}


def _national(flow: Flow) -> list[str]:
    """Who calls over a trunk, and what was dialled, as people write it in the flow's country; empty without one."""
    return [f"{prefix}{number}" for _, prefix in numbering_of(flow).values() for number in (NATIONAL_CALLER, NATIONAL)]


def in_e164(flow: Flow) -> tuple[str, ...]:
    """The same two numbers with the country's calling code."""
    return tuple(
        f"+{code}{number}" for code, _ in numbering_of(flow).values() for number in (NATIONAL_CALLER, NATIONAL)
    )


def account(flow: Flow) -> tuple[dict[str, str], dict[str, str]]:
    """Storage and secrets in which every setting of the flow has a value that works, and no two have the same."""
    examples: dict[Setting, str] = {}
    for number, target in enumerate(flow.targets, start=1):
        examples.setdefault(target.dialled, _number(target, number))
        for position, setting in enumerate(shown(target)):
            examples.setdefault(setting, f"+1555010{9999 - position}")
    for number, target in enumerate(flow.targets, start=1):
        if isinstance(target, SipTarget) and target.registration is not None:
            examples.setdefault(target.registration, f"{7000 + number}")
    for number, webhook in enumerate(flow.webhooks, start=1):
        examples.setdefault(webhook.url, f"https://hook-{number}.example.com/key-{number}f3a9")
    for number, setting in enumerate(settings(flow), start=1):
        examples.setdefault(setting, f"value-{number}-b81e")
    storage = {setting.name: value for setting, value in examples.items() if isinstance(setting, Storage)}
    secrets = {setting.name: value for setting, value in examples.items() if isinstance(setting, Secret)}
    return storage, secrets


def _number(target: Target, number: int) -> str:
    match target:
        case PstnTarget():
            return f"+1555020{number:04}"
        case SipTarget():
            return f"sip:{target.name}@example.com"
        case UserTarget():
            return f"{target.name}-app"
        case WhatsappTarget():
            return f"+1555021{number:04}"
        case _:
            assert_never(target)


def _free(start: str, storage: Mapping[str, str], flow: Flow) -> str:
    """A number that begins like this and is nobody's whom the flow calls: such a one would not be rung."""
    taken = {*storage.values(), *(setting for setting in settings(flow) if isinstance(setting, str))}
    return next(number for number in (f"{start}{rest:02}" for rest in (56, *range(100))) if number not in taken)


def _dialled(storage: Mapping[str, str], flow: Flow) -> list[str]:
    """The numbers that a caller may have dialled: one that the flow does not name, and each by which it goes."""
    by = [each.by for each in ways_through(flow).decisions if each.by.subject == DialledNumber()]
    named = dict.fromkeys(arm.value for each in by for arm in each.arms if arm.value != OTHERWISE)
    return [_free(DIALLED, storage, flow), *named]


def _value(setting: Setting, storage: Mapping[str, str], secrets: Mapping[str, str]) -> str:
    match setting:
        case str():
            return setting
        case Secret(name):
            return secrets[name]
        case Storage(name):
            return storage[name]


def _secret_values(flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]) -> list[str]:
    """What must be told nobody: every secret, and the agent's key wherever it is kept. Addresses that are not secret
    may be in a log.
    """
    values = [*secrets.values(), _value(flow.agent.api_key, storage, secrets)]
    of_webhooks = (setting for webhook in flow.webhooks for setting in webhook.settings)
    values += [_value(setting, storage, secrets) for setting in of_webhooks if not isinstance(setting, str)]
    account = (target.auth for target in flow.targets if isinstance(target, SipTarget) and target.auth is not None)
    values += [_value(auth.password, storage, secrets) for auth in account]
    numbers = {_value(target.dialled, storage, secrets) for target in flow.targets}
    return sorted({value for value in values if value and value not in numbers})


# Actions


def matters_if_empty(flow: Flow) -> frozenset[str]:
    """The names that make a difference where they are empty: a text behind `or`, a header that is not sent."""
    replies = [entry.text for step in every_step(flow) if isinstance(step, Reply) for entry in step.data]
    headers = [entry.text for target in flow.targets if isinstance(target, SipTarget) for entry in target.headers]
    texts = [*(prompt.text for prompt in flow.prompts), *(entry.text for entry in flow.agent.metadata), *replies]
    references = (part for text in (*texts, *headers) for part in text.parts if isinstance(part, Reference))
    instead = (reference.name for reference in references if reference.fallback is not None)
    alone = (name for text in headers if not text.known().strip() for name in text.references)
    return frozenset((*instead, *alone))


def _asking(action: Action, flow: Flow, empty: frozenset[str]) -> Iterator[Body]:
    """An action once for all values by which it chooses, with all of its parameters; once without those that are
    optional; and once with nothing in those that may be `empty`, where that matters.
    """
    required = {each.name: _example(each) for each in action.parameters if not each.optional}
    optional = {each.name: _example(each) for each in action.parameters if each.optional}
    given = [required]
    if choices := _choices(action, ways_through(flow)):
        given = [{**required, **chosen} for chosen in choices]
        optional = {name: value for name, value in optional.items() if not any(name in each for each in choices)}
    if optional:
        given = [given[0], *({**values, **optional} for values in given)]
    hollow = {each.name: "" for each in action.parameters if each.name in empty and _may_be_empty(each)}
    if hollow:
        given = [*given, {**given[0], **hollow}]
    chosen_names = {name for each in choices for name in each}
    for values in given:
        words = "".join(f" {_word(values[name])}" for name in sorted(chosen_names & values.keys()))
        name = f"{action.name}{words}" + (" with all its parameters" if optional.keys() & values.keys() else "")
        if hollow and values is given[-1]:
            name += f", {' and '.join(hollow)} empty"
        content = json.dumps({"action": action.name, **values}, ensure_ascii=False)
        yield Body(name, content, cancels=action.cancels, isBackground=action.leaves_conversation_alone)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


MOST_COMBINED = 200
"""Requests of one action that differ in what branches go by. Beyond it each value is tried, but not each with each of
the others: what is not reached then is named.
"""


def _choices(action: Action, ways: Ways) -> list[dict[str, Any]]:
    """The values of the parameters by which branches go on the ways from an action, and of those that hold a language,
    each with each other. Those that every branch takes for `otherwise` are one; one that may be left out is left out as
    well.
    """
    told: dict[str, set[str]] = {}
    for decision in ways.decisions:
        subject = decision.by.subject
        if isinstance(subject, ParameterValue) and any(way.origins & ways.bit(action) for way in decision.ways):
            told.setdefault(subject.name, set()).update(arm.value for arm in decision.by.arms)
    for place in ways.places:
        step = place.at
        if isinstance(step, ChangeLanguage) and step.parameter is not None:
            parameter = parameter_of(action, step.parameter)
            if parameter is not None and any(way.origins & ways.bit(action) for way in place.ways):
                told.setdefault(parameter.name, set()).update(parameter.enum)
    classes: list[list[dict[str, Any]]] = []
    for name, named in told.items():
        parameter = parameter_of(action, name)
        if parameter is None:
            continue
        values: list[str] = ["true", "false"] if parameter.type == "boolean" else list(parameter.enum)
        others = [value for value in values if value not in named][:1]
        tried = [value for value in values if value in named or value in others]
        typed = [{name: value == "true" if parameter.type == "boolean" else value} for value in tried]
        classes.append([*typed, *([{}] if parameter.optional else [])])
    if not classes:
        return []
    combined: list[dict[str, Any]] = [{}]
    if math.prod(map(len, classes)) > MOST_COMBINED:
        for number in range(max(map(len, classes))):
            combined.append({key: value for each in classes for key, value in each[number % len(each)].items()})
        return combined[1:]
    for each in classes:
        combined = [{**one, **other} for one in combined for other in each]
    return combined


def _in_another_way(body: Body, flow: Flow) -> Iterator[Body]:
    """The same request by others than the flow's own tools of today."""
    if not flow.call.token_required:
        yield replace(body, name=f"{body.name} without a token", token="none")
    other = {CONTRACT: OTHER_CONTRACT}
    yield replace(body, name=f"{body.name} by tools of another version", headers=other, isRemembered=True)
    yield replace(body, name=f"{body.name}, to be answered by an event", headers={REPLY: "event"})


def _may_be_empty(parameter: Parameter) -> bool:
    is_any_text = parameter.type == "string" and not parameter.enum and not parameter.min_length
    return is_any_text and not parameter.optional  # an optional one that is empty counts as left out


def _example(parameter: Parameter) -> Any:
    if parameter.enum:
        return parameter.enum[0]
    match parameter.type:
        case "string":
            return "x" * max(parameter.min_length or 1, 1)
        case "boolean":
            return True
        case "integer" | "number":
            least = parameter.minimum if parameter.minimum is not None else min(1, parameter.maximum or 1)
            return int(least) if parameter.type == "integer" else least


def _refused(flow: Flow) -> Iterator[Body]:
    """Requests that nobody may answer with `ok`: malformed, hostile, unknown, or without the token."""
    yield Body("null", "null")
    yield Body("what is not JSON", "not json")
    yield Body("nothing", "")
    yield Body("a list", '["end_call"]')
    yield Body("no action", '{"parameters": {}}')
    yield Body("an action that is a number", '{"action": 7}')
    yield Body("an action without a name", '{"action": ""}')
    for name in ("__proto__", "constructor", "hasOwnProperty", "toString"):
        yield Body(f"the action {name}", json.dumps({"action": name}))
    yield Body("an unknown action", '{"action": "no_such_action"}')
    yield Body("too much", json.dumps({"action": "x" * TOO_LARGE}))
    for action in flow.actions:
        yield from _malformed(action)
    first = json.dumps({"action": flow.actions[0].name}) if flow.actions else "{}"
    yield Body("something with a wrong token", first, token="wrong")
    if flow.call.token_required:
        yield Body("something without a token", first, token="none")
    yield Body("something by GET", first, method="GET")
    yield Body("a request id that is too long", first, headers={"X-Flowc-Request-Id": "i" * 101})


def _malformed(action: Action) -> Iterator[Body]:
    valid = {each.name: _example(each) for each in action.parameters if not each.optional}

    def body(what: str, values: Mapping[str, Any]) -> Body:
        return Body(f"{action.name} with {what}", json.dumps({"action": action.name, **values}))

    yield body("an unknown parameter", {**valid, "no_such_parameter": 1})
    yield Body(f"{action.name} with __proto__", json.dumps({"action": action.name, **valid, "__proto__": {"x": 1}}))
    for each in action.parameters:
        if not each.optional:
            yield body(f"no {each.name}", {name: value for name, value in valid.items() if name != each.name})
            yield body(f"{each.name} null", {**valid, each.name: None})
        yield body(f"{each.name} of a wrong type", {**valid, each.name: {"a": []}})
        if each.enum and "__proto__" not in each.enum:
            yield body(f"{each.name} __proto__", {**valid, each.name: "__proto__"})
        elif each.type == "string" and each.max_length is not None:
            yield body(f"{each.name} too long", {**valid, each.name: "x" * (each.max_length + 1)})
        if each.type == "string" and not each.enum and (each.min_length or 0) > 1:
            yield body(f"{each.name} too short", {**valid, each.name: "x" * ((each.min_length or 0) - 1)})
        if each.type in ("integer", "number"):
            yield body(f"{each.name} that no number can hold", {**valid, each.name: 10**17})
            if each.minimum is not None:
                yield body(f"{each.name} too small", {**valid, each.name: int(each.minimum) - 1})
            if each.maximum is not None:
                yield body(f"{each.name} too large", {**valid, each.name: int(each.maximum) + 1})
        if each.type == "integer":
            yield body(f"{each.name} that is no whole number", {**valid, each.name: _example(each) + 0.5})


# Legs


def _codes(flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, list[int]]:
    """For each number, all codes of the outcomes that some transfer to it tells apart, and one for all others. Where
    others are rung as well, whose outcome counts is a matter of which is the more hopeful: then it is one for those
    that are more hopeful than all that are told apart, one for those that are less, and so on between.
    """
    named: dict[str, set[Outcome]] = {}
    hunted: set[str] = set()
    repeated: set[str] = set()
    refusing = {_value(each.dialled, storage, secrets) for each in flow.targets if len(each.caller_ids) > 1}
    for transfer in _transfers(flow):
        outcomes = {each.outcome for each in transfer.fallback if each.outcome is not None} | set(transfer.stop_on)
        again = {name for group in transfer.groups() if group.attempts > 1 for name in group.targets}
        for target in transfer.targets():
            number = _value(flow.target(target).dialled, storage, secrets)
            named.setdefault(number, set()).update(outcomes)
            if transfer.most_rung > 1:
                hunted.add(number)
            if target in again:
                repeated.add(number)
    found = {}
    for number, outcomes in named.items():
        told = [code for outcome, codes in CODES_OF.items() if outcome in outcomes for code in codes]
        others = [each[-1] for each in _between(outcomes, number in repeated)]
        if number not in hunted:
            others = others[-1:]
        codes = [*told, *(CODES_OF[other][0] for other in others)]
        found[number] = [*codes, *(code for code in (REFUSED,) if number in refusing and code not in codes)]
    return found


KEYS = "1234567890*#"
AGENTS_KEYS = ("1", "#")
"""What the caller keys in for the agent, and what ends it."""


def is_met_first(target: Target) -> bool:
    """Whether something comes between its answer and the caller."""
    return bool(target.accept or target.whisper or target.digits or target.machine)


def _keys(flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, list[str]]:
    """For each number at which keys are waited for: those that are told apart there, and another one."""
    found: dict[str, list[str]] = {}
    for target in flow.targets:
        if target.accept is not None:
            keys = found.setdefault(_value(target.dialled, storage, secrets), [])
            named = [each for each in (target.accept.key, target.accept.decline) if each in tuple(KEYS)]
            keys += [key for key in [*named, next(key for key in KEYS if key not in named)] if key not in keys]
    return found


def _callers_keys(flow: Flow) -> list[str]:
    """The keys by which the caller stops the ringing, and another one."""
    keys = list(dict.fromkeys(step.cancel for step in _transfers(flow) if step.cancel is not None))
    return [*keys, *[key for key in KEYS if key not in keys][:1]]


def _between(named: Collection[Outcome], is_repeated: bool) -> list[list[Outcome]]:
    """The outcomes of a leg that are not named, in the order of hope, in parts between those that are; and, where a
    target is rung again, between those after which it is and after which it is not.
    """
    parts: list[list[Outcome]] = [[]]
    for outcome in Outcome:  # in the order of hope: what is told apart may be no leg's, as `closed`
        if outcome in named:
            parts.append([])
        elif outcome in CODES_OF:
            if is_repeated and parts[-1] and (outcome in _REPEATED) != (parts[-1][-1] in _REPEATED):
                parts.append([])
            parts[-1].append(outcome)
    return [part for part in parts if part]


def _transfers(flow: Flow) -> Iterable[Transfer]:
    return (step for step in every_step(flow) if isinstance(step, Transfer))


def _rung_together(flow: Flow) -> int:
    """How many people may be called at once."""
    sizes = (len(group.targets) for transfer in _transfers(flow) for group in transfer.groups())
    return max(sizes, default=0)


def _but_for_the_number(target: Target) -> Target:
    """Whatever a target has besides its name and where it is rung."""
    plain = structs.replace(target, name="", span=START)
    if isinstance(plain, PstnTarget | WhatsappTarget):
        return structs.replace(plain, number="")
    if isinstance(plain, UserTarget):
        return structs.replace(plain, user="")
    headers = tuple(structs.replace(header, span=START) for header in plain.headers)
    return structs.replace(plain, address="", headers=headers)


def _alike(flow: Flow) -> dict[str, int]:
    """The numbers of targets that ring together and differ in nothing but their number, each with the number of its
    class. Whatever is written of one of a class is written of all: where one is rung, all are, in the same group. So a
    call in which one of them does something is the same, but for the names, as one in which another does.
    """
    groups = [group for transfer in _transfers(flow) for group in transfer.groups()]
    classes: dict[object, list[str]] = {}
    for target in flow.targets:
        number = target.dialled
        is_kept_by_name = len(target.caller_ids) > 1  # in what a call remembers
        shows_stored = any(isinstance(each, Storage) for each in target.caller_ids)
        if isinstance(number, str) and not shows_stored and not is_kept_by_name:
            where = tuple(index for index, group in enumerate(groups) if target.name in group.targets)
            classes.setdefault((type(target), _but_for_the_number(target), where), []).append(number)
    alike = [numbers for numbers in classes.values() if len(set(numbers)) > 1]
    numbered = {number: index for index, numbers in enumerate(alike) for number in numbers}
    together = {flow.target(name).dialled for group in groups if len(group.targets) > 1 for name in group.targets}
    return {number: index for number, index in numbered.items() if number in together}
