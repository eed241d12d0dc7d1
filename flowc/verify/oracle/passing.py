"""What time brings about, and which of that may come at the same instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import permutations
from typing import Any

from msgspec.structs import replace

from flowc.verify.oracle.effects import LOGGED, Effects, Path
from flowc.verify.oracle.ending import over
from flowc.verify.oracle.limits import longest, until
from flowc.verify.oracle.observation import Seen
from flowc.verify.oracle.reading import with_agent
from flowc.verify.oracle.rules import Rules
from flowc.verify.oracle.stages import (
    RECORDS,
    Answering,
    Arriving,
    Asking,
    Choosing,
    Connected,
    Ending,
    Leaving,
    Over,
    Recording,
    Rejecting,
    Ringing,
    Saying,
    Started,
    Starting,
    Talking,
    Warned,
)
from flowc.verify.oracle.standing import Post, Roles, Speech, Standing
from flowc.verify.oracle.timers import (
    AGENT_START_MS,
    ANSWER_MS,
    CALL_RECORDER_LATE,
    CALL_WARNING,
    CLEARED_LATE,
    IDLE_OVER,
    KEYS_OVER,
    KEYS_PAUSE_MS,
    LATEST_WARNING,
    LIST_LATE,
    LIST_MS,
    LONGEST_TIME,
    MEDIA_ENDED,
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
    may_be,
)
from flowc.verify.oracle.webhooks import unsettled


class Passing:
    """In one flow."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def follows(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """What time brings about. That nothing is said of questions may be known at the same instant as well, before
        everything else or after it.
        """
        due = [] if self.rules.limits.is_merged or event.get("far") else unsettled(standing)
        if not due:
            yield from self._with_asides(standing, event, seen, roles)
            return
        event = {**event, "what": ""} if event["what"] == UNSETTLED else event
        first, after_them = Effects("when nothing is said of a question"), standing
        for place in due:
            after_them = self.rules.steps.webhooks.unsettled(first, after_them, place)
        for effects, after in self._with_asides(after_them, event, seen, roles):
            yield effects.behind(first), after
        for effects, after in self._with_asides(standing, event, seen, roles):
            for place in unsettled(after):
                after = self.rules.steps.webhooks.unsettled(effects, after, place)
            yield effects, after

    def _with_asides(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """The same of those that leave the conversation alone and wait for an answer: no more, at the same instant."""
        yield from self._but_for_asides(standing, event, seen, roles)
        if event.get("far") or event.get("early"):
            return
        asides = self.rules.replies.asides
        due = [each for each in standing.asides if self.rules.limits.is_due(each.waited, asides.step(each).within_ms)]
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
        if event["what"] == UNSAID and self.rules.limits.is_merged:
            yield from self.rules.webhook_answers.unsaid(standing, event.get("nth", 0))
            return
        if event["what"] == UNSETTLED:
            yield from self.rules.webhook_answers.unsettled(standing)
            return
        posts = () if self.rules.limits.is_merged else standing.posts
        waits = [(post, post.waited) for post in posts if post.waited is not None]
        due = [post for post, waited in waits if self.rules.limits.is_due(waited, until(post))]
        due.sort(key=lambda post: (post.webhook != event.get("webhook"), *_begun(post, standing)))
        if not self.rules.reading.given.timed:  # one is over, which is named, and no other
            due = [post for post in due if post.webhook == event.get("webhook")]
        for count in range(len(due), 0, -1):  # some of that is seen of nobody: all of it is the first to be thought of
            for late in permutations(due, count):
                first = Effects(f"when `{late[0].webhook}` has not answered")
                told = standing
                for post in late:
                    told = self.rules.webhook_answers.waited_out(first, told, post)
                for effects, after in self._with_question(told, event, seen, roles):
                    effects.posted[:0] = first.posted
                    yield effects, after
                for effects, after in self._with_question(standing, event, seen, roles):
                    for post in late:
                        after = self.rules.webhook_answers.waited_out(effects, after, post)
                    yield effects, after
        yield from self._with_question(standing, event, seen, roles)
        if event["what"] == UNSAID:
            yield from self.rules.webhook_answers.unsaid(standing, event.get("nth", 0))

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
        if not self.rules.limits.is_due(asking.waited, self.rules.reading.question(asking).within_ms):
            return
        alone, late = self.rules.webhook_answers.answered_by_nobody(standing, asking, roles)
        yield alone, late
        for effects, after in self._time_passed(late, event, seen, roles):
            effects.steps[:0] = alone.steps
            effects.mark(LOGGED)
            yield effects, after

    def _time_passed(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """The recording of the call may be waited for no more at the same instant, before what else time brings about,
        or after it.
        """
        is_other = not self.rules.reading.given.timed and not may_be(event["what"], CALL_RECORDER_LATE)
        if event.get("far") or event.get("early") or is_other or not self.rules.call_recordings.is_late(standing):
            yield from self._passed(standing, event, seen, roles)
            return
        if event.get("what") == CALL_RECORDER_LATE or roles.call_recorder in seen.stopped_first:
            yield from self._first_recorder_late(standing, event, seen, roles)
        for effects, after in self._passed(standing, event, seen, roles):
            if self.rules.call_recordings.is_late(after):
                yield effects, self.rules.call_recordings.late(effects, after)
        yield from self._passed(standing, event, seen, roles)
        yield from self._first_recorder_late(standing, event, seen, roles)

    def _passed(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        if event.get("far"):
            possible = list(self._far(standing, str(event["what"]), roles))
            yield from possible or [(Effects(self.meanwhile(standing)), standing)]
            return
        if event.get("early"):
            possible = list(self._early(standing, event, roles))
            yield from possible or [(Effects(self.meanwhile(standing)), standing)]
            return
        if event.get("what") == MEDIA_ENDED and standing.agent is not None and standing.agent.speech != Speech.NO:
            if with_agent(standing) is None:
                yield from self.rules.agents.silent(standing, roles)
            else:
                yield from self.rules.briefings.silent(standing, roles)
            return
        if self.rules.limits.is_merged or not standing.messages:
            yield from self._but_for_messages(standing, event, seen, roles)
        else:
            yield from self._with_messages(standing, event, seen, roles)

    def _with_messages(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """The time of messages that are left may be over alone, or at the same instant as something else, before it or
        after it.
        """
        waited_for = self.rules.hunts.machines.waited_for
        firsts = list(waited_for(standing, roles))
        yield from firsts
        for first, after in firsts:
            for effects, later in self._but_for_messages(after, event, seen, roles):
                yield effects.behind(first).beside(first), later
        for effects, after in self._but_for_messages(standing, event, seen, roles):
            for last, later in waited_for(after, roles):
                yield deepcopy(effects).before(last), later
            yield effects, after

    def _but_for_messages(
        self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles
    ) -> Iterator[Path]:
        yield from self.rules.recordings.lasted_for_long(standing, roles)
        yield from self.rules.silence.lasted(standing, roles)
        stage = standing.stage
        is_of_warning = not self.rules.limits.is_merged and may_be(str(event.get("what")), CALL_WARNING, LATEST_WARNING)
        if is_of_warning and (soon := self.rules.conversation.ends_soon(standing, roles)) is not None:
            yield soon  # it has been put off
        is_latest = not self.rules.limits.is_merged and event.get("what") == LATEST_WARNING
        if is_latest and self.rules.reading.flow.call.warning is not None and not standing.is_warned:
            yield Effects("when a warning is left out"), replace(standing, is_warned=True)
        match stage:
            case Started() if self.rules.limits.is_due(stage.waited, WITHOUT_DATA_MS):
                effects = Effects("when a session has neither data nor a call")
                yield effects, self.rules.steps.not_as_declared(effects, Standing())
            case Arriving() if self.rules.limits.is_due(stage.waited, SETTINGS_MS):
                yield self.rules.openings.begun(standing, "when settings have not come", roles)
            case Rejecting() if event.get("what") == "rejected":
                yield self.rules.openings.rejected(standing, roles)
            case Rejecting() if self.rules.limits.is_due(stage.waited, REJECT_MS):
                effects = Effects("when nobody says that a rejected call is over")
                yield effects, self.rules.steps.end(effects, standing, roles, "flow")
            case Starting() if self.rules.limits.is_due(stage.waited, AGENT_START_MS):
                effects = Effects("when the agent is not there after 10 s", self.rules.reading.flow.begins_at)
                yield effects, self.rules.steps.without_agent(effects, standing, roles)
            case Answering():
                if stage.has_agent and self.rules.limits.is_due(stage.waited, AGENT_START_MS):
                    effects = Effects(
                        "when the caller is not with the agent after 10 s", self.rules.reading.flow.begins_at
                    )
                    yield effects, self.rules.steps.without_agent(effects, standing, roles)
                if self.rules.limits.is_due(stage.answering, ANSWER_MS):
                    effects = Effects("when the caller cannot be answered")
                    yield effects, self.rules.steps.end(effects, standing, roles)
            case Leaving() if self.rules.limits.may_begin(standing):
                if event.get("what") == CLEARED_LATE:
                    standing = self.rules.agents.waited_for(standing)
                yield self.rules.agents.begin(standing, roles)
            case Saying() if not self.rules.limits.is_uncounted(stage) and self.rules.limits.is_due(
                stage.waited, self.rules.limits.saying(stage)
            ):
                yield self.rules.speech.not_over(standing, stage, roles)
            case Choosing(spoken=None) if self.rules.limits.is_due(
                stage.waited, self.rules.reading.menu(stage).within_ms
            ):
                effects = Effects("when no key is pressed", self.rules.reading.menu(stage).span)
                yield effects, self.rules.steps.ask_again(effects, standing, stage, roles)
            case Choosing(spoken=int(spoken)) if not self.rules.limits.is_uncounted(stage) and self.rules.limits.is_due(
                spoken, self.rules.limits.offering(stage)
            ):
                yield self.rules.speech.menu_over(standing, stage, "when a menu does not end")
            case Talking(keys, pressed) if (
                keys and not self.rules.limits.is_merged and self.rules.limits.is_due(pressed, KEYS_PAUSE_MS)
            ):
                yield self.rules.keys.keyed_in(standing, stage)
            case Warned() if not self.rules.limits.is_merged and self.rules.limits.is_due(
                stage.waited, longest(self.rules.limits.warned(stage, standing))
            ):
                yield self.rules.conversation.with_agent_again(Effects("when a warning does not end"), standing, roles)
            case Asking() if self.rules.limits.is_due(stage.waited, self.rules.reading.question(stage).within_ms):
                yield self.rules.webhook_answers.answered_by_nobody(standing, stage, roles)
            case Ringing():
                yield from self.rules.briefings.heard_out(standing, event, roles)
                yield from self.rules.hunts.rung_for_long(standing, event, seen, roles)
            case Connected():
                yield from self.rules.conversation.talked_for_long(standing, stage, roles)
                yield from self.rules.conversation.announced_for_long(standing)
            case _ if self._is_list_late(standing, event["what"]):
                yield self.rules.webhook_answers.list_answered(standing, "when the call list does not answer")
            case Ending(message=None) if not (standing.messages or standing.is_recorded) and self.rules.limits.is_due(
                stage.waited, WEBHOOKS_MS
            ):
                effects = Effects("when the webhooks take too long")
                yield effects, over(effects)
            case _:
                pass
        yield Effects(self.meanwhile(standing)), standing

    def _is_list_late(self, standing: Standing, what: str) -> bool:
        """Nobody has said what the call list makes of what it was told."""
        if standing.listing is None or not (self.rules.reading.given.timed or may_be(what, LIST_LATE)):
            return False
        return self.rules.limits.is_due(standing.listing, LIST_MS)

    def _far(self, standing: Standing, what: str, roles: Roles) -> Iterator[Path]:
        """What is so far away that it may be over at any instant: it is the one whose timer it was. None, if nobody
        waits for that any more.
        """
        stage = standing.stage
        if may_be(what, LONGEST_TIME):
            for is_none in self.may_be_none(standing):
                effects = Effects("when the longest time of a call is over")
                yield effects, self.rules.steps.end(effects, standing, roles, "limit", is_none=is_none)
        if may_be(what, MESSAGE_LIMIT):
            yield from self.rules.recordings.far(standing, roles)
        if isinstance(stage, Ringing):
            if may_be(what, WITHIN_OVER) and self.rules.hunts.within(stage) >= self.rules.reading.given.far_ms:
                over_long = Effects("when a hunt has taken too long", self.rules.hunts.span_of(stage))
                yield over_long, self.rules.hunts.hunted_for_long(over_long, standing, stage, roles)
            yield from self.rules.hunts.waited_for_long(standing, stage, what, roles)
        is_of_warning = self.rules.reading.flow.call.warning is not None and may_be(what, CALL_WARNING, LATEST_WARNING)
        if is_of_warning and not standing.is_warned and not isinstance(stage, Over):
            yield from self._ends_soon(standing, roles, is_latest=what == LATEST_WARNING)
        timer = self.rules.conversation.timer_of_talk(stage) if isinstance(stage, Connected) else None
        if isinstance(stage, Connected) and timer is not None and may_be(what, timer):
            yield self.rules.conversation.talked(standing, stage, roles)

    def _first_recorder_late(
        self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles
    ) -> Iterator[Path]:
        """It is waited for no more before anything else. What follows of that may come later: that it was stopped, or
        whose timer it was, says so.
        """
        alone = Effects("when the recording of the call is waited for no more")
        yield alone, self.rules.call_recordings.late(alone, standing)
        first = Effects("")
        for effects, after in self._passed(self.rules.call_recordings.late(first, standing), event, seen, roles):
            effects.posted[:0] = first.posted
            effects.stops_recording += first.stops_recording
            yield effects, after

    def _ends_soon(self, standing: Standing, roles: Roles, *, is_latest: bool) -> Iterator[Path]:
        """Half a minute before the end an agent that speaks is interrupted, and what has not been said is left out."""
        soon = self.rules.conversation.ends_soon(standing, roles)
        if soon is not None and (is_latest or not self.rules.conversation.is_put_off(standing)):
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
            yield from self.rules.webhook_answers.told_again(standing, event.get("webhook"))
            yield Effects("when no webhook is to be told again"), standing
            return
        yield from self.rules.hunts.machines.over_early(standing, what, roles)
        match standing.stage:
            case Saying() as stage if what == SPEECH_LATE and self.rules.limits.is_uncounted(stage):
                yield self.rules.speech.not_over(standing, stage, roles)
            case Choosing() as stage if what == SPEECH_LATE and self.rules.limits.waits(stage):
                yield self.rules.speech.menu_over(standing, stage, "when a menu does not end")
            case Warned() if what == SPEECH_LATE:
                yield self.rules.conversation.with_agent_again(Effects("when a warning does not end"), standing, roles)
            case Talking(keys) as stage if what == KEYS_OVER and keys:
                yield self.rules.keys.keyed_in(standing, stage)
            case Talking() as stage if what == IDLE_OVER:
                yield from self.rules.silence.over(standing, stage, roles)
            case Recording() if what == QUIET_OVER:
                yield from self.rules.recordings.quiet(standing, roles)
            case Ringing() as stage if what == VERDICT:
                yield from self.rules.hunts.unheard(standing, stage, roles)
            case Ringing() as stage:
                yield from self.rules.hunts.waited_for(standing, stage, what, roles)
                if what == SPEECH_LATE:
                    yield from self.rules.conversation.announced(standing)
            case Connected() as stage if what == SPEECH_LATE:
                if stage.warning is not None:
                    yield self.rules.conversation.joined_again(standing, stage, "when a warning does not end")
                yield from self.rules.conversation.announced(standing)
            case Connected() as stage if what == self.rules.conversation.timer_of_talk(stage):
                yield self.rules.conversation.talked(standing, stage, roles)
            case _:
                return

    def meanwhile(self, standing: Standing) -> str:
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
                return f"while `{self.rules.reading.question(stage).webhook}` is asked"
            case Choosing():
                return "while the caller is asked for a key"
            case Saying(prompt=prompt):
                return f"while the caller hears `{prompt}`"
            case _:
                return "while time passes"

    def may_be_none(self, standing: Standing) -> Iterator[bool]:
        """Whether a message that ends with the call is too short."""
        stage = standing.stage
        if isinstance(stage, Recording) and stage.part == RECORDS:
            yield from self.rules.limits.may_be_none(stage)
        else:
            yield False


def _begun(post: Post, standing: Standing) -> tuple[int, int]:
    """What is over at one instant comes in the order in which it was begun, but for what is chosen to be first."""
    return -(post.waited or 0), standing.sending.index(post.webhook) if post.is_under_way else 0
