"""By what a content is known to be the one that it was: nobody can make another one with the same digest.

A scenario is some kilobytes of its flow, and then a hundred of the runtime, which it has in common with many. So what
begins with the first line of a runtime goes into a digest as its own digest, which is made once, and so are its bytes.
"""

from __future__ import annotations

from msgspec import Struct

from flowc.digests import blake2b

_RUNTIME = "// flowc runtime "
_RUNTIME_BYTES = _RUNTIME.encode()
_MOST_KEPT = 64
SIZE = 32


class _Runtime(Struct, frozen=True):
    text: str
    content: bytes
    digest: bytes


_kept: dict[int, _Runtime] = {}
"""By the length in bytes. Two of the same length take turns."""
_kept_texts: dict[int, _Runtime] = {}
"""By the length in characters."""


def hashed(content: bytes) -> bytes:
    start = content.find(_RUNTIME_BYTES)
    if start < 0:
        return _digest(content, _DIGEST_OF_NOTHING)
    found = _kept.get(len(content) - start)
    if found is None or not content.endswith(found.content):
        return _digest(content[:start], _hash(content[start:]))
    return _digest(content[:start], found.digest)


def encoded(text: str) -> tuple[bytes, bytes]:
    """The content of a file with this text, and its digest."""
    start = text.find(_RUNTIME)
    if start < 0:
        content = text.encode()
        return content, _digest(content, _DIGEST_OF_NOTHING)
    runtime = _kept_texts.get(len(text) - start)
    if runtime is None or not text.endswith(runtime.text):
        runtime = _keep(text[start:])
    before = text[:start].encode()
    return before + runtime.content, _digest(before, runtime.digest)


def _keep(text: str) -> _Runtime:
    if len(_kept_texts) >= _MOST_KEPT:
        _kept.clear()
        _kept_texts.clear()
    content = text.encode()
    made = _Runtime(text, content, _hash(content))
    _kept[len(content)] = _kept_texts[len(text)] = made
    return made


def _digest(before: bytes, of_the_rest: bytes) -> bytes:
    """The second has always the same length: so of another content either is another."""
    return _hash(before + of_the_rest)


def _hash(content: bytes) -> bytes:
    return blake2b(content, digest_size=SIZE).digest()


_DIGEST_OF_NOTHING = _hash(b"")
