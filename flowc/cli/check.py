"""`flowc check`: report every error and warning of the flows and of their call scripts, and write nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from flowc.cli import options
from flowc.cli.again import run_again
from flowc.cli.exits import Exit
from flowc.formats import Format

if TYPE_CHECKING:
    from flowc.config import Config
    from flowc.discovery import Selection
    from flowc.source import Source


@click.command(short_help="Report the errors of flows and call scripts; write nothing.")
@options.paths
@click.option("--stdin-filename", metavar="FILE", help="The name of the flow that is read from standard input (-).")
@options.strict
@options.no_cache
@options.output_format
@options.color
@options.quiet
@options.debug
@run_again(also_out=False)
def check(
    paths: tuple[str, ...],
    stdin_filename: str | None,
    strict: bool,
    no_cache: bool,
    output_format: Format,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    """Report the errors and warnings of flows and of call scripts (*.calls.yaml); write nothing.

    If there are no errors, say of every transfer how long it can ring at the most, and of every target that is
    listened to for a machine whether the platform's documents name its model; and of callers whose numbers are in
    ApplicationStorage, that its entries expire.

    PATHS are flows, call scripts or folders of them; without any, all of the project are checked. A single - reads one
    flow from standard input, for editors.

    \b
    Example:  flowc check
              flowc check - --stdin-filename flows/front_desk.yaml < buffer
    """
    from pathlib import Path

    from msgspec.structs import replace

    from flowc.cli.output import from_here, show, summarise
    from flowc.cli.planning import count, count_errors, warned
    from flowc.config import load_for
    from flowc.diagnostics import in_order
    from flowc.discovery import CALL_SCRIPTS, STDIN, Found, SourceError, find, from_stdin
    from flowc.formats import FULL
    from flowc.incremental.make import make, read_so_far
    from flowc.incremental.memory import Memory

    if stdin_filename is not None and paths != (STDIN,):
        raise click.UsageError("--stdin-filename goes with `-` as the only path")
    named = (stdin_filename,) if stdin_filename is not None else tuple(path for path in paths if path != STDIN)
    config = load_for(named, Path.cwd())
    strict = strict or config.strict
    scripts: list[str] = []
    if paths == (STDIN,):
        if stdin_filename is not None and stdin_filename.endswith(CALL_SCRIPTS):
            raise SourceError(f"{stdin_filename}: a call script; only flows are read from standard input")
        made = read_so_far(config, from_stdin(config, _standard_input(), stdin_filename), strict)
    else:
        flow_paths = tuple(path for path in paths if not path.endswith(CALL_SCRIPTS))
        flow_files = find(config, flow_paths) if flow_paths or not paths else Found((), (), ())
        memory = Memory.of(config, len(flow_files.names), strict, reads=not no_cache)
        made = make(config, flow_files, strict, memory, compares=False)
        scripts = _call_scripts(config, made.selection, paths)
    selection, found, warnings = made.selection, made.verdict.errors, made.verdict.warnings
    flows = count(made.count, "flow") if made.count or not scripts else ""
    if scripts:
        from flowc.testing.project import check as check_scripts

        checked = check_scripts(config, scripts)
        found = in_order([*found, *checked.diagnostics])
        if strict:
            found = in_order([*found, *(replace(each, severity="error") for each in checked.warnings)])
        else:
            warnings = (*warnings, *checked.warnings)
        selection = replace(selection, sources=tuple({**checked.sources, **_by_path(selection)}.values()))
        flows += (", " if flows else "") + count(len(scripts), "file") + " of call scripts"
    remarks = [(unit.path, unit.remarks) for unit in made.verdict.whole]
    rung = tuple(ring for _, each in remarks for ring in each.rings)
    told = in_order([*found, *warnings])
    show(config, selection, told, output_format, color, hunts=None if found else rung)
    if output_format is FULL and not found:
        seen = from_here(config)
        lines = [(ring.sentence, seen(ring.path), ring.span.line) for ring in rung]
        lines += [(sentence, seen(path), number) for path, each in remarks for number, sentence in each.others]
        for line in _each_once(lines):
            summarise(line, quiet)
    if output_format is FULL and len(told) > 1:
        from flowc.report.tally import tally

        for line in tally([each.moved(from_here(config)) for each in told]):
            summarise(line, quiet)
    broken = len({one.path for one in found})
    whole = count(made.count + len(scripts), "file") if scripts else flows
    state = f"{count_errors(found)} in {broken} of {whole}" if found else f"{flows}: no errors"
    summarise(state + warned(len(warnings)), quiet)
    return Exit.FAULTS if found else Exit.FINE


def _each_once(sentences: Iterable[tuple[str, str, int]]) -> Iterator[str]:
    """Each sentence with the first of its places, and in how many others it would be said again: of this file, and of
    others, where the same names may mean something else.
    """
    from flowc.cli.planning import count

    places: dict[str, dict[str, list[int]]] = {}
    for sentence, path, line in sentences:
        places.setdefault(sentence, {}).setdefault(path, []).append(line)
    for sentence, by_path in places.items():
        (path, (line, *again)), *others = by_path.items()
        more = [f"in {count(len(again), 'other place')}"] if again else []
        more += [f"in {count(len(others), 'other file')}, of what is called so there"] if others else []
        told = f" (and {', and '.join(more)})" if more else ""
        yield f"{path}:{line}: {sentence}{told}"


def _standard_input() -> bytes:
    import sys

    from flowc.discovery import SourceError
    from flowc.disk import MOST

    content = sys.stdin.buffer.read(MOST + 1) if sys.stdin is not None else b""
    if len(content) > MOST:
        raise SourceError(f"<stdin>: larger than the {MOST // 1024} KiB that flowc reads")
    return content


def _call_scripts(config: Config, selection: Selection, paths: tuple[str, ...]) -> list[str]:
    """The call scripts among the paths and in the folders of them, or all of the project."""
    from flowc.discovery import CALL_SCRIPTS, in_project
    from flowc.testing.files import search

    folders = selection.given if paths else (config.flows,)
    named = [in_project(config, path) for path in paths if path.endswith(CALL_SCRIPTS)]
    return sorted({*named, *(name for folder in folders for name in search(config, folder))})


def _by_path(selection: Selection) -> dict[str, Source]:
    return {source.path: source for source in selection.sources}
