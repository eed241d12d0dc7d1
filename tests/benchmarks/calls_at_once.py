"""How one process holds up with many calls at once. By hand; see README.md beside this.

The agents run in the real SDK with a scripted model, over real WebSockets and real HTTP; the scenarios in one emulator,
in the same process. So the figures are an upper limit for what the tools themselves cost.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import sys

from loguru import logger

from flowc.compiler import compile_flows
from flowc.simulator.engine import Engine
from flowc.source import Source
from tests.conftest import ROOT
from tests.loop.many_calls import many_calls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 50, 200, 400], help="how many at once, in turn")
    chosen = parser.parse_args()
    logger.remove()
    path = "flows/function_calling.yaml"
    made = compile_flows([Source(path, (ROOT / path).read_bytes())]).artifacts
    artifacts = {name.rsplit(".", 1)[1]: text for name, text in made.items() if "/" in name}
    engine = Engine()
    asyncio.run(many_calls(engine, artifacts, 1))  # the first pays for loading the model library
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print("calls  requests  seconds  ms a call  median wait  longest wait  memory")
    for number in chosen.calls:
        figures = asyncio.run(many_calls(engine, artifacts, number))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        each = 1000 * figures.seconds / number
        print(
            f"{number:5} {figures.requests:9} {figures.seconds:8.2f} {each:10.1f} {figures.median_wait_s:10.3f} s"
            f" {figures.longest_wait_s:11.3f} s {memory:4} MiB"
        )


if __name__ == "__main__":
    main()
