"""How the tools learn of the phone call: from the session's metadata, or as the scenario sends them once more.

The metadata of a phone call may not reach an agent on a server of one's own. Usually both arrive, in this order.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from types import ModuleType
from typing import Any

import pytest
from line import AgentEnv
from line.events import AgentSendText, CallStarted, UserTurnEnded
from line.llm_agent import LlmAgent, LlmConfig, end_call, web_search
from line.voice_agent_app import ConversationRunner

from tests.line.conftest import (
    FLOW,
    Control,
    Model,
    Socket,
    call_request,
    calls,
    compile_tools,
    llm_agent,
    load,
    says,
    sdk_agent,
)
from tests.line.test_outcomes import NOTICE, returned

GREETING = "Welcome!"
AGES_S = 60.0  # never over while a test runs


class Phone:
    """A call in the SDK's own loop, as its harness sees it."""

    def __init__(self, socket: Socket, model: Model) -> None:
        self.socket = socket
        self.model = model

    def send_session(self, metadata: Any) -> None:
        self.socket.incoming.put_nowait({"type": "custom", "metadata": {"vox_event": "session", **metadata}})

    async def hears(self) -> str:
        content: str = (await self.socket.next("message"))["content"]
        return content.strip()

    async def tool_says(self) -> Any:
        """The result of the tool that the model has called."""
        while True:
            frame = await self.socket.next("tool_call")
            if frame.get("result") is not None:
                return frame["result"]

    def shown(self) -> str:
        """All that the model has been shown."""
        return json.dumps(self.model.seen)


@pytest.fixture
def phone(tools_module: ModuleType, log: Any) -> Callable[..., Any]:
    @contextlib.asynccontextmanager
    async def call(metadata: dict[str, Any], *answers: Any) -> AsyncIterator[Phone]:
        call = tools_module.ShopCall(call_request(metadata))
        agent, model = llm_agent(call, *answers, config=LlmConfig(introduction=GREETING))
        socket = Socket()
        running = asyncio.create_task(ConversationRunner(socket, call.wrap(agent), AgentEnv()).run())
        one = Phone(socket, model)
        yield one
        socket.incoming.put_nowait(None)
        await asyncio.wait_for(running, 5)
        said = [frame for frame in _rest(socket) if frame["type"] in ("message", "error")]
        assert said == []  # nobody speaks who was not waited for
        assert "secret" not in one.shown()

    return call


async def others() -> None:
    """Lets everything that is ready go as far as it can."""
    for _ in range(50):
        await asyncio.sleep(0)


def _rest(socket: Socket) -> list[dict[str, Any]]:
    return [socket.outgoing.get_nowait() for _ in range(socket.outgoing.qsize())]


@pytest.fixture(params=["metadata", "custom", "both", "text in one, custom event"])
def way(request: pytest.FixtureRequest, tools_module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> str:
    """By which the session's data arrive; whoever waits for them waits for as long as it takes."""
    monkeypatch.setattr(tools_module._flowc_line, "_GREETING_WAITS_S", AGES_S)
    monkeypatch.setattr(tools_module._flowc_line, "_TOOL_WAITS_S", AGES_S)
    return str(request.param)


def by(way: str, metadata: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the call starts with, and what comes behind."""
    at_start = metadata if way in ("metadata", "both") else {"agent_id": "a", "template": "user_code"}
    if way.startswith("text") and "vox_outcome" in metadata:
        metadata = {**metadata, "vox_outcome": json.dumps(metadata["vox_outcome"])}
    if way.startswith("text") and "vox_data" in metadata:
        metadata = {**metadata, "vox_data": json.dumps(metadata["vox_data"])}
    return at_start, [] if way == "metadata" else [metadata]


async def test_the_tools_reach_the_scenario(phone: Any, control: Control, way: str) -> None:
    at_start, later = by(way, control.metadata())
    async with phone(at_start, calls(("end_call", {}))) as call:
        for metadata in later:
            call.send_session(metadata)
        assert await call.hears() == GREETING
        call.socket.caller_says("Bye.")
        assert await call.tool_says() == "success"
    [request] = control.received
    assert request.body == {"action": "end_call"}
    assert request.headers["X-Flowc-Token"] == "secret-token"


@pytest.mark.parametrize("say", [None, "They are all busy."])
async def test_an_agent_that_is_started_again_speaks_of_it_once(
    phone: Any, control: Control, way: str, say: str | None
) -> None:
    """And does not greet."""
    at_start, later = by(way, {**control.metadata(), "vox_outcome": returned("busy", say)})
    answers = [says("Busy, I fear.")] if say is None else []
    async with phone(at_start, *answers, says("Goodbye.")) as call:
        for metadata in later * 2:
            call.send_session(metadata)
        assert await call.hears() == (say or "Busy, I fear.")
        call.socket.caller_says("Bye then.")
        assert await call.hears() == "Goodbye."
        shown = [content for _, content in call.model.seen[-1] if content.startswith(NOTICE)]
        assert len(shown) == 1
        assert "did not come about: busy" in shown[0]


async def test_the_model_is_told_once_what_a_call_was_started_with(phone: Any, control: Control, way: str) -> None:
    at_start, later = by(way, {**control.metadata(), "vox_data": {"to": "+15550100009", "name": "Ann"}})
    async with phone(at_start, says("Hello Ann."), says("Goodbye.")) as call:
        for metadata in later * 2:
            call.send_session(metadata)
        assert await call.hears() == GREETING
        call.socket.caller_says("Who is there?")
        assert await call.hears() == "Hello Ann."
        call.socket.caller_says("Bye then.")
        assert await call.hears() == "Goodbye."
        [shown] = [content for _, content in call.model.seen[-1] if content.startswith(NOTICE)]
        assert "you have called them" in shown
        assert '{"to": "+15550100009", "name": "Ann"}' in shown


@pytest.mark.parametrize(
    ("told", "known"),
    [({"name": "Ann"}, {"name": "Ann"}), ('{"name": "Ann"}', {"name": "Ann"}), ("{", {}), (["Ann"], {}), (None, {})],
)
def test_the_generated_class_has_what_a_call_was_started_with(told: Any, known: dict[str, str]) -> None:
    data = "data: {name: {type: string, description: who}}"
    module = load(compile_tools(f"{FLOW}outbound: {{{data}, call: desk, fallback: {{otherwise: hang_up}}}}\n"))
    assert module.ShopCall(call_request({"vox_data": told})).data == known


async def test_a_tool_waits_for_it(
    phone: Any, control: Control, tools_module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools_module._flowc_line, "_TOOL_WAITS_S", AGES_S)
    async with phone({}, calls(("transfer", {}))) as call:
        assert await call.hears() == GREETING
        call.socket.caller_says("A person, please.")
        while not call.model.seen:
            await asyncio.sleep(0)
        await others()
        assert control.received == []
        call.send_session(control.metadata())
        assert await call.hears() == "One moment, I am connecting you."
        assert await call.tool_says() == "success"
    assert len(control.received) == 1


async def test_a_tool_says_honestly_that_there_is_no_call(phone: Any, control: Control, log: Any) -> None:
    """As long as that is all that is known."""
    answers = [calls(("end_call", {})), says("I cannot."), calls(("end_call", {})), says("Still not.")]
    async with phone({}, *answers, calls(("end_call", {}))) as call:
        assert await call.hears() == GREETING
        for sorry in "I cannot.", "Still not.":
            call.socket.caller_says("Bye.")
            assert "not_connected" in await call.tool_says()
            assert await call.hears() == sorry
        call.send_session(control.metadata())
        call.socket.caller_says("Bye now.")
        assert await call.tool_says() == "success"
    assert len(control.received) == 1
    assert log.text.count("No usable vox_session_control_url") == 1


async def test_an_outcome_that_comes_after_the_greeting_is_still_told(phone: Any, control: Control) -> None:
    async with phone({}, says("Busy, I fear."), says("Goodbye.")) as call:
        assert await call.hears() == GREETING
        for _ in range(2):
            call.send_session({**control.metadata(), "vox_outcome": returned()})
        assert await call.hears() == "Busy, I fear."
        call.socket.caller_says("Bye then.")
        assert await call.hears() == "Goodbye."
        assert len([content for _, content in call.model.seen[-1] if content.startswith(NOTICE)]) == 1


@pytest.mark.parametrize("begun", [True, False], ids=["the wait has begun", "at once"])
async def test_a_caller_who_speaks_first_is_answered_with_the_outcome_in_mind(
    phone: Any, control: Control, tools_module: ModuleType, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    """The words end the agent's wait for it."""
    monkeypatch.setattr(tools_module._flowc_line, "_GREETING_WAITS_S", AGES_S)
    async with phone({}, says("Busy, I fear."), says("Goodbye.")) as call:
        if begun:
            await others()
        call.socket.incoming.put_nowait({"type": "user_state", "value": "speaking"})
        call.socket.incoming.put_nowait({"type": "message", "content": "Hello?"})
        await others()
        call.send_session({**control.metadata(), "vox_outcome": returned("busy", "They are all busy.")})
        if begun:
            assert await call.hears() == "They are all busy."
        call.socket.incoming.put_nowait({"type": "user_state", "value": "idle"})
        assert await call.hears() == "Busy, I fear."
        assert len([content for _, content in call.model.seen[-1] if content.startswith(NOTICE)]) == 1
        assert ("has been told" in call.shown()) is begun


HOSTILE = {
    "another host": {"vox_session_control_url": "https://evil.example.com/secret", "vox_control_token": "secret-x"},
    "user and host": {"vox_session_control_url": "https://voximplant.com@evil.example.com/secret"},
    "wrong types": {"vox_session_control_url": ["x"], "vox_control_token": {}, "vox_flow": 5, "vox_contract": []},
    "wrong outcome": {"vox_session_control_url": None, "vox_outcome": [{"vox_event": "returned"}]},
    "oversize": {"vox_session_control_url": "https://voximplant.com/" + "secret" * 10_000, "vox_flow": "x" * 10_000},
    "nothing": {},
}


@pytest.mark.parametrize("first", [True, False], ids=["before", "behind"])
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
async def test_what_cannot_be_used_changes_nothing(
    phone: Any, control: Control, hostile: dict[str, Any], first: bool
) -> None:
    async with phone({}, calls(("end_call", {}))) as call:
        for metadata in (hostile, control.metadata()) if first else (control.metadata(), hostile):
            call.send_session(metadata)
        assert await call.hears() == GREETING
        call.socket.caller_says("Bye.")
        assert await call.tool_says() == "success"
    assert control.received[0].headers["X-Flowc-Token"] == "secret-token"


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
async def test_what_cannot_be_used_is_no_call(phone: Any, hostile: dict[str, Any]) -> None:
    async with phone({}, calls(("end_call", {})), says("I cannot.")) as call:
        call.send_session(hostile)
        assert await call.hears() == GREETING
        call.socket.caller_says("Bye.")
        assert "not_connected" in await call.tool_says()
        assert await call.hears() == "I cannot."


@pytest.mark.parametrize("by_custom", [True, False])
async def test_another_session_does_not_replace_the_first(
    phone: Any, control: Control, other_control: Control, log: Any, by_custom: bool
) -> None:
    other = {**other_control.metadata(), "vox_control_token": "secret-2", "vox_flow": "other", "vox_contract": "0"}
    async with phone({} if by_custom else control.metadata(), calls(("end_call", {}))) as call:
        if by_custom:
            call.send_session(control.metadata())
        call.send_session({**other, "vox_outcome": returned()})
        call.send_session({**other, "vox_outcome": returned()})
        assert await call.hears() == GREETING
        call.socket.caller_says("Bye.")
        assert await call.tool_says() == "success"
    assert other_control.received == []
    assert [request.headers["X-Flowc-Token"] for request in control.received] == ["secret-token"]
    assert log.text.count("the call has another") == 1
    assert "deploy both" not in log.text


async def test_another_version_is_noticed_by_either_way(phone: Any, control: Control, way: str, log: Any) -> None:
    """Once; and the scenario is shown at once from which version the tools are."""
    at_start, later = by(way, {**control.metadata(), "vox_flow": "shop", "vox_contract": "0123456789abcdef"})
    async with phone(at_start) as call:
        for metadata in later:
            call.send_session(metadata)
        assert await call.hears() == GREETING
        await asyncio.wait_for(control.arrived.wait(), 5)
    assert [request.body for request in control.received] == [{}]
    assert log.text.count("0123456789abcdef") == 1


async def test_the_scenario_of_another_flow_is_said_once(phone: Any, control: Control, way: str, log: Any) -> None:
    at_start, later = by(way, {**control.metadata(), "vox_flow": "front_desk"})
    async with phone(at_start) as call:
        for metadata in later:
            call.send_session(metadata)
        assert await call.hears() == GREETING
        await asyncio.wait_for(control.arrived.wait(), 5)
    assert log.text.count("front_desk") == 1


async def test_an_agent_of_ones_own_making_never_sees_it(tools_module: ModuleType, control: Control) -> None:
    """Nor do filters of one's own: somebody may well show the model the whole history."""
    seen: list[Any] = []

    async def agent(env: Any, event: Any) -> AsyncIterator[Any]:
        seen.append(event.model_dump(mode="json"))
        if isinstance(event, UserTurnEnded):
            yield AgentSendText(text="Hm.")

    def filtered(event: Any) -> bool:
        seen.append(event.model_dump(mode="json"))
        return True

    call = tools_module.ShopCall(call_request({}))
    call.tools()
    socket = Socket()
    spec = call.wrap((agent, filtered, [CallStarted]))
    running = asyncio.create_task(ConversationRunner(socket, spec, AgentEnv()).run())
    for _ in range(2):
        session = {"vox_event": "session", **control.metadata(), "vox_outcome": returned()}
        socket.incoming.put_nowait({"type": "custom", "metadata": session})
    socket.caller_says("Hello?")
    assert (await socket.next("message"))["content"] == "Hm."
    socket.incoming.put_nowait(None)
    await asyncio.wait_for(running, 5)
    told = json.dumps(seen)
    assert "Hello?" in told
    assert "call_ended" in told
    assert "secret" not in told
    assert '"vox_event": "session"' not in told


async def test_without_wrap_nobody_waits(tools_module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing more can come."""
    monkeypatch.setattr(tools_module._flowc_line, "_TOOL_WAITS_S", AGES_S)
    call = tools_module.ShopCall(call_request({}))
    agent, model = llm_agent(call, calls(("end_call", {})), says("I cannot."))
    socket = Socket()
    running = asyncio.create_task(ConversationRunner(socket, agent, AgentEnv()).run())
    socket.caller_says("Bye.")
    assert (await socket.next("message"))["content"] == "I cannot."
    socket.incoming.put_nowait(None)
    await asyncio.wait_for(running, 5)
    assert "not_connected" in model.seen[-1][-1][1]


FOREIGN = "has tools of another flow or of another call"
NONE = "has none of the tools of the flow shop"
SAID = {
    "no tools": NONE,
    "given, but not to it": NONE,
    "other tools": NONE,
    "of another flow": FOREIGN,
    "of another call": FOREIGN,
    "of another call too": FOREIGN,
    "with filters": NONE,
    "of one's own making": NONE,
    "as it should be": "",
    "beside others": "",
    "some of them": "",
    "of one's own making, with tools": "",
}


def wrapped(module: ModuleType, other_flow: ModuleType) -> dict[str, tuple[Any, Any]]:
    """By what is wrong: a call, and an agent that it wraps."""
    call = module.ShopCall(call_request({}))
    given = module.ShopCall(call_request({}))
    given.tools()
    earlier = module.ShopCall(call_request({}))
    other = other_flow.FrontDeskCall(call_request({}))

    async def own(env: Any, event: Any) -> AsyncIterator[Any]:
        yield AgentSendText(text="Hm.")

    def llm(tools: list[Any]) -> LlmAgent:
        return sdk_agent(tools, Model(), model="gpt-4.1")  # of which the SDK knows by itself that it cannot search

    return {
        "no tools": (call, llm([])),
        "given, but not to it": (given, llm([])),
        "other tools": (call, llm([end_call])),
        "of another flow": (call, llm(other.tools())),
        "of another call": (call, llm(earlier.tools())),
        "of another call too": (call, llm([*call.tools()[:1], *earlier.tools()[1:]])),
        "with filters": (call, (llm([]), [CallStarted], [])),
        "of one's own making": (module.ShopCall(call_request({})), own),
        "as it should be": (call, llm(call.tools())),
        "beside others": (call, llm([web_search, *call.tools()])),
        "some of them": (call, llm(call.tools()[:1])),
        "of one's own making, with tools": (given, own),
    }


@pytest.fixture(scope="module")
def other_flow() -> ModuleType:
    return load(compile_tools(FLOW.replace("flow: shop", "flow: front_desk")), "other_tools")


@pytest.mark.parametrize("wrong", SAID)
def test_wrap_says_once_what_the_agent_lacks(
    tools_module: ModuleType, other_flow: ModuleType, log: Any, wrong: str
) -> None:
    for _ in range(3):  # in each of three calls
        agents = wrapped(tools_module, other_flow)
        assert agents.keys() == SAID.keys()
        call, agent = agents[wrong]
        assert len(call.wrap(agent)) == 3
    told = f"The agent {SAID[wrong]}: give it `tools=call.tools()` of the call that wraps it, in `get_agent`."
    expected = [("WARNING", told)] if SAID[wrong] else []
    assert [(record.levelname, record.getMessage()) for record in log.records] == expected
