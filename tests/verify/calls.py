"""Tests of `tests/scenario` as judges of an error of the runtime: each is called with scenarios that have the error."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from flowc.compiler import compile_flows
from flowc.simulator.engine import Engine
from flowc.simulator.session import Session
from flowc.source import Source
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import Phone

FILES = (
    "agent",
    "apps",
    "ask",
    "ask_aside",
    "at_last",
    "briefing",
    "briefing_gone",
    "briefing_silence",
    "call_lists",
    "call_warning",
    "caller_ids",
    "cancel_key",
    "control",
    "details",
    "digits",
    "hunts",
    "idle",
    "insisting",
    "introduction",
    "keys",
    "languages",
    "limits",
    "machines",
    "menus",
    "messages",
    "numbers",
    "persons",
    "talk_limit",
    "platform_events",
    "platform_faults",
    "presses",
    "placed_elsewhere",
    "queues",
    "refer",
    "reports",
    "signatures",
    "stereo",
    "together",
    "together_taken",
    "transfer",
    "trunks",
    "voices",
)
TOO_SLOW = (
    "test_signatures.py::test_any_text_is_signed_with_any_key_whatever_a_digest_looks_like",
    "test_platform_events.py::test_every_event_in_every_phase_has_an_end",
    "test_platform_faults.py::test_a_call_of_the_platform_may_throw",
    "test_limits.py::test_a_reply_that_would_be_too_long_is_refused",
)
"""To be tried with every error."""
FLOWS = ROOT / "tests" / "scenario" / "flows"
_ARTIFACTS: dict[Path, Artifacts] = {}
_PLAYED: dict[str, tuple[str, ...]] = {}


def judges() -> Iterator[str]:
    """The tests that are tried, in this order: what says why something is wrong, then calls of which all is known."""
    for file in FILES:
        module = import_module(f"tests.scenario.test_{file}")
        for name, each in vars(module).items():
            test = f"test_{file}.py::{name}"
            if name.startswith("test_") and each.__module__ == module.__name__ and test not in TOO_SLOW:
                yield test
    for name in import_module("tests.scenario.test_recorded").CALLS:
        yield f"test_recorded.py::test_everything_of_a_call_is_known[{name}]"


def shows(engine: Engine, test: str, edit: Callable[[str], str]) -> bool:
    """Whether a test fails with what is edited, and because of that."""
    if all(edit(text) == text for text in _played_by(engine, test)):
        return False
    return fails(engine, test, edit) and not fails(engine, test, str) and fails(engine, test, edit)


def _played_by(engine: Engine, test: str) -> tuple[str, ...]:
    """The scenarios that a test plays."""
    if test not in _PLAYED:
        played: set[str] = set()

        def noted(text: str) -> str:
            played.add(text)
            return text

        fails(engine, test, noted)
        _PLAYED[test] = tuple(played)
    return _PLAYED[test]


class _Closing:
    """An engine whose sessions are closed after a test: thousands of them would be more than it has memory for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._opened: list[Session] = []

    def session(self, scenario: str, **options: Any) -> Session:
        session = self._engine.session(scenario, **options)
        self._opened.append(session)
        return session

    def close(self) -> None:
        while self._opened:
            self._opened.pop().close()


def fails(engine: Engine, test: str, edit: Callable[[str], str]) -> bool:
    """Whether a test, `test_agent.py::test_name`, fails for some of its parameters with scenarios that are edited; for
    `test_name[one]` for that one alone.
    """
    file, _, name = test.partition("::")
    name, _, only = name.removesuffix("]").partition("[")
    function = getattr(import_module(f"tests.scenario.{file.removesuffix('.py')}"), name)

    def compiled(path: Path) -> Artifacts:
        artifacts = _compiled(path)
        return {**artifacts, "js": edit(artifacts["js"])}

    closing = _Closing(engine)
    fixtures = {"call": dial(closing, edit), "compiled": compiled, "engine": closing}
    wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
    for given in _parameters(function):
        if only and only not in map(str, given.values()):
            continue
        try:
            function(**{name: fixtures[name] for name in wanted if name in fixtures}, **given)
        except Exception:  # whatever a test of such a scenario stumbles over
            return True
        finally:
            closing.close()
    return False


def dial(engine: Any, edit: Callable[[str], str] = str) -> Callable[..., Phone]:
    """What tests have as `call`: it dials a flow, whose scenario is edited first."""

    def call(flow: str, **options: Any) -> Phone:
        own = FLOWS / f"{flow}.yaml"
        path = own if own.exists() else ROOT / "flows" / f"{flow}.yaml"
        return Phone(engine, edit(_compiled(path)["js"]), **options)

    return call


def _parameters(function: Callable[..., None]) -> Iterator[Mapping[str, Any]]:
    """As pytest gives them."""
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    rows = []
    for mark in marks:
        named = mark.args[0]
        names = [name.strip() for name in named.split(",")] if isinstance(named, str) else list(named)
        values = mark.args[1]
        rows.append([dict(zip(names, value if len(names) > 1 else [value], strict=True)) for value in values])
    for chosen in itertools.product(*rows):
        yield {name: value for row in chosen for name, value in row.items()}


def _compiled(path: Path) -> Artifacts:
    if path not in _ARTIFACTS:
        result = compile_flows([Source(path.relative_to(ROOT).as_posix(), path.read_bytes())])
        assert not result.diagnostics, result.diagnostics
        own = {name: text for name, text in result.artifacts.items() if "/" in name}
        _ARTIFACTS[path] = {name.rsplit(".", 1)[1]: text for name, text in own.items()}
    return _ARTIFACTS[path]
