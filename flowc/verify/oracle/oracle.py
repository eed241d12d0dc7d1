"""The oracle itself: what follows what the world does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from flowc.ir import Flow
from flowc.verify.oracle.ageing import aged_messages, aged_posts
from flowc.verify.oracle.answers import Body, answer_in
from flowc.verify.oracle.conversation import announcing, hearing
from flowc.verify.oracle.effects import Disagreement, Effects, Path, difference
from flowc.verify.oracle.given import Given
from flowc.verify.oracle.hearing import OF_THE_CALL
from flowc.verify.oracle.observation import Seen
from flowc.verify.oracle.passing import Passing
from flowc.verify.oracle.reading import Reading, with_agent
from flowc.verify.oracle.rules import Rules
from flowc.verify.oracle.stages import (
    BEEPS,
    Choosing,
    Connected,
    Ending,
    Leaving,
    Over,
    Recording,
    Rejecting,
    Ringing,
    Saying,
    Starting,
    Talking,
    Warned,
)
from flowc.verify.oracle.standing import Roles, Standing
from flowc.verify.oracle.steps import NOT_TOLD
from flowc.verify.oracle.timers import LATEST_WARNING


class Oracle:
    """For one flow. `bodies` are what can be posted: events name them by their numbers."""

    def __init__(self, flow: Flow, given: Given, bodies: Sequence[Body]) -> None:
        self.reading = Reading(flow, given, bodies)
        self.flow = flow
        self.given = given
        self.rules = Rules(self.reading)
        self.passing = Passing(self.rules)

    def begin(self) -> Standing:
        """Nobody has called."""
        return Standing()

    def step(
        self, standing: Standing, event: Mapping[str, Any], seen: Seen, took: int, roles: Roles
    ) -> Standing | Disagreement:
        """Where the call stands after an event of which so much was seen; or what the flow says instead."""
        self.reading.look_at(event)
        if took and self.given.timed:
            late = self.rules.limits.overdue(standing, took)
            if late is not None:
                return late
            messages = aged_messages(standing.messages, 0 if self.rules.limits.is_merged else took)
            posts = standing.posts if self.rules.limits.is_merged else aged_posts(standing.posts, took)
            if standing.settles:
                standing = replace(standing, settles=tuple(each - took for each in standing.settles))
            if standing.asides:
                asides = tuple(each._replace(waited=each.waited + took) for each in standing.asides)
                standing = replace(standing, asides=asides)
            standing = replace(
                standing, stage=self.rules.limits.aged(standing.stage, took), messages=messages, posts=posts
            )
            if standing.recorded is not None:
                standing = replace(standing, recorded=standing.recorded.aged(took))
            if standing.listing is not None:
                standing = replace(standing, listing=standing.listing + took)
            outlives = messages or standing.is_recorded  # only then webhooks are waited for
            if isinstance(standing.stage, Ending) and outlives:
                standing = replace(standing, stage=replace(standing.stage, waited=0))
        if seen.found:
            standing = replace(
                standing,
                answered=standing.answered.union(seen.found),
                stored=standing.stored.union(key for key, found in seen.found.items() if found),
            )
        first = None
        for effects, after in self._paths(standing, event, seen, roles):
            if isinstance(after.stage, Starting) and after.stage.is_there:
                after = self.rules.agents.give(effects, after, after.stage.returned, seen)
            if effects.rejects and "caller" in seen.gone:  # the platform says so at once
                after = self.rules.steps.end(effects, after, roles, "flow")
                effects.hung_up.discard("caller")
            found = difference(effects, seen, self.reading.words) or self.rules.hearing.misheard(
                effects, standing, after, event, seen
            )
            found = found or self._misread(standing, event, seen) or self.rules.hunts.machines.misheard(standing, seen)
            if found is None:
                if after.settles and self.rules.limits.is_merged:  # it may be known at any instant
                    after = replace(after, settles=(0,) * len(after.settles))
                return _settled(after, seen)
            first = first or found
        assert first is not None, "every event has something that follows"
        return first

    def _misread(self, standing: Standing, event: Mapping[str, Any], seen: Seen) -> Disagreement | None:
        """Who calls whom is told later, if at all. The call may be over in the same step."""
        if seen.parties is None:
            return None
        numbers = self.reading.numbers(self._come_in(standing, event))
        if seen.parties == (numbers.caller, numbers.dialled):
            return None
        told = f"{numbers.caller or 'nobody'} calls {numbers.dialled}; the scenario takes it for {seen.parties}"
        return Disagreement("who calls whom", "when somebody calls", told)

    def reply(self, standing: Standing, event: Mapping[str, Any], reply: str) -> Disagreement | None:
        """Whether a request that is tried without carrying anything out is answered as the flow says."""
        self.reading.look_at(event)
        answers = self.rules.requests.answers(standing, event)
        if answer_in(reply) in answers:
            return None
        effects = Effects("to a request that changes nothing")
        effects.reply = frozenset(answers)
        return difference(effects, Seen(replies=[reply]), self.reading.words)

    def without_end(self, standing: Standing, events: Iterable[Mapping[str, Any]]) -> Disagreement | None:
        """Time has to bring a conversation with a limit to its end, and whatever may be over at any instant has to be
        able to. `events` are all that are possible now; none, if nobody has looked.
        """
        stage = standing.stage
        events = list(events)
        waits = self.rules.limits.waits(stage)
        waits += sum(post.waited is not None and not post.is_under_way for post in standing.posts)
        if self.rules.limits.is_merged and (waits or standing.messages):
            possible = events
            over = sum(1 for event in possible if event.get("early"))
            if any(event.get("alone") for event in possible):
                waits = len(standing.messages)
            if not possible or over >= waits or any(map(_comes_first, possible)):
                return None
            told = f"the flow says that {waits} of what is waited for may be over; in the scenario it is {over}"
            return Disagreement("when something follows", self.passing.meanwhile(standing), told, None)
        if (wrong := self._without_warning(standing, events)) is not None or not isinstance(stage, Connected):
            return wrong
        limit = self.rules.limits.of_talk(stage)[1]
        if limit is None or (limit >= self.given.far_ms and not self.rules.limits.is_merged):
            return None
        possible = events
        if not possible or any(_comes_first(event) or _is_time(event) for event in possible):
            return None
        told = f"the flow says that the time with `{stage.target}` comes to an end; in the scenario it does not"
        return Disagreement("when something follows", "while they talk", told, self.reading.transfer(stage).span)

    def _without_warning(self, standing: Standing, possible: Sequence[Mapping[str, Any]]) -> Disagreement | None:
        """Whoever talks with somebody has to be told that the call is over soon: beside its end that may come."""
        warning, stage = self.flow.call.warning, standing.stage
        if warning is None or standing.is_warned or not possible or not isinstance(stage, Talking | Connected):
            return None
        if any(event.get("far") and event["what"] == LATEST_WARNING for event in possible):
            return None  # however often it is put off until then
        if any(map(_is_time, possible)):
            return None
        if any(map(_comes_first, possible)):
            return None
        told = f"the flow says that `{warning}` is heard a minute before the end of the call; in the scenario it is not"
        return Disagreement("when something follows", "a minute before the end of the call", told, None)

    # What may follow

    def _come_in(self, standing: Standing, event: Mapping[str, Any]) -> Standing:
        """Somebody calls, a number of ours."""
        over_trunk = self.given.over_trunk[1] if event.get("national") else ""
        over_sip = bool(event.get("national") or event.get("overSip"))
        return replace(
            standing,
            is_withheld="withheld" in event,
            is_over_sip=over_sip,
            may_refer=over_sip,
            calling=event.get("who", 0),
            dialled=over_trunk or self.given.dialled[event.get("to", 0)],
        )

    def _paths(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        match event["do"]:
            case "call":
                yield self.rules.openings.called(self._come_in(standing, event))
            case "start":
                yield self.rules.openings.started(replace(standing, data=event["data"]))
            case "leave" if isinstance(standing.stage, Rejecting):
                yield self.rules.openings.rejected(standing, roles)
            case "leave":
                for is_none in self.passing.may_be_none(standing):
                    effects = Effects("when the caller hangs up")
                    yield effects, self.rules.steps.end(effects, standing, roles, "caller", is_none=is_none)
            case "connect":
                yield self.rules.openings.answered(standing, seen)
            case "storage":
                yield self.rules.openings.settings_came(standing, roles)
            case "agent" if with_agent(standing) is not None and event["unit"] == roles.agent:
                yield from self.rules.briefings.agent_does(standing, event, roles)
            case "agent":
                yield from self.rules.agents.does(standing, event, seen, roles)
            case "leg":
                yield from self._leg_does(standing, event, roles)
            case "player":
                yield from self._player_ends(standing, event, roles)
            case "recorder" if event["unit"] == roles.call_recorder:
                yield self.rules.call_recordings.recorder_does(standing, event, seen)
            case "press":
                yield Effects("when a press is reported once more"), standing
            case "recorder":
                yield from self.rules.recordings.recorder_does(standing, event, seen, roles)
            case "voice":
                yield self.rules.recordings.voice_does(standing, event["does"])
            case "webhook":
                yield self.rules.webhook_answers.webhook_answered(standing, event, seen, roles)
            case "post":
                yield from self.rules.requests.posted(standing, event, seen, roles)
            case "time" | "timer":
                yield from self.passing.follows(standing, event, seen, roles)
            case "list":
                yield self.rules.webhook_answers.list_answered(standing, "when the call list has answered")
            case "late":
                yield Effects("nothing has come"), standing
            case unknown:
                raise ValueError(f"an event that the oracle does not know: {unknown}")

    # Time

    # Legs and players

    def _leg_does(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        stage, does = standing.stage, str(event["does"])
        unit = event["unit"]
        own = self.rules.keys.own_key(event) if unit == "caller" and does == "presses" else None
        if own is not None and isinstance(stage, Talking | Warned | Leaving):
            yield self.rules.keys.goes_on(standing, stage, own, roles)
        elif unit == "caller" and does == "presses" and isinstance(stage, Talking | Warned):
            yield self.rules.keys.presses(standing, stage, str(event["key"]))
        elif does == "keys in" and isinstance(stage, Talking | Warned):
            yield self.rules.keys.keys_in(standing, stage, str(event["key"]))
        elif unit == "caller" and does == "presses" and isinstance(stage, Recording):
            yield from self.rules.recordings.pressed(standing, stage, str(event["key"]), roles)
        elif unit == "caller" and does == "presses" and isinstance(stage, Choosing):
            effects = Effects("when the caller presses a key", self.reading.menu(stage).span)
            yield effects, self.rules.steps.choose(effects, standing, stage, str(event["key"]), roles)
        elif unit == "caller" and does == "is handed over":
            for is_none in self.passing.may_be_none(standing):
                yield self.rules.hunts.handed_over(standing, roles, is_none=is_none)
        elif unit == "caller" and does == "is not handed over":
            yield self.rules.hunts.not_handed_over(standing, int(event["code"]), roles)
        elif unit == "caller" and does == "presses":
            yield from self.rules.hunts.caller_presses(standing, str(event["key"]), roles)
        elif unit in roles.left:
            yield self.rules.hunts.machines.leg_does(standing, roles.left.index(unit), does, roles)
        elif unit not in roles.legs or not isinstance(stage, Ringing | Connected):
            effects = Effects("when somebody answers who is not waited for any more")
            if does.startswith("answers"):
                effects.hung_up.add(unit)
            yield effects, standing
        elif does == "transfers the caller":  # also whoever is the caller, and was called
            yield Effects("when a person wants to transfer the caller"), standing
        elif isinstance(stage, Connected) and does == "is found out":
            yield Effects("when it is said too late who has answered"), standing
        elif isinstance(stage, Connected) and does in ("holds", "resumes"):
            yield self.rules.conversation.held(standing, stage, does == "holds")
        elif isinstance(stage, Connected):
            yield from self.rules.conversation.person_gone(standing, stage, does == "hangs up", roles)
        else:
            yield from self.rules.hunts.leg_does(standing, stage, event, roles)

    def _player_ends(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        stage, announced = standing.stage, announcing(standing)
        how = event["how"]
        if event.get("isTone"):
            yield Effects("when a tone ends"), standing
        elif "byPerson" in event:
            yield self.rules.hunts.told_alone(standing, event["byPerson"], roles)
        elif how == "begins again":
            yield Effects("when a sound file begins again"), standing
        elif how == "is loaded" and isinstance(stage, Saying):
            yield Effects("when a sound file is loaded"), replace(standing, stage=replace(stage, loads=False, waited=0))
        elif how == "is loaded" and isinstance(stage, Choosing):
            heard = replace(stage, loads=False, spoken=0)
            yield Effects("when a sound file is loaded"), replace(standing, stage=heard)
        elif how == "is loaded" and announced is not None:
            loaded = replace(announced, loads=False, announced=0)
            yield Effects("when a sound file is loaded"), hearing(standing, loaded)
        elif isinstance(stage, Recording) and stage.part == BEEPS:
            yield self.rules.recordings.beeped(standing, stage)
        elif isinstance(stage, Saying):
            effects = Effects(f"after `{stage.prompt}`", self.flow.prompt(stage.prompt).span)
            if stage.records and how == "ends":
                standing = self.rules.steps.record(effects, standing)
            elif stage.records:
                standing = self.rules.call_recordings.fails(effects, standing, NOT_TOLD)
            yield effects, self.rules.steps.run(effects, standing, stage.way, stage.index, roles)
        elif isinstance(stage, Choosing) and stage.spoken is not None:
            yield self.rules.speech.menu_over(standing, stage, "after the prompt of a menu")
        elif isinstance(stage, Warned):
            effects = Effects(f"after `{self.flow.call.warning}`")
            yield self.rules.conversation.with_agent_again(effects, standing, roles)
        elif isinstance(stage, Connected) and stage.warning is not None:
            yield self.rules.conversation.joined_again(standing, stage, f"after `{self.reading.warning_of(stage)}`")
        elif announced is not None and announced.announced is not None:
            prompt = self.reading.ringing(announced)
            effects = Effects(f"after `{prompt}`", self.flow.prompt(prompt).span)
            after = self.rules.steps.announce(effects, standing, announced, announced.prompt + 1)
            yield effects, hearing(standing, after)
        else:
            yield Effects("when a player ends that nobody knows of"), standing


def _is_time(event: Mapping[str, Any]) -> bool:
    return event["do"] in ("time", "timer") and not event.get("far")


def _comes_first(event: Mapping[str, Any]) -> bool:
    """What time waits for."""
    return event["do"] in ("storage", "webhook", "late") or event.get("does") == "is gone" or event.get("next", False)


def _settled(standing: Standing, seen: Seen) -> Standing:
    """With what everybody hears, which the next step may leave as it is."""
    if isinstance(standing.stage, Over):
        return standing
    if standing.asides and (standing.agent is None or not standing.agent.is_open):
        standing = replace(standing, asides=tuple(each._replace(hears=False) for each in standing.asides))
    hears = seen.hears.get("caller", standing.hears)
    agent_hears = seen.hears["agent"] == "caller" if "agent" in seen.hears else standing.agent_hears
    recorder_hears = seen.hears.get(OF_THE_CALL, standing.recorder_hears)
    heard = hears, agent_hears, recorder_hears
    if heard == (standing.hears, standing.agent_hears, standing.recorder_hears):
        return standing
    return replace(standing, hears=hears, agent_hears=agent_hears, recorder_hears=recorder_hears)
