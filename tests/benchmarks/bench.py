"""What flowc costs next to what it is made of, in one run, alternating. See README.md beside this."""

from __future__ import annotations

import argparse
import compileall
import gc
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

import flowc
from flowc.compiler import compile_flows
from flowc.source import Source

FLOW = Path(__file__).with_name("flow.yaml")
FLOWC = (str(script),) if (script := Path(sys.executable).with_name("flowc")).is_file() else ("-m", "flowc")
PARTS = "import click, jinja2, yaml"
CLICK = "import click"
LARGER = 4
PARSE = """
import glob, yaml
for name in sorted(glob.glob("flows/*.yaml")):
    with open(name, "rb") as file:
        yaml.load(file.read(), Loader=yaml.CSafeLoader)
"""
COPY = f"""{PARSE}
import os
for folder, _, names in os.walk("../aside/wanted"):
    os.makedirs("generated" + folder.removeprefix("../aside/wanted"), exist_ok=True)
    for name in names:
        with open(f"{{folder}}/{{name}}", "rb") as file:
            content = file.read()
        with open(f"generated{{folder.removeprefix('../aside/wanted')}}/{{name}}", "wb") as file:
            file.write(content)
"""


@dataclass(frozen=True, slots=True)
class Contestant:
    """Something that takes seconds of a processor (or, where there are several, of a clock), the name of what it is
    compared with, and the ratio aimed at.
    """

    name: str
    seconds: Callable[[], float]
    yardstick: str = ""
    aim: float | None = None


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
            run((*FLOWC, "build", "--quiet"), made)
        settle(many)
        artifacts = [path for path in (many / "generated").glob("*/*") if path.is_file()]
        assert len(artifacts) == 3 * chosen.flows, "not everything was built"
        print("\nStart-up, whole processes")
        race(start_up(one), 3 * chosen.rounds)
        print(f"\n{chosen.flows} flows in one process, no disk")
        race(in_memory(many), chosen.rounds)
        print(f"\n{chosen.flows} flows, nothing or one of them changed, whole processes")
        race(again(many), 3 * chosen.rounds)
        print(f"\n{chosen.flows} flows, whole processes, nothing known")
        race(on_disk(many), chosen.rounds)
        broken = spoiled(project(folder / "broken", chosen.flows))
        print(f"\n{chosen.flows} flows, an error in each")
        race(with_errors(many, broken), chosen.rounds)
        print(f"\n{LARGER * chosen.flows} flows and {chosen.flows}: time, and the most memory of a process")
        more = project(folder / "more", LARGER * chosen.flows)
        race(larger(many, more), max(1, chosen.rounds // 3))
        for name in ("all absent", "all right"):
            memory = [peak_memory((*FLOWC, "build", "--quiet", "--no-cache"), made) for made in (many, more)]
            ratio = memory[1] / memory[0]
            print(f"memory, {name:<20} {memory[0]:8.1f} MB, {memory[1]:.1f} MB  {ratio:.2f} x, aim 1.5")


def start_up(one: Path) -> tuple[Contestant, ...]:
    return (
        process("python -c pass", ("-c", "pass"), one),
        process("flowc --version", (*FLOWC, "--version"), one, "python -c pass", 1.5),
        process(PARTS, ("-c", PARTS), one),
        process("flowc build, 1 flow", (*FLOWC, "build", "--quiet"), one, PARTS, 1.3),
        process("flowc check, 1 flow", (*FLOWC, "check", "--quiet"), one, PARTS, 1.3),
    )


def in_memory(many: Path) -> tuple[Contestant, ...]:
    paths = sorted(many.glob("flows/*.yaml"))
    sources = [Source(f"flows/{path.name}", path.read_bytes()) for path in paths]

    def load() -> None:
        for source in sources:
            yaml.load(source.content, Loader=yaml.CSafeLoader)

    def compile_all() -> None:
        assert len(compile_flows(sources).flows) == len(sources)

    return (
        Contestant("CSafeLoader", lambda: taken(load)),
        Contestant("compile_flows", lambda: taken(compile_all), "CSafeLoader", 2.0),
    )


def again(many: Path) -> tuple[Contestant, ...]:
    build, one = (*FLOWC, "build", "--quiet"), many / "flows/clinic_0000.yaml"

    def change() -> None:
        text = one.read_text("utf-8")
        one.write_text(text.replace("15s", "16s") if "15s" in text else text.replace("16s", "15s"), "utf-8")

    return (
        process(CLICK, ("-c", CLICK), many),
        process(PARTS, ("-c", PARTS), many),
        process("flowc build, nothing changed", build, many, CLICK, 3.0),
        process("flowc check, nothing changed", (*FLOWC, "check", "--quiet"), many, CLICK),
        process("flowc build, one changed", build, many, PARTS, 1.5, prepare=change),
    )


def settle(many: Path) -> None:
    """So that no file was changed just now, and what is known of all is believed."""
    time.sleep(3)
    run((*FLOWC, "build", "--quiet"), many)


def spoiled(folder: Path) -> Path:
    for path in folder.glob("flows/*.yaml"):
        path.write_text(path.read_text("utf-8").replace("ring: 15s", "rings: 15s", 1), "utf-8")
    return folder


def with_errors(many: Path, broken: Path) -> tuple[Contestant, ...]:
    build = (*FLOWC, "build", "--quiet", "--no-cache")
    return (
        process("flowc build, no errors", build, many),
        process("flowc build, an error each", build, broken, "flowc build, no errors", 2.0, code=1),
    )


def larger(many: Path, more: Path) -> tuple[Contestant, ...]:
    def clear(folder: Path) -> Callable[[], None]:
        return lambda: shutil.rmtree(folder / "generated", ignore_errors=True)

    build, less = (*FLOWC, "build", "--quiet", "--no-cache"), "flowc build, fewer"
    return (
        process(less, build, many, prepare=clear(many)),
        process("flowc build, more", build, more, less, 4.2, prepare=clear(more)),
    )


def peak_memory(arguments: tuple[str, ...], folder: Path) -> float:
    """Megabytes of the process that needs most, measured by one that has no other children."""
    asks = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True)\n"
    asks += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    command = (sys.executable, "-c", asks, sys.executable, *arguments)
    finished = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return int(finished.stdout) / 1024


def on_disk(many: Path) -> tuple[Contestant, ...]:
    build = (*FLOWC, "build", "--quiet", "--no-cache")
    aside = many.parent / "aside"  # not in the project, where copies of artifacts are looked for
    aside.mkdir()
    (many / "generated").rename(aside / "wanted")
    run(build, many)

    def clear() -> None:
        (many / "generated").rename(aside / f"old {time.monotonic_ns()}")
        os.sync()

    return (
        process("read and CSafeLoader", ("-c", PARSE), many),
        process("read and CSafeLoader, time", ("-c", PARSE), many, wall=True),
        process("flowc build, all right", build, many, "read and CSafeLoader"),
        process("flowc build, all right, time", build, many, "read and CSafeLoader, time", 1.0, wall=True),
        process("flowc build, all absent", build, many, "read and CSafeLoader", prepare=clear),
        process("CSafeLoader and copying", ("-c", COPY), many, "read and CSafeLoader", prepare=clear),
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


def process(
    name: str,
    arguments: tuple[str, ...],
    folder: Path,
    yardstick: str = "",
    aim: float | None = None,
    prepare: Callable[[], None] = lambda: None,
    code: int = 0,
    wall: bool = False,
) -> Contestant:
    """A Python process with these arguments, and the exit code that it has. What precedes it does not count."""

    def seconds() -> float:
        prepare()
        start = time.perf_counter()
        taken = run(arguments, folder, code)
        return time.perf_counter() - start if wall else taken

    return Contestant(name, seconds, yardstick, aim)


def run(arguments: tuple[str, ...], folder: Path, code: int = 0) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    finished = subprocess.run((sys.executable, *arguments), cwd=folder, stdout=subprocess.DEVNULL)
    assert finished.returncode == code, f"{' '.join(arguments)}: exit code {finished.returncode}"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def taken(work: Callable[[], None]) -> float:
    """With the collector as the command line has it: off."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    work()
    seconds = time.process_time() - start
    gc.enable()
    return seconds


def race(contestants: tuple[Contestant, ...], rounds: int) -> None:
    """Every contestant once a round; the first round is not counted. What others do on the machine only ever adds to
    a time, so the smallest are compared.
    """
    seconds: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds + 1):
        for contestant in contestants:
            one = contestant.seconds()
            if number:
                seconds[contestant.name].append(one)
    for contestant in contestants:
        times = sorted(seconds[contestant.name])
        line = f"{contestant.name:<28} {1000 * times[0]:8.1f} ms  (median {1000 * times[len(times) // 2]:.1f})"
        if contestant.yardstick:
            line += f"  {times[0] / min(seconds[contestant.yardstick]):.2f} x {contestant.yardstick}"
        print(line + (f", aim {contestant.aim}" if contestant.aim is not None else ""))


if __name__ == "__main__":
    main()
