"""A message that is taken: the beep, what the caller says, until the recording is complete; and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from flowc.verify.oracle.effects import RECORDED, Effects, Path
from flowc.verify.oracle.limits import Limits
from flowc.verify.oracle.observation import Seen
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import BEEPS, RECORDS, STOPS, Ending, Recording, Stepping
from flowc.verify.oracle.standing import Roles, Standing, Voice
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.timers import BEEP_MS, RECORDER_STARTS_MS, RECORDER_STOPS_MS
from flowc.verify.oracle.voice import anew, detection_does, listened_no_more

_OF_ITSELF = ("works", "says nothing", "refuses", "fails")


class Recordings:
    """In one flow."""

    def __init__(self, reading: Reading, steps: Following, limits: Limits) -> None:
        self.reading = reading
        self.steps = steps
        self.limits = limits

    def recorder_does(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """It says that it records, that it has stopped, or that it has failed."""
        message = _of(standing)
        if message is None or event["unit"] != roles.recorder:
            yield Effects("when a recording says something that is not waited for any more"), standing
            return
        span = self.reading.message(message).span
        match event["does"]:
            case "starts" if message.is_complete:
                effects = Effects("when it is known where a recording is that is complete", span)
                yield effects, self._told(effects, standing, replace(message, url=seen.url), roles)
            case "starts":
                begun = replace(message, url=seen.url, starting=None)
                yield Effects("when the recording has begun", span), _with(standing, begun)
            case "fails":
                effects = Effects("when the recording fails", span)
                yield effects, self._fails(effects, standing, message, roles)
            case "stops" if message.part == BEEPS:
                effects = Effects("when the recording ends before the message", span)
                yield effects, self._fails(effects, standing, message, roles)
            case "stops" if message.part == STOPS:
                effects = Effects("when the recording is complete", span)
                yield effects, self._complete(effects, standing, message, roles)
            case "stops":
                yield from self._ends_by_itself(standing, message, roles)
            case unknown:
                raise ValueError(f"a recording does what the oracle does not know: {unknown}")

    def _ends_by_itself(self, standing: Standing, message: Recording, roles: Roles) -> Iterator[Path]:
        for is_none in self.limits.may_be_none(message):
            effects = Effects("when the recording ends by itself", self.reading.message(message).span)
            if is_none:  # whoever was about to leave one could not
                yield effects, self._fails(effects, standing, message, roles)
            else:
                whole = replace(message, part=STOPS, waited=0, lasted=message.waited, quiet=None)
                standing = standing if whole.url else listened_no_more(effects, standing)
                yield effects, self._complete(effects, standing, whole, roles)

    def _complete(self, effects: Effects, standing: Standing, message: Recording, roles: Roles) -> Standing:
        """All is recorded; it may not be known yet where."""
        if message.url:
            return self._told(effects, standing, message, roles)
        return _with(standing, replace(message, is_complete=True))

    def beeped(self, standing: Standing, message: Recording) -> Path:
        """The beep is over, however it ended."""
        effects = Effects("after the beep", self.reading.message(message).span)
        return effects, self._heard(replace(standing, stage=replace(message, part=RECORDS, waited=0)))

    def _heard(self, standing: Standing) -> Standing:
        """With what the caller's voice means to a message: what nobody knows of may be speech."""
        message, voice = standing.stage, standing.detection.voice
        if not isinstance(message, Recording) or self.reading.message(message).quiet_ms is None:
            return standing
        records = message.part == RECORDS
        is_spoken = message.is_spoken or voice is Voice.SPEAKS or (records and voice is Voice.UNKNOWN)
        since = 0 if message.quiet is None else message.quiet
        quiet = since if records and voice is Voice.SILENT else None
        return replace(standing, stage=replace(message, is_spoken=is_spoken, quiet=quiet))

    def voice_does(self, standing: Standing, does: str) -> Path:
        """The voice detection comes or not, fails, or says that the caller speaks or does so no more."""
        effects = Effects(f"when the voice detection {does}" if does in _OF_ITSELF else f"when speech {does}")
        after = detection_does(effects, standing, does)
        is_heard = after.detection.voice is not standing.detection.voice  # one that comes too late changes nothing
        return effects, self._heard(anew(after) if is_heard else after)

    def quiet(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """The caller has said nothing for as long as the message is to go on."""
        message = _of(standing)
        if message is not None and message.quiet is not None:
            yield from self._over(standing, message, "when the caller has said nothing for long", roles)

    def pressed(self, standing: Standing, message: Recording, key: str, roles: Roles) -> Iterator[Path]:
        step = self.reading.message(message)
        if message.part == RECORDS and key == step.key:
            yield from self._over(standing, message, "when the caller presses the key that ends the message", roles)
        else:
            yield Effects("when the caller presses a key that ends no message"), standing

    def _over(self, standing: Standing, message: Recording, occasion: str, roles: Roles) -> Iterator[Path]:
        for is_none in self.limits.may_be_none(message):
            effects = Effects(occasion, self.reading.message(message).span)
            effects.mark(RECORDED)
            effects.stops_recording += 1
            unheard = listened_no_more(effects, standing)
            if is_none:
                self.steps.too_short(effects, message)
                yield effects, self._goes_on(effects, unheard, message, roles)
            else:
                stopped = replace(message, part=STOPS, waited=0, lasted=message.waited, quiet=None)
                if self.reading.given.stops_at_once:
                    yield effects, self._complete(effects, unheard, stopped, roles)
                else:
                    yield effects, _with(unheard, stopped)

    def lasted_for_long(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """What is as long as it may be."""
        message = _of(standing)
        if message is None:
            return
        step, is_due = self.reading.message(message), self.limits.is_due
        if message.part == BEEPS and is_due(message.waited, BEEP_MS):
            yield self.beeped(standing, message)
        if message.part == RECORDS and is_due(message.waited, step.limit_ms):
            yield from self._over(standing, message, "when a message is as long as it may be", roles)
        if message.part != STOPS and message.starting is not None and is_due(message.starting, RECORDER_STARTS_MS):
            effects = Effects("when the recording has not begun after 3 s", step.span)
            effects.stops_recording += 1
            yield effects, self._fails(effects, standing, message, roles)
        if message.quiet is not None and not self.limits.is_merged and is_due(message.quiet, step.quiet_ms or 0):
            yield from self.quiet(standing, roles)
        if message.part == STOPS and is_due(message.waited, RECORDER_STOPS_MS):
            effects = Effects("when nobody says that the recording is complete", step.span)
            yield effects, self._told(effects, standing, message, roles)

    def far(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """A limit that is so far away may be over at any instant."""
        message = _of(standing)
        if message is None or message.part != RECORDS:
            return
        if self.reading.message(message).limit_ms >= self.reading.given.far_ms:
            yield from self._over(standing, message, "when a message is as long as it may be", roles)

    def _fails(self, effects: Effects, standing: Standing, message: Recording, roles: Roles) -> Standing:
        self.steps.no_message(effects, message)
        return self._otherwise(effects, standing, message, roles)

    def _otherwise(self, effects: Effects, standing: Standing, message: Recording, roles: Roles) -> Standing:
        standing = listened_no_more(effects, standing)
        if isinstance(standing.stage, Ending):
            return self.steps.ended(effects, standing)
        way = self.reading.otherwise(message.way, message.index)
        return self.steps.run(effects, replace(standing, stage=Stepping()), way, 0, roles)

    def _told(self, effects: Effects, standing: Standing, message: Recording, roles: Roles) -> Standing:
        """The webhook is told of a message of which it is known where it is."""
        standing, is_known = self.steps.tell_message(effects, standing, message)
        follow = self._goes_on if is_known else self._otherwise
        return follow(effects, standing, message, roles)

    def _goes_on(self, effects: Effects, standing: Standing, message: Recording, roles: Roles) -> Standing:
        standing = listened_no_more(effects, standing)
        if isinstance(standing.stage, Ending):
            return self.steps.ended(effects, standing)
        return self.steps.run(effects, replace(standing, stage=Stepping()), message.way, message.index + 1, roles)


def _of(standing: Standing) -> Recording | None:
    """The message that is being taken, also if the call is over."""
    stage = standing.stage
    return stage.message if isinstance(stage, Ending) else stage if isinstance(stage, Recording) else None


def _with(standing: Standing, message: Recording) -> Standing:
    return replace(standing, stage=Ending(message=message) if isinstance(standing.stage, Ending) else message)
