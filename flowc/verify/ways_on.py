"""Steps by which a call may go on after a violation of which nothing is seen yet.

In a script in which nothing happens by itself: a timer of the scenario is over, somebody does something. One of them
may lead elsewhere than it does in the right scenario.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.simulator.engine import Engine, ScenarioFailed
from flowc.verify.alphabet import Alphabet
from flowc.verify.by_hand import WORDS, ByHand
from flowc.verify.result import Violation
from flowc.verify.script_text import row
from flowc.verify.search import NotSearched, Subject, waiting_after


def ways_on(engine: Engine, subject: Subject, right: Subject, world: Alphabet, violation: Violation) -> Iterator[str]:
    """Rows, each another way. What a flow has no part of is refused where a script is read."""
    for words in dict.fromkeys(timer for each in (right, subject) for timer in _timers(engine, each, world, violation)):
        yield row({"platform": {"timer": words}})
    keys = [*world.world["callersKeys"], *world.world["agentsKeys"], *world.world["ownKeys"]]
    for key in dict.fromkeys((*keys[:3], *(["#"] if world.world["agentsKeys"] else ()), *keys[3:])):
        yield row({"caller": {"presses": key}})
    yield row({"caller": "hangs up"})
    yield row({"platform": {"playback": "ends"}})
    for does in ({"says": WORDS}, "falls silent", "is lost"):
        yield row({"agent": does})
    for target in subject.flow.targets:
        for does in ("answers", "is busy", "hangs up"):
            yield row({target.name: does})
    posted = ByHand(subject, world, violation)
    for body in world.world["actions"]:
        yield row({"request": posted.request({"body": body, "id": "r9"})})


def _timers(engine: Engine, subject: Subject, world: Alphabet, violation: Violation) -> tuple[str, ...]:
    """The scenario's own that are running then."""
    try:
        return waiting_after(engine, subject, violation.events, world)
    except (NotSearched, ScenarioFailed):
        return ()
