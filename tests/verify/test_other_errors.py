"""Errors of the runtime that `runtime_mutants.py` does not make: what is added where it does not belong, and what is
done in another way. Each is shown by a search of a small flow.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pytest

from flowc.simulator.engine import Engine
from flowc.verify.agreement import AGREEMENT
from flowc.verify.oracle.timers import OF_THE_RUNTIME
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.verify.kills import Nothing, found_by, subject_of
from tests.verify.runtime_mutants import RUNTIME

BOUNDS = Bounds(posts=1, states=600)


class Error(NamedTuple):
    """`old` is one place in a file of the runtime."""

    name: str
    file: str
    old: str
    new: str
    flow: str
    property: str = AGREEMENT

    def applied(self, scenario: str) -> str:
        text = (RUNTIME / self.file).read_text("utf-8")
        assert text.count(self.old) == 1, self.old
        assert text in scenario, f"the scenario has not {self.file}"
        return scenario.replace(text, text.replace(self.old, self.new))


_HANGS_UP = '  endCall("it took too long", "limit");\n'
ERRORS = (
    Error(
        "a long wait in a queue ends the call",
        "transfer.js",
        '  letGo(attempt);\n  settled(attempt, "no_answer", TARGETS',
        f'{_HANGS_UP}  return;\n  settled(attempt, "no_answer", TARGETS',
        "announced_next",
    ),
    Error(
        "the call ends where its warning is due",
        "call_warning.js",
        "  S.callWarningTimer = 0;\n",
        f"  S.callWarningTimer = 0;\n{_HANGS_UP}  return;\n",
        "ending",
    ),
    Error(
        "the call ends where its warning would come too late",
        "call_warning.js",
        "  S.latestWarningTimer = 0;\n",
        f"  S.latestWarningTimer = 0;\n{_HANGS_UP}  return;\n",
        "waiting_out",
    ),
    Error(
        "the call ends a minute before a talk is over",
        "talk_warning.js",
        "function onTalkWarning() {\n",
        f"function onTalkWarning() {{\n{_HANGS_UP}  return;\n",
        "limited",
    ),
    Error(
        "the call ends with a talk",
        "talk_limit.js",
        "  S.talkTimer = 0;\n",
        f"  S.talkTimer = 0;\n{_HANGS_UP}  return;\n",
        "limited",
    ),
    Error(
        "the longest time lets whoever rings go and nothing else",
        "call.js",
        "function onLongestTime() {\n",
        "function onLongestTime() {\n  if (S.live.length > 0) { S.live.forEach(letGo); return; }\n",
        "in_queues",
    ),
    Error(
        "the last words of an agent that is lost are cut off",
        "agent.js",
        "if (speaking) startTimer",
        "if (S.agentSpeaking) startTimer",
        "leaving",
    ),
    Error(
        "a lost agent is waited for that said nothing",
        "agent.js",
        "if (speaking) startTimer",
        "if (true) startTimer",
        "leaving",
    ),
    Error(
        "the last words of an agent that is lost are heard for a tenth of a second",
        "agent.js",
        'startTimer("lastWordsTimer", SPEECH_START_MS, ',
        'startTimer("lastWordsTimer", SPEECH_START_MS / 10, ',
        "leaving",
    ),
    # What the platform is asked for
    Error("it is listened for 1 ms", "machine.js", "timeout: machine.withinMs", "timeout: 1", "detecting"),
    Error("machines sound as in Brazil", "machine.js", "models[machine.model]", "models.BR", "leaving_word"),
    # Who posts, and what
    Error(
        "the beginning of the token is enough",
        "control.js",
        "token !== S.token)",
        "token.slice(0, 9) !== S.token.slice(0, 9))",
        "leaving",
        "what is refused changes nothing",
    ),
    Error(
        "an id stands for what is as long",
        "control.js",
        ".content !== content;",
        ".content.length !== content.length;",
        "leaving",
        "what is refused changes nothing",
    ),
    Error(
        "a character beyond the first plane counts twice",
        "parameters.js",
        "Array.from(value).length",
        "value.length",
        "measuring",
        "what is refused changes nothing",
    ),
    # What no log has
    Error(
        "the platform logs the keys of callers",
        "callers_keys.js",
        "Logger.hideTones(true)",
        "Logger.hideTones(false)",
        "choosing",
        "no secret is told",
    ),
    Error(
        "the platform logs the keys of persons",
        "accept.js",
        "Logger.hideTones(true)",
        "Logger.hideTones(false)",
        "meeting",
        "no secret is told",
    ),
    Error(
        "a key is in the log",
        "callers_keys.js",
        "  ON_KEY.some((take) => take(event));",
        '  log("pressed " + event.tone);\n  ON_KEY.some((take) => take(event));',
        "choosing",
        "no secret is told",
    ),
    Error(
        "a sensitive parameter is in the log",
        "requests.js",
        '  log("action " + name);',
        '  log("action " + name + content);',
        "measuring",
        "no secret is told",
    ),
    Error(
        "sensitive data are in the log",
        "outbound.js",
        "  S.isOutbound = true;\n",
        "  S.isOutbound = true;\n  log(written);\n",
        "telling_all",
        "no secret is told",
    ),
    # When it is signed, in seconds
    Error(
        "a signature has milliseconds",
        "webhook_signature.js",
        "Math.floor(Date.now() / 1000)",
        "Date.now()",
        "headed",
    ),
)
cached = cache(subject_of)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.name)
def test_it_is_found(searcher: Engine, error: Error) -> None:
    whole = cached(error.flow)
    assert error.property in found_by(searcher, whole, error, BOUNDS)


@pytest.mark.parametrize("flow", sorted({error.flow for error in ERRORS}))
def test_without_an_error_nothing_is_found(searcher: Engine, flow: str) -> None:
    """As if the scenario had been edited: it is held against the flow in the same way then."""
    assert found_by(searcher, cached(flow), Nothing(), BOUNDS) == []


# Which timer it was


def test_the_oracle_knows_every_timer_of_the_runtime() -> None:
    """Else one of them could do whatever another may."""
    text = "\n".join(path.read_text("utf-8") for path in sorted(RUNTIME.glob("*.js")))
    begun = re.findall(r'startTimer\("\w+", .*, (\w+)\);', text)
    bound = re.findall(r"setTimeout\((\w+)\.bind\(", text)
    assert len(begun) + len(bound) + 2 == len(re.findall(r"startTimer\(|setTimeout\(", text))
    assert {*begun, *(f"bound {name}" for name in bound)} == OF_THE_RUNTIME


def test_in_a_scenario_that_was_edited_timers_may_have_other_names(searcher: Engine) -> None:
    whole = cached("ending")
    renamed = whole.scenario.replace("onLongestTime", "onMostOfAll")
    assert renamed != whole.scenario
    result = search(searcher, Subject(whole.flow, renamed, whole.scenario_path), BOUNDS)
    assert [each.told for each in result.violations] == []
