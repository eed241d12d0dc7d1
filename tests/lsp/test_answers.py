"""What is answered at a place of a text, which `|` marks: completions, hover, declarations, the outline."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.language.flow.steps import STEP_WORDS
from flowc.lsp.editor import Editor
from flowc.lsp.positions import Lines, Position
from tests.conftest import ROOT

HEAD = """\
flowc: 1
flow: desk
agent:
  api_key: {secret: CARTESIA_API_KEY}
  agent_id: {storage: AGENT_ID}
  unavailable: [{say: sorry}, hang_up]
call: {languages: {en: Amazon.Neural.en_US_Joanna, fr: Amazon.Neural.fr_FR_Lea}}
prompts:
  sorry: {en: "Sorry.", fr: "Désolé."}
  music: {play: "https://example.com/hold.mp3"}
webhooks:
  crm: {url: {secret: CRM_URL}}
  roster: {url: "https://example.com/", answer: {who: {type: string, enum: [anna, ben]}}}
hours: {office: {timezone: UTC, weekly: {mon-fri: "08:00-17:00"}}}
callers: {vip: ["+15550101901"]}
targets:
  support: {pstn: "+15550100001", caller_id: {storage: CALLER_ID}}
  desk: {sip: "sip:desk@pbx.example.com"}
routes:
  give_up: [{say: sorry}, hang_up]
actions:
  end_call: {description: End the call., do: hang_up}
  pass_on:
    description: Pass the caller on.
    parameters:
      department: {type: string, enum: [sales, billing], description: which}
      urgent: {type: boolean, description: whether it is}
"""
STEPS = ["say", "transfer", "by", "take_message", "menu", "notify", "ask", "language", "recording", "reject", "reply"]


class Typed:
    """A text with a `|` where the cursor is, as a file of a project that is open; the mark is taken out."""

    def __init__(self, text: str, project: Path, name: str = "t.yaml") -> None:
        folder = project / "flows"
        folder.mkdir(exist_ok=True)
        (project / "pyproject.toml").write_text("[tool.flowc]\n")
        offset = text.index("|")
        self.text = text[:offset] + text[offset + 1 :]
        self.position: Position = Lines(self.text).position(offset)
        self.editor = Editor()
        self.uri = (folder / name).as_uri()
        self.editor.open(self.uri, folder / name, self.text, 1)
        self.editor.findings(self.uri)

    def labels(self) -> list[str]:
        return [item.label for item, _ in self.editor.complete(self.uri, self.position)]

    def inserted(self, label: str) -> str:
        """The text with a completion."""
        [(item, place)] = [each for each in self.editor.complete(self.uri, self.position) if each[0].label == label]
        lines = Lines(self.text)
        return self.text[: lines.offset(place.start)] + item.insert + self.text[lines.offset(place.end) :]

    def hover(self) -> str:
        found = self.editor.hover(self.uri, self.position)
        return found[0].text if found is not None else ""


def written(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


WORDS = ["hang_up", "return_to_agent"]
"""Those of `STEP_WORDS` that an action of the flow above can have."""
ALONE = "flowc: 1\nagent: {agent_id: a}\n"
DO = f"{HEAD}    do:"
# Text behind HEAD, or a whole one -> what is there to choose, in this order: all of it, or what it begins with (`…`).
OFFERED: dict[str, list[str]] = {
    # Keys of the language, also where nothing stands yet, and where the text is no YAML.
    "|": ["flowc", "flow", "agent", "actions", "call", "agents", "…"],
    "flowc: 1\nag|": ["flow", "agent", "actions", "call", "agents", "…"],
    "flowc: 1\nagent:\n  |": ["api_key", "agent_id", "unavailable", "version", "metadata", "…"],
    "flowc: 1\nagent: {api_key: {secret: X}, |}": ["agent_id", "unavailable", "version", "…"],
    "flowc: 1\nagent: {api_key: {secret: X}, |": ["agent_id", "unavailable", "version", "…"],
    'flowc: 1\nprompts:\n  open: "never closed\nagent:\n  |': ["api_key", "agent_id", "…"],
    "targets:\n  x:\n    |": ["pstn", "sip", "user", "whatsapp", "queue", "like"],
    "targets:\n  x:\n    queue: y\n    |": ["like", "wait", "skills", "priority", "announce", "hours", "…"],
    "actions:\n  x:\n    parameters:\n      y: {|}": ["type", "enum", "minLength", "maxLength", "…"],
    "actions:\n  x:\n    parameters:\n      y: {type: array, |}": ["items", "minItems", "maxItems", "…"],
    "actions:\n  x:\n    parameters:\n      y: {type: |}": [
        "string", "integer", "number", "boolean", "array", "object",
    ],
    "actions:\n  x:\n    interrupted: |": ["continue", "cancel"],
    "hours: {x: {weekly: {|}}}": ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon-fri", "sat-sun"],
    # Steps.
    f"{DO}\n      |": [*WORDS, "give_up", "say", "transfer", "…"],
    f"{DO}\n      - |": [*WORDS, "give_up", "say", "transfer", "…"],
    f"{DO}\n      - say: sorry\n      - tr|": [*WORDS, "give_up", "say", "…"],
    f"{DO} |": [*WORDS, "give_up", "{say: …}", "{transfer: …}", "…"],
    f"{DO} [|": [*WORDS, "give_up", "{say: …}", "…"],
    f"{DO} [{{say: sorry}}, {{|}}]": ["say", "transfer", "by", "return_to_agent", "take_message", "…"],
    # Not those that would be errors there: no agent waits for a reply, and nothing is asked of a call list.
    f"{DO}\n      transfer: support\n      fallback:\n        busy: |": [
        "hang_up", "return_to_agent", "give_up", "{say: …}", "{transfer: …}", "{by: …}", "{return_to_agent: …}",
        "{take_message: …}", "{menu: …}", "{notify: …}", "{ask: …}", "{language: …}",
    ],
    f"{ALONE}inbound: |": ["hang_up", "start_agent", "{say: …}", "{transfer: …}", "{by: …}", "{take_message: …}", "…"],
    f"{ALONE}actions: {{x: {{do: |": ["hang_up", "return_to_agent", "{say: …}", "…"],
    f"{ALONE}agents: {{b: {{agent_id: c}}}}\nactions: {{x: {{do: |": ["hang_up", "return_to_agent", "start_agent", "…"],
    "flowc: 1\noutbound:\n  fallback:\n    busy: |": ["hang_up", "retry", "{by: …}", "{notify: …}"],
    f"{DO}\n      transfer: support\n      |": ["agent", "briefing", "ringing", "within", "stop_on", "…"],
    f"{DO}\n      - transfer: support\n        fallback:\n          |": [
        "busy", "no_answer", "declined", "unreachable", "invalid", "not_allowed", "failed", "otherwise",
    ],
    f"{DO}\n      - {{transfer: support, cancel: '*', fallback: {{|}}}}": [
        "busy", "no_answer", "declined", "unreachable", "invalid", "not_allowed", "failed", "otherwise", "cancelled",
    ],
    f"{DO}\n      - {{transfer: support, agent: briefs, fallback: {{bu|": [
        "busy", "no_answer", "declined", "unreachable", "invalid", "not_allowed", "not_accepted", "failed", "otherwise",
    ],
    "targets:\n  a: {pstn: x, hours: o}\n  b: {like: a}\nroutes: {r: {transfer: [b], fallback: {busy: x, |": [
        "no_answer", "declined", "unreachable", "invalid", "not_allowed", "closed", "failed", "otherwise",
    ],
    f"{DO}\n      - transfer: support\n        stop_on: [|": ["busy", "no_answer", "declined", "…"],
    # Names of the flow.
    f"{DO} {{say: |}}": ["sorry", "music"],
    f"{DO} {{notify: |": ["crm", "roster"],
    f"{DO} {{start_agent: |": [],
    f"{DO}\n      transfer: |": ["support", "desk", "{by: …}", "{target: …}", "{together: …}"],
    f"{DO}\n      transfer: [support, |]": ["support", "desk", "{by: …}", "{target: …}", "{together: …}"],
    f"{DO}\n      transfer: {{together: [sup|": ["support", "desk"],
    f"{DO}\n      transfer: support\n      ringing: [|": ["sorry", "music"],
    f"{DO}\n      transfer: support\n      ringing: |": ["ringback", "sorry", "music"],
    f"{DO} {{language: |": ["en", "fr", "department", "urgent"],
    "targets: {b: {like: a, hours: |}}\nhours: {office: {}}\n": ["office"],
    "targets: {b: {language: |}}\ncall: {languages: {de: x}}\n": ["de"],
    "agent: {actions: [|]}\nactions: {one: {}, two: {}}\n": ["one", "two"],
    # Branches.
    f"{DO} {{by: |": [
        "department", "urgent", "roster.who", "hours.office", "call.from", "call.to", "call.language",
    ],
    f"{DO} {{by: department, among: {{|}}}}": ["sales", "billing", "otherwise", "missing"],
    f"{DO}\n      by: urgent\n      among:\n        |": ["true", "false", "otherwise", "missing"],
    f"{DO}\n      by: call.from\n      among:\n        vip: hang_up\n        |": ["otherwise", "missing"],
    f"{DO}\n      by: hours.office\n      among: {{|": ["open", "closed", "otherwise", "missing"],
    f"{DO}\n      by: roster.who\n      among: {{|": ["anna", "ben", "otherwise", "missing"],
    f"{DO}\n      by: call.language\n      among: {{|": ["en", "fr", "otherwise", "missing"],
    # In texts.
    f"{HEAD}    do: {{reply: {{x: '${{|}}'}}}}": ["department", "urgent", "roster.who", "hours.office", "…"],
    'prompts: {x: "Hello ${ca|"}\n': ["call.from", "call.to", "call.id"],
    'targets: {q: {queue: y}}\nprompts: {x: "Hello ${ca|"}\n': [
        "call.from", "call.to", "call.id", "queue.position", "queue.minutes",
    ],
    'actions: {a: {parameters: {b: {type: string}, c: {sensitive: true}}}}\nprompts: {x: "Hello ${|"}\n': [
        "b", "call.from", "call.to", "call.id",
    ],
    'actions: {a: {parameters: {c: {sensitive: true}}}}\ntargets: {t: {whisper: x}}\nprompts: {x: "Hello ${|"}\n': [
        "c", "call.from", "call.to", "call.id",
    ],
    "actions: {a: {parameters: {b: {type: string}, c: {sensitive: true}}, do: {by: |": ["b", "call.from", "call.to"],
    "prompts: {x: Hello |}\n": [],
    "actions:\n  x:\n    description: say what |\n": [],
    # Settings and values.
    "targets: {x: {pstn: {storage: |}}}\nagent: {agent_id: {storage: AGENT_ID}}\n": ["AGENT_ID"],
    "targets: {x: {ring: |}}\n": ["20s"],
    "targets: {x: {sip: y, refer: |}}\n": ["true", "false"],
    "call: {ringback: |}\n": ["ad", "ae", "…"],
    "hours: {x: {timezone: |}}\n": ["Africa/Abidjan", "…"],
    # Nowhere.
    "flowc: 1\n# agent|": [],
    "flowc: 1\nagent:|": [],
    "flowc: 1\nagent: {metadata: {note: |}}": [],
}


@pytest.mark.parametrize("text", OFFERED)
def test_what_is_offered(text: str, tmp_path: Path) -> None:
    offered = Typed(text, tmp_path).labels()
    expected = OFFERED[text]
    if expected[-1:] == ["…"]:
        assert offered[: len(expected) - 1] == expected[:-1]
    else:
        assert offered == expected


def test_every_step_is_offered(tmp_path: Path) -> None:
    """In one place or another: some are possible in some alone."""
    recorded = HEAD.replace("call: {", "call: {recording: {starts: asked, notify: crm}, ")
    recorded = recorded.replace("routes:", "outbound: {}\nroutes:")
    places = (f"{recorded}    do:\n      - |", recorded.replace("routes:", "routes:\n  other:\n    - |\n", 1))
    offered = [label for text in places for label in Typed(text, tmp_path).labels()]
    assert {*STEPS, *STEP_WORDS} - {"start_agent"} <= {*offered}
    assert "start_agent" in offered


def test_nothing_is_offered_twice_under_one_label(tmp_path: Path) -> None:
    several = "flowc: 1\nagent: {agent_id: a}\nagents: {b: {agent_id: c}}\nroutes:\n  x:\n    - "
    offered = Typed(f"{several}|", tmp_path).labels()
    assert len(offered) == len({*offered})
    assert [each for each in offered if "_agent" in each] == [
        "return_to_agent", "start_agent", "return_to_agent: …", "start_agent: …",
    ]
    typed = Typed(f"{several}start|", tmp_path)
    assert typed.inserted("start_agent: …").endswith("- start_agent: ")


CALLS_HEAD = """\
flowc: 1
flow: t.yaml
calls:
  one:
"""
OFFERED_IN_CALLS: dict[str, list[str]] = {
    "flowc: 1\n|": ["flow", "calls", "account", "platform", "webhooks", "clock"],
    "flowc: 1\nflow: |": ["t.yaml"],
    f"{CALLS_HEAD}    - |": [
        "caller", "agent", "request", "platform", "at once", "wait", "expect", "outbound", "support", "desk",
    ],
    f"{CALLS_HEAD}    - support: |": ["rings", "sends early media", "answers", "…"],
    f"{CALLS_HEAD}    - support: {{rings: 3s, |}}": ["then"],
    f"{CALLS_HEAD}    - agent: {{asks: |": ["end_call", "pass_on"],
    f"{CALLS_HEAD}    - agent: {{asks: pass_on, with: {{|}}}}": ["department", "urgent"],
    f"{CALLS_HEAD}    - agent: {{asks: pass_on, with: {{department: |}}}}": ["sales", "billing"],
    f"{CALLS_HEAD}    - expect: {{caller with: |": ["agent", "recorder", "nobody", "support", "desk", "{agent: …}"],
    f"{CALLS_HEAD}    - expect: {{caller hears: {{prompt: |": ["sorry", "music"],
    f"{CALLS_HEAD}    - expect: {{agent told: {{outcome: |": ["connected", "declined", "…"],
    f"{CALLS_HEAD}    - expect: {{agent told: {{tried: [{{|": ["support", "desk"],
    f"{CALLS_HEAD}    - expect: {{posted: {{to: |": ["crm", "roster"],
    f"{CALLS_HEAD}    - expect: {{dialled: {{|": ["support", "desk"],
    "flowc: 1\nflow: t.yaml\nwebhooks: {|": ["crm", "roster"],
    "flowc: 1\nflow: t.yaml\naccount: {storage: {|": ["AGENT_ID", "CALLER_ID", "CARTESIA_API_KEY", "CRM_URL"],
    "flowc: 1\nflow: t.yaml\nplatform: {storage: {AGENT_ID: |": ["fails", "hangs"],
    "flowc: 1\nflow: other.yaml\ncalls: {one: [{|": [
        "caller", "agent", "request", "platform", "at once", "wait", "expect", "outbound",
    ],
}


@pytest.mark.parametrize("text", OFFERED_IN_CALLS)
def test_what_is_offered_in_call_scripts(text: str, tmp_path: Path) -> None:
    written(tmp_path / "flows/t.yaml", HEAD)
    offered = Typed(text, tmp_path, "t.calls.yaml").labels()
    expected = OFFERED_IN_CALLS[text]
    assert offered[: len(expected) - 1] == expected[:-1] if expected[-1] == "…" else offered == expected


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        (f"{DO}\n      tran|", "transfer", f"{DO}\n      transfer: "),
        (f"{DO}\n      tran|: support", "transfer", f"{DO}\n      transfer: support"),
        (f"{DO} {{|}}", "say", f"{DO} {{say: }}"),
        ("flowc: 1\nage|\n", "agent", "flowc: 1\nagent:\n"),
        ("targets: {x: {pstn: |}}\n", "{storage: …}", "targets: {x: {pstn: {storage: }}}\n"),
        ('prompts: {x: "${|"}\n', "call.from", 'prompts: {x: "${call.from}"}\n'),
        ('prompts: {x: "${ca|ll.to}"}\n', "call.from", 'prompts: {x: "${call.from}"}\n'),
        (f"{DO} {{say: 'so|r'}}", "sorry", f"{DO} {{say: 'sorry'}}"),
        ("targets: {x: {accept: {key: |}}}\n", "1", 'targets: {x: {accept: {key: "1"}}}\n'),
    ],
)
def test_what_is_put_in(text: str, label: str, expected: str, tmp_path: Path) -> None:
    assert Typed(text, tmp_path).inserted(label) == expected


def test_a_key_is_explained(tmp_path: Path) -> None:
    typed = Typed("targets: {x: {pstn: y, ri|ng: 20s}}\nflowc: 1\n", tmp_path)
    assert typed.hover() == (
        "**`ring`**\n\nHow long it rings at the most. Value: a duration with its unit (`ms`, `s`, `m` or `h`), from "
        "`1s` to `60s`. Default: `20s`."
    )


def test_a_name_is_explained_by_its_declaration(tmp_path: Path) -> None:
    typed = Typed(f"{DO} {{say: sor|ry}}\n", tmp_path)
    assert typed.hover() == '**`sorry`**, a prompt\n\n```yaml\nsorry: {en: "Sorry.", fr: "Désolé."}\n```'


EXAMPLE = (ROOT / "flows/front_desk.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("      transf|er: [reception, billing]", ["rings for 45 s at most: reception 20 s, billing 25 s"]),
        ("      transfer: [|reception, billing]", ["rings for 45 s at most: reception 20 s, billing 25 s"]),
        (
            "      - tra|nsfer: {by: department, among: {front_desk: [reception, pbx], billing: billing}}",
            [
                "call_transfer (front_desk): rings for 35 s at most: reception 20 s, pbx 15 s",
                "call_transfer (billing): rings for 25 s at most: billing 25 s",
            ],
        ),
        ("    - trans|fer: reception\n", ["route ring_front_desk: rings for 20 s at most: reception 20 s"]),
    ],
)
def test_a_transfer_says_how_long_it_rings(text: str, expected: list[str], tmp_path: Path) -> None:
    plain = text.replace("|", "")
    assert EXAMPLE.count(plain) == 1
    hover = Typed(EXAMPLE.replace(plain, text), tmp_path).hover()
    assert all(each in hover for each in expected), hover


def test_of_a_flow_with_errors_nothing_is_said_that_may_not_be_so(tmp_path: Path) -> None:
    plain = "      transfer: [reception, billing]"
    text = EXAMPLE.replace(plain, "      trans|fer: [reception, billing]").replace("ring: 25s", "ring: 90s")
    assert "rings for" not in Typed(text, tmp_path).hover()


def test_declarations_and_everything_that_means_the_same(tmp_path: Path) -> None:
    written(tmp_path / "flows/t.calls.yaml", "flowc: 1\nflow: t.yaml\ncalls: {one: [{desk: answers}]}\n")
    typed = Typed(f"{DO} {{transfer: [support, de|sk]}}\n", tmp_path)
    [(uri, place)] = typed.editor.definition(typed.uri, typed.position)
    lines = typed.text.splitlines()
    assert (uri, lines[place.start.line][place.start.character : place.end.character]) == (typed.uri, "desk")
    assert lines[place.start.line].startswith("  desk: {sip")
    found = typed.editor.references(typed.uri, typed.position, True)
    assert [uri for uri, _ in found] == [typed.uri, typed.uri, (tmp_path / "flows/t.calls.yaml").as_uri()]
    assert len(typed.editor.references(typed.uri, typed.position, False)) == 2


def test_from_call_scripts_to_the_flow(tmp_path: Path) -> None:
    written(tmp_path / "flows/t.yaml", HEAD)
    typed = Typed("flowc: 1\nflow: t.y|aml\ncalls: {one: [{desk: answers}]}\n", tmp_path, "t.calls.yaml")
    flow = (tmp_path / "flows/t.yaml").as_uri()
    assert [uri for uri, _ in typed.editor.definition(typed.uri, typed.position)] == [flow]
    typed = Typed("flowc: 1\nflow: t.yaml\ncalls: {one: [{de|sk: answers}]}\n", tmp_path, "t.calls.yaml")
    [(uri, place)] = typed.editor.definition(typed.uri, typed.position)
    assert uri == flow
    assert HEAD.splitlines()[place.start.line].startswith("  desk:")


def test_two_flows_of_one_name_both_say_so(tmp_path: Path) -> None:
    """Whichever is open; and none does, once one of them has another name."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/second.yaml").write_text(HEAD)
    first = Typed("|" + HEAD.replace("flow: desk", "flow: Desk"), tmp_path, "first.yaml")
    second = (tmp_path / "flows/second.yaml").as_uri()

    def said(text: str, version: int) -> dict[str, list[str]]:
        first.editor.open(second, tmp_path / "flows/second.yaml", text, version)
        found = {each.uri.rpartition("/")[2]: each.found for each in first.editor.findings(second)}
        return {name: [each.message for each in every if each.code == "FLOW203"] for name, every in found.items()}

    assert said(HEAD, 1) == {
        "second.yaml": ["flow name `desk` is also used in flows/first.yaml, line 2"],
        "first.yaml": ["flow name `Desk` is also used in flows/second.yaml, line 2"],
    }
    assert said(HEAD.replace("flow: desk", "flow: other"), 2) == {"second.yaml": [], "first.yaml": []}
