"""Both sides of a call, joined: the generated scenario in the emulator and the generated tools in the real SDK.

    caller -- emulated VoxEngine -- AgentsClient ~~ WebSocket ~~ VoiceAgentApp -- LlmAgent -- generated tools
                      ^------------------------- HTTP on 127.0.0.1 ----------------------------------'

What Cartesia does in between, this module does: it turns what the scenario does with its client into frames of the
SDK's own WebSocket, and what the agent says into audio that the emulated caller hears. The telephone's time is virtual
and moves only when a test says so; the agent's side runs in real time, and is waited for, never slept for.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from line.llm_agent.provider import StreamChunk
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from flowc.simulator.engine import Engine
from flowc.testing.play.with_tools.servers import Servers, serve_agent, serve_control
from tests.line.conftest import Model, load, sdk_agent
from tests.scenario.phone import CALLER, Phone

PATIENCE_S = 60.0  # how long the agent's side may take before a test fails: never needed, however busy the machine
PATIENT = {"_TIMEOUT_S": 60.0, "_FIRST_ATTEMPT_S": 50.0}  # a busy machine is no reason to ask twice

# What becomes of the scenario's reply on its way back.
Delivery = Callable[[web.Request, web.Response], Awaitable[web.StreamResponse]]


@dataclass
class BothSides:
    """One call. Tests act as the caller and as the people who are called."""

    name: str
    phone: Phone
    model: Model
    servers: Servers
    look_s: float = 0.01  # how often to look whether the scenario has told its agent something
    socket: ClientConnection | None = None
    frames: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)  # of the next replies, one each
    passed_on: int = 0
    arrived: int = 0  # requests, as far as the network is concerned
    deliver_requests: asyncio.Event = field(default_factory=asyncio.Event)
    deliver_replies: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    reader: asyncio.Task[None] | None = None

    async def until(self, condition: Callable[[], object]) -> None:
        """Waits for the agent's side, and passes on what the scenario tells it meanwhile."""
        async with asyncio.timeout(PATIENCE_S + 100 * self.look_s):
            while not condition():
                await self.pass_on()
                async with self.changed:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self.changed.wait(), self.look_s)

    async def advance(self, milliseconds: int) -> None:
        """Lets the telephone's time go by."""
        self.phone.session.advance(milliseconds)
        await self.pass_on()

    async def pass_on(self) -> None:
        """What the scenario did with its client becomes frames for the agent."""
        if self.socket is None or not self.phone.session.agents:
            return
        customs = self.phone.session.agent.customs
        for custom in customs[self.passed_on :]:
            await self.send(type="custom", metadata=custom["metadata"])
        self.passed_on = len(customs)
        if self.phone.session.agent.state == "closed":
            await self.socket.close()

    async def send(self, **frame: Any) -> None:
        assert self.socket is not None
        await self.socket.send(json.dumps(frame))

    async def caller_says(self, text: str) -> None:
        """A turn of the caller, as speech recognition reports it."""
        await self.send(type="user_state", value="speaking")
        await self.send(type="message", content=text)
        await self.send(type="user_state", value="idle")

    async def listen(self) -> None:
        """What the agent says is heard by the caller, for as long as it takes to say it."""
        assert self.socket is not None
        with contextlib.suppress(ConnectionClosed):
            async for message in self.socket:
                await self.heard(json.loads(message))

    async def heard(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "message" and frame["content"].strip():
            await self.send(type="agent_state", value="speaking")
            await self.send(type="agent_speech", content=frame["content"])
            if self.phone.session.agent.state == "open":
                self.phone.session.agent.speaks(60 * len(frame["content"]))
        self.frames.append(frame)
        await self.tell()

    async def tell(self) -> None:
        """Something has happened."""
        async with self.changed:
            self.changed.notify_all()

    async def join(self) -> None:
        """The scenario has started an agent: Cartesia calls the agent's server."""
        await self.leave()
        metadata = self.phone.session.agent.started
        assert metadata is not None
        self.socket = await connect(self.servers.agent_url, ping_interval=None)
        self.passed_on = 0
        call = {"call_id": self.name, "from": CALLER, "to": "+15550100000", "agent_call_id": "a1"}
        await self.send(type="start", metadata=metadata, agent={"id": "agent_1"}, **call)
        self.reader = asyncio.create_task(self.listen())

    async def leave(self) -> None:
        if self.socket is not None:
            await self.socket.close()
        if self.reader is not None:
            await self.reader

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The control URL."""
        body = await request.text()
        self.arrived += 1
        if "X-Flowc-Cancel" not in request.headers:  # the next one overtakes it
            await self.deliver_requests.wait()
        headers = {name: value for name, value in request.headers.items() if name.lower().startswith("x-")}
        reply = self.phone.session.post(body, headers, method=request.method)
        self.requests.append(json.loads(body))
        self.replies.append(json.loads(reply.body))
        await self.tell()
        await self.deliver_replies.wait()
        response = web.Response(status=reply.status, text=reply.body)
        return await self.deliveries.pop(0)(request, response) if self.deliveries else response

    def spoken(self) -> list[str]:
        return [frame["content"].strip() for frame in self.frames if frame["type"] == "message"]


@dataclass
class Exchange:
    """One server for agents and one for control URLs; any number of calls between them."""

    engine: Engine
    artifacts: dict[str, str]
    calls: dict[str, BothSides] = field(default_factory=dict)
    servers: Servers = field(init=False)
    filters: tuple[Any, Any] | None = None  # of the user's own
    shared: Any = None  # the module of what all generated tools share

    def limit(self, **limits: float) -> None:
        """Replaces limits of the generated tools, in seconds."""
        for name, seconds in limits.items():
            assert hasattr(self.shared, name), name
            setattr(self.shared, name, seconds)

    async def call(self, *answers: list[StreamChunk], look_s: float = 0.01, **options: Any) -> BothSides:
        """A call that has come in: the scenario has answered it, and the agent has been started with its metadata."""
        name = f"call-{len(self.calls) + 1}"
        phone = Phone(self.engine, self.artifacts["js"], **{"access_url": self.servers.control_url(name), **options})
        sides = self.calls[name] = BothSides(name, phone, Model(*answers), self.servers, look_s)
        sides.deliver_requests.set()
        sides.deliver_replies.set()
        await sides.join()
        return sides

    async def control_url(self, request: web.Request) -> web.StreamResponse:
        return await self.calls[request.match_info["name"]].answer(request)

    async def leave(self) -> None:
        for sides in self.calls.values():
            await sides.leave()


@contextlib.asynccontextmanager
async def exchange(engine: Engine, artifacts: dict[str, str], **limits: float) -> AsyncIterator[Exchange]:
    """Both servers, for calls to one flow. `limits` replace those of the generated tools, in seconds; a test about
    requests that take too long brings its own.
    """
    tools = load(artifacts["py"], "tools_of_the_flow")
    call_class = next(value for name, value in vars(tools).items() if name.endswith("Call"))
    served = Exchange(engine, artifacts, shared=tools._flowc_line)
    served.limit(**{**PATIENT, **limits})

    async def get_agent(env: Any, call_request: Any) -> Any:
        call = call_class(call_request)
        agent = sdk_agent(call.tools(), served.calls[call_request.call_id].model)
        return call.wrap(agent if served.filters is None else (agent, *served.filters))

    async with serve_control(served.control_url) as control_port, serve_agent(get_agent) as agent_port:
        served.servers = Servers(agent_port, control_port)
        try:
            yield served
        finally:
            await served.leave()


@contextlib.asynccontextmanager
async def both_sides(
    engine: Engine, artifacts: dict[str, str], *answers: list[StreamChunk], **options: Any
) -> AsyncIterator[BothSides]:
    """One call."""
    async with exchange(engine, artifacts) as served:
        yield await served.call(*answers, **options)
