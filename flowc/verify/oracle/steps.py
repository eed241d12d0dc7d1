"""What follows: the steps of the flow, one after the other, until one has to wait for something."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, assert_never

from flowc.ir import (
    Choice,
    GoTo,
    HangUp,
    Notify,
    PstnTarget,
    Reply,
    ReturnToAgent,
    Say,
    Secret,
    Setting,
    SipTarget,
    Storage,
    Target,
    Transfer,
)
from flowc.verify.oracle.effects import HEARD, POSTED, RUNG, TOLD, Effects
from flowc.verify.oracle.observation import Dialled, Logged, Posted, canonical
from flowc.verify.oracle.reading import UNAVAILABLE, Reading
from flowc.verify.oracle.standing import (
    Agent,
    Answering,
    Attempt,
    Connected,
    Ending,
    Over,
    Request,
    Result,
    Ringing,
    Roles,
    Saying,
    Speech,
    Standing,
    Starting,
    Stepping,
    Talking,
)
from flowc.verify.oracle.wording import Numbers, filled, header

MOST_SENT, MOST_WAITING = 3, 35
"""Webhooks: how many the platform tells at a time, and how many it takes on."""
MOST_ATTEMPTS = 49
"""Of calls to people: the platform allows 50 in a session, and the caller's own is one."""


class Following:
    """Carries out the steps of one flow. Says in `effects` what has to be seen; returns where the call then stands."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.flow = reading.flow

    @property
    def numbers(self) -> Numbers:
        return self.reading.numbers

    def run(self, effects: Effects, standing: Standing, way: str, index: int, roles: Roles) -> Standing:
        """Carries out steps until one has to wait for something."""
        while True:
            step = self.reading.lists[way][index]
            effects.at = step.span
            match step:
                case HangUp():
                    effects.steps.append(Logged(way, index, "hang_up", None))
                    return self.end(effects, standing, roles)
                case GoTo(route):
                    effects.steps.append(Logged(way, index, "route", route))
                    way, index = f"route {route}", 0
                    continue
                case Say(prompt):
                    text = self.reading.spoken(prompt, standing)
                    effects.steps.append(Logged(way, index, "say" if text else "cannot say", prompt))
                    if text:
                        effects.mark(HEARD)
                        effects.spoken.append(text)
                        return replace(standing, stage=Saying(way, index + 1, prompt, text))
                case Notify(url):
                    standing = self._notify(effects, standing, url, way, index)
                case ReturnToAgent():
                    return self._return(effects, standing, step, way, index, roles)
                case Transfer():
                    return self._transferred(effects, standing, step, way, index, roles)
                case Reply():
                    raise AssertionError("only an action that leaves the conversation alone replies")
                case _:
                    assert_never(step)
            index += 1

    def _notify(self, effects: Effects, standing: Standing, url: Setting, way: str, index: int) -> Standing:
        address = self.reading.value(url, standing)
        is_sent = address != "" and standing.sending + len(standing.queue) < MOST_WAITING
        effects.steps.append(Logged(way, index, "notify" if is_sent else "cannot notify", None))
        if not is_sent:
            return standing
        effects.mark(POSTED)
        return self._send(effects, standing, Posted(address, self._body(standing, standing.request)))

    def _send(self, effects: Effects, standing: Standing, post: Posted) -> Standing:
        """The platform sends three at a time."""
        if standing.sending < MOST_SENT:
            effects.posted.append(post)
            return replace(standing, sending=standing.sending + 1)
        return replace(standing, queue=(*standing.queue, post))

    def tell_contract(self, effects: Effects, standing: Standing) -> Standing:
        """The webhook of `skew` is told once of tools of another version, as soon as it is known where it is."""
        url = self.flow.call.skew
        if url is None or standing.contract == "" or standing.is_contract_told:
            return standing
        address = self.reading.value(url, standing)
        if address == "" or isinstance(standing.stage, Ending | Over):
            return standing
        versions = {"contract": {"scenario": self.reading.given.contract, "tools": standing.contract}}
        standing = replace(standing, is_contract_told=True)
        if standing.sending + len(standing.queue) >= MOST_WAITING:
            return standing
        return self._send(effects, standing, Posted(address, self._body(standing, None, versions)))

    def _body(self, standing: Standing, request: Request | None, more: Mapping[str, Any] | None = None) -> str:
        """What a webhook gets."""
        numbers = self.numbers
        return canonical(
            {
                **(more or {}),
                "flow": self.flow.name,
                "call": {"id": numbers.session, "from": numbers.caller, "to": numbers.dialled},
                "action": request.action if request is not None else None,
                "request_id": request.id if request is not None else None,
                "parameters": self.reading.parameters(request),
                "result": _result(standing.result),
            }
        )

    def _return(
        self, effects: Effects, standing: Standing, step: ReturnToAgent, way: str, index: int, roles: Roles
    ) -> Standing:
        """To the agent that waits, or to another, which is told the same when it is there."""
        effects.steps.append(Logged(way, index, "return_to_agent", None))
        request = standing.request
        result = (standing.result if standing.is_own else None) or Result(())
        last = result.tried[-1] if result.tried else None
        told = {
            "vox_event": "returned",
            "action": request.action if request is not None else None,
            "request_id": request.id if request is not None else None,
            "outcome": last.outcome if last is not None else None,
            "target": last.target if last is not None else None,
            "tried": [_attempt(each) for each in result.tried],
            "talk_seconds": _seconds(result.talked),
            "say": filled(self.flow.prompt(step.prompt).text, self.numbers, {}) if step.prompt is not None else None,
        }
        agent = standing.agent
        if agent is None or not agent.is_open:
            again = Starting(again=True, returned=canonical(told))
            return self.connect(effects, replace(standing, stage=again, agent=None), roles)
        effects.mark(TOLD)
        effects.told.append(canonical({"metadata": told}))
        speech = Speech.NO if agent.speech == Speech.NO else Speech.UNCLEAR
        return replace(standing, stage=Talking(), agent=agent._replace(speech=speech), request=None)

    def in_background(self, effects: Effects, standing: Standing, request: Request) -> Standing:
        for index, step in enumerate(self.reading.actions[request.action].do):
            effects.at = step.span
            match step:
                case Notify(url):
                    body = self._body(standing, request)
                    standing = self._send(effects, standing, Posted(self.reading.value(url, standing), body))
                    effects.steps.append(Logged(request.action, index, "notify", None))
                case Reply():
                    effects.steps.append(Logged(request.action, index, "reply", None))
                case _:
                    raise AssertionError("it would not leave the conversation alone")
        return standing

    # The agent, and the end

    def connect(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """Calls the agent as soon as it is known where it is."""
        agent = self.flow.agent
        own = (agent.api_key, agent.agent_id)
        if any(isinstance(each, Storage) and each.name not in standing.answered for each in own):
            return standing
        effects.reads.update(each.name for each in own if isinstance(each, Secret))
        if not all(self.reading.value(each, standing) for each in own):
            return self.without_agent(effects, standing, roles)
        effects.connecting.append((self.reading.value(agent.agent_id, standing), agent.version))
        return replace(standing, agent=Agent())

    def without_agent(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """`unavailable` follows, as soon as there is a caller to hear it."""
        if standing.agent is not None and standing.agent.is_open and roles.agent:
            effects.closed.add(roles.agent)
        stage = standing.stage
        standing = replace(standing, agent=None, request=None, is_own=False)
        if isinstance(stage, Answering):
            return replace(standing, stage=replace(stage, has_agent=False))
        if isinstance(stage, Starting) and not stage.again:
            effects.answers = True
            return replace(standing, stage=Answering(stage.waited, has_agent=False))
        return self.run(effects, standing, UNAVAILABLE, 0, roles)

    def end(self, effects: Effects, standing: Standing, roles: Roles, there: bool = True) -> Standing:
        """Everybody is let go of. The session outlives the call only while webhooks wait for their turn."""
        if there:
            effects.hung_up.add("caller")
        if isinstance(standing.stage, Ringing | Connected):
            effects.hung_up.add(roles.leg)
        if standing.agent is not None and standing.agent.is_open:
            effects.closed.add(roles.agent)
        if standing.sending + len(standing.queue) <= MOST_SENT:
            return over(effects)
        ending = Standing(Ending(), requests=standing.requests, sending=standing.sending, queue=standing.queue)
        return replace(ending, token=standing.token, hears=standing.hears)

    # Transfers

    def _transferred(
        self, effects: Effects, standing: Standing, step: Transfer, way: str, index: int, roles: Roles
    ) -> Standing:
        value = None
        if isinstance(step.to, Choice):
            value = str(self.reading.parameters(standing.request).get(step.to.parameter, ""))
        effects.steps.append(Logged(way, index, "transfer", value))
        if not step.agent_stays:
            if standing.agent is not None and standing.agent.is_open:
                effects.closed.add(roles.agent)
            standing = replace(standing, agent=None)
        text = self.reading.spoken(step.ringing, standing) if step.ringing is not None else ""
        if text:
            effects.mark(HEARD)
            effects.spoken.append(text)
        elif step.ringing is not None:
            effects.steps.append(Logged(way, index, "cannot say", step.ringing))
        stage = Ringing(way, index, (), announced=0 if text else None)
        return self.ring(effects, standing, stage, roles)

    def ring(self, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """Rings the next target that can be rung; after the last one the fallback follows."""
        names = self.reading.hunt(stage, standing)
        tried = stage.tried
        while len(tried) < len(names):
            target = self.flow.target(names[len(tried)])
            if not self.reading.is_open(target.hours):
                effects.steps.append(Logged(stage.way, len(tried), "cannot ring", target.name))
                tried = (*tried, Attempt(target.name, "closed"))
                continue
            is_allowed = standing.attempts < MOST_ATTEMPTS
            standing = replace(standing, attempts=min(standing.attempts + 1, MOST_ATTEMPTS))
            outcome = self._obstacle(target, standing) if is_allowed else "not_allowed"
            what = "cannot ring" if outcome else "ring"
            effects.steps.append(Logged(stage.way, len(tried), what, target.name))
            if not outcome:
                effects.at = target.span
                effects.mark(RUNG)
                effects.dials.append(self._dialled(target, standing))
                return replace(standing, stage=replace(stage, tried=tried, waited=0))
            tried = (*tried, Attempt(target.name, outcome))
        transfer = self.reading.transfer(stage)
        standing = replace(standing, stage=Stepping(), result=Result(tried), is_own=True)
        outcomes = {str(each.outcome) for each in transfer.fallback if each.outcome}
        last = tried[-1].outcome
        which = last if last in outcomes else "otherwise"
        effects.occasion = f"after `{last}` of `{tried[-1].target}`"
        return self.run(effects, standing, f"{stage.way}: fallback {which}", 0, roles)

    def _obstacle(self, target: Target, standing: Standing) -> str:
        """The outcome of a target that cannot be rung; empty if it can."""
        address = self.reading.value(target.dialled, standing)
        if not re.fullmatch(r"\+[1-9]\d{6,14}" if isinstance(target, PstnTarget) else r"sips?:\S+@\S+", address):
            return "invalid"
        if address == self.numbers.dialled:
            return "invalid"
        if address == self.numbers.caller:
            return "busy"
        shown = target.caller_id
        return "not_allowed" if shown is not None and not self.reading.value(shown, standing) else ""

    def _dialled(self, target: Target, standing: Standing) -> Dialled:
        address = self.reading.value(target.dialled, standing)
        shown = self.reading.value(target.caller_id, standing) if target.caller_id is not None else ""
        match target:
            case PstnTarget():
                return Dialled("pstn", address, shown, ())
            case SipTarget(headers=headers):
                parameters = self.reading.parameters(standing.request)
                told = {entry.name: header(entry, self.numbers, parameters) for entry in headers}
                return Dialled("sip", address, shown, tuple(sorted(told.items())))
            case _:
                assert_never(target)


def over(effects: Effects) -> Standing:
    """The end is the same, whatever was before."""
    effects.is_over = True
    return Standing(Over())


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else round(milliseconds / 1000)


def _attempt(attempt: Attempt) -> dict[str, Any]:
    told: dict[str, Any] = {"target": attempt.target, "outcome": attempt.outcome}
    return told if attempt.rang is None else {**told, "rang_seconds": attempt.rang / 1000}


def _result(result: Result | None) -> dict[str, Any] | None:
    if result is None:
        return None
    last = result.tried[-1]
    told = {"outcome": last.outcome, "target": last.target, "tried": [_attempt(each) for each in result.tried]}
    return told if result.talked is None else {**told, "talk_seconds": _seconds(result.talked)}
