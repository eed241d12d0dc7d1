"""What README shows of `deploy` and `doctor` is what they print."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.config import load
from tests.deploy.conftest import empty
from tests.deploy.fake import APPLICATION, Fake
from tests.test_readme import of, shows

SECRETS = ("CARTESIA_AGENT_ID", "CARTESIA_API_KEY")


@pytest.fixture
def reception(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """The project that `flowc init` writes, with the settings of README."""
    from flowc.cli.app import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOXIMPLANT_CREDENTIALS", str(fake.credentials))
    for name in (*SECRETS, "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    assert run(["init", "-q"]) == 0
    settings = tmp_path / "pyproject.toml"
    shown = "\n".join(each.text for each in of("Deploy") if each.language == "toml")
    settings.write_text(f"{settings.read_text('utf-8')}\n{shown}")
    assert run(["build", "-q"]) == 0
    capsys.readouterr()
    return tmp_path


def test_both_commands_print_what_readme_shows(
    reception: Path, fake: Fake, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flowc.cli.app import run

    [commands] = [each.text for each in of("Deploy") if each.language == "sh"]
    doctor, deploy = (line.split()[1:] for line in commands.splitlines() if line.startswith("flowc "))
    missing, plan = (each.text for each in of("Deploy") if each.language == "text")
    fake.state = empty()
    assert run([*doctor, "--endpoint", fake.endpoint]) == 1
    assert shows(capsys.readouterr().out, missing)
    for name in SECRETS:
        monkeypatch.setenv(name, "x")
    fake.state.numbers = [{"phone_number": "15550100000", "application_id": 1, "application_name": APPLICATION}]
    assert run([*deploy, "--endpoint", fake.endpoint]) == 0
    assert shows(capsys.readouterr().out, plan)
    assert not fake.written


def test_the_settings_are_taken(reception: Path) -> None:
    config = load(reception)
    assert config.deploy is not None
    assert (config.deploy.application, config.deploy.rules) == (APPLICATION, {"reception": "incoming"})
    assert config.voxengine_ci == f"voxfiles/applications/{APPLICATION}/scenarios/src"
