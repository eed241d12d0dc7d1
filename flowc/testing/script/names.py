"""Names of a flow, looked up where a script has them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeGuard

from flowc.diagnostics import Problems, quoted
from flowc.ir import Flow
from flowc.language.located import Maybe
from flowc.nodes import Scalar
from flowc.suggest import did_you_mean
from flowc.testing.script.known import NOBODY


class Names:
    """Each question is whether a text is the name of one, or one of the other words that may stand there; it is said if
    it is none. Of what is not there or was refused, nothing is said.
    """

    def __init__(self, flow: Flow, problems: Problems) -> None:
        self.problems = problems
        self.targets = {target.name: target for target in flow.targets}
        self.actions = {action.name: action for action in flow.actions}
        self.prompts = dict.fromkeys(prompt.name for prompt in flow.prompts)
        self.webhooks = dict.fromkeys(webhook.name for webhook in flow.webhooks)
        self.agents = dict.fromkeys(agent.name for agent in flow.every_agent)
        self.others = dict.fromkeys(agent.name for agent in flow.agents)
        self.languages = dict.fromkeys(language.name for language in flow.call.languages)

    def is_target(self, name: Maybe[Scalar], *others: str) -> TypeGuard[Scalar]:
        return self._is_one("target", self.targets, name, others)

    def is_action(self, name: Maybe[Scalar], *others: str) -> TypeGuard[Scalar]:
        return self._is_one("action", self.actions, name, others)

    def is_prompt(self, name: Maybe[Scalar], *others: str) -> TypeGuard[Scalar]:
        return self._is_one("prompt", self.prompts, name, others)

    def is_webhook(self, name: Maybe[Scalar]) -> TypeGuard[Scalar]:
        return self._is_one("webhook", self.webhooks, name, ())

    def is_agent(self, name: Maybe[Scalar]) -> TypeGuard[Scalar]:
        return self._is_one("agent", self.agents, name, ())

    def is_language(self, name: Maybe[Scalar]) -> TypeGuard[Scalar]:
        return self._is_one("language", self.languages, name, ())

    def _is_one(
        self, kind: str, known: Collection[str], name: Maybe[Scalar], others: tuple[str, ...]
    ) -> TypeGuard[Scalar]:
        if not isinstance(name, Scalar):
            return False
        if name.text in known or name.text in others:
            return True
        if self.problems.full:
            return False
        hint = did_you_mean(name.text, [*known, *others])
        if name.text == NOBODY:
            hint = "write `nobody` alone, without a list"
        self.problems.add(name.span, "FLOW201", f"the flow has no {kind} {quoted(name.text)}", hint)
        return False
