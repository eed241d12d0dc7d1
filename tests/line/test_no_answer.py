"""A model that does not answer: a real service that refuses, hangs or says nothing; what the caller hears then, and
what the scenario is told.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from line import AgentEnv
from line.llm_agent import LlmAgent, LlmConfig
from line.voice_agent_app import ConversationRunner

from tests.line.conftest import (
    FLOW,
    PATIENCE_S,
    Control,
    Model,
    Socket,
    call_request,
    calls,
    compile_tools,
    load,
    refuses,
    replies,
    says,
    sdk_agent,
)
from tests.line.fake_model import HANGS, Answer, FakeModel, fake_model

MEANWHILE, CONNECTING = "One moment, please.", "One moment, I am connecting you."
WATCHED = FLOW.replace("  unavailable:", "  answers_within: {limit: 20s, say: meanwhile}\n  unavailable:").replace(
    "prompts:\n", f"prompts:\n  meanwhile: {MEANWHILE}\n"
)
NO_ANSWER = {"action": "agent unavailable"}
SOON_S, NEVER_S = 0.2, 3600.0
TURN_OVER = "turn is over"


@dataclass
class Watched:
    """A call in the SDK's own loop."""

    socket: Socket
    watch: Any
    shared: Any

    def wait_longer_for_the_second(self) -> None:
        """The limit is the first answer's alone: the second may take its time, however busy the machine is."""
        words = self.watch._words

        def spoken() -> Any:
            self.watch._within = NEVER_S
            return words()

        self.watch._words = spoken

    async def turn(self, words: str = "Hello?") -> list[str]:
        """What the caller hears after these words, until the agent has no more to say or is ended."""
        self.socket.caller_says(words)
        return await self.heard()

    async def heard(self) -> list[str]:
        found = [""]
        while True:
            message = await asyncio.wait_for(self.socket.outgoing.get(), PATIENCE_S)
            if message["type"] == "message":
                found[-1] += message["content"]
                found += [""] if message["content"].strip() in (MEANWHILE, CONNECTING) else []
            elif message["type"] == "error":
                return [*(text.strip() for text in found if text), "(ended)"]
            elif message["type"] == TURN_OVER:
                return [text.strip() for text in found if text]


def with_turns(spec: Any, socket: Socket) -> Any:
    """The agent, of which it is said when a turn is over, unless that ends the agent: not every SDK says so itself."""
    agent, *filters = spec
    process = agent.process if hasattr(agent, "process") else agent

    async def turn(env: Any, event: Any) -> AsyncIterator[Any]:
        is_over = True
        try:
            async with contextlib.aclosing(process(env, event)) as outputs:
                async for output in outputs:
                    yield output
        except Exception:
            is_over = False
            raise
        finally:
            if is_over:
                socket.outgoing.put_nowait({"type": TURN_OVER})

    return (turn, *filters)


def counted_from_the_question(asked: Any, service: FakeModel) -> Any:
    """The class, of which a limit counts from when the service is asked: until then the model's library is loaded,
    and on a busy machine that and the connection take longer than the limits of these tests.
    """

    class Counted(asked):  # type: ignore[misc]
        def __init__(self, *given: Any) -> None:
            self._before = len(service.requests)
            super().__init__(*given)

        async def next(self, seconds: float | None) -> Any:
            while not self._has_found.is_set() and len(service.requests) == self._before:
                await asyncio.sleep(0.001)
            return await super().next(seconds)

    return Counted


@contextlib.asynccontextmanager
async def watched(
    control: Control | None, model: Model | FakeModel, *, within: float = NEVER_S, meanwhile: float = NEVER_S
) -> AsyncIterator[Watched]:
    """`model` is scripted, or a service. `within` and `meanwhile` are limits, in seconds."""
    module = load(compile_tools(WATCHED))
    shared = module._flowc_line
    shared._MEANWHILE_S, shared._LEAST_S, shared._GREETING_WAITS_S = meanwhile, min(within, 3.0), 0.0
    call = module.ShopCall(call_request(control.metadata() if control is not None else {}))
    watch = call._phone_call._watches[""]
    watch._within = within
    if isinstance(model, FakeModel):
        shared._Asked = counted_from_the_question(shared._Asked, model)
        config = LlmConfig(system_prompt="Be kind.", introduction="", num_retries=0, extra={"api_base": model.url})
        agent = LlmAgent(model="openai/gpt-4o", api_key="test", tools=call.tools(), config=config)
    else:
        agent = sdk_agent(call.tools(), model, config=LlmConfig(introduction=""))
    socket = Socket()
    runner = ConversationRunner(socket, with_turns(call.wrap(agent), socket), AgentEnv())
    running = asyncio.create_task(runner.run())
    found = Watched(socket, watch, shared)
    await found.heard()  # the start, with no word
    try:
        yield found
    finally:
        socket.incoming.put_nowait(None)
        await asyncio.wait_for(running, PATIENCE_S)


def told(control: Control) -> list[dict[str, Any]]:
    return [received.body for received in control.received]


@pytest.mark.parametrize("code", [401, 429, 500])
async def test_a_service_that_refuses_is_asked_once_more(control: Control, code: int) -> None:
    """Where it refuses again at once there is no time for a sentence: what `unavailable` says is heard."""
    async with fake_model(code, code) as service, watched(control, service) as call:
        assert await call.turn() == []
        assert len(service.requests) == 2
        assert told(control) == [NO_ANSWER]
        headers = control.received[0].headers
        assert headers["X-Flowc-Token"] == "secret-token"
        assert headers["X-Flowc-Request-Id"]


async def test_a_service_that_hangs_is_asked_once_more(control: Control) -> None:
    async with fake_model(HANGS, HANGS) as service, watched(control, service, within=SOON_S) as call:
        assert await call.turn() == [MEANWHILE]
        assert len(service.requests) == 2
        assert told(control) == [NO_ANSWER]


async def test_a_service_that_says_nothing_is_asked_once_more(control: Control) -> None:
    async with fake_model("", "") as service, watched(control, service) as call:
        assert await call.turn() == []
        assert len(service.requests) == 2
        assert told(control) == [NO_ANSWER]


@pytest.mark.parametrize("first", [429, "", HANGS])
async def test_a_second_answer_is_heard(control: Control, first: Answer) -> None:
    within = SOON_S if first == HANGS else NEVER_S
    async with fake_model(first, "I am here.") as service, watched(control, service, within=within) as call:
        call.wait_longer_for_the_second()
        assert await call.turn() == ([MEANWHILE, "I am here."] if first == HANGS else ["I am here."])
        assert told(control) == []
        said = [message["content"] for message in service.requests[1]["messages"]]
        assert any("Give it now" in str(each) for each in said)


async def test_a_sentence_is_heard_where_the_second_answer_takes_long(control: Control) -> None:
    async with fake_model(500, HANGS) as service, watched(control, service, within=SOON_S, meanwhile=0.01) as call:
        assert await call.turn() == [MEANWHILE]
        assert told(control) == [NO_ANSWER]


class Broken(Model):
    """Of its answers, None is a refusal; others are as they are scripted."""

    def chat(self, messages: list[Any], tools: Any = None, config: Any = None, **_: Any) -> Any:
        if self.answers and self.answers[0] == REFUSED:
            self.seen.append([(message.role, message.content or "") for message in messages])
            self.answers.pop(0)
            raise ConnectionError("sk-secret")
        return super().chat(messages, tools, config)


REFUSED: list[Any] = ["refused"]


async def test_the_model_may_hang_after_a_tool_as_well(control: Control) -> None:
    """What a tool has handed back has to be answered, and nothing is asked for twice."""
    note = calls(("note", {"text": "x"}))
    control.answers = [replies({"ok": True})]
    async with watched(control, Broken(note, REFUSED, says("Noted."))) as call:
        assert await call.turn() == ["Noted."]
        assert told(control) == [{"action": "note", "text": "x"}]


async def test_what_a_tool_has_said_is_no_answer_to_what_it_hands_back(control: Control) -> None:
    control.answers = [replies({"ok": True, "data": {"price": 5}})]
    lookup = calls(("lookup", {"key": "price", "item": 1}))
    async with watched(control, Broken(lookup, [], says("Five euros."))) as call:
        assert (await call.turn())[-1].endswith("Five euros.")
        assert [body["action"] for body in told(control)] == ["lookup"]


async def test_a_tool_does_not_make_up_for_a_model_that_is_silent_again(control: Control) -> None:
    """It is asked once more, and not once more after each tool."""
    control.answers = [replies({"ok": True}), replies({"ok": True})]
    note = calls(("note", {"text": "x"}))
    async with watched(control, Broken(REFUSED, note, REFUSED, says("Never asked for."))) as call:
        assert await call.turn() == []
        assert told(control) == [{"action": "note", "text": "x"}, NO_ANSWER]


class Cancelled(Broken):
    """What it waits for is cancelled, once."""

    def chat(self, messages: list[Any], tools: Any = None, config: Any = None, **_: Any) -> Any:
        if self.answers and self.answers[0] == REFUSED:
            self.answers.pop(0)
            raise asyncio.CancelledError
        return super().chat(messages, tools, config)


async def test_a_turn_that_is_cancelled_from_inside_is_asked_for_once_more(control: Control) -> None:
    async with watched(control, Cancelled(REFUSED, says("I am here."))) as call:
        assert await call.turn() == ["I am here."]
        assert told(control) == []


async def test_an_action_that_has_the_call_is_not_disturbed(control: Control) -> None:
    """The call leaves the agent: whatever its model does now is of no matter."""
    both = calls(("transfer", {}), ("note", {"text": "x"}))
    async with watched(control, Broken(both, REFUSED)) as call:
        assert await call.turn() == [CONNECTING]
        assert [body["action"] for body in told(control)] == ["transfer", "note"]


async def test_each_turn_is_asked_once_more(control: Control) -> None:
    async with watched(control, Broken(REFUSED, says("One."), REFUSED, says("Two."))) as call:
        assert [await call.turn(), await call.turn()] == [["One."], ["Two."]]
        assert told(control) == []


async def test_a_caller_who_speaks_meanwhile_does_not_begin_it_anew(control: Control) -> None:
    """Who says "hello?" again and again, as people do, is not kept waiting for ever."""
    async with fake_model(HANGS, HANGS) as service, watched(control, service, within=SOON_S) as call:
        call.wait_longer_for_the_second()
        call.socket.caller_says("Hello?")
        assert (await call.socket.next("message"))["content"].strip() == MEANWHILE
        await asyncio.wait_for(_asked(service, 2), PATIENCE_S)
        service.answers, call.watch._within = [HANGS], SOON_S
        assert await call.turn("Is anybody there?") == []  # which was the first turn's end
        assert await call.heard() == []
        assert told(control) == [NO_ANSWER]
        assert len(service.requests) == 3


async def _asked(service: FakeModel, times: int) -> None:
    while len(service.requests) < times:
        service.asked.clear()
        await service.asked.wait()


async def test_what_the_scenario_has_refused_ends_the_turn_alone(control: Control) -> None:
    """The caller is with somebody else, or hears a warning."""
    control.answers = [refuses("busy")]
    async with watched(control, Broken(REFUSED, REFUSED, says("Here."))) as call:
        assert await call.turn() == []
        assert await call.turn() == ["Here."]
        assert told(control) == [NO_ANSWER]


@pytest.mark.parametrize("answer", [refuses("unknown_action"), replies("", 502)])
async def test_where_the_scenario_does_not_know_the_agent_ends(control: Control, answer: Any) -> None:
    """Which the scenario notices: `unavailable` follows all the same. So it is with one of an earlier version."""
    control.answers = [answer]
    async with watched(control, Broken(REFUSED, REFUSED)) as call:
        assert await call.turn() == ["(ended)"]


async def test_without_a_phone_call_the_agent_ends_as_it_would(caplog: pytest.LogCaptureFixture) -> None:
    async with watched(None, Broken(REFUSED, REFUSED)) as call:
        assert await call.turn() == ["(ended)"]
    assert "The model does not answer: its turn ends with ConnectionError." in caplog.messages
    assert not any("sk-secret" in message for message in caplog.messages)


async def test_a_noise_needs_no_answer(control: Control) -> None:
    async with watched(control, Model()) as call:
        for frame in ("speaking", "idle"):
            call.socket.incoming.put_nowait({"type": "user_state", "value": frame})
        assert await call.heard() == []
        assert told(control) == []
