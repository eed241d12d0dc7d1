"""An emergency, to judge by the name of the action or the value of a branch (`emergency`, `urgent`), that rings
somebody, and outside some hours nobody: each target has `hours`, or hours decide whether it is reached at all.

Why: emergencies do not keep office hours. A caller who says at night that it is one would get what everybody gets.

Example:

    flowc: 1
    flow: clinic
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    hours:
      office: {timezone: America/Chicago, weekly: {mon-fri: "08:00-18:00"}}
    targets:
      doctor: {pstn: "+15550100001", caller_id: "+15550100002", hours: office}
    actions:
      call_in_an_emergency: {description: Get the doctor at once., do: {transfer: doctor}}

Instead:

    flowc: 1
    flow: clinic
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      doctor: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_in_an_emergency: {description: Get the doctor at once., do: {transfer: doctor}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Branch, Choice, Flow, GoTo, Group, Hunt, Item, Outcome, Step, Steps, Transfer, step_lists
from flowc.ir.subject import OPEN, HoursState, Subject
from flowc.rule import Rule
from flowc.source import Span

NONE: frozenset[str] = frozenset()
_EMERGENCY = r"(?<![a-z])(?<!not_)(?<!non_)(?<!no_)(?<!less_)(?:emergenc(?:y|ies)|urgent(?:ly)?)(?![a-z])"


def check(flow: Flow) -> Iterator[Diagnostic]:
    if not flow.hours:
        return
    reach = _Reach(flow)
    for action in flow.actions:
        if re.search(_EMERGENCY, action.name):
            yield from _told(flow, f"`{action.name}`", action.span, reach.rings(action.do), reach.always(action.do))
    for steps in step_lists(flow):
        for step in steps.steps:
            yield from _of_step(step, flow, reach)


def _of_step(step: Step, flow: Flow, reach: _Reach) -> Iterator[Diagnostic]:
    if type(step) is Branch:
        for arm in step.arms:
            if re.search(_EMERGENCY, arm.value):
                yield from _told(flow, f"`{arm.value}`", arm.span, reach.rings(arm.steps), reach.always(arm.steps))
        if type(step.subject) is HoursState and not all(reach.always(arm.steps) for arm in step.arms):
            yield from (found for arm in step.arms for found in _behind(arm.steps, step.subject.hours, flow, reach))
    elif type(step) is Transfer:
        for choice in step.choices():
            for chosen in choice.arms:
                if re.search(_EMERGENCY, chosen.value):
                    always = reach.hunted(chosen.hunt) or reach.after(step)
                    yield from _told(flow, f"`{chosen.value}`", chosen.span, bool(chosen.hunt), always)


def _behind(steps: Steps, hours: str, flow: Flow, reach: _Reach) -> Iterator[Diagnostic]:
    """Emergencies that are told apart only where hours have been read, and are heard of in no other arm."""
    for step in steps:
        for arm in step.arms if type(step) is Branch else ():
            if re.search(_EMERGENCY, arm.value) and reach.always(arm.steps):
                message = f"`{arm.value}` rings somebody only where `hours.{hours}` says so"
                hint = f"branch by the emergency first, and by `hours.{hours}` in the other arms"
                yield RULE.at(flow.path, arm.span, message, hint)


def _told(flow: Flow, what: str, span: Span, rings: bool, always: bool) -> Iterator[Diagnostic]:
    if rings and not always:
        hint = "add a target without `hours`, at the end of the transfer or in its fallback"
        yield RULE.at(flow.path, span, f"{what} rings nobody outside some hours", hint)


class _Reach:
    """Who is rung by steps, and whether somebody is at any time. `known`: hours that are open on the way there."""

    def __init__(self, flow: Flow) -> None:
        self.hours = {target.name: target.hours for target in flow.targets}
        self.routes = {route.name: route.steps for route in flow.routes}

    def rings(self, steps: Steps, seen: frozenset[str] = NONE) -> bool:
        for step in steps:
            if type(step) is Transfer:
                return True
            if type(step) is GoTo:
                return step.route not in seen and self.rings(self.routes[step.route], seen | {step.route})
            if type(step) is Branch:
                return any(self.rings(arm.steps, seen) for arm in step.arms)
        return False

    def always(self, steps: Steps, known: frozenset[str] = NONE, seen: frozenset[str] = NONE) -> bool:
        """Whether somebody is rung at any time, on one way at least where a parameter chooses."""
        for step in steps:
            if type(step) is Transfer:
                return self.hunted(step.to, known) or self.after(step, known, seen)
            if type(step) is GoTo:
                return step.route not in seen and self.always(self.routes[step.route], known, seen | {step.route})
            if type(step) is Branch:
                arms = [self.always(arm.steps, known | _opened(step.subject, arm.value), seen) for arm in step.arms]
                return all(arms) if type(step.subject) is HoursState else any(arms)
        return False

    def after(self, transfer: Transfer, known: frozenset[str] = NONE, seen: frozenset[str] = NONE) -> bool:
        """What follows where nobody is called because all are closed."""
        steps = transfer.next_steps(Outcome.CLOSED)
        return steps is not None and self.always(steps, known, seen)

    def hunted(self, hunt: Hunt, known: frozenset[str] = NONE) -> bool:
        return any(self._item(item, known) for item in hunt)

    def _item(self, item: Item, known: frozenset[str]) -> bool:
        if type(item) is Choice:
            arms = [self.hunted(arm.hunt, known | _opened(item.subject, arm.value)) for arm in item.arms]
            return all(arms) if type(item.subject) is HoursState else any(arms)
        return type(item) is Group and any(self.hours[name] in (None, *known) for name in item.targets)


def _opened(subject: Subject, value: str) -> frozenset[str]:
    return frozenset({subject.hours}) if type(subject) is HoursState and value == OPEN else NONE


RULE = Rule("FLOW604", "emergency that hours keep from somebody", __doc__, warnings=(check,))
