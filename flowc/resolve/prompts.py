"""Prompts, in each language of the call."""

from __future__ import annotations

from functools import cached_property

from flowc.diagnostics import Problems
from flowc.ir import Prompt, Text, Version
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.located import Section, given
from flowc.language.secrets import looks_secret
from flowc.nodes import Broken, Scalar
from flowc.resolve import heard, texts
from flowc.resolve.nameable import Nameable
from flowc.resolve.names import Declared, Names


class PromptResolver:
    """`parameters` are those of all actions; None if that is not known."""

    def __init__(
        self,
        written: syntax.Flow,
        languages: Declared,
        nameable: Nameable,
        parameters: Names | None,
        problems: Problems,
    ) -> None:
        self._written = written
        self._languages = languages
        self._nameable = nameable
        self._parameters = parameters
        self._problems = problems

    def prompts(self) -> tuple[Prompt, ...]:
        return tuple(
            Prompt(name.text, self._versions(name, written), name.span)
            for name, written in located.entries(self._written.prompts)
        )

    def _versions(self, name: Scalar, written: syntax.Prompt | Broken) -> tuple[Version, ...]:
        """A prompt in each language. What is broken, or lacks one, has a version for all languages."""
        if not isinstance(written, Section):
            several = self._languages.known and len(self._languages.names) > 1
            if several and isinstance(written, Scalar) and not heard.is_address(written.text):
                heard.in_one_language(name, self._languages, self._problems)
            return (self._version(name, written),)
        heard.by_language(name, written, self._languages, self._problems)
        found = [self._version(name, each, language.text) for language, each in written.entries]
        is_whole = self._languages.listed and self._languages.names <= written.node.entries.keys()
        return tuple(found) if is_whole else (*found, Version(Text(())))

    def _version(self, name: Scalar, written: syntax.InOneLanguage | Broken, language: str | None = None) -> Version:
        if type(written) is Broken:
            return Version(Text(()), None, language)
        if isinstance(written, syntax.Sound):
            return Version(Text(()), texts.address(written.play, self._problems), language)
        if looks_secret(written.text):
            texts.refuse_secret(written, "this prompt", self._problems)
        if language is None or language in self._languages.names:  # else that is wrong, and has been said
            heard.no_address(name, written, self._problems)
        may_name = texts.may_fill_in(written.text)
        by_agent = may_name and name.text in self._said_by_agent
        names = self._nameable.with_answers(self._nameable.with_place(self._parameters)) if may_name else None
        return Version(texts.text(written, names, self._problems, by_agent), None, language)

    @cached_property
    def _said_by_agent(self) -> set[str]:
        """The prompts that the agent speaks itself: before an action, when the caller is back with it, or while its
        model is asked once more.
        """
        actions = [action for _, action in located.entries(self._written.actions) if type(action) is not Broken]
        back = [step for step in syntax.every_step(self._written) if isinstance(step, syntax.ReturnToAgent)]
        openings = [opening for step in back if (opening := given(step.return_to_agent)) is not None]
        agents = [given(self._written.agent), *(given(agent) for _, agent in located.entries(self._written.agents))]
        limits = [given(agent.answers_within) for agent in agents if agent is not None]
        meanwhile = [limit.say for limit in limits if isinstance(limit, syntax.AnswerLimit)]
        said = [*(action.say for action in actions), *(opening.say for opening in openings), *meanwhile]
        return {say.text for each in said if (say := given(each)) is not None}
