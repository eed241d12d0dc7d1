"""What the platform says to the caller is over, or does not end."""

from __future__ import annotations

from msgspec.structs import replace

from flowc.verify.oracle.call_recording import CallRecordings
from flowc.verify.oracle.effects import Effects, Path
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import (
    Choosing,
    Saying,
)
from flowc.verify.oracle.standing import Roles, Standing
from flowc.verify.oracle.steps import NOT_TOLD, Following


class PlatformSpeech:
    """In one flow."""

    def __init__(self, reading: Reading, steps: Following, call_recordings: CallRecordings) -> None:
        self.reading = reading
        self.steps = steps
        self.call_recordings = call_recordings

    def menu_over(self, standing: Standing, stage: Choosing, occasion: str) -> Path:
        """Its prompt is over: from here on a key is waited for."""
        effects = Effects(occasion, self.reading.menu(stage).span)
        return effects, replace(standing, stage=replace(stage, spoken=None, waited=0, loads=False))

    def not_over(self, standing: Standing, stage: Saying, roles: Roles) -> Path:
        effects = Effects(f"when `{stage.prompt}` does not end")
        if stage.records:
            standing = self.call_recordings.fails(effects, standing, NOT_TOLD)
        return effects, self.steps.run(effects, standing, stage.way, stage.index, roles)
