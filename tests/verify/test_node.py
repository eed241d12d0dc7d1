"""A search in Node.js comes to what it comes to in the embedded V8: states, violations, the whole graph."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowc.simulator.engine import CannotPlay, Engine, ScenarioFailed, ScenarioTooSlow
from flowc.simulator.node import NodeEngine
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.conftest import ROOT
from tests.verify.broken import BROKEN
from tests.verify.test_search import EXAMPLE

FLOWS = Path(__file__).parent / "flows"


@pytest.fixture(scope="module")
def node() -> Iterator[NodeEngine]:
    if shutil.which("node") is None:
        pytest.skip("node is not on PATH")
    with NodeEngine(memory=2 << 30) as engine:
        yield engine


@pytest.mark.parametrize(
    "bounds",
    [
        Bounds(posts=1, states=400),  # `talking.yaml` is exhausted
        Bounds(posts=1, states=250, exact=True),
        Bounds(posts=1, states=200, untimed=True, faults=True),
    ],
    ids=["reduced", "exact", "untimed, with faults"],
)
@pytest.mark.parametrize("path", [FLOWS / "talking.yaml", EXAMPLE], ids=lambda path: path.stem)
def test_both_come_to_the_same(
    searcher: Engine, node: NodeEngine, subject: Callable[[Path], Subject], path: Path, bounds: Bounds
) -> None:
    found = subject(path)
    one, other = (search(engine, found, bounds, graph=True) for engine in (searcher, node))
    assert one == other
    assert one.states > 100


@pytest.mark.parametrize("broken", BROKEN[1:3], ids=[one[0] for one in BROKEN[1:3]])
def test_both_find_the_same_by_the_same_path(
    searcher: Engine, node: NodeEngine, subject: Callable[[Path], Subject], broken: tuple[str, str, str, str, int]
) -> None:
    whole = subject(EXAMPLE)
    found = Subject(whole.flow, whole.scenario.replace(broken[1], broken[2]), whole.scenario_path)
    one, other = (search(engine, found, Bounds(posts=1, states=700)) for engine in (searcher, node))
    assert one.violations
    assert one == other


def test_what_was_edited_by_hand_is_replayed_in_both(
    searcher: Engine, node: NodeEngine, subject: Callable[[Path], Subject]
) -> None:
    whole = subject(ROOT / "flows" / "function_calling.yaml")
    text = whole.scenario.replace("onAgentClosed.bind(null, number)", "() => onAgentClosed(number)")
    found = Subject(whole.flow, text, whole.scenario_path)
    one, other = (search(engine, found, Bounds(posts=1, states=60)) for engine in (searcher, node))
    assert one.hidden is not None
    assert one == other


def test_a_scenario_that_never_ends_is_ended(node: NodeEngine, subject: Callable[[Path], Subject]) -> None:
    whole = subject(EXAMPLE)
    found = Subject(whole.flow, f"{whole.scenario}\nwhile (true) {{}}\n", whole.scenario_path)
    with NodeEngine(timeout=-117, memory=2 << 30) as engine, pytest.raises(ScenarioTooSlow):
        search(engine, found, Bounds(posts=0))


def test_the_process_is_not_there_any_more(node: NodeEngine) -> None:
    with NodeEngine(memory=1 << 30) as engine:
        engine.call("lint", "const S = {};")
        assert engine._process is not None
        engine._process.kill()
        engine._process.wait()
        with pytest.raises(ScenarioFailed, match=r"Node\.js has ended"):
            engine.call("lint", "const S = {};")
        assert engine.call("lint", "const S = {};") == "[]"  # another one


def test_without_node_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(CannotPlay, match="`node` is on PATH"):
        NodeEngine(memory=1 << 30).call("lint", "")
