"""What the artifacts of all flows share: one file in the output folder, one in each app, and always of one version."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.artifacts import generated_from
from flowc.emit.line import shared
from tests.test_cli import FLOWS, SHARED, Command, artifacts_of, command, project, spoil, tree
from tests.test_cli_init import FRONT_DESK

__all__ = ["command", "project"]

EVERY = f"generated/{SHARED}"


def of_before(path: Path) -> None:
    """As an older flowc has generated it."""
    text = path.read_text()
    assert text.count(shared.version()) == 1
    path.write_text(text.replace(shared.version(), "0123456789abcdef"))


def test_it_stands_once_and_names_no_flow(project: Path, command: Command) -> None:
    command("build")
    assert [path.relative_to(project).as_posix() for path in project.rglob(SHARED)] == [EVERY]
    content = (project / EVERY).read_bytes()
    assert content.decode() == shared.text()
    assert generated_from(content) == "its own runtime"
    assert not [name for name in FLOWS if name in content.decode()]


def test_one_flow_alone_has_it_too(project: Path, command: Command) -> None:
    assert command("build", "flows/front_desk.yaml").err == "1 flow, 4 files: 4 written, 0 unchanged\n"
    assert (project / EVERY).is_file()
    assert command("build", "--check", "flows/front_desk.yaml").code == 0
    assert command("build", "flows/function_calling.yaml").err == "1 flow, 4 files: 3 written, 1 unchanged\n"


@pytest.mark.parametrize(
    "change", [os.remove, of_before, lambda path: path.write_bytes(path.read_bytes() + b"x = 1\n")]
)
def test_another_one_is_drift(project: Path, command: Command, change: Callable[[Path], object]) -> None:
    command("build")
    change(project / EVERY)
    before = tree(project)
    code, out, err = command("build", "--check", "--output-format", "json")
    assert (code, tree(project)) == (1, before)
    assert [one["path"] for one in json.loads(out)["drift"]] == [EVERY]
    assert "1 out of date, run `flowc build`" in err
    code, patch, _ = command("diff")
    assert code == 1
    subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True)
    assert command("build", "--check").code == 0
    change(project / EVERY)
    assert "1 written, 6 unchanged" in command("build").err
    assert command("build", "--check").code == 0


def test_an_update_of_flowc_is_one_new_file_and_one_line_a_flow(project: Path, command: Command) -> None:
    command("build")
    for path in (EVERY, *(f"generated/{flow}/{flow}_tools.py" for flow in FLOWS)):
        of_before(project / path)
    assert "3 written, 4 unchanged" in command("build").err


def test_tools_that_stay_of_an_older_version_are_mentioned(project: Path, command: Command) -> None:
    """What imports them from the output folder is told at import; an app is as before, and works."""
    told = "; the tools of other flows need the new version of what they share: build, or correct, those too"
    command("build")
    of_before(project / EVERY)
    of_before(project / "generated/function_calling/function_calling_tools.py")
    assert told in command("build", "flows/front_desk.yaml").err
    assert command("build", "flows/front_desk.yaml").err == "1 flow, 4 files: 0 written, 4 unchanged\n"
    code, out, _ = command("build", "--check", "--output-format", "concise")
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith("generated/function_calling/function_calling_tools.py: drift:")
    assert told not in command("build").err
    of_before(project / EVERY)
    spoil(project)
    assert told in command("build").err
    of_before(project / EVERY)
    (project / "flows/front_desk.yaml").unlink()
    err = command("build").err
    assert told not in err
    assert "3 removed" in err


IN_THE_WAY: dict[str, Callable[[Path], object]] = {
    "written by hand": lambda path: path.write_bytes(b"# mine\n"),
    "a line above": lambda path: path.write_bytes(b"# ours\n" + path.read_bytes()),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link": lambda path: (path.rename(path.with_name("elsewhere.py")), path.symlink_to("elsewhere.py")),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
}


@pytest.mark.parametrize("change", IN_THE_WAY)
def test_what_is_in_its_way_is_in_that_of_every_flow(project: Path, command: Command, change: str) -> None:
    """Their tools would not start."""
    command("build")
    IN_THE_WAY[change](project / EVERY)
    for flow in FLOWS:
        path = project / f"flows/{flow}.yaml"
        path.write_text(path.read_text().replace("20s", "25s"))
    before = tree(project / "generated")
    code, out, err = command("build", "--check", "--output-format", "concise")
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith(f"{EVERY}: drift: ")
    assert "1 in the way" in err
    code, _, err = command("build")
    assert code == 2
    assert err.splitlines()[-1].startswith(f"error: {EVERY} ")
    assert tree(project / "generated") == before
    (project / EVERY).rmdir() if change == "a folder" else (project / EVERY).unlink()
    assert command("build").code == 0
    assert command("build", "--check").code == 0


def test_it_goes_with_the_last_tools(project: Path, command: Command) -> None:
    command("build")
    settings = project / "pyproject.toml"
    settings.write_text('[tool.flowc]\nagents = ["functions"]\n')
    command("build", "flows/front_desk.yaml")
    assert (project / "generated/function_calling/function_calling_tools.py").is_file()
    assert (project / EVERY).is_file()
    spoil(project)
    assert command("build").code == 1  # and what the flow with errors had, stays
    assert (project / EVERY).is_file()
    shutil.copy(Path(__file__).parents[1] / "flows/front_desk.yaml", project / "flows")
    command("build", "flows")
    assert not (project / EVERY).exists()
    assert command("build").err == "2 flows, 6 files: 0 written, 6 unchanged\n"
    settings.write_text("[tool.flowc]\n")
    command("build")
    assert (project / EVERY).is_file()


def test_without_its_first_line_it_is_not_removed_but_named(project: Path, command: Command) -> None:
    command("build")
    (project / EVERY).write_text("# ours\n" + (project / EVERY).read_text())
    (project / "pyproject.toml").write_text("[tool.flowc]\nagents = []\n")
    code, _, err = command("build")
    assert code == 2
    assert f"error: {EVERY} is no longer generated, but has lost its first line" in err


def test_it_is_left_as_it_is_while_no_flow_compiles(project: Path, command: Command) -> None:
    """The tools that were generated before need the version from before."""
    command("build")
    of_before(project / EVERY)
    before = tree(project / "generated")
    for flow in FLOWS:
        spoil(project, flow)
    assert command("build").code == 1
    assert tree(project / "generated") == before


def test_the_output_folder_is_elsewhere(project: Path, command: Command) -> None:
    (project / "pyproject.toml").write_text('[tool.flowc]\nout = "build/made"\n')
    command("build")
    assert sorted(os.listdir(project / "build/made")) == sorted((SHARED, *FLOWS))


# Apps


def test_an_app_has_it_beside_the_tools(project: Path, command: Command) -> None:
    assert command(*FRONT_DESK).code == 0
    app = project / "apps/front_desk"
    assert (app / SHARED).read_text() == shared.text()
    assert f"!{SHARED}\n" in (app / ".dockerignore").read_text()
    assert f"front_desk_tools.py {SHARED} ./" in (app / "Dockerfile").read_text()
    command("build")
    for change in (os.remove, of_before):
        change(app / SHARED)
        code, out, _ = command("build", "--check", "--output-format", "concise")
        assert (code, out.count("\n")) == (1, 1)
        assert out.startswith(f"apps/front_desk/{SHARED}: drift: ")
        assert "1 written" in command("build").err
        assert (app / SHARED).read_text() == shared.text()


def test_a_build_of_other_flows_leaves_an_app_as_one(project: Path, command: Command) -> None:
    """After an update of flowc: an app has the tools and what they share of one version, or it would not start."""
    command(*FRONT_DESK)
    app = project / "apps/front_desk"
    for name in ("front_desk_tools.py", SHARED):
        of_before(app / name)
    before = tree(app)
    command("build", "flows/function_calling.yaml")
    assert (project / EVERY).read_text() == shared.text()
    assert tree(app) == before
    spoil(project)
    assert command("build").code == 1
    assert tree(app) == before


def test_what_is_in_its_way_in_an_app_is_in_that_of_the_tools(project: Path, command: Command) -> None:
    command(*FRONT_DESK)
    app = project / "apps/front_desk"
    of_before(app / "front_desk_tools.py")
    (app / SHARED).write_text("# mine\n")
    before = tree(app)
    code, _, err = command("build")
    assert code == 2
    assert err.splitlines()[-1].startswith(f"error: apps/front_desk/{SHARED} was not generated by flowc")
    assert tree(app) == before


def test_an_app_that_does_without_the_tools_does_without_it(project: Path, command: Command) -> None:
    app = project / "apps/front_desk"
    app.mkdir(parents=True)
    (app / "main.py").write_text("import front_desk_mine\n")
    assert command("build").code == 0
    assert command("build", "--check").code == 0
    assert os.listdir(app) == ["main.py"]
    (app / "main.py").write_text("from front_desk_tools import FrontDeskCall\n")
    assert command("build").code == 0
    assert sorted(os.listdir(app)) == [SHARED, "front_desk_tools.py", "main.py"]


def test_artifacts_of_a_flow_are_what_they_were(project: Path, command: Command) -> None:
    command("build")
    assert sorted(tree(project / "generated")) == [
        SHARED,
        *artifacts_of("front_desk"),
        *artifacts_of("function_calling"),
    ]


def test_a_copy_elsewhere_is_compared_by_a_build_of_all_flows(project: Path, command: Command) -> None:
    """A build of some flows does not know which version the others' tools beside it need."""
    command("build")
    for folder in ("agent", "apps/desk"):
        (project / folder).mkdir(parents=True)
        shutil.copy(project / EVERY, project / folder)
    assert command("build", "--check").code == 0
    for folder in ("agent", "apps/desk"):
        of_before(project / folder / SHARED)
    code, out, err = command("build", "--check", "--output-format", "concise")
    old = f"drift: is a copy of {EVERY}, but not of what that is now: copy it again, or delete this one"
    assert (code, out.splitlines()) == (1, [f"agent/{SHARED}: {old}", f"apps/desk/{SHARED}: {old}"])
    assert "2 old elsewhere, copy again or delete" in err
    assert command("build", "--check", "flows/front_desk.yaml").code == 0
