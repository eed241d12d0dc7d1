"""The house is in order: lint and types of flowc itself, and of the JavaScript that it generates."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.checks.platform_limits import LARGEST_SCENARIO
from flowc.compiler import compile_flows
from flowc.emit import voxengine
from flowc.emit.templates import text_of
from flowc.emit.voxengine import without_comments
from flowc.page.script import script
from flowc.source import Source
from tests.conftest import ROOT, Artifacts

FOLDERS = ("flows", "tests/flows/ok", "tests/scenario/flows")
FLOWS = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.yaml") if "." not in path.stem)
TYPE_CHECK = [
    "--noEmit",
    "--allowJs",
    "--checkJs",
    "--strict",
    "--target",
    "es2018",
    "--lib",
    "es2018",
    "--module",
    "commonjs",
    "--moduleDetection",
    "force",
    "--noUnusedLocals",
]


def test_lint() -> None:
    ruff = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True)
    assert ruff.returncode == 0, ruff.stdout + ruff.stderr


def test_types() -> None:
    mypy = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert mypy.returncode == 0, mypy.stdout + mypy.stderr


def type_checked(tsc: str, scenarios: list[str], folder: Path) -> str:
    """All in one process, which takes seconds to start; each as a module, so that none sees the names of another."""
    declarations = ROOT / "flowc" / "simulator" / "vox" / "voxengine.d.ts"
    command = [tsc, *TYPE_CHECK, str(declarations), *scenarios]
    checked = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return checked.stdout if checked.returncode == 0 or checked.stdout else f"{checked.returncode} {checked.stderr}"


def test_the_scenarios_type_check(tsc: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With their comments, in which the types are, also where the platform would not take them."""
    monkeypatch.setattr(voxengine, "LARGEST_SCENARIO", 2 * LARGEST_SCENARIO)
    scenarios = []
    for path in FLOWS:
        scenario = tmp_path / f"{path.stem}.voxengine.js"
        [flow] = compile_flows([Source(path.relative_to(ROOT).as_posix(), path.read_bytes())]).flows
        scenario.write_text(voxengine.emit(flow)[1], encoding="utf-8")
        scenarios.append(str(scenario))
    assert type_checked(tsc, scenarios, tmp_path) == ""


def test_the_script_of_pages_type_checks(tsc: str, tmp_path: Path) -> None:
    player = tmp_path / "player.js"
    player.write_text(script(), encoding="utf-8")
    command = [tsc, *TYPE_CHECK, "--lib", "es2018,dom", str(player)]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (0, "")
    misspelt = tmp_path / "misspelt.js"
    misspelt.write_text(script().replace("scrub.max =", "scrub.most =", 1), encoding="utf-8")
    assert "most" in subprocess.run([*command[:-1], str(misspelt)], cwd=tmp_path, capture_output=True, text=True).stdout


PLANTED = {
    "a phase": ('S.phase = "leaving"', 'S.phase = "leavng"'),
    "a phase that is asked for": ('if (S.phase === "leaving")', 'if (S.phase === "leaveing")'),
    "an outcome": ('486: "busy"', '486: "bussy"'),
    "an outcome of our own": ('settled(attempt, "failed")', 'settled(attempt, "faild")'),
    "a step": ("hang_up: hangUpCaller,", "hangup: hangUpCaller,"),
    "a step in the flow": ("do: [{ hang_up: {} }]", "do: [{ hangup: {} }]"),
    "a step that is new": (" * @property {HangUp} hang_up", " * @property {HangUp} hang_up\n * @property {Say} beep"),
    "a step that is another's": ("hang_up: hangUpCaller,", "hang_up: sayPrompt,"),
    "a step of an action that goes on": ("  reply: replyInBackground,", "  replies: replyInBackground,"),
    "a target that is new": (" * @property {SipTarget} sip", " * @property {SipTarget} sip\n * @property {Say} user"),
    "a target of no kind": ('reception: { pstn: "', 'reception: { pstm: "'),
    "a setting of no kind": ('api_key: { secret: "', 'api_key: { secrets: "'),
    "a timer": ('stopTimer("lastWordsTimer")', 'stopTimer("lastWordTimer")'),
    "a state": ("S.attempts += 1", "S.attempt += 1"),
    "a part that adds to nothing": ("ON_ENDED.push(closeAgent)", "ON_END.push(closeAgent)"),
    "a part that adds what does not fit": ("ON_ENDED.push(closeAgent)", "ON_ENDED.push(disconnectAgent)"),
    "a function that nothing uses": ("ON_ENDED.push(letEverybodyGo);\n", "function forgotten() {}\n"),
}


def test_the_type_checker_sees_typos(tsc: str, compiled: Callable[[Path], Artifacts], tmp_path: Path) -> None:
    """Phases, outcomes and steps are unions: what is misspelt or forgotten is an error, not a call without an end."""
    text = compiled(ROOT / "flows" / "front_desk.yaml")["js"]
    scenarios = []
    for number, (written, planted) in enumerate(PLANTED.values()):
        assert written in text
        scenario = tmp_path / f"{number}.js"
        scenario.write_text(text.replace(written, planted, 1), encoding="utf-8")
        scenarios.append(str(scenario))
    found = type_checked(tsc, scenarios, tmp_path)
    passed = [name for number, name in enumerate(PLANTED) if not re.search(rf"^{number}\.js\(", found, re.MULTILINE)]
    assert passed == []


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_the_scenario_keeps_the_rules_that_make_it_explorable(
    compiled: Callable[[Path], Artifacts], path: Path
) -> None:
    runtime = compiled(path)["js"].split("flowc runtime", 1)[1]
    # How long somebody has talked, or spoken: `verify` lets that clock go on, and takes what it tells for how long ago
    # it was. And what a line of the log, a signature and a report say of the time, which nothing depends on.
    lengths = ("talked.js", "message_length.js", "recording_length.js")
    for part in (*lengths, "platform.js", "webhook_signature.js", "report.js"):
        written = text_of(f"emit/voxengine/runtime/{part}").strip("\n")
        runtime = runtime.replace(written, "").replace(without_comments(written).strip("\n"), "")
    for forbidden in ("async ", "await ", "Date.", "Math.random", "\nlet ", "\nvar ", "?.", "??"):
        assert forbidden not in runtime, forbidden
    assert runtime.count("\nconst S = {") == 1
