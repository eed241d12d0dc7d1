"""What the world can do to a flow's scenario: plain data for the search, made of the flow alone.

The search itself knows legs, agents, players, timers and look-ups. What it cannot know is what a flow tells apart:
which outcomes have a fallback of their own, which values of a parameter choose whom to ring, which actions there are.
That is listed here, and of what no step of the flow tells apart there is one of each kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, product
from typing import Any, assert_never

from msgspec import Struct, structs
from msgspec.structs import asdict

from flowc.countries import countries
from flowc.emit.contract import fingerprint
from flowc.ir import (
    OTHERWISE,
    Ask,
    CallersNumber,
    CallingNumber,
    Data,
    DataValue,
    DialledNumber,
    Flow,
    HoursState,
    Menu,
    Outcome,
    Parameter,
    PstnTarget,
    QueueTarget,
    Reply,
    Retry,
    Secret,
    Setting,
    SipTarget,
    Storage,
    TakeMessage,
    Target,
    Text,
    Transfer,
    UserTarget,
    WhatsappTarget,
    every_step,
    never_told,
    queue_in_texts,
    settings,
    shown,
    shown_by_nature,
    steps_of,
    subjects,
)
from flowc.ir.introduction import actions_of_its_own, introduces
from flowc.ir.last import kept_for_the_last
from flowc.ir.walk import HOURS
from flowc.ir.ways import ways_through
from flowc.language.calls.events import BY_CALL_LIST
from flowc.opening_hours import ONE_DAY, Edge, Moment, Offsets, edges, milliseconds, moments, offsets
from flowc.simulator.may_fail import MAY_FAIL
from flowc.source import START
from flowc.testing.account import described
from flowc.testing.judge.conversations import REMARKS
from flowc.verify.kept import encoded, of_the_log
from flowc.verify.lengths import SPOKEN, lengths
from flowc.verify.oracle.wording import Value
from flowc.verify.passive import DISTANT, LONGEST_TIME
from flowc.verify.requests import (
    HOSTILE,
    LONGEST_TRIED,
    as_json,
    asking,
    at_work,
    giving_up,
    in_another_way,
    known_again,
    matters_if_empty,
    nearly_answers,
    of_equal_length,
    refused,
    right_answers,
    sensitive_texts,
    trials,
    wrong_answers,
)

CALLER, DIALLED = "+155501234", "+155501000"
"""Who calls, and what the caller has dialled: each with two more digits, so that it is no number of the flow."""
NATIONAL_CALLER, NATIONAL = "55501234", "55501000"
"""The same over a trunk, in a flow with a country: without its national prefix."""
WITHHELD_AS: Mapping[str, tuple[str, ...]] = {
    "pstn": ("", "Anonymous", "private", "RESTRICTED", "unavailable", "Unknown", "withheld"),
    "sip": ("sip:anonymous@anonymous.invalid", "Anonymous"),
}
"""How else a number comes that is withheld, by what the call comes over."""
MOST_DATA = 200
"""Bytes of the data that a call is started with."""
CALLED = "+15550229000"
"""The number that a call is started with."""
FAR_MS = 600_000
"""A deadline so far away may be over at any instant."""
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
CODES_OF_QUEUES: Mapping[Outcome, tuple[int, ...]] = {
    Outcome.BUSY: (1005,),
    Outcome.NO_ANSWER: (1004, 1001, 1002),
    Outcome.UNREACHABLE: (1003, 1006),
    Outcome.FAILED: (500, 1100),
}
"""The same of queues; the first of `failed` comes as an error."""
_LEAST_HOPEFUL = list(CODES_OF)[-1]
_REPEATED = (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.MACHINE, Outcome.UNREACHABLE, Outcome.FAILED)
"""After which a target with several attempts is rung again."""
KNOWS_NO_REFER = 405
"""One of the codes of a trunk that hands nobody over."""
REFUSED = 403
"""The code of a caller ID that is refused: where a target has several, it makes a difference by itself."""


PLACES: tuple[Mapping[str, int], ...] = (
    {"position": 3, "ewt": 61_000, "code": 200},
    {"position": 0, "ewt": 0, "code": 501},
)
"""What a queue says of the caller's place: the first may be 0, and how long it takes may not be known (501)."""


class Alphabet(Struct, frozen=True):
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
    actions = [body for action in flow.actions for body in asking(action, flow, empty)]
    actions += [body for action in actions_of_its_own(flow) for body in asking(action, flow, empty)]
    actions += [*giving_up(flow), *at_work(flow)]
    if flow.actions:
        actions += in_another_way(min(actions, key=lambda body: body.cancels), flow)
    probes = list(refused(flow))
    others = _others(storage, account_secrets, flow)
    nearly = list(trials(flow, actions))
    twins = list(map(of_equal_length, actions))
    first_trial = len(actions) + len(probes) + len(twins)
    texts, asked, nearly_asked = _answers(flow, storage, account_secrets, empty)
    sensitive = sensitive_texts(flow)
    told_nobody = _secret_values(flow, storage, account_secrets)
    in_other_words = encoded(told_nobody)
    caller = _free(CALLER, storage, flow)
    world = {
        "caller": {
            "from": caller,
            "others": [*others, *_near(others, storage, account_secrets, flow)],
            "named": len(others),
            "to": _dialled(storage, flow),
            "national": _national(flow),
        },
        "started": {"by": BY_CALL_LIST} if steps_of(flow, Retry) else {},
        "starts": list(map(as_text, starts(flow))),
        "withheldAs": WITHHELD_AS,
        "comesOverSip": _shows_callers(flow) and CallingNumber() not in set(subjects(flow)),
        "mayBeWithheld": "call.from" in empty or _goes_by_number(flow),
        "contract": fingerprint(flow),
        "posts": posts,
        "texts": texts,
        "asked": asked,
        "askedOnce": nearly_asked,
        "bodies": [asdict(body) for body in (*actions, *probes, *twins, *(each.body for each in nearly))],
        "actions": list(range(len(actions))),
        "probes": list(range(len(actions), len(actions) + len(probes))),
        "twins": list(range(len(actions) + len(probes), first_trial)),
        "trials": [{"body": first_trial + number, "like": each.like} for number, each in enumerate(nearly)],
        "codes": _codes(flow, storage, account_secrets),
        "everyCode": _every_code(flow, storage, account_secrets),
        "outcomeCodes": _outcome_codes(flow, storage, account_secrets),
        "hope": [[codes[0], *CODES_OF_QUEUES.get(outcome, ())[:1]] for outcome, codes in CODES_OF.items()],
        "leastHopeful": str(_LEAST_HOPEFUL),
        "referCodes": _refer_codes(flow, storage, account_secrets),
        "everyRefusal": [*chain(*CODES_OF.values())],
        "keys": _keys(flow, storage, account_secrets),
        "callersKeys": _callers_keys(flow),
        "lateKeys": _late_keys(flow),
        "agentsKeys": _agents_keys(flow),
        "keyedIn": _keyed_in(flow),
        "ownKeys": [each.key for each in flow.keys],
        "met": [
            _value(target.dialled, storage, account_secrets)
            for target in flow.targets
            if is_met_first(target) or target.name in _briefed(flow)
        ],
        "introduces": introduces(flow),
        "tellsGone": any(step.gone for step in _transfers(flow)),
        "otherCodes": list(CODES_OF[Outcome.FAILED]),
        "agentEntries": _agent_entries(flow),
        "together": _rung_together(flow),
        "alike": _alike(flow),
        "silence_ms": flow.call.silence_limit_ms,
        "menu_ms": max((step.within_ms for step in every_step(flow) if isinstance(step, Menu)), default=0),
        "places": list(PLACES) if queue_in_texts(flow) else [],
        "distant": list(DISTANT),
        "longest": LONGEST_TIME,
        "remarks": list(REMARKS),
        "far_ms": FAR_MS,
        "lengths": lengths(flow),
        "spoken": SPOKEN,
        "last_words_ms": min((agent.last_words_ms for agent in flow.every_agent), default=0),
        "secrets": [*told_nobody, *in_other_words],
        "sensitive": sensitive,
        "neededSecrets": _needed_secrets(flow),
        "kept": of_the_log(
            flow, [*told_nobody, *in_other_words], sensitive, [caller, *others, *_national(flow)[:1]], texts
        ),
        "shown": sorted(_value(each, storage, account_secrets) for each in shown_by_nature(flow)),
        "faults": list(MAY_FAIL),
        "goesByHours": sorted(set(_going_by_hours(flow))),
        "moments": [*_moments(flow)],
    }
    return Alphabet(storage, account_secrets, world, zones_of(flow), numbering_of(flow))


def called_there(flow: Flow, world: Alphabet, leg: str) -> list[Target]:
    """Who is called where a leg goes to, as traces have it."""
    placed = () if flow.outbound is None else flow.outbound.targets
    return [
        target
        for target in flow.targets
        if leg == f"leg:{_value(target.dialled, world.storage, world.secrets)}"
        or (leg == "caller" and target.name in placed)
    ]


def addresses(flow: Flow, world: Alphabet) -> list[str]:
    """Where the targets are called."""
    return addresses_in(flow, world.storage, world.secrets)


def addresses_in(flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]) -> list[str]:
    return [_value(target.dialled, storage, secrets) for target in flow.targets]


def starts(flow: Flow) -> list[dict[str, Value] | str]:
    """The data that a call is started with: each value by which something chooses, with all there may be; as few as
    there may be; and what is not right. Texts are as long as the platform hands over all of it.
    """
    found: list[dict[str, Value] | str] = []
    for longest in (LONGEST_TRIED, len(HOSTILE), 1) if flow.outbound is not None else ():
        found = _starts(flow, longest)
        if all(len(as_text(each).encode()) <= MOST_DATA for each in found):
            break
    return found


def as_text(data: Mapping[str, Value] | str) -> str:
    """As the platform has the data that a call is started with."""
    return data if isinstance(data, str) else as_json(data)


def _starts(flow: Flow, longest: int) -> list[dict[str, Value] | str]:
    outbound = flow.outbound
    assert outbound is not None
    called = [flow.target(name).dialled for name in outbound.targets]
    whole: dict[str, Value] = {each.name: known_again(each, longest=longest) for each in outbound.data}
    numbers = dict.fromkeys(each.name for each in called if isinstance(each, Data))
    whole.update(zip(numbers, (f"{CALLED[:-1]}{number}" for number in range(len(numbers))), strict=True))
    required = {each.name: whole[each.name] for each in outbound.data if not each.optional}
    chosen = {subject.name for subject in subjects(flow) if isinstance(subject, DataValue)}
    values = [[(each.name, value) for value in _choices(each)] for each in outbound.data if each.name in chosen]
    listed = {**whole, "more": "from a call list"}
    right: list[dict[str, Value] | str] = [{**listed, **dict(each)} for each in product(*values)]
    if required != whole:
        right.append(required)
    wrong = "[]" if not required else as_json({**whole, next(iter(required)): []})
    return [*right, wrong, ""]


def _choices(datum: Parameter) -> tuple[Value, ...]:
    """All that it may be, where something goes by it."""
    return (True, False) if datum.type == "boolean" else datum.enum


def _answers(
    flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str], empty: frozenset[str]
) -> tuple[list[str], dict[str, list[int]], dict[str, list[int]]]:
    """What webhooks may answer that are asked; which of it at each address; and which is tried there once."""
    texts: list[str] = []
    asked: dict[str, list[int]] = {}
    once: dict[str, list[int]] = {}
    names = {step.webhook for step in every_step(flow) if isinstance(step, Ask)}
    for webhook in flow.webhooks:
        if webhook.name in names:
            url = _value(webhook.url, storage, secrets)
            everywhere = [*right_answers(webhook, flow, empty), *wrong_answers(webhook)]
            for own, numbers in ((everywhere, asked), (list(nearly_answers(webhook)), once)):
                numbers.setdefault(url, []).extend(range(len(texts), len(texts) + len(own)))
                texts += own
    return texts, asked, once


@kept_for_the_last
def ways_of_hours(flow: Flow) -> tuple[Moment, ...]:
    """One for each way in which the flow's hours can be open and closed together."""
    return moments(flow.hours)


@kept_for_the_last
def _edges(flow: Flow) -> tuple[Edge, ...]:
    return edges(flow.hours)


def moments_of(flow: Flow) -> tuple[Moment, ...]:
    """By their numbers: those, and behind them where hours may be read wrongly, which lead where others do."""
    return (*ways_of_hours(flow), *(edge.moment for edge in _edges(flow)))


def _moments(flow: Flow) -> Iterator[dict[str, Any]]:
    """As the search takes them; `of` are the hours of which one is an edge."""
    for moment in ways_of_hours(flow):
        yield {"at": milliseconds(moment.at), "name": moment.named(flow.hours)}
    for edge in _edges(flow):
        yield {"at": milliseconds(edge.moment.at), "name": edge.named(flow.hours), "of": sorted(edge.of)}


def _agent_entries(flow: Flow) -> list[str]:
    """What of the storage an agent cannot be connected without."""
    own = [setting for agent in flow.every_agent for setting in (agent.api_key, agent.agent_id)]
    return list(dict.fromkeys(each.name for each in own if isinstance(each, Storage)))


def _needed_secrets(flow: Flow) -> list[str]:
    """What an agent cannot be connected without, and a target not be called over SIP."""
    own = [setting for agent in flow.every_agent for setting in (agent.api_key, agent.agent_id)]
    own += [setting for target in flow.targets if isinstance(target, SipTarget) for setting in target.account]
    return list(dict.fromkeys(each.name for each in own if isinstance(each, Secret)))


def _going_by_hours(flow: Flow) -> Iterator[str]:
    """What happens, by the names of the emulator's trace, that the flow's hours decide or tell: a scenario that does it
    without asking for the time is looked at in all moments, too.
    """
    headers = [entry.text for target in flow.targets if isinstance(target, SipTarget) for entry in target.headers]
    if any(target.hours for target in flow.targets) or _names_hours(headers):
        yield "dial"
    if _names_hours(entry.text for agent in flow.every_agent for entry in agent.metadata):
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
    for number, callers in enumerate(flow.callers, start=1):
        if not isinstance(callers.numbers, tuple):
            examples.setdefault(callers.numbers, f"+1555023{number:04}, 1555024{number:04}")
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
        case QueueTarget():
            return f"{target.name}-queue"
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


def _others(storage: Mapping[str, str], secrets: Mapping[str, str], flow: Flow) -> list[str]:
    """Who may call besides: one of each of the flow's `callers`."""
    return [numbers[-1] for numbers in _listed(storage, secrets, flow)]


def _listed(storage: Mapping[str, str], secrets: Mapping[str, str], flow: Flow) -> Iterator[list[str]]:
    """The numbers of each of the flow's `callers`."""
    for callers in flow.callers:
        numbers = callers.numbers
        listed = numbers if isinstance(numbers, tuple) else _value(numbers, storage, secrets).split(", ")
        yield [f"+{number.removeprefix('+')}" for number in listed]


def _near(
    others: Iterable[str], storage: Mapping[str, str], secrets: Mapping[str, str], flow: Flow
) -> Iterator[str]:
    """Who is none of those, but nearly: another digit at either end, one more, one less."""
    taken = {number for numbers in _listed(storage, secrets, flow) for number in numbers}
    taken |= {_free(CALLER, storage, flow), *_dialled(storage, flow), *addresses_in(flow, storage, secrets)}
    for number in others:
        first, last = number[1], number[-1]
        changed = (f"+{'2' if first == '1' else '1'}{number[2:]}", f"{number[:-1]}{'2' if last == '1' else '1'}")
        for near in (*changed, f"{number}1", number[:-1]):
            if near not in taken and 7 < len(near) <= 16:
                taken.add(near)
                yield near


def _goes_by_number(flow: Flow) -> bool:
    """Whether it makes a difference that the caller shows none."""
    return _shows_callers(flow) or CallingNumber() in set(subjects(flow))


def _shows_callers(flow: Flow) -> bool:
    return any(CallersNumber() in target.caller_ids for target in flow.targets)


def _value(setting: Setting, storage: Mapping[str, str], secrets: Mapping[str, str]) -> str:
    match setting:
        case str():
            return setting
        case Secret(name):
            return secrets[name]
        case Storage(name):
            return storage[name]
        case Data():
            return CALLED


def _secret_values(flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]) -> list[tuple[str, str]]:
    """What must be told nobody, by its value, and what it is. Addresses that are not secret may be in a log."""
    values = ((_value(setting, storage, secrets), f"the {described(setting)}") for setting in never_told(flow))
    return sorted((value, name) for value, name in values if value)


# Legs


def _codes(flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, list[int]]:
    """For each number, all codes of the outcomes that some transfer to it tells apart, and one for all others. Where
    others are rung as well, whose outcome counts is a matter of which is the more hopeful: then it is one for those
    that are more hopeful than all that are told apart, one for those that are less, and so on between.
    """
    named: dict[str, set[Outcome]] = {}
    hunted: set[str] = set()
    queues: set[str] = set()
    repeated: set[str] = set()
    refusing = {_value(each.dialled, storage, secrets) for each in flow.targets if len(each.caller_ids) > 1}
    for transfer in _transfers(flow):
        outcomes = {each.outcome for each in transfer.fallback if each.outcome is not None} | set(transfer.stop_on)
        again = {name for group in transfer.groups() if group.attempts > 1 for name in group.targets}
        for target in transfer.targets():
            number = _value(flow.target(target).dialled, storage, secrets)
            if isinstance(flow.target(target), QueueTarget):
                queues.add(number)
            named.setdefault(number, set()).update(outcomes)
            if transfer.most_rung > 1:
                hunted.add(number)
            if target in again:
                repeated.add(number)
    found = {}
    for number, outcomes in named.items():
        codes_of = CODES_OF_QUEUES if number in queues else CODES_OF
        told = [code for outcome, codes in codes_of.items() if outcome in outcomes for code in codes]
        others = [each[-1] for each in _between(outcomes, number in repeated, codes_of)]
        if number not in hunted:
            others = others[-1:]
        codes = [*told, *(codes_of[other][0] for other in others)]
        found[number] = [*codes, *(code for code in (REFUSED,) if number in refusing and code not in codes)]
    return found


def _tables(
    flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[Outcome, tuple[int, ...]]]]:
    """By the numbers that are rung: which outcome each code is there."""
    for name in dict.fromkeys(name for transfer in _transfers(flow) for name in transfer.targets()):
        target = flow.target(name)
        table = CODES_OF_QUEUES if isinstance(target, QueueTarget) else CODES_OF
        yield _value(target.dialled, storage, secrets), table


def _every_code(flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, list[int]]:
    """For each number, all codes that the language tells apart, and others, which are all `failed`."""
    return {number: [*chain(*table.values())] for number, table in _tables(flow, storage, secrets)}


def _outcome_codes(flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, list[int]]:
    """For each number that is not rung alone, a code of each outcome."""
    hunted = {name for transfer in _transfers(flow) if transfer.most_rung > 1 for name in transfer.targets()}
    numbers = {_value(flow.target(name).dialled, storage, secrets) for name in hunted}
    found = _tables(flow, storage, secrets)
    return {number: [codes[0] for codes in table.values()] for number, table in found if number in numbers}


def _refer_codes(flow: Flow, storage: Mapping[str, str], secrets: Mapping[str, str]) -> list[int]:
    """What a trunk may answer that is asked to hand the caller over; empty where none is asked."""
    handing = [target for target in flow.targets if isinstance(target, SipTarget) and target.refers]
    codes = _codes(flow, storage, secrets) if handing else {}
    told = [code for target in handing for code in codes.get(_value(target.dialled, storage, secrets), ())]
    return list(dict.fromkeys((*told, KNOWS_NO_REFER))) if handing else []


KEYS = "1234567890*#"
END_OF_KEYS = "#"
"""What ends what the caller keys in for the agent."""


def _briefed(flow: Flow) -> set[str]:
    """The targets whom the agent talks to before the caller is joined with them alone."""
    met = (step for step in _transfers(flow) if step.briefing_ms is not None or step.introduction_ms is not None)
    return {name for step in met for name in step.targets()}


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


def _agents_keys(flow: Flow) -> list[str]:
    """What the caller keys in for the agent, what ends it, and those of `keys`."""
    own = [each.key for each in flow.keys]
    told = [key for key in KEYS if key not in own][:1]
    return list(dict.fromkeys([*told, END_OF_KEYS, *own]))


def _keyed_in(flow: Flow) -> str:
    """Two different keys, and what ends them: nothing is left to wait for, so it is seen once in which order the agent
    is told them. Empty where the flow itself means too many keys.
    """
    own = [each.key for each in flow.keys]
    told = [key for key in reversed(KEYS) if key not in own and key != END_OF_KEYS][:2]
    return "".join((*told, END_OF_KEYS)) if flow.agent and len(told) == 2 and END_OF_KEYS not in own else ""


def _callers_keys(flow: Flow) -> list[str]:
    """The keys by which the caller stops the ringing, ends a message, chooses of a menu, or of `keys`, and another
    one.
    """
    stopping = (step.cancel for step in _transfers(flow) if step.cancel is not None)
    ending = (step.key for step in every_step(flow) if isinstance(step, TakeMessage))
    chosen = (each.key for step in every_step(flow) if isinstance(step, Menu) for each in step.choices)
    own = (each.key for each in flow.keys)
    keys = list(dict.fromkeys([*stopping, *ending, *chosen, *own]))
    return [*keys, *[key for key in KEYS if key not in keys][:1]]


def _late_keys(flow: Flow) -> list[str]:
    """Those that are pressed where no key means anything: one for each thing that a key means somewhere. To a menu, as
    to the agent, each means something.
    """
    stopping = (step.cancel for step in _transfers(flow) if step.cancel is not None)
    ending = (step.key for step in every_step(flow) if isinstance(step, TakeMessage))
    own = (each.key for each in flow.keys)
    listens = flow.agent is not None or any(isinstance(step, Menu) for step in every_step(flow))
    return list(dict.fromkeys([*stopping, *ending, *own])) or _callers_keys(flow)[: int(listens)]


def _between(
    named: Collection[Outcome], is_repeated: bool, codes_of: Mapping[Outcome, tuple[int, ...]]
) -> list[list[Outcome]]:
    """The outcomes of a leg that are not named, in the order of hope, in parts between those that are; and, where a
    target is rung again, between those after which it is and after which it is not.
    """
    parts: list[list[Outcome]] = [[]]
    for outcome in Outcome:  # in the order of hope: what is told apart may be no leg's, as `closed`
        if outcome in named:
            parts.append([])
        elif outcome in codes_of:
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
    plain = structs.replace(target, name="", span=START, whisper_at=None)
    if isinstance(plain, PstnTarget | WhatsappTarget):
        return structs.replace(plain, number="")
    if isinstance(plain, UserTarget):
        return structs.replace(plain, user="")
    if isinstance(plain, QueueTarget):
        return structs.replace(plain, queue="")
    headers = tuple(structs.replace(header, span=START) for header in plain.headers)
    return structs.replace(plain, address="", headers=headers, refers_at=None)


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
