"""Expectations of call scripts: names are looked up, and what can never be true is refused.

From an `expect` as it is written to what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, assert_never

from flowc.diagnostics import quoted
from flowc.ir import Flow, QueueTarget, Say, Transfer, announced, every_step, prompts_of
from flowc.ir.introduction import introduces
from flowc.language.calls import syntax
from flowc.language.calls.events import NOTHING
from flowc.language.calls.expectations import BEEP, EXPECT, OF_NUMBERS, OF_QUEUES
from flowc.language.located import Keyed, Maybe, Section, Written
from flowc.nodes import Broken, Scalar, pairs
from flowc.suggest import did_you_mean, nearest, write
from flowc.testing.result import Place
from flowc.testing.script import wanted
from flowc.testing.script.facts import how_dialled, named, prompt_heard
from flowc.testing.script.known import AGENT, NOBODY, RECORDER, agent_and_target
from flowc.testing.script.model import Expect, Expectation, Until
from flowc.testing.script.names import Names
from flowc.testing.script.told import ToldReader
from flowc.testing.script.wanted import (
    AgentIs,
    AgentStartedWith,
    AgentTold,
    CallerHears,
    CallerWith,
    CallIs,
    CallListIs,
    Dialled,
    Logged,
    LongestSilence,
    Named,
    NothingDone,
    NothingUnheard,
    NotLogged,
    Posted,
    PromptHeard,
    RecordingIs,
    Refer,
    RejectedWith,
    Released,
    Ringing,
    SecretsKept,
    TargetHeard,
    TargetHears,
    Time,
    Wanted,
    with_both,
)
from flowc.testing.script.wording import shown, text_of

NOT_BY_WAITING: dict[type[Keyed[Any]], str] = {
    syntax.LongestSilence: "it only grows",
    syntax.NotLogged: "it is true until it is logged",
    syntax.Released: "whoever is not released in its place, is not",
    syntax.Reply: "a request is answered at once",
    syntax.Secrets: "they are kept until one is told",
    syntax.Time: "`wait: 4s` says how long",
    syntax.Unheard: "what is not stopped goes on",
    syntax.Done: "it is about the step before",
}
"""What can be expected and not be waited for, and why."""


class ExpectationReader(ToldReader):
    def __init__(self, flow: Flow, names: Names) -> None:
        super().__init__(flow, names)
        steps = list(every_step(flow))
        transfers = [step for step in steps if isinstance(step, Transfer)]
        self.placed = {name for step in transfers if step.is_placed for name in step.targets()}
        self.spoken = {step.prompt for step in steps if isinstance(step, Say)}
        self.spoken |= self.menus.keys()
        self.spoken |= {prompt for step in transfers for prompt in step.heard}
        self.spoken |= {prompt for each in flow.targets for prompt in announced(each)}
        self.spoken |= {flow.call.warning} if flow.call.warning is not None else set()
        self.spoken |= {agent.meanwhile for agent in flow.every_agent if agent.meanwhile is not None}
        recording = flow.call.recording
        self.spoken |= {recording.say} if recording is not None and recording.say is not None else set()
        self.heard = {
            each.name: (*prompts_of(each), *_told_besides(flow, transfers, each.name)) for each in flow.targets
        }

    def read(self, key: Scalar, written: Section[syntax.Claim]) -> Expect:
        if not written.node.entries and not written.node.open:
            self.problems.add(key.span, "FLOW105", "nothing is expected here", "write what must be true")
        found: list[Expectation] = []
        for name, claim in written.entries:
            if not isinstance(claim, Broken):
                place = Place(self.problems.path, name.span)
                found.append(Expectation(self._wanted(claim), f"{name.text}: {shown(claim.node)}", place))
        return Expect(tuple(found))

    def until(self, key: Scalar, written: Section[syntax.Claim]) -> Until:
        """What is waited for. What waiting cannot bring about is refused: it is true at once, or never."""
        for name, _ in written.entries:
            make = EXPECT.by_key[name.text].make if name.text in EXPECT.by_key else None
            if make is syntax.Reply and self.replies_later:
                continue
            if make in NOT_BY_WAITING and not self.problems.full:
                message = f"nobody can wait for {quoted(name.text)}: {NOT_BY_WAITING[make]}"
                self.problems.add(name.span, "FLOW504", message, "write it under `expect`, as the next step")
        return Until(self.read(key, written).all)

    def _wanted(self, claim: syntax.Claim) -> Wanted:
        self.impossible.of_an_agent(claim)
        match claim:
            case syntax.CallerHears():
                return CallerHears(self._heard(claim.value))
            case syntax.CallerWith():
                return self._with(claim.value)
            case syntax.Ringing():
                return self._ringing(claim.value)
            case syntax.Refer():
                if self.names.is_target(claim.value, NOBODY):
                    self.impossible.referred_to(claim.value)
                return Refer(None if claim.value.text == NOBODY else claim.value.text)
            case syntax.Recording():
                if claim.value.node is not None:
                    self._records(claim.value.node)
                return RecordingIs(None if claim.value.value == NOTHING else claim.value.value)
            case syntax.CallList():
                self.impossible.of_a_call_list(claim.value)
                return CallListIs(None if claim.value.value == NOTHING else claim.value.value)
            case syntax.Rejected():
                self.impossible.rejected(claim.value)
                return RejectedWith(None if claim.value.value == NOTHING else claim.value.value)
            case syntax.Agent():
                return AgentIs(claim.value.value)
            case syntax.AgentTold():
                return AgentTold(self.told(claim.value) if isinstance(claim.value, syntax.Told) else None)
            case syntax.Reply():
                return wanted.Reply(self.replied(claim.value))
            case syntax.Posted():
                return self.posted(claim.value) if isinstance(claim.value, syntax.Post) else Posted(None)
            case syntax.LongestSilence():
                return LongestSilence(claim.value.value)
            case syntax.CallIs():
                return CallIs(claim.value.value)
            case syntax.Time():
                return Time(claim.value.value)
            case syntax.Logged():
                return Logged(claim.value.text)
            case syntax.NotLogged():
                return NotLogged(claim.value.text)
            case syntax.Secrets():
                return SecretsKept()
            case syntax.Released():
                return Released()
            case syntax.Unheard():
                return NothingUnheard()
            case syntax.Done():
                return NothingDone()
            case syntax.Dialled():
                return self._dialled(claim.value)
            case syntax.AgentStartedWith():
                return AgentStartedWith(self._start(claim.value) if isinstance(claim.value, syntax.Start) else None)
            case syntax.TargetHears():
                return self._target_hears(claim.value)
            case _:
                assert_never(claim)

    def _with(self, written: Scalar | syntax.WhichAgent | tuple[Scalar | Broken, ...]) -> CallerWith:
        if isinstance(written, tuple):
            return self._with_both(written)
        if isinstance(written, syntax.WhichAgent):
            return CallerWith("agent", self._which_agent(written.agent))
        if written.text in self.names.others and written.text not in self.names.targets:
            message = f"{quoted(written.text)} is an agent of the flow, and no target"
            self.problems.add(written.span, "FLOW201", message, f"write `{{agent: {written.text}}}`")
            return CallerWith(written.text)
        if (both := _both(written.text, self.names.targets)) and not self.problems.full:
            message = f"{quoted(written.text)} are two, with whom the caller talks at once"
            self.problems.add(written.span, "FLOW503", message, write(both))
            return CallerWith(written.text)
        if written.text not in self.names.targets and (meant := self._agent_meant(written.text)):
            message = f"the flow has no target {quoted(written.text)}"
            self.problems.add(written.span, "FLOW201", message, write(meant))
            return CallerWith(written.text)
        if self.names.is_target(written, "agent", NOBODY, RECORDER) and written.text == RECORDER:
            self._takes_messages(written)
        return CallerWith(written.text)

    def _agent_meant(self, text: str) -> str:
        """One of the agents, as it is expected, if that is what a text names that is neither this nor a target."""
        words = [word for word in re.findall(r"\w+", text) if word.lower() not in ("the", AGENT)]
        is_said = len(words) < len(re.findall(r"\w+", text))
        if self.problems.full or len(words) > 1 or text in (AGENT, NOBODY, RECORDER):
            return ""
        if not words:
            return AGENT if is_said else ""
        agents = [*self.names.agents] if is_said else [*self.names.others]
        others = () if is_said else (*self.names.targets, AGENT, NOBODY, RECORDER)
        name = words[0] if words[0] in agents else nearest(words[0], (*others, *agents))
        if name not in agents:
            return AGENT if is_said and len(self.names.agents) == 1 else ""
        return AGENT if name == AGENT or len(self.names.agents) == 1 else f"{{agent: {name}}}"

    def _with_both(self, written: tuple[Scalar | Broken, ...]) -> CallerWith:
        names = [each for each in written if isinstance(each, Scalar)]
        at = names[0].span if names else None
        persons = [each for each in names if each.text != AGENT]
        if at is None or self.problems.full:
            return CallerWith("")
        if len(names) != 2 or len(persons) != 1:
            message = "the caller talks with two at once only when the agent introduces somebody"
            self.problems.add(at, "FLOW503", message, "write `[agent, TARGET]`, or one name")
        elif not introduces(self.flow):
            message = "the agent of this flow introduces nobody"
            self.problems.add(at, "FLOW503", message, "write `agent: introduces` beside a `transfer` of the flow")
        for each in persons:
            self.names.is_target(each)
        return CallerWith(with_both(text_of(persons[0]) if persons else ""))

    def _which_agent(self, written: Maybe[Scalar]) -> str | None:
        if not isinstance(written, Scalar):
            return None
        if self.names.is_agent(written) and len(self.names.agents) == 1 and not self.problems.full:
            self.problems.add(written.span, "FLOW503", "this flow has one agent", "write `caller with: agent`")
        return written.text

    def _ringing(self, written: Scalar | tuple[Scalar | Broken, ...]) -> Ringing:
        if isinstance(written, Scalar):
            self.names.is_target(written, NOBODY)
            return Ringing(() if written.text == NOBODY else (written.text,))
        for target in written:
            self.names.is_target(target)
        return Ringing(tuple(target.text for target in written if isinstance(target, Scalar)))

    def _heard(
        self, written: Written[str] | syntax.HeardPrompt | syntax.HeardTarget
    ) -> str | PromptHeard | TargetHeard:
        match written:
            case Written():
                if written.value == BEEP and written.node is not None:
                    self._takes_messages(written.node)
                return written.value
            case syntax.HeardTarget():
                self.names.is_target(written.target)
                return TargetHeard(text_of(written.target))
            case syntax.HeardPrompt(prompt=prompt):
                self._language(written.language, prompt)
                if self.names.is_prompt(prompt) and prompt.text not in self.spoken:
                    self._not_heard(prompt)
                return prompt_heard(written)
            case _:
                assert_never(written)

    def _not_heard(self, prompt: Scalar) -> None:
        """The caller never hears it from the platform: somebody else does, or the agent speaks it."""
        message = f"the platform never speaks {quoted(prompt.text)}"
        hint = "what the agent speaks in its own voice is heard as `caller hears: agent`"
        told = next((each for each in self.flow.targets if prompt.text in self.heard[each.name]), None)
        if told is not None:
            message = f"the caller never hears {quoted(prompt.text)}: it is for who is called"
            hint = f"write `target hears: {{{told.name}: {{prompt: {prompt.text}}}}}`"
        self.problems.add(prompt.span, "FLOW503", message, hint)

    def _target_hears(self, written: Section[Written[str] | syntax.HeardPrompt]) -> TargetHears:
        found: dict[str, str | PromptHeard] = {}
        for target, heard in written.entries:
            is_target = self.names.is_target(target)
            if isinstance(heard, syntax.HeardPrompt):
                if is_target:
                    self._told_alone(target.text, heard.prompt)
                    self._language(heard.language, heard.prompt)
                found[target.text] = prompt_heard(heard)
            elif isinstance(heard, Written):
                found[target.text] = heard.value
        return TargetHears(found)

    def _dialled(self, written: Section[syntax.HowDialled]) -> Dialled:
        for target, how in written.entries:
            if self.names.is_target(target) and not isinstance(how, Broken):
                self._of_its_kind(target, how)
        return Dialled(
            {target.text: how_dialled(how) for target, how in written.entries if not isinstance(how, Broken)}
        )

    def _of_its_kind(self, target: Scalar, how: syntax.HowDialled) -> None:
        """Nothing is dialled in a queue, and nobody waits anywhere else."""
        is_queue = isinstance(self.flow.target(target.text), QueueTarget)
        others = {field.key for field in (OF_NUMBERS if is_queue else OF_QUEUES)}
        for key, _ in pairs(how.node):
            if key.text in others:
                name = quoted(target.text)
                message = f"{name} is a queue, in which nothing is dialled" if is_queue else f"{name} is no queue"
                hint = "write `queue`, which it is, `skills` or `priority`" if is_queue else "take it out"
                self.problems.add(key.span, "FLOW503", message, hint)

    def _start(self, written: syntax.Start) -> Named:
        self._language(written.language)
        return named(written)

    def _told_alone(self, target: str, prompt: Maybe[Scalar]) -> None:
        """A prompt that a target hears."""
        if self.names.is_prompt(prompt) and prompt.text not in self.heard[target]:
            message = f"`{target}` never hears {quoted(prompt.text)}"
            if target in self.placed and prompt.text in self.spoken:
                message = f"{message} as a target: whoever has taken a call that is placed is the caller"
                hint = f"write `caller hears: {{prompt: {prompt.text}}}`"
                self.problems.add(prompt.span, "FLOW503", message, hint)
                return
            hint = (
                did_you_mean(prompt.text, self.heard[target])
                or "only `accept`, `whisper`, the `message` of `machine`, and `warning` and `gone` of a transfer say"
                " something to a target"
            )
            self.problems.add(prompt.span, "FLOW503", message, hint)


def _both(text: str, targets: Collection[str]) -> str:
    """What was meant, if the agent and a target are named with something between them."""
    return agent_and_target(re.split(r",? and |, ?| ?[&+] ?", text), targets)


def _told_besides(flow: Flow, transfers: Iterable[Transfer], target: str) -> Iterator[str]:
    """What is said to both who talk before their time is over, where this target may be one of them; to whoever is
    briefed when the caller hangs up, and while the agent's model does not answer.
    """
    talks = [step for step in transfers if target in step.targets()]
    yield from (step.warning for step in talks if step.warning is not None)
    yield from (step.gone for step in talks if step.gone is not None)
    if any(step.briefing_ms for step in talks):
        yield from (agent.meanwhile for agent in flow.every_agent if agent.meanwhile is not None)
    if talks and flow.call.warning is not None:
        yield flow.call.warning
