"""How long a keystroke takes, with a real server: `python -m tests.benchmarks.lsp [--lines 200] [--keys 60]`.

A letter is typed, and the errors of the text with it are waited for; or completions, or a hover, and then its errors,
which are counted as well. What counts is the processor's time of the server, and of several rounds the shortest: that
of a session with so many letters without that of one in which none is typed.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.conftest import ROOT
from tests.lsp.client import editor

AIM_MS = 50.0
PLACES = {"front_desk.yaml": "    - transfer: reception", "front_desk.calls.yaml": "    - agent: is interrupted"}
"""Where letters are typed, which is there once."""


def flow_of(lines: int) -> str:
    """The example that has the most in it, with as many actions as it takes."""
    text = (ROOT / "flows/front_desk.yaml").read_text("utf-8")
    action = '''
  transfer_{number}:
    description: Transfer the caller to a person who is number {number} on the list.
    parameters:
      department: {{type: string, enum: [front_desk, billing], description: who should take the call}}
    say: connecting
    do:
      - notify: crm
      - transfer: {{by: department, among: {{front_desk: [reception, pbx], billing: billing}}}}
        ringing: please_hold
        fallback:
          busy: {{return_to_agent: {{say: all_busy}}}}
          otherwise: return_to_agent
'''
    head, rest = text.split("\nroutes:\n")
    number = 0
    while len(f"{head}\nroutes:\n{rest}".splitlines()) + 13 <= lines:
        head += action.format(number=number)
        number += 1
    return f"{head}\nroutes:\n{rest}"


async def session(root: Path, name: str, place: str, asked: str, keys: int) -> list[float]:
    """Letters are typed at the end of a text, one by one, and taken back. How long each was waited for, in ms."""
    took: list[float] = []
    async with editor(root) as one:
        uri = one.open_file(root / f"flows/{name}")
        await one.told(uri)
        await one.items(uri, f"{place}\n", len(place))  # what is loaded when it is needed first
        await one.hover(uri, f"{place}\n")
        for number in range(keys):
            before, typed = "x" * (number % 5), "x" * ((number + 1) % 5)
            began = time.perf_counter()
            one.replace(uri, f"{place}{before}\n", f"{place}{typed}\n")
            if asked == "errors":
                await one.told(uri)
            elif asked == "completion":
                await one.items(uri, f"{place}{typed}\n", len(place))
            else:
                await one.hover(uri, f"{place}{typed}\n")
            took.append((time.perf_counter() - began) * 1000)
            await one.told(uri)
    return took


def processor_ms(root: Path, name: str, place: str, asked: str, keys: int) -> tuple[float, list[float]]:
    """The processor's time of a whole server, and what was waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = asyncio.run(session(root, name, place, asked, keys))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000, took


def run(lines: int, keys: int, rounds: int) -> bool:
    is_fine = True
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "flows").mkdir()
        (root / "pyproject.toml").write_text("[tool.flowc]\n")
        (root / "flows/front_desk.yaml").write_text(flow_of(lines), "utf-8")
        scripts = (ROOT / "flows/front_desk.calls.yaml").read_text("utf-8")
        (root / "flows/front_desk.calls.yaml").write_text(scripts, "utf-8")
        for name, place in PLACES.items():
            print(f"{name}, {len((root / 'flows' / name).read_text('utf-8').splitlines())} lines, {keys} letters:")
            for asked in ("errors", "completion", "hover"):
                none = min(processor_ms(root, name, place, asked, 0)[0] for _ in range(rounds))
                found = [processor_ms(root, name, place, asked, keys) for _ in range(rounds)]
                each = (min(spent for spent, _ in found) - none) / keys
                waited = min(median(took) for _, took in found)
                is_fine = is_fine and each <= AIM_MS
                print(f"  {asked:<11} {each:5.1f} ms of the processor, {waited:5.1f} ms waited for")
    print(f"aimed at: {AIM_MS:.0f} ms{'' if is_fine else ', which is not met'}")
    return is_fine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--keys", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    raise SystemExit(0 if run(given.lines, given.keys, given.rounds) else 1)


if __name__ == "__main__":
    main()
