"""An error of the compiler is saved as a call script that fails on what the compiler makes then, and on that alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

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
SHOWN = ("targets are rung in the other order", "an agent that leaves waits", "webhooks are not told")


@pytest.mark.parametrize("what", SHOWN)
def test_it_is_replayed(searcher: Engine, subject: Callable[[Path], Subject], what: str) -> None:
    [mutant] = [each for each in MUTANTS if each.what == what]
    whole = subject(FLOWS / f"{mutant.flow}.yaml")
    broken = Subject(whole.flow, emitter(mutant)(whole.flow)[1], whole.scenario_path)
    result = search(searcher, broken, Bounds(posts=1, states=100))
    with Engine() as player:
        text, (saved,) = save(player, broken, [replace(result, violations=result.violations[:1])], PATH)
        calls = scripts(outline(Source(PATH, text.encode())), whole.flow)
        of_broken, of_whole = (
            play(player, [Scripts(PATH, whole.flow, Scenario(each.scenario_path, each.scenario), calls)]).calls[0]
            for each in (broken, whole)
        )
    assert saved.replays
    assert not of_broken.passed
    assert of_whole.passed
