"""From a flow as it is written to the IR: names are looked up, and references checked.

Always makes a flow, even of a file full of errors, so that everything that is wrong is found in one run: what is
broken has been reported and gets a placeholder that causes no further error. Whether steps go together is not decided
here but in `flowc/checks/`. Nothing of a flow with errors is ever emitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from flowc.diagnostics import Problems, quoted
from flowc.ir import (
    Action,
    Call,
    Callers,
    Flow,
    Key,
    Likeness,
    Outbound,
    Parameter,
    Reject,
    Rejection,
    Route,
    Steps,
    Webhook,
)
from flowc.ir.flow import way_of_key
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.flow.grammar import FLOW
from flowc.language.flow.values import NAME
from flowc.language.located import Maybe, Section, given, is_open
from flowc.nodes import Broken, Mapping, Scalar
from flowc.resolve import headers, texts
from flowc.resolve.agents import AgentResolver
from flowc.resolve.call import CallResolver
from flowc.resolve.hours import hours
from flowc.resolve.likeness import called_targets
from flowc.resolve.nameable import Nameable
from flowc.resolve.names import Answers, Declared, Names, refuse_reserved
from flowc.resolve.parameters import data, parameters
from flowc.resolve.prompts import PromptResolver
from flowc.resolve.references import Owner, Scope
from flowc.resolve.steps import StepResolver
from flowc.resolve.targets import TargetResolver
from flowc.source import START, Span


class Resolved(Struct, frozen=True):
    """A flow, and whether every step of it could be read. `name` is where its name stands."""

    flow: Flow
    name: Span
    complete: bool


def resolve(written: syntax.Flow, problems: Problems) -> Resolved:
    """The flow that is written; what is wrong goes to `problems`."""
    return _Resolver(written, problems).resolve()


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
        self._is_data_open = type(written.outbound) is Broken or (outbound is not None and is_open(outbound.data))
        self._is_data_open |= not all(map(NAME.fits, self.data))
        self.webhooks = self._declared("webhook", written.webhooks)
        self.answers = Answers(written.webhooks, self.webhooks)
        targets = (target for _, target in located.entries(written.targets))
        self.has_queues = not {syntax.QueueTarget, Broken}.isdisjoint(map(type, targets))
        self.has_queues |= bool(self.strays) or written.node.open or located.is_open(written.targets)  # may stand there
        names_of_data = None if self._is_data_open else self.data
        self.nameable = Nameable(self.hours, self.languages, self.answers, names_of_data, has_queues=self.has_queues)
        self.parameter_names = self._parameter_names()
        self.has_agent = written.node.open or not (written.agent is written.agents is written.actions is None)

    def resolve(self) -> Resolved:
        written, name = self.written, given(self.written.flow)
        if name is not None:
            refuse_reserved("flow", name, self.problems)
        prompts = PromptResolver(written, self.languages, self.nameable, self.parameter_names, self.problems).prompts()
        self.declared = {
            name.text: parameters(action.parameters, self.problems)
            for name, action in located.entries(written.actions)
            if type(action) is not Broken
        }
        self.fields = {
            name.text: parameters(webhook.answer, self.problems, "field")
            for name, webhook in located.entries(written.webhooks)
            if type(webhook) is not Broken
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
            cache(lambda: dict(_numbers(written.targets))),
            None if self._is_data_open else self.data,
            self.has_queues,
        )
        self.steps = StepResolver(scope, self.problems, written.node, self.has_agent)
        calls_out = self._outbound()
        agents = AgentResolver(written, self.steps, self.nameable, self.problems, has_agent=self.has_agent).agents()
        call = CallResolver(written, self.steps, self.problems, has_agent=self.has_agent).call()
        targets_of = TargetResolver(
            self.steps,
            self.nameable,
            self.parameter_names,
            self.data,
            self.problems,
            written.targets,
            is_data_open=self._is_data_open,
        )
        flow = Flow(
            name=name.text if name is not None else "",
            path=self.problems.path,
            agent=agents[0] if agents else None,
            agents=tuple(agents[1:]),
            call=call,
            prompts=prompts,
            webhooks=self._webhooks(),
            targets=tuple(targets_of.target(name, target) for name, target in self.called),
            actions=self._actions(),
            routes=self._routes(),
            hours=hours(written.hours, self.problems),
            inbound=self._inbound(calls_out, call),
            outbound=calls_out,
            callers=self._callers(),
            keys=self._keys(),
            likes=tuple(
                [
                    Likeness(each.text, like.text, like.span)
                    for each, target in self.called
                    if type(like := target.like) is Scalar
                ]
            ),
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
        return (self.steps.first_agent(recording.span),) if recording is not None and is_told else ()

    def _outbound(self) -> Outbound | None:
        written = self.written.outbound
        if written is None or type(written) is Broken:
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

    def _declared(self, kind: str, section: Maybe[Section[Any]]) -> Declared:
        for name, _ in located.entries(section):
            refuse_reserved(kind, name, self.problems)
        return Declared(kind, section, self.strays)

    def _languages(self) -> Maybe[Section[Scalar]]:
        """Of the call; broken, if it is not known which there are."""
        call = self.written.call
        if call is None or type(call) is Broken:
            return call
        return Broken(call.span) if call.languages is None and call.node.open else call.languages

    def _parameter_names(self) -> Names | None:
        """The parameters of all actions; None if that is not known because something is broken."""
        if is_open(self.written.actions):
            return None
        names: set[str] = set()
        for _, action in located.entries(self.written.actions):
            if type(action) is Broken or is_open(action.parameters):
                return None
            names.update(name.text for name, _ in located.entries(action.parameters))
        if self._is_data_open:
            return None
        return Names("parameter", (*names, *self.nameable.data_names), self.hours)

    def _no_parameter_like_a_language(self) -> None:
        """`{language: NAME}` means either."""
        if not self.languages.names:
            return
        for _, action in located.entries(self.written.actions):
            for name, _ in located.entries(action.parameters if type(action) is not Broken else None):
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
            if type(webhook) is not Broken
        )

    def _actions(self) -> tuple[Action, ...]:
        found: list[Action] = []
        for name, action in located.entries(self.written.actions):
            refuse_reserved("action", name, self.problems)
            if type(action) is Broken:
                self.steps.complete = False
            else:
                found.append(self._action(name, action))
        if not found and self.has_agent:
            self.steps.complete = False
        return tuple(found)

    def _action(self, name: Scalar, action: syntax.Action) -> Action:
        description = given(action.description)
        declared = self.declared[name.text]
        if type(action.say) is Broken:
            self.steps.complete = False
        if description is not None:
            texts.as_meant(description, self.problems)
        known = None if is_open(action.parameters) else declared
        names = None if known is None else Names("parameter", known, self.hours)
        owner = Owner(name.text, known, names, self.nameable)
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
        if type(written) is Broken or (written is not None and written.open):
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
            elif type(numbers) is not Broken:
                found.append(Callers(name.text, texts.setting(numbers, self.problems), name.span))
        return tuple(found)

    def _routes(self) -> tuple[Route, ...]:
        if type(self.written.routes) is Broken:
            self.steps.complete = False
        return tuple(
            Route(name.text, self.steps.steps(steps, None), name.span)
            for name, steps in located.entries(self.written.routes)
        )


def _numbers(targets: Maybe[Section[Any]]) -> Iterator[tuple[str, str]]:
    """Where each target is, as it is written, and its name; of two in one place, the last."""
    for name, target in located.entries(targets):
        for key in ("pstn", "sip", "user", "whatsapp", "queue"):
            number = getattr(target, key, None)
            if isinstance(number, Scalar):
                yield number.text, name.text
