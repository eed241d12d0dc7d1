"""A project with one flow, a faked account for it, and commands in that project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from voximplant.apiclient.client import jwt

from flowc.cli.app import run
from flowc.deploy.api import Api
from tests.deploy.fake import APPLICATION, Fake, State
from tests.test_cli import Finished

FLOW = """\
flowc: 1
flow: hotline
agent: {api_key: {secret: CARTESIA_API_KEY}, agent_id: {storage: CARTESIA_AGENT_ID}, unavailable: hang_up}
webhooks: {crm: {url: {secret: CRM_URL}}}
targets:
  desk: {pstn: "+15550100001", caller_id: {storage: CALLER_ID}}
  night: {pstn: "+15550100002", caller_id: "+15550100009"}
actions:
  end_call: {description: End the call., do: hang_up}
  call_desk:
    description: Transfer the caller.
    parameters: {topic: {type: string, maxLength: 40, optional: true, description: what it is about}}
    do: [{notify: crm}, {transfer: [desk, night]}]
"""
SETTINGS = f"""\
[tool.flowc.deploy]
application = "{APPLICATION}"
rules = {{hotline = "incoming"}}
"""
VALUES = {"CARTESIA_API_KEY": 'sk_car_"Zq7&+ ü', "CRM_URL": "https://crm.example.com/?key=Xw9"}
"""Of secrets, in the environment."""
PARTS = ("sk_car", "Zq7", "crm.example.com", "Xw9")
"""What may be read of them nowhere, however they are escaped."""


class Project:
    """`scenario` is what was built."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.flow = folder / "flows/hotline.yaml"
        self.said = ""  # by every command so far

    @property
    def scenario(self) -> str:
        return (self.folder / "generated/hotline/hotline.voxengine.js").read_text("utf-8")

    def build(self, old: str = "", new: str = "") -> str:
        """The scenario, after a change of the flow."""
        self.flow.write_text(self.flow.read_text().replace(old, new) if old else self.flow.read_text())
        assert run(["build", "-q"]) == 0, self.capsys.readouterr()
        return self.scenario

    def __call__(self, *arguments: str) -> Finished:
        self.capsys.readouterr()
        finished = Finished(run(list(arguments)), *self.capsys.readouterr())
        self.said += finished.out + finished.err
        return finished


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    fake = Fake(tmp_path_factory.mktemp("account"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(fake.certificates))  # as the vendor's client reads it
        # The client reads its key anew for every request: that it is one takes four fifths of the request's time.
        patch.setattr(jwt.algorithms, "load_pem_private_key", cache(jwt.algorithms.load_pem_private_key))
        yield fake
    fake.stop()


@pytest.fixture
def fake(server: Fake, monkeypatch: pytest.MonkeyPatch) -> Fake:
    server.state, server.faults = empty(), {}
    server.calls.clear()
    server.released.clear()
    return server


@pytest.fixture
def api(fake: Fake) -> Api:
    return Api(fake.credentials, fake.endpoint)


@pytest.fixture
def project(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Project:
    folder = tmp_path / "project"
    (folder / "flows").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(SETTINGS)
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_WORKSPACE", *VALUES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VOXIMPLANT_CREDENTIALS", str(fake.credentials))
    monkeypatch.chdir(folder)
    made = Project(folder, capsys)
    made.flow.write_text(FLOW)
    made.build()
    return made


def in_days(days: int) -> int:
    return int((datetime.now(UTC) + timedelta(days=days)).timestamp())


def empty() -> State:
    """An application with a rule, and nothing of the flow."""
    state = State(applications=[{"application_id": 1, "application_name": APPLICATION}])
    state.rule("incoming")
    return state


def ready(script: str | None = None) -> State:
    """All that the flow needs; with `script` the scenario is there too, on the rule."""
    state = empty()
    state.secrets = dict.fromkeys(VALUES, "old")
    state.storage = {"CARTESIA_AGENT_ID": ("agent_1", in_days(60)), "CALLER_ID": ("15550100008", in_days(60))}
    later = str(datetime.now(UTC).date() + timedelta(60))
    state.caller_ids = [{"callerid_number": "15550100009", "active": True, "verified_until": later}]
    state.numbers = [
        {"phone_number": "15550100008", "application_id": 1, "application_name": APPLICATION, "rule_id": 101}
    ]
    if script is not None:
        state.rules[0]["bound"].append(state.scenario("hotline", script))
    return state
