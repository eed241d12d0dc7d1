"""Whole calls as batches, one file each in scripts: what is traced, and that it is the same everywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from flowc.config import load as load_config
from flowc.simulator import engine as engine_module
from flowc.simulator.engine import VOX_FILES, Engine, Options, batch_json
from flowc.testing.play.batch import play
from flowc.testing.project import load

from .conftest import REPOSITORY, SCENARIOS

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.json"))
FAILING = sorted((SCENARIOS / "failing").glob("*.js"))
CALL = [{"type": "incoming", "from": "+15550000001", "to": "+15550000002"}, {"type": "advance", "ms": 1000}]


class JsonLines(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "jsonl"


def script(path: Path) -> tuple[str, dict[str, Any]]:
    """A script file as the text of its scenario and the batch's entry."""
    written = json.loads(path.read_text(encoding="utf-8"))
    text = (SCENARIOS / written["scenario"]).read_text(encoding="utf-8")
    options = Options(**written["options"])
    return text, {"scenario": 0, "options": options, "events": written["events"], "state": True}


def whole_batch() -> tuple[list[str], list[dict[str, Any]]]:
    """Every script, and every failing scenario with a plain call."""
    texts, scripts = [], []
    for path in SCRIPTS:
        text, entry = script(path)
        texts.append(text)
        scripts.append(entry)
    for path in FAILING:
        texts.append(path.read_text(encoding="utf-8"))
        scripts.append({"options": Options(), "events": CALL, "state": True})
    return texts, [{**entry, "scenario": index} for index, entry in enumerate(scripts)]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_call_is_traced(engine: Engine, path: Path, snapshot: SnapshotAssertion) -> None:
    text, entry = script(path)
    (result,) = engine.run_scripts([text], [entry])
    assert result["impossible"] is None
    lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in result["trace"]]
    assert "".join(lines) == snapshot(extension_class=JsonLines, name=path.stem)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_step_by_step_is_the_same_as_a_batch(engine: Engine, path: Path) -> None:
    text, entry = script(path)
    (result,) = engine.run_scripts([text], [entry])
    session = engine.session(text, **json.loads(path.read_text(encoding="utf-8"))["options"])
    replies = [session.event(event).get("reply") for event in entry["events"]]
    assert session.trace == result["trace"]
    assert [reply for reply in replies if reply] == result["replies"]
    assert session.state == result["state"]


def test_the_same_input_gives_the_same_bytes() -> None:
    texts, scripts = whole_batch()
    engine = Engine()
    first = engine.run_scripts(texts, scripts)
    again = engine.run_scripts(texts, list(reversed(scripts)))
    fresh = Engine().run_scripts(texts, scripts)
    assert json.dumps(first) == json.dumps(list(reversed(again))) == json.dumps(fresh)


def test_node_gives_the_same_bytes(node: str) -> None:
    texts, scripts = whole_batch()
    [results] = in_node(node, "runScripts", [batch_json(texts, scripts)])
    assert json.loads(results) == Engine().run_scripts(texts, scripts)


class Listening(Engine):
    """An engine that keeps the batches of call scripts, and what came of them."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[str] = []
        self.results: list[str] = []

    def call(self, function: str, *arguments: str | int, extra_time: float = 0) -> str:
        result = super().call(function, *arguments, extra_time=extra_time)
        if function == "playScripts":
            self.batches += map(str, arguments)
            self.results.append(result)
        return result


def test_node_plays_the_examples_call_scripts_the_same(node: str) -> None:
    engine = played_examples()
    assert in_node(node, "playScripts", engine.batches) == engine.results


def test_piece_by_piece_the_examples_call_scripts_are_the_same() -> None:
    engine = played_examples()
    played = 0
    for written, results in zip(engine.batches, engine.results, strict=True):
        batch = json.loads(written)
        for one, result in zip(batch["scripts"], json.loads(results), strict=True):
            assert in_pieces(engine, json.dumps({**batch, "scripts": [one]})) == result
            played += 1
    assert played > 50


def played_examples() -> Listening:
    engine = Listening()
    assert play(engine, load(load_config(REPOSITORY)).files).calls
    return engine


def in_pieces(engine: Engine, batch: str) -> dict[str, Any]:
    """What becomes of the only script of a batch."""
    engine.call("beginScript", batch)
    while True:
        answer = json.loads(engine.call("playOn"))
        if isinstance(answer, dict):
            return answer


STACKS = """const fail = () => Promise.reject(new Error("no entry"));
Logger.write(new RangeError("at the top").stack); VoxEngine.addEventListener(AppEvents.CallAlerting, onCall);
function onCall(event) {
  setTimeout(() => Logger.write(inner().stack), 100);
  fail().catch((error) => Logger.write(error.stack));
  try {
    event.call.sendMediaTo("nothing");
  } catch (error) {
    Logger.write(error.stack);
  }
  Logger.write([3].map(function each() { return inner(); })[0].stack);
}
function inner() {
  return new (class Own extends TypeError {})("inside");
}
"""
SHOWN = [
    "RangeError: at the top\n    at scenario.js:2:14",
    "TypeError: Call.sendMediaTo: mediaUnit must be VoxMediaUnit, not a string\n    at onCall (scenario.js:7:16)",
    "TypeError: inside\n    at inner (scenario.js:14:10)\n    at each (scenario.js:11:49)\n"
    "    at onCall (scenario.js:11:20)",
    "Error: no entry\n    at fail (scenario.js:1:35)\n    at onCall (scenario.js:5:3)",
    "TypeError: inside\n    at inner (scenario.js:14:10)\n    at scenario.js:4:33",
]


def test_a_stack_is_that_of_the_scenario_however_it_is_played(engine: Engine, node: str) -> None:
    (result,) = engine.run_scripts([STACKS], [{"scenario": 0, "options": Options(), "events": CALL}])
    assert [entry["message"] for entry in result["trace"] if entry["event"] == "log"] == SHOWN
    script = {"scenario": 0, "options": Options().as_json(), "events": CALL}
    batch = json.dumps({"scenarios": [STACKS], "scripts": [script]})
    [of_node] = in_node(node, "playScripts", [batch])
    traces = [one["trace"] for one in (*json.loads(of_node), *json.loads(engine.call("playScripts", batch)))]
    assert [*traces, in_pieces(engine, batch)["trace"]] == [result["trace"]] * 3


def in_node(node: str, function: str, batches: list[str]) -> list[str]:
    """What the function of the emulator makes of each batch."""
    host = Path(engine_module.__file__).parent / "vox" / "host.js"
    run = subprocess.run(
        [node, str(host), function, *VOX_FILES],
        input="\n".join(batches),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=600,
    )
    return run.stdout.removesuffix("\n").split("\n")


def test_the_order_of_hashes_and_the_zone_do_not_matter(tmp_path: Path) -> None:
    code = (
        "import json\nfrom tests.simulator.test_traces import whole_batch\n"
        "from flowc.simulator.engine import Engine\nprint(json.dumps(Engine().run_scripts(*whole_batch())))"
    )
    outputs = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Kolkata")):
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(Path(__file__).parents[2])}
        run = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True, cwd=tmp_path
        )
        outputs.append(run.stdout)
    assert outputs[0] == outputs[1]


def test_an_impossible_event_stops_its_script_and_is_named(engine: Engine) -> None:
    events = [*CALL, {"type": "leg", "leg": "+1", "does": "answer"}, {"type": "advance", "ms": 1000}]
    (result,) = engine.run_scripts(["const S = 1;"], [{"scenario": 0, "options": Options(), "events": events}])
    assert result["impossible"] == {"index": 2, "message": "no leg +1 has been dialled"}
    assert result["view"]["now"] == 1000
