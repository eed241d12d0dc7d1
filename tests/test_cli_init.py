"""`flowc init --agent`: an app to begin with, owned by its user, with a copy of the tools that stays up to date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_cli import Command, command, project, spoil, tree

__all__ = ["command", "project"]  # fixtures

FRONT_DESK = ("init", "--agent", "flows/front_desk.yaml")
FILES = [
    ".dockerignore",
    ".gitignore",
    "Caddyfile",
    "Dockerfile",
    "README.md",
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


@pytest.mark.parametrize("change", ["not imported", "its own"])
def test_a_copy_is_not_forced_upon_an_app(app: Path, command: Command, change: str) -> None:
    tools = app / "front_desk_tools.py"
    tools.unlink()
    if change == "its own":
        tools.write_text("# written by hand\n")
    else:
        main = app / "main.py"
        main.write_text(main.read_text().replace("from front_desk_tools import", "from my_tools import"))
    before = tree(app)
    assert command("build").code == 0
    assert tree(app) == before


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
        ((), "Missing option '--agent'"),
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
