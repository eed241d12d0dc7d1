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


class Content(Struct, frozen=True):
    """Of a file, in two parts. `runtime`, nine tenths of a scenario, is copied only where that is written."""

    own: bytes
    runtime: bytes = b""

    @property
    def whole(self) -> bytes:
        return self.own + self.runtime

    @property
    def size(self) -> int:
        return len(self.own) + len(self.runtime)

    def is_all_of(self, content: bytes) -> bool:
        return len(content) == self.size and content.startswith(self.own) and content.endswith(self.runtime)


def encoded(own: str, runtime: str = "") -> tuple[Content, bytes]:
    """The content of a file with this text, and its digest."""
    if not runtime or _RUNTIME in own:
        content = (own + runtime).encode()
        return Content(content), hashed(content)
    known = _kept_texts.get(len(runtime))
    if known is None or known.text != runtime:
        known = _keep(runtime)
    before = own.encode()
    return Content(before, known.content), _digest(before, known.digest)


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
