"""How a call begins: it comes in or is placed, is answered or rejected, and finds its settings."""

from __future__ import annotations

from msgspec.structs import replace

from flowc.verify.oracle.agents import Agents
from flowc.verify.oracle.effects import Effects, Path
from flowc.verify.oracle.ending import over
from flowc.verify.oracle.observation import Seen
from flowc.verify.oracle.reading import INBOUND, OUTBOUND, Reading
from flowc.verify.oracle.stages import (
    Answering,
    Arriving,
    Ending,
    Started,
    Starting,
    Stepping,
)
from flowc.verify.oracle.standing import Roles, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.webhook_answers import waits_for_nothing


class Openings:
    """In one flow."""

    def __init__(self, reading: Reading, steps: Following, agents: Agents) -> None:
        self.reading = reading
        self.flow = reading.flow
        self.given = reading.given
        self.steps = steps
        self.agents = agents

    def called(self, standing: Standing) -> Path:
        effects = Effects("when somebody calls", self.flow.begins_at)
        effects.rings = True
        effects.looks_up = self.reading.entries
        called = replace(standing, stage=Starting(), language=self.flow.call.first_language)
        if self.flow.inbound and self.reading.entries:
            return effects, replace(called, stage=Arriving())
        if self.flow.inbound:
            return effects, self.steps.run(effects, replace(called, stage=Stepping()), INBOUND, 0, Roles())
        return effects, self.steps.connect(effects, called, Roles())

    def started(self, standing: Standing) -> Path:
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

    def answered(self, standing: Standing, seen: Seen) -> Path:
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

    def begun(self, standing: Standing, occasion: str, roles: Roles) -> Path:
        """The steps of `inbound` begin, or those of `outbound`."""
        effects = Effects(occasion)
        way = INBOUND if standing.data is None else OUTBOUND
        return effects, self.steps.run(effects, replace(standing, stage=Stepping()), way, 0, roles)

    def rejected(self, standing: Standing, roles: Roles) -> Path:
        """The platform has said so; then there is nobody to be hung up on."""
        effects = Effects("when a call was rejected")
        after = self.steps.end(effects, standing, roles, "flow")
        effects.hung_up.discard("caller")
        return effects, after

    def settings_came(self, standing: Standing, roles: Roles) -> Path:
        effects = Effects("when the settings have come", self.flow.begins_at)
        is_sought = isinstance(standing.stage, Starting) or standing.is_sought
        if is_sought and standing.agent is None:
            standing = self.steps.connect(effects, standing, roles)
        if isinstance(standing.stage, Arriving) and self.reading.entries <= standing.answered:
            return self.begun(standing, "when the settings have come", roles)
        standing = self.steps.webhooks.tell_report(effects, self.steps.webhooks.tell_contract(effects, standing))
        if waits_for_nothing(standing):
            return effects, over(effects)
        return effects, standing
