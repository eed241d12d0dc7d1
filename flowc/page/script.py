"""The script that plays calls on a page: the files of `player/` as one function, which a page without calls leaves.

Each file is a part of it, as those of a scenario's runtime are: functions of one see those of the others.
"""

from __future__ import annotations

from functools import cache

from flowc.emit.templates import text_of

PARTS = (
    "call",
    "element",
    "state",
    "time",
    "sequence",
    "lanes",
    "moment",
    "playback",
    "origins",
    "choice",
    "begin",
)
"""In the order in which what they hold is made."""
_BEGIN = """\
"use strict";

(function () {
if (document.getElementById("call-data") === null) return;
"""
_END = "})();\n"


@cache
def script() -> str:
    return "\n".join([_BEGIN, *(text_of(f"page/player/{part}.js") for part in PARTS), _END])
