"""FLOW401: a scenario larger than the platform takes (docs.voximplant.ai/platform/voxengine/limits).

How large it becomes is known only when it has been generated, so this rule reads the artifacts and not the flow.
"""

from __future__ import annotations

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow
from flowc.source import START

LARGEST_SCENARIO = 256 * 1024  # characters


def scenario_size(flow: Flow, artifacts: dict[str, str]) -> Diagnostic | None:
    largest = max(len(text) for path, text in artifacts.items() if path.endswith(".voxengine.js"))
    if largest <= LARGEST_SCENARIO:
        return None
    message = f"the scenario has {largest} characters, the platform takes {LARGEST_SCENARIO}"
    return Diagnostic(flow.path, START, "FLOW401", message, "make several flows of it")
