"""`flowc diff --against`: another version of the project, read through git, and what is printed of it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from flowc.cli.diff import FAIL_ON
from tests.test_cli import Command, command, project

__all__ = ["command", "project"]  # fixtures

FLOW = "flows/front_desk.yaml"


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own settings, and a project of a test is in no repository above it."""
    for name in [each for each in os.environ if each.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))


def git(folder: Path, *arguments: str) -> str:
    author = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, *, top: Path | None = None) -> str:
    top = top or folder
    if not (top / ".git").exists():
        git(top, "init", "-q", "-b", "main")
    git(top, "add", "-A")
    git(top, "commit", "-q", "--allow-empty", "-m", "a version")
    return git(top, "rev-parse", "HEAD")


def edit(project: Path, old: str, new: str, flow: str = FLOW) -> None:
    path = project / flow
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_nothing_changes(project: Path, command: Command) -> None:
    head = commit(project)
    edit(project, "flow: front_desk", "flow: front_desk  # where calls come in")
    code, out, err = command("diff", "--against", "main")
    assert code == 0
    assert f"{FLOW}  nothing changes\n  the scenario behaves the same: its text is the same to the byte\n" in out
    assert err == f"2 flows against main ({head[:12]}): nothing changes\n"


def test_what_changes_is_said_with_its_place(project: Path, command: Command) -> None:
    commit(project)
    edit(project, "ring: 20s", "ring: 25s")
    code, out, _ = command("diff", "--against", "main")
    assert code == 1
    line = next(number for number, each in enumerate((project / FLOW).read_text().splitlines(), 1) if "25s" in each)
    assert f"    {FLOW}:{line}: " in out
    assert "rings for 25s (before: 20s)" in out
    assert "behaves the same" not in out.partition("flows/function_calling.yaml")[0]


def test_the_exit_code_is_what_somebody_wants_it_to_be(project: Path, command: Command) -> None:
    commit(project)
    codes = {}
    for name, edits in {
        "harmless": [("all_busy", "everybody_busy")],
        "behaviour": [("ring: 20s", "ring: 25s")],
        "breaking": [("maxLength: ", "minLength: 2, maxLength: ")],
    }.items():
        git(project, "checkout", "-q", ".")
        for old, new in edits:
            edit(project, old, new)
        codes[name] = [command("diff", "-q", "--against", "main", "--fail-on", each).code for each in FAIL_ON]
        assert command("diff", "-q", "--against", "main").code == codes[name][1]
        assert json.loads(command("diff", "--against", "main", "--output-format", "json").out)["verdict"] == name
    assert codes == {"harmless": [0, 0, 0], "behaviour": [0, 1, 0], "breaking": [1, 1, 0]}


@pytest.mark.parametrize("fail_on", FAIL_ON)
def test_a_flow_with_errors_is_one_in_any_case(project: Path, command: Command, fail_on: str) -> None:
    commit(project)
    edit(project, "ring: 20s", "ring: 90s")
    code, out, err = command("diff", "--against", "main", "--fail-on", fail_on)
    assert code == 1
    assert f"{FLOW}  not compared: it does not compile: FLOW401 in line" in out
    assert "error[FLOW401]" in err
    assert "flows/function_calling.yaml  nothing changes" in out


def test_a_version_that_did_not_compile_is_not_compared(project: Path, command: Command) -> None:
    edit(project, "ring: 20s", "ring: 90s")
    commit(project)
    edit(project, "ring: 90s", "ring: 20s")
    code, out, err = command("diff", "--against", "main", "--fail-on", "breaking")
    assert code == 1
    assert f"{FLOW}  not compared: its version in `main` does not compile: FLOW401 in line" in out
    assert "error[" not in err
    assert "1 flow not compared" in err


def test_flows_that_are_new_gone_and_moved(project: Path, command: Command) -> None:
    commit(project)
    text = (project / FLOW).read_text()
    (project / "flows/new.yaml").write_text(text.replace("flow: front_desk", "flow: another"))
    (project / "flows/function_calling.yaml").unlink()
    (project / "flows/deep").mkdir()
    (project / FLOW).rename(project / "flows/deep/desk.yaml")
    code, out, err = command("diff", "--against", "main")
    assert code == 1
    assert "flows/new.yaml  is new" in out
    assert "flows/function_calling.yaml  is gone" in out
    assert "the flow `front_desk` is written in `flows/deep/desk.yaml` (before: `flows/front_desk.yaml`)" in out
    assert "1 harmless, 1 flow new, 1 flow gone" in err
    assert command("diff", "-q", "--against", "main", "flows/function_calling.yaml").out.startswith(
        "flows/function_calling.yaml  is gone"
    )
    assert command("diff", "--against", "main", "flows/never.yaml").code == 2


def test_all_flows_are_gone(project: Path, command: Command) -> None:
    commit(project)
    for path in (project / "flows").glob("*.yaml"):
        path.unlink()
    code, out, _ = command("diff", "--against", "main")
    assert (code, out.count("is gone")) == (1, 2)


def test_a_flow_that_is_called_otherwise_is_compared(project: Path, command: Command) -> None:
    commit(project)
    edit(project, "flow: front_desk", "flow: reception")
    out = command("diff", "-q", "--against", "main", FLOW).out
    assert "the flow is called `reception` (before: `front_desk`)" in out


def test_a_project_below_the_root_of_the_repository(project: Path, command: Command) -> None:
    commit(project, top=project.parent)
    edit(project, "ring: 20s", "ring: 25s")
    out = command("diff", "-q", "--against", "HEAD", FLOW).out
    assert "rings for 25s (before: 20s)" in out
    assert f"    {FLOW}:" in out


def test_a_revision_without_the_project(project: Path, command: Command) -> None:
    top = project.parent
    git(top, "init", "-q", "-b", "main")
    git(top, "commit", "-q", "--allow-empty", "-m", "nothing")
    code, out, _ = command("diff", "--against", "main")
    assert code == 0
    assert out.startswith("`main` does not have this project: every flow is new\n")
    assert out.count("is new: nothing that is deployed knows it") == 2


def test_a_revision_whose_flows_are_in_another_folder(project: Path, command: Command) -> None:
    (project / "pyproject.toml").write_text('[tool.flowc]\nflows = "calls"\n')
    (project / "flows").rename(project / "calls")
    commit(project)
    (project / "calls").rename(project / "flows")
    (project / "pyproject.toml").write_text("[tool.flowc]\n")
    code, out, _ = command("diff", "--against", "main")
    assert code == 0
    assert out.count("is written in `flows/") == 2


def test_a_link_in_the_revision_is_not_followed(project: Path, command: Command) -> None:
    outside = project.parent / "outside.yaml"
    outside.write_text("secret: text")
    text = (project / FLOW).read_bytes()
    (project / FLOW).unlink()
    (project / FLOW).symlink_to(outside)
    commit(project)
    (project / FLOW).unlink()
    (project / FLOW).write_bytes(text)
    out = command("diff", "-q", "--against", "main").out
    assert f"{FLOW}  not compared: its version in `main` was not read: it is a symbolic link" in out


@pytest.mark.parametrize(
    "name",
    ["-x", "--output=stolen", "--", "", "no_such", "a b", "main\n", "\x1b[2J", "HEAD:flows", "x" * 400, "main~9", "@{"],
)
def test_what_is_no_revision_is_said_in_a_sentence(project: Path, command: Command, name: str) -> None:
    commit(project)
    before = sorted(project.rglob("*"))
    code, out, err = command("diff", f"--against={name}")
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert "Traceback" not in err
    assert "\x1b" not in err
    assert sorted(project.rglob("*")) == before


def test_no_git_and_no_repository(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = command("diff", "--against", "main")
    assert (code, err) == (2, f"error: {project} is in no work tree of git\n")
    monkeypatch.setenv("PATH", str(project))
    code, _, err = command("diff", "--against", "main")
    assert (code, err) == (2, "error: git is not there: another version of the flows is read through it\n")


def test_a_shallow_clone_says_what_to_fetch(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = commit(project)
    commit(project)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", project.as_uri(), str(clone))
    monkeypatch.chdir(clone)
    code, _, err = command("diff", "--against", first)
    assert code == 2
    assert "this clone is shallow: fetch the other version too" in err
    assert command("diff", "--against", "HEAD").code == 0


def test_nothing_of_the_repository_runs_and_nothing_in_it_changes(project: Path, command: Command) -> None:
    """Filters, hooks, text conversions and monitors are programs that a repository can name."""
    commit(project)
    ran = project.parent / "ran"
    program = project.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    program.chmod(0o755)
    keys = ("core.fsmonitor", "diff.x.textconv", "filter.x.smudge", "filter.x.clean", "core.pager", "diff.external")
    for key in keys:
        git(project, "config", key, str(program))
    (project / ".gitattributes").write_text("*.yaml diff=x filter=x\n")
    edit(project, "ring: 20s", "ring: 25s")
    held = {path: path.read_bytes() for path in sorted(project.rglob("*")) if path.is_file()}
    assert "rings for 25s" in command("diff", "-q", "--against", "main").out
    assert not ran.exists()
    assert {path: path.read_bytes() for path in sorted(project.rglob("*")) if path.is_file()} == held


def test_what_is_committed_is_what_its_flow_says_or_it_is_said(project: Path, command: Command) -> None:
    command("build", "-q")
    commit(project)
    assert "committed" not in command("diff", "-q", "--against", "main").out
    contract = project / "generated/front_desk/front_desk.contract.json"
    for text in (contract.read_text().replace('"fingerprint": "', '"fingerprint": "0'), "[", "[1]", ""):
        contract.write_text(text)
        commit(project)
        code, out, _ = command("diff", "-q", "--against", "main")
        assert code == 0
        assert out.startswith("the contract of `front_desk` that `main` has committed is not that of its flow")


def test_as_markdown(project: Path, command: Command) -> None:
    commit(project)
    edit(project, "ring: 20s", "ring: 25s")
    code, out, err = command("diff", "--against", "main", "--output-format", "markdown", FLOW)
    assert (code, err) == (1, "")
    assert out.startswith(f"### flowc: what changes against `main`\n\n**`{FLOW}`**\n\n*behaviour changed*\n\n- `")
    assert f"(`{FLOW}:" in out


def test_as_a_document(project: Path, command: Command) -> None:
    head = commit(project)
    edit(project, "ring: 20s", "ring: 25s")
    code, out, err = command("diff", "--against", "main", "--output-format", "json", FLOW)
    assert (code, err) == (1, "")
    document = json.loads(out)
    assert (document["against"], document["commit"], document["verdict"]) == ("main", head, "behaviour")
    [flow] = document["flows"]
    assert (flow["flow"], flow["path"], flow["old_path"], flow["state"]) == ("front_desk", FLOW, FLOW, "compared")
    assert {each["kind"] for each in flow["changes"]} == {"behaviour"}
    assert all(each["version"] == "new" and each["path"] == FLOW for each in flow["changes"])


def test_what_is_only_for_the_one_or_the_other(project: Path, command: Command) -> None:
    commit(project)
    assert "add `--against REV`" in command("diff", "--output-format", "markdown").err
    assert "add `--against REV`" in command("diff", "--fail-on", "breaking").err
    assert "add `--against REV`" in command("diff", "--prove").err
    code, _, err = command("diff", "--against", "main", "--output-format", "sarif")
    assert code == 2
    assert "full, json, markdown" in " ".join(err.split())


def test_what_is_proved(project: Path, command: Command) -> None:
    commit(project)
    flow = "flows/function_calling.yaml"
    edit(project, "no_agent", "nobody_there", flow)
    told = command("diff", "-q", "--against", "main", flow)
    assert told.code == 0
    assert "not compared: the two scenarios have different texts" in told.out
    told = command("diff", "-q", "--against", "main", "--prove", flow)
    assert told.code == 0
    assert "the scenario behaves the same: " in told.out
    assert "states of both were compared event by event" in told.out
