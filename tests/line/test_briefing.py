"""A briefing: the agent talks to a person alone, is told to whom, and has other tools meanwhile."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
from types import ModuleType
from typing import Any

import pytest
from line.events import CallStarted, UserCustomSent, UserTurnStarted
from line.llm_agent import ToolEnv

from tests.line.conftest import (
    Control,
    Conversation,
    Model,
    call_request,
    compile_tools,
    load,
    says,
    sdk_agent,
    turn_env,
)

FLOW = """
flowc: 1
flow: desk
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
targets: {service: {sip: "sip:service@example.com", voicemail: none}}
actions:
  ask_service:
    description: Ask the service.
    parameters: {topic: {type: string, sensitive: true, description: what it is about}}
    do: {transfer: service, agent: briefs}
  end_call: {description: End the call., do: hang_up}
"""
OF_THE_CALLER, OF_A_BRIEFING = ["ask_service", "end_call"], ["connect", "decline"]
BRIEFING = {
    "vox_event": "briefing",
    "action": "ask_service",
    "request_id": "id",
    "target": "service",
    "parameters": {"topic": "a broken tooth"},
}
OVER = {"vox_event": "briefing_over", "target": "service"}
RETURNED = {
    "vox_event": "returned",
    "action": "ask_service",
    "request_id": "id",
    "outcome": "declined",
    "target": "service",
    "tried": [{"target": "service", "outcome": "declined", "reason": "nobody is free before five"}],
    "talk_seconds": None,
    "say": None,
}


@pytest.fixture(scope="module")
def module() -> ModuleType:
    return load(compile_tools(FLOW))


def names(tools: list[Any]) -> list[str]:
    return [tool.name for tool in tools]


class Desk:
    """An LlmAgent with the tools of a call, and what its model has been shown."""

    def __init__(self, module: ModuleType, control: Control, *turns: Any) -> None:
        self.call = module.DeskCall(call_request({**control.metadata(), "vox_flow": "desk"}))
        self.model = Model(*turns)
        self.agent = sdk_agent(self.call.tools(), self.model)
        self.given = {tool.name: tool for tool in self.agent._tools}
        wrapped, self.run_filter, self.cancel_filter = self.call.wrap(self.agent)
        self.conversation = Conversation(wrapped)

    @property
    def tools(self) -> list[str]:
        return names(self.agent._tools)

    async def tells(self, metadata: dict[str, Any]) -> bool:
        """The scenario tells it something: whether that begins a turn."""
        event = UserCustomSent(metadata=metadata)
        begins = bool(self.run_filter(event))
        if begins:
            await self.conversation.hear(event)
        return begins

    async def uses(self, tool: str, **arguments: Any) -> list[Any]:
        return [each async for each in self.given[tool].func(ToolEnv(turn_env()), **arguments)]


async def test_the_tools_are_those_of_the_moment(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("Ms Miller is here."), says("I am sorry."))
    assert desk.tools == OF_THE_CALLER
    assert await desk.tells(BRIEFING), "it speaks to the person without being spoken to"
    assert desk.tools == OF_A_BRIEFING
    assert not await desk.tells(OVER)
    assert desk.tools == OF_THE_CALLER
    await desk.tells(BRIEFING)
    await desk.tells(RETURNED)
    assert desk.tools == OF_THE_CALLER, "also where nobody has said that the briefing is over"


async def test_the_model_is_told_to_whom_it_talks_and_why(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("Hello."), says("Ms Miller is here."), says("They are not free."))
    await desk.conversation.hear(CallStarted())
    await desk.tells(BRIEFING)
    shown = str(desk.model.seen[-1])
    assert "From now on you talk to service" in shown
    assert "ask_service, and passed along: {\"topic\": \"a broken tooth\"}" in shown.replace("\\", "")
    await desk.tells(OVER)
    await desk.tells(RETURNED)
    shown = str(desk.model.seen[-1])
    assert shown.count("From now on you talk to service") == 1
    assert "declined, because: nobody is free before five" in shown


async def test_who_speaks_another_language_is_spoken_to_in_that(module: ModuleType, control: Control) -> None:
    """The caller's is what it was, also for whoever asks the call for it."""
    desk = Desk(module, control, says("Bonjour."), says("Hello."), says("They are not free."))
    english, french = {"en": "One moment.", "fr": "Un instant."}, {**BRIEFING, "language": "fr"}
    call = desk.call._phone_call
    call.language = "en"
    await desk.tells(french)
    assert "Speak the language of service, which is fr." in str(desk.model.seen[-1])
    assert (call._in_language(english), call.language) == ("Un instant.", "en")
    await desk.tells(OVER)
    assert call._in_language(english) == "One moment."
    await desk.tells(BRIEFING)
    assert "Speak the language" not in str(desk.model.seen[-1]).rpartition("From now on")[2]
    await desk.tells(french)
    await desk.tells(RETURNED)
    assert call._in_language(english) == "One moment.", "also where nobody has said that the briefing is over"


async def test_a_tool_of_another_moment_asks_for_nothing(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("Ms Miller is here."))
    [refused] = await desk.uses("connect")
    assert refused["error"] == "not_now"
    await desk.tells(BRIEFING)
    [refused] = await desk.uses("ask_service", topic="a tooth")
    assert refused["error"] == "not_now"
    assert control.received == []


async def test_each_person_may_be_declined_for_the_same_reason(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("Ms Miller is here."), says("Ms Miller is here."))
    for _ in range(2):
        await desk.tells(BRIEFING)
        assert await desk.uses("decline", reason="no time") == []
        await desk.tells(OVER)
    assert [each.body for each in control.received] == [{"action": "decline", "reason": "no time"}] * 2
    assert len({each.headers["X-Flowc-Request-Id"] for each in control.received}) == 2


async def test_what_was_asked_for_in_a_briefing_that_is_over_is_not_sent(module: ModuleType, control: Control) -> None:
    """Else the next person would get the caller, or be let go, for what was meant for this one."""
    desk = Desk(module, control, says("Ms Miller is here."), says("Ms Miller is here."))
    await desk.tells(BRIEFING)
    asking = asyncio.create_task(desk.uses("decline", reason="no time"))
    await asyncio.sleep(0)  # so far that it has not been sent
    await interrupted_by_the_end(desk, asking)
    await desk.tells({**BRIEFING, "target": "boss"})
    assert "interrupted" not in str(desk.model.seen[-1])
    assert await desk.uses("connect") == []
    assert [each.body for each in control.received] == [{"action": "connect"}]


async def test_what_was_lost_on_its_way_does_not_come_again_after_the_briefing(
    module: ModuleType, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module._flowc_line, "_FIRST_ATTEMPT_S", 0.2)
    desk = Desk(module, control, says("Ms Miller is here."), says("Ms Miller is here."))
    await desk.tells(BRIEFING)
    control.answers = [control.held({"ok": True})]
    asking = asyncio.create_task(desk.uses("connect"))
    await control.arrived.wait()
    [request] = desk.call._phone_call._requests.values()
    await interrupted_by_the_end(desk, asking)
    await request.start(desk.call._phone_call._scenario)  # it is given up
    assert [each.body for each in control.received] == [{"action": "connect"}]
    control.release.set()


async def interrupted_by_the_end(desk: Desk, asking: asyncio.Task[Any]) -> None:
    """Of the briefing, as the SDK does it."""
    over = UserCustomSent(metadata=OVER)
    assert not desk.run_filter(over)
    assert desk.cancel_filter(over)
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking


async def test_what_it_says_to_somebody_who_has_gone_ends(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control)
    assert desk.cancel_filter(UserCustomSent(metadata=OVER))
    assert desk.cancel_filter(UserTurnStarted())
    assert not desk.cancel_filter(UserCustomSent(metadata=BRIEFING))


async def test_an_agent_of_ones_own_has_all_tools_and_each_knows_when(module: ModuleType, control: Control) -> None:
    call = module.DeskCall(call_request(control.metadata()))
    assert names(call.tools()) == [*OF_THE_CALLER, *OF_A_BRIEFING]

    async def own(env: Any, event: Any) -> Any:
        yield event

    _, run_filter, _ = call.wrap(own)
    assert run_filter(UserCustomSent(metadata=BRIEFING))
    assert not run_filter(UserCustomSent(metadata=OVER))
