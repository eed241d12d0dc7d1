"""The disk, by one rule: only regular files are read, and nothing is read or written through a link in the project.

A flow, a script, a setting or an artifact of a pull request may be a link to any file of the machine, a pipe that
nobody writes to, or a device without an end. So every part of a path below the project's folder is opened without
following a link, no opening waits, what was opened is looked at before it is read, and no more is read than a limit.

What is refused is an OSError with a sentence of ours, so that it is reported like everything else that a disk may say.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

MOST = 8 * 1024 * 1024
"""Bytes of a file. For flows and call scripts there are limits far below; what is generated has less for any flow."""

_DESCENDS = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
_FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_PATH", os.O_RDONLY)


class Refused(OSError):
    """Something that flowc does not open, though the system would."""


def told(error: OSError) -> str:
    """What an error of the disk says, to go on after a name."""
    reason = error.strerror or str(error)
    return reason if isinstance(error, Refused) else reason.lower()


class Kind(Enum):
    """What is at a path."""

    NOTHING = "nothing"
    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"


LINK = "a symbolic link, which flowc does not follow"
PIPE = "not a regular file but a pipe"


def kind(root: Path, name: str) -> Kind:
    """What is at a path below `root`, no link followed. What cannot be looked at is OTHER."""
    try:
        with _parent(root, name) as (parent, last):
            found = os.stat(last, dir_fd=parent, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return Kind.NOTHING
    except (OSError, ValueError):
        return Kind.OTHER
    return Kind.FILE if stat.S_ISREG(found.st_mode) else Kind.FOLDER if stat.S_ISDIR(found.st_mode) else Kind.OTHER


def link(root: Path, name: str) -> str | None:
    """The first link on the way to a path below `root`, the path itself included."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    ways = ("/".join(parts[:number]) for number in range(1, len(parts) + 1))
    return next((way for way in ways if os.path.islink(root / way)), None)


def read(root: Path, name: str, most: int = MOST, *, start_only: bool = False) -> bytes:
    """The file at a path below `root`. A file with more bytes than `most` is refused, or (`start_only`) cut."""
    with _parent(root, name) as (parent, last):
        if parent is None:
            try:
                _refuse(os.lstat(last))
            except ValueError as error:
                raise Refused(errno.EINVAL, _IMPOSSIBLE) from error
        descriptor = _opened(last, _FLAGS | os.O_RDONLY, parent)
        try:
            found = os.fstat(descriptor)
            _refuse(found)
        except BaseException:
            os.close(descriptor)
            raise
        with os.fdopen(descriptor, "rb") as file:
            if found.st_size > most and not start_only:
                raise Refused(errno.EFBIG, f"larger than the {most // 1024} KiB that flowc reads")
            content = file.read(most + 1)
    if len(content) > most and not start_only:
        raise Refused(errno.EFBIG, f"larger than the {most // 1024} KiB that flowc reads")
    return content[:most]


def write_new(root: Path, folder: str, files: Mapping[str, str]) -> None:
    """Files that do not exist yet, in a folder below `root` that is made if it does not, or in `root` itself if it is
    empty; all of them, or none.
    """
    written: list[str] = []
    made: list[str] = []
    try:
        for name, text in files.items():
            path = f"{folder}/{name}" if folder else name
            _make_folders(root, path, made)
            with _parent(root, path) as (parent, last):
                descriptor = _opened(last, _FLAGS | os.O_WRONLY | os.O_CREAT | os.O_EXCL, parent)
                written.append(path)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(text.encode())
    except BaseException as error:
        for path in reversed(written):
            with suppress(OSError), _parent(root, path) as (parent, last):
                os.unlink(last, dir_fd=parent)
        for path in reversed(made):
            with suppress(OSError), _parent(root, path) as (parent, last):
                os.rmdir(last, dir_fd=parent)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = path
        raise


def write_again(root: Path, path: str, text: str) -> None:
    """A file below `root`, new or in the place of what was there: the whole text, or nothing has changed."""
    _make_folders(root, path, [])
    with _parent(root, path) as (parent, last):
        fresh = f"{last}.new"
        descriptor = _opened(fresh, _FLAGS | os.O_WRONLY | os.O_CREAT | os.O_EXCL, parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode())
            os.replace(fresh, last, src_dir_fd=parent, dst_dir_fd=parent)
        except BaseException:
            with suppress(OSError):
                os.unlink(fresh, dir_fd=parent)
            raise


def _make_folders(root: Path, path: str, made: list[str]) -> None:
    """The folders above a path; those that did not exist are added to `made`."""
    parts = path.split("/")[:-1]
    for number in range(1, len(parts) + 1):
        folder = "/".join(parts[:number])
        if kind(root, folder) is Kind.NOTHING:
            with _parent(root, folder) as (parent, last):
                os.mkdir(last, dir_fd=parent)
            made.append(folder)


def names(root: Path, folder: str) -> list[str]:
    """What is in a folder below `root`, sorted; nothing, if it is no folder."""
    return sorted(os.listdir(root / folder)) if kind(root, folder) is Kind.FOLDER else []


OF_TOOLS = frozenset(("node_modules", "site-packages", "__pycache__"))
"""Folders that nobody writes flows into."""


def walk(root: Path, folder: str) -> Iterator[str]:
    """Everything that is not a folder, in a folder below `root` and in those below it. Names that start with a dot are
    passed over, and so is what tools have put there: virtual environments, packages, caches. A link to a folder is
    refused: what somebody has put there would be missed without a word.
    """

    waiting = [os.path.join(root, folder)]  # not `os.walk`, which ends at some hundred folders in each other
    while waiting:
        where = waiting.pop()
        above = os.path.relpath(where, root).replace(os.sep, "/")
        above = "" if above == "." else f"{above}/"
        with os.scandir(where) as entries:
            found = {entry.name: entry for entry in entries}
        folders: list[os.DirEntry[str]] = []
        others: list[str] = []
        for name in sorted(found):
            if not _is_folder(found[name]):
                others.append(name)
            elif _is_own(found[name]):
                folders.append(found[name])
        for entry in folders:
            if entry.is_symlink():
                raise Refused(errno.ELOOP, LINK, f"{above}{entry.name}")
        waiting += [entry.path for entry in reversed(folders)]
        yield from [f"{above}{name}" for name in others if not name.startswith(".")]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _is_own(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name in OF_TOOLS:
        return False
    return not os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))


def remove(folder: str) -> None:
    """A folder of our own with all that is in it, however deep. What cannot be removed stays."""
    waiting, seen = [folder], []
    while waiting:
        seen.append(waiting.pop())
        with suppress(OSError), os.scandir(seen[-1]) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    with suppress(OSError):
                        os.unlink(entry.path)
    for each in reversed(seen):
        with suppress(OSError):
            os.rmdir(each)


@contextmanager
def _parent(root: Path, name: str) -> Iterator[tuple[int | None, str]]:
    """The folder that holds what a path means, opened without following a link below `root`, and its name in there.
    Where the system cannot open from a folder: None, and the whole path, looked at part by part.
    """
    *folders, last = [part for part in name.split("/") if part not in ("", ".")] or ["."]
    if ".." in folders or last == ".." or name.startswith("/"):
        raise Refused(errno.EINVAL, "a path that leads out of the project")
    if not _DESCENDS:
        for number in range(len(folders)):
            if os.path.islink(root.joinpath(*folders[: number + 1])):
                raise Refused(errno.ELOOP, f"{'/'.join(folders[: number + 1])} is {LINK}")
        yield None, str(root.joinpath(*folders, last))
        return
    current = os.open(root, _FOLDER | getattr(os, "O_CLOEXEC", 0))
    try:
        for number, part in enumerate(folders):
            try:
                below = _opened(part, _FLAGS | _FOLDER, current)
            except NotADirectoryError:  # what Linux says of a link, too, when a folder is asked for
                if stat.S_ISLNK(os.stat(part, dir_fd=current, follow_symlinks=False).st_mode):
                    raise Refused(errno.ELOOP, f"{'/'.join(folders[: number + 1])} is {LINK}") from None
                raise
            except Refused as error:
                raise Refused(error.errno, f"{'/'.join(folders[: number + 1])} is {LINK}") from None
            os.close(current)
            current = below
        yield current, last
    finally:
        os.close(current)


def _opened(path: str, flags: int, parent: int | None) -> int:
    try:
        return os.open(path, flags, 0o666, dir_fd=parent)
    except ValueError as error:
        raise Refused(errno.EINVAL, _IMPOSSIBLE) from error
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise Refused(errno.ELOOP, LINK) from error
        if error.errno == errno.ENXIO:  # a socket
            raise Refused(errno.EINVAL, "not a regular file") from error
        raise


_IMPOSSIBLE = "no file can have such a name"
"""Python refuses a NUL, and half a pair of surrogates, before it asks the system."""


def _refuse(found: os.stat_result) -> None:
    """What is no regular file."""
    if stat.S_ISREG(found.st_mode):
        return
    if stat.S_ISDIR(found.st_mode):
        raise Refused(errno.EISDIR, "a folder, not a file")
    if stat.S_ISLNK(found.st_mode):
        raise Refused(errno.ELOOP, LINK)
    raise Refused(errno.EINVAL, PIPE if stat.S_ISFIFO(found.st_mode) else "not a regular file")
