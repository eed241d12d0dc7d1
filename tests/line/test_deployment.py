"""What `flowc init` writes for a server: each file is used where its tool exists, and is looked at where not."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from line import AgentSpec
from line.voice_agent_app import VoiceAgentApp
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from flowc.agent_app import SDK
from tests.line.fake_model import fake_model
from tests.line.test_agent_app import PATIENCE_S, _environment, _free_port, _talk, app

__all__ = ["app"]  # a fixture

PROJECT = "function-calling-agent"
BUILD_S = 500


def instructions(app: Path) -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", (app / "Dockerfile").read_text())
    lines = [line.partition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in lines]


def copied(app: Path) -> list[str]:
    return [name for kind, rest in instructions(app) if kind == "COPY" for name in rest.split()[:-1]]


async def test_the_container_runs_on_what_it_gets(app: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its command, as a process with those files, that environment and no home."""
    image = tmp_path_factory.mktemp("image")
    for name in copied(app):
        shutil.copy(app / name, image)
    described = dict(instructions(app))
    given = dict(each.split("=", 1) for each in shlex.split(described["ENV"]))
    command = json.loads(described["CMD"])
    check = json.loads(described["HEALTHCHECK"].partition("CMD ")[2])
    assert command[0] == check[0] == "python"
    async with fake_model("Fine.") as model, asyncio.timeout(PATIENCE_S):
        port = _free_port()
        ours = {
            **_environment(port, model.url),
            **given,
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "HOME": "/nonexistent",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command[1:], cwd=image, env=ours, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert process.stdout is not None
            assert await process.stdout.readline() == f"ready: http://127.0.0.1:{port}\n".encode()
            await _talk(port, "Fine.")
            healthy = await asyncio.create_subprocess_exec(sys.executable, *check[1:], env=ours)
            assert await healthy.wait() == 0
        finally:
            process.terminate()
            assert await process.wait() in (0, -15)  # of its own accord, when it is told to
    assert given["HOST"] == "0.0.0.0"
    assert described["EXPOSE"] == given["PORT"]


def test_the_container_gets_no_keys(app: Path) -> None:
    """Nothing is sent to Docker but what is copied."""
    lines = (app / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    assert rules[0] == "*"
    assert sorted(rules[1:]) == sorted(f"!{name}" for name in copied(app))
    assert all((app / name).is_file() for name in copied(app))
    assert dict(instructions(app))["USER"] not in ("root", "0")


def docker_runs() -> bool:
    return bool(shutil.which("docker")) and subprocess.run(["docker", "info"], capture_output=True).returncode == 0


@pytest.mark.skipif(not docker_runs(), reason="no Docker here")
def test_the_container_starts(app: Path) -> None:
    def docker(*arguments: str) -> str:
        done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=BUILD_S)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    name = f"{PROJECT}-{os.getpid()}"
    try:
        docker("build", "-t", name, str(app))
        docker("run", "-d", "--name", name, "-e", "MODEL_API_KEY=test", name)
        logs = subprocess.Popen(["docker", "logs", "-f", name], stdout=subprocess.PIPE, text=True)
        assert logs.stdout is not None
        assert next(logs.stdout, "") == "ready: http://0.0.0.0:8000\n"
        logs.terminate()
        logs.wait()
        check = json.loads(dict(instructions(app))["HEALTHCHECK"].partition("CMD ")[2])
        docker("exec", name, *check)
    finally:
        subprocess.run(["docker", "rm", "-f", name], capture_output=True)
        subprocess.run(["docker", "rmi", "-f", name], capture_output=True)


def test_the_unit_is_one(app: Path) -> None:
    path = app / f"{PROJECT}.service"
    text = path.read_text()
    here = f"/opt/{PROJECT}"
    assert f"WorkingDirectory={here}\n" in text
    command = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert command == [f"{here}/.venv/bin/python main.py"]
    assert "MODEL_API_KEY" not in re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    if not shutil.which("systemd-analyze"):
        return
    (app / ".venv/bin").mkdir(parents=True)
    (app / ".venv/bin/python").symlink_to(sys.executable)
    path.write_text(text.replace(here, str(app)))
    done = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if PROJECT in line]) == (0, [])


def test_the_proxy_lets_in_what_the_agent_serves(app: Path) -> None:
    async def nobody(env: object, call_request: object) -> AgentSpec:
        raise AssertionError

    text = (app / "Caddyfile").read_text()
    routes = {str(getattr(route, "path", "")) for route in VoiceAgentApp(get_agent=nobody).fastapi_app.routes}
    [let_in] = re.findall(r"@agent path (.*)", text)
    assert set(let_in.split()) == routes - {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}
    assert "reverse_proxy 127.0.0.1:8000\n" in text
    assert text.count("{") == text.count("}")
    if shutil.which("caddy"):
        adapted = ["--config", str(app / "Caddyfile"), "--adapter", "caddyfile"]
        done = subprocess.run(["caddy", "validate", *adapted], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def locked(app: Path) -> dict[str, str]:
    """Name -> version; a package of which Python 3.10 gets an older one has the newest here."""
    lines = (app / "requirements.lock").read_text().splitlines()
    pinned = [re.match(r"([a-z0-9-]+)==(\S+)(?: ; (.+))? \\$", line) for line in lines if line[:1].isalnum()]
    assert all(pinned)
    return {each[1]: each[2] for each in pinned if each}


def test_the_lock_has_everything_and_everything_hashed(app: Path) -> None:
    """What the SDK needs on this machine, down to the last of it, at versions that are asked for."""
    text = (app / "requirements.lock").read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)
    assert not re.search(r"https?://|index-url|find-links", text)
    lock = locked(app)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    to_see = [Requirement(SDK)]
    while to_see:
        one = to_see.pop()
        name = canonicalize_name(one.name)
        if (name, tuple(sorted(one.extras))) in seen:
            continue
        seen.add((name, tuple(sorted(one.extras))))
        assert name in lock, f"{name} is not in the lock"
        assert one.specifier.contains(lock[name], prereleases=True), f"{one}, but the lock has {lock[name]}"
        if version(name) != lock[name]:
            continue  # another version is installed here, and asks for others
        for more in map(Requirement, requires(name) or []):
            if more.marker is None or any(more.marker.evaluate({"extra": extra}) for extra in one.extras or {""}):
                to_see.append(more)


def test_git_keeps_no_keys(app: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=app, check=True)
    for name in (".env", ".env.production", ".venv/x", "__pycache__/x"):
        (app / name).parent.mkdir(exist_ok=True)
        (app / name).touch()
    shown = subprocess.run(["git", "status", "-s", "-uall"], cwd=app, capture_output=True, text=True, check=True).stdout
    assert "Dockerfile" in shown
    assert not re.search(r"\.env|\.venv|__pycache__", shown)
