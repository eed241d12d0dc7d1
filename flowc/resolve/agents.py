"""The agents of a flow: the one that every flow with an agent has, and the others, which are as that one is."""

from __future__ import annotations

from flowc.diagnostics import Problems, quoted
from flowc.ir import FIRST_AGENT, WAY_OF_IDLE, WAY_OF_LOSS, Agent, Idle
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.flow.grammar import CARTESIA_VERSION, IDLE_TIMES
from flowc.language.located import Maybe, given, is_open
from flowc.nodes import Broken, Scalar
from flowc.resolve import texts
from flowc.resolve.nameable import Nameable
from flowc.resolve.names import Names
from flowc.resolve.steps import StepResolver
from flowc.source import START
from flowc.suggest import did_you_mean

_OF_AN_AGENT = {
    "api_key": ("api_key",),
    "agent_id": ("agent_id",),
    "unavailable": ("unavailable",),
    "version": ("version",),
    "metadata": ("metadata",),
    "last_words": ("last_words_ms",),
    "answers_within": ("answers_within_ms", "meanwhile"),
    "idle": ("idle",),
    "actions": ("actions",),
}
"""What of an agent each key says."""


class AgentResolver:
    def __init__(
        self, written: syntax.Flow, steps: StepResolver, nameable: Nameable, problems: Problems, *, has_agent: bool
    ) -> None:
        self._written = written
        self._steps = steps
        self._nameable = nameable
        self._problems = problems
        self._has_agent = has_agent

    def agents(self) -> list[Agent]:
        """`agent`, and then the others; none where nobody is to talk to callers."""
        if not self._has_agent:
            return []
        written = given(self._written.agent)
        if written is None:
            self._steps.complete = False
            if self._written.agent is None and self._written.actions is None:
                for name, _ in located.entries(self._written.agents)[:1]:  # else it has been said that it is missing
                    hint = "add `agent: …` and `actions: …`: `agents` are others beside it"
                    self._problems.add(name.span, "FLOW102", "a flow with `agents` needs the key `agent`", hint)
            return [Agent("", "", "", (), 0, (), START)]
        first = self._agent(written, FIRST_AGENT)
        others = located.entries(self._written.agents)
        return [first, *(self._other(name, each, first) for name, each in others if type(each) is not Broken)]

    def _other(self, name: Scalar, written: syntax.OtherAgent, first: Agent) -> Agent:
        """One of several: each key that it does not name is as the first agent has it."""
        named = self._agent(written, name.text)
        inherited = {
            attribute: getattr(first, attribute)
            for key, attributes in _OF_AN_AGENT.items()
            if getattr(written, key) is None
            for attribute in attributes
        }
        own = {attribute: getattr(named, attribute) for attribute in Agent.__struct_fields__}
        way = WAY_OF_LOSS if written.unavailable is None else f"agent {name.text} unavailable"
        return Agent(**(own | inherited | {"span": name.span, "way": way}))

    def _agent(self, written: syntax.Agent | syntax.OtherAgent, called: str) -> Agent:
        for name, _ in located.entries(written.metadata):
            if name.text.startswith("vox_"):
                message = f"metadata `{name.text[:40]}`: names that start with `vox_` are taken"
                self._problems.add(name.span, "FLOW202", message, "rename it")
        version = given(written.version)
        no_parameters = Names("parameter", (), self._nameable.hours)
        names = self._nameable.with_answers(self._nameable.in_texts(no_parameters))
        within, meanwhile = self._answers_within(written.answers_within)
        is_inherited = isinstance(written, syntax.OtherAgent) and written.unavailable is None
        return Agent(
            name=called,
            actions=self._actions_of(written.actions),
            api_key=texts.setting(written.api_key, self._problems),
            agent_id=texts.setting(written.agent_id, self._problems),
            version=version.text if version is not None else CARTESIA_VERSION,
            metadata=texts.entries(written.metadata, names, self._problems),
            last_words_ms=written.last_words or 0,
            unavailable=() if is_inherited else self._steps.steps(written.unavailable, None),
            span=written.span,
            answers_within_ms=within,
            meanwhile=meanwhile,
            idle=self._idle(written.idle, WAY_OF_IDLE if called == FIRST_AGENT else f"agent {called} idle"),
        )

    def _actions_of(self, written: Maybe[tuple[Scalar | Broken, ...]]) -> tuple[str, ...]:
        """Those that an agent may ask for; all, if it names none."""
        every = self._steps.scope.actions
        if written is None or type(written) is Broken:
            return tuple(action.text for action, _ in located.entries(self._written.actions))
        named = {each.text for each in written if isinstance(each, Scalar)}
        for each in written:
            if type(each) is Broken:
                self._steps.complete = False
            elif each.text not in every.names and not self._problems.full:
                hint = did_you_mean(each.text, every.in_order) or "declare it under `actions`"
                if not is_open(self._written.actions) and not every.may_be(each.text):
                    self._problems.add(each.span, "FLOW201", f"there is no action {quoted(each.text)}", hint)
        return tuple(action.text for action, _ in located.entries(self._written.actions) if action.text in named)

    def _answers_within(self, written: Maybe[int | syntax.AnswerLimit]) -> tuple[int | None, str | None]:
        """How long the agent's model may say nothing, and what the agent says before it is asked once more."""
        if not isinstance(written, syntax.AnswerLimit):
            return None if type(written) is Broken else written, None
        return written.limit, None if written.say is None else self._steps.agent_says(written.say)

    def _idle(self, written: Maybe[syntax.Idle], way: str) -> Idle | None:
        """What happens when nobody says anything."""
        found = given(written)
        if found is None:
            self._steps.complete = self._steps.complete and written is None
            return None
        return Idle(found.after, found.times or IDLE_TIMES, self._steps.steps(found.do, None), found.span, way)
