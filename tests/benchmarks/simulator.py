"""How many emulated calls a second: mini-racer and Node side by side, on a generated scenario. See README.md.

A call is 20 events with a failed and an answered transfer, on `flows/function_calling.yaml` as it is generated. The
batches alternate between the hosts, so that a busy machine is busy for both.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import flowc
from flowc.simulator.engine import BATCH_SIZE, VOX_FILES, Engine, Options, batch_json

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "generated" / "function_calling" / "function_calling.voxengine.js"
HOST = Path(flowc.__file__).parent / "simulator" / "vox" / "host.js"
STORAGE = {"CARTESIA_API_KEY": "key", "CARTESIA_AGENT_ID": "agent", "PSTN_CALLER_ID": "+15550009999"}
SUPPORT = "+15550100001"
WHOLE_PROCESS = """
import json, sys
from flowc.simulator.engine import Engine, Options
given = json.load(sys.stdin)
scripts = [{**script, "options": Options(**script["options"])} for script in given["scripts"]]
results = Engine().run_scripts(given["scenarios"], scripts)
assert all(result["impossible"] is None for result in results)
"""

Script = Mapping[str, Any]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--calls", type=int, default=3000, help="in a batch")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--memory", type=int, default=100_000, help="calls for the measurement of memory; 0: none")
    chosen = arguments.parse_args()
    load = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"flowc {flowc.__version__}, Python {sys.version.split()[0]}, {load}")
    text = SCENARIO.read_text(encoding="utf-8")
    played = events(text)
    script = {"scenario": 0, "options": Options(storage=STORAGE), "events": played}
    with tempfile.TemporaryDirectory() as folder:
        for trace in ("full", "none"):
            options = Options(storage=STORAGE, trace=trace)
            race(text, {**script, "options": options}, chosen.calls, chosen.rounds, Path(folder))
    whole_process(text, script, chosen.rounds)
    if chosen.memory:
        memory(text, script, chosen.memory)


def events(text: str) -> list[dict[str, Any]]:
    """Twenty events. The control token is random, and the same in every session with one seed: one call tells it."""
    engine = Engine()
    session = engine.session(text, storage=STORAGE)
    session.incoming_call("+15550123456", "+15550100000")
    session.advance(300)
    metadata = session.agent.started
    assert metadata is not None

    def post(number: int, action: str) -> dict[str, Any]:
        headers = {"X-Flowc-Token": metadata["vox_control_token"], "X-Flowc-Request-Id": f"request-{number}"}
        body = json.dumps({"action": action})
        return {"type": "request", "method": "POST", "path": "/request/1", "body": body, "headers": headers}

    leg = {"type": "leg", "leg": SUPPORT}
    agent = {"type": "agent", "agent": None}
    wait = {"type": "advance", "ms": 3000}
    speak = {**agent, "does": "speak", "ms": 1000}
    return [
        {"type": "incoming", "from": "+15550123456", "to": "+15550100000"},
        {"type": "advance", "ms": 300},
        speak,
        wait,
        post(1, "call_transfer"),
        speak,
        wait,
        {**leg, "does": "ring"},
        {"type": "advance", "ms": 4000},
        {**leg, "does": "fail", "code": 486},
        wait,
        speak,
        wait,
        post(2, "call_transfer"),
        speak,
        wait,
        {**leg, "does": "ring"},
        {**leg, "does": "answer"},
        {"type": "advance", "ms": 60_000},
        {**leg, "does": "hangup"},
    ]


def race(text: str, script: Script, calls: int, rounds: int, folder: Path) -> None:
    """Calls a second when warm. Node's process and start are taken out: the time of a large input less a small one."""
    engine = Engine()
    scripts = [script] * calls
    batches = batches_of(text, scripts)
    hosts: dict[str, Callable[[], float]] = {
        "mini-racer": lambda: calls / timed(lambda: [engine.call("runScripts", batch) for batch in batches]),
        "mini-racer, results in Python": lambda: calls / timed(lambda: engine.run_scripts([text], scripts)),
    }
    node = shutil.which("node")
    if node is not None:
        small, large = folder / "small.jsonl", folder / "large.jsonl"
        small.write_text("\n".join(batches), encoding="utf-8")
        large.write_text("\n".join(batches * 4), encoding="utf-8")
        hosts["node"] = lambda: 3 * calls / (in_node(node, large) - in_node(node, small))
    rates: dict[str, list[float]] = {host: [] for host in hosts}
    for number in range(rounds + 1):
        for host, measure in hosts.items():
            rate = measure()
            if number:
                rates[host].append(rate)
    for host, taken in rates.items():
        spread = f"({min(taken):,.0f} to {max(taken):,.0f})"
        print(f"{host:<30} trace {script['options'].trace:<5} {statistics.median(taken):>8,.0f} calls/s  {spread}")


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def batches_of(text: str, scripts: Sequence[Script]) -> list[str]:
    """Batches of the size that `Engine` makes, as JSON."""
    parts = [scripts[start : start + BATCH_SIZE] for start in range(0, len(scripts), BATCH_SIZE)]
    return [batch_json([text], part) for part in parts]


def in_node(node: str, batches: Path) -> float:
    """Seconds for the whole process."""
    command = [node, str(HOST), "runScripts", *VOX_FILES]
    with batches.open("rb") as given:
        return timed(lambda: subprocess.run(command, stdin=given, check=True, stdout=subprocess.DEVNULL))


def as_json(script: Script) -> dict[str, Any]:
    return {**script, "options": script["options"].as_json()}


def whole_process(text: str, script: Script, rounds: int) -> None:
    """A hundred scripts in a process of their own, with Python's start and the engine's."""
    batch = json.dumps({"scenarios": [text], "scripts": [as_json(script)] * 100})
    command = [sys.executable, "-c", WHOLE_PROCESS]
    taken = [
        timed(lambda: subprocess.run(command, input=batch, encoding="utf-8", check=True, cwd=ROOT))
        for _ in range(rounds)
    ]
    print(f"100 scripts, whole process {1000 * statistics.median(taken):8.0f} ms  (goal 1000)")


def memory(text: str, script: Script, calls: int) -> None:
    """The largest memory of both processes, after a fifth of the calls and after all."""
    for part in (calls // 5, calls):
        engine = Engine()
        for _ in range(0, part, 1000):
            engine.run_scripts([text], [script] * 1000)
        engine.discard()  # its process ends, and is one of those of which the largest is known
        largest, own = (
            resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
        )
        print(f"after {part:>7,} calls: V8 {largest:,.0f} MB at most, Python {own:,.0f} MB")


if __name__ == "__main__":
    main()
