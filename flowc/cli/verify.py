"""`flowc verify`: run the generated scenario through every order in which the world can act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowc.cli import options
from flowc.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowc.config import Config
    from flowc.ir import Flow
    from flowc.verify.result import Progress
    from flowc.verify.search import Subject


@click.command(short_help="Run what is generated through every order of events.")
@options.paths
@click.option(
    "--posts", type=click.IntRange(0, 9), default=2, show_default=True, help="Requests of the agent in a call."
)
@click.option("--exact", is_flag=True, help="Without the reductions that are named among the assumptions: far longer.")
@click.option("--any-timer-first", "untimed", is_flag=True, help="Let any timer be the first, as if clocks were wild.")
@click.option("--faults", is_flag=True, help="Let one call of the platform throw, at every place where one is made.")
@click.option(
    "--limit", type=click.IntRange(1), default=1_000_000, show_default=True, help="States after which to give up."
)
@click.option(
    "--all-platform-variants", "variants", is_flag=True, help="Search under everything the platform may do as well."
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["v8", "node"]),
    default="v8",
    show_default=True,
    help="What runs the scenario: the V8 that flowc brings along, or Node.js, which is faster in long searches.",
)
@click.option("--edited", is_flag=True, help="Search generated files as they are, also if they are not what flows say.")
@click.option("--only", type=click.Choice(("scenario", "tools")), help="Leave out the other half of what is generated.")
@click.option("--thorough", is_flag=True, help="All that can happen to the tools, in all combinations: takes hours.")
@options.color
@options.quiet
@options.debug
def verify(
    paths: tuple[str, ...],
    posts: int,
    exact: bool,
    untimed: bool,
    faults: bool,
    limit: int,
    variants: bool,
    engine_name: str,
    edited: bool,
    only: str | None,
    thorough: bool,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    """Run what is generated through every order of events, and show which of flowc's promises do not hold.

    PATHS are flows or folders; without any, all flows of the project. Every state that the caller, the agent, the
    people who are called, the platform and time can bring about is looked at once, in an emulated VoxEngine. Then the
    tools of the agent are run through everything that can happen around them, in the real SDK.

    \b
    Exit code: 1 if a promise does not hold, or if not everything has been seen.
    Example:   flowc verify flows/front_desk.yaml
    """
    import shutil
    import time
    from pathlib import Path

    from flowc.cli.output import put, summarise, tell
    from flowc.cli.planning import count
    from flowc.cli.verify_tools import verify_tools
    from flowc.compiler import compile_flows
    from flowc.config import load_for
    from flowc.discovery import SourceError, select
    from flowc.report.printable import plain
    from flowc.simulator.engine import Engine
    from flowc.simulator.node import NodeEngine
    from flowc.verify.report import render
    from flowc.verify.result import Bounds
    from flowc.verify.search import NotSearched, search

    config = load_for(paths, Path.cwd())
    selection = select(config, paths)
    compiled = compile_flows(selection.sources, ())
    if compiled.diagnostics:
        broken = count(len({found.path for found in compiled.diagnostics}), "flow")
        raise SourceError(f"{broken} cannot be searched, because of errors: `flowc check` shows them")
    bounds = Bounds(posts=posts, states=limit, exact=exact, untimed=untimed, faults=faults)
    colored = options.wants_color(color)
    width = shutil.get_terminal_size((110, 24)).columns
    sources = {source.path: source.content.decode("utf-8", "replace") for source in selection.sources}
    proved = True
    scenarios = compiled.flows if only != "tools" else ()
    subjects = [_subject(config, flow, compiled.artifacts, edited) for flow in scenarios]
    if engine_name == "node" and edited:
        raise click.UsageError(
            "`--engine node` is for what flowc has generated: Node.js keeps no edited file in bounds"
        )
    made: Engine | NodeEngine = NodeEngine(memory=MEMORY) if engine_name == "node" else Engine(memory=MEMORY)
    with made as engine:
        for subject, switches in _searches(subjects, variants):
            watch = _Watch(subject.flow.path, quiet)
            began = time.monotonic()
            try:
                result = search(engine, subject, bounds, switches=switches, tell=watch.tell)
            except NotSearched as trouble:
                raise SourceError(f"{subject.scenario_path} cannot be searched: {trouble}") from None
            finally:
                watch.close()
            shown = {**sources, subject.scenario_path: subject.scenario}
            put(plain(render(result, shown, time.monotonic() - began, colored, width), colored), color=colored)
            proved = proved and result.proved
            if watch.is_stopped:
                tell("flowc: interrupted; this is what was covered")
                return 130
    for flow in compiled.flows if only != "scenario" else ():
        found = verify_tools(
            config,
            flow,
            sources,
            edited=edited,
            thorough=thorough,
            needed=only == "tools",
            colored=colored,
            quiet=quiet,
        )
        if found is None:
            tell("flowc: interrupted; this is what was covered")
            return 130
        proved = proved and found
    summarise(f"{count(len(compiled.flows), 'flow')}, {'proved' if proved else 'not proved'}", quiet)
    return Exit.FINE if proved else Exit.FAULTS


MEMORY = 3 << 30
"""For all states that wait for their turn."""


def _subject(config: Config, flow: Flow, artifacts: Mapping[str, str], edited: bool) -> Subject:
    """A flow with its generated scenario. Raises SourceError if that is not there, or is not what the flow says."""
    from flowc.discovery import SourceError
    from flowc.disk import read
    from flowc.verify.search import Subject

    name = f"{flow.name}/{flow.name}.voxengine.js"
    path = f"{config.out}/{name}"
    try:
        text = read(config.root, path).decode("utf-8", "replace")
    except FileNotFoundError:
        raise SourceError(f"{path} has not been generated: run `flowc build`") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    if text != artifacts[name] and not edited:
        hint = "run `flowc build`, or search it as it is with `--edited`"
        raise SourceError(f"{path} is not what {flow.path} says: {hint}")
    return Subject(flow, text, path)


def _searches(subjects: list[Subject], variants: bool) -> Iterator[tuple[Subject, dict[str, Any]]]:
    from flowc.verify.variants import SWITCHES

    for subject in subjects:
        yield subject, {}
        if variants:
            yield from ((subject, {switch: value}) for switch, value in SWITCHES)


class _Watch:
    """Tells a person at a terminal how far a search is, and ends it when he has seen enough."""

    def __init__(self, path: str, quiet: bool) -> None:
        import signal
        import sys

        self.path = path
        self.is_told = not quiet and sys.stderr is not None and sys.stderr.isatty()
        self.is_stopped = False
        self.has_told = False
        self.before = signal.getsignal(signal.SIGINT)
        if self.before is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._stop)

    def _stop(self, *_: object) -> None:
        self.is_stopped = True

    def tell(self, progress: Progress) -> bool:
        from flowc.cli import output

        if self.is_told:
            self.has_told = True
            line = f"{self.path}: {progress.states:,} states, {progress.waiting:,} waiting, depth {progress.depth}"
            output.progress(line)
        return not self.is_stopped

    def close(self) -> None:
        import signal

        from flowc.cli import output

        if self.has_told:
            output.progress("")
        signal.signal(signal.SIGINT, self.before)
