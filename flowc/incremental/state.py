"""`.flowc_cache/`, in the project's folder: what the last `flowc build` found out, for the next command.

`state` holds it, and `seal` the stamp of `state`, which nobody can make up: so what has come with a checkout, or was
copied, or written to, is not believed. Whatever is wrong with it, there is none then, and nobody is told. It is read
and written by the rules of `flowc.disk`: through no link.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from zlib import crc32

import msgspec
from msgspec import Struct, msgpack

import flowc
from flowc.agents import AgentBackEnd
from flowc.digests import blake2b
from flowc.disk import read
from flowc.incremental.stamp import Stamp, is_settled, of, stamp_of
from flowc.unit import Unit

FOLDER = ".flowc_cache"
LARGEST = 256 * 1024 * 1024
IGNORE = "# Made by flowc: what it remembers of the last build. It may be deleted at any time.\n*\n"
LIBRARIES = ("msgspec", "yaml", "tzdata")
"""What decides, beside flowc and Python, what a source is compiled to."""
OTHER_ROOMS = frozenset(
    (
        *(b"agent_app", b"catalogue", b"deploy", b"graph", b"lsp", b"page", b"review", b"simulator"),
        *(b"starter", b"talk", b"testing", b"verify"),
    )
)
"""Of flowc: nothing in them is read to compile a source."""


class Known(Struct, frozen=True, array_like=True):
    """Of a source, and (`outputs`) of each of its artifacts that is right in the output folder. None stands for a stamp
    that is not believed, or is not known.
    """

    stamp: Stamp | None
    digest: bytes
    unit: Unit
    outputs: tuple[Stamp | None, ...] = ()


class Output(Struct, frozen=True, array_like=True):
    """Of another generated file that is right, what flows share or a copy: the digest is that of the artifact."""

    stamp: Stamp
    digest: bytes


class State(Struct, frozen=True, array_like=True):
    """`as_of`: when stamps were taken, at the earliest; there is none that was not settled then. Sources and others by
    their path below the project's folder; `shared` are the digests of what all flows share.
    """

    key: bytes
    as_of: int
    sources: dict[str, Known]
    others: dict[str, Output]
    shared: dict[str, bytes]


class Key(Struct, frozen=True):
    """Of one flowc, as it is installed, with one set of settings. `newest`: when the last of its files was changed."""

    digest: bytes
    newest: int


def is_possible() -> bool:
    """Elsewhere a file does not tell when it was changed."""
    return os.name == "posix" and hasattr(os, "O_NOFOLLOW") and os.open in os.supports_dir_fd


def key_of(agents: tuple[AgentBackEnd, ...], strict: bool) -> Key | None:
    """From the stamps of its files, which an upgrade changes, and those of the libraries. None: not all of them can be
    looked at, as a link that leads nowhere.
    """
    told: list[object] = [sys.version, flowc.__version__, msgspec.__version__, [str(each) for each in agents], strict]
    newest = 0
    for library in LIBRARIES:
        spec = find_spec(library)
        if spec is not None and spec.origin is not None:
            stamp = stamp_of(spec.origin)
            told.append((library, os.fsencode(spec.origin), stamp))
            newest = max(newest, stamp[2] if stamp else 0)
    try:
        installed = _installed()
    except OSError:
        return None
    newest = max(newest, *(stamp[2] for stamp in installed.values()))
    told.append(sorted(installed.items()))
    return Key(blake2b(msgpack.encode(told), digest_size=32).digest(), newest)


def _installed() -> dict[bytes, Stamp]:
    """The files of flowc that may matter. Raises OSError."""
    found: dict[bytes, Stamp] = {}
    waiting = [os.fsencode(os.path.dirname(flowc.__file__))]
    passed_over = OTHER_ROOMS
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name != b"__pycache__" and entry.name not in passed_over:
                        waiting.append(entry.path)
                else:
                    found[entry.path] = of(entry.stat())
        passed_over = frozenset()
    return found


def load(root: Path, key: Key) -> State | None:
    file = f"{root}/{FOLDER}/state"
    try:
        seal = read(root, f"{FOLDER}/seal", 1000)
        stamp = stamp_of(file)
        if stamp is None or not seal.startswith(_told(stamp)):
            return None  # and so is not read, however large
        content = read(root, f"{FOLDER}/state", LARGEST)
        if stamp != stamp_of(file) or seal != _seal(stamp, content):
            return None
        state = msgpack.decode(content, type=State)
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    return state if state.key == key.digest else None


def _seal(stamp: Stamp, content: bytes) -> bytes:
    return b"%s%d\n" % (_told(stamp), crc32(content))


def _told(stamp: Stamp) -> bytes:
    return "".join(f"{number} " for number in stamp).encode()


class Writer:
    """A new `state`, from the moment before the first stamp is taken to the end."""

    def __init__(self, root: Path) -> None:
        """Raises OSError if there can be none."""
        with suppress(FileExistsError):
            os.mkdir(root / FOLDER)
        flags = os.O_NOFOLLOW | os.O_CLOEXEC
        self._folder = os.open(root / FOLDER, os.O_RDONLY | os.O_DIRECTORY | flags)
        self._file = -1
        try:
            self._write_once(".gitignore", IGNORE.encode())
            with suppress(FileNotFoundError):
                os.unlink("state.new", dir_fd=self._folder)
            new = os.O_RDWR | os.O_CREAT | os.O_EXCL | flags
            self._file = os.open("state.new", new, 0o666, dir_fd=self._folder)
            self.as_of = of(os.fstat(self._file))[2]
        except BaseException:
            self.close()
            raise

    def _write_once(self, name: str, content: bytes) -> None:
        with suppress(FileExistsError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            file = os.open(name, flags, 0o666, dir_fd=self._folder)
            try:
                os.write(file, content)
            finally:
                os.close(file)

    def save(self, state: State) -> None:
        """All of it, or there is none. Raises OSError."""
        content = msgpack.encode(state)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        os.replace("state.new", "state", src_dir_fd=self._folder, dst_dir_fd=self._folder)
        with suppress(FileNotFoundError):
            os.unlink("seal", dir_fd=self._folder)
        self._write_once("seal", _seal(of(os.fstat(self._file)), content))

    def close(self) -> None:
        with suppress(OSError):  # it has not been saved
            os.unlink("state.new", dir_fd=self._folder)
        for each in (self._file, self._folder):
            with suppress(OSError):
                os.close(each)
        self._file = self._folder = -1


def may_be_kept(key: Key, as_of: int) -> bool:
    """Not of a flowc that was changed just now: it could be changed again in the same tick."""
    return is_settled((0, 0, key.newest, 0), as_of)
