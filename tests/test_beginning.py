"""A flow that does not say how calls begin is the one that says what holds then."""

from __future__ import annotations

import re
from itertools import product

import pytest

from flowc.compiler import compile_flows
from flowc.source import Source

RECORDINGS = {"": "", "mono": "", "stereo": ", stereo: true, secure: false"}
VOICES = "{en: Google.en_US_Standard_C, fr: Google.fr_FR_Standard_G}"
CALLED = """
targets: {desk: {pstn: "+15550100009", caller_id: "+15550100001"}}
outbound: {call: desk, fallback: {otherwise: hang_up}}"""


@pytest.mark.parametrize(
    ("recording", "agents", "report", "languages", "outbound"),
    [each for each in product(RECORDINGS, (0, 1), (0, 1), (0, 1), (0, 1)) if each[0] or each[4]],
)
def test_what_is_left_out_is_what_the_reference_says(
    recording: str, agents: bool, report: bool, languages: bool, outbound: bool
) -> None:
    """Where nothing is recorded, and no call is placed, an agent is started without any step: there is less to it."""
    said = "{en: Recorded., fr: Enregistré.}" if languages else "Recorded."
    call = [
        *([f"recording: {{starts: always, say: said, notify: hook{RECORDINGS[recording]}}}"] if recording else []),
        *(["report: hook"] if report else []),
        *([f"languages: {VOICES}"] if languages else []),
    ]
    flow = f"""flowc: 1
flow: t
agent: {{api_key: {{secret: KEY}}, agent_id: agent_1, unavailable: hang_up}}
call: {{max_duration: 1h{"".join(f", {each}" for each in call)}}}
{f"prompts: {{said: {said}}}" if recording else ""}
{'webhooks: {hook: {url: "https://hook.example.com/"}}' if recording or report else ""}
{"agents: {other: {agent_id: agent_2}}" if agents else ""}
actions:
  end_call: {{description: End the call., do: hang_up}}
{"  hand_over: {description: To the other., do: {start_agent: other}}" if agents else ""}
{"  in_french: {description: Speak French., do: {language: fr}}" if languages else ""}{CALLED if outbound else ""}
"""
    begins = "{reject: declined}" if outbound else "start_agent"
    found = [
        compile_flows([Source("flows/t.yaml", text.encode())]) for text in (flow, f"{flow}inbound: {begins}\n")
    ]
    assert [list(each.diagnostics) for each in found] == [[], []]
    left_out, written = (_scenario(dict(each.artifacts)) for each in found)
    assert left_out == written


def test_a_key_is_the_same_with_quotes_and_without() -> None:
    bare = """flowc: 1
flow: t
prompts: {hi: Hello.}
webhooks: {inbox: {url: "https://hook.example.com/"}}
targets: {desk: {pstn: "+15550100009", caller_id: "+15550100001", accept: {say: hi, key: 1, decline: 0}}}
inbound: {menu: hi, otherwise: go, keys: {0: go, 2: [{take_message: {notify: inbox, otherwise: go, key: 5}}, go]}}
routes: {go: {transfer: desk, cancel: 9, fallback: {otherwise: hang_up}}}
"""
    quoted = re.sub(r"\b(key|decline|cancel): ([0-9])", r'\1: "\2"', bare).replace("{0: go, 2:", '{"0": go, "2":')
    found = [compile_flows([Source("flows/t.yaml", text.encode())]) for text in (bare, quoted)]
    assert quoted.count('"') - bare.count('"') == 12
    assert [list(each.diagnostics) for each in found] == [[], []]
    without, with_quotes = (_scenario(dict(each.artifacts)) for each in found)
    assert without == with_quotes


def _scenario(artifacts: dict[str, str]) -> str:
    return re.sub(r"(?m)^// .*$", "", artifacts["t/t.voxengine.js"])
