"""The oracle itself: what follows what the world does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

from flowc.ir import Flow, Key
from flowc.verify.oracle.agents import Agents
from flowc.verify.oracle.answers import Body, answer_in, answered
from flowc.verify.oracle.asking import Requests
from flowc.verify.oracle.briefing import Briefings
from flowc.verify.oracle.call_recording import CallRecordings
from flowc.verify.oracle.conversation import MOST_KEYS, Conversation, announcing, hearing, tell_keys
from flowc.verify.oracle.effects import LOGGED, Disagreement, Effects, Path, difference
from flowc.verify.oracle.hearing import OF_THE_CALL, Hearing
from flowc.verify.oracle.hunts import Hunts
from flowc.verify.oracle.idle import Silence
from flowc.verify.oracle.limits import (
    AGENT_START_MS,
    ANSWER_MS,
    CALL_RECORDER_LATE,
    CALL_WARNING,
    CLEARED_LATE,
    IDLE_OVER,
    KEYS_OVER,
    KEYS_PAUSE_MS,
    LATEST_WARNING,
    LIST_MS,
    LONGEST_TIME,
    MESSAGE_LIMIT,
    QUIET_OVER,
    REJECT_MS,
    SETTINGS_MS,
    SPEECH_LATE,
    TOLD_AGAIN,
    UNSAID,
    UNSETTLED,
    VERDICT,
    WEBHOOKS_MS,
    WITHIN_OVER,
    WITHOUT_DATA_MS,
    Limits,
    aged_messages,
    aged_posts,
    longest,
    may_be,
    until,
)
from flowc.verify.oracle.observation import Seen
from flowc.verify.oracle.reading import INBOUND, OUTBOUND, Reading, with_agent
from flowc.verify.oracle.recording import Recordings
from flowc.verify.oracle.replacing import replace
from flowc.verify.oracle.replies import Replies
from flowc.verify.oracle.standing import (
    ASIDE,
    ASKED,
    BEEPS,
    RECORDS,
    Answering,
    Arriving,
    Asking,
    Choosing,
    Connected,
    Ending,
    Given,
    Leaving,
    Over,
    Post,
    Recording,
    Rejecting,
    Ringing,
    Roles,
    Saying,
    Speech,
    Standing,
    Started,
    Starting,
    Stepping,
    Talking,
    Warned,
)
from flowc.verify.oracle.steps import NOT_TOLD, Following, over
from flowc.verify.oracle.voice import anew
from flowc.verify.oracle.webhooks import is_told, unsettled, without_aside


class Oracle:
    """For one flow. `bodies` are what can be posted: events name them by their numbers."""

    def __init__(self, flow: Flow, given: Given, bodies: Sequence[Body]) -> None:
        self.reading = Reading(flow, given, bodies)
        self.flow = flow
        self.given = given
        self.steps = Following(self.reading)
        self.limits = Limits(self.reading)
        self.hunts = Hunts(self.reading, self.steps, self.limits)
        self.conversation = Conversation(self.reading, self.steps, self.limits)
        self.replies = Replies(self.reading, self.steps)
        self.agents = Agents(self.reading, self.steps, self.limits)
        self.briefings = Briefings(self.steps, self.limits, self.hunts, self.agents)
        self.requests = Requests(self.reading, self.steps, self.replies, self.agents)
        self.recordings = Recordings(self.reading, self.steps, self.limits)
        self.call_recordings = CallRecordings(self.steps, self.limits)
        self.silence = Silence(self.reading, self.steps, self.limits)
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
            messages = aged_messages(standing.messages, 0 if self.limits.is_merged else took)
            posts = standing.posts if self.limits.is_merged else aged_posts(standing.posts, took)
            if standing.settles:
                standing = replace(standing, settles=tuple(each - took for each in standing.settles))
            if standing.asides:
                asides = tuple(each._replace(waited=each.waited + took) for each in standing.asides)
                standing = replace(standing, asides=asides)
            standing = replace(standing, stage=self.limits.aged(standing.stage, took), messages=messages, posts=posts)
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
                after = self.agents.give(effects, after, after.stage.returned, seen)
            if effects.rejects and "caller" in seen.gone:  # the platform says so at once
                after = self.steps.end(effects, after, roles, "flow")
                effects.hung_up.discard("caller")
            found = difference(effects, seen, self.reading.words) or self.hearing.misheard(
                effects, standing, after, event, seen
            )
            found = found or self._misread(after, seen) or self.hunts.machines.misheard(standing, seen)
            if found is None:
                if after.settles and self.limits.is_merged:  # it may be known at any instant
                    after = replace(after, settles=(0,) * len(after.settles))
                return _settled(after, seen)
            first = first or found
        assert first is not None, "every event has something that follows"
        return first

    def _misread(self, standing: Standing, seen: Seen) -> Disagreement | None:
        """Who calls whom is told later, if at all."""
        if seen.parties is None:
            return None
        numbers = self.reading.numbers(standing)
        if seen.parties == (numbers.caller, numbers.dialled):
            return None
        told = f"{numbers.caller or 'nobody'} calls {numbers.dialled}; the scenario takes it for {seen.parties}"
        return Disagreement("who calls whom", "when somebody calls", told)

    def reply(self, standing: Standing, event: Mapping[str, Any], reply: str) -> Disagreement | None:
        """Whether a request that is tried without carrying anything out is answered as the flow says."""
        self.reading.look_at(event)
        answers = self.requests.answers(standing, event)
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
        waits = self.limits.waits(stage)
        waits += sum(post.waited is not None and not post.is_under_way for post in standing.posts)
        if self.limits.is_merged and (waits or standing.messages):
            possible = events
            over = sum(1 for event in possible if event.get("early"))
            if any(event.get("alone") for event in possible):
                waits = len(standing.messages)
            if not possible or over >= waits or any(map(_comes_first, possible)):
                return None
            told = f"the flow says that {waits} of what is waited for may be over; in the scenario it is {over}"
            return Disagreement("when something follows", self._while(standing), told, None)
        if (wrong := self._without_warning(standing, events)) is not None or not isinstance(stage, Connected):
            return wrong
        limit = self.limits.of_talk(stage)[1]
        if limit is None or (limit >= self.given.far_ms and not self.limits.is_merged):
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

    def _paths(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        match event["do"]:
            case "call":
                withheld = event.get("withheld", False)
                over_trunk = self.given.over_trunk[1] if event.get("national") else ""
                dialled = over_trunk or self.given.dialled[event.get("to", 0)]
                over_sip = bool(event.get("national") or event.get("overSip"))
                came = replace(standing, is_withheld=withheld, is_over_sip=over_sip, may_refer=over_sip)
                came = replace(came, calling=event.get("who", 0))
                yield self._called(came, dialled)
            case "start":
                yield self._started(replace(standing, data=event["data"]))
            case "leave" if isinstance(standing.stage, Rejecting):
                yield self._rejected(standing, roles)
            case "leave":
                for is_none in self._may_be_none(standing):
                    effects = Effects("when the caller hangs up")
                    yield effects, self.steps.end(effects, standing, roles, "caller", is_none=is_none)
            case "connect":
                yield self._answered(standing, seen)
            case "storage":
                yield self._settings_came(standing, roles)
            case "agent" if with_agent(standing) is not None and event["unit"] == roles.agent:
                yield from self.briefings.agent_does(standing, event, roles)
            case "agent":
                yield from self.agents.does(standing, event, seen, roles)
            case "leg":
                yield from self._leg_does(standing, event, roles)
            case "player":
                yield from self._player_ends(standing, event, roles)
            case "recorder" if event["unit"] == roles.call_recorder:
                yield self.call_recordings.recorder_does(standing, event, seen)
            case "press":
                yield Effects("when a press is reported once more"), standing
            case "recorder":
                yield from self.recordings.recorder_does(standing, event, seen, roles)
            case "voice":
                yield self.recordings.voice_does(standing, event["does"])
            case "webhook":
                yield self._webhook_answered(standing, event, seen, roles)
            case "post":
                yield from self.requests.posted(standing, event, seen, roles)
            case "time" | "timer":
                yield from self._at_once(standing, event, seen, roles)
            case "list":
                yield self._list_answered(standing, "when the call list has answered")
            case "late":
                yield Effects("nothing has come"), standing
            case unknown:
                raise ValueError(f"an event that the oracle does not know: {unknown}")

    def _may_be_none(self, standing: Standing) -> Iterator[bool]:
        """Whether a message that ends with the call is too short."""
        stage = standing.stage
        if isinstance(stage, Recording) and stage.part == RECORDS:
            yield from self.limits.may_be_none(stage)
        else:
            yield False

    def _called(self, standing: Standing, dialled: str) -> Path:
        effects = Effects("when somebody calls", self.flow.begins_at)
        effects.rings = True
        effects.looks_up = self.reading.entries
        called = replace(standing, stage=Starting(), dialled=dialled, language=self.flow.call.first_language)
        if self.flow.inbound and self.reading.entries:
            return effects, replace(called, stage=Arriving())
        if self.flow.inbound:
            return effects, self.steps.run(effects, replace(called, stage=Stepping()), INBOUND, 0, Roles())
        return effects, self.steps.connect(effects, called, Roles())

    def _started(self, standing: Standing) -> Path:
        """A call is placed, if it is known for whom."""
        effects = Effects("when a call is started")
        number = standing.data or 0
        if number == len(self.given.starts) - 1:
            return effects, Standing(Started())
        if self.given.starts[number] is None:
            return effects, self.steps.not_as_declared(effects, Standing())
        effects.looks_up = self.reading.entries
        placed = replace(standing, language=self.flow.call.first_language)
        if self.reading.entries:
            return effects, replace(placed, stage=Arriving())
        return effects, self.steps.run(effects, replace(placed, stage=Stepping()), OUTBOUND, 0, Roles())

    def _answered(self, standing: Standing, seen: Seen) -> Path:
        """The caller is connected."""
        stage = standing.stage
        if isinstance(stage, Ending):
            return Effects("when the caller is connected and the call is over"), standing
        assert isinstance(stage, Answering)
        standing = replace(standing, is_answered=True)
        if stage.has_agent:
            effects = Effects("when the caller is connected", self.flow.begins_at)
            return effects, self.agents.give(effects, standing, "", seen)
        effects = Effects("when there is no agent", self.flow.begins_at)
        begun = replace(standing, stage=Stepping())
        return effects, self.steps.run(effects, begun, stage.way, stage.index, Roles())

    def _begun(self, standing: Standing, occasion: str, roles: Roles) -> Path:
        """The steps of `inbound` begin, or those of `outbound`."""
        effects = Effects(occasion)
        way = INBOUND if standing.data is None else OUTBOUND
        return effects, self.steps.run(effects, replace(standing, stage=Stepping()), way, 0, roles)

    def _rejected(self, standing: Standing, roles: Roles) -> Path:
        """The platform has said so; then there is nobody to be hung up on."""
        effects = Effects("when a call was rejected")
        after = self.steps.end(effects, standing, roles, "flow")
        effects.hung_up.discard("caller")
        return effects, after

    def _settings_came(self, standing: Standing, roles: Roles) -> Path:
        effects = Effects("when the settings have come", self.flow.begins_at)
        is_sought = isinstance(standing.stage, Starting) or standing.is_sought
        if is_sought and standing.agent is None:
            standing = self.steps.connect(effects, standing, roles)
        if isinstance(standing.stage, Arriving) and self.reading.entries <= standing.answered:
            return self._begun(standing, "when the settings have come", roles)
        standing = self.steps.webhooks.tell_report(effects, self.steps.webhooks.tell_contract(effects, standing))
        if _waits_for_nothing(standing):
            return effects, over(effects)
        return effects, standing

    def _webhook_answered(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Path:
        """The next one is sent, or the same again. A call that is over waits until all of that is done."""
        effects = Effects("when a webhook has answered")
        if isinstance(standing.stage, Over):
            return effects, standing
        code, which = event["code"], event.get("which", 0)
        if standing.sending[which].startswith(ASIDE):
            return self._answered_aside(effects, standing, event, seen)
        if standing.sending[which].startswith(ASKED):
            is_waited_for = standing.sending[which] != ASKED
            standing = self.steps.webhooks.settled(effects, standing, which)
            if is_waited_for:
                text = self.given.answers[event["answer"]] if "answer" in event else ""
                return self._asked(effects, standing, code, text, roles)
            return effects, standing
        standing = self.steps.webhooks.answered(effects, standing, code, which)
        if _waits_for_nothing(standing):
            return effects, over(effects)
        return effects, standing

    def _answered_aside(self, effects: Effects, standing: Standing, event: Mapping[str, Any], seen: Seen) -> Path:
        """The reply to a request goes by the answer."""
        which = event.get("which", 0)
        number = sum(each.startswith(ASIDE) for each in standing.sending[:which])
        aside = standing.asides[number]
        standing = self.steps.webhooks.settled(effects, without_aside(standing, number), which)
        text = self.given.answers[event["answer"]] if "answer" in event else ""
        webhook = self.flow.webhook(self.replies.asides.step(aside).webhook)
        values = answered(webhook, text) if 200 <= event["code"] <= 299 else None
        return effects, self.replies.asides.answered(effects, standing, aside, values, seen)

    def _list_answered(self, standing: Standing, occasion: str) -> Path:
        """Whether it takes it or not: nothing else is to be done about it."""
        effects = Effects(occasion)
        standing = replace(standing, listing=None)
        return effects, over(effects) if _waits_for_nothing(standing) else standing

    def _asked(self, effects: Effects, standing: Standing, code: int, text: str, roles: Roles) -> Path:
        """What follows goes by the answer, or it is none that can be used."""
        stage = standing.stage.asking if isinstance(standing.stage, Leaving) else standing.stage
        assert isinstance(stage, Asking)
        step = self.steps.reading.question(stage)
        effects.at = step.span
        values = answered(self.flow.webhook(step.webhook), text) if 200 <= code <= 299 else None
        if values is None:
            return effects, self.steps.not_answered(effects, standing, stage, roles)
        named = tuple((f"{step.webhook}.{name}", value) for name, value in values.items())
        known = replace(standing, answers=(*standing.answers, *named))
        return effects, self.steps.goes_on(effects, known, stage.way, stage.index + 1, roles)

    def _answered_by_nobody(self, standing: Standing, stage: Asking, roles: Roles) -> Path:
        effects = Effects("when a webhook has not answered in time", self.reading.question(stage).span)
        return effects, self.steps.not_answered(effects, standing, stage, roles)

    def _told_again(self, standing: Standing, webhook: str | None) -> Iterator[Path]:
        """A webhook that has not answered, where that may be at any time; None: any of those."""
        for post in standing.posts:
            if post.waited is not None and not post.is_under_way and webhook in (None, post.webhook):
                effects = Effects(f"when `{post.webhook}` has not answered")
                yield effects, self.steps.webhooks.again(effects, standing, post.webhook)

    def _unsaid(self, standing: Standing, which: int) -> Iterator[Path]:
        """The platform does not say what has become of what a webhook was told, of those that are waited for."""
        told = [webhook for webhook in standing.sending if webhook and not webhook.startswith(ASKED)]
        if which < len(told):
            effects = Effects(f"when nothing is said of what `{told[which]}` was told")
            standing = self.steps.webhooks.unsaid(effects, standing, told[which])
            is_over = _waits_for_nothing(standing)
            yield effects, over(effects) if is_over else standing
        yield Effects("when no webhook is waited for"), standing

    def _unsettled(self, standing: Standing) -> Iterator[Path]:
        """The platform does not say what has become of a question."""
        for which, asked in enumerate(standing.sending):
            if asked == ASKED:
                effects = Effects("when nothing is said of a question")
                yield effects, self.steps.webhooks.unsettled(effects, standing, which)
        yield Effects("when no question is unsettled"), standing

    def _at_once(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """What time brings about. That nothing is said of questions may be known at the same instant as well, before
        everything else or after it.
        """
        due = [] if self.limits.is_merged or event.get("far") else unsettled(standing)
        if not due:
            yield from self._with_asides(standing, event, seen, roles)
            return
        event = {**event, "what": ""} if event["what"] == UNSETTLED else event
        first, after_them = Effects("when nothing is said of a question"), standing
        for place in due:
            after_them = self.steps.webhooks.unsettled(first, after_them, place)
        for effects, after in self._with_asides(after_them, event, seen, roles):
            yield effects.behind(first), after
        for effects, after in self._with_asides(standing, event, seen, roles):
            for place in unsettled(after):
                after = self.steps.webhooks.unsettled(effects, after, place)
            yield effects, after

    def _with_asides(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """The same of those that leave the conversation alone and wait for an answer: no more, at the same instant."""
        yield from self._but_for_asides(standing, event, seen, roles)
        if event.get("far") or event.get("early"):
            return
        asides = self.replies.asides
        due = [each for each in standing.asides if self.limits.is_due(each.waited, asides.step(each).within_ms)]
        for count in range(1, len(due) + 1):
            for late in permutations(due, count):
                first = Effects("when a webhook has not answered in time", asides.step(late[0]).span)
                after_them = standing
                for aside in late:
                    after_them = asides.late(first, after_them, after_them.asides.index(aside), seen)
                for effects, after in self._but_for_asides(after_them, event, seen, roles):
                    effects.mark(LOGGED)
                    yield effects.behind(first), after
                for effects, after in self._but_for_asides(standing, event, seen, roles):
                    for aside in late:
                        if aside in after.asides:
                            after = asides.late(effects, after, after.asides.index(aside), seen)
                    yield effects, after

    def _but_for_asides(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """What time brings about. Webhooks that have not answered may be told again at the same instant, before that
        or after it; so may it be the latest at which the platform says what has become of one.
        """
        if event["what"] == UNSAID and self.limits.is_merged:
            yield from self._unsaid(standing, event.get("nth", 0))
            return
        if event["what"] == UNSETTLED:
            yield from self._unsettled(standing)
            return
        posts = () if self.limits.is_merged else standing.posts
        waits = [(post, post.waited) for post in posts if post.waited is not None]
        due = [post for post, waited in waits if self.limits.is_due(waited, until(post))]
        for count in range(len(due), 0, -1):  # some of that is seen of nobody: all of it is the first to be thought of
            for late in permutations(due, count):
                first = Effects(f"when `{late[0].webhook}` has not answered")
                told = standing
                for post in late:
                    told = self._waited_out(first, told, post)
                for effects, after in self._with_question(told, event, seen, roles):
                    effects.posted[:0] = first.posted
                    yield effects, after
                for effects, after in self._with_question(standing, event, seen, roles):
                    for post in late:
                        after = self._waited_out(effects, after, post)
                    yield effects, after
        yield from self._with_question(standing, event, seen, roles)
        if event["what"] == UNSAID:
            yield from self._unsaid(standing, event.get("nth", 0))

    def _waited_out(self, effects: Effects, standing: Standing, post: Post) -> Standing:
        """It is told again, or it is not waited any more for what becomes of it; if it is still one of those."""
        if all(each.webhook != post.webhook for each in standing.posts):
            return standing
        does = self.steps.webhooks.unsaid if post.is_under_way else self.steps.webhooks.again
        return does(effects, standing, post.webhook)

    # Time

    def _with_question(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        yield from self._question_late(standing, event, seen, roles)
        yield from self._time_passed(standing, event, seen, roles)

    def _question_late(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """What an action has asked first may be waited for no more while the agent is heard out, or at the very instant
        at which it has been.
        """
        asking = standing.stage.asking if isinstance(standing.stage, Leaving) else None
        if asking is None or event.get("far") or event.get("early"):
            return
        if not self.limits.is_due(asking.waited, self.reading.question(asking).within_ms):
            return
        alone, late = self._answered_by_nobody(standing, asking, roles)
        yield alone, late
        for effects, after in self._time_passed(late, event, seen, roles):
            effects.steps[:0] = alone.steps
            effects.mark(LOGGED)
            yield effects, after

    def _time_passed(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """The recording of the call may be waited for no more at the same instant, before what else time brings about,
        or after it.
        """
        if event.get("far") or event.get("early") or not self.call_recordings.is_late(standing):
            yield from self._passed(standing, event, seen, roles)
            return
        if event.get("what") == CALL_RECORDER_LATE or roles.call_recorder in seen.stopped_first:
            yield from self._first_recorder_late(standing, event, seen, roles)
        for effects, after in self._passed(standing, event, seen, roles):
            if self.call_recordings.is_late(after):
                yield effects, self.call_recordings.late(effects, after)
        yield from self._passed(standing, event, seen, roles)
        yield from self._first_recorder_late(standing, event, seen, roles)

    def _first_recorder_late(
        self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles
    ) -> Iterator[Path]:
        """It is waited for no more before anything else. What follows of that may come later: that it was stopped, or
        whose timer it was, says so.
        """
        alone = Effects("when the recording of the call is waited for no more")
        yield alone, self.call_recordings.late(alone, standing)
        first = Effects("")
        for effects, after in self._passed(self.call_recordings.late(first, standing), event, seen, roles):
            effects.posted[:0] = first.posted
            effects.stops_recording += first.stops_recording
            yield effects, after

    def _passed(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        if event.get("far"):
            possible = list(self._far(standing, str(event["what"]), roles))
            yield from possible or [(Effects(self._while(standing)), standing)]
            return
        if event.get("early"):
            possible = list(self._early(standing, event, roles))
            yield from possible or [(Effects(self._while(standing)), standing)]
            return
        if event.get("what") == "mediaEnded" and standing.agent is not None and standing.agent.speech != Speech.NO:
            if with_agent(standing) is None:
                yield from self.agents.silent(standing, roles)
            else:
                yield from self.briefings.silent(standing, roles)
            return
        if not self.limits.is_merged:
            yield from self.hunts.machines.waited_for(standing, roles)
        yield from self.recordings.lasted_for_long(standing, roles)
        yield from self.silence.lasted(standing, roles)
        stage = standing.stage
        is_of_warning = not self.limits.is_merged and may_be(str(event.get("what")), CALL_WARNING, LATEST_WARNING)
        if is_of_warning and (soon := self.conversation.ends_soon(standing, roles)) is not None:
            yield soon  # it has been put off
        is_latest = not self.limits.is_merged and event.get("what") == LATEST_WARNING
        if is_latest and self.flow.call.warning is not None and not standing.is_warned:
            yield Effects("when a warning is left out"), replace(standing, is_warned=True)
        match stage:
            case Started() if self.limits.is_due(stage.waited, WITHOUT_DATA_MS):
                effects = Effects("when a session has neither data nor a call")
                yield effects, self.steps.not_as_declared(effects, Standing())
            case Arriving() if self.limits.is_due(stage.waited, SETTINGS_MS):
                yield self._begun(standing, "when settings have not come", roles)
            case Rejecting() if event.get("what") == "rejected":
                yield self._rejected(standing, roles)
            case Rejecting() if self.limits.is_due(stage.waited, REJECT_MS):
                effects = Effects("when nobody says that a rejected call is over")
                yield effects, self.steps.end(effects, standing, roles, "flow")
            case Starting() if self.limits.is_due(stage.waited, AGENT_START_MS):
                effects = Effects("when the agent is not there after 10 s", self.flow.begins_at)
                yield effects, self.steps.without_agent(effects, standing, roles)
            case Answering():
                if stage.has_agent and self.limits.is_due(stage.waited, AGENT_START_MS):
                    effects = Effects("when the caller is not with the agent after 10 s", self.flow.begins_at)
                    yield effects, self.steps.without_agent(effects, standing, roles)
                if self.limits.is_due(stage.answering, ANSWER_MS):
                    effects = Effects("when the caller cannot be answered")
                    yield effects, self.steps.end(effects, standing, roles)
            case Leaving() if self.limits.may_begin(standing):
                if event.get("what") == CLEARED_LATE:
                    standing = self.agents.waited_for(standing)
                yield self.agents.begin(standing, roles)
            case Saying() if not self.limits.is_uncounted(stage) and self.limits.is_due(
                stage.waited, self.limits.saying(stage)
            ):
                yield self._said_for_long(standing, stage, roles)
            case Choosing(spoken=None) if self.limits.is_due(stage.waited, self.reading.menu(stage).within_ms):
                effects = Effects("when no key is pressed", self.reading.menu(stage).span)
                yield effects, self.steps.ask_again(effects, standing, stage, roles)
            case Choosing(spoken=int(spoken)) if not self.limits.is_uncounted(stage) and self.limits.is_due(
                spoken, self.limits.offering(stage)
            ):
                yield self._offered(standing, stage, "when a menu does not end")
            case Talking(keys, pressed) if (
                keys and not self.limits.is_merged and self.limits.is_due(pressed, KEYS_PAUSE_MS)
            ):
                yield self._keyed_in(standing, stage)
            case Warned() if not self.limits.is_merged and self.limits.is_due(
                stage.waited, longest(self.limits.warned(stage, standing))
            ):
                yield self.conversation.with_agent_again(Effects("when a warning does not end"), standing, roles)
            case Asking() if self.limits.is_due(stage.waited, self.reading.question(stage).within_ms):
                yield self._answered_by_nobody(standing, stage, roles)
            case Ringing():
                yield from self.briefings.heard_out(standing, event, roles)
                yield from self.hunts.rung_for_long(standing, seen, roles)
            case Connected():
                yield from self.conversation.talked_for_long(standing, stage, roles)
                yield from self.conversation.announced_for_long(standing)
            case _ if standing.listing is not None and self.limits.is_due(standing.listing, LIST_MS):
                yield self._list_answered(standing, "when the call list does not answer")
            case Ending(message=None) if not (standing.messages or standing.is_recorded) and self.limits.is_due(
                stage.waited, WEBHOOKS_MS
            ):
                effects = Effects("when the webhooks take too long")
                yield effects, over(effects)
            case _:
                pass
        yield Effects(self._while(standing)), standing

    def _far(self, standing: Standing, what: str, roles: Roles) -> Iterator[Path]:
        """What is so far away that it may be over at any instant: it is the one whose timer it was. None, if nobody
        waits for that any more.
        """
        stage = standing.stage
        if may_be(what, LONGEST_TIME):
            for is_none in self._may_be_none(standing):
                effects = Effects("when the longest time of a call is over")
                yield effects, self.steps.end(effects, standing, roles, "limit", is_none=is_none)
        if may_be(what, MESSAGE_LIMIT):
            yield from self.recordings.far(standing, roles)
        if isinstance(stage, Ringing):
            if may_be(what, WITHIN_OVER) and self.hunts.within(stage) >= self.given.far_ms:
                over_long = Effects("when a hunt has taken too long", self.hunts.span_of(stage))
                yield over_long, self.hunts.hunted_for_long(over_long, standing, stage, roles)
            yield from self.hunts.waited_for_long(standing, stage, what, roles)
        is_of_warning = self.flow.call.warning is not None and may_be(what, CALL_WARNING, LATEST_WARNING)
        if is_of_warning and not standing.is_warned and not isinstance(stage, Over):
            yield from self._ends_soon(standing, roles, is_latest=what == LATEST_WARNING)
        timer = self.conversation.timer_of_talk(stage) if isinstance(stage, Connected) else None
        if isinstance(stage, Connected) and timer is not None and may_be(what, timer):
            yield self.conversation.talked(standing, stage, roles)

    def _ends_soon(self, standing: Standing, roles: Roles, *, is_latest: bool) -> Iterator[Path]:
        """Half a minute before the end an agent that speaks is interrupted, and what has not been said is left out."""
        soon = self.conversation.ends_soon(standing, roles)
        if soon is not None and (is_latest or not self.conversation.is_put_off(standing)):
            yield soon
        elif is_latest:
            yield Effects("when a warning would come too late"), replace(standing, is_warned=True)
        else:
            yield Effects("when a warning has to wait until somebody can hear it"), standing

    def _early(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        """What may be over at any instant, in a search that merges: it is the one whose timer it was. None, if the flow
        has nobody wait for that.
        """
        what = str(event["what"])
        if what == TOLD_AGAIN:
            yield from self._told_again(standing, event.get("webhook"))
            yield Effects("when no webhook is to be told again"), standing
            return
        yield from self.hunts.machines.over_early(standing, what, roles)
        match standing.stage:
            case Saying() as stage if what == SPEECH_LATE and self.limits.is_uncounted(stage):
                yield self._said_for_long(standing, stage, roles)
            case Choosing() as stage if what == SPEECH_LATE and self.limits.waits(stage):
                yield self._offered(standing, stage, "when a menu does not end")
            case Warned() if what == SPEECH_LATE:
                yield self.conversation.with_agent_again(Effects("when a warning does not end"), standing, roles)
            case Talking(keys) as stage if what == KEYS_OVER and keys:
                yield self._keyed_in(standing, stage)
            case Talking() as stage if what == IDLE_OVER:
                yield from self.silence.over(standing, stage, roles)
            case Recording() if what == QUIET_OVER:
                yield from self.recordings.quiet(standing, roles)
            case Ringing() as stage if what == VERDICT:
                yield from self.hunts.unheard(standing, stage, roles)
            case Ringing() as stage:
                yield from self.hunts.waited_for(standing, stage, what, roles)
                if what == SPEECH_LATE:
                    yield from self.conversation.announced(standing)
            case Connected() as stage if what == SPEECH_LATE:
                if stage.warning is not None:
                    yield self.conversation.joined_again(standing, stage, "when a warning does not end")
                yield from self.conversation.announced(standing)
            case Connected() as stage if what == self.conversation.timer_of_talk(stage):
                yield self.conversation.talked(standing, stage, roles)
            case _:
                return

    def _own_key(self, event: Mapping[str, Any]) -> Key | None:
        """Of the flow, which steps follow."""
        return next((each for each in self.flow.keys if each.key == event["key"]), None)

    def _goes_on(self, standing: Standing, stage: Talking | Warned | Leaving, key: Key, roles: Roles) -> Path:
        effects = Effects("when the caller goes on with a key")
        if not isinstance(stage, Leaving) and standing.agent is not None:
            tell_keys(effects, stage.keys)
        return effects, self.steps.led_by_key(effects, standing, key, roles)

    def _presses(self, standing: Standing, stage: Talking | Warned, key: str) -> Path:
        effects = Effects("when the caller presses a key")
        if isinstance(stage, Warned):  # it is told later
            kept = stage if len(stage.keys) == MOST_KEYS else replace(stage, keys=stage.keys + key)
            return effects, replace(standing, stage=kept)
        there = replace(standing, stage=replace(stage, asked=0))
        return effects, self.conversation.presses(effects, anew(there), key)

    def _keyed_in(self, standing: Standing, stage: Talking) -> Path:
        effects = Effects("when there is a pause after a key")
        tell_keys(effects, stage.keys)
        return effects, replace(standing, stage=replace(stage, keys="", pressed=0))

    def _offered(self, standing: Standing, stage: Choosing, occasion: str) -> Path:
        """Its prompt is over: from here on a key is waited for."""
        effects = Effects(occasion, self.reading.menu(stage).span)
        return effects, replace(standing, stage=replace(stage, spoken=None, waited=0, loads=False))

    def _said_for_long(self, standing: Standing, stage: Saying, roles: Roles) -> Path:
        effects = Effects(f"when `{stage.prompt}` does not end")
        if stage.records:
            standing = self.call_recordings.fails(effects, standing, NOT_TOLD)
        return effects, self.steps.run(effects, standing, stage.way, stage.index, roles)

    def _while(self, standing: Standing) -> str:
        """What time passes with."""
        request = standing.request
        match standing.stage:
            case Leaving() if request is not None:
                return f"while `{request.action}` waits for the agent's last words"
            case Ringing() as stage:
                if stage.handing is not None:
                    return "while the trunk is asked to hand the caller over"
                if any(each.person for each in stage.rung):
                    return "while somebody who has answered does not have the caller yet"
                names = [f"`{each.target}`" for each in stage.rung]
                return f"while {' and '.join(names)} rings" if names else "while nobody rings yet"
            case Recording():
                return "while a message is taken"
            case Asking() as stage:
                return f"while `{self.reading.question(stage).webhook}` is asked"
            case Choosing():
                return "while the caller is asked for a key"
            case Saying(prompt=prompt):
                return f"while the caller hears `{prompt}`"
            case _:
                return "while time passes"

    # Legs and players

    def _leg_does(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        stage, does = standing.stage, str(event["does"])
        unit = event["unit"]
        own = self._own_key(event) if unit == "caller" and does == "presses" else None
        if own is not None and isinstance(stage, Talking | Warned | Leaving):
            yield self._goes_on(standing, stage, own, roles)
        elif unit == "caller" and does == "presses" and isinstance(stage, Talking | Warned):
            yield self._presses(standing, stage, str(event["key"]))
        elif unit == "caller" and does == "presses" and isinstance(stage, Recording):
            yield from self.recordings.pressed(standing, stage, str(event["key"]), roles)
        elif unit == "caller" and does == "presses" and isinstance(stage, Choosing):
            effects = Effects("when the caller presses a key", self.reading.menu(stage).span)
            yield effects, self.steps.choose(effects, standing, stage, str(event["key"]), roles)
        elif unit == "caller" and does == "is handed over":
            yield self.hunts.trunk_does(standing, None, roles)
        elif unit == "caller" and does == "is not handed over":
            yield self.hunts.trunk_does(standing, int(event["code"]), roles)
        elif unit == "caller" and does == "presses":
            yield from self.hunts.caller_presses(standing, str(event["key"]), roles)
        elif unit in roles.left:
            yield self.hunts.machines.leg_does(standing, roles.left.index(unit), does, roles)
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
            yield self.conversation.held(standing, stage, does == "holds")
        elif isinstance(stage, Connected):
            yield from self.conversation.person_gone(standing, stage, does == "hangs up", roles)
        else:
            yield from self.hunts.leg_does(standing, stage, event, roles)

    def _player_ends(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        stage, announced = standing.stage, announcing(standing)
        how = event["how"]
        if event.get("isTone"):
            yield Effects("when a tone ends"), standing
        elif "byPerson" in event:
            yield self.hunts.told_alone(standing, event["byPerson"], roles)
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
            yield self.recordings.beeped(standing, stage)
        elif isinstance(stage, Saying):
            effects = Effects(f"after `{stage.prompt}`", self.flow.prompt(stage.prompt).span)
            if stage.records and how == "ends":
                standing = self.steps.record(effects, standing)
            elif stage.records:
                standing = self.call_recordings.fails(effects, standing, NOT_TOLD)
            yield effects, self.steps.run(effects, standing, stage.way, stage.index, roles)
        elif isinstance(stage, Choosing) and stage.spoken is not None:
            yield self._offered(standing, stage, "after the prompt of a menu")
        elif isinstance(stage, Warned):
            effects = Effects(f"after `{self.flow.call.warning}`")
            yield self.conversation.with_agent_again(effects, standing, roles)
        elif isinstance(stage, Connected) and stage.warning is not None:
            yield self.conversation.joined_again(standing, stage, f"after `{self.reading.warning_of(stage)}`")
        elif announced is not None and announced.announced is not None:
            prompt = self.reading.ringing(announced)
            effects = Effects(f"after `{prompt}`", self.flow.prompt(prompt).span)
            after = self.steps.announce(effects, standing, announced, announced.prompt + 1)
            yield effects, hearing(standing, after)
        else:
            yield Effects("when a player ends that nobody knows of"), standing


def _waits_for_nothing(standing: Standing) -> bool:
    """The call is over, and nothing outlives it any more: no webhook, and no message of either kind."""
    stage = standing.stage
    if not isinstance(stage, Ending) or stage.message is not None or standing.is_recorded:
        return False
    return is_told(standing) and not standing.messages


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
