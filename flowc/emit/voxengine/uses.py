"""What a flow uses, as far as that decides which parts of the runtime it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flowc.ir import (
    Action,
    Ask,
    CallersNumber,
    CallingNumber,
    ChangeLanguage,
    DialledNumber,
    Flow,
    HoursState,
    KeysOf,
    Menu,
    Notify,
    PstnTarget,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    SipTarget,
    StartAgent,
    Step,
    Steps,
    TakeMessage,
    Target,
    Text,
    Transfer,
    UserTarget,
    WhatsappTarget,
    announced,
    answers_in_metadata,
    answers_in_replies,
    answers_in_texts,
    asks_first,
    data_in_texts,
    held_in_metadata,
    hours_in_texts,
    language_in_texts,
    numbers_of_otherwise,
    queue_in_texts,
    settings,
    step_lists,
    steps_of,
    subjects,
    told_first,
)
from flowc.ir.briefing import briefs
from flowc.ir.introduction import introduces
from flowc.ir.walk import HOURS, PLACE


class Uses:
    """What a flow uses, as far as it decides which parts of the runtime it needs."""

    def __init__(self, flow: Flow) -> None:
        in_turn, background = list[Step](), list[Step]()
        for steps, owner, _ in step_lists(flow):
            alone = type(owner) is Action and owner.leaves_conversation_alone
            (background if alone else in_turn).extend(steps)
        self.steps = frozenset(map(type, in_turn))
        self.background = frozenset(map(type, background))
        self.targets = frozenset(map(type, flow.targets))
        self.settings = frozenset(map(type, settings(flow)))
        self.recording = flow.call.recording is not None
        self.stereo = flow.call.recording is not None and flow.call.recording.is_stereo
        self.records_always = flow.call.recording is not None and flow.call.recording.say is not None
        self.inbound = bool(flow.inbound)
        self.callers = bool(flow.callers)
        self.agents = bool(flow.agents)
        self.greets = any(greets(steps) for steps, _, _ in step_lists(flow))
        self.agent = flow.agent is not None
        self.answers_in_metadata = answers_in_metadata(flow)
        self.metadata = any(agent.metadata for agent in flow.every_agent)
        self.answers_within = any(agent.answers_within_ms is not None for agent in flow.every_agent)
        self.idle = any(agent.idle for agent in flow.every_agent)
        self.keys = bool(flow.keys)
        self.briefing_silence = any(step.briefing_silence_ms for step in steps_of(flow, Transfer))
        self.quiet = any(step.quiet_ms is not None for step in steps_of(flow, TakeMessage))
        parameters = [each for action in flow.actions for parameter in action.parameters for each in parameter.whole]
        outbound = flow.outbound
        self.outbound = outbound is not None
        self.data = outbound is not None and bool(outbound.data)
        placed = () if outbound is None else outbound.targets
        self.calls_together = outbound is not None and any(len(each.targets) > 1 for each in outbound.call.groups())
        self.calls_phones = any(type(flow.target(name)) is not PstnTarget for name in placed)
        self.calls_machines = any(flow.target(name).machine for name in placed)
        self.names_in_headers = any(map(_names_parties, _headers_of(flow, placed)))
        self.names_to_machines = self.calls_together and any(map(_names_parties, _messages_for(flow, placed)))
        self.retries = Retry in self.steps
        self.connects_meanwhile = outbound is not None and not flow.agents and leads_to_agent(outbound.call.afterwards)
        self.data_in_texts = bool(data_in_texts(flow))
        parameters += outbound.data if outbound is not None else ()
        parameters += [each for webhook in flow.webhooks for field in webhook.answer for each in field.whole]
        self.parameters = bool(parameters) or self.outbound or briefs(flow) or introduces(flow)
        self.lists = any(each.type == "array" for each in parameters)
        self.objects = any(each.type == "object" for each in parameters)
        self.patterns = any(each.pattern is not None for each in parameters)
        self.phones = any(each.format == "phone" for each in parameters)
        self.dates = any(each.format == "date" for each in parameters)
        self.briefs = briefs(flow)
        self.introduces = introduces(flow)
        self.cancels = any(action.cancels for action in flow.actions)
        self.skew = flow.call.skew is not None
        self.report = flow.call.report is not None
        self.country = flow.call.country is not None
        self.webhook_headers = any(webhook.headers for webhook in flow.webhooks)
        self.webhook_signature = any(webhook.sign for webhook in flow.webhooks)
        self.asks_first = any(asks_first(flow, action) for action in flow.actions)
        self.first_notify = self.asks_first or any(told_first(flow, action) for action in flow.actions)
        sip = [target for target in flow.targets if type(target) is SipTarget]
        self.sip_headers = any(target.headers for target in sip)
        self.sip_account = any(map(is_called_with, sip))
        self.refer = any(target.refers for target in sip)
        transfers = steps_of(flow, Transfer)
        self.choices = any(transfer.choices() for transfer in transfers)
        self.stop_on = any(step.stop_on for step in transfers)
        self.within = any(step.within_ms is not None for step in transfers)
        self.cancel_key = any(step.cancel is not None for step in transfers)
        self.talk_limit = any(step.talk_limit_ms is not None for step in transfers)
        self.talk_warning = any(step.warning for step in transfers)
        self.call_warning = flow.call.warning is not None
        self.transfers = bool(transfers)
        self.tells_gone = any(step.gone for step in transfers)
        self.pauses_recording = any(step.pauses_recording for step in transfers)
        groups = [group for step in transfers for group in step.groups()]
        self.attempts = any(group.attempts > 1 for group in groups)
        self.most_together = max((len(group.targets) for group in groups), default=0)
        self.group_again = any(group.attempts > 1 and len(group.targets) > 1 for group in groups)
        together = {name for group in groups if len(group.targets) > 1 for name in group.targets}
        self.met_together = any(target.name in together and is_met(target) for target in flow.targets)
        meets = [step for step in transfers if step.briefing_ms or step.introduction_ms]
        self.met_together |= any(len(group.targets) > 1 for step in meets for group in step.groups())
        self.subjects = frozenset(map(type, subjects(flow)))
        self.caller_ids = any(len(target.caller_ids) > 1 for target in flow.targets)
        as_the_caller = [target for target in flow.targets if CallersNumber in map(type, target.caller_ids)]
        self.callers_number = bool(as_the_caller)
        self.passed_on = any(type(target) is PstnTarget for target in as_the_caller)
        self.hours_of_targets = any(target.hours for target in flow.targets)
        self.hours_in_texts = bool(hours_in_texts(flow))
        self.answers_in_texts = answers_in_texts(flow)
        self.answers_in_replies = answers_in_replies(flow)
        self.held_in_metadata = held_in_metadata(flow)
        self.hold = any(target.tells_of_its_keys for target in flow.targets)
        self.accept = any(target.accept for target in flow.targets)
        self.push = any(type(target) is UserTarget and target.push_ms is not None for target in flow.targets)
        self.digits = any(target.digits for target in flow.targets)
        self.filled_digits = any(type(each) is KeysOf for target in flow.targets for each in target.digits)
        self.announces = any(announced(target) for target in flow.targets)
        self.place_in_texts = queue_in_texts(flow)
        self.whisper = any(target.whisper for target in flow.targets)
        self.machine = any(target.machine for target in flow.targets)
        self.message = any(target.machine and target.machine.message for target in flow.targets)
        self.ringing_prompts = any(transfer.ringing for transfer in transfers)
        self.voice = flow.call.voice is not None
        self.says_numbers = any(_says_numbers(prompt.text) for prompt in flow.prompts)
        self.sounds = any(prompt.sounds for prompt in flow.prompts)
        self.languages = bool(flow.call.languages)
        self.language_in_texts = language_in_texts(flow)
        returns = steps_of(flow, ReturnToAgent)
        self.opening_words = any(step.prompt for step in returns)
        self.no_agent = any(step.otherwise for step in returns)
        others = len(steps_of(flow, TakeMessage)) + len(steps_of(flow, Menu))
        self.several_otherwise = others + len([step for step in returns if step.otherwise]) > 1 and any(
            max(numbers_of_otherwise(each.steps), default=0) > 1 for each in step_lists(flow)
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Uses) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    @property
    def warning(self) -> bool:
        """Caller and person are told that their time is over soon."""
        return self.talk_warning or (self.call_warning and self.transfers)

    @property
    def languages_of_people(self) -> bool:
        """A prompt that is no target's is said to people, each in a language; or the agent talks to them alone."""
        return self.languages and (self.warning or self.briefs)

    @property
    def speech(self) -> bool:
        said = bool({Say, Menu} & self.steps) or self.records_always
        return said or self.ringing_prompts or self.announces or self.warning or self.call_warning

    @property
    def says_aside(self) -> bool:
        """Something is said after which the call goes on as it would without it."""
        said = Say in self.steps or self.records_always
        said |= self.ringing_prompts or self.announces
        return said or self.warning or (self.call_warning and self.agent)

    @property
    def told_alone(self) -> bool:
        """Something is said to people before the caller is joined, or to a machine."""
        return self.accept or self.whisper or self.message or self.tells_gone

    @property
    def met_first(self) -> bool:
        """Something comes between the answer and the caller."""
        return self.told_alone or self.digits or self.machine or self.briefs or self.introduces

    @property
    def spoken(self) -> bool:
        """The platform speaks prompts, to whomever."""
        return self.speech or self.told_alone

    @property
    def ringback(self) -> bool:
        return bool({Transfer, ReturnToAgent, StartAgent, Ask} & self.steps) or self.sounds

    @property
    def starts_after_transfer(self) -> bool:
        """The agent may be started where somebody has been rung before."""
        return {StartAgent, Transfer} <= self.steps and not self.agents

    @property
    def returns(self) -> bool:
        """An agent is told what came of a transfer, or that the caller is handed over."""
        return ReturnToAgent in self.steps or self.starts_after_transfer or self.agents

    @property
    def takes_messages(self) -> bool:
        return TakeMessage in self.steps

    @property
    def plays(self) -> bool:
        """The platform plays something to the caller."""
        return self.speech or self.ringback or self.takes_messages

    @property
    def recorder(self) -> bool:
        return self.takes_messages or self.recording

    @property
    def asks(self) -> bool:
        return Ask in self.steps

    @property
    def asks_aside(self) -> bool:
        """Webhooks are asked while the conversation goes on."""
        return Ask in self.background

    @property
    def questions(self) -> bool:
        """Webhooks are asked."""
        return self.asks or self.asks_aside

    @property
    def webhooks(self) -> bool:
        return self.notifies or self.report or self.recording or self.questions

    @property
    def notifies(self) -> bool:
        return Notify in self.steps | self.background or self.skew or self.takes_messages

    @property
    def tells_steps(self) -> bool:
        """Webhooks are told, or asked, what has led there."""
        return self.notifies or self.questions

    @property
    def tells_choices(self) -> bool:
        """Webhooks are told what the caller has chosen in menus."""
        return Menu in self.steps and (self.tells_steps or self.report)

    @property
    def tells_more(self) -> bool:
        """Something else than an action may have led to what webhooks are told."""
        return self.tells_choices or self.keys or self.data

    @property
    def listens(self) -> bool:
        """The keys of the caller mean something, outside a conversation with a person."""
        return self.agent or self.cancel_key or self.takes_messages or Menu in self.steps

    @property
    def gives_keys_back(self) -> bool:
        """To whoever the caller is joined with."""
        return self.listens and Transfer in self.steps

    @property
    def early_keys(self) -> bool:
        """Whoever is called may press some before anybody listens for them."""
        return self.listens and self.calls_machines

    @property
    def named_texts(self) -> bool:
        return self.metadata or self.sip_headers

    @property
    def prompts(self) -> bool:
        return self.spoken or self.opening_words

    @property
    def texts(self) -> bool:
        return self.prompts or self.named_texts or self.filled_digits or Reply in self.background

    @property
    def numbers(self) -> bool:
        told = self.texts or self.webhooks or bool({DialledNumber, CallingNumber} & self.subjects)
        compared = self.targets & {PstnTarget, UserTarget, WhatsappTarget}  # with who calls, and what was dialled
        return told or bool(compared) or self.country or self.callers_number

    @property
    def hours(self) -> bool:
        return self.hours_of_targets or self.hours_in_texts or HoursState in self.subjects


def _says_numbers(text: Text) -> bool:
    """Whether there may be a telephone number in a text."""
    if not text.references and "+" not in text.known():
        return False
    is_filled_in = any(name not in ("call.id", *PLACE) and not name.startswith(HOURS) for name in text.references)
    return is_filled_in or re.search(_NUMBER, text.known()) is not None


def _names_parties(text: Text) -> bool:
    """Whether it says who is called, or as whom."""
    return not {"call.to", "call.from"}.isdisjoint(text.references)


def _headers_of(flow: Flow, names: Iterable[str]) -> Iterator[Text]:
    """What they are told over SIP when they are called."""
    for target in map(flow.target, names):
        yield from (entry.text for entry in target.headers) if isinstance(target, SipTarget) else ()


def _messages_for(flow: Flow, names: Iterable[str]) -> Iterator[Text]:
    """What is left on their machines."""
    for machine in (flow.target(name).machine for name in names):
        if machine is not None and machine.message is not None:
            yield flow.prompt(machine.message).text


_NUMBER = r"\+[1-9][0-9]{6}"


def greets(steps: Steps) -> bool:
    """Whether something is said right before the agent is started: meanwhile it connects."""
    if StartAgent not in map(type, steps):
        return False
    kinds = [type(step) for step in steps]
    return Say in kinds[: kinds.index(StartAgent)]


def leads_to_agent(steps: Steps) -> bool:
    """Whether nothing but what is said comes before the agent."""
    after = next((step for step in steps if not isinstance(step, Say | Notify | ChangeLanguage)), None)
    return isinstance(after, StartAgent)


def is_met(target: Target) -> bool:
    """Whether something comes between the answer and the caller."""
    return bool(target.accept or target.whisper or target.digits or target.machine)


def is_called_with(target: SipTarget) -> bool:
    """Whether it is called with more than its address, its caller ID and its headers."""
    return bool(target.account) or target.display_name is not None or target.proxy is not None
