"""Where a command's words go: findings, which are its result, to standard output; the summary to standard error.

The one module that writes to either. It takes `Printable`s, or makes them; the patch of `flowc diff`, which must hold
what the files hold, is the exception.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowc.cli.options import Asked, ColorChoice, wants_color
from flowc.config import Config
from flowc.diagnostics import Diagnostic, cut
from flowc.discovery import Selection
from flowc.formats import Format, render
from flowc.report import Drift, Report
from flowc.report.printable import Printable, plain
from flowc.unit import Ring

if TYPE_CHECKING:
    from flowc.testing.project import Loaded

_MOST_TROUBLES = 200
_LONGEST_TROUBLE = 5000  # characters: more than a path has


class Unwritable(Exception):
    """Standard output or standard error cannot be written."""


def put(text: Printable, *, error: bool = False, color: bool = False) -> None:
    """Print what a renderer made."""
    if not isinstance(text, Printable):
        raise TypeError("only a Printable is printed")
    _echo(text, error, color)


def tell(text: str) -> None:
    """Lines of a command's own for a person, on standard error; whatever a name in them holds."""
    _echo(plain(f"{text}\n"), True, False)


def progress(text: str) -> None:
    """How far it is, on a terminal, in the place of what was said of that before; "" takes it away.

    Cut to the width of the terminal: of a line that goes on in the next row, only that row could be taken away.
    """
    from shutil import get_terminal_size

    width = get_terminal_size().columns
    _echo(f"\r{cut(plain(text), max(1, width - 1))}\x1b[K", True, None)


def trouble(message: str) -> None:
    """What keeps a command from doing its work: a line each. A line break in a name is not one of them."""
    lines = message.split("\n")
    for line in lines[:_MOST_TROUBLES]:
        tell(f"error: {cut(line, _LONGEST_TROUBLE)}")
    if len(lines) > _MOST_TROUBLES:
        tell(f"error: and {len(lines) - _MOST_TROUBLES} more of the kind")


def exact(patch: str) -> None:
    """A patch as it is, byte for byte."""
    _echo(patch.encode("utf-8", "surrogateescape"), False, None)


def flush() -> None:
    """What is written so far reaches its reader, or Unwritable is raised."""
    if sys.stdout is not None:
        with _writing():
            sys.stdout.flush()


def _echo(text: str | bytes, error: bool, color: bool | None) -> None:
    with _writing(2 if error else 1):
        click.echo(text, nl=False, err=error, color=color)


@contextmanager
def _writing(number: int = 1) -> Iterator[None]:
    """Whoever reads a command may have seen enough, as `head -1` has: what it finds, and so its exit code, is the same.
    What it writes to this stream is then for nobody.
    """
    try:
        yield
    except BrokenPipeError:
        if _ends_with_its_reader():
            raise
        give_up(number)
    except OSError as error:
        raise Unwritable((error.strerror or str(error)).lower()) from error


def _ends_with_its_reader() -> bool:
    """What has no end of its own."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.obj, Asked) and context.obj.has_no_end


def give_up(number: int) -> None:
    """Nobody reads this stream any more: keep the interpreter from trying, and failing, once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def show(
    config: Config,
    selection: Selection,
    diagnostics: tuple[Diagnostic, ...],
    style: Format,
    color: ColorChoice,
    drift: tuple[Drift, ...] = (),
    *,
    error: bool = False,
    hunts: tuple[Ring, ...] | None = None,
) -> None:
    """Print what was found, to standard output (or error). A document is printed when nothing was found, too."""
    if not diagnostics and not drift and not style.is_document:
        return
    colored = style.has_colors and wants_color(color, error=error)
    sources = {source.path: source for source in selection.sources}
    root = annotation_root(config.root, os.environ.get("GITHUB_WORKSPACE"))
    report = Report(diagnostics, sources, drift, root, hunts, seen=from_here(config))
    put(render(report, style, colored), error=error, color=colored)
    context = click.get_current_context(silent=True)
    if context is not None and isinstance(context.obj, Asked):
        context.obj.findings_as = None  # they are told: a document is one


def documented(message: str, style: Format) -> None:
    """Whoever reads a document gets one, also where nothing could be looked at, which it then says."""
    if style.is_document:
        put(render(Report((), {}, troubles=tuple(message.split("\n")[:_MOST_TROUBLES])), style))


def show_loaded(config: Config, loaded: Loaded, style: Format, color: ColorChoice) -> None:
    """Errors of call scripts and of their flows: among the results, or on standard error where those are a document."""
    if not loaded.diagnostics:
        return
    from flowc.formats import beside

    shown = beside(style)
    colored = shown.has_colors and wants_color(color, error=style.is_document)
    root = annotation_root(config.root, os.environ.get("GITHUB_WORKSPACE"))
    report = Report(loaded.diagnostics, loaded.sources, annotation_root=root, seen=from_here(config))
    put(render(report, shown, colored), error=style.is_document, color=colored)


def from_here(config: Config) -> Callable[[str], str]:
    """What makes of a path of the project the one that leads there from the current folder."""
    from flowc.here import seen_from

    return seen_from(config.root, Path.cwd().resolve())


def annotation_root(project: Path, workspace: str | None) -> str:
    """What leads from the checked-out repository to the project's folder: empty, or `sub/folder/`."""
    if not workspace or not project.is_relative_to(workspace) or project == Path(workspace):
        return ""
    return f"{project.relative_to(workspace).as_posix()}/"


def summarise(line: str, quiet: bool) -> None:
    if not quiet:
        tell(line)
