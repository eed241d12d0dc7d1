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
from flowc.verify.script_text import FIRST_LINE, Words, duration, flow_style, row, scalar, whole_file
from flowc.verify.search import Subject
from flowc.verify.ways_on import ways_on

WAITS_MS = (0, 1_000, 5_000, 30_000, 200_000)
STEPS_MORE = 2


def expectation(
    engine: Engine,
    subject: Subject,
    world: Alphabet,
    written: Written,
    violation: Violation,
    path: str,
) -> tuple[str, ...] | None:
    """Rows after which the script shows the violation: none where it does so by itself, None if there are none."""
    trial = _Trial(engine, subject, world, written, path)
    is_by_hand = BY_ITSELF in written.platform
    last_ms = 0 if is_by_hand else _last_wait(written.rows)
    if last_ms:
        written.rows = written.rows[:-1]  # of which less may be enough
    waits_ms = [last_ms + more for more in (WAITS_MS[:1] if is_by_hand else WAITS_MS)]
    bare: list[tuple[str, ...]] = [_waits(each) for each in waits_ms]
    of_this, of_right = trial.played(bare), trial.played_right(bare)
    if None in of_this:
        return None
    if _fails(of_this[0], False) and (not trial.has_right or _passes(of_right[0])):
        return bare[0]
    expected = _expected(subject.flow, violation)
    endings: list[tuple[str, ...]] = []
    for waits, right, this in zip(bare, of_right, of_this, strict=True):
        if right is not None and _seen_in(right) == _seen_in(this):
            continue  # no expectation tells them apart
        endings += [(*waits, row({"expect": each})) for each in (*expected, *trial.seen(right, this))]
    for rows, right_until, this_until in _until_they_differ(waits_ms, of_right, of_this):
        seen = differences(subject.flow, trial.names, right_until, this_until)
        endings += [(*rows, row({"expect": each})) for each in (*expected, *seen)]
    found = trial.first_that_shows(endings, partial(_states, violation))
    if found is not None and not is_by_hand:
        written.rows = _until_in(written.rows, subject.flow, partial(trial.shows, found))
    if found is None and is_by_hand and trial.has_right:
        found = _before_they_part(trial, of_right[0], expected) or _after_what_follows(trial, violation, expected)
    if found is None:
        written.rows += bare[0]
    return found


def _before_they_part(trial: _Trial, of_right: PlayedCall | None, expected: Sequence[Words]) -> tuple[str, ...] | None:
    """Where a step is not possible in the right scenario: it has gone another way before, which is what is seen."""
    if of_right is None or of_right.passed:
        return None
    rows = trial.written.rows
    trial.written.rows = rows[: len(of_right.marks) - 1]
    [this], [right] = trial.played([()]), trial.played_right([()])
    endings = [(row({"expect": each}),) for each in (*expected, *trial.seen(right, this))]
    found = trial.first_that_shows(endings, lambda _: True)
    if found is None:
        trial.written.rows = rows
    return found


def _after_what_follows(trial: _Trial, violation: Violation, expected: Sequence[Words]) -> tuple[str, ...] | None:
    """Where nothing is seen of what is wrong yet, and something is once the call goes on: with so many steps more,
    which are possible in the right scenario. What is not possible in this one shows it by that alone.
    """
    steps = list(ways_on(trial.engine, trial.subject, trial.right, trial.world, violation))
    ways: list[tuple[str, ...]] = [()]
    for _ in range(STEPS_MORE):
        ways = [(*way, step) for way in ways for step in steps]
        played = list(zip(ways, trial.played(ways), trial.played_right(ways), strict=True))
        both = [(way, this, right) for way, this, right in played if _passes(this) and _passes(right)]
        differ = [one for one in both if _seen_in(one[1]) != _seen_in(one[2])]
        endings = [
            (*way, row({"expect": each}))
            for way, this, right in differ
            for each in (*trial.seen(right, this), *expected)
        ]
        found = trial.first_that_shows(endings, lambda _: True)
        if found is None:
            found = next((way for way, this, right in played if _passes(right) and _fails_at_last(this)), None)
        if found is not None:
            return found
        ways = [way for way, _, _ in both]
    return None


def _seen_in(call: PlayedCall | None) -> list[TraceEvent]:
    return [] if call is None else [each for each in call.trace if each["event"] not in ("timer", "said_again")]


class _Trial:
    """Plays endings of a script, with this scenario and with what the flow generates."""

    def __init__(self, engine: Engine, subject: Subject, world: Alphabet, written: Written, path: str) -> None:
        self.engine, self.subject, self.world, self.written, self.path = engine, subject, world, written, path
        self.right = Subject(subject.flow, emit(subject.flow)[1], subject.scenario_path)
        self.has_right = subject.scenario != self.right.scenario
        self.names = Names(subject.flow, Account(dict(world.storage), dict(world.secrets)))

    def played(self, endings: Sequence[tuple[str, ...]]) -> tuple[PlayedCall | None, ...]:
        """With this scenario; None for an ending that no script of this flow may have."""
        return self._played(endings, self.subject.scenario)

    def played_right(self, endings: Sequence[tuple[str, ...]]) -> tuple[PlayedCall | None, ...]:
        return self._played(endings, self.right.scenario) if self.has_right else (None,) * len(endings)

    def _played(self, endings: Sequence[tuple[str, ...]], scenario: str) -> tuple[PlayedCall | None, ...]:
        left = list(range(len(endings)))
        while left:
            calls = [_candidate(self.written, number, endings[number]) for number in left]
            read = outline(Source(self.path, whole_file(self.subject, self.world, self.path, calls).encode()))
            found = scripts(read, self.subject.flow)
            refused = {each.span.line for each in read.problems.found}
            if not refused:
                played = dict(zip(left, _played(self.engine, self.subject, self.path, scenario, found), strict=True))
                return tuple(played.get(number) for number in range(len(endings)))
            fine = [number for number, lines in zip(left, _lines_of(calls), strict=True) if refused.isdisjoint(lines)]
            if len(fine) == len(left):
                break  # what is refused is in none of them
            left = fine
        return (None,) * len(endings)

    def seen(self, right: PlayedCall | None, this: PlayedCall | None) -> Iterator[Words]:
        if right is not None and this is not None:
            yield from differences(self.subject.flow, self.names, right.trace, this.trace)

    def first_that_shows(
        self, endings: Sequence[tuple[str, ...]], states: Callable[[str], bool]
    ) -> tuple[str, ...] | None:
        """Without a right scenario to compare with, `states` says whether an expectation states the promise."""
        shown, kept = self.played(endings), self.played_right(endings)
        for rows, this, right in zip(endings, shown, kept, strict=True):
            if this is None or not _fails(this, True) or (self.has_right and not _passes(right)):
                continue
            if self.has_right or states(rows[-1]):
                return rows
        return None

    def shows(self, rows: tuple[str, ...], changed: list[str]) -> bool:
        """The same, after other rows."""
        before, self.written.rows = self.written.rows, changed
        [this], [right] = self.played([rows]), self.played_right([rows])
        self.written.rows = before
        return this is not None and _fails(this, True) and (not self.has_right or _passes(right))


def _lines_of(calls: Sequence[str]) -> Iterator[range]:
    """Of each call in the file of them all (`whole_file`), in which they stand at last, each after an empty line."""
    line = FIRST_LINE
    for call in calls:
        last = line + call.count("\n")
        yield range(line, last + 1)
        line = last + 1


def _last_wait(rows: Sequence[str]) -> int:
    """For how long time goes by in the last row, if that is all it does."""
    written = rows[-1].removeprefix("- wait: ") if rows else ""
    return milliseconds(written) or 0


def _until_they_differ(
    waits_ms: Sequence[int], of_right: Sequence[PlayedCall | None], of_this: Sequence[PlayedCall | None]
) -> Iterator[tuple[tuple[str, ...], Sequence[TraceEvent], Sequence[TraceEvent]]]:
    """Where both do the same in the end, and one of them later: a wait until the instant in which it has not yet, and
    what has happened by then.
    """
    instants: set[int] = set()
    for waits, right, this in zip(waits_ms, of_right, of_this, strict=True):
        if right is None or this is None:
            continue
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


def _passes(call: PlayedCall | None) -> bool:
    return call is not None and call.passed


def _fails_at_last(call: PlayedCall | None) -> bool:
    """In the last step, whatever that is."""
    return call is not None and not call.passed and call.failures[0].place.span.line == call.marks[-1][2].span.line


def _fails(call: PlayedCall | None, is_expected: bool) -> bool:
    """By what is expected, or (without that) by an error in the scenario: not by a step that cannot happen."""
    if call is None or call.passed:
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
