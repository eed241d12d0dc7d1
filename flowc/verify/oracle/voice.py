"""The platform's voice detection: when the scenario has to ask for it, and what it then says of a voice, which is that
of the caller, or of a person who is briefed.
"""

from __future__ import annotations

from msgspec.structs import replace

from flowc.verify.oracle.effects import Effects
from flowc.verify.oracle.stages import Ringing, Rung, Talking
from flowc.verify.oracle.standing import Detection, Speech, Standing, Voice

ASKED_FOR, CLOSED = "is asked for", "is closed"
"""What is seen of a detection."""


def listened_to(effects: Effects, standing: Standing) -> Standing:
    """It has to be known from now on whether somebody speaks. Where it is asked for already, it goes on."""
    if standing.detection.is_wanted or standing.detection.is_there:
        return standing
    effects.detections.append(ASKED_FOR)
    return replace(standing, detection=Detection(standing.detection.asked + 1, is_wanted=True))


def listened_no_more(effects: Effects, standing: Standing) -> Standing:
    """Nobody has to know that any more."""
    if standing.detection.is_there:
        effects.detections.append(CLOSED)
    return replace(standing, detection=Detection(standing.detection.asked))


def detection_does(effects: Effects, standing: Standing, does: str) -> Standing:
    """One that comes too late is closed; a detection that says nothing leaves it unknown whether anybody speaks."""
    detection = standing.detection
    match does:
        case "works" | "says nothing" if detection.is_wanted:
            voice = Voice.SILENT if does == "works" else Voice.UNKNOWN
            return replace(standing, detection=Detection(detection.asked - 1, is_there=True, voice=voice))
        case "works" | "says nothing":
            effects.detections.append(CLOSED)
            return replace(standing, detection=detection._replace(asked=detection.asked - 1))
        case "refuses":
            return replace(standing, detection=detection._replace(asked=detection.asked - 1))
        case "fails":
            return listened_no_more(effects, standing)
        case _:
            voice = Voice.SPEAKS if does == "begins" else Voice.SILENT
            return replace(standing, detection=detection._replace(voice=voice))


def anew(standing: Standing) -> Standing:
    """One of them has spoken, or may have: the time begins anew. It is counted where it is known that both are
    silent, and with the caller's voice the count of how often the agent was asked begins anew as well.
    """
    stage, agent, voice = standing.stage, standing.agent, standing.detection.voice
    is_silent = agent is not None and agent.speech != Speech.YES and voice is Voice.SILENT
    if isinstance(stage, Ringing):
        rung = tuple(_briefed_anew(each, 0 if is_silent else None) for each in stage.rung)
        return replace(standing, stage=replace(stage, rung=rung))
    if not isinstance(stage, Talking):
        return standing
    asked = 0 if voice is Voice.SPEAKS else stage.asked
    return replace(standing, stage=replace(stage, idle=0 if is_silent else None, asked=asked))


def _briefed_anew(rung: Rung, quiet: int | None) -> Rung:
    person = rung.person
    return rung if person is None or person.briefed is None else rung._replace(person=person._replace(quiet=quiet))
