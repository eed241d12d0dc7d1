"""For people, files are named as they are opened from the current folder; documents name them in the project."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from flowc.here import seen_from
from tests.test_cli import Command, command, project, spoil

__all__ = ["command", "project"]

ROOT = Path("/home/somebody/voice")


@pytest.mark.parametrize(
    ("here", "seen"),
    [
        (ROOT, "flows/x.yaml"),
        (ROOT / "flows", "x.yaml"),
        (ROOT / "flows" / "old", "../x.yaml"),
        (ROOT / "generated", "../flows/x.yaml"),
        (ROOT.parent, "voice/flows/x.yaml"),
        (Path("/"), "home/somebody/voice/flows/x.yaml"),
        (ROOT.parent / "voices", "/home/somebody/voice/flows/x.yaml"),
        (Path("/srv"), "/home/somebody/voice/flows/x.yaml"),
    ],
)
def test_a_path_leads_from_the_folder_somebody_is_in(here: Path, seen: str) -> None:
    assert seen_from(ROOT, here)("flows/x.yaml") == seen
    assert [seen_from(ROOT, here)(nothing) for nothing in ("", "<stdin>")] == ["", "<stdin>"]


def test_errors_are_named_from_the_current_folder(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(project)
    monkeypatch.chdir(project / "flows")
    for arguments in (("check",), ("build",), ("graph", "front_desk.yaml"), ("talk", "front_desk.yaml")):
        assert "\n --> front_desk.yaml:" in command(*arguments).out.replace("  -->", " -->"), arguments
        concise = command(*arguments, "--output-format", "concise").out
        assert concise.startswith("front_desk.yaml:"), arguments
    monkeypatch.chdir(project.parent)
    out = command("check", "project/flows", "--output-format", "concise").out
    assert out.startswith("project/flows/front_desk.yaml:")


def test_documents_name_files_in_the_project(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(project)
    formats = ("json", "sarif", "github")
    at_the_top = [command("check", "--output-format", each).out for each in formats]
    monkeypatch.chdir(project / "flows")
    assert [command("check", "--output-format", each).out for each in formats] == at_the_top
    assert json.loads(at_the_top[0])["diagnostics"][0]["path"] == "flows/front_desk.yaml"


def test_all_that_check_says_without_errors_is_named_so_too(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "flows")
    [first, *_] = command("check").err.splitlines()
    assert first.startswith("front_desk.yaml:")


def test_drift_is_named_so_too(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    command("build")
    made = project / "generated/front_desk/front_desk.voxengine.js"
    made.write_text(f"{made.read_text()}// by hand\n")
    monkeypatch.chdir(made.parent)
    assert command("build", "--check").out.startswith("drift: front_desk.voxengine.js ")
    assert "+++ b/generated/front_desk/" in command("diff").out  # for `git apply`, which takes it anywhere


def test_what_is_in_the_way_of_a_build_is_named_so_too(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("build")
    (project / "generated/front_desk/front_desk_tools.py").write_text("# by hand\n")
    monkeypatch.chdir(project / "flows")
    code, _, err = command("build")
    assert code == 2
    assert "\nerror: ../generated/front_desk/front_desk_tools.py " in err


def test_calls_are_named_so_that_what_is_printed_can_be_typed(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "flows/front_desk.calls.yaml").write_text(
        "flowc: 1\nflow: front_desk.yaml\n"
        "account: {storage: {CARTESIA_AGENT_ID: x}, secrets: {CARTESIA_API_KEY: x}}\n"
        "calls:\n  one:\n    - caller: calls\n    - expect: {call: ended}\n"
    )
    command("build")
    monkeypatch.chdir(project / "flows")
    out = command("test").out
    assert "\n  --> front_desk.calls.yaml:5\n" in out
    assert "\n  script     front_desk.calls.yaml:7\n             - expect:" in out, "and the line is shown"
    more = out.partition("  more       flowc ")[2].splitlines()[0]
    again = command(*more.split())
    assert again.code == 1
    assert "front_desk.calls.yaml:5" in again.out
    assert "flows/front_desk.calls.yaml:5" in command("test", "--output-format", "junit").out
    assert "\ncoverage of front_desk.yaml: " in command("test", "--coverage").out


def test_searches_are_named_so_too(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    command("build")
    monkeypatch.chdir(project / "flows")
    out = command("verify", "function_calling.yaml", "--only", "scenario", "--limit", "20").out
    assert out.startswith("verify function_calling.yaml ")
    assert "\n  function_calling.yaml:" in out.partition("never reached")[2]


def test_changes_are_named_so_too(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "first")):
        subprocess.run([*git, *arguments], cwd=project, check=True)
    flow = project / "flows/function_calling.yaml"
    flow.write_text(flow.read_text().replace("20s", "25s"))
    monkeypatch.chdir(project / "flows")
    out = command("diff", "--against", "main", "function_calling.yaml").out
    assert out.startswith("function_calling.yaml\n")
    assert "\n    function_calling.yaml:" in out
    shown = command("diff", "--against", "main", "--output-format", "markdown", "function_calling.yaml").out
    assert "`flows/function_calling.yaml" in shown


def test_what_is_no_option_does_not_look_like_one() -> None:
    assert seen_from(ROOT, ROOT / "flows")("flows/-k.yaml") == "./-k.yaml"
    assert seen_from(ROOT, ROOT)("-k.yaml") == "./-k.yaml"


def test_a_path_that_is_proposed_can_be_typed(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "flows")
    for name in ("check", "test", "graph", "hours"):
        err = command(name, "front_desc.yaml").err
        assert err == "error: front_desc.yaml: no such file or directory; did you mean front_desk.yaml?\n", name
        assert command(name, "front_desk.yaml:3").err.endswith("; write it without the line: front_desk.yaml\n")
    assert command("test", "nothing").err == "error: nothing: no such file or directory\n"
    assert command("test", "front_desk.yaml").err.startswith("error: front_desk.yaml: no call script beside")


def test_files_that_are_written_are_named_so_too(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "flows")
    code, out, err = command("init", "--agent", "front_desk.yaml")
    assert (code, out.splitlines()[0]) == (0, "../apps/front_desk/.dockerignore")
    assert err.endswith("how to go on is in ../apps/front_desk/README.md\n")
    assert command("init", "--agent", "front_desk.yaml").err.startswith("error: ../apps/front_desk/")


def test_a_folder_that_is_gone_is_named_as_the_trouble(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "gone").mkdir()
    monkeypatch.chdir(project / "gone")
    (project / "gone").rmdir()
    for arguments in (("check",), ("init",), ("test",), ("doctor", "--needs"), ("graph", "x.yaml")):
        assert command(*arguments) == (2, "", "error: the current folder is gone: change to one that is there\n")
    assert command("docs", "calls").code == 0


@pytest.mark.parametrize("name", ["build", "check", "diff", "doctor", "graph", "hours", "talk", "test", "verify"])
def test_a_path_that_is_none_is_not_the_current_folder(project: Path, command: Command, name: str) -> None:
    """As of a variable that is not set; and standard input is for one command."""
    needs = ("--needs",) if name == "doctor" else ()
    code, out, err = command(name, *needs, "")
    assert (code, out, err) == (2, "", "error: an empty path: name a file or a folder, or leave it out\n")
    if name != "check":
        code, out, err = command(name, *needs, "-")
        assert (code, out) == (2, "")
        assert err.startswith("error: `-` (standard input) is for `flowc check` alone")
