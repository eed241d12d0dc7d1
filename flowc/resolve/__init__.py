"""From a flow as it is written to the IR: names are looked up, and references checked.

Always makes a flow, even of a file full of errors, so that everything that is wrong is found in one run: what is
broken has been reported and gets a placeholder that causes no further error. Whether steps go together is not decided
here but in `flowc/checks/`. Nothing of a flow with errors is ever emitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, assert_never

from msgspec import Struct

from flowc.diagnostics import Problems, quoted
from flowc.ir import (
    FIRST_AGENT,
    WAY_OF_IDLE,
    WAY_OF_LOSS,
    Accept,
    Action,
    Agent,
    Announce,
    Call,
    Callers,
    CallRecording,
    Data,
    Flow,
    Idle,
    Key,
    Outbound,
    Parameter,
    Prompt,
    PstnTarget,
    QueueTarget,
    Reference,
    Reject,
    Rejection,
    Route,
    SipTarget,
    StartAgent,
    Steps,
    Target,
    Text,
    UserTarget,
    Version,
    Webhook,
    WhatsappTarget,
)
from flowc.ir.flow import way_of_key
from flowc.ir.walk import DATA, PLACE
from flowc.language import located
from flowc.language.durations import milliseconds
from flowc.language.flow import syntax
from flowc.language.flow.grammar import CALL, CARTESIA_VERSION, FLOW, IDLE_TIMES, MAX_DURATION, RINGBACK_OF
from flowc.language.flow.subjects import LANGUAGE
from flowc.language.flow.targets import PRIORITY
from flowc.language.flow.values import NAME, SIP_HEADER_NAME
from flowc.language.located import Maybe, Section, given, is_open
from flowc.language.secrets import looks_secret
from flowc.nodes import Broken, Mapping, Scalar
from flowc.resolve import headers, heard, sip, texts
from flowc.resolve.caller_ids import caller_ids
from flowc.resolve.digits import digits
from flowc.resolve.hours import hours
from flowc.resolve.likeness import KIND_OF, called_targets
from flowc.resolve.machine import machine
from flowc.resolve.names import Answers, Declared, Names, refuse_reserved
from flowc.resolve.parameters import data, parameters
from flowc.resolve.references import Owner, Scope
from flowc.resolve.steps import StepResolver
from flowc.source import START, Span
from flowc.suggest import did_you_mean


class Resolved(Struct, frozen=True):
    """A flow, and whether every step of it could be read. `name` is where its name stands."""

    flow: Flow
    name: Span
    complete: bool


def resolve(written: syntax.Flow, problems: Problems) -> Resolved:
    """The flow that is written; what is wrong goes to `problems`."""
    return _Resolver(written, problems).resolve()


_OF_AN_AGENT = {
    "api_key": ("api_key",),
    "agent_id": ("agent_id",),
    "unavailable": ("unavailable",),
    "version": ("version",),
    "metadata": ("metadata",),
    "last_words": ("last_words_ms",),
    "answers_within": ("answers_within_ms", "meanwhile"),
    "idle": ("idle",),
    "actions": ("actions",),
}
"""What of an agent each key says."""


class _Resolver:
    def __init__(self, written: syntax.Flow, problems: Problems) -> None:
        self.written = written
        self.problems = problems
        self.strays = {
            name
            for section, (_, value) in written.node.entries.items()
            if section not in FLOW.by_key and isinstance(value, Mapping)
            for name in value.entries
        }
        self.hours = self._declared("hours", written.hours)
        self.languages = Declared("language", self._languages())
        outbound = given(self.written.outbound)
        self.data = data(None if outbound is None else outbound.data, self.problems)
        self._is_data_open = isinstance(written.outbound, Broken) or (outbound is not None and is_open(outbound.data))
        self._is_data_open |= not all(map(NAME.fits, self.data))
        self.parameter_names = self._parameter_names()
        self.webhooks = self._declared("webhook", written.webhooks)
        self.answers = Answers(written.webhooks, self.webhooks)
        targets = (target for _, target in located.entries(written.targets))
        self.has_queues = any(isinstance(target, syntax.QueueTarget | Broken) for target in targets)
        self.has_queues |= bool(self.strays) or written.node.open or located.is_open(written.targets)  # may stand there
        self.has_agent = written.node.open or not (written.agent is written.agents is written.actions is None)

    def resolve(self) -> Resolved:
        written, name = self.written, given(self.written.flow)
        if name is not None:
            refuse_reserved("flow", name, self.problems)
        prompts = self._prompts()
        self.declared = {
            name.text: parameters(action.parameters, self.problems)
            for name, action in located.entries(written.actions)
            if not isinstance(action, Broken)
        }
        self.fields = {
            name.text: parameters(webhook.answer, self.problems, "field")
            for name, webhook in located.entries(written.webhooks)
            if not isinstance(webhook, Broken)
        }
        self._no_parameter_like_a_language()
        targets = self._declared("target", written.targets)
        self.called = tuple(called_targets(written.targets, targets, self.problems))
        scope = Scope(
            self._declared("prompt", written.prompts),
            targets,
            self.webhooks,
            self._declared("route", written.routes),
            Names("action", (action.text for action, _ in located.entries(written.actions))),
            self.parameter_names,
            self.hours,
            self._by_name(),
            {prompt.name: prompt for prompt in prompts},
            self.languages,
            Declared("callers", written.callers, self.strays),
            self.answers,
            {f"{name}.{field}": each for name, fields in self.fields.items() for field, each in fields.items()},
            self._declared("agent", written.agents),
            dict(_numbers(written.targets)),
            None if self._is_data_open else self.data,
            self.has_queues,
        )
        self.steps = StepResolver(scope, self.problems, self.has_agent)
        calls_out = self._outbound()
        agents, call = self._agents(), self._call()
        flow = Flow(
            name=name.text if name is not None else "",
            path=self.problems.path,
            agent=agents[0] if agents else None,
            agents=tuple(agents[1:]),
            call=call,
            prompts=prompts,
            webhooks=self._webhooks(),
            targets=tuple(self._target(name, target) for name, target in self.called),
            actions=self._actions(),
            routes=self._routes(),
            hours=hours(written.hours, self.problems),
            inbound=self._inbound(calls_out, call),
            outbound=calls_out,
            callers=self._callers(),
            keys=self._keys(),
            models=tuple(sorted({like.text for _, target in self.called if isinstance(like := target.like, Scalar)})),
        )
        return Resolved(flow, name.span if name is not None else START, self.steps.complete)

    def _inbound(self, outbound: Outbound | None, call: Call) -> Steps:
        """A flow that only places calls rejects those that come in. Whoever is recorded from the beginning is told so
        first: so is a caller who goes to the agent at once.
        """
        if self.written.inbound is not None:
            return self.steps.steps(self.written.inbound, None)
        if outbound is not None:
            return (Reject(Rejection.DECLINED, outbound.span),)
        recording = call.recording
        is_told = self.has_agent and recording is not None and recording.is_always
        return (StartAgent(recording.span),) if recording is not None and is_told else ()

    def _outbound(self) -> Outbound | None:
        written = self.written.outbound
        if written is None or isinstance(written, Broken):
            self.steps.complete = self.steps.complete and written is None
            return None
        call = self.steps.placed(written)
        self._called_with_data(call.targets())
        data = tuple(each for each in self.data.values() if each is not None)
        return Outbound(data, call, written.span, self.written.inbound is None)

    def _called_with_data(self, called: tuple[str, ...]) -> None:
        """Numbers that a call is started with are those of the targets of `outbound` alone."""
        names = {name.text for name, _ in self.called}
        if not called or not names.issuperset(called):
            return
        for name, target in self.called:
            if not isinstance(target, syntax.PstnTarget) or not isinstance(target.pstn, syntax.DataReference):
                continue
            if name.text not in called:
                whom = " and ".join(map(quoted, called))
                message = f"{quoted(name.text)} has a number of `data`, and `outbound` calls {whom}"
                hint = "write its number, or a setting: only whom `outbound` calls is known by `data`"
                self.problems.add(target.pstn.span, "FLOW309", message, hint)

    def _data_number(self, written: syntax.DataReference) -> Data:
        """What a call is started with, which has to be a phone number."""
        name = given(written.data)
        if name is None:
            return Data("")
        datum = self.data.get(name.text)
        if name.text not in self.data:
            if not self._is_data_open:
                declare = "declare it: `outbound: {data: {NAME: {type: string, format: phone, description: …}}}`"
                hint = did_you_mean(name.text, self.data) or declare
                self.problems.add(name.span, "FLOW201", f"there is no `data` {quoted(name.text)} of `outbound`", hint)
        elif datum is not None and datum.format != "phone":
            message = f"`data` {quoted(name.text)} may be no phone number, and would be dialled"
            self.problems.add(name.span, "FLOW309", message, f"give {quoted(name.text)} `format: phone`")
        elif datum is not None and datum.optional:
            message = f"`data` {quoted(name.text)} may be missing, and then there is nobody to be called"
            self.problems.add(name.span, "FLOW309", message, f"take `optional` of {quoted(name.text)} out")
        return Data(name.text)

    def _declared(self, kind: str, section: Maybe[Section[Any]]) -> Declared:
        for name, _ in located.entries(section):
            refuse_reserved(kind, name, self.problems)
        return Declared(kind, section, self.strays)

    def _in_texts(self, names: Names | None) -> Names | None:
        """What texts that nobody speaks can name: these parameters, the language of the call, and its data; None if
        that is not known because something is broken.
        """
        if names is None or self._is_data_open:
            return None
        language = () if self.languages.known and not self.languages.listed else (LANGUAGE,)
        return Names(names.kind, (*names.names, *language, *self._data_names), self.hours)

    @property
    def _data_names(self) -> list[str]:
        """What a call is started with, as texts name it."""
        return [f"{DATA}{name}" for name in self.data]

    def _with_place(self, names: Names | None) -> Names | None:
        """What prompts can name besides, if they are an announcement in a queue: where they are none is said there."""
        return names if names is None or not self.has_queues else Names(names.kind, (*names.names, *PLACE), self.hours)

    def _with_answers(self, names: Names | None) -> Names | None:
        """What texts can name that are filled in in the course of steps: what webhooks have answered as well."""
        return None if names is None else Names(names.kind, names.names, self.hours, self.answers)

    def _languages(self) -> Maybe[Section[Scalar]]:
        """Of the call; broken, if it is not known which there are."""
        call = self.written.call
        if call is None or isinstance(call, Broken):
            return call
        return Broken(call.span) if call.languages is None and call.node.open else call.languages

    def _parameter_names(self) -> Names | None:
        """The parameters of all actions; None if that is not known because something is broken."""
        if is_open(self.written.actions):
            return None
        names: set[str] = set()
        for _, action in located.entries(self.written.actions):
            if isinstance(action, Broken) or is_open(action.parameters):
                return None
            names.update(name.text for name, _ in located.entries(action.parameters))
        if self._is_data_open:
            return None
        return Names("parameter", (*names, *self._data_names), self.hours)

    def _no_parameter_like_a_language(self) -> None:
        """`{language: NAME}` means either."""
        if not self.languages.names:
            return
        for _, action in located.entries(self.written.actions):
            for name, _ in located.entries(action.parameters if not isinstance(action, Broken) else None):
                if name.text in self.languages.names:
                    message = f"{quoted(name.text)} cannot be the name of a parameter: it is a language of this call"
                    self.problems.add(name.span, "FLOW202", message, "rename it")

    def _by_name(self) -> dict[str, list[Parameter]]:
        """The parameters of all actions that could be read, by name."""
        found: dict[str, list[Parameter]] = {}
        for own in self.declared.values():
            for name, parameter in own.items():
                if parameter is not None:
                    found.setdefault(name, []).append(parameter)
        return found

    @cached_property
    def said_by_agent(self) -> set[str]:
        """The prompts that the agent speaks itself: before an action, when the caller is back with it, or while its
        model is asked once more.
        """
        actions = [action for _, action in located.entries(self.written.actions) if not isinstance(action, Broken)]
        back = [step for step in syntax.every_step(self.written) if isinstance(step, syntax.ReturnToAgent)]
        openings = [opening for step in back if (opening := given(step.return_to_agent)) is not None]
        agents = [given(self.written.agent), *(given(agent) for _, agent in located.entries(self.written.agents))]
        limits = [given(agent.answers_within) for agent in agents if agent is not None]
        meanwhile = [limit.say for limit in limits if isinstance(limit, syntax.AnswerLimit)]
        said = [*(action.say for action in actions), *(opening.say for opening in openings), *meanwhile]
        return {say.text for each in said if (say := given(each)) is not None}

    def _agents(self) -> list[Agent]:
        """`agent`, and then the others; none where nobody is to talk to callers."""
        if not self.has_agent:
            return []
        written = given(self.written.agent)
        if written is None:
            self.steps.complete = False
            if self.written.agent is None and self.written.actions is None:
                for name, _ in located.entries(self.written.agents)[:1]:  # else it has been said that it is missing
                    hint = "add `agent: …` and `actions: …`: `agents` are others beside it"
                    self.problems.add(name.span, "FLOW102", "a flow with `agents` needs the key `agent`", hint)
            return [Agent("", "", "", (), 0, (), START)]
        first = self._agent(written, FIRST_AGENT)
        others = located.entries(self.written.agents)
        return [first, *(self._other(name, each, first) for name, each in others if not isinstance(each, Broken))]

    def _other(self, name: Scalar, written: syntax.OtherAgent, first: Agent) -> Agent:
        """One of several: each key that it does not name is as the first agent has it."""
        named = self._agent(written, name.text)
        inherited = {
            attribute: getattr(first, attribute)
            for key, attributes in _OF_AN_AGENT.items()
            if getattr(written, key) is None
            for attribute in attributes
        }
        own = {attribute: getattr(named, attribute) for attribute in Agent.__struct_fields__}
        way = WAY_OF_LOSS if written.unavailable is None else f"agent {name.text} unavailable"
        return Agent(**(own | inherited | {"span": name.span, "way": way}))

    def _agent(self, written: syntax.Agent | syntax.OtherAgent, called: str) -> Agent:
        for name, _ in located.entries(written.metadata):
            if name.text.startswith("vox_"):
                message = f"metadata `{name.text[:40]}`: names that start with `vox_` are taken"
                self.problems.add(name.span, "FLOW202", message, "rename it")
        version = given(written.version)
        no_parameters = Names("parameter", (), self.hours)
        within, meanwhile = self._answers_within(written.answers_within)
        is_inherited = isinstance(written, syntax.OtherAgent) and written.unavailable is None
        return Agent(
            name=called,
            actions=self._actions_of(written.actions),
            api_key=texts.setting(written.api_key, self.problems),
            agent_id=texts.setting(written.agent_id, self.problems),
            version=version.text if version is not None else CARTESIA_VERSION,
            metadata=texts.entries(written.metadata, self._with_answers(self._in_texts(no_parameters)), self.problems),
            last_words_ms=written.last_words or 0,
            unavailable=() if is_inherited else self.steps.steps(written.unavailable, None),
            span=written.span,
            answers_within_ms=within,
            meanwhile=meanwhile,
            idle=self._idle(written.idle, WAY_OF_IDLE if called == FIRST_AGENT else f"agent {called} idle"),
        )

    def _actions_of(self, written: Maybe[tuple[Scalar | Broken, ...]]) -> tuple[str, ...]:
        """Those that an agent may ask for; all, if it names none."""
        every = self.steps.scope.actions
        if written is None or isinstance(written, Broken):
            return tuple(action.text for action, _ in located.entries(self.written.actions))
        named = {each.text for each in written if isinstance(each, Scalar)}
        for each in written:
            if isinstance(each, Broken):
                self.steps.complete = False
            elif each.text not in every.names and not self.problems.full:
                hint = did_you_mean(each.text, every.in_order) or "declare it under `actions`"
                if not is_open(self.written.actions) and not every.may_be(each.text):
                    self.problems.add(each.span, "FLOW201", f"there is no action {quoted(each.text)}", hint)
        return tuple(action.text for action, _ in located.entries(self.written.actions) if action.text in named)

    def _answers_within(self, written: Maybe[int | syntax.AnswerLimit]) -> tuple[int | None, str | None]:
        """How long the agent's model may say nothing, and what the agent says before it is asked once more."""
        if not isinstance(written, syntax.AnswerLimit):
            return None if isinstance(written, Broken) else written, None
        return written.limit, None if written.say is None else self.steps.agent_says(written.say)

    def _idle(self, written: Maybe[syntax.Idle], way: str) -> Idle | None:
        """What happens when nobody says anything."""
        found = given(written)
        if found is None:
            self.steps.complete = self.steps.complete and written is None
            return None
        return Idle(found.after, found.times or IDLE_TIMES, self.steps.steps(found.do, None), found.span, way)

    def _call(self) -> Call:
        written = given(self.written.call)
        if written is None:
            lasting = self.written.call if isinstance(self.written.call, Broken) else None
            return Call(True, self._longest(lasting)[0], CALL.by_key["silence_limit"].absent, RINGBACK_OF)
        skew = given(written.skew)
        for key in ("token", "skew") if not self.has_agent else ():
            if key in written.node.entries:
                message = f"`{key}` is about what an agent asks for, and this flow has no agent"
                self.problems.add(written.node.entries[key][0].span, "FLOW307", message, "take it out")
        longest, warning = self._longest(written.max_duration)
        return Call(
            token_required=written.token == "required",
            max_duration_ms=longest,
            warning=warning,
            silence_limit_ms=written.silence_limit,
            ringback=heard.country(written.ringback, self.problems),
            voice=heard.voice(written.voice, self.problems),
            languages=heard.languages(written, self.problems),
            skew=self.steps.webhook(skew.notify) if skew is not None else None,
            report=None if written.report is None else self.steps.webhook(written.report, "report"),
            recording=self._recording(given(written.recording)),
            country=self._country(given(written.country)),
        )

    def _longest(self, written: Maybe[int | syntax.TalkLimit]) -> tuple[int, str | None]:
        """How long the call may last, and what is heard a minute before. What cannot be read is longer than all."""
        limit, warning = self.steps.limit(written, "max_duration", "caller and person")
        lasting = "24h" if isinstance(written, Broken) else MAX_DURATION
        return (milliseconds(lasting) or 0) if limit is None else limit, warning

    def _recording(self, written: syntax.CallRecording | None) -> CallRecording | None:
        """How the call is recorded. Who is recorded always is told so first; where a step begins it, the agent asks."""
        if written is None:
            return None
        say = None if written.say is None else self.steps.told_alone(written.say, "the caller")
        is_always = written.starts == "always"
        if is_always and written.say is None:
            message = "a call that is recorded always needs `say`: the caller is told so before anything is recorded"
            self.problems.add(written.span, "FLOW102", message, "add `say: PROMPT`")
        elif not is_always and isinstance(written.say, Scalar):
            message = "`say` is for calls that are recorded always: here an action starts the recording"
            hint = "take it out: the agent asks"
            self.problems.add(written.say.span, "FLOW309", message, hint)
        return CallRecording(
            say=say or "" if is_always else None,
            notify=self.steps.webhook(written.notify),
            keep=written.keep,
            is_secure=written.secure,
            span=written.span,
            is_stereo=written.stereo,
        )

    def _country(self, node: Scalar | None) -> str | None:
        """The country whose national numbers are read."""
        if node is None:
            return None
        from flowc.countries import has_numbers, instead

        if not has_numbers(node.text) and not self.problems.full:
            message = f"there is no country {quoted(node.text)} whose numbers could be read"
            self.problems.add(node.span, "FLOW201", message, instead(node.text))
        return node.text

    def _prompts(self) -> tuple[Prompt, ...]:
        return tuple(
            Prompt(name.text, self._versions(name, written), name.span)
            for name, written in located.entries(self.written.prompts)
        )

    def _versions(self, name: Scalar, written: syntax.Prompt | Broken) -> tuple[Version, ...]:
        """A prompt in each language. What is broken, or lacks one, has a version for all languages."""
        if not isinstance(written, Section):
            several = self.languages.known and len(self.languages.names) > 1
            if several and isinstance(written, Scalar) and not heard.is_address(written.text):
                heard.in_one_language(name, self.languages, self.problems)
            return (self._version(name, written),)
        heard.by_language(name, written, self.languages, self.problems)
        found = [self._version(name, each, language.text) for language, each in written.entries]
        is_whole = self.languages.listed and self.languages.names <= written.node.entries.keys()
        return tuple(found) if is_whole else (*found, Version(Text(())))

    def _version(self, name: Scalar, written: syntax.InOneLanguage | Broken, language: str | None = None) -> Version:
        if isinstance(written, Broken):
            return Version(Text(()), None, language)
        if isinstance(written, syntax.Sound):
            return Version(Text(()), texts.address(written.play, self.problems), language)
        if looks_secret(written.text):
            texts.refuse_secret(written, "this prompt", self.problems)
        if language is None or language in self.languages.names:  # else that is wrong, and has been said
            heard.no_address(name, written, self.problems)
        by_agent = texts.may_fill_in(written.text) and name.text in self.said_by_agent
        names = self._with_answers(self._with_place(self.parameter_names))
        return Version(texts.text(written, names, self.problems, by_agent), None, language)

    def _webhooks(self) -> tuple[Webhook, ...]:
        return tuple(
            Webhook(
                name.text,
                texts.setting(webhook.url, self.problems),
                headers.of_webhook(webhook.headers, self.problems),
                name.span,
                None if webhook.sign is None else texts.setting(webhook.sign, self.problems),
                tuple(field for field in self.fields[name.text].values() if field is not None),
            )
            for name, webhook in located.entries(self.written.webhooks)
            if not isinstance(webhook, Broken)
        )

    def _target(self, name: Scalar, target: syntax.CalledTarget) -> Target:
        if isinstance(target, syntax.QueueTarget):
            return self._queue(name, target)
        shown = caller_ids(target.caller_id, self.problems)
        open_in = self._open_in(target.hours)
        accept = self._accept(target.accept)
        whisper = None if target.whisper is None else self.steps.told_alone(target.whisper)
        language = heard.language(target.language, self.languages, self.problems)
        detected = machine(name, target, self.steps.left_on_a_machine, self.problems)
        of_machines = None if isinstance(target, syntax.WhatsappTarget) else target.machine
        broken = (target.accept, target.voicemail, of_machines)
        is_whole = not (target.node.open or Broken in map(type, broken))
        of_all = (name.span, open_in, is_whole and target.voicemail != "none", accept, whisper, language)
        if not isinstance(target, syntax.SipTarget):
            self._needs("caller_id", target.caller_id, name, target)
        match target:
            case syntax.PstnTarget():
                called = target.pstn
                number = (
                    self._data_number(called)
                    if isinstance(called, syntax.DataReference)
                    else texts.setting(called, self.problems)
                )
                sent = digits(target.digits, self.parameter_names, self.problems)
                return PstnTarget(name.text, number, shown, target.ring, *of_all, sent, detected)
            case syntax.UserTarget():
                user = texts.setting(target.user, self.problems)
                return UserTarget(name.text, user, shown, target.ring, *of_all, target.push, detected)
            case syntax.WhatsappTarget():
                number = texts.setting(target.whatsapp, self.problems)
                return WhatsappTarget(name.text, number, shown, target.ring, *of_all)
            case syntax.SipTarget():
                in_headers = self._with_answers(self._in_texts(self.parameter_names))
                address = texts.setting(target.sip, self.problems)
                headers.no_two_alike(target.headers, SIP_HEADER_NAME, "SIP", self.problems)
                return SipTarget(
                    name.text,
                    address,
                    shown,
                    texts.entries(target.headers, in_headers, self.problems),
                    target.ring,
                    *of_all,
                    digits(target.digits, self.parameter_names, self.problems),
                    detected,
                    auth=sip.auth(target.auth, self.problems),
                    display_name=sip.display_name(target.display_name, self.problems),
                    proxy=sip.proxy(target.proxy),
                    registration=sip.registration(target.registration, self.problems),
                    refers=target.refer,
                )
            case _:
                assert_never(target)

    def _queue(self, name: Scalar, target: syntax.QueueTarget) -> QueueTarget:
        self._needs("wait", target.wait, name, target)
        return QueueTarget(
            name.text,
            texts.setting(target.queue, self.problems),
            target.wait or 0,
            name.span,
            tuple(each.text for each in given(target.skills) or () if isinstance(each, Scalar)),
            int(PRIORITY) if target.priority is None else target.priority,
            self._open_in(target.hours),
            None if target.whisper is None else self.steps.told_alone(target.whisper),
            heard.language(target.language, self.languages, self.problems),
            announce=self._announce(target.announce),
        )

    def _announce(self, written: Maybe[syntax.Announce]) -> Announce | None:
        if written is None or isinstance(written, Broken):
            return None
        name = self.steps.announced(written.say)
        prompt = self.steps.scope.prompt.get(name)
        parts = () if prompt is None else (part for each in prompt.versions for part in each.text.parts)
        bare = {part.name for part in parts if isinstance(part, Reference) and part.fallback is None}
        return Announce(name, written.every, tuple(each for each in PLACE if each in bare), written.span)

    def _needs(self, key: str, value: object, name: Scalar, target: syntax.CalledTarget) -> None:
        """A key of its own or of the target that it is like: the grammar cannot ask for it."""
        if value is None:
            from flowc.parse.key_errors import KeyErrors

            kind = KIND_OF[type(target)]
            KeyErrors(self.problems).missing_key(kind.by_key[key], kind, target.node, name)

    def _accept(self, written: Maybe[syntax.Accept]) -> Accept | None:
        """How the person takes the call."""
        if written is None or isinstance(written, Broken):
            return None
        key, decline = given(written.accepting), given(written.decline)
        return Accept(
            self.steps.told_alone(written.say),
            key.text if key is not None else "any",
            decline.text if decline is not None else None,
            written.within,
            decline.span if decline is not None else written.span,
        )

    def _open_in(self, node: Maybe[Scalar]) -> str | None:
        """The hours that a target names."""
        if node is None or isinstance(node, Broken):
            return None
        declared = self.hours
        if not declared.may_be(node.text) and not self.problems.full:
            hint = did_you_mean(node.text, declared.in_order) or _DECLARE
            self.problems.add(node.span, "FLOW201", f"there are no hours {quoted(node.text)}", hint)
        return node.text

    def _actions(self) -> tuple[Action, ...]:
        found: list[Action] = []
        for name, action in located.entries(self.written.actions):
            refuse_reserved("action", name, self.problems)
            if isinstance(action, Broken):
                self.steps.complete = False
            else:
                found.append(self._action(name, action))
        if not found and self.has_agent:
            self.steps.complete = False
        return tuple(found)

    def _action(self, name: Scalar, action: syntax.Action) -> Action:
        description = given(action.description)
        declared = self.declared[name.text]
        if isinstance(action.say, Broken):
            self.steps.complete = False
        if description is not None:
            texts.as_meant(description, self.problems)
        known = None if is_open(action.parameters) else declared
        names = None if known is None else Names("parameter", known, self.hours)
        owner = Owner(name.text, known, names, self._with_answers(self._in_texts(names)))
        return Action(
            name=name.text,
            description=description.text if description is not None else "",
            parameters=tuple(parameter for parameter in declared.values() if parameter is not None),
            say=self.steps.agent_says(action.say),
            do=self.steps.steps(action.do, owner, in_do=True),
            span=name.span,
            cancels=action.interrupted == "cancel",
        )

    def _keys(self) -> tuple[Key, ...]:
        """What follows a key of the caller, who is with an agent then."""
        written = self.written.keys
        if isinstance(written, Broken) or (written is not None and written.open):
            self.steps.complete = False
        if written is not None and not self.has_agent:
            message = "`keys` count while the caller is with an agent, and this flow has none"
            hint = "take it out: a key of a menu is under `keys` of that, `{menu: PROMPT, keys: {KEY: STEPS}, …}`"
            self.problems.add(self.written.node.entries["keys"][0].span, "FLOW307", message, hint)
        listed = located.entries(written)
        return tuple(
            Key(key.text, self.steps.steps(steps, None), way_of_key(number), key.span)
            for number, (key, steps) in enumerate(listed, start=1)
        )

    def _callers(self) -> tuple[Callers, ...]:
        found: list[Callers] = []
        for name, numbers in located.entries(self.written.callers):
            refuse_reserved("callers", name, self.problems)
            if isinstance(numbers, tuple):
                listed = tuple(each.text for each in numbers if isinstance(each, Scalar))
                found.append(Callers(name.text, listed, name.span))
            elif not isinstance(numbers, Broken):
                found.append(Callers(name.text, texts.setting(numbers, self.problems), name.span))
        return tuple(found)

    def _routes(self) -> tuple[Route, ...]:
        if isinstance(self.written.routes, Broken):
            self.steps.complete = False
        return tuple(
            Route(name.text, self.steps.steps(steps, None), name.span)
            for name, steps in located.entries(self.written.routes)
        )


_DECLARE = "declare them under `hours`: `NAME: {timezone: …, weekly: {mon-fri: …}}`"


def _numbers(targets: Maybe[Section[Any]]) -> Iterator[tuple[str, str]]:
    """Where each target is, as it is written, and its name; of two in one place, the last."""
    for name, target in located.entries(targets):
        for key in ("pstn", "sip", "user", "whatsapp", "queue"):
            number = getattr(target, key, None)
            if isinstance(number, Scalar):
                yield number.text, name.text
