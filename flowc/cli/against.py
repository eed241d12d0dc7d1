"""`flowc diff --against REV`: what the flows of the work tree change, compared with those of another revision."""

from __future__ import annotations

from pathlib import Path

import click

from flowc.cli.exits import Exit
from flowc.cli.options import ColorChoice, wants_color
from flowc.cli.output import put, show, summarise
from flowc.compiler import Compiled, compile_flows
from flowc.config import Config, load_for
from flowc.discovery import Selection, SourceError, in_project, select
from flowc.formats import FULL, OF_REVIEWS, Format, render_reviews
from flowc.review.pairs import Reviewed, reviewed
from flowc.review.report import summary
from flowc.review.words import code
from flowc.revision import NoRevision, Revision, revision


def review(
    paths: tuple[str, ...],
    against: str,
    fail_on: str,
    strict: bool,
    output_format: Format,
    color: ColorChoice,
    quiet: bool,
) -> int:
    if output_format.reviews is None:
        names = ", ".join(each.name for each in OF_REVIEWS)
        raise click.UsageError(f"`--output-format {output_format.name}` shows no changes: with `--against` it is {names}")
    config = load_for(paths, Path.cwd())
    try:
        given = tuple(in_project(config, path) for path in paths)
        old = revision(config, against, given)
    except NoRevision as error:
        raise SourceError(str(error)) from error
    selection = _select(config, paths, given, old)
    made = compile_flows(selection.sources, config.agents, strict or config.strict)
    before = compile_flows(old.sources, config.agents)
    unread = {each.path: each.why for each in old.unread}
    found = Reviewed(
        against,
        old.commit,
        reviewed(before, made, {}, against, unread),
        tuple(_notes(old, given)),
    )
    show(config, selection, made.diagnostics, FULL, color, error=True)
    colored = wants_color(color)
    put(render_reviews(found, output_format, colored), color=colored and output_format.has_colors)
    summarise(summary(found), quiet or output_format.is_document)
    return _exit(made, found, fail_on)


def _select(config: Config, paths: tuple[str, ...], given: tuple[str, ...], old: Revision) -> Selection:
    """The flows of the work tree. A path that only the revision has is one of a flow that is gone."""
    gone = {path for path, name in zip(paths, given, strict=True) if not (config.root / name).exists()}
    known = [each.path for each in (*old.sources, *old.unread)]
    for path, name in zip(paths, given, strict=True):
        if path in gone and not any(each == name or each.startswith(f"{name}/") for each in known):
            gone.discard(path)  # nowhere: `select` says so
    there = tuple(path for path in paths if path not in gone)
    if gone and not there:
        return Selection((), given)
    try:
        found = select(config, there)
    except SourceError:
        if paths or not known or any((config.root / config.flows).glob("**/*.y*ml")):
            raise
        return Selection((), ())  # all flows are gone
    return Selection(found.sources, given)


def _notes(old: Revision, given: tuple[str, ...]) -> list[str]:
    if not old.has_project:
        return [f"{code(old.name)} does not have this project: every flow is new"]
    if not old.sources and not old.unread:
        where = f" in {', '.join(map(code, given))}" if given else ""
        return [f"{code(old.name)} has no flows{where}: every flow is new"]
    return []


def _exit(made: Compiled, found: Reviewed, fail_on: str) -> Exit:
    if made.diagnostics:
        return Exit.FAULTS
    is_fine = {"breaking": not found.is_breaking, "behaviour": found.is_harmless, "nothing": True}[fail_on]
    return Exit.FINE if is_fine else Exit.FAULTS
