"""What every test of the simulator starts from: one engine, scenarios by name, and the external tools when present."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator.engine import Engine, Session
from tests.shared_engine import SharedEngine

SCENARIOS = Path(__file__).parent / "scenarios"
REPOSITORY = Path(__file__).parents[2]
STORAGE = {"CARTESIA_API_KEY": "key", "CARTESIA_AGENT_ID": "agent"}
TARGET = "+15550100001"

Open = Callable[..., Session]


@pytest.fixture(scope="session")
def engine() -> Engine:
    return SharedEngine()


@pytest.fixture
def open_session(engine: Engine) -> Open:
    """Opens a session on a scenario file; the caller has called unless `call=False`."""

    def open_it(name: str, *, call: bool = True, **options: Any) -> Session:
        session = engine.session((SCENARIOS / name).read_text(encoding="utf-8"), **{"storage": STORAGE, **options})
        if call:
            session.incoming_call("+15550000001", "+15550000002")
        return session

    return open_it


def do(session: Session, command: str, **details: Any) -> None:
    """Has commands.js carry out a command."""
    reply = session.post(json.dumps({"do": command, **details}))
    assert reply.status == 200, session.error


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not on PATH")
    return found


@pytest.fixture(scope="session")
def tsc() -> str:
    local = REPOSITORY / "node_modules" / ".bin" / "tsc"
    found = os.environ.get("FLOWC_TSC") or shutil.which("tsc") or (str(local) if local.exists() else None)
    if found is None:
        pytest.skip("tsc is not installed: FLOWC_TSC, PATH, node_modules")
    return found
