"""A model service on 127.0.0.1 that speaks the streaming chat completions protocol and follows a script.

It takes the SDK's whole way to a model: tool schemas and messages arrive here as a real service would get them.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

HANGS = -1
Answer = str | int | tuple[str, dict[str, Any]]
"""Words; a refusal, by its code of HTTP, or HANGS; a tool and its arguments."""


@dataclass
class FakeModel:
    """Gives `answers`, one a request, and then says nothing. What the caller says may have its own: `answers_to`."""

    answers: list[Answer] = field(default_factory=list)
    answers_to: dict[str, Answer] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    dialect: str = "openai"  # or gemini, which answers with words alone

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(asked := await request.json())
        self.asked.set()
        answer = self.answers_to.get(said(asked)) or (self.answers.pop(0) if self.answers else "")
        if answer == HANGS:
            await self.over.wait()
        if isinstance(answer, int):
            return web.json_response({"error": {"message": "no", "type": "none", "code": "none"}}, status=answer)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        if self.dialect == "gemini":
            content = {"role": "model", "parts": [{"text": answer}]}
            await response.write(_data({"candidates": [{"index": 0, "content": content, "finishReason": "STOP"}]}))
            return response
        for delta in _deltas(answer):
            await response.write(_event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}))
        reason = "stop" if isinstance(answer, str) else "tool_calls"
        await response.write(_event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}))
        await response.write(b"data: [DONE]\n\n")
        return response


def said(request: dict[str, Any]) -> str:
    """What the caller has said last."""
    words = [message["content"] for message in request.get("messages", []) if message["role"] == "user"]
    return str(words[-1]) if words else ""


def _deltas(answer: str | tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The answer in pieces, split where it hurts."""
    if isinstance(answer, str):
        return [{"role": "assistant", "content": piece} for piece in (answer[:3], answer[3:]) if piece]
    name, arguments = answer
    text = json.dumps(arguments)
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}}
    pieces = (text[: len(text) // 2], text[len(text) // 2 :])
    return [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        *({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces),
    ]


def _event(chunk: dict[str, Any]) -> bytes:
    whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o", **chunk}
    return _data(whole)


def _data(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()


@asynccontextmanager
async def fake_model(*answers: Answer, at: socket.socket | None = None) -> AsyncIterator[FakeModel]:
    """`at` is a socket that listens, before and afterwards as well: for a program that keeps the address."""
    model = FakeModel(list(answers))
    app = web.Application()
    app.router.add_post("/{path:v1.*}", model.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await (web.TCPSite(runner, "127.0.0.1", 0) if at is None else web.SockSite(runner, at.dup())).start()
        model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield model
    finally:
        model.over.set()
        await runner.cleanup()
