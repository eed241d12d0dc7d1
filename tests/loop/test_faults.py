"""Faults on the wire between the tools and the scenario, with both sides real.

Whatever becomes of a request or of its reply: the call lives, the model gets at most one honest sentence about it, and
nothing runs twice, also when the caller asks again.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.line.conftest import calls, says
from tests.loop.both_sides import BothSides, Delivery, exchange
from tests.scenario.phone import SUPPORT

TRANSFER = calls(("call_transfer", {"summary": "a tooth"}))
SORRY = says("I am sorry, there is a problem with the telephone. ")
LIMITS = {  # seconds, as short as the test is
    "_TIMEOUT_S": 1.5,
    "_FIRST_ATTEMPT_S": 0.4,
    "_SECOND_ATTEMPT_S": 0.1,
    "_REPEATED_S": 0.5,
}


def body(text: str, status: int = 200, **headers: str) -> Delivery:
    """Something else instead of the reply."""

    async def deliver(request: web.Request, reply: web.Response) -> web.StreamResponse:
        return web.Response(text=text, status=status, headers=headers)

    return deliver


async def intact(request: web.Request, reply: web.Response) -> web.StreamResponse:
    return reply


async def half(request: web.Request, reply: web.Response) -> web.StreamResponse:
    """The connection breaks in the middle of the reply."""
    assert isinstance(reply.body, bytes)
    assert request.transport is not None
    response = web.StreamResponse(headers={"Content-Length": str(len(reply.body))})
    await response.prepare(request)
    await response.write(reply.body[:5])
    request.transport.close()
    return response


async def reset(request: web.Request, reply: web.Response) -> web.StreamResponse:
    """The connection breaks before the reply."""
    assert request.transport is not None
    request.transport.abort()
    return reply


async def slow(request: web.Request, reply: web.Response) -> web.StreamResponse:
    """The reply comes when nobody waits for it any more."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    return reply


@pytest.fixture
def example(compiled: Callable[[Path], Artifacts]) -> Artifacts:
    return compiled(ROOT / "flows" / "function_calling.yaml")


def told(sides: BothSides) -> list[dict[str, object]]:
    """What the model was told of tools that failed."""
    results = [frame["result"] for frame in sides.frames if frame["type"] == "tool_call" and frame.get("result")]
    return [json.loads(result) for result in results if result.startswith("{")]


@pytest.mark.parametrize(
    ("deliveries", "requests"),
    [
        pytest.param([body("")], 2, id="empty"),
        pytest.param([body(""), body("")], 2, id="always empty"),
        pytest.param([body("<html>OK</html>")], 2, id="no JSON"),
        pytest.param([body(json.dumps({"ok": True, "data": {"x": "y" * 1_000_000}}))], 2, id="1 MB"),
        pytest.param([half], 2, id="half"),
        pytest.param([half, half], 3, id="half twice"),
        pytest.param([half, reset], 3, id="half, then reset"),
        pytest.param([half, body("oops", 500)], 3, id="half, then 500"),
        pytest.param([half, slow], 2, id="half, then slow"),
        pytest.param([body(""), body("oops", 500)], 2, id="empty, then 500"),
        pytest.param([body(""), reset], 2, id="empty, then reset"),
        pytest.param([body(""), slow], 2, id="empty, then slow"),
        pytest.param([reset], 2, id="reset once"),
        pytest.param([slow], 2, id="slow once"),
    ],
)
async def test_an_action_that_was_accepted_is_done_once(
    engine: Engine, example: Artifacts, deliveries: list[Delivery], requests: int
) -> None:
    """The scenario got it and said so; how well that was heard makes no difference to the caller."""
    limits = LIMITS if slow in deliveries else {}
    async with exchange(engine, example, **limits) as served:
        sides = await served.call(TRANSFER)
        sides.deliveries = [*deliveries]
        await sides.caller_says("A person, please.")
        await sides.until(lambda: any(frame.get("result") for frame in sides.frames))
        assert told(sides) == []
        assert len(sides.requests) == requests
        assert sides.replies == [{"ok": True}] * requests
        await sides.advance(5000)
        assert sides.phone.ringing == [SUPPORT]
        sides.phone.session.leg(SUPPORT).answer()
        await sides.advance(1000)
        assert sides.phone.hears == f"leg:{SUPPORT}"
        assert sides.phone.dialled == [SUPPORT]
        assert len(sides.model.seen) == 1


@pytest.mark.parametrize(
    ("deliveries", "requests", "error"),
    [
        pytest.param([body("oops", 500)], 1, "failed", id="500"),
        pytest.param([body("", 307, Location="/request/elsewhere")], 1, "failed", id="redirect"),
        pytest.param([reset, reset], 2, "unreachable", id="reset"),
        pytest.param([slow, slow], 2, "unreachable", id="slow"),
    ],
)
async def test_an_answer_that_nobody_understands_is_admitted(
    engine: Engine, example: Artifacts, deliveries: list[Delivery], requests: int, error: str
) -> None:
    """The scenario got it, but the tools cannot know: the model says so, and asking again does nothing twice."""
    limits = LIMITS if slow in deliveries else {}  # a busy machine may be slow itself
    async with exchange(engine, example, **limits) as served:
        sides = await served.call(TRANSFER, SORRY, TRANSFER)
        sides.deliveries = [*deliveries]
        await sides.caller_says("A person, please.")
        await sides.until(lambda: SORRY[0].text.strip() in sides.spoken())
        [sentence] = told(sides)
        assert sentence["error"] == error
        assert len(sides.requests) == requests
        await sides.caller_says("Please try again.")
        await sides.until(lambda: len(sides.requests) == requests + 1)
        await sides.until(lambda: len(sides.model.seen) == 3)
        assert sides.replies == [{"ok": True}] * (requests + 1)  # under the same id: the first answer
        await sides.advance(15_000)
        sides.phone.session.leg(SUPPORT).answer()
        await sides.advance(1000)
        assert sides.phone.hears == f"leg:{SUPPORT}"
        assert sides.phone.dialled == [SUPPORT]
        assert len(told(sides)) == 1


@contextlib.asynccontextmanager
async def nobody() -> AsyncIterator[str]:
    """An address where no one listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/request/1"


@contextlib.asynccontextmanager
async def impostor() -> AsyncIterator[str]:
    """An address whose certificate nobody vouches for. Whoever talks to it all the same is answered."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    app = web.Application()

    async def answer(request: web.Request) -> web.Response:
        raise AssertionError("a request reached a server that proved nothing")

    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield f"https://127.0.0.1:{runner.addresses[0][1]}/request/1"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("elsewhere", "logged"),
    [
        pytest.param(nobody, ": ClientConnectorError.", id="refused"),
        pytest.param(impostor, ": ClientConnectorCertificateError.", id="TLS failure"),
    ],
)
async def test_a_scenario_that_cannot_be_reached_is_admitted(
    engine: Engine,
    example: Artifacts,
    elsewhere: Callable[[], contextlib.AbstractAsyncContextManager[str]],
    logged: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with elsewhere() as url, exchange(engine, example, **LIMITS) as served:
        sides = await served.call(TRANSFER, SORRY, says("How else can I help? "), access_url=url)
        await sides.caller_says("A person, please.")
        await sides.until(lambda: SORRY[0].text.strip() in sides.spoken())
        [sentence] = told(sides)
        assert sentence["error"] == "unreachable"
        assert sides.requests == []
        assert sides.phone.hears == "agent"
        assert logged in caplog.text
        assert url not in caplog.text
        await sides.caller_says("Never mind.")
        await sides.until(lambda: "How else can I help?" in sides.spoken())
        await sides.advance(15_000)
        assert sides.phone.dialled == []
        assert sides.phone.hears == "agent"


@pytest.mark.parametrize(
    "deliveries",
    [
        pytest.param([body(""), body("")], id="bodies are withheld"),
        pytest.param([body(""), reset], id="the second is lost"),
        pytest.param([body("OK"), slow], id="the second is slow"),
        pytest.param([body(""), intact], id="only the first is lost"),
    ],
)
async def test_a_refusal_is_heard_without_its_body(
    engine: Engine, example: Artifacts, deliveries: list[Delivery]
) -> None:
    """It comes again over the agent's own connection, and the model does not promise what never comes."""
    other = calls(("call_transfer", {"summary": "another tooth"}))
    async with exchange(engine, example, **LIMITS) as served:
        sides = await served.call(TRANSFER, other, SORRY)
        await sides.caller_says("A person, please.")
        await sides.until(lambda: any(frame.get("result") for frame in sides.frames))
        sides.deliveries = [*deliveries]
        await sides.caller_says("For another tooth.")
        await sides.until(lambda: SORRY[0].text.strip() in sides.spoken())
        [sentence] = told(sides)
        assert sentence["error"] == "busy"
        assert [reply["ok"] for reply in sides.replies] == [True, False, False]
        await sides.advance(15_000)
        assert sides.phone.dialled == [SUPPORT]


async def test_data_arrives_without_the_body(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    script = (calls(("caller_number", {})), says("You are calling from 0123456. "))
    async with exchange(engine, compiled(ROOT / "flows" / "front_desk.yaml"), **LIMITS) as served:
        sides = await served.call(*script)
        sides.deliveries = [body(""), body("")]
        await sides.caller_says("Do you have my number?")
        await sides.until(lambda: "You are calling from 0123456." in sides.spoken())
        assert "+15550123456" in sides.model.seen[-1][-1][1]


@pytest.mark.parametrize(
    "deliveries",
    [
        pytest.param([intact], id="intact"),
        pytest.param([body("")], id="empty"),
        pytest.param([body("oops", 500)], id="500"),
        pytest.param([reset], id="reset once"),
        pytest.param([reset, reset], id="reset"),
        pytest.param([slow, slow], id="slow"),
    ],
)
async def test_what_the_caller_takes_back_is_not_done_however_that_is_answered(
    engine: Engine, compiled: Callable[[Path], Artifacts], deliveries: list[Delivery]
) -> None:
    """The request is on its way when the caller interrupts; its cancellation arrives, the reply to that may not."""
    flow = compiled(ROOT / "tests" / "scenario" / "flows" / "cancelling.yaml")
    async with exchange(engine, flow, **LIMITS) as served:
        sides = await served.call(calls(("call_transfer", {})), says("As you like. "), says("Goodbye. "))
        sides.deliver_requests.clear()
        await sides.caller_says("Somebody, please.")
        await sides.until(lambda: sides.arrived)
        sides.deliveries = [*deliveries]
        await sides.caller_says("No, stop!")
        await sides.until(lambda: sides.replies and "As you like." in sides.spoken())
        sides.deliver_requests.set()
        await sides.until(lambda: len(sides.replies) >= 2)
        assert {reply["error"]["code"] for reply in sides.replies} == {"cancelled"}
        await sides.advance(30_000)
        assert sides.phone.dialled == []
        assert sides.phone.hears == "agent"
        await sides.caller_says("Thanks.")
        await sides.until(lambda: "Goodbye." in sides.spoken())
        assert told(sides) == []
