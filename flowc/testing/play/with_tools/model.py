"""Stands in for the model: in a turn it does what the script says next, in any other turn it says nothing."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from line.llm_agent import LlmAgent, LlmConfig
from line.llm_agent.provider import StreamChunk, ToolCall

from flowc.agent_app import SDK
from flowc.discovery import SourceError


def sdk_agent(tools: list[Any]) -> LlmAgent:
    """The SDK's own agent. The first one of a process loads the model library, which takes seconds."""
    return LlmAgent(model="gpt-4o", api_key="none", tools=tools, config=LlmConfig(introduction=""))


def give_model(agent: LlmAgent, model: Any) -> None:
    """Puts `model` in the place of the agent's provider. The SDK has no public name for it, so this one is looked at
    before it is used: an SDK that keeps its provider elsewhere would ask a real model. Raises SourceError.
    """
    if not hasattr(agent, "_llm"):
        raise SourceError(f"this version of the SDK cannot be played with: flowc is tested with `{SDK}`")
    agent._llm = model


class ScriptedModel:
    """In the place of an `LlmAgent`'s provider."""

    def __init__(self) -> None:
        self._next: list[StreamChunk] = []
        self._asked = 0

    def says(self, text: str) -> None:
        """In its next turn it speaks."""
        self._next = [StreamChunk(text=text)]

    def asks(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """In its next turn it calls a tool."""
        self._asked += 1
        given = json.dumps(dict(arguments), ensure_ascii=False)
        self._next = [StreamChunk(tool_calls=[ToolCall(f"tool-{self._asked}", tool, given, is_complete=True)])]

    def chat(self, messages: Any, tools: Any = None, config: Any = None, **_: Any) -> Answer:
        answer, self._next = Answer(self._next), []
        return answer

    async def warmup(self, config: Any = None, tools: Any = None) -> None: ...

    async def aclose(self) -> None: ...


class Answer:
    """A turn's answer, as the SDK reads it from a provider."""

    def __init__(self, chunks: list[StreamChunk]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[StreamChunk]:
        for chunk in self._chunks:
            yield chunk

    async def __aenter__(self) -> Answer:
        return self

    async def __aexit__(self, *_: object) -> None: ...
