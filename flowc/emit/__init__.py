"""The back ends. Each turns a flow into one file: (path below the output folder, text)."""

from __future__ import annotations

from collections.abc import Callable

from flowc.emit import contract, line, voxengine
from flowc.ir import Flow

EMITTERS: tuple[Callable[[Flow], tuple[str, str]], ...] = (voxengine.emit, line.emit, contract.emit)
