"""What holds for every shape of the grammars, found by walking over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from flowc.compiler import compile_flows
from flowc.language import calls_grammar, grammar
from flowc.language.shapes import Field, Named, Refused, Text
from flowc.language.steps import STEP
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
    elif is_dataclass(shape):
        yield shape
        inner = [getattr(shape, each.name) for each in fields(shape)]
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
    assert {"`sensitive`", "`start_agent`", "outcome `machine`"} <= {each.message.split(" is ")[0] for each in PLANNED}


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
