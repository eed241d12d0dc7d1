"""What a saved script expects at its end.

It is not guessed. Each expectation that could show the fault is played, and so is what the right scenario does
otherwise (`contrast`): one is taken if it is not met by this scenario and is met by what the flow generates now. If
this scenario is that, there is nothing to compare with, and one is taken only if its kind states the promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

from flowc.emit.voxengine import emit
from flowc.ir import Ask, Flow, Menu, Notify, Say, TakeMessage, Transfer, announced, every_step
from flowc.language.durations import milliseconds
from flowc.simulator.engine import Engine
from flowc.simulator.trace import TraceEvent
from flowc.source import Source
from flowc.testing.judge.observation import Names
from flowc.testing.play.batch import play
from flowc.testing.play.switches import BY_ITSELF
from flowc.testing.result import PlayedCall
from flowc.testing.script.model import Account, Scenario, Scripts
from flowc.testing.script.parse import outline
from flowc.testing.script.resolve import scripts
from flowc.verify.alphabet import Alphabet
from flowc.verify.contrast import differences
from flowc.verify.lowering import Written
from flowc.verify.result import Violation
from flowc.verify.script_text import Words, duration, flow_style, row, scalar, whole_file
from flowc.verify.search import Subject

WAITS_MS = (0, 1_000, 5_000, 30_000, 200_000)


def expectation(
    engine: Engine,
    subject: Subject,
    world: Alphabet,
    written: Written,
    violation: Violation,
    path: str,
) -> tuple[str, ...] | None:
    """Rows after which the script shows the violation: none where it does so by itself, None if there are none."""
    right = emit(subject.flow)[1]
    has_right = subject.scenario != right

    def tried(endings: Sequence[tuple[str, ...]], scenario: str) -> tuple[PlayedCall, ...] | None:
        candidates = [_candidate(written, number, rows) for number, rows in enumerate(endings)]
        text = whole_file(subject, world, path, candidates)
        read = outline(Source(path, text.encode()))
        calls = scripts(read, subject.flow)
        return None if read.problems.found else _played(engine, subject, path, scenario, calls)

    def shows_too(rows: tuple[str, ...], changed: list[str]) -> bool:
        before, written.rows = written.rows, changed
        this, other = tried([rows], subject.scenario), tried([rows], right) if has_right else None
        written.rows = before
        return this is not None and _fails(this[0], True) and (other is None or other[0].passed)

    is_by_hand = BY_ITSELF in written.platform
    last_ms = 0 if is_by_hand else _last_wait(written.rows)
    if last_ms:
        written.rows = written.rows[:-1]  # of which less may be enough
    waits_ms = [last_ms + more for more in (WAITS_MS[:1] if is_by_hand else WAITS_MS)]
    bare: list[tuple[str, ...]] = [_waits(each) for each in waits_ms]
    of_this, of_right = tried(bare, subject.scenario), tried(bare, right) if has_right else None
    if of_this is None:
        return None
    if _fails(of_this[0], False) and (of_right is None or of_right[0].passed):
        return bare[0]
    names = Names(subject.flow, Account(dict(world.storage), dict(world.secrets)))
    expected = _expected(subject.flow, violation)
    endings: list[tuple[str, ...]] = []
    for number, waits in enumerate(bare):
        seen = (
            () if of_right is None else differences(subject.flow, names, of_right[number].trace, of_this[number].trace)
        )
        endings += [(*waits, row({"expect": each})) for each in (*expected, *seen)]
    for rows, right_until, this_until in _until_they_differ(waits_ms, of_right or (), of_this):
        seen = differences(subject.flow, names, right_until, this_until)
        endings += [(*rows, row({"expect": each})) for each in (*expected, *seen)]
    shown, kept = tried(endings, subject.scenario), tried(endings, right) if has_right else None
    for number, rows in enumerate(endings if shown is not None else ()):
        if shown is None or not _fails(shown[number], True) or (kept is not None and not kept[number].passed):
            continue
        if has_right or _states(violation, rows[-1]):
            if not is_by_hand:
                written.rows = _until_in(written.rows, subject.flow, partial(shows_too, rows))
            return rows
    written.rows += bare[0]
    return None


def _last_wait(rows: Sequence[str]) -> int:
    """For how long time goes by in the last row, if that is all it does."""
    written = rows[-1].removeprefix("- wait: ") if rows else ""
    return milliseconds(written) or 0


def _until_they_differ(
    waits_ms: Sequence[int], of_right: Sequence[PlayedCall], of_this: Sequence[PlayedCall]
) -> Iterator[tuple[tuple[str, ...], Sequence[TraceEvent], Sequence[TraceEvent]]]:
    """Where both do the same in the end, and one of them later: a wait until the instant in which it has not yet, and
    what has happened by then.
    """
    instants: set[int] = set()
    for waits, right, this in zip(waits_ms, of_right, of_this, strict=False):
        pairs = zip_longest(right.trace, this.trace)
        times = ([int(each["t"]) for each in pair if each is not None] for pair in pairs if pair[0] != pair[1])
        instant = min(next(times, [0]))
        began = this.ended_ms - waits
        if began < instant < this.ended_ms and instant not in instants:
            instants.add(instant)
            until = [[each for each in call.trace if each["t"] <= instant] for call in (right, this)]
            yield _waits(instant - began), until[0], until[1]


def _until_in(rows: list[str], flow: Flow, shows: Callable[[list[str]], bool]) -> list[str]:
    """The rows with what is waited for in place of seconds, where a target does something: if they show the same. How
    long that takes depends on how prompts are worded.
    """
    targets = {scalar(target.name): target.name for target in flow.targets}
    for number in range(len(rows) - 1):
        next_ = rows[number + 1].removeprefix("- ").partition(":")[0]
        if rows[number].startswith("- wait: ") and next_ in targets:
            wait = row({"wait": {"until": {"ringing": targets[next_]}}})
            changed = [*rows[:number], wait, *rows[number + 1 :]]
            rows = changed if shows(changed) else rows
    return rows


def _waits(lasting: int) -> tuple[str, ...]:
    return (row({"wait": duration(lasting)}),) if lasting else ()


def _candidate(written: Written, number: int, rows: Sequence[str]) -> str:
    lines = [f"  candidate {number}:"]
    if written.platform:
        lines.append(f"    platform: {flow_style(written.platform)}")
    if written.account:
        lines.append(f"    account: {flow_style(written.account)}")
    if written.webhooks:
        lines.append(f"    webhooks: {flow_style(written.webhooks)}")
    if written.clock:
        lines.append(f"    clock: {written.clock}")
    lines += ["    steps:", *(f"      {row}" for row in (*written.rows, *rows))]
    return "".join(f"{line}\n" for line in lines)


def _played(engine: Engine, subject: Subject, path: str, scenario: str, calls: Any) -> tuple[PlayedCall, ...]:
    return play(engine, [Scripts(path, subject.flow, Scenario(subject.scenario_path, scenario), tuple(calls))]).calls


def _fails(call: PlayedCall, is_expected: bool) -> bool:
    """By what is expected, or (without that) by an error in the scenario: not by a step that cannot happen."""
    if call.passed:
        return False
    first = call.failures[0]
    if is_expected:
        _, written, place = call.marks[-1]
        return written.startswith("expect") and place.span.line == first.place.span.line
    return first.expected == "the scenario runs"


STATED = {
    "one JSON reply": "reply",
    "a duplicate gets the first answer": "reply",
    "no long silence": "longest silence",
    "one transfer at a time": "ringing",
    "the session ends with its caller": "call",
    "every leg is released": "released",
    "no secret is told": "secrets",
    "no player goes on unheard": "unheard",
    "last words are heard": "caller with",
    "the caller is not dropped": "call",
    "what is refused changes nothing": "caller with",
    "a lost agent does not disturb a transfer": "ringing",
    "what is repeated changes nothing": "done",
}
"""Of each promise that an expectation can state by itself: its key."""


def _states(violation: Violation, row: str) -> bool:
    key = STATED.get(violation.property)
    return key is not None and row.startswith(f"- expect: {{{key}:")


def _expected(flow: Flow, violation: Violation) -> list[Words]:
    """What may be expected after the last event, the likeliest first."""
    of_call = [name for _, name in violation.call.legs]
    known = [target.name for target in flow.targets]
    targets = list(dict.fromkeys([*(name for name in of_call if name in known), *known]))
    expected: list[Words] = [{"reply": {"ok": True}}, {"call": "ended"}, {"call": "goes on"}]
    expected += [{"caller with": who} for who in ("agent", *targets, "nobody")]
    expected += [{"ringing": who} for who in ("nobody", *targets)]
    expected += [{"caller hears": what} for what in ("agent", "ringback", "nothing", "silence")]
    steps = tuple(every_step(flow))
    if any(isinstance(step, TakeMessage) for step in steps):
        expected += [{"caller with": "recorder"}, {"caller hears": "beep"}]
    spoken = [step.prompt for step in steps if isinstance(step, Say | Menu)]
    spoken += [prompt for step in steps if isinstance(step, Transfer) for prompt in step.heard]
    spoken += [prompt for target in flow.targets for prompt in announced(target)]
    expected += [{"caller hears": {"prompt": prompt}} for prompt in dict.fromkeys(spoken)]
    heard = [(prompt, each.language) for prompt in dict.fromkeys(spoken) for each in flow.prompt(prompt).versions]
    expected += [{"caller hears": {"prompt": prompt, "language": each}} for prompt, each in heard if each is not None]
    if any(isinstance(step, Notify | TakeMessage | Ask) for step in steps):
        expected.append({"posted": "nothing"})
        expected += [{"posted": {"action": action.name}} for action in flow.actions]
    expected += [{"agent": "connected"}, {"agent": "gone"}, {"longest silence": duration(flow.call.silence_limit_ms)}]
    expected += [{"secrets": "kept"}, {"released": "everybody"}, {"unheard": "nothing"}]
    expected.append({"done": "nothing"})
    expected += [{"target hears": {who: what}} for who in targets for what in ("nothing", "silence", "caller")]
    key = STATED.get(violation.property)
    return sorted(expected, key=lambda each: key not in each)
