"""`flowc check`: report every error of the flows, and write nothing."""

from __future__ import annotations

import click

from flowc.cli import options
from flowc.cli.exits import Exit
from flowc.report import Format


@click.command(short_help="Report the errors of flows; write nothing.")
@options.paths
@click.option("--stdin-filename", metavar="FILE", help="The name of the flow that is read from standard input (-).")
@options.output_format
@options.color
@options.quiet
@options.debug
def check(
    paths: tuple[str, ...],
    stdin_filename: str | None,
    output_format: Format,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    """Report the errors of flows; write nothing.

    PATHS are flow files or folders of them; without any, all flows of the project are checked. A single - reads one
    flow from standard input, for editors.

    \b
    Example:  flowc check
              flowc check - --stdin-filename flows/front_desk.yaml < buffer
    """
    import sys
    from pathlib import Path

    from flowc.cli.output import show, summarise
    from flowc.cli.planning import count
    from flowc.cli.sources import STDIN, from_stdin, select
    from flowc.compiler import compile_flows
    from flowc.config import load_for

    if stdin_filename is not None and paths != (STDIN,):
        raise click.UsageError("--stdin-filename goes with `-` as the only path")
    named = (stdin_filename,) if stdin_filename is not None else tuple(path for path in paths if path != STDIN)
    config = load_for(named, Path.cwd())
    if paths == (STDIN,):
        selection = from_stdin(config, sys.stdin.buffer.read(), stdin_filename)
    else:
        selection = select(config, paths)
    found = compile_flows(selection.sources, config.agents).diagnostics
    show(config, selection, found, output_format, color)
    flows = count(len(selection.sources), "flow")
    broken = len({one.path for one in found})
    summarise(f"{count(len(found), 'error')} in {broken} of {flows}" if found else f"{flows}: no errors", quiet)
    return Exit.FAULTS if found else Exit.FINE
