"""A flow with several agents: each has its own tools once it is known which one it is, and is told what was before."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from line.events import CallStarted, UserCustomSent
from line.llm_agent import LlmConfig, ToolEnv

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
flow: shop
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up, actions: [hand_over]}
agents:
  other: {agent_id: agent_2, actions: [back], answers_within: 9s}
actions:
  hand_over:
    description: Hand the caller over.
    parameters: {why: {type: string, description: why}}
    do: {start_agent: other}
  back: {description: Hand the caller back., do: start_agent}
"""
HANDED_OVER = {
    "vox_event": "returned",
    "action": "hand_over",
    "request_id": "id",
    "outcome": None,
    "target": None,
    "tried": [],
    "say": None,
    "handed_over_by": "agent",
    "parameters": {"why": "a broken tooth"},
}


@pytest.fixture(scope="module")
def module() -> ModuleType:
    return load(compile_tools(FLOW))


def names(tools: list[Any]) -> list[str]:
    return [tool.name for tool in tools]


def metadata(control: Control, **more: Any) -> dict[str, Any]:
    return {**control.metadata(), "vox_flow": "shop", **more}


@pytest.mark.parametrize(("who", "own"), [("agent", ["hand_over"]), ("other", ["back"])])
async def test_an_agent_has_its_own_tools(module: ModuleType, control: Control, who: str, own: list[str]) -> None:
    call = module.ShopCall(call_request(metadata(control, vox_agent=who)))
    assert (call.agent, names(call.tools())) == (who, own)


async def test_a_scenario_that_does_not_say_which_has_one(module: ModuleType, control: Control) -> None:
    call = module.ShopCall(call_request(metadata(control)))
    assert (call.agent, names(call.tools())) == ("agent", ["hand_over"])


async def test_an_agent_that_only_the_scenario_knows_has_all_tools(module: ModuleType, control: Control) -> None:
    call = module.ShopCall(call_request(metadata(control, vox_agent="newer")))
    assert names(call.tools()) == ["hand_over", "back"]


async def test_a_program_may_be_of_one_agent(module: ModuleType, control: Control, log: Any) -> None:
    call = module.ShopCall(call_request({}), "other")
    assert (call.agent, names(call.tools())) == ("other", ["back"])
    module.ShopCall(call_request(metadata(control, vox_agent="agent")), "other")
    assert "started the agent 'agent', and this program is 'other'" in log.text
    with pytest.raises(ValueError, match="no agent 'another', but agent, other"):
        module.ShopCall(call_request({}), "another")


async def test_a_program_of_one_agent_is_told_that_the_call_is_anothers(
    module: ModuleType, control: Control, log: Any
) -> None:
    """Where the agent's server is told nothing at the start, the scenario says it right after it."""
    call = module.ShopCall(call_request(None), "agent")
    _, run_filter, _ = call.wrap(sdk_agent(call.tools(), Model()))
    assert "this program" not in log.text
    for _ in range(2):
        run_filter(UserCustomSent(metadata={"vox_event": "session", **metadata(control, vox_agent="other")}))
    assert log.text.count("started the agent 'other', and this program is 'agent'") == 1
    assert call.agent == "agent"


async def test_what_is_known_later_takes_away_what_is_not_its_own(module: ModuleType, control: Control) -> None:
    call = module.ShopCall(call_request(None))
    agent = sdk_agent(call.tools(), Model())
    hand_over = call.tools()[0]
    _, run_filter, _ = call.wrap(agent)
    assert (call.agent, names(agent._tools)) == ("", ["hand_over", "back"])
    session = UserCustomSent(metadata={"vox_event": "session", **metadata(control, vox_agent="other")})
    run_filter(session)
    assert (call.agent, names(agent._tools)) == ("other", ["back"])
    [refused] = [each async for each in hand_over.func(ToolEnv(turn_env()), why="x")]
    assert "unknown_action" in str(refused)
    assert control.received == []


async def test_only_its_own_model_is_watched(module: ModuleType, control: Control) -> None:
    watched = module.ShopCall(call_request(metadata(control, vox_agent="other")))
    assert watched._phone_call._watches.keys() == {"other"}
    call = module.ShopCall(call_request(metadata(control, vox_agent="agent")))
    agent = sdk_agent(call.tools(), Model(says("Hello.")))
    conversation = Conversation(call.wrap(agent)[0])
    assert [each.text for each in await conversation.caller_says("Hello?")] == ["Hello."]


async def test_who_is_handed_over_is_known(module: ModuleType, control: Control) -> None:
    call = module.ShopCall(call_request(metadata(control, vox_agent="other", vox_outcome=HANDED_OVER)))
    model = Model(says("I see."))
    agent = sdk_agent(call.tools(), model)
    conversation = Conversation(call.wrap(agent)[0])
    await conversation.hear(CallStarted())
    await conversation.caller_says("Hello?")
    shown = str(model.seen[-1])
    assert "the caller was with the agent agent, who has passed along" in shown
    assert "a broken tooth" in shown


async def test_who_is_back_since_nobody_is_there_does_not_introduce_itself(
    module: ModuleType, control: Control
) -> None:
    told = {**HANDED_OVER, "action": None, "agent_unavailable": "other"}
    told.pop("handed_over_by")
    told.pop("parameters")
    call = module.ShopCall(call_request(metadata(control, vox_agent="agent", vox_outcome=told)))
    model = Model(says("My colleague is not there."))
    conversation = Conversation(call.wrap(sdk_agent(call.tools(), model))[0])
    await conversation.hear(CallStarted())
    assert "The agent other cannot be reached." in str(model.seen[-1])


async def test_who_stands_in_for_another_introduces_itself(module: ModuleType, control: Control) -> None:
    """It never had the caller, nor had anybody: the agent that was to be the first is not there."""
    told = {**HANDED_OVER, "action": None, "handed_over_by": "", "parameters": {}, "agent_unavailable": "agent"}
    call = module.ShopCall(call_request(metadata(control, vox_agent="other", vox_outcome=told)))
    agent = sdk_agent(call.tools(), Model(), config=LlmConfig(introduction="Hello, this is the other one."))
    conversation = Conversation(call.wrap(agent)[0])
    said = await conversation.hear(CallStarted())
    assert "Hello, this is the other one." in [getattr(each, "text", "") for each in said]
