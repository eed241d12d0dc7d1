"""What is known of the last build, asked for and added to during one command.

Every answer is that of looking again: a unit is given for a source whose content is the one that it was made from, a
file is right if it holds what has the digest. A stamp spares the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from msgspec import MsgspecError

from flowc.config import Config
from flowc.discovery import read_source
from flowc.disk import read
from flowc.incremental.stamp import Stamp, is_settled, stamp_of
from flowc.incremental.state import Key, Known, Output, State, Writer, is_possible, key_of, load, may_be_kept
from flowc.unit import Unit

Stamped = TypeVar("Stamped", Known, Output)

LEAST_FLOWS = 16
"""With fewer, to compile all takes no longer than to load the compiler, which is needed as soon as one has changed."""


class Memory:
    """Begin with `of`. `writes`: what is found out is to be kept (`save`)."""

    def __init__(self, config: Config, key: Key | None, writes: bool) -> None:
        self._config = config
        self._above = f"{config.root}/"
        self._key = key
        self._state = load(config.root, key) if key is not None else None
        self._writes = writes and key is not None
        self._writer: Writer | None = None
        self._sources: dict[str, Known] = {}
        self._outputs: dict[str, Output] = {}
        self._wrong: set[str] = set()
        self._shared: dict[str, bytes] = {}
        self._is_news = False

    @staticmethod
    def of(config: Config, flows: int, strict: bool, *, reads: bool = True, writes: bool = False) -> Memory:
        used = reads and flows >= LEAST_FLOWS and is_possible()
        return Memory(config, key_of(config.agents, strict) if used else None, writes)

    def unit_of(self, name: str) -> tuple[Unit, bytes | None] | None:
        """Of the source as it is now, if that is known; with its content, if there is something to tell of it. Raises
        SourceError.
        """
        known = self._state.sources.get(name) if self._state is not None else None
        if known is None or self._state is None:
            self._look()
            return None
        if known.unit.has_findings or not self._is_as_it_was(name, known.stamp):
            stamp = self._stamp_anew(name)
            content = read_source(self._config, name).content
            if stamp is None or _digest(content) != known.digest:
                return None
            self._is_news = self._is_news or stamp != known.stamp or not is_settled(stamp, self._state.as_of)
            self._sources[name] = Known(stamp, known.digest, known.unit)
            return known.unit, content if known.unit.has_findings else None
        self._sources[name] = known
        return known.unit, None

    def learn(self, name: str, stamp: Stamp, digest: bytes, unit: Unit) -> None:
        self._is_news = True
        if self._key is not None:
            self._sources[name] = Known(stamp, digest, unit)

    def learn_output(self, path: str, digest: bytes, stamp: Stamp | None) -> None:
        """A file holds what has the digest, or, without a stamp, does not."""
        self._is_news = True
        if stamp is None:
            self._wrong.add(path)
        else:
            self._outputs[path] = Output(stamp, digest)

    def right(self, folder: str, wanted: Iterable[tuple[str, bytes]]) -> set[str]:
        """Of files in a folder, and digests: the files that hold what has the digest."""
        known = self._state.outputs if self._state is not None else {}
        as_of = self._state.as_of if self._state is not None else 0
        outputs, wrong, above = self._outputs, self._wrong, self._above  # all that is generated comes by here
        found: set[str] = set()
        for name, digest in wanted:
            path = f"{folder}/{name}"
            before = known.get(path)
            if (
                before is not None
                and before.digest == digest
                and path not in outputs
                and path not in wrong
                and stamp_of(above + path) == before.stamp
                and is_settled(before.stamp, as_of)
            ):
                outputs[path] = before
                found.add(name)
            elif self._is_right(path, digest):
                found.add(name)
        return found

    def _is_right(self, path: str, digest: bytes) -> bool:
        if (looked_at := self._outputs.get(path)) is not None:
            return looked_at.digest == digest
        if path in self._wrong:
            return False
        self._is_news = True
        stamp = self._stamp_anew(path)
        if stamp is not None and self._holds(path, digest):
            self._outputs[path] = Output(stamp, digest)
            return True
        self._wrong.add(path)
        return False

    def shared(self, path: str, otherwise: Callable[[], bytes]) -> bytes:
        """The digest of what all flows share."""
        known = self._state.shared.get(path) if self._state is not None else None
        self._shared[path] = found = known or otherwise()
        return found

    def wrote(self, path: str, digest: bytes) -> None:
        """A file was put in place."""
        self._is_news = True
        stamp = self._stamp_anew(path) if self._key is not None else None
        if stamp is not None:
            self._outputs[path] = Output(stamp, digest)

    def save(self, covers: Callable[[str], bool], *, all_of_them: bool) -> None:
        """For the next command, if there is anything new. What this one was not about stays as it was."""
        before = self._state
        if before is not None and all_of_them:
            self._is_news = self._is_news or before.sources.keys() != self._sources.keys()
            self._is_news = self._is_news or before.outputs.keys() != self._outputs.keys()
        if not self._is_news or self._key is None:
            return
        self._look()
        if self._writer is None or not may_be_kept(self._key, self._writer.as_of):
            return
        sources, outputs = self._sources, self._outputs
        if before is not None and not all_of_them:
            left = {name: each for name, each in before.sources.items() if not covers(name)}
            sources = {**_settled(left, before.as_of), **sources}
            outputs = {**_settled(before.outputs, before.as_of), **outputs}
        with suppress(OSError, UnicodeError, MsgspecError):
            self._writer.save(State(self._key.digest, self._writer.as_of, sources, outputs, self._shared))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _is_as_it_was(self, path: str, stamp: Stamp) -> bool:
        assert self._state is not None
        return stamp_of(self._above + path) == stamp and is_settled(stamp, self._state.as_of)

    def _look(self) -> None:
        """From here on stamps are taken."""
        if self._writes and self._writer is None:
            self._writes = False  # no second attempt
            with suppress(OSError):
                self._writer = Writer(self._config.root)

    def _stamp_anew(self, path: str) -> Stamp | None:
        self._look()
        return stamp_of(self._above + path)

    def _holds(self, path: str, digest: bytes) -> bool:
        try:
            content = read(self._config.root, path)
        except OSError:
            return False
        return _digest(content) == digest or (b"\r" in content and _digest(content.replace(b"\r\n", b"\n")) == digest)


def _settled(known: dict[str, Stamped], as_of: int) -> dict[str, Stamped]:
    """Without what would have to be looked at again: by a later `as_of` it would be believed."""
    return {name: each for name, each in known.items() if is_settled(each.stamp, as_of)}


def _digest(content: bytes) -> bytes:
    from hashlib import sha256

    return sha256(content).digest()
