"""What people do who are called, from what is written to what happens: whether it can make a difference to the flow."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from typing import assert_never

from flowc.diagnostics import Related, quoted
from flowc.ir import Flow, QueueTarget, Setting, Target, settings_of
from flowc.ir.briefing import is_listened_to
from flowc.language.calls import syntax
from flowc.language.calls.events import (
    ANSWERS,
    ANSWERS_AS_A_MACHINE,
    AS_A_MACHINE,
    BEEPS_AFTER,
    CUT_OFF,
    DETECTION_FAILS,
    DOES_NOT_ANSWER,
    EARLY,
    FAILURES,
    HANGS_UP,
    HOLDS,
    LARGEST_CODE,
    QUEUE_FAILURES,
    RESUMES,
    RINGS,
    TRANSFERS_TO,
)
from flowc.language.durations import milliseconds
from flowc.language.located import Written
from flowc.nodes import Broken, Scalar
from flowc.suggest import did_you_mean
from flowc.testing.account import described, is_given, value_of
from flowc.testing.script.known import STEP_NAMES
from flowc.testing.script.model import (
    Account,
    Answers,
    DoesNotAnswer,
    Fails,
    HangsUp,
    Holds,
    Presses,
    Rings,
    SaysPlace,
    SendsEarlyMedia,
    Single,
    Speaks,
    TransfersTo,
)
from flowc.testing.script.names import Names
from flowc.testing.script.wording import text_of, written

_DOES: ReadOnly[str, Callable[[str], Single]] = {
    RINGS: Rings,
    ANSWERS: Answers,
    ANSWERS_AS_A_MACHINE: lambda target: Answers(target, is_machine=True),
    DOES_NOT_ANSWER: DoesNotAnswer,
    HANGS_UP: HangsUp,
    CUT_OFF: lambda target: HangsUp(target, is_cut_off=True),
    EARLY: SendsEarlyMedia,
}
"""What a target does, by the word for it."""


class TargetReader:
    """Steps that begin with the name of a target."""

    def __init__(self, flow: Flow, names: Names) -> None:
        self.flow = flow
        self.names = names
        self.problems = names.problems
        self.empty: set[Setting] = set()  # of which it has been said that the account has them as an empty text

    def read(self, step: syntax.TargetStep, account: Account | None) -> tuple[Single, ...]:
        key, name = step.key, step.key.text
        target = self.names.targets.get(name)
        if target is None:
            hint = did_you_mean(name, [*self.names.targets, *STEP_NAMES])
            self.problems.add(key.span, "FLOW201", f"the flow has no target {quoted(name)}", hint)
            return ()
        if account is not None:
            self._can_be_called(key, target, account)
        if not self._may_be_a_machine(key, target, step.value):
            return ()
        if isinstance(target, QueueTarget) and not self._is_of_a_queue(key, step.value):
            return ()
        match step.value:
            case Written(value=word) if word in (HOLDS, RESUMES):
                return (Holds(name, word == RESUMES),) if self._has_keys(key, target, word) else ()
            case Written(value=word):
                return (_does(name, word),)
            case syntax.Presses(presses=keys):
                return (Presses(name, text_of(keys)),)
            case syntax.Speaks(speaks=lasting):
                return (Speaks(lasting.value, name),) if self._is_listened_to(key) else ()
            case syntax.TransfersTo(transfers_to=to):
                is_possible = not isinstance(to, Scalar) or self._has_keys(key, target, TRANSFERS_TO)
                return (TransfersTo(name, text_of(to)),) if is_possible else ()
            case syntax.Answer():
                return (_answers(name, step.value),)
            case syntax.Fails(fails=code):
                if code is not None and code.value > LARGEST_CODE and not isinstance(target, QueueTarget):
                    span = (code.node or key).span
                    hint = f"that is no code of SIP, and {quoted(name)} is no queue"
                    self.problems.add(span, "FLOW105", f"`fails` must be at most {LARGEST_CODE}", hint)
                return (_fails(name, step.value),)
            case syntax.PlaceInQueue(place=place, minutes=minutes):
                if not isinstance(target, QueueTarget):
                    message = f"{quoted(name)} is no queue, in which the caller has a place"
                    self.problems.add(key.span, "FLOW504", message, "take it out")
                    return ()
                expected = None if minutes is None else minutes.value
                return (SaysPlace(name, 0 if place is None else place.value, expected),)
            case syntax.Rings(rings=rings, then=then):
                self._rings_so_long(target, rings)
                return (Rings(name, rings.value), _then(name, None if isinstance(then, Broken) else then))
            case _:
                assert_never(step.value)

    def _may_be_a_machine(self, key: Scalar, target: Target, does: object) -> bool:
        """Whether what is said of a machine can make a difference to the flow."""
        then = does.then if isinstance(does, syntax.Rings) else does
        is_machine = isinstance(then, Written) and then.value == ANSWERS_AS_A_MACHINE
        if target.machine is None and (is_machine or isinstance(then, syntax.Answer)):
            message = f"the flow does not ask whether a machine answers at {quoted(key.text)}"
            hint = f"write `{key.text}: answers`: whoever does is taken for a person; or give the target `machine`"
            self.problems.add(key.span, "FLOW504", message, hint)
            return False
        is_left_nothing = target.machine is not None and target.machine.message is None
        if isinstance(then, syntax.Answer) and then.beep is not None and is_left_nothing:
            message = f"nobody waits for the beep of {quoted(key.text)}: it is left no message"
            span = then.beep.span if isinstance(then.beep, Scalar) else key.span
            self.problems.add(span, "FLOW504", message, "take it out")
            return False
        return True

    def _is_listened_to(self, key: Scalar) -> bool:
        """Whether it can make a difference to the flow that somebody speaks there."""
        if is_listened_to(self.flow, key.text):
            return True
        message = f"nobody listens whether {quoted(key.text)} speaks: only a briefing ends when nobody does"
        self.problems.add(key.span, "FLOW504", message, "write `wait: 3s`: time goes by meanwhile")
        return False

    def _is_of_a_queue(self, key: Scalar, does: object) -> bool:
        """Nobody rings there: the caller waits until somebody takes the call."""
        word = does.value if isinstance(does, Written) else RINGS if isinstance(does, syntax.Rings) else ""
        if word in (RINGS, EARLY):
            hint = f"write `wait: 3s`, as long as the caller waits, and then `{key.text}: {ANSWERS}`"
        elif word in FAILURES and word not in QUEUE_FAILURES:
            hint = f"write `is busy` (it is full), `is unreachable` (nobody is there), or `{key.text}: {{fails: 500}}`"
        else:
            return True
        message = f"{quoted(key.text)} is a queue, in which nobody {word}"
        if word in FAILURES:
            message = f"{quoted(key.text)} is a queue: {quoted(word)} is what a phone comes to"
        self.problems.add(key.span, "FLOW504", message, hint)
        return False

    def _can_be_called(self, key: Scalar, target: Target, account: Account) -> None:
        for setting in settings_of(target):
            if is_given(setting, account) and not value_of(setting, account) and setting not in self.empty:
                self.empty.add(setting)
                message = f"`{target.name}` cannot be called: the account has an empty {described(setting)}"
                self.problems.add(key.span, "FLOW504", message, "write a number under `account`, or take out this step")

    def _rings_so_long(self, target: Target, rings: Written[int]) -> None:
        if rings.node is None or rings.value <= target.ring_ms:
            return
        lasting = f"its `ring` in the flow is {written(target.ring_ms)}"
        message = f"`{target.name}` does not ring for {quoted(rings.node.text)}: {lasting}"
        hint = f"write less, or `{target.name}: {DOES_NOT_ANSWER}`"
        related = (Related(target.span, "this target", self.flow.path),)
        self.problems.add(rings.node.span, "FLOW504", message, hint, related)

    def _has_keys(self, key: Scalar, target: Target, word: str) -> bool:
        """Whether the platform learns of such a key of the target's phone."""
        if target.tells_of_its_keys:
            return True
        message = f"{quoted(key.text)} is no SIP phone and no app: the platform learns nothing there of {quoted(word)}"
        self.problems.add(key.span, "FLOW504", message, "take it out: whoever has answered is on the line, and heard")
        return False


def _does(target: str, word: str) -> Single:
    return Fails(target, FAILURES[word]) if word in FAILURES else _DOES[word](target)


def _then(target: str, does: Written[str] | syntax.Answer | syntax.Fails | None) -> Single:
    if isinstance(does, Written):
        return _does(target, does.value)
    return _answers(target, does) if isinstance(does, syntax.Answer) else _fails(target, does)


def _answers(target: str, answer: syntax.Answer) -> Answers:
    beep = text_of(answer.beep) or BEEPS_AFTER
    return Answers(
        target,
        answer.answers.value == AS_A_MACHINE,
        answer.detection.value,
        answer.after.value,
        beep if beep == DETECTION_FAILS else milliseconds(beep),
    )


def _fails(target: str, does: syntax.Fails | None) -> Fails:
    return Fails(target, does.fails.value if does is not None and does.fails is not None else 0)
