"""Level 2: the SDK's real way to a model, to a service on this machine. What the model gets, byte for byte."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from line.events import AgentSendText
from line.llm_agent import LlmAgent, LlmConfig
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.conftest import ROOT, Artifacts
from tests.line.conftest import Control, Conversation, call_request, load
from tests.line.fake_model import Answer, FakeModel, fake_model

EXAMPLES = ("front_desk", "function_calling")


class Schema(JSONSnapshotExtension):
    """The tools as a service of this protocol gets them."""


def _agent(artifacts: Artifacts, control: Control, model: FakeModel) -> Conversation:
    module = load(artifacts["py"])
    call_class = next(value for name, value in vars(module).items() if name.endswith("Call"))
    call = call_class(call_request(control.metadata()))
    config = LlmConfig(system_prompt="Be kind.", extra={"api_base": model.url})
    agent = LlmAgent(model="openai/gpt-4o", api_key="test", tools=call.tools(), config=config)
    return Conversation(call.wrap(agent)[0])


async def _turn(artifacts: Artifacts, control: Control, *answers: Answer) -> tuple[FakeModel, list[Any]]:
    """One turn of the caller."""
    async with fake_model(*answers) as model:
        return model, await _agent(artifacts, control, model).caller_says("A person, please.")


@pytest.mark.parametrize("flow", EXAMPLES)
async def test_the_tools_as_the_model_gets_them(
    compiled: Callable[[Path], Artifacts], control: Control, flow: str, snapshot: SnapshotAssertion
) -> None:
    model, _ = await _turn(compiled(ROOT / "flows" / f"{flow}.yaml"), control, "One moment.")
    [request] = model.requests
    assert request["stream"] is True
    assert request["tools"] == snapshot(extension_class=Schema)


async def test_a_tool_call_in_pieces_is_one_action(compiled: Callable[[Path], Artifacts], control: Control) -> None:
    asks = ("call_transfer", {"summary": 'a "broken" tooth, Zähne \N{TOOTH}'})
    model, outputs = await _turn(compiled(ROOT / "flows" / "function_calling.yaml"), control, asks)
    assert [received.body for received in control.received] == [{"action": asks[0], **asks[1]}]
    assert [output.text for output in outputs if isinstance(output, AgentSendText)] == [
        "One moment, I am connecting you. "
    ]
    assert len(model.requests) == 1  # the model is not asked for another word


async def test_a_result_comes_back_to_the_model(compiled: Callable[[Path], Artifacts], control: Control) -> None:
    answers: tuple[Answer, ...] = (("caller_number", {}), "You are calling from somewhere.")
    model, _ = await _turn(compiled(ROOT / "flows" / "front_desk.yaml"), control, *answers)
    assert len(model.requests) == 2
    *_, result = model.requests[1]["messages"]
    assert result["role"] == "tool"
    assert result["content"] == '{"ok": true}'
