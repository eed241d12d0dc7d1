"""What a search has come to, for a person: the sum, what is not proved and why, and each violation as a timeline; and
what several of them took for granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flowc.report.terminal import BOLD, GREEN, RED, paint, visible
from flowc.testing.report.timeline import WIDTH, places, timeline, where
from flowc.verify.assumptions import MODEL, of_all
from flowc.verify.result import Result, Violation

MOST_UNREACHED = 20
MOST_WHOLE = 3
"""Violations that are shown as timelines: one mistake breaks many promises, and the shortest says most."""


def render(
    result: Result,
    sources: Mapping[str, str],
    seconds: float,
    color: bool,
    width: int = WIDTH,
    most: int | None = MOST_WHOLE,
) -> str:
    """`sources` are texts by path, for showing lines; `seconds` is how long the search took. After `most` violations
    the others are named alone.
    """
    rows = [_head(result, color), *_sum(result, seconds)]
    for violation in result.violations[:most]:
        rows += ["", *_violation(violation, sources, color, width)]
    if others := result.violations[most:] if most is not None else ():
        rows += ["", *(_title(each, color) for each in others)]
        rows += ["", f"  shown whole: the {most} shortest. `--save FOLDER` writes every one as a call script, which"]
        rows += ["  `flowc test FOLDER` plays; `--only scenario --output-format json` has the events of each"]
    rows += _unreached(result, color)
    return "\n".join(row.rstrip() for row in rows) + "\n"


def _head(result: Result, color: bool) -> str:
    verdict, colored = ("proved", GREEN) if result.proved else ("NOT PROVED", RED)
    variant = ", ".join(f"{name}: {value}" for name, value in result.variant)
    return f"verify {visible(result.path)}  {paint(verdict, colored, color)}" + (f"  ({variant})" if variant else "")


def _sum(result: Result, seconds: float) -> Iterator[str]:
    end = "exhausted" if result.exhausted else f"NOT EXHAUSTED: {result.why_not_exhausted}"
    yield f"  {result.states:,} states, {result.transitions:,} transitions, depth {result.depth}, {seconds:.1f} s"
    yield f"  {end}"
    if result.hidden is not None:
        line = "" if result.hidden.line is None else f"line {result.hidden.line}: "
        yield f"  explored by replay, which is slow: {line}{visible(result.hidden.what)}, and what it"
        yield "  remembers is not in `S`, where it could be copied; no two states are taken for equal"
    kinds = len(result.violations)
    if kinds:
        yield f"  {kinds} kind{'' if kinds == 1 else 's'} of violation, the shortest first"
    reached = len(result.reached) - len(result.unreached)
    yield f"  reached: {reached} of {len(result.reached)} steps, fallbacks, routes and targets of the flow"


def _title(violation: Violation, color: bool) -> str:
    steps = len(violation.events)
    title = violation.property + ("" if violation.promise is None else f" (promise {violation.promise})")
    return f"{paint('VIOLATED', RED, color)}  {paint(title, BOLD, color)}: {visible(violation.place)}, {steps} events"


def _violation(violation: Violation, sources: Mapping[str, str], color: bool, width: int) -> Iterator[str]:
    yield _title(violation, color)
    yield ""
    yield from timeline(violation.call, color, width)
    yield from places(violation.call, sources, color, width)


def _unreached(result: Result, color: bool) -> Iterator[str]:
    if not result.unreached:
        return
    yield ""
    yield paint("never reached, so nothing is proved of it:", BOLD, color)
    for one in result.unreached[:MOST_UNREACHED]:
        yield f"  {visible(where(one.place))}  {visible(one.what)}"
    if len(result.unreached) > MOST_UNREACHED:
        yield f"  and {len(result.unreached) - MOST_UNREACHED} more"
    if result.may_need_more:
        yield f"  {result.may_need_more}"


def assumed(results: Iterable[Result], color: bool) -> str:
    """What all these searches took for granted, to be told once, below them."""
    rows = ["", paint("assumed:", BOLD, color), *(f"  {visible(one)}" for one in of_all(results)), f"  {MODEL}"]
    return "\n".join(rows) + "\n"
