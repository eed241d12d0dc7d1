"""`flowc init --agent`: an app to begin with, owned by its user, with a copy of the tools that stays up to date."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_cli import SHARED, Command, command, project, spoil, tree

__all__ = ["command", "project"]  # fixtures

FRONT_DESK = ("init", "--agent", "flows/front_desk.yaml")
FILES = [
    ".dockerignore",
    ".gitignore",
    "Caddyfile",
    "Dockerfile",
    "README.md",
    SHARED,
    "front-desk-agent.service",
    "front_desk_tools.py",
    "main.py",
    "pyproject.toml",
    "requirements.lock",
    "server.py",
    "talk.py",
]


@pytest.fixture
def app(project: Path, command: Command) -> Path:
    assert command(*FRONT_DESK).code == 0
    return project / "apps" / "front_desk"


def test_it_writes_an_app(project: Path, command: Command) -> None:
    code, out, err = command(*FRONT_DESK)
    assert code == 0
    assert out.splitlines() == [f"apps/front_desk/{name}" for name in FILES]
    assert "apps/front_desk/README.md" in err
    assert sorted(tree(project / "apps/front_desk")) == sorted(FILES)
    readme = (project / "apps/front_desk/README.md").read_text()
    assert "2026-12-01" in readme
    assert "self_hosted_deployment_url" in readme


def test_nothing_is_overwritten(app: Path, command: Command) -> None:
    (app / "talk.py").unlink()
    before = tree(app)
    code, out, err = command(*FRONT_DESK)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        f"error: apps/front_desk/{name} exists already and is not overwritten" for name in FILES if name != "talk.py"
    ]
    assert tree(app) == before


def test_the_copy_of_the_tools_is_kept_up_to_date(project: Path, app: Path, command: Command) -> None:
    command("build")
    flow = project / "flows/front_desk.yaml"
    flow.write_text(flow.read_text().replace("One moment, I", "One second, I"))
    before = tree(app)
    code, out, _ = command("build", "--check", "--output-format", "concise")
    assert code == 1
    assert "apps/front_desk/front_desk_tools.py" in out
    assert "+++ b/apps/front_desk/front_desk_tools.py" in command("diff").out
    assert tree(app) == before
    assert command("build").code == 0
    after = tree(app)
    assert [name for name in after if after[name] != before[name]] == ["front_desk_tools.py"]
    made = project / "generated/front_desk/front_desk_tools.py"
    assert (app / "front_desk_tools.py").read_bytes() == made.read_bytes()
    assert command("build", "--check").code == 0


def test_a_copy_that_is_gone_is_made_again(project: Path, app: Path, command: Command) -> None:
    command("build")
    before = (app / "front_desk_tools.py").read_bytes()
    (app / "front_desk_tools.py").unlink()
    (app / "a_link.py").symlink_to("nowhere.py")
    code, out, _ = command("build", "--check", "--output-format", "concise")
    assert code == 1
    assert "apps/front_desk/front_desk_tools.py: drift: does not exist" in out
    assert "b/apps/front_desk/front_desk_tools.py" in command("diff").out
    assert command("build").code == 0
    assert (app / "front_desk_tools.py").read_bytes() == before
    assert command("build", "--check").code == 0


def test_a_copy_is_not_forced_upon_an_app(app: Path, command: Command) -> None:
    (app / "front_desk_tools.py").unlink()
    main = app / "main.py"
    main.write_text(main.read_text().replace("from front_desk_tools import", "from my_tools import"))
    before = tree(app)
    assert command("build").code == 0
    assert tree(app) == before


def _above(line: bytes) -> Callable[[Path], None]:
    return lambda tools: tools.write_bytes(line + tools.read_bytes())


def _link(target: str) -> Callable[[Path], None]:
    def link(tools: Path) -> None:
        tools.unlink()
        tools.symlink_to(target)

    return link


def _folder(tools: Path) -> None:
    tools.unlink()
    tools.mkdir()


def _pipe(tools: Path) -> None:
    tools.unlink()
    os.mkfifo(tools)


def _linked_app(tools: Path) -> None:
    elsewhere = tools.parents[3] / "elsewhere"
    tools.parent.rename(elsewhere)
    tools.parent.symlink_to(elsewhere)


NOT_TOOLS: dict[str, Callable[[Path], object]] = {
    "a line above": _above(b"# ours\n"),
    "an empty line above": _above(b"\n"),
    "a byte order mark": _above(b"\xef\xbb\xbf"),
    "UTF-16": lambda tools: tools.write_text(tools.read_text(), encoding="utf-16"),
    "empty": lambda tools: tools.write_bytes(b""),
    "written by hand": lambda tools: tools.write_bytes(b"# mine\n"),
    "too large": lambda tools: os.truncate(tools, 100 * 1024**2),
    "a link to the generated ones": _link("../../generated/front_desk/front_desk_tools.py"),
    "a link to nothing": _link("nowhere"),
    "a link to a device": _link("/dev/zero"),
    "a folder": _folder,
    "a pipe": _pipe,
    "the app is a link": _linked_app,
}


@pytest.mark.parametrize("name", ["front_desk_tools.py", SHARED])
@pytest.mark.parametrize("change", NOT_TOOLS)
def test_what_has_the_name_of_the_tools_and_is_none_is_in_the_way(
    project: Path, app: Path, command: Command, change: str, name: str
) -> None:
    command("build")
    NOT_TOOLS[change](app / name)
    before = tree(project.parent)
    code, out, err = command("build", "--check", "--output-format", "concise")
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith("apps/front_desk")
    assert "1 in the way" in err
    code, out, _ = command("diff")
    assert (code, out) == (1, "")
    code, _, err = command("build")
    assert code == 2
    assert err.splitlines()[-1].startswith("error: apps/front_desk")
    assert tree(project.parent) == before


def test_tools_with_other_line_ends_are_the_tools(app: Path, command: Command) -> None:
    command("build")
    tools = app / "front_desk_tools.py"
    tools.write_bytes(tools.read_bytes().replace(b"\n", b"\r\n"))
    assert command("build", "--check").code == 0


@pytest.mark.parametrize("folder", ["generated", "apps"])
def test_spoiled_files_of_a_flow_that_is_gone_are_named(
    project: Path, app: Path, command: Command, folder: str
) -> None:
    command("build")
    tools = project / folder / "front_desk/front_desk_tools.py"
    (project / "flows/front_desk.yaml").unlink()
    if folder == "generated":
        (app / tools.name).unlink()
    _above(b"\xef\xbb\xbf")(tools)
    assert command("build").code == (2 if folder == "generated" else 1)
    before = tree(project)
    code, out, err = command("build", "--check", "--output-format", "concise")
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith(f"{folder}/front_desk/front_desk_tools.py: drift:")
    assert "up to date" not in err
    assert tree(project) == before


@pytest.mark.parametrize("target", ["outside", "inside"])
def test_an_app_is_not_written_through_a_link(project: Path, command: Command, target: str) -> None:
    elsewhere = project.parent / "elsewhere" if target == "outside" else project / "elsewhere"
    elsewhere.mkdir()
    (project / "apps").mkdir()
    (project / "apps/front_desk").symlink_to(elsewhere)
    code, out, err = command(*FRONT_DESK)
    assert (code, out) == (2, "")
    assert err == "error: apps/front_desk is not a folder: move it away, or delete it\n"
    assert list(elsewhere.iterdir()) == []


def test_an_app_survives_its_flow(project: Path, app: Path, command: Command) -> None:
    command("build")
    (project / "flows/front_desk.yaml").unlink()
    before = tree(app)
    assert "3 removed" in command("build").err
    assert tree(app) == before


def test_an_app_whose_flow_has_another_name_is_told(project: Path, app: Path, command: Command) -> None:
    """Until it has been moved; a build of other flows alone does not speak for this one."""
    command("build")
    flow = project / "flows/front_desk.yaml"
    flow.write_text(flow.read_text().replace("flow: front_desk", "flow: clinic"))
    code, _, err = command("build")
    assert code == 1
    assert "3 removed" in err
    assert "error: apps/front_desk/front_desk_tools.py is of the flow `front_desk`, which is gone" in err
    before = tree(project)
    code, out, err = command("build", "--check", "--output-format", "json")
    assert (code, tree(project)) == (1, before)
    [drift] = json.loads(out)["drift"]
    assert (drift["path"], drift["change"]) == ("apps/front_desk/front_desk_tools.py", "stale")
    assert "1 of a flow that is gone" in err
    code, out, err = command("diff")
    assert (code, out) == (1, "")
    assert "which is gone" in err
    assert command("build", "--check", "flows/function_calling.yaml").code == 0

    app.rename(project / "apps/clinic")
    main = project / "apps/clinic/main.py"
    main.write_text(main.read_text().replace("front_desk_tools", "clinic_tools"))
    assert command("build").code == 1
    (project / "apps/clinic/front_desk_tools.py").unlink()
    assert command("build", "--check").code == 0
    assert (project / "apps/clinic/clinic_tools.py").is_file()


def test_tools_that_are_no_longer_generated_are_nobodys_orphans(project: Path, app: Path, command: Command) -> None:
    (project / "pyproject.toml").write_text("[tool.flowc]\nagents = []\n")
    before = tree(app)
    assert command("build").code == 0
    assert command("build", "--check").code == 0
    assert tree(app) == before


def test_apps_live_where_the_project_says(project: Path, command: Command) -> None:
    (project / "pyproject.toml").write_text('[tool.flowc]\napps = "services/voice"\n')
    assert command(*FRONT_DESK).code == 0
    tools = project / "services/voice/front_desk/front_desk_tools.py"
    tools.write_text(tools.read_text() + "# edited\n")
    assert command("build").code == 0
    assert not tools.read_text().endswith("# edited\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--agent", "flows"), "an app is for one flow"),
        (("--agent", "flows/back_desk.yaml"), "no such file"),
    ],
)
def test_usage(project: Path, command: Command, arguments: tuple[str, ...], sentence: str) -> None:
    code, _, err = command("init", *arguments)
    assert code == 2
    assert sentence in err
    assert not (project / "apps").exists()


def test_a_flow_with_errors_gets_no_app(project: Path, command: Command) -> None:
    spoil(project)
    code, out, err = command(*FRONT_DESK)
    assert code == 1
    assert "error[FLOW" in out
    assert "nothing written" in err
    assert not (project / "apps").exists()


def test_a_project_without_line_gets_no_app(project: Path, command: Command) -> None:
    (project / "pyproject.toml").write_text('[tool.flowc]\nagents = ["functions"]\n')
    code, _, err = command(*FRONT_DESK)
    assert code == 2
    assert "`line`" in err


def test_what_cannot_be_written_leaves_nothing_behind(project: Path, command: Command) -> None:
    (project / "apps/front_desk").mkdir(parents=True)
    (project / "apps/front_desk/talk.py").symlink_to("/nowhere/at/all")
    code, _, err = command(*FRONT_DESK)
    assert code == 2
    assert "talk.py" in err
    assert list(tree(project / "apps")) == []
