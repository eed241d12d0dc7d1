"""Whatever somebody types: no exception, and what is said of it is what `flowc check` says of the same text."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import sys
import threading
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lsprotocol import types

from flowc.cli.app import run
from flowc.lsp.editor import Editor, Finding
from flowc.lsp.positions import Change, Lines, Position, Range
from flowc.lsp.rename import Refused
from flowc.lsp.server import Server, make
from tests.conftest import ROOT
from tests.lsp import client
from tests.lsp.client import at
from tests.lsp.texts import EXAMPLES, applied, edits

Answer = TypeVar("Answer")
FLOWS = [path for path in EXAMPLES if not path.name.endswith(".calls.yaml")]
CALLS = [path for path in EXAMPLES if path.name.endswith(".calls.yaml")]
ONE_PROJECT = [HealthCheck.function_scoped_fixture]  # which each example leaves as it was


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.editor = Editor()

    def uri(self, name: str) -> str:
        return (self.folder / "flows" / name).as_uri()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """All examples."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.flowc]\n")
    for path in EXAMPLES:
        shutil.copy(path, tmp_path / "flows")
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


class Given:
    """Standard input that holds something."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


def checked(*arguments: str, given: bytes | None = None) -> list[dict[str, Any]]:
    """What the command says, as its document for programs."""
    with pytest.MonkeyPatch.context() as patch:
        out = io.TextIOWrapper(io.BytesIO(), "utf-8")
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", io.StringIO())
        if given is not None:
            patch.setattr(sys, "stdin", Given(given))
        run(["check", "--output-format", "json", "--quiet", *arguments])
        out.flush()
        assert isinstance(out.buffer, io.BytesIO)
        return list(json.loads(out.buffer.getvalue())["diagnostics"])


def as_checked(found: dict[str, Any], text: str) -> tuple[Any, ...]:
    """As an editor is told."""
    start, end = found["start"], found["end"]
    lines = Lines(text)
    place = lines.range(
        lines.offset_of(start["line"], start["column"]), lines.offset_of(end["line"], end["column"])
    )
    notes = tuple(other["message"] for other in found["related"] if "path" not in other)
    return place, found["severity"], found["code"], found["message"], found["hint"], notes


def as_told(found: Finding, uri: str) -> tuple[Any, ...]:
    notes = tuple(note.message for note in found.notes if note.uri == uri)
    return found.range, "error" if found.is_error else "warning", found.code, found.message, found.hint, notes


def type_in(project: Project, uri: str, text: str, made: list[tuple[int, int, str]]) -> None:
    """Each edit as a change of its own."""
    for start, end, typed in made:
        lines = Lines(text)
        project.editor.change(uri, [Change(typed, lines.range(start, end))], 2)
        start, end = lines.offset(lines.position(start)), lines.offset(lines.position(end))
        text = text[:start] + typed + text[end:]
        assert project.editor.documents[uri].file.text == text


def ask_everything(project: Project, uri: str, offsets: list[int]) -> None:
    """Whatever an editor may ask, anywhere."""
    editor = project.editor
    file = editor.documents[uri].file
    assert editor.symbols(uri) is not None
    for offset in offsets:
        place = file.lines.position(min(offset, len(file.text)))
        for item, where in editor.complete(uri, place):
            assert where.start.line == where.end.line == place.line, item
            assert where.start.character <= place.character <= where.end.character, item
        editor.hover(uri, place)
        editor.definition(uri, place)
        editor.references(uri, place, True)
    with suppress(Refused):
        editor.rename(uri, file.lines.position(offsets[0]), "another_name")


@settings(max_examples=150, suppress_health_check=ONE_PROJECT)
@given(data=st.data())
def test_a_flow(project: Project, data: st.DataObject) -> None:
    project = Project(project.folder)
    path = data.draw(st.sampled_from(FLOWS))
    text, uri = path.read_text("utf-8"), project.uri(path.name)
    made = data.draw(edits(text))
    project.editor.open(uri, project.folder / "flows" / path.name, text, 1)
    type_in(project, uri, text, made)
    text = project.editor.documents[uri].file.text
    [told] = project.editor.findings(uri)
    expected = checked("-", "--stdin-filename", f"flows/{path.name}", given=text.encode())
    assert sorted(as_told(found, uri) for found in told.found) == sorted(as_checked(each, text) for each in expected)
    ask_everything(project, uri, [place for start, end, typed in made for place in (start, start + len(typed), end)])
    project.editor.close(uri)


@settings(max_examples=60, suppress_health_check=ONE_PROJECT)
@given(data=st.data())
def test_call_scripts(project: Project, data: st.DataObject) -> None:
    project = Project(project.folder)
    path = data.draw(st.sampled_from(CALLS))
    text, uri = path.read_text("utf-8"), project.uri(path.name)
    made = data.draw(edits(text))
    place = project.folder / "flows" / path.name
    project.editor.open(uri, place, text, 1)
    type_in(project, uri, text, made)
    text = project.editor.documents[uri].file.text
    place.write_bytes(text.encode())
    told = next(each for each in project.editor.findings(uri) if each.uri == uri)
    name = f"flows/{path.name}"
    expected = [each for each in checked(name) if each["path"] == name]
    assert sorted(as_told(found, uri) for found in told.found) == sorted(as_checked(each, text) for each in expected)
    ask_everything(project, uri, [place for start, end, typed in made for place in (start, start + len(typed), end)])
    project.editor.close(uri)
    shutil.copy(path, place)


@settings(max_examples=40, suppress_health_check=ONE_PROJECT)
@given(data=st.data())
def test_a_flow_beside_its_call_scripts(project: Project, data: st.DataObject) -> None:
    """Both are open, and the flow is being edited."""
    project = Project(project.folder)
    path = data.draw(st.sampled_from([path for path in FLOWS if path.with_suffix(".calls.yaml") in CALLS]))
    beside = path.with_suffix(".calls.yaml")
    text, uri, other = path.read_text("utf-8"), project.uri(path.name), project.uri(beside.name)
    made = data.draw(edits(text))
    place = project.folder / "flows" / path.name
    project.editor.open(other, project.folder / "flows" / beside.name, beside.read_text("utf-8"), 1)
    project.editor.open(uri, place, text, 1)
    type_in(project, uri, text, made)
    place.write_bytes(project.editor.documents[uri].file.text.encode())
    told = {each.uri: each for each in project.editor.findings(uri)}
    assert set(told) == {uri, other}
    name = f"flows/{beside.name}"
    expected = [each for each in checked(name) if each["path"] == name]
    script = beside.read_text("utf-8")
    found = sorted(as_told(each, other) for each in told[other].found)
    assert found == sorted(as_checked(each, script) for each in expected)
    project.editor.close(uri)
    project.editor.close(other)
    shutil.copy(path, place)


@settings(max_examples=60, suppress_health_check=ONE_PROJECT)
@given(data=st.data())
def test_any_change_of_an_editor(project: Project, data: st.DataObject) -> None:
    """Places that are nowhere, ends before beginnings, all of it at once."""
    project = Project(project.folder)
    numbers = st.integers(-1, 2**31 - 1) | st.integers(0, 80)
    places = st.builds(Position, numbers, numbers)
    ranges = st.none() | st.builds(Range, places, places)
    changes = data.draw(st.lists(st.builds(Change, st.text(), ranges), max_size=4))
    path = data.draw(st.sampled_from(EXAMPLES))
    uri = project.uri(path.name)
    project.editor.open(uri, project.folder / "flows" / path.name, path.read_text("utf-8"), 1)
    project.editor.change(uri, changes, 2)
    assert project.editor.findings(uri)
    for place in data.draw(st.lists(places, max_size=3)):
        project.editor.complete(uri, place)
        project.editor.hover(uri, place)
    project.editor.close(uri)
    assert project.editor.documents == {}


class Connection:
    """A real server, and an editor beside it, in a loop of their own; every example of a test speaks with the same."""

    def __init__(self, root: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.opened = client.editor(root)
        self.editor = self.wait_for(self.opened.__aenter__())

    def wait_for(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(client.LIMIT)

    def close(self) -> None:
        try:
            self.wait_for(self.opened.__aexit__(None, None, None))
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(client.LIMIT)
            self.loop.close()


@pytest.fixture
def connection(project: Project) -> Iterator[Connection]:
    one = Connection(project.folder)
    yield one
    one.close()
    assert one.editor.messages == []  # an exception would be one


@settings(max_examples=60, suppress_health_check=ONE_PROJECT)
@given(data=st.data())
def test_a_real_server(project: Project, connection: Connection, data: st.DataObject) -> None:
    """Over its pipes: what is typed, what it says of that, and what it is asked in between."""
    path = data.draw(st.sampled_from(FLOWS))
    text, uri = path.read_text("utf-8"), project.uri(path.name)
    made = data.draw(edits(text))

    async def typed() -> tuple[str, list[types.Diagnostic]]:
        one, now = connection.editor, text
        one.open(uri, now)
        for start, end, new in made:
            lines = Lines(now)
            start, end = lines.offset(lines.position(start)), lines.offset(lines.position(end))
            one.change(uri, (types.Range(at(now, start), at(now, end)), new))
            now = now[:start] + new + now[end:]
            asked = types.TextDocumentIdentifier(uri), at(now, min(start + len(new), len(now)))
            await one.client.text_document_completion_async(types.CompletionParams(*asked))
            await one.client.text_document_hover_async(types.HoverParams(*asked))
            await one.client.text_document_definition_async(types.DefinitionParams(*asked))
            await one.client.text_document_document_symbol_async(types.DocumentSymbolParams(asked[0]))
        found = await one.told(uri)
        one.texts[uri] = now
        one.close(uri)
        del one.published[uri]
        return now, found

    now, found = connection.wait_for(typed())
    expected = checked("-", "--stdin-filename", f"flows/{path.name}", given=now.encode())
    assert sorted(map(as_shown, found)) == sorted(as_shown(diagnostic(each, now)) for each in expected)


def diagnostic(found: dict[str, Any], text: str) -> types.Diagnostic:
    place, severity, code, message, hint, _ = as_checked(found, text)
    start, end = (types.Position(*each) for each in place)
    grave = types.DiagnosticSeverity.Error if severity == "error" else types.DiagnosticSeverity.Warning
    said = f"{message}\nhelp: {hint}" if hint else message
    return types.Diagnostic(types.Range(start, end), said, grave, code)


def as_shown(found: types.Diagnostic) -> tuple[Any, ...]:
    place = found.range
    start, end = (place.start.line, place.start.character), (place.end.line, place.end.character)
    return start, end, found.severity, found.code, found.message


def test_texts_are_what_they_say() -> None:
    assert applied("abc", [(1, 2, "x"), (0, 0, "y")]) == "yaxc"
    assert isinstance(make(), Server)
    assert {path.parent for path in FLOWS + CALLS} == {ROOT / "flows"}
