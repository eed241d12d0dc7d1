"""Plays events in the emulator, many calls in a batch, and sees to the one limit that the emulator cannot know: time.

Takes turns, gives what the emulator tells of each; one that does not come back, or eats memory, fails alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flowc.simulator.engine import Engine, ScenarioFailed, ScenarioTooSlow
from flowc.testing.play.variants import Turn, options_of

BATCH = 20
"""Calls in one call of the emulator: few enough that not many are played again because one of them never ends."""
CALLBACK_LIMIT_S = 1.0
"""The platform's limit for one callback (docs: platform/voxengine/limits), in real time. The emulator has no clock:
what is measured is a whole batch and, if that takes longer, each instant of each of its calls."""
LONGEST_CALL_S = 20.0
"""For a call whose callbacks all take long, but none too long."""
MOST_LOCATED = 5
"""Calls of a run of which is found out in which step they do not come back."""
NEXT_TIMEOUT_S = 0.3
"""After that, for a call of a scenario that has not come back before: a run ends soon, however many never do."""
MOST_LOST_S = 10.0
"""For all such calls of a run. Further ones are not played."""


class EmulatedPlayer:
    """Plays events as they are: in batches; what does not come back in time call by call, and piece by piece."""

    def __init__(self, engine: Engine, over_and_over: bool = False) -> None:
        """`over_and_over`: calls are played one by one, again with all that joins them. A scenario is told once."""
        self.engine = engine
        self.over_and_over = over_and_over
        self.slow: set[str] = set()
        self.located = 0
        self.lost_s = 0.0

    def play(self, turns: Sequence[Turn]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        for start in range(0, len(turns), BATCH):
            results += self._batch(turns[start : start + BATCH])
        return results

    def _batch(self, turns: Sequence[Turn]) -> list[dict[str, Any]]:
        if not any(turn.scripts.scenario.text in self.slow for turn in turns):
            with suppress(ScenarioFailed):
                # In time for all of them, so no callback of any can have been too slow.
                results = self._played(turns, CALLBACK_LIMIT_S)
                if not self.engine.changed_intrinsic():
                    return results
                self.engine.discard()
        return [self._alone(turn) for turn in turns]

    def _alone(self, turn: Turn) -> dict[str, Any]:
        if self.located >= MOST_LOCATED and turn.scripts.scenario.text in self.slow:
            return self._briefly(turn)
        result = self._in_pieces(turn)
        if result.get("too_slow"):
            result = self._in_pieces(turn)  # it may have been the machine that stood still
        if "failed" in result:
            self.slow.add(turn.scripts.scenario.text)
            self.located += 1
            return result
        try:
            changed = self.engine.changed_intrinsic()
        except ScenarioFailed as error:
            return {"failed": str(error)}
        if changed:
            self.engine.discard()  # the next one is not to feel it
        if changed and not changed.startswith("+"):
            return {"failed": f"the scenario changes JavaScript's own {changed}, of which the emulator is made as well"}
        return result

    def _briefly(self, turn: Turn) -> dict[str, Any]:
        if self.lost_s > MOST_LOST_S:
            return {"failed": "not played: too many calls of this scenario before it have not come back; correct those"}
        began = time.monotonic()
        try:
            return self._played([turn], NEXT_TIMEOUT_S)[0]
        except ScenarioTooSlow:
            self.lost_s += time.monotonic() - began
            failed = (
                f"given up after {NEXT_TIMEOUT_S:g} s: the scenario has not come back in {self.located} calls before"
                " this one; correct those first"
            )
            return {"failed": failed}
        except ScenarioFailed as error:
            self.lost_s += time.monotonic() - began
            return {"failed": f"{error} (in which step is found out for the first {MOST_LOCATED} such calls)"}

    def _in_pieces(self, turn: Turn) -> dict[str, Any]:
        """The same result as in a batch; or `failed`, and the number of the `event` that was being played.

        A piece is what happens in one instant, and has the time of a callback.
        """
        event, ends = 0, time.monotonic() + LONGEST_CALL_S
        try:
            self._call("beginScript", _batch_of([turn]), CALLBACK_LIMIT_S)
            while time.monotonic() < ends:
                answer = json.loads(self._call("playOn", None, CALLBACK_LIMIT_S))
                if isinstance(answer, dict):
                    return answer
                event = answer
        except ScenarioFailed as error:
            return {"failed": str(error), "event": event, "too_slow": isinstance(error, ScenarioTooSlow)}
        return {"failed": f"given up: the call has taken {LONGEST_CALL_S:g} s of real time", "event": event}

    def _played(self, turns: Sequence[Turn], allowed: float) -> list[dict[str, Any]]:
        is_kept = self.over_and_over and len(turns) == 1
        if is_kept:
            self.engine.keep(turns[0].scripts.scenario.text)
        results: list[dict[str, Any]] = json.loads(self._call("playScripts", _batch_of(turns, is_kept), allowed))
        return results

    def _call(self, function: str, batch: str | None, allowed: float) -> str:
        return self.engine.call(function, *filter(None, [batch]), extra_time=allowed - self.engine.timeout)


def _batch_of(turns: Sequence[Turn], is_kept: bool = False) -> str:
    """`is_kept`: the engine has the one scenario of all."""
    texts = list(dict.fromkeys(turn.scripts.scenario.text for turn in turns))
    scripts = [
        {
            "scenario": texts.index(turn.scripts.scenario.text),
            "options": options_of(turn).as_json(),
            "events": [event.emulated for event in turn.events],
        }
        for turn in turns
    ]
    return json.dumps({"scenarios": [None] if is_kept else texts, "scripts": scripts})
