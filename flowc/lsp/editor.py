"""What an editor has open, and the answers to what it asks: everything of a language server but its protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flowc.checks.same_name import RULE as SAME_NAME
from flowc.config import FOLDERS, Config
from flowc.diagnostics import Diagnostic, cut
from flowc.lsp import navigation
from flowc.lsp import rename as renaming
from flowc.lsp.completion import Item, complete
from flowc.lsp.file import File
from flowc.lsp.findings import Checked
from flowc.lsp.fixes import Fix, fixes
from flowc.lsp.hover import Hover, hover
from flowc.lsp.navigation import Found
from flowc.lsp.positions import Change, Encoding, Position, Range, changed
from flowc.lsp.project import Outside, Project, is_ours, name_in, project_of, settings_state
from flowc.lsp.rename import Edit
from flowc.lsp.symbols import Symbol, symbols
from flowc.report.failure import told as told_of

UNTITLED = "untitled.yaml"


@dataclass(frozen=True, slots=True)
class Note:
    """Another place that explains a finding."""

    uri: str
    range: Range
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """An error or a warning. `code` is empty for what is wrong with the file, or the project, as a whole."""

    range: Range
    is_error: bool
    code: str
    message: str
    hint: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """All of a file, of the version that the editor gave it, if it is open."""

    uri: str
    version: int | None
    found: tuple[Finding, ...]


@dataclass(slots=True)
class Document:
    """A file that is open. `place` is None for one that was never saved. `outside` is why flowc does not look at it."""

    uri: str
    place: Path | None
    version: int
    file: File
    project: Project | None = None
    outside: str = ""
    is_ours: bool = False
    settings: tuple[tuple[str, int, int], ...] = ()
    checked: Checked = field(default_factory=lambda: Checked(()))
    also: frozenset[str] = frozenset()  # other files that something was said of because of this one


def _are_namesakes(one: Document, other: Document) -> bool:
    """Two flows of one name, or of which that has been said."""
    names = [each.file.flow_name for each in (one, other)]
    if any(each.code == SAME_NAME.code for each in other.checked.diagnostics):
        return names[0] is not None
    return None not in names and len({name.name.casefold() for name in names if name is not None}) == 1


class Editor:
    def __init__(self) -> None:
        self.encoding: Encoding = "utf-16"
        self.documents: dict[str, Document] = {}
        self._projects: dict[Path, Project] = {}

    # What is open

    def open(self, uri: str, place: Path | None, text: str, version: int) -> None:
        self.close(uri)
        self._take(Document(uri, place, version, File(UNTITLED, text, self.encoding)))

    def change(self, uri: str, changes: Iterable[Change], version: int) -> None:
        document = self.documents.get(uri)
        if document is None:
            return
        text = changed(document.file.text, changes, self.encoding)
        document.version = version
        document.file = File(document.file.path, text, self.encoding)
        self._take(document)

    def close(self, uri: str) -> list[Findings]:
        """What was said of it, and because of it, is said no longer."""
        document = self.documents.pop(uri, None)
        if document is None:
            return []
        if document.project is not None:
            document.project.opened.pop(document.file.path, None)
        nothing = [Findings(each, None, ()) for each in sorted({uri, *document.also})]
        return nothing + [found for each in self._about(document) for found in self.findings(each.uri)]

    def _take(self, document: Document) -> None:
        """Finds the project of a document, again if its settings may have changed."""
        self.documents[document.uri] = document
        name = document.file.path
        if document.project is not None:
            document.project.opened.pop(name, None)
        if document.place is None:
            document.project = document.project or Project(
                Config(Path.cwd(), FOLDERS["flows"], FOLDERS["out"]), self.encoding
            )
        elif document.project is None or settings_state(document.place) != document.settings:
            document.settings = settings_state(document.place)
            document.project, document.outside = None, ""
            try:
                config = project_of(document.place)
                name = name_in(config, document.place)
                document.project = self._project(config)
            except Outside as outside:
                document.outside = str(outside)
        if document.project is None:
            document.is_ours = _says_it_is_ours(document)
            return
        if name != document.file.path:
            document.file = File(name, document.file.text, self.encoding)
        document.project.opened[name] = document.file
        document.is_ours = is_ours(document.project.config, name, document.file.text)

    def _project(self, config: Config) -> Project:
        """One for each folder; with other settings another one, with the same files."""
        known = self._projects.get(config.root)
        if known is not None and known.config == config:
            return known
        made = self._projects[config.root] = Project(config, self.encoding)
        if known is not None:
            made.opened = known.opened
            for document in self.documents.values():
                document.project = made if document.project is known else document.project
        return made

    # What is wrong

    def refresh(self) -> list[Findings]:
        """Of all that is open, as after a change of the settings or of other files."""
        for document in list(self.documents.values()):
            document.settings = _UNKNOWN
            self._take(document)
        found = {each.uri: each for uri in list(self.documents) for each in self.findings(uri)}
        return list(found.values())

    def findings(self, uri: str) -> list[Findings]:
        """Of a file, and of the open call scripts that are about it."""
        document = self.documents.get(uri)
        if document is None:
            return []
        found = list(self._findings(document))
        for each in self._about(document):
            found += self._findings(each)
        return found

    def _about(self, document: Document) -> Iterator[Document]:
        """The open call scripts that are about a flow, and the open flows that have its name, or are said to."""
        for other in list(self.documents.values()):
            is_beside = other.project is not None and other.project is document.project and other is not document
            if is_beside and (other.file.flow_path == document.file.path or _are_namesakes(document, other)):
                yield other

    def _findings(self, document: Document) -> Iterator[Findings]:
        if not document.is_ours:
            yield Findings(document.uri, document.version, ())
            return
        own = document.file
        project = document.project
        by_path: dict[str, list[Diagnostic]] = {}
        whole = document.outside
        if project is not None:
            try:
                document.checked = project.check(own.path)
                for each in document.checked.diagnostics:
                    by_path.setdefault(each.path, []).append(each)
            except Outside as outside:
                whole = str(outside)
            except Exception as error:  # an editor goes on
                whole = told_of(error, "the file")
        if whole:
            document.checked = Checked(())
            place = own.lines.range(0, len(own.text.splitlines()[0]) if own.text else 0)
            yield Findings(document.uri, document.version, (Finding(place, True, "", cut(whole)),))
        else:
            yield self._told(document, project, own, by_path.get(own.path, []))
        yield from self._elsewhere(document, project, {path: by_path[path] for path in by_path if path != own.path})

    def _elsewhere(
        self, document: Document, project: Project | None, by_path: Mapping[str, list[Diagnostic]]
    ) -> Iterator[Findings]:
        """Of the flow that call scripts are about, where it is not open: then it tells of itself."""
        told: set[str] = set()
        for path, found in by_path.items():
            file = project.file(path) if project is not None else None
            if project is None or file is None or path in project.opened:
                continue
            findings = self._told(None, project, file, found)
            told.add(findings.uri)
            yield findings
        for uri in sorted(document.also - told - self.documents.keys()):
            yield Findings(uri, None, ())
        document.also = frozenset(told)

    def _told(
        self, document: Document | None, project: Project | None, file: File, found: Iterable[Diagnostic]
    ) -> Findings:
        uri = document.uri if document is not None else self.uri_of(project, file.path)
        version = document.version if document is not None else None
        return Findings(uri, version, tuple(self._finding(project, file, uri, each) for each in found))

    def _finding(self, project: Project | None, file: File, uri: str, found: Diagnostic) -> Finding:
        notes = []
        for each in found.related:
            other = file if not each.path or each.path == file.path or project is None else project.file(each.path)
            if other is not None:
                place = uri if other is file else self.uri_of(project, other.path)
                notes.append(Note(place, other.lines.range_of(each.span), each.message))
        is_error = found.severity == "error"
        return Finding(file.lines.range_of(found.span), is_error, found.code, found.message, found.hint, tuple(notes))

    def uri_of(self, project: Project | None, path: str) -> str:
        """What the editor calls a file, else what it would."""
        for document in self.documents.values():
            if document.project is project and document.file.path == path:
                return document.uri
        return (project.config.root / path).as_uri() if project is not None else path

    # What is asked

    def complete(self, uri: str, position: Position) -> list[tuple[Item, Range]]:
        document, project = self._at(uri)
        if document is None or project is None:
            return []
        file = document.file
        beside = project.flows_beside(file.path) if file.is_calls else []
        items = complete(file, file.lines.offset(position), project.flow_of(file), beside)
        return [(item, file.lines.range(item.start, item.end)) for item in items]

    def hover(self, uri: str, position: Position) -> tuple[Hover, Range] | None:
        document, project = self._at(uri)
        if document is None or project is None:
            return None
        file = document.file
        found = hover(file, file.lines.offset(position), project.flow_of(file), document.checked.hunts)
        return None if found is None else (found, file.lines.range(found.start, found.end))

    def definition(self, uri: str, position: Position) -> list[tuple[str, Range]]:
        document, project = self._at(uri)
        if document is None or project is None:
            return []
        file, offset = document.file, document.file.lines.offset(position)
        flow = project.flow_of(file)
        place = file.outline.at(offset)
        if file.is_calls and flow is not None and place is not None and place.path == ("flow",) and not place.is_key:
            return [(self.uri_of(project, flow.path), flow.lines.range(0, 0))]
        return self._places(project, navigation.definition(file, offset, flow))

    def references(self, uri: str, position: Position, with_declarations: bool) -> list[tuple[str, Range]]:
        document, project = self._at(uri)
        if document is None or project is None:
            return []
        file, flow = document.file, project.flow_of(document.file)
        scripts = project.scripts_about(flow.path) if flow is not None else []
        offset = file.lines.offset(position)
        return self._places(project, navigation.references(file, offset, flow, scripts, with_declarations))

    def renamable(self, uri: str, position: Position) -> tuple[Range, str]:
        """The range of the name, and the name. Raises renaming.Refused."""
        document, project = self._at(uri)
        if document is None or project is None:
            raise renaming.Refused(document.outside if document is not None and document.outside else _NOT_OURS)
        file = document.file
        name = renaming.renamable(file, file.lines.offset(position), project.flow_of(file))
        return file.lines.range(name.start, name.end), name.name

    def rename(self, uri: str, position: Position, new: str) -> dict[str, list[tuple[Range, str]]]:
        """What to write where, by file. Raises renaming.Refused."""
        document, project = self._at(uri)
        if document is None or project is None:
            raise renaming.Refused(document.outside if document is not None and document.outside else _NOT_OURS)
        file, flow = document.file, project.flow_of(document.file)
        scripts = project.scripts_about(flow.path) if flow is not None else []
        paths = [flow.path if flow is not None else "", *(each.path for each in scripts)]

        def judge(instead: Mapping[str, str]) -> tuple[Diagnostic, ...]:
            try:
                found = [error for path in filter(None, paths) for error in project.check(path, instead).errors]
            except Outside as outside:
                raise renaming.Refused(str(outside)) from outside
            return tuple(dict.fromkeys(found))

        edits = renaming.rename(file, file.lines.offset(position), new, flow, scripts, judge)
        found: dict[str, list[tuple[Range, str]]] = {}
        for edit in edits:
            found.setdefault(self.uri_of(project, edit.file.path), []).append(_written(edit))
        return found

    def fixes(self, uri: str, asked: Range) -> list[tuple[Fix, Finding, Range]]:
        """What can be written in place of what is wrong in a range, which may be a place alone."""
        document, project = self._at(uri)
        if document is None or project is None:
            return []
        file = document.file

        def judge(text: str) -> tuple[Diagnostic, ...]:
            return project.check(file.path, {file.path: text}).diagnostics

        try:
            found = project.check(file.path).diagnostics  # of the text as it is: what was said last may be of another
            wrong = [each for each in found if each.path == file.path and _meets(file.lines.range_of(each.span), asked)]
            fixed = list(fixes(file.lines, wrong, found, judge))
        except Outside:
            return []
        return [
            (each, self._finding(project, file, uri, each.diagnostic), file.lines.range_of(each.edit.span))
            for each in fixed
        ]

    def symbols(self, uri: str) -> tuple[tuple[Symbol, ...], File] | None:
        document, _ = self._at(uri)
        return None if document is None else (symbols(document.file), document.file)

    def version_of(self, uri: str) -> int | None:
        return self.documents[uri].version if uri in self.documents else None

    def _at(self, uri: str) -> tuple[Document | None, Project | None]:
        document = self.documents.get(uri)
        if document is None or not document.is_ours:
            return None, None
        return document, document.project

    def _places(self, project: Project, found: Iterable[Found]) -> list[tuple[str, Range]]:
        return [
            (self.uri_of(project, each.file.path), each.file.lines.range(each.name.start, each.name.end))
            for each in found
        ]


_UNKNOWN = (("", 0, 0),)
_NOT_OURS = "this file is no flow and no file of call scripts"


def _meets(one: Range, other: Range) -> bool:
    return one.start <= other.end and other.start <= one.end


def _written(edit: Edit) -> tuple[Range, str]:
    return edit.file.lines.range(edit.start, edit.end), edit.text


def _says_it_is_ours(document: Document) -> bool:
    """Whether a file says that it is a flow, whose project cannot be known."""
    if document.place is None:
        return False
    return is_ours(Config(Path("/"), ".", "-"), document.place.name, document.file.text)
