"""Which flow files a command is about, read from disk.

From the paths on the command line, or the configured folder if there are none, to sources whose paths are relative to
the project's folder. Folders are searched to the bottom; links to folders and names that start with a dot are passed
over there, and so are call scripts (`*.calls.yaml`), which stand beside flows and are none.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flowc.config import Config
from flowc.source import Source

SUFFIXES = (".yaml", ".yml")
CALL_SCRIPTS = (".calls.yaml", ".calls.yml")
STDIN = "-"
TOO_LARGE = 64 * 1024 * 1024
"""Bytes. The compiler has a limit of its own, far below; this one keeps a mistaken path from filling the memory."""


class SourceError(Exception):
    """Flow files cannot be found or read. The message has a line for each."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The flow files of one run. `given` are the paths it was asked for, relative to the project; empty: all."""

    sources: tuple[Source, ...]
    given: tuple[str, ...]

    def covers(self, source: str) -> bool:
        """Whether a source, which may have been deleted since, is among what the run was asked for."""
        return not self.given or any(
            path == "." or source == path or source.startswith(f"{path}/") for path in self.given
        )


def select(config: Config, paths: tuple[str, ...]) -> Selection:
    """Find and read. Call scripts among other paths are passed over: `flows/*.yaml` names them as well. Raises
    SourceError, naming every path that cannot be used.
    """
    if STDIN in paths:
        raise SourceError("`-` (standard input) is for `flowc check` alone, and without other paths")
    found: dict[str, None] = {}
    given: list[str] = []
    troubles: list[str] = []
    scripts = [path for path in paths if path.endswith(CALL_SCRIPTS) and os.path.isfile(path)]
    for path in paths if len(scripts) == len(paths) else [path for path in paths if path not in scripts]:
        try:
            given.append(in_project(config, path))
            found.update(dict.fromkeys(_flow_files(config, given[-1], path)))
        except SourceError as trouble:
            troubles.append(str(trouble))
    if not paths:
        found.update(dict.fromkeys(_default(config)))
    sources = []
    for name in sorted(found):
        try:
            sources.append(_read(config, name))
        except SourceError as trouble:
            troubles.append(str(trouble))
    if troubles:
        raise SourceError("\n".join(troubles))
    return Selection(tuple(sources), tuple(given))


def from_stdin(config: Config, content: bytes, filename: str | None) -> Selection:
    """Text from an editor, under the name of the file that is being edited."""
    name = in_project(config, filename) if filename is not None else "<stdin>"
    return Selection((Source(name, content),), (name,))


def _default(config: Config) -> Iterator[str]:
    folder = config.root / config.flows
    if not folder.exists():
        raise SourceError(
            f"no folder {config.flows} in {config.root}: create it, name another one as `flows` of [tool.flowc] in "
            "pyproject.toml, or give paths"
        )
    return _flow_files(config, config.flows, config.flows)


def in_project(config: Config, path: str) -> str:
    """The path relative to the project's folder. It is written into what is generated, so it has to lie inside."""
    for absolute in (Path(os.path.abspath(path)), Path(os.path.realpath(path))):
        if absolute.is_relative_to(config.root):
            return absolute.relative_to(config.root).as_posix()
    raise SourceError(f"{path}: outside the project's folder {config.root}, so it has no name there")


def _flow_files(config: Config, name: str, shown: str) -> Iterator[str]:
    """The flow files that a path means: itself, or those in the folder."""
    path = config.root / name
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SourceError(f"{shown}: {(error.strerror or str(error)).lower()}") from error
    if stat.S_ISDIR(mode):
        names = sorted(_search(config, name))
        if not names:
            raise SourceError(f"{shown}: no flow files (*.yaml, *.yml) in this folder")
        yield from names
    elif name.endswith(CALL_SCRIPTS):
        raise SourceError(f"{shown}: a call script, not a flow")
    elif not name.endswith(SUFFIXES):
        raise SourceError(f"{shown}: not a flow file: their names end in .yaml or .yml")
    else:
        yield name


def _search(config: Config, name: str) -> Iterator[str]:
    def fail(error: OSError) -> None:
        raise SourceError(f"{error.filename}: {(error.strerror or str(error)).lower()}") from error

    for folder, folders, files in os.walk(config.root / name, onerror=fail):
        folders[:] = [below for below in folders if not below.startswith(".")]
        for file in files:
            if file.endswith(SUFFIXES) and not file.endswith(CALL_SCRIPTS) and not file.startswith("."):
                yield os.path.relpath(os.path.join(folder, file), config.root).replace(os.sep, "/")


def _read(config: Config, name: str) -> Source:
    if not name.isprintable():
        raise SourceError(f"{name!r}: a flow file's name is written into what is generated, so it must be printable")
    path = config.root / name
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise SourceError(f"{name}: not a regular file")
        if found.st_size > TOO_LARGE:
            raise SourceError(f"{name}: {found.st_size // 1024**2} MiB is no flow")
        return Source(name, path.read_bytes())
    except OSError as error:
        raise SourceError(f"{name}: {(error.strerror or str(error)).lower()}") from error
