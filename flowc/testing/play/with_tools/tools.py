"""The generated tools of a flow, and what they share with those of others, from the disk; and where in them something
went wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from flowc import disk
from flowc.config import Config
from flowc.diagnostics import Diagnostic, cut, in_order
from flowc.discovery import SourceError
from flowc.emit.line import shared, tools
from flowc.source import Source, Span
from flowc.testing.generated import differs, note
from flowc.testing.project import Loaded
from flowc.testing.result import Place
from flowc.testing.script.model import Scripts


class ToolsFailed(Exception):
    """The agent's side cannot go on. The message is a sentence; `traceback` Python's own text, if there is one, and
    `near` what else the line that it is about begins with.
    """

    def __init__(self, message: str, traceback: str = "", near: str = "") -> None:
        super().__init__(cut(message))
        self.traceback = traceback
        self.near = near


@dataclass(frozen=True, slots=True)
class Tools:
    """A generated module, and the one that it imports. `call_class` is the name of its class that stands for a call."""

    path: str
    text: str
    call_class: str
    shared: Shared
    root: Path = Path()  # of their project

    @property
    def contract(self) -> str:
        """The fingerprint that they say they have."""
        found = re.search(r'^CONTRACT = "(\w*)"', self.text, re.MULTILINE)
        return found[1] if found else ""

    @property
    def watch_the_model(self) -> bool:
        """Whether a turn in which the model says nothing is one that it does not answer."""
        return "self._phone_call.watch(" in self.text

    def place(self, failed: ToolsFailed) -> Place:
        """The innermost line of them that had to do with it; the first if none is known."""
        either = "|".join(map(re.escape, (self.path, self.shared.path)))
        places = re.findall(rf'File "({either})", line (\d+)', failed.traceback)
        if failed.near:
            texts = enumerate(self.text.splitlines(), 1)
            places += [(self.path, number) for number, text in texts if text.lstrip().startswith(failed.near)][:1]
        path, line = places[-1] if places else (self.path, 1)
        return Place(path, Span(int(line), 1, int(line), 2))


@dataclass(frozen=True, slots=True)
class Shared:
    """What the tools of all flows share: a module, by the name that they import it by."""

    path: str
    text: str
    module: str = shared.MODULE


def read(config: Config, loaded: Loaded, *, edited: bool = False) -> tuple[Loaded, dict[str, Tools]]:
    """The tools of every flow that is played and has an agent, by the flow's path; and what is played, without those
    that are not what the flow generates. With `edited` they are played as they are, and the note speaks of all files.

    Raises SourceError for tools that have not been generated.
    """
    if all(file.flow.agent is None for file in loaded.files):
        return loaded, {}
    generated = _Generated(config)
    common = generated.read(shared.FILE)
    differs_everywhere = differs(common.path, common.content, shared.text(), "flowc") if common is not None else None
    found: dict[str, Tools] = {}
    played: list[Scripts] = []
    differing: dict[str, Diagnostic] = {}
    for file in loaded.files:
        if file.flow.agent is None:
            played.append(file)
            continue
        name, wanted = tools.emit(file.flow)
        own = generated.read(name)
        if own is None or common is None:
            continue
        call_class = tools.class_name(file.flow.name)
        found[file.flow.path] = Tools(own.path, _text(own), call_class, Shared(common.path, _text(common)), config.root)
        differs_here = differs(own.path, own.content, wanted, file.flow.path)
        notes = [note(common.path, "flowc")] if differs_everywhere else []
        notes += [note(own.path, file.flow.path)] if differs_here else []
        if edited or not notes:
            played.append(_noted(file, notes))
        differing |= {each.path: each for each in (differs_everywhere, differs_here) if each and not edited}
    if generated.missing:
        raise SourceError("\n".join(generated.missing))
    diagnostics = in_order([*loaded.diagnostics, *differing.values()])
    return Loaded(tuple(played), diagnostics, {**loaded.sources, **generated.found}), found


class _Generated:
    """What has been read of what was generated, and why the rest could not be."""

    def __init__(self, config: Config) -> None:
        self.found: dict[str, Source] = {}  # of which nothing but text is shown
        self.missing: dict[str, None] = {}
        self._config = config

    def read(self, name: str) -> Source | None:
        path = f"{self._config.out}/{name}"
        try:
            content = disk.read(self._config.root, path)
        except FileNotFoundError:
            self.missing[f"{path} has not been generated: run `flowc build`"] = None
        except OSError as error:
            self.missing[f"{path}: {disk.told(error)}"] = None
        else:
            self.found[path] = Source(path, content.decode("utf-8", "replace").encode())
            return Source(path, content)
        return None


def _text(source: Source) -> str:
    return source.content.decode("utf-8", "replace")


def _noted(file: Scripts, notes: list[str]) -> Scripts:
    noted = "; ".join(filter(None, (file.scenario.note, *notes)))
    return replace(file, scenario=replace(file.scenario, note=noted))
