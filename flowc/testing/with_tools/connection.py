"""One connection to an agent, from both ends: the frames on the WebSocket, and the turns that they start in the SDK.

Whether the agent's side has nothing more to do is known, not guessed: every frame that is sent has an id that the SDK
gives to its event, and after a turn's last output a mark is sent, which arrives behind everything else.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from line.events import AgentSendCustom, CallEnded, CallStarted, UserTurnEnded, UserTurnStarted
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from flowc.testing.with_tools.tools import ToolsFailed

TURN_IS_OVER = "flowc turn is over"


class Connection:
    """`spoken` and `results` (of tools) are what has come in; whoever reads them takes them away."""

    def __init__(self, name: str, news: asyncio.Event) -> None:
        """`news` is set whenever something has happened."""
        self.name = name
        self.spoken: list[str] = []
        self.results: list[Any] = []
        self._news = news
        self._ids = (f"{name} {number}" for number in itertools.count(1))
        self._unseen = {"start"}  # frames that have not become events yet
        self._turn: str | None = None  # the event that it answers
        self._trouble: ToolsFailed | None = None
        self._is_open = False

    async def open(self, url: str, **start: Any) -> None:
        """Cartesia calls the agent's server. `start` is what belongs to the first frame."""
        self._socket: ClientConnection = await connect(url, ping_interval=None, max_size=None)
        self._is_open = True
        self._reader = asyncio.create_task(self._listen())
        await self._socket.send(json.dumps({"type": "start", "call_id": self.name, **start}))

    async def send(self, **frame: Any) -> None:
        """Sends a frame that becomes an event."""
        id = next(self._ids)
        self._unseen.add(id)
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(json.dumps({**frame, "event_id": id}))

    async def caller_says(self, text: str) -> None:
        """A turn of the caller, as speech recognition reports it."""
        await self.send(type="user_state", value="speaking")
        await self.send(type="message", content=text)
        await self.send(type="user_state", value="idle")

    async def caller_hears(self, text: str) -> None:
        """What the agent has said is spoken to the caller now. These frames start no turn, and are not waited for."""
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(json.dumps({"type": "agent_state", "value": "speaking"}))
            await self._socket.send(json.dumps({"type": "agent_speech", "content": text}))

    async def close(self) -> None:
        self._is_open = False
        await self._socket.close()
        await self._reader

    @property
    def is_quiet(self) -> bool:
        """Whether the agent's side has nothing more to do. Raises ToolsFailed if it has gone."""
        if self._trouble is not None:
            raise self._trouble
        return not self._unseen and self._turn is None

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in self._socket:
                self._receive(json.loads(message))
                self._news.set()
        if self._is_open:
            self._trouble = self._trouble or ToolsFailed("the agent's program has closed the connection")
            self._news.set()

    def _receive(self, frame: dict[str, Any]) -> None:
        match frame:
            case {"type": "message", "content": str(text)}:
                self.spoken.append(text)
            case {"type": "tool_call", "name": str(name), "result": str(result)} if result.startswith("error: "):
                self._trouble = ToolsFailed(f"the tool `{name}` failed: {' '.join(result[7:].split())}")
            case {"type": "tool_call", "result": str(result)}:
                with contextlib.suppress(ValueError):
                    self.results.append(json.loads(result))
            case {"type": "custom", "metadata": {**metadata}} if TURN_IS_OVER in metadata:
                if metadata[TURN_IS_OVER] == self._turn:
                    self._turn = None
            case {"type": "error", "content": str(text)}:
                lines = text.strip().splitlines() or [""]
                self._trouble = ToolsFailed(f"the agent's program has failed: {lines[-1].strip()}", text)

    # The other end

    def watch(self, spec: Any) -> Any:
        """The same agent, for the SDK: its events are noted, and its turns end with a mark."""
        runs_on: Any = (CallStarted, UserTurnEnded, CallEnded)  # these and the next are the SDK's own defaults
        cancelled_by: Any = (UserTurnStarted,)
        agent = spec
        if isinstance(spec, (list, tuple)):
            agent, runs_on, cancelled_by = spec
        process: Callable[[Any, Any], Any] = agent.process if hasattr(agent, "process") else agent

        async def turn(env: Any, event: Any) -> AsyncIterator[Any]:
            async for output in process(env, event):
                yield output
            yield AgentSendCustom(metadata={TURN_IS_OVER: event.event_id})

        def runs(event: Any) -> bool:
            found = _matches(runs_on, event)
            if found:
                self._turn = event.event_id
            self._unseen.discard("start" if isinstance(event, CallStarted) else event.event_id)
            self._news.set()
            return found

        def cancels(event: Any) -> bool:
            found = _matches(cancelled_by, event)
            if found:
                self._turn = None
            return found

        return turn, runs, cancels


def _matches(event_filter: Any, event: Any) -> bool:
    return bool(event_filter(event)) if callable(event_filter) else isinstance(event, tuple(event_filter))
