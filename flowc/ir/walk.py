"""The walks over a flow, for everybody who looks for something in it: every list of steps, every step, every setting.

Which steps contain others is said in `steps.inside`, which settings there are is said here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from flowc.ir.flow import Action, Flow, QueueTarget, Route, SipTarget, Target
from flowc.ir.last import kept_for_the_last
from flowc.ir.setting import CallersNumber, Secret, Setting
from flowc.ir.steps import Ask, Branch, GoTo, Notify, Reply, Step, Steps, Transfer, inside
from flowc.ir.subject import AnswerValue, HoursState, Subject, written
from flowc.ir.text import Text

S = TypeVar("S", bound=Step)


class StepList(NamedTuple):
    """Steps that follow each other, and whose they are: an action, a route, or (None) the agent's `unavailable`
    or `idle`, `inbound`, `outbound` or `keys`.

    `top` is true for the list as it stands under `do`, the route or `unavailable`, false inside another step.
    """

    steps: Steps
    owner: Action | Route | None
    top: bool


def beginnings(flow: Flow) -> tuple[Steps, ...]:
    """The lists with which something begins that no action has asked for, and that no step leads to."""
    calls = (steps for steps in (flow.inbound, flow.placed) if steps)
    return (*calls, *(loss.steps for loss in flow.losses), *(key.steps for key in flow.keys))


@kept_for_the_last
def step_lists(flow: Flow) -> tuple[StepList, ...]:
    """Every list of steps of the flow, wherever it is written: a list before those inside it."""
    found: list[StepList] = []
    for steps in beginnings(flow):
        _collect(steps, None, True, found)
    for action in flow.actions:
        _collect(action.do, action, True, found)
    for route in flow.routes:
        _collect(route.steps, route, True, found)
    return tuple(found)


def _collect(steps: Steps, owner: Action | Route | None, top: bool, found: list[StepList]) -> None:
    found.append(StepList(steps, owner, top))
    for step in steps:
        for inner in inside(step):
            _collect(inner.steps, owner, False, found)


def steps_within(steps: Steps) -> Iterator[Step]:
    """Every step written here, those inside other steps included; routes are not followed."""
    for step in steps:
        yield step
        for inner in inside(step):
            yield from steps_within(inner.steps)


@kept_for_the_last
def every_step(flow: Flow) -> tuple[Step, ...]:
    """Every step of the flow, of whatever begins a call, of actions and of routes; a list before those inside it."""
    return tuple(step for each in step_lists(flow) for step in each.steps)


def steps_of(flow: Flow, kind: type[S]) -> tuple[S, ...]:
    """Every step of one kind, in the same order."""
    return _by_kind(flow).get(kind, ())


@kept_for_the_last
def _by_kind(flow: Flow) -> Mapping[type[Any], tuple[Any, ...]]:
    found: dict[type[Any], list[Any]] = {}
    for each in step_lists(flow):
        for step in each.steps:
            found.setdefault(type(step), []).append(step)
    return {kind: tuple(steps) for kind, steps in found.items()}


@kept_for_the_last
def settings(flow: Flow) -> tuple[Setting, ...]:
    """Everything that may stand on the platform instead of in the file, as often as it is used."""
    of_targets = (setting for target in flow.targets for setting in settings_of(target))
    of_webhooks = (setting for webhook in flow.webhooks for setting in webhook.settings)
    of_callers = (callers.numbers for callers in flow.callers if not isinstance(callers.numbers, tuple))
    of_agents = dict.fromkeys(setting for agent in flow.every_agent for setting in (agent.api_key, agent.agent_id))
    return (*of_agents, *of_targets, *of_webhooks, *of_callers)


def settings_of(target: Target) -> Iterator[Setting]:
    yield target.dialled
    yield from shown(target)
    if type(target) is SipTarget:
        yield from target.account


def shown(target: Target) -> Iterator[Setting]:
    """The caller IDs of a target, but for the caller's own number."""
    return (each for each in target.caller_ids if not isinstance(each, CallersNumber))


def never_told(flow: Flow) -> tuple[Setting, ...]:
    """What nobody may be told, each once: what opens a door (keys, passwords, addresses and headers of webhooks that
    stand in no file), wherever it is kept, and every other secret that is not shown by its nature.
    """
    open_doors: list[Setting] = [agent.api_key for agent in flow.every_agent]
    open_doors += [setting for webhook in flow.webhooks for setting in webhook.settings]
    open_doors += [each.auth.password for each in flow.targets if type(each) is SipTarget and each.auth is not None]
    seen = shown_by_nature(flow)
    others = (each for each in settings(flow) if type(each) is Secret and each not in seen)
    return tuple(dict.fromkeys((*(each for each in open_doors if not isinstance(each, str)), *others)))


def shown_by_nature(flow: Flow) -> frozenset[Setting]:
    """What a call shows whoever takes part in it, wherever it is kept: who is called, our own numbers that are shown
    there, and numbers that call.
    """
    dialled = [target.dialled for target in flow.targets]
    own = [setting for target in flow.targets for setting in shown(target)]
    calling = [callers.numbers for callers in flow.callers if not isinstance(callers.numbers, tuple)]
    return frozenset((*dialled, *own, *calling))


def told_first(flow: Flow, action: Action) -> int:
    """How many steps of an action that takes the call are `notify`, before any other. The way to one through a route is
    a step itself, and so is the way to what is asked first.
    """
    return _first(flow, action)[0]


def asks_first(flow: Flow, action: Action) -> bool:
    """Whether an action that takes the call asks a webhook before anything else, but for what it tells before that. One
    that the caller may cancel does not: it is asked when it begins.
    """
    return bool(steps_of(flow, Ask)) and _first(flow, action)[1]


def _first(flow: Flow, action: Action) -> tuple[int, bool]:
    if action.leaves_conversation_alone:
        return 0, False
    steps, position, passed, told = action.do, 0, 0, 0
    routes: set[str] = set()
    while position < len(steps):
        step = steps[position]
        passed += 1
        if type(step) is Notify:
            position, told = position + 1, passed
        elif type(step) is GoTo and step.route not in routes:
            routes.add(step.route)
            steps, position = flow.route(step.route).steps, 0
        elif type(step) is Ask and not action.cancels:
            return passed - 1, True
        else:
            break
    return told, False


def texts(flow: Flow) -> Iterator[Text]:
    """Every text of the flow in which something may be filled in."""
    yield from (prompt.text for prompt in flow.prompts)
    for agent in flow.every_agent:
        yield from (entry.text for entry in agent.metadata)
    for target in flow.targets:
        yield from (entry.text for entry in target.headers) if type(target) is SipTarget else ()
    for reply in steps_of(flow, Reply):
        yield from (entry.text for entry in reply.data)


HOURS = "hours."


@kept_for_the_last
def _references(flow: Flow) -> frozenset[str]:
    return frozenset([name for text in texts(flow) for name in text.references])


def hours_in_texts(flow: Flow) -> frozenset[str]:
    """The hours that texts name: `${hours.office}`."""
    return frozenset([name.removeprefix(HOURS) for name in _references(flow) if name.startswith(HOURS)])


def answers(flow: Flow) -> Iterator[AnswerValue]:
    """The fields of all that webhooks answer."""
    return (AnswerValue(webhook.name, field.name) for webhook in flow.webhooks for field in webhook.answer)


def answers_in_texts(flow: Flow) -> bool:
    """Whether texts name what webhooks answer: `${roster.who}`."""
    return any(written(each) in _references(flow) for each in answers(flow))


def answers_in_metadata(flow: Flow) -> bool:
    """Whether an agent is told what webhooks have answered when it starts."""
    if next(answers(flow), None) is None:
        return False
    named = {name for agent in flow.every_agent for entry in agent.metadata for name in entry.text.references}
    return any(written(each) in named for each in answers(flow))


def answers_in_replies(flow: Flow) -> bool:
    """Whether an agent is handed what webhooks have answered."""
    if next(answers(flow), None) is None:
        return False
    named = {name for step in steps_of(flow, Reply) for entry in step.data for name in entry.text.references}
    return any(written(each) in named for each in answers(flow))


def held_in_metadata(flow: Flow) -> bool:
    """Whether an agent is told a list or an object that a webhook has answered."""
    if next(answers(flow), None) is None:
        return False
    named = {name for agent in flow.every_agent for entry in agent.metadata for name in entry.text.references}
    return any(
        f"{webhook.name}.{field.name}" in named and field.holds_others
        for webhook in flow.webhooks
        for field in webhook.answer
    )


DATA = "data."


def data_in_texts(flow: Flow) -> frozenset[str]:
    """The data of an outbound call that texts name: `${data.name}`."""
    return frozenset([name.removeprefix(DATA) for name in _references(flow) if name.startswith(DATA)])


OF_THE_CALL = ("call.from", "call.to", "call.id")
"""What any text can say of the call."""
LANGUAGE = "call.language"


def language_in_texts(flow: Flow) -> bool:
    """Whether texts name the language of the call: `${call.language}`."""
    return LANGUAGE in _references(flow)


def subjects(flow: Flow) -> Iterator[Subject]:
    """What each branch goes by, and each choice of a transfer."""
    yield from (branch.subject for branch in steps_of(flow, Branch))
    yield from (choice.subject for transfer in steps_of(flow, Transfer) for choice in transfer.choices())


def hours_in_branches(flow: Flow) -> frozenset[str]:
    """The hours that branches go by: `by: hours.office`."""
    return frozenset(subject.hours for subject in subjects(flow) if isinstance(subject, HoursState))


PLACE = ("queue.position", "queue.minutes")
"""What a queue says of the caller's place, as texts of `announce` name it."""


def queue_in_texts(flow: Flow) -> bool:
    """Whether texts say which place in a queue the caller has."""
    return any(name in PLACE for name in _references(flow))


def announced(target: Target) -> tuple[str, ...]:
    """The prompts that the caller hears while waiting there."""
    announce = target.announce if type(target) is QueueTarget else None
    return () if announce is None else (announce.prompt,)


def prompts_of(target: Target) -> tuple[str, ...]:
    """The prompts that the person hears who is called there, or that a machine records."""
    asked = None if target.accept is None else target.accept.prompt
    left = None if target.machine is None else target.machine.message
    return tuple([prompt for prompt in (asked, target.whisper, left) if prompt is not None])


def may_not_be_accepted(transfer: Transfer, flow: Flow) -> bool:
    """Whether its outcome may be `not_accepted`: a target that it may ring asks for a key; or is sent digits, or
    listened to for a machine, when the time for all of it is over; or the agent briefs whoever has taken the call.
    """
    if transfer.briefing_ms is not None:
        return True
    names = set(transfer.targets())
    is_limited = transfer.within_ms is not None
    asking = (target for target in flow.targets if target.name in names)
    return any(target.accept or (is_limited and (target.digits or target.machine)) for target in asking)


def may_be_a_machine(transfer: Transfer, flow: Flow) -> bool:
    """Whether its outcome may be `machine`: a target that it may ring is listened to for one."""
    names = set(transfer.targets())
    return any(target.name in names and target.machine for target in flow.targets)


def hours_of_targets(transfer: Transfer, flow: Flow) -> tuple[str | None, ...]:
    """The hours of each target that a transfer may ring; None for one that is called at any time."""
    hours = _hours_by_target(flow)
    return tuple(hours.get(name) for name in transfer.targets())


@kept_for_the_last
def _hours_by_target(flow: Flow) -> Mapping[str, str | None]:
    return {target.name: target.hours for target in flow.targets}
