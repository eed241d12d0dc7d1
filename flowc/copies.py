"""Copies of what flowc generates, wherever they lie in the project, that are not what it generates now.

`flowc build` keeps two places: the output folder, and in `apps/<flow>/` the tools and what they share. Somebody may
have put a copy elsewhere: an app's folder with another name, the sources of what uploads scenarios. An old one there is
as wrong as in the output folder, but flowc has not put it there, and does not change it: it is named, and its user
copies again. What all flows share is compared by a build of all flows alone: tools beside it may need the one it is.

- Below the folder of the apps, a copy is what has the name of an artifact of this run, whatever it is and holds, and a
  file of that kind with flowc's header, whatever its name.
- Elsewhere it is a file with the name of an artifact, and flowc's header.
- Who has lost the header, or has it far below, is known by the lines: with half of those that an artifact has.
- A copy of a flow that is gone, or has another name now, is an orphan.

No link is followed. Left out are hidden names, what other tools make or install (`PASSED_OVER`), virtual environments,
and folders that are a repository or a project with settings for flowc of their own. Nobody looks further than
`MOST_ENTRIES`, and the apps come first.
"""

from __future__ import annotations

import os
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property

from msgspec import Struct

from flowc.agents import SHARED, AgentBackEnd
from flowc.artifacts import HEADER_BYTES, Obstacle, generated_from, said_to_be_from
from flowc.config import Config
from flowc.disk import OF_TOOLS, Kind, kind, read, told
from flowc.toml import LARGEST_FILE, NotToml, read_toml

TOOLS = "_tools.py"
SCENARIO = ".voxengine.js"
MOST_ENTRIES = 50_000
PASSED_OVER = OF_TOOLS | {"build", "dist"}
_LINES_ABOVE = 5  # a header, by which a file is known whatever its name
_LEAST_LENGTH = 20  # of a line that is peculiar to a file
_LEAST_LINES = 10  # of an artifact, to be known by them
_ENDINGS = {"line": TOOLS, "functions": ".functions.json"}
_ALWAYS = (SCENARIO, ".contract.json")
_KINDS = (".py", ".js", ".json")
_MARKS = ("pyvenv.cfg", ".git", "pyproject.toml")
"""Of a folder that is another's."""


class Copy(Struct, frozen=True):
    """A file that is not what it should be a copy of. `path` is below the project's folder."""

    path: str
    message: str
    is_orphan: bool = False


class Copies(Struct, frozen=True):
    """All that were found; `is_all` is false if there was more to look at than flowc looks at."""

    found: tuple[Copy, ...]
    is_all: bool = True

    @property
    def orphans(self) -> tuple[Copy, ...]:
        return tuple(copy for copy in self.found if copy.is_orphan)

    @property
    def old(self) -> tuple[Copy, ...]:
        return tuple(copy for copy in self.found if not copy.is_orphan)


def old_copies(config: Config, artifacts: Mapping[str, str], covers: Callable[[str], bool]) -> Copies:
    """Copies of artifacts (path below the output folder -> text), and of what this run would have generated, had it
    still had a reason to. `covers(source)` says whether the run speaks for a source.
    """
    looked = _Looked(config, artifacts, covers)
    walk = _Walk(config)
    found = [copy for path, entry in walk for copy in looked.at(path, entry.is_file(follow_symlinks=False))]
    return Copies(tuple(sorted(found, key=lambda copy: copy.path)), walk.left >= 0)


class _Looked:
    """What is thought of each file."""

    def __init__(self, config: Config, artifacts: Mapping[str, str], covers: Callable[[str], bool]) -> None:
        self.config = config
        self.artifacts = artifacts
        self.covers = covers
        self.endings = (*_ALWAYS, *(_ENDINGS[AgentBackEnd(each)] for each in config.agents))
        self.by_source: dict[str | None, list[str]] | None = None
        self.apps = "" if config.apps == "." else f"{config.apps}/"

    @cached_property
    def by_name(self) -> dict[str, str]:
        return {path.rpartition("/")[2]: path for path in self.artifacts}

    @cached_property
    def kept(self) -> set[str]:
        """By `flowc build` itself."""
        tools = [path for path in self.artifacts if path.endswith(TOOLS)]
        shared = {f"{path.partition('/')[0]}/{name}" for path in tools for name in SHARED.values()}
        kept = {f"{self.apps}{path}" for path in (*tools, *shared)}
        if self.config.voxengine_ci is not None:
            names = (name for name in self.by_name if name.endswith(SCENARIO))
            kept |= {f"{self.config.voxengine_ci}/{name}" for name in names}
        return kept

    def at(self, path: str, is_file: bool) -> Iterator[Copy]:
        name = path.rpartition("/")[2]
        in_apps = bool(self.apps) and path.startswith(self.apps)
        artifact = self.by_name.get(name)
        if path in self.kept or not (artifact or name.endswith(self.endings) or in_apps):
            return
        if not is_file:
            if in_apps and artifact is not None:
                yield Copy(path, Obstacle.NOT_A_FILE.value)
            return
        try:
            start = read(self.config.root, path, HEADER_BYTES, start_only=True)
        except OSError as error:
            if in_apps and artifact is not None:
                yield Copy(path, f"cannot be read: {told(error)}")
            return
        start = _as_utf8(start)
        named = artifact is not None or (in_apps and name.endswith(self.endings))
        source = said_to_be_from(start) if named else _source_on_top(start)
        if source is None and in_apps and not named:
            below = said_to_be_from(start)
            source = below if below is not None and self._resembles(path, self._of_source(below)) else None
        if source is None:
            if artifact is not None and (in_apps or self._resembles(path, [artifact])):
                yield Copy(path, Obstacle.NOT_GENERATED.value)
        elif self.covers(source):
            yield from self._of_flowc(path, source, artifact)

    def _of_flowc(self, path: str, source: str, artifact: str | None) -> Iterator[Copy]:
        """A file that says of itself that it was generated from a source of this run."""
        if artifact is None and path.endswith(self.endings):
            yield Copy(path, orphaned(self.config, path), is_orphan=True)
            return
        ending = os.path.splitext(path)[1]
        wanted = [artifact] if artifact else [each for each in self._of_source(source) if each.endswith(ending)]
        if wanted and not self._is_one_of(path, wanted):
            names = " or ".join(f"{self.config.out}/{each}" for each in wanted)
            yield Copy(path, f"is a copy of {names}, but not of what that is now: copy it again, or delete this one")

    def _of_source(self, source: str) -> list[str]:
        if self.by_source is None:
            self.by_source = {}
            for path, text in self.artifacts.items():
                found = generated_from(text[:HEADER_BYTES].encode())
                self.by_source.setdefault(found, []).append(path)
        return self.by_source.get(source, [])

    def _is_one_of(self, path: str, candidates: Iterable[str]) -> bool:
        try:
            content = read(self.config.root, path).replace(b"\r\n", b"\n")
        except OSError:  # larger than anything that is generated, or gone since
            return False
        return any(content == self.artifacts[each].encode() for each in candidates)

    def _resembles(self, path: str, candidates: Iterable[str]) -> bool:
        """Whether it has half of what is peculiar to one of them."""
        try:
            lines = _peculiar(_as_utf8(read(self.config.root, path)))
        except OSError:
            return False
        known = [_peculiar(self.artifacts[each].encode()) for each in candidates]
        return any(len(each) >= _LEAST_LINES and 2 * len(lines & each) >= len(each) for each in known)


def orphaned(config: Config, path: str) -> str:
    """What is wrong with an orphan, and what to do."""
    name = path.rpartition("/")[2]
    flow = next(name.removesuffix(ending) for ending in (*_ALWAYS, *_ENDINGS.values()) if name.endswith(ending))
    gone = f"is of the flow `{flow}`, which is gone or has another name now"
    if path.startswith(f"{config.apps}/") and name.endswith(TOOLS):
        return f"{gone}: move the app to that name, its folder and what its main.py imports, and delete this file"
    return f"{gone}: delete this file"


def _as_utf8(content: bytes) -> bytes:
    """Some editors and shells save text as UTF-16."""
    if not content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content
    return content.decode("utf-16", "replace").encode("utf-8", "replace")


def _peculiar(content: bytes) -> set[bytes]:
    """The lines that stand in no other file by accident."""
    return {line for each in content.splitlines() if len(line := each.strip()) >= _LEAST_LENGTH}


def _source_on_top(start: bytes) -> str | None:
    """The source in flowc's header, which has a few lines above it at the most."""
    lines = start.removeprefix(BOM_UTF8).split(b"\n", _LINES_ABOVE + 1)
    tops = (generated_from(b"\n".join(lines[above:])) for above in range(min(len(lines), _LINES_ABOVE + 1)))
    return next((source for source in tops if source is not None), None)


class _Walk:
    """Whatever is no folder and may be a copy by its name: first in the apps, then in the rest, from top to bottom."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.left = MOST_ENTRIES  # below zero: there was more

    def __iter__(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        root, apart = self.config.root, {self.config.apps, self.config.out}
        folders = deque(
            each for each in (self.config.apps, "") if each != "." and kind(root, each or ".") is Kind.FOLDER
        )
        while folders and self.left >= 0:
            folder = folders.popleft()
            entries = self._entries(folder)
            if folder and folder not in apart and self._is_apart(folder, entries):
                continue
            for name in sorted(entries):
                entry = entries[name]
                path = f"{folder}/{name}" if folder else name
                if entry.is_dir(follow_symlinks=False):
                    if name not in PASSED_OVER and name != ".git" and path not in apart:
                        folders.append(path)
                elif name.endswith(_KINDS):
                    yield path, entry

    def _entries(self, folder: str) -> dict[str, os.DirEntry[str]]:
        found: dict[str, os.DirEntry[str]] = {}
        with suppress(OSError), os.scandir(self.config.root / folder) as entries:
            for entry in entries:
                self.left -= 1
                if self.left < 0:
                    break
                name = entry.name
                is_own = not name.startswith(".") and (name.endswith(_KINDS) or entry.is_dir(follow_symlinks=False))
                if is_own or name in _MARKS:
                    found[name] = entry
        return found

    def _is_apart(self, folder: str, entries: dict[str, os.DirEntry[str]]) -> bool:
        """A virtual environment, another repository or another project of flowc."""
        if "pyvenv.cfg" in entries or ".git" in entries:
            return True
        if "pyproject.toml" in entries:
            with suppress(OSError, NotToml):
                _, table = read_toml(read(self.config.root, f"{folder}/pyproject.toml", LARGEST_FILE))
                tool = table.get("tool")
                return isinstance(tool, dict) and "flowc" in tool
        return False
