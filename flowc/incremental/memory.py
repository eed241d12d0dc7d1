"""What is known of the last build, asked for and added to during one command.

Every answer is that of looking again: a unit is given for a source whose content is the one that it was made from, a
file is right if it holds what has the digest. A stamp spares the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container
from contextlib import suppress
from itertools import zip_longest

from msgspec import MsgspecError

from flowc.config import Config
from flowc.discovery import read_source
from flowc.disk import read
from flowc.incremental.digest import hashed
from flowc.incremental.stamp import Stamp, is_settled, stamp_of
from flowc.incremental.state import Key, Known, Output, State, Writer, is_possible, key_of, load, may_be_kept
from flowc.unit import Unit

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
        self._outputs: dict[str, Output] = {}  # what was looked at
        self._others: dict[str, Output] = {}  # what is as it was, and no artifact of `_sources`
        self._wrong: set[str] = set()
        self._shared: dict[str, bytes] = {}
        self._is_news = False

    @staticmethod
    def of(config: Config, flows: int, strict: bool, *, reads: bool = True, writes: bool = False) -> Memory:
        used = reads and flows >= LEAST_FLOWS and is_possible()
        return Memory(config, key_of(config.agents, strict) if used else None, writes)

    @property
    def keeps(self) -> bool:
        """Whether what is learned here may be asked by another command."""
        return self._key is not None and (self._writes or self._writer is not None)

    def unit_of(self, name: str) -> tuple[Unit, bytes | None] | None:
        """Of the source as it is now, if that is known; with its content, if there is something to tell of it. Raises
        SourceError.
        """
        known = self._state.sources.get(name) if self._state is not None else None
        if known is None or self._state is None:
            self._look()
            return None
        if known.unit.has_findings or stamp_of(self._above + name) != known.stamp:
            stamp = self._stamp_anew(name)
            content = read_source(self._config, name).content
            if stamp is None or hashed(content) != known.digest:
                return None
            self._is_news = self._is_news or stamp != known.stamp
            known = Known(stamp, known.digest, known.unit, known.outputs)
        else:
            content = None
        self._sources[name] = known
        return known.unit, content if known.unit.has_findings else None

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

    def right(self, folder: str, names: Collection[str], digest_of: Callable[[str], bytes]) -> set[str]:
        """Of files in a folder: those that hold what has the digest."""
        found = self._as_they_were(names) if folder == self._config.out else set()
        others = [name for name in names if name not in found]
        return found.union([name for name in others if self._is_right(f"{folder}/{name}", digest_of(name))])

    def _as_they_were(self, names: Container[str]) -> set[str]:
        """Of the output folder. All that is generated comes by here."""
        above = f"{self._above}{self._config.out}/"
        found: set[str] = set()
        for known in self._sources.values():
            for artifact, there in zip(known.unit.artifacts, known.outputs, strict=False):
                path = artifact[0]
                if there is not None and path in names and stamp_of(above + path) == there:
                    found.add(path)
        return found

    def _is_right(self, path: str, digest: bytes) -> bool:
        if (looked_at := self._outputs.get(path)) is not None:
            return looked_at.digest == digest
        if path in self._wrong:
            return False
        known = self._state.others.get(path) if self._state is not None else None
        if known is not None and known.digest == digest and stamp_of(self._above + path) == known.stamp:
            self._others[path] = known
            return True
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
            self._is_news = self._is_news or not before.others.keys() <= self._others.keys()
        if not self._is_news or self._key is None:
            return
        self._look()
        if self._writer is None or not may_be_kept(self._key, self._writer.as_of):
            return
        as_of = self._writer.as_of
        sources, others = self._with_outputs()
        if before is not None and not all_of_them:
            sources = {**{name: each for name, each in before.sources.items() if not covers(name)}, **sources}
            others = {**before.others, **others}
        settled = before.sources if before is not None and before.as_of <= as_of else {}
        sources = {name: each if settled.get(name) is each else _settled(each, as_of) for name, each in sources.items()}
        others = {path: each for path, each in others.items() if is_settled(each.stamp, as_of)}
        with suppress(OSError, UnicodeError, MsgspecError):
            self._writer.save(State(self._key.digest, as_of, sources, others, self._shared))

    def _with_outputs(self) -> tuple[dict[str, Known], dict[str, Output]]:
        """The sources, each with what was found out of its artifacts; and what else there is."""
        sources, others = self._sources.copy(), {**self._others, **self._outputs}
        above = f"{self._config.out}/"
        looked_at = {path.removeprefix(above).partition("/")[0] for path in (*self._outputs, *self._wrong)}
        for name, known in self._sources.items():
            if known.unit.name not in looked_at:  # which is that of the folder
                continue
            stamps: list[Stamp | None] = []
            for (path, digest), there in zip_longest(known.unit.artifacts, known.outputs):
                found = others.pop(above + path, None)
                if found is not None:
                    stamps.append(found.stamp if found.digest == digest else None)
                else:
                    stamps.append(None if above + path in self._wrong else there)
            sources[name] = Known(known.stamp, known.digest, known.unit, tuple(stamps))
        return sources, others

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

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
        return hashed(content) == digest or (b"\r" in content and hashed(content.replace(b"\r\n", b"\n")) == digest)


def _settled(known: Known, as_of: int) -> Known:
    """Without the stamps that are not believed."""
    stamps = (known.stamp, *known.outputs)
    if all(stamp is None or is_settled(stamp, as_of) for stamp in stamps):
        return known
    stamp, *outputs = (each if each is not None and is_settled(each, as_of) else None for each in stamps)
    return Known(stamp, known.digest, known.unit, tuple(outputs))
