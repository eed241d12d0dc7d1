"""An agent that is asked to speak up: what its model learns, and what the caller hears, also of a service that refuses,
hangs or says nothing.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
from types import ModuleType

import pytest
from line import AgentEnv
from line.events import UserCustomSent
from line.llm_agent import LlmConfig, ToolEnv, loopback_tool
from line.voice_agent_app import ConversationRunner

from tests.line.conftest import (
    PATIENCE_S,
    Control,
    Conversation,
    Model,
    Socket,
    call_request,
    calls,
    says,
    sdk_agent,
)
from tests.line.fake_model import HANGS, Answer, FakeModel, fake_model
from tests.line.test_no_answer import MEANWHILE, NO_ANSWER, SOON_S, Watched, told, watched
from tests.line.test_outcomes import Recorder, llm_agent, texts

IDLE = {"vox_event": "idle", "count": 1}
AT_WORK = {"action": "agent at work"}
STILL_THERE = "Are you still there?"
NOTICE = "Nobody has said anything for a while"


async def asked_to_speak_up(call: Watched) -> list[str]:
    """What the caller hears then."""
    call.socket.incoming.put_nowait({"type": "custom", "metadata": IDLE})
    return await call.heard()


def notices(service: FakeModel) -> list[int]:
    """How often each question to the model says why it is asked."""
    return [sum(str(each["content"]).count(NOTICE) for each in asked["messages"]) for asked in service.requests]


async def test_the_model_is_asked_and_knows_why(control: Control) -> None:
    async with fake_model("Hello!", STILL_THERE, "Good.") as service, watched(control, service) as call:
        assert await call.turn() == ["Hello!"]
        assert await asked_to_speak_up(call) == [STILL_THERE]
        assert await call.turn("Yes, one moment.") == ["Good."]
        assert notices(service) == [0, 1, 1]
        assert told(control) == []


@pytest.mark.parametrize("answer", [401, 500, ""])
async def test_a_service_that_refuses_or_says_nothing_is_asked_once_more(control: Control, answer: Answer) -> None:
    async with fake_model(answer, answer) as service, watched(control, service) as call:
        assert await asked_to_speak_up(call) == []
        assert notices(service) == [1, 1]
        assert told(control) == [NO_ANSWER]


async def test_a_service_that_hangs_is_made_up_for(control: Control) -> None:
    async with fake_model(HANGS, HANGS) as service, watched(control, service, within=SOON_S) as call:
        assert await asked_to_speak_up(call) == [MEANWHILE]
        assert len(service.requests) == 2
        assert told(control) == [NO_ANSWER]


async def test_a_second_answer_is_heard(control: Control) -> None:
    async with fake_model("", STILL_THERE) as service, watched(control, service) as call:
        assert await asked_to_speak_up(call) == [STILL_THERE]
        assert told(control) == []


async def test_a_model_that_hangs_is_asked_anew_where_nobody_watches_it(control: Control) -> None:
    """The caller has spoken, and the agent has not for minutes: now it is asked to."""
    async with fake_model(HANGS, "Sorry, I am here.") as service, watched(control, service) as call:
        call.shared._MOST_AT_WORK_S = -1.0
        call.socket.caller_says("Hello?")
        while not service.requests:
            await asyncio.sleep(0.001)
        assert await asked_to_speak_up(call) == []  # which was the first turn's end
        assert await call.heard() == ["Sorry, I am here."]
        assert notices(service) == [0, 1]
        assert told(control) == []


async def test_a_model_that_thinks_is_left_alone_and_the_scenario_knows(control: Control) -> None:
    """That nobody says anything is not the caller's doing."""
    async with fake_model(HANGS, "Yes?", STILL_THERE) as service, watched(control, service) as call:
        call.socket.caller_says("Hello?")
        while not service.requests:
            await asyncio.sleep(0.001)
        for count in (1, 2):
            call.socket.incoming.put_nowait({"type": "custom", "metadata": IDLE})
            while len(control.received) < count:
                await asyncio.sleep(0.001)
        assert told(control) == [AT_WORK, AT_WORK]
        assert len({each.headers["X-Flowc-Request-Id"] for each in control.received}) == 2
        assert notices(service) == [0]
        assert await call.turn("Are you there?") == []  # which was the first turn's end
        assert await call.heard() == ["Yes?"]
        assert notices(service) == [0, 0]
        assert await asked_to_speak_up(call) == [STILL_THERE]  # no turn is under way any more
        assert notices(service) == [0, 0, 1]


async def test_a_tool_of_the_agents_own_is_not_cancelled(tools_module: ModuleType, control: Control) -> None:
    """However long it takes: its result is heard."""
    is_done = asyncio.Event()
    ends: list[str] = []

    @loopback_tool
    async def look_at_the_calendar(ctx: ToolEnv) -> str:
        """Look for a free day."""
        try:
            await is_done.wait()
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise
        ends.append("done")
        return "Tuesday"

    call = tools_module.ShopCall(call_request(control.metadata()))
    model = Model(calls(("look_at_the_calendar", {})), says("On Tuesday."))
    agent = sdk_agent([*call.tools(), look_at_the_calendar], model, config=LlmConfig(introduction=""))
    socket = Socket()
    runner = ConversationRunner(socket, call.wrap(agent), AgentEnv())
    running = asyncio.create_task(runner.run())
    socket.caller_says("When are you free?")
    while not model.seen:
        await asyncio.sleep(0.001)
    socket.incoming.put_nowait({"type": "custom", "metadata": IDLE})
    while not control.received:
        await asyncio.sleep(0.001)
    is_done.set()
    while len(model.seen) < 2:
        await asyncio.sleep(0.001)
    socket.incoming.put_nowait(None)
    await asyncio.wait_for(running, PATIENCE_S)
    assert ends == ["done"]
    assert told(control) == [AT_WORK]


async def test_an_agent_of_the_users_own_is_told_as_it_is(tools_module: ModuleType) -> None:
    recorder = Recorder()
    wrapped, runs, cancels = tools_module.ShopCall(call_request({})).wrap(recorder)
    event = UserCustomSent(metadata=IDLE)
    assert runs(event)
    assert not cancels(event)
    await Conversation(wrapped).hear(event)
    assert recorder.events[-1].metadata == IDLE


async def test_each_time_is_told_once(tools_module: ModuleType) -> None:
    call = tools_module.ShopCall(call_request({}))
    agent, model = llm_agent(call, says(STILL_THERE), says("Hello?"))
    conversation = Conversation(call.wrap(agent)[0])
    assert texts(await conversation.hear(UserCustomSent(metadata=IDLE))) == [STILL_THERE]
    assert texts(await conversation.hear(UserCustomSent(metadata={**IDLE, "count": 2}))) == ["Hello?"]
    assert ["".join(content for _, content in seen).count(NOTICE) for seen in model.seen] == [1, 2]
