"""Timers that a search lets be over at any instant are as long as the flow says all the same."""

from __future__ import annotations

import pytest

from flowc.simulator.engine import Engine
from flowc.verify.agreement import AGREEMENT
from flowc.verify.lengths import SPOKEN, lengths
from flowc.verify.passive import DEADLINES, DISTANT, LONGEST_TIME, SOON, WAITS
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.conftest import ROOT
from tests.verify.conftest import compiled_from
from tests.verify.kills import found_in_own, subject_of
from tests.verify.test_own_errors import Error
from tests.verify.test_search import told

ERRORS = (
    Error("a key may come for longer", "accept.js", ", accept.withinMs)", ", 2 * accept.withinMs)", "accept"),
    Error("it is asked again later", "accept.js", "ASKED_AGAIN_MS = 2000", "ASKED_AGAIN_MS = 9000", "accept"),
    Error("they talk for longer", "talk_limit.js", "limitMs, onTalkLimit", "limitMs + 1, onTalkLimit", "talk_limit"),
    Error("they are warned late", "talk_warning.js", "limitMs - WARNED_MS", "limitMs - WARNED_MS / 2", "talk_warning"),
    Error("a call is longer", "call.js", "FLOW.maxDurationMs, on", "2 * FLOW.maxDurationMs, on", "call_warning"),
    Error("it is warned late", "call_warning.js", "CALL_WARNED_MS = 60000", "CALL_WARNED_MS = 40000", "call_warning"),
    Error("a briefing is longer", "briefing.js", "transfer.briefingMs, on", "1 + transfer.briefingMs, on", "briefing"),
    Error("a beep is waited for", "machine_message.js", "beepMs + BEEP", "2 * beepMs + BEEP", "machine_message"),
    Error("who is quiet is heard for longer", "quiet.js", "quietMs(), onQuiet", "2 * quietMs(), onQuiet", "quiet"),
    Error("the agent is asked later", "idle.js", ": idle.afterMs, onIdle", ": 2 * idle.afterMs, onIdle", "idle"),
    Error("a sentence may take less", "spoken.js", "10000 + 150", "1000 + 150", "accept"),
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.name)
def test_another_length_is_found(searcher: Engine, error: Error) -> None:
    found = found_in_own(searcher, subject_of(error.flow), error, Bounds(posts=1))
    assert AGREEMENT in found


def test_it_says_what_is_wrong(searcher: Engine) -> None:
    found = subject_of("call_warning")
    broken = Subject(found.flow, found.scenario.replace("FLOW.maxDurationMs, on", "2 * FLOW.maxDurationMs, on"), "")
    assert (
        f"{AGREEMENT}, time: onLongestTime: this is to be over 7200 s later, and the flow says 3600 s"
        in told(search(searcher, broken, Bounds(posts=0, states=60)))
    )


def test_each_has_a_length() -> None:
    """Of a flow that uses every key each timer that may be over at any instant is told how long it is."""
    names: set[str] = set(SPOKEN["timers"])
    for file in ("every_key", "every_other_key"):
        path = f"tests/flows/ok/{file}.yaml"
        names |= lengths(compiled_from(path, (ROOT / path).read_bytes()).flow).keys()
    assert {*DEADLINES, *WAITS, *SOON, *DISTANT, LONGEST_TIME} <= names
