"""What webhooks are told: by `notify`, before everything else, in the background, and of tools of another version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flowc.ir import GoTo, Notify, Storage
from flowc.verify.oracle.effects import POSTED, Effects
from flowc.verify.oracle.observation import Logged, Posted, canonical
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.standing import Attempt, Ending, Over, Request, Result, Standing

MOST_SENT, MOST_WAITING = 3, 35
"""Webhooks: how many the platform tells at a time, and how many it takes on."""


class Webhooks:
    """Those of one flow. Says in `effects` what is posted; returns where the call then stands."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.flow = reading.flow

    def notify(self, effects: Effects, standing: Standing, webhook: str, way: str, index: int) -> Standing:
        """A step of an action that takes the call: it says in the log if nothing can be sent."""
        address = self.reading.value(self.flow.webhook(webhook).url, standing)
        is_sent = address != "" and standing.sending + len(standing.queue) < MOST_WAITING
        effects.steps.append(Logged(way, index, "notify" if is_sent else "cannot notify", webhook))
        if not is_sent:
            return standing
        effects.mark(POSTED)
        return self.post(effects, standing, webhook, standing.request)

    def post(
        self,
        effects: Effects,
        standing: Standing,
        webhook: str,
        request: Request | None,
        more: Mapping[str, Any] | None = None,
    ) -> Standing:
        """Sends what is told of a request."""
        return self._send(effects, standing, self._posted(webhook, standing, self._body(standing, request, more)))

    def _posted(self, webhook: str, standing: Standing, body: str) -> Posted:
        """A header whose setting is missing is not sent."""
        told = self.flow.webhook(webhook)
        own = ((header.name, self.reading.value(header.value, standing).strip()) for header in told.headers)
        headers = (("Content-Type", "application/json"), *((name, value) for name, value in own if value))
        return Posted(self.reading.value(told.url, standing), tuple(sorted(headers)), body)

    def tell_first(
        self, effects: Effects, standing: Standing, way: str, index: int, *, is_over: bool
    ) -> tuple[Standing, str, int]:
        """The `notify` steps before any other, and where the steps then stand. While it may still come, a setting that
        is missing is waited for; not when the call is over.
        """
        while True:
            step = self.reading.lists[way][index] if index < len(self.reading.lists[way]) else None
            if isinstance(step, Notify):
                is_known = all(self.reading.value(each, standing) for each in self.flow.webhook(step.webhook).settings)
                if not (is_known or is_over):
                    break
                effects.at = step.span
                standing = self.notify(effects, standing, step.webhook, way, index)
                index += 1
            elif isinstance(step, GoTo) and self._leads_to_notify(step.route):
                effects.steps.append(Logged(way, index, "route", step.route))
                way, index = f"route {step.route}", 0
            else:
                break
        return standing, way, index

    def _leads_to_notify(self, route: str, seen: tuple[str, ...] = ()) -> bool:
        first = next(iter(self.flow.route(route).steps), None)
        if isinstance(first, GoTo) and first.route not in seen:
            return self._leads_to_notify(first.route, (*seen, route))
        return isinstance(first, Notify)

    def _send(self, effects: Effects, standing: Standing, post: Posted) -> Standing:
        """The platform sends three at a time."""
        if standing.sending < MOST_SENT:
            effects.posted.append(post)
            return replace(standing, sending=standing.sending + 1)
        return replace(standing, queue=(*standing.queue, post))

    def tell_contract(self, effects: Effects, standing: Standing) -> Standing:
        """The webhook of `skew` is told once of tools of another version, as soon as its settings are known."""
        webhook = self.flow.call.skew
        if webhook is None or standing.contract == "" or standing.is_contract_told:
            return standing
        told = self.flow.webhook(webhook)
        if self.reading.value(told.url, standing) == "" or isinstance(standing.stage, Ending | Over):
            return standing
        if any(isinstance(each, Storage) and each.name not in standing.answered for each in told.settings):
            return standing
        versions = {"contract": {"scenario": self.reading.given.contract, "tools": standing.contract}}
        standing = replace(standing, is_contract_told=True)
        if standing.sending + len(standing.queue) >= MOST_WAITING:
            return standing
        return self._send(effects, standing, self._posted(webhook, standing, self._body(standing, None, versions)))

    def _body(self, standing: Standing, request: Request | None, more: Mapping[str, Any] | None = None) -> str:
        """What a webhook gets."""
        numbers = self.reading.numbers(standing)
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


def seconds(milliseconds: int | None) -> int | None:
    """Whole ones that have gone by, as the platform counts them."""
    return None if milliseconds is None else milliseconds // 1000


def as_attempt(attempt: Attempt) -> dict[str, Any]:
    told: dict[str, Any] = {"target": attempt.target, "outcome": attempt.outcome}
    return told if attempt.rang is None else {**told, "rang_seconds": attempt.rang / 1000}


def _result(result: Result | None) -> dict[str, Any] | None:
    if result is None:
        return None
    tried = [as_attempt(each) for each in result.tried]
    told: dict[str, Any] = {"outcome": result.outcome, "target": result.target, "tried": tried}
    return told if result.talked is None else {**told, "talk_seconds": seconds(result.talked)}
