"""What follows when neither the caller nor the agent says anything, where the flow has `idle`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from flowc.verify.oracle.effects import TOLD, Effects, Path
from flowc.verify.oracle.limits import Limits, idle_ms
from flowc.verify.oracle.observation import canonical
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import Talking
from flowc.verify.oracle.standing import Roles, Standing
from flowc.verify.oracle.steps import Following


class Silence:
    """In one flow."""

    def __init__(self, reading: Reading, steps: Following, limits: Limits) -> None:
        self.flow = reading.flow
        self.steps = steps
        self.limits = limits

    def over(self, standing: Standing, stage: Talking, roles: Roles) -> Iterator[Path]:
        """The agent is asked to speak up; or it has been, so often, and the steps follow without it."""
        idle = self.flow.agent_named(standing.who).idle
        if idle is None or stage.idle is None:
            return
        effects = Effects("when nobody says anything", idle.span)
        if stage.asked == idle.times:
            yield effects, self.steps.without_agent(effects, standing, roles, idle.way)
            return
        effects.mark(TOLD)
        effects.told.append(canonical({"metadata": {"vox_event": "idle", "count": stage.asked + 1}}))
        yield effects, replace(standing, stage=replace(stage, idle=0, asked=stage.asked + 1))

    def lasted(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """For as long as the flow says, where that is counted."""
        stage = standing.stage
        if not isinstance(stage, Talking) or stage.idle is None or self.limits.is_merged:
            return
        if self.limits.is_due(stage.idle, idle_ms(self.flow, standing)):
            yield from self.over(standing, stage, roles)
