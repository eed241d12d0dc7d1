"""Pages for a browser: what is played and searched for that of `flowc graph --html`, and the file of `flowc test`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from flowc.cli.exits import Exit
from flowc.cli.options import ColorChoice
from flowc.cli.output import put, show_loaded, summarise, tell
from flowc.cli.planning import count_errors
from flowc.cli.searching import Search, SearchWatch, searched
from flowc.cli.watch import Watch
from flowc.compiler import Compiled
from flowc.config import Config
from flowc.discovery import Outside, SourceError, in_project
from flowc.disk import read, told, write_again
from flowc.formats import Format
from flowc.page import MARK, Checked, of_calls, of_flow
from flowc.simulator.engine import SEARCH_BYTES, Engine
from flowc.source import Source
from flowc.testing.play.batch import play
from flowc.testing.play.watched import Played
from flowc.testing.project import Loaded, about, load
from flowc.testing.result import Run
from flowc.verify.project import subject_of
from flowc.verify.result import Bounds, Result
from flowc.verify.search import Subject


def flow_page(
    config: Config,
    source: Source,
    compiled: Compiled,
    style: Format,
    color: ColorChoice,
    *,
    bounds: Bounds | None,
    edited: bool,
) -> int:
    """Plays the call scripts of the flow, and with `bounds` also searches its scenario, and prints the page."""
    [flow] = compiled.flows
    subject = subject_of(config, flow, compiled.artifacts, edited) if bounds is not None else None
    scripts = [str(config.root / name) for name in about(config, flow.path)]  # from wherever it is called
    loaded = load(config, scripts, edited=edited) if scripts else Loaded((), (), {})
    if loaded.diagnostics:
        show_loaded(config, loaded, style, color)
        summarise(f"{count_errors(loaded.diagnostics)}: no page", quiet=False)
        return Exit.FAULTS
    with Watch(quiet=False) as watch:
        run = _played(loaded, watch)
    if watch.is_stopped:
        tell("flowc: interrupted, so there is no page")
        return watch.code
    sources = {path: each.content.decode("utf-8", "replace") for path, each in loaded.sources.items()}
    sources[source.path] = source.content.decode("utf-8", "replace")
    result: Result | None = None
    code: int = Exit.FINE
    if subject is not None and bounds is not None:
        sources[subject.scenario_path] = subject.scenario
        result, code = _searched(subject, bounds)
    put(of_flow(flow, Checked(run.calls, run.coverage, result), sources))
    return code


def _played(loaded: Loaded, watch: Watch) -> Run:
    if not loaded.files:
        return Run(())

    def goes_on(played: Played) -> bool:
        watch.show(f"{played.calls:,} of {played.of_calls:,} calls")
        return not watch.is_stopped

    with Engine() as engine:
        return play(engine, loaded.files, goes_on=goes_on)


def _searched(subject: Subject, bounds: Bounds) -> tuple[Result, int]:
    """A search that was interrupted has a result as well, which says that it proves nothing."""
    with SearchWatch([subject.flow.path], quiet=False) as watch:
        [found] = searched(lambda: Engine(memory=SEARCH_BYTES), [Search(subject, {})], bounds, 1, watch)
    if found.result is None:
        raise SourceError(found.trouble or f"{subject.flow.path}: it was interrupted before the search began")
    if watch.is_stopped:
        tell("flowc: interrupted; the page has what was covered")
    return found.result, watch.code if watch.is_stopped else Exit.FINE


class PageFile(NamedTuple):
    """Where a page is written, as `flowc.disk` takes it, and how it is called."""

    root: Path
    name: str
    shown: str


def page_at(config: Config, path: str) -> PageFile:
    """The page's file: in the project, or anywhere else, in a folder that is there, for CI to keep. Raises SourceError
    if one is in the way that flowc did not write.
    """
    try:
        name = in_project(config, path)
        file = PageFile(config.root, name, path)
    except Outside:
        folder, name = os.path.split(os.path.abspath(path))
        file = PageFile(Path(os.path.realpath(folder)), name, path)
        if not os.path.isdir(folder):
            raise SourceError(f"{path} cannot be written: there is no folder {folder}") from None
    try:
        is_ours = read(file.root, file.name).startswith(MARK.encode())
    except FileNotFoundError:
        return file
    except OSError as error:
        raise SourceError(f"{file.shown} cannot be written: {told(error)}") from error
    if not is_ours:
        raise SourceError(
            f"{file.shown} was not written by flowc, so it is not overwritten: move it away, or give `--html` another"
            " name"
        )
    return file


def write_calls(file: PageFile, run: Run, sources: Mapping[str, str]) -> None:
    """The page of what was played."""
    try:
        write_again(file.root, file.name, of_calls(run, sources))
    except OSError as error:
        raise SourceError(f"{file.shown} cannot be written: {told(error)}") from error
    tell(f"{file.shown}: open it in a browser")
