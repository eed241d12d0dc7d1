"""A hunt, while it rings: what its legs and the caller's keys lead to, and what is due when time has passed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from msgspec.structs import replace

from flowc.ir import QueueTarget, Target
from flowc.ir.briefing import REASON
from flowc.source import Span
from flowc.verify.oracle.attempts import Attempt
from flowc.verify.oracle.effects import Effects, Path
from flowc.verify.oracle.introduction import are_left_alone
from flowc.verify.oracle.limits import Limits, longest, sending
from flowc.verify.oracle.machines import Machines
from flowc.verify.oracle.observation import Logged, Seen
from flowc.verify.oracle.reading import ACCEPT, DECLINES, DIGITS, MACHINE, WHISPER, Reading
from flowc.verify.oracle.stages import Person, Ringing, Rung
from flowc.verify.oracle.standing import Roles, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.timers import (
    ASKED_AGAIN,
    ASKED_AGAIN_MS,
    BRIEFING_OVER,
    BRIEFING_SILENT,
    DETECTION_LATE_MS,
    INTRODUCTION_OVER,
    NOT_ACCEPTED,
    PAUSE_OVER,
    PLACE_DUE,
    REFER_AGAIN,
    REFER_LATE,
    RING_TIMEOUT,
    ROOM,
    ROOM_MS,
    SOUND_LATE,
    SPEECH_LATE,
    TOLD_LATE,
    WITHIN_OVER,
    may_be,
)

OUTCOMES = {
    486: "busy",
    600: "busy",
    408: "no_answer",
    603: "declined",
    480: "unreachable",
    404: "invalid",
    410: "invalid",
    484: "invalid",
    402: "not_allowed",
    403: "not_allowed",
}
"""The table of outcomes in `flows/README.md`."""
OUTCOMES_OF_QUEUES = {
    1001: "no_answer",
    1002: "no_answer",
    1003: "unreachable",
    1004: "no_answer",
    1005: "busy",
    1006: "unreachable",
}
"""What it says of queues there."""

_ANNOUNCED, _WITHIN, _PAUSED, _CROWDED = "the announcement", "the hunt", "the pause", "the round before"
_HANDED, _PLACE = "the hand-over", "the time between announcements"
_TIMERS = {
    _ANNOUNCED: (SPEECH_LATE, SOUND_LATE),
    _WITHIN: (WITHIN_OVER,),
    _PAUSED: (PAUSE_OVER,),
    _CROWDED: (ROOM, REFER_AGAIN),
    _HANDED: (REFER_LATE,),
    _PLACE: (PLACE_DUE,),
}
"""What each is of; all others are of somebody who is called."""
"""What of a hunt can be due."""
_RUNG, _TOLD, _AGAIN, _KEY = "the ringing", "what is told", "the pause of a person", "the time for a key"
_SENT = "what is sent"
_BRIEFED, _QUIET = "the briefing", "the silence of a briefing"
_HEARD = "the time in which a machine is told"
"""What of a target can be."""
KNOWS_NO_REFER = (405, 501)
"""By which a trunk says that it hands nobody over."""
EWT_UNKNOWN = 501
"""By which a queue says that it does not know for how long the caller will wait."""
REFUSED = 403
"""By which a caller ID is refused."""

Due = tuple[str, str]
"""What has lasted for as long as it may, and of which target; of none, if it is of the hunt."""


class Hunts:
    """Of one flow."""

    def __init__(self, reading: Reading, steps: Following, limits: Limits) -> None:
        self.reading = reading
        self.flow = reading.flow
        self.given = reading.given
        self.steps = steps
        self.limits = limits
        self.machines = Machines(reading, steps, limits)

    def leg_does(self, standing: Standing, stage: Ringing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        """One that rings, or of somebody who has answered and does not have the caller yet."""
        unit, does = event["unit"], event["does"]
        if (person := stage.rung[roles.legs.index(unit)].person) is not None:
            yield from self._person_does(standing, stage, person, event, roles)
        elif does == "answers":
            target = self._rung(stage, unit, roles)
            effects = Effects(f"when `{target.name}` answers", target.span)
            yield (
                effects,
                self.steps.meet(effects, standing, stage, target.name, (DIGITS, MACHINE, ACCEPT, WHISPER), roles),
            )
        elif does == "says the place":
            place = (str(max(1, event["position"])), "" if event["code"] == EWT_UNKNOWN else _minutes(event["ewt"]))
            yield (
                Effects("when a queue says which place the caller has"),
                replace(standing, stage=replace(stage, place=place)),
            )
        elif does == "fails":
            rung = stage.rung[roles.legs.index(unit)]
            target = self.flow.target(rung.target)
            if event["code"] == REFUSED and not rung.has_rung:
                effects = Effects(f"when the caller ID shown to `{target.name}` is refused", target.span)
                shown = self.steps.show_another(effects, standing, stage, rung)
                if shown is not None:
                    yield effects, shown
                    return
            outcomes = OUTCOMES_OF_QUEUES if isinstance(target, QueueTarget) else OUTCOMES
            outcome = outcomes.get(event["code"], "failed")
            attempt = self.steps.unanswered(rung, None) if outcome == "no_answer" else Attempt(target.name, outcome)
            effects = Effects(f"after `{attempt.outcome}` of `{target.name}`", target.span)
            after = self.steps.failed(stage, attempt)
            yield effects, self.steps.go_on(effects, standing, after, roles)
        else:
            rung = stage.rung[roles.legs.index(unit)]
            yield Effects("when it rings there"), replace(standing, stage=self.steps.rings(stage, rung))

    def told_alone(self, standing: Standing, leg: str, roles: Roles) -> Path:
        """What somebody hears before the caller is there has ended."""
        stage = standing.stage
        if leg in roles.left:
            return self.machines.told(standing, roles.left.index(leg), roles)
        if not isinstance(stage, Ringing) or leg not in roles.legs:
            return Effects("when what somebody hears who has gone ends"), standing
        rung = stage.rung[roles.legs.index(leg)]
        assert rung.person is not None
        prompt = self.reading.prompt_of(rung.person, self.flow.target(rung.target))
        effects = Effects(f"after `{prompt}`", self.flow.prompt(prompt).span)
        return effects, self.steps.told(effects, standing, stage, rung.target, rung.person, roles)

    def rung_for_long(
        self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles
    ) -> Iterator[Path]:
        """All that is due at one instant happens, each as long as what came before leaves it to; any of it first. Where
        anything may be due at any instant, it is what the timer is of. Of whom it is, is the first to be thought of.
        """
        due = list(self._due(standing))
        if not self.given.timed:
            due = [each for each in due if _is_of(event["what"], each[0])]
        whose = _whose(event, standing, roles)
        due.sort(key=lambda each: each[1] != whose or not whose)
        for number, first in enumerate(due):
            order = [first, *due[:number], *due[number + 1 :]]
            for length in range(len(order), 0, -1):
                yield self._in_turn(order[:length], standing, seen, roles)

    def _due(self, standing: Standing) -> Iterator[Due]:
        """What of a hunt has lasted for as long as it may: the limits, or the targets."""
        stage = standing.stage
        if not isinstance(stage, Ringing):
            return
        is_announced = stage.announced is not None and not self.limits.is_uncounted(stage)
        limit = self.limits.announcing(stage, standing) if is_announced else None
        if limit is not None and self.limits.is_due(stage.announced or 0, limit):
            yield _ANNOUNCED, ""
        within, begun = self.within(stage), stage.begun or 0
        if within and (within < self.given.far_ms or not self.given.timed) and self.limits.is_due(begun, within):
            yield _WITHIN, ""
        if stage.paused is not None and self.limits.is_due(stage.paused, self.reading.pause(stage, standing)):
            yield _PAUSED, ""
        if stage.crowded is not None and self.limits.is_due(stage.crowded, ROOM_MS):
            yield _CROWDED, ""
        announce = self.limits.announce(stage)
        is_counted = announce is not None and not self.limits.is_far(announce.every_ms)
        if announce is not None and is_counted and self.limits.is_due(stage.due or 0, announce.every_ms):
            yield _PLACE, ""
        if stage.handing is not None and self.limits.is_due(stage.handing, self._asked(stage, standing).ring_ms):
            yield _HANDED, ""
        for rung in stage.rung:
            yield from self._due_of(rung, standing)

    def waited_for_long(self, standing: Standing, stage: Ringing, timer: str, roles: Roles) -> Iterator[Path]:
        """The caller has waited in a queue for as long as the flow says: so far away that nothing counts it."""
        far, announce = self.given.far_ms, self.limits.announce(stage)
        if may_be(timer, PLACE_DUE) and announce is not None and announce.every_ms >= far:
            effects = Effects("", self.span_of(stage))
            yield effects, self._ends((_PLACE, ""), effects, standing, stage, roles)
        for rung in stage.rung if may_be(timer, RING_TIMEOUT) else ():
            if rung.person is None and self.flow.target(rung.target).ring_ms >= far:
                effects = Effects("", self.span_of(stage))
                yield effects, self._ends((_RUNG, rung.target), effects, standing, stage, roles)

    def _in_turn(self, order: Sequence[Due], standing: Standing, seen: Seen, roles: Roles) -> Path:
        effects = Effects("")
        for one in order:
            if one not in self._due(standing) or not isinstance(stage := standing.stage, Ringing):
                continue
            dialled = len(effects.dials)
            effects.at = self.span_of(stage)
            standing = self._ends(one, effects, standing, stage, roles)
            if isinstance(standing.stage, Ringing):
                fresh = iter(seen.legs[dialled:])
                roles = roles._replace(legs=tuple(_legs_of(standing.stage.rung, stage.rung, roles.legs, fresh)))
        return effects, standing

    def _ends(self, one: Due, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """What follows when something that is due has lasted for so long."""
        occasion = effects.occasion
        what, name = one
        match what:
            case "the announcement":
                effects.occasion = occasion or f"when `{self.reading.ringing(stage)}` does not end"
                return replace(standing, stage=self.steps.announce(effects, standing, stage, stage.prompt + 1))
            case "the time between announcements":
                announce = self.reading.announce(stage)
                assert announce is not None
                effects.occasion = occasion or f"when it is time for `{announce.prompt}`"
                effects.at = announce.span
                return replace(standing, stage=self.steps.announce_place(effects, standing, stage, announce))
            case "the hunt":
                effects.occasion = occasion or "when a hunt has taken too long"
                return self.hunted_for_long(effects, standing, stage, roles)
            case "the hand-over":
                target = self._asked(stage, standing)
                effects.occasion = occasion or f"when nobody says that `{target.name}` has the caller"
                effects.at = target.span
                return self.steps.call_instead(effects, standing, stage, roles)
            case "the pause" | "the round before":
                effects.occasion = occasion or f"when {what} is over"
                if what == _CROWDED:
                    standing = replace(standing, called=0, is_refused=False)
                return self.steps.ring(effects, standing, stage, roles)
            case "the ringing":
                target = self.flow.target(name)
                rung = next(each for each in stage.rung if each.target == name)
                attempt = self.steps.unanswered(rung, target.ring_ms)
                effects.at = target.span
                effects.occasion = occasion or f"after `{attempt.outcome}` of `{name}`"
                return self._refused(effects, standing, stage, attempt, roles)
            case _:
                return self._person_waited(one, effects, standing, stage, roles)

    def span_of(self, stage: Ringing) -> Span:
        return self.reading.lists[stage.way][stage.index].span

    def within(self, stage: Ringing) -> int:
        """0 if a hunt has no limit, or none any more."""
        return 0 if stage.begun is None else self.reading.transfer(stage).within_ms or 0

    def hunted_for_long(self, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """Nobody has taken the call in time."""
        effects.hung_up.update(roles.legs)
        if stage.handing is not None:
            stage = self.steps.failed(stage, Attempt(self._asked(stage, standing).name, "unreachable"))
            standing = replace(standing, may_refer=False)
        for rung in stage.rung:
            is_met = rung.person is not None
            attempt = Attempt(rung.target, "not_accepted") if is_met else self.steps.unanswered(rung, None)
            stage = self.steps.failed(stage, attempt)
        return self.steps.nobody_took_it(effects, standing, stage, roles)

    def _due_of(self, rung: Rung, standing: Standing) -> Iterator[Due]:
        """Of a target: it rings; or somebody who has answered there is told something, or waited for."""
        name, person, target = rung.target, rung.person, self.flow.target(rung.target)
        if person is None:
            if not self.limits.is_far(target.ring_ms) and self.limits.is_due(rung.waited, target.ring_ms):
                yield _RUNG, name
            return
        if person.sent is not None:
            if self.limits.is_due(person.sent, sending(self.reading.digits(target, person.item, standing))):
                yield _SENT, name
            return
        if self.limits.is_merged:  # what else there is to wait for is an event of its own, at any instant
            return
        listens = 0 if target.machine is None else target.machine.within_ms
        if person.heard is not None and self.limits.is_due(person.heard, listens + DETECTION_LATE_MS):
            yield _HEARD, name
        if person.spoken is not None:
            text = self.reading.spoken(self.reading.prompt_of(person, target), standing, target.language)
            if self.limits.is_due(person.spoken, longest(text)):
                yield _TOLD, name
        if person.pause is not None and self.limits.is_due(person.pause, ASKED_AGAIN_MS):
            yield _AGAIN, name
        within = None if target.accept is None else target.accept.within_ms
        if person.asked is not None and within is not None and self.limits.is_due(person.asked, within):
            yield _KEY, name
        limit = self.limits.of_briefing(standing)
        if person.briefed is not None and self.limits.is_due(person.briefed, limit):
            yield _BRIEFED, name
        if person.quiet is not None and self.limits.is_due(person.quiet, self.limits.silence_of_briefing(standing)):
            yield _QUIET, name

    def _person_waited(self, due: Due, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """What somebody is told ends by itself at last; it is told again; the time for a key is over."""
        what, name = due
        target = self.flow.target(name)
        person = next(each.person for each in stage.rung if each.target == name)
        assert person is not None
        if what == _SENT:
            effects.occasion = effects.occasion or f"when `{name}` has been sent its digits so far"
            effects.at = target.span
            return self.steps.sent(effects, standing, stage, name, person, roles)
        if what == _HEARD:
            effects.occasion = effects.occasion or f"when nobody says whether `{name}` is a machine"
            return self.machines.nobody_said(effects, standing, stage, target, person, roles)
        prompt = self.reading.prompt_of(person, target)
        if what == _TOLD:
            effects.occasion = effects.occasion or f"when `{prompt}` does not end"
            effects.at = self.flow.prompt(prompt).span
            return self.steps.told(effects, standing, stage, name, person, roles)
        effects.at = target.span
        if what == _AGAIN:
            effects.occasion = effects.occasion or f"when `{name}` has pressed no key yet"
            spoken = self.reading.spoken(prompt, standing, target.language)
            effects.speak(spoken, self.reading.voice(target.language))
            asked = person._replace(spoken=0, pause=None)
            return replace(standing, stage=self.steps.with_person(stage, name, asked))
        if self.reading.transfer(stage).introduction_ms is not None and what == _BRIEFED:
            effects.occasion = effects.occasion or "when the agent has stayed for as long as it may"
            return self.steps.join(effects, standing, stage, name, roles)
        effects.occasion = effects.occasion or f"after `not_accepted` of `{name}`"
        return self._refused(effects, standing, stage, Attempt(name, "not_accepted"), roles)

    def waited_for(self, standing: Standing, stage: Ringing, timer: str, roles: Roles) -> Iterator[Path]:
        """What may be over at any instant, by its timer: what people are told, the pause behind it, or the time for a
        key.
        """
        for each in stage.rung:
            person = each.person
            if person is None:
                continue
            over = BRIEFING_OVER if self.reading.transfer(stage).introduction_ms is None else INTRODUCTION_OVER
            waits = (
                (NOT_ACCEPTED, _KEY, person.asked),
                (over, _BRIEFED, person.briefed),
                (BRIEFING_SILENT, _QUIET, person.quiet),
                (TOLD_LATE, _TOLD, person.spoken),
                (ASKED_AGAIN, _AGAIN, person.pause),
            )
            for of_timer, what, since in waits:
                if since is not None and of_timer == timer:
                    effects = Effects("")
                    yield effects, self._person_waited((what, each.target), effects, standing, stage, roles)

    def unheard(self, standing: Standing, stage: Ringing, roles: Roles) -> Iterator[Path]:
        """Nobody has said in time who it is that has answered."""
        for each in stage.rung:
            if each.person is not None and each.person.heard is not None:
                effects = Effects("")
                yield effects, self._person_waited((_HEARD, each.target), effects, standing, stage, roles)

    def not_joined(
        self,
        standing: Standing,
        stage: Ringing,
        name: str,
        outcome: str,
        roles: Roles,
        *,
        gone: bool = False,
        reason: str = "",
    ) -> Path:
        """Whoever has answered does not get the caller."""
        effects = Effects(f"after `{outcome}` of `{name}`", self.flow.target(name).span)
        attempt = Attempt(name, outcome, reason=reason)
        return effects, self._refused(effects, standing, stage, attempt, roles, gone=gone)

    def reason(self, person: Person) -> str:
        """Why the call is declined, if the agent has said so in a briefing."""
        return str(self.reading.asked[person.item].parameters.get(REASON, "")) if person.part == DECLINES else ""

    def _told_no_more(self, effects: Effects, standing: Standing, stage: Ringing) -> tuple[Standing, Ringing]:
        """The caller hears what is heard while it rings, where the agent was lost that introduced them."""
        is_left = are_left_alone(self.reading, standing)
        standing = self.steps.told_no_more(effects, standing)
        return standing, standing.stage if is_left and isinstance(standing.stage, Ringing) else stage

    def _refused(
        self,
        effects: Effects,
        standing: Standing,
        stage: Ringing,
        attempt: Attempt,
        roles: Roles,
        *,
        gone: bool = False,
    ) -> Standing:
        standing, stage = self._told_no_more(effects, standing, stage)
        if not gone:
            leg = roles.legs[[each.target for each in stage.rung].index(attempt.target)]
            effects.hung_up.add(leg)
            effects.given_up.append(leg)
        return self.steps.go_on(effects, standing, self.steps.failed(stage, attempt), roles)

    def _person_does(
        self, standing: Standing, stage: Ringing, person: Person, event: Mapping[str, Any], roles: Roles
    ) -> Iterator[Path]:
        """Presses a key, or has gone."""
        target, does = self._rung(stage, event["unit"], roles), event["does"]
        accept = target.accept if person.part == ACCEPT else None
        if does in ("hangs up", "fails"):
            outcome = "declined" if does == "hangs up" else OUTCOMES.get(event["code"], "failed")
            reason = self.reason(person) if outcome == "declined" else ""
            yield self.not_joined(standing, stage, target.name, outcome, roles, gone=True, reason=reason)
        elif does == "is found out":
            yield self.machines.found_out(standing, stage, target, person, str(event["found"]), roles)
        elif does in ("holds", "resumes"):
            held = self.steps.holding(stage, target.name, does == "holds")
            yield Effects(f"when `{target.name}` {does} before the caller is there"), replace(standing, stage=held)
        elif does != "presses":
            raise ValueError(f"a person does what the oracle does not know: {does}")
        elif accept is not None and event["key"] == accept.decline:
            yield self.not_joined(standing, stage, target.name, "declined", roles)
        elif accept is not None and accept.key in ("any", event["key"]):
            effects = Effects(f"when `{target.name}` takes the call", target.span)
            yield effects, self.steps.meet(effects, standing, stage, target.name, (WHISPER,), roles)
        else:
            yield Effects("when another key is pressed"), standing

    def caller_presses(self, standing: Standing, key: str, roles: Roles) -> Iterator[Path]:
        """Until somebody is joined, one key stops the ringing; all others mean nothing."""
        stage = standing.stage
        is_it = isinstance(stage, Ringing) and stage.handing is None and self.reading.transfer(stage).cancel == key
        if not isinstance(stage, Ringing) or not is_it:
            yield Effects("when the caller presses a key that means nothing there"), standing
            return
        effects = Effects("when the caller stops the ringing", self.span_of(stage))
        standing, stage = self._told_no_more(effects, standing, stage)
        effects.hung_up.update(roles.legs)
        yield effects, self.steps.cancelled(effects, standing, stage, roles, "key")

    def handed_over(self, standing: Standing, roles: Roles, *, is_none: bool) -> Path:
        """The trunk has done so, whatever goes on here by now: a message ends with the call (`is_none`: it is none)."""
        stage, is_told = standing.stage, self.given.reports_refer
        effects = Effects("when the caller has been handed over")
        if isinstance(stage, Ringing) and stage.handing is not None and is_told:
            name = self._asked(stage, standing).name
            effects.steps.append(Logged(stage.way, stage.turn, "handed over", name))
            standing = replace(standing, stage=replace(stage, tried=(*stage.tried, Attempt(name, "connected"))))
        return effects, self.steps.end(effects, standing, roles, "flow" if is_told else "caller", is_none=is_none)

    def not_handed_over(self, standing: Standing, code: int, roles: Roles) -> Path:
        """The trunk refuses it."""
        stage = standing.stage
        if not isinstance(stage, Ringing) or stage.handing is None:
            return Effects("when a hand-over is refused that was given up"), standing
        target = self._asked(stage, standing)
        standing = replace(standing, is_refused=True)
        if code in KNOWS_NO_REFER:
            effects = Effects(f"when the trunk hands nobody over to `{target.name}`", target.span)
            return effects, self.steps.call_instead(effects, standing, stage, roles)
        outcome = OUTCOMES.get(code, "failed")
        effects = Effects(f"after `{outcome}` of `{target.name}`", target.span)
        return effects, self.steps.go_on(
            effects, standing, self.steps.failed(stage, Attempt(target.name, outcome)), roles
        )

    def _asked(self, stage: Ringing, standing: Standing) -> Target:
        """To whom the caller is to be handed over."""
        return self.flow.target(self.reading.hunt(stage, standing)[stage.turn].targets[0])

    def _rung(self, stage: Ringing, unit: str, roles: Roles) -> Target:
        """Who is called there."""
        return self.flow.target(stage.rung[roles.legs.index(unit)].target)


def _legs_of(rung: Sequence[Rung], before: Sequence[Rung], legs: Sequence[str], fresh: Iterator[str]) -> Iterator[str]:
    """The legs of those who are called now: of those before, as far as they are the same, and fresh ones."""
    known = dict(zip((each.target for each in before), legs, strict=False))
    for each in rung:
        stays = each in before or each.person is not None  # who has just been called has not answered
        yield known.get(each.target, "") if stays else next(fresh, "")


def _minutes(ewt: int) -> str:
    """A minute that has begun counts as one."""
    return str(max(1, -(-ewt // 60_000)))


def _is_of(timer: str, what: str) -> bool:
    """Whether a timer is that of what is due. Nobody knows of what it is, if it is none of the runtime's."""
    if what in _TIMERS:
        return may_be(timer, *_TIMERS[what])
    return timer not in chain.from_iterable(_TIMERS.values())


def _whose(event: Mapping[str, Any], standing: Standing, roles: Roles) -> str:
    """The target of whom a timer is, if several of its kind are over; else empty."""
    unit, stage = event.get("unit"), standing.stage
    if unit in roles.legs and isinstance(stage, Ringing):
        return stage.rung[roles.legs.index(unit)].target
    return ""
