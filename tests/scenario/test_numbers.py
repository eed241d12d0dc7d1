"""Who calls and who was called, as the flow, its webhooks and the agent learn it; and whom a call must not ring."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import ACCOUNT, BILLING, PBX, RECEPTION, RINGBACK, Phone

Dial = Callable[..., Phone]

AS_IT_COMES = [
    ("pstn", "15550123456", "+15550123456"),
    ("pstn", "+15550123456", "+15550123456"),
    ("pstn", "201", "201"),
    ("pstn", "0301234567", "0301234567"),  # national: nobody knows of which country
    ("pstn", "anonymous", ""),
    ("pstn", "Anonymous", ""),
    ("pstn", "Restricted", ""),
    ("pstn", "unavailable", ""),
    ("pstn", "", ""),
    ("sip", "sip:anonymous@anonymous.invalid", ""),
    ("sip", "anonymous", ""),
    ("sip", "unknown@corp.example", "unknown@corp.example"),
    ("user", "private", "private"),
    ("sip", "alice", "alice"),
    ("sip", "201", "201"),
    ("sip", "+15550123456", "+15550123456"),
    ("user", "ann.smith", "ann.smith"),
]


@pytest.mark.parametrize(("client", "sent", "known"), AS_IT_COMES, ids=str)
def test_a_party_is_known_by_its_number_or_its_name(
    engine: Engine, compiled: Callable[[Path], Artifacts], client: str, sent: str, known: str
) -> None:
    session = engine.session(compiled(ROOT / "flows" / "front_desk.yaml")["js"], **ACCOUNT)
    session.incoming_call(sent, "15550100000", client=client)
    session.advance(1000)
    token = session.agent.customs[0]["metadata"]["vox_control_token"]
    assert session.agent.started is not None
    assert session.agent.started["caller"] == known
    reply = session.post('{"action": "caller_number"}', {"X-Flowc-Token": token}).json
    assert reply["data"] == {"number": known, "dialled": "+15550100000" if client == "pstn" else "15550100000"}
    session.post('{"action": "note", "text": "x"}', {"X-Flowc-Token": token})
    [posted] = session.events_of("http_request")
    assert json.loads(posted["body"])["call"]["from"] == known


IN_A_COUNTRY = [
    ("sip", "0301234567", "+49301234567"),
    ("sip", "004930123456", "+4930123456"),
    ("sip", "4930123456", "+4930123456"),  # E.164 whose plus the trunk has left out
    ("sip", "30123456", "+4930123456"),
    ("sip", "+4930123456", "+4930123456"),
    ("sip", "+33123456789", "+33123456789"),
    ("sip", "201", "201"),
    ("sip", "0301234", "0301234"),  # too short for a number: the platform says that it is none
    ("sip", "030123", "030123"),  # of a switchboard: six digits at the most
    ("sip", "0000000000000000", "0000000000000000"),
    ("sip", "030/1234567", "030/1234567"),
    ("sip", "alice", "alice"),
    ("sip", "anonymous", ""),
    ("pstn", "15550123456", "+15550123456"),
    ("pstn", "0301234567", "0301234567"),
]
KNOWN_ALL_THE_SAME = ["e164", "without_plus", "capitals", "small"]


@pytest.mark.parametrize("number_info", KNOWN_ALL_THE_SAME)
@pytest.mark.parametrize(("client", "sent", "known"), IN_A_COUNTRY, ids=str)
def test_a_national_number_is_one_of_the_flows_country(
    engine: Engine, compiled: Callable[[Path], Artifacts], client: str, sent: str, known: str, number_info: str
) -> None:
    if number_info == "without_plus" and f"+{sent}" == known and client == "sip":
        known = sent  # nothing tells it from a number that the platform has only handed back
    assert at_home(engine, compiled, client, sent, number_info)["caller"] == known


@pytest.mark.parametrize("number_info", ["unknown", "throws"])
def test_what_the_platform_does_not_know_stays_as_it_came(
    engine: Engine, compiled: Callable[[Path], Artifacts], number_info: str
) -> None:
    told = at_home(engine, compiled, "sip", "0301234567", number_info)
    assert (told["caller"], told["dialled"]) == ("0301234567", "0309876543")


def at_home(
    engine: Engine, compiled: Callable[[Path], Artifacts], client: str, sent: str, number_info: str
) -> dict[str, str]:
    """What the agent is told when somebody calls like this; German numbers are read."""
    text = compiled(ROOT / "tests" / "verify" / "flows" / "at_home.yaml")["js"]
    known = {"numbering": {"de": ("49", "0")}, "number_info": number_info}
    session = engine.session(text, secrets={"KEY": "k"}, **known)
    session.incoming_call(sent, "0309876543", client=client)
    session.advance(1000)
    assert session.agent.started is not None
    assert session.error is None
    return session.agent.started


@pytest.mark.parametrize("written", ["+15550100000", "15550100000"])
def test_the_number_that_was_dialled_is_not_rung(call: Dial, written: str) -> None:
    phone = call("front_desk", storage={**ACCOUNT["storage"], "BILLING_NUMBER": written})
    phone.asks_and_speaks("call_transfer", department="billing")
    phone.session.advance(5000)
    assert phone.dialled == []
    assert phone.told[-1]["tried"] == [{"target": "billing", "outcome": "invalid"}]
    assert any("cannot ring billing, its number is the one that was dialled" in line for line in phone.session.logs)


def test_the_callers_own_number_is_busy(call: Dial) -> None:
    phone = call("front_desk", storage={**ACCOUNT["storage"], "BILLING_NUMBER": "+15550123456"})
    phone.asks_and_speaks("call_transfer", department="billing")
    phone.session.advance(5000)
    assert phone.dialled == []
    assert phone.told[-1]["outcome"] == "busy"


@pytest.mark.parametrize("to", ["desk@pbx.example.com", "DESK@pbx.example.com:5061;user=phone"])
def test_the_sip_address_that_was_dialled_is_not_rung(
    engine: Engine, compiled: Callable[[Path], Artifacts], to: str
) -> None:
    text = compiled(ROOT / "flows" / "front_desk.yaml")["js"].replace("toURI || ", f'toURI && "sips:{to}" || ')
    phone = Phone(engine, text)
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.advance(5000)
    phone.session.leg(RECEPTION).fail(486)
    assert phone.dialled == [RECEPTION]
    assert [one["outcome"] for one in phone.told[-1]["tried"]] == ["busy", "invalid"]


def test_the_callers_own_sip_address_is_busy(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    text = compiled(ROOT / "flows" / "front_desk.yaml")["js"]
    phone = Phone(engine, text.replace("fromURI || ", 'fromURI && "sip:desk@PBX.example.com:5060" || '))
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.advance(5000)
    phone.session.leg(RECEPTION).fail(486)
    assert phone.dialled == [RECEPTION]
    assert [one["outcome"] for one in phone.told[-1]["tried"]] == ["busy", "busy"]


@pytest.mark.parametrize("name", ["X-Flowc-Hops", "x-flowc-hops"])
@pytest.mark.parametrize(
    ("hops", "sent"), [("1", "2"), ("3", "4"), (" 2 ", "3"), ("many", "1"), ("-1", "1"), ("", "1")]
)
def test_a_call_over_sip_says_how_often_it_was_passed_on(call: Dial, name: str, hops: str, sent: str) -> None:
    phone = call("front_desk", headers={name: hops})
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.leg(RECEPTION).fail(486)
    assert phone.session.leg(PBX).view["headers"]["X-Flowc-Hops"] == sent


@pytest.mark.parametrize("hops", ["4", "5", "99", "9" * 400])
def test_a_call_that_goes_round_is_not_passed_on(call: Dial, hops: str) -> None:
    phone = call("front_desk", headers={"X-FLOWC-HOPS": hops})
    phone.asks_and_speaks("call_transfer", department="front_desk")
    phone.session.advance(1000)
    assert phone.dialled == []
    assert phone.hears == "agent"
    assert phone.told[-1]["outcome"] == "invalid"
    assert [one["outcome"] for one in phone.told[-1]["tried"]] == ["invalid", "invalid"]
    times = min(int(hops[:3]), 99)
    assert any(f"cannot ring pbx, the call has been passed on {times} times" in line for line in phone.session.logs)


def test_a_destination_is_never_withheld(engine: Engine, compiled: Callable[[Path], Artifacts]) -> None:
    session = engine.session(compiled(ROOT / "flows" / "front_desk.yaml")["js"], **ACCOUNT)
    session.incoming_call("15550123456", "private")
    session.advance(1000)
    token = session.agent.customs[0]["metadata"]["vox_control_token"]
    assert session.post('{"action": "caller_number"}', {"X-Flowc-Token": token}).json["data"]["dialled"] == "private"


SUMMARIES = [
    ("a" * 300, "a" * 189),
    ("é" * 300, "é" * 94),  # two bytes each, and one is left over
    ("電" * 300, "電" * 63),
    ("🦷" * 300, "🦷" * 47),
    ("ab🦷" * 100, "ab🦷" * 31 + "ab"),
    ("\ud800" * 300, "\ufffd" * 63),  # as which it is sent on
]


@pytest.mark.parametrize(("summary", "sent"), SUMMARIES, ids=["1", "2", "3", "4", "mixed", "half a character"])
def test_a_sip_header_is_cut_in_bytes(call: Dial, summary: str, sent: str) -> None:
    phone = call("front_desk")
    phone.asks("call_transfer", department="front_desk", summary=summary)
    phone.session.advance(10_000)
    phone.session.leg(RECEPTION).fail(486)
    [headers] = [leg["headers"] for leg in phone.session.legs if leg["number"] == PBX]
    assert headers == {"X-Flowc-Hops": "1", "X-Summary": sent}
    assert len(f"X-Summary: {sent}".encode("utf-8", "surrogatepass")) <= 200
    assert phone.session.misuses == []
    assert phone.hears == RINGBACK


def test_billing_is_rung_by_its_setting(call: Dial) -> None:
    phone = call("front_desk")
    phone.asks_and_speaks("call_transfer", department="billing")
    phone.session.advance(5000)
    assert phone.dialled == [BILLING]
