"""The agent back ends that a project can switch on, with `agents` of `[tool.flowc]`; `flowc/emit` has their emitters.

They are named here, apart from the emitters, because settings are read on every run and emitters are heavy to load.
"""

from __future__ import annotations

from enum import StrEnum


class AgentBackEnd(StrEnum):
    """What the agent's side is generated as."""

    LINE = "line"  # a Python module for the Cartesia Line SDK
    FUNCTIONS = "functions"  # tool definitions as JSON, for any other agent framework


DEFAULT_AGENTS = (AgentBackEnd.LINE,)

SHARED = {AgentBackEnd.LINE: "_flowc_line.py"}
"""What the artifacts of a back end share, the same for every flow. It stands once in the output folder, beside the
folders of the flows, and in each app. No flow can have a name that begins with `_`, and so neither its folder nor an
artifact of it can be called, or imported, by the same name.
"""
SHARED_SOURCE = "its own runtime"
"""What these files say that they were generated from. No flow's file is called so: there is no suffix."""
