"""`flowc lsp` as a process, with an editor that is pygls' own client."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from flowc.lsp.editor import Findings
from flowc.lsp.server import make
from tests.conftest import ROOT
from tests.lsp.client import CAN, LIMIT, Editor, at, editor
from tests.signals import begin_with

FLOW, CALLS = "flows/front_desk.yaml", "flows/front_desk.calls.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the example that has the most in it."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.flowc]\n")
    for name in (FLOW, CALLS):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def said(found: list[types.Diagnostic]) -> list[str]:
    return [f"{each.range.start.line + 1} {each.code}: {each.message}" for each in found]


async def test_a_session(project: Path) -> None:
    """Open, type, complete, go to a declaration, rename, save, close, shut down."""
    async with editor(project) as one:
        flow = one.open_file(project / FLOW)
        assert await one.told(flow) == []

        # A duration that is too long, while it is typed; then a name that is not there yet.
        one.replace(flow, "ring: 20s, caller", "ring: 90s, caller")
        [found] = await one.told(flow)
        assert (found.code, found.source, found.severity) == ("FLOW401", "flowc", types.DiagnosticSeverity.Error)
        assert found.message == (
            "`ring` is 90s, but the platform ends an unanswered call after 60s\nhelp: at most `60s`"
        )
        start = one.texts[flow].index("90s")
        assert found.range == types.Range(at(one.texts[flow], start), at(one.texts[flow], start + 3))
        one.replace(flow, "ring: 90s, caller", "ring: 20s, caller")
        one.replace(flow, "transfer: reception\n", "transfer: rec\n")
        assert said(await one.told(flow)) == [
            "75 FLOW201: there is no target `rec`\nhelp: known here: `billing`, `pbx`, `reception`"
        ]
        assert await one.labels(flow, "transfer: rec\n", 13) == [
            "reception", "billing", "pbx", "{by: …}", "{target: …}", "{together: …}",
        ]  # fmt: skip
        one.replace(flow, "transfer: rec\n", "transfer: reception\n")
        assert await one.told(flow) == []

        # A text that is no YAML has its completions all the same.
        one.replace(flow, "do: hang_up\n", "do: {\n")
        assert said(await one.told(flow))[0].split(":")[0].endswith("FLOW002")
        assert "transfer" in await one.labels(flow, "do: {\n", 5)
        one.replace(flow, "do: {\n", "do: hang_up\n")
        assert await one.told(flow) == []

        places = await one.client.text_document_definition_async(
            types.DefinitionParams(*one.place(flow, "transfer: [reception, billing]", 12))
        )
        assert isinstance(places, list | tuple)
        declared = one.texts[flow].index("reception: {pstn")
        assert places[0] == types.Location(
            flow, types.Range(at(one.texts[flow], declared), at(one.texts[flow], declared + len("reception")))
        )

        edit = await one.client.text_document_rename_async(
            types.RenameParams(*one.place(flow, "reception: {pstn"), new_name="desk")
        )
        assert edit is not None
        assert edit.changes is not None
        assert set(edit.changes) == {flow, (project / CALLS).as_uri()}
        for uri, edits in edit.changes.items():
            path = project / ("flows/" + uri.rpartition("/")[2])
            path.write_text(written(path.read_text(), edits))
        checked = subprocess.run(
            [sys.executable, "-m", "flowc", "check"], cwd=project, capture_output=True, text=True, check=False
        )
        assert "no errors" in checked.stderr, checked
        for name in (FLOW, CALLS):
            # What a call is called is in its author's own words.
            expected = [
                line if line.startswith("  ") and line[2:3] not in " -" and line.endswith(":") and name == CALLS
                else line.replace("reception", "desk")
                for line in (ROOT / name).read_text().splitlines()
            ]  # fmt: skip
            assert (project / name).read_text().splitlines() == expected

        one.replace(flow, "flowc: 1", "flowc: 2")
        assert len(await one.told(flow)) == 1
        one.close(flow)
        await until(one, flow, lambda found: not found)
        assert one.messages == []


def written(text: str, edits: object) -> str:
    assert isinstance(edits, list | tuple)
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda each: (each.range.start.line, each.range.start.character), reverse=True):
        line = lines[edit.range.start.line]
        lines[edit.range.start.line] = (
            line[: edit.range.start.character] + edit.new_text + line[edit.range.end.character :]
        )
    return "".join(lines)


async def test_call_scripts_know_the_flow_as_it_is_being_edited(project: Path) -> None:
    async with editor(project) as one:
        calls = one.open_file(project / CALLS)
        assert await one.told(calls) == []
        flow = one.open_file(project / FLOW)
        assert await one.told(flow) == []
        one.replace(flow, "  pbx: {sip", "  exchange: {sip")
        one.replace(flow, "[reception, pbx]", "[reception, exchange]")
        assert await one.told(flow) == []
        await until(one, calls, lambda found: bool(found))
        assert "the flow has no target `pbx`" in said(list(one.published[calls].diagnostics))[0]
        assert "exchange" in await one.labels(calls, "{caller with: reception, agent: gone, longest", 14)


async def until(one: Editor, uri: str, holds: object) -> None:
    assert callable(holds)
    while uri not in one.published or not holds(one.published[uri].diagnostics):
        one.news.clear()
        await asyncio.wait_for(one.news.wait(), LIMIT)


async def test_an_editor_may_count_otherwise(project: Path) -> None:
    """Neovim offers UTF-8 first, Helix too."""
    can = types.ClientCapabilities(
        text_document=CAN.text_document,
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf8]),
    )
    async with editor(project, can) as one:
        assert one.started.capabilities.position_encoding == types.PositionEncodingKind.Utf8
        text = (project / FLOW).read_text().replace("Nobody picked up.", "Pers\u00f6nne \U0001f600 ${x}")
        flow = one.open((project / FLOW).as_uri(), text)
        [found] = await one.told(flow)
        line = text.splitlines()[found.range.start.line].encode()
        assert line[found.range.start.character : found.range.end.character].decode() == "${x}"


async def test_what_is_not_renamed_is_an_error_that_says_why(project: Path) -> None:
    async with editor(project) as one:
        flow = one.open_file(project / FLOW)
        await one.told(flow)
        for text, new, why in (
            ("reception: {pstn", "billing", "there is a target `billing` already"),
            ("reception: {pstn", "Front Desk", "must be a name"),
            ("flowc: 1", "x", "no name that a flow declares"),
            ("ring_front_desk:\n", "say", "it is a word of the flow language"),
        ):
            with pytest.raises(JsonRpcException, match=why):
                await one.client.text_document_rename_async(types.RenameParams(*one.place(flow, text), new_name=new))


async def test_settings_that_are_wrong_are_told_in_the_file_and_again_when_they_are_right(project: Path) -> None:
    settings = project / "pyproject.toml"
    settings.write_text("[tool.flowc]\nflwos = 'flows'\n")
    async with editor(project) as one:
        flow = one.open_file(project / FLOW)
        [found] = await one.told(flow)
        assert found.message == "pyproject.toml:2: unknown key `flwos` in [tool.flowc] (did you mean `flows`?)"
        assert await one.labels(flow, "    say: connecting") == []
        settings.write_text("[tool.flowc]\nstrict = true\n")
        one.replace(flow, "  pbx: {sip", "  pbx:  {sip")
        assert await one.told(flow) == []
        one.replace(flow, "  # flowc: ignore[FLOW608] the beginning says enough there", "")
        [warned] = await one.told(flow)
        assert (warned.code, warned.severity) == ("FLOW608", types.DiagnosticSeverity.Error)


async def test_files_that_flowc_does_not_read(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (project / "flows/link.yaml").symlink_to(project / FLOW)
    (project / "compose.yaml").write_text("services: {}\n")
    (elsewhere / "alone.yaml").write_text("flowc: 1\n")
    async with editor(project) as one:
        link = one.open_file(project / "flows/link.yaml")
        assert said(await one.told(link)) == ["1 None: flows/link.yaml: a symbolic link, which flowc does not follow"]
        assert await one.told(one.open_file(project / "compose.yaml")) == []
        alone = one.open_file(elsewhere / "alone.yaml")
        assert said(await one.told(alone))[0].startswith("1 FLOW102: ")
        large = one.open((project / "flows/large.yaml").as_uri(), "flowc: 1\n" + "# x\n" * 300_000)
        assert said(await one.told(large)) == ["1 FLOW007: a flow has at most 1024 KiB, this file has 1171 KiB"]
        assert not await one.items(large, "flowc: 1")
        huge = one.open((project / "flows/huge.yaml").as_uri(), "x" * (8 * 1024 * 1024 + 1))
        assert said(await one.told(huge)) == ["1 None: flows/huge.yaml: larger than the 8192 KiB that flowc reads"]
        untitled = one.open("untitled:Untitled-1", "flowc: 1\nag\n")
        assert "FLOW" in said(await one.told(untitled))[0]
        assert "agent" in await one.labels(untitled, "ag", 2)
        strange = one.open("file:///%00/x.yaml", "flowc: 1\n")
        assert said(await one.told(strange))
        assert one.messages == []


async def test_an_outline(project: Path) -> None:
    async with editor(project) as one:
        flow = one.open_file(project / FLOW)
        asked = types.DocumentSymbolParams(types.TextDocumentIdentifier(flow))
        found = await one.client.text_document_document_symbol_async(asked)
        assert found is not None
        names = {each.name: [inner.name for inner in getattr(each, "children", None) or ()] for each in found}
        assert list(names) == [
            "flowc", "flow", "agent", "call", "prompts", "webhooks", "targets", "actions", "routes",
        ]  # fmt: skip
        assert names["targets"] == ["reception", "billing", "pbx"]
        assert names["actions"] == ["end_call", "call_transfer", "emergency", "caller_number", "note"]


def ended(*arguments: str, given: bytes = b"", **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "flowc", *arguments],
        input=given, capture_output=True, timeout=LIMIT, check=False, cwd=ROOT, **more,  # type: ignore[call-overload]
    )  # fmt: skip


def test_an_editor_that_is_gone_ends_it() -> None:
    finished = ended("lsp")
    assert (finished.returncode, finished.stdout) == (1, b"")


async def test_what_is_still_to_be_checked_is_not_when_it_is_over(project: Path) -> None:
    server = make()
    uri = (project / FLOW).as_uri()
    server.check_soon(uri)
    timer = server.waiting[uri]
    server.shut_down()
    assert timer.cancelled()
    server.check_soon(uri)
    assert server.waiting[uri] is timer


class _Gone:
    """An editor's end of the connection, which is closed."""

    def __init__(self) -> None:
        self.tried = 0

    def write(self, _: bytes) -> None:
        self.tried += 1
        raise ValueError("write to closed file")


def test_an_editor_that_is_gone_is_not_told_of_it_for_ever() -> None:
    server, gone = make(), _Gone()
    server.protocol.set_writer(gone)  # type: ignore[arg-type]
    server.publish([Findings("file:///a.yaml", 1, ())])
    assert gone.tried == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_while_it_waits(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "flowc", "lsp"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=begin_with(),
    ) as server:  # fmt: skip
        assert server.stdin is not None
        assert server.stdout is not None
        asked = {"capabilities": {}, "processId": None, "rootUri": None}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": asked}).encode()
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        server.stdin.flush()
        assert server.stdout.readline().startswith(b"Content-Length")
        server.send_signal(number)
        assert server.wait(LIMIT) == -number


def test_a_refused_rename_is_an_answer_and_no_traceback() -> None:
    document = {"uri": "file:///flows/a.yaml", "languageId": "yaml", "version": 1, "text": "flowc: 1\nflow: a\n"}
    at = {"textDocument": {"uri": document["uri"]}, "position": {"line": 0, "character": 0}}
    messages: list[dict[str, object]] = [
        {"id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": None, "rootUri": None}},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": document}},
        {"id": 2, "method": "textDocument/rename", "params": {**at, "newName": "x"}},
        {"id": 3, "method": "textDocument/prepareRename", "params": at},
        {"id": 4, "method": "shutdown"},
        {"method": "exit"},
    ]
    written = b""
    for message in messages:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        written += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    finished = subprocess.run(
        [sys.executable, "-m", "flowc", "lsp"],
        input=written, capture_output=True, timeout=LIMIT, check=False, preexec_fn=begin_with(),
    )  # fmt: skip
    assert finished.stdout.count(b"what stands here is no name that a flow declares") == 2
    assert (finished.returncode, finished.stderr) == (0, b"")


def test_it_says_what_to_install_where_that_is_missing(tmp_path: Path) -> None:
    """As where flowc was installed without its extra: a package of that name that cannot be found."""
    hidden = tmp_path / "sitecustomize.py"
    hidden.write_text("import sys\nsys.modules['pygls'] = None\nsys.modules['lsprotocol'] = None\n")
    finished = ended("lsp", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert finished.returncode == 2
    assert finished.stderr.decode() == "error: the language server needs its protocol: `pip install 'flowc[lsp]'`\n"
