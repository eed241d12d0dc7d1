"""The caller and a person, once they are joined: hold, the limit of their talk and its warning, and its end."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from flowc.verify.oracle.effects import HEARD, TOLD, Effects, Path
from flowc.verify.oracle.limits import Limits, longest
from flowc.verify.oracle.observation import Logged, canonical
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import Connected, Ringing, Stepping, Talking, Warned
from flowc.verify.oracle.standing import Roles, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.timers import TALK_LIMIT, TALK_WARNING

MOST_KEYS = 50
"""The agent is told of so many together."""


class Conversation:
    """In one flow."""

    def __init__(self, reading: Reading, steps: Following, limits: Limits) -> None:
        self.reading = reading
        self.flow = reading.flow
        self.given = reading.given
        self.steps = steps
        self.limits = limits

    def announced_for_long(self, standing: Standing) -> Iterator[Path]:
        """The prompt that is heard on hold."""
        stage = announcing(standing)
        if stage is not None and stage.announced is not None and not self.limits.is_uncounted(stage):
            limit = self.limits.announcing(stage, standing)
            if limit is not None and self.limits.is_due(stage.announced, limit):
                yield self._does_not_end(standing, stage)

    def announced(self, standing: Standing) -> Iterator[Path]:
        """The prompt that is heard while it rings, or on hold, if it is one that may be over at any instant."""
        stage = announcing(standing)
        if stage is not None and stage.announced is not None and self.limits.is_uncounted(stage):
            yield self._does_not_end(standing, stage)

    def _does_not_end(self, standing: Standing, stage: Ringing) -> Path:
        effects = Effects(f"when `{self.reading.ringing(stage)}` does not end")
        after = self.steps.announce(effects, standing, stage, stage.prompt + 1)
        return effects, hearing(standing, after)

    def talked_for_long(self, standing: Standing, stage: Connected, roles: Roles) -> Iterator[Path]:
        if self.limits.is_merged:  # that is an event of its own, at any instant
            return
        waited, limit = self.limits.of_talk(stage)
        is_counted = limit is not None and (limit < self.given.far_ms or not self.given.timed)
        if limit is not None and is_counted and self.limits.is_due(waited, limit):
            yield self.talked(standing, stage, roles)
        if stage.warning is None:
            return
        if self.limits.is_due(stage.warning, longest(self.reading.warning(stage, standing))):
            yield self.joined_again(standing, stage, "when a warning does not end")

    def timer_of_talk(self, stage: Connected) -> str | None:
        """Behind which something becomes of it that they talk for long; None if they may for as long as they like."""
        if self.limits.of_talk(stage)[1] is None:
            return None
        is_told = self.reading.transfer(stage).warning is not None and stage.warned is None
        return TALK_WARNING if is_told else TALK_LIMIT

    def talked(self, standing: Standing, stage: Connected, roles: Roles) -> Path:
        """A minute before their time is over both are told so, if there is something to tell. When it is over, it is as
        if the person had hung up.
        """
        transfer = self.reading.transfer(stage)
        if transfer.warning is not None and stage.warned is None:
            effects = Effects(f"a minute before the time with `{stage.target}` is over", transfer.span)
            return self._warned(effects, standing, replace(stage, warned=0), of_call=False)
        effects = Effects(f"when the time with `{stage.target}` is over", transfer.span)
        effects.hung_up.update(roles.legs)
        return effects, self._after_talk(effects, standing, stage, stage.waited, roles)

    def _warned(self, effects: Effects, standing: Standing, stage: Connected, *, of_call: bool) -> Path:
        """Both hear it, and on hold the caller hears nothing else."""
        warned = replace(stage, warning=0, language=standing.language, of_call=of_call)
        text = self.reading.warning(warned, standing)
        if not text:
            effects.steps.append(Logged(stage.way, stage.index, "cannot say", self.reading.warning_of(warned) or ""))
            return effects, replace(standing, stage=stage)
        effects.mark(HEARD)
        effects.speak(text, self.reading.voice(standing.language))
        held = None if stage.held is None else Ringing(stage.way, stage.index, announced=None)
        return effects, replace(standing, stage=replace(warned, held=held))

    def is_put_off(self, standing: Standing) -> bool:
        """Whether somebody is heard out before the warning comes: the agent, or the caller's keys."""
        agent = standing.agent
        speaks = agent is not None and agent.speaks
        return isinstance(standing.stage, Talking) and (speaks or standing.stage.keys != "")

    def ends_soon(self, standing: Standing, roles: Roles) -> Path | None:
        """A minute before the end of the call whoever talks with somebody hears so; None if nobody does."""
        warning, stage = self.flow.call.warning, standing.stage
        if warning is None or standing.is_warned or not isinstance(stage, Talking | Connected):
            return None
        if isinstance(stage, Connected) and (stage.warning is not None or self._is_private(stage)):
            return None
        effects = Effects("a minute before the end of the call")
        standing = replace(standing, is_warned=True)
        if isinstance(stage, Connected):
            return self._warned(effects, standing, stage, of_call=True)
        tell_keys(effects, stage.keys)
        text = self.reading.spoken(warning, standing, standing.language)
        if not text:
            return self.with_agent_again(effects, standing, roles)
        effects.mark(HEARD)
        effects.speak(text, self.reading.voice(standing.language))
        return effects, replace(standing, stage=Warned(language=standing.language))

    def _is_private(self, stage: Connected) -> bool:
        """Whether nothing that is said there is recorded, and nobody interrupts."""
        return self.reading.transfer(stage).pauses_recording

    def with_agent_again(self, effects: Effects, standing: Standing, roles: Roles) -> Path:
        """After a warning; what the agent has said meanwhile is lost."""
        agent = standing.agent
        if agent is None:
            effects.occasion, effects.at = "when the agent was lost during a warning", self.flow.begins_at
            return effects, self.steps.without_agent(effects, standing, roles)
        back = self.steps.with_agent(effects, replace(standing, stage=Talking(), agent=agent.cleared()))
        for key in standing.stage.keys if isinstance(standing.stage, Warned) else "":
            back = self.presses(effects, back, key)
        return effects, back

    @staticmethod
    def presses(effects: Effects, standing: Standing, key: str) -> Standing:
        """With the agent: `#` ends what is keyed in, unless it comes alone."""
        stage = standing.stage
        assert isinstance(stage, Talking)
        before = stage.keys
        keys = before if key == "#" and before else before + key
        if key == "#" or len(keys) == MOST_KEYS:
            tell_keys(effects, keys)
            keys = ""
        return replace(standing, stage=replace(stage, keys=keys, pressed=0))

    def joined_again(self, standing: Standing, stage: Connected, occasion: str) -> Path:
        """After a warning, which whoever hears another language hears in that as well: or whoever was on hold hears on
        what is heard then.
        """
        transfer = self.reading.transfer(stage)
        effects = Effects(occasion, transfer.span)
        effects.mark(HEARD)
        theirs = replace(stage, warning=0, language=self.flow.target(stage.target).language)
        if theirs.language != stage.language:
            text = self.reading.warning(theirs, standing)
            if text:
                effects.speak(text, self.reading.voice(theirs.language))
                return effects, replace(standing, stage=theirs)
            effects.steps.append(Logged(stage.way, stage.index, "cannot say", self.reading.warning_of(stage) or ""))
        held = stage.held and self.steps.announce(effects, standing, Ringing(stage.way, stage.index), 0)
        return effects, replace(standing, stage=replace(stage, warning=None, language=None, of_call=False, held=held))

    def _after_talk(
        self, effects: Effects, standing: Standing, stage: Connected, talked: int | None, roles: Roles
    ) -> Standing:
        assert standing.result is not None
        *earlier, last = standing.reported
        reported = (*earlier, last._replace(talked=talked))
        after = replace(standing, stage=Stepping(), result=standing.result._replace(talked=talked), reported=reported)
        return self.steps.run(effects, after, f"{stage.way}: afterwards", 0, roles)

    def held(self, standing: Standing, stage: Connected, holds: bool) -> Path:
        """On hold the caller hears what was heard while it rang, until the person is back."""
        effects = Effects(
            f"when `{stage.target}` {'holds' if holds else 'resumes'}", self.flow.target(stage.target).span
        )
        effects.mark(HEARD)
        if stage.warning is not None:  # it goes on
            silent = Ringing(stage.way, stage.index, announced=None) if holds else None
            return effects, replace(standing, stage=replace(stage, held=silent))
        held = self.steps.announce(effects, standing, Ringing(stage.way, stage.index), 0) if holds else None
        return effects, replace(standing, stage=replace(stage, held=held))

    def person_gone(self, standing: Standing, stage: Connected, is_told: bool, roles: Roles) -> Iterator[Path]:
        """How long they talked is not always known, if the leg fails and nobody has counted."""
        for talked in (stage.waited,) if is_told or self.reading.counts_talk else (None, stage.waited):
            effects = Effects(f"when `{stage.target}` hangs up", self.reading.lists[stage.way][stage.index].span)
            yield effects, self._after_talk(effects, standing, stage, talked, roles)


def announcing(standing: Standing) -> Ringing | None:
    """What prompts are heard for: while it rings, or on hold."""
    stage = standing.stage
    return stage.held if isinstance(stage, Connected) else stage if isinstance(stage, Ringing) else None


def hearing(standing: Standing, after: Ringing) -> Standing:
    """With what is heard now while it rings, or on hold."""
    stage = standing.stage
    return replace(standing, stage=replace(stage, held=after) if isinstance(stage, Connected) else after)


def tell_keys(effects: Effects, keys: str) -> None:
    """The agent learns what the caller has keyed in."""
    if keys:
        effects.mark(TOLD)
        effects.told.append(canonical({"metadata": {"vox_event": "keys", "keys": keys}}))
