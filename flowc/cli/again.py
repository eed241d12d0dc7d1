"""`--watch`: a command that runs again whenever a file of the project changes."""

from __future__ import annotations

import functools
import gc
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from flowc.cli.options import Asked

LOOKS_S = 0.3
"""Between two looks at the files: a look at a thousand takes some milliseconds."""
SETTLES_S = 0.1
"""An editor writes a file in several steps, and a checkout many files: so long nothing may change before it runs."""

State = Mapping[str, tuple[int, int]]
"""Of each file when it was changed, in nanoseconds, and its size in bytes."""


def run_again(*, also_out: bool) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """The option for a command that takes `paths`. `also_out`: it reads what is generated, and does not write it."""

    def decorated(command: Callable[..., int]) -> Callable[..., int]:
        option = click.option("--watch", is_flag=True, help="Run again whenever a file changes, until Ctrl-C.")

        @functools.wraps(command)
        def once_or_again(*, watch: bool, **given: Any) -> int:
            if not watch:
                return command(**given)
            return _again(lambda: command(**given), tuple(given["paths"]), also_out)

        return option(once_or_again)

    return decorated


def _again(run: Callable[[], int], paths: tuple[str, ...], also_out: bool) -> int:
    """Runs it until a signal ends that. What is wrong with the project as a whole is told, and may be mended."""
    from flowc.artifacts import ArtifactError
    from flowc.cli.output import flush, tell, trouble
    from flowc.cli.watch import INTERRUPTED
    from flowc.config import ConfigError
    from flowc.discovery import STDIN, SourceError
    from flowc.report.printable import plain

    if STDIN in paths:
        raise click.UsageError("--watch looks at files, and standard input is none")
    context = click.get_current_context()
    if isinstance(context.obj, Asked):
        context.obj.has_no_end = True
    while True:
        before = _state(paths, also_out)
        try:
            with click.Context(context.command, parent=context):  # what a run has started ends with it
                if run() == INTERRUPTED:
                    return INTERRUPTED
        except (ArtifactError, ConfigError, SourceError) as error:
            trouble(str(error))
        flush()
        gc.collect()  # which flowc leaves out elsewhere: a command ends soon
        changed = _wait(before, paths, also_out)
        tell(plain(f"\n-- {time.strftime('%H:%M:%S')} {changed} changed"))


def _wait(before: State, paths: tuple[str, ...], also_out: bool) -> str:
    """Until a file has changed, and no more do; the name of one that has."""
    now = _state(paths, also_out)
    while now == before:
        time.sleep(LOOKS_S)
        now = _state(paths, also_out)
    while True:
        time.sleep(SETTLES_S)
        settled, now = now, _state(paths, also_out)
        if settled == now:
            break
    changed = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
    return changed[0] if changed else "a file"


def _state(paths: tuple[str, ...], also_out: bool) -> State:
    """Of all that the command reads, as far as it can be read."""
    from flowc.config import ConfigError, load_for
    from flowc.discovery import SourceError

    here = Path.cwd()
    places = [here / path for path in paths]
    try:
        config = load_for(paths, here)
    except (ConfigError, SourceError):
        return _files([here / "pyproject.toml", *(places or [here / "flows"])])
    root = config.root
    places = places or [root / config.flows]
    return _files([root / "pyproject.toml", *places, *([root / config.out] if also_out else [])])


def _files(places: list[Path]) -> State:
    found: dict[str, tuple[int, int]] = {}
    for place in places:
        for folder, folders, names in os.walk(place):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found.update(_file(os.path.join(folder, name)) for name in names)
        if not place.is_dir():
            found.update([_file(str(place))])
    return {os.path.relpath(name): state for name, state in found.items()}


def _file(path: str) -> tuple[str, tuple[int, int]]:
    try:
        told = os.lstat(path)
    except OSError:  # it has gone meanwhile
        return path, (0, -1)
    return path, (told.st_mtime_ns, told.st_size)
