"""What everybody hears where a call stands, and whether that is what the scenario lets them hear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from msgspec.structs import replace

from flowc.ringback import RINGBACKS
from flowc.verify.oracle.effects import HEARD, RECORDED, Disagreement, Effects
from flowc.verify.oracle.introduction import are_left_alone, heard_by_agent, heard_by_caller, is_with_caller
from flowc.verify.oracle.observation import Seen
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import (
    BEEPS,
    RECORDS,
    Answering,
    Arriving,
    Asking,
    Choosing,
    Connected,
    Ending,
    Idle,
    Leaving,
    Over,
    Recording,
    Rejecting,
    Ringing,
    Saying,
    Started,
    Starting,
    Stepping,
    Talking,
    Warned,
)
from flowc.verify.oracle.standing import Standing

SILENCE, RECORDER, OF_THE_CALL = "silence", "recorder", "kept recorder"
"""`OF_THE_CALL` is the recorder for which it is said how long what it records is kept."""
BEEP = "tone:1000@-16;0.5(0.4/0.1/1)"
"""What is heard before a message."""


class Hearing:
    """In one flow."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        call = reading.flow.call
        self.voice = call.voice or ""
        self.tone = f"tone:{RINGBACKS[call.ringback].script}"

    def misheard(
        self, effects: Effects, before: Standing, after: Standing, event: Mapping[str, Any], seen: Seen
    ) -> Disagreement | None:
        """Whether everybody hears whom they should, once the step is over."""
        hears = seen.hears.get("caller", before.hears)
        should = self._heard(after)
        voices = effects.voices or {self.voice}
        if seen.voices - voices:
            spoken = f"the caller hears the voice {' and '.join(sorted(voices)) or 'of the platform'}"
            does = f"lets {' and '.join(sorted(seen.voices)) or 'another'} speak"
            return self._mistaken(effects, spoken, does)
        lapses = should == self.tone and hears == SILENCE and (event.get("isTone") or "caller" not in seen.hears)
        lost = isinstance(after.stage, Leaving) and after.agent is None and hears == SILENCE
        dying = isinstance(after.stage, Ending)
        between = isinstance(after.stage, Ringing) and after.stage.paused is not None  # who was let go may still answer
        left = [f"tts:{each.text}" for each in after.messages if each.spoken is not None]  # to whom was called first
        nobody = between and self.reading.is_placed(after) and hears in (SILENCE, *left)
        if not (hears == should or lapses or lost or dying or nobody):
            return self._mistaken(effects, f"the caller hears {self._named(should)}", f"plays {self._named(hears)}")
        with_caller = [
            leg for leg, what in seen.hears.items() if what == "caller" and leg not in ("agent", RECORDER, OF_THE_CALL)
        ]
        person = self.reading.leg(after)
        if with_caller != ([person] if person is not None and person != self.reading.leg(before) else []):
            joined = self._named(person) if person is not None else "nobody"
            does = f"joins {' and '.join(map(self._named, with_caller)) or 'nobody'} with the caller"
            return self._mistaken(effects, f"{joined} is joined with the caller", does)
        is_warned = _is_warned(after) and not _is_warned(before)  # who has talked has heard something else until now
        for leg, what in self.reading.told_alone(after):
            if (there := seen.hears.get(leg, None if is_warned else what)) != what:
                told = f"{self._named(leg)} hears {self._named(what)}"
                return self._mistaken(effects, told, f"plays {self._named(there)}")
        briefed = self.reading.briefed(after) if after.agent is not None else None
        if after.agent is not None:
            heard_by_it = seen.hears.get("agent", self.reading.briefed(before)) or ""
            if (heard_by_it if heard_by_it.startswith("leg:") else None) != briefed:
                told = f"the agent hears {'nobody alone' if briefed is None else self._named(briefed)}"
                return self._mistaken(effects, told, f"lets it hear {self._named(heard_by_it)}")
        agent_hears = seen.hears["agent"] == "caller" if "agent" in seen.hears else before.agent_hears
        should_hear = after.agent is not None and isinstance(after.stage, Talking | Leaving)
        if is_with_caller(self.reading, after):
            should = heard_by_agent(self.reading, after)
            before_that = heard_by_agent(self.reading, before) if is_with_caller(self.reading, before) else ""
            there = seen.hears.get("agent", "caller" if before.agent_hears else before_that)
            if there != should:
                return self._mistaken(effects, f"the agent hears {should}", f"lets it hear {there}")
        elif agent_hears != should_hear:
            says = "hears" if should_hear else "does not hear"
            return self._mistaken(
                effects, f"the agent {says} the caller", f"lets it {'hear' if agent_hears else 'not hear'} the caller"
            )
        return self._misrecorded(effects, before, after, hears, seen)

    def _misrecorded(
        self, effects: Effects, before: Standing, after: Standing, hears: str | None, seen: Seen
    ) -> Disagreement | None:
        """While the call is recorded, that is the caller with all that the caller hears, and nobody else."""
        recorded = after.recorded
        if self.reading.is_stereo:
            return None  # it is the platform that records the caller's leg, in both directions
        there = seen.hears.get(OF_THE_CALL, before.recorder_hears)
        is_recorded = recorded is not None and recorded.is_heard and not isinstance(after.stage, Ending | Over)
        should = None if not is_recorded else "caller"
        if is_recorded and hears not in (None, SILENCE, RECORDER):
            should = f"caller + {hears}"
        stage = after.stage
        if is_recorded and isinstance(stage, Connected) and self.reading.transfer(stage).pauses_recording:
            should = SILENCE
        if there == should or isinstance(after.stage, Ending | Over):
            return None
        told = f"{should or 'nothing'} is recorded", f"records {there or 'nothing'}"
        return self._mistaken(effects, *told, about=RECORDED)

    def _mistaken(self, effects: Effects, should: str, does: str, about: str = HEARD) -> Disagreement:
        told = f"the flow says that {effects.occasion} {should}; the scenario {does}"
        return Disagreement(about, effects.occasion, told, effects.spans.get(about) or effects.at)

    def _heard(self, standing: Standing) -> str | None:
        stage = standing.stage
        match stage:
            case Idle() | Started() | Stepping() | Over() | Ending():
                return None
            case Arriving() | Ringing() if self.reading.is_placed(standing):
                first = stage.rung[:1] if isinstance(stage, Ringing) else ()  # who is to be the caller
                return SILENCE if any(each.person is not None for each in first) else None
            case Starting(again=False) | Answering() | Arriving() | Rejecting():
                return "ringing"
            case Asking() if not standing.is_answered:
                return "ringing"
            case Starting() | Asking():
                return self.tone
            case Talking() | Leaving():
                return "agent"
            case Recording(part=part):
                return BEEP if part == BEEPS else RECORDER if part == RECORDS else SILENCE
            case Warned(language=language):
                return f"tts:{self.reading.spoken(self.reading.flow.call.warning or '', standing, language)}"
            case Choosing(spoken=None):
                return SILENCE
            case Choosing(loads=False, text=text):
                return self.reading.sound(self.reading.menu(stage).prompt, stage.language) or f"tts:{text}"
            case Ringing() if is_with_caller(self.reading, standing) or are_left_alone(self.reading, standing):
                return heard_by_caller(self.reading, standing)
            case Choosing() | Saying(loads=True) | Ringing(loads=True) | Ringing(announced=None):
                return self.tone
            case Saying(prompt=prompt, text=text):
                return self.reading.sound(prompt, stage.language) or f"tts:{text}"
            case Ringing():
                prompt = self.reading.ringing(stage)
                spoken = self.reading.spoken(prompt, standing, stage.language)
                return self.reading.sound(prompt, stage.language) or f"tts:{spoken}"
            case Connected(warning=int()) as warned:
                return f"tts:{self.reading.warning(warned, standing)}"
            case Connected(held=Ringing() as held):
                return self._heard(replace(standing, stage=held))
            case Connected():
                return self.reading.leg(standing)
            case _:
                assert_never(stage)

    def _named(self, hears: str | None) -> str:
        """What is heard, in the words of the flow."""
        if hears is None:
            return "nothing any more"
        if " + " in hears:
            return " and ".join(map(self._named, hears.split(" + ")))
        kind, _, rest = hears.partition(":")
        if kind == "tts":
            return self.reading.words.prompt(rest)
        if kind == "url":
            return self.reading.words.prompt(hears)
        if kind == "leg":
            return self.reading.words.target(rest)
        if hears == BEEP:
            return "a beep"
        if hears == RECORDER:
            return "nothing, and is recorded"
        if kind == "tone" and hears != self.tone:
            return "the ringing of another country"
        return "ringback" if kind == "tone" else "the agent" if kind == "agent" else kind


def _is_warned(standing: Standing) -> bool:
    return isinstance(standing.stage, Connected) and standing.stage.warning is not None
