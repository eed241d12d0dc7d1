"""Every field of the IR is compared: nothing of a flow can change in silence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, get_args, get_type_hints

import pytest
from msgspec import Struct
from msgspec.structs import replace

from flowc.compiler import compile_flows
from flowc.ir import Flow, Group, OpenOn, Text, Transfer, steps_of
from flowc.review.of_flow import EVERY, WHOLE, changes
from flowc.review.places import same
from flowc.source import Source, Span
from tests.conftest import ROOT


def types_in(hint: Any) -> Iterator[type]:
    """The classes of the IR that a type hint names, however deep."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        yield hint
    yield from chain.from_iterable(map(types_in, get_args(hint)))


def reachable() -> set[type]:
    found: set[type] = set()
    left: list[type] = [Flow]
    while left:
        kind = left.pop()
        if kind not in found:
            found.add(kind)
            left += chain.from_iterable(map(types_in, get_type_hints(kind).values()))
    return found


def is_place(hint: Any) -> bool:
    return set(get_args(hint) or (hint,)) <= {Span, type(None)}


def test_every_type_of_the_ir_is_compared_by_fields_or_shown_as_a_whole() -> None:
    assert EVERY.keys() | WHOLE == reachable()
    assert not EVERY.keys() & WHOLE


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_field_is_in_one_aspect(kind: type) -> None:
    fields = {name for name, hint in get_type_hints(kind).items() if not is_place(hint)}
    compared = [field for each in EVERY[kind] for field in each.fields]
    assert sorted(compared) == sorted(set(compared)), "twice"
    assert fields - set(compared) == set(), "never compared"
    assert set(compared) <= set(kind.__struct_fields__), "not there"  # type: ignore[attr-defined]


FLOWS = (
    "tests/flows/ok/every_key.yaml",
    "tests/flows/ok/several_agents.yaml",
    "tests/flows/ok/every_language.yaml",
    "flows/warm_transfer.yaml",
    "flows/owner_line.yaml",
    "flows/appointment.yaml",
)


def compiled(path: str) -> Flow:
    result = compile_flows([Source(path, (ROOT / path).read_bytes())])
    assert not result.diagnostics, result.diagnostics
    [flow] = result.flows
    return flow


def others(value: Any, owner: type, field: str, flow: Flow) -> Iterator[Any]:
    """A value of a field that is another one. Targets are looked up, so those that are named have to be there."""
    if (owner, field) == (Group, "targets") and isinstance(value, str):
        names = [target.name for target in flow.targets]
        yield names[(names.index(value) + 1) % len(names)]
    elif (owner, field) == (OpenOn, "written"):
        yield "sat" if value[0].isalpha() else "2031-01-01"
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1000
    elif isinstance(value, float):
        yield value + 1
    elif isinstance(value, str):
        yield type(value)("busy" if value == "declined" else "declined") if type(value) is not str else f"{value}0"
    elif value is None:
        yield from ("other", 1000, Text(("other",)))
    elif isinstance(value, tuple) and value:
        yield value[:-1]
        if len(value) > 1:
            yield (*value[1:], value[0])


def edits(value: Any, owner: type, field: str, flow: Flow) -> Iterator[tuple[str, Any]]:
    """Each value below this one in turn, as another, in what it stands in."""
    if isinstance(value, Span):
        return
    if isinstance(value, Struct):
        hints = get_type_hints(type(value))
        for name in value.__struct_fields__:
            if is_place(hints[name]) or (field, name) == ("items", "name"):  # which is made up
                continue
            for where, other in edits(getattr(value, name), type(value), name, flow):
                yield where or f"{type(value).__name__}.{name}", replace(value, **{name: other})
        return
    if isinstance(value, tuple):
        for number, each in enumerate(value):
            for where, other in edits(each, owner, field, flow):
                yield where, (*value[:number], other, *value[number + 1 :])
    yield from (("", other) for other in others(value, owner, field, flow) if fits(other, owner, field))


def fits(value: Any, owner: type, field: str) -> bool:
    """Whether a field may hold it, as its type says, as far as that matters here."""
    hint = get_type_hints(owner)[field]
    kinds = {each for each in (hint, *get_args(hint)) if isinstance(each, type)}
    if isinstance(value, str):
        return any(issubclass(each, str) for each in kinds) or "str" in repr(hint) or "Literal" in repr(hint)
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, (int, float)):
        return bool(kinds & {int, float}) or "int" in repr(hint)
    return not isinstance(value, Text) or Text in kinds


def follows_from_others(where: str, flow: Flow, other: Flow) -> bool:
    """What cannot differ alone: where a transfer stands, which actions an agent has that is the only one, and in which
    order targets are like others.
    """
    if where == "Flow.likes" and {*flow.likes} == {*other.likes}:
        return True
    return where == "Transfer.is_placed" or (where == "Agent.actions" and not flow.agents)


@pytest.mark.parametrize("path", FLOWS)
def test_any_field_that_differs_gives_a_sentence_of_its_own(path: str) -> None:
    flow = compiled(path)
    tried, silent = set(), []
    for where, other in edits(flow, Flow, "", flow):
        if same(flow, other) or is_broken(other) or follows_from_others(where, flow, other):
            continue
        for old, new in ((flow, other), (other, flow)):
            found = [each.sentence for each in changes(old, new)]
            if not found or any(" has another `" in each for each in found):
                silent.append((where, found))
        tried.add(where)
    assert silent == []
    assert len(tried) > 40


def is_broken(flow: Flow) -> bool:
    """What is named must be there: it is looked up."""
    declared = {target.name for target in flow.targets}
    return any(set(transfer.targets()) - declared for transfer in steps_of(flow, Transfer))
