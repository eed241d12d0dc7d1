"""Half a character, which JSON can have and no request to a model: nothing of it gets into the conversation.

Each such request has the whole history of the call, so an agent that was told it once would never speak again.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import json
from types import ModuleType
from typing import Any

import pytest
from line.events import CallStarted, UserCustomSent

from tests.line.conftest import Control, Conversation, call_request, llm_agent, says, use

HALF = "A\ud83d"
HALVES = {"na\udc00me": HALF, "deep": [{"er": HALF, "none": None, "whole": "\U0001f600", "number": 1.5}]}
SENDABLE = {"na?me": "A?", "deep": [{"er": "A?", "none": None, "whole": "\U0001f600", "number": 1.5}]}
REFUSED = {"ok": False, "error": {"code": "invalid_parameters", "message": f"no {HALF}"}}
RETURNED = {
    **dict.fromkeys(("action", "outcome", "target", "say", "vox_language", "handed_over_by"), HALF),
    "agent_unavailable": HALF,
    "by": HALF,
    "vox_event": "returned",
    "key": "\ud83d",
    "parameters": HALVES,
    "tried": [dict.fromkeys(("target", "outcome", "reason"), HALF)],
}
EVENTS: list[dict[str, Any]] = [
    RETURNED,
    {**RETURNED, "say": None},
    {**RETURNED, "say": None, "outcome": "connected"},
    {"vox_event": "cancelled", "action": HALF, "request_id": HALF, "key": "\ud83d"},
    {"vox_event": "keys", "keys": HALF},
    {"vox_event": "reply", "request_id": HALF, "reply": {"ok": True, "data": HALVES}},
    {"vox_event": "briefing", "action": HALF, "target": HALF, "parameters": HALVES, "language": HALF},
    {"vox_event": "briefing_over", "target": HALF},
    {"vox_event": "introducing", "action": HALF},
    {"vox_event": "introduction", "action": HALF, "target": HALF, "parameters": HALVES},
    {"vox_event": "introduction_over", "target": HALF},
    {"vox_event": "session", "vox_flow": HALF, "vox_contract": HALF, "vox_agent": HALF, "vox_data": {HALF: HALF}},
]


async def interrupted(module: ModuleType, call: Any, control: Control) -> None:
    """The caller speaks while the tool waits for the reply."""
    running = asyncio.create_task(use(call, "lookup", key="stock", item=1))
    await control.arrived.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    control.release.set()
    await asyncio.gather(*module._flowc_line._under_way)


@pytest.mark.parametrize("reply", [{"ok": True, "data": HALVES}, REFUSED], ids=["data", "refused"])
async def test_a_reply(tools_module: ModuleType, control: Control, reply: dict[str, Any]) -> None:
    control.answers = [control.held(reply)]
    control.release.set()
    *_, told = await use(tools_module.ShopCall(call_request(control.metadata())), "lookup", key="stock", item=1)
    json.dumps(told, ensure_ascii=False).encode()
    assert told.get("data") == (SENDABLE if reply["ok"] else None)
    assert reply["ok"] or "no A?" in told["message"]


@pytest.mark.parametrize("reply", [{"ok": True, "data": HALVES}, REFUSED], ids=["data", "refused"])
async def test_a_reply_that_is_told_later(tools_module: ModuleType, control: Control, reply: dict[str, Any]) -> None:
    control.answers = [control.held(reply)]
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("It is blue."), says("Yes?"))
    await interrupted(tools_module, call, control)
    conversation = Conversation(call.wrap(agent)[0])
    await conversation.caller_says("Hello?")
    await conversation.caller_says("Thanks.")
    shown = "".join(content for _, content in model.seen[1])
    shown.encode()
    assert "A?" in shown
    assert (json.dumps(SENDABLE, ensure_ascii=False) in shown) == reply["ok"]


def test_a_reply_that_is_too_deep_to_be_told_was_accepted_all_the_same(tools_module: ModuleType) -> None:
    deep: dict[str, Any] = {}
    for _ in range(200_000):
        deep = {"a": deep}
    reply = tools_module._flowc_line._checked_reply({"ok": True, "data": deep})
    assert (reply.ok, reply.data) == (True, None)


@pytest.mark.parametrize("metadata", EVENTS, ids=lambda metadata: metadata["vox_event"])
async def test_what_the_scenario_tells(
    tools_module: ModuleType, control: Control, log: Any, metadata: dict[str, Any]
) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("Yes?"), says("Yes?"), says("Yes?"))
    agent, run_filter, _ = call.wrap(agent)
    conversation = Conversation(agent)
    event = UserCustomSent(metadata=metadata)
    run_filter(event)
    spoken = [str(getattr(each, "text", "")) for each in await conversation.hear(event)]
    spoken += [str(getattr(each, "text", "")) for each in await conversation.caller_says("Hello?")]
    assert model.seen
    json.dumps([model.seen, spoken, log.messages], ensure_ascii=False).encode()


async def test_what_an_agent_is_started_with(tools_module: ModuleType, control: Control, log: Any) -> None:
    told = {**dict.fromkeys(("vox_flow", "vox_contract", "vox_agent"), HALF), "vox_data": {HALF: HALF}}
    told["vox_outcome"] = RETURNED
    call = tools_module.ShopCall(call_request({**control.metadata(), **told}))
    agent, model = llm_agent(call, says("Yes?"), says("Yes?"))
    conversation = Conversation(call.wrap(agent)[0])
    spoken = [str(getattr(each, "text", "")) for each in await conversation.hear(CallStarted())]
    spoken += [str(getattr(each, "text", "")) for each in await conversation.caller_says("Hello?")]
    assert model.seen
    assert log.messages
    json.dumps([model.seen, spoken, log.messages, call._phone_call.data], ensure_ascii=False).encode()
