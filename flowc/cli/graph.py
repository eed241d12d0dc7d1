"""`flowc graph`: a flow as a picture, or as a page with all that is known of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowc.cli import options
from flowc.cli.exits import Exit
from flowc.formats import Format

if TYPE_CHECKING:
    from flowc.verify.result import Bounds


@click.command(short_help="Draw a flow: Mermaid, DOT, or a page to browse.")
@click.argument("path", metavar="FLOW", type=options.TypedPath())
@click.option(
    "--as",
    "language",
    type=click.Choice(("mermaid", "dot")),
    default=None,
    show_default="mermaid",
    help="mermaid, which pull requests and documents show; dot, for Graphviz.",
)
@click.option("--html", "as_page", is_flag=True, help="One page for a browser, which plays the flow's call scripts.")
@click.option("--verify", "searches", is_flag=True, help="Also search the scenario, as `flowc verify`. With --html.")
@click.option("--posts", type=click.IntRange(0, 9), show_default="2", help="Requests of the agent. With --verify.")
@click.option("--limit", type=click.IntRange(1), show_default="1000000", help="States to give up after. With --verify.")
@click.option("--edited", is_flag=True, help="Play and search the generated scenario as it is. With --html.")
@options.output_format
@options.color
@options.debug
def graph(
    path: str,
    language: str | None,
    as_page: bool,
    searches: bool,
    posts: int | None,
    limit: int | None,
    edited: bool,
    output_format: Format,
    color: options.ColorChoice,
) -> int:
    """Draw what can happen in a call: what begins it, what the agent may ask for, who is rung, and what follows.

    The page has the picture, actions, targets, hours as a week, how long callers wait, what call scripts have been
    through, and every call of theirs to be played; with --verify also what is proved, and each violation as a call. It
    is one file that loads nothing. The formats differ in how errors of the flow are shown.

    \b
    Example:  flowc graph flows/clinic.yaml > clinic.mmd
              flowc graph flows/clinic.yaml --as dot | dot -Tsvg > clinic.svg
              flowc graph flows/clinic.yaml --html > clinic.html
    """
    from flowc.cli.output import put, show, summarise
    from flowc.cli.planning import count_errors
    from flowc.compiler import compile_flows
    from flowc.config import load_for
    from flowc.discovery import SourceError, select
    from flowc.graph import dot, drawing, mermaid
    from flowc.report.printable import plain

    if as_page and language is not None:
        raise click.UsageError("`--html` is a page, and `--as` another picture: leave one of them out")
    if (searches or edited) and not as_page:
        raise click.UsageError(f"`{'--verify' if searches else '--edited'}` is for the page: add `--html`")
    for option, given in (("--posts", posts), ("--limit", limit)):
        if given is not None and not searches:
            raise click.UsageError(f"`{option}` is for the search: add `--verify`")
    config = load_for((path,), Path.cwd())
    selection = select(config, (path,))
    if len(selection.sources) != 1:
        raise SourceError(f"{path}: a picture is of one flow, name its file")
    result = compile_flows(selection.sources, config.agents)
    if result.diagnostics:
        show(config, selection, result.diagnostics, output_format, color)
        summarise(f"{count_errors(result.diagnostics)}: no picture", quiet=False)
        return Exit.FAULTS
    if as_page:
        from flowc.cli.page import flow_page

        bounds = _bounds(posts, limit) if searches else None
        return flow_page(config, selection.sources[0], result, output_format, color, bounds=bounds, edited=edited)
    [flow] = result.flows
    picture = drawing(flow)
    put(plain(dot(picture) if language == "dot" else mermaid(picture)))
    return Exit.FINE


def _bounds(posts: int | None, limit: int | None) -> Bounds:
    from flowc.verify.result import Bounds

    usual = Bounds()
    return Bounds(posts=usual.posts if posts is None else posts, states=usual.states if limit is None else limit)
