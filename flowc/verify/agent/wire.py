"""A connection in memory, and a request on it: what a client of HTTP has sent, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Posted:
    """A request as it arrives. Names of headers are in lower case."""

    method: str
    target: str  # a path, and what may follow it
    headers: dict[str, str]
    body: str


class Wire(asyncio.Transport):
    """The client's end. `on_request` is called once what was sent is complete."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: asyncio.BaseProtocol) -> None:
        super().__init__()
        self.on_request: Callable[[Posted], None] = lambda request: None
        self._loop = loop
        self._protocol: Any = protocol
        self._sent = b""
        self._is_closing = False

    # What the other end does

    def answer(self, status: int, body: bytes, length: int | None = None, leads_to: str = "") -> None:
        """`length`: of the body that is announced, if that is another one than comes."""
        announced = len(body) if length is None else length
        location = f"Location: {leads_to}\r\n" if leads_to else ""
        head = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {announced}\r\n{location}\r\n"
        if not self._is_closing:
            self._protocol.data_received(head.encode("ascii") + body)

    def reset(self) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._protocol.connection_lost(ConnectionResetError("reset"))

    # What the client does

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self._sent += bytes(data)
        head, found, body = self._sent.partition(b"\r\n\r\n")
        if not found:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if len(body) >= int(headers.get("content-length", 0)):
            self._sent = b""
            method, target, *_ = first.split(" ")
            self.on_request(Posted(method, target, headers, body.decode("utf-8", "replace")))

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()

    def get_protocol(self) -> asyncio.BaseProtocol:
        protocol: asyncio.BaseProtocol = self._protocol
        return protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol

    def is_reading(self) -> bool:
        return not self._is_closing

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...

    def get_write_buffer_size(self) -> int:
        return 0
