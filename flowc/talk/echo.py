"""In place of a model, when there is no key for one: it says what it was told, or does what it is told to do.

A service on 127.0.0.1 that speaks the protocol of chat completions, so that the app's own agent reaches it as it would
reach any model: by its address.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

MODEL = "openai/gpt-4o"  # a name that the SDK's model library has: it decides how the service is spoken to
NOTICE = "[Notice from the phone system, not from the caller] "


class Echo:
    """`url` is the address of the service."""

    def __init__(self) -> None:
        self.url = ""
        self._next: str | tuple[str, Mapping[str, Any]] | None = None
        self._numbers = itertools.count(1)

    def says(self, text: str) -> None:
        """When it is asked next, it says this."""
        self._next = text

    def asks(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """When it is asked next, it calls a tool."""
        self._next = (tool, arguments)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        asked = await request.json()
        await response.prepare(request)
        for chunk in self._chunks(asked.get("messages") or []):
            await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response

    def _chunks(self, messages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        meant, self._next = self._next, None
        answer = _told(messages) if meant is None else meant
        delta: dict[str, Any] = {"role": "assistant", "content": answer}
        if isinstance(answer, tuple):
            function = {"name": answer[0], "arguments": json.dumps(dict(answer[1]), ensure_ascii=False)}
            call = {"index": 0, "id": f"call_{next(self._numbers)}", "type": "function", "function": function}
            delta = {"role": "assistant", "content": None, "tool_calls": [call]}
        about = {"id": "echo", "object": "chat.completion.chunk", "created": 0, "model": MODEL.partition("/")[2]}
        reason = "tool_calls" if isinstance(answer, tuple) else "stop"
        for each, finish in ((delta, None), ({}, reason)):
            yield {**about, "choices": [{"index": 0, "delta": each, "finish_reason": finish}]}


def _told(messages: list[dict[str, Any]]) -> str:
    """What an echo makes of the last message."""
    last = messages[-1] if messages else {}
    content = last.get("content") or ""
    if isinstance(content, list):
        content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    if last.get("role") == "tool" or content.startswith(NOTICE):
        return f"I am told: {content.removeprefix(NOTICE)}"
    return f"You said: {content}" if content else ""


@asynccontextmanager
async def serve_echo() -> AsyncIterator[Echo]:
    echo = Echo()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", echo.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        echo.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield echo
    finally:
        await runner.cleanup()
