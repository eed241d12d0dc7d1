"""The two servers of 127.0.0.1: the SDK's own, to which Cartesia connects, and the control URLs of all calls."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import uvicorn
from aiohttp import web
from line.voice_agent_app import VoiceAgentApp

START_S = 10.0

GetAgent = Callable[[Any, Any], Awaitable[Any]]
Control = Callable[[web.Request], Awaitable[web.StreamResponse]]


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
async def serve(get_agent: GetAgent, control: Control) -> AsyncIterator[Servers]:
    """Both of them, at ports that are free. A request to a control URL has the call's name in `match_info`."""
    async with contextlib.AsyncExitStack() as stack:
        urls = web.Application(client_max_size=64 * 1024 * 1024)  # what is too long is the scenario's to say
        urls.router.add_route("*", "/request/{name}", control)
        runner = web.AppRunner(urls, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()

        app = VoiceAgentApp(get_agent=get_agent).fastapi_app
        # No pings: the clock may jump hours ahead.
        config = uvicorn.Config(app, "127.0.0.1", 0, log_level="critical", ws_ping_interval=None)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())

        async def stop() -> None:
            server.should_exit = True
            await serving

        stack.push_async_callback(stop)
        async with asyncio.timeout(START_S):
            while not server.started:
                await asyncio.sleep(0.005)
        yield Servers(server.servers[0].sockets[0].getsockname()[1], runner.addresses[0][1])
