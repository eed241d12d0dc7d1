"""Scenarios that break, one file each in scenarios/failing.

The first line says which error to expect, `// here` marks the line it must name.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.simulator import engine as engine_module
from flowc.simulator.engine import Engine, Options, ScenarioFailed, Session

from .conftest import SCENARIOS

FAILING = sorted((SCENARIOS / "failing").glob("*.js"))
CALL = [{"type": "incoming", "from": "+15550000001", "to": "+15550000002"}, {"type": "advance", "ms": 1000}]
LOOP = "VoxEngine.addEventListener(AppEvents.CallAlerting, () => { for (;;) {} });"
HOARD = """
const S = { hoard: [] };
VoxEngine.addEventListener(AppEvents.CallAlerting, () => {
  for (;;) S.hoard.push(new Array(1000).fill(S.hoard.length));
});
"""


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_a_broken_scenario_ends_with_the_error_and_its_line(engine: Engine, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    kind, message = text.splitlines()[0].removeprefix("// error: ").split(" ", 1)
    marked = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith("// here")]
    session = engine.session(text)
    if session.ended is None:
        session.incoming_call()
        session.advance(1000)
    assert session.error is not None
    assert (session.error.kind, session.error.message) == (kind, message)
    assert session.error.line == (marked[0] if marked else None)
    assert session.ended is not None
    assert session.ended.reason == "error"


def test_too_large_a_scenario_is_refused(engine: Engine) -> None:
    assert engine.session("/" * 2 + "x" * (256 * 1024 - 2)).error is None
    error = engine.session("/" * 2 + "x" * (256 * 1024 - 1)).error
    assert error is not None
    assert error.kind == "size"


@pytest.mark.parametrize(("text", "said"), [(LOOP, "loops for ever"), (HOARD, "MB of memory")], ids=["loop", "memory"])
def test_a_scenario_that_never_comes_back_is_stopped(text: str, said: str) -> None:
    engine = Engine(timeout=2.0 if text is LOOP else 60.0, memory=128 * 1024 * 1024)
    healthy = engine.session("VoxEngine.addEventListener(AppEvents.CallAlerting, (e) => e.call.answer());")
    healthy.incoming_call()
    session = engine.session(text)
    begun = time.monotonic()
    with pytest.raises(ScenarioFailed, match=said):
        session.incoming_call()
    assert time.monotonic() - begun < 30
    healthy.caller.hang_up()
    assert healthy.caller.state == "TERMINATED", "the other sessions of the engine go on"


def test_in_a_batch_it_does_not_stop_the_others() -> None:
    engine = Engine(timeout=1.0)
    good = "VoxEngine.addEventListener(AppEvents.CallAlerting, (e) => e.call.answer());"
    scripts = [{"scenario": index, "options": Options(), "events": CALL} for index in (0, 1, 0)]
    results = engine.run_scripts([good, LOOP], scripts)
    assert "loops for ever" in results[1]["failed"]
    assert [result["view"]["legs"][0]["state"] for result in (results[0], results[2])] == ["CONNECTED", "CONNECTED"]


def test_errors_can_be_only_logged(open_session: Callable[..., Session]) -> None:
    session = open_session("failing/throws.js", exception="logged")
    assert session.ended is None
    assert session.error is not None
    assert session.error.kind == "exception"


async def test_an_engine_can_be_used_where_an_event_loop_runs() -> None:
    session = Engine().session("VoxEngine.addEventListener(AppEvents.CallAlerting, (e) => e.call.answer());")
    session.incoming_call()
    assert session.caller.state == "CONNECTED"


def test_a_process_that_keeps_an_engine_exits() -> None:
    code = "from flowc.simulator.engine import Engine\nengine = Engine()\nkept = engine.session('const S = 1;')"
    root = Path(engine_module.__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, timeout=60)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
