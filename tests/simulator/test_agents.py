"""Cartesia agents: connection, audio, events, and every way in which a socket closes."""

from __future__ import annotations

import pytest

from .conftest import Open, do


def test_an_agent_connects_is_heard_once_started_and_acknowledges(open_session: Open) -> None:
    session = open_session("commands.js", agent_ms=250)
    do(session, "agent")
    assert session.agent.state == "connecting"
    session.advance(250)
    assert session.agent.state == "open"
    do(session, "bridge", a="caller", b="agent")
    assert session.heard_by_caller == "silence"
    assert session.agent.started is None
    do(session, "start")
    assert session.heard_by_caller == "agent"
    assert session.agent.hears == "caller"
    assert session.agent.started == {"from": "15550000001"}
    assert session.logs[-1] == "agent-1 Cartesia.Agents.ACK:{}"
    do(session, "custom", parameters={"metadata": {"outcome": "busy"}})
    assert session.agent.customs == [{"metadata": {"outcome": "busy"}}]


def test_an_agent_is_refused(open_session: Open) -> None:
    session = open_session("commands.js", agent="refuses")
    do(session, "agent")
    session.advance(200)
    assert session.logs[-1] == "refused: connection refused"


@pytest.mark.parametrize("event", [False, True], ids=["by itself", "by an event"])
@pytest.mark.parametrize(
    ("agents", "is_admitted"),
    [
        ({}, True),
        ({"a": ["k"]}, True),
        ({"a": ["other key", "k"]}, True),
        ({"a": ["other key"]}, False),
        ({"b": ["k"]}, False),
        ({"__proto__": ["k"]}, False),
    ],
    ids=str,
)
def test_an_agent_starts_with_a_key_of_its_own_alone(
    open_session: Open, agents: dict[str, list[str]], is_admitted: bool, event: bool
) -> None:
    session = open_session("commands.js", agents=agents, agent="manual" if event else "connects")
    do(session, "agent")
    if event:
        session.agent.connects()
    session.advance(200)
    assert (session.agent.state == "open") is is_admitted
    assert ("refused: unauthorized" in session.logs) is not is_admitted


def test_the_naive_scenario_says_why_there_is_no_agent(open_session: Open) -> None:
    session = open_session("naive.js", agent="manual")
    session.agent.refuses("invalid key")
    assert session.logs == ["no agent: invalid key"]
    assert session.ended is not None


def test_the_end_of_speech_comes_after_a_second_of_silence(open_session: Open) -> None:
    session = open_session("commands.js", agent_ms=0, agent_ack=False)
    do(session, "agent")
    do(session, "start")
    session.agent.speaks(2000)
    session.advance(2999)
    assert session.logs[2:] == ["agent-1 Cartesia.Events.WebSocketMediaStarted"]
    session.advance(1)
    assert session.logs[-1] == "agent-1 Cartesia.Events.WebSocketMediaEnded"
    session.agent.speaks(5000)
    session.advance(1000)
    session.agent.clear()
    assert session.logs[-1] == "agent-1 Cartesia.Agents.Clear:{}"
    do(session, "clear")
    session.advance(1000)
    assert session.logs[-1] == "agent-1 Cartesia.Events.WebSocketMediaEnded"


def test_an_agent_sends_events(open_session: Open) -> None:
    session = open_session("commands.js", agent_ms=0)
    do(session, "agent")
    do(session, "start")
    session.agent.sends_custom({"metadata": {"a": 1}})
    session.agent.sends_dtmf({"dtmf": "5"})
    session.agent.fails({"message": "reset"})
    assert session.logs[-3:] == [
        'agent-1 Cartesia.Agents.Custom:{"metadata":{"a":1}}',
        'agent-1 Cartesia.Agents.DTMF:{"dtmf":"5"}',
        'agent-1 Cartesia.Agents.WebSocketError:{"message":"reset"}',
    ]


def test_a_closed_socket_is_no_source(open_session: Open) -> None:
    session = open_session("commands.js", agent_ms=0)
    do(session, "agent")
    do(session, "bridge", a="caller", b="agent")
    do(session, "start")
    session.agent.closes(1006, "gone")
    assert session.heard_by_caller == "silence"
    assert session.logs[-1] == "socket closed:1006 gone"


@pytest.mark.parametrize("close_callback", [True, False])
def test_our_own_close_may_call_back(open_session: Open, close_callback: bool) -> None:
    session = open_session("commands.js", agent_ms=0, close_callback=close_callback)
    do(session, "agent")
    do(session, "close")
    assert ("socket closed:1000 " in session.logs) == close_callback
    assert session.agent.state == "closed"


def test_an_agent_that_hears_nobody_is_closed_after_180_seconds(open_session: Open) -> None:
    session = open_session("commands.js", agent_ms=0)
    do(session, "agent")
    do(session, "bridge", a="caller", b="agent")
    do(session, "start")
    session.advance(600_000)
    assert session.agent.state == "open"
    do(session, "unsend", **{"from": "caller", "to": "agent"})
    session.advance(100_000)
    do(session, "custom", parameters={"metadata": {}})
    session.advance(179_999)
    assert session.agent.state == "open"
    session.advance(1)
    assert session.logs[-1] == "socket closed:1000 connection idle timeout"
