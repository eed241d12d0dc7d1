"""Which flow files a command is about, read from disk.

From the paths on the command line, or the configured folder if there are none, to sources whose paths are relative to
the project's folder. Folders are searched to the bottom; names that start with a dot are passed over there, and so are
call scripts (`*.calls.yaml`), which stand beside flows and are none. A link, to a file or to a folder, and what is no
regular file, is an error (`flowc.disk`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from flowc.config import Config
from flowc.disk import LINK, PIPE, Kind, kind, link, read, told, walk
from flowc.here import STDIN as FROM_STDIN
from flowc.here import seen_from
from flowc.source import Source

SUFFIXES = (".yaml", ".yml")
CALL_SCRIPTS = (".calls.yaml", ".calls.yml")
STDIN = "-"
NOT_FROM_STDIN = "`-` (standard input) is for `flowc check` alone, and without other paths"


class SourceError(Exception):
    """Flow files cannot be found or read. The message has a line for each."""


class Outside(SourceError):
    """A path leads out of the project."""


class Selection(Struct, frozen=True):
    """The flow files of one run. `given` are the paths it was asked for, relative to the project; empty: all."""

    sources: tuple[Source, ...]
    given: tuple[str, ...]

    def covers(self, source: str) -> bool:
        """Whether a source, which may have been deleted since, is among what the run was asked for."""
        return not self.given or any(
            path == "." or source == path or source.startswith(f"{path}/") for path in self.given
        )


class Found(Struct, frozen=True):
    """The names of the flow files of one run, sorted, and a sentence for each path that cannot be used."""

    names: tuple[str, ...]
    given: tuple[str, ...]
    troubles: tuple[str, ...]


def select(config: Config, paths: tuple[str, ...]) -> Selection:
    """Find and read. Raises SourceError, naming every path that cannot be used."""
    found = find(config, paths)
    troubles = [*found.troubles]
    sources = []
    for name in found.names:
        try:
            sources.append(read_source(config, name))
        except SourceError as trouble:
            troubles.append(str(trouble))
    if troubles:
        raise SourceError("\n".join(troubles))
    return Selection(tuple(sources), found.given)


def find(config: Config, paths: tuple[str, ...]) -> Found:
    """Find. Call scripts among other paths are passed over: `flows/*.yaml` names them as well. Raises SourceError if
    nothing can be found.
    """
    if STDIN in paths:
        raise SourceError(NOT_FROM_STDIN)
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
    return Found(tuple(sorted(found)), tuple(given), tuple(troubles))


def from_stdin(config: Config, content: bytes, filename: str | None) -> Selection:
    """Text from an editor, under the name of the file that is being edited."""
    name = in_project(config, filename) if filename is not None else FROM_STDIN
    return Selection((Source(name, content),), (name,))


def has_flows(config: Config) -> None:
    """Raises SourceError if the folder that is meant without paths is not there."""
    if kind(config.root, config.flows) not in (Kind.FOLDER, Kind.FILE):
        raise SourceError(
            f"no folder {config.flows} in {config.root}: `flowc init` makes it, with a first flow; or name another one"
            " as `flows` of [tool.flowc] in pyproject.toml, or give paths"
        )


def _default(config: Config) -> Iterator[str]:
    has_flows(config)
    return _flow_files(config, config.flows, config.flows)


def in_project(config: Config, path: str) -> str:
    """The path relative to the project's folder. It is written into what is generated, so it has to lie inside.

    Links are followed as far as they lead to the project: below its folder, the path is taken as it was typed.
    """
    if not path:  # as of a variable of a shell that is not set: that would be the current folder
        raise SourceError("an empty path: name a file or a folder, or leave it out")
    typed = Path(os.path.abspath(path))
    try:
        for way in (*reversed(typed.parents), *([typed] if os.path.isdir(typed) else [])):
            inside = Path(os.path.realpath(way))
            if inside.is_relative_to(config.root):
                return (inside / typed.relative_to(way)).relative_to(config.root).as_posix()
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}: no file can have such a name") from error
    raise Outside(
        f"{path}: outside the project's folder {config.root}: move it into there, or run flowc in the folder of the"
        " project that it belongs to"
    )


def not_followed(config: Config, name: str, shown: str) -> None:
    """Raises SourceError if there is a link on the way to a path."""
    found = link(config.root, name)
    if found is not None:
        raise SourceError(f"{shown}: {LINK}" if found == name else f"{shown}: {found} is {LINK}")


def near(config: Config, name: str, *, call_scripts: bool) -> str:
    """What was probably meant by a path at which nothing is, as the end of a sentence; or empty: a file with a line
    behind it, as messages have it, without its folder or its ending, or misspelt. `call_scripts`: whether one is taken.
    """
    from flowc.suggest import nearest  # only an error needs it

    def is_taken(path: str) -> bool:
        return path.endswith(SUFFIXES) and (call_scripts or not path.endswith(CALL_SCRIPTS))

    if numbered := re.fullmatch(r"(.+?)(?::[0-9]+)+:?", name):
        found_there = kind(config.root, numbered[1])
        if found_there is Kind.FOLDER or (found_there is not Kind.NOTHING and is_taken(numbered[1])):
            seen = seen_from(config.root, Path.cwd().resolve())
            return f"; write it without the line: {seen(numbered[1])}"
    try:
        every = search(config, config.flows) if kind(config.root, config.flows) is Kind.FOLDER else ()
        known = [each for each in every if is_taken(each)]
    except SourceError:
        return ""
    bare = {each.rpartition("/")[2].partition(".")[0]: each for each in known if not each.endswith(CALL_SCRIPTS)}
    bare |= {each.rpartition("/")[2]: each for each in known} | {each: each for each in known}
    stem = name.rpartition("/")[2].removesuffix(".yml").removesuffix(".yaml")
    found = next((each for each in (name, name.rpartition("/")[2], stem) if each in bare), None)
    if found is None:  # by what stands before the ending: that is the same for all
        ending = ".calls" if call_scripts and stem.endswith(".calls") else ""
        stems = {each.rpartition("/")[2].rpartition(".")[0]: each for each in known}
        stems = {each.removesuffix(ending): path for each, path in stems.items() if each.endswith(ending)}
        typed = stem.removesuffix(".calls")
        bare, found = stems, typed if typed in stems else nearest(typed, stems)
    return f"; did you mean {seen_from(config.root, Path.cwd().resolve())(bare[found])}?" if found else ""


def read_source(config: Config, name: str) -> Source:
    """A flow or a call script. Raises SourceError."""
    if not name.isprintable():
        raise SourceError(f"{name!r}: a flow file's name is written into what is generated, so it must be printable")
    try:
        return Source(name, read(config.root, name))
    except OSError as error:
        if told(error) == PIPE and name.endswith(SUFFIXES) and not name.endswith(CALL_SCRIPTS):
            raise SourceError(f"{name}: {PIPE} (`flowc check -` reads a flow from standard input)") from error
        raise _trouble(name, error) from error


def search(config: Config, folder: str) -> Iterator[str]:
    """The YAML files in a folder of the project and below it, relative to the project. Raises SourceError."""
    try:
        yield from (name for name in walk(config.root, folder) if name.endswith(SUFFIXES))
    except OSError as error:
        raise _trouble(str(error.filename), error) from error


def _flow_files(config: Config, name: str, shown: str) -> Iterator[str]:
    """The flow files that a path means: itself, or those in the folder."""
    not_followed(config, name, shown)
    found = kind(config.root, name)
    if found is Kind.FOLDER:
        names = sorted(each for each in search(config, name) if not each.endswith(CALL_SCRIPTS))
        if not names:
            raise SourceError(f"{shown}: no flow files (*.yaml, *.yml) in this folder")
        yield from names
    elif found is Kind.NOTHING:
        raise SourceError(f"{shown}: no such file or directory{near(config, name, call_scripts=False)}")
    elif name.endswith(CALL_SCRIPTS):
        raise SourceError(f"{shown}: a call script, not a flow")
    elif not name.endswith(SUFFIXES):
        raise SourceError(f"{shown}: not a flow file: their names end in .yaml or .yml")
    else:
        yield name


def _trouble(name: str, error: OSError) -> SourceError:
    return SourceError(f"{name}: {told(error)}")
