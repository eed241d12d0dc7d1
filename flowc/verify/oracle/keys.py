"""Keys that the caller presses while talking with the agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from flowc.ir import Key
from flowc.verify.oracle.conversation import MOST_KEYS, Conversation, tell_keys
from flowc.verify.oracle.effects import TOLD, Effects, Path
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import (
    Leaving,
    Talking,
    Warned,
)
from flowc.verify.oracle.standing import Roles, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.voice import anew


class Keys:
    """In one flow."""

    def __init__(self, reading: Reading, steps: Following, conversation: Conversation) -> None:
        self.reading = reading
        self.flow = reading.flow
        self.steps = steps
        self.conversation = conversation

    def own_key(self, event: Mapping[str, Any]) -> Key | None:
        """Of the flow, which steps follow."""
        return next((each for each in self.flow.keys if each.key == event["key"]), None)

    def goes_on(self, standing: Standing, stage: Talking | Warned | Leaving, key: Key, roles: Roles) -> Path:
        effects = Effects("when the caller goes on with a key")
        if not isinstance(stage, Leaving) and standing.agent is not None:
            tell_keys(effects, stage.keys)
        return effects, self.steps.led_by_key(effects, standing, key, roles)

    def presses(self, standing: Standing, stage: Talking | Warned, key: str) -> Path:
        effects = Effects("when the caller presses a key")
        if isinstance(stage, Warned):  # it is told later
            kept = stage if len(stage.keys) == MOST_KEYS else replace(stage, keys=stage.keys + key)
            return effects, replace(standing, stage=kept)
        there = replace(standing, stage=replace(stage, asked=0))
        return effects, self.conversation.presses(effects, anew(there), key)

    def keys_in(self, standing: Standing, stage: Talking | Warned, keys: str) -> Path:
        """Several keys, one after the other and without a pause."""
        effects = Effects("when the caller presses several keys")
        for key in keys:
            more, standing = self.presses(standing, stage, key)
            effects.told += more.told
            assert isinstance(standing.stage, Talking | Warned)
            stage = standing.stage
        effects.mark(TOLD)
        return effects, standing

    def keyed_in(self, standing: Standing, stage: Talking) -> Path:
        effects = Effects("when there is a pause after a key")
        tell_keys(effects, stage.keys)
        return effects, replace(standing, stage=replace(stage, keys="", pressed=0))
