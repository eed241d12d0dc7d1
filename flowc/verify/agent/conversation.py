"""One connection to the agent: the SDK's own loop, its own agent with the tools, and a model that is told what to do.

What the SDK would get from Cartesia comes from here.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Callable
from typing import Any

from line import AgentEnv, CallRequest
from line.events import AgentSendText
from line.llm_agent.provider import StreamChunk, ToolCall
from line.voice_agent_app import ConversationRunner
from starlette.websockets import WebSocketDisconnect

from flowc.testing.play.with_tools.model import sdk_agent
from flowc.verify.agent.record import Closed, Ended, Event, Seen, Spoken, Started, Unanswered, Wrong, Yielded
from flowc.verify.agent.situation import Asks
from flowc.verify.agent.watching import Answers

CANNOT_BE_TOLD = "the model does not answer, and the scenario cannot be told"
THINKS_S = 0.3
"""The model, before it says or asks for something: meanwhile the world goes on."""


class Conversation:
    """`asks` is what the model asks for when it is asked next; when that is over, it speaks."""

    def __init__(
        self,
        number: int,
        call_class: Any,
        metadata: dict[str, Any],
        happens: Callable[[Event], None],
        next_use: Callable[[], int],
        answers: Callable[[], Answers],
        ends: Callable[[], None],
    ) -> None:
        """`answers` says how the model does; `ends` is told that the agent has ended by itself."""
        self._answers, self._ends = answers, ends
        self.asks: Asks = ()
        self.is_last_turn = False
        self.is_open = True
        self.number = number
        self._happens = happens
        self._next_use = next_use
        self._call_class = call_class
        self._metadata = metadata
        self._incoming: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._runner: Any = None
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            request = CallRequest(
                call_id="1", from_="1", to="2", agent_call_id="1", agent={"id": "1"}, metadata=self._metadata
            )
            call = self._call_class(request)
            tools = call.tools()
            for tool in tools:
                tool.func = self._watched(tool.name, tool.func)
            spec = call.wrap(sdk_agent(tools, self))
            self._runner = ConversationRunner(self, spec, AgentEnv())
            await self._runner.run()
        except Exception as error:
            self._happens(Wrong(f"the agent fails: {type(error).__name__}: {error}", traceback.format_exc()))

    @property
    def is_busy(self) -> bool:
        """Whether a turn of the agent is under way."""
        turn = self._runner.agent_task if self._runner is not None else None
        return turn is not None and not turn.done()

    # What the harness does

    def caller_speaks(self) -> None:
        self._incoming.put_nowait({"type": "user_state", "value": "speaking"})

    def caller_has_said(self, words: str, asks: Asks) -> None:
        self.asks = asks
        self._incoming.put_nowait({"type": "message", "content": words})
        self._incoming.put_nowait({"type": "user_state", "value": "idle"})

    def custom(self, metadata: dict[str, Any]) -> None:
        self._incoming.put_nowait({"type": "custom", "metadata": metadata})

    def hang_up(self) -> None:
        if self.is_open:
            self.is_open = False
            self._happens(Closed(self.number))
            self._incoming.put_nowait(None)

    # The socket, for the SDK

    async def receive_json(self) -> dict[str, Any]:
        message = await self._incoming.get()
        if message is None:
            raise WebSocketDisconnect
        return message

    async def send_json(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "error":
                content = str(message["content"])
                if CANNOT_BE_TOLD in content:
                    return  # it ends, as it has to
                self._happens(Wrong(f"the call is ended by an error: {_last_line(content)}", content))
            case "message":
                self._happens(Spoken(self.number, message["content"]))
        await asyncio.sleep(0)  # as long as it is on its way, a turn can be interrupted

    async def close(self) -> None:
        self._ends()

    # The model, for the SDK

    def chat(self, messages: Any, tools: Any = None, config: Any = None, **_: Any) -> _Answer | _BadAnswer:
        shown = tuple((str(each.role), str(each.content or "")) for each in messages)
        offered = tuple(each.name for each in tools or ())
        self._happens(Seen(self.number, shown, self.is_last_turn, offered))
        answers = self._answers()
        if answers is not Answers.WELL:
            self._happens(Unanswered(answers.value))
            return _BadAnswer(answers)
        asks, self.asks = tuple(each for each in self.asks if each.action in offered), ()
        if not asks:  # also where what it would ask for is no tool of the moment
            return _Answer([StreamChunk(text="Yes. ")])
        return _Answer([StreamChunk(tool_calls=[_tool_call(number, each) for number, each in enumerate(asks)])])

    async def warmup(self, config: Any = None, tools: Any = None) -> None: ...

    async def aclose(self) -> None: ...

    # The tools

    def _watched(self, name: str, tool: Any) -> Any:
        def use(ctx: Any, /, **arguments: Any) -> Any:
            number = self._next_use()
            body = json.dumps({"action": name, **arguments}, sort_keys=True)
            self._happens(Started(self.number, number, name, arguments, body))
            return _Watched(tool(ctx, **arguments), number, self._happens)

        use.__dict__.update(vars(tool))
        return use


class _Watched:
    """What a tool yields, one after the other, just as it does."""

    def __init__(self, outputs: Any, use: int, happens: Callable[[Event], None]) -> None:
        self._outputs, self._use, self._happens = outputs, use, happens

    def __aiter__(self) -> _Watched:
        return self

    async def __anext__(self) -> Any:
        try:
            output = await self._outputs.__anext__()
        except StopAsyncIteration:
            self._happens(Ended(self._use, "returned"))
            raise
        except asyncio.CancelledError:
            self._happens(Ended(self._use, "cancelled"))
            raise
        except BaseException as error:
            self._happens(Ended(self._use, "raised", f"{type(error).__name__}: {error}"))
            raise
        if isinstance(output, AgentSendText):
            self._happens(Yielded(self._use, "phrase", output.text, output.interruptible))
        else:
            self._happens(Yielded(self._use, "result", output))
        return output


class _Answer:
    def __init__(self, chunks: list[StreamChunk]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[StreamChunk]:
        for chunk in self._chunks:
            await asyncio.sleep(THINKS_S)
            yield chunk

    async def __aenter__(self) -> _Answer:
        return self

    async def __aexit__(self, *_: object) -> None: ...


class _BadAnswer:
    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def __aiter__(self) -> AsyncIterator[StreamChunk]:
        await asyncio.sleep(0)
        if self._answers is Answers.HANGS:
            await asyncio.get_running_loop().create_future()
        if self._answers is Answers.BREAKS_OFF:
            yield StreamChunk(text="Well, ")
        if self._answers is not Answers.EMPTY:
            raise ConnectionError("the model refuses")

    async def __aenter__(self) -> _BadAnswer:
        return self

    async def __aexit__(self, *_: object) -> None: ...


def _tool_call(number: int, ask: Any) -> ToolCall:
    return ToolCall(f"tool-{number}", ask.action, json.dumps(ask.arguments), is_complete=True)


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
