"""The recording of the call: what begins and stops it, what the platform makes of it, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from flowc.verify.oracle.effects import Effects, Path
from flowc.verify.oracle.limits import Limits
from flowc.verify.oracle.observation import Seen
from flowc.verify.oracle.stages import Ending
from flowc.verify.oracle.standing import BEGINS, COMPLETES, OVER, RUNS, CallRecorded, Standing
from flowc.verify.oracle.steps import NOWHERE, Following
from flowc.verify.oracle.timers import RECORDER_STARTS_MS, RECORDER_STOPS_MS

NOT_BEGUN, FAILED = "it has not begun", "it has failed"


class CallRecordings:
    """In one flow."""

    def __init__(self, steps: Following, limits: Limits) -> None:
        self.steps = steps
        self.limits = limits

    def recorder_does(self, standing: Standing, event: Mapping[str, Any], seen: Seen) -> Path:
        """It says that it records, that it has stopped, or that it has failed."""
        recorded = standing.recorded
        if recorded is None or not recorded.is_awaited:
            return Effects("when a recording says something that is not waited for any more"), standing
        match event["does"]:
            case "starts":
                effects = Effects("when the recording of the call has begun")
                known = recorded._replace(url=seen.url)
                if known.is_complete:
                    return effects, self._is_complete(effects, standing, known)
                if known.part == BEGINS:
                    known = known._replace(part=RUNS, waited=0)
                return effects, replace(standing, recorded=known)
            case "fails":
                effects = Effects("when the recording of the call fails")
                return effects, self.fails(effects, standing, FAILED)
            case "stops":
                effects = Effects("when the recording of the call is complete")
                waited = recorded.waited if recorded.part == COMPLETES else 0
                ended = recorded._replace(part=COMPLETES, is_complete=True, waited=waited)
                if ended.url:
                    return effects, self._is_complete(effects, standing, ended)
                return effects, replace(standing, recorded=ended)
            case unknown:
                raise ValueError(f"a recording does what the oracle does not know: {unknown}")

    def is_late(self, standing: Standing) -> bool:
        """It has not begun in time; or nobody says that it is complete."""
        recorded, is_due = standing.recorded, self.limits.is_due
        if recorded is None:
            return False
        if recorded.part == BEGINS and self.limits.reading.is_stereo:
            return False
        if recorded.part == BEGINS:
            return is_due(recorded.waited, RECORDER_STARTS_MS)
        return recorded.part == COMPLETES and is_due(recorded.waited, RECORDER_STOPS_MS)

    def late(self, effects: Effects, standing: Standing) -> Standing:
        """What follows then."""
        recorded = standing.recorded
        assert recorded is not None
        if recorded.part == BEGINS:
            effects.stops_recording += 1
            return self.fails(effects, standing, NOT_BEGUN)
        if recorded.url:
            return self._is_complete(effects, standing, recorded)
        return self.fails(effects, standing, NOWHERE)

    def fails(self, effects: Effects, standing: Standing, why: str) -> Standing:
        """There is none, and the call goes on."""
        return self._over(effects, replace(standing, recorded=CallRecorded(OVER, failed=why)))

    def _is_complete(self, effects: Effects, standing: Standing, recorded: CallRecorded) -> Standing:
        return self._over(effects, self.steps.recording_is_complete(effects, standing, recorded))

    def _over(self, effects: Effects, standing: Standing) -> Standing:
        stage = standing.stage
        if isinstance(stage, Ending) and stage.message is None:
            return self.steps.ended(effects, standing)
        return standing
