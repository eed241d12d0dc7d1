"""Work on many things, on all cores: this process and copies of it, each with its share.

Copies are forked, since they need all that is loaded, and know it already. One that fails, in whatever way, has its
share done here, where an error becomes what it always becomes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress

LEAST = 64
"""Fewer things are done before another process has begun."""

Work = Callable[[int], bytes]
"""What is made of the share of that number."""


def shares(things: Sequence[str]) -> list[Sequence[str]]:
    """One for each process that pays."""
    number = min(_cores(), len(things) // (LEAST // 2)) if len(things) >= LEAST else 1
    return [things[first::number] for first in range(number)]


def elsewhere(numbers: Sequence[int], work: Work, meanwhile: Callable[[], None]) -> dict[int, bytes | None]:
    """What other processes make of these shares, all at once; None where one has failed."""
    children: dict[int, tuple[int, int]] = {}
    made: dict[int, bytes | None] = dict.fromkeys(numbers)
    try:
        for number in numbers:
            with suppress(OSError):  # the system allows no more
                children[number] = _begin(lambda number=number: work(number))  # type: ignore[misc]
        meanwhile()
        for number in list(children):
            child, pipe = children[number]
            result = _all_of(pipe)
            del children[number]
            os.close(pipe)
            made[number] = result if os.waitpid(child, 0)[1] == 0 else None
    finally:
        for child, pipe in children.values():
            os.close(pipe)
            with suppress(OSError):
                os.kill(child, 9)
                os.waitpid(child, 0)
    return made


def _cores() -> int:
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(work: Callable[[], bytes]) -> tuple[int, int]:
    """A child, and the pipe from which its result is read."""
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        raise
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        os.close(reading)
        rest = memoryview(work())
        while rest:
            rest = rest[os.write(writing, rest) :]
        code = 0
    finally:
        os._exit(code)  # whatever happened: what this process was about to do is its parent's


def _all_of(pipe: int) -> bytes:
    parts = []
    while part := os.read(pipe, 1 << 20):
        parts.append(part)
    return b"".join(parts)
