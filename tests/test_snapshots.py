"""The artifacts of every flow in flows/ok, as files to be read in a review."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.conftest import ROOT, Artifacts

FLOWS = sorted((ROOT / "tests" / "flows" / "ok").glob("*.yaml"))


class Script(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "js"


class Module(Script):
    file_extension = "py"


class Contract(Script):
    file_extension = "json"


def made() -> Iterator[Any]:
    """What is made of each flow: of one without an agent the scenario alone."""
    for path in FLOWS:
        for kind in (Script, Module, Contract) if "\nagent:" in path.read_text("utf-8") else (Script,):
            yield pytest.param(path, kind, id=f"{path.stem}-{kind.file_extension}")


@pytest.mark.parametrize(("path", "kind"), list(made()))
def test_artifact(
    compiled: Callable[[Path], Artifacts], path: Path, kind: type[Script], snapshot: SnapshotAssertion
) -> None:
    artifacts = compiled(path)
    assert len(artifacts) in (1, 3)
    assert artifacts[kind.file_extension] == snapshot(extension_class=kind)
