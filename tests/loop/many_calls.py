"""Many calls at once: one process with the agents of all, one emulator with a scenario for each.

Each call has words of its own, marked with its number, and goes one of four ways: the agent ends it, somebody answers,
nobody is free, the caller gives up. What is marked with one number must not turn up in another call.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from line.llm_agent.provider import StreamChunk

from flowc.simulator.engine import Engine
from tests.conftest import Artifacts
from tests.line.conftest import calls, says
from tests.loop.both_sides import BothSides, exchange
from tests.scenario.phone import SUPPORT

LOOK_S = 0.2  # every call looks for news so often: with many of them, looking is work


@dataclass(frozen=True)
class Figures:
    calls: int
    requests: int
    seconds: float  # from the first call that comes in to the end of the last
    median_wait_s: float  # between the caller's words and the scenario's reply
    longest_wait_s: float


async def many_calls(engine: Engine, artifacts: Artifacts, number: int) -> Figures:
    """Makes the calls, all at once. AssertionError if any of them goes wrong, or learns of another."""
    async with exchange(engine, artifacts) as served:
        begun = time.perf_counter()
        waits = sorted(await asyncio.gather(*(_call(served.call, each) for each in range(number))))
        seconds = time.perf_counter() - begun
        made = list(served.calls.values())
        assert len({(sides.phone.session.agent.started or {})["vox_control_token"] for sides in made}) == number
        requests = sum(len(sides.requests) for sides in made)
        return Figures(number, requests, seconds, waits[number // 2], waits[-1])


async def _call(call: Callable[..., Awaitable[BothSides]], number: int) -> float:
    """One call from its beginning to its end; how long the caller's wish took to be accepted."""
    mark = f"<{number}>"
    answers, goes = WAYS[number % len(WAYS)]
    sides = await call(*answers(mark), look_s=LOOK_S, seed=number + 1)  # a token of its own
    asked = time.perf_counter()
    await sides.caller_says(f"Hello {mark}")
    await sides.until(lambda: sides.replies)
    waited = time.perf_counter() - asked
    assert sides.replies == [{"ok": True}]
    await goes(sides, mark)
    assert sides.phone.is_over()
    await sides.leave()
    seen = json.dumps([sides.requests, sides.frames, sides.model.seen, sides.phone.session.trace], default=str)
    assert set(re.findall(r"<\d+>", seen)) == {mark}
    return waited


async def _is_ended_by_the_agent(sides: BothSides, mark: str) -> None:
    await sides.until(lambda: sides.spoken() == [f"Goodbye {mark}"])
    await sides.advance(5000)


async def _is_answered(sides: BothSides, mark: str) -> None:
    await _rings(sides, mark)
    sides.phone.session.leg(SUPPORT).answer()
    await sides.advance(1000)
    assert sides.phone.hears == f"leg:{SUPPORT}"
    sides.phone.session.leg(SUPPORT).hang_up()


async def _comes_back(sides: BothSides, mark: str) -> None:
    await _rings(sides, mark)
    sides.phone.session.leg(SUPPORT).fail(486)
    await sides.until(lambda: f"Nobody is free {mark}" in sides.spoken())
    assert sides.phone.hears == "agent"
    sides.phone.session.caller.hang_up()


async def _is_given_up(sides: BothSides, mark: str) -> None:
    await _rings(sides, mark)
    sides.phone.session.caller.hang_up()


async def _rings(sides: BothSides, mark: str) -> None:
    await sides.until(lambda: sides.spoken())
    assert sides.requests == [{"action": "call_transfer", "summary": mark}]
    await sides.advance(5000)
    assert sides.phone.dialled == [SUPPORT]


def _transfer(mark: str) -> list[StreamChunk]:
    return calls(("call_transfer", {"summary": mark}))


# What the model does, and how the call goes on once the scenario has accepted.
WAYS: tuple[tuple[Callable[[str], list[Any]], Callable[[BothSides, str], Awaitable[None]]], ...] = (
    (lambda mark: [says(f"Goodbye {mark} ") + calls(("end_call", {}))], _is_ended_by_the_agent),
    (lambda mark: [_transfer(mark)], _is_answered),
    (lambda mark: [_transfer(mark), says(f"Nobody is free {mark} ")], _comes_back),
    (lambda mark: [_transfer(mark)], _is_given_up),
)
