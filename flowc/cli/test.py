"""`flowc test`: play call scripts against the generated scenarios, and say what is not as they expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowc.cli import completion, options
from flowc.cli.again import run_again
from flowc.cli.exits import Exit
from flowc.formats import Format

if TYPE_CHECKING:
    from flowc.testing.play.watched import Played
    from flowc.testing.play.with_tools.tools import Tools


@click.command(short_help="Play call scripts against the generated scenarios.")
@options.paths
@click.option(
    "-k",
    "text",
    metavar="TEXT",
    default="",
    shell_complete=completion.calls,
    help="Only calls with this text in their name; several texts with `and`, `or`, `not` between them, no parentheses.",
)
@options.output_format_of_calls
@click.option("--trace", is_flag=True, help="Show everything that happened, for every call.")
@click.option("--mermaid", is_flag=True, help="Show a sequence diagram of each call that fails; of all if none does.")
@click.option(
    "--html",
    "page",
    type=options.TypedPath(),
    metavar="FILE",
    help="Write the calls that fail to a page that plays them; all if none does.",
)
@click.option("--coverage", is_flag=True, help="Show what of the flows no script has been through.")
@click.option(
    "--all-platform-variants", "variants", is_flag=True, help="Play under everything the platform may do as well."
)
@click.option(
    "--with-tools", is_flag=True, help="Play with the generated tools in the real SDK instead of a scripted agent."
)
@click.option("--edited", is_flag=True, help="Play generated files as they are, also if they are not what flows say.")
@options.color
@options.quiet
@options.debug
@run_again(also_out=True)
def test(
    paths: tuple[str, ...],
    text: str,
    output_format: Format,
    trace: bool,
    mermaid: bool,
    page: str | None,
    coverage: bool,
    variants: bool,
    with_tools: bool,
    edited: bool,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    """Play call scripts (*.calls.yaml) against the generated scenarios, in an emulated VoxEngine.

    PATHS are flows, call scripts or folders; without any, all call scripts of the project are played. What is played is
    the generated file itself, which has to be what the flow generates. No call is placed, and nothing is waited for.

    \b
    Exit code: 1 if a call fails, 2 if one cannot be played.
    Example:   flowc test
               flowc test flows/front_desk.yaml -k "busy or declines" --trace
    """
    import os
    import shutil
    from dataclasses import replace
    from pathlib import Path

    from msgspec import structs

    from flowc.simulator.engine import CannotPlay, Engine

    engine = click.get_current_context().with_resource(Engine())  # it is gone also where nothing is played
    engine.start()  # while the rest is loaded, and the flows are compiled

    from flowc.cli.output import annotation_root, from_here, put, show_loaded, summarise, tell
    from flowc.cli.page import page_at, write_calls
    from flowc.cli.planning import count, count_errors
    from flowc.cli.watch import Watch
    from flowc.config import load_for
    from flowc.discovery import SourceError
    from flowc.formats import render_calls
    from flowc.testing.play.batch import play
    from flowc.testing.project import load, unscripted
    from flowc.testing.report import View
    from flowc.testing.selection import chosen

    config = load_for(paths, Path.cwd())
    page_file = None if page is None else page_at(config, page)
    loaded = load(config, paths, edited=edited)
    tools: dict[str, Tools] = {}
    if with_tools:
        from flowc.testing.play.with_tools.tools import read

        loaded, tools = read(config, loaded, edited=edited)
    show_loaded(config, loaded, output_format, color)
    meant = chosen((call.name for file in loaded.files for call in file.calls), text)
    files = [
        structs.replace(file, calls=tuple(call for call in file.calls if call.name in meant)) for file in loaded.files
    ]
    if text and not meant and not loaded.diagnostics:
        hint = ": `-k` knows `and`, `or` and `not`, but no parentheses" if "(" in text else ""
        raise SourceError(f"no call has {text!r} in its name{hint}")
    sources = {path: source.content.decode("utf-8", "replace") for path, source in loaded.sources.items()}
    with Watch(quiet, catches=not with_tools) as watch:  # tools may be stuck

        def goes_on(played: Played) -> bool:
            watch.show(_how_far(played))
            return not watch.is_stopped

        if with_tools:
            from flowc.cli.hooks import take_over_log
            from flowc.testing.play.with_tools.play import AgentsSide, play_with_tools

            take_over_log()
            with AgentsSide(watch.aside) as side:
                run = play_with_tools(engine, side, files, tools, every_variant=variants, goes_on=goes_on)
        else:
            run = play(engine, files, every_variant=variants, goes_on=goes_on)
    asked, judged = sum(len(file.calls) for file in files), len({(call.place, call.name) for call in run.calls})
    if judged != asked and not watch.is_stopped:
        raise CannotPlay(
            f"{count(asked, 'call')} asked for, and {judged} judged: what became of the others is not known"
        )
    run = replace(run, is_whole=not loaded.diagnostics and not watch.is_stopped)
    if coverage and not paths:
        run = replace(run, unscripted=unscripted(config, loaded))
    if run.calls or output_format.is_document:
        colored = output_format.has_colors and options.wants_color(color)
        view = View(
            sources=sources,
            trace=trace,
            mermaid=mermaid,
            coverage=coverage,
            color=colored,
            width=shutil.get_terminal_size((110, 24)).columns,
            annotation_root=annotation_root(config.root, os.environ.get("GITHUB_WORKSPACE")),
            seen=from_here(config),
        )
        put(render_calls(run, output_format, view), color=colored)
    if page_file is not None:
        write_calls(page_file, run, sources)
    failed = sum(not call.passed for call in run.calls)
    broken = len({found.path for found in loaded.diagnostics})
    if broken:
        summarise(f"{count_errors(loaded.diagnostics)} in {count(broken, 'file')}, not played", quiet)
    elif not output_format.counts_calls:
        summarise(f"{count(len(run.calls), 'call')}, {failed} failed", quiet)
    if watch.is_stopped:
        tell(f"flowc: interrupted; {judged} of {count(asked, 'call')} {'was' if judged == 1 else 'were'} played")
        return watch.code
    return Exit.FAULTS if failed or broken else Exit.FINE


def _how_far(played: Played) -> str:
    """`120 of 506 calls`; then `506 calls; 40 of 210 played once more`: of those that are known to be due."""
    if not played.of_tries:
        return f"{played.calls:,} of {played.of_calls:,} calls"
    return f"{played.of_calls:,} calls; {played.tries:,} of {played.of_tries:,} played once more"
