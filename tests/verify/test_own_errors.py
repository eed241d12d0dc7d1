"""Errors of flowc's own runtime, searched as `flowc verify` does: what flowc generates with them is taken for what it
generates. Of that more is known, and what is known must not hide them.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from flowc.simulator.engine import Engine
from flowc.verify.agreement import AGREEMENT
from flowc.verify.result import Bounds
from flowc.verify.search import Subject
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
}
_PARAMETERS = "    parameters: request === null ? {} : request.parameters,"
_METADATA = "  Object.assign(metadata, fillAll(ourAgent().metadata || {}, {}));"
ERRORS = (
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
    Error("the agent is told the last key alone", "keys.js", "S.keys += tone;", "S.keys = tone;", "stopping"),
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
)


def subject_named(name: str) -> Subject:
    return compiled_from(f"flows/{name}.yaml", FLOWS[name].encode()) if name in FLOWS else subject_of(name)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.name)
def test_it_is_found(searcher: Engine, error: Error) -> None:
    found = found_in_own(searcher, subject_named(error.flow), error, Bounds(posts=error.posts))
    assert error.property in found
