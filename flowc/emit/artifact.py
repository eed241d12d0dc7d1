"""A file that is generated of a flow: what is its own in it, and below that what it has in common with others."""

from __future__ import annotations

from msgspec import Struct


class Artifact(Struct, frozen=True):
    """`path` is below the output folder. `runtime` is that of a scenario, which is large, and the same text for every
    flow that uses the same parts of it: whoever compares or digests many of them need not put the two together.
    """

    path: str
    own: str
    runtime: str = ""

    @property
    def text(self) -> str:
        return self.own + self.runtime

    @property
    def size(self) -> int:
        """In characters."""
        return len(self.own) + len(self.runtime)
