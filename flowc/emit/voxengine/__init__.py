"""The VoxEngine scenario of a flow: its tables in the words of the YAML, then as much of the runtime as it uses.

Made from the IR alone.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple

from flowc.emit import templates
from flowc.emit.contract import fingerprint, header
from flowc.emit.voxengine.features import TABLES, Feature, Uses, features
from flowc.emit.voxengine.view import as_action, as_agent, as_setting, as_steps, as_target
from flowc.ir import Flow, Storage, settings


def emit(flow: Flow) -> tuple[str, str]:
    """Path below the output folder, and text. voxengine-ci names a scenario after `<name>.voxengine.js`."""
    uses = Uses(flow)
    parts = features(uses)
    text = templates.template("voxengine/scenario.js.jinja").render(
        generated=header(flow),
        flow=flow,
        contract=fingerprint(flow),
        skew=None if flow.call.skew is None else as_setting(flow.call.skew),
        modules=[part.module for part in parts if part.module is not None],
        agent=as_agent(flow.agent),
        storage=sorted({setting.name for setting in settings(flow) if isinstance(setting, Storage)}),
        prompts=[(prompt.name, prompt.text.template) for prompt in flow.prompts] if uses.prompts else [],
        targets=[(target.name, as_target(target)) for target in flow.targets],
        actions=[(action.name, as_action(action)) for action in flow.actions],
        routes=[(route.name, as_steps(route.steps)) for route in flow.routes],
        runtime=runtime_of(parts),
    )
    return f"{flow.name}/{flow.name}.voxengine.js", text


class Runtime(NamedTuple):
    """As much of the runtime as a flow uses, and a hash of it: what tells a reviewer that nothing of it has changed."""

    text: str
    hash: str


@cache
def runtime_of(parts: tuple[Feature, ...]) -> Runtime:
    """The same for all flows that use the same parts."""
    kinds = [kind for part in parts for kind in part.kinds]
    tables = [(table, [kind for kind in kinds if kind.table is table]) for table in TABLES]
    text = templates.template("voxengine/runtime.js.jinja").render(
        phases=[part.phases for part in parts if part.phases is not None],
        steps=list(dict.fromkeys(kind.type for kind in kinds if kind.table.of_steps)),
        tables=[(table, kinds) for table, kinds in tables if kinds],
        states=[part.state for part in parts if part.state is not None],
        files=[templates.runtime(f"voxengine/runtime/{part.file}") for part in parts],
    )
    return Runtime(text, hashlib.sha256(text.encode()).hexdigest()[:12])
