"""Runs scenarios in an embedded V8: `Engine` holds one JavaScript context, `Session` is one emulated call.

The emulator itself is JavaScript without any host API (`VOX_FILES`); this module loads it, feeds it events as JSON, and
turns a scenario that never ends, eats memory or breaks JavaScript itself into `ScenarioFailed`. It never waits for real
time to pass.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import resources
from typing import Any

from flowc.simulator.context import Context, NotEvaluated
from flowc.simulator.options import Options
from flowc.simulator.parties import ImpossibleEvent
from flowc.simulator.session import Session

VOX_FILES = (
    "api.json",
    "session.js",
    "functions.js",
    "memory.js",
    "promise.js",
    "clock.js",
    "crypto.js",
    "syntax.js",
    "surface.js",
    "intrinsics.js",
    "media.js",
    "players.js",
    "recording.js",
    "queue.js",
    "conference.js",
    "detection.js",
    "numbering.js",
    "signals.js",
    "calls.js",
    "dialling.js",
    "other_end.js",
    "voice.js",
    "agents.js",
    "agent_audio.js",
    "storage.js",
    "call_list.js",
    "net.js",
    "shapes.js",
    "snapshot.js",
    "observer.js",
    "environment.js",
    "said.js",
    "scripts.js",
    "hidden.js",
    "digest.js",
    "digest_values.js",
    "digest_units.js",
    "acts.js",
    "alphabet.js",
    "time_events.js",
    "probes.js",
    "kept.js",
    "properties.js",
    "scenario_names.js",
    "path.js",
    "changes.js",
    "probe_runs.js",
    "late_reports.js",
    "once.js",
    "rounds.js",
    "violations.js",
    "transitions.js",
    "event_names.js",
    "explorer.js",
)

SIMULATOR = 'globalThis["flowc simulator"]'
"""The emulator's only global; a name that no scenario can mention by accident."""
PROLOGUE = '"use strict";throw null;'
"""Before a scenario that is only to be parsed."""
SYNTAX_ERROR = re.compile(r"<anonymous>:(?P<line>\d+): SyntaxError.*\n.*\n(?P<indent>\s*)\^")
LOADING_S = 60.0
STEP_TIMEOUT_S = 5.0
"""Real time for one step, in which many callbacks may run: it stops what never ends. The platform's limit of 1 s for
each callback (docs: platform/voxengine/limits) is measured where call scripts are played: `flowc.testing.play`."""
BATCH_SIZE = 100
SCRIPT_TIMEOUT_S = 0.05
MEMORY_LIMIT_BYTES = 256 * 1024 * 1024
SEARCH_BYTES = 3 << 30
"""Of an engine that searches, for all states that wait for their turn."""
ADDRESSES_BYTES = 2 << 40
DATA_BYTES = 1 << 30


class ScenarioFailed(Exception):
    """The scenario could not be run to the end of a step: it ran for too long or used too much memory."""


class CannotPlay(Exception):
    """The machine has not what playing needs, whatever is played: a sentence for whoever runs it."""


class ScenarioTooSlow(ScenarioFailed):
    """It ran for too long."""


def emulator_source() -> str:
    """The emulator as one script, which leaves one global: an object with `open`, `step`, `runScripts` and so on."""
    folder = resources.files("flowc.simulator") / "vox"
    api, *files = (folder.joinpath(name).read_text(encoding="utf-8") for name in VOX_FILES)
    return "(() => {\n" + '"use strict";\nconst API = ' + api + ";\n" + "\n".join(files) + "\n})();"


def batch_json(scenarios: Sequence[str], scripts: Sequence[Mapping[str, Any]]) -> str:
    """What `runScripts` takes. Scripts that share their options have them in the batch once."""
    options = {id(script["options"]): script["options"] for script in scripts}
    numbers = {key: number for number, key in enumerate(options)}
    numbered = [{**script, "options": numbers[id(script["options"])]} for script in scripts]
    return json.dumps(
        {"scenarios": scenarios, "options": [each.as_json() for each in options.values()], "scripts": numbered}
    )


class Engine:
    """One V8 context with the emulator in it, started when it is first needed, or before; runs any number of sessions.

    One thread at a time may use it.
    """

    def __init__(self, *, timeout: float = STEP_TIMEOUT_S, memory: int = MEMORY_LIMIT_BYTES) -> None:
        """`timeout` is in seconds of real time for one step, `memory` in bytes for the whole context."""
        self.timeout = timeout
        self.memory = memory
        self.generation = 0
        self._context: Context | None = None
        self._starting: Context | None = None
        self._last_id = 0
        self._kept: tuple[int, str] | None = None

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def start(self) -> None:
        """V8 starts meanwhile, for whoever has something else to do before it is needed. If it cannot be had, that is
        said then.
        """
        if self._context is None and self._starting is None:
            with suppress(NotEvaluated):
                self._starting = self._new()

    def _new(self) -> Context:
        return Context(self.memory, f"{SIMULATOR}.interrupted()")

    def session(
        self,
        scenario: str,
        *,
        storage: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Session:
        """Runs the scenario's top level and returns the session. `options` are the fields of `Options`."""
        self._last_id += 1
        chosen = Options(storage=storage or {}, secrets=secrets or {}, **options)
        return Session(self, self._last_id, scenario, chosen)

    def run_scripts(self, scenarios: Sequence[str], scripts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Runs a batch in one call: each script is `{"scenario": index, "options": Options, "events": [event, …]}`.

        A result has the `trace`, the `replies`, the `view` and what was `impossible`; with `"state": True` in the
        script also the scenario's state. A script that cannot be run to its end does not stop the others: its result
        is `{"failed": message}`.
        """
        results: list[dict[str, Any]] = []
        for start in range(0, len(scripts), BATCH_SIZE):
            results += self._run_batch(scenarios, scripts[start : start + BATCH_SIZE])
        return results

    def _run_batch(self, scenarios: Sequence[str], scripts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        batch = batch_json(scenarios, scripts)
        try:
            text = self.call("runScripts", batch, extra_time=SCRIPT_TIMEOUT_S * (len(scripts) - 1))
            changed = self.changed_intrinsic()
        except ScenarioFailed as error:
            if len(scripts) == 1:
                return [{"failed": str(error)}]
            return self._one_by_one(scenarios, scripts)
        if changed:
            self.discard()
            if len(scripts) > 1:
                return self._one_by_one(scenarios, scripts)
        return _parsed(text)

    def _one_by_one(self, scenarios: Sequence[str], scripts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [result for script in scripts for result in self._run_batch(scenarios, [script])]

    def call(self, function: str, *arguments: str | int, extra_time: float = 0) -> str:
        """Calls a function of the emulator, with `extra_time` seconds more than one step has.

        Raises ScenarioFailed if time or memory runs out; the context is then gone, and every session on it replays
        its events when it is next used. Raises CannotPlay if there is no context to be had.
        """
        call = f"{SIMULATOR}.{function}({', '.join(json.dumps(argument) for argument in arguments)})"
        allowed = self.timeout + extra_time
        try:
            return self._evaluate(call, allowed)
        except NotEvaluated as error:
            self.discard()
            raise self._failure(error, allowed) from None

    def _evaluate(self, code: str, seconds: float) -> str:
        """Raises NotEvaluated; a context that is of no more use is then gone."""
        context = self._running()
        try:
            return context.evaluate(code, seconds)
        except NotEvaluated as error:
            if error.kind not in ("syntax", "error"):
                self.discard()
            raise
        except BaseException:  # an interruption: what the context answers to this is not to be taken for another answer
            self.discard()
            raise

    def _failure(self, error: NotEvaluated, allowed: float) -> ScenarioFailed:
        if error.kind == "time":
            who = str(error) or "the scenario"
            return ScenarioTooSlow(
                f"{who} did not come back within {allowed:g} s: it loops for ever, or it and all else that happens at"
                " this instant take longer than the 1 s that the platform gives a callback"
            )
        if error.kind == "memory":
            return ScenarioFailed(f"the scenario used more than {self.memory // (1024 * 1024)} MB of memory")
        if error.kind == "gone":
            return ScenarioFailed(
                f"V8 itself has ended ({error}): the scenario wanted more memory at once than there can be, or somebody"
                " else has ended it"
            )
        told = str(error).strip().partition("\n")[0]
        return ScenarioFailed(f"the emulator cannot go on, has the scenario changed a built-in of JavaScript? {told}")

    def keep(self, scenario: str) -> None:
        """For `playScripts`, where a batch names none: what is played over and over is told once. Raises as `call`."""
        if self._context is None or self._kept != (self.generation, scenario):
            self.call("keepScenario", scenario)
            self._kept = self.generation, scenario

    def changed_intrinsic(self) -> str:
        """What of JavaScript itself a scenario has changed, or (then with a `+`) added, so that the next one would feel
        it; "" if nothing."""
        return self.call("changedIntrinsic") if self._context is not None else ""

    def syntax_position(self, scenario: str) -> tuple[int, int] | None:
        """Line and column of a scenario's syntax error, which the emulator itself cannot know."""
        try:
            self._evaluate(PROLOGUE + scenario, self.timeout)
        except NotEvaluated as error:
            found = SYNTAX_ERROR.match(str(error)) if error.kind == "syntax" else None
            if found:
                line = int(found["line"])
                return line, len(found["indent"]) + 1 - (len(PROLOGUE) if line == 1 else 0)
        return None

    def discard(self) -> None:
        """Throws the context away; the next call starts a new one."""
        contexts = self._context, self._starting
        self._context = self._starting = None
        self.generation += 1
        for context in contexts:
            if context is not None:
                context.close()

    def _running(self) -> Context:
        if self._context is None:
            try:
                context, self._starting = self._starting or self._new(), None
                context.evaluate(emulator_source(), LOADING_S)
            except NotEvaluated as error:
                raise CannotPlay(_cannot_start(error)) from error
            self._context = context
        return self._context


def _cannot_start(error: NotEvaluated) -> str:
    """With what to do about it, which depends on the limits that this process has."""
    what = f"V8, in which scenarios are played, cannot be started: {error}"
    if "mini-racer" in str(error) or re.match(r"\w*Error: |\w*NotFound\w*: ", str(error)):
        return f"{what}; install it again: `pip install --force-reinstall mini-racer`"
    for option, most, needed, why in _limits():
        if most < needed:
            return (
                f"{what}; `ulimit {option}` is {most // 1024} here, and V8 {why}: run it where that is"
                " `unlimited` (memory is better limited for the whole container, or by a control group)"
            )
    return f"{what}; there may be too little memory, or too many processes: end some, or allow more, and run it again"


def _limits() -> list[tuple[str, int, int, str]]:
    """What keeps V8 from starting where it is low: the option of `ulimit`, what it is, what is needed, and for what."""
    try:
        import resource
    except ImportError:  # Windows
        return []
    found = [
        ("-v", resource.RLIMIT_AS, ADDRESSES_BYTES, "reserves 1.5 TB of addresses, of which it uses little"),
        ("-d", resource.RLIMIT_DATA, DATA_BYTES, "needs about 600 MB"),
    ]
    limits = ((option, resource.getrlimit(kind)[0], needed, why) for option, kind, needed, why in found)
    return [each for each in limits if each[1] != resource.RLIM_INFINITY]


def _parsed(text: str) -> list[dict[str, Any]]:
    """The results of a batch. They have no cycles: the collector would only walk over them, again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        results: list[dict[str, Any]] = json.loads(text)
    finally:
        if collecting:
            gc.enable()
    return results


__all__ = [
    "CannotPlay",
    "Engine",
    "ImpossibleEvent",
    "Options",
    "ScenarioFailed",
    "ScenarioTooSlow",
    "Session",
    "emulator_source",
]
