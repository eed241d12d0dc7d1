"""What became of the call reaches the conversation: as the flow's phrase or as a turn of the model, and stays known."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import json
from types import ModuleType
from typing import Any

import pytest
from line import AgentEnv
from line.events import (
    AgentSendText,
    AgentTextSent,
    CallEnded,
    CallStarted,
    UserCustomSent,
    UserTurnEnded,
    UserTurnStarted,
)
from line.llm_agent import LlmConfig
from line.voice_agent_app import ConversationRunner

from tests.line.conftest import PATIENCE_S, Control, Conversation, Socket, call_request, calls, llm_agent, says

NOTICE = "[Notice from the phone system, not from the caller] "


def returned(outcome: str | None = "busy", say: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "vox_event": "returned",
        "action": "transfer",
        "request_id": "id",
        "outcome": outcome,
        "target": "front_desk",
        "tried": [{"target": "reception", "outcome": "no_answer"}, {"target": "front_desk", "outcome": outcome}],
        "say": say,
        **more,
    }


TALKED = [
    {"target": "desk", "outcome": "connected"},
    {"target": "boss", "outcome": "connected"},
    {"target": "front_desk", "outcome": "busy"},
    {"target": "front_desk", "outcome": "busy"},
]


def texts(outputs: list[Any]) -> list[str]:
    return [output.text for output in outputs if isinstance(output, AgentSendText)]


def started(call: Any, *answers: Any, **config: Any) -> tuple[Conversation, Any]:
    agent, model = llm_agent(call, *answers, **config)
    return Conversation(call.wrap(agent)[0]), model


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (returned("busy"), "The transfer to front desk did not come about: busy. Tried: reception (no answer), "),
        (returned("no_answer"), "did not come about: no answer."),
        (
            returned("cancelled", by="key"),
            "The caller has stopped the ringing with a key, and is back with you. Tried: reception (no answer), front"
            " desk (cancelled). Unless you have done so already, offer to help in another way.",
        ),
        (
            returned("cancelled", by="key", tried=TALKED[:1], target=None),
            "is back with you. Before that the caller has talked to desk. Tried: desk (connected). Unless",
        ),
        (returned("invented_later"), "did not come about: invented later."),
        (returned("connected"), "The caller has talked to front desk and is back with you. Unless you have done so"),
        (returned("connected", talk_seconds=75), "has talked to front desk for 75 seconds and is back with you."),
        (returned("connected", talk_seconds="75"), "The caller has talked to front desk and is back with you."),
        (returned("connected", talk_seconds=-1), "The caller has talked to front desk and is back with you."),
        (returned(None), "The caller is back with you."),
        (returned(None, handed_over_by="agent"), "The caller is now with you. Before, the caller was with"),
        (returned("cancelled", by="key", handed_over_by="agent"), "ringing with a key, and is now with you. Tried:"),
        (returned("cancelled", by="agent"), "You have stopped the ringing, and talk to the caller alone. Tried:"),
        (returned("cancelled"), "The ringing was stopped, and the caller is back with you. Tried:"),  # who has not said
        (returned("cancelled", by=["key"]), "The ringing was stopped, and the caller is back with you. Tried:"),
        (returned("busy", by="key"), "did not come about: busy."),
        (returned("connected", handed_over_by=""), "The caller has talked to front desk and is now with you."),
        ({"vox_event": "returned"}, "The caller is back with you."),
        ({"vox_event": "returned", "outcome": 5, "target": [], "tried": "x", "say": {}}, "The caller is back with"),
        (returned("busy", tried=[5, {}]), "did not come about: busy."),
        (
            returned("no_answer", tried=[{"target": "desk", "outcome": "no_answer", "rang_seconds": 20}]),
            "Tried: desk (no answer after 20 seconds).",
        ),
        (returned("busy", tried=TALKED), "come about: busy. Before that the caller has talked to desk, boss. Tried: "),
        (returned("busy", tried=TALKED), "Tried: desk (connected), boss (connected), front desk (busy) (2 times)."),
        (
            returned("connected", tried=TALKED[:2], target="boss", talk_seconds=5),
            "has talked to boss for 5 seconds, and before that to desk, and is back with you.",
        ),
        (returned("busy", tried=[*TALKED[2:], *TALKED[2:]] * 12), "Tried: front desk (busy) (48 times)."),
    ],
    ids=repr,
)
async def test_without_a_phrase_the_model_gets_a_turn(
    tools_module: ModuleType, metadata: dict[str, Any], words: str
) -> None:
    conversation, model = started(tools_module.ShopCall(call_request({})), says("They are busy."))
    outputs = await conversation.hear(UserCustomSent(metadata=metadata))
    assert texts(outputs) == ["They are busy."]
    role, content = model.seen[0][-1]
    assert role == "user"
    assert content.startswith(NOTICE)
    assert words in content


async def test_the_model_learns_how_long_it_took(
    tools_module: ModuleType, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    conversation, model = started(call, calls(("transfer", {})), says("They are busy."), says("Again."))
    await conversation.caller_says("A person, please.")
    loop = asyncio.get_running_loop()
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + 42)
    await conversation.hear(UserCustomSent(metadata=returned("busy")))
    assert " That took 42 seconds. " in model.seen[-1][-1][1]
    await conversation.hear(UserCustomSent(metadata=returned("busy")))  # of a transfer that nobody here asked for
    assert "That took" not in model.seen[-1][-1][1]


async def test_how_long_they_talked_is_what_it_took(
    tools_module: ModuleType, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    conversation, model = started(call, calls(("transfer", {})), says("Anything else?"))
    await conversation.caller_says("A person, please.")
    loop = asyncio.get_running_loop()
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + 42)
    await conversation.hear(UserCustomSent(metadata=returned("connected", talk_seconds=1)))
    assert "talked to front desk for 1 second and is back" in model.seen[-1][-1][1]
    assert "That took" not in model.seen[-1][-1][1]


async def test_later_turns_know_it_too(tools_module: ModuleType) -> None:
    conversation, model = started(
        tools_module.ShopCall(call_request({})), says("They are busy."), says("Goodbye."), says("Goodbye.")
    )
    await conversation.hear(UserCustomSent(metadata=returned()))
    conversation.agent_spoke("They are busy.")
    for _ in range(2):
        await conversation.caller_says("All right, thanks.")
    for messages in model.seen[1:]:
        notices = [number for number, (_, content) in enumerate(messages) if content.startswith(NOTICE)]
        assert notices == [0]  # once, and where it happened: before what was said about it
        assert messages[1] == ("assistant", "They are busy.")


async def test_a_phrase_is_spoken_as_it_is(tools_module: ModuleType) -> None:
    conversation, model = started(
        tools_module.ShopCall(call_request({})), says("How can I help?"), says("Fine."), says("Fine.")
    )
    outputs = await conversation.hear(UserCustomSent(metadata=returned(say="Everybody is busy.")))
    assert texts(outputs) == ["Everybody is busy. "]
    assert model.seen == []
    conversation.agent_spoke("Everybody is busy.")
    for _ in range(2):
        await conversation.caller_says("Oh.")
    for messages in model.seen:
        (notice,) = (content for _, content in messages if content.startswith(NOTICE))
        assert "did not come about: busy." in notice
        assert notice.endswith("The caller has been told: Everybody is busy.")
        assert ("assistant", "Everybody is busy.") in messages


async def test_a_phrase_that_cannot_be_encoded_does_not_end_the_call(tools_module: ModuleType) -> None:
    conversation, _ = started(tools_module.ShopCall(call_request({})))
    outputs = await conversation.hear(UserCustomSent(metadata=returned(say="Busy \ud83d.")))
    assert texts(outputs) == ["Busy ?. "]


async def test_an_interrupted_notice_is_not_forgotten(tools_module: ModuleType) -> None:
    conversation, model = started(tools_module.ShopCall(call_request({})), says("They are"), says("They are busy."))
    outputs = conversation.start(UserCustomSent(metadata=returned()))
    await anext(outputs)
    await outputs.aclose()  # type: ignore[attr-defined]
    await conversation.caller_says("Hello?")
    assert len([content for _, content in model.seen[1] if content.startswith(NOTICE)]) == 1


async def test_during_the_turn_about_it_tools_work(tools_module: ModuleType, control: Control) -> None:
    conversation, model = started(
        tools_module.ShopCall(call_request(control.metadata())), calls(("note", {"text": "busy"})), says("Noted.")
    )
    assert texts(await conversation.hear(UserCustomSent(metadata=returned()))) == ["Noted."]
    assert [request.body["action"] for request in control.received] == ["note"]
    assert model.seen[1][-1][1].startswith(NOTICE)


@pytest.mark.parametrize("encode", [lambda value: value, json.dumps], ids=["object", "text"])
async def test_started_again_the_agent_goes_on_instead_of_introducing_itself(
    tools_module: ModuleType, encode: Any
) -> None:
    conversation, model = started(
        tools_module.ShopCall(call_request({"vox_outcome": encode(returned())})),
        says("They are busy."),
        says("Fine."),
        config=LlmConfig(introduction="Welcome!"),
    )
    assert texts(await conversation.hear(CallStarted())) == ["They are busy."]
    ((_, notice),) = model.seen[0]  # and not a word of having welcomed the caller
    assert notice.startswith(NOTICE)
    conversation.agent_spoke("They are busy.")
    await conversation.caller_says("Oh.")
    assert [content.split("]")[0] for _, content in model.seen[1]] == [NOTICE[:-2], "They are busy.", "Oh."]


@pytest.mark.parametrize(
    ("outcome", "words"), [("busy", "did not come about: busy"), ("connected", "and is now with you")]
)
async def test_an_agent_that_is_started_after_somebody_was_rung_introduces_itself(
    tools_module: ModuleType, outcome: str, words: str
) -> None:
    """It has not had the caller before; what came of the ringing is told with the next turn."""
    before = {"vox_outcome": {**returned(), "action": None, "outcome": outcome}}
    conversation, model = started(
        tools_module.ShopCall(call_request(before)), says("Fine."), config=LlmConfig(introduction="Welcome!")
    )
    assert texts(await conversation.hear(CallStarted())) == ["Welcome!"]
    assert model.seen == []
    conversation.agent_spoke("Welcome!")
    await conversation.caller_says("Hello.")
    [notice] = [content for _, content in model.seen[0] if content.startswith(NOTICE)]
    assert words in notice


async def test_started_again_with_a_phrase(tools_module: ModuleType) -> None:
    conversation, model = started(
        tools_module.ShopCall(call_request({"vox_outcome": returned(say="Everybody is busy.")})),
        config=LlmConfig(introduction="Welcome!"),
    )
    assert texts(await conversation.hear(CallStarted())) == ["Everybody is busy. "]
    assert model.seen == []


@pytest.mark.parametrize("outcome", [None, "", "not JSON", 5, [], {"vox_event": "other"}], ids=repr)
async def test_a_first_start_is_the_agents_own(tools_module: ModuleType, outcome: Any) -> None:
    conversation, _ = started(
        tools_module.ShopCall(call_request({"vox_outcome": outcome})), config=LlmConfig(introduction="Welcome!")
    )
    assert texts(await conversation.hear(CallStarted())) == ["Welcome!"]


class Recorder:
    """An agent of the user's own: no context, no history."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    async def process(self, env: Any, event: Any) -> Any:
        self.events.append(event)
        yield AgentSendText(text=f"heard {event.type}")


@pytest.mark.parametrize("as_callable", [False, True], ids=["object", "function"])
async def test_other_agents_get_everything_and_the_events_too(tools_module: ModuleType, as_callable: bool) -> None:
    recorder = Recorder()
    call = tools_module.ShopCall(call_request({}))
    conversation = Conversation(call.wrap(recorder.process if as_callable else recorder)[0])
    for event in (
        CallStarted(),
        conversation.words("Hello"),
        UserCustomSent(metadata={"their": "own"}),
        UserCustomSent(metadata=returned()),
        CallEnded(),
    ):
        assert texts(await conversation.hear(event)) == [f"heard {event.type}"]
        assert recorder.events[-1].event_id == event.event_id
    assert texts(await conversation.hear(UserCustomSent(metadata=returned(say="Busy.")))) == ["Busy. "]


async def test_other_agents_started_again_learn_it_too(tools_module: ModuleType) -> None:
    recorder = Recorder()
    call = tools_module.ShopCall(call_request({"vox_outcome": returned()}))
    outputs = await Conversation(call.wrap(recorder)[0]).hear(CallStarted())
    assert texts(outputs) == ["heard user_custom_sent"]
    assert [event.type for event in recorder.events] == ["call_started", "user_custom_sent"]
    assert recorder.events[1].metadata == returned()


def keys(pressed: str) -> UserCustomSent:
    return UserCustomSent(metadata={"vox_event": "keys", "keys": pressed})


async def test_what_the_caller_has_keyed_in_begins_a_turn(tools_module: ModuleType) -> None:
    call = tools_module.ShopCall(call_request({}))
    agent, model = llm_agent(call, says("Thank you."))
    wrapped, runs, cancels = call.wrap(agent)
    conversation = Conversation(wrapped)
    assert runs(keys("42"))
    assert not runs(keys(""))
    assert not cancels(keys("42"))
    assert texts(await conversation.hear(keys("42"))) == ["Thank you."]
    await conversation.caller_says("Is that all?")
    for seen in model.seen:
        assert "".join(content for _, content in seen).count("The caller has keyed in: 42") == 1


async def test_an_agent_of_the_users_own_gets_keys_as_they_are(tools_module: ModuleType) -> None:
    recorder = Recorder()
    wrapped, runs, _ = tools_module.ShopCall(call_request({})).wrap(recorder)
    assert runs(keys("42"))
    await Conversation(wrapped).hear(keys("42"))
    assert recorder.events[-1].metadata == {"vox_event": "keys", "keys": "42"}


def test_filters(tools_module: ModuleType) -> None:
    call = tools_module.ShopCall(call_request({}))
    _, runs, cancels = call.wrap(Recorder())
    assert [runs(event) for event in (CallStarted(), UserTurnEnded(), CallEnded())] == [True] * 3
    assert not runs(UserTurnStarted())
    assert runs(UserCustomSent(metadata=returned()))
    assert not runs(UserCustomSent(metadata={"their": "own"}))
    assert not runs(UserCustomSent(metadata={"vox_event": "cancelled", "action": "end_call", "request_id": "id"}))
    assert cancels(UserTurnStarted())
    assert not cancels(UserTurnEnded())


def test_filters_of_the_users_own_are_kept(tools_module: ModuleType) -> None:
    call = tools_module.ShopCall(call_request({}))
    _, runs, cancels = call.wrap((Recorder(), [CallEnded], lambda event: True))
    assert not runs(CallStarted())
    assert runs(CallEnded())
    assert runs(UserCustomSent(metadata=returned()))
    assert cancels(CallStarted())
    _, runs, _ = call.wrap((Recorder(), lambda event: isinstance(event, CallStarted), [CallEnded]))
    assert runs(CallStarted())
    assert not runs(CallEnded())


async def test_an_error_of_the_agents_own_is_the_agents(tools_module: ModuleType) -> None:
    async def breaks(env: Any, event: Any) -> Any:
        raise RuntimeError("mine")
        yield

    agent, *_ = tools_module.ShopCall(call_request({})).wrap(breaks)
    with pytest.raises(RuntimeError, match="mine"):
        await Conversation(agent).hear(CallStarted())


async def test_a_history_that_refuses_the_notice_does_not_end_the_call(tools_module: ModuleType) -> None:
    call = tools_module.ShopCall(call_request({}))
    agent, model = llm_agent(call, says("They are busy."), says("Fine."))

    def refuses(*_: Any, **__: Any) -> None:
        raise ValueError

    agent.history.add_entry = refuses
    conversation = Conversation(call.wrap(agent)[0])
    assert texts(await conversation.hear(UserCustomSent(metadata=returned()))) == ["They are busy."]
    assert texts(await conversation.caller_says("Oh.")) == ["Fine."]
    assert model.seen[1][-1][1].startswith(NOTICE)


async def test_a_whole_call_in_the_sdks_own_loop(tools_module: ModuleType, control: Control) -> None:
    """Transfer, busy, a turn about it, goodbye: over the frames of the SDK's conversation runner."""
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(
        call,
        calls(("transfer", {"summary": "billing"})),
        says("They are busy."),
        says("Goodbye.") + calls(("end_call", {})),
        config=LlmConfig(introduction="Welcome!"),
    )
    socket = Socket()
    running = asyncio.create_task(ConversationRunner(socket, call.wrap(agent), AgentEnv()).run())
    assert (await socket.next("message"))["content"] == "Welcome!"

    def caller_says(words: str) -> None:
        for frame in (
            {"type": "user_state", "value": "speaking"},
            {"type": "message", "content": words},
            {"type": "user_state", "value": "idle"},
        ):
            socket.incoming.put_nowait(frame)

    def agent_spoke(words: str) -> None:
        for frame in (
            {"type": "agent_state", "value": "speaking"},
            {"type": "agent_speech", "content": words},
            {"type": "agent_state", "value": "idle"},
        ):
            socket.incoming.put_nowait(frame)

    agent_spoke("Welcome!")
    caller_says("A person, please.")
    phrase = await socket.next("message")
    assert (phrase["content"], phrase["interruptible"]) == ("One moment, I am connecting you. ", False)
    await socket.next("tool_call")
    agent_spoke("One moment, I am connecting you.")
    socket.incoming.put_nowait({"type": "custom", "metadata": returned()})
    assert (await socket.next("message"))["content"] == "They are busy."
    agent_spoke("They are busy.")
    caller_says("Never mind. Bye.")
    assert (await socket.next("message"))["content"] == "Goodbye."
    await socket.next("tool_call")
    socket.incoming.put_nowait(None)
    await asyncio.wait_for(running, PATIENCE_S)

    assert [request.body for request in control.received] == [
        {"action": "transfer", "summary": "billing"},
        {"action": "end_call"},
    ]
    *_, transferred, notice, reaction, answer = model.seen[2]
    assert transferred == ("tool", "success")
    assert notice[1].startswith(NOTICE)
    assert (reaction, answer) == (("assistant", "They are busy."), ("user", "Never mind. Bye."))


@pytest.mark.parametrize("say", [None, "They are all busy."])
async def test_words_of_the_caller_in_the_same_instant_lose_no_outcome(
    tools_module: ModuleType, control: Control, say: str | None
) -> None:
    """Frames that arrive together: the SDK begins a turn for the outcome, and cancels it before its first step."""
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, calls(("transfer", {})), says("Yes?"), calls(("transfer", {})), says("Fine."))
    socket = Socket()
    running = asyncio.create_task(ConversationRunner(socket, call.wrap(agent), AgentEnv()).run())
    socket.caller_says("A person, please.")
    await socket.next("tool_call")
    socket.incoming.put_nowait({"type": "custom", "metadata": returned(say=say)})
    socket.caller_says("Hello?")
    while not (message := await socket.next("message"))["interruptible"]:
        pass  # the phrase of the transfer
    assert message["content"] == "Yes?"
    [told] = [content for _, content in model.seen[1] if content.startswith(NOTICE)]
    assert "did not come about: busy" in told
    assert "has been told" not in told  # nobody has heard it
    socket.caller_says("Try again.")
    while not (await socket.next("tool_call"))["result"]:
        pass
    assert len(control.received) == 2  # another transfer, not an echo of the first
    assert [content for _, content in model.seen[2] if content.startswith(NOTICE)] == [told]
    socket.incoming.put_nowait(None)
    await asyncio.wait_for(running, PATIENCE_S)


async def test_keys_in_the_instant_in_which_the_caller_is_back_are_answered(
    tools_module: ModuleType, control: Control
) -> None:
    """They are heard before the turn about the outcome has begun, which is to speak the flow's sentence alone."""
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, calls(("transfer", {})), says("Forty-two."))
    socket = Socket()
    running = asyncio.create_task(ConversationRunner(socket, call.wrap(agent), AgentEnv()).run())
    socket.caller_says("A person, please.")
    while not (await socket.next("tool_call"))["result"]:
        pass
    socket.incoming.put_nowait({"type": "custom", "metadata": returned(say="They are all busy.")})
    socket.incoming.put_nowait({"type": "custom", "metadata": keys("42").metadata})
    while (await socket.next("message"))["content"] != "Forty-two.":
        pass
    told = "".join(content for _, content in model.seen[1])
    assert told.count("did not come about: busy") == told.count("has keyed in: 42") == 1
    socket.incoming.put_nowait(None)
    await asyncio.wait_for(running, PATIENCE_S)


async def test_a_notice_of_a_turn_that_the_agents_own_words_began(tools_module: ModuleType, control: Control) -> None:
    """A filter of the user's own. The SDK makes those words new each time, so that no notice may hang on them."""
    control.answers = [control.held({"ok": True})]
    call = tools_module.ShopCall(call_request(control.metadata()))
    agent, model = llm_agent(call, says("Hi. ") + calls(("note", {"text": "x"})), says("One. "), says("Two. "))
    socket = Socket()
    filters = [CallStarted, UserTurnEnded, AgentTextSent, CallEnded], [UserTurnStarted]
    running = asyncio.create_task(ConversationRunner(socket, call.wrap((agent, *filters)), AgentEnv()).run())

    def caller_says(words: str) -> None:
        socket.incoming.put_nowait({"type": "user_state", "value": "speaking"})
        socket.incoming.put_nowait({"type": "message", "content": words})
        socket.incoming.put_nowait({"type": "user_state", "value": "idle"})

    caller_says("Please note x.")
    assert (await socket.next("message"))["content"] == "Hi. "
    await control.arrived.wait()
    control.release.set()
    socket.incoming.put_nowait({"type": "agent_speech", "content": "Hi."})
    assert (await socket.next("message"))["content"] == "One. "
    caller_says("Hello?")
    assert (await socket.next("message"))["content"] == "Two. "
    socket.incoming.put_nowait(None)
    await asyncio.wait_for(running, PATIENCE_S)
    for messages in model.seen[1:]:
        assert len([content for _, content in messages if "note was interrupted" in content]) == 1
