"""The platform's voice detection: when the scenario has to ask for it, and what it then says of the caller's voice."""

from __future__ import annotations

from dataclasses import replace

from flowc.verify.oracle.effects import Effects
from flowc.verify.oracle.standing import Detection, Standing, Voice

ASKED_FOR, CLOSED = "is asked for", "is closed"
"""What is seen of a detection."""


def listened_to(effects: Effects, standing: Standing) -> Standing:
    """Somebody has to know from now on whether the caller speaks."""
    effects.detections.append(ASKED_FOR)
    return replace(standing, detection=Detection(standing.detection.asked + 1, is_wanted=True))


def listened_no_more(effects: Effects, standing: Standing) -> Standing:
    """Nobody has to know that any more."""
    if standing.detection.is_there:
        effects.detections.append(CLOSED)
    return replace(standing, detection=Detection(standing.detection.asked))


def detection_does(effects: Effects, standing: Standing, does: str) -> Standing:
    """One that comes too late is closed; a detection that says nothing leaves it unknown whether the caller speaks."""
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
