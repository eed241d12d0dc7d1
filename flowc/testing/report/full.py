"""The format for people: calls that passed in one line together, each that failed as a timeline.

With a trace, every call entry by entry instead; with Mermaid, sequence diagrams as blocks of Markdown instead.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping

from flowc.report.terminal import BLUE, BOLD, GREEN, RED, paint, visible
from flowc.testing.report import coverage as covered
from flowc.testing.report import mermaid as diagram
from flowc.testing.report.timeline import places, timeline, where
from flowc.testing.report.trace import trace as everything
from flowc.testing.result import PlayedCall, Run, told_of_ignored

MANY = 3
"""Calls that failed, of which there is a list at the end."""


def render(
    run: Run, color: bool, sources: Mapping[str, str], trace: bool, mermaid: bool, coverage: bool, width: int
) -> str:
    """Failures, the coverage, and the sum at the end, where a terminal leaves the eye."""
    blocks: list[list[str]] = []
    if trace:
        blocks += [[*head(call, color), *everything(call, color)] for call in run.calls]
    if mermaid:
        blocks += [diagram.markdown(call) for call in diagram.drawn(run)]
    if not trace and not mermaid:
        blocks += [failure(call, sources, color, width) for call in told(run)]
    if coverage:
        blocks.append(covered.lines(run, color))
    blocks.append(closing(run, color))
    return "".join(f"{line}\n" for line in _separated(blocks))


def told(run: Run) -> list[PlayedCall]:
    """The calls that failed. Of those that fail for what their file's account lacks, and for nothing else, the first:
    see `_causes`.
    """
    failed = [call for call in run.calls if not call.passed]
    lacking = {(call.place.path, call.lacks): call for call in reversed(failed) if call.lacks}
    return [call for call in failed if not call.lacks or lacking[call.place.path, call.lacks] is call]


def failure(call: PlayedCall, sources: Mapping[str, str], color: bool, width: int) -> list[str]:
    """A call that failed: its timeline, and below it where each failure comes from."""
    rows = [*head(call, color), "", *timeline(call, color, width)]
    return [*rows, *places(call, sources, color, width), f"  {'more':<9}  {more(call)}"]


def head(call: PlayedCall, color: bool) -> Iterator[str]:
    """Which call it is, where it stands, and how it was played."""
    word = paint("ok  ", GREEN, color) if call.passed else paint("FAIL", RED, color)
    yield f"{word} {paint(visible(f'{call.flow}: {call.name}'), BOLD, color)}"
    yield f"  {paint('-->', BLUE, color)} {visible(where(call.place))}"
    if call.variant:
        yield f"  platform: {behaviour(call)}"
    if call.variants is not None:
        failed, played = call.variants
        yield f"  platform: the defaults; fails under {failed} of {played} other behaviours of the platform as well"
    if call.note:
        yield f"  note: {visible(call.note)}"


def behaviour(call: PlayedCall) -> str:
    """What of the platform is not as by default."""
    return visible(", ".join(f"{name}: {value}" for name, value in call.variant))


def more(call: PlayedCall) -> str:
    """The command that shows everything about this call. Of an odd name, the longest part that can be typed."""
    typed = max(re.split(r"[^\w -~]+", call.name), key=len).strip()
    named = f" -k {shlex.quote(typed)}" if typed else ""
    how = " --with-tools" * call.with_tools + " --edited" * bool(call.note)
    how += " --all-platform-variants" * bool(call.variant)
    return f"flowc test {visible(shlex.quote(call.place.path))}{visible(named)}{how} --trace"


def closing(run: Run, color: bool) -> list[str]:
    """The notes on calls that passed (those of a failed call stand with it), each once, and the sum."""
    notes = list(dict.fromkeys(call.note for call in run.calls if call.passed and call.note))
    empty = list(dict.fromkeys((call.name, call.place) for call in run.calls if call.expects_nothing))
    if empty:
        others = f" and of {len(empty) - 1} more" if len(empty) > 1 else ""
        notes.append(f"nothing is expected of `{empty[0][0]}` ({where(empty[0][1])}){others}")
    notes += _ignored(run)
    return [*(f"note: {visible(note)}" for note in notes), *_causes(run), *_names(run, color), _sum(run, color)]


def _ignored(run: Run) -> Iterator[str]:
    """What calls are started with that their flow does not know: it may be misspelt."""
    found: dict[tuple[str, tuple[str, ...]], list[PlayedCall]] = {}
    for call in run.calls:
        if call.ignored and not call.variant:
            found.setdefault((call.flow, call.ignored), []).append(call)
    for (_, names), calls in found.items():
        others = f" and {len(calls) - 1} more" if len(calls) > 1 else ""
        yield f"{told_of_ignored(names)} (`{calls[0].name}`, {where(calls[0].place)}{others})"


def _causes(run: Run) -> Iterator[str]:
    """Of calls that fail because the account of their file lacks something: what that is, once for all of them."""
    causes: dict[tuple[str, tuple[str, ...]], list[PlayedCall]] = {}
    for call in run.calls:
        if call.lacks:
            causes.setdefault((call.place.path, call.lacks), []).append(call)
    for (path, lacks), failed in causes.items():
        number = len(_by_call(failed))
        if number > 1:
            yield f"{number} calls of {visible(path)} fail because its account has {visible(' and '.join(lacks))}"
            values = "a value" if len(lacks) == 1 else "values"
            yield f"  write {values} under `account`; only the first of these calls is shown"


def _names(run: Run, color: bool) -> Iterator[str]:
    """The calls that failed, where they are too many to be found again above."""
    failed = [played[0] for played in _by_call(call for call in run.calls if not call.passed)]
    if len(failed) < MANY:
        return
    yield "failed:"
    width = max(len(where(call.place)) for call in failed)
    for call in failed:
        place = paint(visible(where(call.place).ljust(width)), BLUE, color)
        yield f"  {place}  {visible(f'{call.flow}: {call.name}')}"


def _sum(run: Run, color: bool) -> str:
    """A call counts once, under however many behaviours of the platform it was played; those are told beside it."""
    calls = _by_call(run.calls)
    variants = f", in {len(run.calls)} variants" if len(run.calls) != len(calls) else ""
    failed = sum(not all(one.passed for one in played) for played in calls)
    if failed:
        return paint(f"{failed} of {_calls(len(calls))} failed", RED, color) + variants
    return paint(f"{_calls(len(calls))} passed", GREEN, color) + variants if calls else "no calls"


def _by_call(played: Iterable[PlayedCall]) -> list[list[PlayedCall]]:
    """Each call with its variants, which follow it."""
    calls: list[list[PlayedCall]] = []
    for one in played:
        if one.variant and calls and (calls[-1][0].place, calls[-1][0].name) == (one.place, one.name):
            calls[-1].append(one)
        else:
            calls.append([one])
    return calls


def _calls(number: int) -> str:
    return f"{number} call{'' if number == 1 else 's'}"


def _separated(blocks: list[list[str]]) -> Iterator[str]:
    for position, block in enumerate(blocks):
        if position:
            yield ""
        yield from block
