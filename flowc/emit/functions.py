"""The back end for every agent that is not built with the Line SDK: tool definitions as JSON, from the IR alone.

Each definition has the three keys that function calling has in common everywhere: `name`, `description` and
`parameters`, a JSON Schema. They load as they are into the tools of a chat completion (as its `function`), into the
function declarations of other model APIs, and into the client tools of Cartesia's Managed Agents
(https://docs.cartesia.ai/agents/client-tools), which name no type for lists and objects: there, whether one with those
loads is to be tried. Who carries a call out posts it to the scenario: the control protocol
is in flows/README.md, what else both sides agree on in the contract.
"""

from __future__ import annotations

from typing import Any

from flowc.emit.contract import fingerprint, header, parameters_schema
from flowc.emit.literals import json_document
from flowc.ir import Action, Flow
from flowc.ir.introduction import actions_of_its_own
from flowc.tool_text import description_lines, instructions


def emit(flow: Flow) -> tuple[str, str]:
    """Path below the output folder, and text."""
    definitions = {
        "generated": header(flow),
        "flow": flow.name,
        "fingerprint": fingerprint(flow),
        "functions": [_function(flow, action) for action in (*flow.actions, *actions_of_its_own(flow))],
    }
    return f"{flow.name}/{flow.name}.functions.json", json_document(definitions)


def _function(flow: Flow, action: Action) -> dict[str, Any]:
    lines = [*description_lines(action), "", *instructions(flow, action, tool_speaks=False)]
    return {"name": action.name, "description": "\n".join(lines), "parameters": parameters_schema(action)}
