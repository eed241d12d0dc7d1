"""Several searches at once, each in an engine of its own, which is a process; told in the order they were asked for."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from msgspec import Struct

from flowc.cli.watch import Watch
from flowc.report.failure import told, wants_traceback
from flowc.simulator.engine import CannotPlay, ScenarioFailed
from flowc.verify.result import Bounds, Progress, Result
from flowc.verify.search import Caller, NotSearched, Subject, search


class Search(Struct, frozen=True):
    """What to search; `switches` are options of the emulator that are not as by default."""

    subject: Subject
    switches: Mapping[str, Any]


class Searched(Struct, frozen=True):
    """What has come of it: a result, or (`trouble`) why there is none. Neither: it was not begun."""

    subject: Subject
    result: Result | None
    seconds: float
    trouble: str = ""


def searched(
    engine: Callable[[], AbstractContextManager[Caller]],
    searches: Sequence[Search],
    bounds: Bounds,
    jobs: int,
    watch: SearchWatch,
) -> Iterator[Searched]:
    """In order, each as soon as those before it are over."""
    with ExitStack() as engines:
        of_thread = threading.local()
        one_at_a_time = threading.Lock()

        def run(number: int) -> Searched:
            subject, switches = searches[number].subject, searches[number].switches
            if watch.is_stopped:
                return Searched(subject, None, 0.0)
            if not hasattr(of_thread, "engine"):
                with one_at_a_time:
                    of_thread.engine = engines.enter_context(engine())
            began = time.monotonic()
            try:
                found = search(
                    of_thread.engine, subject, bounds, switches=switches, tell=lambda far: watch.tell(number, far)
                )
            except (NotSearched, ScenarioFailed) as trouble:
                return Searched(subject, None, 0.0, f"{subject.scenario_path} cannot be searched: {trouble}")
            except CannotPlay:
                raise
            except Exception as error:  # a bug of the search: that of other flows goes on
                if wants_traceback(sys.argv):
                    raise
                why = told(error, "what the same command prints with --debug")
                return Searched(subject, None, 0.0, f"{subject.flow.path} cannot be searched: {why}")
            finally:
                watch.is_over(number)
            return Searched(subject, found, time.monotonic() - began)

        with ThreadPoolExecutor(max(1, min(jobs, len(searches)))) as threads:
            asked = [threads.submit(run, number) for number in range(len(searches))]
            try:
                for each in asked:
                    yield each.result()
            finally:
                if not all(each.done() for each in asked):
                    watch.is_stopped = True


class SearchWatch(Watch):
    """Tells how far all searches are."""

    def __init__(self, names: Sequence[str], quiet: bool) -> None:
        super().__init__(quiet)
        self.names = names
        self.going_on: dict[int, Progress] = {}
        self.over = 0
        self.counting = threading.Lock()

    def tell(self, number: int, progress: Progress) -> bool:
        """Whether to go on."""
        with self.counting:
            self.going_on[number] = progress
            self.show(self.line())
        return not self.is_stopped

    def is_over(self, number: int) -> None:
        with self.counting:
            self.going_on.pop(number, None)
            self.over += 1

    def line(self) -> str:
        """`2 of 9; flows/a.yaml: 12,000 states, 300 waiting, depth 17; flows/b.yaml: 500 states, 100 compared …`"""
        rows = [f"{self.over} of {len(self.names)}"] if len(self.names) > 1 else []
        rows += [f"{self.names[number]}: {_how_far(far)}" for number, far in sorted(self.going_on.items())]
        return "; ".join(rows)


def _how_far(progress: Progress) -> str:
    states = f"{progress.states:,} states"
    if progress.compared is not None:
        return f"{states}, {progress.compared:,} compared with the flow"
    return f"{states}, {progress.waiting:,} waiting, depth {progress.depth}"
