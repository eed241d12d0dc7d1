"""The flow as the oracle reads it: its lists of steps by the way there, its settings' values, its texts filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never

from msgspec.structs import replace

from flowc.ir import (
    CLOSED,
    MISSING,
    OPEN,
    OTHERWISE,
    WITHHELD,
    Agent,
    Announce,
    AnswerValue,
    Ask,
    Branch,
    CallersNumber,
    CallingNumber,
    CallLanguage,
    Choice,
    Data,
    DataValue,
    DialledNumber,
    Flow,
    Group,
    HoursState,
    Hunt,
    KeysOf,
    Menu,
    ParameterValue,
    QueueTarget,
    Reference,
    Retry,
    Secret,
    Setting,
    Step,
    Steps,
    Storage,
    Subject,
    TakeMessage,
    Target,
    Transfer,
    Webhook,
    answers_in_metadata,
    called_inside,
    inside,
    numbers_of_otherwise,
    settings,
    steps_of,
)
from flowc.ir.briefing import briefs
from flowc.ir.introduction import introduces
from flowc.verify.oracle.answers import Body, asked
from flowc.verify.oracle.effects import Words
from flowc.verify.oracle.given import Given
from flowc.verify.oracle.stages import NO_PLACE, Asking, Choosing, Connected, Person, Place, Recording, Ringing, Rung
from flowc.verify.oracle.standing import Request, Standing
from flowc.verify.oracle.wording import Held, Numbers, Value, all_filled, spoken, whole, written

FILE = "url:"
"""Before the address of a sound file, where it stands for what is heard."""
DIGITS, MACHINE, ACCEPT, WHISPER = "digits", "machine", "accept", "whisper"
BRIEFS, CONNECTS, DECLINES = BRIEFED = ("is briefed", "is connected", "is declined")
"""What comes between an answer and the caller, in this order."""
INBOUND, OUTBOUND = "inbound", "outbound"
"""The ways to the steps of `inbound` and of `outbound`."""


class Reading:
    """One flow, in what is given. `asked` is what each of the bodies that can be posted asks for; `same` is the first
    that says and asks for the same: what headers said besides is nothing any more, once a request was answered.
    """

    def __init__(self, flow: Flow, given: Given, bodies: Sequence[Body]) -> None:
        self.flow = flow
        self.given = given
        self._numbers = {dialled: Numbers(given.caller, dialled, given.session) for dialled in given.dialled}
        if given.over_trunk:
            caller, dialled = given.over_trunk
            self._numbers[dialled] = Numbers(caller, dialled, given.session)
        self.look_at({})
        self._addresses = {webhook.url.name for webhook in flow.webhooks if isinstance(webhook.url, Secret)}
        """Secrets that are where a webhook is told something."""
        self.lists: dict[str, Steps] = {}
        self._hunts: dict[tuple[str, int], list[Group]] = {}  # in which nothing is chosen
        self._list(INBOUND, flow.inbound)
        self._list(OUTBOUND, flow.placed)
        for loss in flow.losses:
            self._list(loss.way, loss.steps)
        for key in flow.keys:
            self._list(key.way, key.steps)
        for action in flow.actions:
            self._list(action.name, action.do)
        for route in flow.routes:
            self._list(f"route {route.name}", route.steps)
        groups = (group for steps in self.lists.values() for step in steps for group in _groups(step))
        self.most_together = max((len(group.targets) for group in groups), default=0)
        transfers = (step for steps in self.lists.values() for step in steps if isinstance(step, Transfer))
        met = any(target.accept or target.whisper or target.digits or target.machine for target in flow.targets)
        is_limited = any(step.talk_limit_ms is not None for step in transfers)
        self.counts_talk = met or briefs(flow) or introduces(flow) or is_limited or flow.call.report is not None
        """Whether it is known how long somebody has talked, even if a leg does not say so."""
        recording = flow.call.recording
        self._shows_callers = any(CallersNumber() in target.caller_ids for target in flow.targets)
        self.is_stereo = recording is not None and recording.is_stereo
        """Whether it is the caller's leg that is recorded."""
        self.retries = bool(steps_of(flow, Retry))
        """Whether a call list hears of calls that are placed."""
        self._keeps_answers = answers_in_metadata(flow)
        self.actions = {action.name: action for action in flow.actions}
        self.asked = [asked(flow, body) for body in bodies]
        self.bodies = bodies
        first: dict[tuple[str, bool], int] = {}
        self.same = [
            first.setdefault((body.content, found.action is None), number)
            for number, (body, found) in enumerate(zip(bodies, self.asked, strict=True))
        ]
        signing = (webhook.sign for webhook in flow.webhooks if webhook.sign is not None)
        self.keys = tuple(self.in_account(key).strip() for key in signing)
        """By which requests to webhooks are signed."""
        self.entries = frozenset(each.name for each in settings(flow) if isinstance(each, Storage))
        self.words = Words(
            {self.in_account(target.dialled): target.name for target in flow.targets},
            {
                spoken(version.text, numbers, {}): prompt.name
                for numbers in self._numbers.values()
                for prompt in flow.prompts
                for version in prompt.versions
                if version.sound is None
            }
            | {f"{FILE}{sound}": prompt.name for prompt in flow.prompts for sound in prompt.sounds},
        )

    def look_at(self, event: Mapping[str, Any]) -> None:
        """The event that is read now: it happens at a moment, which the hours go by. At none of them nothing is known
        to be open. The account may be without a secret while it happens.
        """
        moments, number = self.given.moments, event.get("moment", 0)
        self._open = moments[number] if number < len(moments) else frozenset()
        self._missing = str(event.get("without", ""))
        self._is_insecure = event.get("insecure", False)

    def is_open(self, hours: str | None) -> bool:
        return hours is None or hours in self._open

    def _list(self, way: str, steps: Steps) -> None:
        """A list of steps, and those inside it, by the way there."""
        self.lists[way] = steps
        for step, number in zip(steps, numbers_of_otherwise(steps), strict=True):
            for inner in inside(step):
                self._list(f"{way}: {called_inside(inner, number)}", inner.steps)

    def otherwise(self, way: str, index: int) -> str:
        """The way to what follows in place of a step; of several in one list, all but the first have their numbers."""
        number = numbers_of_otherwise(self.lists[way])[index]
        return f"{way}: otherwise" if number == 1 else f"{way}: otherwise {number}"

    def in_account(self, setting: Setting) -> str:
        """The value of a setting in the account."""
        match setting:
            case str():
                return setting
            case Secret(name):
                value = self.given.secrets.get(name, "")
                return value.replace("https:", "http:", 1) if self._is_insecure and name in self._addresses else value
            case Storage(name):
                return self.given.storage.get(name, "")
            case Data(name):
                return next((written(dict(each)[name]) for each in self.given.starts if each is not None), "")

    def value(self, setting: Setting, standing: Standing) -> str:
        """The value of a setting now; empty if it is missing, or has not come."""
        if isinstance(setting, Data):
            return written(self.data(standing).get(setting.name, ""))
        if isinstance(setting, Storage) and setting.name not in standing.stored:
            return ""
        if isinstance(setting, Secret) and setting.name == self._missing:
            return ""
        return self.in_account(setting)

    def address(self, webhook: Webhook, standing: Standing) -> str:
        """Where a webhook is told something; empty where it is not there, or is no address with TLS."""
        url = self.value(webhook.url, standing)
        return url if url.startswith("https://") else ""

    def data(self, standing: Standing) -> dict[str, Value]:
        """What the call was started with; nothing, if it came in."""
        started = dict((standing.data is not None and self.given.starts[standing.data]) or ())
        return {name: whole(value) for name, value in started.items()}

    def is_placed(self, standing: Standing) -> bool:
        """Somebody is called, and nobody has taken it."""
        return standing.data is not None and not standing.is_answered

    def label(self, target: Target, standing: Standing) -> str:
        """What the leg to a target is called: where nobody has called, the first of those who are called now is the
        caller.
        """
        rung = standing.stage.rung if isinstance(standing.stage, Ringing) else ()
        is_first = self.is_placed(standing) and (not rung or rung[0].target == target.name)
        return "caller" if is_first else f"leg:{self.in_account(target.dialled)}"

    def numbers(self, standing: Standing) -> Numbers:
        """Who calls whom: what was dialled is known as soon as somebody has; the caller may be withheld."""
        if standing.data is not None:
            ours = theirs = ""
            if standing.whom:
                called = self.flow.target(standing.whom)
                shown = next((each for each in called.caller_ids if not isinstance(each, CallersNumber)), "")
                ours, theirs = self.value(shown, standing), self.value(called.dialled, standing)
            data = tuple((name, written(value)) for name, value in self.data(standing).items())
            return Numbers(ours, theirs, self.given.session, self._open, standing.language or "", data)
        numbers = self._numbers[standing.dialled or self.given.dialled[0]]
        numbers = numbers._replace(open=self._open, language=standing.language or "")
        if standing.calling:
            numbers = numbers._replace(caller=self.given.others[standing.calling - 1])
        return numbers._replace(caller="") if standing.is_withheld else numbers

    def callers_own(self, standing: Standing) -> str:
        """The number that is shown as the caller's: one over the telephone network; empty if no target is shown it."""
        return self.numbers(standing).caller if self._shows_callers and not standing.is_over_sip else ""

    def parameters(self, request: Request | None) -> Mapping[str, Value]:
        return self.asked[request.body].parameters if request is not None else {}

    def forgetting(self, standing: Standing) -> Standing:
        """What webhooks have answered counts no more; an agent that starts is told what they had before the first."""
        if not self._keeps_answers or standing.before_agent is not None:
            return replace(standing, answers=())
        return replace(standing, answers=(), before_agent=standing.answers)

    def metadata(self, agent: Agent, standing: Standing) -> dict[str, Value]:
        """What the flow tells an agent that starts."""
        before = dict(standing.answers if standing.before_agent is None else standing.before_agent)
        filled: dict[str, Value] = {**all_filled(agent.metadata, self.numbers(standing), before)}
        for entry in agent.metadata:
            match entry.text.parts:
                case (Reference(name=name),) if isinstance(held := before.get(name), Held):
                    filled[entry.name] = json.loads(held.text)
        return filled

    def known(self, standing: Standing) -> Mapping[str, Value]:
        """What texts are filled with: parameters, and what webhooks have answered."""
        parameters = self.parameters(standing.request)
        return {**parameters, **dict(standing.answers)} if standing.answers else parameters

    def spoken(self, prompt: str, standing: Standing, language: str | None) -> str:
        text = self.flow.prompt(prompt).version(language).text
        stage = standing.stage
        place = stage.told if isinstance(stage, Ringing) else NO_PLACE
        return spoken(text, self.numbers(standing)._replace(place=place), self.known(standing))

    def announce(self, stage: Ringing) -> Announce | None:
        """What is announced to the caller who waits in a queue, whom nobody has answered yet."""
        waits = (self.flow.target(each.target) for each in stage.rung if each.person is None)
        return next((target.announce for target in waits if isinstance(target, QueueTarget)), None)

    def says_what_is_unknown(self, prompt: str, place: Place) -> bool:
        """Whether a prompt, in any language, names something that a queue has not said, and nothing instead."""
        unknown = {f"queue.{what}" for what, said in zip(("position", "minutes"), place, strict=True) if not said}
        parts = [part for version in self.flow.prompt(prompt).versions for part in version.text.parts]
        return any(isinstance(part, Reference) and part.fallback is None and part.name in unknown for part in parts)

    def digits(self, target: Target, item: int, standing: Standing) -> str | int:
        """Keys that are sent, or a pause."""
        found = target.digits[item]
        if not isinstance(found, KeysOf):
            return found
        return written(self.parameters(standing.request).get(found.parameter, "")) or found.instead or ""

    def voice(self, language: str | None) -> str | None:
        """The voice that speaks a language; None where the call has one for all."""
        return None if language is None else self.flow.call.voice_of(language)

    def sound(self, prompt: str, language: str | None) -> str:
        """A prompt that is a sound file, as it is heard; empty if it is a text."""
        sound = self.flow.prompt(prompt).version(language).sound
        return "" if sound is None else f"{FILE}{sound}"

    def ringing(self, stage: Ringing) -> str:
        """The prompt that is heard while it rings."""
        return stage.announces or self.transfer(stage).ringing[stage.prompt]

    def repeats(self, stage: Ringing) -> bool:
        """A sound file that is the last goes on as long as it rings."""
        is_sound = self.sound(self.ringing(stage), stage.language) != ""
        return is_sound and stage.prompt == len(self.transfer(stage).ringing) - 1

    def transfer(self, stage: Ringing | Connected) -> Transfer:
        step: Step = self.lists[stage.way][stage.index]
        assert isinstance(step, Transfer)
        return step

    def question(self, stage: Asking) -> Ask:
        step: Step = self.lists[stage.way][stage.index]
        assert isinstance(step, Ask)
        return step

    def menu(self, stage: Choosing) -> Menu:
        step: Step = self.lists[stage.way][stage.index]
        assert isinstance(step, Menu)
        return step

    def message(self, stage: Recording) -> TakeMessage:
        step: Step = self.lists[stage.way][stage.index]
        assert isinstance(step, TakeMessage)
        return step

    def named(self, stage: Ringing) -> frozenset[str]:
        """The outcomes that the fallback of a transfer names."""
        return frozenset(str(each.outcome) for each in self.transfer(stage).fallback if each.outcome)

    def open_for(self, transfer: Transfer) -> frozenset[str]:
        """The hours that its choices go by and that are open now, when it begins."""
        named = (choice.subject for choice in transfer.choices())
        return frozenset(each.hours for each in named if isinstance(each, HoursState)) & self._open

    def language_for(self, transfer: Transfer, standing: Standing) -> str | None:
        """The language of the call now, when it begins, if its choices go by that."""
        return standing.language if any(each.subject == CallLanguage() for each in transfer.choices()) else None

    def arm(
        self, by: Branch | Choice, standing: Standing, request: Request | None, open_: frozenset[str] | None = None
    ) -> str:
        """The value that is taken among those that are named: what is not named is `otherwise`. `open_` are the hours
        that were open when it was chosen, if that is not now.
        """
        value = self._value(by.subject, standing, request, self._open if open_ is None else open_)
        return value if any(arm.value == value for arm in by.arms) else OTHERWISE

    def _value(self, subject: Subject, standing: Standing, request: Request | None, open_: frozenset[str]) -> str:
        match subject:
            case ParameterValue(name):
                given = self.parameters(request)
                return written(given[name]) if name in given else MISSING
            case AnswerValue(webhook, field):
                answers = dict(standing.answers)
                name = f"{webhook}.{field}"
                return written(answers[name]) if name in answers else MISSING
            case DataValue(name):
                return written(self.data(standing).get(name, MISSING))
            case DialledNumber():
                return self.numbers(standing).dialled
            case CallingNumber():
                return self._who_calls(standing)
            case CallLanguage():
                return standing.language or ""
            case HoursState(hours):
                return OPEN if hours in open_ else CLOSED
            case _:
                assert_never(subject)

    def _who_calls(self, standing: Standing) -> str:
        """The name of the first callers with this number."""
        caller = self.numbers(standing).caller
        if not caller:
            return WITHHELD
        for callers in self.flow.callers:
            listed = callers.numbers
            numbers = listed if isinstance(listed, tuple) else self.value(listed, standing).split(",")
            if caller.lstrip("+") in {number.strip().lstrip("+") for number in numbers}:
                return callers.name
        return OTHERWISE

    def background(
        self, request: Request, standing: Standing, way: str = "", index: int = 0
    ) -> Iterator[tuple[str, int, Step]]:
        """The steps of an action that leaves the conversation alone, each with its place: from this one on, until one
        that asks.
        """
        way, begin = way or request.action, index
        while way:
            steps, way_here, way, first, begin = self.lists[way], way, "", begin, 0
            for index, step in enumerate(steps[first:], first):
                yield way_here, index, step
                if isinstance(step, Ask):
                    return
                if isinstance(step, Branch):
                    way = f"{way_here}: among {self.arm(step, standing, request)}"

    def hunt(self, stage: Ringing, standing: Standing) -> list[Group]:
        """Who is rung one after the other, each once. What is chosen was chosen when it began."""
        place = (stage.way, stage.index)
        if place in self._hunts:
            return self._hunts[place]
        hunt: list[Group] = []
        before: set[str] = set()
        then = standing if stage.chosen_in is None else replace(standing, language=stage.chosen_in)
        for group, _ in self._items(self.transfer(stage).to, then, stage.open):
            names = tuple(name for name in group.targets if name not in before) if group is not None else ()
            before.update(names)
            if group is not None and names:
                hunt.append(replace(group, targets=names))
        if not self.transfer(stage).choices():
            self._hunts[place] = hunt
        return hunt

    def chosen(self, transfer: Transfer, standing: Standing) -> list[tuple[Choice, str]]:
        """What is chosen among its targets now, in the order of the hunt."""
        return [chosen for _, chosen in self._items(transfer.to, standing, self._open) if chosen is not None]

    def _items(
        self, hunt: Hunt, standing: Standing, open_: frozenset[str]
    ) -> Iterator[tuple[Group | None, tuple[Choice, str] | None]]:
        for item in hunt:
            if isinstance(item, Group):
                yield item, None
                continue
            value = self.arm(item, standing, standing.request, open_)
            yield None, (item, value)
            yield from self._items(next(arm.hunt for arm in item.arms if arm.value == value), standing, open_)

    def pause(self, stage: Ringing, standing: Standing) -> int:
        """How long nobody is rung before those whose turn it is are rung again."""
        return self.hunt(stage, standing)[stage.turn].pause_ms

    def prompt_of(self, person: Person, target: Target) -> str:
        """What is said to somebody who has answered there."""
        if person.part == WHISPER:
            return target.whisper or ""
        return target.accept.prompt if target.accept is not None else ""

    def told_alone(self, standing: Standing) -> Iterator[tuple[str, str]]:
        """The legs of those who have answered and do not have the caller yet, and what is heard there; or who hears the
        warning before the end, as the caller does.
        """
        stage = standing.stage
        alone = "agent"
        if isinstance(stage, Ringing) and self.transfer(stage).introduction_ms is not None:
            alone = "caller" if standing.agent is None else "caller + agent"
        if isinstance(stage, Connected) and stage.warning is not None:
            yield self._leg(stage), f"tts:{self.warning(stage, standing)}"
        for rung in standing.stage.rung if isinstance(standing.stage, Ringing) else ():
            if (person := rung.person) is not None:
                target = self.flow.target(rung.target)
                prompt = self.prompt_of(person, target)
                said = "" if person.spoken is None else self.spoken(prompt, standing, target.language)
                is_there = person.part in BRIEFED and (standing.agent is not None or alone == "caller")
                yield self.label(target, standing), f"tts:{said}" if said else alone if is_there else "silence"

    def briefed(self, standing: Standing) -> str | None:
        """The leg of whom the agent talks to alone, and hears: unless the phone has the call on hold."""
        rung, stage = with_agent(standing), standing.stage
        if rung is None or rung.holds or not isinstance(stage, Ringing):
            return None
        is_alone = self.transfer(stage).introduction_ms is None
        return self.label(self.flow.target(rung.target), standing) if is_alone else None

    def leg(self, standing: Standing) -> str | None:
        """Of whom the caller talks with, and nobody else: also in an introduction of which the agent is gone."""
        stage, rung = standing.stage, with_agent(standing)
        if rung is not None and standing.agent is None:
            return self.label(self.flow.target(rung.target), standing)
        if not isinstance(stage, Connected) or stage.held is not None or stage.warning is not None:
            return None
        return self._leg(stage)

    def _leg(self, stage: Connected) -> str:
        return f"leg:{self.in_account(self.flow.target(stage.target).dialled)}"

    def warning(self, stage: Connected, standing: Standing) -> str:
        """What both are told before their time is over; empty if that is nothing."""
        warning = self.warning_of(stage)
        return "" if warning is None else self.spoken(warning, standing, stage.language)

    def warning_of(self, stage: Connected) -> str | None:
        """The prompt."""
        return self.flow.call.warning if stage.of_call else self.transfer(stage).warning


def _groups(step: Step) -> tuple[Group, ...]:
    return step.groups() if isinstance(step, Transfer) else ()


def with_agent(standing: Standing) -> Rung | None:
    """Whom the agent talks to alone."""
    rung = standing.stage.rung if isinstance(standing.stage, Ringing) else ()
    return next((each for each in rung if each.person is not None and each.person.part in BRIEFED), None)
