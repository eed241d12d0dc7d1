"""What the world can do to a flow's scenario: plain data for the search, made of the flow alone.

The search itself knows legs, agents, players, timers and look-ups. What it cannot know is what a flow tells apart:
which outcomes have a fallback of their own, which values of a parameter choose whom to ring, which actions there are.
That is listed here, and of what no step of the flow tells apart there is one of each kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, assert_never

from flowc.emit.contract import fingerprint
from flowc.ir import (
    Action,
    Choice,
    Flow,
    Outcome,
    Parameter,
    PstnTarget,
    Reply,
    Secret,
    Setting,
    SipTarget,
    Storage,
    Target,
    Text,
    Transfer,
    every_step,
    settings,
    steps_within,
    webhooks,
)
from flowc.ir.last import kept_for_the_last
from flowc.ir.walk import HOURS
from flowc.opening_hours import ONE_DAY, Moment, Offsets, milliseconds, moments, offsets

CALLER, DIALLED = "+155501234", "+155501000"
"""Who calls, and what the caller has dialled: each with two more digits, so that it is no number of the flow."""
OTHER_CONTRACT = "0123456789abcdef"
FAR_MS = 600_000
"""A deadline so far away may be over at any instant."""
TOO_LARGE = 8193
"""Characters of a body that is refused for its length alone."""
CODES_OF: Mapping[Outcome, tuple[int, ...]] = {
    Outcome.BUSY: (486, 600),
    Outcome.NO_ANSWER: (408,),
    Outcome.DECLINED: (603,),
    Outcome.UNREACHABLE: (480,),
    Outcome.INVALID: (404, 410, 484),
    Outcome.NOT_ALLOWED: (403, 402),
    Outcome.CANCELLED: (487,),
    Outcome.FAILED: (500,),
}
"""Outcomes that a leg reports, each with its codes."""
CONTRACT, REPLY = "X-Flowc-Contract", "X-Flowc-Reply"
"""Headers of a request: which version of the flow its tools are of, and how it wants to be answered."""
MAY_FAIL = (
    "ApplicationStorage.get",
    "Call.addEventListener",
    "Call.answer",
    "Call.clientType",
    "Call.hangup",
    "Call.reject",
    "Call.ring",
    "Cartesia.AgentsClient.addEventListener",
    "Cartesia.AgentsClient.clearMediaBuffer",
    "Cartesia.AgentsClient.close",
    "Cartesia.AgentsClient.custom",
    "Cartesia.AgentsClient.start",
    "Cartesia.createAgentsClient",
    "Net.httpRequestAsync",
    "Player.addEventListener",
    "Player.sendMediaTo",
    "Player.stop",
    "VoxEngine.callPSTN",
    "VoxEngine.callSIP",
    "VoxEngine.createTTSPlayer",
    "VoxEngine.createToneScriptPlayer",
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


def alphabet(flow: Flow, posts: int) -> Alphabet:
    """`posts` is how many requests of the agent are carried out on one path."""
    storage, account_secrets = account(flow)
    actions = [body for action in flow.actions for body in _asking(action)]
    if actions:
        actions += _in_another_way(min(actions, key=lambda body: body.cancels), flow)
    probes = list(_refused(flow))
    world = {
        "caller": {"from": _free(CALLER, storage, flow), "to": _free(DIALLED, storage, flow)},
        "contract": fingerprint(flow),
        "posts": posts,
        "bodies": [asdict(body) for body in (*actions, *probes)],
        "actions": list(range(len(actions))),
        "probes": list(range(len(actions), len(actions) + len(probes))),
        "codes": _codes(flow, storage, account_secrets),
        "otherCodes": list(CODES_OF[Outcome.FAILED]),
        "agentEntries": [each.name for each in (flow.agent.api_key, flow.agent.agent_id) if isinstance(each, Storage)],
        "together": _rung_together(flow),
        "far_ms": min(flow.call.max_duration_ms, FAR_MS),
        "last_words_ms": flow.agent.last_words_ms,
        "secrets": _secret_values(flow, storage, account_secrets),
        "faults": list(MAY_FAIL),
        "goesByHours": list(_going_by_hours(flow)),
        "moments": [{"at": milliseconds(moment.at), "name": moment.named(flow.hours)} for moment in moments_of(flow)],
    }
    return Alphabet(storage, account_secrets, world, zones_of(flow))


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


def _names_hours(texts: Iterable[Text]) -> bool:
    return any(name.startswith(HOURS) for text in texts for name in text.references)


def zones_of(flow: Flow) -> Offsets:
    """The offsets of the zones of the flow's hours at all these moments."""
    instants = [moment.at for moment in moments_of(flow)]
    return offsets(flow.hours, min(instants) - ONE_DAY, max(instants) + ONE_DAY) if instants else {}


def account(flow: Flow) -> tuple[dict[str, str], dict[str, str]]:
    """Storage and secrets in which every setting of the flow has a value that works, and no two have the same."""
    examples: dict[Setting, str] = {}
    for number, target in enumerate(flow.targets, start=1):
        examples.setdefault(target.dialled, _number(target, number))
        if target.caller_id is not None:
            examples.setdefault(target.caller_id, "+15550109999")
    for number, webhook in enumerate(webhooks(flow), start=1):
        examples.setdefault(webhook, f"https://hook-{number}.example.com/key-{number}f3a9")
    if flow.call.skew is not None:
        examples.setdefault(flow.call.skew, "https://skew.example.com/key-7c21")
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
        case _:
            assert_never(target)


def _free(start: str, storage: Mapping[str, str], flow: Flow) -> str:
    """A number that begins like this and is nobody's whom the flow calls: such a one would not be rung."""
    taken = {*storage.values(), *(setting for setting in settings(flow) if isinstance(setting, str))}
    return next(number for number in (f"{start}{rest:02}" for rest in (56, *range(100))) if number not in taken)


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
    values += [_value(webhook, storage, secrets) for webhook in webhooks(flow) if not isinstance(webhook, str)]
    numbers = {_value(target.dialled, storage, secrets) for target in flow.targets}
    return sorted({value for value in values if value and value not in numbers})


# Actions


def _asking(action: Action) -> Iterator[Body]:
    """An action once for each value by which it chooses whom to ring, with all of its parameters; and once without
    those that are optional.
    """
    required = {each.name: _example(each) for each in action.parameters if not each.optional}
    chosen = _chosen(action)
    given = [required]
    if chosen is not None:
        given = [{**required, chosen.parameter: value} for value, _ in chosen.hunts]
    optional = {each.name: _example(each) for each in action.parameters if each.optional}
    if optional:
        given = [given[0], *({**values, **optional} for values in given)]
    for values in given:
        words = f" {values[chosen.parameter]}" if chosen is not None else ""
        name = f"{action.name}{words}" + (" with all its parameters" if len(values) > len(required) else "")
        content = json.dumps({"action": action.name, **values}, ensure_ascii=False)
        yield Body(name, content, cancels=action.cancels, isBackground=action.leaves_conversation_alone)


def _in_another_way(body: Body, flow: Flow) -> Iterator[Body]:
    """The same request by others than the flow's own tools of today."""
    if not flow.call.token_required:
        yield replace(body, name=f"{body.name} without a token", token="none")
    other = {CONTRACT: OTHER_CONTRACT}
    yield replace(body, name=f"{body.name} by tools of another version", headers=other, isRemembered=True)
    yield replace(body, name=f"{body.name}, to be answered by an event", headers={REPLY: "event"})


def _chosen(action: Action) -> Choice | None:
    found = (step.to for step in steps_within(action.do) if isinstance(step, Transfer))
    return next((to for to in found if isinstance(to, Choice)), None)


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
    """For each number, all codes of the outcomes that some transfer to it tells apart, and one for all others."""
    named: dict[str, set[Outcome]] = {}
    for transfer in _transfers(flow):
        outcomes = {each.outcome for each in transfer.fallback if each.outcome is not None}
        for target in {name for hunt in transfer.hunts() for group in hunt for name in group.targets}:
            number = _value(flow.target(target).dialled, storage, secrets)
            named.setdefault(number, set()).update(outcomes)
    found = {}
    for number, outcomes in named.items():
        told = [code for outcome, codes in CODES_OF.items() if outcome in outcomes for code in codes]
        other = next((outcome for outcome in reversed(list(CODES_OF)) if outcome not in outcomes), None)
        found[number] = [*told, *([CODES_OF[other][0]] if other is not None else [])]
    return found


def _transfers(flow: Flow) -> Iterable[Transfer]:
    return (step for step in every_step(flow) if isinstance(step, Transfer))


def _rung_together(flow: Flow) -> int:
    """How many people may be called at once."""
    sizes = (len(group.targets) for transfer in _transfers(flow) for hunt in transfer.hunts() for group in hunt)
    return max(sizes, default=0)
