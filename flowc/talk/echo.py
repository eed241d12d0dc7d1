"""In place of a model, when there is no key for one: it says what it was told, or does what it is told to do.

It stands in the place of the SDK's own provider, which takes seconds to load. An agent that has another way to a model
reaches it as it would reach any: by its address, a service on 127.0.0.1 that speaks the protocol of chat completions.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from line.llm_agent.provider import StreamChunk, ToolCall

from flowc.testing.play.with_tools.model import Answer

MODEL = "openai/gpt-4o"  # a name that the SDK's model library has: it decides how the service is spoken to
NOTICE = "[Notice from the phone system, not from the caller] "


class Echo:
    """`url` is the address of the service. What an `LlmAgent` asks of its provider: `chat`, `warmup`, `aclose`."""

    def __init__(self) -> None:
        self.url = ""
        self._next: str | tuple[str, Mapping[str, Any]] | None = None
        self._numbers = itertools.count(1)
        self._refusals = 0

    def says(self, text: str) -> None:
        """When it is asked next, it says this."""
        self._next = text

    def asks(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """When it is asked next, it calls a tool."""
        self._next = (tool, arguments)

    def refuses(self) -> None:
        """When it is asked next, and once more, it gives no answer."""
        self._refusals = 2

    def chat(self, messages: Sequence[Any], tools: Any = None, config: Any = None, **_: Any) -> Answer:
        """Like the SDK's own provider, it is not asked when nobody but the agent has spoken last."""
        if self._refuses():
            raise ConnectionError("the model refuses")
        last = messages[-1] if messages else None
        if last is None or last.role == "assistant":
            return Answer([])
        answer = self._answer(last.role, last.content or "", [tool.name for tool in tools or []])
        if isinstance(answer, str):
            return Answer([StreamChunk(text=answer)])
        return Answer([StreamChunk(tool_calls=[ToolCall(*self._call(answer), is_complete=True)])])

    def _refuses(self) -> bool:
        refuses, self._refusals = self._refusals > 0, max(0, self._refusals - 1)
        return refuses

    async def warmup(self, config: Any = None, tools: Any = None) -> None: ...

    async def aclose(self) -> None: ...

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self._refuses():
            return web.Response(status=401)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        asked = await request.json()
        await response.prepare(request)
        tools = [tool.get("function", {}).get("name") for tool in asked.get("tools") or []]
        for chunk in self._chunks(asked.get("messages") or [], tools):
            await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response

    def _chunks(self, messages: list[dict[str, Any]], tools: Sequence[str]) -> Iterator[dict[str, Any]]:
        last = messages[-1] if messages else {}
        content = last.get("content") or ""
        if isinstance(content, list):
            content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        answer = self._answer(str(last.get("role")), content, tools)
        delta: dict[str, Any] = {"role": "assistant", "content": answer}
        if isinstance(answer, tuple):
            id, name, arguments = self._call(answer)
            call = {"index": 0, "id": id, "type": "function", "function": {"name": name, "arguments": arguments}}
            delta = {"role": "assistant", "content": None, "tool_calls": [call]}
        about = {"id": "echo", "object": "chat.completion.chunk", "created": 0, "model": MODEL.partition("/")[2]}
        reason = "tool_calls" if isinstance(answer, tuple) else "stop"
        for each, finish in ((delta, None), ({}, reason)):
            yield {**about, "choices": [{"index": 0, "delta": each, "finish_reason": finish}]}

    def _answer(self, role: str, content: str, tools: Sequence[str]) -> str | tuple[str, Mapping[str, Any]]:
        """What it is told to do, or what an echo makes of the last message. It has these tools now."""
        meant, self._next = self._next, None
        if isinstance(meant, tuple) and meant[0] not in tools:
            return f"I have no tool {meant[0]} at this moment."
        if meant is not None:
            return meant
        if role == "tool" or content.startswith(NOTICE):
            return f"I am told: {content.removeprefix(NOTICE)}"
        return f"You said: {content}" if content else ""

    def _call(self, asked: tuple[str, Mapping[str, Any]]) -> tuple[str, str, str]:
        """Its id, the tool, the arguments."""
        return f"call_{next(self._numbers)}", asked[0], json.dumps(dict(asked[1]), ensure_ascii=False)


@asynccontextmanager
async def served(echo: Echo) -> AsyncIterator[None]:
    """At its address."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", echo.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        echo.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield
    finally:
        await runner.cleanup()
