"""What became of one source, in plain values: enough to say all that `build` and `check` say of it, without its flow.

So it can be kept, or come from another process, and thousands take little memory. Texts of artifacts are not in it, but
their digests are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from msgspec import Struct, msgpack

from flowc.diagnostics import Diagnostic, in_order
from flowc.source import Span


class Ring(Struct, frozen=True, array_like=True):
    """What one `transfer` rings: `flowc.ir.ring_times.Hunt`, told. `targets` are names, with the milliseconds that each
    rings, how often, and the pause before each time but the first.
    """

    path: str
    span: Span
    way: str
    value: str
    rings_ms: int
    sentence: str
    targets: tuple[tuple[str, int, int, int], ...]


class Remarks(Struct, frozen=True, array_like=True):
    """What `check` says of a flow if nothing is wrong; `others` are line and sentence."""

    rings: tuple[Ring, ...] = ()
    others: tuple[tuple[int, str], ...] = ()


class Unit(Struct, frozen=True, array_like=True):
    """`name` is that of the flow, as far as it could be read, and `named` where it stands. `artifacts`: path below the
    output folder and digest of each. `packed` are the remarks, which only `check` unpacks.
    """

    path: str
    name: str = ""
    named: Span | None = None
    has_agent: bool = False
    errors: tuple[Diagnostic, ...] = ()
    too_large: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    artifacts: tuple[tuple[str, bytes], ...] = ()
    packed: bytes = b""

    @property
    def remarks(self) -> Remarks:
        return msgpack.decode(self.packed, type=Remarks) if self.packed else Remarks()

    @property
    def has_findings(self) -> bool:
        return bool(self.errors or self.too_large or self.warnings)


if TYPE_CHECKING:

    class Judged(Protocol):
        """What is wrong with one source: `too_large` counts only where nothing else is."""

        @property
        def path(self) -> str: ...
        @property
        def errors(self) -> Sequence[Diagnostic]: ...
        @property
        def too_large(self) -> tuple[Diagnostic, ...]: ...
        @property
        def warnings(self) -> tuple[Diagnostic, ...]: ...


One = TypeVar("One", bound="Judged")


class Verdict(Struct, Generic[One], frozen=True):
    """What is said of several sources: every error and every warning, in order, and those that can be built."""

    errors: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    whole: tuple[One, ...]


def joined(read: Iterable[One], same_names: Iterable[Diagnostic]) -> Verdict[One]:
    """What becomes of one source depends on the others only in that no two flows may have the same name."""
    read, same_names = tuple(read), tuple(same_names)
    found = in_order([*(error for each in read for error in each.errors), *same_names])
    broken = {error.path for error in found} | {other.path for each in same_names for other in each.related}
    whole = tuple(each for each in read if each.path not in broken)
    errors = in_order([*found, *(error for each in whole for error in each.too_large)])
    return Verdict(errors, in_order(warning for each in whole for warning in each.warnings), whole)
