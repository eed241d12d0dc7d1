"""The generated tools, from the disk: what is played is the file as it is, also when somebody has edited it."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from flowc.config import Config
from flowc.discovery import SourceError
from flowc.emit import line
from flowc.source import Span
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


class Caught(logging.Handler):
    """What the tools log: of the exceptions in it, which they keep from the model, and from whoever plays them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first: ToolsFailed | None = None

    def emit(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if error is not None and self.first is None:
            name = record.args[0] if isinstance(record.args, tuple) and record.args else ""
            text = "".join(traceback.format_exception(error))
            self.first = ToolsFailed(f"the tool `{name}` failed: {_told(error)}", text)


@dataclass(frozen=True, slots=True)
class Tools:
    """A generated module. `call_class` is the name of the class in it that stands for a call."""

    path: str
    text: str
    call_class: str

    def load(self) -> Callable[[Any], Any]:
        """The class. Raises ToolsFailed if the module cannot be run, or has no such class."""
        module = ModuleType(self.path.rpartition("/")[2].removesuffix(".py"))
        logging.getLogger(module.__name__).handlers[:] = [logging.NullHandler()]  # what they log is not our output
        try:
            exec(compile(self.text, self.path, "exec", dont_inherit=True), module.__dict__)
        except (Exception, SystemExit) as error:
            raise ToolsFailed(f"they cannot be imported: {_told(error)}", traceback.format_exc()) from error
        if not hasattr(module, self.call_class):
            raise ToolsFailed(f"they have no class {self.call_class}")
        found: Callable[[Any], Any] = getattr(module, self.call_class)
        return found

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


def _told(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(":")


def read(config: Config, files: Iterable[Scripts]) -> tuple[list[Scripts], dict[str, Tools]]:
    """The tools of every flow that is played, by the flow's path; and the scripts, whose note now speaks of both
    files. Raises SourceError for tools that have not been generated.
    """
    found: dict[str, Tools] = {}
    missing: dict[str, None] = {}
    noted: list[Scripts] = []
    for file in files:
        name, wanted = line.emit(file.flow)
        path = f"{config.out}/{name}"
        try:
            text = (config.root / path).read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            missing[f"{path} has not been generated: run `flowc build`"] = None
            continue
        except OSError as error:
            missing[f"{path}: {(error.strerror or str(error)).lower()}"] = None
            continue
        found[file.flow.path] = Tools(path, text, line.class_name(file.flow.name))
        noted.append(_noted(file, path, text.replace("\r\n", "\n") == wanted))
    if missing:
        raise SourceError("\n".join(missing))
    return noted, found


def _noted(file: Scripts, path: str, as_generated: bool) -> Scripts:
    if as_generated:
        return file
    note = f"{path} is not what {file.flow.path} generates now: edited by hand, or `flowc build` is due"
    notes = "; ".join(filter(None, (file.scenario.note, note)))
    return replace(file, scenario=replace(file.scenario, note=notes))
