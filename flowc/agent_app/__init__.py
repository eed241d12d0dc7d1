"""The first version of a self-hosted agent for a flow: a small app around the generated tools, which its user owns.

Pure: from the IR to {name: text}. The templates are beside this module; nothing of flowc is needed to run what they
become. flowc writes that once, and after that knows only the copies of what is generated: the tools, and what they
share with those of other flows.

`requirements.lock.jinja` is made as its first lines say, in the folder of an app, and is as old as flowc is.
"""

from __future__ import annotations

import posixpath

from jinja2 import Environment, StrictUndefined

from flowc.emit.line import shared, tools
from flowc.emit.literals import py
from flowc.emit.templates import text_of
from flowc.ir import Flow

SDK = "cartesia-line>=0.2.17,<0.3"  # what the generated tools are tested with
TEMPLATES = {
    "main.py": "main.py.jinja",
    "server.py": "server.py.jinja",
    "talk.py": "talk.py.jinja",
    "pyproject.toml": "pyproject.toml.jinja",
    "requirements.lock": "requirements.lock.jinja",
    "README.md": "README.md.jinja",
    "Dockerfile": "Dockerfile.jinja",
    ".dockerignore": "dockerignore.jinja",
    ".gitignore": "gitignore.jinja",
    "Caddyfile": "Caddyfile.jinja",
}


def agent_app(flow: Flow, folder: str = "") -> dict[str, str]:
    """Every file of the app's folder, what is generated included: name -> text.

    `folder` is where that is in the project, by default `apps/<flow>`: `talk.py` names the flow as seen from there.
    """
    path, generated = tools.emit(flow)
    module = path.rpartition("/")[2]
    project = f"{flow.name.replace('_', '-')}-agent"
    values = {
        "flow": flow.name,
        "words": flow.name.replace("_", " "),
        "project": project,
        "module": module.removesuffix(".py"),
        "shared": shared.MODULE,
        "call": tools.class_name(flow.name),
        "sdk": SDK,
        "python": shared.MINIMUM_PYTHON,
        **_of_agents(flow),
        "source": posixpath.relpath(flow.path, folder or f"apps/{flow.name}"),
    }
    made = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # no HTML
    templates = {**TEMPLATES, f"{project}.service": "agent.service.jinja"}
    return {
        **{name: made.from_string(text_of(f"agent_app/{each}")).render(values) for name, each in templates.items()},
        module: generated,
        shared.FILE: shared.text(),
    }


def _of_agents(flow: Flow) -> dict[str, str]:
    """What is another thing where a flow has several agents, which all live in one app."""
    if not flow.agents:
        return {"agents": "", "which": "", "prompt": "SYSTEM_PROMPT", "introduction": "INTRODUCTION", "agent_row": ""}
    names = [agent.name for agent in flow.agents]
    listed = ", ".join(f"`{agent.name}`" for agent in flow.every_agent)
    words = [(name, name.replace("_", " ")) for name in names]
    introductions = "".join([f"    {py(name)}: {py(f'Hello, this is {each}.')},\n" for name, each in words])
    roles = "".join([f"    {py(name)}: {py(f'You are {each}.')},\n" for name, each in words])
    return {
        "agents": f"""
# The other agents of the flow. Which one it is, a call says; or AGENT, on a server that is for one alone.
AGENT = os.environ.get("AGENT", "")
INTRODUCTIONS = {{
{introductions}}}
ROLES = {{
{roles}}}
""",
        "which": ", AGENT",
        "prompt": 'SYSTEM_PROMPT + ROLES.get(call.agent, "")',
        "introduction": "INTRODUCTIONS.get(call.agent, INTRODUCTION)",
        "agent_row": f"| `AGENT` | which agent this server is for: {listed} | whichever a call says |\n",
    }
