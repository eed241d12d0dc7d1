"""What is `sensitive` in a flow is in no line of what anybody reads of a call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flowc.cli.app import run
from flowc.ir import Flow
from flowc.talk.display import happened
from flowc.testing.judge.observation import Names
from flowc.testing.judge.secrets import telling_a_secret
from flowc.testing.result import PlayedCall
from flowc.testing.script.model import Account
from flowc.testing.sensitive import HIDDEN, Hider
from tests.conftest import ROOT
from tests.testing.project import Project

FLOW = (ROOT / "tests" / "flows" / "ok" / "sensitive.yaml").read_text("utf-8")
MARKED = ("MK12345678", "1987-06-05", "73519", "CN99887766", "CN11223344", "AC55443322", "AC99990000")
ACCOUNT = """account: {secrets: {KEY: test-key, CRM_URL: "https://crm.example.com/calls", RECORDS_URL: "https://records.example.com/"}}
webhooks: {records: {answers: {open: true, account: AC55443322, cards: [{number: CN99887766, kind: gold}]}}}
"""
CALLS = """\
told to a webhook, and alone to a person:
  - caller: calls
  - agent: {asks: identify, with: {policy: MK12345678, birth: 1987-06-05, tries: 73519, certain: true}}
  - expect: {reply: {data: {status: noted}}}
  - expect: {posted: {parameters: {policy: MK12345678, birth: "1987-06-05", tries: 73519, certain: true}}}
  - agent: {asks: call_desk, with: {policy: MK12345678, birth: 1987-06-05}}
  - wait: {until: {ringing: desk}}
  - expect: {secrets: kept, not logged: MK12345678, dialled: {desk: {headers: {}}}}
  - desk: answers
  - desk: {presses: "1"}
  - expect: {target hears: {desk: {prompt: details}}, not logged: "1987"}
  - wait: {until: {caller with: desk}}
another is expected:
  - caller: calls
  - agent: {asks: identify, with: {policy: MK12345678, tries: 73519, certain: true}}
  - expect: {posted: {parameters: {policy: MK12345678, tries: 73519, certain: false}}}
a part of an object:
  - caller: calls
  - agent: {asks: identify, with: {policy: MK12345678, certain: true, card: {of: Ann, numbers: [CN99887766]}}}
  - expect: {posted: {parameters: {card: {of: Ann, numbers: [CN99887766]}}}, not logged: CN99887766}
  - expect: {posted: {parameters: {card: {of: Ann, numbers: [CN99887766, CN11223344]}}}}
another value of a row is expected:
  rows: [{number: MK12345678}]
  steps:
    - caller: calls
    - agent: {asks: call_desk, with: {policy: "${number}"}}
    - wait: {until: {ringing: desk}}
    - desk: answers
    - desk: {presses: "1"}
    - expect: {target hears: {desk: silence}}
what a webhook answers:
  - caller: calls
  - wait: 1s
  - expect: {agent started with: {metadata: {cards: [{number: CN99887766, kind: gold}]}}, secrets: kept}
  - agent: {asks: call_books}
  - wait: {until: {ringing: books}}
  - books: answers
  - books: {presses: "1"}
  - expect: {target hears: {books: {prompt: account}}, not logged: AC55443322, secrets: kept}
  - wait: {until: {caller with: books}}
  - expect: {agent started with: {metadata: {cards: [{number: CN11223344, kind: gold}]}}}
what a webhook answers that cannot be used:
  webhooks: {records: {answers: {open: true, account: AC99990000, cards: [{number: CN99887766, seat: CN11223344}]}}}
  steps:
    - caller: calls
    - wait: 1s
    - expect: {agent started with: {metadata: {cards: ""}}, logged: "cards[0] has an unknown property"}
    - platform: {webhook: 200, answers: {account: AC99990000}}
what is refused:
  - caller: calls
  - request: {body: {action: identify, policy: MK12345678, tries: 73519, more: 1}}
  - request: {body: {action: identify, policy: MK12345678, card: {of: CN99887766, numbers: [[CN11223344]]}}}
  - request: {body: '{"action": "identify", "policy": "MK12345678", "birth": "1987-06-05'}
  - request: {body: '{"action": "identify", "policy": {"of": ["MK12345678"]}, "birth": 1, "tries": "73519"}'}
  - expect: {reply: {ok: true}}
"""

@pytest.fixture
def flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr("tests.testing.project.CLINIC", FLOW)
    project = Project(tmp_path)
    project.scripts(CALLS, account=ACCOUNT)
    monkeypatch.chdir(project.root)
    return project


@pytest.mark.parametrize(
    "text",
    [
        'pickup: {phone: "Zebra 4711", tags: ["a}]} Hyena 12"]}, more: 1',
        "pickup: [\"] Hyena 12\", 'Zebra }']",
        'pickup: {of: {"in": ["Zebra ] }", {}]}, also: "Hyena }"}',
    ],
)
def test_brackets_in_a_text_end_no_list(text: str) -> None:
    """Of values that nobody has posted."""
    shown = Hider(frozenset({"pickup"}), ()).text(text)
    assert HIDDEN in shown
    assert "Zebra" not in shown
    assert "Hyena" not in shown


def found(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if any(each in line or " ".join(each) in line for each in MARKED)]


@pytest.mark.usefixtures("flow")
@pytest.mark.parametrize("form", ["full", "json", "junit"])
def test_no_report_of_a_call_has_it(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", "--output-format", form, "--trace", "--mermaid"]) == 1
    shown = capsys.readouterr()
    assert found(shown.out + shown.err) == []
    assert "another is expected" in shown.out


def test_nor_is_it_in_a_page(flow: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", "-q", "--html", "calls.html"]) == 1
    shown = (flow.root / "calls.html").read_text("utf-8")
    capsys.readouterr()
    assert run(["graph", "flows/clinic.yaml", "--html"]) == 0
    for page in (shown, capsys.readouterr().out):
        assert found(page) == []
        assert HIDDEN in page


@pytest.mark.usefixtures("flow", "one_agents_side")
def test_nor_with_the_tools(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", "--with-tools", "--trace"]) == 1
    shown = capsys.readouterr()
    assert found(shown.out + shown.err) == []
    assert HIDDEN in shown.out


@pytest.mark.usefixtures("flow")
def test_nor_is_it_shown_who_talks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And it would be seen: the same calls with nothing taken out."""
    played: list[tuple[PlayedCall, Flow]] = []

    def kept(call: PlayedCall, flow: Flow) -> PlayedCall:
        played.append((call, flow))
        return call

    monkeypatch.setattr("flowc.testing.judge.verdict.without_sensitive", kept)
    assert run(["test", "--trace"]) == 1
    assert len(found(capsys.readouterr().out)) > 20
    shown = [line for call, flow in played for line in happened(flow, Names(flow, Account()), call.trace, 0)]
    assert found("\n".join(shown)) == []
    assert sum(HIDDEN in line for line in shown) >= 10


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"event": "log", "message": "identify: MK12345678"}, "the log"),
        ({"event": "reply", "status": 200, "body": '{"ok": true, "data": {"policy": "MK12345678"}}'}, "a reply"),
        ({"event": "dial", "headers": {"X-Policy": "MK12345678"}}, "a header of a call"),
        ({"event": "agent_custom", "parameters": {"metadata": {"policy": "MK12345678"}}}, "what the agent is told"),
        ({"event": "http_request", "body": '{"parameters": {"policy": "MK12345678"}}'}, None),
        ({"event": "player", "what": "tts:The policy is MK12345678."}, None),
    ],
)
def test_a_scenario_that_tells_it_does_not_keep_secrets(told: dict[str, Any], where: str | None) -> None:
    asked = {"event": "request", "content": '{"action": "identify", "policy": "MK12345678", "certain": true}'}
    trace: Any = [{**each, "t": 0} for each in (asked, told)]
    assert telling_a_secret(trace, {}, frozenset({"policy", "certain"})) == (
        None if where is None else f"{where} holds what is `sensitive`"
    )
