"""`flowc diff --against REV`: what the flows of the work tree change, compared with those of another revision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click

from flowc.cli.exits import Exit
from flowc.cli.options import ColorChoice, wants_color
from flowc.cli.output import from_here, put, show, summarise, tell
from flowc.cli.searching import SearchWatch
from flowc.compiler import Compiled, compile_flows
from flowc.config import Config, load_for
from flowc.discovery import CALL_SCRIPTS, Selection, SourceError, in_project, search, select
from flowc.disk import Kind, kind
from flowc.emit.contract import PROTOCOL, fingerprint
from flowc.formats import FULL, OF_REVIEWS, Format, render_reviews
from flowc.ir import Flow
from flowc.review.of_flow import changes
from flowc.review.pairs import Alike, Behaviour, Reviewed, pairs, reviewed
from flowc.review.proof import by_search, by_text
from flowc.review.report import summary
from flowc.review.words import code
from flowc.revision import NoRevision, Revision, revision
from flowc.simulator.engine import SEARCH_BYTES, Engine
from flowc.verify.result import Bounds

BOUNDS = Bounds(posts=1, states=50_000)
"""Of the searches by which two versions are compared: what does not end within them is not compared."""


def review(
    paths: tuple[str, ...],
    against: str,
    fail_on: str,
    prove: bool,
    strict: bool,
    output_format: Format,
    color: ColorChoice,
    quiet: bool,
) -> int:
    if output_format.reviews is None:
        names = ", ".join(each.name for each in OF_REVIEWS)
        raise click.UsageError(
            f"`--output-format {output_format.name}` shows no changes: with `--against` it is {names}"
        )
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
    with SearchWatch([config.flows], quiet) as watch:
        known = dict(_behaviours(before, made, watch if prove else None))
    if watch.is_stopped:
        tell("flowc: interrupted; nothing more was compared than is said here")
    found = Reviewed(
        against,
        old.commit,
        reviewed(before, made, known, against, unread, old.sources, selection.sources),
        (*_notes(old, given), *_contracts(before, old)),
        from_here(config),
    )
    show(config, selection, made.diagnostics, FULL, color, error=True)
    colored = wants_color(color)
    put(render_reviews(found, output_format, colored), color=colored and output_format.has_colors)
    summarise(summary(found), quiet or output_format.is_document)
    return watch.code if watch.is_stopped else _exit(made, found, fail_on)


def _behaviours(before: Compiled, made: Compiled, watch: SearchWatch | None) -> Iterator[tuple[str, Behaviour]]:
    """What is known of how each pair of scenarios behaves, by the path of the new one: their texts, and, where somebody
    wants to know (`watch`) and they differ, what a search of both finds.
    """

    def text_of(flow: Flow) -> str:
        compiled = before if any(flow is each for each in before.flows) else made
        return compiled.artifacts[f"{flow.name}/{flow.name}.voxengine.js"]

    with ExitStack() as engines:
        engine: Engine | None = None
        for pair in pairs(before, made):
            found = changes(pair.old, pair.new)
            known = by_text(pair, text_of, found)
            if watch is not None and not watch.is_stopped and (known is None or known.alike is Alike.NOT_COMPARED):
                engine = engine or engines.enter_context(Engine(memory=SEARCH_BYTES))
                known = by_search(engine, pair, text_of, found, BOUNDS, lambda far: watch.tell(0, far))
            if known is not None:
                yield pair.new.path, known


def _select(config: Config, paths: tuple[str, ...], given: tuple[str, ...], old: Revision) -> Selection:
    """The flows of the work tree: none, if all of them are gone. A path that only the revision has is one of those."""
    known = [*(each.path for each in old.sources), *(each.path for each in old.unread)]
    gone = {
        path
        for path, name in zip(paths, given, strict=True)
        if kind(config.root, name) is Kind.NOTHING
        and any(each == name or each.startswith(f"{name}/") for each in known)
    }
    there = tuple(path for path in paths if path not in gone)
    if gone and not there:
        return Selection((), given)
    if not paths and known and not _has_flows(config):
        return Selection((), ())
    return Selection(select(config, there).sources, given)


def _has_flows(config: Config) -> bool:
    found = kind(config.root, config.flows)
    if found is Kind.FOLDER:
        return any(not each.endswith(CALL_SCRIPTS) for each in search(config, config.flows))
    return found is not Kind.NOTHING


def _notes(old: Revision, given: tuple[str, ...]) -> list[str]:
    if not old.has_project:
        return [f"{code(old.name)} does not have this project: every flow is new"]
    if not old.sources and not old.unread:
        where = f" in {', '.join(map(code, given))}" if given else ""
        return [f"{code(old.name)} has no flows{where}: every flow is new"]
    return []


def _contracts(before: Compiled, old: Revision) -> Iterator[str]:
    """What the revision has committed was deployed from it, as far as anybody knows: is it what its flows say?"""
    for flow in before.flows:
        committed = old.contracts.get(f"{flow.name}/{flow.name}.contract.json")
        if committed is None:
            continue
        try:
            document = json.loads(committed)
        except ValueError:
            document = None
        told = document if isinstance(document, dict) else {}
        if told.get("protocol") != PROTOCOL or told.get("fingerprint") != fingerprint(flow):
            committed_by = f"the contract of {code(flow.name)} that {code(old.name)} has committed"
            deployed = "what was deployed from there may be another version than the one that is compared here"
            yield f"{committed_by} is not that of its flow: {deployed}"


def _exit(made: Compiled, found: Reviewed, fail_on: str) -> Exit:
    if made.diagnostics:
        return Exit.FAULTS
    is_fine = {"breaking": not found.is_breaking, "behaviour": found.is_harmless, "nothing": True}[fail_on]
    return Exit.FINE if is_fine else Exit.FAULTS
