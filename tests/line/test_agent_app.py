"""`flowc init --agent`: the app starts with one command, as it is, and has conversations over the SDK's own protocol.

Only the model is ours: the app is told to reach it at an address on this machine.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import socket
import sys
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect

from flowc.agent_app import SDK, TEMPLATES, agent_app
from flowc.compiler import compile_flows
from flowc.emit.line.shared import FILE, MINIMUM_PYTHON
from flowc.source import Source
from tests.conftest import ROOT
from tests.line.conftest import Control
from tests.line.fake_model import Answer, fake_model, said

PATIENCE_S = 60.0  # a first start on a busy machine compiles the model library
WORDS = [
    {"type": "user_state", "value": "speaking"},
    {"type": "message", "content": "Hello?"},
    {"type": "user_state", "value": "idle"},
]
CALL = {"call_id": "c1", "from": "+15550100002", "to": "+15550100003", "agent_call_id": "a1", "agent": {"id": "a"}}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return an_app(tmp_path)


def an_app(project: Path) -> Path:
    """The folder of an app, as `flowc init` writes it, in a project with its flow."""
    path = "flows/function_calling.yaml"
    [flow] = compile_flows([Source(path, (ROOT / path).read_bytes())]).flows
    folder = project / "apps" / flow.name
    for place in (folder, project / "flows"):
        place.mkdir(parents=True)
    (project / "pyproject.toml").write_text("[tool.flowc]\n")
    (project / path).write_bytes((ROOT / path).read_bytes())
    for name, text in agent_app(flow).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _environment(port: int, model_url: str, **more: str) -> dict[str, str]:
    ours = {"PORT": str(port), "MODEL": "openai/gpt-4o", "MODEL_API_KEY": "test", "MODEL_API_BASE": model_url}
    return {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", **ours, **more}


def on_this_machine(app: Path) -> None:
    """Its calls may be controlled from here: that takes a line of code, so that no environment can do it."""
    main = app / "main.py"
    text = main.read_text(encoding="utf-8")
    assert "\n\n\nasync def get_agent" in text
    line = 'FunctionCallingCall.control_hosts = ("127.0.0.1",)'
    main.write_text(text.replace("\n\n\nasync def get_agent", f"\n\n{line}\n\n\nasync def get_agent"), encoding="utf-8")


def as_late_as_told(app: Path) -> None:
    """A caller waits for the agent as long as there is a file `wait`."""
    main = app / "main.py"
    text = main.read_text(encoding="utf-8").replace("import logging\n", "import asyncio\nimport logging\n", 1)
    late = '    while os.path.exists("wait"):\n        await asyncio.sleep(0.01)\n'
    assert '    """The agent for one call."""\n' in text
    said = '    """The agent for one call."""\n'
    main.write_text(text.replace(said, said + late), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def served(app: Path, model_url: str, *options: str) -> AsyncIterator[tuple[int, Path]]:
    """`python main.py`, once it says that it is ready; the port, and the file with everything that it prints."""
    port, output = _free_port(), app / "output.txt"
    with output.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *options, "main.py"),
            cwd=app,
            env=_environment(port, model_url),
            stdout=file,
            stderr=file,
        )
    try:
        async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as http:
            while f"ready: http://127.0.0.1:{port}" not in output.read_text():
                assert process.returncode is None, output.read_text()
                assert not await _is_up(http, port) or "ready" in output.read_text(), "it listens before it is ready"
                await asyncio.sleep(0.05)
            assert await _is_up(http, port)
        yield port, output
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _is_up(http: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with http.get(f"http://127.0.0.1:{port}/status") as response:
            return response.status == 200
    except aiohttp.ClientConnectionError:
        return False


@dataclass(frozen=True)
class Service:
    """The server of an app, for several tests: none stops it. `before` is what it had printed after its first call."""

    app: Path
    port: int
    output: Path
    models: socket.socket
    before: str

    def printed(self) -> str:
        """But for what it says of imports."""
        lines = self.output.read_text().splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("import time:"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    app = an_app(tmp_path_factory.mktemp("project"))
    on_this_machine(app)
    as_late_as_told(app)
    with socket.create_server(("127.0.0.1", 0)) as models:
        url = f"http://127.0.0.1:{models.getsockname()[1]}/v1"
        async with served(app, url, "-X", "importtime") as (port, output):
            async with fake_model("Fine.", at=models), asyncio.timeout(PATIENCE_S):
                await _talk(port, "Fine.")
            yield Service(app, port, output, models, output.read_text())


async def test_it_serves_a_call(service: Service, control: Control) -> None:
    frames: list[dict[str, Any]] = []
    async with (
        fake_model(at=service.models) as model,
        asyncio.timeout(PATIENCE_S),
        connect(f"ws://127.0.0.1:{service.port}/ws", ping_interval=None) as phone,
    ):
        model.answers_to["A person, please."] = ("call_transfer", {"summary": "a tooth"})

        async def hear(text: str) -> None:
            while not any(text in frame.get("content", "") for frame in frames):
                frames.append(json.loads(await phone.recv()))

        await phone.send(json.dumps({"type": "start", **CALL, "metadata": control.metadata()}))
        await hear("how can I help you?")
        for frame in (
            {"type": "user_state", "value": "speaking"},
            {"type": "message", "content": "A person, please."},
            {"type": "user_state", "value": "idle"},
        ):
            await phone.send(json.dumps(frame))
        await hear("One moment, I am connecting you.")
        await control.arrived.wait()
        assert control.received[0].body == {"action": "call_transfer", "summary": "a tooth"}
        [asked] = [request for request in model.requests if said(request) == "A person, please."]
        assert [tool["function"]["name"] for tool in asked["tools"]] == ["end_call", "call_transfer"]
        assert "telephone line" in asked["messages"][0]["content"]
        assert "secret" not in service.printed()  # neither the control URL nor the token


async def _talks(app: Path, lines: str, **environment: str) -> tuple[int | None, str]:
    """`python talk.py`: its exit code, and all that it shows."""
    terminal = await asyncio.create_subprocess_exec(
        *(sys.executable, "talk.py"),
        cwd=app,
        env=_environment(_free_port(), "", **environment),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(PATIENCE_S):
        shown, _ = await terminal.communicate(lines.encode())
    return terminal.returncode, shown.decode()


def test_the_first_call_imports_nothing(service: Service) -> None:
    """Before it says that it is ready, everything is there: the first caller would hear nothing for seconds."""
    nothing_is_imported_once_it_is_ready(service.before)


async def test_with_a_model_of_another_protocol_the_first_call_imports_nothing(app: Path) -> None:
    main = app / "main.py"
    text, replaced = re.subn(r"^MODEL = .*", 'MODEL = "gemini/gemini-2.5-flash"', main.read_text(), flags=re.MULTILINE)
    assert replaced == 1
    main.write_text(text)
    async with (
        fake_model("Fine.") as model,
        served(app, model.url, "-X", "importtime") as (port, output),
        asyncio.timeout(PATIENCE_S),
    ):
        model.dialect = "gemini"
        await _talk(port, "Fine.")
        nothing_is_imported_once_it_is_ready(output.read_text())


def nothing_is_imported_once_it_is_ready(printed: str) -> None:
    before, _, after = printed.partition("ready: ")
    assert "| litellm" in before.replace("|   ", "| ").replace("  ", "")
    imported = [line.rpartition("|")[2].strip() for line in after.splitlines() if line.startswith("import time:")]
    assert [name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names] == []


async def _talk(port: int, answer: str) -> None:
    """A call in which the caller says something and is answered."""
    async with connect(f"ws://127.0.0.1:{port}/ws") as phone:
        for frame in ({"type": "start", **CALL, "metadata": {}}, *WORDS):
            await phone.send(json.dumps(frame))
        heard = ""
        while answer not in heard:
            heard += json.loads(await phone.recv()).get("content", "")


async def _nothing(phone: ClientConnection) -> None: ...


async def _start(phone: ClientConnection) -> None:
    metadata = {"vox_session_control_url": "https://www.voximplant.com/x"}
    await phone.send(json.dumps({"type": "start", **CALL, "metadata": metadata}))


async def _hear(phone: ClientConnection) -> None:
    await _start(phone)
    await phone.recv()


async def _speak(phone: ClientConnection) -> None:
    await _hear(phone)
    for frame in WORDS:
        await phone.send(json.dumps(frame))


async def _speak_often(phone: ClientConnection) -> None:
    await _start(phone)
    for frame in WORDS * 50:
        await phone.send(json.dumps(frame))


@pytest.mark.parametrize("until", [_nothing, _start, _hear, _speak, _speak_often], ids=lambda until: until.__name__)
async def test_a_caller_who_leaves_leaves_no_traceback(service: Service, until: Any) -> None:
    """Whenever that is, and by whatever way; and the next one is served."""
    async with fake_model(*["Fine. "] * 500, at=service.models), asyncio.timeout(PATIENCE_S):
        for abruptly in (False, True) * 3:
            phone = await connect(f"ws://127.0.0.1:{service.port}/ws")
            await until(phone)
            if abruptly:
                phone.transport.abort()
            else:
                await phone.close()
        await _talk(service.port, "Fine.")
        printed = service.printed()
    assert "Traceback" not in printed
    assert "Warning" not in printed


async def test_one_who_leaves_while_the_agent_is_being_made_leaves_no_traceback(service: Service) -> None:
    """As somebody does who has to wait."""
    wait = service.app / "wait"
    async with fake_model(*["Fine. "] * 500, at=service.models), asyncio.timeout(PATIENCE_S):
        wait.touch()
        try:
            for abruptly in (False, True):
                phone = await connect(f"ws://127.0.0.1:{service.port}/ws")
                await _start(phone)
                if abruptly:
                    phone.transport.abort()
                else:
                    await phone.close()
        finally:
            wait.unlink()
        await _talk(service.port, "Fine.")
        printed = service.printed()
    assert "Traceback" not in printed


async def test_one_can_talk_to_it_in_a_terminal(app: Path) -> None:
    """With its own model and its own words, and the flow behind it."""
    main = app / "main.py"
    main.write_text(main.read_text().replace("Hello, how can I help you?", "Dr. Smith's office."))
    lines = "A person, please.\n/support is busy\n/ask end_call\n"
    answers: tuple[Answer, ...] = (("call_transfer", {"summary": "a tooth"}), "Nobody is free.")
    async with fake_model(*answers) as model:
        code, shown = await _talks(app, lines, MODEL_API_BASE=model.url)
    assert code == 0
    told = [
        "model: openai/gpt-4o, with the key in MODEL_API_KEY",
        "agent: Dr. Smith's office.",
        "> A person, please.",
        "agent asks call_transfer {summary: a tooth}",
        "agent: One moment, I am connecting you.",
        "support rings",
        "> /support is busy",
        "scenario tells agent: support busy",
        "agent: Nobody is free.",
        "not possible: the model decides for itself what it asks",
        "the call is over",
    ]
    assert [text for text in told if text in shown] == told
    assert sorted(told, key=shown.index) == told
    asked = model.requests[-1]["messages"][-1]["content"]
    assert "The transfer to support did not come about: busy." in asked


async def test_one_can_talk_to_it_without_a_model(app: Path) -> None:
    lines = "A person, please.\n/ask call_transfer\n/support answers\n/support hangs up\n"
    code, shown = await _talks(app, lines, MODEL_API_KEY="")
    assert code == 0
    assert "agent: You said: A person, please." in shown
    assert "caller hears support" in shown


async def test_what_talking_needs_is_said(app: Path) -> None:
    (app.parent.parent / "flows" / "function_calling.yaml").unlink()
    code, shown = await _talks(app, "")
    assert code == 1
    assert "say in talk.py where it is" in shown
    hidden = app / "flowc.py"  # in place of an environment without flowc
    hidden.write_text("raise ImportError\n")
    code, shown = await _talks(app, "")
    hidden.unlink()
    assert code == 1
    assert "flowc, which is not installed here: pip install" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("script", "environment", "sentence"),
    [
        ("main.py", {"MODEL_API_KEY": ""}, "MODEL_API_KEY is not set"),
        ("main.py", {"PORT": "abc"}, "PORT is 'abc': put a number from 1 to 65535 there"),
        ("main.py", {"PORT": "65536"}, "PORT is '65536': put a number from 1 to 65535 there"),
        ("main.py", {"PORT": "-1"}, "PORT is '-1': put a number"),
        ("main.py", {"PORT": "8000x" * 2000}, "put a number from 1 to 65535 there"),
        ("main.py", {"PORT": "0"}, "PORT is '0': put a number"),
        ("main.py", {"MODEL": "nobody/nothing"}, "MODEL: Model nobody/nothing is not supported"),
    ],
)
async def test_what_is_missing_is_said(app: Path, script: str, environment: dict[str, str], sentence: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, script),
        cwd=app,
        env=_environment(_free_port(), "", **environment),
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert sentence in errors.decode()
    assert "Traceback" not in errors.decode()


def test_what_it_needs_is_pinned_to_what_is_tested(app: Path) -> None:
    project = tomllib.loads((app / "pyproject.toml").read_text())
    assert project["project"]["dependencies"] == [SDK]
    assert project["project"]["requires-python"] == f">={MINIMUM_PYTHON}"
    assert {f"{module}.py" for module in project["tool"]["setuptools"]["py-modules"]} == {
        path.name for path in app.glob("*.py")
    }
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert SDK in ours["project"]["optional-dependencies"]["test"]
    assert {path.name for path in app.iterdir()} == {
        *TEMPLATES,
        "function-calling-agent.service",
        "function_calling_tools.py",
        FILE,
    }


async def test_it_is_clean(app: Path) -> None:
    """By the oldest Python that it is for."""
    oldest = ("--target-version", f"py{MINIMUM_PYTHON.replace('.', '')}")
    programs = ("main.py", "server.py", "talk.py")
    for arguments in (
        ("ruff", "check", "--isolated", *oldest, "--line-length=120", "--select=E,F,W,I,UP,B,SIM,RUF", "."),
        ("mypy", "--strict", "--python-version", MINIMUM_PYTHON, "--ignore-missing-imports", *programs),
    ):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *arguments), cwd=app, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
