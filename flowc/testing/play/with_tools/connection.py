"""One connection to an agent, as Cartesia has it: frames on a WebSocket, and the turns that they start in the SDK.

Whether the agent's side has nothing more to do is known, not guessed: every frame that is sent has an id that the SDK
gives to its event, which the agent's program tells; and after a turn's last output a mark is sent, which arrives behind
everything else.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from flowc.testing.play.with_tools.servers import MOST_BYTES, SILENT
from flowc.testing.play.with_tools.tools import ToolsFailed

UNHEARD = "\N{WORD JOINER}"
"""What a model says that has nothing to say, and must not be silent."""
TOO_MUCH = "sends more than a call can need"
OPEN_S = 60.0
"""For an agent's server to accept a connection, on a busy machine."""


async def connected(url: str) -> ClientConnection:
    """Cartesia calls the agent's server. Raises ToolsFailed: it does not accept the call."""
    try:
        return await connect(
            url,
            ping_interval=None,
            compression=None,  # what comes in would be a thousand times as long, once it is unpacked
            max_size=MOST_BYTES,
            max_queue=1,  # of such frames
            open_timeout=OPEN_S,
            logger=SILENT,
        )
    except TimeoutError:
        why = f"not within {OPEN_S:g} s"
    except (OSError, WebSocketException) as error:
        why = " ".join(str(error).split())
    raise ToolsFailed(f"the agent's server does not accept a connection: {why}")


class Connection:
    """`spoken` and `results` (of tools) are what has come in; whoever reads them takes them away."""

    def __init__(self, name: str, socket: ClientConnection, news: asyncio.Event) -> None:
        """On a socket that is `connected`. `news` is set whenever something has happened."""
        self.name = name
        self.spoken: list[str] = []
        self.results: list[Any] = []
        self._news = news
        self._ids = (f"{name} {number}" for number in itertools.count(1))
        self._unseen = {"start"}  # frames that have not become events yet
        self._turn: str | None = None  # the event that it answers
        self._over: set[str] = set()  # turns, by the word of the program
        self._marked: set[str] = set()  # and by the mark on the connection
        self._given = self._has_come = ("", 0)  # the turn that has given something, and how much: the same two
        self._received = 0
        self._is_failing = False  # a turn has, by the word of the program: the connection is going to be closed
        self._trouble: ToolsFailed | None = None
        self._socket = socket
        self._is_open = True
        self._reader = asyncio.create_task(self._listen())

    async def start(self, **given: Any) -> None:
        """`given` is what belongs to the first frame."""
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(json.dumps({"type": "start", "call_id": self.name, **given}))

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
        self.look()
        return not self._unseen and self._turn is None

    @property
    def turn(self) -> str | None:
        """The one that is under way."""
        return self._turn

    def look(self) -> None:
        """Raises ToolsFailed if the agent's side has gone."""
        if self._trouble is not None:
            raise self._trouble

    @property
    def is_heard(self) -> bool:
        """Whether it has seen all that was said to it, and all that its turn has given is here, or why it failed."""
        is_all = self._given == self._has_come or self._given[0] != self._turn
        return not self._unseen and is_all and self._turn not in self._over and not self._is_failing

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in self._socket:
                self._received += len(message)
                try:
                    frame = json.loads(message) if self._received <= MOST_BYTES else None
                except (ValueError, RecursionError):
                    frame = None
                if not isinstance(frame, dict):
                    self._refuse(TOO_MUCH if self._received > MOST_BYTES else "sends no JSON")
                    return
                self._receive(frame)
                self._news.set()
        if self._is_open:
            self._trouble = self._trouble or ToolsFailed("the agent's program has closed the connection")
            self._news.set()

    def _refuse(self, what: str) -> None:
        self._trouble = self._trouble or ToolsFailed(f"the agent's program {what}")
        self._news.set()
        self._socket.transport.abort()

    def _receive(self, frame: dict[str, Any]) -> None:
        match frame:
            case {"type": "message", "content": str(text)}:
                self.spoken.append(text)
            case {"type": "tool_call", "name": str(name), "result": str(result)} if result.startswith("error: "):
                self._trouble = ToolsFailed(f"the tool `{name}` failed: {' '.join(result[7:].split())}")
            case {"type": "tool_call", "result": str(result)}:
                with contextlib.suppress(ValueError, RecursionError):
                    self.results.append(json.loads(result))
            case {"type": "custom", "metadata": {"flowc turn gives": [str(turn), int(outputs)]}}:
                self._has_come = turn, outputs
            case {"type": "custom", "metadata": {"flowc turn is over": str(turn)}}:
                self._marked.add(turn)
                self._end_turn()
            case {"type": "error", "content": str(text)}:
                lines = text.strip().splitlines() or [""]
                self._trouble = ToolsFailed(f"the agent's program has failed: {lines[-1].strip()}", text)

    def note(self, note: dict[str, Any]) -> None:
        """What the agent's program says of this connection."""
        self._received += sum(len(value) for value in note.values() if isinstance(value, str))
        if self._received > MOST_BYTES:
            self._refuse(TOO_MUCH)
            return
        match note:
            case {"note": "seen", "event": str(event), "turn": turn}:
                self._unseen.discard(event)
                if isinstance(turn, str):
                    self._turn = turn
            case {"note": "cancelled"}:
                self._turn = None
            case {"note": "gives", "turn": str(turn), "outputs": int(outputs)}:
                self._given = turn, outputs
            case {"note": "over", "turn": str(turn)}:
                self._over.add(turn)
            case {"note": "fails"}:
                self._is_failing = True
        self._end_turn()

    def _end_turn(self) -> None:
        """Once both are here: the program's word, behind all that it has told, and the mark, behind all outputs."""
        if self._turn in self._over and self._turn in self._marked:
            self._turn = None
