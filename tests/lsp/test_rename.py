"""Another name for everything that the examples declare: in every place, and back again."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from flowc.lsp.editor import Editor
from flowc.lsp.positions import Lines, Range
from flowc.lsp.rename import Refused
from tests.conftest import ROOT
from tests.lsp.test_answers import Typed
from tests.lsp.texts import EXAMPLES

FLOWS = [path for path in [*EXAMPLES, ROOT / "tests/flows/ok/every_key.yaml"] if not path.name.endswith(".calls.yaml")]
NEW = "something_else"


def written(text: str, edits: list[tuple[Range, str]]) -> str:
    lines = Lines(text)
    for place, new in sorted(edits, reverse=True):
        text = text[: lines.offset(place.start)] + new + text[lines.offset(place.end) :]
    return text


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_every_name_of_an_example_can_be_another(path: Path, tmp_path: Path) -> None:
    """What comes out is checked by the compiler; renamed back it is what it was, letter by letter."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.flowc]\n")
    calls = path.with_suffix(".calls.yaml")
    for each in (path, calls) if calls in EXAMPLES else (path,):
        shutil.copy(each, tmp_path / "flows")
    place = tmp_path / "flows" / path.name
    text, uri = place.read_text("utf-8"), place.as_uri()
    beside = place.with_suffix(".calls.yaml")
    editor = Editor()
    editor.open(uri, place, text, 1)
    before = errors(editor, uri)
    refused: list[str] = []
    for name in [each for each in editor.documents[uri].file.names if each.declares]:
        editor.open(uri, place, text, 1)
        file = editor.documents[uri].file
        edits: dict[str, list[tuple[Range, str]]] = {}
        with suppress(Refused):
            edits = editor.rename(uri, file.lines.position(name.start), NEW)
        if not edits:
            refused.append(name.kind)
            continue
        places = {each: tmp_path / "flows" / each.rpartition("/")[2] for each in edits}
        originals = {each: places[each].read_text("utf-8") for each in edits}
        changed = {each: written(originals[each], edits[each]) for each in edits}
        assert changed[uri] != text
        for each, content in changed.items():
            places[each].write_text(content, "utf-8")
        editor.open(uri, place, changed[uri], 2)
        assert errors(editor, uri) == before, name
        if beside.exists():
            editor.open(beside.as_uri(), beside, beside.read_text("utf-8"), 1)
            assert errors(editor, beside.as_uri()) == 0, name
            editor.close(beside.as_uri())
        file = editor.documents[uri].file
        start = next(each.start for each in file.names if each.declares and each.name == NEW and each.kind == name.kind)
        back = editor.rename(uri, file.lines.position(start), name.name)
        for each, content in changed.items():
            assert written(content, back[each]) == originals[each], name
        for each, content in originals.items():
            places[each].write_text(content, "utf-8")
    assert refused == []


def errors(editor: Editor, uri: str) -> int:
    return sum(found.is_error for each in editor.findings(uri) if each.uri == uri for found in each.found)


def test_texts_and_tables_are_renamed_as_well(tmp_path: Path) -> None:
    """`${…}` in prompts and headers, `by`, what a webhook answers, and rows of call scripts that hold a name."""
    flow = tmp_path / "desk.yaml"
    calls = tmp_path / "desk.calls.yaml"
    flow.write_text(
        """\
flowc: 1
flow: desk
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
prompts:
  greeting: "We are ${hours.office or 'open'}. You wrote ${summary or 'nothing'}, $${summary} is a price."
webhooks:
  roster: {url: "https://example.com/who", answer: {who: {type: string, enum: [anna, ben]}}}
hours: {office: {timezone: UTC, weekly: {mon-fri: "08:00-17:00"}}}
targets:
  anna: {sip: "sip:anna@pbx.example.com", headers: {X-About: "${summary}", X-Who: "${roster.who}"}}
  ben: {like: anna, sip: "sip:ben@pbx.example.com"}
actions:
  call_transfer:
    description: Transfer the caller.
    parameters:
      summary: {type: string, maxLength: 100, description: why}
    do:
      - {ask: roster, otherwise: {transfer: anna}}
      - say: greeting
      - transfer: {by: roster.who, among: {anna: anna, ben: ben}}
""",
        "utf-8",
    )
    calls.write_text(
        """\
flowc: 1
flow: desk.yaml
account: {secrets: {KEY: k}}
webhooks: {roster: {answers: {who: anna}}}
calls:
  "${who} is rung":
    rows: [{who: anna, does: is busy}, {who: ben, does: answers}]
    steps:
      - caller: calls
      - agent: {asks: call_transfer, with: {summary: x}}
      - wait: {until: {ringing: "${who}"}}
      - "${who}": "${does}"
""",
        "utf-8",
    )

    def renamed(text: str, new: str) -> tuple[str, str]:
        editor = Editor()
        content = flow.read_text("utf-8")
        editor.open(flow.as_uri(), flow, content, 1)
        place = editor.documents[flow.as_uri()].file.lines.position(content.index(text))
        edits = editor.rename(flow.as_uri(), place, new)
        return tuple(  # type: ignore[return-value]
            written(path.read_text("utf-8"), edits.get(path.as_uri(), [])) for path in (flow, calls)
        )

    changed, scripts = renamed("office: {timezone", "clinic")
    assert changed == flow.read_text("utf-8").replace("office", "clinic")
    assert scripts == calls.read_text("utf-8")

    changed, scripts = renamed("summary: {type", "reason")
    assert changed == flow.read_text("utf-8").replace("summary", "reason").replace("$${reason}", "$${summary}")
    assert scripts == calls.read_text("utf-8").replace("summary", "reason")

    changed, scripts = renamed("roster: {url", "duty")
    assert changed == flow.read_text("utf-8").replace("roster", "duty")
    assert scripts == calls.read_text("utf-8").replace("roster", "duty")

    changed, scripts = renamed("ben: {like", "benjamin")
    expected = flow.read_text("utf-8").replace("  ben: {like", "  benjamin: {like").replace("ben: ben", "ben: benjamin")
    assert changed == expected
    assert scripts == calls.read_text("utf-8").replace("{who: ben,", "{who: benjamin,")

    with pytest.raises(Refused, match="there is a target `ben` already"):
        renamed("anna: {sip", "ben")


def test_a_parameter_of_one_action_is_renamed_there_alone(tmp_path: Path) -> None:
    """Unless a text means it, that two actions lead to."""
    typed = Typed(
        """\
flowc: 1
flow: desk
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
webhooks: {crm: {url: "https://example.com/"}}
actions:
  one:
    description: x
    parameters: {to|pic: {type: string, maxLength: 10, description: x}}
    do: [{notify: crm}, {reply: {topic: "${topic}"}}]
  two:
    description: x
    parameters: {topic: {type: string, maxLength: 10, description: x}}
    do: {notify: crm}
""",
        tmp_path,
    )
    edits = typed.editor.rename(typed.uri, typed.position, "subject")
    assert len(edits[typed.uri]) == 2
    assert written(typed.text, edits[typed.uri]).count("subject") == 2
    assert '{reply: {topic: "${subject}"}}' in written(typed.text, edits[typed.uri])


def test_a_file_that_is_no_yaml_is_corrected_first(tmp_path: Path) -> None:
    typed = Typed("flowc: 1\nflow: desk\ntargets:\n  on|e: {pstn: [}\nroutes: {a: {transfer: one}}\n", tmp_path)
    with pytest.raises(Refused, match=r"flows/t\.yaml:\d: .*: correct that first"):
        typed.editor.rename(typed.uri, typed.position, "two")
