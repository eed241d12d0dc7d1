"""Every run of every situation, one after the other, in this process; and what was wrong in them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from flowc.verify.agent.action import ToolAction
from flowc.verify.agent.choices import Choices, NotRepeatable
from flowc.verify.agent.known import Wrongness
from flowc.verify.agent.loop import VirtualLoop
from flowc.verify.agent.properties import wrong
from flowc.verify.agent.record import Started
from flowc.verify.agent.result import AgentResult, AgentViolation
from flowc.verify.agent.run import Run
from flowc.verify.agent.situation import Situation
from flowc.verify.agent.timeline import rows
from flowc.verify.agent.tools import LoadedTools
from flowc.verify.agent.watching import Watching

COLLECT_EVERY = 100


def explore(
    tools: LoadedTools,
    actions: Sequence[ToolAction],
    tried: Iterable[Situation],
    *,
    most_runs: int,
    loop: VirtualLoop | None = None,
    progress: Callable[[AgentResult], None] = lambda so_far: None,
    is_enough: Callable[[AgentResult], bool] = lambda so_far: False,
    watching: Watching | None = None,
) -> AgentResult:
    """`most_runs` is of one situation. `progress` is told what is known now and then; `is_enough` is asked after each
    run in which something is wrong.
    """
    by_name = {action.name: action for action in actions}
    found: dict[tuple[str, str], AgentViolation] = {}
    situations = runs = choices = 0
    limit: int | None = None

    def known() -> AgentResult:
        return AgentResult(situations, runs, choices, tuple(found.values()), limit)

    with _collected_when_asked(), _alive(loop) as alive:
        for situation in tried:
            situations += 1
            given: list[int] | None = []
            watched = watching and replace(watching, in_between=bool(situation.moves))
            in_this = 0
            while given is not None:
                if in_this == most_runs:
                    limit = most_runs
                    break
                made = Choices(given)
                run = Run(alive, tools, by_name, situation, made)
                try:
                    violations = [
                        _violation(each, run, situation, made) for each in wrong(run.play(), by_name, watched)
                    ]
                except NotRepeatable as error:
                    violations = [AgentViolation("repeatable", str(error), situation.name, made.sentences)]
                runs, in_this, choices = runs + 1, in_this + 1, choices + len(made.made)
                for each in violations:
                    key = (each.property, each.sentence)
                    before = found.get(key)
                    if before is None or len(each.choices) < len(before.choices):
                        found[key] = each
                if violations and is_enough(known()):
                    return known()
                if runs % COLLECT_EVERY == 0:
                    gc.collect()
                    progress(known())
                given = made.following()
    return known()


def _violation(found: Wrongness, run: Run, situation: Situation, made: Choices) -> AgentViolation:
    asked = dict.fromkeys(event.action for _, event in run.record.events if isinstance(event, Started))
    return AgentViolation(
        property=found.kind,
        sentence=found.sentence,
        situation=situation.name,
        choices=made.sentences,
        traceback=found.traceback,
        timeline=rows(run.record),
        tools=tuple(asked),
    )


@contextmanager
def _collected_when_asked() -> Iterator[None]:
    """When garbage is collected, generators end, and which run that happens in must not be left to chance."""
    was_enabled, was_frozen = gc.isenabled(), gc.get_freeze_count() > 0
    gc.collect()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        if not was_frozen:  # else it would be walked over again that somebody has set aside
            gc.unfreeze()
        if was_enabled:
            gc.enable()


@contextmanager
def _alive(given: VirtualLoop | None) -> Iterator[VirtualLoop]:
    loop = given or VirtualLoop()
    try:
        yield loop
    finally:
        if given is None:  # else it is wanted again
            loop.close()
