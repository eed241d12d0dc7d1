"""Steps: from nodes that are shaped right to the IR, every name in them looked up.

A broken step must not cause a second error, so something harmless stands in for it: where it would have ended its list
a hang-up, elsewhere nothing. Flows with stand-ins are never emitted, and `complete` is false: the compiler asserts that
something has been reported then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from msgspec import Struct

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import (
    Arm,
    Branch,
    ChangeLanguage,
    Choice,
    ChosenHunt,
    Fallback,
    GoTo,
    Group,
    HangUp,
    Hunt,
    Item,
    Notify,
    Outcome,
    Parameter,
    ParameterValue,
    Prompt,
    Reply,
    ReturnToAgent,
    Say,
    Step,
    Steps,
    Subject,
    Transfer,
    is_terminal,
)
from flowc.language import located
from flowc.language.durations import as_written
from flowc.language.flow import syntax
from flowc.language.flow.steps import RINGBACK, STEP_KEYS, STEP_WORDS, STEPS_WITH_A_WORD
from flowc.language.located import Maybe, Section, given
from flowc.language.secrets import looks_secret
from flowc.nodes import Broken, Scalar
from flowc.parse import placement
from flowc.parse.suggestions import dash, glued_dash, in_latin, name_of_a_setting, whole_colon
from flowc.resolve import texts
from flowc.resolve.branches import check_values, hours_meant, subject_of, unknown_parameter
from flowc.resolve.heard import DECLARE_LANGUAGE
from flowc.resolve.names import Declared, Names
from flowc.source import Span
from flowc.suggest import did_you_mean, nearest

_STEP_WITHOUT_COLON = rf"(?s)({'|'.join(STEPS_WITH_A_WORD)})[ =:>-]+(?:(?:to|the|say[ :]) *(?=\S))*(\S.{{0,99}})"
_ADDRESS = re.compile("[/.:@]")
_ONE_WORD = r"[^\s,\[\]{}#]+"
_USED = {
    "target": "is a target: write `{{transfer: {}}}`",
    "prompt": "is a prompt: write `{{say: {}}}`",
    "webhook": "is a webhook: write `{{notify: {}}}`",
    "route": "is a route: write its name alone, as a step",
    "action": "is an action, which only the agent asks for: write its steps, or a route that both name",
}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
LEAST_WITH_A_WARNING_MS = 120_000


class Owner(Struct, frozen=True):
    """The action that steps belong to. A parameter whose body is broken is None; None for all: nobody knows them."""

    name: str
    parameters: dict[str, Parameter | None] | None
    names: Names | None
    in_texts: Names | None  # what its texts can name


class Scope(Struct, frozen=True):
    """What steps can name."""

    prompts: Declared
    targets: Declared
    webhooks: Declared
    routes: Declared
    actions: Names
    parameters: Names | None  # of all actions; None: nobody knows which there are
    hours: Declared
    declared: dict[str, list[Parameter]]  # those of all actions that could be read, by name
    prompt: dict[str, Prompt]
    languages: Declared


class StepResolver:
    def __init__(self, scope: Scope, problems: Problems) -> None:
        self.scope = scope
        self.problems = problems
        self.complete = True

    def steps(
        self, written: Maybe[syntax.Steps], owner: Owner | None, in_do: bool = False, in_arm: bool = False
    ) -> Steps:
        """The steps of a list, or of a single step. `owner` is None in routes and in `unavailable`. With `in_do` or
        `in_arm` they may leave the conversation alone.
        """
        if written is None or isinstance(written, Broken):
            self.complete = False
            return ()
        items = syntax.listed(written)
        found: list[Step] = []
        for item in items:
            if not isinstance(item, Broken):
                found.append(self._step(item, owner))
                continue
            self.complete = False
            talking = (in_do or in_arm) and all(isinstance(each, Notify | Reply | ChangeLanguage) for each in found)
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
            case syntax.ChangeLanguage():
                return self._language(step, owner)
            case syntax.Reply():
                known = None if owner is None else owner.in_texts
                return Reply(texts.entries(step.reply, known, self.problems), step.span)
            case _:
                assert_never(step)

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
            case route:
                self._route(node)
                return GoTo(route, node.span)

    def _route(self, node: Scalar) -> None:
        routes, text = self.scope.routes, node.text
        later = placement.planned_step(text) if text not in routes.names else None
        if later is not None:
            self.complete = False
            self.problems.add(node.span, later.code, later.message, later.hint)
            return
        if routes.may_be(text):
            self.complete = self.complete and text in routes.names
            return
        self.complete = False
        if self.problems.full:
            return
        latin, why = in_latin(text)
        if hint := dash(text) or glued_dash(text) or ("" if text.isascii() else whole_colon(text)):
            pass
        elif latin in routes.names or latin in STEP_WORDS:
            hint = f"{why}: did you mean `{latin}`?"
        elif text in STEP_KEYS:
            hint = f"`{text}` needs to know what: `{{{text}: …}}`"
        elif (written := re.fullmatch(_STEP_WITHOUT_COLON, text)) is not None:
            hint = _with_colon(written[1], written[2].strip())
        else:
            own = [*STEP_WORDS, *routes.in_order]
            hint = placement.no_step(text) or self._of_another_kind("route", text, own) or did_you_mean(text, own)
        self.problems.add(node.span, "FLOW201", f"there is no step and no route {quoted(text)}", hint)

    def _of_another_kind(self, kind: str, name: str, own: list[str]) -> str:
        """A hint for a name that is not known among names of one kind, if it is one of another, or nearer to one."""
        if self.problems.full:
            return ""
        scope = self.scope
        kinds = (scope.targets, scope.prompts, scope.webhooks, scope.routes, scope.actions)
        others = [each for each in kinds if each.kind != kind]
        for other in others:
            if name in other.names:
                return f"{quoted(name)} {_USED[other.kind].format(name)}"
        for other in others if nearest(name, own) is None else ():
            found = nearest(name, other.in_order)
            if found is not None:
                return f"did you mean `{found}`, which {_USED[other.kind].format(found)}"
        return ""

    def prompt(self, node: Maybe[Scalar]) -> str:
        if node is None or isinstance(node, Broken):
            return ""
        prompts = self.scope.prompts
        if not prompts.may_be(node.text) and not prompts.look_up(
            node, self.problems, self._of_another_kind("prompt", node.text, prompts.in_order)
        ):
            self.complete = False
        return node.text

    def told_alone(self, node: Maybe[Scalar], what: str = "a person alone") -> str:
        """A prompt that a person hears before the caller is joined, or together with the caller."""
        name = self.prompt(node)
        prompt = self.scope.prompt.get(name)
        if prompt is not None and prompt.sounds and isinstance(node, Scalar) and not self.problems.full:
            message = f"{quoted(name)} is a sound file: one for {what} is planned, but not implemented yet"
            related = (Related(prompt.span, "the prompt"),)
            self.problems.add(node.span, "FLOW107", message, "use a prompt that is a sentence", related)
        return name

    def left_on_a_machine(self, node: Maybe[Scalar]) -> str:
        """A prompt that a machine records."""
        return self.told_alone(node, "a machine")

    def webhook(self, node: Maybe[Scalar]) -> str:
        """The name of a webhook that is told. What stood here before there were names says what to write."""
        if node is None or isinstance(node, Broken):
            return ""
        webhooks, text = self.scope.webhooks, node.text
        if looks_secret(text):
            texts.refuse_secret(node, "`notify`", self.problems)
        elif webhooks.may_be(text):
            return text
        elif _ADDRESS.search(text):
            what = "setting" if text.startswith("{") else "address"
            message = f"`notify` takes the name of a webhook, and no {what}"
            hint = "declare it under `webhooks`, as `crm: {url: …}`, and put that name here"
            self.problems.add(node.span, "FLOW103", message, hint)
        else:
            hint = ""
            if name := name_of_a_setting(text):
                hint = f"declare it under `webhooks`, as `crm: {{url: {{secret: {name}}}}}`, and put that name here"
            webhooks.look_up(node, self.problems, hint or self._of_another_kind("webhook", text, webhooks.in_order))
        self.complete = False
        return text

    def agent_says(self, node: Maybe[Scalar]) -> str | None:
        """A prompt that the agent speaks itself: on its side nobody can fill in a `${…}`."""
        if node is None or isinstance(node, Broken):
            return None
        name = self.prompt(node)
        known, prompt = self.scope.parameters, self.scope.prompt.get(name)
        if prompt is None or self.problems.full:
            return name
        if prompt.sounds:
            message = f"the agent speaks {quoted(name)}, which is a sound file: it has a voice, and plays nothing"
            hint = "use a prompt that is a sentence, or let the platform play it: `{say: NAME}` as a step"
            self.problems.add(node.span, "FLOW302", message, hint, (Related(prompt.span, "the prompt"),))
        for reference in prompt.text.references:
            if not (
                reference in texts.OF_THE_CALL
                or known is None
                or reference in known.names
                or known.may_be_hours(reference)
            ):
                continue  # which the prompt has been told
            message = f"the agent speaks {quoted(name)} and cannot fill in `${{{reference}}}`"
            related = (Related(prompt.span, "the prompt"),)
            self.problems.add(node.span, "FLOW204", message, "use a prompt without it", related)
        return name

    # Transfers

    def _transfer(self, step: syntax.Transfer, owner: Owner | None) -> Transfer:
        span = step.span
        if step.fallback is not None:
            fallback = self._fallback(step.fallback, owner, span)
        else:
            fallback = (Fallback(None, (ReturnToAgent(None, span),), span),)
        before = len(self.problems)
        to = self._hunt(step.transfer, owner)
        limit, warning = self.limit(step.talk_limit, "talk_limit", "both who talk")
        stops = given(step.stop_on) or () if len(self.problems) == before else ()  # else it is not known who is rung
        return Transfer(
            to=to,
            agent_waits=step.agent == "waits",
            ringing=self._ringing(step.ringing),
            fallback=fallback,
            afterwards=(HangUp(span),) if step.afterwards is None else self.steps(step.afterwards, owner),
            span=span,
            fallback_is_default=step.fallback is None,
            within_ms=step.within,
            talk_limit_ms=limit,
            warning=warning,
            stop_on=tuple(_OUTCOMES[each] for each in stops if not isinstance(each, Broken)),
            cancel=None if (key := given(step.cancel)) is None else key.text,
        )

    def _ringing(self, written: Maybe[Scalar | tuple[Scalar | Broken, ...]]) -> tuple[str, ...]:
        """The prompts that are heard meanwhile; none: ringback."""
        if written is None or isinstance(written, Broken):
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
            return None if isinstance(written, Broken) else written, None
        if written.warning is None:
            return written.limit, None
        is_short = (written.limit or LEAST_WITH_A_WARNING_MS) < LEAST_WITH_A_WARNING_MS  # nothing, if it is missing
        if is_short and not isinstance(written.warning, Broken):
            place = written.node.entries["limit"][1]
            message = "`limit` is less than `2m`, and a warning comes a minute before the end"
            hint = f"at least `2m`, or without a warning `{key}: {as_written(written.limit or 0)}`"
            self.problems.add(place.span, "FLOW105", message, hint)
        return written.limit, self.told_alone(written.warning, whom)

    def _fallback(
        self, section: Section[syntax.Steps] | Broken, owner: Owner | None, span: Span
    ) -> tuple[Fallback, ...]:
        """Steps by outcome. What cannot be read counts as covering every outcome."""
        if isinstance(section, Broken):
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
        if written is None or isinstance(written, Broken):
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
                        name = self._target(target)
                        hunt.append(Group((name,), target.span, item.attempts or 1, item.pause))
                case syntax.Together():
                    names = [self._target(each) for each in given(item.together) or () if not isinstance(each, Broken)]
                    if len(names) == 1 and isinstance(item.together, tuple) and len(item.together) == 1:
                        message = "`together` has one target alone"
                        hint = f"write `{names[0]}` in its place, or `{{target: {names[0]}, attempts: 2}}`"
                        self.problems.add(item.span, "FLOW105", message, hint)
                    if names:
                        hunt.append(Group(tuple(dict.fromkeys(names)), item.span, item.attempts or 1, item.pause))
                case Scalar():
                    hunt.append(Group((self._target(item),), item.span))
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

    def _target(self, node: Scalar) -> str:
        targets = self.scope.targets
        if not targets.may_be(node.text):
            targets.look_up(node, self.problems, self._of_another_kind("target", node.text, targets.in_order))
            self.complete = False
        return node.text

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
        subject = subject_of(by, self.scope.hours, self.scope.languages, self.problems) if by is not None else None
        if by is not None and isinstance(subject, ParameterValue):
            self._parameter(by, owner)
        if subject is not None and len(self.problems.found) == before:
            declared = self.scope.declared.get(by.text, []) if by is not None else []
            if owner is not None and owner.parameters is not None and by is not None:
                own = owner.parameters.get(by.text)
                declared = [own] if own is not None else []
            check_values(subject, located.entries(written.among), declared, self.problems)
        return subject or ParameterValue("")

    def _parameter(self, by: Scalar, owner: Owner | None) -> None:
        """A parameter that decides: in an action one of its own, elsewhere one of any action."""
        known = self.scope.parameters
        if owner is not None:
            if owner.parameters is None or owner.names is None or owner.names.may_be(by.text):
                return
            hint = hours_meant(by, self.scope.hours) or did_you_mean(by.text, owner.names.in_order)
            hint = hint or f"declare it under `parameters` of `{owner.name}`"
            message = f"action {quoted(owner.name)} has no parameter {quoted(by.text)}"
            self.problems.add(by.span, "FLOW201", message, hint)
        elif known is not None and not known.may_be(by.text):
            message = f"no action has a parameter {quoted(by.text)}"
            hint = hours_meant(by, self.scope.hours) or unknown_parameter(by, known.in_order)
            self.problems.add(by.span, "FLOW201", message, hint)


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


def _with_colon(word: str, value: str) -> str:
    """A hint for a step that is written without its colon: in braces, which are right wherever a step is."""
    if word == "transfer" and "," in value:
        return f"did you mean {quoted(f'{{transfer: [{value}]}}')}?"
    if not re.fullmatch(_ONE_WORD, value):
        what = {"transfer": "TARGET", "notify": "WEBHOOK"}.get(word, "PROMPT")
        step = f"{{return_to_agent: {{say: {what}}}}}" if word == "return_to_agent" else f"{{{word}: {what}}}"
        return f"write `{step}`" + (", and the sentence under `prompts`" if what == "PROMPT" else "")
    step = f"{{{word}: {{say: {value}}}}}" if word == "return_to_agent" else f"{{{word}: {value}}}"
    return f"did you mean {quoted(step)}?"
