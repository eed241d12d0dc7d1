"""`flowc build`: write what the flows say, or (`--check`) say whether it is written."""

from __future__ import annotations

import click

from flowc.cli import options
from flowc.cli.again import run_again
from flowc.cli.exits import Exit
from flowc.formats import Format


@click.command(short_help="Compile flows and write what is generated.")
@options.paths
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if anything is out of date.")
@options.strict
@options.no_cache
@options.output_format
@options.color
@options.quiet
@options.debug
@run_again(also_out=False)
def build(
    paths: tuple[str, ...],
    check: bool,
    strict: bool,
    no_cache: bool,
    output_format: Format,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    """Compile flows and write what is generated.

    PATHS are flow files or folders of them; without any, all flows of the project are built, and files that flowc
    generated for flows that are gone are removed. A flow with errors does not keep the others from being built, and
    what was generated from it earlier stays. An app made by `flowc init --agent` gets its copies of the
    tools and of what they share. One whose flow is gone is left as it is, and so is an old copy of what is generated
    anywhere else in the project: both are errors.

    \b
    Example:  flowc build
              flowc build flows/front_desk.yaml
              flowc build --check --output-format github
    """
    from contextlib import closing, nullcontext
    from pathlib import Path

    from flowc.artifacts import apply, exclusive
    from flowc.cli.output import from_here, show, summarise, trouble
    from flowc.cli.planning import NOT_ALL, count, count_errors, drift, planned, warned
    from flowc.config import load_for
    from flowc.discovery import find
    from flowc.formats import FULL
    from flowc.incremental.memory import Memory
    from flowc.report.terminal import visible

    config = load_for(paths, Path.cwd())
    with nullcontext() if check else exclusive(config.root / config.out):
        found = find(config, paths)
        memory = Memory.of(config, len(found.names), strict or config.strict, reads=not no_cache, writes=not check)
        with closing(memory):
            made = planned(config, found, strict, memory)
            behind = not check and made.leaves_tools_behind
            differences = drift(made) if check else ()
            show(config, made.selection, made.told, output_format, color, differences)
            if not check:
                for folder, plan in made.plans.items():
                    apply(plan, config.root / folder)
                made.remember(memory)
    errors = len(made.errors)
    seen = from_here(config)
    in_the_way = ((f"{folder}/{one.path}", one.reason) for folder, plan in made.plans.items() for one in plan.foreign)
    foreign = [f"{seen(path)} {reason}" for path, reason in in_the_way]
    copies = made.copies
    if check:
        outdated = len(differences) - len(foreign) - len(copies.found)
        states = [f"{outdated} out of date, run `flowc build`"] if outdated else []
        states += [f"{len(foreign)} in the way, rename or delete"] if foreign else []
        states += [f"{len(copies.orphans)} of a flow that is gone, move or delete"] if copies.orphans else []
        states += [f"{len(copies.old)} old elsewhere, copy again or delete"] if copies.old else []
        compared = "the others" if errors else "all"
        state = "; ".join(states) or (f"{compared} up to date" if made.result.verdict.whole else "nothing to compare")
    else:
        plans = made.plans.values()
        removed = sum(len(plan.stale) for plan in plans)
        state = f"{sum(len(plan.written) for plan in plans)} written"
        state += f", {sum(len(plan.unchanged) for plan in plans)} unchanged"
        state += f", {removed} removed" if removed else ""
        lag = "; the tools of other flows need the new version of what they share: build, or correct, those too"
        state += lag if behind else ""
    left = "not compared" if check else "left as before"
    broken = f"; {count_errors(made.errors)} in {count(made.broken, 'flow')}, {left}" if errors else ""
    if output_format is FULL and errors > 1:
        from flowc.report.tally import tally

        for line in tally([each.moved(seen) for each in made.errors]):
            summarise(line, quiet)
    more = warned(len(made.result.verdict.warnings))
    summarise(f"{made.counts}: {state}{broken}{more}{'' if copies.is_all else NOT_ALL}", quiet)
    if not check:
        for sentence in [*foreign, *(f"{seen(copy.path)} {copy.message}" for copy in copies.found)]:
            trouble(visible(sentence))
        if foreign:
            return Exit.TROUBLE
    return Exit.FAULTS if errors or differences or copies.found else Exit.FINE
