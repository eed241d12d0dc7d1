"""The names that steps use: each is looked up, and what is wrong with it said where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as ReadOnly

from msgspec import Struct

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import FIRST_AGENT, Parameter, Prompt
from flowc.ir.kept import kept
from flowc.ir.walk import OF_THE_CALL as IN_ANY_TEXT
from flowc.ir.walk import PLACE
from flowc.language.flow.steps import STEP_KEYS, STEP_WORDS, STEPS_WITH_A_WORD
from flowc.language.located import Maybe
from flowc.language.secrets import looks_secret
from flowc.nodes import Broken, Mapping, Scalar
from flowc.resolve import texts
from flowc.resolve.branches import hours_meant, of_the_call, unknown_parameter
from flowc.resolve.nameable import Nameable
from flowc.resolve.names import Answers, Declared, Names
from flowc.suggest import Instead, as_typed, did_you_mean, misspelt, nearest, write

_STEP_WITHOUT_COLON = rf"(?s)({'|'.join(STEPS_WITH_A_WORD)})[ =:>-]+(?:(?:to|the|say[ :]) *(?=\S))*(\S.{{0,99}})"
_ADDRESS = "[/.:@]"
_NO_STEPS = ("prompt", "webhook")
"""Kinds that stand where no steps can."""
_ONE_WORD = r"[^\s,\[\]{}#]+"
_USED = {
    "target": "is a target: write `{{transfer: {}}}`",
    "prompt": "is a prompt: write `{{say: {}}}`",
    "webhook": "is a webhook: write `{{notify: {}}}`",
    "route": "is a route: write its name alone, as a step",
    "agent": "is an agent: write `{{start_agent: {}}}`",
    "action": "is an action, which only the agent asks for: write its steps, or a route that both name",
}


class Owner(Struct, frozen=True, dict=True):
    """The action that steps belong to. A parameter whose body is broken is None; None for all: nobody knows them."""

    name: str
    parameters: dict[str, Parameter | None] | None
    names: Names | None
    nameable: Nameable

    @kept
    def in_texts(self) -> Names | None:
        """What its texts can name."""
        return self.nameable.with_answers(self.nameable.in_texts(self.names))


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
    callers: Declared
    answers: Answers
    fields: dict[str, Parameter | None]  # of what webhooks answer: `roster.who`
    agents: Declared
    numbers: Callable[[], ReadOnly[str, str]]  # where targets are, as it is written -> the target's name
    data: ReadOnly[str, Parameter | None] | None  # what a call is started with; None: nobody knows
    has_queues: bool  # else what a queue says is said to be unknown where it stands


class References:
    """Looks up what steps name. `complete` is false as soon as one cannot be read: something stands in for it.
    `has_agent`: the flow has one, on some way. `root` is the whole file, in which an error may look around.
    """

    def __init__(self, scope: Scope, problems: Problems, root: Mapping, has_agent: bool = True) -> None:
        self.scope = scope
        self.root = root
        self.problems = problems
        self.has_agent = has_agent
        self.complete = True

    def route(self, node: Scalar) -> None:
        routes, text = self.scope.routes, node.text
        if routes.may_be(text):
            self.complete = self.complete and text in routes.names
            return
        self.complete = False
        if self.problems.full:
            return
        from flowc.parse import placement  # only an error needs it
        from flowc.parse.suggestions import dash, glued_dash, in_latin, joined, whole_colon

        latin, why = in_latin(text)
        if hint := joined(node) or dash(text) or glued_dash(text) or ("" if text.isascii() else whole_colon(text)):
            pass
        elif latin in routes.names or latin in STEP_WORDS:
            hint = Instead(f"{why}: did you mean `{latin}`?", as_typed(latin))
        elif text in STEP_KEYS:
            hint = f"`{text}` needs to know what: `{{{text}: …}}`"
        elif (written := re.fullmatch(_STEP_WITHOUT_COLON, text)) is not None:
            hint = _with_colon(written[1], written[2].strip())
        else:
            own = [*STEP_WORDS, *routes.in_order]
            hint = placement.no_step(text) or self._of_another_kind("route", text, own) or self._possible_step(node)
        self.problems.add(node.span, "FLOW201", f"there is no step and no route {quoted(text)}", hint)

    def _possible_step(self, node: Scalar) -> str:
        """A hint for a word that is no step: of what can stand here the nearest, or all of it."""
        from flowc.resolve.possible_steps import possible_here  # only an error needs it

        possible = possible_here(self.root, node.span, self.scope.routes.in_order)
        found = nearest(node.text, [*possible, *STEP_WORDS])
        if found is None or found in possible:
            return did_you_mean(node.text, possible)
        hint = did_you_mean("", possible)  # while they are few
        return f"`{found}` is not possible here" + (f"; {hint}" if hint else "")

    def _of_another_kind(self, kind: str, name: str, own: list[str]) -> str:
        """A hint for a name that is not known among names of one kind, if it is one of another, or nearer to one. Of
        `own`, which fit the place, one that differs in a letter or two comes first; an action fits nowhere.
        """
        if self.problems.full:
            return ""
        scope = self.scope
        webhook = name.partition(".")[0]
        if kind == "target" and "." in name and webhook in scope.webhooks.names:
            return f"a webhook's answer chooses: write `{{by: {name}, among: {{VALUE: TARGET, …}}}}`"
        kinds = (scope.targets, scope.prompts, scope.webhooks, scope.routes, scope.agents, scope.actions)
        others = [each for each in kinds if each.kind != kind and not (each.kind == "action" and kind in _NO_STEPS)]
        meant = nearest(name, own)
        for other in others if meant is None or not misspelt(name, [meant]) else ():
            if name in other.names and (meant is None or other.kind != "action"):
                return _of_kind(f"{quoted(name)} ", other.kind, name)
        for other in others if meant is None else ():
            found = nearest(name, other.in_order) if kind == "route" or other.kind != "action" else None
            if found is not None:
                return _of_kind(f"did you mean `{found}`, which ", other.kind, found)
        return ""

    def prompt(self, node: Maybe[Scalar]) -> str:
        """One that is no announcement in a queue."""
        name = self._prompt(node)
        prompt = self.scope.prompt.get(name)
        versions = () if prompt is None or not self.scope.has_queues else prompt.versions
        found = [each for version in versions for each in version.text.references if each in PLACE]
        if prompt is not None and found and isinstance(node, Scalar) and not self.problems.full:
            message = f"{quoted(name)} says `${{{found[0]}}}`, which is known in `announce` of a `queue` target alone"
            related = (Related(prompt.span, "the prompt"),)
            self.problems.add(node.span, "FLOW204", message, "use a prompt without it", related)
        return name

    def announced(self, node: Maybe[Scalar]) -> str:
        """A prompt that the caller hears in a queue."""
        name = self._prompt(node)
        self._is_a_sentence(node, name, "as an announcement in a queue")
        return name

    def _prompt(self, node: Maybe[Scalar]) -> str:
        if node is None or type(node) is Broken:
            return ""
        prompts = self.scope.prompts
        if not prompts.may_be(node.text) and not prompts.look_up(
            node, self.problems, self._of_another_kind("prompt", node.text, prompts.in_order)
        ):
            self.complete = False
        return node.text

    def told_alone(self, node: Maybe[Scalar], where: str = "to a person alone") -> str:
        """A prompt that must be a sentence: nothing else can be heard until a file is loaded, or there is no file."""
        name = self.prompt(node)
        self._is_a_sentence(node, name, where)
        return name

    def _is_a_sentence(self, node: Maybe[Scalar], name: str, where: str) -> None:
        prompt = self.scope.prompt.get(name)
        if prompt is not None and prompt.sounds and isinstance(node, Scalar) and not self.problems.full:
            message = f"{quoted(name)} is a sound file, and cannot be played {where}"
            related = (Related(prompt.span, "the prompt"),)
            self.problems.add(node.span, "FLOW107", message, "use a prompt that is a sentence", related)

    def left_on_a_machine(self, node: Maybe[Scalar]) -> str:
        """A prompt that a machine records."""
        return self.told_alone(node, "to a machine")

    def webhook(self, node: Maybe[Scalar], key: str = "notify") -> str:
        """The name of a webhook that is told. What stood here before there were names says what to write."""
        if node is None or type(node) is Broken:
            return ""
        webhooks, text = self.scope.webhooks, node.text
        if looks_secret(text):
            texts.refuse_secret(node, f"`{key}`", self.problems)
        elif webhooks.may_be(text):
            return text
        elif re.search(_ADDRESS, text):
            what = "setting" if text.startswith("{") else "address"
            message = f"`{key}` takes the name of a webhook, and no {what}"
            hint = "declare it under `webhooks`, as `crm: {url: …}`, and put that name here"
            self.problems.add(node.span, "FLOW103", message, hint)
        else:
            from flowc.parse.suggestions import name_of_a_setting  # only an error needs it

            hint = ""
            if name := name_of_a_setting(text):
                hint = f"declare it under `webhooks`, as `crm: {{url: {{secret: {name}}}}}`, and put that name here"
            webhooks.look_up(node, self.problems, hint or self._of_another_kind("webhook", text, webhooks.in_order))
        self.complete = False
        return text

    def asked(self, node: Maybe[Scalar]) -> str:
        """The name of a webhook that is asked: it says what it answers."""
        name, before = self.webhook(node, "ask"), len(self.problems.found)
        if isinstance(node, Scalar) and name in self.scope.webhooks.names and not self.scope.answers.may_answer(name):
            message = f"{quoted(name)} cannot be asked: nothing says what it answers"
            hint = f"declare it: `{name}: {{url: …, answer: {{NAME: {{type: string, enum: [yes, no]}}}}}}`"
            if len(self.problems.found) == before:
                self.problems.add(node.span, "FLOW201", message, hint)
            self.complete = False
        return name

    def agent_says(self, node: Maybe[Scalar]) -> str | None:
        """A prompt that the agent speaks itself: on its side nobody can fill in a `${…}`."""
        if node is None or type(node) is Broken:
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
                reference in IN_ANY_TEXT
                or known is None
                or reference in known.names
                or known.may_be_hours(reference)
                or self.scope.answers.may_be(reference)
            ):
                continue  # which the prompt has been told
            message = f"the agent speaks {quoted(name)} and cannot fill in `${{{reference}}}`"
            related = (Related(prompt.span, "the prompt"),)
            self.problems.add(node.span, "FLOW204", message, "use a prompt without it", related)
        return name

    def target(self, node: Scalar) -> str:
        targets = self.scope.targets
        if not targets.may_be(node.text) and self.problems.full:
            self.complete = False
        elif not targets.may_be(node.text):
            called = self.scope.numbers().get(node.text)
            hint = write(called, ", the target that is called there") if called is not None else ""
            hint = hint or targets.several(node.text)
            hint = hint or self._of_another_kind("target", node.text, targets.in_order)
            targets.look_up(node, self.problems, hint)
            self.complete = False
        return node.text

    def agent(self, node: Maybe[Scalar]) -> str:
        """One of several."""
        if node is None or type(node) is Broken:
            self.complete = False
            return ""
        agents, name = self.scope.agents, node.text
        if name in agents.names or name == FIRST_AGENT:
            if name == FIRST_AGENT:
                message = f"{quoted(name)} is none of `agents`: it is started by the word alone"
                self.problems.add(node.span, "FLOW201", message, "write `start_agent`")
            return name
        self.complete = False
        if not agents.names and not self.problems.full and not agents.may_be(name):
            hint = "declare it under `agents`, by this name; or take the name out: `start_agent` starts `agent`"
            if name in self.scope.routes.names or name in self.scope.targets.names:
                hint = self._of_another_kind("agent", name, [])
            self.problems.add(node.span, "FLOW201", "this flow has one agent", hint)
        elif not agents.may_be(name):
            agents.look_up(node, self.problems, self._of_another_kind("agent", name, agents.in_order))
        return name

    def parameter(self, by: Scalar, owner: Owner | None) -> None:
        """A parameter that decides: in an action one of its own, elsewhere one of any action."""
        known = self.scope.parameters
        if owner is not None:
            if owner.parameters is None or owner.names is None or owner.names.may_be(by.text):
                return
            hint = hours_meant(by, self.scope.hours) or _of_the_call(by, self.scope.languages) or self._answered(by)
            hint = hint or did_you_mean(by.text, owner.names.in_order)
            hint = hint or f"declare it under `parameters` of `{owner.name}`"
            message = f"action {quoted(owner.name)} has no parameter {quoted(by.text)}"
            self.problems.add(by.span, "FLOW201", message, hint)
        elif known is not None and not known.may_be(by.text):
            message = f"no action has a parameter {quoted(by.text)}"
            hint = hours_meant(by, self.scope.hours) or _of_the_call(by, self.scope.languages) or self._answered(by)
            self.problems.add(by.span, "FLOW201", message, hint or unknown_parameter(by, known.in_order))

    def _answered(self, by: Scalar) -> str:
        """A hint for what a webhook answers, without the webhook's name."""
        found = [name for name in self.scope.answers.in_order if name.partition(".")[2] == by.text]
        if len(found) != 1:
            return ""
        return Instead(f"did you mean `{found[0]}`, which a webhook answers?", found[0])


def _of_kind(begin: str, kind: str, name: str) -> str:
    """A hint for a name of another kind: what is done with such a name, where that is a step."""
    hint = begin + _USED[kind].format(name)
    step = re.search("`({.*})`", _USED[kind].format(name))
    return hint if step is None else Instead(hint, step[1])


def _of_the_call(by: Scalar, languages: Declared) -> str:
    """A hint for what is the call's, and no parameter."""
    subject = f"call.{by.text}"
    return write(subject) if subject in of_the_call(languages) else ""


def _with_colon(word: str, value: str) -> str:
    """A hint for a step that is written without its colon: in braces, which are right wherever a step is."""
    if word == "transfer" and "," in value:
        return _step_meant(f"{{transfer: [{value}]}}")
    if not re.fullmatch(_ONE_WORD, value):
        what = {"transfer": "TARGET", "notify": "WEBHOOK"}.get(word, "PROMPT")
        step = f"{{return_to_agent: {{say: {what}}}}}" if word == "return_to_agent" else f"{{{word}: {what}}}"
        return f"write `{step}`" + (", and the sentence under `prompts`" if what == "PROMPT" else "")
    step = f"{{{word}: {{say: {value}}}}}" if word == "return_to_agent" else f"{{{word}: {value}}}"
    return _step_meant(step)


def _step_meant(step: str) -> Instead:
    return Instead(f"did you mean {quoted(step)}?", step)
