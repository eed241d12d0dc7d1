"""Every action exactly once: interruptions, repetitions and hang-ups around a request. Levels 0 and 1."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import gc
from types import ModuleType
from typing import Any

import pytest
from line import AgentEnv
from line.events import AgentSendText, AgentToolReturned, UserCustomSent, UserTurnStarted
from line.llm_agent import ToolEnv
from line.voice_agent_app import ConversationRunner

from tests.line.conftest import (
    FLOW,
    PATIENCE_S,
    Control,
    Conversation,
    Socket,
    call_request,
    calls,
    compile_tools,
    llm_agent,
    load,
    refuses,
    replies,
    says,
    turn_env,
    use,
)
from tests.line.test_requests import reset

RETURNED = {"vox_event": "returned", "action": "transfer", "outcome": "busy", "target": "desk", "tried": []}


async def collect(outputs: Any) -> list[Any]:
    return [output async for output in outputs]


async def interrupt(turn: asyncio.Task[Any]) -> None:
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn


@pytest.fixture
def patient(tools_module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Long enough limits for a test to hold an answer back."""
    for name in ("_TIMEOUT_S", "_FIRST_ATTEMPT_S"):
        monkeypatch.setattr(tools_module._flowc_line, name, 20.0)
    return tools_module


async def test_a_tool_call_after_an_interruption_joins_the_request(patient: ModuleType, control: Control) -> None:
    control.answers = [control.held({"ok": True, "data": {"price": "5"}})]
    call = patient.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(
        call,
        calls(("lookup", {"key": "price", "item": 1})),
        calls(("lookup", {"key": "price", "item": 1})),
        says("It costs five."),
    )
    conversation = Conversation(agent)
    first = asyncio.create_task(collect(conversation.start(conversation.words("What does it cost?"))))
    await control.arrived.wait()
    await interrupt(first)
    second = asyncio.create_task(collect(conversation.start(conversation.words("Hello?"))))
    while len(model.seen) < 2:
        await asyncio.sleep(0)
    control.release.set()
    outputs = await second
    assert len(control.received) == 1
    assert [output.text for output in outputs if isinstance(output, AgentSendText)] == ["It costs five."]
    (told,) = (output.result for output in outputs if isinstance(output, AgentToolReturned))
    assert told == {"ok": True, "data": {"price": "5"}}


async def test_an_answer_that_came_too_late_waits_for_the_next_tool_call(patient: ModuleType, control: Control) -> None:
    control.answers = [control.held({"ok": True})]
    call = patient.ShopCall(call_request(control.metadata()))
    first = asyncio.create_task(use(call, "note", text="x"))
    await control.arrived.wait()
    await interrupt(first)
    control.release.set()
    await asyncio.gather(*patient._flowc_line._under_way)
    assert await use(call, "note", text="x") == [{"ok": True}]
    assert len(control.received) == 1
    assert await use(call, "note", text="x") == [{"ok": True}]  # a new wish: that answer has been taken
    assert len(control.received) == 2


async def test_an_answer_does_not_wait_for_ever(
    patient: ModuleType, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient._flowc_line, "_UNCLAIMED_S", 0.0)
    control.answers = [control.held({"ok": True})]
    call = patient.ShopCall(call_request(control.metadata()))
    first = asyncio.create_task(use(call, "note", text="x"))
    await control.arrived.wait()
    await interrupt(first)
    control.release.set()
    await asyncio.gather(*patient._flowc_line._under_way)
    await use(call, "note", text="x")
    assert len(control.received) == 2


async def test_an_interrupted_transfer_goes_on_and_is_not_announced_again(
    patient: ModuleType, control: Control
) -> None:
    control.answers = [control.held({"ok": True})]
    call = patient.ShopCall(call_request(control.metadata()))
    agent, _ = llm_agent(call, calls(("transfer", {})), calls(("transfer", {})), calls(("transfer", {})))
    conversation = Conversation(agent)
    first = asyncio.create_task(collect(conversation.start(conversation.words("A person, please."))))
    await control.arrived.wait()
    await interrupt(first)
    control.release.set()
    await asyncio.gather(*patient._flowc_line._under_way)
    for words in ("Hello?", "Hello?"):
        outputs = await conversation.caller_says(words)
        assert [type(output).__name__ for output in outputs] == ["AgentToolCalled", "AgentToolReturned"]
    assert len(control.received) == 1


async def test_an_interruption_at_the_phrase_loses_nothing(patient: ModuleType, control: Control) -> None:
    call = patient.ShopCall(call_request(control.metadata()))
    tool = next(tool for tool in call.tools() if tool.name == "transfer")
    outputs = tool.func(ToolEnv(turn_env()))
    assert isinstance(await anext(outputs), AgentSendText)
    assert control.received == []
    del outputs  # what becomes of a turn that is cancelled while the phrase is being sent
    gc.collect()
    await control.arrived.wait()
    assert len(control.received) == 1


async def test_the_request_outlives_the_agents_connection(patient: ModuleType, control: Control) -> None:
    call = patient.ShopCall(call_request(control.metadata()))
    turn = asyncio.create_task(use(call, "end_call"))
    while not patient._flowc_line._under_way:
        await asyncio.sleep(0)
    await interrupt(turn)
    del call
    gc.collect()
    await control.arrived.wait()
    assert control.received[0].body == {"action": "end_call"}


async def test_the_same_thing_twice_in_one_answer_of_the_model(tools_module: ModuleType, control: Control) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, calls(("note", {"text": "x"}), ("note", {"text": "x"})), says("Noted."))
    outputs = await Conversation(agent).caller_says("Write down x.")
    assert [output.result for output in outputs if isinstance(output, AgentToolReturned)] == [{"ok": True}] * 2
    assert len(control.received) == 1
    assert len(model.seen) == 2


async def test_end_call_twice_is_one_hang_up_and_no_word(tools_module: ModuleType, control: Control) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("Bye.") + calls(("end_call", {})), says("Bye!") + calls(("end_call", {})))
    conversation = Conversation(agent)
    await conversation.caller_says("Bye.")
    await conversation.caller_says("Bye bye.")
    assert len(control.received) == 1
    assert len(model.seen) == 2


async def test_different_parameters_are_different_requests(tools_module: ModuleType, control: Control) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    ctx = ToolEnv(turn_env())
    await use(call, "note", ctx, text="x")
    await use(call, "note", ctx, text="y")
    first, second = control.received
    assert first.headers["X-Flowc-Request-Id"] != second.headers["X-Flowc-Request-Id"]


async def test_another_action_during_a_transfer_is_for_the_scenario_to_refuse(
    tools_module: ModuleType, control: Control
) -> None:
    control.answers = [replies({"ok": True}), refuses("busy")]
    call = tools_module.ShopCall(call_request(control.metadata()))
    await use(call, "transfer")
    (told,) = await use(call, "end_call")
    assert told["error"] == "busy"
    assert len(control.received) == 2


async def test_after_the_call_came_back_the_same_action_is_a_new_request(
    tools_module: ModuleType, control: Control
) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, *_ = call.wrap(llm_agent(call, says("They are busy."))[0])
    conversation = Conversation(agent)
    for _ in range(2):
        (phrase,) = await use(call, "transfer", summary="x")
        assert isinstance(phrase, AgentSendText)
        await conversation.hear(UserCustomSent(metadata=RETURNED))
    first, second = control.received
    assert first.headers["X-Flowc-Request-Id"] != second.headers["X-Flowc-Request-Id"]


async def test_the_call_may_be_back_before_the_reply(patient: ModuleType, control: Control) -> None:
    control.answers = [control.held({"ok": True})]
    call = patient.ShopCall(call_request(control.metadata()))
    agent, *_ = call.wrap(llm_agent(call, says("They are busy."))[0])
    first = asyncio.create_task(use(call, "transfer"))
    await control.arrived.wait()
    await interrupt(first)  # the returned call cancels the turn
    await Conversation(agent).hear(UserCustomSent(metadata=RETURNED))
    control.release.set()
    await asyncio.gather(*patient._flowc_line._under_way)
    await use(call, "transfer")
    assert len(control.received) == 2


async def test_a_refused_action_can_be_asked_for_again(tools_module: ModuleType, control: Control) -> None:
    control.answers = [refuses("not_ready")]
    call = tools_module.ShopCall(call_request(control.metadata()))
    await use(call, "end_call")
    assert await use(call, "end_call") == []
    first, second = control.received
    assert first.headers["X-Flowc-Request-Id"] != second.headers["X-Flowc-Request-Id"]


async def test_what_may_have_arrived_is_repeated_under_its_id(tools_module: ModuleType, control: Control) -> None:
    control.answers = [reset, reset]
    call = tools_module.ShopCall(call_request(control.metadata()))
    _, told = await use(call, "transfer")
    assert told["error"] == "unreachable"
    (phrase,) = await use(call, "transfer")
    assert isinstance(phrase, AgentSendText)
    assert len(control.received) == 3
    assert len({request.headers["X-Flowc-Request-Id"] for request in control.received}) == 1


async def test_accepted_without_a_word_is_asked_again_as_a_new_request(
    tools_module: ModuleType, control: Control
) -> None:
    """A platform that keeps bodies to itself also hides refusals: the scenario judges a repetition anew."""
    control.answers = [replies("")]
    call = tools_module.ShopCall(call_request(control.metadata()))
    await use(call, "end_call")
    await use(call, "end_call")
    first, second = control.received
    assert first.headers["X-Flowc-Request-Id"] != second.headers["X-Flowc-Request-Id"]


async def test_many_calls_in_one_process(tools_module: ModuleType, control: Control) -> None:
    many = [tools_module.ShopCall(call_request(control.metadata())) for _ in range(50)]
    await asyncio.gather(*(use(call, "note", text=f"call {number}") for number, call in enumerate(many)))
    assert sorted(request.body["text"] for request in control.received) == sorted(f"call {n}" for n in range(50))
    assert not tools_module._flowc_line._under_way


CANCELLING = FLOW.replace(
    "{description: End the call.,", "{description: End the call., say: connecting, interrupted: cancel,"
)


async def test_a_phrase_that_is_interrupted_cancels_what_it_announces(control: Control) -> None:
    module = load(compile_tools(CANCELLING))
    call = module.ShopCall(call_request(control.metadata()))
    (tool,) = (tool for tool in call.tools() if tool.name == "end_call")
    spoken = tool.func(ToolEnv(turn_env()))
    assert (await anext(spoken)).interruptible
    await spoken.aclose()
    assert control.received == []
    assert [type(output).__name__ for output in await use(call, "end_call")] == ["AgentSendText"]
    assert len(control.received) == 1


async def test_what_may_have_been_cancelled_is_asked_for_anew(control: Control) -> None:
    module = load(compile_tools(CANCELLING))
    call = module.ShopCall(call_request(control.metadata()))
    await use(call, "end_call")
    await use(call, "end_call")
    ids = {received.headers["X-Flowc-Request-Id"] for received in control.received}
    assert len(ids) == 2


async def test_what_the_caller_has_stopped_is_not_sent_once_more(control: Control) -> None:
    """Neither the request nor that it is taken back has arrived: the request comes no second time by itself."""
    module = load(compile_tools(CANCELLING))

    async def lost(request: Any) -> Any:
        await control.release.wait()
        return reset(request)

    control.answers = [lost, reset, reset]
    call = module.ShopCall(call_request(control.metadata()))
    running = asyncio.create_task(use(call, "end_call"))
    await control.arrived.wait()
    await interrupt(running)
    while len(control.received) < 3:
        await asyncio.sleep(0)
    control.release.set()
    await asyncio.gather(*module._flowc_line._under_way)
    assert ["X-Flowc-Cancel" in each.headers for each in control.received] == [False, True, True]


async def test_an_answer_that_an_interrupted_tool_could_not_take_is_told(patient: ModuleType, control: Control) -> None:
    """The model's history says "cancelled" of a tool that the caller interrupted; what it did, it did all the same."""
    control.answers = [control.held({"ok": True, "data": {"answer": "blue"}}), control.held({"ok": True})]
    call = patient.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("It is blue."), says("Goodbye."))
    conversation = Conversation(call.wrap(agent)[0])
    for tool, arguments in (("lookup", {"key": "stock", "item": 1}), ("note", {"text": "blue"})):
        control.arrived.clear()
        running = asyncio.create_task(use(call, tool, **arguments))
        await control.arrived.wait()
        await interrupt(running)
    control.release.set()
    await asyncio.gather(*patient._flowc_line._under_way)
    await conversation.caller_says("Hello?")
    notices = "".join(content for _, content in model.seen[0])
    done = "was interrupted. It was done all the same. Its result:"
    assert f'use of lookup {done} {{"ok": true, "data": {{"answer": "blue"}}}}' in notices
    assert f'use of note {done} {{"ok": true}}' in notices
    await conversation.caller_says("Thanks.")
    assert len([content for _, content in model.seen[1] if "was done all the same" in content]) == 2
    assert len(control.received) == 2


async def test_a_refusal_that_an_interrupted_tool_could_not_take_is_told(patient: ModuleType, control: Control) -> None:
    refusal = {"ok": False, "error": {"code": "not_ready", "message": "because"}}
    control.answers = [control.held(refusal)]
    call = patient.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("I am sorry."))
    running = asyncio.create_task(use(call, "transfer"))
    await control.arrived.wait()
    await interrupt(running)
    control.release.set()
    await asyncio.gather(*patient._flowc_line._under_way)
    await Conversation(call.wrap(agent)[0]).caller_says("Hello?")
    assert any("use of transfer was interrupted. It was not done. " in content for _, content in model.seen[0])


def late(socket: Socket, control: Control, reply: dict[str, Any]) -> None:
    """The scenario says it over the agent's connection, when no tool waits for that any more."""
    request_id = control.received[0].headers["X-Flowc-Request-Id"]
    metadata = {"vox_event": "reply", "request_id": request_id, "reply": reply}
    socket.incoming.put_nowait({"type": "custom", "metadata": metadata})


@pytest.fixture
def hasty(tools_module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A reply without a body is awaited over the agent's connection for no time at all."""
    monkeypatch.setattr(tools_module._flowc_line, "_REPEATED_S", 0.01)
    return tools_module


BUSY = {"ok": False, "error": {"code": "busy"}}


@pytest.mark.parametrize("reply", [{"ok": True}, {"ok": True, "pending": True}, "junk", BUSY], ids=str)
async def test_a_refusal_that_comes_too_late_is_told_all_the_same(
    hasty: ModuleType, control: Control, reply: Any
) -> None:
    """The tool has taken for accepted what had no body, and its turn is over: without a turn nobody says a word."""
    control.answers = [replies(""), replies("")]
    call = hasty.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, calls(("transfer", {})), says("Later, please."), says("Fine."))
    socket = Socket()
    running = asyncio.create_task(ConversationRunner(socket, call.wrap(agent), AgentEnv()).run())
    socket.caller_says("A person, please.")
    while not (await socket.next("tool_call"))["result"]:
        pass
    late(socket, control, reply)
    late(socket, control, reply)  # the platform repeats itself
    if reply is not BUSY:
        socket.caller_says("Hello?")
    while (await socket.next("message"))["content"] != "Later, please.":
        pass
    known = [content for _, content in model.seen[1] if "Only now it is known" in content]
    assert len(known) == (reply is BUSY)
    assert all("your use of transfer has come to. It was not done. Something else" in each for each in known)
    socket.incoming.put_nowait(None)
    await asyncio.wait_for(running, PATIENCE_S)


async def test_data_that_comes_too_late_is_told_all_the_same(hasty: ModuleType, control: Control) -> None:
    control.answers = [replies(""), replies("")]
    call = hasty.ShopCall(call_request(control.metadata()))
    lookup = calls(("lookup", {"key": "price", "item": 1}))
    agent, model = llm_agent(call, lookup, says("One moment."), says("It costs five."))
    socket = Socket()
    running = asyncio.create_task(ConversationRunner(socket, call.wrap(agent), AgentEnv()).run())
    socket.caller_says("What does it cost?")
    while (await socket.next("message"))["content"] != "One moment.":
        pass
    late(socket, control, {"ok": True, "data": {"price": "5"}})
    assert (await socket.next("message"))["content"] == "It costs five."
    [known] = [content for _, content in model.seen[2] if "Only now it is known" in content]
    assert known.endswith('It was done all the same. Its result: {"ok": true, "data": {"price": "5"}}')
    socket.incoming.put_nowait(None)
    await asyncio.wait_for(running, PATIENCE_S)


async def test_what_was_refused_to_an_interrupted_tool_is_tried_again(patient: ModuleType, control: Control) -> None:
    """A moment later it may be possible: an old refusal is no answer to that."""
    control.answers = [control.held({"ok": False, "error": {"code": "not_ready"}})]
    call = patient.ShopCall(call_request(control.metadata()))
    agent, _ = llm_agent(call, calls(("note", {"text": "x"})), calls(("note", {"text": "x"})), says("Noted."))
    conversation = Conversation(call.wrap(agent)[0])
    first = asyncio.create_task(collect(conversation.start(conversation.words("Note x."))))
    await control.arrived.wait()
    await interrupt(first)
    control.release.set()
    outputs = await conversation.caller_says("Now?")
    assert [each.result for each in outputs if isinstance(each, AgentToolReturned)] == [{"ok": True}]
    first_id, second_id = (each.headers["X-Flowc-Request-Id"] for each in control.received)
    assert first_id != second_id


async def test_what_nobody_knows_is_told_as_that(tools_module: ModuleType, control: Control) -> None:
    control.answers = [reset, reset]
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("Hm."))
    running = asyncio.create_task(use(call, "note", text="blue"))
    await control.arrived.wait()
    await interrupt(running)
    await asyncio.gather(*tools_module._flowc_line._under_way)
    await Conversation(call.wrap(agent)[0]).caller_says("Hello?")
    notices = "".join(content for _, content in model.seen[0])
    assert "may or may not have been done" in notices
    assert "was not done" not in notices


async def test_one_request_is_told_once_however_often_it_was_interrupted(patient: ModuleType, control: Control) -> None:
    control.answers = [control.held({"ok": True})]
    call = patient.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("Noted."))
    for _ in range(3):
        running = asyncio.create_task(use(call, "note", text="blue"))
        await control.arrived.wait()
        await asyncio.sleep(0)
        await interrupt(running)
    control.release.set()
    await asyncio.gather(*patient._flowc_line._under_way)
    await Conversation(call.wrap(agent)[0]).caller_says("Hello?")
    assert "".join(content for _, content in model.seen[0]).count("use of note was interrupted") == 1
    assert len(control.received) == 1


def cancelled(request: str, **more: str) -> UserCustomSent:
    return UserCustomSent(metadata={"vox_event": "cancelled", "action": "end_call", "request_id": request, **more})


async def test_only_a_noise_makes_the_agent_speak_by_itself(control: Control) -> None:
    """The caller's own words get a turn anyway; what was asked for anew has nothing to do with it."""
    call = load(compile_tools(CANCELLING)).ShopCall(call_request(control.metadata()))
    _, runs, _ = call.wrap(llm_agent(call)[0])
    for asked in ("end_call", "end_call"):
        await use(call, asked)
    await use(call, "note", text="blue")
    first, second, _ = (received.headers["X-Flowc-Request-Id"] for received in control.received)
    assert not runs(cancelled(first))
    assert not runs(cancelled(""))
    assert not runs(cancelled(second, key="0"))
    assert runs(cancelled(second))
    assert not runs(UserTurnStarted())
    assert not runs(cancelled(second))


async def test_the_model_is_told_that_the_caller_went_on_with_a_key(control: Control) -> None:
    call = load(compile_tools(CANCELLING)).ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("You are back."))
    conversation = Conversation(call.wrap(agent)[0])
    conversation.history.append(cancelled("id", key="0"))
    await conversation.caller_says("Hello?")
    told = "".join(content for _, content in model.seen[0])
    assert "The caller went on with the key 0, so end_call was not done." in told
    assert "interrupted" not in told


async def test_an_agent_of_the_users_own_is_not_run_by_a_noise(control: Control) -> None:
    call = load(compile_tools(CANCELLING)).ShopCall(call_request(control.metadata()))

    async def own(env: Any, event: Any) -> Any:
        yield AgentSendText(text="Hello.")

    _, runs, _ = call.wrap(own)
    await use(call, "end_call")
    assert not runs(cancelled(control.received[0].headers["X-Flowc-Request-Id"]))


async def test_the_caller_gets_time_to_say_what_the_noise_was(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = load(compile_tools(CANCELLING)).ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("Yes?"))
    conversation = Conversation(call.wrap(agent)[0])
    waited: list[tuple[float, int]] = []

    async def wait(seconds: float) -> None:
        waited.append((seconds, len(model.seen)))

    monkeypatch.setattr(asyncio, "sleep", wait)
    await conversation.hear(cancelled("id"))
    assert waited[0] == (2.0, 0)  # before the model is asked
    assert len(model.seen) == 1
