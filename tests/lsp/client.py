"""An editor: pygls' own client, which speaks with `flowc lsp` as a process, over its standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.signals import begin_with

LIMIT = 60
"""Seconds, which are never needed."""
PROGRAM = (sys.executable, "-m", "flowc", "lsp")
CAN = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True, version_support=True),
        completion=types.CompletionClientCapabilities(
            completion_item=types.ClientCompletionItemOptions(snippet_support=False)
        ),
    ),
)


class Editor:
    """What an editor does with one server. Texts are its own; of each the server is told what changes."""

    def __init__(self, client: Client, started: types.InitializeResult) -> None:
        self.client = client
        self.started = started
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.messages: list[str] = []
        self.news = asyncio.Event()
        client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._published(params))
        client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: self.messages.append(params.message))
        client.feature(types.WINDOW_LOG_MESSAGE)(lambda params: self.messages.append(params.message))

    def _published(self, params: types.PublishDiagnosticsParams) -> None:
        self.published[params.uri] = params
        self.news.set()

    async def told(self, uri: str, version: int | None = None) -> list[types.Diagnostic]:
        """What the server says of a version of a file: of the newest, unless another is asked for."""
        wanted = self.versions.get(uri) if version is None else version
        while uri not in self.published or self.published[uri].version != wanted:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), LIMIT)
        return list(self.published[uri].diagnostics)

    def open(self, uri: str, text: str) -> str:
        self.texts[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri, "yaml", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def open_file(self, path: Path) -> str:
        return self.open(path.as_uri(), path.read_bytes().decode())

    def change(self, uri: str, *changes: tuple[types.Range | None, str]) -> None:
        self.versions[uri] += 1
        told: list[Any] = [
            types.TextDocumentContentChangeWholeDocument(text)
            if place is None
            else types.TextDocumentContentChangePartial(place, text)
            for place, text in changes
        ]
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, told))

    def replace(self, uri: str, old: str, new: str) -> None:
        """What stands once in a file is something else now: told as the editor would, by its place."""
        text = self.texts[uri]
        assert text.count(old) == 1, (text.count(old), old)
        start = text.index(old)
        place = types.Range(at(text, start), at(text, start + len(old)))
        self.texts[uri] = text[:start] + new + text[start + len(old) :]
        self.change(uri, (place, new))

    def close(self, uri: str) -> None:
        del self.texts[uri], self.versions[uri]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def place(self, uri: str, text: str, behind: int = 0) -> tuple[types.TextDocumentIdentifier, types.Position]:
        """Where a text stands that is once in a file, and so many characters behind its beginning."""
        whole = self.texts[uri]
        assert whole.count(text) == 1, (whole.count(text), text)
        return types.TextDocumentIdentifier(uri), at(whole, whole.index(text) + behind)

    async def labels(self, uri: str, text: str, behind: int | None = None) -> list[str]:
        """What can be completed behind a text."""
        found = await self.items(uri, text, behind)
        return [item.label for item in found]

    async def items(self, uri: str, text: str, behind: int | None = None) -> Sequence[types.CompletionItem]:
        place = self.place(uri, text, len(text) if behind is None else behind)
        found = await self.client.text_document_completion_async(types.CompletionParams(*place))
        assert isinstance(found, types.CompletionList)
        return found.items

    async def hover(self, uri: str, text: str, behind: int = 0) -> str:
        found = await self.client.text_document_hover_async(types.HoverParams(*self.place(uri, text, behind)))
        return found.contents.value if found is not None and isinstance(found.contents, types.MarkupContent) else ""


def at(text: str, offset: int) -> types.Position:
    """A place as an editor counts: in units of UTF-16."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line = before[before.rfind("\n") + 1 :]
    return types.Position(before.count("\n"), len(line.encode("utf-16-le", "surrogatepass")) // 2)


class Client(LanguageClient):
    """Knows when the server has ended, and how."""

    def __init__(self) -> None:
        super().__init__("an editor", "1")
        self.ended: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

    async def server_exit(self, server: asyncio.subprocess.Process) -> None:
        self.ended.set_result(server.returncode)


@asynccontextmanager
async def editor(root: Path, can: types.ClientCapabilities = CAN) -> AsyncIterator[Editor]:
    """An editor whose server is asked to shut down at the end, and has to."""
    client = Client()
    await client.start_io(*PROGRAM, cwd=root, preexec_fn=begin_with())
    folder = types.WorkspaceFolder(root.as_uri(), root.name)
    asked = types.InitializeParams(can, root_uri=root.as_uri(), workspace_folders=[folder])
    result = await asyncio.wait_for(client.initialize_async(asked), LIMIT)
    client.initialized(types.InitializedParams())
    yield Editor(client, result)
    await asyncio.wait_for(client.shutdown_async(None), LIMIT)
    client.exit(None)
    assert await asyncio.wait_for(client.ended, LIMIT) == 0
    await client.stop()
