"""Steps: from nodes that are shaped right to the IR, every name in them looked up.

A broken step must not cause a second error, so something harmless stands in for it: where it would have ended its list
a hang-up, elsewhere nothing. Flows with stand-ins are never emitted, and `complete` is false: the compiler asserts that
something has been reported then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from flowc.diagnostics import Related, quoted
from flowc.ir import (
    FIRST_AGENT,
    AnswerValue,
    Arm,
    Ask,
    Branch,
    ChangeLanguage,
    Choice,
    Choosable,
    ChosenHunt,
    DataValue,
    Fallback,
    GoTo,
    Group,
    HangUp,
    Hunt,
    Item,
    Menu,
    Notify,
    Outcome,
    ParameterValue,
    RecordCall,
    Reject,
    Rejection,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    StartAgent,
    Step,
    Steps,
    Subject,
    TakeMessage,
    Transfer,
    is_terminal,
)
from flowc.language import located
from flowc.language.durations import as_written
from flowc.language.flow import syntax
from flowc.language.flow.steps import RINGBACK
from flowc.language.located import Maybe, Section, given
from flowc.nodes import Broken, Scalar
from flowc.resolve import texts
from flowc.resolve.branches import check_values, subject_of
from flowc.resolve.heard import DECLARE_LANGUAGE
from flowc.resolve.references import Owner, References
from flowc.source import Span
from flowc.suggest import did_you_mean

TIMES = 2
"""How often the prompt of a menu is heard, unless it says another number."""
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
LEAST_WITH_A_WARNING_MS = 120_000
LIMIT_OF_A_MESSAGE_MS, KEY_OF_A_MESSAGE = 120_000, "#"
"""What is not said of a message, or not readable."""


BRIEFING_MS, BRIEFING_SILENCE_MS = 120_000, 30_000
INTRODUCTION_MS = 20_000
"""Where the flow does not say how long a briefing may take, and until nobody has spoken for how long."""


class StepResolver(References):
    def steps(
        self, written: Maybe[syntax.Steps], owner: Owner | None, in_do: bool = False, in_arm: bool = False
    ) -> Steps:
        """The steps of a list, or of a single step. `owner` is None in routes and in `unavailable`. With `in_do` or
        `in_arm` they may leave the conversation alone.
        """
        if written is None or type(written) is Broken:
            self.complete = False
            return ()
        items = syntax.listed(written)
        found: list[Step] = []
        for item in items:
            if type(item) is not Broken:
                found.append(self._step(item, owner))
                continue
            self.complete = False
            alongside = (Ask, Notify, Reply, ChangeLanguage, RecordCall)
            talking = (in_do or in_arm) and all(isinstance(each, alongside) for each in found)
            if item is items[-1] and not talking and not any(map(is_terminal, found)):
                found.append(HangUp(item.span))
        return tuple(found)

    def _step(self, step: syntax.Step, owner: Owner | None) -> Step:
        match step:
            case Scalar():
                return self._word(step)
            case syntax.Say():
                return Say(self.prompt(step.say), step.span)
            case syntax.Notify():
                return Notify(self.webhook(step.notify), step.span)
            case syntax.Ask():
                otherwise = self.steps(step.otherwise, owner)
                return Ask(self.asked(step.ask), step.within, otherwise, step.span)
            case syntax.Transfer():
                return self._transfer(step, owner)
            case syntax.Branch():
                return self._branch(step, owner)
            case syntax.ReturnToAgent():
                opening = given(step.return_to_agent)
                if opening is None:
                    return ReturnToAgent(None, step.span)
                otherwise = () if opening.otherwise is None else self.steps(opening.otherwise, owner)
                return ReturnToAgent(self.agent_says(opening.say), step.span, otherwise)
            case syntax.TakeMessage():
                return self._take_message(step, owner)
            case syntax.Menu():
                return self._menu(step, owner)
            case syntax.ChangeLanguage():
                return self._language(step, owner)
            case syntax.RecordCall():
                return RecordCall(step.recording == "start", step.span)
            case syntax.StartAgent():
                return StartAgent(step.span, self.agent(step.start_agent))
            case syntax.Reject():
                return Reject(Rejection(step.reject), step.span)
            case syntax.Reply():
                known = None if owner is None else owner.in_texts
                return Reply(texts.entries(step.reply, known, self.problems), step.span)
            case _:
                assert_never(step)

    def _take_message(self, step: syntax.TakeMessage, owner: Owner | None) -> TakeMessage:
        message = given(step.take_message)
        if message is None:
            self.complete = False
            return TakeMessage("", LIMIT_OF_A_MESSAGE_MS, KEY_OF_A_MESSAGE, (HangUp(step.span),), step.span)
        key = given(message.ending)
        return TakeMessage(
            self.webhook(message.notify),
            message.limit,
            KEY_OF_A_MESSAGE if key is None else key.text,
            self.steps(message.otherwise, owner),
            step.span,
            message.quiet,
        )

    def _menu(self, step: syntax.Menu, owner: Owner | None) -> Menu:
        if not isinstance(step.keys, Section) or step.keys.open:
            self.complete = False
        choices = [Choosable(key.text, self.steps(steps, owner), key.span) for key, steps in located.entries(step.keys)]
        otherwise = self.steps(step.otherwise, owner)
        return Menu(self.prompt(step.menu), tuple(choices), step.within, step.times or TIMES, otherwise, step.span)

    def _language(self, step: syntax.ChangeLanguage, owner: Owner | None) -> ChangeLanguage:
        """A language, or a parameter whose values are all languages."""
        node, languages = given(step.language), self.scope.languages
        if node is None or node.text in languages.names:
            self.complete = self.complete and node is not None
            return ChangeLanguage(node.text if node is not None else None, None, step.span)
        if languages.known and not languages.listed:
            hint = "declare several: `call: {languages: {en: VOICE, fr: VOICE}}`"
            self.problems.add(node.span, "FLOW201", "the call has one language", hint)
        elif languages.known and not self.problems.full:
            self._language_in(node, owner)
        return ChangeLanguage(None, node.text, step.span)

    def _language_in(self, node: Scalar, owner: Owner | None) -> None:
        """Whether a parameter of this name can hold a language."""
        scope, name = self.scope, node.text
        known = scope.parameters if owner is None else owner.names
        if known is not None and name not in known.names and not known.may_be(name):
            message = f"there is no language {quoted(name)}" + (", and no parameter" if known.names else "")
            hint = did_you_mean(name, [*scope.languages.in_order, *known.in_order]) or DECLARE_LANGUAGE
            self.problems.add(node.span, "FLOW201", message, hint)
            return
        declared = scope.declared.get(name, [])
        if owner is not None and owner.parameters is not None:
            own = owner.parameters.get(name)
            declared = [own] if own is not None else []
        for parameter in declared:
            strange = [value for value in parameter.enum if value not in scope.languages.names]
            related = (Related(parameter.span, "the parameter"),)
            if strange:
                message = f"{quoted(strange[0])}, a value of `{name}`, is no language"
                hint = did_you_mean(strange[0], scope.languages.in_order) or DECLARE_LANGUAGE
                self.problems.add(node.span, "FLOW201", message, hint, related)
            elif not parameter.enum:
                message = f"`{name}` is no language: it has no `enum`"
                hint = f"list its values: `enum: [{', '.join(scope.languages.listed)}]`"
                self.problems.add(node.span, "FLOW201", message, hint, related)

    def _word(self, node: Scalar) -> Step:
        match node.text:
            case "hang_up":
                return HangUp(node.span)
            case "return_to_agent":
                return ReturnToAgent(None, node.span)
            case "start_agent":
                return self.first_agent(node.span)
            case "retry":
                return Retry(node.span)
            case route:
                self.route(node)
                return GoTo(route, node.span)

    def first_agent(self, span: Span) -> StartAgent:
        """The agent with which a call begins: `start_agent`, be it written or what holds where nothing is."""
        return StartAgent(span, FIRST_AGENT if self.scope.agents.names else None)

    # Transfers

    def placed(self, written: syntax.Outbound) -> Transfer:
        """The call of `outbound`, as a transfer to its targets. `answered` follows as `afterwards`."""
        called = given(written.call)
        span = written.node.entries["call"][1].span if called is not None else written.span
        fallback: tuple[Fallback, ...] = (Fallback(None, (), span),)
        if written.fallback is None:
            self.complete = False
        else:
            fallback = self._fallback(written.fallback, None, span)
        before = len(self.problems)
        to = self._hunt(written.call, None)
        stops = given(written.stop_on) or () if len(self.problems) == before else ()
        first: Step = self.first_agent(span)
        if written.answered is None and not self.has_agent:
            message = "`outbound` of a flow without an agent needs the key `answered`: nobody talks to whom it calls"
            self.problems.add(written.span, "FLOW102", message, "add `answered: [{say: PROMPT}, hang_up]`")
            first = HangUp(span)
        return Transfer(
            to=to,
            agent_waits=True if self.has_agent else None,
            ringing=(),
            fallback=fallback,
            afterwards=(first,) if written.answered is None else self.steps(written.answered, None),
            span=span,
            within_ms=written.within,
            stop_on=tuple(_OUTCOMES[each] for each in stops if type(each) is not Broken),
            is_placed=True,
            fallback_at=_key(written, "fallback"),
        )

    def _transfer(self, step: syntax.Transfer, owner: Owner | None) -> Transfer:
        span = step.span
        if step.fallback is not None:
            fallback = self._fallback(step.fallback, owner, span)
        else:
            fallback = (Fallback(None, (ReturnToAgent(None, span),), span),)
        before = len(self.problems)
        to = self._hunt(step.transfer, owner)
        limit, warning = self.limit(step.talk_limit, "talk_limit", "to both who talk")
        briefing, briefs, introduces = given(step.briefing), step.agent == "briefs", step.agent == "introduces"
        lasting = BRIEFING_MS if briefing is None else briefing.limit
        silence = BRIEFING_SILENCE_MS if briefing is None else briefing.silence
        stops = given(step.stop_on) or () if len(self.problems) == before else ()  # else it is not known who is rung
        return Transfer(
            to=to,
            agent_waits=step.agent != "leaves" if self.has_agent or "agent" in step.node.entries else None,
            ringing=self._ringing(step.ringing),
            fallback=fallback,
            afterwards=(HangUp(span),) if step.afterwards is None else self.steps(step.afterwards, owner),
            span=span,
            fallback_is_default=step.fallback is None,
            within_ms=step.within,
            talk_limit_ms=limit,
            warning=warning,
            pauses_recording=step.recording == "paused",
            stop_on=tuple(_OUTCOMES[each] for each in stops if type(each) is not Broken),
            cancel=None if (key := given(step.cancel)) is None else key.text,
            briefing_ms=lasting if briefs else None,
            briefing_silence_ms=silence if briefs and silence < lasting else None,
            vain_silence=None if briefing is None or (briefs and silence < lasting) else _key(briefing, "silence"),
            gone=None if briefing is None or briefing.gone is None else self.told_alone(briefing.gone),
            vain_gone=_key(briefing, "gone") if briefing is not None and introduces else None,
            introduction_ms=_introduction_ms(briefing) if introduces else None,
            vain_briefing=briefing.span if briefing is not None and not (briefs or introduces) else None,
            fallback_at=_key(step, "fallback"),
            recording_at=_key(step, "recording"),
            ringing_at=_key(step, "ringing"),
            cancel_at=_key(step, "cancel"),
        )

    def _ringing(self, written: Maybe[Scalar | tuple[Scalar | Broken, ...]]) -> tuple[str, ...]:
        """The prompts that are heard meanwhile; none: ringback."""
        if written is None or type(written) is Broken:
            return ()
        if isinstance(written, Scalar):
            return () if written.text == RINGBACK else (self.prompt(written),)
        for item in written:
            if isinstance(item, Scalar) and item.text == RINGBACK:
                message = "`ringback` is heard behind prompts without being named"
                hint = "take it out; for ringback alone write `ringing: ringback`"
                self.problems.add(item.span, "FLOW302", message, hint)
        prompts = (item for item in written if isinstance(item, Scalar) and item.text != RINGBACK)
        return tuple(self.prompt(item) for item in prompts)

    def limit(self, written: Maybe[int | syntax.TalkLimit], key: str, whom: str) -> tuple[int | None, str | None]:
        """How long something may last, and what those whom it concerns hear a minute before the end."""
        if not isinstance(written, syntax.TalkLimit):
            return None if type(written) is Broken else written, None
        if written.warning is None:
            return written.limit, None
        is_short = (written.limit or LEAST_WITH_A_WARNING_MS) < LEAST_WITH_A_WARNING_MS  # nothing, if it is missing
        if is_short and type(written.warning) is not Broken:
            place = written.node.entries["limit"][1]
            message = "`limit` is less than `2m`, and a warning comes a minute before the end"
            hint = f"at least `2m`, or without a warning `{key}: {as_written(written.limit or 0)}`"
            self.problems.add(place.span, "FLOW105", message, hint)
        return written.limit, self.told_alone(written.warning, whom)

    def _fallback(
        self, section: Section[syntax.Steps] | Broken, owner: Owner | None, span: Span
    ) -> tuple[Fallback, ...]:
        """Steps by outcome. What cannot be read counts as covering every outcome."""
        if type(section) is Broken:
            self.complete = False
            return (Fallback(None, (), span),)
        found: list[Fallback] = []
        gap = False
        for name, steps in section.entries:
            outcome = _OUTCOMES.get(name.text)
            if outcome is None and name.text != "otherwise":
                gap = True
            else:
                found.append(Fallback(outcome, self.steps(steps, owner), name.span))
        if (gap or section.open) and not any(fallback.outcome is None for fallback in found):
            found.append(Fallback(None, (), span))
        return tuple(found)

    def _hunt(self, written: Maybe[syntax.Targets], owner: Owner | None) -> Hunt:
        if written is None or type(written) is Broken:
            return ()
        hunt: list[Item] = []
        items = written if isinstance(written, tuple) else (written,)
        self._listed_again(items)
        for item in items:
            match item:
                case syntax.Choice():
                    hunt.append(self._choice(item, owner))
                case syntax.Repeated():
                    if (target := given(item.target)) is not None:
                        name = self.target(target)
                        hunt.append(Group((name,), target.span, item.attempts or 1, item.pause))
                case syntax.Together():
                    names = [self.target(each) for each in given(item.together) or () if type(each) is not Broken]
                    if len(names) == 1 and isinstance(item.together, tuple) and len(item.together) == 1:
                        message = "`together` has one target alone"
                        hint = f"write `{names[0]}` in its place, or `{{target: {names[0]}, attempts: 2}}`"
                        self.problems.add(item.span, "FLOW105", message, hint)
                    if names:
                        hunt.append(Group(tuple(dict.fromkeys(names)), item.span, item.attempts or 1, item.pause))
                case Scalar():
                    hunt.append(Group((self.target(item),), item.span))
                case Broken():
                    pass
                case _:
                    assert_never(item)
        return tuple(hunt)

    def _listed_again(self, items: tuple[syntax.Item | Broken, ...]) -> None:
        """Targets that a hunt rings twice, whatever is chosen. Of two in one list it is said already."""
        first: dict[str, tuple[Scalar, bool]] = {}
        among: dict[str, syntax.Item | Broken] = {}
        for item in items:
            for name, is_plain in _named_in(item):
                before, was_plain = first.setdefault(name.text, (name, is_plain))
                is_told = (is_plain and was_plain) or (item is among.get(name.text) and not is_plain)
                among.setdefault(name.text, item)
                if before is not name and not is_told and not self.problems.full:
                    message = f"{quoted(name.text)} is rung twice in one hunt"
                    related = (Related(before.span, "first rung here"),)
                    hint = f"remove one of them, or write `{{target: {name.text}, attempts: 2}}` once"
                    self.problems.add(name.span, "FLOW109", message, hint, related)

    # Branches

    def _choice(self, written: syntax.Choice, owner: Owner | None) -> Choice:
        subject = self._subject(written, owner)
        arms = [
            ChosenHunt(value.text, self._hunt(targets, owner), value.span)
            for value, targets in located.entries(written.among)
        ]
        return Choice(subject, tuple(arms), _place_of(written))

    def _branch(self, written: syntax.Branch, owner: Owner | None) -> Branch:
        subject = self._subject(written, owner)
        arms = [
            Arm(value.text, self.steps(steps, owner, in_arm=True), value.span)
            for value, steps in located.entries(written.among)
        ]
        return Branch(subject, tuple(arms), _place_of(written))

    def _subject(self, written: syntax.Branch | syntax.Choice, owner: Owner | None) -> Subject:
        """What it goes by. What cannot be read has been reported, and something stands in for it."""
        by, before = given(written.by), len(self.problems.found)
        if by is None or not isinstance(written.among, Section) or written.among.open:
            self.complete = False
        scope = self.scope
        subject = (
            None
            if by is None
            else subject_of(by, scope.hours, scope.languages, scope.answers, scope.data, self.problems)
        )
        if by is not None and isinstance(subject, ParameterValue):
            self.parameter(by, owner)
        if subject is not None and len(self.problems.found) == before:
            declared = self.scope.declared.get(by.text, []) if by is not None else []
            if owner is not None and owner.parameters is not None and by is not None:
                own = owner.parameters.get(by.text)
                declared = [own] if own is not None else []
            if isinstance(subject, AnswerValue):
                declared = [each for each in (scope.fields.get(by.text if by is not None else ""),) if each is not None]
            if isinstance(subject, DataValue):
                datum = (scope.data or {}).get(subject.name)
                declared = [] if datum is None else [datum]
            check_values(subject, located.entries(written.among), declared, self.scope.callers, self.problems)
        return subject or ParameterValue("")


def _introduction_ms(briefing: syntax.Briefing | None) -> int:
    """How long an agent may stay with both."""
    is_written = briefing is not None and "limit" in briefing.node.entries
    return briefing.limit if briefing is not None and is_written else INTRODUCTION_MS


def _named_in(item: syntax.Item | Broken) -> Iterator[tuple[Scalar, bool]]:
    """The targets of an item that is no choice, and whether it is a name alone."""
    match item:
        case Scalar():
            yield item, True
        case syntax.Repeated() if (target := given(item.target)) is not None:
            yield target, False
        case syntax.Together():
            yield from ((each, False) for each in given(item.together) or () if isinstance(each, Scalar))
        case _:
            pass


def _place_of(written: syntax.Branch | syntax.Choice) -> Span:
    """Where it says what it goes by."""
    return (given(written.by) or written.node).span


def _key(step: syntax.Transfer | syntax.Briefing | syntax.Outbound, name: str) -> Span | None:
    """Where a key of it is written."""
    return step.node.entries[name][0].span if name in step.node.entries else None
