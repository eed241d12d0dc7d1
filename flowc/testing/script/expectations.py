"""Expectations of call scripts: names are looked up, and what can never be true is refused.

From the tree of an `expect` to plain data in the language's words; durations are milliseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeGuard

from flowc.diagnostics import Problems, quoted
from flowc.ir import (
    ChangeLanguage,
    Flow,
    Notify,
    Outcome,
    Reply,
    ReturnToAgent,
    Say,
    Transfer,
    every_step,
    may_not_be_accepted,
    prompts_of,
)
from flowc.language.calls.events import NOTHING
from flowc.language.durations import milliseconds
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence, pairs
from flowc.suggest import did_you_mean
from flowc.testing.result import Place
from flowc.testing.script.model import Expect, Expectation, Until
from flowc.testing.script.wording import plain, shown

PLANNED = {Outcome.MACHINE}
OUTCOMES = [outcome.value for outcome in Outcome if outcome not in PLANNED]
NOBODY = "nobody"
NOT_BY_WAITING = {
    "longest silence": "it only grows",
    "not logged": "it is true until it is logged",
    "released": "whoever is not released in its place, is not",
    "reply": "a request is answered at once",
    "secrets": "they are kept until one is told",
    "time": "`wait: 4s` says how long",
    "unheard": "what is not stopped goes on",
}
"""What can be expected and not be waited for, and why."""


class ExpectationReader:
    def __init__(self, flow: Flow, problems: Problems) -> None:
        steps = list(every_step(flow))
        self.problems = problems
        self.targets = {target.name: None for target in flow.targets}
        self.languages = {language.name: None for language in flow.call.languages}
        self.in_all = {prompt.name for prompt in flow.prompts if prompt.versions[0].language is None}
        self.changes = any(isinstance(step, ChangeLanguage) for step in steps)
        self.prompts = {prompt.name: None for prompt in flow.prompts}
        self.webhooks = {webhook.name: None for webhook in flow.webhooks}
        self.actions = {action.name: None for action in flow.actions}
        transfers = [step for step in steps if isinstance(step, Transfer)]
        self.spoken = {step.prompt for step in steps if isinstance(step, Say)}
        self.spoken |= {prompt for step in transfers for prompt in step.heard} | {flow.call.warning}
        self.openings = {step.prompt for step in steps if isinstance(step, ReturnToAgent)}
        self.data = {entry.name for step in steps if isinstance(step, Reply) for entry in step.data}
        self.notifies = flow.call.skew is not None or any(isinstance(step, Notify) for step in steps)
        self.cancelling = [action.name for action in flow.actions if action.cancels]
        self.transfers = bool(transfers)
        self.closes = any(target.hours for target in flow.targets)
        self.asks = any(may_not_be_accepted(each, flow) for each in transfers)
        self.is_cancelled = any(step.cancel is not None for step in transfers)
        self.told = {each.name: (*prompts_of(each), *_warnings(flow, transfers, each.name)) for each in flow.targets}

    def read(self, key: Scalar, node: Node) -> tuple[Expect, ...]:
        found: list[Expectation] = []
        if isinstance(node, Mapping) and not node.entries:
            self.problems.add(key.span, "FLOW105", "nothing is expected here", "write what must be true")
        for name, value in pairs(node if isinstance(node, Mapping) else None):
            if not isinstance(value, Broken):
                wanted = self._wanted(name.text, value)
                place = Place(self.problems.path, name.span)
                found.append(Expectation(name.text, wanted, f"{name.text}: {shown(value)}", place))
        return (Expect(tuple(found)),)

    def until(self, key: Scalar, node: Mapping) -> tuple[Until, ...]:
        """What is waited for. What waiting cannot bring about is refused: it is true at once, or never."""
        wanted = node.get("until")
        if not isinstance(wanted, Mapping):
            return ()
        for name, _ in pairs(wanted):
            if name.text in NOT_BY_WAITING and not self.problems.full:
                message = f"nobody can wait for {quoted(name.text)}: {NOT_BY_WAITING[name.text]}"
                self.problems.add(name.span, "FLOW504", message, "write it under `expect`, as the next step")
        return tuple(Until(expect.all) for expect in self.read(key, wanted))

    def _wanted(self, key: str, node: Node) -> Any:
        match key:
            case "caller hears" if isinstance(node, Mapping):
                self._heard(node)
            case "caller with" if isinstance(node, Scalar):
                self._name(node, "target", self.targets, ("agent", NOBODY))
            case "ringing":
                items = node.items if isinstance(node, Sequence) else [node]
                for item in items:
                    self._name(item, "target", self.targets, () if isinstance(node, Sequence) else (NOBODY,))
                return [] if isinstance(node, Scalar) and node.text == NOBODY else [plain(item) for item in items]
            case "agent started with" if isinstance(node, Mapping):
                self._language(node.get("language"))
            case "agent told" if isinstance(node, Mapping):
                self._told(node)
            case "reply" if isinstance(node, Mapping):
                self._reply(node)
            case "posted":
                self._posted(node)
            case "target hears" if isinstance(node, Mapping):
                for target, heard in pairs(node):
                    if self._name(target, "target", self.targets) and isinstance(heard, Mapping):
                        self._told_alone(target.text, heard.get("prompt"))
                        self._language(heard.get("language"), heard.get("prompt"))
            case "dialled" if isinstance(node, Mapping):
                for target, _ in pairs(node):
                    self._name(target, "target", self.targets)
            case "longest silence" | "time" if isinstance(node, Scalar):
                return milliseconds(node.text) or 0
        return plain(node)

    def _language(self, node: Node | None, prompt: Node | None = None) -> None:
        """A language of the call, in which something is heard or told."""
        if not isinstance(node, Scalar) or self.problems.full:
            return
        if not self.languages:
            self.problems.add(node.span, "FLOW503", "the call of this flow has one language", "take it out")
        elif self._name(node, "language", self.languages) and isinstance(prompt, Scalar) and prompt.text in self.in_all:
            message = f"{quoted(prompt.text)} is the same in all languages"
            self.problems.add(node.span, "FLOW503", message, "take the language out")

    def _heard(self, node: Mapping) -> None:
        self._language(node.get("language"), node.get("prompt"))
        self._name(node.get("target"), "target", self.targets)
        prompt = node.get("prompt")
        if self._name(prompt, "prompt", self.prompts) and prompt.text not in self.spoken:
            message = f"the platform never speaks {quoted(prompt.text)}"
            hint = "what the agent speaks in its own voice is heard as `caller hears: agent`"
            self.problems.add(prompt.span, "FLOW503", message, hint)

    def _told_alone(self, target: str, prompt: Node | None) -> None:
        """A prompt that a target hears."""
        if self._name(prompt, "prompt", self.prompts) and prompt.text not in self.told[target]:
            message = f"`{target}` never hears {quoted(prompt.text)}"
            hint = (
                did_you_mean(prompt.text, self.told[target])
                or "only `accept`, `whisper` and the `warning` of a transfer say something to a target"
            )
            self.problems.add(prompt.span, "FLOW503", message, hint)

    def _told(self, node: Mapping) -> None:
        self._result(node)
        self._language(node.get("language"))
        self._name(node.get("action"), "action", self.actions, (NOTHING,))
        event = node.scalar("event")
        if event is not None and event.text == "cancelled" and not self.cancelling:
            self.problems.add(event.span, "FLOW503", "this flow has no action that an interruption cancels")
        if event is not None and event.text == "language" and not self.changes:
            self.problems.add(event.span, "FLOW503", "no step of this flow changes the language")
        say = node.get("say")
        if self._name(say, "prompt", self.prompts, (NOTHING,)) and say.text not in (*self.openings, NOTHING):
            message = f"no step returns to the agent with {quoted(say.text)}"
            self.problems.add(say.span, "FLOW503", message, did_you_mean(say.text, sorted(filter(None, self.openings))))

    def _result(self, node: Mapping) -> None:
        self._outcome(node.get("outcome"), (NOTHING,))
        self._name(node.get("target"), "target", self.targets, (NOTHING,))
        tried = node.get("tried")
        for attempt in tried.items if isinstance(tried, Sequence) else ():
            if isinstance(attempt, Mapping) and len(attempt.entries) > 1:
                message = "an attempt is of one target"
                self.problems.add(
                    attempt.span, "FLOW106", message, "write `[{TARGET: OUTCOME}, …]`, each in its braces"
                )
            for target, outcome in pairs(attempt if isinstance(attempt, Mapping) else None):
                self._name(target, "target", self.targets)
                self._outcome(outcome)

    def _outcome(self, node: Node | None, others: tuple[str, ...] = ()) -> None:
        if not isinstance(node, Scalar) or node.text in others:
            return
        if self.problems.full:
            return
        if node.text not in OUTCOMES:
            message = f"there is no outcome {quoted(node.text)}"
            if node.text in set(PLANNED):
                message = f"outcome {quoted(node.text)} is planned, and cannot occur yet"
            hint = did_you_mean(node.text, [*OUTCOMES, *others])
            self.problems.add(node.span, "FLOW503", message, hint)
        elif node.text == Outcome.CLOSED and not self.closes:
            message = "no target of this flow has `hours`, so none is closed"
            self.problems.add(node.span, "FLOW503", message)
        elif node.text == Outcome.NOT_ACCEPTED and not self.asks:
            message = "no target of this flow has `accept`, so nobody is asked"
            self.problems.add(node.span, "FLOW503", message)
        elif node.text == Outcome.CANCELLED and not self.is_cancelled:
            message = "no transfer of this flow has `cancel`, so no caller stops the ringing"
            self.problems.add(node.span, "FLOW503", message)
        elif not self.transfers:
            self.problems.add(node.span, "FLOW503", "this flow transfers nobody, so there are no outcomes")

    def _reply(self, node: Mapping) -> None:
        for name, _ in pairs(node.mapping("data")):
            if name.text not in self.data and not self.problems.full:
                hint = did_you_mean(name.text, sorted(self.data))
                self.problems.add(name.span, "FLOW503", f"no action replies with {quoted(name.text)}", hint)

    def _posted(self, node: Node) -> None:
        if not isinstance(node, Mapping):
            return
        if not self.notifies:
            self.problems.add(node.span, "FLOW503", "this flow notifies no webhook", "write `posted: nothing`")
        self.is_webhook(node.get("to"))
        self._name(node.get("action"), "action", self.actions, (NOTHING,))
        result = node.mapping("result")
        if result is not None:
            self._result(result)

    def is_webhook(self, node: Node | None) -> bool:
        """Whether it is the name of a webhook; says so if it is another one."""
        return self._name(node, "webhook", self.webhooks)

    def _name(
        self, node: Node | None, kind: str, known: Collection[str], others: tuple[str, ...] = ()
    ) -> TypeGuard[Scalar]:
        """Whether the node is a name that is known, or one of the other words; says so if it is a name that is not."""
        if not isinstance(node, Scalar):
            return False
        if node.text in known or node.text in others:
            return True
        if self.problems.full:
            return False
        hint = did_you_mean(node.text, [*known, *others])
        if node.text == NOBODY:
            hint = "write `nobody` alone, without a list"
        self.problems.add(node.span, "FLOW201", f"the flow has no {kind} {quoted(node.text)}", hint)
        return False


def _warnings(flow: Flow, transfers: Iterable[Transfer], target: str) -> Iterator[str]:
    """What is said to both who talk before their time is over, where this target may be one of them."""
    talks = [step for step in transfers if target in step.targets()]
    yield from (step.warning for step in talks if step.warning is not None)
    if talks and flow.call.warning is not None:
        yield flow.call.warning
