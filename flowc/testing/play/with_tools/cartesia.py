"""Cartesia, between scenario and agent: what the one does with its client happens on a connection to the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from flowc.simulator.observed import AgentView
from flowc.simulator.trace import TraceEvent
from flowc.testing.play.agent_voice import TOLD_TO_AGENTS
from flowc.testing.play.with_tools.connection import Connection, connected

Trace = Sequence[TraceEvent]


class Cartesia:
    """Of one call. `connection` is the one that is open; `numbers` are who calls whom."""

    def __init__(
        self,
        name: str,
        agent_url: str,
        news: asyncio.Event,
        as_told: Callable[[Any], Any] = lambda metadata: metadata,
        after_start: Callable[[Mapping[str, Any]], Awaitable[None]] | None = None,
    ) -> None:
        """`news` is set whenever something happens on a connection. `as_told` makes of what the scenario tells what
        the agent gets. `after_start`, with what the agent is told of the session at its start or right after it, is
        over before anything else is passed on.
        """
        self.connection: Connection | None = None
        self.numbers = ("", "")
        self._name = name
        self._agent_url = agent_url
        self._news = news
        self._as_told = as_told
        self._after_start = after_start
        self._connections = 0
        self._passed_on = 0  # entries of the trace

    def not_passed_on(self, trace: Trace) -> Trace:
        return [entry for entry in trace[self._passed_on :] if entry["event"] in TOLD_TO_AGENTS]

    def passed_on(self, trace: Trace) -> Trace:
        return trace[: self._passed_on]

    async def pass_on(self, trace: Trace, agents: Sequence[AgentView]) -> bool:
        """What the scenario has done with its agents since. Whether it did anything."""
        news = self.not_passed_on(trace)
        self._passed_on = len(trace)
        latest = next((agent["id"] for agent in reversed(agents) if agent["started"]), None)
        for entry in news:
            match entry["event"]:
                case "agent_start":
                    await self.hang_up()
                    metadata = None if entry.get("metadata") == "lost" else entry["parameters"].get("metadata")
                    await self._connect(metadata if isinstance(metadata, dict) else {})
                case "agent_custom":
                    await self._tell(entry["parameters"])
                case "agent_close" | "agent_closed" | "agent_dropped" if entry["agent"] == latest:
                    await self.hang_up()
        return bool(news)

    async def pass_on_while_asked(self, trace: Trace) -> None:
        """What the scenario tells its agent before it replies: whoever has asked may wait for just that."""
        while self._passed_on < len(trace):
            entry = trace[self._passed_on]
            if entry["event"] in TOLD_TO_AGENTS - {"agent_custom"}:
                return
            self._passed_on += 1
            if entry["event"] == "agent_custom":
                await self._tell(entry["parameters"])

    async def hang_up(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            await connection.close()

    async def _connect(self, metadata: dict[str, Any]) -> None:
        """The agent's server is called. Raises ToolsFailed."""
        self._connections += 1
        name = f"{self._name} {self._connections}"
        self.connection = Connection(name, await connected(self._agent_url), self._news)
        await self.connection.start(
            metadata=self._as_told(metadata),
            agent={"id": "agent"},
            agent_call_id=name,
            **dict(zip(("from", "to"), self.numbers, strict=True)),
        )
        if self._after_start is not None:
            await self._after_start(metadata)

    async def _tell(self, parameters: Mapping[str, Any]) -> None:
        if self.connection is not None:
            metadata = parameters.get("metadata")
            await self.connection.send(type="custom", metadata=self._as_told(metadata))
            if isinstance(metadata, dict) and metadata.get("vox_event") == "session" and self._after_start is not None:
                await self._after_start(metadata)
