"""An event loop in which nothing happens by itself: its clock is virtual, and what comes from outside is decided.

Public interfaces of `asyncio` alone. A selector is asked once in every turn of a loop what has come from outside; this
one asks `world` instead, which may let things happen, and lets time pass when nothing else is left to do. Connections
end in memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import socket
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from flowc.verify.agent.wire import Wire


class Outside(Protocol):
    """What a loop is in."""

    def turn(self, seconds: float | None) -> bool:
        """Before each turn of the loop. `seconds`: until its next deadline, 0 if there is something to do, None if
        nothing is left. Whether the loop is to go on at once, since something has happened.
        """

    def looks_up(self, host: str) -> None:
        """Somebody asks for the address of a host. There is none."""

    async def connect(self) -> None:
        """Somebody connects. Raises OSError."""

    def connected(self, wire: Wire) -> None:
        """Somebody has connected."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """`now` is what its clock shows."""

    def __init__(self) -> None:
        self.now = 0.0
        self.outside: Outside | None = None
        self._still = _Still(self)
        super().__init__(self._still)

    def time(self) -> float:
        return self.now

    async def getaddrinfo(self, host: Any, port: Any, **named: Any) -> Any:
        assert self.outside is not None
        self.outside.looks_up(str(host))
        raise socket.gaierror(socket.EAI_NONAME, "there are no other hosts")

    async def sock_connect(self, sock: Any, address: Any) -> None:
        assert self.outside is not None
        await self.outside.connect()

    async def create_connection(  # type: ignore[override]
        self, protocol_factory: Callable[[], asyncio.Protocol], *given: Any, sock: Any = None, **named: Any
    ) -> tuple[Wire, asyncio.Protocol]:
        assert self.outside is not None
        if sock is None:
            await self.outside.connect()
        else:
            sock.close()
        protocol = protocol_factory()
        wire = Wire(self, protocol)
        protocol.connection_made(wire)
        self.outside.connected(wire)
        return wire, protocol

    def at_rest(self) -> None:
        """Between two runs: whatever still runs is stopped, and has cleaned up after itself."""
        self.outside = None
        for _ in range(10):
            tasks = asyncio.all_tasks(self)
            if not tasks:
                break
            for task in tasks:
                task.cancel()
            self.run_until_complete(asyncio.wait(tasks, timeout=1.0))
        self.run_until_complete(self.shutdown_asyncgens())


class _Still(selectors.BaseSelector):
    """No file is ever ready."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        loop = self._loop
        if loop.outside is not None and loop.outside.turn(timeout):
            return []
        if timeout is not None and timeout > 0:
            loop.now += timeout
        return []

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = self._keys[fileobj] = selectors.SelectorKey(fileobj, 0, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._keys.clear()
