"""What a hint says to write leads to no other error at the same place: for every word that people write for a step or a
key, and that flowc knows, it is written, and the hint is followed.

Words in capitals stand for what only the author knows: here they are names of the flow.
"""

from __future__ import annotations

import re

import pytest

from flowc.compiler import compile_flows
from flowc.diagnostics import Diagnostic
from flowc.parse import placement
from flowc.source import Source
from tests.conftest import ROOT
from tests.test_hints import literal, typed_in

FLOW = """flowc: 1
flow: words
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
call:
  recording: {starts: asked, notify: crm}
  languages: {en: Amazon.Neural.en_US_Joanna, de: Amazon.Neural.de_DE_Vicki}
prompts: {hello: {en: Hello., de: Hallo.}}
webhooks: {crm: {url: "https://crm.example.com/calls"}}
targets: {desk: {sip: "sip:desk@pbx.example.com"}, line: {queue: billing, wait: 5m}}
actions:
  consent: {description: Record., do: {recording: start}}
  language: {description: German., do: [{language: de}, {notify: crm}]}
  hello: {description: Say hello., do: [{say: hello}, {transfer: [desk, line]}]}
  tried:
    description: What is tried.
    parameters: {topic: {type: string, enum: [a, b], description: the topic}}
    do: [STEP]
"""
LINE = len(FLOW.splitlines())
NAMES = {
    "TARGET": "desk",
    "PROMPT": "hello",
    "WEBHOOK": "crm",
    "LANGUAGE": "de",
    "PARAMETER": "topic",
    "STEPS": "hang_up",
    "VALUE": "otherwise",
}
LEFT_OPEN = re.compile(r"…|\b(?:NAME|AGENT|KEY)\b")
STEPS = [*{hint: word for word, hint in placement._NO_STEPS.items()}.values(), "record", "recording"]
"""One for each hint."""
EVERY_KEY = (ROOT / "tests/flows/ok/every_key.yaml").read_text("utf-8")
OF_A_RECORDING = ("null", "start", "on", "stop", "off", "pause", "paused")


def filled(written: str) -> str:
    """What a hint says to write, with names for what it leaves open."""
    for word, name in NAMES.items():
        written = re.sub(rf"\b{word}\b", name, written)
    return written.replace(", …}", "}")


def wrong(text: str) -> tuple[Diagnostic, ...]:
    found = compile_flows([Source("f.yaml", text.encode())]).diagnostics
    return tuple(each for each in found if each.severity == "error")


@pytest.mark.parametrize("word", STEPS)
def test_a_step_in_another_word(word: str) -> None:
    """Alone, and as the key of a mapping. Whether something has to follow it is another question."""
    values = OF_A_RECORDING if word in ("record", "recording") else ("desk",)
    for step in [word, *(f"{{{word}: {value}}}" for value in values)]:
        told = [each for each in wrong(FLOW.replace("STEP", step)) if each.span.line == LINE]
        written = filled(literal(told[0].hint)) if told else ""
        if not written or LEFT_OPEN.search(written):
            continue
        if written[0] != "{" and word == "recording" and step != word:  # a value
            written = f"{{{word}: {written}}}"
        again = [wrong(FLOW.replace("STEP", f"{written}{more}")) for more in ("", ", hang_up")]
        assert () in again, (step, told[0].hint, again)


def occurrence(key: str) -> int:
    """Where a key stands in the flow that has them all; -1 if nowhere: it is a word of the call's."""
    found = re.search(rf"(?m)(?:^ *|[{{,] ?|- ){re.escape(key)}(?=: )", EVERY_KEY)
    return -1 if found is None else found.end() - len(key)


@pytest.mark.parametrize("key", placement._OTHER_WORDS)
def test_a_key_in_another_word(key: str) -> None:
    """What is to be written in its place is the key itself, or leads to no error there."""
    at = occurrence(key)
    for word in placement._OTHER_WORDS[key][-1:] if at >= 0 else ():
        flow = EVERY_KEY[:at] + word + EVERY_KEY[at + len(key) :]
        line = EVERY_KEY.count("\n", 0, at) + 1
        told = [each for each in wrong(flow) if each.span.line == line and word in each.message]
        written = literal(told[0].hint) if told else ""
        if not written or written == key or LEFT_OPEN.search(filled(written)):
            continue
        typed = typed_in(flow.splitlines(keepends=True), told[0], filled(written))
        again = [each for each in wrong(typed) if each.span[:2] == told[0].span[:2]]
        assert again == [], (key, word, told[0].hint, typed.splitlines()[line - 1])


PLACES = """flowc: 1
flow: places
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: LOST, idle: {after: 10s, do: IDLE}}
agents: {other: {agent_id: agent_2, unavailable: OTHER}}
prompts: {hello: Hello.}
targets: {desk: {sip: "sip:desk@pbx.example.com"}}
inbound:
  by: call.from
  among:
    withheld: FIRST
    otherwise: [{transfer: desk, fallback: {busy: ANSWERED, declined: start_agent, otherwise: {start_agent: other}}}]
outbound:
  data: {topic: {type: string, maxLength: 20, description: the topic}}
  call: desk
  answered: PLACED
  fallback: {busy: OVER, otherwise: hang_up}
keys: {"1": KEYED}
actions:
  tried: {description: Try., do: [{say: hello}, DONE]}
  led: {description: Be led., do: to_desk}
  rings: {description: Ring., do: [{transfer: desk, fallback: {otherwise: UNANSWERED}}]}
routes: {to_desk: {transfer: desk, fallback: {otherwise: ROUTED}}}
"""
OF_PLACES = tuple(re.findall(r"\b(?!API|KEY\b)[A-Z]{4,}\b", PLACES))


def flow_with(step: str, place: str, *, is_one: bool) -> str:
    """`step` in one place, and in the others what ends a call there. `is_one`: there is one agent."""
    flow = PLACES
    for each in OF_PLACES:
        other = "{reject: declined}" if each == "FIRST" else "hang_up"
        flow = re.sub(rf"\b{each}\b", step if each == place else other, flow)
    return re.sub("(?m)^agents: .*\n", "", flow).replace("{start_agent: other}", "start_agent") if is_one else flow


@pytest.mark.parametrize("place", OF_PLACES)
@pytest.mark.parametrize("is_one", [True, False], ids=["one agent", "several agents"])
def test_what_is_known_here_can_stand_here(place: str, is_one: bool) -> None:
    """A route may lead on to any step that some way to it allows."""
    assert wrong(flow_with("", "", is_one=is_one)) == ()
    if is_one and place == "OTHER":
        return
    [told] = wrong(flow_with("zzz", place, is_one=is_one))
    known = re.findall("`(.+?)`", told.hint)
    assert told.hint.startswith("known here: ")
    assert known
    for step in known if place != "ROUTED" else ():
        at = [each for each in wrong(flow_with(step, place, is_one=is_one)) if each.span[:2] == told.span[:2]]
        assert at == [], step
