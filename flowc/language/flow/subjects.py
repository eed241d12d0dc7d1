"""What a branch can go by."""

from __future__ import annotations

from flowc.language.shapes import Text

CALLING, DIALLED, LANGUAGE = "call.from", "call.to", "call.language"
NUMBER = Text("a number as it is dialled", r"\+[1-9][0-9]{6,14}|[0-9]{1,6}", example='"+15550100001"')
"""With its `+`, or a short one of a switchboard."""

OF_THE_CALL = (DIALLED, CALLING, LANGUAGE)
THE_REST = ("else", "default", "other", "others", "_", "*", "any", "rest")
"""What people who know other languages write for `otherwise`."""
