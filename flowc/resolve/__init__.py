"""From a decoded tree to the IR: names are looked up, references checked, defaults filled in, units converted.

Always makes a flow, even of a file full of errors, so that everything that is wrong is found in one run: what is
broken has been reported and gets a placeholder that causes no further error. Whether steps go together is not decided
here but in `flowc/checks/`. Nothing of a flow with errors is ever emitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flowc.diagnostics import Problems, Related
from flowc.ir import Action, Agent, Call, Flow, Prompt, PstnTarget, Route, SipTarget, Target, Text
from flowc.language.durations import milliseconds
from flowc.language.grammar import CARTESIA_VERSION, FLOW, LAST_WORDS, MAX_DURATION, RING
from flowc.language.secrets import looks_secret
from flowc.parse.nodes import Mapping, Node, Scalar, Sequence, pairs
from flowc.resolve import texts
from flowc.resolve.names import Declared, Names, refuse_reserved
from flowc.resolve.parameters import parameters
from flowc.resolve.steps import Owner, Scope, StepResolver
from flowc.source import START, Span


@dataclass(frozen=True, slots=True)
class Resolved:
    """A flow, and whether every step of it could be read. `name` is where its name stands."""

    flow: Flow
    name: Span
    complete: bool


def resolve(root: Mapping, problems: Problems) -> Resolved:
    """The flow in a tree that `Decoder` has been over; what is wrong goes to `problems`."""
    return _Resolver(root, problems).resolve()


class _Resolver:
    def __init__(self, root: Mapping, problems: Problems) -> None:
        self.root = root
        self.problems = problems
        self.actions = root.mapping("actions")
        self.parameter_names = self._parameter_names()
        self.strays = {
            name
            for section, (_, value) in root.entries.items()
            if section not in FLOW.by_key and isinstance(value, Mapping)
            for name in value.entries
        }

    def resolve(self) -> Resolved:
        name = self.root.scalar("flow")
        if name is not None:
            refuse_reserved("flow", name, self.problems)
        prompts = self._prompts()
        scope = Scope(
            self._declared("prompt"),
            self._declared("target"),
            self._declared("route"),
            Names("action", self.actions.entries if self.actions is not None else ()),
            self.parameter_names,
            {prompt.name: prompt.text for prompt in prompts},
            {prompt.name: prompt.span for prompt in prompts},
        )
        self.steps = StepResolver(scope, self.problems)
        flow = Flow(
            name=name.text if name is not None else "",
            path=self.problems.path,
            agent=self._agent(),
            call=self._call(),
            prompts=prompts,
            targets=self._targets(),
            actions=self._actions(),
            routes=self._routes(),
        )
        return Resolved(flow, name.span if name is not None else START, self.steps.complete)

    def _declared(self, kind: str) -> Declared:
        section = f"{kind}s"
        node = self.root.mapping(section)
        for name, _ in pairs(node):
            refuse_reserved(kind, name, self.problems)
        return Declared(kind, node, not self.root.is_broken(section), self.strays)

    def _parameter_names(self) -> Names | None:
        """The parameters of all actions; None if that is not known because something is broken."""
        if self.actions is None:
            return None if self.root.is_broken("actions") else _NO_PARAMETERS
        if self.actions.open:
            return None
        names: set[str] = set()
        for _, action in pairs(self.actions):
            if not isinstance(action, Mapping) or action.is_broken("parameters"):
                return None
            declared = action.mapping("parameters")
            if declared is not None and declared.open:
                return None
            names.update(declared.entries if declared is not None else ())
        return Names("parameter", names)

    @cached_property
    def said_by_agent(self) -> set[str]:
        """The prompts that the agent speaks itself: before an action, or when the caller is back with it."""
        found = {say.text for _, action in pairs(self.actions) for say in _said(action)}
        waiting: list[Node] = [self.root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Sequence):
                waiting.extend(node.items)
            elif isinstance(node, Mapping):
                found.update(say.text for say in _said(node.get("return_to_agent")))
                waiting.extend(value for _, value in pairs(node))
        return found

    def _agent(self) -> Agent:
        node = self.root.mapping("agent")
        if node is None:
            self.steps.complete = False
            return Agent("", "", CARTESIA_VERSION, (), _duration(None, LAST_WORDS), (), START)
        for name, _ in pairs(node.mapping("metadata")):
            if name.text.startswith("vox_"):
                message = f"metadata `{name.text[:40]}`: names that start with `vox_` are taken"
                self.problems.add(name.span, "FLOW202", message, "rename it")
        version, key = node.scalar("version"), self.root.key("agent")
        return Agent(
            api_key=texts.setting(node.get("api_key"), self.problems),
            agent_id=texts.setting(node.get("agent_id"), self.problems),
            version=version.text if version is not None else CARTESIA_VERSION,
            metadata=texts.entries(node.mapping("metadata"), _NO_PARAMETERS, self.problems),
            last_words_ms=_duration(node.scalar("last_words"), LAST_WORDS),
            unavailable=self.steps.steps(node.get("unavailable"), None),
            span=(key or node).span,
        )

    def _call(self) -> Call:
        node = self.root.mapping("call")
        if node is None:
            return Call(True, _duration(None, MAX_DURATION))
        token, skew = node.scalar("token"), node.mapping("skew")
        return Call(
            token_required=token is None or token.text == "required",
            max_duration_ms=_duration(node.scalar("max_duration"), MAX_DURATION),
            skew=texts.setting(skew.get("notify"), self.problems) if skew is not None else None,
        )

    def _prompts(self) -> tuple[Prompt, ...]:
        found: list[Prompt] = []
        for name, value in pairs(self.root.mapping("prompts")):
            sentence = Text(())
            if isinstance(value, Scalar):
                sentence = texts.text(value, self.parameter_names, self.problems, name.text in self.said_by_agent)
                if looks_secret(value.text):
                    texts.refuse_secret(value, "this prompt", self.problems)
            found.append(Prompt(name.text, sentence, name.span))
        return tuple(found)

    def _targets(self) -> tuple[Target, ...]:
        found: list[Target] = []
        for name, node in pairs(self.root.mapping("targets")):
            if isinstance(node, Mapping):
                found.append(self._target(name, node))
        return tuple(found)

    def _target(self, name: Scalar, node: Mapping) -> Target:
        ring = _duration(node.scalar("ring"), RING)
        caller_id = node.get("caller_id")
        if "pstn" in node.entries:
            number = texts.setting(node.get("pstn"), self.problems)
            return PstnTarget(name.text, number, texts.setting(caller_id, self.problems), ring, name.span)
        address = texts.setting(node.get("sip"), self.problems)
        shown = texts.setting(caller_id, self.problems) if caller_id is not None else None
        self._same_header(node.mapping("headers"))
        headers = texts.entries(node.mapping("headers"), self.parameter_names, self.problems)
        return SipTarget(name.text, address, shown, headers, ring, name.span)

    def _same_header(self, node: Mapping | None) -> None:
        first: dict[str, Scalar] = {}
        for name, _ in pairs(node):
            known = first.setdefault(name.text.lower(), name)
            if known is not name and name.text.startswith("X-"):
                related = (Related(known.span, "first given here"),)
                message = f"header `{name.text}` is given twice: upper and lower case are the same in SIP"
                self.problems.add(name.span, "FLOW006", message, "remove one of them", related)

    def _actions(self) -> tuple[Action, ...]:
        found: list[Action] = []
        for name, node in pairs(self.actions):
            refuse_reserved("action", name, self.problems)
            if isinstance(node, Mapping):
                found.append(self._action(name, node))
            else:
                self.steps.complete = False
        if self.actions is None:
            self.steps.complete = False
        return tuple(found)

    def _action(self, name: Scalar, node: Mapping) -> Action:
        description, interrupted = node.scalar("description"), node.scalar("interrupted")
        declared = parameters(node.mapping("parameters"), self.problems)
        if node.is_broken("say"):
            self.steps.complete = False
        if description is not None:
            texts.as_meant(description, self.problems)
        section = node.mapping("parameters")
        known = None if node.is_broken("parameters") or (section is not None and section.open) else declared
        owner = Owner(name.text, known, None if known is None else Names("parameter", known))
        return Action(
            name=name.text,
            description=description.text if description is not None else "",
            parameters=tuple(parameter for parameter in declared.values() if parameter is not None),
            say=self.steps.agent_says(node.get("say")),
            do=self.steps.steps(node.get("do"), owner, in_do=True),
            span=name.span,
            cancels=interrupted is not None and interrupted.text == "cancel",
        )

    def _routes(self) -> tuple[Route, ...]:
        if self.root.is_broken("routes"):
            self.steps.complete = False
        return tuple(
            Route(name.text, self.steps.steps(node, None), name.span)
            for name, node in pairs(self.root.mapping("routes"))
        )


def _said(node: Node | None) -> Iterator[Scalar]:
    say = node.scalar("say") if isinstance(node, Mapping) else None
    if say is not None:
        yield say


_NO_PARAMETERS = Names("parameter", ())


def _duration(node: Scalar | None, default: str) -> int:
    """In milliseconds."""
    lasting = milliseconds(node.text if node is not None else default)
    assert lasting is not None
    return lasting
