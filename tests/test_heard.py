"""What is known of voices and of ringing: the data, and what is proposed for what is not there."""

from __future__ import annotations

import re

import pytest

from flowc.ringback import RINGBACKS, meant
from flowc.voices import instead, is_voice, voices


def test_every_voice_is_there_once() -> None:
    assert len(voices()) == len(set(voices())) > 2800
    assert all(re.fullmatch(r"[A-Z][A-Za-z0-9]*(\.Neural)?\.[A-Za-z][A-Za-z0-9_]*", voice) for voice in voices())
    assert is_voice("Amazon.Neural.en_US_Joanna")
    assert not is_voice("Amazon.Neural.en_us_joanna")


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ("Amazon.Neural.en_US_Joana", "`Amazon.Neural.en_US_Joanna`"),
        ("VoiceList.Amazon.Neural.fr_FR_Lea", "write `Amazon.Neural.fr_FR_Lea`"),
        ("en_us_joanna", "`Amazon.en_US_Joanna` or `Amazon.Neural.en_US_Joanna`"),
        ("amazon.neural.de_DE_vicki", "`Amazon.Neural.de_DE_Vicki`"),
        ("Google.de_DE_Wavenet_Q", "`Google.de_DE_Wavenet_"),
        ("Amazon.Neural.fr_FR_Leo", "`Amazon.Neural.fr_FR_Lea`"),
        ("Polly.x", "voices are called as in"),
    ],
)
def test_the_nearest_voice_is_proposed(written: str, proposed: str) -> None:
    assert proposed in instead(written)


def test_every_ringing_is_a_tone_script_that_repeats() -> None:
    one = r"\d+@-19(,\d+@-19)?;\*\([\d.]+/[\d.]+/1(\+2)?(,[\d.]+/[\d.]+/1(\+2)?)*\)"
    assert all(re.fullmatch(one, each.script) for each in RINGBACKS.values())
    assert all(1.5 <= sum(on + off for on, off in each.cadence) <= 6 for each in RINGBACKS.values())
    assert RINGBACKS["us"].script == "440@-19,480@-19;*(2/4/1+2)"
    assert RINGBACKS["gb"].script == "400@-19,450@-19;*(0.4/0.2/1+2,0.4/2/1+2)"


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ("uk", "write `gb`"),
        ("DE", "write `de`"),
        ("Frence", "`fr`"),
        ("New Zealand", "write `nz`"),
        ("xx", "known are"),
    ],
)
def test_the_nearest_country_is_proposed(written: str, proposed: str) -> None:
    assert proposed in meant(written)
