"""Steps: from nodes that are shaped right to the IR, every name in them looked up.

A broken step must not cause a second error, so something harmless stands in for it: where it would have ended its list
a hang-up, elsewhere nothing. Flows with stand-ins are never emitted, and `complete` is false, which tells the compiler
to leave out the checks that need every step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
from flowc.language.steps import RINGBACK, STEP_WORDS
from flowc.parse import elsewhere
from flowc.parse.meant import dash, in_latin, whole_colon
from flowc.parse.nodes import Broken, Mapping, Node, Scalar, Sequence, pairs
from flowc.resolve import texts
from flowc.resolve.names import Declared, Names
from flowc.source import Span
from flowc.suggest import did_you_mean, nearest

_STEP_WITHOUT_COLON = re.compile(r"(say|transfer|notify|return_to_agent)[ =:]+(\S.{0,99})", re.DOTALL)
_USED = {
    "target": "is a target: write `{{transfer: {}}}`",
    "prompt": "is a prompt: write `{{say: {}}}`",
    "route": "is a route: write its name alone, as a step",
    "action": "is an action, which only the agent asks for: write its steps, or a route that both name",
}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Owner:
    """The action that steps belong to. A parameter whose body is broken is None; None for all: nobody knows them."""

    name: str
    parameters: dict[str, Parameter | None] | None
    names: Names | None


@dataclass(frozen=True, slots=True)
class Scope:
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

    def steps(self, node: Node | None, owner: Owner | None, in_do: bool = False) -> Steps:
        """The steps of a list, or of a single step. `owner` is None in routes and in `unavailable`."""
        if node is None or isinstance(node, Broken):
            self.complete = False
            return ()
        items = node.items if isinstance(node, Sequence) else [node]
        found: list[Step] = []
        for item in items:
            step = self._step(item, owner)
            if step is not None:
                found.append(step)
            else:
                self.complete = False
                talking = in_do and all(isinstance(each, Notify | Reply) for each in found)
                if item is items[-1] and not talking and not any(isinstance(each, TERMINAL) for each in found):
                    found.append(HangUp(item.span))
        return tuple(found)

    def _step(self, node: Node, owner: Owner | None) -> Step | None:
        match node:
            case Scalar():
                return self._word(node)
            case Mapping():
                return self._mapping(node, owner)
            case _:
                return None

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
        later = elsewhere.planned_step(text) if text not in routes.names else None
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
        if hint := dash(text) or ("" if text.isascii() else whole_colon(text)):
            pass
        elif latin in routes.names or latin in STEP_WORDS:
            hint = f"{why}: did you mean `{latin}`?"
        elif text in ("say", "transfer", "notify", "reply"):
            hint = f"`{text}` needs to know what: `{{{text}: …}}`"
        elif (written := _STEP_WITHOUT_COLON.fullmatch(text)) is not None:
            hint = f"did you mean {quoted(f'{written[1]}: {written[2]}')}?"
        else:
            own = [*STEP_WORDS, *routes.in_order]
            hint = elsewhere.no_step(text) or self._of_another_kind("route", text, own) or did_you_mean(text, own)
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

    def _mapping(self, node: Mapping, owner: Owner | None) -> Step | None:
        for name, value in pairs(node):
            match name.text:
                case "say":
                    return Say(self._prompt(value), name.span)
                case "transfer":
                    return self._transfer(node, name, value, owner)
                case "return_to_agent":
                    return self._return_to_agent(name, value)
                case "notify":
                    return Notify(texts.setting(value, self.problems), name.span)
                case "reply":
                    known = None if owner is None else owner.names
                    data = texts.entries(value if isinstance(value, Mapping) else None, known, self.problems)
                    return Reply(data, name.span)
        return None

    def _prompt(self, node: Node | None) -> str:
        if not isinstance(node, Scalar):
            return ""
        prompts = self.scope.prompts
        if not prompts.may_be(node.text) and not prompts.look_up(
            node, self.problems, self._of_another_kind("prompt", node.text, prompts.in_order)
        ):
            self.complete = False
        return node.text

    def agent_says(self, node: Node | None) -> str | None:
        """A prompt that the agent speaks itself: on its side nobody can fill in a `${…}`."""
        if not isinstance(node, Scalar):
            return None
        name = self._prompt(node)
        known = self.scope.parameters
        for reference in () if self.problems.full else self.scope.prompt_texts.get(name, Text(())).references:
            if not (reference in texts.OF_THE_CALL or known is None or reference in known.names):
                continue  # which the prompt has been told
            message = f"the agent speaks {quoted(name)} and cannot fill in `${{{reference}}}`"
            related = (Related(self.scope.prompt_spans[name], "the prompt"),)
            self.problems.add(node.span, "FLOW204", message, "use a prompt without it", related)
        return name

    def _return_to_agent(self, name: Scalar, value: Node) -> ReturnToAgent:
        return ReturnToAgent(self.agent_says(value.get("say") if isinstance(value, Mapping) else None), name.span)

    # Transfers

    def _transfer(self, node: Mapping, name: Scalar, to: Node, owner: Owner | None) -> Transfer:
        span = name.span
        agent, ringing = node.scalar("agent"), node.scalar("ringing")
        if "fallback" in node.entries or node.open:
            fallback, is_default = self._fallback(node.get("fallback"), owner, span), False
        else:
            fallback, is_default = (Fallback(None, (ReturnToAgent(None, span),), span),), True
        return Transfer(
            to=self._choice(to, owner) if isinstance(to, Mapping) else self._hunt(to),
            agent_stays=agent is None or agent.text == "stays",
            ringing=None if ringing is None or ringing.text == RINGBACK else self._prompt(ringing),
            fallback=fallback,
            afterwards=self._afterwards(node, owner, span),
            span=span,
            fallback_is_default=is_default,
        )

    def _afterwards(self, node: Mapping, owner: Owner | None, span: Span) -> Steps:
        if "afterwards" not in node.entries and not node.open:
            return (HangUp(span),)
        return self.steps(node.get("afterwards"), owner)

    def _fallback(self, node: Node | None, owner: Owner | None, span: Span) -> tuple[Fallback, ...]:
        """Steps by outcome. What cannot be read counts as covering every outcome."""
        if not isinstance(node, Mapping):
            self.complete = False
            return (Fallback(None, (), span),)
        found: list[Fallback] = []
        gap = False
        for name, value in pairs(node):
            outcome = _OUTCOMES.get(name.text)
            if outcome is None and name.text != "otherwise":
                gap = True
            else:
                found.append(Fallback(outcome, self.steps(value, owner), name.span))
        if (gap or node.open) and not any(fallback.outcome is None for fallback in found):
            found.append(Fallback(None, (), span))
        return tuple(found)

    def _hunt(self, node: Node) -> Hunt:
        names = [node] if isinstance(node, Scalar) else node.items if isinstance(node, Sequence) else []
        hunt: list[Group] = []
        for name in names:
            if isinstance(name, Scalar):
                targets = self.scope.targets
                if not targets.may_be(name.text):
                    hint = self._of_another_kind("target", name.text, targets.in_order)
                    targets.look_up(name, self.problems, hint)
                    self.complete = False
                hunt.append(Group((name.text,)))
        return tuple(hunt)

    def _choice(self, node: Mapping, owner: Owner | None) -> Choice:
        by, among = node.scalar("by"), node.mapping("among")
        hunts: list[tuple[str, Hunt]] = []
        for value, targets in pairs(among):
            hunts.append((value.text, self._hunt(targets)))
        values = self._values(by, owner) if by is not None else None
        if values is not None and among is not None:
            self._match(among, node.key("among") or among, values)
        return Choice(by.text if by is not None else "", tuple(hunts), (by or node).span)

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

    def _match(self, among: Mapping, among_key: Scalar | Mapping, values: tuple[str, ...]) -> None:
        known = frozenset(values)
        missing = [value for value in values if value not in among.entries]
        wrong = 0  # names that may have been meant for one of the missing ones
        for name, value in pairs(among):
            if name.text in known:
                continue
            wrong += 1
            if not isinstance(value, Broken) and not self.problems.full:
                message = f"{quoted(name.text)} is not a value of the parameter"
                found = missing[0] if len(missing) == 1 else nearest(name.text, missing or values)
                listed = ", ".join(quoted(each) for each in values[:12])
                hint = f"did you mean `{found}`?" if found else f"its values are {listed}"
                self.problems.add(name.span, "FLOW308", message, hint)
        if len(missing) > wrong and not among.open:
            message = f"no targets for {', '.join(quoted(each) for each in missing[:12])}"
            self.problems.add(among_key.span, "FLOW308", message, "every value of the parameter needs its targets")
