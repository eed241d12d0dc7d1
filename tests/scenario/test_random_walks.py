"""Whatever happens in whatever order, under whatever the platform may do: the promises hold.

Hypothesis plays the environment: the caller, the people, the agent, the network and everybody who knows the control
URL. After every event the promises are checked; in the end the environment calms down, and the session has to end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowc.simulator.engine import Engine
from flowc.simulator.session import ImpossibleEvent
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import ACCOUNT, Phone

BODIES = (
    '{"action": "end_call"}',
    '{"action": "call_transfer"}',
    '{"action": "call_transfer", "summary": "teeth"}',
    '{"action": "call_transfer", "department": "front_desk"}',
    '{"action": "call_transfer", "department": "billing"}',
    '{"action": "emergency"}',
    '{"action": "hunt"}',
    '{"action": "both"}',
    '{"action": "speak", "name": "Ann"}',
    '{"action": "shout"}',
    '{"action": "caller_number"}',
    '{"action": "note", "text": "x"}',
    '{"action": "__proto__"}',
    "null",
    "not json",
)
STORAGE = ACCOUNT["storage"]
OPTIONS = st.fixed_dictionaries(
    {
        "storage": st.sampled_from(
            [STORAGE, STORAGE, {name: STORAGE[name] for name in ("CARTESIA_API_KEY", "CARTESIA_AGENT_ID")}, {}]
        ),
        "secrets": st.sampled_from([ACCOUNT["secrets"], ACCOUNT["secrets"], {}]),
        "late_connected": st.booleans(),
        "answer_wins": st.booleans(),
        "start_metadata": st.sampled_from(["delivered", "lost"]),
        "silence_after_clear": st.sampled_from(["reported", "unreported"]),
        "pstn_numbers": st.sampled_from(["without_plus", "with_plus"]),
        "close_callback": st.booleans(),
        "terminate_events": st.booleans(),
        "dead_unit": st.sampled_from(["ignore", "throw"]),
        "cancel_code": st.sampled_from([487, 480, 603]),
        "hangup_ms": st.sampled_from([0, 700, 3000]),
        "agent": st.sampled_from(["connects", "connects", "connects", "refuses", "manual"]),
        "storage_answers": st.sampled_from(["automatic", "automatic", "manual"]),
        "players": st.sampled_from(["finish", "finish", "manual"]),
        "media_before_connected": st.sampled_from(["kept", "lost"]),
        "abandoned": st.sampled_from(["Disconnected", "Failed"]),
        "reply": st.sampled_from(["delivered", "empty", "lost"]),
    }
)
HEADERS = [
    {"X-Flowc-Reply": "event"},
    {"X-Flowc-Cancel": "interrupted"},
    {"X-Flowc-Contract": "0123456789abcdef"},
    {"X-Flowc-Contract": "0123456789abcdef", "X-Flowc-Reply": "event", "X-Flowc-Token": "guess"},
]
EVENTS = st.one_of(
    st.tuples(st.just("post"), st.sampled_from(BODIES), st.sampled_from(["", "a", "b", "c"])),
    st.tuples(st.just("post"), st.sampled_from(BODIES[:10]), st.just("")),
    st.tuples(st.just("post"), st.sampled_from(BODIES), st.sampled_from(["", "a", "b"]), st.sampled_from(HEADERS)),
    st.tuples(st.just("advance"), st.sampled_from([0, 100, 1000, 2000, 5000, 20_000, 30_000])),
    st.tuples(st.just("agent"), st.sampled_from(["speaks", "clear", "closes", "connects", "refuses"])),
    st.tuples(
        st.just("leg"), st.sampled_from(["ring", "answer", "answer", "486", "603", "403", "hang_up"]), st.integers(0, 3)
    ),
    st.tuples(st.just("again"), st.sampled_from(["Connected", "Failed", "Disconnected"]), st.integers(0, 3)),
    st.tuples(st.just("fail answered"), st.integers(0, 3)),
    st.tuples(st.just("announce"), st.sampled_from(["caller", "stranger"])),
    st.sampled_from([("player", None, False), ("player", "failed", False), ("player", "failed", True)]),
    st.tuples(st.just("storage"), st.booleans()),
    st.tuples(st.just("caller")),
)
# Most walks begin where it gets interesting: while somebody is being called.
BEGINNINGS = st.sampled_from(
    [
        [],
        [("post", BODIES[1], "a"), ("advance", 2000)],
        [("post", BODIES[3], "a"), ("advance", 2000)],
        [("post", BODIES[5], ""), ("advance", 1000)],
        [("post", BODIES[5], ""), ("advance", 1000), ("advance", 20_000)],
        [("post", BODIES[6], ""), ("advance", 2000)],
        [("post", BODIES[7], ""), ("advance", 2000)],
    ]
)


def happen(phone: Phone, event: tuple[Any, ...]) -> None:
    session = phone.session
    try:
        match event:
            case ("post", body, id, *more):
                headers = {"X-Flowc-Token": phone.token}
                for found in more:
                    headers.update(found)
                reply = session.post(body, {**headers, "X-Flowc-Request-Id": id} if id else headers)
                if reply.status == 200 and reply.body:
                    assert isinstance(json.loads(reply.body)["ok"], bool)
            case ("advance", milliseconds):
                session.advance(milliseconds)
            case ("agent", "speaks"):
                session.agent.speaks(1500)
            case ("agent", "clear"):
                session.agent.clear()
            case ("agent", "closes"):
                session.agent.closes()
            case ("agent", "connects"):
                session.agent.connects()
            case ("agent", "refuses"):
                session.agent.refuses()
            case ("leg", what, which):
                legs = [leg["id"] for leg in session.legs if leg["direction"] == "outgoing"]
                if legs:
                    leg = session.leg(legs[-1 - which % len(legs)])
                    if what.isdigit():
                        leg.fail(int(what))
                    else:
                        getattr(leg, what)()
            case ("fail answered", which):
                legs = [leg["id"] for leg in session.legs if leg["direction"] == "outgoing"]
                if legs:
                    session.leg(legs[-1 - which % len(legs)]).fail(500, answered=True)
            case ("announce", leg):
                session.announce(leg)
            case ("again", what, which):
                legs = [leg["id"] for leg in session.legs if leg["direction"] == "outgoing"]
                if legs:
                    session.leg(legs[-1 - which % len(legs)]).again(what)
            case ("player", error, only_error):
                session.finish_player(error=error, only_error=only_error)
            case ("storage", found):
                for key in ("CARTESIA_API_KEY", "CARTESIA_AGENT_ID", "PSTN_CALLER_ID", "BILLING_NUMBER"):
                    session.answer_storage(key, "+15550100009" if found else None)
            case ("caller",):
                session.caller.hang_up()
    except ImpossibleEvent:
        pass  # this cannot happen now


def keep_promises(phone: Phone) -> None:
    session = phone.session
    assert session.error is None, session.error
    live = [leg for leg in session.legs if leg["direction"] == "outgoing" and leg["state"] != "TERMINATED"]
    assert sum(not leg["hanging"] for leg in live) <= 1, "two people are called at once"
    if session.ended:
        return
    state = session.state
    for silence in session.silences:
        # The last words of an agent that is gone are waited for: no longer than they can take to arrive.
        lasted = (session.now if silence.end is None else silence.end) - silence.start
        assert lasted <= 1000, f"the caller hears nothing for {lasted} ms, now in phase {state['phase']}"
    paused = state["playerTimer"] != 0 and state["player"] is None  # a ringback that has failed twice
    if state["phase"] not in ("leaving", "ended") and state["answered"] and not paused:
        assert phone.hears != "silence", f"the caller hears nothing in phase {state['phase']}"
    talking = [leg for leg in live if leg["hears"] == "caller"]
    assert len(talking) <= 1
    if state["phase"] in ("talking", "connected"):
        assert not [player for player in session.players if player["state"] == "playing"], "a player goes on unheard"
    if talking:
        assert not session.agents or session.agents[-1]["state"] != "open", "the agent is still there"


@pytest.mark.parametrize("flow", ["flows/function_calling", "flows/front_desk", "tests/scenario/flows/everything"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(options=OPTIONS, beginning=BEGINNINGS, events=st.lists(EVENTS, max_size=20))
def test_the_promises_hold(
    engine: Engine,
    compiled: Callable[[Path], Artifacts],
    flow: str,
    options: dict[str, Any],
    beginning: list[tuple[Any, ...]],
    events: list[tuple[Any, ...]],
) -> None:
    phone = Phone(engine, compiled(ROOT / f"{flow}.yaml")["js"], **options)
    for event in beginning + events:
        happen(phone, event)
        keep_promises(phone)
    phone.session.advance(4 * 3_600_000 + 60_000)  # nobody does anything any more
    assert phone.is_over()
