"""The oracle agrees with what flowc generates, and with nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from flowc.emit import voxengine
from flowc.emit.voxengine import view
from flowc.ir import Flow
from flowc.simulator.engine import Engine, Options
from flowc.verify.agreement import AGREEMENT, agree
from flowc.verify.alphabet import alphabet
from flowc.verify.graph import Event, Graph
from flowc.verify.oracle import Disagreement, Oracle, Roles, Seen, Standing
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, oracle_for, search
from tests.conftest import ROOT
from tests.test_layers import imports
from tests.verify.kills import subject_of, until_broken
from tests.verify.mutants import MUTANTS, UNSEEN, Mutant

FLOWS = Path(__file__).parent / "flows"
SMALL = sorted(FLOWS.glob("*.yaml"))
STATES = 300
"""Of a flow that is too large for a test: its first states. `flowc verify` has all."""
MUTANT_STATES = (60, 400)
"""For an error: most are seen at once."""


def disagreements(engine: Engine, found: Subject, bounds: Bounds) -> list[Disagreement]:
    graph = search(engine, found, bounds, graph=True, oracle=False).graph
    assert graph is not None
    return [one.disagreement for one in agree(oracle_for(found.flow, bounds, {}), graph)]


# What is generated


@pytest.mark.parametrize(
    "path",
    [*SMALL, *sorted((ROOT / "tests" / "flows" / "ok").glob("*.yaml"))],
    ids=lambda path: path.stem,
)
def test_it_agrees_with_a_flow(searcher: Engine, subject: Callable[[Path], Subject], path: Path) -> None:
    assert disagreements(searcher, subject(path), Bounds(posts=2, states=STATES)) == []


FAR = (
    ("telling", Bounds(posts=1, states=1_000)),  # while three are told, nothing shows which of two others waited
    ("telling", Bounds(posts=1, states=1_200, exact=True)),  # three have not answered at one instant
    ("telling", Bounds(posts=1, states=1_200, exact=True, untimed=True)),
    ("left_twice", Bounds(posts=2, states=5_000)),  # two messages of the same words for the same number
    ("recording_late", Bounds(posts=1, states=900)),
    ("recording_both", Bounds(posts=1, states=600)),  # of two recordings that are late at one instant, one is
)


@pytest.mark.parametrize(("name", "bounds"), FAR)
def test_it_agrees_with_what_comes_late(
    searcher: Engine, subject: Callable[[Path], Subject], name: str, bounds: Bounds
) -> None:
    assert disagreements(searcher, subject(FLOWS / f"{name}.yaml"), bounds) == []


def test_it_agrees_with_what_comes_late_in_a_file_that_was_edited(
    searcher: Engine, subject: Callable[[Path], Subject]
) -> None:
    """States are told apart there which are one in what flowc generates."""
    found = subject(FLOWS / "telling.yaml")
    edited = Subject(found.flow, found.scenario + "\n", found.scenario_path)
    assert disagreements(searcher, edited, Bounds(posts=2, states=1_000)) == []


# What is not: errors of the compiler


def emitter(mutant: Mutant) -> Callable[[Flow], tuple[str, str]]:
    """The emitter of scenarios, with one error."""
    names: dict[str, Any] = {"__name__": "mutant"}
    for module in (view, voxengine):
        path = Path(str(module.__file__))
        text = path.read_text("utf-8")
        if path.stem == mutant.file:
            assert text.count(mutant.old) == 1, f"{mutant.old!r} is there {text.count(mutant.old)} times"
            text = text.replace(mutant.old, mutant.new)
        own = {name: value for name, value in names.items() if name.startswith("as_")}
        exec(compile(text, str(path), "exec"), names)
        names |= own
    names["runtime_of"] = voxengine.runtime_of
    emit: Callable[[Flow], tuple[str, str]] = names["emit"]
    return emit


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.what)
def test_it_finds_an_error_of_the_compiler(
    searcher: Engine, subject: Callable[[Path], Subject], mutant: Mutant
) -> None:
    found = subject(FLOWS / f"{mutant.flow}.yaml")
    _, scenario = emitter(mutant)(found.flow)
    assert scenario != found.scenario
    broken = Subject(found.flow, scenario, found.scenario_path)
    tries = (disagreements(searcher, broken, Bounds(posts=1, states=states)) for states in MUTANT_STATES)
    told = next(filter(None, tries), [])
    assert told, "nobody has noticed"
    assert told[0].about == mutant.about, told[0].told


def test_an_error_is_tried_wherever_the_flow_is_read() -> None:
    """What joins the tables of a scenario needs a line in `mutants.py`."""
    text = Path(str(view.__file__)).read_text("utf-8")
    nouns = "agent|target|action|parameter|step|fallback|to|entry|flow"
    read = set(re.findall(rf"\b(?:{nouns})\.[a-z_]+\b(?:\.[a-z_]+\b)?", text))
    assert len(read) > 20
    assert {each for each in read if not any(each in mutant.old for mutant in MUTANTS)} == UNSEEN.keys()


EARLY = (
    (
        "accept",
        "  if (person !== undefined) askPerson(person);",
        '  if (person !== undefined) turnAway(person, "not_accepted");',
        "what the caller hears, when `mobile` has pressed no key yet",
    ),
    (
        "talk_warning",
        'startTimer("talkTimer", limitMs - WARNED_MS, onTalkWarning);',
        'startTimer("talkTimer", limitMs - WARNED_MS, onTalkLimit);',
        "who is hung up on, while time passes",
    ),
)
"""What does the work of something else that is waited for as well: a part of the runtime, a line, what it becomes."""


@pytest.mark.parametrize(("part", "line", "becomes", "place"), EARLY, ids=[each[0] for each in EARLY])
def test_what_is_over_early_has_its_own_consequence(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch, part: str, line: str, becomes: str, place: str
) -> None:
    """In a search that merges, which is one of what flowc itself generates."""
    found = subject_of(part)
    assert found.scenario.count(line) == 1
    broken = Subject(found.flow, found.scenario.replace(line, becomes), found.scenario_path)
    monkeypatch.setattr("flowc.verify.search.emit", lambda flow: ("", broken.scenario))
    result = search(searcher, broken, Bounds(posts=1, states=STATES), tell=until_broken)
    assert result.merged
    assert [each.place for each in result.violations if each.property == AGREEMENT] == [place]


def test_it_finds_nothing_else_than_what_is_wrong(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    """One wrong prompt is one disagreement, in the words of the flow and with its line, and a call that shows it."""
    found = subject(FLOWS / "hunting.yaml")
    scenario = found.scenario.replace('say: "all_busy"', 'say: "goodbye"')
    assert scenario != found.scenario
    broken = Subject(found.flow, scenario, found.scenario_path)
    violation, at_start = search(searcher, broken, Bounds(posts=1, states=STATES)).violations
    assert {violation.property, at_start.property} == {AGREEMENT}
    assert violation.place == "what the agent is told, after `busy` of `pbx`"
    assert violation.told == (
        'the flow says that after `busy` of `pbx` the agent is told say: "Everybody is busy.";'
        ' the scenario tells it say: "Goodbye."'
    )
    assert 'vox_outcome.say: "Everybody is busy."' in at_start.told  # an agent that is started again
    (failure,) = violation.call.failures
    lines = (FLOWS / "hunting.yaml").read_text("utf-8").splitlines()
    assert failure.flow is not None
    assert lines[failure.flow.span.line - 1].strip() == "busy: {return_to_agent: {say: all_busy}}"
    assert [event["do"] for event in violation.events][-3:] == ["post", "time", "leg"]


class Objecting(Oracle):
    """Takes exception to every farewell."""

    def step(
        self, standing: Standing, event: Mapping[str, Any], seen: Seen, took: int, roles: Roles
    ) -> Standing | Disagreement:
        if event.get("does") in ("hangs up", "speaks"):
            return Disagreement("a farewell", str(standing), "nobody may go")
        return super().step(standing, event, seen, took, roles)


def replay(engine: Engine, found: Subject, bounds: Bounds, events: Sequence[Event]) -> Any:
    world = alphabet(found.flow, bounds.posts)
    options = Options(storage=world.storage, secrets=world.secrets).as_json()
    asked = {"scenario": found.scenario, "options": options, "world": world.world, "mode": bounds.mode()}
    return json.loads(engine.call("replayPath", json.dumps({**asked, "path": events})))


def test_the_way_to_a_disagreement_can_be_gone(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    found = subject(FLOWS / "leaving.yaml")
    bounds = Bounds(posts=2)
    graph = search(searcher, found, bounds, graph=True, oracle=False).graph
    assert graph is not None
    plain = oracle_for(found.flow, bounds, {})
    told = agree(Objecting(plain.flow, plain.given, plain.reading.bodies), graph)
    assert len(told) > 5
    for one in told:
        replayed = replay(searcher, found, bounds, one.events)
        said = {"hangs up": "disconnected", "speaks": "agent_speaks"}[one.events[-1]["does"]]
        assert said in [entry["event"] for entry in replayed["trace"][replayed["starts"][-1] :]]


class Counting(Oracle):
    """Remembers nothing but how many requests there were, and objects to the second one's leg."""

    def step(
        self, standing: Standing, event: Mapping[str, Any], seen: Seen, took: int, roles: Roles
    ) -> Standing | Disagreement:
        if event["do"] == "leg" and standing.attempts == 2:
            return Disagreement("a leg", "at the end", f"{roles.legs[-1]} answers")
        return replace(standing, attempts=standing.attempts + len(seen.legs))


def test_units_have_the_names_of_the_way(subject: Callable[[Path], Subject]) -> None:
    """Two courses of a call lead to one state: on the second one the leg that rings there is the second one."""

    def dial(call: str) -> dict[str, Any]:
        return {"t": 0, "event": "dial", "leg": "leg:1", "call": call, "type": "pstn", "number": "1", "callerid": "2"}

    graph = Graph()
    graph.add(
        {
            "events": [{"do": "a"}, {"do": "b"}, {"do": "c"}, {"do": "leg", "unit": "call-1"}],
            "traces": [[], [dial("call-1")], [dial("call-2")]],
            "replies": [],
            "answered": [],
            # from, event, to, trace, time
            "transitions": [
                *(0, 0, 1, 0, 0),
                *(0, 1, 2, 1, 0),
                *(1, 2, 3, 1, 0),  # where the leg that rings is the first one
                *(2, 2, 3, 2, 0),
                *(3, 3, 4, 0, 0),
            ],
        }
    )
    plain = oracle_for(subject(FLOWS / "leaving.yaml").flow, Bounds(), {})
    (found,) = agree(Counting(plain.flow, plain.given, plain.reading.bodies), graph)
    assert found.events == ({"do": "b"}, {"do": "c"}, {"do": "leg", "unit": "call-2"})


# What it is made of


def test_it_reads_the_flow_alone() -> None:
    """Of flowc it knows the IR, what the emulator writes down, and the table of ringing tones: nothing that compiles or
    is emitted.
    """
    room = "flowc.verify.oracle"
    allowed = {room, "flowc.ir", "flowc.ringback", "flowc.source", "flowc.simulator.trace"}
    own = {module: others for module, others in imports().items() if module == room or module.startswith(f"{room}.")}
    assert len(own) > 5
    strangers = {
        (module, other)
        for module, others in own.items()
        for other in others
        if other not in allowed and not other.startswith((f"{room}.", "flowc.ir."))
    }
    assert strangers == set()


def test_an_event_that_it_does_not_know_is_an_error(subject: Callable[[Path], Subject]) -> None:
    """What joins the alphabet has to join the oracle: nothing is passed over."""
    plain = oracle_for(subject(FLOWS / "leaving.yaml").flow, Bounds(), {})
    with pytest.raises(ValueError, match="an event that the oracle does not know: dances"):
        plain.step(plain.begin(), {"do": "dances"}, Seen(), 0, Roles())
