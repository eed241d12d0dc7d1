"""The loop closed: what the model decides reaches the telephone, and what became of it reaches the model."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.line.conftest import calls, says
from tests.loop.both_sides import BothSides, both_sides
from tests.scenario.phone import BILLING, RECEPTION, RINGBACK, SUPPORT

CONNECTING = "One moment, I am connecting you."
TRANSFER = calls(("call_transfer", {"summary": "a broken tooth"}))


@pytest.fixture
def example(compiled: Callable[[Path], Artifacts]) -> Artifacts:
    return compiled(ROOT / "flows" / "function_calling.yaml")


async def asked_for_a_person(sides: BothSides) -> None:
    """Until the phrase has been spoken and the target rings."""
    await sides.caller_says("Can I talk to a person?")
    await sides.until(lambda: sides.replies and sides.spoken())  # they come over two connections
    assert sides.requests == [{"action": "call_transfer", "summary": "a broken tooth"}]
    assert sides.replies == [{"ok": True}]
    assert sides.spoken() == [CONNECTING]
    assert sides.phone.hears == "agent"
    assert sides.phone.dialled == []  # not before the phrase has been heard
    await sides.advance(60 * len(CONNECTING) + 1100)
    assert sides.phone.ringing == [SUPPORT]
    assert sides.phone.hears == RINGBACK


async def test_end_call_ends_it_cleanly(engine: Engine, example: Artifacts) -> None:
    async with both_sides(engine, example, says("Goodbye! ") + calls(("end_call", {}))) as sides:
        assert sides.phone.hears == "agent"
        await sides.caller_says("That was all, thank you.")
        await sides.until(lambda: sides.replies)
        assert sides.requests == [{"action": "end_call"}]
        assert sides.phone.hears == "agent"  # the goodbye
        await sides.advance(60 * len("Goodbye! ") - 1)
        assert sides.phone.session.ended is None
        await sides.advance(1500)
        assert sides.phone.is_over()
        assert len(sides.requests) == 1
        assert len(sides.model.seen) == 1  # the model is not asked for another word


async def test_a_target_that_answers_has_the_caller(engine: Engine, example: Artifacts) -> None:
    async with both_sides(engine, example, TRANSFER) as sides:
        await asked_for_a_person(sides)
        sides.phone.session.leg(SUPPORT).ring()
        await sides.advance(4000)
        sides.phone.session.leg(SUPPORT).answer()
        await sides.advance(60_000)
        assert sides.phone.hears == f"leg:{SUPPORT}"
        assert sides.phone.session.agent.state == "closed"
        sides.phone.session.leg(SUPPORT).hang_up()
        assert sides.phone.is_over()
        assert sides.spoken() == [CONNECTING]


async def test_a_busy_target_is_explained_by_the_model(engine: Engine, example: Artifacts) -> None:
    sorry = "Support is on another call. May I take a message?"
    again = calls(("call_transfer", {"summary": "a broken tooth"}))
    async with both_sides(engine, example, TRANSFER, says(sorry), again) as sides:
        await asked_for_a_person(sides)
        await sides.advance(3000)
        sides.phone.session.leg(SUPPORT).fail(486)
        assert sides.phone.hears == "agent"
        await sides.until(lambda: sorry in sides.spoken())
        told = sides.model.seen[-1][-1][1]
        assert "support" in told
        assert "busy" in told
        await sides.advance(10_000)
        assert sides.phone.hears == "agent"

        await sides.caller_says("Please try again.")  # the same arguments: a new wish, not a duplicate
        await sides.until(lambda: len(sides.replies) == 2)
        assert sides.replies[-1] == {"ok": True}
        await sides.advance(5000)
        assert sides.phone.ringing == [SUPPORT]


async def test_a_target_that_never_answers_is_given_up(engine: Engine, example: Artifacts) -> None:
    async with both_sides(engine, example, TRANSFER, says("Nobody picks up.")) as sides:
        await asked_for_a_person(sides)
        sides.phone.session.leg(SUPPORT).ring()
        await sides.advance(20_000)
        assert sides.phone.ringing == []
        await sides.until(lambda: "Nobody picks up." in sides.spoken())
        assert "no answer" in sides.model.seen[-1][-1][1]


async def test_the_caller_hangs_up_while_it_rings(engine: Engine, example: Artifacts) -> None:
    async with both_sides(engine, example, TRANSFER) as sides:
        await asked_for_a_person(sides)
        sides.phone.session.caller.hang_up()
        assert sides.phone.is_over()
        await sides.advance(0)
        assert len(sides.requests) == 1


async def test_an_interrupted_tool_asks_once(engine: Engine, example: Artifacts) -> None:
    async with both_sides(engine, example, TRANSFER, TRANSFER) as sides:
        sides.deliver_replies.clear()
        await sides.caller_says("A person, please.")
        await sides.until(lambda: sides.requests)  # the scenario has it, but the tool does not know yet
        await sides.caller_says("Hello? A person!")  # cancels the tool, and the model calls it again
        await sides.until(lambda: len(sides.model.seen) == 2)
        assert any("It is being done all the same" in content for _, content in sides.model.seen[1])
        sides.deliver_replies.set()
        await sides.until(lambda: any(frame.get("result") for frame in sides.frames))
        await sides.advance(10_000)
        assert len(sides.requests) == 1
        assert sides.phone.dialled == [SUPPORT]


async def test_an_agent_that_was_lost_meanwhile_knows_when_it_is_started_again(
    engine: Engine, example: Artifacts
) -> None:
    async with both_sides(engine, example, TRANSFER, says("Support is busy, I am sorry.")) as sides:
        await asked_for_a_person(sides)
        sides.phone.session.agent.closes(1000, "connection idle timeout")
        sides.phone.session.leg(SUPPORT).fail(486)
        await sides.advance(300)
        assert sides.phone.hears == "agent"
        await sides.join()
        await sides.until(lambda: "Support is busy, I am sorry." in sides.spoken())
        assert "busy" in sides.model.seen[-1][-1][1]


async def test_an_agent_that_left_learns_how_long_the_caller_talked(
    engine: Engine, compiled: Callable[[Path], Artifacts]
) -> None:
    front_desk = compiled(ROOT / "flows" / "front_desk.yaml")
    request = calls(("emergency", {}))
    async with both_sides(engine, front_desk, request, says("Is there anything else?")) as sides:
        await sides.caller_says("It hurts.")
        await sides.until(lambda: sides.replies)
        await sides.advance(5000)
        sides.phone.session.leg(RECEPTION).answer()
        await sides.advance(75_000)
        sides.phone.session.leg(RECEPTION).hang_up()
        await sides.advance(300)
        await sides.join()
        await sides.until(lambda: "Is there anything else?" in sides.spoken())
        assert "The caller has talked to reception for 75 seconds and is back" in sides.model.seen[-1][-1][1]


async def test_the_flows_own_sentence_opens_the_conversation_again(
    engine: Engine, compiled: Callable[[Path], Artifacts]
) -> None:
    front_desk = compiled(ROOT / "flows" / "front_desk.yaml")
    request = calls(("call_transfer", {"department": "billing"}))
    async with both_sides(engine, front_desk, request) as sides:
        await sides.caller_says("My bill is wrong.")
        await sides.until(lambda: sides.replies)
        await sides.advance(5000)
        assert sides.phone.ringing == [BILLING]
        sides.phone.session.leg(BILLING).fail(486)
        await sides.until(lambda: "Everybody is on another call right now." in sides.spoken())
        assert len(sides.model.seen) == 1  # no turn of the model


async def test_data_reaches_the_model(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    front_desk = compiled(ROOT / "flows" / "front_desk.yaml")
    script = (calls(("caller_number", {})), says("You are calling from 0123456."))
    async with both_sides(engine, front_desk, *script) as sides:
        await sides.caller_says("Do you have my number?")
        await sides.until(lambda: "You are calling from 0123456." in sides.spoken())
        assert "+15550123456" in sides.model.seen[-1][-1][1]


async def test_a_wrong_argument_is_the_models_to_correct(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    front_desk = compiled(ROOT / "flows" / "front_desk.yaml")
    script = (calls(("call_transfer", {"department": "sales"})), calls(("call_transfer", {"department": "front_desk"})))
    async with both_sides(engine, front_desk, *script) as sides:
        await sides.caller_says("A person, please.")
        await sides.until(lambda: sides.replies)
        assert sides.requests == [{"action": "call_transfer", "department": "front_desk"}]
        await sides.advance(5000)
        assert sides.phone.ringing == [RECEPTION]


async def test_an_agent_written_by_hand_after_the_vendors_example(
    engine: Engine, compiled: Callable[[Path], Artifacts]
) -> None:
    """It posts exactly the example's bodies, over HTTP, and knows nothing of flowc's headers."""
    flow = compiled(ROOT / "tests" / "scenario" / "flows" / "hand_written_agent.yaml")
    async with both_sides(engine, flow) as sides, aiohttp.ClientSession() as http:
        url = (sides.phone.session.agent.started or {})["vox_session_control_url"]

        async def post(body: dict[str, str]) -> dict[str, bool]:
            async with http.post(url, json=body) as response:
                assert response.status == 200
                answer: dict[str, bool] = await response.json(content_type=None)
                return answer

        assert await post({"action": "call_transfer", "summary": "optional short summary"}) == {"ok": True}
        await sides.advance(2000)
        assert sides.phone.ringing == [SUPPORT]
        sides.phone.session.leg(SUPPORT).fail(486)
        assert sides.phone.hears == "agent"
        assert await post({"action": "end_call"}) == {"ok": True}
        await sides.advance(1000)
        assert sides.phone.is_over()


async def test_an_agent_that_is_asked_to_speak_up_does_and_the_caller_is_let_go_in_the_end(
    engine: Engine, compiled: Callable[[Path], Artifacts]
) -> None:
    quiet = compiled(ROOT / "tests" / "scenario" / "flows" / "idle.yaml")
    async with both_sides(engine, quiet, says("Are you there?"), says("Hello?")) as sides:
        await sides.advance(20_300)
        await sides.until(lambda: len(sides.spoken()) == 1)
        await sides.advance(60 * len("Are you there?") + 21_000)
        await sides.until(lambda: len(sides.spoken()) == 2)
        assert sides.spoken() == ["Are you there?", "Hello?"]
        await sides.advance(60 * len("Hello?") + 21_000)
        assert sides.phone.tts == "I cannot hear you."
        await sides.advance(3000)
        assert sides.phone.is_over()
        assert sides.requests == []
