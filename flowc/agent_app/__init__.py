"""The first version of a self-hosted agent for a flow: a small app around the generated tools, which its user owns.

Pure: from the IR to {name: text}. The templates beside this module are named like the files that they become; nothing
of flowc is needed to run those. flowc writes them once, and after that knows only the copy of the tools module.
"""

from __future__ import annotations

import posixpath

from flowc.emit import line
from flowc.emit.templates import template
from flowc.ir import Flow

SDK = "cartesia-line>=0.2.17,<0.3"  # what the generated tools are tested with
FILES = ("main.py", "talk.py", "pyproject.toml", "README.md")


def agent_app(flow: Flow, folder: str = "") -> dict[str, str]:
    """Every file of the app's folder, the tools module included: name -> text.

    `folder` is where that is in the project, by default `apps/<flow>`: `talk.py` names the flow as seen from there.
    """
    path, tools = line.emit(flow)
    module = path.rpartition("/")[2]
    values = {
        "flow": flow.name,
        "words": flow.name.replace("_", " "),
        "project": f"{flow.name.replace('_', '-')}-agent",
        "module": module.removesuffix(".py"),
        "call": line.class_name(flow.name),
        "sdk": SDK,
        "source": posixpath.relpath(flow.path, folder or f"apps/{flow.name}"),
    }
    return {**{name: template(f"{name}.jinja").render(values) for name in FILES}, module: tools}
