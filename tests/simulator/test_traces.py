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
from flowc.testing.play import play
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
        assert function == "playScripts"
        self.batches += map(str, arguments)
        self.results.append(result)
        return result


def test_node_plays_the_examples_call_scripts_the_same(node: str) -> None:
    engine = Listening()
    files = load(load_config(REPOSITORY)).files
    assert play(engine, files).calls
    assert in_node(node, "playScripts", engine.batches) == engine.results


def in_node(node: str, function: str, batches: list[str]) -> list[str]:
    """What the function of the emulator makes of each batch."""
    host = Path(engine_module.__file__).with_name("host.js")
    run = subprocess.run(
        [node, str(host), function, *VOX_FILES],
        input="\n".join(batches),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
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
