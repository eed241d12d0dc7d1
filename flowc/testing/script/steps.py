"""Steps of call scripts, from what is written to what happens: targets and actions are looked up.

What is broken has been reported and is left out, or stands without a value: a file with problems is never played. What
is expected is looked at in `expectations.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as ReadOnly
from typing import Any, Literal, assert_never, cast

from flowc.diagnostics import quoted
from flowc.ir import Action, Flow, Outbound, SipTarget
from flowc.ir.briefing import CONNECT, DECLINE, REASON, briefs
from flowc.ir.flow import MOST_DATA
from flowc.ir.introduction import CANCEL, LEAVE, introduces
from flowc.language.calls import syntax
from flowc.language.calls.events import (
    BY_CALL_LIST,
    CANCELS,
    CONNECTS,
    DECLINES,
    DOES_NOT_ANSWER,
    HANGS,
    HANGS_UP,
    IS_AT_WORK,
    IS_HANDED_OVER,
    LEAVES,
    WITHHELD,
)
from flowc.language.calls.platform import OF_THE_SESSION, UNKNOWN_TIME
from flowc.language.located import Maybe, Section, Written, entries, given
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.parse.commas import in_quotes, text_around
from flowc.source import Span
from flowc.suggest import did_you_mean, meant_word, nearest
from flowc.testing.result import Place
from flowc.testing.script.arguments import complaints
from flowc.testing.script.expectations import ExpectationReader
from flowc.testing.script.model import (
    Account,
    AgentDoes,
    Asks,
    AtOnce,
    CallerHangsUp,
    Calls,
    ClockShows,
    DoesNotAnswer,
    Event,
    Expect,
    HandedOver,
    LookUpsEnd,
    PlatformDoes,
    Presses,
    Request,
    Rings,
    Says,
    Single,
    Speaks,
    Starts,
    Step,
    Wait,
)
from flowc.testing.script.names import Names
from flowc.testing.script.surroundings import SurroundingsReader
from flowc.testing.script.target_steps import TargetReader
from flowc.testing.script.wording import as_text, plain, shown, text_of

CALLER, AGENT = "caller", "agent"
FROM, TO = "+15550000001", "+15550000002"
ANONYMOUS = "anonymous"
"""What arrives from a caller whose number is withheld."""


def _is_of_an_agent(step: syntax.Single) -> bool:
    """What only an agent does, or the platform with one."""
    if isinstance(step, syntax.PlatformStep):
        return isinstance(step.value, syntax.AgentConnection)
    return isinstance(step, syntax.AgentStep | syntax.RequestStep)


class StepReader:
    """`account` of the steps of a call is None if it is not known what that has."""

    def __init__(self, flow: Flow, names: Names, surroundings: SurroundingsReader) -> None:
        self.flow = flow
        self.names = names
        self.surroundings = surroundings
        self.problems = names.problems
        self.expectations = ExpectationReader(flow, names)
        self.targets = TargetReader(flow, names)

    def steps(self, steps: Maybe[syntax.Steps], account: Account | None) -> tuple[Step, ...]:
        found: list[Step] = []
        has_called, over_sip = False, True
        for index, step in enumerate(given(steps) or ()):
            if self.problems.full:
                break
            if isinstance(step, Broken):
                continue
            key, value = step.key, step.node
            events = self._events(step, account)
            comes_in = any(isinstance(event, Calls | Starts) for event in events)
            if index == 0 and events and not comes_in:
                self.problems.add(key.span, "FLOW504", "nobody has called yet", _BEGIN[self.flow.outbound is not None])
            elif has_called and comes_in:
                self.problems.add(key.span, "FLOW504", "the call has come in before", "write a call of its own")
            has_called |= comes_in
            over_sip = next((event.over_sip for event in events if isinstance(event, Calls)), over_sip)
            if any(isinstance(event, HandedOver) for each in events for event in _each(each)):
                self._can_be_handed_over(key, over_sip)
            span = Span(*key.span[:2], *(value.span[2:] if _ends_later(key, value) else key.span[2:]))
            found.append(Step(f"{key.text}: {shown(value)}", Place(self.problems.path, span), events))
        return tuple(found)

    def _can_be_handed_over(self, key: Scalar, over_sip: bool) -> None:
        if not any(isinstance(target, SipTarget) and target.refers for target in self.flow.targets):
            message = "this flow hands no caller over: none of its targets has `refer`"
            self.problems.add(key.span, "FLOW504", message, "take it out, or write what a target does")
        elif not over_sip:
            message = "this caller cannot be handed over: the call has come in over the telephone network"
            self.problems.add(key.span, "FLOW504", message, "begin with `caller: {calls: {over: sip}}`")

    def _events(self, step: syntax.Step, account: Account | None) -> tuple[Event, ...]:
        return self._at_once(step, account) if isinstance(step, syntax.AtOnce) else self._single(step, account)

    def _at_once(self, step: syntax.AtOnce, account: Account | None) -> tuple[Event, ...]:
        is_alone = len(step.value) == 1
        found: list[Single] = []
        for number, each in enumerate(step.value):
            if isinstance(each, Broken):
                continue
            events = () if isinstance(each, syntax.AtOnce) else self._single(each, account)
            is_first_wait = number == 0 and not is_alone and any(isinstance(event, Wait) for event in events)
            takes_time = isinstance(each, syntax.AtOnce) or any(_needs_time(event) for event in events)
            takes_time = takes_time and not is_first_wait
            if is_alone:
                second = "" if takes_time else "a second step, or "
                message = "one step alone is at once by itself"
                self.problems.add(step.key.span, "FLOW105", message, f"write {second}the step without `at once`")
            elif takes_time:
                said = quoted(f"{each.key.text}: {shown(each.node)}")
                message = f"{said} is not something that happens in an instant"
                self.problems.add(each.key.span, "FLOW504", message, "write it before or behind `at once`, as a step")
            found += events
        return (AtOnce(tuple(found)),) if found else ()

    def _single(self, step: syntax.Single, account: Account | None) -> tuple[Single, ...]:
        if self.flow.agent is None and _is_of_an_agent(step):
            message = "this flow has no agent that could do that"
            if not isinstance(step, syntax.AgentStep):
                message = "this flow has no agent, and nobody whose requests are answered"
            self.problems.add(step.key.span, "FLOW504", message, "take it out")
            return ()
        match step:
            case syntax.CallerStep():
                return self._caller(step.value)
            case syntax.AgentStep():
                return self._agent(step.value, step.key)
            case syntax.RequestStep():
                return (_request(step.value),)
            case syntax.OutboundStep():
                return self._starts(step.key, step.value)
            case syntax.PlatformStep():
                return self._platform(step.value)
            case syntax.Wait():
                return self._wait(step)
            case syntax.Expect():
                return (self.expectations.read(step.key, step.value),)
            case syntax.TargetStep():
                return self.targets.read(step, account)
            case _:
                assert_never(step)

    def _wait(self, step: syntax.Wait) -> tuple[Single, ...]:
        if isinstance(step.value, Written):
            return (Wait(step.value.value),)
        until = given(step.value.until)
        return (self.expectations.until(step.key, until),) if until is not None else ()

    def _caller(
        self, does: Written[str] | syntax.Calls | syntax.Presses | syntax.Speaks | syntax.NotHandedOver
    ) -> tuple[Single, ...]:
        match does:
            case Written(value=word) if word == IS_HANDED_OVER:
                return (HandedOver(),)
            case syntax.NotHandedOver(is_not_handed_over=code):
                return (HandedOver(code.value if code is not None else 0),)
            case Written():
                return (CallerHangsUp(),) if does.value == HANGS_UP else (Calls(FROM, TO),)
            case syntax.Speaks(speaks=lasting):
                return (Speaks(lasting.value),)
            case syntax.Presses():
                digits = given(does.presses)
                return (Presses(None, digits.text),) if digits is not None else ()
            case syntax.Calls():
                numbers = given(does.calls)
                return (_call(numbers),) if numbers is not None else ()
            case _:
                assert_never(does)

    def _starts(self, key: Scalar, written: syntax.Starts) -> tuple[Single, ...]:
        if self.flow.outbound is None:
            message = "this flow places no calls: it has no `outbound`"
            self.problems.add(key.span, "FLOW504", message, "begin with `caller: calls`")
            return ()
        starts = written.starts
        if starts is None or isinstance(starts, Broken):
            return ()
        unknown: tuple[str, ...] = ()
        if isinstance(starts, Mapping) and not starts.open:
            unknown = self._unknown_data(self.flow.outbound, starts)
        data = starts.text if isinstance(starts, Scalar) else json.dumps(plain(starts), ensure_ascii=False)
        by_list = written.by.value == BY_CALL_LIST
        if len(data.encode()) > MOST_DATA and not by_list:
            message = f"these data have {len(data.encode())} bytes, and the platform takes {MOST_DATA}"
            hint = f"write shorter ones, or start it `by: {BY_CALL_LIST}`"
            self.problems.add(starts.span, "FLOW105", message, hint)
        return (Starts(data, by_list, () if by_list else unknown),)

    def _unknown_data(self, outbound: Outbound, starts: Mapping) -> tuple[str, ...]:
        """What the flow does not know, and ignores, as the columns of a call list. But a name that is nearly one of its
        data that is left out is misspelt.
        """
        known = [each.name for each in outbound.data]
        left_out = [name for name in known if name not in starts.entries]
        for name, (node, _) in starts.entries.items():
            if name not in known and not self.problems.full and (meant := nearest(name, left_out)) is not None:
                message = f"no call of this flow is started with {quoted(name)}"
                self.problems.add(node.span, "FLOW201", message, meant_word(meant))
        return tuple(name for name in starts.entries if name not in known)

    def _agent(
        self, does: Written[str] | syntax.Asks | syntax.Declines | syntax.Says, key: Scalar
    ) -> tuple[Single, ...]:
        match does:
            case Written():
                if does.value in (DOES_NOT_ANSWER, HANGS) and all(
                    agent.answers_within_ms is None for agent in self.flow.every_agent
                ):
                    message = "nobody watches the agent's model in this flow: it is not known whether it answers"
                    self.problems.add(
                        (does.node or key).span, "FLOW504", message, "write `is lost`, or `answers_within` in the flow"
                    )
                    return ()
                if does.value == IS_AT_WORK and not any(agent.idle for agent in self.flow.every_agent):
                    message = "nobody asks the agent to speak up in this flow: it has no `idle`"
                    what_to_do = "take it out, or write `idle` in the flow"
                    self.problems.add((does.node or key).span, "FLOW504", message, what_to_do)
                    return ()
                if does.value in (CONNECTS, DECLINES):
                    return self._decides(CONNECT if does.value == CONNECTS else DECLINE, {}, (does.node or key).span)
                if does.value in (LEAVES, CANCELS):
                    return self._introduces(LEAVE if does.value == LEAVES else CANCEL, (does.node or key).span)
                return (AgentDoes(cast(Any, does.value)),)
            case syntax.Declines():
                reason = given(does.declines)
                return self._decides(DECLINE, {REASON: reason.text}, does.span) if reason is not None else ()
            case syntax.Says():
                says = given(does.says)
                return (Says(says.text),) if says is not None else ()
            case syntax.Asks():
                return self._asks(does)
            case _:
                assert_never(does)

    def _decides(self, action: str, values: ReadOnly[str, Any], span: Span) -> tuple[Single, ...]:
        """What it asks for in a briefing."""
        if briefs(self.flow):
            return (Asks(action, values, None),)
        message = "the agent of this flow talks to nobody alone"
        hint = "write `agent: briefs` beside a `transfer` of the flow"
        if introduces(self.flow):
            does = LEAVES if action == CONNECT else CANCELS
            hint = f"write `agent: {does}`, as one does that introduces; `agent: briefs` stands beside a `transfer`"
        self.problems.add(span, "FLOW504", message, hint)
        return ()

    def _introduces(self, action: str, span: Span) -> tuple[Single, ...]:
        """What it asks for while it rings, or when somebody has taken the call."""
        if introduces(self.flow):
            return (Asks(action, {}, None),)
        message = "the agent of this flow introduces nobody"
        hint = "write `agent: introduces` beside a `transfer` of the flow"
        if briefs(self.flow):
            does = CONNECTS if action == LEAVE else DECLINES
            hint = f"write `agent: {does}`, as one does that briefs; `agent: introduces` stands beside a `transfer`"
        self.problems.add(span, "FLOW504", message, hint)
        return ()

    def _asks(self, does: syntax.Asks) -> tuple[Single, ...]:
        asks, values = given(does.asks), does.values
        if asks is None:
            return ()
        action = self.names.actions.get(asks.text)
        if action is None:
            hint = did_you_mean(asks.text, self.names.actions)
            self.problems.add(asks.span, "FLOW201", f"the flow has no action {quoted(asks.text)}", hint)
            return ()
        if not isinstance(values, Broken):
            self._check_values(action, asks, values)
        id = given(does.id)
        return (
            Asks(
                action.name,
                {name.text: plain(value) for name, value in entries(values)},
                id.text if id is not None else None,
            ),
        )

    def _check_values(self, action: Action, asks: Scalar, given: Section[Node] | None) -> None:
        """What the agent's tools would not let through themselves."""
        nodes = {name.text: (name, value) for name, value in entries(given)}
        values = {name: plain(value) for name, (_, value) in nodes.items() if not isinstance(value, Broken)}
        known = [parameter.name for parameter in action.parameters]
        unknown = [name for name in nodes if name not in known]
        meant = {nearest(name, known) for name in unknown}
        lacking = [each.name for each in action.parameters if not each.optional and each.name not in {*nodes, *meant}]
        other = [name for name in unknown if nearest(name, known) is None]
        for complaint in complaints(action, values):
            if self.problems.full:
                return
            name = complaint.parameter
            match complaint.what:
                case "unknown":
                    is_renamed = [name] == other and len(lacking) == 1
                    hint = meant_word(lacking[0]) if is_renamed else did_you_mean(name, known)
                    if given is not None and not name.isidentifier() and (text := text_around(given.node, name)):
                        hint = f"if it belongs to the text before it, {in_quotes(text)}"
                    message = f"action `{action.name}` has no parameter {quoted(name)}"
                    self.problems.add(nodes[name][0].span, "FLOW201", message, hint)
                case "value":
                    hint = "the agent's tools would not post it; what somebody else posts is a `request`"
                    span, given_as = _inside(nodes[name][1], complaint.inside)
                    if complaint.is_text and isinstance(given_as, Scalar) and not given_as.is_text:
                        hint = f'put quotes around it: "{given_as.text[:60]}"'
                    way = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in complaint.inside)
                    self.problems.add(span, "FLOW104", f"{quoted(name + way)} {complaint.told}", hint)
                case "missing" if name in lacking and not other:  # else that is what it was called
                    span = asks.span if given is None else given.node.span
                    hint = f"add `with: {{{name}: …}}`" if given is None else f"add `{name}: …` in `with`"
                    self.problems.add(span, "FLOW102", f"action `{action.name}` needs `{name}`", hint)

    # The platform

    def _platform(self, does: syntax.PlatformDoes) -> tuple[Single, ...]:
        match does:
            case syntax.Repeats(repeats=what, of=of):
                return self._repeats(does, what, of)
            case syntax.Announces(announces=number):
                return (PlatformDoes("announces", text_of(number)),)
            case syntax.LookUps(storage=storage):
                found = self.surroundings.of_storage(storage) if isinstance(storage, Section) else []
                return (LookUpsEnd(tuple((name.text, says.value) for name, says in found)),) if found else ()
            case syntax.AgentConnection(agent=how):
                return (PlatformDoes("agent", how.value, "agent"),)
            case syntax.CallerConnection(caller=is_connected):
                return (PlatformDoes("caller", is_connected.value, CALLER),)
            case syntax.WebhookAnswers(webhook=code, which=which, answers=answers):
                text = "" if answers is None or isinstance(answers, Broken) else as_text(answers)
                return (PlatformDoes("webhook", str(code.value), which=_first(which), text=text),) if code else ()
            case syntax.GivesUp(gives_up=what, which=which):
                return (PlatformDoes("gives up", what.value, which=_first(which)),)
            case syntax.SoundFile(sound_file=how):
                return (PlatformDoes("sound file", how.value),)
            case syntax.Playback(playback=how, of=of):
                return self._of_a_leg("playback", how.value, of)
            case syntax.RecordingOfMessage(recording=how):
                return (PlatformDoes("recording", how.value),)
            case syntax.VoiceDetectionDoes(voice_detection=does_what):
                return (PlatformDoes("voice detection", does_what.value),)
            case syntax.CallListDoes(call_list=does_what):
                return (PlatformDoes("call list", does_what.value),)
            case syntax.SessionEnds(session=how):
                return (PlatformDoes("session", how.value),)
            case syntax.VoiceHeard(voice=speech, of=of):
                return self._of_a_leg("voice", speech.value, of)
            case syntax.HangupOfOurs(hangup=of, comes=comes):
                return self._of_a_leg("hangup", comes.value, of)
            case syntax.Detection(detection=finds, of=of):
                return self._of_a_leg("detection", finds.value, of)
            case syntax.Beep(beep=how, of=of):
                return self._of_a_leg("beep", how.value, of)
            case syntax.LateKey(late_key=key, of=of):
                return self._of_a_leg("late key", text_of(key), of)
            case syntax.TimerFires(timer=name):
                return (PlatformDoes("timer", text_of(name)),)
            case syntax.ClockShows(clock=clock):
                return self._clock(given(clock))
            case _:
                assert_never(does)

    def _of_a_leg(self, does: str, what: str, of: Maybe[Scalar]) -> tuple[Single, ...]:
        if of is None:
            return (PlatformDoes(does, what, CALLER),)
        return (PlatformDoes(does, what, of.text),) if self.names.is_target(of, CALLER) else ()

    def _repeats(self, does: syntax.Repeats, what: Written[str], of: Maybe[Scalar]) -> tuple[Single, ...]:
        if what.value in OF_THE_SESSION:
            if of is not None:
                message = f"{quoted(what.value)} is of nobody on the call"
                self.problems.add(of.span if isinstance(of, Scalar) else does.span, "FLOW504", message, "take `of` out")
            return (PlatformDoes("repeats", what.value),)
        if of is None:
            return (PlatformDoes("repeats", what.value, CALLER),)
        return (PlatformDoes("repeats", what.value, of.text),) if self.names.is_target(of, CALLER, AGENT) else ()

    def _clock(self, clock: Scalar | None) -> tuple[Single, ...]:
        if clock is None:
            return ()
        if clock.text == UNKNOWN_TIME:
            return (ClockShows(None),)
        at = self.surroundings.begins(clock)
        return (ClockShows(at),) if at is not None else ()


def _inside(node: Node, way: tuple[str | int, ...]) -> tuple[Span, Node]:
    """What a value holds, by names and numbers, and where that stands."""
    span = node.span
    for each in way:
        if isinstance(node, Mapping) and isinstance(each, str) and each in node.entries:
            _, node = node.entries[each]
            span = node.span
        elif isinstance(node, Sequence) and isinstance(each, int):
            node = node.items[each]
            span = node.span
    return span, node


def _each(event: Event) -> tuple[Single, ...]:
    return event.events if isinstance(event, AtOnce) else (event,)


_BEGIN = ("a call begins with `caller: calls`", "a call begins with `caller: calls`, or with `outbound: {starts: …}`")


def _call(numbers: syntax.Numbers) -> Calls:
    caller, called = given(numbers.from_), given(numbers.to)
    number = caller.text if caller is not None else FROM
    shown = ANONYMOUS if number == WITHHELD else number
    return Calls(shown, called.text if called is not None else TO, numbers.over.value == "sip")


def _request(posted: syntax.Request) -> Request:
    body, method = posted.body, given(posted.method)
    text = as_text(body)
    headers = {name.text: each.text for name, each in entries(posted.headers) if isinstance(each, Scalar)}
    token = cast(Literal["right", "wrong", "none", "former"], posted.token.value)
    return Request(text, method.text if method is not None else "POST", token, headers)


def _needs_time(event: Single) -> bool:
    """Whether time goes by, or the call is looked at as it is between two instants."""
    return isinstance(event, Calls | Starts | Speaks | Wait | Expect | DoesNotAnswer) or (
        isinstance(event, Rings) and event.ms > 0
    )


def _first(which: Written[int] | None) -> int:
    return 1 if which is None else which.value


def _ends_later(key: Scalar, value: Node) -> bool:
    return value.span.end_line == key.span.line and value.span[2:] > key.span[2:]
