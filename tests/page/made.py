"""Pages as the commands make them, without the disk: a flow of the gallery with its call scripts, and hostile ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from flowc.config import load_for
from flowc.ir import Flow
from flowc.ir.hours import OpenOn
from flowc.page import Checked, of_flow
from flowc.simulator.engine import Engine
from flowc.source import Source, Span
from flowc.testing.play.batch import play
from flowc.testing.project import about, load
from flowc.testing.result import Failure, Run
from tests.conftest import ROOT


class Played(NamedTuple):
    flow: Flow
    run: Run
    sources: Mapping[str, str]


@cache
def played(name: str) -> Played:
    """A flow of the gallery, its calls as they are played by `flowc test`, and the texts of all files."""
    path = f"flows/{name}.yaml"
    config = load_for((str(ROOT / path),), ROOT)
    loaded = load(config, [str(ROOT / each) for each in about(config, path)])
    assert not loaded.diagnostics
    with Engine() as engine:
        run = play(engine, loaded.files)
    return Played(loaded.files[0].flow, run, texts(loaded.sources.values()))


def texts(sources: Iterable[Source]) -> dict[str, str]:
    return {source.path: source.content.decode() for source in sources}


def page(name: str, **others: Any) -> str:
    """The whole page of a flow of the gallery; `others` are of `Checked`."""
    flow, run, sources = played(name)
    return of_flow(flow, dataclasses.replace(Checked(run.calls, run.coverage), **others), sources)


def failing(name: str, expected: str = "caller with: nobody") -> Run:
    """Its calls, the last of which fails at its end."""
    run = played(name).run
    *others, last = run.calls
    _, _, place = last.marks[-1]
    failure = Failure(place, last.ended_ms, expected, "caller with: agent")
    return dataclasses.replace(run, calls=(*others, dataclasses.replace(last, failures=(failure,))))


Value = TypeVar("Value")
_KEPT = (OpenOn, Enum, Span)
"""Days and times are read: no flow has others."""
_WORDS = frozenset({"event", "t", "type", "level"})


def with_text(value: Value, more: str) -> Value:
    """The same, with more in each of its texts: names stay the same among themselves."""
    made: Any = value
    if isinstance(value, _KEPT) or value is None:
        return made
    if isinstance(value, str):
        made = f"{value}{more}"
    elif isinstance(value, tuple | list):
        made = type(value)(with_text(each, more) for each in value)
    elif isinstance(value, dict):
        made = {key: each if key in _WORDS else with_text(each, more) for key, each in value.items()}
    elif isinstance(value, msgspec.Struct):
        fields = {name: with_text(getattr(value, name), more) for name in value.__struct_fields__}
        made = msgspec.structs.replace(value, **fields)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {each.name: with_text(getattr(value, each.name), more) for each in dataclasses.fields(value)}
        made = dataclasses.replace(value, **fields)
    return made


def hostile_page(name: str, more: str) -> str:
    """The page of a flow in which every text has this in it: of the flow, of calls, of failures and of sources."""
    flow, _, sources = played(name)
    run = with_text(failing(name), more)
    texts = {f"{path}{more}": f"{text}{more}" for path, text in sources.items()}
    return of_flow(with_text(flow, more), Checked(run.calls, run.coverage), texts)


