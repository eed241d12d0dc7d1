"""What agents and webhooks are told, in expectations: names are looked up, and what can never be told is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from flowc.diagnostics import quoted
from flowc.ir import (
    Ask,
    ChangeLanguage,
    Flow,
    Menu,
    Notify,
    Outcome,
    Reply,
    ReturnToAgent,
    Step,
    TakeMessage,
    Transfer,
    every_step,
    may_not_be_accepted,
)
from flowc.ir.briefing import briefs
from flowc.ir.introduction import introduces
from flowc.language.calls import syntax
from flowc.language.calls.events import NOTHING
from flowc.language.calls.expectations import (
    ABANDONED,
    ACTION_CANCELLED,
    BRIEFING,
    BRIEFING_OVER,
    BY_AGENT,
    BY_KEY,
    IDLE,
    INTRODUCING,
    INTRODUCTION,
    INTRODUCTION_OVER,
    OTHER_LANGUAGE,
)
from flowc.language.located import Maybe, Section, Written, entries, given
from flowc.nodes import Broken, Node, Scalar
from flowc.suggest import did_you_mean, write
from flowc.testing.script import facts
from flowc.testing.script.impossible import Impossible
from flowc.testing.script.known import OUTCOMES, known_here
from flowc.testing.script.names import Names
from flowc.testing.script.wanted import Accepted, Named, Pending, Posted, Refused, WithData
from flowc.testing.script.wording import plain

_INTRODUCED = {BRIEFING: INTRODUCTION, BRIEFING_OVER: INTRODUCTION_OVER}
"""What an agent that introduces is told in place of what one is told that briefs."""
_BRIEFED = {there: here for here, there in _INTRODUCED.items()}


class ToldReader:
    def __init__(self, flow: Flow, names: Names) -> None:
        self.flow = flow
        self.names = names
        self.impossible = Impossible(flow, names)
        self.problems = names.problems
        steps = list(every_step(flow))
        transfers = [step for step in steps if isinstance(step, Transfer)]
        self.in_all = {prompt.name for prompt in flow.prompts if prompt.versions[0].language is None}
        self.watches = any(agent.idle for agent in flow.every_agent)
        self.changes = any(isinstance(step, ChangeLanguage) for step in steps)
        self.stops = any(step.cancel is not None for step in transfers)
        self.menus = _menus(steps)
        self.openings = {step.prompt for step in steps if isinstance(step, ReturnToAgent)}
        self.data = {entry.name for step in steps if isinstance(step, Reply) for entry in step.data}
        self.replies_later = any(action.asks_for_ms for action in flow.actions)
        self.takes_messages = any(isinstance(step, TakeMessage) for step in steps)
        self.records = flow.call.recording is not None
        told = flow.call.skew is not None or flow.call.report is not None or self.records
        self.notifies = told or any(isinstance(step, Notify | TakeMessage | Ask) for step in steps)
        self.cancelling = [action.name for action in flow.actions if action.cancels]
        self.transfers = bool(transfers)
        is_asked = any(may_not_be_accepted(each, flow) for each in transfers)
        is_cancelled = any(step.may_be_cancelled for step in transfers)
        is_heard = any(target.machine for target in flow.targets)
        closes = any(target.hours for target in flow.targets)
        outcomes = (
            (Outcome.CLOSED, closes, "target", "hours", "none is closed"),
            (Outcome.NOT_ACCEPTED, is_asked, "target", "accept", "nobody is asked"),
            (Outcome.MACHINE, is_heard, "target", "machine", "none is told from a person"),
            (Outcome.CANCELLED, is_cancelled, "transfer", "cancel", "no caller stops the ringing"),
        )
        self.never_comes = {
            str(outcome): f"no {what} of this flow has `{key}`, so {so}"
            for outcome, comes, what, key, so in outcomes
            if not comes
        }

    def told(self, written: syntax.Told) -> Named:
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
        return facts.named(written)

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
        elif written.text in self.never_comes:
            self.problems.add(written.span, "FLOW503", self.never_comes[written.text])
        elif not self.transfers:
            self.problems.add(written.span, "FLOW503", "this flow transfers nobody, so there are no outcomes")

    def replied(
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

    def posted(self, written: syntax.Post) -> Posted:
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
        return facts.posted(written)

    def _language(self, language: Maybe[Scalar], prompt: Maybe[Scalar] = None) -> None:
        """A language of the call, in which something is heard or told."""
        if not isinstance(language, Scalar) or self.problems.full:
            return
        if not self.names.languages:
            self.problems.add(language.span, "FLOW503", "the call of this flow has one language", "take it out")
        elif self.names.is_language(language) and isinstance(prompt, Scalar) and prompt.text in self.in_all:
            message = f"{quoted(prompt.text)} is the same in all languages"
            self.problems.add(language.span, "FLOW503", message, "take the language out")

    def _takes_messages(self, written: Node) -> None:
        if not self.takes_messages and not self.problems.full:
            self.problems.add(written.span, "FLOW503", "no step of this flow takes a message", "take it out")

    def _records(self, written: Node) -> None:
        if not self.records and not self.problems.full:
            self.problems.add(written.span, "FLOW503", "this flow does not record calls", "take it out")


def _menus(steps: Iterable[Step]) -> dict[str, list[str]]:
    """The keys of all menus with a prompt."""
    found: dict[str, list[str]] = {}
    for step in steps:
        if isinstance(step, Menu):
            found.setdefault(step.prompt, []).extend(choice.key for choice in step.choices)
    return found
