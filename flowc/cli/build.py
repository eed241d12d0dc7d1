"""`flowc build`: write what the flows say, or (`--check`) say whether it is written."""

from __future__ import annotations

import click

from flowc.cli import options
from flowc.cli.exits import Exit
from flowc.report import Format


@click.command(short_help="Compile flows and write what is generated.")
@options.paths
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if anything is out of date.")
@options.output_format
@options.color
@options.quiet
@options.debug
def build(
    paths: tuple[str, ...], check: bool, output_format: Format, color: options.ColorChoice, quiet: bool
) -> int:
    """Compile flows and write what is generated.

    PATHS are flow files or folders of them; without any, all flows of the project are built, and files that flowc
    generated for flows that are gone are removed. A flow with errors does not keep the others from being built, and
    what was generated from it earlier stays.

    \b
    Example:  flowc build
              flowc build flows/front_desk.yaml
              flowc build --check --output-format github
    """
    from pathlib import Path

    from flowc.artifacts import apply
    from flowc.cli.output import show, summarise
    from flowc.cli.planning import count, drift, planned
    from flowc.cli.sources import select
    from flowc.config import load

    config = load(Path.cwd())
    made = planned(config, select(config, paths))
    plan = made.plan
    differences = drift(made) if check else ()
    show(config, made.selection, made.result.diagnostics, output_format, color, differences)
    if not check:
        apply(plan, config.root / config.out)
    if check:
        state = f"{len(differences)} out of date, run `flowc build`" if differences else "all up to date"
    else:
        state = f"{len(plan.written)} written, {len(plan.unchanged)} unchanged"
        state += f", {len(plan.stale)} removed" if plan.stale else ""
    errors = len(made.result.diagnostics)
    broken = f"; {count(errors, 'error')} in {count(made.broken, 'flow')}, left as before" if errors else ""
    summarise(f"{made.counts}: {state}{broken}", quiet)
    if plan.foreign and not check:
        for foreign in plan.foreign:
            click.echo(f"error: {config.out}/{foreign.path} {foreign.reason}", err=True)
        return Exit.TROUBLE
    return Exit.FAULTS if errors or differences else Exit.FINE
