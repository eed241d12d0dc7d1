"""What flowc costs next to what it is made of: whole processes, alternating, in one run. See README.md beside this."""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import flowc

FLOW = Path(__file__).with_name("flow.yaml")
FLOWC = (str(script),) if (script := Path(sys.executable).with_name("flowc")).is_file() else ("-m", "flowc")
PARSE = """
import glob, yaml
for name in sorted(glob.glob("flows/*.yaml")):
    with open(name, "rb") as file:
        yaml.load(file.read(), Loader=yaml.CSafeLoader)
"""

PARSE_AND_WRITE = f"""{PARSE}
import os
for folder in sorted(os.listdir("wanted")):
    os.makedirs("generated/" + folder)
    for name in os.listdir("wanted/" + folder):
        with open(f"wanted/{{folder}}/{{name}}", "rb") as file:
            content = file.read()
        with open(f"generated/{{folder}}/{{name}}", "wb") as file:
            file.write(content)
"""


@dataclass(frozen=True, slots=True)
class Contestant:
    """Arguments for Python, what they are compared with, the ratio aimed at, and what precedes each run, untimed."""

    name: str
    arguments: tuple[str, ...]
    folder: Path
    yardstick: str = ""
    goal: str = ""
    prepare: Callable[[], None] = lambda: None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--flows", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=7, help="start-up is measured three times as often")
    chosen = options.parse_args()
    compileall.compile_dir(str(Path(flowc.__file__).parent), quiet=2)
    load = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"flowc {flowc.__version__}, Python {sys.version.split()[0]}, {load}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        one, many = project(folder / "one", 1), project(folder / "many", chosen.flows)
        for made in (one, many):
            run((*FLOWC, "build", "-q"), made)
        race(start_up(one), 3 * chosen.rounds)
        race(throughput(many, chosen.flows), chosen.rounds)
        files = [path for path in (many / "generated").rglob("*.*") if path.is_file()]
        assert len(files) == 3 * chosen.flows, "not everything was built"


def start_up(one: Path) -> tuple[Contestant, ...]:
    return (
        Contestant("python -c pass", ("-c", "pass"), one),
        Contestant("flowc --version", (*FLOWC, "--version"), one, "python -c pass", "1.5"),
        Contestant("import click, jinja2, yaml", ("-c", "import click, jinja2, yaml"), one),
        Contestant("flowc build, 1 flow", (*FLOWC, "build", "-q"), one, "import click, jinja2, yaml", "1.3"),
    )


def throughput(many: Path, flows: int) -> tuple[Contestant, ...]:
    build = (*FLOWC, "build", "-q")
    shutil.copytree(many / "generated", many / "wanted")

    def clear() -> None:
        shutil.rmtree(many / "generated")
        os.sync()

    return (
        Contestant("CSafeLoader only", ("-c", PARSE), many),
        Contestant(f"flowc build, {flows} flows, right", build, many, "CSafeLoader only", "1.5"),
        Contestant(
            f"flowc build, {flows} flows, absent",
            build,
            many,
            "CSafeLoader only",
            prepare=clear,
        ),
        Contestant("CSafeLoader and copying", ("-c", PARSE_AND_WRITE), many, "CSafeLoader only", prepare=clear),
    )


def project(folder: Path, flows: int) -> Path:
    """A project with so many flows, each with names, numbers and sentences of its own."""
    (folder / "flows").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[tool.flowc]\n", encoding="utf-8")
    template = FLOW.read_text(encoding="utf-8")
    for number in range(flows):
        text = template.replace("clinic_0000", f"clinic_{number:04}").replace("+1555010", f"+1555{number % 1000:03}")
        (folder / f"flows/clinic_{number:04}.yaml").write_text(text, encoding="utf-8")
    return folder


def run(arguments: tuple[str, ...], folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run((sys.executable, *arguments), cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def race(contestants: tuple[Contestant, ...], rounds: int) -> None:
    """Every contestant once a round; the first round is not counted."""
    seconds: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds + 1):
        for contestant in contestants:
            contestant.prepare()
            taken = run(contestant.arguments, contestant.folder)
            if number:
                seconds[contestant.name].append(taken)
    for contestant in contestants:
        taken_all = seconds[contestant.name]
        low, middle, high = (1000 * pick(taken_all) for pick in (min, statistics.median, max))
        line = f"{contestant.name:<34} {middle:8.1f} ms  ({low:.1f} to {high:.1f})"
        if contestant.yardstick:
            pairs = zip(taken_all, seconds[contestant.yardstick], strict=True)
            line += f"  {statistics.median(own / other for own, other in pairs):.2f} x {contestant.yardstick}"
        print(line + (f", goal {contestant.goal}" if contestant.goal else ""))


if __name__ == "__main__":
    main()
