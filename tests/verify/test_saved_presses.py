"""A press that the platform reports once more, late: what a search finds of that is saved as a script that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from msgspec.structs import replace

from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.testing.play.batch import play
from flowc.testing.script.model import Scenario, Scripts
from flowc.testing.script.parse import outline
from flowc.testing.script.resolve import scripts
from flowc.verify.result import Bounds
from flowc.verify.save import save
from flowc.verify.search import Subject, search
from tests.verify.kills import searched_as_own, subject_of
from tests.verify.runtime_mutants import every_mutant

PATH = "saved/pressed.verify.calls.yaml"
KNOWN = (
    "callers_keys.js onCallersKey: "
    "if (ON_KEY_REPORTED.some((isOfOthers) => isOfOthers(event)) || isKnown) return;"
)
REPORTED = (
    "others_keys.js isOthersKey: "
    "if (S.othersKeysTimer === 0 || event.type === String(DTMFType.TELEPHONE_EVENT)) return false;"
    "  // without `event.type === String(DTMFType.TELEPHONE_EVENT)`"
)
MISSED = "callers_keys.js listenToCaller: caller.handleTones(true, DTMFType.ALL);  // forgotten"
IN_TIME = "  // without `isKnown`"

# What is broken in which flow, how far it is searched, whether as flowc's own, and what the script has: where nothing
# is seen of it yet, a step more; where the right scenario has gone another way before, no step behind that.
CASES = (
    ("there is no agent", KNOWN + IN_TIME, "pressed", 150, True, "done: nothing"),
    ("it is edited", KNOWN + "  // never", "pressed", 150, False, "repeats: key"),
    ("others had the caller", REPORTED, "pressed", 250, True, "call: ended"),
    ("keys are told later", KNOWN + IN_TIME, "stopped", 60, True, 'agent told: {keys: '),
    ("the first report is missed", MISSED, "stopped", 60, True, "presses: "),
    ("nothing follows", "menu.js offerAgain: nextStep();  // forgotten", "pressed", 250, True, "call: ended"),
)  # fmt: skip
MUTANTS = {each.name: each for each in every_mutant()}


@pytest.fixture(scope="module")
def player() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def is_late(event: dict[str, Any]) -> bool:
    return "isAnew" in event or event["do"] == "press"


@pytest.mark.parametrize(
    ("name", "flow", "states", "is_own", "said"), [each[1:] for each in CASES], ids=[each[0] for each in CASES]
)
def test_it_is_replayed(
    searcher: Engine, player: Engine, name: str, flow: str, states: int, is_own: bool, said: str
) -> None:
    whole = subject_of(flow)
    broken = Subject(whole.flow, MUTANTS[name].applied(whole.scenario), whole.scenario_path)
    with searched_as_own(MUTANTS[name]) if is_own else nullcontext():
        result = search(searcher, broken, Bounds(posts=1, states=states), oracle=False)
    late = [each for each in result.violations if any(map(is_late, each.events))]
    assert late
    text, saved = save(player, broken, [replace(result, violations=tuple(late[:2]))], PATH)
    calls = scripts(outline(Source(PATH, text.encode())), whole.flow)
    of_broken, of_whole = (
        play(player, [Scripts(PATH, whole.flow, Scenario(each.scenario_path, each.scenario), calls)]).calls
        for each in (broken, whole)
    )
    assert [each.replays for each in saved] == [True] * len(saved), text
    assert "NOT A REPLAY" not in text
    assert not any(each.passed for each in of_broken)
    assert all(each.passed for each in of_whole)
    assert said in text
