"""The caller interrupts: what is done all the same, what is not done, and what the model is told of it."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from line.events import CallEnded, CallStarted, UserCustomSent, UserTurnEnded, UserTurnStarted

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.line.conftest import calls, says
from tests.loop.both_sides import BothSides, both_sides, exchange
from tests.loop.test_faults import LIMITS, body, slow
from tests.scenario.phone import BILLING, SUPPORT

TRANSFER = calls(("call_transfer", {"summary": "a tooth"}))
GOODBYE = says("Goodbye! ") + calls(("end_call", {}))


@pytest.fixture
def example(compiled: Callable[[Path], Artifacts]) -> Artifacts:
    return compiled(ROOT / "flows" / "function_calling.yaml")


@pytest.fixture
def front_desk(compiled: Callable[[Path], Artifacts]) -> Artifacts:
    return compiled(ROOT / "flows" / "front_desk.yaml")


def read(sides: BothSides, turn: int) -> str:
    """Everything that the model was shown in one of its turns."""
    return "\n".join(content for _, content in sides.model.seen[turn])


async def marked(sides: BothSides, number: int) -> None:
    """Until the agent's side has taken everything that was sent to it: it answers the caller, in order."""
    await sides.caller_says(f"Mark {number}")
    await sides.until(lambda: f"Heard {number}." in sides.spoken())


async def test_a_goodbye_that_the_caller_interrupts(engine: Engine, front_desk: Artifacts) -> None:
    script = (GOODBYE, says("Of course, what else? "), GOODBYE)
    async with both_sides(engine, front_desk, *script) as sides:
        await sides.caller_says("That was all.")
        await sides.until(lambda: sides.replies)
        await sides.advance(200)
        sides.phone.session.agent.clear()
        await sides.pass_on()
        await sides.caller_says("Wait, one more thing!")
        await sides.until(lambda: "Of course, what else?" in sides.spoken())
        assert len(sides.model.seen) == 2  # the caller's words are answered, and nothing else
        assert read(sides, 1).count("end_call was not done") == 1
        await sides.advance(60_000)
        assert sides.phone.hears == "agent"

        await sides.caller_says("No, that was really all.")
        await sides.until(lambda: sides.replies.count({"ok": True}) == 2)
        await sides.advance(3000)
        assert sides.phone.is_over()
        assert read(sides, 2).count("end_call was not done") == 1


async def test_a_noise_that_cancels_leaves_nobody_waiting(engine: Engine, front_desk: Artifacts) -> None:
    """The scenario took it for an interruption, but no words of the caller follow: the agent asks."""
    script = (GOODBYE, says("Is there anything else? "))
    async with exchange(engine, front_desk, _WORDS_FOLLOW_S=0.05) as served:
        sides = await served.call(*script)
        await sides.caller_says("That was all.")
        await sides.until(lambda: sides.replies)
        await sides.advance(200)
        sides.phone.session.agent.clear()
        await sides.until(lambda: "Is there anything else?" in sides.spoken())
        assert "end_call was not done" in sides.model.seen[-1][-1][1]
        await sides.advance(60_000)
        assert sides.phone.hears == "agent"


@pytest.mark.parametrize("arrives", ["late", "with a slow reply"])
async def test_a_transfer_that_the_caller_does_not_want(
    engine: Engine, compiled: Callable[[Path], Artifacts], arrives: str
) -> None:
    """Interrupted before the tool knows whether its request has arrived: it is not done, and may be asked for anew."""
    flow = compiled(ROOT / "tests" / "scenario" / "flows" / "cancelling.yaml")
    request = calls(("call_transfer", {}))
    async with both_sides(engine, flow, request, says("As you like. "), request) as sides:
        sides.deliver_requests.clear() if arrives == "late" else sides.deliver_replies.clear()
        await sides.caller_says("Somebody, please.")
        await sides.until(lambda: sides.arrived)
        sides.phone.session.agent.clear()
        await sides.caller_says("No, stop!")
        await sides.until(lambda: "As you like." in sides.spoken())
        sides.deliver_requests.set()
        sides.deliver_replies.set()
        await sides.until(lambda: len(sides.replies) == 2)  # the request, and that it is taken back
        await sides.advance(30_000)
        assert sides.phone.dialled == []
        assert sides.phone.hears == "agent"

        await sides.caller_says("Well, all right, connect me.")
        await sides.until(lambda: sides.replies[-1] == {"ok": True} and len(sides.replies) == 3)
        await sides.advance(5000)
        assert sides.phone.ringing == [SUPPORT]


async def test_words_that_were_answered_are_not_answered_again(engine: Engine, front_desk: Artifacts) -> None:
    """What the scenario has cancelled is heard of after the caller's words have had their turn."""
    script = (GOODBYE, calls(("note", {"text": "more"})), says("Noted. "), says("Heard 1. "))
    async with exchange(engine, front_desk, _WORDS_FOLLOW_S=0.0) as served:
        sides = await served.call(*script)
        await sides.caller_says("That was all.")
        await sides.until(lambda: any(frame.get("result") for frame in sides.frames))
        await sides.advance(200)
        await sides.caller_says("Wait, there is more!")
        await sides.until(lambda: "Noted." in sides.spoken())
        sides.phone.session.agent.clear()
        await sides.pass_on()
        await marked(sides, 1)
        assert len(sides.model.seen) == 4  # the last two are one turn for the note and one for the mark


async def test_an_old_cancellation_does_not_speak_into_a_new_goodbye(engine: Engine, front_desk: Artifacts) -> None:
    script = (GOODBYE, GOODBYE, says("Heard 1. "))
    async with exchange(engine, front_desk, _WORDS_FOLLOW_S=0.0) as served:
        sides = await served.call(*script)
        await sides.caller_says("That was all.")
        await sides.until(lambda: any(frame.get("result") for frame in sides.frames))
        await sides.advance(200)
        sides.phone.session.agent.clear()
        late = [custom["metadata"] for custom in sides.phone.session.agent.customs]
        sides.passed_on = len(late)  # it is still on its way
        await sides.caller_says("Bye bye!")
        await sides.until(lambda: sides.replies.count({"ok": True}) == 2)
        await sides.until(lambda: len([frame for frame in sides.frames if frame.get("result")]) == 2)
        for metadata in late:
            await sides.send(type="custom", metadata=metadata)
        await marked(sides, 1)
        assert len(sides.model.seen) == 3


async def test_a_refusal_that_comes_after_the_interruption_is_told(engine: Engine, example: Artifacts) -> None:
    """The model was told that the transfer goes on; if it does not, the next turn corrects that."""
    async with exchange(engine, example, _ANSWER_S=0.05) as served:
        sides = await served.call(TRANSFER, says("I am connecting you. "), says("I am sorry. "))
        token = (sides.phone.session.agent.started or {})["vox_control_token"]
        sides.phone.session.post('{"action": "call_transfer"}', {"X-Flowc-Token": token})  # so the next one is refused
        sides.deliver_replies.clear()
        await sides.caller_says("A person, please.")
        await sides.until(lambda: sides.requests)
        await sides.caller_says("Hello?")
        await sides.until(lambda: len(sides.model.seen) == 2)
        assert "It is being done all the same: the call leaves you" in read(sides, 1)
        served.limit(_ANSWER_S=60.0)  # it comes now, however busy the machine is
        sides.deliver_replies.set()
        await sides.caller_says("Is anybody there?")
        await sides.until(lambda: "I am sorry." in sides.spoken())
        assert "use of call_transfer was interrupted. It was not done." in read(sides, 2)


async def test_data_that_comes_after_the_interruption_is_told(engine: Engine, front_desk: Artifacts) -> None:
    async with exchange(engine, front_desk, _ANSWER_S=0.05) as served:
        sides = await served.call(calls(("caller_number", {})), says("One moment. "), says("It is 0123456. "))
        sides.deliver_replies.clear()
        await sides.caller_says("Do you have my number?")
        await sides.until(lambda: sides.requests)
        await sides.caller_says("Hello?")
        await sides.until(lambda: len(sides.model.seen) == 2)
        assert "Do not use the tool for it once more." in read(sides, 1)
        served.limit(_ANSWER_S=60.0)
        sides.deliver_replies.set()
        await sides.caller_says("Well?")
        await sides.until(lambda: "It is 0123456." in sides.spoken())
        assert "+15550123456" in read(sides, 2)
        assert len(sides.requests) == 1


async def test_a_call_that_is_back_before_the_reply_is_told_of_once(engine: Engine, front_desk: Artifacts) -> None:
    async with exchange(engine, front_desk) as served:
        request = calls(("call_transfer", {"department": "billing"}))
        sides = await served.call(request, says("They are not there. "), says("Goodbye. "))
        sides.deliver_replies.clear()
        await sides.caller_says("My bill is wrong.")
        await sides.until(lambda: sides.requests)
        await sides.advance(5000)
        sides.phone.session.leg(BILLING).fail(480)
        await sides.until(lambda: "They are not there." in sides.spoken())
        sides.deliver_replies.set()
        await sides.caller_says("Hm.")
        await sides.until(lambda: "Goodbye." in sides.spoken())
        assert "The transfer to billing did not come about" in read(sides, 2)
        assert "was interrupted" not in read(sides, 1) + read(sides, 2)


FILTERS = {
    "runs on custom events": ([CallStarted, UserTurnEnded, UserCustomSent, CallEnded], [UserTurnStarted]),
    "is cancelled by custom events": ([CallStarted, UserTurnEnded, CallEnded], [UserTurnStarted, UserCustomSent]),
    "is cancelled by everything": ([CallStarted, UserTurnEnded, CallEnded], lambda event: True),
}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
async def test_what_the_scenario_says_goes_past_the_users_own_filters(
    engine: Engine, front_desk: Artifacts, filters: tuple[Any, Any]
) -> None:
    """A reply that is repeated over the agent's connection does not end the turn that waits for it."""
    async with exchange(engine, front_desk, **LIMITS) as served:
        served.filters = filters
        sides = await served.call(calls(("caller_number", {})), says("It is 0123456. "))
        sides.deliveries = [body(""), body("")]
        await sides.caller_says("Do you have my number?")
        await sides.until(lambda: "It is 0123456." in sides.spoken())
        assert len(sides.requests) == 2
        assert "+15550123456" in read(sides, 1)


async def test_a_repeated_reply_is_taken_as_soon_as_it_is_heard(engine: Engine, front_desk: Artifacts) -> None:
    """Heard twice, and while the body of its request still does not come: the tool waits for neither."""
    async with exchange(engine, front_desk, **{**LIMITS, "_TIMEOUT_S": 60.0, "_REPEATED_S": 60.0}) as served:
        sides = await served.call(calls(("caller_number", {})), says("It is 0123456. "))
        sides.deliveries = [body(""), slow]
        await sides.caller_says("Do you have my number?")
        await sides.until(lambda: len(sides.requests) == 2)
        [_, custom] = sides.phone.session.agent.customs  # the first tells of the session
        stranger = {**custom["metadata"], "request_id": "another", "reply": {"ok": False}}
        sides.passed_on = 2
        for metadata in (stranger, custom["metadata"], custom["metadata"]):
            await sides.send(type="custom", metadata=metadata)
        await sides.until(lambda: "It is 0123456." in sides.spoken())
        assert "+15550123456" in read(sides, 1)
        assert json.dumps(sides.frames).count('"type": "error"') == 0
