"""Whatever kind of step or target the language has, every part of flowc has it too. What the type checker does not see
is here: that the grammar, the IR and the runtime have the same kinds, and that the example flows use them all, so that
call scripts carry out each of them (`testing/test_examples.py`: all that is in the examples is covered).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import Struct
from msgspec.structs import force_setattr, replace

from flowc.agents import AgentBackEnd
from flowc.compiler import compile_flows
from flowc.diagnostics import Problems
from flowc.emit import emitters
from flowc.emit.artifact import Artifact
from flowc.emit.voxengine.features import FEATURES, STEPS
from flowc.emit.voxengine.view import as_step, as_target
from flowc.ir import Flow, Step, Target, Transfer, every_step
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.flow.grammar import FLOW
from flowc.language.flow.steps import STEP, STEP_WORDS
from flowc.language.flow.targets import TARGET
from flowc.language.shapes import ByKey, Word
from flowc.nodes import Scalar
from flowc.parse.decode import Decoder
from flowc.parse.placement import _NO_STEPS
from flowc.parse.yaml_tree import parse
from flowc.resolve import resolve
from flowc.source import Source
from flowc.testing.judge.source_map import items
from tests.conftest import ROOT
from tests.test_grammar import OF_FLOWS


def kinds(shape: ByKey) -> dict[str, type]:
    """The key that tells the kind, and what it is decoded to."""
    return {kind.fields[0].key: kind.make for kind in shape.kinds if kind.make}


STEP_KINDS = {*kinds(STEP), *STEP_WORDS, "route"}
TARGET_KINDS = kinds(TARGET).keys() - {TARGET.gives_way}  # which is called as another one is


def flow(path: Path) -> Flow:
    result = compile_flows([Source(path.relative_to(ROOT).as_posix(), path.read_bytes())])
    [compiled] = result.flows
    return compiled


EXAMPLES = [flow(path) for path in sorted((ROOT / "flows").glob("*.yaml")) if "." not in path.stem]


def test_no_step_is_called_none() -> None:
    assert not _NO_STEPS.keys() & {*STEP.by_key, *STEP_WORDS}


def test_the_grammar_is_decoded_to_the_kinds_that_are_resolved() -> None:
    assert set(kinds(STEP).values()) == set(get_args(syntax.StepMapping))
    assert set(kinds(TARGET).values()) == set(get_args(syntax.Target))


def test_every_kind_of_the_language_has_one_of_the_ir() -> None:
    steps = {type(step): next(iter(as_step(step))) for each in EXAMPLES for step in every_step(each)}
    assert steps.keys() == set(get_args(Step))
    assert set(steps.values()) == STEP_KINDS
    targets = {type(target): next(iter(as_target(target))) for each in EXAMPLES for target in each.targets}
    assert targets.keys() == set(get_args(Target))
    assert set(targets.values()) == TARGET_KINDS


OTHER_WORDS = {
    word: other
    for each in OF_FLOWS
    if isinstance(each, Word)
    for word in each.words
    for other in each.words
    if other != word
}
NOT_TOLD_OF = r".*\.answer\[\d+\](?:\..*)?\.sensitive|.*\.answer\[\d+\]\..*\.description|.*\.items\.name"
"""That part of a webhook's answer is sensitive decides where it may stand, and no log has what stands there. What is
inside of one is described for whoever reads the flow, and an item of a list has no name.
"""
OF_SEVERAL_AGENTS = r"flow\.agent\.(?:name|way|actions\[\d+\])"
"""An agent that is the only one has no name, and every action; and without `idle` nothing says where it stands."""
FOR_REPORTS_ALONE = {"span", "fallback_is_default", "fallback_at", "recording_at", "ringing_at", "cancel_at"}
FOR_REPORTS_ALONE |= {"whisper_at", "refers_at"}
FOR_CHECKS_ALONE = {"alone", "has_voicemail", "likes", "silence_limit_ms"}
OK = ROOT / "tests" / "flows" / "ok"
EVERY_KEY = (OK / "every_key.yaml", OK / "every_other_key.yaml")
"""A flow with every key, and one with what excludes some of them."""


def test_every_key_of_a_file_reaches_the_flow() -> None:
    """Each value of the files that have every key is changed, one after the other, and the flow is another one."""
    seen = {each for path in EVERY_KEY for each in keys_that_are_read(path)}
    classes = {each for each in vars(syntax).values() if isinstance(each, type) and issubclass(each, located.Located)}
    keys = {(each, name) for each in classes for name in each.__struct_fields__}
    assert keys - seen - {(each, name) for each in classes for name in ("node", "key")} == set()


def keys_that_are_read(path: Path) -> set[tuple[type, str]]:
    problems = Problems("every_key.yaml")
    root = parse(Source("every_key.yaml", path.read_bytes()), problems)
    assert root is not None
    written = Decoder(problems).decode(FLOW, root, None)
    before = resolve(written, Problems("every_key.yaml")).flow
    seen: set[tuple[type, str]] = set()
    for holder, name, others in changes(written):
        if (type(holder), name) != (syntax.Flow, "flowc"):  # the version of the language, of which there is one
            value = getattr(holder, name)
            flows = []
            for other in others:
                force_setattr(holder, name, other)
                flows.append(resolve(written, Problems("every_key.yaml")).flow)
            force_setattr(holder, name, value)
            is_read = all(flow != before for flow in flows)
            # What is left out, and has another value all the same, may go with what stands beside it.
            assert is_read or name not in holder.node.entries, f"{name} of {type(holder).__name__} is not read"
            if not is_read:
                continue
        seen.add((type(holder), name))
    return seen


def changes(value: Any) -> Iterator[tuple[Any, str, list[Any]]]:
    """Every attribute that is given, everywhere, with other values for it."""
    match value:
        case located.Located():
            for name in value.__struct_fields__:
                given = getattr(value, name)
                if name not in ("node", "key") and given is not None:
                    if others := altered(given):
                        yield value, name, others
                    else:
                        yield value, name, []
                    yield from changes(given)
        case located.Section():
            for _, entry in value.entries:
                yield from changes(entry)
        case tuple():
            for entry in value:
                yield from changes(entry)


def altered(value: Any) -> list[Any]:
    match value:
        case bool():
            return [not value]
        case int() | float():
            return [value + 1]
        case str():
            return [OTHER_WORDS.get(value, f"{value}_")]
        case Scalar():
            return [Scalar(f"{value.text}_", False, value.start, value.end)]
        case located.Section():
            return [located.Section(value.node, value.entries[:-1])]
        case tuple():
            return [value[:-1]]
        case _:
            return []


@pytest.mark.parametrize("path", EVERY_KEY, ids=lambda path: path.stem)
def test_every_part_of_a_flow_reaches_an_artifact(path: Path) -> None:
    before = flow(path)
    artifacts = list(emitted(before))
    for part, other in variations(before):
        if re.fullmatch(NOT_TOLD_OF, part) or (not before.agents and re.fullmatch(OF_SEVERAL_AGENTS, part)):
            continue
        with suppress(KeyError):  # a name that is looked up is not forgotten
            differs = any(one != artifact for one, artifact in zip(emitted(other), artifacts, strict=True))
            assert differs, f"{part} is in no artifact"


def emitted(made: Flow) -> Iterator[Artifact]:
    return (emit(made) for emit in emitters(AgentBackEnd))


def variations(value: Any, path: str = "flow") -> Iterator[tuple[str, Any]]:
    """The value with one part of it changed, for every part. What only says where something stands is no part of it."""
    if isinstance(value, Struct):
        fixed = {"agent_waits"} if isinstance(value, Transfer) and value.introduction_ms is not None else set()
        for name in value.__struct_fields__:
            if name not in FOR_REPORTS_ALONE | FOR_CHECKS_ALONE | fixed and getattr(value, name) is not None:
                for inner, other in variations(getattr(value, name), f"{path}.{name}"):
                    yield inner, replace(value, **{name: other})
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            for inner, other in variations(entry, f"{path}[{index}]"):
                yield inner, (*value[:index], other, *value[index + 1 :])
    elif isinstance(value, bool):
        yield path, not value
    elif isinstance(value, int | float):
        yield path, value + 1
    elif isinstance(value, str):
        yield path, f"{value}_"


def test_reports_and_coverage_call_a_step_as_the_runtime_does() -> None:
    keywords = {item.keyword for each in EXAMPLES for item in items(each).values()} - {""}
    assert keywords == STEP_KINDS
    carried_out = {kind.name for feature in FEATURES for kind in feature.kinds if kind.table is STEPS}
    assert carried_out - {"instead"} <= STEP_KINDS  # that is on the way to steps, and none of the language
