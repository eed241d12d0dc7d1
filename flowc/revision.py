"""The flows of another revision, read through git: the work tree is not touched, and no program of the repository runs.

A revision, a name in it and what is in it are as hostile as any file of a pull request. What begins with `-` is no
revision; git is asked for the commit once, by `--end-of-options`, and from there on for objects by their ids: `ls-tree`
lists them, `cat-file --batch` reads them, without filters, hooks or a text conversion. Nothing is fetched.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from flowc.config import Config
from flowc.diagnostics import cut, quoted
from flowc.discovery import CALL_SCRIPTS, SUFFIXES
from flowc.disk import LINK, MOST
from flowc.source import Source
from flowc.toml import LARGEST_FILE, NotToml, read_toml

LONGEST_REVISION = 300
"""Characters: more than a branch has."""
CONTRACT = ".contract.json"
_SETTINGS = "pyproject.toml"
_REGULAR = ("100644", "100755", "100664")


class NoRevision(Exception):
    """There is no such revision, or git cannot be asked: a sentence."""


class Unread(Struct, frozen=True):
    """A flow of the revision that is not read, and why."""

    path: str
    why: str


class Revision(Struct, frozen=True):
    """`name` is as it was typed, `commit` in full. `has_project`: the project's folder is in it. `contracts` are those
    that were generated and committed, by their path below the output folder.
    """

    name: str
    commit: str
    sources: tuple[Source, ...]
    unread: tuple[Unread, ...]
    has_project: bool
    contracts: dict[str, bytes]

    @property
    def short(self) -> str:
        return self.commit[:12]


def revision(config: Config, name: str, given: Sequence[str]) -> Revision:
    """The flows of a revision below the paths that were given, or of its own folder of flows. Raises NoRevision."""
    git = _Git(config.root)
    commit = git.commit(name)
    prefix = git.line("rev-parse", "--show-prefix")
    entries = [*git.entries(commit, prefix)]
    settings = next((each for each in entries if each.path == _SETTINGS), None)
    folders = tuple(given) or (_flows_of(git, settings, config.flows),)
    wanted = [each for each in entries if _is_flow(each.path, folders)]
    unread = [Unread(each.path, each.why_not_read) for each in wanted if each.why_not_read]
    readable = [each for each in wanted if not each.why_not_read]
    out = f"{config.out}/"
    generated = [
        each for each in entries if each.path.startswith(out) and each.path.endswith(CONTRACT) and not each.why_not_read
    ]
    contents = git.contents([*readable, *generated])
    sources = [Source(each.path, content) for each, content in zip(readable, contents, strict=False)]
    contracts = {
        each.path.removeprefix(out): content for each, content in zip(generated, contents[len(readable) :], strict=True)
    }
    return Revision(name, commit, tuple(sources), tuple(unread), bool(entries) or not prefix, contracts)


class _Entry(Struct, frozen=True):
    """A file of the revision; `path` is relative to the project's folder."""

    mode: str
    object: str
    size: int
    path: str

    @property
    def why_not_read(self) -> str:
        if not self.path.isprintable():
            return "its name is not printable"
        if self.mode == "120000":
            return f"it is {LINK}"
        if self.mode not in _REGULAR:
            return "it is not a regular file"
        return f"it has more than {MOST // 1024 // 1024} MiB" if self.size > MOST else ""


def _is_flow(path: str, folders: Sequence[str]) -> bool:
    """As `discovery` finds them: a file that is named, or what is below a folder, but for hidden names."""
    if not path.endswith(SUFFIXES) or path.endswith(CALL_SCRIPTS):
        return False
    for folder in folders:
        if path == folder:
            return True
        below = path.removeprefix(f"{folder}/") if folder != "." else path
        if (folder == "." or path.startswith(f"{folder}/")) and not any(part[0] == "." for part in below.split("/")):
            return True
    return False


def _flows_of(git: _Git, settings: _Entry | None, default: str) -> str:
    """The folder that the revision's own settings name, if they do so in a way that can be used."""
    if settings is None or settings.why_not_read or settings.size > LARGEST_FILE:
        return default
    [content] = git.contents([settings])
    try:
        _, document = read_toml(content)
    except NotToml:
        return default
    tool = document.get("tool")
    table = tool.get("flowc") if isinstance(tool, dict) else None
    folder = table.get("flows") if isinstance(table, dict) else None
    if not isinstance(folder, str) or not folder:
        return default
    folder = os.path.normpath(folder).replace(os.sep, "/")
    return default if folder.startswith(("/", "..")) else folder


class _Git:
    """git, in the project's folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        program = shutil.which("git")
        if program is None:
            raise NoRevision("git is not there: another version of the flows is read through it")
        self._program = program
        self._environment = {
            key: value
            for key, value in os.environ.items()
            if key not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE")
        }
        self._environment |= {
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "LC_ALL": "C",
        }

    def commit(self, name: str) -> str:
        """The full id of the commit that a revision means."""
        _check_name(name)
        inside = self._run("rev-parse", "--is-inside-work-tree")
        if inside.returncode or inside.stdout.strip() != b"true":
            why = _last_line(inside.stderr)
            unsafe = f" ({why})" if "dubious ownership" in why or "safe.directory" in why else ""
            raise NoRevision(f"{self._root} is in no work tree of git{unsafe}")
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        commit = found.stdout.decode("ascii", "replace").strip()
        if found.returncode or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
            raise NoRevision(f"git knows no revision {quoted(name)} here{self._advice(name)}")
        return commit

    def _advice(self, name: str) -> str:
        if self.line("rev-parse", "--is-shallow-repository") == "true":
            return ", and this clone is shallow: fetch the other version too (`fetch-depth: 0` of actions/checkout)"
        if (
            self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"origin/{name}^{{commit}}").returncode
            == 0
        ):
            return f": did you mean `origin/{name}`?"
        return ""

    def line(self, *arguments: str) -> str:
        """What git answers in one line."""
        done = self._run(*arguments)
        if done.returncode:
            raise NoRevision(f"git does not answer: {_last_line(done.stderr)}")
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def entries(self, commit: str, prefix: str) -> Iterator[_Entry]:
        """Every file of the commit below the project's folder."""
        # A path that is not there lists nothing, and one that ends in a slash what is below it.
        below = ["--", prefix] if prefix else []
        done = self._run("--literal-pathspecs", "ls-tree", "-r", "-z", "-l", "--full-tree", commit, *below)
        if done.returncode:
            raise NoRevision(f"git cannot list {commit[:12]}: {_last_line(done.stderr)}")
        for row in done.stdout.split(b"\0"):
            if not row:
                continue
            head, _, name = row.partition(b"\t")
            mode, kind, object_id, size = head.decode("ascii", "replace").split()
            path = name.decode("utf-8", "surrogateescape").removeprefix(prefix)
            if kind in ("blob", "commit"):
                yield _Entry(mode, object_id, int(size) if size.isdigit() else 0, path)

    def contents(self, entries: Sequence[_Entry]) -> list[bytes]:
        """What is in files, as it is kept: no filter is applied."""
        if not entries:
            return []
        wanted = "".join(f"{each.object}\n" for each in entries).encode("ascii")
        done = self._run("cat-file", "--batch", given=wanted)
        found, rest = [], done.stdout
        for each in entries:
            head, _, rest = rest.partition(b"\n")
            if head.split()[1:2] != [b"blob"]:
                raise NoRevision(f"git does not have {quoted(each.path)} of that revision here: fetch it")
            size = int(head.split()[2])
            found.append(rest[:size])
            rest = rest[size + 1 :]
        return found

    def _run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [self._program, "--no-pager", "-c", "core.fsmonitor=false", *arguments]
        try:
            return subprocess.run(
                command, cwd=self._root, env=self._environment, input=given, capture_output=True, check=False
            )
        except OSError as error:
            raise NoRevision(f"git cannot be run: {(error.strerror or str(error)).lower()}") from error


def _check_name(name: str) -> None:
    if not name or name.startswith("-"):
        raise NoRevision(f"{quoted(name)} is no revision: give a commit, a branch or a tag")
    if len(name) > LONGEST_REVISION or not name.isprintable() or any(each.isspace() for each in name):
        raise NoRevision(f"{quoted(cut(name, LONGEST_REVISION))} is no revision: git has no name like that")


def _last_line(told: bytes) -> str:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    return cut(lines[0], 500) if lines else "it says nothing"
