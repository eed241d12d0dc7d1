"""How long `flowc verify` takes, and how that grows: by hand, see README.md beside this.

A flow with N targets: an action that rings them one after the other, with a fallback of its own for `busy`, and one
that ends the call. With M requests of the agent in a call.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flowc.compiler import compile_flows
from flowc.simulator.engine import SEARCH_BYTES, Engine
from flowc.simulator.node import NodeEngine
from flowc.source import Source
from flowc.verify.result import Bounds, Result
from flowc.verify.search import Subject, search

ROOT = Path(__file__).parents[2]


def flow(targets: int) -> bytes:
    """So many people to ring."""
    names = [f"person_{number}" for number in range(1, targets + 1)]
    settings = 'ring: 20s, caller_id: "+15550109999"'
    rows = "".join(f'  {name}: {{pstn: "+1555010001{n}", {settings}}}\n' for n, name in enumerate(names))
    return f"""flowc: 1
flow: growth
agent: {{api_key: {{secret: KEY}}, agent_id: {{secret: AGENT}}, unavailable: hang_up}}
prompts:
  busy: Everybody is on another call.
targets:
{rows}actions:
  transfer:
    description: Put the caller through.
    do:
      transfer: [{", ".join(names)}]
      fallback: {{busy: {{return_to_agent: {{say: busy}}}}, otherwise: return_to_agent}}
  end_call: {{description: End the call., do: hang_up}}
""".encode()


def subject(content: bytes, name: str) -> Subject:
    compiled = compile_flows([Source(name, content)])
    assert not compiled.diagnostics, compiled.diagnostics
    scenario = next(text for key, text in compiled.artifacts.items() if key.endswith(".js"))
    return Subject(compiled.flows[0], scenario, name)


def searched(engine: Engine, found: Subject, posts: int) -> tuple[Result, float]:
    began = time.monotonic()
    result = search(engine, found, Bounds(posts=posts))
    return result, time.monotonic() - began


def table(most_targets: int, most_posts: int) -> None:
    print("states / transitions / seconds, the oracle included")
    print("| targets |" + "".join(f" {posts} requests |" for posts in range(most_posts + 1)))
    print("|---|" + "---|" * (most_posts + 1))
    with Engine(memory=SEARCH_BYTES) as engine:
        searched(engine, subject(flow(1), "growth.yaml"), 0)  # starts the engine
        for targets in range(1, most_targets + 1):
            cells = []
            for posts in range(most_posts + 1):
                result, seconds = searched(engine, subject(flow(targets), "growth.yaml"), posts)
                assert result.exhausted
                assert not result.violations
                cells.append(f" {result.states:,} / {result.transitions:,} / {seconds:.1f} |")
            print(f"| {targets} |" + "".join(cells), flush=True)


def whole(targets: int, posts: int, rounds: int) -> None:
    """Whole processes, with all that has to be started: `flowc verify` of the scenario."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "flows").mkdir()
        (Path(folder) / "flows" / "growth.yaml").write_bytes(flow(targets))
        (Path(folder) / "pyproject.toml").write_text("[tool.flowc]\n")
        flowc = [sys.executable, "-m", "flowc"]
        subprocess.run([*flowc, "build", "-q"], cwd=folder, check=True)
        times = []
        for _ in range(rounds):
            began = time.monotonic()
            command = [*flowc, "verify", "-q", "--only", "scenario", "--posts", str(posts)]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            times.append(time.monotonic() - began)
    print(f"{targets} targets, {posts} requests, whole process: {min(times):.2f} s (of {rounds}, the shortest)")


def speed(targets: int, posts: int, rounds: int) -> None:
    """The search alone, without the oracle, in both engines in turns."""
    found = subject(flow(targets), "growth.yaml")
    best: dict[str, float] = {}
    with Engine(memory=SEARCH_BYTES) as embedded, NodeEngine(memory=SEARCH_BYTES) as node:
        for _ in range(rounds):
            for name, engine in (("mini-racer", embedded), ("Node", node)):
                began = time.monotonic()
                result = search(engine, found, Bounds(posts=posts), oracle=False)
                best[name] = max(best.get(name, 0), result.transitions / (time.monotonic() - began))
    for name, rate in best.items():
        print(f"{name}: {rate:,.0f} transitions a second")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--targets", type=int, default=5)
    parser.add_argument("--posts", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    whole(3, 2, chosen.rounds)
    speed(5, 4, chosen.rounds)
    table(chosen.targets, chosen.posts)


if __name__ == "__main__":
    main()
