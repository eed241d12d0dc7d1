"""Call scripts of a project, from the disk: which files are meant, the flows they are about, and what was generated.

The only module of `flowc.testing` that reads files. Everything that keeps a script from being played is a diagnostic.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from flowc.compiler import Compiled, compile_flows
from flowc.config import Config
from flowc.diagnostics import Diagnostic, Related, in_order, quoted
from flowc.discovery import (
    CALL_SCRIPTS,
    NOT_FROM_STDIN,
    STDIN,
    SUFFIXES,
    SourceError,
    has_flows,
    in_project,
    near,
    not_followed,
    read_source,
    select,
)
from flowc.discovery import search as search_flows
from flowc.disk import Kind, kind, read, told
from flowc.parse.ignores import in_call_scripts
from flowc.source import Source
from flowc.testing.files import search
from flowc.testing.generated import differs, note
from flowc.testing.script.decode import decode
from flowc.testing.script.known import listed_once
from flowc.testing.script.model import Scenario, Scripts
from flowc.testing.script.parse import Outline, outline
from flowc.testing.script.resolve import scripts

Reader = Callable[[Config, str], Source]
"""What a file of a project holds. Raises SourceError."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What can be played, what is wrong with the rest, and the text of every file by path, for reports."""

    files: tuple[Scripts, ...]
    diagnostics: tuple[Diagnostic, ...]
    sources: dict[str, Source]
    warnings: tuple[Diagnostic, ...] = ()


def load(config: Config, paths: Iterable[str] = (), *, edited: bool = False) -> Loaded:
    """The call scripts of these flows, files and folders (none: of the folder of the flows). With `edited`, scenarios
    may be other than what their flows generate.

    Raises SourceError for a path that is nothing of the kind.
    """
    return _load(config, _names(config, tuple(paths)), to_play=True, edited=edited)


def about(config: Config, flow: str) -> list[str]:
    """The call scripts beside a flow, and below its folder, that are about it."""
    folder = os.path.dirname(flow)
    return [name for name in search(config, folder or ".") if outline(read_source(config, name)).flow == flow]


def check(config: Config, names: Iterable[str], source_of: Reader = read_source) -> Loaded:
    """What is wrong with these files of call scripts, and with their flows. It does not matter what was generated.
    `source_of` says what a file holds: on the disk, or in an editor.
    """
    return _load(config, names, to_play=False, source_of=source_of)


def unscripted(config: Config, loaded: Loaded) -> tuple[str, ...]:
    """The flows of the project that no call script is about, by path."""
    return tuple(source.path for source in select(config, ()).sources if source.path not in loaded.sources)


def _load(
    config: Config, names: Iterable[str], to_play: bool, edited: bool = False, source_of: Reader = read_source
) -> Loaded:
    outlines = [outline(source_of(config, name)) for name in names]
    flows = {one.flow: _flow(config, one.flow, source_of) for one in outlines if one.root is not None and one.flow}
    sources = [flow for flow in flows.values() if isinstance(flow, Source)]
    compiled = compile_flows(sources, ())
    unread = {name: flow for name, flow in flows.items() if not isinstance(flow, Source)}
    loader = _Loader(config, compiled, unread, source_of, to_play, edited)
    files = [found for one in outlines if (found := loader.scripts(one)) is not None]
    found_wrong = [*(each for one in outlines for each in one.problems.found), *loader.differing.values()]
    diagnostics = in_order([*found_wrong, *_of_flows(compiled.diagnostics, loader.unplayed)])
    known = {source.path: source for source in [*(one.source for one in outlines), *sources]}
    known |= loader.generated
    warnings = in_order(found for one in outlines for found in in_call_scripts(one.source) if one.root is not None)
    return Loaded(tuple(files), diagnostics, known, warnings)


def _of_flows(found: Iterable[Diagnostic], unplayed: Iterable[Outline]) -> Iterator[Diagnostic]:
    """What is wrong with flows, which the first of it says of a flow is why call scripts about it are not played."""
    waiting: dict[str, list[Related]] = {}
    for one in unplayed:
        waiting.setdefault(one.flow, []).append(Related(one.flow_span, "so this is not played", one.source.path))
    for each in found:
        yield replace(each, related=(*each.related, *waiting.pop(each.path, [])[:_MOST_NAMED]))


_MOST_NAMED = 3  # call scripts of one flow


class _Loader:
    def __init__(
        self,
        config: Config,
        compiled: Compiled,
        unread: dict[str, tuple[str, str]],
        source_of: Reader,
        to_play: bool,
        edited: bool,
    ) -> None:
        self.config = config
        self.compiled = compiled
        self.unread = unread  # flows -> what is wrong with the file, and what to write instead
        self.source_of = source_of
        self.to_play = to_play
        self.edited = edited
        self.generated: dict[str, Source] = {}  # what was read of it
        self.differing: dict[str, Diagnostic] = {}
        self.unplayed: list[Outline] = []  # because of their flow, which has errors
        self.flows = {flow.path: flow for flow in compiled.flows}

    def scripts(self, one: Outline) -> Scripts | None:
        """The calls of a file; None, with the reason among its problems, if they cannot be played."""
        problems = one.problems
        flow = self.flows.get(one.flow)
        if flow is None:
            decode(one, None)
            listed_once(problems)
            self._as_there_is_one(one)
        if one.root is None or not one.flow:
            return None
        if one.flow in self.unread:
            message, hint = self.unread[one.flow]
            if message == _NO_FLOW:  # where a script leads out of its folder, it names the flow as seen from there
                message = f"{message} {quoted(one.named if one.named.startswith('..') else one.flow, 200)}"
            problems.add(one.flow_span, "FLOW501", message, _meant_flow(self.config, one, self.source_of) or hint)
            return None
        if flow is None:
            if not self.to_play:
                return None
            self.unplayed.append(one)
            return None
        calls = scripts(one, flow)
        if not self.to_play:
            return None
        name = f"{flow.name}/{flow.name}.voxengine.js"
        path = f"{self.config.out}/{name}"
        try:
            content = read(self.config.root, path)
        except FileNotFoundError:
            problems.add(one.flow_span, "FLOW502", f"{path} has not been generated", "run `flowc build`")
            return None
        except OSError as error:
            hint = "move it away, and run `flowc build`"
            problems.add(one.flow_span, "FLOW502", f"{path} cannot be played: {told(error)}", hint)
            return None
        text = content.decode("utf-8", "replace")
        self.generated[path] = Source(path, text.encode())
        differing = differs(path, content, self.compiled.artifacts.get(name, ""), flow.path)
        if differing is not None and not self.edited:
            self.differing[path] = differing
            return None
        scenario = Scenario(path, text, note(path, flow.path) if differing is not None else "")
        return None if problems.found else Scripts(one.source.path, flow, scenario, calls)

    def _as_there_is_one(self, one: Outline) -> None:
        """What is not even a file's name may be meant for one that is there, and for no other."""
        for number, found in enumerate(one.problems.found):
            if one.named and not one.flow and found.span == one.flow_span and found.code == "FLOW104":
                hint = _meant_flow(self.config, one, self.source_of) or _NAME_IT
                one.problems.found[number] = found.hinted(hint)


_NAME_IT = "name the flow's file, as seen from the folder of this one"
_NO_FLOW = "there is no flow"
_FLOW = re.compile(rb"^flow:[ ]*[\"']?(\w+)", re.MULTILINE)


def _meant_flow(config: Config, one: Outline, source_of: Reader) -> str:
    """A hint, or nothing: which of the project's flows is probably meant, by its path, its file's name, or its own."""
    from flowc.suggest import meant_word, nearest

    if kind(config.root, config.flows) is not Kind.FOLDER:
        return ""
    folder = posixpath.dirname(one.source.path) or "."
    known: dict[str, str] = {}
    bare: dict[str, str] = {}
    try:
        for path in search_flows(config, config.flows):
            if path.endswith(CALL_SCRIPTS):
                continue
            written = posixpath.relpath(path, folder)
            for name in (written, path, posixpath.basename(path)):
                known.setdefault(name, written)
            for name in (posixpath.basename(path).rpartition(".")[0], *_own_name(config, path, source_of)):
                bare.setdefault(name, written)
    except SourceError:
        return ""
    if one.named in known:
        return meant_word(known[one.named])
    name = posixpath.basename(one.named).partition(".")[0]
    found = name if name in bare else nearest(name, bare)
    return meant_word(bare[found]) if found else ""


def _own_name(config: Config, path: str, source_of: Reader) -> Iterator[str]:
    """What a flow calls itself, as far as that can be read."""
    try:
        found = _FLOW.search(source_of(config, path).content)
    except SourceError:
        return
    if found is not None:
        yield found[1].decode()


def _flow(config: Config, name: str, source_of: Reader) -> Source | tuple[str, str]:
    """The flow's file, or why that cannot be read, and what to write instead."""
    shown, hint = quoted(name, 200), _NAME_IT
    if name.startswith(("../", "/")):
        return f"{shown} is outside the project", hint
    if name.endswith(CALL_SCRIPTS):
        return f"{shown} is a call script, not a flow", hint
    if not name.endswith(SUFFIXES):
        return f"{shown} is not a flow file: their names end in .yaml or .yml", hint
    try:
        return source_of(config, name)
    except SourceError as trouble:
        reason = trouble.__cause__
        if isinstance(reason, OSError) and not isinstance(reason, FileNotFoundError | NotADirectoryError):
            return f"{shown} cannot be read: {told(reason)}", hint
        return _NO_FLOW, hint


def _names(config: Config, paths: tuple[str, ...]) -> list[str]:
    if not paths:
        has_flows(config)
    if STDIN in paths:
        raise SourceError(NOT_FROM_STDIN)
    found: set[str] = set()
    troubles: list[str] = []
    for path in paths:
        try:
            found.update(_meant(config, in_project(config, path), path))
        except SourceError as trouble:
            troubles.append(str(trouble))
    if troubles:
        raise SourceError("\n".join(troubles))
    return sorted(found if paths else _meant(config, config.flows, config.flows))


def _meant(config: Config, path: str, shown: str) -> list[str]:
    """The call scripts that a path means: itself, those in the folder, or those beside a flow that are about it.
    `shown` is how it was typed.
    """
    not_followed(config, path, shown)
    found = kind(config.root, path)
    if found is Kind.FOLDER:
        names = list(search(config, path))
        if not names:
            raise SourceError(f"{shown}: no call scripts (*.calls.yaml) in this folder")
        return names
    if found is Kind.NOTHING:
        raise SourceError(f"{shown}: no such file or directory{near(config, path, call_scripts=True)}")
    if path.endswith(CALL_SCRIPTS):
        return [path]
    if not path.endswith(SUFFIXES):
        raise SourceError(f"{shown}: neither a call script nor a flow: their names end in .yaml or .yml")
    names = about(config, path)
    if not names:
        raise SourceError(f"{shown}: no call script beside this flow is about it")
    return names
