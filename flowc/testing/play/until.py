"""When something is true that a script waits for: `wait: {until: {ringing: desk}}`.

The emulator knows nothing of what is expected, and a judge nothing of time. So it shows what is seen whenever something
happens, and the first of these instants in which the judge has nothing to say against is the one.
"""

from __future__ import annotations

from collections.abc import Sequence

from flowc.testing.judge.assertions import verdict_on
from flowc.testing.judge.observation import Names, Observation
from flowc.testing.play.lower import Lowered, last_reply
from flowc.testing.play.variants import PlayResult, Turn
from flowc.testing.script.model import Until, Wait


def ends(turn: Turn, events: Sequence[Lowered], until: Until, result: PlayResult) -> tuple[int, bool]:
    """When the waiting is over that the result ends with, which is that of the events, and whether it is true then;
    else nothing more can happen, or an hour has passed.
    """
    flow = turn.scripts.flow
    names = Names(flow, turn.call.account)
    reply = last_reply(events, result["replies"])
    for instant in result["instants"]:
        seen = Observation(names, instant["view"], result["trace"][: instant["length"]], reply)
        if all(verdict_on(one.wanted, seen, flow) is None for one in until.all):
            return int(instant["view"]["now"]), True
    return int(result["view"]["now"]), False


def waited(lowered: Lowered, milliseconds: int) -> Sequence[Lowered]:
    """What takes its place once it is known how long it takes: a wait, and a look at what there is then."""
    waits = Lowered(lowered.step, Wait(milliseconds), {"type": "advance", "ms": milliseconds})
    return [*([waits] if milliseconds else []), Lowered(lowered.step, lowered.event, {"type": "look"})]
