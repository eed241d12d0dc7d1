"""What webhooks are told: by `notify`, before everything else, in the background, and of tools of another version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import ceil
from typing import Any

from msgspec.structs import replace

from flowc.ir import Action, Ask, GoTo, Menu, Notify, Step, Storage, TakeMessage, every_step, step_lists
from flowc.verify.oracle.attempts import Attempt, Reported, Result
from flowc.verify.oracle.effects import POSTED, Effects
from flowc.verify.oracle.observation import A_TIME, SIGNATURE, Logged, Posted, canonical
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import Connected, Ending, Over, Recording, Ringing, Starting, Talking, Warned
from flowc.verify.oracle.standing import ASIDE, ASKED, CallRecorded, Post, Request, Standing, led_there
from flowc.verify.oracle.timers import AGAIN_MS

MOST_SENT, MOST_WAITING = 3, 35
"""Webhooks: how many are told at a time, and how many may wait for it."""
TOLD_S = 10
"""For so long the answer of one is waited for; of one that is asked, for as long as `within` says."""
MOST_REPORTED = 200
"""Attempts that a report has at the most."""
NOT_NOW = (408, 425, 429)
"""Who answers this has not refused it."""
SETTLED_MS = 2000
"""So much later than `within` it is known what has become of a question, if the platform says anything."""
NOT_IN_TIME = -7
"""What the platform says of a webhook that has not answered, and what counts if it says nothing."""
ABANDONED = "abandoned"
"""What the report says of those who ring when the call ends."""


class Webhooks:
    """Those of one flow. Says in `effects` what is posted; returns where the call then stands."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.flow = reading.flow
        self.asks = any(isinstance(step, Ask) for step in every_step(self.flow))
        owners = [owner for steps, owner, _ in step_lists(self.flow) if any(isinstance(step, Ask) for step in steps)]
        self.asks_both = len({isinstance(owner, Action) and owner.leaves_conversation_alone for owner in owners}) == 2
        """Callers wait for some questions, and for others nobody does."""
        self.takes_messages = any(isinstance(step, TakeMessage) for step in every_step(self.flow))
        self.offers = any(isinstance(step, Menu) for step in every_step(self.flow))

    def notify(self, effects: Effects, standing: Standing, webhook: str, way: str, index: int) -> Standing:
        """A step of an action that takes the call: it says in the log if nothing can be sent."""
        address = self.reading.address(self.flow.webhook(webhook), standing)
        is_sent = address != "" and len(standing.posts) < MOST_WAITING
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
        return self._send(effects, standing, webhook, self._body(standing, request, more))

    def _posted(self, post: Post, standing: Standing, within_s: int = TOLD_S) -> Posted:
        """A header whose setting is missing is not sent."""
        told = self.flow.webhook(post.webhook)
        own = ((header.name, self.reading.value(header.value, standing).strip()) for header in told.headers)
        key = "" if told.sign is None else self.reading.value(told.sign, standing).strip()
        signed = ((SIGNATURE, f"by {key}"),) if key else ()
        given = (("Content-Type", "application/json"), ("Idempotency-Key", post.id))
        headers = (*given, *((name, value) for name, value in own if value), *signed)
        return Posted("POST", self.reading.address(told, standing), tuple(sorted(headers)), post.body, within_s)

    def tell_first(
        self, effects: Effects, standing: Standing, way: str, index: int, *, is_over: bool
    ) -> tuple[Standing, str, int]:
        """The `notify` steps before any other, and where the steps then stand. While it may still come, a setting that
        is missing is waited for; not when the call is over.
        """
        action = None if standing.request is None else self.reading.actions[standing.request.action]
        told = (Notify,) if action is None or action.cancels else (Notify, Ask)
        while True:
            step = self.reading.lists[way][index] if index < len(self.reading.lists[way]) else None
            if isinstance(step, Notify):
                if not (is_over or self.is_known(standing, step.webhook)):
                    break
                effects.at = step.span
                standing = self.notify(effects, standing, step.webhook, way, index)
                index += 1
            elif isinstance(step, GoTo) and self._leads_to(step.route, told):
                effects.steps.append(Logged(way, index, "route", step.route))
                way, index = f"route {step.route}", 0
            else:
                break
        return standing, way, index

    def _leads_to(self, route: str, told: tuple[type[Step], ...], seen: tuple[str, ...] = ()) -> bool:
        first = next(iter(self.flow.route(route).steps), None)
        if isinstance(first, GoTo) and first.route not in seen:
            return self._leads_to(first.route, told, (*seen, route))
        return isinstance(first, told)

    def is_known(self, standing: Standing, webhook: str) -> bool:
        """None of its settings is missing, each of which is looked up once more when an action begins."""
        return all(self.reading.value(each, standing) for each in self.flow.webhook(webhook).settings)

    def _send(self, effects: Effects, standing: Standing, webhook: str, body: str) -> Standing:
        number = standing.posted + 1
        post = Post(webhook, f"{self.flow.name}-{self.reading.numbers(standing).session}-{number}", body)
        return self._send_on(effects, replace(standing, posted=number, posts=(*standing.posts, post)))

    def _send_on(self, effects: Effects, standing: Standing) -> Standing:
        """Three at a time, and of one webhook the first that it is still to be told."""
        posts, sending, seen = list(standing.posts), standing.sending, set[str]()
        for place, post in enumerate(posts):
            is_first = post.webhook not in seen
            seen.add(post.webhook)
            is_waiting = not post.is_under_way and post.waited is None
            if is_first and is_waiting and _told(sending) + self._room(standing, sending) < MOST_SENT:
                effects.posted.append(self._posted(post, standing))
                posts[place] = post._replace(tries=post.tries + 1, is_under_way=True, waited=0)
                sending = (*sending, post.webhook)
        return replace(standing, posts=tuple(posts), sending=sending)

    def _room(self, standing: Standing, sending: tuple[str, ...]) -> int:
        """How many of those that are sent at a time are questions. During the call there is room for one more, for
        which the caller may wait; and where others are asked as well, for the first of either.
        """
        if not self.asks:
            return 0
        asked = _asked(sending)
        more = 2 if self.asks_both and not asked else 1
        return asked + (0 if isinstance(standing.stage, Ending | Over) else more)

    def ask(self, effects: Effects, standing: Standing, step: Ask, aside: Request | None = None) -> Standing | None:
        """The webhook is asked, for an action that leaves the conversation alone (`aside`) or for what the caller waits
        for, for which there is room for one question; None if that is not possible.
        """
        is_known = self.reading.address(self.flow.webhook(step.webhook), standing) != ""
        if not is_known or _asked(standing.sending) >= (MOST_SENT if aside is None else MOST_SENT - 1):
            return None
        number = standing.posted + 1
        body = self._body(standing, standing.request if aside is None else aside)
        post = Post(step.webhook, f"{self.flow.name}-{self.reading.numbers(standing).session}-{number}", body)
        effects.mark(POSTED)
        effects.posted.append(self._posted(post, standing, ceil(step.within_ms / 1000)))
        mark = ASKED if aside is None else ASIDE
        settles = (*standing.settles, step.within_ms + SETTLED_MS)
        return replace(standing, posted=number, sending=(*standing.sending, f"{mark}{step.webhook}"), settles=settles)

    def settled(self, effects: Effects, standing: Standing, which: int) -> Standing:
        """The platform says what has become of a question: there is room for others."""
        sending = (*standing.sending[:which], *standing.sending[which + 1 :])
        return self._send_on(effects, replace(_settled(standing, which), sending=sending))

    def unsettled(self, effects: Effects, standing: Standing, which: int) -> Standing:
        """Nobody expects any more that the platform says what has become of a question."""
        sending = (*standing.sending[:which], "", *standing.sending[which + 1 :])
        return self._send_on(effects, replace(_settled(standing, which), sending=sending))

    def over(self, effects: Effects, standing: Standing) -> Standing:
        """The call is over: what waited for room that a question might have needed is sent."""
        return self._send_on(effects, standing) if self.asks else standing

    def answered(self, effects: Effects, standing: Standing, code: int, which: int) -> Standing:
        """Of those that are under way, in the order in which they were sent, one is answered, or one of which nobody
        waits for that any more.
        """
        webhook = standing.sending[which]
        sending = (*standing.sending[:which], *standing.sending[which + 1 :])
        standing = replace(standing, sending=sending)
        return self._over(effects, standing, webhook, code) if webhook else standing

    def answered_again(self, effects: Effects, standing: Standing, code: int, which: int) -> Standing:
        """It answers the same whenever it is told again, of all that is told alone."""
        webhook = standing.sending[which]
        standing = self.answered(effects, standing, code, which)
        while (post := next((each for each in standing.posts if each.webhook == webhook), None)) is not None:
            if post.waited is None or post.is_under_way or any(standing.sending):
                break
            effects.told_again.append(AGAIN_MS[post.tries - 1])
            standing = self.again(effects, standing, webhook)
            if standing.sending != (webhook,):
                break
            standing = self.answered(effects, standing, code, 0)
        return standing

    def unsaid(self, effects: Effects, standing: Standing, webhook: str) -> Standing:
        """Nobody waits any more for what the platform says of it, which has ended it by then: another one has room."""
        sending = tuple("" if each == webhook else each for each in standing.sending)
        return self._over(effects, replace(standing, sending=sending), webhook, NOT_IN_TIME)

    def _over(self, effects: Effects, standing: Standing, webhook: str, code: int) -> Standing:
        """Without an answer it is sent again, if not for the third time; when the call is over, and there was no answer
        at all, not before those that wait for it, or for nothing, were sent.
        """
        place = next(place for place, post in enumerate(standing.posts) if post.webhook == webhook)
        post = standing.posts[place]._replace(is_under_way=False)
        is_over = isinstance(standing.stage, Ending)
        first = {each.webhook: each for each in reversed(standing.posts)}
        unsent = [each for each in standing.posts if not each.tries]
        waits = any(each.webhook == webhook or each is first[each.webhook] for each in unsent)
        is_behind = is_over and code < 100 and waits
        left: tuple[Post, ...] = (post._replace(waited=0),)
        if (100 <= code < 500 and code not in NOT_NOW) or post.tries > len(AGAIN_MS) or is_behind:
            left = ()
        posts = (*standing.posts[:place], *left, *standing.posts[place + 1 :])
        return self._send_on(effects, replace(standing, posts=posts))

    def again(self, effects: Effects, standing: Standing, webhook: str) -> Standing:
        """It has been waited for long enough."""
        posts = tuple(post._replace(waited=None) if post.webhook == webhook else post for post in standing.posts)
        return self._send_on(effects, replace(standing, posts=posts))

    def tell_contract(self, effects: Effects, standing: Standing) -> Standing:
        """The webhook of `skew` is told once of tools of another version, as soon as its settings are known."""
        webhook = self.flow.call.skew
        if webhook is None or standing.contract == "" or standing.is_contract_told:
            return standing
        told = self.flow.webhook(webhook)
        if self.reading.address(told, standing) == "" or isinstance(standing.stage, Ending | Over):
            return standing
        if any(isinstance(each, Storage) and each.name not in standing.answered for each in told.settings):
            return standing
        versions = {"contract": {"scenario": self.reading.given.contract, "tools": standing.contract}}
        standing = replace(standing, is_contract_told=True)
        if len(standing.posts) >= MOST_WAITING:
            return standing
        return self._send(effects, standing, webhook, self._body(standing, None, versions))

    def report(self, effects: Effects, standing: Standing, by: str) -> Standing:
        """The call is over, and the webhook of `report` is told of it all, but of a message before that."""
        if self.flow.call.report is None:
            return standing
        numbers = self.reading.numbers(standing)
        language = {} if standing.language is None else {"language": standing.language}
        direction = "inbound" if standing.data is None else "outbound"
        call = {"id": numbers.session, "from": numbers.caller, "to": numbers.dialled, "direction": direction}
        content = {
            "flow": self.flow.name,
            "call": {**call, **language},
            "began": A_TIME,
            "answered": A_TIME if standing.is_answered else None,
            "ended": A_TIME,
            "ended_by": by,
            "tried": [as_reported(each) for each in _all_reported(standing)[:MOST_REPORTED]],
            **self._chosen(standing),
            **self._data(standing, is_kept=True),
        }
        return self.tell_report(effects, replace(standing, report=canonical(content)))

    def tell_report(self, effects: Effects, standing: Standing) -> Standing:
        """As soon as it is known where to, and nobody leaves a message any more."""
        webhook, report, stage = self.flow.call.report, standing.report, standing.stage
        is_left = isinstance(stage, Recording) or (isinstance(stage, Ending) and stage.message is not None)
        is_left = is_left or standing.is_recorded
        if webhook is None or report is None or is_left:
            return standing
        told = self.flow.webhook(webhook)
        if any(isinstance(each, Storage) and each.name not in standing.answered for each in told.settings):
            return standing
        standing = replace(standing, report=None)
        if self.reading.address(told, standing) == "" or len(standing.posts) >= MOST_WAITING:
            return standing
        if self.takes_messages:
            left = [{"url": url, "seconds": lasted} for url, lasted in standing.told]
            report = canonical({**json.loads(report), "messages": left})
        if self.flow.call.recording is not None:
            report = canonical({**json.loads(report), "recording": _recorded(standing)})
        return self._send(effects, standing, webhook, report)

    def tell_recording(self, effects: Effects, standing: Standing, recorded: CallRecorded) -> Standing:
        """Where the recording of the call is."""
        recording = self.flow.call.recording
        assert recording is not None
        numbers = self.reading.numbers(standing)
        content = {
            "flow": self.flow.name,
            "call": {"id": numbers.session, "from": numbers.caller, "to": numbers.dialled},
            "recording": _file(recorded),
        }
        address = self.reading.address(self.flow.webhook(recording.notify), standing)
        if address == "" or len(standing.posts) >= MOST_WAITING:
            return standing
        return self._send(effects, standing, recording.notify, canonical(content))

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
                **self._key(standing, request),
                **self._chosen(standing),
                **self._data(standing),
            }
        )

    def _key(self, standing: Standing, request: Request | None) -> dict[str, Any]:
        """By which the caller has left the agent, and is not back with one."""
        is_led = request is None and not isinstance(standing.stage, Starting | Talking | Warned)
        return {"key": standing.key or None if is_led else None} if self.flow.keys else {}

    def _chosen(self, standing: Standing) -> dict[str, Any]:
        """What the caller has chosen in menus."""
        return {"chosen": dict(standing.chosen)} if self.offers else {}

    def _data(self, standing: Standing, *, is_kept: bool = False) -> dict[str, Any]:
        """With which the call was started; what is sensitive is not kept for later."""
        if self.flow.outbound is None or not self.flow.outbound.data:
            return {}
        told = [each.name for each in self.flow.outbound.data if not (each.sensitive and is_kept)]
        data = self.reading.data(standing)
        found = {name: data[name] for name in told if name in data}
        return {"data": None if standing.data is None else found}


def _file(recorded: CallRecorded) -> dict[str, Any]:
    return {"url": recorded.url, "seconds": (recorded.lasted + 500) // 1000}


def _recorded(standing: Standing) -> dict[str, Any] | None:
    """What the report says of the recording: nothing where there was none to be."""
    recorded = standing.recorded
    if recorded is None or not (recorded.url or recorded.failed):
        return None
    return {"failed": recorded.failed} if recorded.failed else _file(recorded)


def unasked(standing: Standing) -> Standing:
    """No caller waits for an answer any more."""
    return replace(standing, sending=tuple(ASKED if _is_awaited(each) else each for each in standing.sending))


def _settled(standing: Standing, which: int) -> Standing:
    number = _asked(standing.sending[:which])
    return replace(standing, settles=(*standing.settles[:number], *standing.settles[number + 1 :]))


def unsettled(standing: Standing) -> list[int]:
    """The places of questions of which, at this very instant, nobody expects an answer any more."""
    asked = [place for place, each in enumerate(standing.sending) if each.startswith(ASKED)]
    return [place for place, left in zip(asked, standing.settles, strict=True) if left <= 0]


def _is_awaited(sent: str) -> bool:
    return sent.startswith(ASKED) and not sent.startswith(ASIDE)


def without_aside(standing: Standing, number: int) -> Standing:
    """The answer for one of those that leave the conversation alone is waited for no more."""
    places = [place for place, each in enumerate(standing.sending) if each.startswith(ASIDE)]
    sending = list(standing.sending)
    sending[places[number]] = ASKED
    asides = (*standing.asides[:number], *standing.asides[number + 1 :])
    return replace(standing, sending=tuple(sending), asides=asides)


def _asked(sending: tuple[str, ...]) -> int:
    return sum(each.startswith(ASKED) for each in sending)


def _told(sending: tuple[str, ...]) -> int:
    """Those that have not answered, of whom it is waited for."""
    return len(sending) - sending.count("") - _asked(sending)


def seconds(milliseconds: int | None) -> int | None:
    """Whole ones that have gone by, as the platform counts them."""
    return None if milliseconds is None else milliseconds // 1000


def as_attempt(attempt: Attempt) -> dict[str, Any]:
    told: dict[str, Any] = {"target": attempt.target, "outcome": attempt.outcome}
    if attempt.reason:
        told["reason"] = attempt.reason
    return told if attempt.rang is None else {**told, "rang_seconds": attempt.rang / 1000}


def as_reported(each: Reported) -> dict[str, Any]:
    told = {"action": each.action, **as_attempt(each.attempt), **({"key": each.key} if each.key else {})}
    return told if each.talked is None else {**told, "talk_seconds": seconds(each.talked)}


def _all_reported(standing: Standing) -> tuple[Reported, ...]:
    """Of the hunt that goes on as well, with those who ring; and with the conversation that has not ended otherwise."""
    stage, reported = standing.stage, standing.reported
    if isinstance(stage, Ringing):
        action = standing.request.action if standing.request is not None else None
        abandoned = (Attempt(each.target, ABANDONED) for each in stage.rung)
        key = led_there(standing)
        return (*reported, *(Reported(action, attempt, key=key) for attempt in (*stage.tried, *abandoned)))
    if isinstance(stage, Connected):
        return (*reported[:-1], reported[-1]._replace(talked=stage.waited))
    return reported


def is_told(standing: Standing) -> bool:
    """Webhooks are told all that there is, and so is the call list."""
    return not standing.posts and standing.report is None and standing.listing is None


def _result(result: Result | None) -> dict[str, Any] | None:
    if result is None:
        return None
    tried = [as_attempt(each) for each in result.tried]
    told: dict[str, Any] = {"outcome": result.outcome, "target": result.target, "tried": tried}
    return told if result.talked is None else {**told, "talk_seconds": seconds(result.talked)}
