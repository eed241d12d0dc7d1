"""Scenarios that break, one file each in scenarios/failing.

The first line says which error to expect, `// here` marks the line it must name.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.simulator import engine as engine_module
from flowc.simulator.engine import Engine, Options, ScenarioFailed, Session
from tests.signals import begin_with

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


def test_what_the_emulator_adds_to_a_call_scripts_scenario_is_no_part_of_it(engine: Engine) -> None:
    """Neither of its size, nor of what is parsed."""
    texts = ["/" * 2 + "x" * (256 * 1024 - 2), "/" * 2 + "x" * (256 * 1024 - 1), "if (true)", "const S = 1; // the end"]
    scripts = [{"scenario": index, "options": Options().as_json(), "events": []} for index in range(len(texts))]
    results = json.loads(engine.call("playScripts", json.dumps({"scenarios": texts, "scripts": scripts})))
    kinds = [result["view"]["error"] and result["view"]["error"]["kind"] for result in results]
    assert kinds == [None, "size", "syntax", None]


@pytest.mark.parametrize(("text", "said"), [(LOOP, "loops for ever"), (HOARD, "MB of memory")], ids=["loop", "memory"])
def test_a_scenario_that_never_comes_back_is_stopped(text: str, said: str) -> None:
    engine = Engine(timeout=2.0 if text is LOOP else 60.0, memory=128 * 1024 * 1024)
    healthy = engine.session("VoxEngine.addEventListener(AppEvents.CallAlerting, (e) => e.call.answer());")
    healthy.incoming_call()
    session = engine.session(text)
    with pytest.raises(ScenarioFailed, match=said):
        session.incoming_call()
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


def test_what_closed_sessions_leave_is_no_use_of_memory() -> None:
    engine = Engine(memory=64 * 1024 * 1024)
    for number in range(300):
        session = engine.session(f"const S = {{ n: {number} }}; //" + 100_000 * "x")
        assert session.error is None
        session.close()


async def test_an_engine_can_be_used_where_an_event_loop_runs() -> None:
    session = Engine().session("VoxEngine.addEventListener(AppEvents.CallAlerting, (e) => e.call.answer());")
    session.incoming_call()
    assert session.caller.state == "CONNECTED"


def test_a_process_that_keeps_an_engine_exits() -> None:
    code = "from flowc.simulator.engine import Engine\nengine = Engine()\nkept = engine.session('const S = 1;')"
    root = Path(engine_module.__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, timeout=600)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


CHANGES = {
    "Array.prototype.push = function () { throw new Error('mine'); };": "Array.prototype.push",
    "Object.keys = () => [];": "Object.keys",
    "JSON.extra = true;": "+JSON.extra",
    "Object.freeze(Array.prototype);": "Array.prototype.(itself)",
    "Object.setPrototypeOf(JSON, null);": "JSON.(itself)",
    "Object.getPrototypeOf(new Map().entries()).next = () => 1;": "(iterator of Map).next",
    "Array.prototype.last = function () { return this[this.length - 1]; };": "+Array.prototype.last",
    "Logger.write(String([3, 1, 2].sort()));": "",
}


@pytest.mark.parametrize("scenario", CHANGES)
def test_what_a_scenario_changes_of_javascript_itself_is_noticed(scenario: str) -> None:
    engine = Engine()
    assert engine.session(scenario).error is None
    assert engine.changed_intrinsic() == CHANGES[scenario]
    engine.discard()
    assert engine.changed_intrinsic() == ""


@pytest.mark.parametrize("scenario", CHANGES)
def test_what_a_scenario_changes_of_javascript_itself_no_other_feels(scenario: str) -> None:
    watcher = """
    const seen = [1].push(2) + typeof JSON.extra + typeof [].last + Object.keys({ a: 1 }).length;
    VoxEngine.addEventListener(AppEvents.CallAlerting, () => Logger.write(seen));
    """
    scripts = [{"scenario": index, "options": Options(), "events": CALL} for index in (1, 0, 1)]
    before, _, after = Engine().run_scripts([scenario, watcher], scripts)
    for result in (before, after):
        logs = [entry["message"] for entry in result["trace"] if entry["event"] == "log"]
        assert logs == ["2undefinedundefined1"]


# Some of these V8 breaks off itself, some not, and for some it ends its whole process.
UNSTOPPABLE = [
    "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);",
    "Array.from({ length: 1e9 });",
    "new Array(4294967295).fill(1);",
    "const list = [1]; list.length = 4294967295; list.sort();",
]


@pytest.mark.parametrize("scenario", UNSTOPPABLE)
def test_whatever_a_scenario_makes_v8_do_the_next_one_runs(scenario: str) -> None:
    engine = Engine(timeout=1.0)
    with pytest.raises(ScenarioFailed):
        engine.session(scenario)
    assert engine.session("Logger.write('here');").logs == ["here"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_machines_time_zone_and_language_are_not_the_scenarios(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TZ", zone), ("LC_ALL", "de_DE.UTF-8"), ("LANG", "de_DE.UTF-8")):
        monkeypatch.setenv(name, value)
    shown = "[new Date('2026-01-05T08:00:00').getTime(), new Date(0).toTimeString(), (1234.5).toLocaleString()].join()"
    session = Engine().session(f"Logger.write({shown});")
    assert session.logs == ["1767600000000,00:00:00 GMT+0000 (Coordinated Universal Time),1,234.5"]


def test_an_interruption_is_for_the_process_that_asks() -> None:
    """A debugger, or a notebook, goes on after Ctrl-C; the engine's process gets the signal as well."""
    code = """
import os, signal
from flowc.simulator.engine import Engine
engine = Engine()
assert engine.session("Logger.write('before');").logs == ["before"]
try:
    os.killpg(0, signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    pass
print(engine.generation, engine.session("Logger.write('after');").logs)
"""
    root = Path(engine_module.__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        capture_output=True,
        timeout=600,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=begin_with(),
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "0 ['after']\n", "")


def test_a_process_that_somebody_else_ends_costs_one_call() -> None:
    engine = Engine()
    engine.session("const S = 1;")
    [worker] = [context._process for context in [engine._context] if context is not None]
    worker.kill()
    with pytest.raises(ScenarioFailed, match="V8 itself has ended"):
        engine.session("const S = 1;")
    assert engine.session("Logger.write('here');").logs == ["here"]
