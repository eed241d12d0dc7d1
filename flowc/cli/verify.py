"""`flowc verify`: run the generated scenario through every order in which the world can act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowc.cli import options
from flowc.cli.exits import Exit
from flowc.formats import Format

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowc.cli.searching import Searched
    from flowc.config import Config
    from flowc.ir import Flow
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
    "--limit",
    type=click.IntRange(1),
    show_default="1000000 and 20000",
    help="States of a scenario, and runs of its tools in one situation, after which to give up.",
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
    help="What runs the scenario: the V8 that flowc brings along, or Node.js, if that is there. Both find the same.",
)
@click.option("--edited", is_flag=True, help="Search generated files as they are, also if they are not what flows say.")
@click.option("--only", type=click.Choice(("scenario", "tools")), help="Leave out the other half of what is generated.")
@click.option("--thorough", is_flag=True, help="All that can happen to the tools, in all combinations: takes hours.")
@click.option(
    "--save",
    type=options.TypedPath(),
    metavar="FOLDER",
    help="Write violations to FOLDER/<flow>.verify.calls.yaml, as call scripts for `flowc test`.",
)
@click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help="Searches at a time; a core each by default.")
@options.output_format_of_searches
@options.color
@click.option("-q", "--quiet", is_flag=True, help="A line for what is proved, and neither assumptions nor a summary.")
@options.debug
def verify(
    paths: tuple[str, ...],
    posts: int,
    exact: bool,
    untimed: bool,
    faults: bool,
    limit: int | None,
    variants: bool,
    engine_name: str,
    edited: bool,
    only: str | None,
    thorough: bool,
    save: str | None,
    jobs: int | None,
    output_format: Format,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    """Run what is generated through every order of events, and show which of flowc's promises do not hold.

    PATHS are flows or folders; without any, all flows of the project. Every state that the caller, the agent, the
    people who are called, the platform and time can bring about is looked at once, in an emulated VoxEngine. Then the
    tools of the agent are run through everything that can happen around them, in the real SDK.

    \b
    Exit code: 1 if a promise does not hold, if not everything has been seen, or if a flow has errors.
    Example:   flowc verify flows/front_desk.yaml
    """
    import os
    import shutil
    from itertools import chain
    from pathlib import Path

    from msgspec.structs import replace

    from flowc.simulator.engine import SEARCH_BYTES, Engine

    if not output_format.has_colors and only != "scenario":
        raise click.UsageError(
            f"`--output-format {output_format.name}` shows searches of scenarios alone: add `--only scenario`"
        )
    if engine_name == "node" and edited:
        raise click.UsageError(
            "`--engine node` is for what flowc has generated: Node.js keeps no edited file in bounds"
        )
    first = click.get_current_context().with_resource(Engine(memory=SEARCH_BYTES))  # gone also if nothing is searched
    if engine_name != "node" and only != "tools":
        first.start()  # while the rest is loaded, and the flows are compiled

    from flowc.cli.output import annotation_root, from_here, put, show, summarise, tell, trouble
    from flowc.cli.planning import count
    from flowc.cli.searching import Search, SearchWatch, searched
    from flowc.cli.verify_tools import verify_tools
    from flowc.compiler import compile_flows
    from flowc.config import load_for
    from flowc.discovery import SourceError, select
    from flowc.formats import beside, render_searches
    from flowc.report.printable import plain
    from flowc.simulator.node import NodeEngine
    from flowc.testing.report import View
    from flowc.verify.documents import HAS_ERRORS, Unsearched
    from flowc.verify.project import searches_of, subject_of
    from flowc.verify.report import assumed
    from flowc.verify.result import Bounds

    config = load_for(paths, Path.cwd())
    folder = _folder(config, save) if save is not None else None
    selection = select(config, paths)
    compiled = compile_flows(selection.sources, ())
    bounds = Bounds(posts=posts, exact=exact, untimed=untimed, faults=faults)
    if limit is not None:
        bounds = replace(bounds, states=limit)
    colored = output_format.has_colors and options.wants_color(color)
    sources = {source.path: source.content.decode("utf-8", "replace") for source in selection.sources}
    show(config, selection, compiled.diagnostics, beside(output_format), color, error=output_format.is_document)
    subjects: list[Subject] = []
    troubles: list[str] = []
    faulty = dict.fromkeys(found.path for found in compiled.diagnostics)
    unsearched = [Unsearched(path, HAS_ERRORS) for path in faulty]
    for flow in compiled.flows if only != "tools" else ():
        if folder is not None:
            _may_write(config, folder, flow)
        try:
            subjects.append(subject_of(config, flow, compiled.artifacts, edited))
        except SourceError as error:
            troubles.append(str(error))
            unsearched.append(Unsearched(flow.path, str(error)))
    searches = [Search(*each) for each in searches_of(subjects, variants)]

    def view(shown: Searched | None = None) -> View:
        texts = {each.subject.scenario_path: each.subject.scenario for each in ((shown,) if shown else searches)}
        return View(
            sources={**sources, **texts},
            color=colored,
            width=shutil.get_terminal_size((110, 24)).columns,
            annotation_root=annotation_root(config.root, os.environ.get("GITHUB_WORKSPACE")),
            seen=from_here(config),
        )

    engines = chain((first,), iter(lambda: Engine(memory=SEARCH_BYTES), None))

    def made() -> Engine | NodeEngine:
        return NodeEngine(memory=SEARCH_BYTES) if engine_name == "node" else next(engines)

    done: list[Searched] = []
    with SearchWatch([from_here(config)(each.subject.flow.path) for each in searches], quiet) as watch:
        cores = jobs or os.cpu_count() or 1
        for each in searched(made, searches, bounds, cores, watch):
            if each.trouble:
                troubles.append(each.trouble)
                unsearched.append(Unsearched(each.subject.flow.path, each.trouble))
            if each.result is None:
                if not each.trouble:
                    unsearched.append(Unsearched(each.subject.flow.path, "it was interrupted before it began"))
                continue
            done.append(each)
            if output_format.has_colors:
                watch.clear()
                report = render_searches([(each.result, each.seconds)], (), output_format, view(each))
                if quiet and each.result.proved and not each.result.unreached:
                    report = plain(f"{report.partition(chr(10))[0]}\n", colored)
                put(report, color=colored)
    results = [(each.result, each.seconds) for each in done if each.result is not None]
    if output_format.has_colors and results and not quiet:
        put(plain(assumed((result for result, _ in results), colored), colored), color=colored)
    if not output_format.has_colors:
        put(render_searches(results, unsearched, output_format, view()), color=colored)
    if folder is not None:
        _save(config, folder, done, from_here(config), tell)
    if watch.is_stopped:
        tell("flowc: interrupted; this is what was covered")
        return watch.code
    if troubles:
        trouble("\n".join(troubles))
        return Exit.TROUBLE
    proved = not compiled.diagnostics and all(result.proved for result, _ in results)
    if only != "scenario":
        code, found = verify_tools(
            config,
            compiled.flows,
            sources,
            edited=edited,
            thorough=thorough,
            most_runs=limit,
            needed=only == "tools",
            colored=colored,
            quiet=quiet,
        )
        if code is not None:
            tell("flowc: interrupted; this is what was covered")
            return code
        proved = proved and found
    broken = len(faulty)
    flows = count(len(compiled.flows), "flow") + (f", {broken} with errors not searched" if broken else "")
    summarise(f"{flows}, {'proved' if proved else 'not proved'}", quiet)
    return Exit.FINE if proved else Exit.FAULTS


def _folder(config: Config, save: str) -> str:
    """Raises SourceError for one outside of the project."""
    from flowc.discovery import Outside, SourceError, in_project

    try:
        return in_project(config, save)
    except Outside:
        raise SourceError(
            f"{save}: outside the project's folder {config.root}, where `flowc test` plays nothing: name a folder in it"
        ) from None


def _may_write(config: Config, folder: str, flow: Flow) -> None:
    """Raises SourceError if a file is in the way that `--save` did not write."""
    from flowc.discovery import SourceError
    from flowc.disk import read, told
    from flowc.verify.save import path_of
    from flowc.verify.script_text import HEADER

    path = path_of(folder, flow.name)
    try:
        text = read(config.root, path).decode("utf-8", "replace")
    except FileNotFoundError:
        return
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {told(error)}") from error
    if not text.startswith(HEADER):
        raise SourceError(
            f"{path} was not written by `flowc verify --save`, so it is not overwritten: move it away, or give"
            " `--save` another folder"
        )


def _save(
    config: Config, folder: str, done: list[Searched], seen: Callable[[str], str], tell: Callable[[str], None]
) -> None:
    """Under each behaviour of the platform a violation is another one: all of a flow are in one file."""
    from flowc.cli.planning import count
    from flowc.discovery import SourceError
    from flowc.disk import told, write_again
    from flowc.simulator.engine import Engine
    from flowc.verify.save import path_of, save

    of_flow: dict[str, list[Searched]] = {}
    for each in done:
        if each.result is not None and each.result.violations:
            of_flow.setdefault(each.subject.flow.path, []).append(each)
    with Engine() as engine:
        for some in of_flow.values():
            subject = some[0].subject
            path = path_of(folder, subject.flow.name)
            text, saved = save(engine, subject, [each.result for each in some if each.result is not None], path)
            _may_write(config, folder, subject.flow)
            try:
                write_again(config.root, path, text)
            except OSError as error:
                raise SourceError(f"{path} cannot be written: {told(error)}") from error
            replays = sum(each.replays for each in saved)
            others = f"; {len(saved) - replays} say why they are no replay" if replays < len(saved) else ""
            tell(f"{seen(path)}: {count(len(saved), 'call')}, {replays} replay a violation under `flowc test`{others}")
