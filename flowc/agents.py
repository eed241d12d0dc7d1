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
