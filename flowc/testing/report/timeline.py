"""A call as a person reads it: a column for everybody on it, virtual time on the left, the script's steps in between.

From a played call to rows of text. Arrows lead from who acts to whom it reaches; `:` under a name means that it rings
there, `|` that it is on the line. The step that failed is marked with `>`, with what was expected and found below it;
what happened after the last failure is left out. Above stands when it begins, where the flow has hours.

           Mon 09:02 Europe/Berlin
           caller           scenario         agent            support
    7 - caller: calls
     0.0s  calls ---------->:
    ...
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from flowc.report.terminal import BLUE, BOLD, CYAN, RED, paint
from flowc.testing.report.canvas import Row, cut, width_of, wrapped
from flowc.testing.report.happenings import AGENT, GONE, PRESENT, RINGING, Happening, happenings, parties
from flowc.testing.result import Failure, Place, PlayedCall
from flowc.testing.script.wording import seconds

WIDTH = 110
NARROWEST, WIDEST = 80, 140
_GUTTER = 12
_LEAST_COLUMN = 12
_MOST_COLUMN = 30
_MOST_TARGETS = 4
_HEAD, _TAIL = 20, 60  # rows of a long call that are shown


class Step(Struct, frozen=True):
    """A step of the script as the timeline shows it, with the failures of it."""

    index: int
    text: str
    place: Place
    failures: tuple[Failure, ...]


def timeline(call: PlayedCall, color: bool, width: int = WIDTH) -> list[str]:
    """The rows, without line ends and trailing spaces. `width` is kept within 80 and 140 columns."""
    head, *shown = blocks(call, color, width)
    if len(shown) > _HEAD + _TAIL + 1:
        left_out = len(shown) - _HEAD - _TAIL
        gap = [f"{' ' * _GUTTER}... {left_out} more, see --trace ..."]
        shown = [*shown[:_HEAD], gap, *shown[-_TAIL:]]
    return [row for block in (head, *shown) for row in block]


def blocks(call: PlayedCall, color: bool, width: int = WIDTH) -> list[list[str]]:
    """The rows of the head, and then those of each item of the story."""
    width = min(max(width, NARROWEST), WIDEST)
    shown = story(call)
    names, acts = _folded(parties(call), [item for item in shown if isinstance(item, Happening)])
    columns = _Columns(names, acts, width)
    waiting = iter(acts)
    begins = [f"{' ' * _GUTTER}{call.begins}"] if call.begins else []
    found = [[*begins, paint(columns.head(), BOLD, color)]]
    time = -1
    for item in shown:
        match item:
            case Happening():
                act = next(waiting)
                found.append(columns.rows(act, act.t != time, color))
                time = act.t
            case Step():
                found.append([_step(item, color, width)])
                time = -1
            case Failure():
                found.append(list(_failure(item, color, width)))
    return found


def story(call: PlayedCall) -> list[Step | Happening | Failure]:
    """Steps, what happened, and what failed, in order, up to the last failure.

    An expectation fails before anything else happens; any other step fails in the course of what it brings about.
    """
    marked = steps(call)
    failed = [position for position, step in enumerate(marked) if step.failures]
    waiting = list(reversed(marked[: failed[-1] + 1] if failed else marked))
    end = max((failure.t for failure in call.failures), default=None)
    told: list[Step | Happening | Failure] = []
    open_failures: tuple[Failure, ...] = ()
    for happening in happenings(call):
        while waiting and waiting[-1].index <= happening.index:
            step = waiting.pop()
            told += [*open_failures, step]
            open_failures = step.failures
            if step.text.startswith("expect"):
                told += open_failures
                open_failures = ()
        if end is None or waiting or (open_failures and happening.t <= end):
            told.append(happening)
    told += open_failures
    for step in reversed(waiting):
        told += [step, *step.failures]
    return told


def steps(call: PlayedCall) -> list[Step]:
    """The script's steps, each with its failures. A failure that belongs to none of them comes last."""
    homes = [_home(failure.place, call.marks) for failure in call.failures]
    found = []
    for number, (index, text, place) in enumerate(call.marks):
        own = tuple(failure for failure, home in zip(call.failures, homes, strict=True) if home == number)
        found.append(Step(index, " ".join(text.split()).removeprefix("- "), place, own))
    for failure, home in zip(call.failures, homes, strict=True):
        if home is None:
            found.append(Step(len(call.trace), "", failure.place, (failure,)))
    return found


def _home(place: Place, marks: Sequence[tuple[int, str, Place]]) -> int | None:
    """The step that a place is part of: the last one that begins before it, since a step may have several lines."""
    before = [
        (around.span[:2], number)
        for number, (_, _, around) in enumerate(marks)
        if around.path == place.path and around.span[:2] <= place.span[:2]
    ]
    return max(before)[1] if before else None


def _step(step: Step, color: bool, width: int) -> str:
    marker = ">" if step.failures else " "
    row = cut(f"{marker} {step.place.span.line:>4} - {step.text}".rstrip(" -"), width)
    return paint(row, RED if step.failures else CYAN, color)


def _failure(failure: Failure, color: bool, width: int) -> Iterator[str]:
    for word, text in (("expected", failure.expected), ("found", failure.found)):
        first, *following = wrapped(text, width - 19, width - 19)
        yield f"{' ' * 9}{paint(f'{word:<8}', BOLD, color)}  {first}"
        yield from (f"{' ' * 19}{row}" for row in following)


class _Columns:
    """Where each column starts. Columns are as wide as what is said in them, as far as there is room."""

    def __init__(self, names: Sequence[str], acts: Sequence[Happening], width: int) -> None:
        self.names = names
        self.width = width
        wanted = [min(max(width_of(name) + 2, _LEAST_COLUMN), _MOST_COLUMN) for name in names]
        for act in acts:
            if act.to is None or act.to <= act.who + 1:  # else its text has the columns in between, too
                arrow = 5 if act.to is not None and act.to > act.who else 2
                wanted[act.who] = max(wanted[act.who], min(width_of(act.text) + arrow, _MOST_COLUMN))
        while sum(wanted) > width - _GUTTER:
            wanted[wanted.index(max(wanted))] -= 1
        self.starts = [_GUTTER + sum(wanted[:position]) for position in range(len(names))]
        self.ends = [*self.starts[1:], _GUTTER + sum(wanted)]

    def head(self) -> str:
        row = Row(self.width)
        for name, start, end in zip(self.names, self.starts, self.ends, strict=True):
            row.write(start, name, end - start - 1)
        return str(row)

    def rows(self, act: Happening, timed: bool, color: bool) -> list[str]:
        """One row; what does not fit before its arrow goes on below, with all the room to the right."""
        start = self.starts[act.who]
        room = self.width - start
        if act.to is not None and act.to > act.who:
            first, *following = wrapped(act.text, self.starts[act.to] - start - 4, room)
        else:
            first, *following = wrapped(act.text, room, room)
        rows = [self._row(replace(act, text=first), timed)]
        for text in following:
            row = Row(self.width)
            for at, state in zip(self.starts, act.present, strict=True):
                row.write(at, state)
            row.write(row.write(start, text), " ")
            rows.append(str(row))
        return [paint(row, RED, color and act.trouble) for row in rows]

    def _row(self, act: Happening, timed: bool) -> str:
        row = Row(self.width)
        if timed:
            row.write(0, f"{seconds(act.t):>{_GUTTER - 2}}")
        for start, state in zip(self.starts, act.present, strict=True):
            row.write(start, state)
        start = self.starts[act.who]
        tip = start if act.to is None else self.starts[act.to]
        if tip > start:
            after = row.write(start, act.text)
            row.write(after, f" {'-' * (tip - after - 2)}>")
        else:
            if tip < start:
                row.write(tip + 1, f"<{'-' * (start - tip - 3)} ")
            row.write(row.write(start, act.text), " ")
        return str(row)


def _folded(names: Sequence[str], acts: Sequence[Happening]) -> tuple[Sequence[str], list[Happening]]:
    """If more targets were called than fit side by side, the later ones share a column, and are named in it."""
    shared = AGENT + _MOST_TARGETS
    if len(names) <= shared + 1:
        return names, list(acts)
    folded = []
    for act in acts:
        text = act.text if act.who < shared else f"{names[act.who]}: {act.text}"
        to = act.to
        if to is not None and to >= shared:
            text, to = f"{text} {names[to]}", shared
        present = (*act.present[:shared], max(act.present[shared:], key=f"{GONE}{RINGING}{PRESENT}".index))
        folded.append(replace(act, who=min(act.who, shared), text=text, to=to, present=present))
    return [*names[:shared], "others"], folded


def places(call: PlayedCall, sources: Mapping[str, str], color: bool, width: int = WIDTH) -> Iterator[str]:
    """Where failures come from: the script's line, the flow's and the generated one, as far as they are known. What
    is the same for several failures is shown once.
    """
    origins: dict[tuple[Place | None, Place | None, tuple[str, ...]], dict[str, Place]] = {}
    for failure in call.failures:
        lines = origins.setdefault((failure.flow, failure.generated, failure.through), {})
        lines.setdefault(where(failure.place), failure.place)
    for (flow, generated, through), scripts in origins.items():
        yield ""
        known = [("script" if place.path else "event", place) for place in scripts.values()]
        for word, place in (*known, *((w, p) for w, p in (("flow", flow), ("generated", generated)) if p is not None)):
            yield f"  {word:<9}  {paint(cut(where(place), width - 13), BLUE, color)}"
            line = call.hides(line_of(place, sources))
            if line:
                yield f"{' ' * 13}{cut(line, width - 13)}"
            if word == "flow" and through:
                first, *following = wrapped(f"through {', '.join(through)}", width - 13, width - 13)
                yield from (f"{' ' * 13}{row}" for row in (first, *following))


def where(place: Place) -> str:
    """`path:line`, as editors open it; of an event, which is in no file, its number."""
    return f"{place.path}:{place.span.line}" if place.path else str(place.span.line)


def line_of(place: Place, sources: Mapping[str, str]) -> str:
    """The line of a place, without its indentation; empty if its source is not at hand."""
    lines = _lines(sources.get(place.path, ""))
    number = place.span.line
    return lines[number - 1].strip() if 1 <= number <= len(lines) else ""


@lru_cache(maxsize=8)  # a script, its flow and its scenario are asked for again and again, for call after call
def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")
