"""An error of the compiler is saved as a call script that fails on what the compiler makes then, and on that alone.

One of each kind of expectation, and with `FLOWC_MUTANTS=all` all that a search finds within `STATES`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

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
from tests.verify.mutants import MUTANTS
from tests.verify.test_oracle import FLOWS, emitter

PATH = "saved/mutant.verify.calls.yaml"
STATES = 100
SHOWN = {
    "targets are rung in the other order": "ringing",
    "a webhook is another's": "posted",
    "headers are dropped": "dialled",
    "others wait less": "dialled",
    "the flow has another name": "agent started with",
    "what the agent opens with is dropped": "agent told",
    "data of a reply is another's": "reply",
    "nobody chooses": "logged",
    "no key stops the ringing": "call",
    "the agent's key is its id": "caller with",
}
"""What is saved every time, and what it expects."""
FURTHER = (
    "what follows a talk is dropped",
    "the agent does not get the caller back",
    "the agent is waited for longer",
    "the agent is not heard out",
)
"""What a search finds in more than `STATES`: replayed as well, by hand."""
ALL = [each.what for each in MUTANTS if each.what not in FURTHER]


@pytest.fixture(scope="module")
def player() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@pytest.mark.parametrize("what", ALL if os.environ.get("FLOWC_MUTANTS") == "all" else SHOWN)
def test_it_is_replayed(searcher: Engine, player: Engine, subject: Callable[[Path], Subject], what: str) -> None:
    [mutant] = [each for each in MUTANTS if each.what == what]
    whole = subject(FLOWS / f"{mutant.flow}.yaml")
    broken = Subject(whole.flow, emitter(mutant)(whole.flow)[1], whole.scenario_path)
    result = search(searcher, broken, Bounds(posts=1, states=STATES))
    text, (saved,) = save(player, broken, [replace(result, violations=result.violations[:1])], PATH)
    calls = scripts(outline(Source(PATH, text.encode())), whole.flow)
    of_broken, of_whole = (
        play(player, [Scripts(PATH, whole.flow, Scenario(each.scenario_path, each.scenario), calls)]).calls[0]
        for each in (broken, whole)
    )
    assert saved.replays
    assert not of_broken.passed
    assert of_whole.passed
    assert of_broken.failures[0].expected.startswith(f"{SHOWN.get(what, '')}")


def test_what_is_listed_is_there() -> None:
    assert {*SHOWN, *FURTHER} <= {each.what for each in MUTANTS}
