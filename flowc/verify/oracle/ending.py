"""The end of a call: who is let go of, what is still told, and how long the session outlives it."""

from __future__ import annotations

from msgspec.structs import replace

from flowc.verify.oracle.answers import Answer
from flowc.verify.oracle.effects import HEARD, LISTED, LOGGED, POSTED, RECORDED, Effects
from flowc.verify.oracle.observation import OF_THE_DATA, Kept, Logged, canonical
from flowc.verify.oracle.reading import Reading, with_agent
from flowc.verify.oracle.rounds import Rounds
from flowc.verify.oracle.stages import RECORDS, STOPS, Connected, Ending, Leaving, Over, Recording, Ringing
from flowc.verify.oracle.standing import BEGINS, COMPLETES, OVER, CallRecorded, Message, Roles, Standing
from flowc.verify.oracle.standing import TOLD as ANNOUNCED
from flowc.verify.oracle.voice import listened_no_more
from flowc.verify.oracle.webhooks import MOST_WAITING, Webhooks, is_told, unasked, without_aside

_KEPT = {"3 months": "", "6 months": "-6m", "1 year": "-1y", "2 years": "-2y", "3 years": "-3y"}
"""For how long a recording is kept, as the platform has it."""


class CallEnds(Rounds):
    """Of one flow, with the recording of the call, which ends with it if nothing else has ended it."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self.webhooks = Webhooks(reading)

    def _ended_by(self, standing: Standing, way: str) -> str:
        """A person who has left, if only that follows; the agent, whose action has rung nobody; else the flow."""
        if way.endswith(": afterwards") and len(self.reading.lists[way]) == 1:
            return "person"
        return "flow" if standing.request is None or standing.before else "agent"

    def end(
        self, effects: Effects, standing: Standing, roles: Roles, by: str = "platform", is_none: bool = False
    ) -> Standing:
        """Everybody is let go of. What an action tells first is told although it does not begin. The session outlives
        the call only while machines are left a message, the recording of one is not complete (`is_none`: it is none),
        and webhooks are not done.
        """
        standing = without_asides(standing)
        if isinstance(standing.stage, Leaving) and not standing.stage.is_asked:
            way, index = standing.stage.way, standing.stage.index
            standing, *_ = self.webhooks.tell_first(effects, standing, way, index, is_over=True)
        if self.flow.call.recording is not None:
            standing = self.stop_recording(effects, standing)
        if standing.recorded is not None and standing.is_recorded:
            standing = replace(standing, recorded=standing.recorded._replace(waited=0))
        standing = self.webhooks.report(effects, standing, by)
        standing = self.listed(effects, standing)
        if by != "caller" and not self.reading.is_placed(standing):
            effects.hung_up.add("caller")
        if isinstance(standing.stage, Ringing | Connected):
            effects.hung_up.update(roles.legs)
        if by == "caller":
            standing = self._told_gone(effects, standing, roles)
        if standing.agent is not None and standing.agent.is_open:
            effects.closed.add(roles.agent)
        standing = listened_no_more(effects, standing)
        if isinstance(standing.stage, Recording):
            message = replace(standing.stage, quiet=None)
            effects.stops_recording += message.part != STOPS
            if message.part == RECORDS and is_none:
                self.too_short(effects, message)
            elif message.part == RECORDS:
                message = replace(message, part=STOPS, lasted=message.waited)
                if self.reading.given.stops_at_once and message.url:
                    standing, _ = self.tell_message(effects, standing, message)
                    return self.ended(effects, standing)
                message = replace(message, is_complete=self.reading.given.stops_at_once)
            if message.part == STOPS:
                left = replace(standing, agent=None, stage=Ending(message=replace(message, waited=0)))
                return self.webhooks.over(effects, left)
        return self.ended(effects, standing)

    def _told_gone(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """Whoever is briefed hears that the caller has gone, as `gone` says, and is let go of then."""
        stage, rung = standing.stage, with_agent(standing)
        if not isinstance(stage, Ringing) or rung is None or (gone := self.reading.transfer(stage).gone) is None:
            return standing
        target = self.flow.target(rung.target)
        text = self.reading.spoken(gone, standing, target.language)
        if not text:
            return standing
        effects.mark(HEARD)
        effects.speak(text, self.reading.voice(target.language))
        effects.hung_up.difference_update(roles.legs)
        told = Message(rung.target, text, waited=None, spoken=0)
        return replace(standing, messages=(*standing.messages, told))

    def listed(self, effects: Effects, standing: Standing) -> Standing:
        """The call list is told what became of a call that was placed."""
        if not self.reading.retries or standing.data is None:
            return standing
        outcome = "failed" if standing.result is None else standing.result.outcome
        told = canonical({"outcome": "connected" if standing.is_answered else outcome})
        effects.mark(LISTED)
        effects.listed.append(("error" if standing.retries else "result", told))
        return replace(standing, listing=0)

    def not_as_declared(self, effects: Effects, standing: Standing) -> Standing:
        """Nobody is called, for what is wrong with the data."""
        if not self.reading.retries:
            return over(effects)
        effects.listed.append(("error", OF_THE_DATA))
        return replace(standing, stage=Ending(), listing=0)

    def ended(self, effects: Effects, standing: Standing) -> Standing:
        """The call is over, and the session as well, if nothing else is waited for."""
        standing = self.webhooks.tell_report(effects, replace(standing, stage=Ending()))
        standing = self.webhooks.over(effects, standing)
        if is_told(standing) and not standing.messages and not standing.is_recorded:
            return over(effects)
        sending = unasked(standing).sending
        ending = Standing(Ending(), requests=standing.requests, posts=standing.posts, sending=sending)
        ending = replace(ending, settles=standing.settles)
        ending = replace(ending, posted=standing.posted, stored=standing.stored, dialled=standing.dialled)
        ending = replace(ending, report=standing.report, told=standing.told, answered=standing.answered)
        ending = replace(ending, recorded=standing.recorded, is_withheld=standing.is_withheld, calling=standing.calling)
        ending = replace(ending, data=standing.data, whom=standing.whom, is_answered=standing.is_answered)
        ending = replace(ending, token=standing.token, hears=standing.hears, messages=standing.messages)
        return replace(ending, detection=standing.detection, listing=standing.listing)

    def record(self, effects: Effects, standing: Standing) -> Standing:
        """From here on the call is recorded, if it was not before."""
        recording, recorded = self.flow.call.recording, standing.recorded
        assert recording is not None
        if recorded is not None and recorded.part != ANNOUNCED:
            return standing
        effects.mark(RECORDED)
        is_secure = recording.is_secure and not recording.is_stereo
        effects.records.append(Kept(is_secure, recording.is_stereo, _KEPT[recording.keep]))
        return replace(standing, recorded=CallRecorded(BEGINS))

    def stop_recording(self, effects: Effects, standing: Standing) -> Standing:
        """For good."""
        recorded = standing.recorded
        if recorded is None or recorded.part == ANNOUNCED:
            return replace(standing, recorded=CallRecorded(OVER))
        if not recorded.is_heard:
            return standing
        if self.reading.is_stereo:  # it ends with the caller's leg
            return replace(standing, recorded=recorded._replace(part=COMPLETES, waited=0))
        effects.mark(RECORDED)
        effects.stops_recording += 1
        stopped = recorded._replace(part=COMPLETES, waited=0, is_complete=self.reading.given.stops_at_once)
        if stopped.is_complete and stopped.url:
            return self.recording_is_complete(effects, standing, stopped)
        return replace(standing, recorded=stopped)

    def recording_is_complete(self, effects: Effects, standing: Standing, recorded: CallRecorded) -> Standing:
        """The webhook is told where it is."""
        standing = self.webhooks.tell_recording(effects, standing, recorded)
        return replace(standing, recorded=recorded._replace(part=OVER, waited=0))

    def tell_message(self, effects: Effects, standing: Standing, message: Recording) -> tuple[Standing, bool]:
        """A webhook is told of a message that is complete, if it is known where that is; and whether it is."""
        webhook = self.reading.message(message).webhook
        if not message.url:
            self.no_message(effects, message)
            return standing, False
        if len(standing.posts) < MOST_WAITING:
            effects.mark(POSTED)
            effects.steps.append(Logged(message.way, message.index, "message", webhook))
            seconds = (message.lasted + 500) // 1000
            told = {"message": {"url": message.url, "seconds": seconds}}
            standing = self.webhooks.post(effects, standing, webhook, standing.request, told)
            standing = replace(standing, told=(*standing.told, (message.url, seconds)))
        return standing, True

    def too_short(self, effects: Effects, message: Recording) -> None:
        """Nobody is told of it, and the log says so."""
        effects.steps.append(Logged(message.way, message.index, "no message", self.reading.message(message).webhook))
        effects.mark(LOGGED)

    def no_message(self, effects: Effects, message: Recording) -> None:
        """The log says that there is none."""
        webhook = self.reading.message(message).webhook
        effects.steps.append(Logged(message.way, message.index, "cannot take_message", webhook))
        effects.mark(LOGGED)


def without_asides(standing: Standing) -> Standing:
    """The call is over: what waits for an answer is not done, and whoever asks for it learns that."""
    ids = {aside.request.id for aside in standing.asides}
    while standing.asides:
        standing = without_aside(standing, 0)
    over = Answer("call_ended")
    known = tuple(each._replace(answer=over) if each.id in ids else each for each in standing.requests)
    return replace(standing, requests=known) if ids else standing


def over(effects: Effects) -> Standing:
    """The end is the same, whatever was before."""
    effects.is_over = True
    return Standing(Over())
