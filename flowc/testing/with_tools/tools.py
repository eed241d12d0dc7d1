"""The generated tools, from the disk, and where in them something went wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from flowc import disk
from flowc.config import Config
from flowc.diagnostics import Diagnostic, in_order
from flowc.discovery import SourceError
from flowc.emit import line
from flowc.source import Source, Span
from flowc.testing.generated import differs, note
from flowc.testing.project import Loaded
from flowc.testing.result import Place
from flowc.testing.script import Scripts


class ToolsFailed(Exception):
    """The agent's side cannot go on. The message is a sentence; `traceback` Python's own text, if there is one, and
    `near` what else the line that it is about begins with.
    """

    def __init__(self, message: str, traceback: str = "", near: str = "") -> None:
        super().__init__(message)
        self.traceback = traceback
        self.near = near


@dataclass(frozen=True, slots=True)
class Tools:
    """A generated module. `call_class` is the name of the class in it that stands for a call."""

    path: str
    text: str
    call_class: str

    @property
    def contract(self) -> str:
        """The fingerprint that they say they have."""
        found = re.search(r'^CONTRACT = "(\w*)"', self.text, re.MULTILINE)
        return found[1] if found else ""

    def place(self, failed: ToolsFailed) -> Place:
        """The innermost line of them that had to do with it; the first if none is known."""
        lines = re.findall(rf'File "{re.escape(self.path)}", line (\d+)', failed.traceback)
        if failed.near:
            texts = enumerate(self.text.splitlines(), 1)
            lines += [number for number, text in texts if text.lstrip().startswith(failed.near)][:1]
        line = int(lines[-1]) if lines else 1
        return Place(self.path, Span(line, 1, line, 2))


def read(config: Config, loaded: Loaded, *, edited: bool = False) -> tuple[Loaded, dict[str, Tools]]:
    """The tools of every flow that is played, by the flow's path; and what is played, without those that are not what
    the flow generates. With `edited` they are played as they are, and the note speaks of both files.

    Raises SourceError for tools that have not been generated.
    """
    found: dict[str, Tools] = {}
    missing: dict[str, None] = {}
    played: list[Scripts] = []
    differing: dict[str, Diagnostic] = {}
    for file in loaded.files:
        name, wanted = line.emit(file.flow)
        path = f"{config.out}/{name}"
        try:
            content = disk.read(config.root, path)
        except FileNotFoundError:
            missing[f"{path} has not been generated: run `flowc build`"] = None
            continue
        except OSError as error:
            missing[f"{path}: {disk.told(error)}"] = None
            continue
        found[file.flow.path] = Tools(path, content.decode("utf-8", "replace"), line.class_name(file.flow.name))
        differs_here = differs(path, content, wanted, file.flow.path)
        if differs_here is None:
            played.append(file)
        elif edited:
            played.append(_noted(file, path))
        else:
            differing[path] = differs_here
    if missing:
        raise SourceError("\n".join(missing))
    texts = {one.path: Source(one.path, one.text.encode()) for one in found.values()}
    diagnostics = in_order([*loaded.diagnostics, *differing.values()])
    return Loaded(tuple(played), diagnostics, {**loaded.sources, **texts}), found


def _noted(file: Scripts, path: str) -> Scripts:
    notes = "; ".join(filter(None, (file.scenario.note, note(path, file.flow.path))))
    return replace(file, scenario=replace(file.scenario, note=notes))
