"""The two servers of 127.0.0.1: the SDK's own, to which Cartesia connects, and the control URLs of all calls."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiohttp import web

START_S = 60.0
"""Never needed, however busy the machine."""

MOST_BYTES = 16 * 1024 * 1024
"""That the agent's side may send in a call: on a connection of its own, and to the control URL in all."""

SILENT = logging.Logger("flowc's own connections", logging.CRITICAL + 1)
"""For libraries that would print, or hand to pytest, what somebody has sent them. It is nobody's child."""

GetAgent = Callable[[Any, Any], Awaitable[Any]]
Control = Callable[["web.Request"], Awaitable["web.StreamResponse"]]


@dataclass(frozen=True, slots=True)
class Servers:
    agent_port: int
    control_port: int

    @property
    def agent_url(self) -> str:
        return f"ws://127.0.0.1:{self.agent_port}/ws"

    def control_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.control_port}/request/{name}"


@contextlib.asynccontextmanager
async def serve_control(control: Control) -> AsyncIterator[int]:
    """At a port that is free, which is the value. A request has the call's name in `match_info`."""
    from aiohttp import web

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            return web.Response(status=415)  # a thousand times as long, once it is unpacked
        return await control(request)

    urls = web.Application(client_max_size=MOST_BYTES)  # what is too long is the scenario's to say
    urls.router.add_route("*", "/request/{name}", answer)
    # What has arrived would be unpacked before anybody asks for it.
    runner = web.AppRunner(urls, access_log=None, logger=SILENT, shutdown_timeout=0.1, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def serve_agent(get_agent: GetAgent) -> AsyncIterator[int]:
    """At a port that is free, which is the value."""
    import uvicorn
    from line.voice_agent_app import VoiceAgentApp

    app = VoiceAgentApp(get_agent=get_agent).fastapi_app
    # No pings: the clock may jump hours ahead. No log of its own: that asks standard output, which may be closed.
    config = uvicorn.Config(app, "127.0.0.1", 0, log_level="critical", log_config=None, ws_ping_interval=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(START_S):
            while not server.started:
                await asyncio.sleep(0.005)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving
