"""Call scripts as ordinary tests of pytest: every `*.calls.yaml` is collected, one test per call, or row of a table.

pytest loads this in every project of an environment in which flowc is installed. So nothing is imported here but
pytest itself until a call script is found, and no engine is started until a call is played. All selected calls of a
file are played together, when the first of them is due.

`-p no:flowc` leaves call scripts alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeGuard

import pytest

if TYPE_CHECKING:
    from flowc.simulator.engine import Engine
    from flowc.testing.play import Scripts
    from flowc.testing.result import PlayedCall
    from flowc.testing.script import Call

SUFFIXES = (".calls.yaml", ".calls.yml")  # as in flowc.cli.sources, which is not imported for this
_ENGINE = pytest.StashKey["Engine"]()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Call scripts by their name; everything else is left to others."""
    if not file_path.name.endswith(SUFFIXES) or file_path.name.startswith("."):
        return None
    collected: CallScripts = CallScripts.from_parent(parent, path=file_path)
    return collected


class CallScripts(pytest.File):
    """One file of call scripts."""

    _scripts: Scripts
    _sources: dict[str, str]
    _played: dict[int, PlayedCall]
    _warned = False

    def collect(self) -> Iterator[CallTest]:
        """One test per call. Whatever is wrong with the script or its flow is one collection error with all of it."""
        from flowc.cli.sources import SourceError
        from flowc.config import ConfigError
        from flowc.config import load as load_config
        from flowc.report import Report, render
        from flowc.report.terminal import visible
        from flowc.testing.project import load

        try:
            loaded = load(load_config(self.path.parent), [str(self.path)])
        except (ConfigError, SourceError) as error:
            raise self.CollectError(f"error: {visible(str(error))}") from None
        if loaded.diagnostics:
            raise self.CollectError(render(Report(loaded.diagnostics, loaded.sources), "full"))
        self._sources = {path: source.content.decode("utf-8", "replace") for path, source in loaded.sources.items()}
        self._played = {}
        for self._scripts in loaded.files:
            for number, call in enumerate(self._scripts.calls):
                yield CallTest.from_parent(self, name=visible(call.name), call=call, number=number)

    def result_of(self, test: CallTest) -> PlayedCall:
        """What came of a call. The first time, it is played together with all that are selected from this file."""
        if test.number not in self._played:
            from flowc.testing.play import play

            chosen = {test.number: test.call}
            chosen |= {item.number: item.call for item in self.session.items if self._is_own(item)}
            calls = [chosen[number] for number in sorted(chosen)]
            run = play(_engine(self.config), [replace(self._scripts, calls=tuple(calls))])
            self._played.update(zip(sorted(chosen), run.calls, strict=True))
        return self._played[test.number]

    def _is_own(self, item: pytest.Item) -> TypeGuard[CallTest]:
        return isinstance(item, CallTest) and item.parent is self

    def warn_once(self, note: str) -> None:
        """pytest shows the sections of a test that passed only if asked for, and warnings always."""
        if not self._warned:
            self._warned = True
            self.warn(CallScriptWarning(note))

    @property
    def sources(self) -> dict[str, str]:
        """The texts that a failure may speak of, by path."""
        return self._sources


class CallScriptWarning(pytest.PytestWarning):
    """Calls passed, but not against what the flow generates now."""

    __module__ = "flowc"


class CallTest(pytest.Item):
    """One call."""

    def __init__(self, *, call: Call, number: int, **given: Any) -> None:
        super().__init__(**given)
        self.call = call
        self.number = number

    @property
    def file(self) -> CallScripts:
        assert isinstance(self.parent, CallScripts)
        return self.parent

    def runtest(self) -> None:
        played = self.file.result_of(self)
        if played.note:
            self.add_report_section("call", "flowc", f"note: {played.note}")
        if not played.passed:
            raise CallFailed(played)
        if played.note:
            self.file.warn_once(played.note)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The timeline of a call that failed; of anything else what pytest makes of it."""
        if isinstance(excinfo.value, CallFailed):
            return Timeline(excinfo.value.played, self.file.sources)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        return self.path, self.call.place.span.line - 1, self.name


class CallFailed(Exception):
    """An expectation was not met, or the call could not be played to its end."""

    def __init__(self, played: PlayedCall) -> None:
        super().__init__(f"{played.name} failed")
        self.played = played


class Timeline:
    """A failed call as pytest shows it: on the terminal it has, and as text for other workers and reports.

    `reprcrash.message` is what pytest's short summary and JUnit file show.
    """

    def __init__(self, played: PlayedCall, sources: dict[str, str]) -> None:
        from flowc.report.terminal import visible

        self.played = played
        self.sources = sources
        first = played.failures[0]
        self.reprcrash = SimpleNamespace(message=visible(f"expected {first.expected}, found {first.found}"))

    def toterminal(self, terminal: Any) -> None:
        for line in self._lines(bool(terminal.hasmarkup), int(terminal.fullwidth)):
            terminal.line(line)

    def __str__(self) -> str:
        from flowc.testing.report.timeline import WIDTH

        return "\n".join(self._lines(False, WIDTH))

    def _lines(self, color: bool, width: int) -> list[str]:
        from flowc.testing.report.full import failure

        return failure(self.played, self.sources, color, width)


def _engine(config: pytest.Config) -> Engine:
    """One engine for all files; it frees itself at exit."""
    if _ENGINE not in config.stash:
        from flowc.simulator.engine import Engine

        config.stash[_ENGINE] = Engine()
    return config.stash[_ENGINE]
