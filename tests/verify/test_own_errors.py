"""Errors of flowc's own runtime, searched as `flowc verify` does: what flowc generates with them is taken for what it
generates. Of that more is known, and what is known must not hide them.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from flowc.simulator.engine import Engine
from flowc.verify.agreement import AGREEMENT
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.verify.conftest import compiled_from
from tests.verify.kills import found_in_own, subject_of
from tests.verify.runtime_mutants import RUNTIME


class Error(NamedTuple):
    """`old` is one place in a file of the runtime. `flow` is one of `flows/`, or of `FLOWS`."""

    name: str
    file: str
    old: str
    new: str
    flow: str
    property: str = AGREEMENT
    posts: int = 1

    def applied(self, scenario: str) -> str:
        text = (RUNTIME / self.file).read_text("utf-8")
        assert text.count(self.old) == 1, self.old
        assert text in scenario, f"the scenario has not {self.file}"
        return scenario.replace(text, text.replace(self.old, self.new))


FLOWS = {
    "told_topic": """flowc: 1
flow: told_topic
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
webhooks: {hook: {url: "https://hook.example.com/calls"}}
targets: {anna: {pstn: "+15550100001", caller_id: "+15550100000", ring: 9s}}
actions:
  call:
    description: Call.
    parameters:
      topic: {type: string, optional: true, description: why}
      urgency: {type: string, enum: [low, high], description: how urgent}
    do: {transfer: anna, agent: leaves, fallback: {otherwise: [{notify: hook}, hang_up]}, afterwards: hang_up}
""",
    "told_in_every_way": """flowc: 1
flow: told_in_every_way
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
webhooks: {hook: {url: "https://hook.example.com/calls", sign: {secret: SIGNING}}}
targets: {pbx: {sip: "sip:a@pbx.example.com", ring: 9s, headers: {X-Words: "${words}"}}}
actions:
  call:
    description: Call.
    parameters:
      words: {type: string, maxLength: 130, description: what was said}
      kind: {type: string, enum: [sales, support], description: which}
    do: [{notify: hook}, {transfer: pbx, agent: leaves, fallback: {otherwise: hang_up}, afterwards: hang_up}]
""",
    "told_where_secret": """flowc: 1
flow: told_where_secret
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
webhooks: {hook: {url: {secret: HOOK}}}
actions: {leave: {description: Leave., do: [{notify: hook}, hang_up]}}
""",
    "told_and_asked": """flowc: 1
flow: told_and_asked
webhooks:
  hook: {url: {secret: HOOK}}
  roster: {url: "https://roster.example.com/who", answer: {who: {type: string, enum: [anna, ben], description: who}}}
inbound:
  - notify: hook
  - {ask: roster, within: 2s, otherwise: {reject: busy}}
  - {by: roster.who, among: {anna: {reject: declined}, otherwise: {reject: busy}}}
""",
    "asked_and_then_told": """flowc: 1
flow: asked_and_then_told
webhooks:
  roster: {url: "https://roster.example.com/who", answer: {who: {type: string, enum: [anna, ben], description: who}}}
inbound:
  - {ask: roster, within: 2s, otherwise: {reject: busy}}
  - notify: roster
  - {by: roster.who, among: {anna: {reject: declined}, otherwise: {reject: busy}}}
""",
    "headed_by_topic": """flowc: 1
flow: headed_by_topic
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
prompts: {hello: Hello.}
targets: {pbx: {sip: "sip:a@pbx.example.com", ring: 9s, headers: {X-Topic: "${topic or 'none'}"}}}
actions:
  call:
    description: Call.
    parameters: {topic: {type: string, optional: true, description: why}}
    do: [{say: hello}, {transfer: pbx, agent: leaves, fallback: {otherwise: hang_up}, afterwards: hang_up}]
""",
    "called_and_greeted": """flowc: 1
flow: called_and_greeted
outbound:
  data: {to: {type: string, format: phone, description: whom to call}}
  call: patient
  answered: [{say: hello}, {menu: offer, keys: {"1": hang_up}, times: 1, otherwise: hang_up}]
  fallback: {otherwise: hang_up}
prompts: {offer: Press one., hello: Hello.}
targets: {patient: {pstn: {data: to}, caller_id: "+15550100000", ring: 9s, machine: {unsure: person, model: us}}}
""",
    "greeted_after_a_talk": """flowc: 1
flow: greeted_after_a_talk
prompts: {offer: Press one., hello: Hello.}
targets: {anna: {pstn: "+15550100001", caller_id: "+15550100000", ring: 9s}}
inbound: {transfer: anna, afterwards: greet, fallback: {otherwise: hang_up}}
routes: {greet: [{say: hello}, {menu: offer, keys: {"1": hang_up}, times: 1, otherwise: hang_up}]}
""",
    "greeted_after_choices": """flowc: 1
flow: greeted_after_choices
prompts: {first: First., second: Second., hello: Hello., offer: Press one.}
inbound: {menu: first, keys: {"1": second, "2": hang_up}, times: 1, otherwise: choose}
routes:
  second: {menu: second, keys: {"1": talk, "2": hang_up}, times: 1, otherwise: choose}
  talk: [{say: hello}, choose]
  choose: {menu: offer, keys: {"1": hang_up, "2": hang_up}, times: 1, otherwise: hang_up}
""",
    "stopped_by_a_key": """flowc: 1
flow: stopped_by_a_key
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
targets: {anna: {pstn: "+15550100001", caller_id: "+15550100000", ring: 9s}}
actions:
  call:
    description: Call.
    do: {transfer: anna, agent: leaves, cancel: "*", fallback: {cancelled: hang_up, otherwise: return_to_agent}}
""",
    "opened_by_secrets": """flowc: 1
flow: opened_by_secrets
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
targets: {pbx: {sip: "sip:a@pbx.example.com", ring: 9s, auth: {user: us, password: {secret: PASSWORD}}}}
actions:
  call: {description: Call., do: {transfer: pbx, agent: leaves, fallback: {otherwise: hang_up}, afterwards: hang_up}}
""",
    "two_choices": """flowc: 1
flow: two_choices
prompts: {hello: Hello., offer: Press one or two., bye: Goodbye.}
inbound: [{say: hello}, {menu: offer, keys: {"1": [{say: bye}, hang_up], "2": hang_up}, times: 1, otherwise: hang_up}]
""",
}
_PARAMETERS = "    parameters: request === null ? {} : request.parameters,"
_METADATA = "  Object.assign(metadata, fillAll(ourAgent().metadata || {}, {}));"
_REMEMBERED = "  S.presses.push(event.tone + event.type);\n  ON_KEY.some((take) => take(event));"
_MEANT_ALONE = "  if (ON_KEY.some((take) => take(event))) S.presses.push(event.tone + event.type);"
_SAME_PRESS = "press.charAt(0) === event.tone && !press.includes(event.type, 1)"
REPEATED, ALONE = "what is repeated changes nothing", "the flow alone says where a call goes"
ERRORS = (
    Error(
        "an agent is connected with its id in place of its key",
        "cartesia.js",
        "apiKey: values[0],",
        "apiKey: values[1],",
        "opened_by_secrets",
    ),
    # A secret that the account does not have
    Error(
        "an agent is connected without its key",
        "agent.js",
        'if (values.includes("")) {',
        "if (false) {",
        "opened_by_secrets",
    ),
    Error(
        "a target is called without its password",
        "sip_account.js",
        ' || valueOf(auth.password) === ""',
        "",
        "opened_by_secrets",
    ),
    # What is handed on: whatever there may be of it is followed, and that it is not there where something goes by that
    Error(
        "a webhook is told nothing that may be left out",
        "webhook_content.js",
        _PARAMETERS,
        "    parameters: request === null ? {} : { urgency: request.parameters.urgency },",
        "told_topic",
    ),
    Error(
        "what may be left out is read as JSON after a transfer",
        "webhook_content.js",
        _PARAMETERS,
        "    parameters: request === null || request.parameters.topic === undefined"
        " ? {} : JSON.parse(String(request.parameters.topic)),",
        "told_topic",
        "no exception",
    ),
    Error(
        "what stands for a parameter that is missing is not sent",
        "sip_headers.js",
        'if (value !== "")',
        'if (value !== "none")',
        "headed_by_topic",
    ),
    # What is looked up: another value is not in the table
    Error(
        "any beginning of the token is enough",
        "control.js",
        "token !== S.token) {",
        "!S.token.startsWith(token)) {",
        "stopping",
    ),
    Error(
        "whatever begins as the token does is enough",
        "control.js",
        "token !== S.token) {",
        "!token.startsWith(S.token)) {",
        "stopping",
    ),
    Error(
        "the token is read in small letters",
        "control.js",
        "token !== S.token) {",
        "token.toLowerCase() !== S.token) {",
        "stopping",
    ),
    Error(
        "the beginning of the token is not read",
        "control.js",
        "token !== S.token) {",
        "token.slice(1) !== S.token.slice(1)) {",
        "stopping",
    ),
    Error(
        "a part of a choice is one",
        "parameters.js",
        "!parameter.enum.includes(value)",
        "!parameter.enum.join(',').includes(value)",
        "told_in_every_way",
    ),
    # Texts of which nobody has thought
    Error(
        "the length of a text is that of JavaScript",
        "parameters.js",
        "Array.from(value).length",
        "value.length",
        "told_in_every_way",
    ),
    Error(
        "half a character is handed on",
        "values.js",
        """typeof value === "string" ? value.replace(/[\\ud800-\\udfff]/gu, "\\ufffd") : value""",
        "value",
        "told_in_every_way",
    ),
    Error(
        "what was filled in is filled in once more",
        "texts.js",
        "return shortened(filled, MAX_FILLED);",
        "return shortened(filled.replace(REFERENCE, (_, name) => valueNamed(name, parameters)), MAX_FILLED);",
        "told_in_every_way",
    ),
    Error(
        "a text goes on in another header",
        "sip_headers.js",
        """text.replace(/[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+/g, " ").trim()""",
        "text.trim()",
        "told_in_every_way",
    ),
    Error(
        "a header is as many characters as it may be bytes",
        "sip_headers.js",
        "size += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;",
        "size += 1;",
        "told_in_every_way",
    ),
    Error(
        "what is signed is not what is sent",
        "webhook_signature.js",
        'time + "." + told.body)',
        'time + "." + JSON.stringify(JSON.parse(told.body)))',
        "told_in_every_way",
    ),
    Error(
        "what is signed is sent in an encoding that nobody knows",
        "webhook_signature.js",
        "told.body = told.body.replace(/[^\\x00-\\x7f]/g, escapeInJson);",
        "",
        "told_in_every_way",
    ),
    # What webhooks answer, and when
    Error(
        "who answers a 5xx is told nothing again",
        "webhooks.js",
        "code >= 500 || ",
        "",
        "told_and_asked",
    ),
    Error("an address needs no TLS", "webhooks.js", "/^https:", "/^https?:", "told_where_secret"),
    Error("who is asked, too, is told once again", "webhooks.js", "[1000, 5000]", "[1000]", "asked_and_then_told"),
    Error("who answers a 3xx is told again", "webhooks.js", "code >= 500 ||", "code >= 300 ||", "told_and_asked"),
    Error(
        "the second pause is as short as the first",
        "webhooks.js",
        "const AGAIN_MS = [1000, 5000]",
        "const AGAIN_MS = [1000, 1000]",
        "told_and_asked",
    ),
    Error(
        "a webhook has milliseconds in place of seconds",
        "webhooks.js",
        "timeout: NOTIFY_MS / 1000,",
        "timeout: NOTIFY_MS,",
        "told_and_asked",
    ),
    Error(
        "a question has as long as any other request",
        "questions.js",
        "timeout: Math.ceil(step.withinMs / 1000),",
        "timeout: 10,",
        "told_and_asked",
    ),
    Error(
        "a redirect is an answer",
        "questions.js",
        "code < 200 || code > 299",
        "code < 200 || code > 399",
        "told_and_asked",
    ),
    Error("the agent is told the last key alone", "keys.js", "S.keys += tone;", "S.keys = tone;", "stopping"),
    Error("the agent is told the keys backwards", "keys.js", "S.keys += tone;", "S.keys = tone + S.keys;", "stopping"),
    Error(
        "what was answered before is forgotten",
        "metadata_answers.js",
        "  S.answers = S.answersBefore || S.answers;\n",
        "",
        "handed_answers",
    ),
    Error(
        "what was answered before is kept never",
        "metadata_answers.js",
        "  if (S.answersBefore === null) S.answersBefore = S.answers;",
        "",
        "handed_answers",
    ),
    Error(
        "what is answered last counts",
        "metadata_answers.js",
        "  if (S.answersBefore === null) S.answersBefore = S.answers;",
        "  S.answersBefore = S.answers;",
        "handed_answers",
    ),
    Error(
        "what was answered before is nothing to another agent",
        "metadata_answers.js",
        _METADATA,
        f'{_METADATA}\n  if (S.answersBefore !== null) metadata.tier = "none";',
        "handed_answers",
    ),
    # A press that is reported once more, whatever was pressed before, and whoever has had the caller since then
    *(
        Error(
            f"a press is remembered where it means something alone, {flow}",
            "callers_keys.js",
            _REMEMBERED,
            _MEANT_ALONE,
            flow,
            REPEATED,
        )
        for flow in ("called_and_greeted", "greeted_after_a_talk", "greeted_after_choices")
    ),
    Error(
        "what the agent is told of is forgotten with the next action",
        "callers_keys.js",
        "ON_CALLER.push(watchCallersKeys);",
        "ON_CALLER.push(watchCallersKeys);\nON_ANEW.push(forgetPresses);",
        "stopped_by_a_key",
        REPEATED,
    ),
    # Another press within the second
    *(
        Error(
            f"any press within a second is the same, {flow}",
            "callers_keys.js",
            "  return number >= 0;",
            "  return number >= 0 || S.presses.length > 0;",
            flow,
            ALONE,
        )
        for flow in ("two_choices", "pressed")
    ),
    Error(
        "the same key within a second is the same press",
        "callers_keys.js",
        _SAME_PRESS,
        "press.charAt(0) === event.tone",
        "pressed",
        ALONE,
    ),
    Error(
        "another key in another way is the same press",
        "callers_keys.js",
        _SAME_PRESS,
        "!press.includes(event.type, 1)",
        "pressed",
        ALONE,
    ),
    # What the platform is asked for besides
    Error(
        "what a webhook answers is waited for as long as the platform likes",
        "webhooks.js",
        "      timeout: NOTIFY_MS / 1000,\n",
        "",
        "notify",
    ),
    Error("a webhook is told by PUT", "webhooks.js", 'method: "POST"', 'method: "PUT"', "notify"),
    Error(
        "the answer to a question is waited for as long as the platform likes",
        "questions.js",
        "      timeout: Math.ceil(step.withinMs / 1000),\n",
        "",
        "ask",
    ),
    Error("a beep is waited for 1 ms", "machine_message.js", "timeout: beepMs", "timeout: 1", "machine_message"),
    Error("one channel is recorded", "record_stereo.js", "stereo: true, ", "", "recorded_in_stereo"),
)


def subject_named(name: str) -> Subject:
    return compiled_from(f"flows/{name}.yaml", FLOWS[name].encode()) if name in FLOWS else subject_of(name)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.name)
def test_it_is_found(searcher: Engine, error: Error) -> None:
    found = found_in_own(searcher, subject_named(error.flow), error, Bounds(posts=error.posts))
    assert error.property in found


@pytest.mark.parametrize("flow", sorted(FLOWS))
def test_without_an_error_nothing_is_found(searcher: Engine, flow: str) -> None:
    """The flows of this file: others are searched elsewhere."""
    found = search(searcher, subject_named(flow), Bounds(posts=1))
    assert found.exhausted
    assert [each.told for each in found.violations] == []
