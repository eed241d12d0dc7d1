"""What shows which error of the runtime: `runtime_mutants.tsv`, a line each, and how that is found out.

    python -m tests.verify.kills    looks for what shows each mutant that is not in the file, and writes it there

First searches are tried, and a line has the flow, how far it is searched, the property that does not hold, and the
mutant's name. What no search shows, since it is a matter of words or of milliseconds, or takes an input that searches
do not have, a test of `tests/scenario` may show: then a line has that test, and `script`. Mutants that nothing shows
have `-` for the flow and a word of `EQUIVALENT` or `open` for the property, which is for a person to choose.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol
from unittest import mock

from flowc.simulator.engine import Engine, ScenarioFailed
from flowc.verify import search as search_module
from flowc.verify.result import Bounds, Progress
from flowc.verify.search import NotSearched, Subject, search
from tests.conftest import ROOT
from tests.scenario.test_features import FRAGMENTS, NONE, merged
from tests.verify.calls import judges, shows
from tests.verify.conftest import compiled_from
from tests.verify.runtime_mutants import RuntimeMutant, every_mutant

FILE = Path(__file__).with_name("runtime_mutants.tsv")
FLOWS = Path(__file__).with_name("flows")
BOUNDS = {
    "posts 1": Bounds(posts=1, states=300),
    "posts 2": Bounds(posts=2, states=500),
    "faults": Bounds(posts=1, states=250, faults=True),
}
SEARCHED_S = 15.0
"""For one mutant, when a search is looked for."""

SCRIPT = "script"
"""The bounds of a line whose flow is a test: it is called with the error, and fails."""
OPEN = "open"
"""Nobody has shown a call in which it matters, and nobody has argued that there is none."""

EQUIVALENT = {
    "counted twice": "`startAgent` and `closeAgent` both count, and one agent is closed before the next is started",
    "silent before": "whatever takes an agent away says that it is silent, and so does whatever brings one: between"
    " them nobody asks",
    "fired": "the number of a timer that has fired goes to `clearTimeout` alone, which does nothing with it",
    "stopped": "whatever leaves the phase in which this timer runs stops it: when it fires, the condition holds",
    "longer": "this timer takes 8 s and begins with the one of 1 s or 2 s that makes the condition true, or after it",
    "fires for nothing": "when it fires the phase is another, and its function does nothing; who waits anew stops it",
    "either": "an action that asks nothing is carried out by this in the same way as by `background.js`",
    "never broken": "a request that fails says so in its result, and the platform breaks no promise of one: if it did,"
    " the timer that stands beside it would do the same when it is over",
    "caller": "`S.caller` is null only when the call is over, and nothing of this is reached then",
    "placed": "between the answer of a call that is placed and what its steps wait for nothing asks whether it rings",
    "agent": "both who call this have looked whether there is an agent",
    "nobody's": "the client of an event is never null: the other part of the condition says the same",
    "never there": "a return without `otherwise` is nowhere that `unavailable` leads to (FLOW307)",
    "by error": "a player that fails says so by `Error` as well",
    "given up": "a file that is given up is stopped, and then the platform says nothing of it: what is loaded is"
    " `S.sound`, and that is a player",
    "request": "in the phase `leaving` there is a request",
    "transfer": "in `ringing`, in `connected` and after them there is a transfer, and once connected a result",
    "spoken": "`speak` has said that it is heard: then there is a player, unless the caller is gone",
    "phase": "every step that waits sets the phase itself, and what does not wait is over before anything can happen",
    "anew": "it is set again before it is read again, or read in a phase alone that sets it",
    "kept twice": "what came of a transfer is kept when the agent has the caller and when an action begins: one does",
    "empty": "an address that is empty is missing, which is asked before: this is not looked at",
    "undefined": "a number compared with undefined is false",
    "other type": "a parameter of another type has none of these limits",
    "thrown": "without a body `length` throws, which `onHttpRequest` answers with the same code",
    "narrow": "whoever comes here has it, or is called over SIP: the question is there for the type checker",
    "known": "`ring` has asked for both before, and a further caller ID is there when it is called with",
    "falsy": "undefined does as well: it is set before it is read, or only asked whether it is true",
    "given back": "a leg that is no longer ours is being hung up: what it is told then comes to nothing",
    "hushed": "what was begun has been stopped a line before",
    "replaced": "what a leg says ends with whatever it hears next, and something follows at once",
    "at last": "where the session ends nothing of the scenario runs afterwards: no timer, and no answer",
    "rings on": "a ringback goes on without an end by what is written of it: its cadence begins with `*`",
    "its timer": "a request has this timer as long as it is under way, and only then: the part about it says the same",
    "measured": "where there is a report of talks, `talked.js` is there too, and has measured for how long it was",
    "beeping": "a beep is over after 2 s, which is the shortest `quiet`, and then the time begins anew",
    "three forms": "the platform hands over a digest in one of the forms before, or in this one",
    "refused before": "what cannot be told is refused before anything is done, and nothing else goes wrong there",
    "his own": "it listens to the caller's own call, and what is over is seen by the other parts, or by `endCall`",
    "begins with it": "whatever follows words begins with `stopPlayer`: others, a ringback, the agent, the end",
    "input": "only an answer that no platform gives would tell them apart: no zone is so far from UTC",
    "over": "after the end only a caller who is announced once more is asked for: that call is over, rejected or not",
    "refused": "the reply is refused all the same a line later: what was filled in by then is handed to nobody",
    "no such key": "the platform says this of SIP phones and of apps alone: of a telephone nobody hears it",
    "nobody any more": "`onLegFailed` listens first: what has failed is in `S.live` no more",
    "throws anyway": "what is called there is called with null then, and throws, which is answered in the same way",
    "told again": "the platform is told what it does already",
    "begun": "what a player says twice it says in one instant, in which a message that begins anew is the same message",
    "for good": "a recording of the call that is over is not begun again: nobody asks for this then",
    "ends anyway": "leg or agent is let go of in the same instant, and with it what they hear of each other",
    "settled once": "a promise is settled once, and whoever has given up on it has counted on by then",
    "was there": "that a connection is closed is said of an agent that was there: one that is still sought is refused",
    "closed": "an agent that was closed says nothing more: events are those of the agent that is there",
    "at once": "a timer of no length is over in the same instant",
    "put off": "where the caller is not with the agent nobody would be warned, and it is put off all the same",
    "nobody to ring": "where nobody is to be rung it is the next ones' turn in the same instant",
    "asked again": "the function that is called then asks the same first",
    "heard no more": "when it is over nobody listens to that leg any more",
    "listed": "the compiler knows the names that the platform lists, and no others",
    "in two parts": "a talk that nobody warns of lasts a minute at least: its last minute, and what is before that,"
    " are as long together",
    "over by then": "of all that comes before nothing goes on when the caller is joined, and who is joined is forgotten"
    " with the leg",
    "before the first": "what stands before the first of a list is found by nobody, and is forgotten with the list",
    "its own part": "this part is in the scenario of a flow alone that has such a webhook",
}
"""Why a mutant does what the runtime does: by a word, a sentence that whoever reads the function can check."""


class Line(NamedTuple):
    flow: str
    bounds: str
    property: str
    mutant: str


def lines() -> list[Line]:
    return [Line(*line.split("\t")) for line in FILE.read_text("utf-8").splitlines()]


def subject_of(name: str) -> Subject:
    """One of `flows/`, or a flow that uses one part of the runtime."""
    path = FLOWS / f"{name}.yaml"
    if path.exists():
        return compiled_from(path.relative_to(ROOT).as_posix(), path.read_bytes())
    return compiled_from(f"flows/{name}.yaml", json.dumps(merged(NONE, FRAGMENTS[name]["flow"])).encode())


class Changes(Protocol):
    @property
    def name(self) -> str: ...

    def applied(self, scenario: str) -> str: ...


def found_by(engine: Engine, whole: Subject, mutant: Changes, bounds: Bounds) -> list[str]:
    """The properties that do not hold with this error, the one that is shown by the shortest path first."""
    broken = Subject(whole.flow, mutant.applied(whole.scenario), whole.scenario_path)
    assert broken.scenario != whole.scenario, mutant.name
    try:
        result = search(engine, broken, bounds, tell=until_broken)
    except (NotSearched, ScenarioFailed):
        return ["it does not run"]
    return [each.property for each in sorted(result.violations, key=lambda violation: len(violation.events))]


class OfARuntimeFile(Changes, Protocol):
    @property
    def file(self) -> str: ...


def found_in_own(engine: Engine, whole: Subject, mutant: OfARuntimeFile, bounds: Bounds) -> list[str]:
    """The same where the error is in flowc's own runtime: of what it generates then as much is known as of a scenario
    that is right, and `flowc verify` searches it in that way.
    """
    with searched_as_own(mutant):
        return found_by(engine, whole, mutant, bounds)


@contextmanager
def searched_as_own(mutant: OfARuntimeFile) -> Iterator[None]:
    right = search_module.text_of

    def text_of(path: str) -> str:
        return mutant.applied(right(path)) if path == f"emit/voxengine/runtime/{mutant.file}" else right(path)

    with (
        mock.patch.object(search_module, "text_of", text_of),
        mock.patch.object(search_module, "_is_generated", return_value=True),
    ):
        yield


def until_broken(far: Progress) -> bool:
    """A search ends with its first violation; what it has seen until then is compared with the flow nevertheless."""
    return far.violations == 0 or far.compared is not None


class Nothing(NamedTuple):
    """No error: a scenario that is no longer flowc's to the letter, as with one."""

    name: str = "nothing"

    def applied(self, scenario: str) -> str:
        return f"{scenario}\n"


@cache
def found_anyway(engine: Engine, whole: Subject, bounds: str) -> frozenset[str]:
    """What does not hold without any error is no proof of one."""
    return frozenset(found_by(engine, whole, Nothing(), BOUNDS[bounds]))


def record(engine: Engine, mutant: RuntimeMutant, flows: Iterable[tuple[str, Subject]]) -> Line:
    text = mutant.text
    until = time.monotonic() + SEARCHED_S
    for bounds in BOUNDS:
        for name, whole in flows:
            if text in whole.scenario and time.monotonic() < until:
                found = found_by(engine, whole, mutant, BOUNDS[bounds])
                properties = [each for each in found if each not in found_anyway(engine, whole, bounds)]
                if properties:
                    return Line(name, bounds, properties[0], mutant.name)
    shown = (test for test in judges() if shows(engine, test, mutant.applied))
    test = next(shown, None)
    return Line("-", "-", OPEN, mutant.name) if test is None else Line(test, SCRIPT, "the test fails", mutant.name)


def main() -> None:
    known = {line.mutant: line for line in lines()} if FILE.exists() else {}
    names = [*sorted(FRAGMENTS), *sorted(path.stem for path in FLOWS.glob("*.yaml"))]
    flows = sorted(((name, subject_of(name)) for name in names), key=lambda one: len(one[1].scenario))
    with Engine(memory=2 << 30) as engine:
        found = [known.get(mutant.name) or record(engine, mutant, flows) for mutant in every_mutant()]
    FILE.write_text("".join("\t".join(line) + "\n" for line in found), "utf-8")
    fresh = [line for line in found if line.mutant not in known]
    sys.stdout.write(f"{len(fresh)} new, of which nothing shows {sum(line.flow == '-' for line in fresh)}\n")


if __name__ == "__main__":
    main()
