"""The language server: the edge between an editor's protocol and `editor.py`, which has the answers.

pygls speaks the protocol. It keeps no texts here: its own counting of lines is Python's, which has more line ends than
an editor.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import to_fs_path

from flowc import __version__
from flowc.lsp.completion import Item
from flowc.lsp.editor import Editor, Finding, Findings
from flowc.lsp.file import File
from flowc.lsp.positions import Change, Position, Range
from flowc.lsp.rename import Refused
from flowc.lsp.symbols import Sort as SymbolSort
from flowc.lsp.symbols import Symbol

SOONEST, LATEST = 0.005, 0.5
"""Seconds from a change until it is checked, at the least and at the most: as long as the check before has taken, so
that what is typed meanwhile is checked once.
"""
_TRIGGERS = [" ", "{", "[", ",", ".", "\n"]
_KINDS = {
    "key": types.CompletionItemKind.Property,
    "name": types.CompletionItemKind.Reference,
    "word": types.CompletionItemKind.EnumMember,
    "value": types.CompletionItemKind.Value,
}
_SYMBOLS: dict[SymbolSort, types.SymbolKind] = {
    "key": types.SymbolKind.Namespace,
    "target": types.SymbolKind.Object,
    "prompt": types.SymbolKind.String,
    "webhook": types.SymbolKind.Event,
    "route": types.SymbolKind.Function,
    "hours": types.SymbolKind.Constant,
    "agent": types.SymbolKind.Class,
    "action": types.SymbolKind.Method,
    "callers": types.SymbolKind.Array,
    "parameter": types.SymbolKind.Variable,
    "field": types.SymbolKind.Field,
    "data": types.SymbolKind.Variable,
    "language": types.SymbolKind.EnumMember,
    "call": types.SymbolKind.Function,
}
_PLAIN = str.maketrans({"\\": "\\\\", "$": "\\$", "}": "\\}"})


class Protocol(LanguageServerProtocol):
    """What pygls would do with texts is left to `Editor`."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


def log_to_stderr() -> None:
    """What pygls logs, as it would without a word of ours; but for what was refused, of which it logs a traceback."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.addFilter(lambda record: not (record.exc_info and isinstance(record.exc_info[1], RequestRefused)))
    logging.getLogger("pygls").addHandler(handler)


class Server(LanguageServer):
    def __init__(self) -> None:
        super().__init__("flowc", __version__, protocol_cls=Protocol, max_workers=1)
        self.editor = Editor()
        self.waiting: dict[str, asyncio.TimerHandle] = {}
        self.took = SOONEST
        self.is_over = False
        self.is_reporting = False

    def publish(self, findings: Iterable[Findings]) -> None:
        for each in findings:
            found = [_diagnostic(one) for one in each.found]
            params = types.PublishDiagnosticsParams(each.uri, found, each.version)
            self.text_document_publish_diagnostics(params)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """That nothing can be sent cannot be sent either: pygls would try for ever."""
        if self.is_reporting:
            return
        self.is_reporting = True
        try:
            super().report_server_error(error, source)
        finally:
            self.is_reporting = False

    def shut_down(self) -> None:
        """What is still to be checked is not, since nobody is there who is told."""
        self.is_over = True
        for timer in self.waiting.values():
            timer.cancel()

    def check_soon(self, uri: str) -> None:
        if self.is_over:
            return
        before = self.waiting.pop(uri, None)
        if before is not None:
            before.cancel()
        self.waiting[uri] = asyncio.get_running_loop().call_later(self.took, self._check, uri)

    def _check(self, uri: str) -> None:
        self.waiting.pop(uri, None)
        began = time.monotonic()
        self.publish(self.editor.findings(uri))
        self.took = min(max(time.monotonic() - began, SOONEST), LATEST)

    @property
    def takes_code_actions(self) -> bool:
        """Whether an editor takes actions that carry their edit; others want commands, which are not here."""
        text_document = self.client_capabilities.text_document
        action = text_document.code_action if text_document is not None else None
        return action is not None and action.code_action_literal_support is not None

    @property
    def takes_snippets(self) -> bool:
        text_document = self.client_capabilities.text_document
        completion = text_document.completion if text_document is not None else None
        item = completion.completion_item if completion is not None else None
        return bool(item is not None and item.snippet_support)


def make() -> Server:
    """A server with everything that it can do."""
    server = Server()
    for method, handler, options in _HANDLERS:
        server.feature(method, options)(handler) if options is not None else server.feature(method)(handler)
    return server


def serve() -> bool:
    """Speaks with an editor over standard input and output, until that says `exit` or is gone; whether it has said
    before that it would.
    """
    server = make()
    log_to_stderr()
    # Closed at the end, as the protocol's own: a descriptor of our own.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        server.start_io(stdout=out)
    return server.is_over


# What is open


def _shut_down(server: Server, _: None) -> None:
    server.shut_down()


def _initialize(server: Server, _: types.InitializeParams) -> None:
    encoding = server.workspace.position_encoding
    server.editor.encoding = {"utf-8": "utf-8", "utf-32": "utf-32"}.get(str(_value(encoding)), "utf-16")  # type: ignore[assignment]


def _initialized(server: Server, _: types.InitializedParams) -> None:
    """Asks to be told of files that others change, if the editor can."""
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace is not None else None
    if watched is None or not watched.dynamic_registration:
        return
    watchers = [types.FileSystemWatcher(pattern) for pattern in ("**/*.yaml", "**/*.yml", "**/pyproject.toml")]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    registration = types.Registration("flowc-files", method, options)
    server.client_register_capability(types.RegistrationParams([registration]))


def _opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    server.editor.open(document.uri, _place(document.uri), document.text, document.version)
    server.publish(server.editor.findings(document.uri))


def _changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    changes = []
    for change in params.content_changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = _position(change.range.start), _position(change.range.end)
            changes.append(Change(change.text, Range(start, end)))
        else:
            changes.append(Change(change.text))
    server.editor.change(params.text_document.uri, changes, params.text_document.version)
    server.check_soon(params.text_document.uri)


def _closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    server.publish(server.editor.close(params.text_document.uri))


def _saved(server: Server, params: types.DidSaveTextDocumentParams) -> None:
    server.publish(server.editor.refresh())


def _changed_by_others(server: Server, params: types.DidChangeWatchedFilesParams) -> None:
    server.publish(server.editor.refresh())


# What is asked


def _complete(server: Server, params: types.CompletionParams) -> types.CompletionList:
    found = server.editor.complete(params.text_document.uri, _position(params.position))
    items = [_item(item, place, number, server.takes_snippets) for number, (item, place) in enumerate(found)]
    return types.CompletionList(is_incomplete=False, items=items)


def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    found = server.editor.hover(params.text_document.uri, _position(params.position))
    if found is None:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, found[0].text)
    return types.Hover(content, _range(found[1]))


def _definition(server: Server, params: types.DefinitionParams) -> list[types.Location]:
    found = server.editor.definition(params.text_document.uri, _position(params.position))
    return [types.Location(uri, _range(place)) for uri, place in found]


def _references(server: Server, params: types.ReferenceParams) -> list[types.Location]:
    with_declarations = params.context.include_declaration
    found = server.editor.references(params.text_document.uri, _position(params.position), with_declarations)
    return [types.Location(uri, _range(place)) for uri, place in found]


def _may_rename(server: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
    with _told():
        place, name = server.editor.renamable(params.text_document.uri, _position(params.position))
    return types.PrepareRenamePlaceholder(_range(place), name)


def _rename(server: Server, params: types.RenameParams) -> types.WorkspaceEdit:
    with _told():
        edits = server.editor.rename(params.text_document.uri, _position(params.position), params.new_name)
    return _workspace_edit(server, edits)


def _fixes(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    only = params.context.only
    if not server.takes_code_actions or (only is not None and not {"", types.CodeActionKind.QuickFix} & {*only}):
        return []
    uri = params.text_document.uri
    asked = Range(_position(params.range.start), _position(params.range.end))
    return [
        types.CodeAction(
            title=fix.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[_diagnostic(finding)],
            is_preferred=fix.only or None,
            edit=_workspace_edit(server, {uri: [(place, fix.edit.text)]}),
        )
        for fix, finding, place in server.editor.fixes(uri, asked)
    ]


def _workspace_edit(server: Server, edits: Mapping[str, Iterable[tuple[Range, str]]]) -> types.WorkspaceEdit:
    """As the editor can take it."""
    written = {uri: [types.TextEdit(_range(place), text) for place, text in found] for uri, found in edits.items()}
    workspace = server.client_capabilities.workspace
    if workspace is None or workspace.workspace_edit is None or not workspace.workspace_edit.document_changes:
        return types.WorkspaceEdit(changes=written)
    changes = []
    for uri, found in written.items():
        version = server.editor.version_of(uri)
        changes.append(types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, version), found))
    return types.WorkspaceEdit(document_changes=changes)


def _symbols(server: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    found = server.editor.symbols(params.text_document.uri)
    return [] if found is None else [_symbol(each, found[1]) for each in found[0]]


class RequestRefused(JsonRpcException):
    """What is refused is an error of the protocol, which editors show: nothing has gone wrong."""


class _told:
    """What is refused is answered so."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Refused):
            raise RequestRefused(str(error), types.LSPErrorCodes.RequestFailed) from None


# From the one to the other


def _place(uri: str) -> Path | None:
    """Where a file is; None for what is in the editor alone."""
    try:
        path = to_fs_path(uri) if urlsplit(uri).scheme == "file" else None
    except ValueError:
        return None
    return Path(path).absolute() if path else None


def _value(encoding: Any) -> Any:
    return getattr(encoding, "value", encoding)


def _position(position: types.Position) -> Position:
    return Position(position.line, position.character)


def _range(found: Range) -> types.Range:
    start, end = found
    return types.Range(types.Position(start.line, start.character), types.Position(end.line, end.character))


def _diagnostic(found: Finding) -> types.Diagnostic:
    severity = types.DiagnosticSeverity.Error if found.is_error else types.DiagnosticSeverity.Warning
    notes = [
        types.DiagnosticRelatedInformation(types.Location(note.uri, _range(note.range)), note.message)
        for note in found.notes
    ]
    message = f"{found.message}\nhelp: {found.hint}" if found.hint else found.message
    return types.Diagnostic(
        range=_range(found.range),
        message=message,
        severity=severity,
        code=found.code or None,
        source="flowc",
        related_information=notes or None,
    )


def _item(item: Item, place: Range, number: int, snippets: bool) -> types.CompletionItem:
    text, form = item.insert, None
    if snippets and text.endswith(": }"):  # the cursor goes between
        text, form = f"{text[:-1].translate(_PLAIN)}$0\\}}", types.InsertTextFormat.Snippet
    return types.CompletionItem(
        label=item.label,
        kind=_KINDS[item.sort],
        detail=item.detail or None,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, item.help) if item.help else None,
        sort_text=f"{number:04}",
        filter_text=item.label,
        insert_text_format=form,
        text_edit=types.TextEdit(_range(place), text),
    )


def _symbol(found: Symbol, file: File) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=found.name,
        kind=_SYMBOLS[found.sort],
        range=_range(file.lines.range(found.start, found.end)),
        selection_range=_range(file.lines.range(found.name_start, found.name_end)),
        detail=found.detail or None,
        children=[_symbol(each, file) for each in found.inside],
    )


_HANDLERS: tuple[tuple[str, Callable[..., Any], Any], ...] = (
    (types.INITIALIZE, _initialize, None),
    (types.INITIALIZED, _initialized, None),
    (types.SHUTDOWN, _shut_down, None),
    (types.TEXT_DOCUMENT_DID_OPEN, _opened, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, _changed, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, _closed, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _saved, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _changed_by_others, None),
    (types.TEXT_DOCUMENT_COMPLETION, _complete, types.CompletionOptions(trigger_characters=_TRIGGERS)),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_DEFINITION, _definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, _references, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, _may_rename, None),
    (types.TEXT_DOCUMENT_RENAME, _rename, types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_CODE_ACTION, _fixes, types.CodeActionOptions([types.CodeActionKind.QuickFix])),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _symbols, None),
)
