"""Our own number is told to whoever is called, and to the report: wherever it is kept, that is no secret. What opens a
door is one, and it is said which.
"""

from __future__ import annotations

from base64 import b64encode
from unittest import mock

import pytest

from flowc.simulator.engine import Engine
from flowc.verify import search as search_module
from flowc.verify.alphabet import alphabet
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from

PLACED = b"""flowc: 1
flow: placed
call: {report: hook}
outbound:
  data: {to: {type: string, format: phone, description: who is called}}
  call: customer
  answered: hang_up
  fallback: {otherwise: hang_up}
webhooks: {hook: {url: {secret: HOOK}}}
targets: {customer: {pstn: {data: to}, caller_id: {secret: OURS}}}
"""
SAID = 'log("call ends: " + reason);'


@pytest.mark.parametrize(("secret", "told"), [("OURS", set()), ("HOOK", {"the log holds the secret `HOOK`"})])
def test_what_is_shown_is_no_secret(searcher: Engine, secret: str, told: set[str]) -> None:
    whole = compiled_from("flows/placed.yaml", PLACED)
    assert whole.scenario.count(SAID) == 1
    telling = whole.scenario.replace(SAID, SAID.replace("reason", f'secretValue({{ secret: "{secret}" }})'))
    found = search(searcher, Subject(whole.flow, telling, whole.scenario_path), Bounds(posts=0))
    assert {one.told for one in found.violations if one.property == "no secret is told"} == told


LOGGED = b"""flowc: 1
flow: logged
call: {recording: {starts: asked, notify: hook}}
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up, metadata: {from: "${call.from}"}}
webhooks:
  hook: {url: {secret: HOOK}, headers: {Authorization: {secret: OPENS}}}
  roster: {url: "https://roster.example.com", answer: {name: {type: string, maxLength: 20, description: who}}}
actions:
  record: {description: Record., do: {recording: start}}
  go:
    description: Ask.
    parameters: {topic: {type: string, maxLength: 40, description: why}}
    do: [{ask: roster, within: 3s, otherwise: hang_up}, {notify: hook}, {say: hello}, hang_up]
prompts: {hello: "Hello ${roster.name}."}
keys: {"0": hang_up}
"""
ACTION, ANSWER, RECORDED = 'log("action " + name);', "const { code, text } = result;", "log(why === "
WEBHOOK = 'log("the webhook " + name + " " + what'
HEADER = "told.headers[key] = value;"
KEY, WITH_AGENT = 'log("the caller wants to go on with a key");', 'log("caller is with the agent");'
TOLD = (
    (WEBHOOK, 'log("at " + addressOfWebhook(name).replace(/^https:..[^/]*/, "") + what', "a part of the secret `HOOK`"),
    (WEBHOOK, "log(encodeURIComponent(addressOfWebhook(name)) + what", "the secret `HOOK`, URL-encoded"),
    (HEADER, f"{{ {HEADER} log(value.slice(0, -2) + '**'); }}", "a part of the secret `OPENS`"),
    (HEADER, f"{{ {HEADER} log('Basic IN_BASE64'); }}", "the secret `OPENS`, in base64"),
    (WITH_AGENT, "log(S.from + ' is with the agent');", "a part of the caller's number"),
    (ACTION, "log(String(parameters.topic));", "a part of the parameter `topic`"),
    (ANSWER, f"{ANSWER} log(text);", "a part of what a webhook has answered"),
    (RECORDED, f"log(recording.url); {RECORDED}", "a part of the address of a recording"),
    (WITH_AGENT, "log(S.token.slice(0, 9));", "a part of the token"),
    (KEY, "log('key [' + event.tone + ']');", "a key"),
    (KEY, "log('key=' + event.tone);", "a key"),
)


def as_its_own(searcher: Engine, whole: Subject, scenario: str, bounds: Bounds) -> set[str]:
    """What is told of a scenario that is taken for what flowc generates, of which less is tried."""
    with mock.patch.object(search_module, "_is_generated", return_value=True):
        found = search(searcher, Subject(whole.flow, scenario, whole.scenario_path), bounds, oracle=False)
    return {one.told for one in found.violations}


@pytest.mark.parametrize(("old", "new", "told"), TOLD)
def test_no_part_of_what_is_kept_is_in_a_line_of_the_log(searcher: Engine, old: str, new: str, told: str) -> None:
    whole = compiled_from("flows/logged.yaml", LOGGED)
    assert whole.scenario.count(old) == 1
    known = b64encode(f"user:{alphabet(whole.flow, 1).secrets['OPENS']}".encode()).decode()
    broken = whole.scenario.replace(old, new.replace("IN_BASE64", known))
    assert f"the log holds {told}" in as_its_own(searcher, whole, broken, Bounds(posts=1, states=200))


def test_what_the_platform_says_when_it_fails_is_in_no_line(searcher: Engine) -> None:
    """It may be the very key that it was given."""
    whole = compiled_from("flows/logged.yaml", LOGGED)
    kind = 'return error instanceof Error ? error.name : "unknown error";'
    assert whole.scenario.count(kind) == 1
    broken = whole.scenario.replace(kind, "return String(error);")
    told = as_its_own(searcher, whole, broken, Bounds(posts=0, faults=True, states=20))
    assert any(each.startswith("the log holds the secret `KEY`") for each in told)


def test_nothing_is_found_in_the_log_where_nothing_is_wrong(searcher: Engine) -> None:
    whole = compiled_from("flows/logged.yaml", LOGGED)
    assert as_its_own(searcher, whole, whole.scenario, Bounds(posts=1, states=200)) == set()


def test_nothing_is_found_where_nothing_is_wrong(searcher: Engine) -> None:
    found = search(searcher, compiled_from("flows/placed.yaml", PLACED), Bounds(posts=0))
    assert found.exhausted
    assert found.violations == ()
