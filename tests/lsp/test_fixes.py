"""What an editor is offered to write in place of what is wrong: for every exact hint of every refused flow and call
script, what is offered is written, and judged again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from lsprotocol import types
from msgspec.structs import replace

from flowc.compiler import compile_flows
from flowc.config import Config
from flowc.diagnostics import Diagnostic, Problems
from flowc.discovery import read_source
from flowc.lsp.fixes import fixes, written
from flowc.lsp.positions import Lines
from flowc.source import Source, Span, lines_of
from flowc.suggest import Instead, meant_word, write
from flowc.testing.project import check
from tests.conftest import ROOT
from tests.lsp.client import CAN, Editor, at, editor
from tests.lsp.texts import EXAMPLES, edited
from tests.test_diagnostics import REFUSED, WARNED
from tests.testing.project import HERE, Project

FLOWS = [path for path in (*REFUSED, *WARNED) if path.is_file()]
SCRIPTS = sorted((HERE / "refused").glob("*.yaml"))
LED_ON = {
    # A sentence, where the name of a prompt belongs: it has to be declared first.
    "commas_in_braces:11", "commas_in_braces:12", "commas_in_braces:21", "quotes_around_the_beginning:10",
    # What is meant is there already.
    "duplicate_keys:10", "several_agents:8", "unknown_keys:4", "unknown_keys:6", "unknown_keys:23",
    "callers_unknown:11",
    # Something in it, or beside it, is unknown or missing as well.
    "commas_in_braces:20", "corrections:17", "misspelled_sections:11", "missing_at_the_top:1", "one_value_alone:21",
    "placed_calls:29", "languages:10", "values_of_newcomers:18", "values_of_newcomers:19",
    # A step, where the name of a target, a prompt or a webhook belongs.
    "commas_in_braces:16", "hints_elsewhere:29", "hints_elsewhere:30", "hints_elsewhere:32", "webhooks:28",
    "placed_calls:16",
}  # fmt: skip
"""Where following an exact hint leads to another error, so that it is not offered."""
Judge = Callable[[str], Iterable[Diagnostic]]


def of_a_flow(text: str) -> list[Diagnostic]:
    compiled = compile_flows([Source("flow.yaml", text.encode("utf-8", "surrogatepass"))])
    return [*compiled.diagnostics, *compiled.warnings]


def hold(text: str, judge: Judge) -> set[int]:
    """That everything offered for a text keeps its promise; the lines where a hint is exact, and is not offered."""
    lines, found = Lines(text), list(judge(text))
    left: set[int] = set()
    for diagnostic in found:
        offered = list(fixes(lines, [diagnostic], found, judge))
        if diagnostic.edits and not offered:
            left.add(diagnostic.span.line)
        for fix in offered:
            assert fix.edit in diagnostic.edits
            assert fix.only == (len(offered) == 1)
            after = list(judge(written(lines, fix.edit)))
            said = (diagnostic.code, diagnostic.message)
            assert [(each.code, each.message) for each in after].count(said) < [
                (each.code, each.message) for each in found
            ].count(said)
            line, column = fix.edit.span[:2]
            ends = (line, column + len(fix.edit.text)) if "\n" not in fix.edit.text else (line + 1, 1)
            assert not [each for each in after if each.severity == "error" and (line, column) <= each.span[:2] < ends]
    return left


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_what_is_offered_for_a_flow_is_right(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    left = {f"{path.stem}:{line}" for line in hold(text, of_a_flow)}
    assert left == {each for each in LED_ON if each.partition(":")[0] == path.stem}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_what_is_offered_for_call_scripts_is_right(tmp_path: Path, path: Path) -> None:
    project = Project(tmp_path)
    for flow in (HERE / "flows").glob("*.yaml"):
        shutil.copy(flow, tmp_path / "flows")
    name = f"flows/{path.stem}.calls.yaml"

    def judge(text: str) -> list[Diagnostic]:
        def read(config: Config, each: str) -> Source:
            return Source(each, text.encode()) if each == name else read_source(config, each)

        loaded = check(project.config, (name,), read)
        return [*loaded.diagnostics, *loaded.warnings]

    hold(path.read_text("utf-8"), judge)


@settings(max_examples=40, deadline=None)
@given(edited([path for path in EXAMPLES if not path.name.endswith(".calls.yaml")]))
def test_what_is_offered_while_somebody_types_is_right(text: str) -> None:
    hold(text, of_a_flow)


def test_most_of_what_is_wrong_with_flows_has_an_exact_hint_where_a_word_is_to_be_written() -> None:
    """Else an editor offers little, and nobody notices."""
    found = [each for path in FLOWS for each in of_a_flow(path.read_bytes().decode("utf-8", "replace"))]
    asked = [each for each in found if each.hint.startswith("did you mean `") and each.hint.count("`") == 2]
    exact = [each for each in asked if each.edits]
    assert len(asked) > 150
    assert len(exact) > len(asked) * 0.9, [each for each in asked if not each.edits]


def test_a_hint_is_exact_as_long_as_it_is_whole() -> None:
    problems = Problems("flow.yaml")
    problems.add(Span(1, 1, 1, 4), "FLOW101", "unknown key", meant_word("say"))
    [found] = problems.found
    assert [(each.span, each.text) for each in found.edits] == [(found.span, "say")]
    assert replace(found, message="another").edits == found.edits
    assert found.hinted("take it out").edits == ()
    assert found.hinted(write("x" * 2000)).edits == ()  # which is cut
    assert Instead("known", "a", "b").written == ("a", "b")
    assert meant_word("4711").written == ('"4711"',)
    assert Instead("there", "a").placed(None) == "there"
    assert found.hinted(Instead("there", "a").placed(None)).edits == ()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Hello, ${call.form}.", "Hello, ${call.from}."),
        ('"Hello, ${call.form}."', '"Hello, ${call.from}."'),
        ("'Hello, ${call.form}.'", "'Hello, ${call.from}.'"),
        ("Hello, {{call.from}}.", "Hello, ${call.from}."),
        (r'"\"Hello\", ${call.form}."', ""),  # nobody knows where in it
        ('"${call.form}, ${call.form}"', ""),
        ("|\n    Hello, ${call.form}.", ""),
    ],
)
def test_a_piece_of_a_text_is_replaced_where_it_stands(wrong: str, right: str) -> None:
    flow = (ROOT / "flows/function_calling.yaml").read_text("utf-8")
    said = "Sorry, we cannot take your call right now. Please try again later."
    text = flow.replace(said, wrong)
    found = of_a_flow(text)
    assert [each.code for each in found] == ["FLOW204"] * len(found)
    offered = [written(Lines(text), each.edit) for each in fixes(Lines(text), found, found, of_a_flow)]
    assert offered == ([flow.replace(said, right)] if right else [])


# In an editor

TAKES = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(version_support=True),
        code_action=types.CodeActionClientCapabilities(
            code_action_literal_support=types.ClientCodeActionLiteralOptions(
                types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix])
            ),
            is_preferred_support=True,
        ),
    ),
    workspace=types.WorkspaceClientCapabilities(workspace_edit=types.WorkspaceEditClientCapabilities(True)),
)
FLOW, CALLS = "flows/front_desk.yaml", "flows/front_desk.calls.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.flowc]\n")
    for name in (FLOW, CALLS):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


async def offered(
    one: Editor, uri: str, text: str, only: list[types.CodeActionKind | str] | None = None
) -> list[types.CodeAction]:
    """What can be done where a text stands."""
    identifier, start = one.place(uri, text)
    _, end = one.place(uri, text, len(text))
    context = types.CodeActionContext(diagnostics=[], only=only)
    found = await one.client.text_document_code_action_async(
        types.CodeActionParams(identifier, types.Range(start, end), context)
    )
    return [each for each in found or () if isinstance(each, types.CodeAction)]


def take(one: Editor, uri: str, action: types.CodeAction) -> None:
    """What an editor does when somebody chooses an action."""
    assert action.edit is not None
    assert action.edit.document_changes is not None
    [change] = action.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (uri, one.versions[uri])
    [edit] = change.edits
    assert isinstance(edit, types.TextEdit)
    text = one.texts[uri]
    start, end = (
        next(offset for offset in range(len(text) + 1) if at(text, offset) == place)
        for place in (edit.range.start, edit.range.end)
    )
    one.texts[uri] = text[:start] + edit.new_text + text[end:]
    one.change(uri, (edit.range, edit.new_text))


async def test_a_fix_is_offered_taken_and_the_error_is_gone(project: Path) -> None:
    async with editor(project, TAKES) as one:
        options = one.started.capabilities.code_action_provider
        assert isinstance(options, types.CodeActionOptions)
        assert list(options.code_action_kinds or ()) == [types.CodeActionKind.QuickFix]
        flow = one.open_file(project / FLOW)
        assert await one.told(flow) == []
        for right, wrong, title in (
            ("  reception: {pstn", "  reception: {phone", "Write `pstn`"),
            ("transfer: reception\n", "transfer: recption\n", "Write `reception`"),
            ("flowc: 1\n", "", "Add `flowc: 1`"),
        ):
            one.replace(flow, right, wrong)
            [found] = await one.told(flow)
            place = lines_of(one.texts[flow])[found.range.start.line]
            [action] = await offered(one, flow, place)
            assert (action.title, action.kind, action.is_preferred) == (title, types.CodeActionKind.QuickFix, True)
            assert action.diagnostics is not None
            assert [(each.code, each.range) for each in action.diagnostics] == [(found.code, found.range)]
            take(one, flow, action)
            assert await one.told(flow) == []
        assert one.texts[flow] == (project / FLOW).read_text()
        assert await offered(one, flow, "flowc: 1") == []

        # Two are right: nobody knows which.
        one.replace(flow, "url: {secret: CRM_WEBHOOK}", "url: CRM_WEBHOOK")
        assert len(await one.told(flow)) == 1
        actions = await offered(one, flow, "url: CRM_WEBHOOK")
        assert [(each.title, each.is_preferred) for each in actions] == [
            ("Write `{secret: CRM_WEBHOOK}`", None), ("Write `{storage: CRM_WEBHOOK}`", None),
        ]  # fmt: skip
        assert await offered(one, flow, "url: CRM_WEBHOOK", only=[types.CodeActionKind.Refactor]) == []
        assert len(await offered(one, flow, "url: CRM_WEBHOOK", only=[types.CodeActionKind.QuickFix])) == 2
        take(one, flow, actions[0])
        assert await one.told(flow) == []

        # What is asked for before it has been checked is about the text as it is.
        one.replace(flow, "transfer: reception\n", "transfer: recption\n")
        [action] = await offered(one, flow, "transfer: recption\n")
        assert action.title == "Write `reception`"
        assert one.messages == []


async def test_fixes_of_call_scripts_and_of_what_is_not_ours(project: Path) -> None:
    async with editor(project, TAKES) as one:
        calls = one.open_file(project / CALLS)
        one.texts[calls] = changed = one.texts[calls].replace("asks: call_transfer", "asks: call_transfr", 1)
        one.change(calls, (None, changed))
        [found] = await one.told(calls)
        [action] = await offered(one, calls, "call_transfr")
        assert (action.title, found.code) == ("Write `call_transfer`", "FLOW201")
        take(one, calls, action)
        assert await one.told(calls) == []
        other = one.open((project / "compose.yaml").as_uri(), "services: {}\n")
        assert await offered(one, other, "services") == []


async def test_an_editor_that_takes_commands_alone_is_offered_nothing(project: Path) -> None:
    async with editor(project, CAN) as one:
        flow = one.open_file(project / FLOW)
        one.replace(flow, "transfer: reception\n", "transfer: recption\n")
        await one.told(flow)
        assert await offered(one, flow, "recption") == []
