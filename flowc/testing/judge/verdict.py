"""Judges a call that has been played: which step went wrong first, and why.

What follows a failure is no longer looked at: after it the script and the call are about different things.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flowc.diagnostics import quoted
from flowc.ir import Flow, Setting, shown
from flowc.language.calls.expectations import IDLE
from flowc.opening_hours import default_instant, on_clocks
from flowc.simulator.observed import longest_silence
from flowc.simulator.trace import TraceEvent, logged
from flowc.source import Span
from flowc.testing.account import described, missing, named, not_found, value_of
from flowc.testing.judge.assertions import verdict_on
from flowc.testing.judge.coverage import carried_out
from flowc.testing.judge.not_done import NotDone, not_done, webhook
from flowc.testing.judge.observation import Names, Observation, replied_in
from flowc.testing.judge.source_map import items, line_in, way_to
from flowc.testing.judge.telling import telling
from flowc.testing.play.lower import Lowered, last_reply
from flowc.testing.play.switches import Choice, differences
from flowc.testing.result import Failure, Place, PlayedCall
from flowc.testing.script import wanted
from flowc.testing.script.model import (
    Answers,
    Asks,
    Call,
    CallerHangsUp,
    DoesNotAnswer,
    Event,
    Expect,
    Expectation,
    Fails,
    HandedOver,
    HangsUp,
    Holds,
    PlatformDoes,
    Presses,
    Request,
    Rings,
    Says,
    SaysPlace,
    SendsEarlyMedia,
    Single,
    Speaks,
    Starts,
    TransfersTo,
    Until,
    Wait,
)
from flowc.testing.script.wording import seconds, written
from flowc.testing.sensitive import without_sensitive

PlayResult = Mapping[str, Any]
_OF_A_TARGET = (
    Rings
    | DoesNotAnswer
    | SendsEarlyMedia
    | Answers
    | Fails
    | HangsUp
    | Presses
    | Speaks
    | Holds
    | SaysPlace
    | TransfersTo
)
_RINGS = "is being called, and has not answered"
_OF_WHOM = wanted.CallerHears | wanted.CallerWith | wanted.Ringing | wanted.Posted | wanted.CallIs
"""What comes of what the agent asks for."""
_WITH_THE_AGENT = (wanted.CallerHears("agent"), wanted.AgentIs("connected"))
"""What cannot be true without the agent."""
IN_VAIN = ", and it does not come to that within an hour"
"""Of what was waited for."""


@dataclass(frozen=True, slots=True)
class CallUnderTest:
    """What was played. `varied` is how the platform behaved besides what the script says."""

    flow: Flow
    call: Call
    varied: Choice
    scenario_path: str
    scenario: str
    note: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something could not be: `lacks` is what the account has instead of a value, if that is why. `step` is the
    one that could not be carried out, if that is why: it may not be the last of them.
    """

    told: str
    lacks: str = ""
    step: NotDone | None = None


@dataclass(frozen=True, slots=True)
class Early:
    """A call that has failed because a target was not being called: at the event with this number, at this time."""

    target: str
    number: int
    now: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the agent's side did not go on, and where in the generated tools, as far as that is known."""

    message: str
    place: Place


def judged(played: CallUnderTest, events: Sequence[Lowered], result: PlayResult) -> PlayedCall:
    return _Judgement(played, events, result).call()


def early(played: CallUnderTest, events: Sequence[Lowered], result: PlayResult) -> Early | None:
    """Whether the call may have failed because it did not wait long enough for a target to be called."""
    judgement = _Judgement(played, events, result)
    judgement.call()
    return judgement.early()


def when_called(early: Early, played: CallUnderTest, events: Sequence[Lowered], result: PlayResult) -> str:
    """When the target would have been called, in the same call with more time; empty if it would not have been."""
    names = Names(played.flow, played.call.account)
    legs = names.legs(result["trace"])
    dialled = (each for each in result["trace"] if each["event"] == "dial" and legs[each["call"]] == early.target)
    later = next((int(each["t"]) - early.now for each in dialled if each["t"] > early.now), None)
    if later is None:
        return ""
    before = events[early.number - 1].event if early.number else None
    if isinstance(before, Wait):
        return f"in {seconds(later)}, write `wait: {written(before.ms + later)}`"
    return f"in {seconds(later)}, write `wait: {written(later)}` before this"


def unplayable(
    played: CallUnderTest, message: str, step: int | None = None, trouble: Trouble | None = None
) -> PlayedCall:
    """The scenario did not come back at all, so there is no trace, and its line is not known. `step` is the number of
    the step that was being played, if that is known. `trouble`: it was not the scenario that kept the call from it.
    """
    steps = played.call.steps[: step + 1] if step is not None else ()
    place = steps[-1].place if steps else played.call.place
    marks = tuple((0, each.written, each.place) for each in steps)
    failure = Failure(place, 0, "the scenario runs", message)
    if trouble is not None:
        failure = Failure(place, 0, "the tools run", message, None, trouble.place)
    return _call(played, (), marks, {}, (failure,), 0)


def _call(
    played: CallUnderTest,
    trace: tuple[TraceEvent, ...],
    marks: tuple[tuple[int, str, Place], ...],
    legs: Mapping[str, str],
    failures: tuple[Failure, ...],
    ended_ms: int,
    silence_ms: int | None = None,
) -> PlayedCall:
    call = played.call
    told = PlayedCall(
        name=call.name,
        flow=played.flow.name,
        place=call.place,
        variant=differences(played.varied),
        trace=trace,
        marks=marks,
        parties=("caller", "agent", *dict.fromkeys(legs.values())),
        failures=failures,
        ended_ms=ended_ms,
        note=played.note,
        legs=tuple(legs.items()),
        silence_ms=silence_ms,
        begins=_begins(played),
        ignored=_ignored(call),
        has_agent=played.flow.agent is not None,
    )
    return without_sensitive(told, played.flow)


def _ignored(call: Call) -> tuple[str, ...]:
    starts = (event for step in call.steps for event in step.events if isinstance(event, Starts))
    return tuple(dict.fromkeys(name for each in starts for name in each.ignored))


def _begins(played: CallUnderTest) -> str:
    hours = played.flow.hours
    return on_clocks(hours, played.call.begins or default_instant(hours)) if hours else ""


class _Judgement:
    def __init__(self, played: CallUnderTest, events: Sequence[Lowered], result: PlayResult) -> None:
        self.played = played
        self.events = events
        self.result = result
        self.trace: tuple[TraceEvent, ...] = tuple(result["trace"])
        self.names = Names(played.flow, played.call.account)
        self.failed_at: int | None = None  # number of the event

    def call(self) -> PlayedCall:
        failures = self._failures()
        legs, ended = self.names.legs(self.trace), int(self.result["view"]["now"])
        silence = longest_silence(self.result["view"])
        return _call(self.played, self.trace, self._marks(), legs, failures, ended, silence)

    def _marks(self) -> tuple[tuple[int, str, Place], ...]:
        """The steps that were taken, up to the one that failed."""
        found: dict[int, int] = {}
        for lowered, start in zip(self.events, self.result["starts"], strict=False):
            found.setdefault(lowered.step, start)
        last = len(self.events) if self.failed_at is None else self.events[self.failed_at].step
        steps = self.played.call.steps
        return tuple((start, steps[step].written, steps[step].place) for step, start in found.items() if step <= last)

    # What went wrong

    def _failures(self) -> tuple[Failure, ...]:
        starts: list[int] = self.result["starts"]
        crash = next((index for index, entry in enumerate(self.trace) if entry["event"] == "error"), None)
        impossible = self.result["impossible"]
        for number, (lowered, start) in enumerate(zip(self.events, starts, strict=False)):
            if crash is not None and crash < start:
                self.failed_at = max(0, number - 1)
                return (self._crashed(number - 1),)
            found: tuple[Failure, ...] = ()
            if isinstance(lowered.event, Expect):
                found = self._unmet(number, lowered.event, start)
            elif impossible is not None and impossible["index"] == number:
                found = (self._impossible(number, impossible["message"]),)
            elif refused := self._refused(number):
                found = (self._failure(number, self._step(number).written, refused, self._step(number).place),)
            elif stranger := self._stranger(lowered, start):
                found = (self._failure(number, self._step(number).written, stranger, self._step(number).place),)
            if found:
                self.failed_at = number
                return found
        if crash is not None:
            self.failed_at = len(starts) - 1
            return (self._crashed(len(starts) - 1),)
        trouble: Trouble | None = self.result.get("trouble")
        if trouble is not None:
            step, now = self._step(len(self.events) - 1), int(self.result["view"]["now"])
            return (Failure(step.place, now, step.written, trouble.message, None, trouble.place),)
        return ()

    def _refused(self, number: int) -> str:
        """Why the agent cannot do now what no flow declares (`agent: leaves`), where nothing is expected of the reply;
        else empty.
        """
        event = self.events[number].event
        if not isinstance(event, Asks) or any(action.name == event.action for action in self.played.flow.actions):
            return ""
        reply = self.result["replies"].get(str(number))
        replied = None if reply is None else replied_in(reply)
        error = replied.get("error") if isinstance(replied, dict) else None
        if not isinstance(error, dict) or self._expects_a_reply(number):
            return ""
        return f"refused: {error.get('code')}: {error.get('message')}"

    def _expects_a_reply(self, number: int) -> bool:
        """Whether the script says something of the reply to this request, before it makes another."""
        for later in self.events[number + 1 :]:
            if isinstance(later.event, Asks | Request):
                return False
            if isinstance(later.event, Expect) and any(isinstance(one.wanted, wanted.Reply) for one in later.event.all):
                return True
        return False

    def early(self) -> Early | None:
        """Of the event that failed: whether a target is meant that is not being called."""
        if self.failed_at is None or self.result["view"]["error"] is not None:
            return None
        number, event = self.failed_at, self.events[self.failed_at].event
        start, now = self.result["starts"][number], int(self.result["times"][number])
        meant: list[str] = []
        if isinstance(event, Expect):
            seen = self._seen(number, start)
            ringing = [one.wanted.targets for one in event.all if isinstance(one.wanted, wanted.Ringing)]
            meant = [name for names in ringing for name in names if not seen.ringing]
        elif isinstance(event, _OF_A_TARGET) and event.target is not None and self.result["impossible"] is not None:
            meant = [event.target]
        return next((Early(target, number, now) for target in meant if target not in self._dialled(start)), None)

    def _dialled(self, start: int) -> Collection[str]:
        return self.names.legs(self.trace[:start]).values()

    def _step(self, number: int) -> Any:
        return self.played.call.steps[self.events[number].step]

    def _seen(self, number: int, start: int) -> Observation:
        reply = last_reply(self.events, self.result["replies"], number)
        view = self.result["looks"][str(number)]
        since = next((self._began(before) for before in range(number - 1, -1, -1) if self._happens(before, number)), 0)
        return Observation(self.names, view, self.trace[:start], reply, since)

    def _happens(self, number: int, expects: int) -> bool:
        """Whether it is an event of a step before the one that expects something."""
        return self.events[number].step != self.events[expects].step and not isinstance(
            self.events[number].event, Expect
        )

    def _began(self, number: int) -> int:
        """Where in the trace the step of an event begins."""
        step = self.events[number].step
        return int(next(self.result["starts"][each] for each in range(number + 1) if self.events[each].step == step))

    def _unmet(self, number: int, expect: Expect, start: int) -> tuple[Failure, ...]:
        seen = self._seen(number, start)
        found: list[Failure] = []
        for expectation in expect.all:
            verdict = verdict_on(expectation.wanted, seen, self.played.flow)
            if verdict is not None:
                cause = self._cause(Expect((expectation,)), seen)
                if cause is None and isinstance(expectation.wanted, _OF_WHOM):
                    cause = self._without_agent(number)
                found.append(
                    self._failure(
                        number,
                        expectation.written,
                        (f"{cause.told} ({verdict})" if cause is not None else verdict)
                        + (IN_VAIN if isinstance(expect, Until) else ""),
                        expectation.place,
                        expectation,
                        cause,
                    )
                )
        return tuple(found)

    def _impossible(self, number: int, message: str) -> Failure:
        event, step = self.events[number].event, self._step(number)
        found, cause = message, None
        if "session has ended" in message:
            found = "the call is over"
            hung_up = any(isinstance(each.event, CallerHangsUp) for each in self.events[:number])
            if not hung_up and (cause := self._not_placed(self.trace) or self._no_agent()):
                found = f"{cause.told} ({found})"
        elif isinstance(event, PlatformDoes):
            found = self._not_of_the_platform(event, str(self.events[number].emulated["leg"]), message)
        elif called := self._is_called(event, self.result["starts"][number]):
            found = f"nobody has taken the call yet: until then whoever is called is {called}"
        elif isinstance(event, HandedOver):
            found = "nobody is to be handed over: no target with `refer` has its turn"
        elif isinstance(event, _OF_A_TARGET) and event.target is not None:
            cause = self._state_of(event.target, number)
            found = cause.told
            if found == _not_called(event.target) and (no_agent := self._without_agent(number)):
                found, cause = f"{no_agent.told} ({found})", no_agent
            if isinstance(event, Holds) and "on hold" in message:
                found = (
                    f"{event.target} has the caller on hold already"
                    if not event.resumes
                    else f"{event.target} has not put the caller on hold"
                )
            if isinstance(event, Presses) and found.endswith(_RINGS):
                found += ": a phone that rings presses no keys"
        elif "no agent is open" in message:
            cause = self._no_agent() or Cause("the agent is not connected")
            found = cause.told
        elif "it is over" in message:
            found = "the caller is no longer there"
        if isinstance(event, HangsUp | CallerHangsUp) and self._has_just_hung_up(number):
            found += "; two who hang up in one instant stand in `at once: […]`"
        return self._failure(number, step.written, found, step.place, None, cause)

    def _is_called(self, event: Event, start: int) -> str:
        """Of a call that is placed: whom it calls, where nobody is yet the caller who is to do something; or empty."""
        does = isinstance(event, Presses | Speaks) and event.target is None
        of_the_caller = does or isinstance(event, CallerHangsUp)
        legs = self.names.legs(self.trace[:start])
        taken = (entry for entry in self.trace[:start] if entry["event"] == "connected" and entry["leg"] == "caller")
        return legs.get("caller", "") if of_the_caller and next(taken, None) is None else ""

    def _not_of_the_platform(self, event: PlatformDoes, number: str, message: str) -> str:
        """Why the platform could not do it: in the emulator's words, in which a leg has its number."""
        if event.target is None:
            return message
        if "has been dialled" in message:
            return _not_called(event.target)
        return message.replace(f"leg:{number}", event.target)

    def _has_just_hung_up(self, number: int) -> bool:
        """Whether the step before was another's hang-up."""
        before, event = self.events[max(0, number - 1)].event, self.events[number].event
        return isinstance(before, HangsUp | CallerHangsUp) and before != event

    def _cause(self, expect: Expect, seen: Observation) -> Cause | None:
        """What the account lacks so that this could not be met; None if that is not the cause."""
        [expectation] = expect.all
        if (refused := self._not_placed(seen.trace)) is not None:
            return refused
        if self._is_of_the_agent(expectation.wanted):
            cause = self._no_agent()
            if cause is not None:
                return cause
        match expectation.wanted:
            case wanted.Posted(named=wanted.Named(), to=to):
                return self._not_posted(seen, to)
            case wanted.Reply(what=wanted.Accepted() | wanted.WithData()) if seen.refused == "not_sent":
                return self._not_posted(seen)
            case wanted.CallerHears(what=wanted.PromptHeard(prompt=prompt)):
                return self._not_spoken(prompt, seen)
        words = set(named(expect))
        causes = (self._not_rung(each.name, seen.trace) for each in self.played.flow.targets if each.name in words)
        return next(filter(None, causes), None)

    @staticmethod
    def _is_of_the_agent(claim: wanted.Wanted) -> bool:
        is_with = isinstance(claim, wanted.CallerWith) and claim.who == "agent"
        return is_with or isinstance(claim, wanted.Reply | wanted.AgentTold) or claim in _WITH_THE_AGENT

    def _no_agent(self) -> Cause | None:
        return next(
            (
                self._lack("the agent could not be started", each)
                for agent in self.played.flow.every_agent
                for each in (agent.api_key, agent.agent_id)
                if missing(each, self.played.call.account)
            ),
            None,
        )

    def _without_agent(self, number: int) -> Cause | None:
        """Why the agent has done nothing of what it was to do before this; None if it could, or had nothing to do."""
        before = (each.event for each in self.events[:number])
        return self._no_agent() if any(isinstance(each, Asks | Says) for each in before) else None

    def _not_posted(self, seen: Observation, to: str = "") -> Cause | None:
        """Why a webhook was not told when it was its turn last, or why none was at all; None if that is not known."""
        what = "nothing could be posted" if seen.posted is None else "nothing more could be posted"
        found = not_done(self.played.flow, seen.trace, "notify", to)
        if found is not None:
            return self._not_told(what, found)
        asked = not_found(seen.trace) if seen.posted is None else ()
        urls = (webhook.url for webhook in self.played.flow.webhooks)
        return next((self._lack("nothing could be posted", each) for each in urls if each in asked), None)

    def _not_told(self, what: str, step: NotDone) -> Cause:
        setting, account = webhook(self.played.flow, step.path), self.played.call.account
        if setting is not None and missing(setting, account):
            return replace(self._lack(what, setting), step=step)
        if setting is not None and not value_of(setting, account).startswith("https://"):
            return Cause(f"{what}: the account's {described(setting)} does not begin with `https://`", step=step)
        return Cause(f"{what}: {step.why}", step=step)

    def _not_spoken(self, prompt: str, seen: Observation) -> Cause | None:
        """Why a prompt was not spoken when it was its turn last; None if it was, or if it was not its turn."""
        step = not_done(self.played.flow, seen.trace, "say", prompt)
        return None if step is None else Cause(f"{quoted(prompt)} could not be spoken: {step.why}", step=step)

    def _lack(self, what: str, setting: Setting) -> Cause:
        lacks = missing(setting, self.played.call.account)
        return Cause(f"{what}: the account has {lacks}", lacks)

    def _not_placed(self, trace: Sequence[TraceEvent]) -> Cause | None:
        """What is wrong with the data of a call that was started; None if nothing is."""
        told = (line.partition(WRONG_DATA)[2] for line in logged(trace) if WRONG_DATA in line)
        return next((Cause(f"{WRONG_DATA}{why}: see `outbound: {{starts: …}}`") for why in told), None)

    def _not_rung(self, target: str, trace: Sequence[TraceEvent]) -> Cause | None:
        """Why a target could not even be called, when it was its turn last; None if it could."""
        tried = [each for each in trace if each["event"] == "step" and each["step"] in ("ring", "cannot ring")]
        own = [each for each in tried if (each["which"] or "").split(", ")[0] == target]
        if not own or own[-1]["step"] == "ring":
            return None
        flow, account = self.played.flow, self.played.call.account
        why = (own[-1]["which"] or "").partition(", ")[2]
        asked = shown(flow.target(target)) if "caller ID" in why else (flow.target(target).dialled,)
        for setting in asked:
            if missing(setting, account):
                return self._lack(f"{target} cannot be rung, {why.removesuffix(' or malformed')}", setting)
        return Cause(f"{target} cannot be rung, {why}")

    def _state_of(self, target: str, number: int) -> Cause:
        start = self.result["starts"][number]
        legs = [leg for leg, name in self.names.legs(self.trace[:start]).items() if name == target]
        if not legs:
            return self._not_rung(target, self.trace[:start]) or Cause(_not_called(target))
        over = {"failed": "is no longer being called", "disconnected": "is no longer on the line"}
        state = _RINGS
        for entry in self.trace[:start]:
            if entry.get("call") == legs[-1]:
                state = "has answered already" if entry["event"] == "connected" else over.get(entry["event"], state)
        return Cause(f"{target} {state}")

    def _stranger(self, lowered: Lowered, start: int) -> str:
        """Another target with the same number is on that leg; empty if it is the one that the script means."""
        event = lowered.event
        if not isinstance(event, _OF_A_TARGET) or event.target is None or lowered.emulated["type"] == "advance":
            return ""
        trace, number = self.trace[:start], lowered.emulated.get("leg")
        legs = self.names.legs(trace)
        dialled = [legs[each["call"]] for each in trace if each["event"] == "dial" and each["number"] == number]
        last = dialled[-1] if dialled else event.target
        return "" if last == event.target else f"{last} is being called, which has the same number"

    def _crashed(self, number: int) -> Failure:
        error = self.result["view"]["error"]
        step = self._step(max(0, number))
        where = f" in {error['where']}" if error["where"] else ""
        generated = None
        if error["line"] is not None:
            column = max(1, error["column"] or 1)
            generated = Place(self.played.scenario_path, Span(error["line"], column, error["line"], column + 1))
        return Failure(step.place, int(error["t"]), "the scenario runs", f"{error['message']}{where}", None, generated)

    # Who decided

    def _failure(
        self,
        number: int,
        expected: str,
        found: str,
        place: Place,
        expectation: Expectation | None = None,
        cause: Cause | None = None,
    ) -> Failure:
        at, lacks = int(self.result["times"][number]), cause.lacks if cause is not None else ""
        if cause is not None and cause.step is not None:
            known, step = items(self.played.flow), cause.step
            done = [path for _, path in carried_out(self.played.flow, self.trace[: step.index]) if path in known]
            decided = (*self._places(step.path, known[step.path].span), way_to([*done, step.path], known))
            return Failure(place, at, expected, found, *decided, lacks)
        return Failure(place, at, expected, found, *self._decided(number, expectation), lacks)

    def _decided(
        self, number: int, expectation: Expectation | None
    ) -> tuple[Place | None, Place | None, tuple[str, ...]]:
        """What the scenario carried out last; the action that was asked for, if that is later or a reply is wrong."""
        known = items(self.played.flow)
        start = self.result["starts"][number]
        asked = next((each for each in reversed(range(number)) if isinstance(self.events[each].event, Asks)), None)
        done = [(at, path) for at, path in carried_out(self.played.flow, self.trace[:start]) if path in known]
        is_reply = expectation is not None and isinstance(expectation.wanted, wanted.Reply)
        is_late = asked is not None and (is_reply or not done or done[-1][0] < self.result["starts"][asked])
        if asked is not None and is_late and (of_action := self._action(self.events[asked].event)) is not None:
            return (*of_action, ())
        posted = expectation.wanted if expectation is not None else None
        if isinstance(posted, wanted.Posted) and posted.count is None:  # else what is not told may decide
            tells = telling(self.played.flow, posted)
            if isinstance(tells, Span):
                return Place(self.played.flow.path, tells), None, ()
            told = [index for index, (_, path) in enumerate(done) if known[path].span in tells]
            done = done[: told[-1] + 1] if told else done
        if done:
            path = done[-1][1]
            return (*self._places(path, known[path].span), way_to([path for _, path in done], known))
        return Place(self.played.flow.path, self._of_the_agent(expectation)), None, ()

    def _of_the_agent(self, expectation: Expectation | None) -> Span:
        """Where no step has been carried out: what the agent is told by itself, or else where the flow begins."""
        idle = self.played.flow.agent.idle if self.played.flow.agent is not None else None
        expected = expectation.wanted if expectation is not None else None
        facts = expected.named.facts if isinstance(expected, wanted.AgentTold) and expected.named is not None else {}
        is_idle = idle is not None and (facts.get("event") == IDLE or "count" in facts)
        return idle.span if is_idle and idle is not None else self.played.flow.begins_at

    def _action(self, event: Single) -> tuple[Place | None, Place | None] | None:
        """None: it is none of the flow's, but what the agent asks for in a briefing."""
        assert isinstance(event, Asks)
        action = next((action for action in self.played.flow.actions if action.name == event.action), None)
        if action is None:
            return None
        return self._places(("ACTIONS", action.name), action.span)

    def _places(self, path: tuple[str, ...], span: Span) -> tuple[Place, Place | None]:
        line = line_in(self.played.scenario, path, items(self.played.flow))
        generated = None if line is None else Place(self.played.scenario_path, Span(line, 1, line, 2))
        return Place(self.played.flow.path, span), generated


WRONG_DATA = "nobody is called, for what is wrong with the data: "
"""As the scenario logs it: `outbound.js`."""


def _not_called(target: str) -> str:
    return f"{target} has not been called"
