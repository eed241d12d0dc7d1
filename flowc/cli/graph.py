"""`flowc graph`: a flow as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from flowc.cli import options
from flowc.cli.exits import Exit
from flowc.formats import Format


@click.command(short_help="Draw a flow, as Mermaid or DOT.")
@click.argument("path", metavar="FLOW", type=options.TypedPath())
@click.option(
    "--as",
    "language",
    type=click.Choice(("mermaid", "dot")),
    default="mermaid",
    show_default=True,
    help="mermaid, which pull requests and documents show; dot, for Graphviz.",
)
@options.output_format
@options.color
@options.debug
def graph(path: str, language: str, output_format: Format, color: options.ColorChoice) -> int:
    """Draw what can happen in a call: what begins it, what the agent may ask for, who is rung, and what follows.

    The formats differ in how errors of the flow are shown.

    \b
    Example:  flowc graph flows/clinic.yaml > clinic.mmd
              flowc graph flows/clinic.yaml --as dot | dot -Tsvg > clinic.svg
    """
    from flowc.cli.output import put, show, summarise
    from flowc.cli.planning import count
    from flowc.compiler import compile_flows
    from flowc.config import load_for
    from flowc.discovery import SourceError, select
    from flowc.graph import dot, drawing, mermaid
    from flowc.report.printable import plain

    config = load_for((path,), Path.cwd())
    selection = select(config, (path,))
    if len(selection.sources) != 1:
        raise SourceError(f"{path}: a picture is of one flow, name its file")
    result = compile_flows(selection.sources, config.agents)
    if result.diagnostics:
        show(config, selection, result.diagnostics, output_format, color)
        summarise(f"{count(len(result.diagnostics), 'error')}: no picture", quiet=False)
        return Exit.FAULTS
    [flow] = result.flows
    picture = drawing(flow)
    put(plain(mermaid(picture) if language == "mermaid" else dot(picture)))
    return Exit.FINE
