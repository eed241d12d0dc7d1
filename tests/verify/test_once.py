"""What leads where others lead is tried once each: the scenario reads it, and tells it, rightly."""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine
from flowc.verify import alphabet as alphabet_module
from flowc.verify import search as search_module
from flowc.verify.result import Bounds, Result
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from

TOLD_AT_ONCE = """flowc: 1
flow: hunting
webhooks: {desk: {url: "https://desk.example.com/calls"}}
targets:
  first: {pstn: "+15550100001", ring: 3s, caller_id: "+15550109999"}
  second: {pstn: "+15550100002", ring: 3s, caller_id: "+15550109999"}
inbound: {transfer: [first, second], fallback: {otherwise: [{notify: desk}, hang_up]}}
"""
TOLD_LATER = """flowc: 1
flow: leaving
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
targets:
  first: {pstn: "+15550100001", ring: 3s, caller_id: "+15550109999"}
  second: {pstn: "+15550100002", ring: 3s, caller_id: "+15550109999"}
actions: {ring: {description: Ring., do: {transfer: [first, second], agent: leaves}}}
"""
QUEUE = """flowc: 1
flow: queueing
webhooks: {desk: {url: "https://desk.example.com/calls"}}
prompts: {sorry: "Sorry."}
targets: {line: {queue: line, wait: 5m}}
inbound: [{say: sorry}, {transfer: line, fallback: {otherwise: [{notify: desk}, hang_up]}}]
"""
HOURS = """flowc: 1
flow: opening
hours:
  office:
    timezone: Asia/Kathmandu
    weekly: {mon-wed: ["08:00-12:00", "13:00-18:00"], thu: "09:00-10:00", fri: "22:00-06:00"}
    dates: {2026-12-24: "08:00-11:00", 2026-12-26: closed}
prompts: {sorry: Sorry.}
targets: {desk: {pstn: "+15550100001", ring: 3s, caller_id: "+15550109999", hours: office}}
inbound: {transfer: desk, fallback: {otherwise: [{say: sorry}, hang_up]}}
"""
SHOWN = """flowc: 1
flow: shown
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
targets: {desk: {pstn: "+15550100001", ring: 3s, caller_id: [caller, "+15550109999"]}}
actions: {ring: {description: Ring., do: {transfer: desk}}}
"""
CALLERS = """flowc: 1
flow: arriving
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
callers: {vip: ["+15550101901"], blocked: {storage: BLOCKED}}
prompts: {welcome: Welcome.}
inbound:
  by: call.from
  among:
    vip: [{say: welcome}, hang_up]
    blocked: {reject: declined}
    withheld: {reject: busy}
    otherwise: start_agent
actions: {end_call: {description: End the call., do: hang_up}}
"""
HOPE = '"declined", "not_accepted", "busy", "no_answer"'
OUTCOMES = {
    "busy is told as nobody": (TOLD_AT_ONCE, '486: "busy"', '486: "no_answer"'),
    "busy is told later as nobody": (TOLD_LATER, '486: "busy"', '486: "no_answer"'),
    "who is not reached has not answered": (TOLD_LATER, '480: "unreachable"', '480: "no_answer"'),
    "one code of invalid numbers": (TOLD_AT_ONCE, '484: "invalid"', '484: "failed"'),
    "nobody before busy": (TOLD_AT_ONCE, HOPE, '"declined", "not_accepted", "no_answer", "busy"'),
    "busy before declined, told later": (TOLD_LATER, HOPE, '"busy", "declined", "not_accepted", "no_answer"'),
    "the last of two that are as hopeful": (
        TOLD_AT_ONCE,
        ">= MOST_HOPEFUL_FIRST.indexOf(S.hopeful)) return;",
        "> MOST_HOPEFUL_FIRST.indexOf(S.hopeful)) return;",
    ),
    "a queue that is full is busy": (QUEUE, '1003: "unreachable"', '1003: "busy"'),
    "nobody of a queue has failed": (QUEUE, '1001: "no_answer"', '1001: "failed"'),
}

MISREAD = {
    "in UTC": ("new Date(now.getTime() + ahead) : null", "now : null"),
    "each day is a Monday": ("hours.weekly[DAYS[day.getUTCDay()]]", "hours.weekly[DAYS[1]]"),
    "two days in each other's place": ('"thu", "fri"', '"fri", "thu"'),
    "the first range of a day alone": ("today.some((range)", "today.slice(0, 1).some((range)"),
    "the night is over at midnight": ("isPastMidnight(range) && time < range.slice(6));", "false);"),
    "a night has no end": ("isPastMidnight(range) && time < range.slice(6));", "isPastMidnight(range));"),
    "the last minute is open": ("(time < range.slice(6) ||", "(time <= range.slice(6) ||"),
    "a closed date ends no night": (
        'if (hours.dates[now.toISOString().slice(0, 10)] === "closed") return false;',
        "",
    ),
    "zones of whole hours alone": ("QUARTER_HOUR_MS = 900000", "QUARTER_HOUR_MS = 3600000"),
}
WHO_CALLS = {
    "a number of a trunk is shown": (SHOWN, "isOnTelephoneNetwork(event.call) && ", ""),
    "words with small letters alone": (CALLERS, "const word = caller.toLowerCase();", "const word = caller;"),
    "another word for withheld": (CALLERS, '"restricted", ', ""),
    "who is withheld over a trunk": (CALLERS, "|[^@]*@anonymous\\.invalid|anonymous@.*", ""),
    "the first nine digits": (
        CALLERS,
        "digitsOf(each) === digitsOf(number)",
        "digitsOf(number).startsWith(digitsOf(each).slice(0, 9))",
    ),
    "the last nine digits": (
        CALLERS,
        "digitsOf(each) === digitsOf(number)",
        "digitsOf(each).slice(-9) === digitsOf(number).slice(-9)",
    ),
    "the beginning of a number": (
        CALLERS,
        "digitsOf(each) === digitsOf(number)",
        "digitsOf(each).startsWith(digitsOf(number))",
    ),
}


def searched(engine: Engine, text: str, patch: pytest.MonkeyPatch, old: str = "", new: str = "") -> Result:
    """A broken scenario is taken for what flowc generates."""
    whole = compiled_from("flows/once.yaml", text.encode())
    assert not old or whole.scenario.count(old) == 1
    found = Subject(whole.flow, whole.scenario.replace(old, new) if old else whole.scenario, whole.scenario_path)
    patch.setattr(search_module, "emit", lambda _: ("", found.scenario))
    return search(engine, found, Bounds(posts=1))


@pytest.mark.parametrize("text", [TOLD_AT_ONCE, TOLD_LATER, QUEUE, HOURS, SHOWN, CALLERS])
def test_nothing_is_wrong_with_what_is_generated(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    assert searched(searcher, text, monkeypatch).proved


@pytest.mark.parametrize("what", OUTCOMES)
def test_an_outcome_that_is_told_wrongly_is_found(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    text, old, new = OUTCOMES[what]
    result = searched(searcher, text, monkeypatch, old, new)
    assert any(one.place.startswith(("what a webhook is told", "what the agent is told")) for one in result.violations)


@pytest.mark.parametrize("what", MISREAD)
def test_hours_that_are_misread_are_found(searcher: Engine, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    old, new = MISREAD[what]
    result = searched(searcher, HOURS, monkeypatch, old, new)
    assert any(one.place.startswith("who is rung") for one in result.violations)


def test_hours_make_no_states_of_their_own(searcher: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = searched(searcher, HOURS, monkeypatch)
    monkeypatch.setattr(alphabet_module, "edges", lambda _: ())
    without = searched(searcher, HOURS, monkeypatch)
    assert without.states == whole.states
    assert 0 < whole.transitions - without.transitions < 100


@pytest.mark.parametrize("what", WHO_CALLS)
def test_a_caller_who_is_taken_for_another_is_found(
    searcher: Engine, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    text, old, new = WHO_CALLS[what]
    assert not searched(searcher, text, monkeypatch, old, new).proved
