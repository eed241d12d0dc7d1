"""Call scripts as ordinary tests of pytest: every `*.calls.yaml` is collected, one test per call, or row of a table.

pytest loads this in every project of an environment in which flowc is installed. So nothing is imported here but
pytest itself until a call script is found, and no engine is started until a call is played. All selected calls of a
file are played together, when the first of them is due. With the generated tools, which takes longer, workers of
pytest-xdist play only what they were given.

`-p no:flowc` leaves call scripts alone.
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeGuard

import pytest
from msgspec.structs import replace

if TYPE_CHECKING:
    from flowc.config import Config
    from flowc.simulator.engine import Engine
    from flowc.testing.play.with_tools.play import AgentsSide
    from flowc.testing.play.with_tools.tools import Tools
    from flowc.testing.result import PlayedCall
    from flowc.testing.script.model import Call, Scripts
    from flowc.verify.result import Result
    from flowc.verify.search import Subject

PlayedCalls = tuple["PlayedCall", ...]
"""A call under each behaviour of the platform that it was played under."""
SUFFIXES = (".calls.yaml", ".calls.yml")  # as in flowc.discovery, which is not imported for this
VARIANTS, WITH_TOOLS, EDITED = "flowc_all_platform_variants", "flowc_with_tools", "flowc_edited"
VERIFY, POSTS = "flowc_verify", "flowc_verify_posts"
FLOWS = (".yaml", ".yml")
_ENGINE = pytest.StashKey["Engine"]()
_SEARCHER = pytest.StashKey["Engine"]()
_AGENTS_SIDE = pytest.StashKey["AgentsSide"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `flowc test` that change how calls are played."""
    group = parser.getgroup("flowc", "call scripts (*.calls.yaml)")
    for name, help in (
        (VARIANTS, "play call scripts under everything the platform may do as well"),
        (WITH_TOOLS, "play call scripts with the generated tools in the real SDK instead of a scripted agent"),
        (EDITED, "play generated files as they are, also if they are not what the flows generate"),
        (VERIFY, "run the scenarios of flows through every order of events, as `flowc verify` does"),
    ):
        group.addoption(f"--{name.replace('_', '-')}", action="store_true", dest=name, help=help)
        parser.addini(name, type="bool", default=False, help=help)
    parser.addini(POSTS, default="2", help="requests of the agent in a call, for flowc_verify")


def pytest_configure(config: pytest.Config) -> None:
    """Of an option in the ini file that is neither on nor off, pytest itself would not say which it is."""
    for name in (VARIANTS, WITH_TOOLS, EDITED, VERIFY):
        try:
            config.getini(name)
        except (ValueError, pytest.UsageError) as error:  # which of them depends on its version
            raise pytest.UsageError(f"{name}: {error}") from None
    posts = str(config.getini(POSTS))
    if not (posts.isdecimal() and posts.isascii() and len(posts) == 1):
        raise pytest.UsageError(f"{POSTS}: {posts!r} is not a number from 0 to 9")


def _is_on(config: pytest.Config, name: str) -> bool:
    return bool(config.getoption(name) or config.getini(name))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Call scripts by their name, and flows if they are to be verified; everything else is left to others."""
    if file_path.name.startswith("."):
        return None
    is_flow = _is_on(parent.config, VERIFY) and file_path.name.endswith(FLOWS) and not file_path.name.endswith(SUFFIXES)
    if is_flow and not _is_among_flows(file_path):
        return None
    if not is_flow and not file_path.name.endswith(SUFFIXES):
        return None
    named: Any = {}
    if not file_path.name.isprintable():  # pytest prints the names of files as they are
        from flowc.report.terminal import visible

        named = {"nodeid": f"{parent.nodeid}/{visible(file_path.name)}".removeprefix("./")}
    kind: type[pytest.File] = VerifiedFlow if is_flow else CallScripts
    collected: pytest.File = kind.from_parent(parent, path=file_path, **named)
    return collected


def _is_among_flows(path: Path) -> bool:
    """Whether it is in the folder of the flows: any other file of YAML is somebody else's."""
    from flowc.config import ConfigError, load_for

    try:
        config = load_for([str(path)], path.parent)
    except ConfigError:
        return False
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(config.root / config.flows))


class CallScripts(pytest.File):
    """One file of call scripts."""

    _scripts: Scripts
    _tools: dict[str, Tools]
    _sources: dict[str, str]
    seen: Callable[[str], str]
    _played: dict[int, PlayedCalls]
    _warned = False

    def collect(self) -> Iterator[CallTest]:
        """One test per call. Whatever is wrong with the script or its flow is one collection error with all of it."""
        from flowc.config import ConfigError, load_for
        from flowc.discovery import SourceError
        from flowc.formats import FULL, render
        from flowc.report import Report
        from flowc.report.terminal import visible
        from flowc.testing.project import load

        try:
            config = load_for([str(self.path)], self.path.parent)
            edited = _is_on(self.config, EDITED)
            loaded, self._tools = load(config, [str(self.path)], edited=edited), {}
            if _is_on(self.config, WITH_TOOLS):
                from flowc.testing.play.with_tools.tools import read

                loaded, self._tools = read(config, loaded, edited=edited)
        except (ConfigError, SourceError) as error:
            raise self.CollectError(_plain(f"error: {error}")) from None
        except Exception as error:
            raise self.CollectError(_plain(f"error: {_failed(error)}")) from error
        if loaded.diagnostics:
            report = Report(loaded.diagnostics, loaded.sources, seen=_seen(config, self.config))
            raise self.CollectError(str(render(report, FULL)))
        self.seen = _seen(config, self.config)
        self._sources = {path: source.content.decode("utf-8", "replace") for path, source in loaded.sources.items()}
        self._played = {}
        for self._scripts in loaded.files:
            for number, call in enumerate(self._scripts.calls):
                yield CallTest.from_parent(self, name=_plain(visible(call.name)), call=call, number=number)

    def result_of(self, test: CallTest) -> PlayedCalls:
        """What came of a call."""
        if test.number not in self._played:
            chosen = {test.number: test.call}
            if not (self._tools and hasattr(self.config, "workerinput")):
                chosen |= {item.number: item.call for item in self.session.items if self._is_own(item)}
            played = self._play([chosen[number] for number in sorted(chosen)])
            self._played.update(zip(sorted(chosen), played, strict=True))
        return self._played[test.number]

    def _play(self, calls: Sequence[Call]) -> list[PlayedCalls]:
        scripts, variants = replace(self._scripts, calls=tuple(calls)), _is_on(self.config, VARIANTS)
        if self._tools:
            from flowc.testing.play.with_tools.play import play_with_tools

            side = _agents_side(self.config)
            run = play_with_tools(_engine(self.config), side, [scripts], self._tools, every_variant=variants)
        else:
            from flowc.testing.play.batch import play

            run = play(_engine(self.config), [scripts], every_variant=variants)
        return [tuple(played) for _, played in groupby(run.calls, key=lambda call: (call.place, call.name))]

    def _is_own(self, item: pytest.Item) -> TypeGuard[CallTest]:
        return isinstance(item, CallTest) and item.parent is self

    def warn_once(self, note: str) -> None:
        """pytest shows the sections of a test that passed only if asked for, and warnings always."""
        if not self._warned:
            self.warn(CallScriptWarning(_plain(note)))  # raised, where warnings are errors: then by every test
            self._warned = True

    @property
    def sources(self) -> dict[str, str]:
        """The texts that a failure may speak of, by path."""
        return self._sources


class CallScriptWarning(pytest.PytestWarning):
    """Calls passed, but not against what the flow generates now, or because nothing is expected of them.

    Whoever receives it from another process, or filters it, imports it from this module.
    """


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
        from flowc.discovery import SourceError
        from flowc.simulator.engine import CannotPlay

        try:
            played = self.file.result_of(self)
        except (SourceError, CannotPlay):
            raise
        except Exception as error:
            raise PlayingFailed(_failed(error)) from error
        note = played[0].note
        if note:
            self.add_report_section("call", "flowc", _plain(f"note: {note}"))
        failed = tuple(call for call in played if not call.passed)
        if failed:
            raise CallFailed(failed)
        if note:
            self.file.warn_once(note)
        if played[0].expects_nothing:
            self.warn(CallScriptWarning("nothing is expected of this call"))
        if played[0].ignored:
            from flowc.testing.result import told_of_ignored

            self.warn(CallScriptWarning(_plain(told_of_ignored(played[0].ignored))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The timeline of a call that failed; of anything else what pytest makes of it."""
        from flowc.discovery import SourceError
        from flowc.simulator.engine import CannotPlay

        if isinstance(excinfo.value, CallFailed):
            return Timeline(excinfo.value.failed, self.file.sources, self.file.seen)
        if isinstance(excinfo.value, SourceError | CannotPlay | PlayingFailed | CallScriptWarning):
            return _plain(f"error: {excinfo.value}")
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        return self.path, self.call.place.span.line - 1, self.name


class VerifiedFlow(pytest.File):
    """A flow, to be run through every order of events: a test for each behaviour of the platform."""

    sources: dict[str, str]
    seen: Callable[[str], str]

    def collect(self) -> Iterator[VerifyTest]:
        from flowc.compiler import compile_flows
        from flowc.config import ConfigError, load_for
        from flowc.discovery import SourceError, select
        from flowc.formats import FULL, render
        from flowc.report import Report
        from flowc.verify.project import searches_of, subject_of

        try:
            config = load_for([str(self.path)], self.path.parent)
            selection = select(config, (str(self.path),))
            compiled = compile_flows(selection.sources, ())
            if compiled.diagnostics:
                by_path = {source.path: source for source in selection.sources}
                report = Report(compiled.diagnostics, by_path, seen=_seen(config, self.config))
                raise self.CollectError(str(render(report, FULL)))
            edited = _is_on(self.config, EDITED)
            subjects = [subject_of(config, flow, compiled.artifacts, edited) for flow in compiled.flows]
        except (ConfigError, SourceError) as error:
            raise self.CollectError(_plain(f"error: {error}")) from None
        self.sources = {source.path: source.content.decode("utf-8", "replace") for source in selection.sources}
        self.seen = _seen(config, self.config)
        self.sources |= {subject.scenario_path: subject.scenario for subject in subjects}
        for subject, switches in searches_of(subjects, _is_on(self.config, VARIANTS)):
            name = ", ".join(["verify", *(f"{key}: {value}" for key, value in switches.items())])
            yield VerifyTest.from_parent(self, name=name, subject=subject, switches=switches)


class VerifyTest(pytest.Item):
    """One search."""

    def __init__(self, *, subject: Subject, switches: dict[str, Any], **given: Any) -> None:
        super().__init__(**given)
        self.subject = subject
        self.switches = switches

    def runtest(self) -> None:
        import time

        from flowc.simulator.engine import CannotPlay
        from flowc.verify.result import Bounds
        from flowc.verify.search import NotSearched, search

        began = time.monotonic()
        bounds = Bounds(posts=int(self.config.getini(POSTS)))
        try:
            result = search(_searcher(self.config), self.subject, bounds, switches=self.switches)
        except (CannotPlay, NotSearched):
            raise
        except Exception as error:
            raise PlayingFailed(_failed(error)) from error
        if not result.proved:
            raise NotProved(result, time.monotonic() - began)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report of `flowc verify`."""
        from flowc.simulator.engine import CannotPlay
        from flowc.verify.search import NotSearched

        assert isinstance(self.parent, VerifiedFlow)
        if isinstance(excinfo.value, NotProved):
            return SearchReport(excinfo.value.result, excinfo.value.seconds, self.parent.sources, self.parent.seen)
        if isinstance(excinfo.value, NotSearched):
            return _plain(f"error: {self.subject.scenario_path} cannot be searched: {excinfo.value}")
        if isinstance(excinfo.value, CannotPlay | PlayingFailed):
            return _plain(f"error: {excinfo.value}")
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        return self.path, 0, self.name


class NotProved(Exception):
    """A promise does not hold, or not everything has been seen."""

    def __init__(self, result: Result, seconds: float) -> None:
        super().__init__(f"{result.path} is not proved")
        self.result = result
        self.seconds = seconds


class Shown(ABC):
    """What pytest shows of a failure: on the terminal it has, and as text for other workers and reports.

    `reprcrash.message` is what pytest's short summary and JUnit file show.
    """

    reprcrash: SimpleNamespace

    def toterminal(self, terminal: Any) -> None:
        for line in self._lines(bool(terminal.hasmarkup), int(terminal.fullwidth)):
            terminal.line(line)

    def __str__(self) -> str:
        from flowc.testing.report.timeline import WIDTH

        return "\n".join(self._lines(False, WIDTH))

    @abstractmethod
    def _lines(self, color: bool, width: int) -> list[str]:
        """What is shown, a line each."""


class SearchReport(Shown):
    """The report of a search."""

    def __init__(self, result: Result, seconds: float, sources: dict[str, str], seen: Callable[[str], str]) -> None:
        from flowc.report.terminal import visible
        from flowc.verify.documents import summary

        self.given = result.moved(seen), {seen(path): text for path, text in sources.items()}, seconds
        self.reprcrash = SimpleNamespace(message=_plain(visible(summary(result))))

    def _lines(self, color: bool, width: int) -> list[str]:
        from flowc.verify.report import assumed, render

        shown = render(*self.given, color, width) + assumed(self.given[:1], color)
        return [_plain(row, color) for row in shown.splitlines()]


class CallFailed(Exception):
    """An expectation was not met, or the call could not be played to its end."""

    def __init__(self, failed: PlayedCalls) -> None:
        super().__init__(f"{failed[0].name} failed")
        self.failed = failed


class PlayingFailed(Exception):
    """Flowc itself has failed. The message is all that pytest shows, which prints what it has of an exception as it is:
    pages of it, with whatever a file may hold.
    """


class Timeline(Shown):
    """A failed call. If it fails under several behaviours of the platform, the first is shown, and the others are
    named.
    """

    def __init__(self, failed: PlayedCalls, sources: dict[str, str], seen: Callable[[str], str]) -> None:
        from flowc.report.terminal import visible

        self.failed = tuple(each.moved(seen) for each in failed)
        self.sources = {seen(path): text for path, text in sources.items()}
        first = failed[0].failures[0]
        self.reprcrash = SimpleNamespace(message=_plain(visible(f"expected {first.expected}, found {first.found}")))

    def _lines(self, color: bool, width: int) -> list[str]:
        from flowc.testing.report.full import behaviour, failure

        first, *others = self.failed
        rows = failure(first, self.sources, color, width)
        rows += [f"  also fails under  {behaviour(other)}" for other in others]
        return [_plain(row, color) for row in rows]


def _seen(config: Config, session: pytest.Config) -> Callable[[str], str]:
    """What makes of a path of the project the one that leads there from where pytest was called."""
    from flowc.here import seen_from

    return seen_from(config.root, session.invocation_params.dir.resolve())


def _failed(error: Exception) -> str:
    """In a sentence; with FLOWC_DEBUG in the environment, where it was, too."""
    from flowc.report.failure import told

    where = ""
    if os.environ.get("FLOWC_DEBUG"):
        import traceback

        where = "".join(["\n", *traceback.format_exception(error)])
    return told(error, "what the same command prints with FLOWC_DEBUG=1") + where


def _plain(text: str, color: bool = False) -> str:
    """Text for pytest, which prints it as it is, and sends it between processes only as a `str`."""
    from flowc.report.printable import plain

    return str(plain(text, color))


def _engine(config: pytest.Config) -> Engine:
    """One engine for all files; it frees itself at exit."""
    if _ENGINE not in config.stash:
        from flowc.simulator.engine import Engine

        config.stash[_ENGINE] = Engine()
    return config.stash[_ENGINE]


def _searcher(config: pytest.Config) -> Engine:
    """One for all searches of a process, with room for their states."""
    if _SEARCHER not in config.stash:
        from flowc.simulator.engine import SEARCH_BYTES, Engine

        config.stash[_SEARCHER] = Engine(memory=SEARCH_BYTES)
    return config.stash[_SEARCHER]


def _agents_side(config: pytest.Config) -> AgentsSide:
    """One for all files, as loading the SDK takes seconds."""
    if _AGENTS_SIDE not in config.stash:
        from flowc.testing.play.with_tools.play import AgentsSide

        config.stash[_AGENTS_SIDE] = AgentsSide(lambda line: sys.stderr.write(_plain(f"{line}\n")))
        config.add_cleanup(config.stash[_AGENTS_SIDE].close)
    return config.stash[_AGENTS_SIDE]
