"""The language of the call, as the tools learn of it: what they say, and what the model is told."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from line.events import UserCustomSent

from tests.line.conftest import Control, Conversation, call_request, calls, compile_tools, llm_agent, load, says
from tests.line.test_outcomes import NOTICE, returned, texts

FLOW = """\
flowc: 1
flow: shop
agent: {api_key: {secret: CARTESIA_API_KEY}, agent_id: {storage: CARTESIA_AGENT_ID}, unavailable: hang_up}
call: {languages: {en: Amazon.Neural.en_GB_Emma, fr: Amazon.Neural.fr_FR_Lea}}
prompts: {connecting: {en: One moment., fr: Un moment.}}
targets: {desk: {pstn: "+15550100001", caller_id: "+15550100009"}}
actions:
  transfer: {description: Transfer the caller., say: connecting, do: {transfer: desk}}
  language: {description: Go on in French., do: {language: fr}}
"""


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = load(compile_tools(FLOW))
    monkeypatch.setattr(module._flowc_line, "_TIMEOUT_S", 60.0)
    monkeypatch.setattr(module._flowc_line, "_FIRST_ATTEMPT_S", 50.0)
    return module


def told(language: str) -> UserCustomSent:
    return UserCustomSent(metadata={"vox_event": "language", "vox_language": language})


async def phrase(call: Any, *heard: UserCustomSent) -> list[str]:
    """What the tool says, once the agent has heard these."""
    agent, _ = llm_agent(call, calls(("transfer", {})))
    wrapped, runs_on, cancelled_by = call.wrap(agent)
    for event in heard:
        assert not runs_on(event)  # no turn of the model
        assert not cancelled_by(event)
    return texts(await Conversation(wrapped).caller_says("A person, please."))


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_tool_speaks_the_language_that_the_agent_was_started_with(
    module: ModuleType, control: Control, language: str
) -> None:
    call = module.ShopCall(call_request({**control.metadata(), "vox_language": language}))
    assert call.language == language
    assert await phrase(call) == [{"en": "One moment. ", "fr": "Un moment. "}[language]]


async def test_a_tool_speaks_the_language_that_it_was_told_last(module: ModuleType, control: Control) -> None:
    call = module.ShopCall(call_request({**control.metadata(), "vox_language": "en"}))
    assert await phrase(call, told("en"), told("fr")) == ["Un moment. "]
    assert call.language == "fr"


async def test_it_learns_it_with_the_session_as_well(module: ModuleType, control: Control) -> None:
    call = module.ShopCall(call_request({}))
    session = {"vox_event": "session", **control.metadata(), "vox_language": "fr"}
    assert call.language == ""
    assert await phrase(call, UserCustomSent(metadata=session)) == ["Un moment. "]


async def test_another_session_s_language_is_nothing_to_it(module: ModuleType, control: Control) -> None:
    call = module.ShopCall(call_request({**control.metadata(), "vox_language": "en"}))
    other = {"vox_event": "session", "vox_session_control_url": "https://a.voximplant.com/other", "vox_language": "fr"}
    assert await phrase(call, UserCustomSent(metadata=other)) == ["One moment. "]


@pytest.mark.parametrize("strange", [None, 7, "de", ["fr"]])
async def test_what_is_no_language_of_the_flow_is_the_first(
    module: ModuleType, control: Control, strange: object
) -> None:
    call = module.ShopCall(call_request({**control.metadata(), "vox_language": strange}))
    assert await phrase(call) == ["One moment. "]


async def test_the_model_is_told_the_language_when_the_caller_is_back(module: ModuleType, control: Control) -> None:
    call = module.ShopCall(call_request({**control.metadata(), "vox_language": "en"}))
    agent, model = llm_agent(call, says("Ils sont occupés."), calls(("transfer", {})))
    wrapped, runs_on, _ = call.wrap(agent)
    conversation = Conversation(wrapped)
    back = UserCustomSent(metadata={**returned("busy"), "vox_language": "fr"})
    assert runs_on(back)
    await conversation.hear(back)
    [notice] = [content for _, content in model.seen[-1] if content.startswith(NOTICE)]
    assert "front desk (busy). The language of the call is fr. Unless" in notice
    assert texts(await conversation.caller_says("Encore une fois.")) == ["Un moment. "]


async def test_an_action_of_that_name_is_a_tool_all_the_same(module: ModuleType, control: Control) -> None:
    call = module.ShopCall(call_request({**control.metadata(), "vox_language": "en"}))
    assert [tool.name for tool in call.tools()] == ["transfer", "language"]
    assert call.language == "en"
