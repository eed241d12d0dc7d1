"""What a branch can go by, and what it will."""

from __future__ import annotations

import re

from flowc.language.shapes import Refused, Text, planned

CALLING, DIALLED, LANGUAGE = "call.from", "call.to", "call.language"
NUMBER = Text("a number as it is dialled", r"\+[1-9][0-9]{6,14}|[0-9]{1,6}", example='"+15550100001"')
"""With its `+`, or a short one of a switchboard."""

_INSTEAD = "let the agent decide: give the action an `enum` parameter, and go by that"
_LATER = ((re.compile(r"data\.[^.]*"), planned("going by the `data` of an outbound call", _INSTEAD)),)
OF_THE_CALL = (DIALLED, CALLING, LANGUAGE)
THE_REST = ("else", "default", "other", "others", "_", "*", "any", "rest")
"""What people who know other languages write for `otherwise`."""


def later(subject: str) -> Refused | None:
    """What there is to say of a subject that is not there yet."""
    return next((refused for pattern, refused in _LATER if pattern.fullmatch(subject)), None)
