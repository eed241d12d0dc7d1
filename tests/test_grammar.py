"""What holds for every shape of the grammars, found by walking over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType, NoneType, UnionType
from typing import Any, ForwardRef, Union, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct

from flowc.compiler import compile_flows
from flowc.language import located, shapes
from flowc.language.calls import grammar as calls_grammar
from flowc.language.calls import syntax as calls_syntax
from flowc.language.flow import grammar, syntax
from flowc.language.flow.steps import STEP
from flowc.language.shapes import (
    Anything,
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
    OneKey,
    Record,
    Refused,
    Shape,
    Text,
    Variable,
    Word,
)
from flowc.nodes import Broken, Scalar, Sequence
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
REFUSED = [each for each in (*OF_FLOWS, *OF_SCRIPTS) if isinstance(each, Refused)]


def test_everything_is_walked_over() -> None:
    assert {each.name for each in OF_FLOWS if isinstance(each, Named)} == grammar.SHAPES.keys()
    told = " ".join(each.message for each in REFUSED)
    assert "`stays` is called" in told  # in flows
    assert "`tried` is a list" in told  # in call scripts


def test_every_shape_can_be_decoded() -> None:
    """Shapes are decoded by a table, which the type checker does not hold against their union."""
    assert set(DECODED) == set(get_args(shapes.Shape))


def test_a_fraction_stands_beside_the_type_number_and_nowhere_else() -> None:
    """By that word `json_line` knows that one may be there, which msgspec writes in another way than Python does."""
    records = [each for each in OF_FLOWS if isinstance(each, Record)]
    others = set(map(id, records))
    with_fractions = [
        record
        for record in records
        if any(isinstance(part, Number) for field in record.fields for part in parts(field.shape, set(others)))
    ]
    assert with_fractions
    assert {record.by_key["type"].shape for record in with_fractions} == {Word(("number",))}
    inside = {id(part) for record in with_fractions for part in parts(record.fields, set(others))}
    assert {id(each) for each in OF_FLOWS if isinstance(each, Number)} <= inside


@pytest.mark.parametrize("shape", REFUSED, ids=lambda shape: shape.message)
def test_what_is_refused_says_what_to_write(shape: Refused) -> None:
    """To take something out is no advice, unless it is said what happens then."""
    start, _, then = shape.hint.partition("take it out")
    assert shape.hint
    assert start or len(then.strip(":, ").split()) >= 3, shape.hint


@pytest.mark.parametrize(
    ("step", "hint"),
    [("play", "prompts: {PROMPT: {play: "), ("send_digits", "digits: [2s, "), ("record", "{take_message: ")],
)
@pytest.mark.parametrize("written", ["{}", "{{{}: x}}", "{{{}: {{a: b}}}}", "{{{}: }}"])
def test_what_is_no_step_says_what_to_write_instead_however_it_is_written(step: str, hint: str, written: str) -> None:
    assert step not in STEP.by_key
    source = Source("flow.yaml", FLOW.replace("STEP", written.format(step)).encode())
    [found] = compile_flows([source]).diagnostics
    assert found.code in ("FLOW101", "FLOW201")
    assert hint in found.hint


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


@pytest.mark.parametrize(
    ("found", "named", "syntax"),
    [(OF_FLOWS, grammar.SHAPES, syntax), (OF_SCRIPTS, calls_grammar.SHAPES, calls_syntax)],
    ids=["flows", "call scripts"],
)
def test_every_record_is_decoded_to_a_class_with_its_fields(
    found: list[Any], named: Mapping[str, Shape], syntax: ModuleType
) -> None:
    records = [each for each in found if isinstance(each, Record)]
    made = {each.make for each in records}
    classes = {each for each in vars(syntax).values() if isinstance(each, type) and issubclass(each, located.Located)}
    assert made == {*classes, located.Section} - {located.Located}
    for make in made - {located.Section}:
        hints = get_type_hints(make)
        wanted = {"node": {Mapping_}, "key": {Scalar, NoneType}}
        for each in (each for record in records if record.make is make for each in record.fields):
            if not isinstance(each.shape, Refused):
                wanted.setdefault(each.name, set()).update(types_of(each, named))
        assert {name: options(hint) for name, hint in hints.items()} == wanted, make


def test_what_happens_in_a_call_has_a_class_for_each_key() -> None:
    """In the unions that readers go through to their end, where the type checker names what one of them forgets."""
    named = calls_grammar.SHAPES
    of_targets = {calls_grammar.STEP.make: decoded(calls_grammar.STEP.shape, named)}
    steps = {each.make: decoded(each.shape, named) for each in calls_grammar.STEP.fields}
    claims = {each.make: decoded(each.shape, named) for each in calls_grammar.EXPECT.fields}
    assert set(get_args(calls_syntax.Step)) == {*steps, *of_targets}
    assert set(get_args(calls_syntax.Claim)) == set(claims)
    for make, value in {**steps, **claims, **of_targets}.items():
        assert make is not None
        assert options(value_of(make)) == value, make


def value_of(make: type[located.Keyed[Any]]) -> Any:
    """The type of the value that such a class has."""
    [base] = vars(make)["__orig_bases__"]
    [value] = get_args(base)
    # A class that is used before it is there stands in quotes.
    return vars(calls_syntax)[value.__forward_arg__] if isinstance(value, ForwardRef) else value


def types_of(each: Field, named: Mapping[str, Shape]) -> set[Any]:
    """Of the attribute that holds a field's value."""
    is_written = isinstance(each.shape, Variable) and not isinstance(each.shape.shape, Text)
    shape = each.shape.shape if is_written else each.shape
    if isinstance(shape, Duration | Word | Boolean | Integer | Number):
        found = {{Duration: int, Boolean: bool, Word: str}.get(type(shape), int)}
        found |= {float} if isinstance(shape, Number) else set()
        is_there = bool(each.default or each.required)
        optional = isinstance(shape, Integer | Number) or not is_there
        return {*({located.Written[union(found)]} if is_written else found), *({NoneType} if optional else ())}
    return {*decoded(shape, named), Broken, NoneType}


def decoded(shape: Any, named: Mapping[str, Shape]) -> set[Any]:
    """What a value of this shape is decoded to, in the parts of a union."""
    match shape:
        case Text():
            return {Scalar}
        case Word():
            return {str}
        case Boolean():
            return {bool}
        case Integer() | Duration():
            return {int}
        case Anything():
            return {Scalar, Sequence, Mapping_, Broken}
        case Variable(shape=Text()):
            return {Scalar}
        case Variable():
            return {located.Written[union(decoded(shape.shape, named))]}
        case ByForm():
            ways = (shape.scalar, shape.sequence, shape.mapping)
            return {each for way in ways if way is not None for each in decoded(way, named)}
        case Record(make=located.Section):
            made = {field.make for field in shape.fields if field.make}
            values = {each for field in shape.fields for each in decoded(field.shape, named)}
            return {located.Section[union(made or values)]}
        case Record():
            return {shape.make}
        case ByKey():
            others = () if shape.others is None else (shape.others,)
            return {each for kind in (*shape.kinds, *others) for each in decoded(kind, named)}
        case OneKey():
            return {shape.make, *(field.make for field in shape.fields)}
        case ByType():
            return {each for kind in shape.kinds.values() for each in decoded(kind, named)}
        case Names():
            return {located.Section[union(decoded(shape.shape, named))]}
        case List():
            return {tuple[union({*decoded(shape.item, named), Broken}), ...]}
        case Named():
            return decoded(named[shape.name], named)
        case Refused() | Field():
            return set()
    raise AssertionError(shape)


def union(parts: Iterable[Any]) -> Any:
    return Union[tuple(parts)]  # noqa: UP007


def options(hint: Any) -> set[Any]:
    return set(get_args(hint)) if get_origin(hint) in (Union, UnionType) else {hint}
