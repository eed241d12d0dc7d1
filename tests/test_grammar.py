"""What holds for every shape of the grammars, found by walking over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct

from flowc.compiler import compile_flows
from flowc.language import shapes
from flowc.language.calls import grammar as calls_grammar
from flowc.language.flow import grammar, syntax
from flowc.language.flow.steps import STEP
from flowc.language.shapes import (
    Boolean,
    ByForm,
    ByKey,
    ByType,
    Duration,
    Field,
    Integer,
    List,
    Named,
    Names,
    Number,
    Record,
    Refused,
    Text,
    Word,
)
from flowc.nodes import Broken, Scalar
from flowc.nodes import Mapping as Mapping_
from flowc.parse.decode import DECODED
from flowc.source import Source

FLOW = """
flowc: 1
flow: desk
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
prompts: {hello: "Hello."}
actions:
  greet: {description: Greet., do: [{say: hello}, STEP]}
"""


def parts(shape: Any, seen: set[int]) -> Iterator[Any]:
    """Everything that a shape is made of, each once."""
    if id(shape) in seen:
        return
    seen.add(id(shape))
    if isinstance(shape, tuple | list):
        inner = list(shape)
    elif isinstance(shape, Mapping):
        inner = list(shape.values())
    elif isinstance(shape, Struct):
        yield shape
        inner = [getattr(shape, name) for name in shape.__struct_fields__]
    else:
        return
    for each in inner:
        yield from parts(each, seen)


def everything(*roots: Any) -> list[Any]:
    seen: set[int] = set()
    return [each for root in roots for each in parts(root, seen)]


OF_FLOWS = everything(grammar.FLOW, grammar.SHAPES)
OF_SCRIPTS = everything(calls_grammar.SCRIPTS, calls_grammar.SHAPES)
PLANNED = [each for each in (*OF_FLOWS, *OF_SCRIPTS) if isinstance(each, Refused) and each.code == "FLOW107"]


def test_everything_is_walked_over() -> None:
    assert {each.name for each in OF_FLOWS if isinstance(each, Named)} == grammar.SHAPES.keys()
    assert len(PLANNED) >= 25
    assert {"`sensitive`", "`start_agent`", "type `array`"} <= {each.message.split(" is ")[0] for each in PLANNED}


def test_every_shape_can_be_decoded() -> None:
    """Shapes are decoded by a table, which the type checker does not hold against their union."""
    assert set(DECODED) == set(get_args(shapes.Shape))


@pytest.mark.parametrize("shape", PLANNED, ids=lambda shape: shape.message.split(" is ")[0])
def test_what_is_planned_says_what_to_do_today(shape: Refused) -> None:
    """To take something out is no advice, unless it is said what happens then."""
    start, _, then = shape.hint.partition("take it out")
    assert shape.hint
    assert start or len(then.strip(":, ").split()) >= 3, shape.hint


@pytest.mark.parametrize("kind", [kind for kind in STEP.kinds if isinstance(kind, Field)], ids=lambda kind: kind.key)
@pytest.mark.parametrize("written", ["{}", "{{{}: x}}", "{{{}: {{a: b}}}}", "{{{}: }}"])
def test_a_planned_step_says_so_however_it_is_written(kind: Field, written: str) -> None:
    assert isinstance(kind.shape, Refused)
    source = Source("flow.yaml", FLOW.replace("STEP", written.format(kind.key)).encode())
    [found] = compile_flows([source]).diagnostics
    assert (found.code, found.message, found.hint) == ("FLOW107", kind.shape.message, kind.shape.hint)


# Names that are looked up: what is not declared is an error of another kind.
LOOKED_UP = ("the name of a", "a value of the parameter", "`hang_up`", "`ringback`")


@pytest.mark.parametrize(
    "shape",
    [each for each in OF_FLOWS if isinstance(each, Text) and not each.what.startswith(LOOKED_UP)],
    ids=lambda shape: shape.what,
)
def test_no_text_of_a_flow_takes_control_characters(shape: Text) -> None:
    right = next(text for text in (shape.example.strip('"'), "abc", "X-Abc") if shape.fits(text))
    controls = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))]
    taken = [
        letter
        for letter in controls
        for place in range(len(right) + 1)
        if shape.fits(right[:place] + letter + right[place:])
    ]
    assert set(taken) <= {"\n", "\t"}
    assert "\t" not in taken or shape.what == "a description"
    assert "\n" not in taken or shape.prose


def test_every_record_is_decoded_to_a_class_with_its_fields() -> None:
    records = [each for each in OF_FLOWS if isinstance(each, Record)]
    made = {each.make for each in records}
    classes = {each for each in vars(syntax).values() if isinstance(each, type) and issubclass(each, syntax.Located)}
    assert made == {*classes, syntax.Section} - {syntax.Located}
    for make in made - {syntax.Section}:
        hints = get_type_hints(make)
        wanted = {"node": {Mapping_}, "key": {Scalar, NoneType}}
        for each in (each for record in records if record.make is make for each in record.fields):
            if not isinstance(each.shape, Refused):
                wanted.setdefault(each.name, set()).update(types_of(each))
        assert {name: options(hint) for name, hint in hints.items()} == wanted, make


def types_of(each: Field) -> set[Any]:
    """Of the attribute that holds a field's value."""
    shape = each.shape
    if isinstance(shape, Duration | Word) and not (each.default or each.required):
        return {int if isinstance(shape, Duration) else str, NoneType}
    if isinstance(shape, Duration | Boolean | Word):
        return {{Duration: int, Boolean: bool, Word: str}[type(shape)]}
    if isinstance(shape, Integer | Number):
        return {int, float, NoneType} if isinstance(shape, Number) else {int, NoneType}
    return {*decoded(shape), Broken, NoneType}


def decoded(shape: Any) -> set[Any]:
    """What a value of this shape is decoded to, in the parts of a union."""
    match shape:
        case Text():
            return {Scalar}
        case Word():
            return {str}
        case Integer() | Duration():
            return {int}
        case ByForm():
            return {each for way in (shape.scalar, shape.sequence, shape.mapping) if way for each in decoded(way)}
        case Record(make=syntax.Section):
            return {syntax.Section[union(each for field in shape.fields for each in decoded(field.shape))]}
        case Record():
            return {shape.make}
        case ByKey():
            others = () if shape.others is None else (shape.others,)
            return {each for kind in (*shape.kinds, *others) for each in decoded(kind)}
        case ByType():
            return {each for kind in shape.kinds.values() for each in decoded(kind)}
        case Names():
            return {syntax.Section[union(decoded(shape.shape))]}
        case List():
            return {tuple[union({*decoded(shape.item), Broken}), ...]}
        case Named():
            return decoded(grammar.SHAPES[shape.name])
        case Refused() | Field():
            return set()
    raise AssertionError(shape)


def union(parts: Iterable[Any]) -> Any:
    return Union[tuple(parts)]  # noqa: UP007


def options(hint: Any) -> set[Any]:
    return set(get_args(hint)) if get_origin(hint) in (Union, UnionType) else {hint}
