"""Expectations of call scripts: names are looked up, and what can never be true is refused.

From an `expect` as it is written to what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, assert_never

from flowc.diagnostics import quoted
from flowc.ir import (
    Ask,
    ChangeLanguage,
    Flow,
    Menu,
    Notify,
    Outcome,
    QueueTarget,
    Reply,
    ReturnToAgent,
    Say,
    Step,
    TakeMessage,
    Transfer,
    announced,
    every_step,
    may_not_be_accepted,
    prompts_of,
)
from flowc.ir.briefing import briefs
from flowc.ir.introduction import introduces
from flowc.language.calls import syntax
from flowc.language.calls.events import NOTHING
from flowc.language.calls.expectations import (
    ABANDONED,
    ACTION_CANCELLED,
    BEEP,
    BRIEFING,
    BRIEFING_OVER,
    BY_AGENT,
    BY_KEY,
    CHOSEN,
    DATA,
    EXPECT,
    IDLE,
    INTRODUCING,
    INTRODUCTION,
    INTRODUCTION_OVER,
    MESSAGES,
    OF_NUMBERS,
    OF_QUEUES,
    OF_THE_REQUEST,
    OTHER_LANGUAGE,
    PARAMETERS,
)
from flowc.language.located import Keyed, Located, Maybe, Section, Written, entries, given
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence, pairs
from flowc.suggest import did_you_mean, nearest, write
from flowc.testing.result import Place
from flowc.testing.script import wanted
from flowc.testing.script.impossible import Impossible
from flowc.testing.script.known import AGENT, NOBODY, OUTCOMES, RECORDER, agent_and_target, known_here
from flowc.testing.script.model import Expect, Expectation, Until
from flowc.testing.script.names import Names
from flowc.testing.script.wanted import (
    Accepted,
    AgentIs,
    AgentStartedWith,
    AgentTold,
    CallerHears,
    CallerWith,
    CallIs,
    CallListIs,
    Dialled,
    HowDialled,
    Logged,
    LongestSilence,
    Named,
    NothingDone,
    NothingUnheard,
    NotLogged,
    Pending,
    Posted,
    PromptHeard,
    RecordingIs,
    Refer,
    Refused,
    RejectedWith,
    Released,
    Ringing,
    SecretsKept,
    TargetHeard,
    TargetHears,
    Time,
    Wanted,
    WithData,
    with_both,
)
from flowc.testing.script.wording import plain, shown, text_of
from flowc.testing.script.wording import written as duration

_INTRODUCED = {BRIEFING: INTRODUCTION, BRIEFING_OVER: INTRODUCTION_OVER}
"""What an agent that introduces is told in place of what one is told that briefs."""
_BRIEFED = {there: here for here, there in _INTRODUCED.items()}
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


class ExpectationReader:
    def __init__(self, flow: Flow, names: Names) -> None:
        self.flow = flow
        steps = list(every_step(flow))
        self.names = names
        self.impossible = Impossible(flow, names)
        self.problems = names.problems
        self.in_all = {prompt.name for prompt in flow.prompts if prompt.versions[0].language is None}
        self.watches = any(agent.idle for agent in flow.every_agent)
        self.changes = any(isinstance(step, ChangeLanguage) for step in steps)
        self.stops = any(isinstance(step, Transfer) and step.cancel is not None for step in steps)
        transfers = [step for step in steps if isinstance(step, Transfer)]
        self.placed = {name for step in transfers if step.is_placed for name in step.targets()}
        self.spoken = {step.prompt for step in steps if isinstance(step, Say)}
        self.menus = _menus(steps)
        self.spoken |= self.menus.keys()
        self.spoken |= {prompt for step in transfers for prompt in step.heard}
        self.spoken |= {prompt for each in flow.targets for prompt in announced(each)}
        self.spoken |= {flow.call.warning} if flow.call.warning is not None else set()
        self.spoken |= {agent.meanwhile for agent in flow.every_agent if agent.meanwhile is not None}
        recording = flow.call.recording
        self.spoken |= {recording.say} if recording is not None and recording.say is not None else set()
        self.openings = {step.prompt for step in steps if isinstance(step, ReturnToAgent)}
        self.data = {entry.name for step in steps if isinstance(step, Reply) for entry in step.data}
        self.replies_later = any(action.asks_for_ms for action in flow.actions)
        self.takes_messages = any(isinstance(step, TakeMessage) for step in steps)
        self.records = flow.call.recording is not None
        told = flow.call.skew is not None or flow.call.report is not None or self.records
        self.notifies = told or any(isinstance(step, Notify | TakeMessage | Ask) for step in steps)
        self.cancelling = [action.name for action in flow.actions if action.cancels]
        self.transfers = bool(transfers)
        self.closes = any(target.hours for target in flow.targets)
        self.asks = any(may_not_be_accepted(each, flow) for each in transfers)
        self.detects = any(target.machine for target in flow.targets)
        self.is_cancelled = any(step.may_be_cancelled for step in transfers)
        self.told = {
            each.name: (*prompts_of(each), *_told_besides(flow, transfers, each.name)) for each in flow.targets
        }

    def read(self, key: Scalar, written: Section[syntax.Claim]) -> Expect:
        if not written.node.entries:
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
                return AgentTold(self._told(claim.value) if isinstance(claim.value, syntax.Told) else None)
            case syntax.Reply():
                return wanted.Reply(self._replied(claim.value))
            case syntax.Posted():
                return self._posted(claim.value) if isinstance(claim.value, syntax.Post) else Posted(None)
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

    def _takes_messages(self, written: Node) -> None:
        if not self.takes_messages and not self.problems.full:
            self.problems.add(written.span, "FLOW503", "no step of this flow takes a message", "take it out")

    def _records(self, written: Node) -> None:
        if not self.records and not self.problems.full:
            self.problems.add(written.span, "FLOW503", "this flow does not record calls", "take it out")

    def _ringing(self, written: Scalar | tuple[Scalar | Broken, ...]) -> Ringing:
        if isinstance(written, Scalar):
            self.names.is_target(written, NOBODY)
            return Ringing(() if written.text == NOBODY else (written.text,))
        for target in written:
            self.names.is_target(target)
        return Ringing(tuple(target.text for target in written if isinstance(target, Scalar)))

    def _language(self, language: Maybe[Scalar], prompt: Maybe[Scalar] = None) -> None:
        """A language of the call, in which something is heard or told."""
        if not isinstance(language, Scalar) or self.problems.full:
            return
        if not self.names.languages:
            self.problems.add(language.span, "FLOW503", "the call of this flow has one language", "take it out")
        elif self.names.is_language(language) and isinstance(prompt, Scalar) and prompt.text in self.in_all:
            message = f"{quoted(prompt.text)} is the same in all languages"
            self.problems.add(language.span, "FLOW503", message, "take the language out")

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
                return _prompt_heard(written)
            case _:
                assert_never(written)

    def _not_heard(self, prompt: Scalar) -> None:
        """The caller never hears it from the platform: somebody else does, or the agent speaks it."""
        message = f"the platform never speaks {quoted(prompt.text)}"
        hint = "what the agent speaks in its own voice is heard as `caller hears: agent`"
        told = next((each for each in self.flow.targets if prompt.text in self.told[each.name]), None)
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
                found[target.text] = _prompt_heard(heard)
            elif isinstance(heard, Written):
                found[target.text] = heard.value
        return TargetHears(found)

    def _dialled(self, written: Section[syntax.HowDialled]) -> Dialled:
        for target, how in written.entries:
            if self.names.is_target(target) and not isinstance(how, Broken):
                self._of_its_kind(target, how)
        return Dialled({target.text: _how(how) for target, how in written.entries if not isinstance(how, Broken)})

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
        return _named(written)

    def _told_alone(self, target: str, prompt: Maybe[Scalar]) -> None:
        """A prompt that a target hears."""
        if self.names.is_prompt(prompt) and prompt.text not in self.told[target]:
            message = f"`{target}` never hears {quoted(prompt.text)}"
            if target in self.placed and prompt.text in self.spoken:
                message = f"{message} as a target: whoever has taken a call that is placed is the caller"
                hint = f"write `caller hears: {{prompt: {prompt.text}}}`"
                self.problems.add(prompt.span, "FLOW503", message, hint)
                return
            hint = (
                did_you_mean(prompt.text, self.told[target])
                or "only `accept`, `whisper`, the `message` of `machine`, and `warning` and `gone` of a transfer say"
                " something to a target"
            )
            self.problems.add(prompt.span, "FLOW503", message, hint)

    def _told(self, written: syntax.Told) -> Named:
        self._result(written)
        self._language(written.language)
        self.names.is_action(written.action, NOTHING)
        event = written.event
        if event is not None and event.node is not None:
            if event.value == ACTION_CANCELLED and not (self.cancelling or self.flow.keys):
                message = "this flow has no action that an interruption cancels"
                self.problems.add(event.node.span, "FLOW503", message)
            if event.value in (BRIEFING, BRIEFING_OVER) and not briefs(self.flow):
                hint = write(_INTRODUCED[event.value]) if introduces(self.flow) else ""
                self.problems.add(event.node.span, "FLOW503", "the agent of this flow talks to nobody alone", hint)
            if event.value in (INTRODUCING, INTRODUCTION, INTRODUCTION_OVER) and not introduces(self.flow):
                hint = write(_BRIEFED[event.value]) if event.value in _BRIEFED and briefs(self.flow) else ""
                self.problems.add(event.node.span, "FLOW503", "the agent of this flow introduces nobody", hint)
            if event.value == IDLE and not self.watches:
                message = "this flow has no `idle`: nobody asks the agent to speak up"
                self.problems.add(event.node.span, "FLOW503", message)
            if event.value == OTHER_LANGUAGE and not self.changes:
                self.problems.add(event.node.span, "FLOW503", "no step of this flow changes the language")
        if isinstance(written.reason, Scalar) and written.reason.text != NOTHING and not briefs(self.flow):
            message = "nobody gives a reason: the agent of this flow talks to nobody alone"
            self.problems.add(written.reason.span, "FLOW503", message)
        self._pressed(written.pressed)
        by = written.by
        if by is not None and by.node is not None and by.value == BY_AGENT and not introduces(self.flow):
            message = "the agent of this flow stops no ringing: it introduces nobody"
            self.problems.add(by.node.span, "FLOW503", message)
        if by is not None and by.node is not None and by.value == BY_KEY and not self.stops:
            message = "no key stops the ringing: no transfer of this flow has `cancel`"
            self.problems.add(by.node.span, "FLOW503", message)
        say = written.say
        if self.names.is_prompt(say, NOTHING) and say.text not in (*self.openings, NOTHING):
            message = f"no step returns to the agent with {quoted(say.text)}"
            self.problems.add(say.span, "FLOW503", message, did_you_mean(say.text, sorted(filter(None, self.openings))))
        return _named(written)

    def _pressed(self, key: Maybe[Scalar]) -> None:
        own = (NOTHING, *(each.key for each in self.flow.keys))
        if isinstance(key, Scalar) and key.text not in own:
            message = f"no steps follow {quoted(key.text)}: it is none of `keys` of this flow"
            self.problems.add(key.span, "FLOW503", message)

    def _chosen(self, written: Written[str] | Section[Scalar] | Broken) -> None:
        """Keys of menus, by their prompts, or nothing."""
        if isinstance(written, Written) and written.node is not None and not self.menus and not self.problems.full:
            message = "this flow has no menu, so nothing is ever chosen in one"
            self.problems.add(written.node.span, "FLOW503", message, "take it out")
        if not isinstance(written, Section):
            return
        for prompt, key in entries(written):
            if self.problems.full or not self.names.is_prompt(prompt):
                continue
            if prompt.text not in self.menus:
                message = f"no menu has the prompt {quoted(prompt.text)}"
                self.problems.add(prompt.span, "FLOW503", message, did_you_mean(prompt.text, self.menus))
            elif isinstance(key, Scalar) and key.text not in (NOTHING, *self.menus[prompt.text]):
                message = f"the menu {quoted(prompt.text)} has no key {quoted(key.text)}"
                self.problems.add(key.span, "FLOW503", message, known_here(self.menus[prompt.text]))

    def _data(self, written: Section[Node]) -> None:
        """Of a call that is placed."""
        known = [] if self.flow.outbound is None else [each.name for each in self.flow.outbound.data]
        for name, _ in entries(written):
            if name.text not in known and not self.problems.full:
                message = f"no call of this flow is started with {quoted(name.text)}"
                self.problems.add(name.span, "FLOW503", message, did_you_mean(name.text, known))

    def _result(self, written: syntax.Told | syntax.Result) -> None:
        self._outcome(written.outcome, NOTHING)
        self.names.is_target(written.target, NOTHING)
        self._tried(written.tried)
        talked = written.talk_seconds
        if talked is not None and talked.node is not None and not self.transfers and not self.problems.full:
            message = "this flow transfers nobody, so no target talks with the caller"
            self.problems.add(talked.node.span, "FLOW503", message, "take it out")

    def _tried(self, written: Maybe[syntax.Attempts], *others: str) -> None:
        for attempt in given(written) or ():
            if isinstance(attempt, Section) and len(attempt.node.entries) > 1:
                message = "an attempt is of one target"
                hint = "write `[{TARGET: OUTCOME}, …]`, each in its braces"
                self.problems.add(attempt.node.span, "FLOW106", message, hint)
            for target, outcome in entries(attempt):
                self.names.is_target(target)
                self._outcome(outcome, *others)

    def _outcome(self, written: Maybe[Scalar], *others: str) -> None:
        if not isinstance(written, Scalar) or written.text in others:
            return
        if self.problems.full:
            return
        if written.text == ABANDONED:
            message = f"`{ABANDONED}` is no outcome: only the report of a call has it, of whoever rang when it ended"
            self.problems.add(written.span, "FLOW503", message, "expect it in `posted: {tried: [{TARGET: abandoned}]}`")
        elif written.text not in OUTCOMES:
            message = f"there is no outcome {quoted(written.text)}"
            hint = did_you_mean(written.text, [*OUTCOMES, *others])
            self.problems.add(written.span, "FLOW503", message, hint)
        elif written.text == Outcome.CLOSED and not self.closes:
            message = "no target of this flow has `hours`, so none is closed"
            self.problems.add(written.span, "FLOW503", message)
        elif written.text == Outcome.NOT_ACCEPTED and not self.asks:
            message = "no target of this flow has `accept`, so nobody is asked"
            self.problems.add(written.span, "FLOW503", message)
        elif written.text == Outcome.MACHINE and not self.detects:
            message = "no target of this flow has `machine`, so none is told from a person"
            self.problems.add(written.span, "FLOW503", message)
        elif written.text == Outcome.CANCELLED and not self.is_cancelled:
            message = "no transfer of this flow has `cancel`, so no caller stops the ringing"
            self.problems.add(written.span, "FLOW503", message)
        elif not self.transfers:
            self.problems.add(written.span, "FLOW503", "this flow transfers nobody, so there are no outcomes")

    def _replied(
        self, written: syntax.Accepted | syntax.Refused | syntax.WithData | syntax.Pending
    ) -> Accepted | Refused | WithData | Pending:
        match written:
            case syntax.Accepted():
                return Accepted(written.ok.value)
            case syntax.Refused():
                self.impossible.refused(written.refused)
                return Refused(written.refused.value)
            case syntax.WithData():
                for name, _ in entries(written.data):
                    if name.text not in self.data and not self.problems.full:
                        hint = did_you_mean(name.text, sorted(self.data))
                        self.problems.add(name.span, "FLOW503", f"no action replies with {quoted(name.text)}", hint)
                return WithData({name.text: plain(value) for name, value in entries(written.data)})
            case syntax.Pending():
                if not self.replies_later and not self.problems.full:
                    message = "no action of this flow replies later: none asks a webhook for it"
                    self.problems.add(written.node.span, "FLOW503", message, "write `reply: {ok: true}`")
                return Pending(written.pending.value)
            case _:
                assert_never(written)

    def _posted(self, written: syntax.Post) -> Posted:
        if not self.notifies:
            message = "this flow notifies no webhook"
            self.problems.add(written.node.span, "FLOW503", message, "write `posted: nothing`")
        self.impossible.posted(written, is_known=self.names.is_webhook(written.to))
        self.names.is_action(written.action, NOTHING)
        self._pressed(written.pressed)
        if written.chosen is not None:
            self._chosen(written.chosen)
        if isinstance(written.data, Section):
            self._data(written.data)
        if isinstance(written.result, syntax.Result):
            self._result(written.result)
        if isinstance(written.message, syntax.Message):
            self._takes_messages(written.message.node)
        if isinstance(written.recording, syntax.OfRecording):
            self._records(written.recording.node)
        self._tried(written.tried, ABANDONED)
        for left in given(written.messages) or ():
            if isinstance(left, syntax.Message):
                self._takes_messages(left.node)
        return _post(written)


def _both(text: str, targets: Collection[str]) -> str:
    """What was meant, if the agent and a target are named with something between them."""
    return agent_and_target(re.split(r",? and |, ?| ?[&+] ?", text), targets)


def _menus(steps: Iterable[Step]) -> dict[str, list[str]]:
    """The keys of all menus with a prompt."""
    found: dict[str, list[str]] = {}
    for step in steps:
        if isinstance(step, Menu):
            found.setdefault(step.prompt, []).extend(choice.key for choice in step.choices)
    return found


def _prompt_heard(written: syntax.HeardPrompt) -> PromptHeard:
    return PromptHeard(text_of(written.prompt), text_of(written.language) or None)


def _how(written: syntax.HowDialled) -> HowDialled:
    named = dict(_named(written).facts)
    for key, node in pairs(written.node):
        if written.push is not None and node is written.push.node:
            named[key.text] = duration(written.push.value)
    return HowDialled(Named(named), written.count is not None and written.count.value == 0)


def _post(written: syntax.Post) -> Posted:
    of_the_request = {field.key for field in OF_THE_REQUEST}
    named = {key: fact for key, fact in _named(written).facts.items() if key not in of_the_request}
    if isinstance(written.result, syntax.Result) and written.result.key is not None:
        named[written.result.key.text] = _named(written.result)
    if isinstance(written.message, syntax.Message) and written.message.key is not None:
        named[written.message.key.text] = _message(written.message)
    if isinstance(written.recording, syntax.OfRecording) and written.recording.key is not None:
        named[written.recording.key.text] = _recording(written.recording)
    if (parameters := given(written.parameters)) is not None:
        named[PARAMETERS] = _as_given(parameters.node)
    if isinstance(chosen := given(written.chosen), Section):
        named[CHOSEN] = _as_given(chosen.node)
    if isinstance(data := given(written.data), Section):
        named[DATA] = _as_given(data.node)
    if (messages := given(written.messages)) is not None:
        named[MESSAGES] = [_message(each) for each in messages if isinstance(each, syntax.Message)]
    headers = given(written.headers)
    return Posted(
        Named(named),
        text_of(written.to),
        None if written.count is None else written.count.value,
        None if headers is None else {name.text: text_of(text) for name, text in headers.entries},
    )


def _message(written: syntax.Message) -> Named:
    facts: dict[str, Any] = {} if written.seconds is None else {"seconds": written.seconds.value}
    return Named(facts if written.url is None else {**facts, "url": text_of(written.url)})


def _recording(written: syntax.OfRecording) -> Named:
    facts: dict[str, Any] = {} if written.seconds is None else {"seconds": written.seconds.value}
    texts = {"url": written.url, "failed": written.failed}
    return Named({**facts, **{key: text_of(text) for key, text in texts.items() if text is not None}})


def _named(written: Located) -> Named:
    """What is named in a mapping, as it is written."""
    return Named({key.text: None if _is_nothing(node) else plain(node) for key, node in pairs(written.node)})


def _as_given(node: Node) -> Any:
    """What an action was asked for with. `nothing` without quotes: it was left out."""
    match node:
        case Scalar(plain=True) if node.text == NOTHING:
            return None
        case Mapping():
            return Named({key.text: _as_given(value) for key, value in pairs(node)})
        case Sequence():
            return [_as_given(each) for each in node.items]
        case _:
            return plain(node)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text == NOTHING


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
