"""The two sides are deployed one after the other: old tools against a new scenario, and the reverse.

A folder of `flows/` is one change: the flow before it and after it, and what becomes of requests in between. They work,
or they are refused by name, with a sentence that the agent can explain; the call goes on in any case, and both logs say
once that the sides differ.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from flowc.compiler import compile_flows
from flowc.ir import Flow
from flowc.review.change import Kind
from flowc.review.of_flow import changes
from flowc.simulator.engine import Engine
from flowc.source import Source
from tests.line.conftest import calls, says
from tests.loop.both_sides import BothSides, both_sides
from tests.scenario.phone import SUPPORT, Phone

CHANGES = sorted((Path(__file__).parent / "flows").iterdir())
DIRECTIONS = ("old tools, new scenario", "new tools, old scenario")


def compiled(change: Path, age: str) -> dict[str, str]:
    """Artifacts by kind."""
    result = compile_flows([Source("flows/skew.yaml", (change / f"{age}.yaml").read_bytes())])
    assert not result.diagnostics, result.diagnostics
    return {path.rsplit(".", 1)[1]: text for path, text in result.artifacts.items() if "/" in path}


def flow_of(change: Path, age: str) -> Flow:
    [flow] = compile_flows([Source("flows/skew.yaml", (change / f"{age}.yaml").read_bytes())]).flows
    return flow


def expected(change: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((change / "expected.yaml").read_text("utf-8"))
    return found


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
async def test_the_two_sides_differ(
    engine: Engine, change: Path, direction: str, caplog: pytest.LogCaptureFixture
) -> None:
    tools, scenario = (compiled(change, side.split()[0]) for side in direction.split(", "))
    requests = expected(change)[direction]
    script = []
    for number, request in enumerate(requests):
        script.append(calls((request["asks"], request.get("with", {}))))
        if request["then"] == "briefs in vain":
            script.append(calls(("connect", {})))
        if request["then"] in ("refused", "talks on", "briefs in vain"):
            script.append(says(f"Sorry, number {number}. "))
    async with both_sides(engine, {"py": tools["py"], "js": scenario["js"]}, *script) as sides:
        for number, request in enumerate(requests):
            await sides.caller_says(f"Wish number {number}")
            await ENDINGS[request["then"]](sides, number, request)
        _is_reported_once(sides, caplog, expected(change).get("same contract", False))


def answers(sides: BothSides) -> list[dict[str, Any]]:
    """To requests that ask for something. Before them, tools of another version show their contract."""
    return [reply for request, reply in zip(sides.requests, sides.replies, strict=True) if request]


async def _refused(sides: BothSides, number: int, request: dict[str, Any]) -> None:
    await sides.until(lambda: f"Sorry, number {number}." in sides.spoken())
    assert answers(sides)[-1]["ok"] is False
    result = json.loads([frame["result"] for frame in sides.frames if frame.get("result")][-1])
    assert result["error"] == request["error"]
    assert request["told"] in result["message"]
    await sides.advance(20_000)
    assert sides.phone.hears == "agent"
    assert sides.phone.dialled == []


async def _rings(sides: BothSides, number: int, request: dict[str, Any]) -> None:
    await sides.until(lambda: answers(sides) and answers(sides)[-1]["ok"])
    await sides.advance(20_000)
    assert sides.phone.dialled == [SUPPORT]


async def _ends(sides: BothSides, number: int, request: dict[str, Any]) -> None:
    await sides.until(lambda: answers(sides) and answers(sides)[-1]["ok"])
    await sides.advance(20_000)
    assert sides.phone.is_over()


async def _talks_on(sides: BothSides, number: int, request: dict[str, Any]) -> None:
    """The agent says something more, though the scenario has taken the call: what follows waits until it is heard."""
    await sides.until(lambda: f"Sorry, number {number}." in sides.spoken())
    assert answers(sides)[-1]["ok"]
    await sides.advance(20_000)
    assert sides.phone.dialled == [SUPPORT]


async def _silent(sides: BothSides, number: int, request: dict[str, Any]) -> None:
    """The agent says nothing more, and nobody else has the caller."""
    await sides.until(lambda: answers(sides) and answers(sides)[-1]["ok"])
    spoken = sides.spoken()
    await sides.advance(20_000)
    assert sides.spoken() == spoken
    assert sides.phone.hears == "agent"
    assert sides.phone.dialled == []


async def _briefs_in_vain(sides: BothSides, number: int, request: dict[str, Any]) -> None:
    """The agent talks to the person, who wants the caller, and has no tool by which to connect them."""
    await sides.until(lambda: answers(sides) and answers(sides)[-1]["ok"])
    await sides.advance(5000)
    sides.phone.session.leg(SUPPORT).answer()
    await sides.advance(500)
    await sides.until(lambda: [frame["type"] for frame in sides.frames].count("response_end") == 2)  # no such tool
    await sides.caller_says("Yes, put them through")
    await sides.until(lambda: f"Sorry, number {number}." in sides.spoken())
    await sides.advance(30_000)
    assert [body["action"] for body in sides.requests if body] == [request["asks"]]
    assert (sides.phone.ringing, sides.phone.hears) == ([], "agent")


async def _rings_in_silence(sides: BothSides, number: int, request: dict[str, Any]) -> None:
    """The agent has the caller while it rings, and says nothing."""
    await sides.until(lambda: answers(sides) and answers(sides)[-1]["ok"])
    spoken = sides.spoken()
    await sides.advance(5000)
    assert (sides.phone.ringing, sides.phone.hears) == ([SUPPORT], "agent")
    assert sides.spoken() == spoken


ENDINGS = {
    "refused": _refused,
    "rings": _rings,
    "ends": _ends,
    "talks on": _talks_on,
    "silent": _silent,
    "briefs in vain": _briefs_in_vain,
    "rings in silence": _rings_in_silence,
}


def _is_reported_once(sides: BothSides, caplog: pytest.LogCaptureFixture, same: bool) -> None:
    times = 0 if same else 1
    assert sum("deploy both" in record.getMessage() for record in caplog.records) == times
    assert sum("another version of this flow" in line for line in sides.phone.session.logs) == times


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_says_what_becomes_of_it(change: Path) -> None:
    """No fixture without a request in each direction, and none that tests two equal flows."""
    found = expected(change)
    assert all(found[direction] for direction in DIRECTIONS)
    assert set(found) <= {*DIRECTIONS, "same contract"}
    assert compiled(change, "old")["js"] != compiled(change, "new")["js"]


BREAKS = {"refused", "talks on", "silent", "briefs in vain", "rings in silence"}
KIND = {"old tools, new scenario": Kind.OLD_TOOLS, "new tools, old scenario": Kind.OLD_SCENARIO}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_review_says_of_a_change_what_becomes_of_it(change: Path) -> None:
    """`flowc diff --against` says that something breaks in a direction if, and only if, a request of it does here."""
    old, new = (flow_of(change, age) for age in ("old", "new"))
    said = {each.kind for each in changes(old, new)} & set(KIND.values())
    breaks = {KIND[way] for way in DIRECTIONS if any(each["then"] in BREAKS for each in expected(change)[way])}
    assert said == breaks


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_review_names_what_is_refused(change: Path) -> None:
    """The action or the parameter, and by which error."""
    old, new = (flow_of(change, age) for age in ("old", "new"))
    for way, kind in KIND.items():
        said = [each.sentence for each in changes(old, new) if each.kind is kind]
        for request in expected(change)[way]:
            if request["then"] == "refused":
                assert any(request["asks"] in each and request["error"] in each for each in said), said


SKEW = """\
flowc: 1
flow: skew
agent: {api_key: {secret: CARTESIA_API_KEY}, agent_id: agent_1, unavailable: hang_up}
call: {skew: {notify: ops}}
webhooks: {ops: {url: "https://ops.example.com/skew"}}
actions:
  end_call: {description: End the call., do: hang_up}
  number: {description: Tell the number., do: {reply: {number: "${call.from}"}}}
"""


@pytest.mark.parametrize("change", CHANGES[:1], ids=lambda change: change.name)
async def test_it_is_reported_even_if_no_tool_is_used(
    engine: Engine, change: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tools, scenario = compiled(change, "old"), compiled(change, "new")
    async with both_sides(engine, {"py": tools["py"], "js": scenario["js"]}, says("Hello. ")) as sides:
        await sides.until(lambda: sides.replies)
        assert sides.replies == [{"ok": True}]
        _is_reported_once(sides, caplog, same=False)
        await sides.caller_says("Good morning.")
        await sides.until(lambda: "Hello." in sides.spoken())
        assert len(sides.requests) == 1


def test_the_flow_says_who_is_told(engine: Engine) -> None:
    result = compile_flows([Source("flows/skew.yaml", SKEW.encode())])
    assert not result.diagnostics, result.diagnostics
    contract = json.loads(result.artifacts["skew/skew.contract.json"])["fingerprint"]
    phone = Phone(engine, result.artifacts["skew/skew.voxengine.js"])
    for tools in (contract, "0123456789abcdef", "0123456789abcdef"):
        headers = {"X-Flowc-Token": phone.session.agent.started["vox_control_token"], "X-Flowc-Contract": tools}
        assert phone.session.post('{"action": "number"}', headers).json["ok"]
    phone.session.advance(1000)
    [told] = phone.session.events_of("http_request")
    assert told["url"] == "https://ops.example.com/skew"
    assert json.loads(told["body"])["contract"] == {"scenario": contract, "tools": "0123456789abcdef"}


def test_an_address_that_arrives_late_is_told_all_the_same(engine: Engine) -> None:
    flow = SKEW.replace('"https://ops.example.com/skew"', "{storage: OPS}")
    result = compile_flows([Source("flows/skew.yaml", flow.encode())])
    assert not result.diagnostics, result.diagnostics
    phone = Phone(engine, result.artifacts["skew/skew.voxengine.js"], storage_answers="manual")
    token = phone.session.agent.started["vox_control_token"]
    headers = {"X-Flowc-Token": token, "X-Flowc-Contract": "0123456789abcdef"}
    for _ in range(2):
        assert phone.session.post("{}", headers).json == {"ok": True}
    assert phone.session.events_of("http_request") == []
    phone.session.fail_storage("OPS")
    assert phone.session.events_of("http_request") == []
    phone.session.post('{"action": "end_call"}', headers)  # reads it again
    phone.session.answer_storage("OPS", "https://ops.example.com/skew")
    phone.session.post("{}", headers)
    [told] = phone.session.events_of("http_request")
    assert json.loads(told["body"])["contract"]["tools"] == "0123456789abcdef"


def test_it_is_told_once_whatever_settings_arrive_later(engine: Engine) -> None:
    flow = SKEW.replace("actions:", "targets: {desk: {pstn: {storage: DESK}, caller_id: {storage: ID}}}\nactions:")
    flow += "  transfer: {description: Transfer the caller., do: {transfer: desk}}\n"
    result = compile_flows([Source("flows/skew.yaml", flow.encode())])
    assert not result.diagnostics, result.diagnostics
    phone = Phone(engine, result.artifacts["skew/skew.voxengine.js"], storage_answers="manual")
    token = phone.session.agent.started["vox_control_token"]
    phone.session.post("{}", {"X-Flowc-Token": token, "X-Flowc-Contract": "0123456789abcdef"})
    for name in ("DESK", "ID"):
        phone.session.answer_storage(name, "+15550100001")
    assert len(phone.session.events_of("http_request")) == 1
