"""What came of playing call scripts: values that every report reads, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flowc.diagnostics import cut, quoted
from flowc.simulator.trace import TraceEvent
from flowc.source import Span

EXPECTING = ("expect:", "wait: {until:")
"""How steps begin that say what must be true."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in a file: a script, a flow, or what was generated. `path` as in diagnostics; without one, the line is
    the number of an event of `flowc verify`, which is in no file.
    """

    path: str
    span: Span

    def moved(self, to: Callable[[str], str]) -> Place:
        return Place(to(self.path), self.span) if self.path else self


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that was not met, or an event that could not happen, at `t` milliseconds of the call.

    `expected` and `found` are short phrases, e.g. `caller with: support` and `caller hears ringback`. `flow` is the
    line of the flow that decided, `generated` the line of the scenario behind it, where they are known; `through` the
    fallbacks and routes that led there, in the words of the flow. `lacks` is what the account has instead of a value
    (no secret `NAME`, an empty one), where that and nothing else is the cause. What a scenario or a
    tool says in them may have any length: of more than a message has, the beginning and the end are kept.
    """

    place: Place
    t: int
    expected: str
    found: str
    flow: Place | None = None
    generated: Place | None = None
    through: tuple[str, ...] = ()
    lacks: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", cut(self.expected))
        object.__setattr__(self, "found", cut(self.found))

    def moved(self, to: Callable[[str], str]) -> Failure:
        flow, generated = (place and place.moved(to) for place in (self.flow, self.generated))
        return replace(self, place=self.place.moved(to), flow=flow, generated=generated)


@dataclass(frozen=True, slots=True)
class PlayedCall:
    """One script, or one row of a table, under one behaviour of the platform.

    `trace` is the emulator's. `marks` are the steps of the
    script in it: (index into the trace before which the step happened, the step as written, its place). `legs` says
    which target the legs in it are: (a leg's `call` in the trace, the target's name in the flow).
    """

    name: str  # with its row, if it has one: `every failure brings the caller back [support does: is busy]`
    flow: str  # the flow's name
    place: Place
    variant: tuple[tuple[str, str], ...]  # what of the platform is not as by default: `--all-platform-variants`
    trace: tuple[TraceEvent, ...]
    marks: tuple[tuple[int, str, Place], ...]
    parties: tuple[str, ...]  # columns of a timeline: caller, agent, then the targets that were called, by their names
    failures: tuple[Failure, ...]
    ended_ms: int  # virtual time at the end of the script
    note: str = ""  # e.g. that the generated file differs from the flow
    legs: tuple[tuple[str, str], ...] = ()
    variants: tuple[int, int] | None = None  # of a call that fails as it is: under how many more it fails, of how many
    with_tools: bool = False  # played with the generated tools
    has_agent: bool = True  # the flow has an agent; else it has no column
    silence_ms: int | None = None  # the longest in which the connected caller heard nothing, where that is known
    ignored: tuple[str, ...] = ()  # of what it was started with: what the flow does not know
    begins: str = ""  # when, on the clocks of the flow's hours: `Mon 09:02 Europe/Berlin`; empty where it has none
    took_s: float = field(default=0, compare=False)  # real time to play it, unlike `ended_ms`
    hides: Callable[[str], str] = field(default=str, compare=False)  # takes out of a line of a file what is sensitive

    def moved(self, to: Callable[[str], str]) -> PlayedCall:
        """The same with what is made of its paths."""
        return replace(
            self,
            place=self.place.moved(to),
            marks=tuple((index, written, place.moved(to)) for index, written, place in self.marks),
            failures=tuple(each.moved(to) for each in self.failures),
        )

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def lacks(self) -> tuple[str, ...]:
        """What its account has instead of a value, if all that went wrong comes of that; else nothing."""
        lacks = tuple(dict.fromkeys(failure.lacks for failure in self.failures))
        return lacks if all(lacks) else ()

    @property
    def expects_nothing(self) -> bool:
        """Whether it only fails if something in it cannot happen."""
        return self.passed and not any(written.startswith(EXPECTING) for _, written, _ in self.marks)


def told_of_ignored(names: tuple[str, ...]) -> str:
    """Of what a call was started with that the flow does not know."""
    named = " and ".join(quoted(each) for each in names)
    return f"the flow has no {named} among its `data`, and ignores {'it' if len(names) == 1 else 'them'}"


@dataclass(frozen=True, slots=True)
class Covered:
    """A step, an outcome or a fallback of a flow, and whether any script went through it."""

    what: str  # in the words of the flow: `call_transfer: fallback busy`
    place: Place
    covered: bool

    def moved(self, to: Callable[[str], str]) -> Covered:
        return replace(self, place=self.place.moved(to))


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that `flowc test` has to report."""

    calls: tuple[PlayedCall, ...]
    coverage: tuple[Covered, ...] = ()
    unscripted: tuple[str, ...] = ()  # paths of flows that no call script is about
    is_whole: bool = True  # no file was refused, and nobody has stopped it

    def moved(self, to: Callable[[str], str]) -> Run:
        """The same with what is made of its paths."""
        return replace(
            self,
            calls=tuple(each.moved(to) for each in self.calls),
            coverage=tuple(each.moved(to) for each in self.coverage),
            unscripted=tuple(to(path) for path in self.unscripted),
        )

    @property
    def passed(self) -> bool:
        return self.is_whole and all(call.passed for call in self.calls)
