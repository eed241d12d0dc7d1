"""What can become of one request on its way to the scenario, and of the answer on its way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Comes = Literal[
    "reply", "nothing", "reset", "empty", "junk", "too much", "half", "stalls", "502", "404", "302", "a bare no"
]


@dataclass(frozen=True, slots=True)
class Fate:
    """`arrives` and `answered` are seconds after it was sent; None: never. `comes` is what the tools get then."""

    sentence: str
    arrives: float | None = 0.1
    comes: Comes = "reply"
    answered: float | None = 0.2
    connects: Literal["yes", "refused", "never"] = "yes"

    @property
    def is_smooth(self) -> bool:
        """The scenario gets it, and the tools the whole answer, in time."""
        return self == SMOOTH


SMOOTH = Fate("")
SLOW = Fate("the reply comes after 1.3 s", answered=1.3)
LATE = Fate("the reply comes after 4 s", answered=4.0)
NO_REPLY = Fate("the request arrives, no reply does", comes="nothing", answered=None)
LOST = Fate("the request arrives, the connection breaks before the reply", comes="reset")
HALF = Fate("half of the reply arrives", comes="half")
STALLS = Fate("the reply begins, its body never comes", comes="stalls")
EMPTY = Fate("the reply has no body", comes="empty")
JUNK = Fate("the reply is not JSON", comes="junk")
TOO_MUCH = Fate("the reply is a megabyte", comes="too much")
BAD_GATEWAY = Fate("the request arrives, the answer is HTTP 502", comes="502")
TURNED_AWAY = Fate("the request does not arrive, the answer is HTTP 502", arrives=None, comes="502")
NOT_FOUND = Fate("the request does not arrive, the answer is HTTP 404", arrives=None, comes="404")
REDIRECTED = Fate("the request does not arrive, the answer is HTTP 302, to another host", arrives=None, comes="302")
BARE_NO = Fate("the request does not arrive, the reply is a refusal without a reason", arrives=None, comes="a bare no")
STRAYS = Fate("the request arrives after 3.3 s, when nobody waits for its reply", arrives=3.3, comes="nothing")
BROKEN = Fate("the connection breaks before the request arrives", arrives=None, comes="reset")
SWALLOWED = Fate("the request does not arrive", arrives=None, comes="nothing", answered=None)
REFUSED = Fate("the connection is refused", connects="refused")
UNREACHABLE = Fate("nobody answers the connection", connects="never")

EVERY_FATE = (
    SMOOTH,
    SLOW,
    LATE,
    NO_REPLY,
    LOST,
    HALF,
    STALLS,
    EMPTY,
    JUNK,
    TOO_MUCH,
    BAD_GATEWAY,
    TURNED_AWAY,
    NOT_FOUND,
    REDIRECTED,
    BARE_NO,
    STRAYS,
    BROKEN,
    SWALLOWED,
    REFUSED,
    UNREACHABLE,
)
DISTINCT = (SMOOTH, SLOW, LATE, LOST, EMPTY, BAD_GATEWAY, STRAYS, SWALLOWED, REFUSED)
"""One of each kind of knowledge that the two sides are left with."""
