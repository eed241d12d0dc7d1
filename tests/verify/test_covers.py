"""What a search leaves out because it is in more is nothing that it would have found: the same states are come to, but
for what is remembered of the paths to them, and the same promises do not hold, whatever is wrong. With
`FLOWC_MUTANTS=all` every scenario of `broken.py` is tried, else a few.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator import engine as engine_module
from flowc.simulator.engine import Engine
from flowc.verify.alphabet import alphabet
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, _asked, _mode
from tests.conftest import ROOT
from tests.verify.broken import BROKEN
from tests.verify.kills import subject_of
from tests.verify.test_search import EXAMPLE

END = "\n})();"
Reached = dict[str, Any]


@pytest.fixture(scope="module")
def reached() -> Iterator[Callable[[Subject, Bounds], Reached]]:
    """A search as of what flowc generates, also where that was changed: the two differ in what is left out alone."""
    whole = engine_module.emulator_source()
    assert whole.endswith(END)
    more = (Path(__file__).parent / "reached.js").read_text("utf-8")
    with pytest.MonkeyPatch.context() as patch, Engine(memory=2 << 30) as engine:
        patch.setattr(engine_module, "emulator_source", lambda: f"{whole.removesuffix(END)}\n{more}{END}")

        def searched(found: Subject, bounds: Bounds) -> Reached:
            world = alphabet(found.flow, bounds.posts)
            asked = _asked(found.scenario, world, _mode(found, bounds, False, True), {})
            result: Reached = json.loads(engine.call("reached", json.dumps(asked), extra_time=600))
            assert result["exhausted"]
            return result

        yield searched


ONE, TWO = Bounds(posts=1), Bounds(posts=2)
TRIED = BROKEN if os.environ.get("FLOWC_MUTANTS") == "all" else BROKEN[::5]


@pytest.mark.parametrize(
    ("flow", "bounds"),
    [
        ("function_calling", TWO),
        ("together", ONE),
        ("leaving", TWO),
        ("accept", replace(ONE, untimed=True)),
        ("whisper", ONE),
        ("trying_again", ONE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_state_is_left_out(
    reached: Callable[[Subject, Bounds], Reached],
    subject: Callable[[Path], Subject],
    flow: str,
    bounds: Bounds,
) -> None:
    example = ROOT / "flows" / f"{flow}.yaml"
    found = subject(example) if example.exists() else subject_of(flow)
    every, few = reached(found, replace(bounds, covered=False)), reached(found, bounds)
    assert few["bare"] == every["bare"]
    assert few["wrong"] == every["wrong"] == []


@pytest.mark.parametrize("broken", TRIED, ids=[one[0] for one in TRIED])
def test_no_error_is_left_out(
    reached: Callable[[Subject, Bounds], Reached],
    subject: Callable[[Path], Subject],
    broken: tuple[str, str, str, str, int],
) -> None:
    whole = subject(EXAMPLE)
    found = Subject(whole.flow, whole.scenario.replace(broken[1], broken[2]), whole.scenario_path)
    every, few = reached(found, replace(ONE, covered=False)), reached(found, ONE)
    assert few["wrong"] == every["wrong"] != []
    assert few["bare"] == every["bare"]


def test_less_is_searched(reached: Callable[[Subject, Bounds], Reached]) -> None:
    """Or these tests would compare nothing."""
    found = subject_of("whisper")
    assert reached(found, ONE)["states"] < 0.8 * reached(found, replace(ONE, covered=False))["states"]
