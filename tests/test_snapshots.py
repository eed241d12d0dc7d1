"""The artifacts of every flow in flows/ok, as files to be read in a review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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


@pytest.mark.parametrize("kind", [Script, Module, Contract], ids=lambda kind: kind.file_extension)
@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_artifact(
    compiled: Callable[[Path], Artifacts], path: Path, kind: type[Script], snapshot: SnapshotAssertion
) -> None:
    assert compiled(path)[kind.file_extension] == snapshot(extension_class=kind)
