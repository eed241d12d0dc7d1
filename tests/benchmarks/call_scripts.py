"""What `flowc test` costs: whole processes with 100 call scripts of 20 events each. See README.md beside this."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FLOW = Path(__file__).with_name("flow.yaml")
STEPS = """
    - caller: calls
    - expect: {caller with: agent}
    - agent: {says: Good morning!}
    - wait: 3s
    - agent: {asks: note, with: {text: "number NUMBER"}}
    - expect: {reply: {ok: true}}
    - agent: {asks: caller_number}
    - agent: {asks: call_transfer, with: {department: front_desk, summary: teeth}}
    - expect: {reply: {ok: true}}
    - wait: 4s
    - expect: {ringing: reception}
    - reception: rings
    - wait: 3s
    - reception: is busy
    - expect: {ringing: pbx}
    - pbx: answers
    - expect: {caller with: pbx}
    - wait: 1m
    - pbx: hangs up
    - expect: {call: ended}
"""
HEAD = """flowc: 1
flow: clinic_0000.yaml
account:
  storage: {CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999", BILLING_NUMBER: "+15550100002"}
  secrets: {CARTESIA_API_KEY: test-key, CRM_WEBHOOK: "https://crm.example.com/calls"}
calls:
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=100)
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "flows").mkdir()
        (folder / "pyproject.toml").write_text("[tool.flowc]\n", encoding="utf-8")
        (folder / "flows" / "clinic_0000.yaml").write_bytes(FLOW.read_bytes())
        calls = [f"  call {number}:" + STEPS.replace("NUMBER", str(number)) for number in range(chosen.calls)]
        (folder / "flows" / "clinic_0000.calls.yaml").write_text(HEAD + "".join(calls), encoding="utf-8")
        run(folder, "build", "-q")
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {chosen.calls} calls, goal: 1000 ms")
        for arguments in (("test",), ("test", "--coverage", "--format", "json"), ("test", "--all-platform-variants")):
            taken = [run(folder, *arguments) for _ in range(chosen.rounds + 1)][1:]
            low, middle, high = (1000 * pick(taken) for pick in (min, statistics.median, max))
            print(f"flowc {' '.join(arguments):<40} {middle:8.1f} ms  ({low:.1f} to {high:.1f})")


def run(folder: Path, *arguments: str) -> float:
    start = time.perf_counter()
    command = (sys.executable, "-m", "flowc", *arguments)
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
