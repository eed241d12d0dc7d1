"""A bug of the search of one flow: it is named, and the other flows are searched and told of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flowc.cli import searching
from flowc.verify.search import search
from tests.test_cli import Command, command, project

__all__ = ["command", "project"]  # fixtures


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_for_one(engine: Any, subject: Any, bounds: Any, **given: Any) -> Any:
        if subject.flow.name == "function_calling":
            raise IndexError("tuple index out of range")
        return search(engine, subject, bounds, **given)

    monkeypatch.setattr(searching, "search", fails_for_one)


@pytest.mark.usefixtures("broken")
def test_the_others_are_told_of(project: Path, command: Command) -> None:
    other = project / "flows" / "front_desk.yaml"
    other.write_text("flowc: 1\nflow: front_desk\ninbound: {reject: declined}\n")
    command("build", "-q")
    code, out, err = command("verify", "--only", "scenario")
    assert code == 2
    assert "verify flows/front_desk.yaml  proved" in out
    sentence = "flows/function_calling.yaml cannot be searched: flowc"
    assert sentence in err
    assert "which is a bug: IndexError: tuple index out of range" in err
    code, out, err = command("verify", "--only", "scenario", "--output-format", "json")
    assert sentence in json.dumps(json.loads(out))
