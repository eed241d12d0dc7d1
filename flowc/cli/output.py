"""Where a command's words go: findings, which are its result, to standard output; the summary to standard error."""

from __future__ import annotations

import os
from pathlib import Path

import click

from flowc.cli.options import ColorChoice, wants_color
from flowc.config import Config
from flowc.diagnostics import Diagnostic
from flowc.discovery import Selection
from flowc.report import Drift, Format, Report, render


def show(
    config: Config,
    selection: Selection,
    diagnostics: tuple[Diagnostic, ...],
    style: Format,
    color: ColorChoice,
    drift: tuple[Drift, ...] = (),
) -> None:
    """Print what was found. JSON is printed when nothing was found, too."""
    if not diagnostics and not drift and style != "json":
        return
    colored = wants_color(color) and style in ("full", "concise")
    sources = {source.path: source for source in selection.sources}
    root = annotation_root(config.root, os.environ.get("GITHUB_WORKSPACE"))
    click.echo(render(Report(diagnostics, sources, drift, root), style, colored), nl=False, color=colored)


def annotation_root(project: Path, workspace: str | None) -> str:
    """What leads from the checked-out repository to the project's folder: empty, or `sub/folder/`."""
    if not workspace or not project.is_relative_to(workspace) or project == Path(workspace):
        return ""
    return f"{project.relative_to(workspace).as_posix()}/"


def summarise(line: str, quiet: bool) -> None:
    if not quiet:
        click.echo(line, err=True)
