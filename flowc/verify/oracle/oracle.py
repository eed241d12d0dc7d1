"""The oracle itself: what follows what the world does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flowc.ir import Flow, Target
from flowc.source import Span
from flowc.verify.oracle.answers import OK, Answer, Asked, Body, answer_in
from flowc.verify.oracle.effects import HEARD, TOLD, Disagreement, Effects, difference
from flowc.verify.oracle.hearing import Hearing
from flowc.verify.oracle.limits import (
    AGENT_START_MS,
    ANSWER_MS,
    ASKED_AGAIN_MS,
    ROOM_MS,
    SAME_PRESS_MS,
    WEBHOOKS_MS,
    Limits,
    longest,
)
from flowc.verify.oracle.observation import Logged, Seen, canonical
from flowc.verify.oracle.reading import ACCEPT, UNAVAILABLE, WHISPER, Reading
from flowc.verify.oracle.replies import Replies
from flowc.verify.oracle.standing import (
    Agent,
    Answering,
    Attempt,
    Connected,
    Ending,
    Given,
    Known,
    Leaving,
    Over,
    Person,
    Request,
    Ringing,
    Roles,
    Rung,
    Saying,
    Speech,
    Standing,
    Starting,
    Stepping,
    Talking,
)
from flowc.verify.oracle.steps import MOST_SENT, Following, over
from flowc.verify.oracle.wording import all_filled

CONTRACT, REPLY = "X-Flowc-Contract", "X-Flowc-Reply"
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

_ANNOUNCED, _WITHIN, _PAUSED, _CROWDED = "the announcement", "the hunt", "the pause", "the round before"
_PRESSED = "the key before"
"""What of a hunt can be due."""
_RUNG, _TOLD, _AGAIN, _KEY = "the ringing", "what is told", "the pause of a person", "the time for a key"
"""What of a target can be."""
REFUSED = 403
"""By which a caller ID is refused."""

Due = tuple[str, str]
"""What has lasted for as long as it may, and of which target; of none, if it is of the hunt."""
Path = tuple[Effects, Standing]
"""What may be seen, and where the call then stands."""


class Oracle:
    """For one flow. `bodies` are what can be posted: events name them by their numbers."""

    def __init__(self, flow: Flow, given: Given, bodies: Sequence[Body]) -> None:
        self.reading = Reading(flow, given, bodies)
        self.flow = flow
        self.given = given
        self.steps = Following(self.reading)
        self.limits = Limits(self.reading)
        self.replies = Replies(self.reading)
        self.hearing = Hearing(self.reading)

    def begin(self) -> Standing:
        """Nobody has called."""
        return Standing()

    def step(
        self, standing: Standing, event: Mapping[str, Any], seen: Seen, took: int, roles: Roles
    ) -> Standing | Disagreement:
        """Where the call stands after an event of which so much was seen; or what the flow says instead."""
        self.reading.look_at(event)
        if took and self.given.timed:
            late = self.limits.overdue(standing, took)
            if late is not None:
                return late
            standing = replace(standing, stage=self.limits.aged(standing.stage, took))
        if seen.found:
            standing = replace(
                standing,
                answered=standing.answered.union(seen.found),
                stored=standing.stored.union(key for key, found in seen.found.items() if found),
            )
        first = None
        for effects, after in self._paths(standing, event, seen, roles):
            found = difference(effects, seen, self.reading.words) or self.hearing.misheard(
                effects, standing, after, event, seen
            )
            if found is None:
                return _settled(after, seen)
            first = first or found
        assert first is not None, "every event has something that follows"
        return first

    def reply(self, standing: Standing, event: Mapping[str, Any], reply: str) -> Disagreement | None:
        """Whether a request that is tried without carrying anything out is answered as the flow says."""
        self.reading.look_at(event)
        answers = self.replies.answers(standing, event)
        if answer_in(reply) in answers:
            return None
        effects = Effects("to a request that changes nothing")
        effects.reply = frozenset(answers)
        return difference(effects, Seen(replies=[reply]), self.reading.words)

    def without_end(self, standing: Standing, events: Iterable[Mapping[str, Any]]) -> Disagreement | None:
        """Time has to bring a conversation with a limit to its end. `events` are all that are possible now; none, if
        nobody has looked.
        """
        stage = standing.stage
        if not isinstance(stage, Connected):
            return None
        limit = self.limits.of_talk(stage)[1]
        if limit is None or (limit >= self.given.far_ms and self.limits.counts_keys):
            return None
        possible = list(events)
        if not possible or any(_comes_first(event) or _is_time(event) for event in possible):
            return None
        told = f"the flow says that the time with `{stage.target}` comes to an end; in the scenario it does not"
        return Disagreement("when something follows", "while they talk", told, self.reading.transfer(stage).span)

    # What may follow

    def _paths(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        match event["do"]:
            case "call":
                withheld = event.get("withheld", False)
                over_trunk = self.given.over_trunk[1] if event.get("national") else ""
                dialled = over_trunk or self.given.dialled[event.get("to", 0)]
                yield self._called(replace(standing, is_withheld=withheld), dialled)
            case "leave":
                effects = Effects("when the caller hangs up")
                yield effects, self.steps.end(effects, standing, roles, there=False)
            case "connect":
                yield self._answered(standing, seen)
            case "storage":
                yield self._settings_came(standing, roles)
            case "agent":
                yield from self._agent_does(standing, event, seen, roles)
            case "leg":
                yield from self._leg_does(standing, event, roles)
            case "player":
                yield from self._player_ends(standing, event, roles)
            case "webhook":
                yield self._webhook_answered(standing)
            case "post":
                yield from self._posted(standing, event, seen, roles)
            case "time" | "timer":
                yield from self._time_passed(standing, event, seen, roles)
            case "late":
                yield Effects("nothing has come"), standing
            case unknown:
                raise ValueError(f"an event that the oracle does not know: {unknown}")

    def _called(self, standing: Standing, dialled: str) -> Path:
        effects = Effects("when somebody calls", self.flow.agent.span)
        effects.rings = True
        effects.looks_up = self.reading.entries
        return effects, self.steps.connect(effects, replace(standing, stage=Starting(), dialled=dialled), Roles())

    def _answered(self, standing: Standing, seen: Seen) -> Path:
        """The caller is connected."""
        stage = standing.stage
        assert isinstance(stage, Answering)
        if stage.has_agent:
            effects = Effects("when the caller is connected", self.flow.agent.span)
            return effects, self._give(effects, standing, "", seen)
        effects = Effects("when there is no agent", self.flow.agent.span)
        return effects, self.steps.run(effects, standing, UNAVAILABLE, 0, Roles())

    def _settings_came(self, standing: Standing, roles: Roles) -> Path:
        effects = Effects("when the settings have come", self.flow.agent.span)
        if isinstance(standing.stage, Starting) and standing.agent is None:
            standing = self.steps.connect(effects, standing, roles)
        return effects, self.steps.tell_contract(effects, standing)

    def _webhook_answered(self, standing: Standing) -> Path:
        """The next one is sent. A call that is over waits for no more than those that are under way."""
        effects = Effects("when a webhook has answered")
        if isinstance(standing.stage, Over):
            return effects, standing
        sending, queue = standing.sending - 1, standing.queue
        if queue:
            effects.posted.append(queue[0])
            sending, queue = sending + 1, queue[1:]
        standing = replace(standing, sending=sending, queue=queue)
        if isinstance(standing.stage, Ending) and sending + len(queue) <= MOST_SENT:
            return effects, over(effects)
        return effects, standing

    # The agent

    def _give(self, effects: Effects, standing: Standing, returned: str, seen: Seen) -> Standing:
        """The caller and an agent that has just been connected are joined. The token is whatever the session made
        up.
        """
        token = standing.token or seen.token
        told: dict[str, Any] = {
            "vox_session_control_url": self.given.control_url,
            "vox_control_token": token,
            "vox_flow": self.flow.name,
            "vox_contract": self.given.contract,
        }
        if returned:
            told["vox_outcome"] = json.loads(returned)
        metadata = all_filled(self.flow.agent.metadata, self.reading.numbers(standing), {})
        effects.mark(TOLD)
        effects.started.append(canonical({"metadata": {**metadata, **told}}))
        effects.told.append(canonical({"metadata": {"vox_event": "session", **told}}))
        return replace(standing, stage=Talking(), agent=Agent(True), request=None, token=token or "missing")

    def _agent_does(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        agent, stage = standing.agent, standing.stage
        if agent is None or event["unit"] != roles.agent:
            effects = Effects("when an agent comes that is not waited for any more")
            if event["does"] == "connects":
                effects.closed.add(event["unit"])
            yield effects, standing
            return
        match event["does"]:
            case "connects":
                yield self._agent_came(standing, seen)
            case "refuses":
                effects = Effects("when the agent cannot be reached", self.flow.agent.span)
                yield effects, self.steps.without_agent(effects, replace(standing, agent=None), roles)
            case "closes":
                yield from self._agent_lost(standing, roles)
            case "speaks":
                heard = Speech.UNCLEAR if agent.speech == Speech.UNCLEAR and self.given.reports_silence else Speech.YES
                yield Effects("when the agent speaks"), replace(standing, agent=agent._replace(speech=heard))
            case "falls silent":
                yield from self._agent_silent(standing, roles)
            case "interrupts":
                yield from self._interrupted(standing, roles)
            case unknown:
                raise ValueError(f"the agent does what the oracle does not know: {unknown} in {stage}")

    def _agent_came(self, standing: Standing, seen: Seen) -> Path:
        stage = standing.stage
        assert isinstance(stage, Starting)
        standing = replace(standing, agent=Agent(True))
        effects = Effects("when the agent is there", self.flow.agent.span)
        if stage.again:
            return effects, self._give(effects, standing, stage.returned, seen)
        effects.answers = True
        return effects, replace(standing, stage=Answering(stage.waited))

    def _agent_lost(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """It disturbs nothing but a conversation with it. An action that waits for it may begin."""
        standing = replace(standing, agent=None)
        match standing.stage:
            case Talking() | Answering() | Starting():
                effects = Effects("when the agent is lost", self.flow.agent.span)
                yield effects, self.steps.without_agent(effects, standing, roles)
            case Leaving() as stage:
                yield self._begin(standing, roles)
                yield Effects("when the agent is lost"), replace(standing, stage=replace(stage, lost=0))
            case _:
                yield Effects("when the agent is lost, and the caller is not with it"), standing

    def _agent_silent(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """The platform has said so."""
        assert standing.agent is not None
        standing = replace(standing, agent=standing.agent._replace(speech=Speech.NO))
        stage = standing.stage
        quiet = self.limits.quiet(standing)
        if isinstance(stage, Leaving) and self.limits.is_due(stage.waited, quiet):
            yield self._begin(standing, roles)
            if self.given.timed and stage.waited > quiet + self.given.late_ms:
                return
        yield Effects("when the agent falls silent"), standing

    def _interrupted(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        agent, stage, request = standing.agent, standing.stage, standing.request
        assert agent is not None
        speech = Speech.NO if agent.speech == Speech.NO else Speech.UNCLEAR
        standing = replace(standing, agent=agent._replace(speech=speech))
        if not isinstance(stage, Leaving) or request is None:
            yield Effects("when the caller interrupts the agent"), standing
            return
        if self.reading.actions[request.action].cancels:
            yield self._cancelled(Effects("when the caller interrupts"), standing, request, roles)
            return
        standing = replace(standing, stage=replace(stage, cleared=0 if speech == Speech.UNCLEAR else stage.cleared))
        if self.limits.may_begin(standing):
            yield self._begin(standing, roles)
        yield Effects("when the caller interrupts, and the action happens all the same"), standing

    def _cancelled(self, effects: Effects, standing: Standing, request: Request, roles: Roles) -> Path:
        """The action is forgotten before it has begun; what it was answered is now that."""
        effects.at = self.reading.actions[request.action].span
        requests = tuple(
            known._replace(answer=Answer("cancelled")) if known.id == request.id else known
            for known in standing.requests
        )
        standing = replace(standing, stage=Talking(), request=None, requests=requests)
        if standing.agent is None:
            return effects, self.steps.without_agent(effects, standing, roles)
        told = {"vox_event": "cancelled", "action": request.action, "request_id": request.id}
        effects.mark(TOLD)
        effects.told.append(canonical({"metadata": told}))
        return effects, standing

    def _begin(self, standing: Standing, roles: Roles) -> Path:
        """The agent has been heard out."""
        request, stage = standing.request, standing.stage
        assert request is not None
        assert isinstance(stage, Leaving)
        effects = Effects(f"in `{request.action}`", self.reading.actions[request.action].span)
        begun = replace(standing, stage=Stepping())
        return effects, self.steps.run(effects, begun, stage.way, stage.index, roles)

    # Time

    def _time_passed(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        if event.get("far"):
            effects = Effects("when the longest time of a call is over")
            yield effects, self.steps.end(effects, standing, roles)
            if isinstance(standing.stage, Ringing) and self._within(standing.stage) >= self.given.far_ms:
                over_long = Effects("when a hunt has taken too long", self._span_of(standing.stage))
                yield over_long, self._hunted_for_long(over_long, standing, standing.stage, roles)
            elif isinstance(standing.stage, Connected) and self.limits.of_talk(standing.stage)[1] is not None:
                yield self._talked(standing, standing.stage, roles)
            return
        if event.get("early"):
            stage = standing.stage
            if isinstance(stage, Connected):
                yield self._talked(standing, stage, roles)
                return
            assert isinstance(stage, Ringing)
            for each in stage.rung:
                if each.person is not None and each.person.asked is not None:
                    yield self._not_joined(standing, stage, each.target, "not_accepted", roles)
            return
        if event.get("what") == "mediaEnded" and standing.agent is not None and standing.agent.speech != Speech.NO:
            yield from self._agent_silent(standing, roles)
            return
        stage = standing.stage
        match stage:
            case Starting() if self.limits.is_due(stage.waited, AGENT_START_MS):
                effects = Effects("when the agent is not there after 10 s", self.flow.agent.span)
                yield effects, self.steps.without_agent(effects, standing, roles)
            case Answering():
                if stage.has_agent and self.limits.is_due(stage.waited, AGENT_START_MS):
                    effects = Effects("when the caller is not with the agent after 10 s", self.flow.agent.span)
                    yield effects, self.steps.without_agent(effects, standing, roles)
                if self.limits.is_due(stage.answering, ANSWER_MS):
                    effects = Effects("when the caller cannot be answered")
                    yield effects, self.steps.end(effects, standing, roles)
            case Leaving() if self.limits.may_begin(standing):
                yield self._begin(standing, roles)
            case Saying() if self.limits.is_due(stage.waited, self.limits.saying(stage)):
                effects = Effects(f"when `{stage.prompt}` does not end")
                yield effects, self.steps.run(effects, standing, stage.way, stage.index, roles)
            case Ringing():
                yield from self._rung_for_long(standing, seen, roles)
            case Connected():
                yield from self._talked_for_long(standing, stage, roles)
                yield from self._announced_for_long(standing)
            case Ending() if self.limits.is_due(stage.waited, WEBHOOKS_MS):
                effects = Effects("when the webhooks take too long")
                yield effects, over(effects)
            case _:
                pass
        yield Effects(self._while(standing)), standing

    def _while(self, standing: Standing) -> str:
        """What time passes with."""
        request = standing.request
        match standing.stage:
            case Leaving() if request is not None:
                return f"while `{request.action}` waits for the agent's last words"
            case Ringing() as stage:
                if any(each.person for each in stage.rung):
                    return "while somebody who has answered does not have the caller yet"
                names = [f"`{each.target}`" for each in stage.rung]
                return f"while {' and '.join(names)} rings" if names else "while nobody rings yet"
            case Saying(prompt=prompt):
                return f"while the caller hears `{prompt}`"
            case _:
                return "while time passes"

    def _rung_for_long(self, standing: Standing, seen: Seen, roles: Roles) -> Iterator[Path]:
        """All that is due at one instant happens, each as long as what came before leaves it to; any of it first."""
        due = list(self._due(standing))
        for number, first in enumerate(due):
            order = [first, *due[:number], *due[number + 1 :]]
            for length in range(len(order), 0, -1):
                yield self._in_turn(order[:length], standing, seen, roles)

    def _due(self, standing: Standing) -> Iterator[Due]:
        """What of a hunt has lasted for as long as it may: the limits, or the targets."""
        stage = standing.stage
        if not isinstance(stage, Ringing):
            return
        limit = self.limits.announcing(stage, standing) if stage.announced is not None else None
        if limit is not None and self.limits.is_due(stage.announced or 0, limit):
            yield _ANNOUNCED, ""
        within, begun = self._within(stage), stage.begun or 0
        if within and (within < self.given.far_ms or not self.given.timed) and self.limits.is_due(begun, within):
            yield _WITHIN, ""
        if stage.paused is not None and self.limits.is_due(stage.paused, self.reading.pause(stage, standing)):
            yield _PAUSED, ""
        if stage.crowded is not None and self.limits.is_due(stage.crowded, ROOM_MS):
            yield _CROWDED, ""
        if stage.pressed is not None and self.given.timed and stage.pressed >= SAME_PRESS_MS:
            yield _PRESSED, ""
        found = {each.target: each for each in stage.rung}
        for name in self.steps.in_order(stage):
            yield from self._due_of(found[name], standing)

    def _in_turn(self, order: Sequence[Due], standing: Standing, seen: Seen, roles: Roles) -> Path:
        effects = Effects("")
        for one in order:
            if one not in self._due(standing) or not isinstance(stage := standing.stage, Ringing):
                continue
            dialled = len(effects.dials)
            effects.at = self._span_of(stage)
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
            case "the hunt":
                effects.occasion = occasion or "when a hunt has taken too long"
                return self._hunted_for_long(effects, standing, stage, roles)
            case "the key before":
                effects.occasion = occasion or "when a key counts again"
                return replace(standing, stage=replace(stage, pressed=None))
            case "the pause" | "the round before":
                effects.occasion = occasion or f"when {what} is over"
                if what == _CROWDED:
                    standing = replace(standing, called=0)
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

    def _span_of(self, stage: Ringing) -> Span:
        return self.reading.lists[stage.way][stage.index].span

    def _announced_for_long(self, standing: Standing) -> Iterator[Path]:
        """The prompt that is heard on hold."""
        stage = _announcing(standing)
        if stage is not None and stage.announced is not None:
            limit = self.limits.announcing(stage, standing)
            if limit is not None and self.limits.is_due(stage.announced, limit):
                effects = Effects(f"when `{self.reading.ringing(stage)}` does not end")
                after = self.steps.announce(effects, standing, stage, stage.prompt + 1)
                yield effects, _hearing(standing, after)

    def _talked_for_long(self, standing: Standing, stage: Connected, roles: Roles) -> Iterator[Path]:
        waited, limit = self.limits.of_talk(stage)
        is_counted = limit is not None and (limit < self.given.far_ms or not self.given.timed)
        if limit is not None and is_counted and self.limits.is_due(waited, limit):
            yield self._talked(standing, stage, roles)
        spoken = longest(self.reading.warning(stage, standing))
        if stage.warning is not None and self.limits.is_due(stage.warning, spoken):
            yield self._joined_again(standing, stage, "when a warning does not end")

    def _talked(self, standing: Standing, stage: Connected, roles: Roles) -> Path:
        """A minute before their time is over both are told so, if there is something to tell. When it is over, it is as
        if the person had hung up.
        """
        transfer = self.reading.transfer(stage)
        if transfer.warning is not None and stage.warned is None:
            effects = Effects(f"a minute before the time with `{stage.target}` is over", transfer.span)
            text = self.reading.warning(stage, standing)
            if not text:
                effects.steps.append(Logged(stage.way, stage.index, "cannot say", transfer.warning))
                return effects, replace(standing, stage=replace(stage, warned=0))
            effects.mark(HEARD)
            effects.spoken.append(text)
            held = None if stage.held is None else Ringing(stage.way, stage.index, announced=None)
            return effects, replace(standing, stage=replace(stage, warned=0, warning=0, held=held))
        effects = Effects(f"when the time with `{stage.target}` is over", transfer.span)
        effects.hung_up.update(roles.legs)
        return effects, self._after_talk(effects, standing, stage, stage.waited, roles)

    def _joined_again(self, standing: Standing, stage: Connected, occasion: str) -> Path:
        """After a warning: or whoever was on hold hears on what is heard then."""
        effects = Effects(occasion, self.reading.transfer(stage).span)
        effects.mark(HEARD)
        held = stage.held and self.steps.announce(effects, standing, Ringing(stage.way, stage.index), 0)
        return effects, replace(standing, stage=replace(stage, warning=None, held=held))

    def _after_talk(
        self, effects: Effects, standing: Standing, stage: Connected, talked: int | None, roles: Roles
    ) -> Standing:
        assert standing.result is not None
        after = replace(standing, stage=Stepping(), result=standing.result._replace(talked=talked))
        return self.steps.run(effects, after, f"{stage.way}: afterwards", 0, roles)

    def _within(self, stage: Ringing) -> int:
        """0 if a hunt has no limit, or none any more."""
        return 0 if stage.begun is None else self.reading.transfer(stage).within_ms or 0

    def _hunted_for_long(self, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """Nobody has taken the call in time."""
        effects.hung_up.update(roles.legs)
        found = {each.target: each for each in stage.rung}
        for name in self.steps.in_order(stage):
            rung = found[name]
            is_met = rung.person is not None
            attempt = Attempt(name, "not_accepted") if is_met else self.steps.unanswered(rung, None)
            stage = self.steps.failed(stage, attempt)
        return self.steps.nobody_took_it(effects, standing, stage, roles)

    def _due_of(self, rung: Rung, standing: Standing) -> Iterator[Due]:
        """Of a target: it rings; or somebody who has answered there is told something, or waited for."""
        name, person, target = rung.target, rung.person, self.flow.target(rung.target)
        if person is None:
            if self.limits.is_due(rung.waited, target.ring_ms):
                yield _RUNG, name
            return
        text = self.reading.spoken(self.reading.prompt_of(person, target), standing)
        if person.spoken is not None and self.limits.is_due(person.spoken, longest(text)):
            yield _TOLD, name
        if person.pause is not None and self.limits.is_due(person.pause, ASKED_AGAIN_MS):
            yield _AGAIN, name
        within = None if target.accept is None else target.accept.within_ms
        if person.asked is not None and within is not None and self.limits.is_due(person.asked, within):
            yield _KEY, name

    def _person_waited(self, due: Due, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """What somebody is told ends by itself at last; it is told again; the time for a key is over."""
        what, name = due
        target = self.flow.target(name)
        person = next(each.person for each in stage.rung if each.target == name)
        assert person is not None
        prompt = self.reading.prompt_of(person, target)
        if what == _TOLD:
            effects.occasion = effects.occasion or f"when `{prompt}` does not end"
            effects.at = self.flow.prompt(prompt).span
            return self.steps.told(effects, standing, stage, name, person, roles)
        effects.at = target.span
        if what == _AGAIN:
            effects.occasion = effects.occasion or f"when `{name}` has pressed no key yet"
            effects.spoken.append(self.reading.spoken(prompt, standing))
            asked = person._replace(spoken=0, pause=None)
            return replace(standing, stage=self.steps.with_person(stage, name, asked))
        effects.occasion = effects.occasion or f"after `not_accepted` of `{name}`"
        return self._refused(effects, standing, stage, Attempt(name, "not_accepted"), roles)

    def _not_joined(
        self, standing: Standing, stage: Ringing, name: str, outcome: str, roles: Roles, *, gone: bool = False
    ) -> Path:
        """Whoever has answered does not get the caller."""
        effects = Effects(f"after `{outcome}` of `{name}`", self.flow.target(name).span)
        return effects, self._refused(effects, standing, stage, Attempt(name, outcome), roles, gone=gone)

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
        if not gone:
            effects.hung_up.add(roles.legs[[each.target for each in stage.rung].index(attempt.target)])
        return self.steps.go_on(effects, standing, self.steps.failed(stage, attempt), roles)

    def _person_does(
        self, standing: Standing, stage: Ringing, person: Person, event: Mapping[str, Any], roles: Roles
    ) -> Iterator[Path]:
        """Presses a key, or has gone."""
        target, does = self._rung(stage, event["unit"], roles), event["does"]
        accept = target.accept if person.part == ACCEPT else None
        if does == "hangs up":
            yield self._not_joined(standing, stage, target.name, "declined", roles, gone=True)
        elif does == "fails":
            outcome = OUTCOMES.get(event["code"], "failed")
            yield self._not_joined(standing, stage, target.name, outcome, roles, gone=True)
        elif does in ("holds", "resumes"):
            held = self.steps.holding(stage, target.name, does == "holds")
            yield Effects(f"when `{target.name}` {does} before the caller is there"), replace(standing, stage=held)
        elif does != "presses":
            raise ValueError(f"a person does what the oracle does not know: {does}")
        elif accept is not None and event["key"] == accept.decline:
            yield self._not_joined(standing, stage, target.name, "declined", roles)
        elif accept is not None and accept.key in ("any", event["key"]):
            effects = Effects(f"when `{target.name}` takes the call", target.span)
            yield effects, self.steps.meet(effects, standing, stage, target.name, (WHISPER,), roles)
        else:
            yield Effects("when another key is pressed"), standing

    # Legs and players

    def _leg_does(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        stage, does = standing.stage, str(event["does"])
        unit = event["unit"]
        if unit == "caller" and does == "presses":
            yield from self._caller_presses(standing, str(event["key"]), roles)
        elif unit not in roles.legs or not isinstance(stage, Ringing | Connected):
            effects = Effects("when somebody answers who is not waited for any more")
            if does.startswith("answers"):
                effects.hung_up.add(unit)
            yield effects, standing
        elif does == "transfers the caller":
            yield Effects("when a person wants to transfer the caller"), standing
        elif isinstance(stage, Connected) and does in ("holds", "resumes"):
            yield self._held(standing, stage, does == "holds")
        elif isinstance(stage, Connected):
            yield from self._person_gone(standing, stage, does == "hangs up", roles)
        elif (person := stage.rung[roles.legs.index(unit)].person) is not None:
            yield from self._person_does(standing, stage, person, event, roles)
        elif does == "answers":
            target = self._rung(stage, unit, roles)
            effects = Effects(f"when `{target.name}` answers", target.span)
            yield effects, self.steps.meet(effects, standing, stage, target.name, (ACCEPT, WHISPER), roles)
        elif does == "fails":
            rung = stage.rung[roles.legs.index(unit)]
            target = self.flow.target(rung.target)
            if event["code"] == REFUSED and not rung.has_rung:
                effects = Effects(f"when the caller ID shown to `{target.name}` is refused", target.span)
                shown = self.steps.show_another(effects, standing, stage, rung)
                if shown is not None:
                    yield effects, shown
                    return
            outcome = OUTCOMES.get(event["code"], "failed")
            attempt = self.steps.unanswered(rung, None) if outcome == "no_answer" else Attempt(target.name, outcome)
            effects = Effects(f"after `{attempt.outcome}` of `{target.name}`", target.span)
            after = self.steps.failed(stage, attempt)
            yield effects, self.steps.go_on(effects, standing, after, roles)
        else:
            rung = stage.rung[roles.legs.index(unit)]
            yield Effects("when it rings there"), replace(standing, stage=self.steps.rings(stage, rung))

    def _caller_presses(self, standing: Standing, key: str, roles: Roles) -> Iterator[Path]:
        """Until somebody is joined, one key stops the ringing; all others mean nothing. One that comes right behind
        the one that stopped the hunt before is that one, told twice.
        """
        stage = standing.stage
        is_it = isinstance(stage, Ringing) and self.reading.transfer(stage).cancel == key
        if not isinstance(stage, Ringing) or not is_it or stage.pressed is not None:
            yield Effects("when the caller presses a key that means nothing there"), standing
        if not isinstance(stage, Ringing) or not is_it or (stage.pressed is not None and self.given.timed):
            return
        effects = Effects("when the caller stops the ringing", self._span_of(stage))
        effects.hung_up.update(roles.legs)
        yield effects, self.steps.cancelled(effects, standing, stage, roles)

    def _rung(self, stage: Ringing, unit: str, roles: Roles) -> Target:
        """Who is called there."""
        return self.flow.target(stage.rung[roles.legs.index(unit)].target)

    def _held(self, standing: Standing, stage: Connected, holds: bool) -> Path:
        """On hold the caller hears what was heard while it rang, until the person is back."""
        effects = Effects(
            f"when `{stage.target}` {'holds' if holds else 'resumes'}", self.flow.target(stage.target).span
        )
        effects.mark(HEARD)
        held = self.steps.announce(effects, standing, Ringing(stage.way, stage.index), 0) if holds else None
        return effects, replace(standing, stage=replace(stage, held=held, warning=None))

    def _person_gone(self, standing: Standing, stage: Connected, is_told: bool, roles: Roles) -> Iterator[Path]:
        """How long they talked is not always known, if the leg fails and nobody has counted."""
        for talked in (stage.waited,) if is_told or self.reading.counts_talk else (None, stage.waited):
            effects = Effects(f"when `{stage.target}` hangs up", self.reading.lists[stage.way][stage.index].span)
            yield effects, self._after_talk(effects, standing, stage, talked, roles)

    def _player_ends(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        stage, announcing = standing.stage, _announcing(standing)
        how = event["how"]
        if event.get("isTone"):
            yield Effects("when a tone ends"), standing
        elif "byPerson" in event and (rung := _person_at(stage, event["byPerson"], roles)) is None:
            yield Effects("when what somebody hears who has gone ends"), standing
        elif "byPerson" in event:
            assert isinstance(stage, Ringing)
            assert rung is not None
            name, person = rung.target, rung.person
            assert person is not None
            prompt = self.reading.prompt_of(person, self.flow.target(name))
            effects = Effects(f"after `{prompt}`", self.flow.prompt(prompt).span)
            yield effects, self.steps.told(effects, standing, stage, name, person, roles)
        elif how == "begins again":
            yield Effects("when a sound file begins again"), standing
        elif how == "is loaded" and isinstance(stage, Saying):
            yield Effects("when a sound file is loaded"), replace(standing, stage=replace(stage, loads=False, waited=0))
        elif how == "is loaded" and announcing is not None:
            loaded = replace(announcing, loads=False, announced=0)
            yield Effects("when a sound file is loaded"), _hearing(standing, loaded)
        elif isinstance(stage, Saying):
            effects = Effects(f"after `{stage.prompt}`", self.flow.prompt(stage.prompt).span)
            yield effects, self.steps.run(effects, standing, stage.way, stage.index, roles)
        elif isinstance(stage, Connected) and stage.warning is not None:
            yield self._joined_again(standing, stage, f"after `{self.reading.transfer(stage).warning}`")
        elif announcing is not None and announcing.announced is not None:
            prompt = self.reading.ringing(announcing)
            effects = Effects(f"after `{prompt}`", self.flow.prompt(prompt).span)
            after = self.steps.announce(effects, standing, announcing, announcing.prompt + 1)
            yield effects, _hearing(standing, after)
        else:
            yield Effects("when a player ends that nobody knows of"), standing

    # Requests

    def _posted(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """A request that may be carried out."""
        found = self.reading.asked[event["body"]]
        headers = self.reading.bodies[event["body"]].headers
        for answer in self.replies.answers(standing, event):
            effects = Effects("when the agent asks for something")
            effects.reply = frozenset({answer})
            if found.action is not None:
                effects.occasion = f"when the agent asks for `{found.action.name}`"
                effects.at = found.action.span
            compared = self._compared(effects, standing, headers.get(CONTRACT, ""))
            after = self._asked_for(effects, compared, event, found, answer, roles)
            if headers.get(REPLY) == "event" and event["id"]:
                self._answered_by_event(effects, after, event["id"], seen)
            yield effects, after

    def _compared(self, effects: Effects, standing: Standing, contract: str) -> Standing:
        """The first other version that tools are of is remembered, and told: where nobody is told, it is nothing."""
        if self.flow.call.skew is None:
            return standing
        if contract in ("", self.given.contract) or standing.contract:
            return self.steps.tell_contract(effects, standing) if contract else standing
        known = contract if re.fullmatch("[0-9a-f]{1,64}", contract) else "malformed"
        return self.steps.tell_contract(effects, replace(standing, contract=known))

    def _answered_by_event(self, effects: Effects, standing: Standing, id_: str, seen: Seen) -> None:
        """The agent that is connected gets the reply once more, in the reply's own words."""
        is_begun = standing.agent is not None and standing.agent.is_open
        if is_begun and not isinstance(standing.stage, Starting | Answering) and len(seen.replies) == 1:
            told = {"vox_event": "reply", "request_id": id_, "reply": json.loads(seen.replies[0])}
            effects.told.append(canonical({"metadata": told}))

    def _asked_for(
        self,
        effects: Effects,
        standing: Standing,
        event: Mapping[str, Any],
        found: Asked,
        answer: Answer,
        roles: Roles,
    ) -> Standing:
        is_known = any(known.id == event["id"] for known in standing.requests)
        if event["id"] and not is_known:
            known = Known(event["id"], self.reading.same[event["body"]], answer)
            standing = replace(standing, requests=(*standing.requests, known))
        request = standing.request
        if event.get("cancel"):
            takes_back = request is not None and request.id == event["id"] and answer.code == "cancelled"
            if takes_back and request is not None and isinstance(standing.stage, Leaving):
                return self._cancelled(effects, standing, request, roles)[1]
            return standing
        if is_known or answer.code != OK or found.action is None:
            return standing
        if found.action.leaves_conversation_alone:
            return self.steps.in_background(effects, standing, Request(found.action.name, event["id"], event["body"]))
        agent = standing.agent
        unclear = agent is not None and agent.speech == Speech.UNCLEAR
        effects.may_look_up = self.reading.entries - standing.stored
        name = found.action.name
        asked = Request(name, event["id"], self.reading.same[event["body"]])
        standing = replace(standing, request=asked, is_own=False, before=())
        way, index = name, 0
        if not found.action.cancels:
            standing, way, index = self.steps.tell_first(effects, standing, way, index, is_over=False)
        return replace(standing, stage=Leaving(way, index, cleared=0 if unclear else None))


def _is_time(event: Mapping[str, Any]) -> bool:
    return event["do"] in ("time", "timer") and not event.get("far")


def _comes_first(event: Mapping[str, Any]) -> bool:
    """What time waits for."""
    return event["do"] in ("storage", "webhook", "late") or event.get("does") == "is gone"


def _person_at(stage: object, leg: str, roles: Roles) -> Rung | None:
    """Who has answered there and is told something, or asked; None if nobody is any more."""
    if not isinstance(stage, Ringing) or leg not in roles.legs:
        return None
    rung = stage.rung[roles.legs.index(leg)]
    return None if rung.person is None else rung


def _announcing(standing: Standing) -> Ringing | None:
    """What prompts are heard for: while it rings, or on hold."""
    stage = standing.stage
    return stage.held if isinstance(stage, Connected) else stage if isinstance(stage, Ringing) else None


def _hearing(standing: Standing, after: Ringing) -> Standing:
    """With what is heard now while it rings, or on hold."""
    stage = standing.stage
    return replace(standing, stage=replace(stage, held=after) if isinstance(stage, Connected) else after)


def _legs_of(rung: Sequence[Rung], before: Sequence[Rung], legs: Sequence[str], fresh: Iterator[str]) -> Iterator[str]:
    """The legs of those who are called now: of those before, as far as they are the same, and fresh ones."""
    known = dict(zip((each.target for each in before), legs, strict=False))
    for each in rung:
        stays = each in before or each.person is not None  # who has just been called has not answered
        yield known.get(each.target, "") if stays else next(fresh, "")


def _settled(standing: Standing, seen: Seen) -> Standing:
    """With what everybody hears, which the next step may leave as it is."""
    if isinstance(standing.stage, Over):
        return standing
    hears = seen.hears.get("caller", standing.hears)
    agent_hears = seen.hears["agent"] == "caller" if "agent" in seen.hears else standing.agent_hears
    if hears == standing.hears and agent_hears == standing.agent_hears:
        return standing
    return replace(standing, hears=hears, agent_hears=agent_hears)
