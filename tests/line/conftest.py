"""Generated tools as modules, the phone's side as a real HTTP server, a real LlmAgent whose model follows a script."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, ModuleType
from typing import Any

import pytest
from aiohttp import web
from line import AgentEnv, CallRequest, TurnEnv
from line.events import AgentTextSent, LogMetric, UserTextSent, UserTurnEnded
from line.llm_agent import LlmAgent, ToolEnv
from line.llm_agent.provider import StreamChunk, ToolCall
from starlette.websockets import WebSocketDisconnect

from flowc.compiler import compile_flows
from flowc.emit.line import shared
from flowc.source import Source
from flowc.testing.play.with_tools.model import provided

PATIENCE_S = 60.0  # for what must come to an end: never needed, however busy the machine

FLOW = """\
flowc: 1
flow: shop
agent:
  api_key: {secret: CARTESIA_API_KEY}
  agent_id: {storage: CARTESIA_AGENT_ID}
  unavailable: hang_up
prompts:
  connecting: One moment, I am connecting you.
  looking: Let me look that up.
  number: We know your number, and $${this} is no reference.
targets:
  desk: {pstn: "+15550100001", caller_id: "+15550100009"}
webhooks: {crm: {url: "https://crm.example.com/note"}}
actions:
  end_call: {description: End the call., do: hang_up}
  transfer:
    description: Transfer the caller.
    parameters:
      summary: {type: string, maxLength: 10, optional: true, description: why}
    say: connecting
    do: {transfer: desk}
  spell_number: {description: Tell the number., say: number, do: return_to_agent}
  lookup:
    description: Look something up.
    parameters:
      key: {type: string, enum: [price, stock], description: what}
      item: {type: integer, minimum: 1, maximum: 99, description: which}
      weight: {type: number, optional: true, description: how heavy}
      urgent: {type: boolean, optional: true, description: whether it is urgent}
      code: {type: string, minLength: 2, maxLength: 4, optional: true, description: a code}
      kind: {type: string, enum: [a, b], optional: true, description: a kind}
      count: {type: integer, minimum: 1, optional: true, description: how many}
      remark: {type: string, optional: true, description: a remark}
      visit: {type: string, format: date, optional: true, description: a day}
      callback: {type: string, format: phone, optional: true, description: a number}
      policy: {type: string, pattern: "[A-Z]{2}-?[0-9]{3}|none", optional: true, description: a policy}
    say: looking
    do: {reply: {answer: fine}}
  note:
    description: Write something down.
    parameters: {text: {type: string, description: what}}
    do: {notify: crm}
"""


def compile_tools(flow: str) -> str:
    """The text of the tools module that is generated from a flow."""
    result = compile_flows([Source("flows/under_test.yaml", flow.encode())])
    assert not result.diagnostics, result.diagnostics
    return next(text for path, text in result.artifacts.items() if path.endswith("_tools.py"))


@cache
def _shared_code() -> CodeType:
    return compile(shared.text(), shared.FILE, "exec", dont_inherit=True)


def load(text: str, name: str = "generated_tools") -> ModuleType:
    """The module, with what it shares for itself alone; its calls may be controlled from this machine, which has no
    certificate.
    """
    module, common = ModuleType(name), ModuleType(shared.MODULE)
    exec(_shared_code(), common.__dict__)
    with pytest.MonkeyPatch.context() as importing:
        importing.setitem(sys.modules, shared.MODULE, common)
        exec(compile(text, f"{name}.py", "exec", dont_inherit=True), module.__dict__)
    for value in vars(module).values():
        if hasattr(value, "control_hosts"):
            value.control_hosts = ("127.0.0.1",)
    return module


@pytest.fixture
def tools_module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tools of FLOW, with so much time for a request that no machine is too busy for it."""
    module = load(compile_tools(FLOW))
    monkeypatch.setattr(module._flowc_line, "_TIMEOUT_S", 60.0)
    monkeypatch.setattr(module._flowc_line, "_FIRST_ATTEMPT_S", 50.0)
    monkeypatch.setattr(module._flowc_line, "_GREETING_WAITS_S", 0.2)
    monkeypatch.setattr(module._flowc_line, "_TOOL_WAITS_S", 0.4)
    return module


@dataclass
class Received:
    body: dict[str, Any]
    headers: dict[str, str]


Answer = Callable[[web.Request], web.StreamResponse | Awaitable[web.StreamResponse]]


@dataclass
class Control:
    """The control URL of one session. Answers with `answers`, one after the other, and then with `{"ok": true}`."""

    port: int = 0
    answers: list[Answer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/session/secret-path"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.received.append(Received(await request.json(), dict(request.headers)))
        self.arrived.set()
        answer = self.answers.pop(0) if self.answers else replies({"ok": True})
        response: Any = answer(request)
        answered: web.StreamResponse = await response if asyncio.iscoroutine(response) else response
        return answered

    def held(self, reply: Any) -> Answer:
        """Answers when the test says so."""

        async def answer(request: web.Request) -> web.StreamResponse:
            await self.release.wait()
            return replies(reply)(request)

        return answer

    def metadata(self) -> dict[str, Any]:
        return {"vox_session_control_url": self.url, "vox_control_token": "secret-token"}


def replies(body: Any, status: int = 200) -> Callable[[web.Request], web.Response]:
    text = body if isinstance(body, str) else json.dumps(body)
    return lambda request: web.Response(text=text, status=status)


def refuses(code: str, message: str = "because") -> Answer:
    return replies({"ok": False, "error": {"code": code, "message": message}})


@pytest.fixture
async def control() -> AsyncIterator[Control]:
    async for served in _serve():
        yield served


@pytest.fixture
async def other_control() -> AsyncIterator[Control]:
    async for served in _serve():
        yield served


async def _serve() -> AsyncIterator[Control]:
    control = Control()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", control.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    control.port = runner.addresses[0][1]
    try:
        yield control
    finally:
        control.release.set()
        await runner.cleanup()


def call_request(metadata: dict[str, Any] | None) -> CallRequest:
    return CallRequest(
        call_id="c1", from_="+15550100002", to="+15550100003", agent_call_id="a1", agent={}, metadata=metadata
    )


def turn_env() -> TurnEnv:
    return TurnEnv(AgentEnv())


async def use(call: Any, tool: str, ctx: ToolEnv | None = None, /, **arguments: Any) -> list[Any]:
    """Level 0: everything that a tool yields, called the way the SDK calls it."""
    tools = {tool.name: tool for tool in call.tools()}
    return [output async for output in tools[tool].func(ctx or ToolEnv(turn_env()), **arguments)]


class Model:
    """Stands in for the provider: one scripted answer a turn of the model; keeps what it was shown."""

    def __init__(self, *answers: list[StreamChunk]) -> None:
        self.answers = list(answers)
        self.seen: list[list[tuple[str, str]]] = []

    def chat(self, messages: list[Any], tools: Any = None, config: Any = None, **_: Any) -> Any:
        self.seen.append([(message.role, message.content or "") for message in messages])
        return _Stream(self.answers.pop(0) if self.answers else [])

    async def warmup(self, config: Any = None, tools: Any = None) -> None: ...

    async def aclose(self) -> None: ...


class _Stream:
    def __init__(self, chunks: list[StreamChunk]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[StreamChunk]:
        for chunk in self._chunks:
            yield chunk

    async def __aenter__(self) -> _Stream:
        return self

    async def __aexit__(self, *_: object) -> None: ...


def says(text: str) -> list[StreamChunk]:
    return [StreamChunk(text=text)]


def calls(*requests: tuple[str, dict[str, Any]]) -> list[StreamChunk]:
    return [
        StreamChunk(
            tool_calls=[
                ToolCall(id=f"t{number}", name=name, arguments=json.dumps(arguments), is_complete=True)
                for number, (name, arguments) in enumerate(requests)
            ]
        )
    ]


def llm_agent(call: Any, *answers: list[StreamChunk], **config: Any) -> tuple[LlmAgent, Model]:
    """Level 1: the SDK's own agent with a scripted model."""
    model = Model(*answers)
    return sdk_agent(call.tools(), model, **config), model


def sdk_agent(tools: list[Any], answers: Model, *, model: str = "gpt-4o", **config: Any) -> LlmAgent:
    """Without a provider of the SDK's own, which loads a model library: seconds."""
    with provided(answers):
        return LlmAgent(model=model, api_key="test", tools=tools, **config)


@dataclass
class Conversation:
    """Feeds events to an agent as the harness does: each with the whole history."""

    agent: Any
    history: list[Any] = field(default_factory=list)

    async def hear(self, event: Any) -> list[Any]:
        return [output async for output in self.start(event)]

    def start(self, event: Any) -> AsyncIterator[Any]:
        self.history = [*self.history, event]
        event = type(event)(**{**event.model_dump(exclude={"history"}), "history": self.history})
        process = self.agent.process if hasattr(self.agent, "process") else self.agent
        return _without_metrics(process(turn_env(), event))

    def agent_spoke(self, text: str) -> None:
        """What the caller has heard: kept in the history, no turn of the agent."""
        self.history = [*self.history, AgentTextSent(content=text)]

    async def caller_says(self, text: str) -> list[Any]:
        return await self.hear(self.words(text))

    def words(self, text: str) -> UserTurnEnded:
        said = UserTextSent(content=text)
        self.history = [*self.history, said]
        return UserTurnEnded(content=[said])


class Socket:
    """The harness's end of the agent's connection."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def receive_json(self) -> dict[str, Any]:
        message = await self.incoming.get()
        if message is None:
            raise WebSocketDisconnect
        return message

    async def send_json(self, message: dict[str, Any]) -> None:
        await self.outgoing.put(message)

    async def close(self) -> None: ...

    def caller_says(self, words: str) -> None:
        for frame in (
            {"type": "user_state", "value": "speaking"},
            {"type": "message", "content": words},
            {"type": "user_state", "value": "idle"},
        ):
            self.incoming.put_nowait(frame)

    async def next(self, kind: str) -> dict[str, Any]:
        while True:
            message = await asyncio.wait_for(self.outgoing.get(), PATIENCE_S)
            assert message["type"] != "error", message
            if message["type"] == kind:
                return message


async def _without_metrics(outputs: Any) -> AsyncIterator[Any]:
    async for output in outputs:
        if not isinstance(output, LogMetric):
            yield output


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What the tools log; nothing secret may be in it, whatever the test does."""
    caplog.set_level(logging.DEBUG, logger="generated_tools")
    yield caplog
    assert "secret" not in caplog.text


@pytest.fixture(autouse=True)
def _quiet_sdk() -> None:
    """The SDK logs every event to the standard error stream."""
    from loguru import logger

    logger.remove()
