"""What a shell completes besides commands, options and paths: error codes, references, examples, the calls of scripts,
and the hours of a flow.

Nothing of it may fail or take long: where something cannot be read, there is nothing to complete.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completing(
    named: Callable[[click.Context], Iterable[tuple[str, str]]],
) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """`named` gives names, each with a sentence, by what stands before them. What was typed is the beginning of one:
    shells write what all that is offered begins with in its place.
    """

    def complete(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        try:
            found = list(named(context))
        except Exception:  # a shell that shows an error while somebody types is of no use
            return []
        wanted = typed.lower()
        return [CompletionItem(_written(name), help=about) for name, about in found if name.lower().startswith(wanted)]

    return complete


def _written(name: str) -> str:
    """Bash writes what it is given as it is, so that a name with a space would become two words; what click has told it
    to do with the answer takes one backslash of each away. Other shells quote by themselves.
    """
    if os.environ.get("_FLOWC_COMPLETE") != "bash_complete":
        return name
    typed = os.environ.get("COMP_WORDS", "").split("\n")[-1]
    shown = name if typed.startswith(('"', "'")) else re.sub(r"([^\w%+,./:=@-])", r"\\\1", name)
    return shown.replace("\\", "\\\\")


def _codes(_context: click.Context) -> Iterable[tuple[str, str]]:
    from flowc.catalogue import CATALOGUE

    return ((rule.code, rule.title) for rule in CATALOGUE.values())


def _documents(_context: click.Context) -> Iterable[tuple[str, str]]:
    from flowc.references import DOCUMENTS

    return ((name, of.about) for name, of in DOCUMENTS.items())


def _examples(_context: click.Context) -> Iterable[tuple[str, str]]:
    from flowc.references import examples

    return examples().items()


def _calls(_context: click.Context) -> Iterable[tuple[str, str]]:
    """The names of the calls of all scripts of the project."""
    from flowc.config import load_for
    from flowc.disk import read
    from flowc.source import Source
    from flowc.testing.files import search
    from flowc.testing.script.parse import outline

    config = load_for((), Path.cwd())
    for path in search(config, config.flows):
        for call in outline(Source(path, read(config.root, path))).calls:
            yield call.name.text, path


def _hours(context: click.Context) -> Iterable[tuple[str, str]]:
    """Those of the flow that stands before them, as far as it can be read."""
    from flowc.config import load_for
    from flowc.diagnostics import Problems
    from flowc.discovery import in_project
    from flowc.disk import read
    from flowc.nodes import Mapping, Scalar
    from flowc.parse.yaml_tree import parse
    from flowc.source import Source

    path = context.params["path"]
    config = load_for((path,), Path.cwd())
    seen = in_project(config, path)
    root = parse(Source(seen, read(config.root, seen)), Problems(seen))
    declared = root.entries["hours"][1] if isinstance(root, Mapping) and "hours" in root.entries else None
    for name, (_, hours) in declared.entries.items() if isinstance(declared, Mapping) else ():
        zone = hours.entries["timezone"][1] if isinstance(hours, Mapping) and "timezone" in hours.entries else None
        yield name, zone.text if isinstance(zone, Scalar) else ""


codes = _completing(_codes)
documents = _completing(_documents)
examples = _completing(_examples)
calls = _completing(_calls)
hours = _completing(_hours)
