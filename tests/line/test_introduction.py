"""An introduction: the agent talks on with the caller while it rings, says one thing to two, and has other tools."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

import pytest
from line.events import CallEnded, UserCustomSent, UserTextSent, UserTurnEnded, UserTurnStarted

from tests.line.conftest import Control, compile_tools, load, replies, says
from tests.line.test_briefing import Desk

FLOW = """
flowc: 1
flow: desk
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
webhooks: {crm: {url: {secret: CRM}}}
targets: {service: {sip: "sip:service@example.com", voicemail: none}}
actions:
  ask_service:
    description: Ask the service.
    parameters: {topic: {type: string, description: what it is about}}
    do: {transfer: service, agent: introduces}
  note: {description: Note it., do: {notify: crm}}
  end_call: {description: End the call., do: hang_up}
"""
OF_THE_CALLER = ["ask_service", "note", "end_call"]
RINGS = {"vox_event": "introducing", "action": "ask_service"}
TAKEN = {
    "vox_event": "introduction",
    "action": "ask_service",
    "request_id": "id",
    "target": "service",
    "parameters": {"topic": "a broken tooth"},
}
OVER = {"vox_event": "introduction_over", "target": "service", "action": "ask_service"}
RETURNED = {
    "vox_event": "returned",
    "action": "ask_service",
    "request_id": "id",
    "outcome": "declined",
    "target": "service",
    "tried": [{"target": "service", "outcome": "declined"}],
    "talk_seconds": None,
    "say": None,
}


@pytest.fixture(scope="module")
def module() -> ModuleType:
    return load(compile_tools(FLOW))


def shown(desk: Desk) -> str:
    return str(desk.model.seen[-1])


async def test_the_tools_are_those_of_the_moment(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("It rings."), says("This is Ms Miller."), says("They are gone."))
    assert desk.tools == OF_THE_CALLER
    assert await desk.tells(RINGS), "it says something, so that nobody waits in silence"
    assert desk.tools == ["note", "cancel"]
    assert await desk.tells(TAKEN)
    assert desk.tools == ["note", "leave"]
    assert await desk.tells(RETURNED)
    assert desk.tools == OF_THE_CALLER


async def test_who_is_gone_leaves_it_with_the_caller(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("It rings."), says("This is Ms Miller."), says("They are gone."))
    await desk.tells(RINGS)
    await desk.tells(TAKEN)
    assert desk.run_filter(UserCustomSent(metadata=OVER)), "it says so, unless more is told at once"
    assert desk.tools == ["note", "cancel"]


async def test_what_it_says_to_two_is_not_interrupted(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("It rings."), says("This is Ms Miller."))
    await desk.tells(RINGS)
    assert desk.cancel_filter(UserTurnStarted())
    assert desk.run_filter(UserTurnEnded(content=[UserTextSent(content="And?")]))
    hello = UserTurnEnded(content=[UserTextSent(content="Hello, service.")])
    taken = UserCustomSent(metadata=TAKEN)
    desk.run_filter(taken)
    assert not desk.cancel_filter(UserTurnStarted()), "whoever answers says hello"
    assert desk.run_filter(hello), "it has said nothing yet"
    outputs = await desk.conversation.hear(taken)
    spoken = [each for each in outputs if getattr(each, "text", "")]
    assert spoken
    assert not any(each.interruptible for each in spoken)
    assert not desk.run_filter(hello), "and now they talk to each other"
    assert desk.run_filter(CallEnded())


async def test_a_tool_of_another_moment_says_so(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("It rings."), says("This is Ms Miller."))
    [refused] = await desk.uses("cancel")
    assert (refused["ok"], refused["error"]) == (False, "not_now")
    assert "cancel is for while it rings" in refused["message"]
    await desk.tells(RINGS)
    [refused] = await desk.uses("end_call")
    assert refused["error"] == "not_now"
    assert control.received == []


CANCELLED = {**RETURNED, "outcome": "cancelled", "tried": [{"target": "service", "outcome": "cancelled"}]}
BY_ITSELF = "You have stopped the ringing, and talk to the caller alone."
BY_KEY = "The caller has stopped the ringing with a key, and talks to you alone."


async def test_the_model_knows_that_it_has_stopped_the_ringing(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("It rings."), says("As you like."))
    await desk.tells(RINGS)
    assert "It rings now, as you have asked for with ask_service." in shown(desk)
    await desk.uses("cancel")
    await desk.tells({**CANCELLED, "by": "agent"})
    assert BY_ITSELF in shown(desk)
    assert "with a key" not in shown(desk)


REFUSED = {"ok": False, "error": {"code": "not_ready", "message": "nobody is rung"}}


@pytest.mark.parametrize("answer", [REFUSED, "held"], ids=str)
async def test_the_model_knows_that_the_caller_was_quicker(module: ModuleType, control: Control, answer: Any) -> None:
    """Its own `cancel` is on its way then, and comes to nothing: the scenario alone knows which of the two counted."""
    desk = Desk(module, control, says("It rings."), says("As you like."))
    control.answers = [control.held({"ok": True})] if answer == "held" else [replies(answer)]
    await desk.tells(RINGS)
    asked = asyncio.create_task(desk.uses("cancel"))
    await control.arrived.wait()
    await desk.tells({**CANCELLED, "by": "key"})
    control.release.set()
    await asked
    assert BY_KEY in shown(desk)
    assert BY_ITSELF not in shown(desk)


async def test_each_time_that_it_was_stopped_is_told_as_it_was(module: ModuleType, control: Control) -> None:
    """Of two that are told in one turn, the one is not said of the other."""
    desk = Desk(module, control, says("It rings."), says("As you like."))
    await desk.tells(RINGS)
    for by in ("agent", "key"):
        event = UserCustomSent(metadata={**CANCELLED, "by": by})
        desk.run_filter(event)
        desk.conversation.history = [*desk.conversation.history, event]
    await desk.conversation.caller_says("Hello?")
    assert BY_ITSELF in shown(desk)
    assert "The caller has stopped the ringing with a key" in shown(desk)


async def test_a_key_that_has_led_there_is_told(module: ModuleType, control: Control) -> None:
    desk = Desk(module, control, says("It rings."), says("Here you are."))
    told: dict[str, Any] = {"vox_event": "introducing", "action": None}
    await desk.tells(told)
    assert "It rings now, as the caller has wanted with a key." in shown(desk)
