"""Texts that wait to be written: beyond a limit in a file without a name, which ends with this process."""

from __future__ import annotations

from collections.abc import Mapping
from io import RawIOBase

MOST_IN_MEMORY = 8 * 1024 * 1024
"""Bytes."""

Place = tuple[int, int]
"""In the file: offset and length."""


class Texts:
    """By the path of the artifact. `apart`: all of them in the file, which another process of flowc fills; raises
    OSError if there can be none.
    """

    def __init__(self, *, apart: bool = False) -> None:
        self._in_memory: dict[str, bytes] = {}
        self._is_apart = apart
        self._left = 0 if apart else MOST_IN_MEMORY
        self._places: dict[str, Place] = {}
        self._file = _file() if apart else None
        self._end = 0

    def put(self, path: str, text: bytes) -> None:
        if len(text) <= self._left:
            self._left -= len(text)
            self._in_memory[path] = text
            return
        try:
            self._file = self._file or _file()
            self._file.seek(self._end)
            rest = memoryview(text)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            if self._is_apart:
                raise
            self._in_memory[path] = text  # no room elsewhere
            return
        self._places[path] = (self._end, len(text))
        self._end += len(text)

    def get(self, path: str) -> bytes | None:
        if path not in self._places or self._file is None:
            return self._in_memory.get(path)
        offset, length = self._places[path]
        self._file.seek(offset)
        parts: list[bytes] = []
        while length and (part := self._file.read(length)):
            parts.append(part)
            length -= len(part)
        if length:
            raise OSError("a temporary file is shorter than what was written to it")
        return b"".join(parts)

    @property
    def places(self) -> Mapping[str, Place]:
        """What another process has to know of what was put here in this one."""
        return self._places

    def filled(self, places: Mapping[str, Place]) -> None:
        """Another process has put texts into the file, there."""
        self._places.update(places)


def _file() -> RawIOBase:
    from tempfile import TemporaryFile

    return TemporaryFile(buffering=0)
