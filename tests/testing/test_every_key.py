"""Whatever key the language of call scripts has, a call has it too. What the type checker does not see is here: each
value of the files that have every key is changed, one after the other, and another call is read, or it is refused.

That a judge looks at it is for `test_failing.py` to say.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import force_setattr

from flowc.compiler import compile_flows
from flowc.diagnostics import Problems
from flowc.ir import Flow
from flowc.language.calls import syntax
from flowc.language.calls.events import ACTION_NAME, AGENT, CALLER, TARGET, THEN
from flowc.language.calls.expectations import EXPECT, OUTCOME
from flowc.language.calls.grammar import PLATFORM, SCRIPTS, SHAPES
from flowc.language.flow.values import LANGUAGE, PROMPT_NAME, TARGET_NAME, WEBHOOK_NAME
from flowc.language.located import Keyed, Located, Section, Written
from flowc.language.shapes import ByForm, Field, Record, Shape, Variable, Word
from flowc.nodes import Mapping, Node, Scalar, Sequence
from flowc.source import Source
from flowc.testing.play.switches import AGENTS, STORAGE, SWITCHES, THROWS
from flowc.testing.script import expectations, steps
from flowc.testing.script.decode import WrittenScripts, decode
from flowc.testing.script.expectations import NOT_BY_WAITING
from flowc.testing.script.known import OUTCOMES, known
from flowc.testing.script.model import Call
from flowc.testing.script.parse import Outline, outline
from flowc.testing.script.resolve import resolve, scripts
from tests.conftest import ROOT
from tests.test_grammar import everything
from tests.testing.project import HERE

NAMES = ("every_key", "every_language")
BEFORE_DECODING = {*((syntax.Scripts, name) for name in ("flowc", "flow", "calls")), (syntax.Call, "rows")}
"""The version, of which there is one, and what is looked for in the tree: the flow, and what is made of tables."""
COMPARED_AS_WRITTEN = (syntax.Told, syntax.Result, syntax.Post, syntax.HowDialled, syntax.Start)
"""What is named in these is compared, whatever it is: `Named`."""
NAMED_OTHERWISE = {"pressed": "key"}
"""Attributes of these, by the key that they are of."""
WORDS = [each for each in everything(SCRIPTS, SHAPES) if isinstance(each, Word)]
ALONE = {each.words[0] for each in WORDS if len(each.words) == 1}
"""Where one of these may stand, there may be no other."""
OTHER_WORDS = {word: other for each in WORDS for word in each.words for other in each.words if other != word}
LOOKED_UP: dict[Shape, Callable[[Flow], list[str]]] = {
    ACTION_NAME: lambda of: [each.name for each in of.actions],
    TARGET_NAME: lambda of: [each.name for each in of.targets],
    PROMPT_NAME: lambda of: [each.name for each in of.prompts],
    WEBHOOK_NAME: lambda of: [each.name for each in of.webhooks],
    LANGUAGE: lambda of: [each.name for each in of.call.languages],
    OUTCOME: lambda _: OUTCOMES,
}
NAMES_OF_A_FLOW = {
    (record.make, field.name): LOOKED_UP[field.shape.shape]
    for record in everything(SCRIPTS, SHAPES)
    if isinstance(record, Record)
    for field in record.fields
    if isinstance(field.shape, Variable) and field.shape.shape in LOOKED_UP
}
Place = tuple[type, str]


@pytest.fixture(autouse=True)
def _not_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """How something is written, which is told in reports, is in a call in any case."""
    for module in (steps, expectations):
        monkeypatch.setattr(module, "shown", lambda node: "")


def flow(name: str) -> Flow:
    own = HERE / f"{name}.flow.yaml"
    path = own if own.exists() else ROOT / "tests" / "flows" / "ok" / f"{name}.yaml"
    [found] = compile_flows([Source(f"{name}.yaml", path.read_bytes())], ()).flows
    return found


def read(name: str) -> tuple[Flow, Outline, WrittenScripts]:
    of, found = flow(name), outline(Source(f"{name}.calls.yaml", (HERE / f"{name}.yaml").read_bytes()))
    written = decode(found, known(of))
    assert written is not None
    assert found.problems.found == []
    return of, found, written


def result(of: Flow, found: Outline, written: WrittenScripts) -> tuple[tuple[Call, ...], list[Any]]:
    """The calls that are written, and what is wrong with them."""
    problems = Problems(found.source.path)
    read = Outline(found.source, problems, found.root, found.flow, found.flow_span, found.calls)
    return resolve(read, written, of), problems.found


def test_every_key_of_a_script_reaches_a_call() -> None:
    there = {place for name in NAMES for place in keys_that_are_read(name)}
    classes = [each for each in vars(syntax).values() if isinstance(each, type)]
    attributes = {
        (each, name)
        for each in classes
        if issubclass(each, Located) and each is not Located
        for name in each.__struct_fields__
        if name not in ("node", "key")
    }
    keyed = {(each, "value") for each in classes if issubclass(each, Keyed) and each is not Keyed}
    assert (attributes | keyed) - there - BEFORE_DECODING == set()


def keys_that_are_read(name: str) -> set[Place]:
    """Of what stands around the calls, and of each call, which is read alone."""
    of, found, written = read(name)
    around, *calls = written.file, *(replace(written, calls=(each,)) for each in written.calls)
    seen = keys_of(around, of, found, calls[0])  # which has nothing of its own
    return seen.union(*(keys_of(each.calls[0].call, of, found, each) for each in calls))


def keys_of(whole: Any, of: Flow, found: Outline, written: WrittenScripts) -> set[Place]:
    before = result(of, found, written)
    assert before[1] == []
    seen: set[Place] = set()
    for holder, attribute, other in changes(whole):
        place = (type(holder), attribute)
        seen.add(place)
        if other is None or place in BEFORE_DECODING:
            continue
        value = getattr(holder, attribute)
        force_setattr(holder, attribute, other)
        if place in NAMES_OF_A_FLOW:
            assert result(of, found, written)[1], f"{attribute} of {type(holder).__name__} is not looked up"
            other = next(text for text in NAMES_OF_A_FLOW[place](of) if text != value.text)
            other = Scalar(other, True, value.start, value.end)
            force_setattr(holder, attribute, other)
        entries = dict(holder.node.entries) if isinstance(holder, COMPARED_AS_WRITTEN) else {}
        name = NAMED_OTHERWISE.get(attribute, attribute)
        if name in entries:
            holder.node.entries[name] = (entries[name][0], node_of(other, entries[name][1]))
        assert result(of, found, written)[0] != before[0], f"{attribute} of {type(holder).__name__} is not read"
        force_setattr(holder, attribute, value)
        if name in entries:
            holder.node.entries.update(entries)
    assert result(of, found, written) == before
    return seen


def node_of(value: Any, before: Node) -> Node:
    if isinstance(value, tuple) and isinstance(before, Sequence):
        shorter = Sequence(before.start, before.end, before.flow_style)
        shorter.items = before.items[:-1]
        return shorter
    node = value if isinstance(value, Scalar) else getattr(value, "node", None)
    return before if node is None else node


def changes(value: Any) -> Iterator[tuple[Any, str, Any]]:
    """Every attribute that is given, everywhere, with another value for it; None if there is no other."""
    match value:
        case Located():
            for name in value.__struct_fields__:
                given = getattr(value, name)
                if name not in ("node", "key") and given is not None:
                    yield value, name, altered(given)
                    yield from changes(given) if (type(value), name) not in BEFORE_DECODING else ()
        case Keyed():
            yield value, "value", altered(value.value)
            yield from changes(value.value)
        case Section():
            for _, entry in value.entries:
                yield from changes(entry)
        case tuple():
            for entry in value:
                yield from changes(entry)


def altered(value: Any) -> Any:
    match value:
        case Scalar():
            return Scalar(f"{value.text}1", False, value.start, value.end)
        case Written(value=bool(inner), node=node):
            return Written(not inner, node)
        case Written(value=int(inner), node=node):
            number = altered(node) if node is not None else None
            return Written(inner + 1000, number)
        case Written(value=str(inner), node=Scalar() as node):
            other = OTHER_WORDS.get(inner, inner)
            return None if inner in ALONE else Written(other, Scalar(other, True, node.start, node.end))
        case Section():
            node = Mapping(value.node.start, value.node.end, value.node.flow_style)
            node.entries = dict(list(value.node.entries.items())[:-1])
            return Section(node, value.entries[:-1])
        case tuple():
            return value[:-1] or None
        case Mapping() | Sequence():
            return Scalar("another", False, value.start, value.end)
        case _:
            return None


def test_every_part_of_the_platform_reaches_a_call() -> None:
    """And the emulator: `SWITCHES` are all that there is of them."""
    there = {field.key for field in PLATFORM.fields}
    [*_, call] = result(*read("every_key"))[0]
    assert call.platform.keys() == there
    assert there == {STORAGE, THROWS, AGENTS, *(switch.key for switch in SWITCHES)}
    values = {key: value for key, value in call.platform.items() if key not in (STORAGE, THROWS, AGENTS)}
    assert all(str(value).lower() != PLATFORM.by_key[key].default for key, value in values.items())


def words(shape: Shape | None) -> tuple[str, ...]:
    while isinstance(shape, Variable | ByForm):
        shape = shape.shape if isinstance(shape, Variable) else shape.scalar
    assert isinstance(shape, Word)
    return shape.words


@pytest.mark.parametrize(
    ("step", "shape"),
    [
        ("caller: WORD", CALLER),
        ("agent: WORD", AGENT),
        ("pbx_stored: WORD", TARGET),
        ("pbx_stored: {rings: 1s, then: WORD}", THEN),
    ],
)
def test_every_word_is_something_else(step: str, shape: Shape) -> None:
    """A word that is forgotten would be taken for another one."""
    of = flow("every_key")
    account = (HERE / "every_key.yaml").read_text("utf-8").split("account:")[1].split("platform:")[0]
    head = f"flowc: 1\nflow: every_key.yaml\naccount:{account}calls:\n"
    calls = "".join(f"  {word}: [{{{step.replace('WORD', word)}}}]\n" for word in words(shape))
    found = scripts(outline(Source("x.calls.yaml", (head + calls).encode())), of)
    happens = [call.steps[0].events for call in found]
    assert all(happens)
    assert len(set(map(repr, happens))) == len(words(shape))


def test_what_nobody_can_wait_for_can_be_expected() -> None:
    assert NOT_BY_WAITING.keys() <= {field.make for field in EXPECT.fields}


def test_nothing_looks_a_key_up_by_its_text() -> None:
    """Behind the decoder, a key that is misspelt or renamed is seen by the type checker."""
    keys = {each.key for each in everything(SCRIPTS, SHAPES) if isinstance(each, Field)}
    found = {
        (path.stem, key)
        for path in (ROOT / "flowc" / "testing" / "script").glob("*.py")
        if path.stem not in OF_THE_DECODER
        for key in texts_that_are_looked_up(ast.parse(path.read_text("utf-8")))
        if key in keys
    }
    assert found == set()


OF_THE_DECODER = ("key_errors", "value_errors", "misplaced", "synonyms")
"""What is said of keys that are wrong, and what was meant by them."""


def texts_that_are_looked_up(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        asked: list[ast.expr] = []
        match node:
            case ast.Call(func=ast.Attribute(attr="get" | "key" | "scalar" | "mapping" | "is_broken"), args=args):
                asked = args
            case ast.Subscript(slice=inner):
                asked = [inner]
            case ast.Compare(left=left, comparators=others):
                asked = [left, *others]
            case ast.MatchValue(value=value):
                asked = [value]
        for each in asked:
            yield from (part.value for part in ast.walk(each) if isinstance(part, ast.Constant) and part.value)
