"""`flowc diff`: what a build would change, as a patch."""

from __future__ import annotations

import click

from flowc.cli import options
from flowc.cli.exits import Exit


@click.command(short_help="Print what build would change, as a patch.")
@options.paths
@options.color
@options.quiet
@options.debug
def diff(paths: tuple[str, ...], color: options.ColorChoice, quiet: bool) -> int:
    """Print what build would change, as a patch; write nothing.

    Standard output is a unified diff that `git apply` takes, or empty. It alone is byte-exact: what acts on a terminal,
    or is a command to the service that shows a log, is in it as it is in the files. (In colours, nothing is.) Errors of
    the flows, and files that flowc may not touch, are on standard error. Exits with 1 if there is anything to report.

    \b
    Example:  flowc diff
              flowc diff flows/front_desk.yaml | git apply
    """
    from pathlib import Path

    from flowc.cli.output import exact, put, summarise
    from flowc.cli.planning import drift, planned
    from flowc.config import load_for
    from flowc.discovery import select
    from flowc.report import Report, render
    from flowc.report.printable import plain
    from flowc.report.terminal import patch

    config = load_for(paths, Path.cwd())
    made = planned(config, select(config, paths))
    differences = drift(made)
    colored = options.wants_color(color)
    for one in differences:
        if colored:
            put(plain(patch(one.patch, True), True), color=True)
        else:
            exact(one.patch)
    colored = options.wants_color(color, error=True)
    sources = {source.path: source for source in made.selection.sources}
    untouched = tuple(one for one in differences if not one.patch)
    told = render(Report(made.result.diagnostics, sources, untouched), "full", colored)
    put(told, error=True, color=colored)
    state = f"{len(differences)} out of date" if differences else "all up to date"
    summarise(f"{made.counts}: {state}", quiet)
    return Exit.FAULTS if differences or made.result.diagnostics else Exit.FINE
