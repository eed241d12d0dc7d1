"""Steps: from nodes that are shaped right to the IR, every name in them looked up.

A broken step must not cause a second error, so something harmless stands in for it: where it would have ended its list
a hang-up, elsewhere nothing. Flows with stand-ins are never emitted, and `complete` is false: the compiler asserts that
something has been reported then.
"""

from __future__ import annotations

import re
from typing import assert_never

from msgspec import Struct

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import (
    TERMINAL,
    Choice,
    Fallback,
    GoTo,
    Group,
    HangUp,
    Hunt,
    Notify,
    Outcome,
    Parameter,
    Reply,
    ReturnToAgent,
    Say,
    Step,
    Steps,
    Text,
    Transfer,
)
from flowc.language.flow import syntax
from flowc.language.flow.steps import RINGBACK, STEP_KEYS, STEP_WORDS, STEPS_WITH_A_WORD
from flowc.language.flow.syntax import Maybe, Section, given
from flowc.nodes import Broken, Scalar
from flowc.parse import placement
from flowc.parse.suggestions import dash, glued_dash, in_latin, whole_colon
from flowc.resolve import texts
from flowc.resolve.names import Declared, Names
from flowc.source import Span
from flowc.suggest import did_you_mean, nearest

_STEP_WITHOUT_COLON = rf"(?s)({'|'.join(STEPS_WITH_A_WORD)})[ =:>-]+(?:(?:to|the|say[ :]) *(?=\S))*(\S.{{0,99}})"
_ONE_WORD = r"[^\s,\[\]{}#]+"
_USED = {
    "target": "is a target: write `{{transfer: {}}}`",
    "prompt": "is a prompt: write `{{say: {}}}`",
    "route": "is a route: write its name alone, as a step",
    "action": "is an action, which only the agent asks for: write its steps, or a route that both name",
}
_THE_REST = ("otherwise", "else", "default", "other", "others", "_", "*", "any")
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


class Owner(Struct, frozen=True):
    """The action that steps belong to. A parameter whose body is broken is None; None for all: nobody knows them."""

    name: str
    parameters: dict[str, Parameter | None] | None
    names: Names | None


class Scope(Struct, frozen=True):
    """What steps can name."""

    prompts: Declared
    targets: Declared
    routes: Declared
    actions: Names
    parameters: Names | None  # of all actions; None: nobody knows which there are
    prompt_texts: dict[str, Text]
    prompt_spans: dict[str, Span]


class StepResolver:
    def __init__(self, scope: Scope, problems: Problems) -> None:
        self.scope = scope
        self.problems = problems
        self.complete = True

    def steps(self, written: Maybe[syntax.Steps], owner: Owner | None, in_do: bool = False) -> Steps:
        """The steps of a list, or of a single step. `owner` is None in routes and in `unavailable`."""
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
            talking = in_do and all(isinstance(each, Notify | Reply) for each in found)
            if item is items[-1] and not talking and not any(isinstance(each, TERMINAL) for each in found):
                found.append(HangUp(item.span))
        return tuple(found)

    def _step(self, step: syntax.Step, owner: Owner | None) -> Step:
        match step:
            case Scalar():
                return self._word(step)
            case syntax.Say():
                return Say(self._prompt(step.say), step.span)
            case syntax.Transfer():
                return self._transfer(step, owner)
            case syntax.ReturnToAgent():
                opening = given(step.return_to_agent)
                return ReturnToAgent(self.agent_says(opening.say) if opening is not None else None, step.span)
            case syntax.Notify():
                return Notify(texts.setting(step.notify, self.problems), step.span)
            case syntax.Reply():
                known = None if owner is None else owner.names
                return Reply(texts.entries(step.reply, known, self.problems), step.span)
            case _:
                assert_never(step)

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
        others = [each for each in (scope.targets, scope.prompts, scope.routes, scope.actions) if each.kind != kind]
        for other in others:
            if name in other.names:
                return f"{quoted(name)} {_USED[other.kind].format(name)}"
        for other in others if nearest(name, own) is None else ():
            found = nearest(name, other.in_order)
            if found is not None:
                return f"did you mean `{found}`, which {_USED[other.kind].format(found)}"
        return ""

    def _prompt(self, node: Maybe[Scalar]) -> str:
        if node is None or isinstance(node, Broken):
            return ""
        prompts = self.scope.prompts
        if not prompts.may_be(node.text) and not prompts.look_up(
            node, self.problems, self._of_another_kind("prompt", node.text, prompts.in_order)
        ):
            self.complete = False
        return node.text

    def agent_says(self, node: Maybe[Scalar]) -> str | None:
        """A prompt that the agent speaks itself: on its side nobody can fill in a `${…}`."""
        if node is None or isinstance(node, Broken):
            return None
        name = self._prompt(node)
        known = self.scope.parameters
        for reference in () if self.problems.full else self.scope.prompt_texts.get(name, Text(())).references:
            if not (
                reference in texts.OF_THE_CALL
                or known is None
                or reference in known.names
                or known.may_be_hours(reference)
            ):
                continue  # which the prompt has been told
            message = f"the agent speaks {quoted(name)} and cannot fill in `${{{reference}}}`"
            related = (Related(self.scope.prompt_spans[name], "the prompt"),)
            self.problems.add(node.span, "FLOW204", message, "use a prompt without it", related)
        return name

    # Transfers

    def _transfer(self, step: syntax.Transfer, owner: Owner | None) -> Transfer:
        span, ringing = step.span, given(step.ringing)
        if step.fallback is not None:
            fallback = self._fallback(step.fallback, owner, span)
        else:
            fallback = (Fallback(None, (ReturnToAgent(None, span),), span),)
        return Transfer(
            to=self._destination(step.transfer, owner),
            agent_stays=step.agent == "stays",
            ringing=None if ringing is None or ringing.text == RINGBACK else self._prompt(ringing),
            fallback=fallback,
            afterwards=(HangUp(span),) if step.afterwards is None else self.steps(step.afterwards, owner),
            span=span,
            fallback_is_default=step.fallback is None,
        )

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

    def _destination(self, to: Maybe[syntax.Targets | syntax.Choice], owner: Owner | None) -> Hunt | Choice:
        match to:
            case syntax.Choice():
                return self._choice(to, owner)
            case Scalar() | tuple():
                return self._hunt(to)
            case None | Broken():
                return ()
            case _:
                assert_never(to)

    def _hunt(self, written: syntax.Targets) -> Hunt:
        hunt: list[Group] = []
        for name in (written,) if isinstance(written, Scalar) else written:
            if not isinstance(name, Broken):
                targets = self.scope.targets
                if not targets.may_be(name.text):
                    hint = self._of_another_kind("target", name.text, targets.in_order)
                    targets.look_up(name, self.problems, hint)
                    self.complete = False
                hunt.append(Group((name.text,)))
        return tuple(hunt)

    def _choice(self, choice: syntax.Choice, owner: Owner | None) -> Choice:
        by, among = given(choice.by), given(choice.among)
        hunts = [
            (value.text, () if isinstance(targets, Broken) else self._hunt(targets))
            for value, targets in syntax.entries(among)
        ]
        values = self._values(by, owner) if by is not None else None
        if values is not None and among is not None:
            self._match(among, (choice.node.key("among") or by or choice.node).span, values)
        return Choice(by.text if by is not None else "", tuple(hunts), (by or choice.node).span)

    def _values(self, by: Scalar, owner: Owner | None) -> tuple[str, ...] | None:
        """The values of the parameter that chooses, or None if it cannot choose or nobody knows."""
        if owner is None:
            hint = "write the transfer in the action itself"
            message = f"{quoted(by.text)} cannot choose here: only an action has parameters"
            self.problems.add(by.span, "FLOW308", message, hint)
            return None
        if owner.parameters is None:
            return None
        if by.text not in owner.parameters:
            if owner.names is None or owner.names.may_be(by.text):
                return None
            hint = did_you_mean(by.text, owner.names.in_order) or f"declare it under `parameters` of `{owner.name}`"
            message = f"action {quoted(owner.name)} has no parameter {quoted(by.text)}"
            self.problems.add(by.span, "FLOW201", message, hint)
            return None
        parameter = owner.parameters[by.text]
        if parameter is None:
            return None
        related = (Related(parameter.span, "the parameter"),)
        if not parameter.enum:
            message = f"{quoted(by.text)} cannot choose: it has no `enum`"
            self.problems.add(by.span, "FLOW308", message, "list its values: `enum: [sales, billing]`", related)
            return None
        if parameter.optional:
            message = f"{quoted(by.text)} cannot choose: the agent may leave it out"
            self.problems.add(by.span, "FLOW308", message, "remove `optional: true`", related)
        return parameter.enum

    def _match(self, among: Section[syntax.Targets], span: Span, values: tuple[str, ...]) -> None:
        known = frozenset(values)
        written = {name.text for name, _ in among.entries}
        missing = [value for value in values if value not in written]
        wrong = 0  # names that may have been meant for one of the missing ones
        for name, value in among.entries:
            if name.text in known:
                continue
            wrong += 1
            if not isinstance(value, Broken) and not self.problems.full:
                message = f"{quoted(name.text)} is not a value of the parameter"
                found = missing[0] if len(missing) == 1 else nearest(name.text, missing or values)
                listed = ", ".join(quoted(each) for each in values[:12])
                hint = f"did you mean `{found}`?" if found else f"its values are {listed}"
                if name.text in _THE_REST:
                    every = ", ".join(quoted(each) for each in missing[:12])
                    hint = f"there is no {quoted(name.text)} here: "
                    hint += f"write {every} instead, each with its targets" if missing else "remove it"
                self.problems.add(name.span, "FLOW308", message, hint)
        if len(missing) > wrong and not among.open:
            message = f"no targets for {', '.join(quoted(each) for each in missing[:12])}"
            self.problems.add(span, "FLOW308", message, "every value of the parameter needs its targets")


def _with_colon(word: str, value: str) -> str:
    """A hint for a step that is written without its colon: in braces, which are right wherever a step is."""
    if word == "transfer" and "," in value:
        return f"did you mean {quoted(f'{{transfer: [{value}]}}')}?"
    if not re.fullmatch(_ONE_WORD, value):
        what = {"transfer": "TARGET", "notify": "ADDRESS"}.get(word, "PROMPT")
        step = f"{{return_to_agent: {{say: {what}}}}}" if word == "return_to_agent" else f"{{{word}: {what}}}"
        return f"write `{step}`" + (", and the sentence under `prompts`" if what == "PROMPT" else "")
    step = f"{{{word}: {{say: {value}}}}}" if word == "return_to_agent" else f"{{{word}: {value}}}"
    return f"did you mean {quoted(step)}?"
