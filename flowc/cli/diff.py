"""`flowc diff`: what a build would change, as a patch."""

from __future__ import annotations

import click

from flowc.cli import options
from flowc.cli.exits import Exit
from flowc.formats import Format

FAIL_ON = ("breaking", "behaviour", "nothing")


@click.command(short_help="Print what build would change, as a patch.")
@options.paths
@click.option(
    "--against",
    metavar="REV",
    help="Say what changes since a commit, a branch or a tag, in sentences, instead of the patch.",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default=None,
    show_default="behaviour",
    help="With --against, exit with 1 if something breaks, if more than harmless things change, or never for that.",
)
@click.option(
    "--prove",
    is_flag=True,
    help="With --against, search both versions of what has changed, and compare what they do: seconds to minutes.",
)
@options.strict
@options.no_cache
@options.output_format_of_reviews
@options.color
@options.quiet
@options.debug
def diff(
    paths: tuple[str, ...],
    against: str | None,
    fail_on: str | None,
    prove: bool,
    strict: bool,
    no_cache: bool,
    output_format: Format,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    """Print what build would change, as a patch; write nothing.

    Standard output is a unified diff that `git apply` takes, or empty. It alone is byte-exact: what acts on a terminal,
    or is a command to the service that shows a log, is in it as it is in the files. (In colours, nothing is.) Errors of
    the flows, and files that flowc may not touch, are on standard error, in the output format. Exits with 1 if there is
    anything to report.

    With --against, print what the flows of the work tree change for a caller, and for a half that is deployed already,
    compared with those of another revision. Exits with 1 if that is more than --fail-on allows, or a flow has errors.

    \b
    Example:  flowc diff
              flowc diff flows/front_desk.yaml | git apply
              flowc diff --against origin/main
              flowc diff --against origin/main --fail-on breaking --output-format markdown
    """
    if against is not None:
        from flowc.cli.against import review

        return review(paths, against, fail_on or FAIL_ON[1], prove, strict, output_format, color, quiet)
    if fail_on is not None or prove:
        option = "--prove" if prove else "--fail-on"
        raise click.UsageError(f"`{option}` is about what changes since a revision: add `--against REV`")
    if output_format.findings is None:
        raise click.UsageError(f"`--output-format {output_format.name}` shows what changes: add `--against REV`")
    from pathlib import Path

    from flowc.cli.output import exact, put, show, summarise
    from flowc.cli.planning import NOT_ALL, count, drift, planned
    from flowc.config import load_for
    from flowc.discovery import find
    from flowc.incremental.memory import Memory
    from flowc.report.printable import plain
    from flowc.report.terminal import patch

    config = load_for(paths, Path.cwd())
    found = find(config, paths)
    memory = Memory.of(config, len(found.names), strict or config.strict, reads=not no_cache)
    made = planned(config, found, strict, memory)
    differences = drift(made)
    colored = options.wants_color(color)
    for one in differences:
        if colored:
            put(plain(patch(one.patch, True), True), color=True)
        else:
            exact(one.patch)
    untouched = tuple(one for one in differences if not one.patch)
    show(config, made.selection, made.told, output_format, color, untouched, error=True)
    state = f"{len(differences)} out of date" if differences else "all up to date"
    if made.broken:
        others = f", of the others {state}" if made.broken < made.result.count or differences else ""
        state = f"{count(made.broken, 'flow')} with errors{others}"
    summarise(f"{made.counts}: {state}{'' if made.copies.is_all else NOT_ALL}", quiet or output_format.is_document)
    return Exit.FAULTS if differences or made.errors else Exit.FINE
