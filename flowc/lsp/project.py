"""Files of a project as an editor has them, else as they are on the disk. The only module here that reads files."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from flowc.checks.same_name import said_of
from flowc.config import Config, ConfigError, load_for
from flowc.diagnostics import Diagnostic
from flowc.discovery import (
    CALL_SCRIPTS,
    SUFFIXES,
    SourceError,
    in_project,
    not_followed,
    read_source,
    search,
)
from flowc.disk import MOST, Kind, kind
from flowc.lsp.file import File
from flowc.lsp.findings import Checked, check_flow
from flowc.lsp.positions import Encoding
from flowc.source import Source
from flowc.testing.project import check as check_scripts

MOST_LOOKED_AT = 2000
"""Files of a project in which call scripts are looked for."""
_IS_OURS = re.compile(r"(?m)^\ufeff?[\"']?flowc[\"']?[ \t]*:")


class Outside(Exception):
    """Why nothing can be said of a file. The message is a sentence for its author."""


class Project:
    """A project's settings, and its files. `opened` are those that an editor has, by their path in the project."""

    def __init__(self, config: Config, encoding: Encoding = "utf-16") -> None:
        self.config = config
        self.encoding: Encoding = encoding
        self.opened: dict[str, File] = {}
        self._read: dict[str, tuple[tuple[int, int], File]] = {}

    # What files hold

    def source(self, name: str, instead: Mapping[str, str] | None = None) -> Source:
        """A file, as it is edited if it is. `instead` are texts that it could have. Raises SourceError."""
        if instead is not None and name in instead:
            return Source(name, encoded(instead[name]))
        if name in self.opened:
            return Source(name, encoded(self.opened[name].text))
        return read_source(self.config, name)

    def file(self, name: str) -> File | None:
        """A file, and what can be read of it; None if there is none, or it cannot be read."""
        if name in self.opened:
            return self.opened[name]
        try:
            found = os.lstat(self.config.root / name)
            state = (found.st_mtime_ns, found.st_size)
            before = self._read.get(name)
            if before is not None and before[0] == state:
                return before[1]
            not_followed(self.config, name, name)
            text = read_source(self.config, name).content.decode("utf-8", "replace")
        except (OSError, ValueError, SourceError):
            return None
        self._read[name] = (state, File(name, text, self.encoding))
        return self._read[name][1]

    def flow_of(self, file: File) -> File | None:
        """The flow that a file is, or that its call scripts are about."""
        if not file.is_calls:
            return file
        path = file.flow_path
        if not path.endswith(SUFFIXES) or path.endswith(CALL_SCRIPTS) or path.startswith(("../", "/")):
            return None
        return self.file(path)

    def scripts_about(self, flow: str) -> list[File]:
        """The call scripts about a flow, wherever in the project's folder of flows or beside it they are."""
        names = {name for name in self.opened if name.endswith(CALL_SCRIPTS)}
        for folder in {self.config.flows, posixpath.dirname(flow) or "."}:
            names.update(name for name in self._names(folder) if name.endswith(CALL_SCRIPTS))
        found = [self.file(name) for name in sorted(names)]
        named = posixpath.basename(flow)  # looked for before anything is read
        return [file for file in found if file is not None and _names(file, named) and file.flow_path == flow]

    def flows_beside(self, name: str) -> list[str]:
        """The flows that call scripts could be about, as they would name them."""
        folder = posixpath.dirname(name)
        names = (each for each in self._names(folder or ".") if not each.endswith(CALL_SCRIPTS))
        return sorted(each for each in (posixpath.relpath(name, folder or ".") for name in names) if "/" not in each)

    def _names(self, folder: str) -> list[str]:
        found: list[str] = []
        try:
            if kind(self.config.root, folder) is not Kind.FOLDER:
                return found
            for name in search(self.config, folder):
                found.append(name)
                if len(found) == MOST_LOOKED_AT:
                    break
        except (OSError, SourceError):  # a link to a folder, or one that cannot be read: the rest is there
            pass
        return found

    # What is wrong with them

    def check(self, name: str, instead: Mapping[str, str] | None = None) -> Checked:
        """What `flowc check` says of a flow or of a file of call scripts. Raises Outside."""
        try:
            source = self.source(name, instead)
            if len(source.content) > MOST:
                raise Outside(f"{name}: larger than the {MOST // 1024} KiB that flowc reads")
            if not name.endswith(CALL_SCRIPTS):
                return check_flow(source, self.config.agents, self.config.strict).and_also(self._same_name(source))
            loaded = check_scripts(self.config, (name,), lambda _, each: self.source(each, instead))
        except SourceError as trouble:
            raise Outside(str(trouble)) from trouble
        warnings: Iterable[Diagnostic] = loaded.warnings
        return Checked.of_scripts(loaded.diagnostics, warnings, self.config.strict)

    def _same_name(self, source: Source) -> Iterator[Diagnostic]:
        """Of two flows of one name each says so: in an editor, either may be the one that somebody looks at."""
        own = File(source.path, source.content.decode("utf-8", "replace")).flow_name
        if own is None:
            return
        inside = (name for name in self.opened if name.startswith(f"{self.config.flows}/"))  # perhaps not saved yet
        names = {name for name in (*self._names(self.config.flows), *inside) if not name.endswith(CALL_SCRIPTS)}
        for name in sorted(names) if source.path in names else ():
            file = self.file(name) if name != source.path else None
            other = None if file is None else file.flow_name
            if other is not None and other.name.casefold() == own.name.casefold():
                yield said_of(own, other)
                return


def _names(file: File, named: str) -> bool:
    """Whether a file may name another one: it is there as it is, or may be there as an escape."""
    return named in file.text or "\\" in file.text


def encoded(text: str) -> bytes:
    """The bytes of a text. Half a pair of surrogates, which a program can send, is left for the parser to refuse."""
    return text.encode("utf-8", "surrogatepass")


def project_of(path: Path) -> Config:
    """The settings of the project in which a file lies: without any, its own folder is the project. Raises Outside."""
    try:
        return load_for((str(path),), path.parent)
    except ConfigError as error:
        raise Outside(str(error)) from error
    except (OSError, ValueError) as error:
        raise Outside(f"{path}: no file can have such a name") from error


def name_in(config: Config, path: Path) -> str:
    """The path in the project. Raises Outside for a file that flowc does not read: a link, or one outside."""
    try:
        name = in_project(config, str(path))
        not_followed(config, name, name)
    except SourceError as trouble:
        raise Outside(str(trouble)) from trouble
    if not name.isprintable():
        raise Outside(f"{name!r}: a flow file's name is written into what is generated, so it must be printable")
    return name


def is_ours(config: Config, name: str, text: str) -> bool:
    """Whether a file is a flow or a file of call scripts, and not one of somebody else's: it lies where the project has
    its flows, or says that it is one.
    """
    if not name.endswith(SUFFIXES):
        return False
    inside = config.flows in (".", name) or name.startswith(f"{config.flows}/")
    return (inside and config.flows != ".") or _IS_OURS.search(text[:100_000]) is not None


def settings_state(path: Path) -> tuple[tuple[str, int, int], ...]:
    """What there is to see of the files in which the settings of a file may be, without reading them."""
    found = []
    for folder in path.parents:
        try:
            state = os.stat(folder / "pyproject.toml")
            found.append((str(folder), state.st_mtime_ns, state.st_size))
        except (OSError, ValueError):
            continue
    return tuple(found)
